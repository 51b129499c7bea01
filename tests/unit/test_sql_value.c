#include <float.h>
#include <math.h>

#include "tests/unit/sql_fixture.h"

/* --- Numbers and booleans --- */

static void
check_int(void (*put)(struct rt_buf *, int64_t), const char *type, int64_t v)
{
	char text[RT_INT_TEXT];
	struct rt_buf b = buf();
	struct echo e;
	int64_t back;

	put(&b, v);
	e = echo(b, type);
	CHECK(rt_str_eq(e.text, rt_int_text(text, v)));
	CHECK(rt_pg_get_int(e.bytes, &back));
	CHECK_INT(back, v);
}

static bool
refuses(void (*put)(struct rt_buf *, int64_t), int64_t v)
{
	struct rt_buf b = buf();

	put(&b, v);
	return b.full && b.n == 0;
}

TEST(integers)
{
	static const int64_t some[] = {0, 1, -1, 127, 128, 255, 256, -256,
	    INT16_MAX, INT16_MIN};

	for (size_t i = 0; i < RT_LEN(some); i++) {
		check_int(rt_pg_put_int2, "int2", some[i]);
		check_int(rt_pg_put_int4, "int4", some[i]);
		check_int(rt_pg_put_int8, "int8", some[i]);
	}
	check_int(rt_pg_put_int4, "int4", INT32_MAX);
	check_int(rt_pg_put_int4, "int4", INT32_MIN);
	check_int(rt_pg_put_int8, "int8", INT64_MAX);
	check_int(rt_pg_put_int8, "int8", INT64_MIN);
	CHECK(refuses(rt_pg_put_int2, INT16_MAX + 1));
	CHECK(refuses(rt_pg_put_int2, INT16_MIN - 1));
	CHECK(refuses(rt_pg_put_int4, (int64_t)INT32_MAX + 1));
	CHECK(refuses(rt_pg_put_int4, (int64_t)INT32_MIN - 1));
}

TEST(booleans)
{
	for (int v = 0; v < 2; v++) {
		struct rt_buf b = buf();
		struct echo e;
		bool back = v == 0;

		rt_pg_put_bool(&b, v != 0);
		e = echo(b, "bool");
		CHECK_STR(e.text, v != 0 ? "true" : "false");
		CHECK(rt_pg_get_bool(e.bytes, &back) && back == (v != 0));
	}
}

static void
check_double(void (*put)(struct rt_buf *, double), const char *type, double v)
{
	struct rt_buf b = buf();
	struct echo e;
	double back;

	put(&b, v);
	e = echo(b, type);
	CHECK(rt_pg_get_double(e.bytes, &back));
	CHECK(memcmp(&back, &v, sizeof(v)) == 0 || (isnan(v) && isnan(back)));
	e.text = rt_arena_copy(arena(), e.text);
	CHECK(isnan(v) ||
	    (put == rt_pg_put_float4 ? (float)strtod(e.text.p, NULL) == (float)v
				     : strtod(e.text.p, NULL) == v));
}

TEST(doubles)
{
	static const double some[] = {0.0, -0.0, 1, -1.5, 0.25, 1e10, NAN,
	    INFINITY, -INFINITY, (double)FLT_MAX, (double)FLT_MIN};
	struct rt_buf b = buf();

	for (size_t i = 0; i < RT_LEN(some); i++) {
		check_double(rt_pg_put_float4, "float4", some[i]);
		check_double(rt_pg_put_float8, "float8", some[i]);
	}
	check_double(rt_pg_put_float8, "float8", DBL_MAX);
	check_double(rt_pg_put_float8, "float8", DBL_TRUE_MIN);
	check_double(rt_pg_put_float8, "float8", 0.1);
	rt_pg_put_float4(&b, 1e39);
	CHECK(b.full);
}

/* --- Bytes --- */

