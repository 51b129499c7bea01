#include "runtime/async.h"

#include "runtime/coro.h"
#include "tests/unit/call_fixture.h"

/*
 * A loop whose clock goes on to the next moment that somebody waits for, so
 * that what takes how long is exact.
 */

static struct rt_timers moments;
static bool awake, ended;
static bool result;
static bool (*handler)(struct rt_call *);

void
rt_loop_at(struct rt_timer *t)
{
	rt_timer_set(&moments, t);
}

void
rt_loop_not_at(struct rt_timer *t)
{
	rt_timer_clear(&moments, t);
}

bool
rt_call_wait(struct rt_call *c)
{
	if (c->parent != NULL)
		return rt_fork_wait(c);
	if (rt_call_is_over(c))
		return false;
	awake = false;
	rt_coro_yield(c->coro);
	return !rt_call_is_over(c);
}

void
rt_call_wake(struct rt_call *c)
{
	if (c->parent != NULL)
		rt_fork_wake(c);
	else
		awake = true;
}

static void
run_handler(void *arg)
{
	result = handler(arg);
}

static void
start(bool (*fn)(struct rt_call *))
{
	static const struct rt_api api = {.title = "t"};

	if (server.api == NULL)
		open_server(&api);
	server.call_memory_max = 1 << 20;
	handler = fn;
	call = rt_call_open(&server);
	call->coro = rt_coro_new(run_handler, call);
	ended = rt_coro_resume(call->coro);
}

/* Turns until the clock shows this, or the call has ended. */
static void
turn(int64_t until_us)
{
	while (!ended && clock_us < until_us) {
		if (awake || rt_call_is_over(call)) {
			ended = rt_coro_resume(call->coro);
			continue;
		}
		clock_us = until_us;
		if (moments.first != NULL && moments.first->due_us < clock_us)
			clock_us = moments.first->due_us;
		if (call->deadline_us != 0 && call->deadline_us < clock_us)
			clock_us = call->deadline_us;
		rt_timers_run(&moments, clock_us);
	}
}

static void
finish(void)
{
	turn(INT64_MAX);
	CHECK(ended);
	CHECK(moments.first == NULL);
}

static void
end(void)
{
	rt_coro_free(call->coro);
	rt_call_close(call);
	rt_coro_drain();
	rt_server_close(&server);
}

/* --- Sleeping --- */

static bool
sleep_twice(struct rt_call *c)
{
	int64_t began = clock_us;

	CHECK(rt_sleep(c, 300));
	CHECK_INT(clock_us - began, 300000);
	CHECK(rt_sleep(c, 0));
	return rt_sleep(c, 2);
}

TEST(sleeps_as_long_as_it_says)
{
	start(sleep_twice);
	CHECK(!ended);
	finish();
	CHECK(result);
	CHECK_INT(clock_us, 1000000 + 302000);
	CHECK(call->failure.p == NULL);
	end();
}

static bool
sleep_long(struct rt_call *c)
{
	c->deadline_us = clock_us + 50000;
	return rt_sleep(c, 1000);
}

TEST(the_deadline_ends_a_sleep)
{
	start(sleep_long);
	finish();
	CHECK(!result);
	CHECK_INT(clock_us, 1050000);
	CHECK(call->unavailable);
	CHECK_STR(call->failure, "the call's time was up while it slept");
	end();
}

TEST(a_client_that_goes_ends_a_sleep)
{
	start(sleep_long);
	call->deadline_us = 0;
	call->cancelled = true;
	finish();
	CHECK(!result);
	CHECK_INT(clock_us, 1000000);
	CHECK(call->failure.p == NULL);
	end();
}

/* --- Forks --- */

struct step {
	unsigned ms;
	bool result;
	bool fails;
	bool slept;
	const struct rt_call *call;
};

static bool
take_step(struct rt_call *c, void *arg)
{
	struct step *s = arg;

	s->call = c;
	s->slept = rt_sleep(c, s->ms);
	if (s->fails)
		return rt_fail_unavailable(c, "step of %u", s->ms);
	return s->slept && s->result;
}

