#include "gen/pattern.h"
#include "tests/unit/test.h"

static bool
explodes(const char *pattern)
{
	struct rt_arena *arena = rt_arena_open(1 << 26, NULL, NULL);
	bool yes = pattern_explodes(arena, rt_str(pattern));

	rt_arena_close(arena);
	return yes;
}

TEST(a_loop_in_a_loop_explodes)
{
	CHECK(explodes("^(a+)+$"));
	CHECK(explodes("^(a*)*$"));
	CHECK(explodes("^(a*)+b"));
	CHECK(explodes("^(\\w+\\s?)*$"));
	CHECK(explodes("^(([a-z])+.)+[A-Z]$"));
	CHECK(explodes("^(a{1,100})*$"));
	CHECK(explodes("^([a-z]+\\.?)+@x$"));
	CHECK(explodes("(?=(a+)+$)b"));
}

TEST(alternatives_that_overlap_explode)
{
	CHECK(explodes("^(a|a)*$"));
	CHECK(explodes("^(a|ab|b)*$"));
	CHECK(explodes("^(x|xx|yz)+$"));
	CHECK(explodes("^(\\d|[0-9])*$"));
	CHECK(!explodes("^(a|b|cd)*$"));
	CHECK(!explodes("^(ab|ac)*$"));
}

TEST(what_can_be_read_in_one_way_does_not)
{
	CHECK(!explodes("^a+$"));
	CHECK(!explodes("^a+a+$")); /* slow, but not by powers */
	CHECK(!explodes("^(\\.[a-z]+)*$"));
	CHECK(!explodes("^[a-z0-9]+(-[a-z0-9]+)*$"));
	CHECK(!explodes("^([a-f0-9]{4}-){3}[a-f0-9]{12}$"));
	CHECK(!explodes("^([a-f0-9]{2,4}:)*$"));
	CHECK(!explodes("^(?:[a-f0-9]{64})+$"));
	CHECK(!explodes("^([0-9]{1,3}\\.){3}[0-9]{1,3}$"));
	CHECK(!explodes("^(a?b)*$"));
}

/* Where a loop may simply end, nothing is tried again. */
TEST(a_match_that_can_not_fail_does_not)
{
	CHECK(!explodes("(a+)+"));
	CHECK(!explodes("^(a+)+"));
	CHECK(explodes("^(a+)+x"));
}

TEST(what_is_too_large_is_not_judged)
{
	CHECK(!explodes("^(((((a{60}){60}){60}){60}){60})+$"));
	CHECK(!explodes("^(((((((){60}){60}){60}){60}){60}){60})+$"));
	CHECK(!explodes("^[\\u00e4-\\u00fc]+$"));
	CHECK(!explodes("(("));
	CHECK(!explodes("(a)\\1"));
	CHECK(!explodes(""));
}
