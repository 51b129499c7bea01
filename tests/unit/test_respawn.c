#include "runtime/respawn.h"

#include "tests/unit/test.h"

static const int64_t ms = 1000;

TEST(the_first_begins_at_once)
{
	struct rt_respawn r = {0};

	CHECK_INT(rt_respawn_delay(&r, 5 * ms), 0);
	CHECK_INT(r.deaths, 0);
}

TEST(deaths_in_a_row_wait_ever_longer)
{
	static const unsigned waits[] = {100, 200, 400, 800, 1600, 3200, 6400,
	    10000, 10000};
	struct rt_respawn r = {0};
	int64_t now = 1;

	CHECK_INT(rt_respawn_delay(&r, now), 0);
	for (size_t i = 0; i < sizeof(waits) / sizeof(waits[0]); i++) {
		/* It dies one second after it has waited. */
		now = r.began_us + 1000 * ms;
		CHECK_INT(rt_respawn_delay(&r, now), waits[i]);
		CHECK_INT(r.began_us, now + waits[i] * ms);
		CHECK_INT(r.deaths, i + 1);
	}
}

TEST(who_is_killed_while_it_waits_has_died_soon)
{
	struct rt_respawn r = {0};

	CHECK_INT(rt_respawn_delay(&r, 1), 0);
	CHECK_INT(rt_respawn_delay(&r, 2), 100);
	CHECK_INT(rt_respawn_delay(&r, 3), 200);
}

TEST(a_long_life_ends_the_row)
{
	struct rt_respawn r = {0};
	int64_t now = 1;

	CHECK_INT(rt_respawn_delay(&r, now), 0);
	now += RT_RESPAWN_STABLE_MS * ms - 1;
	CHECK_INT(rt_respawn_delay(&r, now), 100);
	now = r.began_us + RT_RESPAWN_STABLE_MS * ms;
	CHECK_INT(rt_respawn_delay(&r, now), 0);
	CHECK_INT(rt_respawn_delay(&r, now + 1), 100);
}

TEST(a_row_without_end_has_an_end_to_its_waits)
{
	struct rt_respawn r = {.began_us = 1, .deaths = 4000000000U};

	CHECK_INT(rt_respawn_delay(&r, 2), RT_RESPAWN_MOST_MS);
}

TEST(a_place_that_is_given_up_is_like_new)
{
	struct rt_respawn r = {0};

	CHECK_INT(rt_respawn_delay(&r, 1), 0);
	CHECK_INT(rt_respawn_delay(&r, 2), 100);
	rt_respawn_forget(&r);
	CHECK_INT(rt_respawn_delay(&r, 3), 0);
	CHECK_INT(rt_respawn_delay(&r, 4), 100);
}
