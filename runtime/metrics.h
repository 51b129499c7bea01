/*
 * What the workers of a server have done, counted in memory that all of them
 * share, and told in the text format 0.0.4 of Prometheus.
 *
 * Each worker writes to a slot of its own, so counting is an addition without a
 * lock.  What a worker has counted outlives it, for its slot goes on to another;
 * its gauges end with it.
 */
#ifndef RT_METRICS_H
#define RT_METRICS_H

#include <sys/types.h>

#include "runtime/call.h"

/* What a worker has at the moment. */
enum rt_gauge {
	RT_GAUGE_CALLS = 1,
	RT_GAUGE_CONNECTIONS,
	RT_GAUGE_DB_CONNECTIONS, /* that are up */
	RT_GAUGE_DB_QUERIES, /* in flight */
	RT_GAUGE_DB_WAITING, /* queries that wait for room */
	RT_GAUGE_MEMORY, /* resident bytes, as the parent sees them */
	RT_GAUGES,
};

/* What took how long. */
enum rt_timed {
	RT_TIMED_QUERY = 1, /* of the database, its wait for room included */
	RT_TIMED_OUTBOUND, /* requests of the server's own */
	RT_TIMED,
};

/* --- For handlers --- */

/*
 * All that was counted, as the body of an answer of the media type "text/plain;
 * version=0.0.4".  Series are those of operations that were called, each with the
 * statuses that they had, and no more than 24 of these.
 */
struct rt_str rt_metrics_text(struct rt_call *);

/*
 * Whether the client may read them: its address is in METRICS_ALLOW, and no proxy
 * says that it asks for somebody else.
 */
bool rt_metrics_admits(const struct rt_call *);

/* --- For the runtime --- */

/* In the parent, before there are workers.  False without memory; until it is
 * called nothing is counted. */
bool rt_metrics_open(const struct rt_api *) RT_WARN_UNUSED;
/* Of tests: no worker may be left. */
void rt_metrics_close(void);

/* In a worker, which counts from now on. */
void rt_metrics_begin(void);

/* In the parent: the process has died.  May be called from a signal handler. */
void rt_metrics_forget(pid_t);

/* In the parent, now and then: looks up the memory of the workers, and that of
 * the machine (health.h). */
void rt_metrics_measure_memory(void);

/* A call has ended. */
void rt_metrics_call(const struct rt_call *);

/* A request was refused for there was no room for its call. */
void rt_metrics_shed(void);

void rt_metrics_set(enum rt_gauge, int64_t);
void rt_metrics_took(enum rt_timed, int64_t us);

#endif /* RT_METRICS_H */
