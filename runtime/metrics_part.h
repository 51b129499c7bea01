/* What the files of metrics.h share. */
#ifndef RT_METRICS_PART_H
#define RT_METRICS_PART_H

#include <stdatomic.h>

#include "runtime/metrics.h"

enum {
	RT_METRICS_SLOTS = 512, /* twice as many as Kore has workers */
	RT_METRICS_BUCKETS = 14,
	/* Of an operation; those of which there are too many share the last. */
	RT_METRICS_STATUSES = 24,
};

/* The upper bounds of the buckets, in microseconds. */
extern const int64_t rt_metrics_bounds[RT_METRICS_BUCKETS];

struct rt_metrics_histogram {
	/* What fell into each, and what is above all. */
	_Atomic uint64_t buckets[RT_METRICS_BUCKETS + 1];
	_Atomic uint64_t sum_us;
};

struct rt_metrics_status {
	_Atomic int status; /* 0: the entry is free, or it is the last one */
	_Atomic uint64_t n;
};

/* Of an operation. */
struct rt_metrics_row {
	struct rt_metrics_status statuses[RT_METRICS_STATUSES];
	struct rt_metrics_histogram took;
};

struct rt_metrics_slot {
	_Atomic pid_t pid; /* whose it is; 0: nobody's */
	_Atomic bool used; /* it has been somebody's */
	_Atomic uint64_t shed;
	_Atomic int64_t gauges[RT_GAUGES];
	struct rt_metrics_histogram timed[RT_TIMED];
	/* By the operation's number; the last one of calls without any. */
	struct rt_metrics_row rows[];
};

/* What the parent sees of the machine, in bytes; 0: nothing yet. */
struct rt_metrics_machine {
	_Atomic uint64_t memory_free;
	_Atomic uint64_t memory_total;
};

/* What rt_metrics_open() has made. */
struct rt_metrics {
	const struct rt_api *api;
	char *memory; /* shared: `machine`, then the slots */
	size_t size;
	struct rt_metrics_machine *machine;
	char *slots; /* NULL: nothing is counted */
	size_t stride; /* bytes of a slot */
	int64_t began_s; /* seconds since 1970 */
};

extern struct rt_metrics rt_metrics;

/* By index, while they are used; NULL behind the last. */
struct rt_metrics_slot *rt_metrics_slot(unsigned);

/* Over all slots. */
int64_t rt_metrics_sum(enum rt_gauge);

static inline uint64_t
rt_metrics_load(const _Atomic uint64_t *v)
{
	return atomic_load_explicit(v, memory_order_relaxed);
}

#endif /* RT_METRICS_PART_H */