static void
check_bytes(const char *type, struct rt_str v, const char *text)
{
	struct rt_buf b = buf();
	struct echo e;

	rt_pg_put_bytes(&b, v);
	if (b.p == NULL)
		b.p = rt_arena_bytes(arena(), 1);
	e = echo(b, type);
	CHECK(rt_str_eq(e.bytes, v));
	CHECK_STR(e.text, text);
}

TEST(bytes)
{
	PQclear(PQexec(database(),
	    "create type pg_temp.mood as enum ('sad', 'so so')"));
	check_bytes("text", RT_LIT(""), "");
	check_bytes("text", RT_LIT("h\xc3\xa9'\\\"{}"), "h\xc3\xa9'\\\"{}");
	check_bytes("varchar", RT_LIT("x"), "x");
	check_bytes("name", RT_LIT("items"), "items");
	check_bytes("bytea", RT_LIT("\0\1\xff"), "\\x0001ff");
	check_bytes("json", RT_LIT("{\"a\" : [1]}"), "{\"a\" : [1]}");
	check_bytes("pg_temp.mood", RT_LIT("so so"), "so so");
}

TEST(jsonb)
{
	struct rt_buf b = buf();
	struct rt_str json;
	struct echo e;

	rt_pg_put_jsonb(&b, RT_LIT("{\"b\":1.50,\"a\":null}"));
	e = echo(b, "jsonb");
	CHECK_STR(e.text, "{\"a\": null, \"b\": 1.50}");
	CHECK(rt_pg_get_jsonb(e.bytes, &json));
	CHECK(rt_str_eq(json, e.text));
	CHECK(!rt_pg_get_jsonb(RT_LIT("\2{}"), &json));
	CHECK(!rt_pg_get_jsonb(RT_LIT(""), &json));
}

TEST(uuids)
{
	static const char text[] = "00ff1234-8000-4abc-9def-0123456789ab";
	struct rt_buf b = buf();
	struct rt_uuid v, back;
	struct echo e;

	CHECK(rt_uuid_parse(rt_str(text), &v));
	rt_pg_put_uuid(&b, v);
	e = echo(b, "uuid");
	CHECK_STR(e.text, text);
	CHECK(rt_pg_get_uuid(e.bytes, &back) && rt_uuid_eq(v, back));
}

/* --- Arrays and composites --- */

static void
put_item(struct rt_buf *b, struct rt_str v)
{
	size_t begun;

	if (v.p == NULL) {
		rt_buf_add(b, RT_LIT("\xff\xff\xff\xff"));
		return;
	}
	begun = rt_pg_begin_item(b);
	rt_pg_put_bytes(b, v);
	rt_pg_end_item(b, begun);
}

TEST(arrays_with_nulls)
{
	static const struct rt_str v[] = {RT_TEXT("a,b"), {NULL, 0},
	    RT_TEXT(""), RT_TEXT("NULL"), RT_TEXT("\"\\")};
	struct rt_pg_items items;
	struct rt_buf b = buf();
	struct echo e;

	rt_pg_put_array(&b, RT_OID_TEXT, RT_LEN(v));
	for (size_t i = 0; i < RT_LEN(v); i++)
		put_item(&b, v[i]);
	e = echo(b, "text[]");
	CHECK_STR(e.text, "{\"a,b\",NULL,\"\",\"NULL\",\"\\\"\\\\\"}");
	items = rt_pg_array(e.bytes);
	CHECK(items.left == RT_LEN(v) && items.type == RT_OID_TEXT);
	for (size_t i = 0; i < RT_LEN(v); i++) {
		CHECK(rt_pg_items_next(&items));
		CHECK((items.item.p == NULL) == (v[i].p == NULL));
		CHECK(rt_str_eq(items.item, v[i]));
	}
	CHECK(!rt_pg_items_next(&items) && !items.malformed);
}

