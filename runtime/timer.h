/*
 * Moments that are waited for, in their order: a pairing heap (Fredman and
 * others, 1986), which takes no memory but what its timers lie in.
 */
#ifndef RT_TIMER_H
#define RT_TIMER_H

#include <stdbool.h>
#include <stdint.h>

/* One moment; zeroed it is not set.  Its memory is the caller's, and must not
 * go while it is set. */
struct rt_timer {
	int64_t due_us; /* on rt_clock_us() */
	void (*fn)(void *arg);
	void *arg;
	bool set;
	/* The heap's own. */
	struct rt_timer *child; /* the first of those that come later */
	struct rt_timer *next; /* beside it, below the same one */
	struct rt_timer *prev; /* beside it, or the one that it is below */
};

/* Zeroed it is empty. */
struct rt_timers {
	struct rt_timer *first; /* the next that is due; NULL: none is set */
};

/* For one that is not set. */
void rt_timer_set(struct rt_timers *, struct rt_timer *);

/* Does nothing where it is not set. */
void rt_timer_clear(struct rt_timers *, struct rt_timer *);

/* Calls those that are due, which are not set any more by then; one that is set
 * meanwhile has its turn, too, if it is due. */
void rt_timers_run(struct rt_timers *, int64_t now_us);

#endif /* RT_TIMER_H */
