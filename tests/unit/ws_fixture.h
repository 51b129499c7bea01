/* Sockets for tests of the runtime: a wire that plays a client. */
#ifndef WS_FIXTURE_H
#define WS_FIXTURE_H

#include "runtime/stream.h"
#include "runtime/ws_part.h"

#include "tests/unit/call_fixture.h"

static char sent[65536];
static size_t n_sent, queued, n_paused, n_dropped;
static bool full; /* there are too many sockets */

/* What the client says, a piece at each pause; NULL: it has gone. */
static const struct rt_str *script;

static bool
wire_upgrade(struct rt_call *c)
{
	CHECK_INT(c->res.status, 101);
	CHECK(has_header("Sec-WebSocket-Accept"));
	return !full;
}

static void
wire_send(struct rt_call *c, struct rt_str s)
{
	(void)c;
	CHECK(n_sent + s.n <= sizeof(sent));
	memcpy(sent + n_sent, s.p, s.n);
	n_sent += s.n;
}

static void
wire_share(struct rt_call *c, struct rt_ws_frame *f)
{
	wire_send(c, rt_ws_frame_bytes(f));
}

static size_t
wire_queued(const struct rt_call *c)
{
	(void)c;
	return queued;
}

static void
wire_drop(struct rt_call *c)
{
	(void)c;
	n_dropped++;
}

static void
wire_wake(struct rt_call *c)
{
	(void)c;
}

static bool
wire_drain(struct rt_call *c)
{
	return !c->cancelled;
}

static bool
wire_pause(struct rt_call *c, int64_t until_us)
{
	n_paused++;
	if (until_us != INT64_MAX)
		clock_us = until_us;
	else if (script == NULL || script->p == NULL)
		c->cancelled = true;
	else
		CHECK_INT(rt_ws_take(c->ws, *script), script->n);
	if (script != NULL)
		script++;
	return !c->cancelled;
}

static const struct rt_wire wire = {
    .send = wire_send,
    .drain = wire_drain,
    .pause = wire_pause,
    .upgrade = wire_upgrade,
    .share = wire_share,
    .queued = wire_queued,
    .drop = wire_drop,
    .wake = wire_wake,
};

static const char handshake[] =
    "GET /\nUpgrade: websocket\nConnection: Upgrade\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\n"
    "Sec-WebSocket-Version: 13";

#endif /* WS_FIXTURE_H */
