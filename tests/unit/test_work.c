#include "runtime/work.h"

#include <pthread.h>
#include <stdatomic.h>
#include <sched.h>
#include <time.h>

#include "tests/unit/loop_poll.h"
#include "tests/unit/test.h"

struct sum {
	int a, b, sum;
	pthread_t thread;
	int policy;
};

static struct sum result;
static bool worked;
static atomic_int started;
static atomic_bool held;

static void
add(void *arg)
{
	struct sum *s = arg;

	s->sum = s->a + s->b;
	s->thread = pthread_self();
	s->policy = sched_getscheduler(0);
}

static void
call_add(struct rt_call *call)
{
	result = (struct sum){.a = 2, .b = 3};
	worked = rt_work(call, add, &result, sizeof(result));
}

static void
nap(void)
{
	struct timespec t = {0, 1000000};

	nanosleep(&t, NULL);
}

/* Holds a thread up until the test lets go. */
static void
hold(void *arg)
{
	(void)arg;
	started++;
	while (held)
		nap();
}

static void
call_hold(struct rt_call *call)
{
	char secret[64] = "secret";

	worked = rt_work(call, hold, secret, sizeof(secret));
}

static void
hold_threads(int n)
{
	held = true;
	for (int i = 0; i < n; i++)
		test_call_start(NULL, call_hold);
	while (started < n)
		nap();
}

TEST(runs_on_another_thread_and_brings_the_result_back)
{
	struct rt_call *call;

	CHECK(rt_work_open(2, 10));
	call = test_call_start(NULL, call_add);
	CHECK(!test_call_ended(call)); /* suspended, not blocked */
	test_loop_run();
	CHECK(worked);
	CHECK_INT(result.sum, 5);
	CHECK(!pthread_equal(result.thread, pthread_self()));
	CHECK_INT(result.policy, SCHED_IDLE);
	test_call_close(call);
	rt_work_close();
}

static int n_done;

static void
call_many(struct rt_call *call)
{
	for (int i = 0; i < 10; i++) {
		struct sum s = {.a = i, .b = 100};

		CHECK(rt_work(call, add, &s, sizeof(s)));
		CHECK_INT(s.sum, i + 100);
		n_done++;
	}
}

TEST(many_calls_share_the_threads)
{
	enum { N = 100 };
	struct rt_call *calls[N];

	CHECK(rt_work_open(3, N));
	for (int i = 0; i < N; i++)
		calls[i] = test_call_start(NULL, call_many);
	test_loop_run();
	CHECK_INT(n_done, N * 10);
	for (int i = 0; i < N; i++)
		test_call_close(calls[i]);
	rt_work_close();
}

TEST(a_full_queue_refuses)
{
	struct rt_call *call;

	CHECK(rt_work_open(1, 1));
	hold_threads(1);
	test_call_start(NULL, call_hold); /* waits */
	worked = true;
	call = test_call_start(NULL, call_add);
	CHECK(test_call_ended(call));
	CHECK(!worked);
	CHECK(call->unavailable);
	CHECK_STR(call->failure, "work: the queue is full");
	held = false;
	test_loop_run();
	CHECK(worked);
	rt_work_close();
}

TEST(a_call_that_is_woken_waits_on)
{
	struct rt_call *call;

	CHECK(rt_work_open(1, 10));
	held = true;
	call = test_call_start(NULL, call_hold);
	while (started < 1)
		nap();
	rt_call_wake(call);
	test_loop_turn(20);
	CHECK(!test_call_ended(call));
	held = false;
	test_loop_run();
	CHECK(worked);
	test_call_close(call);
	rt_work_close();
}

TEST(a_cancelled_call_leaves_running_work_behind)
{
	struct rt_call *call;

	CHECK(rt_work_open(1, 10));
	held = true;
	call = test_call_start(NULL, call_hold);
	while (started < 1)
		nap();
	worked = true;
	test_call_cancel(call);
	CHECK(!worked);
	test_call_close(call);
	held = false;
	call = test_call_start(NULL, call_add); /* the thread is free again */
	test_loop_run();
	CHECK(worked);
	test_call_close(call);
	rt_work_close();
}

