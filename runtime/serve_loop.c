#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "runtime/log.h"
#include "runtime/loop.h"
#include "runtime/serve_kore.h"

enum { REAP_MS = 1000, POLLED_MAX = 64 };

struct rt_watch {
	struct kore_event evt; /* first: what Kore hands back */
	int fd;
	unsigned what;
	rt_loop_fn *fn; /* NULL: unwatched */
	void *arg;
	LIST_ENTRY(rt_watch) list; /* of the active, or of the retired */
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
static LIST_HEAD(, rt_watch) retired = LIST_HEAD_INITIALIZER(retired);
static LIST_HEAD(, rt_watch) active = LIST_HEAD_INITIALIZER(active);
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

	/* That it has failed is told in any case: once is enough. */
	if (w->what == 0)
		events |= EPOLLET;
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
	LIST_INSERT_HEAD(&active, w, list);
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
	LIST_REMOVE(w, list);
	LIST_INSERT_HEAD(&retired, w, list);
}

static unsigned
collect(struct pollfd *fds, struct rt_watch **watches)
{
	struct rt_watch *w;
	unsigned n = 0;

	LIST_FOREACH(w, &active, list)
	{
		if (n == POLLED_MAX)
			break;
		if (w->what == 0)
			continue;
		watches[n] = w;
		fds[n++] = (struct pollfd){
		    .fd = w->fd,
		    .events = (short)((w->what & RT_LOOP_READ ? POLLIN : 0) |
			(w->what & RT_LOOP_WRITE ? POLLOUT : 0)),
		};
	}
	return n;
}

/* What a watch is told may end another one, which then is retired but still
 * there: those are freed by a timer. */
void
rt_loop_poll(void)
{
	struct pollfd fds[POLLED_MAX];
	struct rt_watch *watches[POLLED_MAX];
	unsigned n = collect(fds, watches);

	if (poll(fds, n, 0) <= 0)
		return;
	for (unsigned i = 0; i < n; i++) {
		if (fds[i].revents != 0 && watches[i]->fn != NULL)
			watches[i]->fn(watches[i]->arg);
	}
}

static void
free_retired(void *unused)
{
	(void)unused;
	while (!LIST_EMPTY(&retired)) {
		struct rt_watch *w = LIST_FIRST(&retired);

		LIST_REMOVE(w, list);
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

/* --- Moments --- */

static struct rt_timers moments;
static struct kore_timer *alarm_timer; /* for the first of them, or NULL */
static int64_t alarm_us;

static void set_alarm(void);

static void
run_moments(void *unused, u_int64_t now)
{
	(void)unused, (void)now;
	alarm_timer = NULL;
	rt_timers_run(&moments, rt_clock_us());
	set_alarm();
	rt_conn_settle();
}

/* Kore keeps its timers in a list, so ours need no more than one of them.  One
 * that is early finds nothing due and is set anew. */
static void
set_alarm(void)
{
	const struct rt_timer *first = moments.first;
	int64_t us;

	if (first == NULL || (alarm_timer != NULL && alarm_us <= first->due_us))
		return;
	if (alarm_timer != NULL)
		kore_timer_remove(alarm_timer);
	alarm_us = first->due_us;
	us = alarm_us - rt_clock_us();
	alarm_timer = kore_timer_add(run_moments,
	    us > 0 ? (u_int64_t)(us + 999) / 1000 : 0, NULL,
	    KORE_TIMER_ONESHOT);
}

void
rt_loop_at(struct rt_timer *t)
{
	rt_timer_set(&moments, t);
	set_alarm();
}

void
rt_loop_not_at(struct rt_timer *t)
{
	rt_timer_clear(&moments, t);
}

/* --- Another turn --- */

static struct rt_watch *again_watch;
static int again_fd = -1;
static void (*again_fn)(void);

static void
run_again(void *unused)
{
	void (*fn)(void) = again_fn;
	uint64_t count;

	(void)unused;
	if (read(again_fd, &count, sizeof(count)) == -1 && errno == EINTR)
		return;
	again_fn = NULL;
	if (fn != NULL)
		fn();
}

void
rt_loop_again(void (*fn)(void))
{
	uint64_t one = 1;

	if (again_fn == NULL &&
	    write(again_fd, &one, sizeof(one)) != sizeof(one))
		rt_log(RT_LOG_ERROR, "eventfd: %s.", strerror(errno));
	again_fn = fn;
}

void
rt_loop_open(void)
{
	again_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	if (again_fd == -1)
		abort();
	again_watch = rt_loop_watch(again_fd, RT_LOOP_READ, run_again, NULL);
	rt_loop_every(REAP_MS, free_retired, NULL);
}

/* Kore's timers still point at ours, but no longer run. */
void
rt_loop_close(void)
{
	rt_loop_unwatch(again_watch);
	close(again_fd);
	free_retired(NULL);
	while (timers != NULL) {
		struct timer *t = timers;

		timers = t->next;
		free(t);
	}
}
