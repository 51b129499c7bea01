#include "runtime/format.h"
#include "runtime/loop.h"
#include "runtime/ws_part.h"

/* When a socket is closed in any case. */
struct rt_ws_expiry {
	struct rt_timer timer;
	struct rt_ws *ws;
	unsigned code;
	char reason[RT_WS_REASON_MAX + 1]; /* a byte too long is seen to be */
	size_t reason_n;
};

static void
expire(void *arg)
{
	struct rt_ws_expiry *e = arg;

	rt_ws_send_close(e->ws, e->code,
	    (struct rt_str){e->reason, e->reason_n});
}

static void
forget(void *arg)
{
	struct rt_ws_expiry *e = arg;

	rt_loop_not_at(&e->timer);
}

static struct rt_ws_expiry *
expiry_of(struct rt_ws *ws)
{
	struct rt_ws_expiry *e = ws->expiry;

	if (e != NULL)
		return e;
	e = rt_ws_new(ws, sizeof(*e));
	e->ws = ws;
	e->timer.fn = expire;
	e->timer.arg = e;
	rt_ws_defer(ws, forget, e);
	ws->expiry = e;
	return e;
}

/* On a clock that never goes back, of one that may. */
static int64_t
due(int64_t at_seconds)
{
	int64_t left = at_seconds - rt_time_now().us / 1000000;

	if (left < 0)
		left = 0;
	if (left > INT32_MAX)
		left = INT32_MAX;
	return rt_clock_us() + left * 1000000;
}

void
rt_ws_expires(struct rt_call *call, int64_t at_seconds, unsigned code,
    struct rt_str reason)
{
	struct rt_ws_expiry *e;

	if (call->ws == NULL)
		return;
	e = expiry_of(call->ws);
	rt_loop_not_at(&e->timer);
	e->code = code;
	e->reason_n =
	    reason.n < sizeof(e->reason) ? reason.n : sizeof(e->reason);
	if (e->reason_n > 0)
		memcpy(e->reason, reason.p, e->reason_n);
	e->timer.due_us = due(at_seconds);
	rt_loop_at(&e->timer);
}
