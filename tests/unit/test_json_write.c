#include <float.h>
#include <math.h>

#include "runtime/json_write.h"
#include "tests/unit/test.h"

static struct rt_arena *
arena(void)
{
	static struct rt_arena *a;

	if (a == NULL)
		a = rt_arena_open(SIZE_MAX, NULL, NULL);
	return a;
}

/* What a function writes. */
static struct rt_buf buf;

static struct rt_writer *
writer(void)
{
	static struct rt_writer w;

	buf = rt_buf(arena(), SIZE_MAX);
	w = rt_writer(&buf);
	return &w;
}

static struct rt_str
written(void)
{
	return rt_buf_str(&buf);
}

TEST(commas_come_by_themselves)
{
	struct rt_writer *w = writer();

	rt_write_open_object(w);
	rt_write_key(w, "a");
	rt_write_int(w, -1);
	rt_write_key(w, "b\\n");
	rt_write_open_array(w);
	rt_write_open_array(w);
	rt_write_close_array(w);
	rt_write_open_object(w);
	rt_write_close_object(w);
	rt_write_null(w);
	rt_write_bool(w, true);
	rt_write_bool(w, false);
	rt_write_close_array(w);
	rt_write_name(w, RT_LIT("c\""));
	rt_write_str(w, RT_LIT("x"));
	rt_write_name(w, RT_LIT(""));
	rt_write_raw(w, RT_LIT("[1]"));
	rt_write_close_object(w);
	CHECK_STR(written(),
	    "{\"a\":-1,\"b\\n\":[[],{},null,true,false],\"c\\\"\":\"x\","
	    "\"\":[1]}");
}

static struct rt_str
str_text(struct rt_str s)
{
	rt_write_str(writer(), s);
	return written();
}

TEST(strings_are_escaped)
{
	CHECK_STR(str_text(RT_LIT("")), "\"\"");
	CHECK_STR(str_text(rt_str(NULL)), "\"\"");
	CHECK_STR(str_text(RT_LIT("a\"b\\c/d")), "\"a\\\"b\\\\c/d\"");
	CHECK_STR(str_text(RT_LIT("\b\t\n\f\r")), "\"\\b\\t\\n\\f\\r\"");
	CHECK_STR(str_text(RT_LIT("\0\x01\x1f\x7f")),
	    "\"\\u0000\\u0001\\u001f\x7f\"");
	CHECK_STR(str_text(RT_LIT("\xc3\xa9\xf0\x9f\x98\x80")),
	    "\"\xc3\xa9\xf0\x9f\x98\x80\"");
}

static bool
reads_back(struct rt_str s)
{
	struct rt_json_error err;
	const struct rt_node *v;

	rt_arena_reset(arena());
	v = rt_json_parse(arena(), str_text(s), &rt_json_default_limits, &err);
	return v != NULL && rt_str_eq(rt_node_str(v), s);
}

/* Many bytes are looked at together: one that needs an escape is found at each
 * place of a text of any length, and beside each other byte. */
TEST(an_escape_is_found_wherever_it_is)
{
	static const char special[] = "\"\\\n\x1f\x01";
	static const char beside[] = "a !#[]\x7f~0";
	char text[36];

	for (size_t i = 0; i < sizeof(text) * sizeof(text); i++) {
		struct rt_str s = {text, i / sizeof(text) + 1};
		size_t at = i % sizeof(text), which = i % strlen(special);

		for (const char *c = beside; *c != '\0'; c++) {
			memset(text, *c, sizeof(text));
			CHECK(reads_back(s));
			text[at] = special[which];
			CHECK(reads_back(s));
		}
	}
}

