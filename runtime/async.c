#include "runtime/async.h"

#include "runtime/coro.h"
#include "runtime/loop.h"
#include "runtime/server.h"

bool
rt_call_is_over(struct rt_call *call)
{
	if (call->cancelled)
		return true;
	return call->deadline_us != 0 && rt_clock_us() >= call->deadline_us &&
	    rt_call_whole(call)->n_shields == 0;
}

void
rt_shield(struct rt_call *call)
{
	rt_call_whole(call)->n_shields++;
}

void
rt_unshield(struct rt_call *call)
{
	struct rt_call *whole = rt_call_whole(call);

	if (--whole->n_shields == 0 && whole->cancel_later)
		whole->cancelled = true;
}

bool
rt_call_cancel(struct rt_call *call)
{
	if (call->n_shields > 0)
		call->cancel_later = true;
	else
		call->cancelled = true;
	return call->cancelled;
}

/* --- Sleeping --- */

static void
wake(void *call)
{
	rt_call_wake(call);
}

bool
rt_sleep(struct rt_call *call, unsigned ms)
{
	struct rt_timer end = {
	    .due_us = rt_clock_us() + (int64_t)ms * 1000,
	    .fn = wake,
	    .arg = call,
	};
	bool ok = true;

	rt_loop_at(&end);
	while (ok && end.set)
		ok = rt_call_wait(call);
	rt_loop_not_at(&end);
	if (!ok && !call->cancelled)
		(void)rt_fail_unavailable(call,
		    "the call's time was up while it slept");
	return ok;
}

void
rt_detach(struct rt_call *call)
{
	rt_call_whole(call)->detached = true;
}

/* --- Forks --- */

/* A fork under way; in the arena. */
struct strand {
	struct rt_call call; /* first: what its coroutine is made with */
	const struct rt_fork *fork;
	bool waiting; /* inside rt_call_wait() */
	bool woken; /* and to go on */
	bool result;
	bool returned; /* not left in the middle */
	bool ended;
};

struct strands {
	struct strand **v;
	unsigned n;
	unsigned n_alive;
	bool left; /* one has no memory left, and so the call has none */
};

bool
rt_fork_wait(struct rt_call *call)
{
	struct strand *s = call->wait;

	if (rt_call_is_over(call))
		return false;
	s->waiting = true;
	rt_coro_yield(call->coro);
	s->waiting = false;
	return !rt_call_is_over(call);
}

/* The call waits in rt_all(), unless another of its forks has it run. */
void
rt_fork_wake(struct rt_call *call)
{
	struct strand *s = call->wait;

	if (!s->waiting)
		return;
	s->woken = true;
	rt_call_wake(call->parent);
}

static void
run_strand(void *arg)
{
	struct strand *s = arg;

	s->result = s->fork->fn(&s->call, s->fork->arg);
	s->returned = true;
}

/* What it shares with its call; the rest, its answer above all, is empty. */
static struct strand *
make_strand(struct rt_call *call, const struct rt_fork *fork)
{
	struct strand *s = RT_NEW(call, *s);

	s->fork = fork;
	s->woken = true;
	s->call = (struct rt_call){
	    .arena = call->arena,
	    .server = call->server,
	    .op = call->op,
	    .body = call->body,
	    .req = call->req,
	    .params = call->params,
	    .n_params = call->n_params,
	    .who = call->who,
	    .check = {.arena = call->arena, .patterns = call->check.patterns},
	    .trace_id = call->trace_id,
	    .began_us = call->began_us,
	    .deadline_us = call->deadline_us,
	    .cancelled = call->cancelled,
	    .wrote = call->wrote,
	    .parent = call,
	    .wait = s,
	};
	return s;
}

static void
free_stacks(const struct strands *all)
{
	for (unsigned i = 0; i < all->n; i++)
		rt_coro_free(all->v[i]->call.coro);
}

/* All memory is taken before there is a stack, which nobody would give back. */
static bool
open_strands(struct rt_call *call, const struct rt_fork *forks, unsigned n,
    struct strands *all)
{
	all->v = rt_arena_array(call->arena, n, sizeof(struct strand *));
	for (unsigned i = 0; i < n; i++)
		all->v[i] = make_strand(call, &forks[i]);
	for (all->n = 0; all->n < n; all->n++) {
		struct rt_call *fork = &all->v[all->n]->call;

		fork->coro = rt_coro_new(run_strand, fork);
		if (fork->coro == NULL) {
			free_stacks(all);
			return rt_fail_unavailable(call,
			    "too many calls are under way for a fork");
		}
	}
	all->n_alive = n;
	all->left = false;
	return true;
}

/* A header without an answer would go nowhere.  An answer of its own is not
 * meant for the client: callbacks look at one. */
static void
judge(struct strand *s)
{
	if (s->call.res.status == 0 && s->call.res.headers.n > 0 && s->result)
		s->result =
		    rt_fail(&s->call, "a fork has set a header of the answer");
}

static void
take_failure(struct rt_call *call, const struct rt_call *fork)
{
	if (call->failure.p != NULL)
		return;
	call->failure = fork->failure;
	call->unavailable = fork->unavailable;
	call->unimplemented = fork->unimplemented;
}

static void
resume(struct rt_call *call, struct strands *all, struct strand *s)
{
	s->woken = false;
	s->ended = rt_coro_resume(s->call.coro);
	if (!s->ended)
		return;
	all->n_alive--;
	all->left = all->left || !s->returned;
	call->wrote = call->wrote || s->call.wrote;
	judge(s);
	if (!s->result)
		take_failure(call, &s->call);
}

/* Runs those that can go on, until all of them wait. */
static void
run_woken(struct rt_call *call, struct strands *all)
{
	bool some = true;

	while (some) {
		some = false;
		for (unsigned i = 0; i < all->n; i++) {
			struct strand *s = all->v[i];

			if (s->ended || !s->woken)
				continue;
			some = true;
			resume(call, all, s);
		}
	}
}

/* The call is over: from now on no fork waits. */
static void
unwind(struct rt_call *call, struct strands *all)
{
	for (unsigned i = 0; i < all->n; i++) {
		struct strand *s = all->v[i];

		s->call.cancelled = call->cancelled || all->left;
		while (!s->ended)
			resume(call, all, s);
	}
}

/* Whether each has returned true. */
static bool
join(struct rt_call *call, const struct strands *all)
{
	bool ok = true;

	free_stacks(all);
	if (all->left)
		rt_call_leave(call);
	for (unsigned i = 0; i < all->n; i++)
		ok = ok && all->v[i]->result;
	return ok;
}

bool
rt_all(struct rt_call *call, const struct rt_fork *forks, unsigned n)
{
	struct strands all;

	if (n > RT_ALL_MAX)
		return rt_fail(call, "%u forks are too many", n);
	if (call->tx != NULL)
		return rt_fail(call, "nothing can be forked in a transaction");
	if (call->cancelled || !open_strands(call, forks, n, &all))
		return false;
	run_woken(call, &all);
	while (all.n_alive > 0) {
		if (!all.left && rt_call_wait(call))
			run_woken(call, &all);
		else
			unwind(call, &all);
	}
	return join(call, &all);
}
