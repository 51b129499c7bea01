/*
 * The event loop as the runtime needs it; serve.c provides it on Kore's.
 */
#ifndef RT_LOOP_H
#define RT_LOOP_H

#include "runtime/timer.h"

struct rt_call;
struct rt_op;
struct rt_server;
struct rt_watch;

enum {
	RT_LOOP_READ = 1,
	RT_LOOP_WRITE = 2,
};

typedef void rt_loop_fn(void *arg);

/*
 * Calls fn(arg) as long as the descriptor is ready for what is asked (a set
 * of the above), or has failed, which fn learns by trying.  Never NULL.
 */
struct rt_watch *rt_loop_watch(int fd, unsigned what, rt_loop_fn *fn,
    void *arg);
/* Asks for something else, or with 0 for nothing but failures, perhaps; costs
 * nothing when it is the same. */
void rt_loop_rewatch(struct rt_watch *, unsigned what);
/* Before the descriptor is closed; fn is not called again. */
void rt_loop_unwatch(struct rt_watch *);

/* Calls fn(arg) every `ms` milliseconds; lives as long as the worker. */
void rt_loop_every(unsigned ms, rt_loop_fn *fn, void *arg);

/* Calls t->fn(t->arg) once, when t->due_us has come, to a millisecond or two. */
void rt_loop_at(struct rt_timer *);
/* Does nothing where it is not set, or zeroed. */
void rt_loop_not_at(struct rt_timer *);

/*
 * Suspends the call until rt_call_wake().  Returns false when the client has
 * gone or the deadline has passed meanwhile; then the call must unwind.
 */
bool rt_call_wait(struct rt_call *) __attribute__((warn_unused_result));

/* Whether it must unwind: the client has gone, or the deadline has passed. */
bool rt_call_is_over(struct rt_call *);

/* Lets a suspended call go on in this turn of the loop. */
void rt_call_wake(struct rt_call *);

/* A call that no client waits for. */
struct rt_own_call {
	const struct rt_op *op; /* what the log calls it */
	void (*run)(struct rt_call *, void *arg);
	/* Called when it has ended, however that was, before it is closed. */
	void (*ended)(struct rt_call *, void *arg);
	void *arg;
};

/*
 * Runs it soon, on a coroutine of its own and without a deadline, unless it sets
 * one.  False when there are too many coroutines: then nothing is called.
 */
bool rt_call_start(struct rt_server *, const struct rt_own_call *)
    __attribute__((warn_unused_result));

/* Microseconds of a clock that never goes back. */
int64_t rt_clock_us(void);

#endif /* RT_LOOP_H */
