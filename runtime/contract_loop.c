/*
 * The runner is linked with the operations, for their tables, but runs none
 * of them: nothing here but the clock is ever called.
 */
#include <stdlib.h>
#include <time.h>

#include "runtime/loop.h"

struct rt_watch *
rt_loop_watch(int fd, unsigned what, rt_loop_fn *fn, void *arg)
{
	(void)fd;
	(void)what;
	(void)fn;
	(void)arg;
	abort();
}

void
rt_loop_rewatch(struct rt_watch *watch, unsigned what)
{
	(void)watch;
	(void)what;
	abort();
}

void
rt_loop_unwatch(struct rt_watch *watch)
{
	(void)watch;
	abort();
}

void
rt_loop_every(unsigned ms, rt_loop_fn *fn, void *arg)
{
	(void)ms;
	(void)fn;
	(void)arg;
	abort();
}

void
rt_loop_at(struct rt_timer *timer)
{
	(void)timer;
	abort();
}

void
rt_loop_not_at(struct rt_timer *timer)
{
	(void)timer;
	abort();
}

bool
rt_call_wait(struct rt_call *call)
{
	(void)call;
	abort();
}

void
rt_call_wake(struct rt_call *call)
{
	(void)call;
	abort();
}