static struct step steps[] = {{.ms = 30}, {.ms = 80}, {.ms = 50}};
static unsigned n_steps = 3;

static bool
take_all(struct rt_call *c)
{
	struct rt_fork forks[RT_ALL_MAX + 1];

	for (unsigned i = 0; i < n_steps; i++)
		forks[i] = (struct rt_fork){take_step, &steps[i % 3]};
	return rt_all(c, forks, n_steps);
}

static void
set_results(bool a, bool b, bool c)
{
	steps[0].result = a;
	steps[1].result = b;
	steps[2].result = c;
}

TEST(all_take_as_long_as_the_slowest)
{
	set_results(true, true, true);
	start(take_all);
	finish();
	CHECK(result);
	CHECK_INT(clock_us, 1080000);
	CHECK(steps[0].call != steps[1].call);
	end();
}

TEST(one_false_makes_all_false_but_stops_none)
{
	set_results(false, true, true);
	start(take_all);
	finish();
	CHECK(!result);
	CHECK_INT(clock_us, 1080000);
	CHECK(steps[1].slept && steps[2].slept);
	CHECK(call->failure.p == NULL);
	end();
}

TEST(the_first_failure_is_the_calls)
{
	set_results(true, true, true);
	steps[1].fails = steps[2].fails = true;
	start(take_all);
	finish();
	CHECK(!result);
	CHECK_STR(call->failure, "step of 50");
	CHECK(call->unavailable);
	end();
}

TEST(a_client_that_goes_unwinds_all)
{
	set_results(true, true, true);
	start(take_all);
	turn(1040000);
	call->cancelled = true;
	finish();
	CHECK(!result);
	CHECK(steps[0].slept && !steps[1].slept && !steps[2].slept);
	CHECK_INT(clock_us, 1040000);
	CHECK(call->failure.p == NULL);
	end();
}

static bool
take_all_in_time(struct rt_call *c)
{
	c->deadline_us = clock_us + 60000;
	return take_all(c);
}

TEST(the_deadline_unwinds_all)
{
	set_results(true, true, true);
	start(take_all_in_time);
	finish();
	CHECK(!result);
	CHECK(steps[0].slept && !steps[1].slept && steps[2].slept);
	CHECK_INT(clock_us, 1060000);
	CHECK_STR(call->failure, "the call's time was up while it slept");
	end();
}

TEST(none_and_as_many_as_there_may_be)
{
	set_results(true, true, true);
	n_steps = 0;
	start(take_all);
	finish();
	CHECK(result);
	end();
	n_steps = RT_ALL_MAX;
	start(take_all);
	finish();
	CHECK(result);
	CHECK_INT(clock_us, 1080000);
	end();
	n_steps = RT_ALL_MAX + 1;
	start(take_all);
	finish();
	CHECK(!result);
	CHECK_STR(call->failure, "33 forks are too many");
	end();
}

TEST(no_room_for_all_is_no_room_for_one)
{
	rt_coro_max = 3;
	start(take_all);
	finish();
	CHECK(!result);
	CHECK(call->unavailable);
	CHECK(steps[0].call == NULL);
	rt_coro_max = 4;
	set_results(true, true, true);
	end();
	start(take_all);
	finish();
	CHECK(result);
	end();
}

TEST(nothing_is_forked_in_a_transaction)
{
	start(sleep_twice);
	call->tx = (void *)call;
	CHECK(!rt_all(call, &(struct rt_fork){take_step, &steps[0]}, 1));
	call->tx = NULL;
	CHECK(steps[0].call == NULL);
	CHECK(call->failure.p != NULL);
	finish();
	end();
}

static bool
nest(struct rt_call *c, void *arg)
{
	struct rt_fork forks[] = {{take_step, &steps[0]},
	    {take_step, &steps[1]}};

	(void)arg;
	return rt_all(c, forks, 2) && rt_sleep(c, 5);
}

static bool
nest_all(struct rt_call *c)
{
	struct rt_fork forks[] = {{nest, NULL}, {take_step, &steps[2]}};

	return rt_all(c, forks, 2);
}

