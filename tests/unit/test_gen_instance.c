#include "gen/pattern.h"
#include "tests/unit/schema_fixture.h"

/* --- Values that change --- */

static struct rt_str
changed(const char *json, const char *pointer, const char *value)
{
	return fixture_json(instance_with(fixture_arena(),
	    fixture_instance(json), rt_str(pointer), fixture_instance(value)));
}

TEST(a_change_replaces_one_place)
{
	CHECK_STR(changed("{a: 1, b: [2, 3]}", "/b/1", "4"),
	    "{\"a\":1,\"b\":[2,4]}");
	CHECK_STR(changed("{a: 1}", "", "[]"), "[]");
}

TEST(a_change_adds_what_is_new)
{
	CHECK_STR(changed("{a: 1}", "/b", "2"), "{\"a\":1,\"b\":2}");
	CHECK_STR(changed("[1]", "/1", "2"), "[1,2]");
	CHECK_STR(changed("{a: 1}", "/b/c", "2"), "none");
	CHECK_STR(changed("1", "/a", "2"), "none");
}

TEST(a_change_leaves_the_original_alone)
{
	const struct instance *v = fixture_instance("{a: {b: 1}}");

	(void)instance_with(fixture_arena(), v, RT_LIT("/a/b"),
	    fixture_instance("2"));
	(void)instance_without(fixture_arena(), v, RT_LIT("/a/b"));
	CHECK_STR(fixture_json(v), "{\"a\":{\"b\":1}}");
}

TEST(pointers_are_escaped_and_read)
{
	struct rt_str p =
	    instance_pointer(fixture_arena(), RT_LIT("/x"), RT_LIT("a/b~c"));

	CHECK_STR(p, "/x/a~1b~0c");
	CHECK_STR(changed("{x: {a/b~c: 1}}", p.p, "2"),
	    "{\"x\":{\"a/b~c\":2}}");
	CHECK_STR(changed("{x: {}}", "/x/a~1b~0c", "2"),
	    "{\"x\":{\"a/b~c\":2}}");
}

TEST(a_part_is_taken_away)
{
	const struct instance *v = fixture_instance("{a: [1, 2, 3], b: 1}");

	CHECK_STR(
	    fixture_json(instance_without(fixture_arena(), v, RT_LIT("/a/1"))),
	    "{\"a\":[1,3],\"b\":1}");
	CHECK_STR(
	    fixture_json(instance_without(fixture_arena(), v, RT_LIT("/a"))),
	    "{\"b\":1}");
	CHECK_STR(
	    fixture_json(instance_without(fixture_arena(), v, RT_LIT("/c"))),
	    "{\"a\":[1,2,3],\"b\":1}");
}

TEST(a_place_is_found)
{
	const struct instance *v = fixture_instance("{a: [1, {b: 2}]}");

	CHECK_STR(fixture_json(instance_at(v, RT_LIT("/a/1/b"))), "2");
	CHECK_STR(fixture_json(instance_at(v, RT_LIT("/a/2"))), "none");
	CHECK_STR(fixture_json(instance_at(v, RT_LIT("/b"))), "none");
}

/* --- Strings of patterns --- */

static struct rt_str
sample_of(const char *pattern, size_t points)
{
	struct rt_str s =
	    pattern_sample(fixture_arena(), rt_str(pattern), points);

	return s.p == NULL ? RT_LIT("none") : s;
}

TEST(a_pattern_gives_its_shortest_string)
{
	CHECK_STR(sample_of("^[A-Z]{2}[0-9]{3}$", 0), "AA000");
	CHECK_STR(sample_of("^(foo|b)-\\d+$", 0), "foo-0");
	CHECK_STR(sample_of("^a?b*c$", 0), "c");
	CHECK_STR(sample_of("^$", 0), "");
}

TEST(a_pattern_is_stretched_to_a_length)
{
	CHECK_STR(sample_of("^[A-Z]{2}[0-9]{3,9}$", 8), "AA000000");
	CHECK_STR(sample_of("^([a-z]+-)*z$", 7), "a-a-a-z");
	CHECK_STR(sample_of("^[a-z]+\\.[a-z]+$", 6), "aaaa.a");
}

TEST(an_open_end_is_filled)
{
	CHECK_STR(sample_of("^x", 4), "xaaa");
	CHECK_STR(sample_of("\\$", 3), "$aa");
}

TEST(classes_are_understood)
{
	CHECK_STR(sample_of("^[^a-zA-Z]$", 1), "0");
	CHECK_STR(sample_of("^[\\w.-]$", 1), "a");
	CHECK_STR(sample_of("^[\\x41\\u0042]{2}$", 2), "AA");
	CHECK_STR(sample_of("^[\\]x]\\s\\S$", 3), "] a");
	CHECK_STR(sample_of("^\\p{Lu}\\p{Nd}$", 2), "A0");
}

TEST(the_alternative_that_fits_is_taken)
{
	CHECK_STR(sample_of("^abcdef$|^xy$", 2), "xy");
	CHECK_STR(sample_of("^(?:ab|c)(?<n>d)$", 3), "abd");
}

TEST(patterns_that_are_not_understood_give_nothing)
{
	CHECK_STR(sample_of("^(a", 1), "none");
	CHECK_STR(sample_of("^[a", 1), "none");
	CHECK_STR(sample_of("(a)\\1", 2), "none");
	CHECK_STR(sample_of("\xc3\xa9", 1), "none");
}

TEST(hostile_patterns_end)
{
	char deep[201];

	memset(deep, '(', 100);
	memset(deep + 100, ')', 100);
	deep[200] = '\0';
	CHECK_STR(sample_of(deep, 1), "none");
	CHECK_STR(sample_of("((((a{9999}){9999}){9999}){9999})", 1), "none");
	CHECK_STR(sample_of("^((){999999}){999999}$", 1), "");
}
