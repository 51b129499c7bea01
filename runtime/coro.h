/*
 * Coroutines: a call that must wait gives the worker back and goes on where
 * it was.  One thread; stacks are pooled, with a guard page below.
 */
#ifndef RT_CORO_H
#define RT_CORO_H

#include "runtime/str.h"

struct rt_coro;

typedef void rt_coro_fn(void *arg);

/* Ready to run fn(arg); NULL when as many as `rt_coro_max` are alive. */
struct rt_coro *rt_coro_new(rt_coro_fn *fn, void *arg);

/* Runs it until it yields or ends; true when it has ended.  From outside of any
 * coroutine, or from another one, which waits meanwhile. */
bool rt_coro_resume(struct rt_coro *);

/* Back to whoever resumed it; only from inside. */
void rt_coro_yield(struct rt_coro *);

/* Ends the coroutine from anywhere inside it, without returning through its
 * callers; what they hold must be the arena's or deferred. */
_Noreturn void rt_coro_exit(struct rt_coro *);

/* For signal handlers.  What the running coroutine was made with; NULL where none
 * runs. */
void *rt_coro_running(void);

/* Whether the running coroutine's stack ends at this address: it was full. */
bool rt_coro_overflowed(const void *address);

/* Gives the system back what lies below the stack of a suspended coroutine, that
 * is to be so for long. */
void rt_coro_trim(struct rt_coro *);

/* Gives an ended (or never started) coroutine's stack back to the pool. */
void rt_coro_free(struct rt_coro *);

/*
 * The most bytes that any of the pooled stacks has had in use since it was
 * mapped or trimmed.  Looks through all of them: for the end of a worker, and for tests.
 */
size_t rt_coro_stack_used(void);

/* Unmaps the pooled stacks; at the end of a worker. */
void rt_coro_drain(void);

#if RT_SANITIZED
/* Red zones around every local variable make frames several times larger. */
enum { RT_CORO_STACK = 512 * 1024 };
#else
enum { RT_CORO_STACK = 128 * 1024 };
#endif
extern size_t rt_coro_max; /* 4096 */

#endif /* RT_CORO_H */
