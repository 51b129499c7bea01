#include "runtime/sql_read.h"

#include "test.h"

static struct rt_arena *
arena(void)
{
	return rt_arena_open(1 << 20, NULL, NULL);
}

/* The bytes of a buffer, which holds. */
static struct rt_str
bytes(const struct rt_buf *b)
{
	CHECK(!b->full);
	return rt_buf_str(b);
}

#define BYTES(s) ((struct rt_str){"" s, sizeof(s) - 1})

/* What is sent as an array is what is read as one. */
TEST(arrays_come_back)
{
	static const int64_t ints[] = {-1, 0, 32767};
	static const double doubles[] = {0.5, -2};
	static const bool bools[] = {true, false};
	static const struct rt_str strs[] = {RT_TEXT("a"), RT_TEXT("")};
	static const struct rt_str numerics[] = {RT_TEXT("12.50")};
	static const uint32_t int_types[] = {20, 21, 23};
	static const uint32_t double_types[] = {700, 701};
	struct rt_arena *a = arena();
	struct rt_doubles d;
	struct rt_bools t;
	struct rt_ints n;
	struct rt_strs s;
	struct rt_buf b;

	for (size_t i = 0; i < RT_LEN(int_types); i++) {
		b = rt_buf(a, 4096);
		rt_sql_put_ints(&b, (struct rt_ints){ints, 3}, int_types[i]);
		CHECK(rt_sql_get_ints(a, bytes(&b), &n));
		CHECK(n.n == 3 && memcmp(n.v, ints, sizeof(ints)) == 0);
	}
	for (size_t i = 0; i < RT_LEN(double_types); i++) {
		b = rt_buf(a, 4096);
		rt_sql_put_doubles(&b, (struct rt_doubles){doubles, 2},
		    double_types[i]);
		CHECK(rt_sql_get_doubles(a, bytes(&b), &d));
		CHECK(d.n == 2 && d.v[0] == 0.5 && d.v[1] == -2);
	}
	b = rt_buf(a, 4096);
	rt_sql_put_bools(&b, (struct rt_bools){bools, 2}, 16);
	CHECK(rt_sql_get_bools(a, bytes(&b), &t));
	CHECK(t.n == 2 && t.v[0] && !t.v[1]);
	b = rt_buf(a, 4096);
	rt_sql_put_strs(&b, (struct rt_strs){strs, 2}, 25);
	CHECK(rt_sql_get_strs(a, bytes(&b), &s));
	CHECK_INT(s.n, 2);
	CHECK_STR(s.v[0], "a");
	CHECK_STR(s.v[1], "");
	b = rt_buf(a, 4096);
	rt_sql_put_numerics(&b, (struct rt_strs){numerics, 1}, 1700);
	CHECK(rt_sql_get_numerics(a, bytes(&b), &s));
	CHECK_STR(s.v[0], "12.50");
	b = rt_buf(a, 4096);
	rt_sql_put_ints(&b, (struct rt_ints){NULL, 0}, 20);
	CHECK(rt_sql_get_ints(a, bytes(&b), &n));
	CHECK_INT(n.n, 0);
	rt_arena_close(a);
}

/* No other value is stored in the place of one that there is not. */
TEST(impossible_items_fill_the_buffer)
{
	static const struct rt_str nul[] = {{"a\0b", 3}};
	static const int64_t wide[] = {40000};
	struct rt_arena *a = arena();
	struct rt_buf b = rt_buf(a, 4096);

	rt_sql_put_strs(&b, (struct rt_strs){nul, 1}, 25);
	CHECK(b.full);
	b = rt_buf(a, 4096);
	rt_sql_put_strs(&b, (struct rt_strs){nul, 1}, 17);
	CHECK(!b.full);
	b = rt_buf(a, 4096);
	rt_sql_put_ints(&b, (struct rt_ints){wide, 1}, 21);
	CHECK(b.full);
	rt_arena_close(a);
}