TEST(arrays_of_none)
{
	struct rt_pg_items items;
	struct rt_buf b = buf();
	struct echo e;

	rt_pg_put_array(&b, RT_OID_INT8, 0);
	e = echo(b, "int8[]");
	CHECK_STR(e.text, "{}");
	items = rt_pg_array(e.bytes);
	CHECK(items.left == 0 && items.type == RT_OID_INT8);
	CHECK(!rt_pg_items_next(&items) && !items.malformed);
}

/* Where the first index is another, the items are the same; what has rows of
 * items is no list. */
TEST(arrays_of_other_forms)
{
	struct rt_pg_items items = rt_pg_array(ask("'[5:6]={1,2}'::int8[]"));
	int64_t v;

	CHECK(rt_pg_items_next(&items) && rt_pg_get_int(items.item, &v));
	CHECK_INT(v, 1);
	CHECK(rt_pg_items_next(&items) && !rt_pg_items_next(&items));
	CHECK(!items.malformed);
	items = rt_pg_array(ask("'{{1,2},{3,4}}'::int8[]"));
	CHECK(!rt_pg_items_next(&items) && items.malformed);
	items = rt_pg_array((struct rt_str){NULL, 0});
	CHECK(!rt_pg_items_next(&items) && items.malformed);
}

TEST(arrays_that_are_too_long)
{
	struct rt_buf b = buf();

	rt_pg_put_array(&b, RT_OID_INT8, (size_t)INT32_MAX + 1);
	CHECK(b.full);
}

/* Where the count is not that of the items, nobody makes room for it. */
TEST(arrays_that_lie)
{
	struct rt_str s = ask("'{1,null,3}'::int8[]");
	char *bytes = rt_arena_bytes(arena(), s.n);
	struct rt_pg_items items;

	memcpy(bytes, s.p, s.n);
	s.p = bytes;
	bytes[12] = 0x10;
	items = rt_pg_array(s);
	CHECK(items.left == 0 && !rt_pg_items_next(&items) && items.malformed);
	bytes[12] = 0;
	bytes[15] = 2; /* and one behind the last */
	items = rt_pg_array(s);
	CHECK(rt_pg_items_next(&items) && rt_pg_items_next(&items));
	CHECK(!rt_pg_items_next(&items) && items.malformed);
	bytes[15] = 4;
	items = rt_pg_array(s);
	while (rt_pg_items_next(&items))
		continue;
	CHECK(items.malformed);
}

TEST(composites)
{
	struct rt_pg_items items = rt_pg_composite(
	    ask("row(7::int8, null::text, 'x'::text, '2024-02-29'::date)"));
	struct rt_date d;
	int64_t v;

	CHECK_INT(items.left, 4);
	CHECK(rt_pg_items_next(&items) && items.type == RT_OID_INT8);
	CHECK(rt_pg_get_int(items.item, &v) && v == 7);
	CHECK(rt_pg_items_next(&items) && items.type == RT_OID_TEXT);
	CHECK(items.item.p == NULL);
	CHECK(rt_pg_items_next(&items));
	CHECK_STR(items.item, "x");
	CHECK(rt_pg_items_next(&items) && items.type == RT_OID_DATE);
	CHECK(rt_pg_get_date(items.item, &d) && d.day == 29);
	CHECK(!rt_pg_items_next(&items) && !items.malformed);
	items = rt_pg_composite((struct rt_str){NULL, 0});
	CHECK(!rt_pg_items_next(&items) && items.malformed);
}

/* --- Malformed bytes --- */

