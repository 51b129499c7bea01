#include "runtime/coro.h"
#include "runtime/loop.h"
#include "runtime/serve_kore.h"

TAILQ_HEAD(calls, rt_exchange);

static LIST_HEAD(, rt_exchange) live = LIST_HEAD_INITIALIZER(live);
static struct calls ready = TAILQ_HEAD_INITIALIZER(ready);

static void
run(void *arg)
{
	struct rt_call *call = arg;
	struct rt_exchange *x = call->wait;

	x->own.run(call, x->own.arg);
}

bool
rt_call_start(struct rt_server *server, const struct rt_own_call *own)
{
	struct rt_call *call = rt_call_open(server);
	struct rt_exchange *x = RT_NEW(call, *x);

	x->call = call;
	x->own = *own;
	call->wait = x;
	call->op = own->op;
	call->coro = rt_coro_new(run, call);
	if (call->coro == NULL) {
		rt_call_close(call);
		return false;
	}
	LIST_INSERT_HEAD(&live, x, list);
	x->waiting = true;
	rt_call_wake(call);
	return true;
}

static void
end(struct rt_exchange *x)
{
	struct rt_call *call = x->call;
	struct rt_coro *coro = call->coro;

	x->own.ended(call, x->own.arg);
	LIST_REMOVE(x, list);
	rt_call_close(call);
	rt_coro_free(coro);
}

void
rt_own_ready(struct rt_exchange *x)
{
	TAILQ_INSERT_TAIL(&ready, x, next_own);
}

/* Those that become ready meanwhile have their turn after the clients. */
bool
rt_own_settle(void)
{
	struct calls now = TAILQ_HEAD_INITIALIZER(now);
	struct rt_exchange *x;
	bool any = !TAILQ_EMPTY(&ready);

	TAILQ_CONCAT(&now, &ready, next_own);
	while ((x = TAILQ_FIRST(&now)) != NULL) {
		TAILQ_REMOVE(&now, x, next_own);
		x->woken = false;
		if (rt_coro_resume(x->call->coro))
			end(x);
	}
	return any;
}

void
rt_own_check(void)
{
	struct rt_exchange *x;

	LIST_FOREACH(x, &live, list)
	{
		if (x->waiting && rt_call_is_over(x->call))
			rt_call_wake(x->call);
	}
}

bool
rt_own_none(void)
{
	return LIST_EMPTY(&live);
}

void
rt_own_stop(void)
{
	struct rt_exchange *x;

	while ((x = LIST_FIRST(&live)) != NULL) {
		if (x->woken)
			TAILQ_REMOVE(&ready, x, next_own);
		x->call->cancelled = true;
		while (!rt_coro_resume(x->call->coro))
			;
		end(x);
	}
}
