#include <stdlib.h>

#include "runtime/policy.h"
#include "runtime/server.h"
#include "runtime/stream.h"
#include "runtime/ws_handshake.h"
#include "runtime/ws_part.h"

/* What lives as long as a socket, and how it goes. */
struct rt_ws_deferred {
	void (*fn)(void *);
	void *arg;
	struct rt_ws_deferred *next;
};

/* --- What lives as long as a socket --- */

void *
rt_ws_new(struct rt_ws *ws, size_t size)
{
	return rt_arena_new(ws->base, size);
}

void
rt_ws_defer(struct rt_ws *ws, void (*fn)(void *), void *arg)
{
	struct rt_ws_deferred *d = rt_ws_new(ws, sizeof(*d));

	*d = (struct rt_ws_deferred){fn, arg, ws->deferred};
	ws->deferred = d;
}

/* What was deferred in a part has been called by now: last in, first out. */
static void
close_socket(void *arg)
{
	struct rt_ws *ws = arg;

	while (ws->deferred != NULL) {
		struct rt_ws_deferred *d = ws->deferred;

		ws->deferred = d->next;
		d->fn(d->arg);
	}
	rt_ws_leave_part(ws);
	rt_ws_reader_drop(&ws->reader);
	free((char *)(uintptr_t)ws->next.data.p);
}

/* --- Beginning --- */

static struct rt_ws *
new_socket(struct rt_call *call, const struct rt_ws_handshake *h)
{
	struct rt_ws *ws = RT_NEW(call, *ws);

	ws->call = call;
	ws->base = call->arena;
	ws->protocol = h->protocol;
	ws->deflate = h->deflate;
	ws->reader.inflates = h->deflate.agreed;
	ws->reader.max = call->op->websocket->message_max;
	return ws;
}

static bool
may_begin(struct rt_call *call)
{
	if (call->wire == NULL || call->wire->upgrade == NULL ||
	    call->op->websocket == NULL || call->ws != NULL ||
	    call->stream != NULL)
		return rt_fail(call, "%s: a WebSocket can't begin here",
		    call->op->id);
	if (call->tx != NULL)
		return rt_fail(call,
		    "%s: a WebSocket can't begin in a transaction",
		    call->op->id);
	return true;
}

static bool
upgrade(struct rt_call *call, const struct rt_ws_handshake *h)
{
	struct rt_ws *ws = new_socket(call, h);

	rt_ws_handshake_answer(call, h);
	rt_policy_finish(call);
	if (call->unsendable)
		return false;
	call->ws = ws;
	if (!call->wire->upgrade(call)) {
		call->ws = NULL;
		return rt_fail_unavailable(call,
		    "there are too many WebSockets (WS_SOCKETS_MAX)");
	}
	rt_defer(call, close_socket, ws);
	call->deadline_us = 0;
	call->res = (struct rt_response){.status = 101};
	return true;
}

bool
rt_ws_accept(struct rt_call *call)
{
	struct rt_ws_handshake h;
	struct rt_ws_refusal r;

	if (!may_begin(call))
		return false;
	if (!rt_ws_handshake_read(call, &h, &r))
		return rt_fail(call, "%s: %s", call->op->id, r.why);
	return upgrade(call, &h);
}

bool
rt_ws_refuse(struct rt_call *call)
{
	const struct rt_ws_def *def = call->op->websocket;
	int status = call->res.status;
	struct rt_ws_handshake h;
	struct rt_ws_refusal r;

	if (def == NULL || def->unauthorized == 0 ||
	    (status != 401 && status != 403) || call->wire == NULL ||
	    !rt_ws_handshake_read(call, &h, &r))
		return false;
	call->res = (struct rt_response){.status = 0};
	if (!rt_ws_accept(call)) {
		rt_reply_failed(call);
		return false;
	}
	rt_ws_close(call, def->unauthorized,
	    rt_str(status == 401 ? rt_code_unauthorized.title
				 : rt_code_forbidden.title));
	/* Nobody waits for the word of whoever may not. */
	call->ws->closed = true;
	return false;
}

/* --- A socket --- */

struct rt_ws *
rt_ws_of(const struct rt_call *call)
{
	return call->ws;
}

struct rt_str
rt_ws_protocol(const struct rt_call *call)
{
	static const struct rt_str none = {NULL, 0};

	return call->ws == NULL ? none : call->ws->protocol;
}

void **
rt_ws_slot(struct rt_ws *ws)
{
	return &ws->slot;
}
