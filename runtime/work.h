/* A few threads for work that would hold up the event loop. */
#ifndef RT_WORK_H
#define RT_WORK_H

#include <stdbool.h>
#include <stddef.h>

struct rt_call;

/*
 * Runs fn(arg) on a thread of the pool while the call is suspended.  `arg`
 * must stay valid until fn returns even if the call is cancelled: it is
 * copied (`size` bytes) before and back after.  False when the queue is full,
 * no thread could be started, the call was cancelled or its deadline has
 * passed (rt_fail_unavailable() has been called unless it was cancelled).  fn
 * must not touch the call.
 */
bool rt_work(struct rt_call *, void (*fn)(void *), void *arg, size_t size)
    __attribute__((warn_unused_result));

/* Work on memory that is handed over to the pool, not copied. */
struct rt_task {
	void (*run)(void *); /* on a thread; must not touch the call */
	/* On the loop's thread, perhaps while run is at work: nobody waits for
	 * it any more, so it had better end soon. */
	void (*cancel)(void *);
	void (*drop)(void *); /* on the loop's thread: frees it */
};

/*
 * As rt_work(), for what is too large to copy or holds more than bytes.  True
 * when run has returned: the memory is the caller's again.  Otherwise it is
 * the pool's, which drops it once no thread is using it.
 */
bool rt_work_hand(struct rt_call *, const struct rt_task *, void *arg)
    __attribute__((warn_unused_result));

/* --- For the runtime --- */

/* Prepares a pool of up to `most` threads, which start as work comes; false
 * when there is no memory or no file descriptor. */
bool rt_work_open(unsigned most, unsigned queue_max);
void rt_work_close(void);

#endif /* RT_WORK_H */
