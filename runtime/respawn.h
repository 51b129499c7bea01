/* How long a worker waits before it takes the place of one that died. */
#ifndef RT_RESPAWN_H
#define RT_RESPAWN_H

#include <stdint.h>

enum {
	RT_RESPAWN_FIRST_MS = 100, /* doubled by each death that follows */
	RT_RESPAWN_MOST_MS = 10000,
	/* A worker that has lived so long starts the count anew. */
	RT_RESPAWN_STABLE_MS = 10000,
};

/* Of one place; lies in memory that the workers share.  Zeroed at first. */
struct rt_respawn {
	int64_t began_us; /* the last one, after it had waited; 0: none */
	unsigned deaths; /* in a row, of those that did not live long */
};

/*
 * Milliseconds that the worker which begins now has to wait, and notes it: 0 for
 * the first, and after one that lived long.  Times are those of rt_clock_us().
 */
unsigned rt_respawn_delay(struct rt_respawn *, int64_t now_us);

/* The next one takes a place that is given up on purpose. */
void rt_respawn_forget(struct rt_respawn *);

#endif /* RT_RESPAWN_H */
