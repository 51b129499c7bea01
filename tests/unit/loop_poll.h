/*
 * An event loop for tests, on poll(2), and calls that need no server: what
 * serve.c and call.c are to the modules below them.
 */
#ifndef LOOP_POLL_H
#define LOOP_POLL_H

#include "runtime/call.h"
#include "runtime/loop.h"

/* A call that runs fn(call) on a coroutine; up to its first wait at once. */
struct rt_call *test_call_start(struct rt_server *,
    void (*fn)(struct rt_call *));

bool test_call_ended(const struct rt_call *);

/* The client goes: the call unwinds before this returns, unless it has a shield:
 * then once that is gone. */
void test_call_cancel(struct rt_call *);

/* Runs what was deferred and frees the call. */
void test_call_close(struct rt_call *);

/* Turns the loop until all calls have ended, or aborts after a minute: a
 * thread of rt_work() gets only what other processes leave. */
void test_loop_run(void);

/* Turns the loop for so many milliseconds. */
void test_loop_turn(unsigned ms);

#endif /* LOOP_POLL_H */
