#include "runtime/breaker.h"

#include "tests/unit/test.h"

static const char a[] = "https://a.example:443";
static const char b[] = "https://b.example:443";
static const struct rt_breaker_settings three = {3, 1000};
static struct rt_breakers all;

static bool
admits(const char *origin, int64_t now)
{
	return rt_breaker_admits(&all, &three, origin, now);
}

static void
fail(const char *origin, unsigned times, int64_t now)
{
	while (times-- > 0)
		rt_breaker_note(&all, origin, false, now);
}

TEST(failures_in_a_row_open_it)
{
	fail(a, 2, 10);
	CHECK(admits(a, 20));
	rt_breaker_note(&all, a, true, 20);
	fail(a, 2, 30);
	CHECK(admits(a, 40));
	fail(a, 1, 50);
	CHECK(!admits(a, 60));
	CHECK(admits(b, 60));
}

TEST(after_a_while_it_lets_one_through)
{
	fail(a, 3, 100);
	CHECK(!admits(a, 1099));
	CHECK(admits(a, 1100));
	CHECK(!admits(a, 1101));
	rt_breaker_note(&all, a, true, 1200);
	CHECK(admits(a, 1201) && admits(a, 1202));
	fail(a, 2, 1300);
	CHECK(admits(a, 1301)); /* counted from nothing */
}

TEST(one_that_fails_again_closes_it_again)
{
	fail(a, 3, 100);
	CHECK(admits(a, 1100));
	fail(a, 1, 1200);
	CHECK(!admits(a, 2199));
	CHECK(admits(a, 2200));
}

TEST(one_that_tells_nothing_leaves_the_place_to_another)
{
	fail(a, 3, 100);
	CHECK(admits(a, 1100));
	rt_breaker_forget(&all, a);
	CHECK(admits(a, 1101));
	rt_breaker_forget(&all, b);
}

TEST(none_opens_where_the_setting_is_zero)
{
	static const struct rt_breaker_settings never = {0, 1000};

	fail(a, 100, 10);
	CHECK(rt_breaker_admits(&all, &never, a, 20));
}

TEST(the_oldest_gives_way)
{
	char origin[RT_ORIGIN_MAX];

	fail(a, 3, 10);
	for (int i = 0; i < RT_BREAKERS_MAX - 1; i++) {
		snprintf(origin, sizeof(origin), "http://%d.example:80", i);
		fail(origin, 3, 20 + i);
	}
	CHECK(!admits(a, 500));
	fail(b, 3, 500);
	CHECK(admits(a, 501));
	CHECK(!admits(b, 501));
	CHECK(!admits("http://0.example:80", 501));
}

static enum rt_breaker_state
state(const char *origin, int64_t now, unsigned failures)
{
	enum rt_breaker_state is;
	unsigned n;

	is = rt_breaker_state(&all, &three, origin, now, &n);
	CHECK_INT(n, failures);
	return is;
}

TEST(how_it_is)
{
	CHECK_INT(state(a, 5, 0), RT_BREAKER_CLOSED);
	fail(a, 2, 10);
	CHECK_INT(state(a, 20, 2), RT_BREAKER_CLOSED);
	fail(a, 1, 30);
	CHECK_INT(state(a, 1029, 3), RT_BREAKER_OPEN);
	CHECK_INT(state(a, 1030, 3), RT_BREAKER_HALF_OPEN);
	CHECK(admits(a, 1030));
	CHECK_INT(state(a, 1031, 3), RT_BREAKER_HALF_OPEN);
	rt_breaker_note(&all, a, true, 1040);
	CHECK_INT(state(a, 1041, 0), RT_BREAKER_CLOSED);
}