TEST(ill_formed_utf8_is_replaced)
{
	CHECK_STR(str_text(RT_LIT("a\xff"
				  "b")),
	    "\"a\xef\xbf\xbd"
	    "b\"");
	CHECK_STR(str_text(RT_LIT("\xc3")), "\"\xef\xbf\xbd\"");
	CHECK_STR(str_text(RT_LIT("\xc3\"")), "\"\xef\xbf\xbd\\\"\"");
	CHECK_STR(str_text(RT_LIT("\xed\xa0\x80")),
	    "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"");
}

/* Each byte alone and before another: what is written reads back. */
TEST(every_string_is_json)
{
	for (int i = 0; i < 65536; i++) {
		const char s[2] = {(char)(i >> 8), (char)i};
		struct rt_json_error err;
		const struct rt_node *v;

		rt_arena_reset(arena());
		v = rt_json_parse(arena(), str_text((struct rt_str){s, 2}),
		    NULL, &err);
		CHECK(v != NULL);
		if (rt_str_is_utf8((struct rt_str){s, 2}))
			CHECK(v->n == 2 && memcmp(v->p, s, 2) == 0);
	}
}

static struct rt_str
double_text(double v)
{
	rt_write_double(writer(), v);
	return written();
}

TEST(doubles_are_short)
{
	CHECK_STR(double_text(0), "0");
	CHECK_STR(double_text(-0.0), "-0");
	CHECK_STR(double_text(42), "42");
	CHECK_STR(double_text(-1e14), "-100000000000000");
	CHECK_STR(double_text(1e15), "1e+15");
	CHECK_STR(double_text(0.1), "0.1");
	CHECK_STR(double_text(0.1 + 0.2), "0.30000000000000004");
	CHECK_STR(double_text(19.99), "19.99");
	CHECK_STR(double_text(1e-7), "1e-07");
	CHECK_STR(double_text((double)NAN), "null");
	CHECK_STR(double_text((double)-INFINITY), "null");
}

/* The shortest of printf()'s texts with 15 to 17 digits. */
static struct rt_str
printf_text(double v)
{
	static char text[32];

	for (int digits = 15; digits <= 17; digits++) {
		snprintf(text, sizeof(text), "%.*g", digits, v);
		if (strtod(text, NULL) == v)
			break;
	}
	return rt_str(text);
}

/* The short way for decimals must not be seen: at its bounds, and for decimals
 * with neighbours that are almost the same. */
TEST(decimals_are_what_printf_makes_of_them)
{
	static const double bounds[] = {0.0001, 0.00009999, 0.00001, 0.000001,
	    0.0000125, 999999999.999999, 99999999999999.9, 999999999999999.5,
	    123456789012345.6, 0.1234567, 1e15 + 0.5, 0.000125, 0.999999,
	    1.0000001, 5e-324, 1e300};
	unsigned long seed = 1;

	for (size_t i = 0; i < RT_LEN(bounds); i++) {
		CHECK_STR(double_text(bounds[i]), printf_text(bounds[i]).p);
		CHECK_STR(double_text(-bounds[i]), printf_text(-bounds[i]).p);
	}
	for (int i = 0; i < 20000; i++) {
		static const double powers[] = {1e1, 1e2, 1e3, 1e4, 1e6, 1e7};
		double v;

		seed = seed * 6364136223846793005u + 1442695040888963407u;
		v = (double)(seed >> (12 + seed % 48)) /
		    powers[i % (int)RT_LEN(powers)];
		CHECK_STR(double_text(v), printf_text(v).p);
		v = nextafter(v, i % 2 == 0 ? 0 : 1e20);
		CHECK_STR(double_text(v), printf_text(v).p);
	}
}

/* Bit patterns all over the range. */
TEST(doubles_read_back)
{
	uint64_t bits = 1;

	for (int i = 0; i < 20000; i++) {
		struct rt_json_error err;
		const struct rt_node *node;
		double v, again;

		bits = bits * UINT64_C(6364136223846793005) + 1442695041;
		memcpy(&v, &bits, sizeof(v));
		if (!isfinite(v))
			continue;
		rt_arena_reset(arena());
		node = rt_json_parse(arena(), double_text(v), NULL, &err);
		CHECK(node != NULL && node->type == RT_NUMBER);
		again = rt_decimal_double(rt_node_str(node));
		CHECK(memcmp(&v, &again, sizeof(v)) == 0);
	}
}

TEST(integers_are_exact)
{
	rt_write_int(writer(), INT64_MIN);
	CHECK_STR(written(), "-9223372036854775808");
}

TEST(formats_and_lists)
{
	static const struct rt_str strs[] = {{"a", 1}, {"\"", 1}};
	static const int64_t ints[] = {1, -2};
	static const double doubles[] = {0.5, 2};
	static const bool bools[] = {true, false};
	static const struct rt_date dates[] = {{2024, 2, 29}};
	static const struct rt_time times[] = {{0}};
	static const struct rt_uuid uuids[] = {{{0xab}}};
	struct rt_writer *w = writer();

	rt_write_open_array(w);
	rt_write_date(w, (struct rt_date){.year = 2026, .month = 1, .day = 2});
	rt_write_time(w, (struct rt_time){0});
	rt_write_uuid(w, (struct rt_uuid){{0xab}});
	rt_write_strs(w, (struct rt_strs){strs, 2});
	rt_write_ints(w, (struct rt_ints){ints, 2});
	rt_write_doubles(w, (struct rt_doubles){doubles, 2});
	rt_write_strs(w, (struct rt_strs){NULL, 0});
	rt_write_bools(w, (struct rt_bools){bools, 2});
	rt_write_dates(w, (struct rt_dates){dates, 1});
	rt_write_times(w, (struct rt_times){times, 1});
	rt_write_uuids(w, (struct rt_uuids){uuids, 1});
	rt_write_close_array(w);
	CHECK_STR(written(),
	    "[\"2026-01-02\",\"1970-01-01T00:00:00Z\","
	    "\"ab000000-0000-0000-0000-000000000000\","
	    "[\"a\",\"\\\"\"],[1,-2],[0.5,2],[],[true,false],"
	    "[\"2024-02-29\"],[\"1970-01-01T00:00:00Z\"],"
	    "[\"ab000000-0000-0000-0000-000000000000\"]]");
}

TEST(a_tape_is_written_back)
{
	static const char text[] =
	    "{\"a\":[1,-0.50,1e400,\"\\n\",null],\"\":{\"b\":true},\"c\":{},"
	    "\"d\":[]}";
	struct rt_json_error err;
	const struct rt_node *v =
	    rt_json_parse(arena(), rt_str(text), NULL, &err);

	CHECK(v != NULL);
	rt_write_node(writer(), v);
	CHECK_STR(written(), text);
	CHECK_STR(rt_node_json(arena(), v), text);
	CHECK(rt_node_json(arena(), NULL).p == NULL);
	rt_write_node(writer(), NULL);
	CHECK_STR(written(), "null");
	rt_write_raw(writer(), RT_LIT(""));
	CHECK_STR(written(), "null");
}

TEST(a_full_or_missing_buffer_is_no_harm)
{
	struct rt_writer w;

	buf = rt_buf(arena(), 10);
	w = rt_writer(&buf);
	rt_write_open_array(&w);
	for (int i = 0; i < 20; i++) {
		rt_write_str(&w, RT_LIT("a\n\xff"));
		rt_write_int(&w, 7);
		rt_write_double(&w, 0.5);
	}
	rt_write_close_array(&w);
	CHECK(buf.full && buf.n <= 10);

	w = rt_writer(NULL);
	rt_write_open_object(&w);
	rt_write_key(&w, "a");
	rt_write_int(&w, 1);
	rt_write_name(&w, RT_LIT("b"));
	rt_write_str(&w, RT_LIT("x"));
	rt_write_close_object(&w);
}
