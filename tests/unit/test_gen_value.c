#include "gen/value.h"
#include "tests/unit/test.h"

static struct rt_arena *
new_arena(void)
{
	return rt_arena_open(64 * 1024 * 1024, NULL, NULL);
}

TEST(scalars_keep_their_type_and_value)
{
	struct rt_arena *a = new_arena();

	CHECK_INT(value_type(value_bool(a, true)), VALUE_BOOL);
	CHECK(value_yes(value_bool(a, true)));
	CHECK(!value_yes(value_bool(a, false)));
	CHECK_INT(value_number(value_int(a, INT64_MIN)), INT64_MIN);
	CHECK_STR(value_str(value_text(a, RT_LIT("x"))), "x");
	rt_arena_close(a);
}

TEST(list_grows_and_keeps_order)
{
	struct rt_arena *a = new_arena();
	struct value *list = value_list(a);

	for (int i = 0; i < 100; i++)
		value_add(list, value_int(a, i));
	CHECK_INT(value_count(list), 100);
	for (int i = 0; i < 100; i++)
		CHECK_INT(value_number(value_at(list, (size_t)i)), i);
	rt_arena_close(a);
}

TEST(map_finds_whole_keys_in_order_of_setting)
{
	struct rt_arena *a = new_arena();
	struct value *map = value_map(a);

	value_set_int(map, "zeta", 1);
	value_set_bool(map, "alpha", true);
	value_set_cstr(map, "ze", "short");
	value_set_printf(map, "made", "%s-%d", "x", 7);
	CHECK_INT(value_count(map), 4);
	CHECK_STR(value_key(map, 0), "zeta");
	CHECK_STR(value_key(map, 1), "alpha");
	CHECK_INT(value_number(value_get(map, RT_LIT("zeta"))), 1);
	CHECK_STR(value_str(value_get(map, RT_LIT("ze"))), "short");
	CHECK_STR(value_str(value_get(map, RT_LIT("made"))), "x-7");
	CHECK(value_get(map, RT_LIT("zet")) == NULL);
	CHECK(value_get(map, RT_LIT("zetas")) == NULL);
	CHECK(value_get(map, RT_LIT("")) == NULL);
	rt_arena_close(a);
}

TEST(truth_is_being_something)
{
	struct rt_arena *a = new_arena();
	struct value *list = value_list(a), *map = value_map(a);

	CHECK(!value_truthy(value_bool(a, false)));
	CHECK(value_truthy(value_bool(a, true)));
	CHECK(!value_truthy(value_int(a, 0)));
	CHECK(value_truthy(value_int(a, -1)));
	CHECK(!value_truthy(value_text(a, RT_LIT(""))));
	CHECK(value_truthy(value_text(a, RT_LIT("0"))));
	CHECK(!value_truthy(list));
	CHECK(!value_truthy(map));
	value_add(list, value_bool(a, false));
	value_set_int(map, "x", 0);
	CHECK(value_truthy(list));
	CHECK(value_truthy(map));
	rt_arena_close(a);
}

TEST(json_is_indented_and_escaped)
{
	struct rt_arena *a = new_arena();
	struct value *map = value_map(a), *list = value_list(a);

	value_set(map, "empty", value_list(a));
	value_set(map, "none", value_map(a));
	value_set_text(map, "t\"x", RT_LIT("a\"b\\c\n\t\r\x01\x7f\xc3\xa9"));
	value_add(list, value_int(a, -5));
	value_add(list, value_bool(a, true));
	value_set(map, "list", list);
	CHECK_STR(value_json(a, map),
	    "{\n"
	    "  \"empty\": [],\n"
	    "  \"none\": {},\n"
	    "  \"t\\\"x\": \"a\\\"b\\\\c\\n\\t\\r\\u0001\\u007f\xc3\xa9\",\n"
	    "  \"list\": [\n"
	    "    -5,\n"
	    "    true\n"
	    "  ]\n"
	    "}\n");
	CHECK_STR(value_json(a, value_text(a, rt_str(NULL))), "\"\"\n");
	rt_arena_close(a);
}
