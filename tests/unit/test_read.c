#include <float.h>

#include "runtime/read.h"
#include "tests/unit/test.h"

static struct rt_arena *
arena(void)
{
	static struct rt_arena *a;

	if (a == NULL)
		a = rt_arena_open(SIZE_MAX, NULL, NULL);
	return a;
}

static const struct rt_node *
node(const char *text)
{
	struct rt_json_error err;
	const struct rt_node *v =
	    rt_json_parse(arena(), rt_str(text), NULL, &err);

	CHECK(v != NULL);
	return v;
}

TEST(scalars_are_read)
{
	CHECK(rt_read_bool(node("true")));
	CHECK(!rt_read_bool(node("false")));
	CHECK_INT(rt_read_int(node("-12")), -12);
	CHECK_INT(rt_read_int(node("1.0")), 1);
	CHECK_INT(rt_read_int(node("1e2")), 100);
	CHECK_INT(rt_read_int(node("1e30")), INT64_MAX);
	CHECK_INT(rt_read_int(node("-1e30")), INT64_MIN);
	CHECK_INT(rt_read_int32(node("2147483647")), INT32_MAX);
	CHECK_INT(rt_read_int32(node("2147483648")), INT32_MAX);
	CHECK_INT(rt_read_int32(node("-2147483649")), INT32_MIN);
	CHECK(rt_read_double(node("1.5e1")) == 15);
	CHECK(rt_read_double(node("1e400")) == DBL_MAX);
	CHECK_STR(rt_read_str(node("\"a\\tb\"")), "a\tb");
	CHECK(rt_is_null(node("null")));
	CHECK(!rt_is_null(node("0")));
}

TEST(other_types_read_as_zero)
{
	static const char *const others[] = {"null", "[1]", "{\"a\":1}"};

	for (size_t i = 0; i < RT_LEN(others); i++) {
		const struct rt_node *v = node(others[i]);

		CHECK(!rt_read_bool(v));
		CHECK_INT(rt_read_int(v), 0);
		CHECK_INT(rt_read_int32(v), 0);
		CHECK(rt_read_double(v) == 0);
		CHECK(rt_read_str(v).p == NULL);
		CHECK_INT(rt_read_date(v).month, 0);
		CHECK_INT(rt_read_time(v).us, 0);
		CHECK_INT(rt_read_uuid(v).b[0], 0);
	}
	CHECK_INT(rt_read_int(node("\"12\"")), 0);
	CHECK(!rt_read_bool(node("1")));
	CHECK_INT(rt_read_strs(arena(), node("\"a\"")).n, 0);
	CHECK_INT(rt_read_ints(arena(), node("{\"a\":1}")).n, 0);
	CHECK_INT(rt_read_date(node("\"2026-02-30\"")).month, 0);
	CHECK_INT(rt_read_time(node("\"2026-02-30T00:00:00Z\"")).us, 0);
}

TEST(formats_are_read)
{
	CHECK_INT(rt_read_date(node("\"2026-11-21\"")).day, 21);
	CHECK_INT(rt_read_time(node("\"1970-01-01T00:00:01Z\"")).us, 1000000);
	CHECK_INT(
	    rt_read_uuid(node("\"f81d4fae-7dec-11d0-a765-00a0c91e6bf6\"")).b[1],
	    0x1d);
}

TEST(lists_are_read)
{
	struct rt_strs strs =
	    rt_read_strs(arena(), node("[\"a\",1,\"\",[\"x\"],\"b\"]"));
	struct rt_ints ints = rt_read_ints(arena(), node("[1,\"2\",3.0]"));
	struct rt_doubles doubles =
	    rt_read_doubles(arena(), node("[0.5,null,2]"));

	CHECK_INT(strs.n, 5);
	CHECK_STR(strs.v[0], "a");
	CHECK(strs.v[1].p == NULL);
	CHECK(strs.v[2].p != NULL);
	CHECK(strs.v[3].p == NULL);
	CHECK_STR(strs.v[4], "b");
	CHECK_INT(ints.n, 3);
	CHECK(ints.v[0] == 1 && ints.v[1] == 0 && ints.v[2] == 3);
	CHECK_INT(doubles.n, 3);
	CHECK(doubles.v[0] == 0.5 && doubles.v[1] == 0 && doubles.v[2] == 2);
	CHECK_INT(rt_read_strs(arena(), node("[]")).n, 0);
}

TEST(arrays_of_other_scalars_are_read)
{
	struct rt_bools bools = rt_read_bools(arena(), node("[true,false]"));
	struct rt_dates dates =
	    rt_read_dates(arena(), node("[\"2024-02-29\",\"x\"]"));
	struct rt_times times =
	    rt_read_times(arena(), node("[\"1970-01-01T00:00:01Z\"]"));
	struct rt_uuids uuids = rt_read_uuids(arena(),
	    node("[\"00000000-0000-4000-8000-0000000000ff\"]"));

	CHECK_INT(bools.n, 2);
	CHECK(bools.v[0] && !bools.v[1]);
	CHECK_INT(dates.n, 2);
	CHECK_INT(dates.v[0].year, 2024);
	CHECK_INT(dates.v[1].month, 0);
	CHECK_INT(times.n, 1);
	CHECK_INT(times.v[0].us, 1000000);
	CHECK_INT(uuids.n, 1);
	CHECK_INT(uuids.v[0].b[15], 0xff);
	CHECK_INT(rt_read_bools(arena(), node("{}")).n, 0);
}

TEST(enums_are_read)
{
	static const char *const texts[] = {NULL, "cat", "dog", ""};
	static const struct rt_enum e = RT_ENUM(texts);

	CHECK_INT(rt_read_enum(node("\"dog\""), &e), 2);
	CHECK_INT(rt_read_enum(node("\"\""), &e), 3);
	CHECK_INT(rt_read_enum(node("\"Dog\""), &e), 0);
	CHECK_INT(rt_read_enum(node("\"cat\\u0000\""), &e), 0);
	CHECK_INT(rt_read_enum(node("1"), &e), 0);
	CHECK_STR(rt_enum_text(&e, 1), "cat");
	CHECK(rt_enum_text(&e, 0).p == NULL);
	CHECK(rt_enum_text(&e, 4).p == NULL);
}

TEST(files)
{
	static const struct rt_node file[] = {
	    {RT_STRING, RT_FILE_SPAN, 3, "a\0b"},
	    {RT_STRING, 1, 5, "a.png"},
	    {RT_NULL, 1, 0, NULL},
	};
	static const struct rt_node text = {RT_STRING, 1, 2, "xy"};
	static const struct rt_node number = {RT_NUMBER, 1, 1, "1"};

	CHECK_INT(rt_read_file(file).bytes.n, 3);
	CHECK_STR(rt_read_file(file).name, "a.png");
	CHECK(rt_read_file(file).media.p == NULL);
	CHECK_STR(rt_read_file(&text).bytes, "xy");
	CHECK(rt_read_file(&text).name.p == NULL);
	CHECK(rt_read_file(&number).bytes.p == NULL);
}
