#include "tests/unit/loop_poll.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "runtime/async.h"
#include "runtime/coro.h"
#include "runtime/log.h"

enum { WATCHES_MAX = 64, CALLS_MAX = 256, TIMERS_MAX = 8 };

struct rt_watch {
	int fd; /* -1: free */
	unsigned what;
	rt_loop_fn *fn;
	void *arg;
};

struct rt_deferred {
	void (*fn)(void *);
	void *arg;
	struct rt_deferred *next;
};

struct test_call {
	struct rt_call call; /* first: a call is its test_call */
	void (*fn)(struct rt_call *);
	struct rt_own_call own; /* run is NULL for one of test_call_start() */
	bool awake;
	bool ended;
	bool used;
};

static struct {
	unsigned ms;
	int64_t next_us;
	rt_loop_fn *fn;
	void *arg;
} timers[TIMERS_MAX];
static unsigned n_timers;
static struct rt_watch watches[WATCHES_MAX];
static unsigned n_watches;
static struct test_call calls[CALLS_MAX];

int64_t
rt_clock_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

struct rt_watch *
rt_loop_watch(int fd, unsigned what, rt_loop_fn *fn, void *arg)
{
	struct rt_watch *w = watches;

	while (w < watches + n_watches && w->fd != -1)
		w++;
	if (w == watches + n_watches && n_watches++ == WATCHES_MAX)
		abort();
	*w = (struct rt_watch){fd, what, fn, arg};
	return w;
}

void
rt_loop_rewatch(struct rt_watch *w, unsigned what)
{
	w->what = what;
}

void
rt_loop_unwatch(struct rt_watch *w)
{
	w->fd = -1;
}

void
rt_loop_every(unsigned ms, rt_loop_fn *fn, void *arg)
{
	if (n_timers == TIMERS_MAX)
		abort();
	timers[n_timers].ms = ms;
	timers[n_timers].next_us = rt_clock_us() + (int64_t)ms * 1000;
	timers[n_timers].fn = fn;
	timers[n_timers++].arg = arg;
}

static struct rt_timers moments;

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
rt_call_wait(struct rt_call *call)
{
	struct test_call *t = (struct test_call *)call;

	if (call->parent != NULL)
		return rt_fork_wait(call);
	if (rt_call_is_over(call))
		return false;
	t->awake = false;
	rt_coro_yield(call->coro);
	return !rt_call_is_over(call);
}

void
rt_call_wake(struct rt_call *call)
{
	if (call->parent != NULL)
		rt_fork_wake(call);
	else
		((struct test_call *)call)->awake = true;
}

static void
resume(struct test_call *t)
{
	t->ended = rt_coro_resume(t->call.coro);
}

static void
run_call(void *arg)
{
	struct test_call *t = arg;

	if (t->own.run != NULL)
		t->own.run(&t->call, t->own.arg);
	else
		t->fn(&t->call);
}

static struct test_call *
new_call(struct rt_server *server)
{
	struct test_call *t = calls;

	while (t->used)
		if (++t == calls + CALLS_MAX)
			abort();
	*t = (struct test_call){.used = true};
	t->call.server = server;
	t->call.arena = rt_arena_open(1 << 24, NULL, NULL);
	t->call.coro = rt_coro_new(run_call, t);
	return t;
}

struct rt_call *
test_call_start(struct rt_server *server, void (*fn)(struct rt_call *))
{
	struct test_call *t = new_call(server);

	t->fn = fn;
	resume(t);
	return &t->call;
}

bool
rt_call_start(struct rt_server *server, const struct rt_own_call *own)
{
	struct test_call *t = new_call(server);

	t->own = *own;
	t->call.op = own->op;
	t->awake = true;
	return true;
}

static void
end_own(struct test_call *t)
{
	t->own.ended(&t->call, t->own.arg);
	test_call_close(&t->call);
}

bool
test_call_ended(const struct rt_call *call)
{
	return ((const struct test_call *)call)->ended;
}

void
test_call_cancel(struct rt_call *call)
{
	struct test_call *t = (struct test_call *)call;

	if (!rt_call_cancel(call))
		return;
	while (!t->ended)
		resume(t);
}

void
test_call_close(struct rt_call *call)
{
	while (call->deferred != NULL) {
		struct rt_deferred *d = call->deferred;

		call->deferred = d->next;
		d->fn(d->arg);
	}
	rt_coro_free(call->coro);
	rt_arena_close(call->arena);
	((struct test_call *)call)->used = false;
}

static void
run_timers(void)
{
	int64_t now = rt_clock_us();

	rt_timers_run(&moments, now);

	for (unsigned i = 0; i < n_timers; i++) {
		if (now < timers[i].next_us)
			continue;
		timers[i].next_us = now + (int64_t)timers[i].ms * 1000;
		timers[i].fn(timers[i].arg);
	}
}

static void
run_watches(void)
{
	struct pollfd p[WATCHES_MAX];
	unsigned n = n_watches;

	for (unsigned i = 0; i < n; i++) {
		p[i].fd = watches[i].fd;
		p[i].events =
		    (short)((watches[i].what & RT_LOOP_READ ? POLLIN : 0) |
			(watches[i].what & RT_LOOP_WRITE ? POLLOUT : 0));
		p[i].revents = 0;
	}
	poll(p, n, 5);
	for (unsigned i = 0; i < n; i++) {
		if (p[i].revents != 0 && watches[i].fd == p[i].fd)
			watches[i].fn(watches[i].arg);
	}
}

static bool
turn(void)
{
	bool live = false;

	run_timers();
	run_watches();
	for (unsigned i = 0; i < CALLS_MAX; i++) {
		struct test_call *t = &calls[i];

		if (!t->used || t->ended)
			continue;
		live = live || t->own.run == NULL;
		if (t->awake || rt_call_is_over(&t->call))
			resume(t);
		if (t->ended && t->own.run != NULL)
			end_own(t);
	}
	return live;
}

void
test_loop_run(void)
{
	int64_t end = rt_clock_us() + 60000000;

	while (turn()) {
		if (rt_clock_us() > end)
			abort();
	}
}

void
test_loop_turn(unsigned ms)
{
	int64_t end = rt_clock_us() + (int64_t)ms * 1000;

	while (rt_clock_us() < end)
		turn();
}

/* --- What call.c and log.c are to the modules under test --- */

_Noreturn void
rt_call_leave(struct rt_call *call)
{
	rt_coro_exit(call->coro);
}

void
rt_defer(struct rt_call *call, void (*fn)(void *), void *arg)
{
	struct rt_call *whole = rt_call_whole(call);
	struct rt_deferred *d = RT_NEW(whole, *d);

	*d = (struct rt_deferred){fn, arg, whole->deferred};
	whole->deferred = d;
}

struct rt_str
rt_printf(struct rt_call *call, const char *fmt, ...)
{
	struct rt_str s;
	va_list ap;

	va_start(ap, fmt);
	s = rt_arena_vprintf(call->arena, fmt, ap);
	va_end(ap);
	return s;
}

bool
rt_fail(struct rt_call *call, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	call->failure = rt_arena_vprintf(call->arena, fmt, ap);
	va_end(ap);
	return false;
}

bool
rt_fail_unavailable(struct rt_call *call, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	call->failure = rt_arena_vprintf(call->arena, fmt, ap);
	va_end(ap);
	call->unavailable = true;
	return false;
}

void
rt_log(enum rt_log_level level, const char *fmt, ...)
{
	va_list ap;

	if (level > RT_LOG_INFO || getenv("TEST_LOG") == NULL)
		return;
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
}
