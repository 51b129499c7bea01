#include "runtime/ws_part.h"

#include <stdlib.h>

#include "runtime/loop.h"
#include "runtime/server.h"
#include "runtime/stream.h"

/* --- What a handler takes between two messages --- */

static void
begin_part(struct rt_ws *ws)
{
	struct rt_call *call = ws->call;

	ws->part = rt_arena_take_like(&call->server->arenas, ws->base);
	ws->before = call->deferred;
	ws->had_failed = call->failure.p != NULL;
	call->arena = ws->part;
	call->check.arena = ws->part;
}

/* Why something has failed is for the log, which comes last. */
void
rt_ws_leave_part(struct rt_ws *ws)
{
	struct rt_call *call = ws->call;
	const struct rt_patterns *patterns = call->check.patterns;

	free(ws->held);
	ws->held = NULL;
	if (ws->part == NULL)
		return;
	if (call->failure.p != NULL && !ws->had_failed)
		call->failure = rt_arena_copy(ws->base, call->failure);
	call->arena = ws->base;
	call->check = (struct rt_check){
	    .arena = ws->base,
	    .patterns = patterns,
	};
	call->violated = (struct rt_str){NULL, 0};
	call->denied = (struct rt_str){NULL, 0};
	call->res = (struct rt_response){.status = 101};
	rt_arena_give(&call->server->arenas, ws->part);
	ws->part = NULL;
}

static void
end_part(struct rt_ws *ws)
{
	if (ws->part != NULL)
		rt_call_undefer(ws->call, ws->before);
	rt_ws_leave_part(ws);
}

/* --- Control frames --- */

static void
send_control(struct rt_ws *ws, enum rt_ws_opcode opcode, struct rt_str payload)
{
	char frame[RT_WS_SERVER_HEAD_MAX + RT_WS_CONTROL_MAX];
	size_t n = rt_ws_head_write(frame, opcode, false, payload.n);

	if (payload.n > 0)
		memcpy(frame + n, payload.p, payload.n);
	n += payload.n;
	ws->bytes += n;
	ws->call->wire->send(ws->call, (struct rt_str){frame, n});
}

/* A message that the handler has not taken it never will. */
static void
drop_next(struct rt_ws *ws)
{
	free((char *)(uintptr_t)ws->next.data.p);
	ws->next.data.p = NULL;
	ws->waiting = false;
}

void
rt_ws_send_close(struct rt_ws *ws, unsigned code, struct rt_str reason)
{
	char payload[RT_WS_CONTROL_MAX];
	size_t n =
	    code == RT_WS_NONE ? 0 : rt_ws_close_write(payload, code, reason);

	if (ws->closing)
		return;
	ws->closing = true;
	if (ws->code == 0)
		ws->code = code;
	drop_next(ws);
	send_control(ws, RT_WS_CLOSE, (struct rt_str){payload, n});
	ws->call->wire->wake(ws->call);
}

/* What comes can't be understood: nothing of it is of use any more (section
 * 7.1.7). */
static void
break_off(struct rt_ws *ws, unsigned code, const char *why)
{
	ws->closed = true;
	rt_ws_send_close(ws, code, rt_str(why));
}

/* The handler is to end what it is about; then it is answered. */
static void
take_close(struct rt_ws *ws)
{
	struct rt_str payload = {ws->reader.control, ws->reader.control_n};
	unsigned fault = 0, code = rt_ws_close_read(payload, &fault);

	if (code == 0) {
		break_off(ws, fault, "The Close frame is malformed.");
		return;
	}
	ws->closed = true;
	if (ws->code == 0)
		ws->code = code;
	ws->call->wire->wake(ws->call);
}

void
rt_ws_ping(struct rt_ws *ws)
{
	ws->pinged = true;
	if (!ws->closing)
		send_control(ws, RT_WS_PING, (struct rt_str){NULL, 0});
}

/* --- What comes --- */

static void
take_message(struct rt_ws *ws)
{
	rt_ws_reader_take(&ws->reader, &ws->next);
	ws->waiting = true;
	if (ws->closing)
		drop_next(ws);
	else
		ws->call->wire->wake(ws->call);
}

static void
take_one(struct rt_ws *ws, enum rt_ws_read what)
{
	struct rt_ws_reader *r = &ws->reader;

	switch (what) {
	case RT_WS_READ_MESSAGE:
		take_message(ws);
		break;
	case RT_WS_READ_PING:
		if (!ws->closing)
			send_control(ws, RT_WS_PONG,
			    (struct rt_str){r->control, r->control_n});
		break;
	case RT_WS_READ_CLOSE:
		take_close(ws);
		break;
	case RT_WS_READ_FAULT:
		break_off(ws, r->fault, r->why);
		break;
	case RT_WS_READ_PONG:
	case RT_WS_READ_MORE:
		break;
	}
}

