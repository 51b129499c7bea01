#include <errno.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

#include "runtime/loop.h"
#include "runtime/serve_kore.h"

enum { REAP_MS = 1000 };

struct rt_watch {
	struct kore_event evt; /* first: what Kore hands back */
	int fd;
	unsigned what;
	rt_loop_fn *fn; /* NULL: unwatched */
	void *arg;
	struct rt_watch *next; /* among the retired */
};

struct timer {
	rt_loop_fn *fn;
	void *arg;
	struct timer *next;
};

/*
 * Kore may hold events of a descriptor that was unwatched in the same turn,
 * so a watch is freed some turns later.
 */
static struct rt_watch *retired;
static struct timer *timers;

static void
run_watch(void *arg, int failed)
{
	struct rt_watch *w = arg;

	(void)failed; /* fn finds out by itself */
	w->evt.flags = 0;
	if (w->fn != NULL)
		w->fn(w->arg);
	rt_conn_settle();
}

static void
schedule(struct rt_watch *w)
{
	unsigned events = 0;

	if (w->what & RT_LOOP_READ)
		events |= EPOLLIN | EPOLLRDHUP;
	if (w->what & RT_LOOP_WRITE)
		events |= EPOLLOUT;
	kore_platform_event_schedule(w->fd, (int)events, 0, w);
}

static void *
must_alloc(size_t size)
{
	void *p = calloc(1, size);

	if (p == NULL)
		abort();
	return p;
}

struct rt_watch *
rt_loop_watch(int fd, unsigned what, rt_loop_fn *fn, void *arg)
{
	struct rt_watch *w = must_alloc(sizeof(*w));

	w->evt.handle = run_watch;
	w->fd = fd;
	w->what = what;
	w->fn = fn;
	w->arg = arg;
	schedule(w);
	return w;
}

void
rt_loop_rewatch(struct rt_watch *w, unsigned what)
{
	if (w->what == what)
		return;
	w->what = what;
	schedule(w);
}

/* The kernel forgets a descriptor when it is closed, which happens next. */
void
rt_loop_unwatch(struct rt_watch *w)
{
	w->fn = NULL;
	w->next = retired;
	retired = w;
}

static void
free_retired(void *unused)
{
	(void)unused;
	while (retired != NULL) {
		struct rt_watch *w = retired;

		retired = w->next;
		free(w);
	}
}

static void
run_timer(void *arg, u_int64_t now)
{
	struct timer *t = arg;

	(void)now;
	t->fn(t->arg);
	rt_conn_settle();
}

void
rt_loop_every(unsigned ms, rt_loop_fn *fn, void *arg)
{
	struct timer *t = must_alloc(sizeof(*t));

	t->fn = fn;
	t->arg = arg;
	t->next = timers;
	timers = t;
	kore_timer_add(run_timer, ms, t, 0);
}

void
rt_loop_open(void)
{
	rt_loop_every(REAP_MS, free_retired, NULL);
}

/* Kore's timers still point at ours, but no longer run. */
void
rt_loop_close(void)
{
	free_retired(NULL);
	while (timers != NULL) {
		struct timer *t = timers;

		timers = t->next;
		free(t);
	}
}
