#include "runtime/coro.h"
#include "runtime/loop.h"
#include "runtime/serve_kore.h"
#include "runtime/ws_part.h"

/*
 * Each phase has one length, so that connections stand in the order in which
 * they end, and looking for those whose time is up costs nothing.
 */

/* Bytes a second below which a client is too slow. */
enum { RATE_MIN = 1024 };

static TAILQ_HEAD(queue, rt_conn) queues[RT_PHASES] = {
    [RT_PHASE_HANDSHAKE] = TAILQ_HEAD_INITIALIZER(queues[RT_PHASE_HANDSHAKE]),
    [RT_PHASE_HEAD] = TAILQ_HEAD_INITIALIZER(queues[RT_PHASE_HEAD]),
    [RT_PHASE_IDLE] = TAILQ_HEAD_INITIALIZER(queues[RT_PHASE_IDLE]),
    [RT_PHASE_BODY] = TAILQ_HEAD_INITIALIZER(queues[RT_PHASE_BODY]),
    [RT_PHASE_SEND] = TAILQ_HEAD_INITIALIZER(queues[RT_PHASE_SEND]),
    [RT_PHASE_REST] = TAILQ_HEAD_INITIALIZER(queues[RT_PHASE_REST]),
    [RT_PHASE_QUIET] = TAILQ_HEAD_INITIALIZER(queues[RT_PHASE_QUIET]),
    [RT_PHASE_PONG] = TAILQ_HEAD_INITIALIZER(queues[RT_PHASE_PONG]),
    [RT_PHASE_LEFT] = TAILQ_HEAD_INITIALIZER(queues[RT_PHASE_LEFT]),
    [RT_PHASE_LINGER] = TAILQ_HEAD_INITIALIZER(queues[RT_PHASE_LINGER]),
};

static void
begin(struct rt_conn *conn, enum rt_phase phase)
{
	unsigned ms = rt_conn_settings.phase_ms[phase];

	conn->phase = phase;
	conn->phase_bytes = 0;
	if (phase == RT_PHASE_NONE)
		return;
	conn->phase_end_us = rt_clock_us() + (int64_t)ms * 1000;
	TAILQ_INSERT_TAIL(&queues[phase], conn, timed);
}

static void
leave(struct rt_conn *conn)
{
	if (conn->phase != RT_PHASE_NONE)
		TAILQ_REMOVE(&queues[conn->phase], conn, timed);
}

void
rt_phase_enter(struct rt_conn *conn, enum rt_phase phase)
{
	if (conn->phase == phase)
		return;
	leave(conn);
	begin(conn, phase);
}

/* Who moves bytes fast enough may go on. */
static bool
has_moved(const struct rt_conn *conn)
{
	size_t ms = rt_conn_settings.phase_ms[conn->phase];

	return conn->phase_bytes >= RATE_MIN * ms / 1000;
}

/* A request that has begun gets an answer (RFC 9110, section 15.5.9). */
static void
refuse_head(struct rt_conn *conn)
{
	static const struct rt_head_fault late = {
	    .status = 408,
	    .detail = "The request did not come in time.",
	};

	if (!rt_http_read_begun(&conn->reader)) {
		rt_conn_drop(conn, NULL);
		return;
	}
	rt_exchange_refuse(conn, &late);
	rt_phase_enter(conn, RT_PHASE_NONE);
}

/* Who is silent so long may be for longer. */
static void
ask_socket(struct rt_conn *conn)
{
	rt_phase_enter(conn, RT_PHASE_PONG);
	rt_ws_ping(rt_conn_socket(conn));
	rt_coro_trim(conn->x->call->coro);
	rt_conn_ready(conn);
}

static void
expire(struct rt_conn *conn)
{
	enum rt_phase phase = conn->phase;

	if ((phase == RT_PHASE_BODY || phase == RT_PHASE_SEND) &&
	    has_moved(conn)) {
		leave(conn);
		begin(conn, phase);
	} else if (phase == RT_PHASE_REST) {
		rt_phase_enter(conn, RT_PHASE_NONE);
		conn->resting = false;
		rt_conn_ready(conn);
	} else if (phase == RT_PHASE_QUIET) {
		ask_socket(conn);
	} else if (phase == RT_PHASE_HEAD) {
		refuse_head(conn);
	} else if (phase == RT_PHASE_BODY && conn->x != NULL) {
		rt_body_end(conn->x, 408, "The body did not come in time.");
		rt_phase_enter(conn, RT_PHASE_NONE);
	} else {
		rt_conn_drop(conn, "the client was too slow");
	}
}

void
rt_phase_check(void)
{
	int64_t now = rt_clock_us();
	struct rt_conn *conn;

	for (unsigned i = RT_PHASE_NONE + 1; i < RT_PHASES; i++) {
		while ((conn = TAILQ_FIRST(&queues[i])) != NULL &&
		    conn->phase_end_us <= now)
			expire(conn);
	}
}