size_t
rt_ws_take(struct rt_ws *ws, struct rt_str bytes)
{
	size_t n = 0, used;

	ws->pinged = false;
	while (rt_ws_wants(ws) && n < bytes.n) {
		struct rt_str rest = {bytes.p + n, bytes.n - n};

		take_one(ws, rt_ws_read(&ws->reader, rest, &used));
		n += used;
	}
	return ws->closed ? bytes.n : n;
}

/* --- Receiving --- */

static bool
is_open(const struct rt_ws *ws)
{
	return !ws->closing && !ws->call->cancelled;
}

/* The code for a socket whose handler is done. */
static unsigned
last_code(const struct rt_ws *ws)
{
	if (ws->closed)
		return ws->code;
	if (ws->broken)
		return ws->call->unavailable ? RT_WS_TRY_LATER : RT_WS_FAILED;
	return ws->ending ? RT_WS_GOING_AWAY : RT_WS_NORMAL;
}

static bool
tell_over(struct rt_ws *ws)
{
	ws->over = true;
	if (is_open(ws))
		rt_ws_send_close(ws, last_code(ws), (struct rt_str){"", 0});
	return false;
}

/* Nothing waits for a client while it holds what others need. */
static bool
may_wait(struct rt_call *call)
{
	if (call->ws == NULL)
		return rt_fail(call, "%s: there is no WebSocket", call->op->id);
	if (call->tx != NULL)
		return rt_fail(call,
		    "%s: a WebSocket can't wait in a transaction",
		    call->op->id);
	return true;
}

bool
rt_ws_receive(struct rt_call *call, struct rt_ws_message *m)
{
	struct rt_ws *ws = call->ws;

	if (!may_wait(call))
		return false;
	end_part(ws);
	while (is_open(ws) && !ws->waiting && !ws->closed && !ws->ending &&
	    call->wire->pause(call, INT64_MAX))
		;
	if (!is_open(ws) || !ws->waiting)
		return tell_over(ws);
	*m = ws->next;
	ws->held = (char *)(uintptr_t)m->data.p;
	if (m->data.p == NULL)
		m->data.p = "";
	ws->next.data.p = NULL;
	ws->waiting = false;
	begin_part(ws);
	return true;
}

/* --- Sending --- */

static bool
send_frame(struct rt_ws *ws, struct rt_ws_frame *f)
{
	struct rt_call *call = ws->call;

	if (f == NULL)
		return rt_fail(call, "%s: there is no memory for a message",
		    call->op->id);
	rt_ws_share(ws, rt_ws_frame_for(f, ws));
	rt_ws_frame_free(f);
	if (!call->wire->drain(call) || !is_open(ws))
		return tell_over(ws);
	return true;
}

static bool
send_message(struct rt_call *call, enum rt_ws_opcode opcode, struct rt_str s)
{
	struct rt_ws *ws = call->ws;

	if (!may_wait(call))
		return false;
	if (!is_open(ws))
		return tell_over(ws);
	return send_frame(ws, rt_ws_frame_new(opcode, s));
}

bool
rt_ws_send(struct rt_call *call, struct rt_str text)
{
	if (!rt_str_is_utf8(text))
		return rt_fail(call, "%s: a text to be sent is not UTF-8",
		    call->op->id);
	return send_message(call, RT_WS_TEXT, text);
}

bool
rt_ws_send_binary(struct rt_call *call, struct rt_str bytes)
{
	return send_message(call, RT_WS_BINARY, bytes);
}

/* --- Ending --- */

void
rt_ws_close(struct rt_call *call, unsigned code, struct rt_str reason)
{
	if (call->ws != NULL && is_open(call->ws))
		rt_ws_send_close(call->ws, code, reason);
}

void
rt_ws_leave(struct rt_ws *ws)
{
	ws->ending = true;
	ws->call->wire->wake(ws->call);
}

void
rt_ws_lose(struct rt_ws *ws)
{
	ws->closing = true;
	ws->closed = true;
	drop_next(ws);
	ws->call->wire->wake(ws->call);
}

void
rt_ws_abandon(struct rt_ws *ws)
{
	ws->closed = true;
	rt_ws_send_close(ws, RT_WS_FAILED, (struct rt_str){"", 0});
	ws->call->res.status = 101;
}

/* What it returns because it was told that the socket is over is no failure. */
void
rt_ws_fail(struct rt_call *call)
{
	struct rt_ws *ws = call->ws;

	if (ws->over)
		return;
	rt_fail(call, "the handler failed without a reason");
	ws->broken = true;
}

void
rt_ws_end(struct rt_call *call)
{
	int64_t end = rt_clock_us() + (int64_t)call->server->ws_close_ms * 1000;
	struct rt_ws *ws = call->ws;

	(void)!tell_over(ws);
	end_part(ws);
	while (!call->cancelled && !ws->closed && rt_clock_us() < end &&
	    call->wire->pause(call, end))
		;
	call->res.status = 101;
}
