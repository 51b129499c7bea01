#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "runtime/loop.h"
#include "runtime/metrics_part.h"

/* From what a call without a wait takes to what no client waits for. */
const int64_t rt_metrics_bounds[RT_METRICS_BUCKETS] = {500, 1000, 2500, 5000,
    10000, 25000, 50000, 100000, 250000, 500000, 1000000, 2500000, 5000000,
    10000000};

struct rt_metrics rt_metrics;

static struct rt_metrics_slot *own; /* NULL: nothing is counted */

/* --- Operations by number --- */

struct entry {
	const struct rt_op *op; /* NULL: free */
	unsigned number;
};

/* A table with open addressing, which workers inherit. */
static struct {
	struct entry *v;
	size_t mask;
} numbers;

static struct entry *
find(const struct rt_op *op)
{
	size_t i = ((uintptr_t)op >> 4) * 0x9e3779b97f4a7c15 >> 32;

	while (numbers.v[i & numbers.mask].op != op &&
	    numbers.v[i & numbers.mask].op != NULL)
		i++;
	return &numbers.v[i & numbers.mask];
}

static bool
number(const struct rt_api *api)
{
	size_t size = 4;

	while (size < (size_t)api->n_ops * 2)
		size *= 2;
	numbers.v = calloc(size, sizeof(*numbers.v));
	if (numbers.v == NULL)
		return false;
	numbers.mask = size - 1;
	for (unsigned i = 0; i < api->n_ops; i++)
		*find(api->ops[i]) = (struct entry){api->ops[i], i};
	return true;
}

/* --- Slots --- */

static struct rt_metrics_slot *
slot_at(unsigned i)
{
	return (void *)(rt_metrics.slots + i * rt_metrics.stride);
}

struct rt_metrics_slot *
rt_metrics_slot(unsigned i)
{
	struct rt_metrics_slot *slot;

	if (rt_metrics.slots == NULL || i >= RT_METRICS_SLOTS)
		return NULL;
	slot = slot_at(i);
	return atomic_load(&slot->used) ? slot : NULL;
}

/* Pages that nobody has touched take no memory. */
bool
rt_metrics_open(const struct rt_api *api)
{
	size_t stride = sizeof(struct rt_metrics_slot) +
	    (api->n_ops + 1) * sizeof(struct rt_metrics_row);
	size_t size =
	    sizeof(struct rt_metrics_machine) + RT_METRICS_SLOTS * stride;
	char *p;

	if (!number(api))
		return false;
	p = mmap(NULL, size, PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (p == MAP_FAILED) {
		free(numbers.v);
		return false;
	}
	rt_metrics = (struct rt_metrics){
	    .api = api,
	    .memory = p,
	    .size = size,
	    .machine = (void *)p,
	    .slots = p + sizeof(struct rt_metrics_machine),
	    .stride = stride,
	    .began_s = rt_time_now().us / 1000000,
	};
	return true;
}

void
rt_metrics_close(void)
{
	if (rt_metrics.slots == NULL)
		return;
	munmap(rt_metrics.memory, rt_metrics.size);
	free(numbers.v);
	rt_metrics = (struct rt_metrics){.slots = NULL};
	own = NULL;
}

void
rt_metrics_begin(void)
{
	pid_t pid = getpid();

	if (rt_metrics.slots == NULL)
		return;
	for (unsigned i = 0; i < RT_METRICS_SLOTS; i++) {
		struct rt_metrics_slot *slot = slot_at(i);
		pid_t none = 0;

		if (!atomic_compare_exchange_strong(&slot->pid, &none, pid))
			continue;
		atomic_store(&slot->used, true);
		own = slot;
		return;
	}
}

void
rt_metrics_forget(pid_t pid)
{
	struct rt_metrics_slot *slot;

	for (unsigned i = 0; (slot = rt_metrics_slot(i)) != NULL; i++) {
		if (atomic_load(&slot->pid) != pid)
			continue;
		for (unsigned g = 0; g < RT_GAUGES; g++)
			atomic_store(&slot->gauges[g], 0);
		atomic_store(&slot->pid, 0);
	}
}

int64_t
rt_metrics_sum(enum rt_gauge gauge)
{
	struct rt_metrics_slot *slot;
	int64_t sum = 0;

	for (unsigned i = 0; (slot = rt_metrics_slot(i)) != NULL; i++)
		sum += slot->gauges[gauge];
	return sum;
}

/* --- Counting --- */

/* Nobody else writes to it. */
static void
add(_Atomic uint64_t *v, uint64_t n)
{
	atomic_store_explicit(v, rt_metrics_load(v) + n, memory_order_relaxed);
}

static void
note_time(struct rt_metrics_histogram *h, int64_t us)
{
	unsigned i = 0;

	while (i < RT_METRICS_BUCKETS && us > rt_metrics_bounds[i])
		i++;
	add(&h->buckets[i], 1);
	add(&h->sum_us, us > 0 ? (uint64_t)us : 0);
}

static void
note_status(struct rt_metrics_row *row, int status)
{
	struct rt_metrics_status *s = row->statuses;

	for (; s < &row->statuses[RT_METRICS_STATUSES - 1]; s++) {
		int had =
		    atomic_load_explicit(&s->status, memory_order_relaxed);

		if (had == 0)
			atomic_store_explicit(&s->status, status,
			    memory_order_relaxed);
		if (had == 0 || had == status)
			break;
	}
	add(&s->n, 1);
}

void
rt_metrics_call(const struct rt_call *call)
{
	unsigned i;

	if (own == NULL)
		return;
	i = call->op == NULL ? rt_metrics.api->n_ops : find(call->op)->number;
	note_status(&own->rows[i], call->res.status);
	note_time(&own->rows[i].took, rt_clock_us() - call->began_us);
}

void
rt_metrics_shed(void)
{
	if (own != NULL)
		add(&own->shed, 1);
}

void
rt_metrics_set(enum rt_gauge gauge, int64_t v)
{
	if (own != NULL)
		atomic_store_explicit(&own->gauges[gauge], v,
		    memory_order_relaxed);
}

void
rt_metrics_took(enum rt_timed what, int64_t us)
{
	if (own != NULL)
		note_time(&own->timed[what], us);
}