static void
read_all(struct rt_str s)
{
	struct rt_pg_items lists[2] = {rt_pg_array(s), rt_pg_composite(s)};
	struct rt_time_range times;
	struct rt_date_range dates;
	struct rt_interval interval;
	struct rt_daytime daytime;
	struct rt_uuid uuid;
	struct rt_time t;
	struct rt_date d;
	struct rt_str text;
	int64_t i;
	double f;
	bool b;

	(void)(rt_pg_get_bool(s, &b) || rt_pg_get_int(s, &i) ||
	    rt_pg_get_double(s, &f));
	(void)(rt_pg_get_jsonb(s, &text) && rt_pg_get_uuid(s, &uuid));
	(void)(rt_pg_get_date(s, &d) && rt_pg_get_time(s, &t));
	(void)(rt_pg_get_daytime(s, &daytime) &&
	    rt_pg_get_interval(s, &interval));
	(void)!rt_pg_get_time_range(s, &times);
	(void)!rt_pg_get_date_range(s, &dates);
	(void)!rt_pg_get_numeric(arena(), s, &text);
	for (int k = 0; k < 2; k++) {
		while (rt_pg_items_next(&lists[k]))
			continue;
	}
}

/* Each of their lengths, and each of their bytes another: the sanitizer sees
 * what is read beyond, for each has memory of its own. */
TEST(no_bytes_break_a_reader)
{
	static const char *const values[] = {"12345.678::numeric",
	    "'{1,null}'::int8[]", "row(1, 'a'::text)", "'{\"a\":1}'::jsonb",
	    "'[2024-01-01,2024-02-01)'::daterange",
	    "'[2024-01-01,2024-02-01]'::tstzrange", "now()",
	    "interval '1 day'"};

	for (size_t i = 0; i < RT_LEN(values); i++) {
		struct rt_str s = ask(values[i]);

		for (size_t at = 0; at < s.n * 256; at++) {
			char *p = malloc(s.n);

			memcpy(p, s.p, s.n);
			p[at / 256] = (char)at;
			read_all((struct rt_str){p, s.n});
			free(p);
		}
		for (size_t n = 0; n <= s.n; n++) {
			char *p = malloc(n);

			if (n > 0)
				memcpy(p, s.p, n);
			read_all((struct rt_str){p, n});
			free(p);
		}
	}
}

/* --- Parameters --- */

static struct rt_sql_args
open_args(unsigned n)
{
	static struct rt_call call;
	struct rt_sql_query query = {.n_params = n};

	call.arena = arena();
	return rt_sql_args(&call, &query);
}

static struct rt_str
arg(const struct rt_sql_args *args, unsigned i)
{
	if (args->v[i].length < 0)
		return (struct rt_str){NULL, 0};
	return (struct rt_str){args->bytes.p + args->v[i].at,
	    (size_t)args->v[i].length};
}

/* Also where the bytes outgrow what they begin with. */
TEST(parameters_keep_their_places)
{
	static char text[3000];
	struct rt_sql_args args = open_args(4);
	struct rt_str values[4];
	struct row row;

	memset(text, 'x', sizeof(text));
	rt_sql_begin(&args);
	rt_pg_put_int8(&args.bytes, 42);
	rt_sql_end(&args);
	rt_sql_text(&args, (struct rt_str){text, sizeof(text)});
	rt_sql_text(&args, (struct rt_str){NULL, 0});
	rt_sql_text(&args, RT_LIT(""));
	CHECK(args.n == 4 && !args.impossible);
	for (unsigned i = 0; i < 4; i++)
		values[i] = arg(&args, i);
	row =
	    run_query("select ($1::int8 = 42 and $2::text = repeat('x', 3000) "
		      "and $3::text is null and $4::text = '')::text",
		values, 4);
	CHECK_STR(row.v[0], "true");
}

TEST(parameters_that_cannot_be)
{
	struct rt_sql_args args = open_args(2);

	rt_sql_text(&args, RT_LIT("a\0b"));
	CHECK(args.impossible);
	args = open_args(2);
	rt_sql_null(&args);
	CHECK(!args.impossible);
	rt_sql_begin(&args);
	rt_pg_put_int2(&args.bytes, 40000);
	rt_sql_end(&args);
	CHECK(args.impossible && args.n == 2);
	args = open_args(0);
	CHECK(args.n == 0 && !args.impossible);
}