TEST(forks_fork)
{
	set_results(true, true, true);
	start(nest_all);
	finish();
	CHECK(result);
	CHECK_INT(clock_us, 1085000);
	end();
}

TEST(a_client_that_goes_unwinds_forks_of_forks)
{
	start(nest_all);
	turn(1040000);
	call->cancelled = true;
	finish();
	CHECK(!result);
	CHECK(steps[0].slept && !steps[1].slept && !steps[2].slept);
	end();
}

/* --- What a fork shares --- */

static unsigned n_deferred;

static void
count(void *arg)
{
	(void)arg;
	n_deferred++;
}

static bool
share(struct rt_call *c, void *arg)
{
	(void)arg;
	CHECK(c->arena == call->arena && c->server == call->server);
	CHECK_STR(c->req.path, "/path");
	CHECK_INT(c->who.id, 7);
	CHECK(rt_call_whole(c) == call);
	rt_defer(c, count, NULL);
	return true;
}

static bool
share_all(struct rt_call *c)
{
	struct rt_fork forks[] = {{share, NULL}, {share, NULL}};

	c->req.path = RT_LIT("/path");
	c->who.id = 7;
	return rt_all(c, forks, 2) && n_deferred == 0;
}

TEST(what_is_deferred_waits_for_the_end_of_the_call)
{
	start(share_all);
	finish();
	CHECK(result);
	end();
	CHECK_INT(n_deferred, 2);
}

static bool
set_header(struct rt_call *c, void *arg)
{
	(void)arg;
	rt_header(c, "X-A", RT_LIT("b"));
	return true;
}

static bool
set_headers(struct rt_call *c)
{
	struct rt_fork fork = {set_header, NULL};

	return rt_all(c, &fork, 1);
}

TEST(a_fork_does_not_answer)
{
	start(set_headers);
	finish();
	CHECK(!result);
	CHECK_STR(call->failure, "a fork has set a header of the answer");
	CHECK_INT(call->res.headers.n, 0);
	end();
}

static bool
detach(struct rt_call *c, void *arg)
{
	(void)arg;
	rt_detach(c);
	return true;
}

static bool
detach_all(struct rt_call *c)
{
	struct rt_fork fork = {detach, NULL};

	return rt_all(c, &fork, 1);
}

TEST(a_fork_detaches_its_call)
{
	start(detach_all);
	finish();
	CHECK(call->detached);
	end();
}

/* --- Memory --- */

static bool
take_memory(struct rt_call *c, void *arg)
{
	CHECK(rt_sleep(c, 10));
	for (;;)
		*(char *)arg = *(char *)rt_arena_new(c->arena, 1000);
}

static bool
take_all_memory(struct rt_call *c)
{
	char byte;
	struct rt_fork forks[] = {{take_step, &steps[0]}, {take_memory, &byte},
	    {nest, NULL}};

	(void)!rt_all(c, forks, 3);
	CHECK(false); /* never returns */
	return true;
}

static bool
fork_and_take_all(struct rt_call *c, void *arg)
{
	(void)arg;
	return take_all_memory(c);
}

static bool
take_all_memory_deep(struct rt_call *c)
{
	struct rt_fork forks[] = {{take_step, &steps[2]},
	    {fork_and_take_all, NULL}};

	(void)!rt_all(c, forks, 2);
	CHECK(false);
	return true;
}

static void
check_left(void)
{
	finish();
	CHECK(!result);
	CHECK(!steps[0].slept && !steps[1].slept);
	CHECK_INT(clock_us, 1010000);
	CHECK_INT(call->res.status, 500);
	CHECK_STR(call->failure, "the call needs too much memory");
	end();
}

TEST(a_fork_without_memory_ends_the_call)
{
	start(take_all_memory);
	check_left();
}

TEST(a_fork_of_a_fork_without_memory_ends_the_call)
{
	start(take_all_memory_deep);
	check_left();
	CHECK(!steps[2].slept);
}