TEST(malformed_arrays_are_refused)
{
	static const struct rt_str null = {NULL, 0};
	struct rt_arena *a = arena();
	struct rt_str all;
	struct rt_ints n;
	struct rt_strs s;
	struct rt_buf b;

	CHECK(!rt_sql_get_ints(a, null, &n));
	CHECK(!rt_sql_get_ints(a, RT_LIT(""), &n));
	/* A null among the items. */
	b = rt_buf(a, 4096);
	rt_pg_put_array(&b, 25, 1);
	rt_buf_add(&b, RT_LIT("\xff\xff\xff\xff"));
	CHECK(!rt_sql_get_strs(a, bytes(&b), &s));
	CHECK(!rt_sql_get_ints(a, bytes(&b), &n));
	/* Cut off anywhere, and with a byte too many. */
	b = rt_buf(a, 4096);
	rt_sql_put_ints(&b, (struct rt_ints){(const int64_t[]){1, 2}, 2}, 20);
	rt_buf_byte(&b, 0);
	all = bytes(&b);
	for (size_t i = 0; i <= all.n; i++)
		CHECK(rt_sql_get_ints(a, (struct rt_str){all.p, i}, &n) ==
		    (i == all.n - 1));
	rt_arena_close(a);
}

TEST(values_for_other_members)
{
	static const char *const texts[] = {[1] = "glad", [2] = "sad"};
	static const struct rt_enum moods = RT_ENUM(texts);
	static const struct rt_str null = {NULL, 0};
	struct rt_arena *a = arena();
	struct rt_buf b = rt_buf(a, 64);
	struct rt_str text;
	unsigned mood = 0;
	int32_t narrow;
	double number;

	CHECK(!rt_sql_get_text(null, &text));
	CHECK(rt_sql_get_text(RT_LIT(""), &text));
	CHECK(rt_sql_get_int32(BYTES("\x80\0\0\0"), &narrow));
	CHECK_INT(narrow, INT32_MIN);
	CHECK(!rt_sql_get_int32(BYTES("\0\0\0\0\x80\0\0\0"), &narrow));
	CHECK(!rt_sql_get_int32(BYTES("\xff\xff\xff\xff\x7f\0\0\0"), &narrow));
	CHECK(!rt_sql_get_int32(null, &narrow));
	CHECK(rt_sql_get_enum(RT_LIT("sad"), &moods, &mood));
	CHECK_INT(mood, 2);
	CHECK(!rt_sql_get_enum(RT_LIT("SAD"), &moods, &mood));
	CHECK(!rt_sql_get_enum(RT_LIT(""), &moods, &mood));
	CHECK(!rt_sql_get_enum(null, &moods, &mood));
	rt_pg_put_numeric(&b, RT_LIT("-0.25"));
	CHECK(rt_sql_get_number(a, bytes(&b), &number) && number == -0.25);
	CHECK(!rt_sql_get_number(a, null, &number));
	rt_arena_close(a);
}

TEST(json_of_both_types)
{
	static const struct rt_str null = {NULL, 0};
	struct rt_arena *a = arena();
	const struct rt_node *v;
	struct rt_str_map map;

	CHECK(rt_sql_get_json(a, RT_LIT(" [1]"), &v) && v->n == 1);
	CHECK(rt_sql_get_json(a, BYTES("\1[1]"), &v) && v->n == 1);
	CHECK(!rt_sql_get_json(a, BYTES("\2[1]"), &v));
	CHECK(!rt_sql_get_json(a, BYTES("\1\1[1]"), &v));
	CHECK(!rt_sql_get_json(a, RT_LIT(""), &v));
	CHECK(!rt_sql_get_json(a, null, &v));
	/* Whoever wrote it may mean either. */
	CHECK(!rt_sql_get_json(a, RT_LIT("{\"a\":1,\"a\":2}"), &v));
	CHECK(rt_sql_get_str_map(a, RT_LIT("{\"b\":\"x\",\"a\":\"\"}"), &map));
	CHECK_INT(map.n, 2);
	CHECK_STR(rt_str_map_get(map, RT_LIT("b")), "x");
	CHECK(!rt_sql_get_str_map(a, RT_LIT("{\"a\":1}"), &map));
	CHECK(!rt_sql_get_str_map(a, RT_LIT("[]"), &map));
	CHECK(!rt_sql_get_str_map(a, null, &map));
	rt_arena_close(a);
}
