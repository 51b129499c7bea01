#include "runtime/timer.h"

#include "tests/unit/test.h"

enum { N = 2000 };

static struct rt_timers all;
static struct rt_timer timers[N];
static int64_t fired[N];
static unsigned n_fired;

static void
note(void *arg)
{
	fired[n_fired++] = *(const int64_t *)arg;
}

static void
set(unsigned i, int64_t due_us)
{
	timers[i] = (struct rt_timer){
	    .due_us = due_us,
	    .fn = note,
	    .arg = &timers[i].due_us,
	};
	rt_timer_set(&all, &timers[i]);
}

TEST(nothing_is_due_where_nothing_is_set)
{
	rt_timers_run(&all, INT64_MAX);
	CHECK(all.first == NULL);
}

TEST(those_that_are_due_in_their_order)
{
	static const int64_t due[] = {50, 10, 40, 10, 30, 20};

	for (unsigned i = 0; i < 6; i++)
		set(i, due[i]);
	rt_timers_run(&all, 9);
	CHECK_INT(n_fired, 0);
	rt_timers_run(&all, 30);
	CHECK_INT(n_fired, 4);
	CHECK(fired[0] == 10 && fired[1] == 10 && fired[2] == 20 &&
	    fired[3] == 30);
	CHECK(!timers[1].set && timers[0].set);
	rt_timers_run(&all, 50);
	CHECK_INT(n_fired, 6);
	CHECK(all.first == NULL);
}

TEST(what_is_cleared_does_not_fire)
{
	struct rt_timer never = {0};

	for (unsigned i = 0; i < 5; i++)
		set(i, 10 * i);
	rt_timer_clear(&all, &timers[0]);
	rt_timer_clear(&all, &timers[3]);
	rt_timer_clear(&all, &timers[3]);
	rt_timer_clear(&all, &never);
	rt_timers_run(&all, 100);
	CHECK_INT(n_fired, 3);
	CHECK(fired[0] == 10 && fired[1] == 20 && fired[2] == 40);
}

static void
again(void *arg)
{
	struct rt_timer *t = arg;

	fired[n_fired++] = t->due_us;
	if (n_fired == 3)
		return;
	t->due_us += 10;
	rt_timer_set(&all, t);
}

TEST(one_may_be_set_again_when_it_fires)
{
	struct rt_timer t = {.due_us = 10, .fn = again, .arg = &t};

	rt_timer_set(&all, &t);
	rt_timers_run(&all, 20);
	CHECK_INT(n_fired, 2);
	rt_timers_run(&all, 100);
	CHECK_INT(n_fired, 3);
	CHECK(!t.set);
}

/* Any order of sets and clears, beside a plain count of what must be left. */
TEST(many_at_random)
{
	unsigned seed = 1, n_set = 0;
	int64_t last = -1;

	for (unsigned step = 0; step < 20 * N; step++) {
		unsigned i = (seed = seed * 1103515245 + 12345) >> 8;

		i %= N;
		if (timers[i].set) {
			rt_timer_clear(&all, &timers[i]);
			n_set--;
		} else {
			set(i, (int64_t)(seed >> 20));
			n_set++;
		}
	}
	CHECK(n_set > 100);
	rt_timers_run(&all, INT64_MAX);
	CHECK_INT(n_fired, n_set);
	for (unsigned i = 0; i < n_fired; i++) {
		CHECK(fired[i] >= last);
		last = fired[i];
	}
}