TEST(a_cancelled_call_takes_waiting_work_back)
{
	struct rt_call *call;

	CHECK(rt_work_open(1, 1));
	hold_threads(1);
	call = test_call_start(NULL, call_hold); /* fills the queue */
	test_call_cancel(call);
	test_call_close(call);
	call = test_call_start(NULL, call_add); /* there is room again */
	CHECK(!test_call_ended(call));
	held = false;
	test_loop_run();
	CHECK_INT(started, 1); /* what was taken back never ran */
	CHECK_INT(result.sum, 5);
	rt_work_close();
}

/* Its job may wait, run or be back already: none is lost or freed twice. */
TEST(cancelled_at_any_moment)
{
	CHECK(rt_work_open(2, 100));
	for (int i = 0; i < 100; i++) {
		struct rt_call *call = test_call_start(NULL, call_add);

		if (i % 3 == 0)
			nap();
		worked = true;
		test_call_cancel(call);
		CHECK(!worked);
		test_call_close(call);
		if (i % 7 == 0)
			test_loop_turn(2);
	}
	test_loop_turn(20);
	rt_work_close();
}

TEST(a_passed_deadline_ends_the_wait)
{
	struct rt_call *call;

	CHECK(rt_work_open(1, 10));
	held = true;
	call = test_call_start(NULL, call_hold);
	call->deadline_us = rt_clock_us() + 20000;
	worked = true;
	test_loop_run();
	CHECK(!worked);
	CHECK(call->unavailable);
	test_call_close(call);
	held = false;
	rt_work_close();
}

TEST(closing_drops_what_waits)
{
	CHECK(rt_work_open(1, 10));
	hold_threads(1);
	test_call_start(NULL, call_hold);
	test_call_start(NULL, call_hold);
	held = false;
	rt_work_close();
	CHECK(started >= 1);
}

/* --- Memory that is handed over --- */

struct handed {
	int value;
	atomic_bool told; /* to end */
};

static atomic_int n_run, n_cancelled, n_dropped;

static void
run_handed(void *arg)
{
	struct handed *h = arg;

	started++;
	while (held && !h->told)
		nap();
	h->value++;
	n_run++;
}

static void
cancel_handed(void *arg)
{
	((struct handed *)arg)->told = true;
	n_cancelled++;
}

static void
drop_handed(void *arg)
{
	free(arg);
	n_dropped++;
}

static const struct rt_task handed_task = {
    .run = run_handed,
    .cancel = cancel_handed,
    .drop = drop_handed,
};

static void
call_hand(struct rt_call *call)
{
	struct handed *h = calloc(1, sizeof(*h));

	worked = rt_work_hand(call, &handed_task, h);
	if (!worked)
		return;
	CHECK_INT(h->value, 1);
	free(h);
}

TEST(what_was_handed_over_comes_back)
{
	struct rt_call *call;

	CHECK(rt_work_open(1, 10));
	call = test_call_start(NULL, call_hand);
	test_loop_run();
	CHECK(worked);
	CHECK_INT(n_dropped, 0);
	test_call_close(call);
	rt_work_close();
}

TEST(a_cancelled_task_is_told_and_dropped_after_it)
{
	struct rt_call *call;

	CHECK(rt_work_open(1, 10));
	held = true;
	call = test_call_start(NULL, call_hand);
	while (started < 1)
		nap();
	worked = true;
	test_call_cancel(call);
	CHECK(!worked);
	CHECK_INT(n_cancelled, 1);
	test_call_close(call);
	for (int i = 0; i < 1000 && n_dropped == 0; i++)
		test_loop_turn(1);
	CHECK_INT(n_run, 1);
	CHECK_INT(n_dropped, 1);
	rt_work_close();
}

TEST(a_task_that_never_ran_is_dropped)
{
	struct rt_call *call;

	CHECK(rt_work_open(1, 1));
	hold_threads(1);
	call = test_call_start(NULL, call_hand); /* fills the queue */
	worked = true;
	test_call_start(NULL, call_hand);
	CHECK(!worked); /* there was no room */
	CHECK_INT(n_dropped, 1);
	test_call_cancel(call);
	CHECK_INT(n_dropped, 2);
	CHECK_INT(n_cancelled, 0);
	held = false;
	test_loop_run();
	CHECK_INT(n_run, 0);
	rt_work_close();
}

TEST(closing_drops_what_was_handed_over)
{
	struct rt_call *call;

	CHECK(rt_work_open(1, 10));
	held = true;
	call = test_call_start(NULL, call_hand);
	while (started < 1)
		nap();
	test_call_start(NULL, call_hand);
	test_call_cancel(call);
	rt_work_close();
	CHECK_INT(n_dropped, 2);
}
