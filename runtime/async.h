/* What a call may wait for beside others' answers, and how it waits for several
 * things at once. */
#ifndef RT_ASYNC_H
#define RT_ASYNC_H

#include "runtime/call.h"

/*
 * Suspends the call for `ms` milliseconds.  False when it is over before: the
 * client has gone, or the deadline has passed (rt_fail_unavailable() has been
 * called then).
 */
bool rt_sleep(struct rt_call *, unsigned ms) RT_WARN_UNUSED;

/*
 * From now on the call goes on when its client goes: what it has begun to write
 * comes to its end.  The deadline holds as before, and the end of the server
 * ends it.  It changes nothing for a client that has gone already.
 */
void rt_detach(struct rt_call *);

enum { RT_ALL_MAX = 32 };

/* One of the functions that rt_all() runs; its `call` is a call of its own. */
struct rt_fork {
	bool (*fn)(struct rt_call *call, void *arg);
	void *arg;
};

/*
 * Forks and joins: runs the functions at once, each on a stack of its own, and
 * returns when all have returned, true when each returned true.  What suspends
 * one lets the others go on; only one runs at a time, up to where it waits.
 *
 * A fork has the request, the principal, the memory and the deadline of its
 * call, which itself must not be used meanwhile.  What it takes from the arena,
 * its rows and what it defers live as long as the call.  The first one that
 * fails gives the call its reason; the others are not stopped by that.  When
 * the client goes or the deadline passes, all unwind, as the call does.
 *
 * The answer is the handler's: a fork that sets a header of it fails, and so
 * does one that begins a stream.  It may have a transaction of its own, but
 * inside of one nothing is forked: all would wait for one connection.  False,
 * with rt_fail(), inside a transaction and for more than RT_ALL_MAX; with
 * rt_fail_unavailable() where there is no room for as many.
 */
bool rt_all(struct rt_call *, const struct rt_fork *,
    unsigned n) RT_WARN_UNUSED;

/* --- For the runtime --- */

/*
 * What is between the two comes to its end: neither the client's leave nor the
 * deadline, but only the end of the worker ends the call, or one of its forks,
 * before.  Each may be within another.
 */
void rt_shield(struct rt_call *);
void rt_unshield(struct rt_call *);

/* The call is to unwind; false where that has to wait for rt_unshield(). */
bool rt_call_cancel(struct rt_call *) RT_WARN_UNUSED;

/* --- For the event loop --- */

/* rt_call_wait() and rt_call_wake() of a call that has a parent. */
bool rt_fork_wait(struct rt_call *) RT_WARN_UNUSED;
void rt_fork_wake(struct rt_call *);

#endif /* RT_ASYNC_H */
