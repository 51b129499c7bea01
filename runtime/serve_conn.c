#include <poll.h>
#include <stdlib.h>

#include "runtime/coro.h"
#include "runtime/log.h"
#include "runtime/loop.h"
#include "runtime/metrics.h"
#include "runtime/serve_kore.h"
#include "runtime/settings.h"
#include "runtime/ws_part.h"

/*
 * A connection belongs to one client.  Kore accepts it and tells what epoll
 * says of it (once for each change: edge-triggered); all else is done here.
 * Requests are answered in their order, one at a time: while one is under
 * way, the next stays unread unless it came in one piece with it.
 */

enum {
	FAIR_TO = 4, /* clients */
	/* Of a body that is of no use any more. */
	SKIP_MAX = 64 * 1024,
	/* Of a call, on the average: its own, and those of its forks. */
	STACKS_EACH = 4,
};

RT_EXPORT void rt_connect(struct connection *);

struct rt_conn_settings rt_conn_settings;

static TAILQ_HEAD(, rt_conn) ready = TAILQ_HEAD_INITIALIZER(ready);
static TAILQ_HEAD(conns, rt_conn) later = TAILQ_HEAD_INITIALIZER(later);
static TAILQ_HEAD(, rt_conn) closed = TAILQ_HEAD_INITIALIZER(closed);
static const struct rt_tls_server *tls_server;
static bool draining;
static unsigned n_open;

/* --- Beginning and ending --- */

/* It is closed, and no call needs it any more. */
void
rt_conn_retire(struct rt_conn *conn)
{
	if (conn->ready)
		TAILQ_REMOVE(&ready, conn, list);
	conn->ready = false;
	TAILQ_INSERT_TAIL(&closed, conn, list);
}

static void
on_disconnect(struct connection *c)
{
	struct rt_conn *conn = c->hdlr_extra;

	c->hdlr_extra = NULL;
	if (conn == NULL)
		return;
	conn->kore = NULL;
	conn->failed = true;
	rt_metrics_set(RT_GAUGE_CONNECTIONS, --n_open);
	if (conn->x != NULL)
		rt_exchange_leave(conn->x, "the client has gone");
	rt_phase_enter(conn, RT_PHASE_NONE);
	if (conn->later)
		TAILQ_REMOVE(&later, conn, list);
	conn->later = false;
	if (conn->x == NULL)
		rt_conn_retire(conn);
}

void
rt_conn_drop(struct rt_conn *conn, const char *why)
{
	bool cut = conn->x != NULL || conn->out_n > 0;

	if (conn->kore == NULL)
		return;
	if (conn->x != NULL)
		rt_exchange_leave(conn->x, why);
	/* An answer that is cut must not look whole (RFC 8446, section 6.1). */
	if (conn->tls != NULL && !cut && !conn->broken)
		(void)!rt_tls_shutdown(conn->tls);
	kore_connection_disconnect(conn->kore);
}

static void
free_closed(void)
{
	struct rt_conn *conn;

	while ((conn = TAILQ_FIRST(&closed)) != NULL) {
		TAILQ_REMOVE(&closed, conn, list);
		rt_send_drop(conn);
		rt_tls_free(conn->tls);
		rt_peer_leave(conn->peer);
		free(conn->in);
		free(conn);
	}
}

/* The last byte is sent.  What the client still sends is read and dropped: a
 * connection that is closed with unread bytes takes the answer back (RFC
 * 9112, section 9.6). */
static void
begin_to_linger(struct rt_conn *conn)
{
	if (conn->broken) {
		rt_io_reset(conn);
		rt_conn_drop(conn, NULL);
		return;
	}
	if (!rt_io_end(conn) || conn->ended) {
		rt_conn_drop(conn, NULL);
		return;
	}
	free(conn->in);
	conn->in = NULL;
	conn->in_n = 0;
	rt_phase_enter(conn, RT_PHASE_LINGER);
}

void
rt_conn_answered(struct rt_conn *conn, bool close)
{
	rt_phase_enter(conn, RT_PHASE_NONE); /* the next one begins anew */
	conn->requests++;
	conn->closing = conn->closing || close;
	conn->skipping = !conn->closing && !conn->whole;
	conn->hungry = false;
	rt_conn_ready(conn);
}

/* A body that was not wanted is read and dropped where it is short. */
bool
rt_conn_can_go_on(const struct rt_conn *conn)
{
	const struct rt_exchange *x = conn->x;

	if (draining || conn->requests + 1 >= rt_conn_settings.requests)
		return false;
	return conn->whole ||
	    (x->head.framed == RT_FRAMED_LENGTH && !x->head.expects &&
		conn->reader.left <= SKIP_MAX);
}

/* --- Going on --- */

static void
choose_phase(struct rt_conn *conn)
{
	if (rt_conn_lingers(conn))
		return;
	if (conn->out_n > 0)
		rt_phase_enter(conn, RT_PHASE_SEND);
	else if (rt_conn_socket(conn) != NULL)
		rt_phase_enter(conn, rt_socket_phase(conn));
	else if (conn->x != NULL && conn->x->receiving)
		rt_phase_enter(conn, RT_PHASE_BODY);
	else if (conn->x != NULL)
		rt_phase_enter(conn,
		    conn->half_closed ? RT_PHASE_LEFT : RT_PHASE_NONE);
	else if (conn->resting)
		rt_phase_enter(conn, RT_PHASE_REST);
	else if (conn->skipping)
		rt_phase_enter(conn, RT_PHASE_BODY);
	else if (conn->requests == 0 || rt_http_read_begun(&conn->reader))
		rt_phase_enter(conn, RT_PHASE_HEAD);
	else
		rt_phase_enter(conn, RT_PHASE_IDLE);
}

/* A call under way may still have its answer read by a client that has
 * closed its own side; one that waits for the rest of a request may not. */
static bool
is_over(const struct rt_conn *conn)
{
	if (conn->failed)
		return true;
	if (rt_conn_socket(conn) != NULL)
		return conn->ended && !rt_conn_socket(conn)->closed;
	if (conn->x != NULL && conn->x->call->stream != NULL)
		return conn->half_closed;
	if (!conn->ended || conn->out_n > 0)
		return false;
	return conn->x == NULL ? conn->in_n == 0 || conn->hungry
			       : conn->x->receiving;
}

/* Whether requests may come. */
static bool
is_agreed(struct rt_conn *conn)
{
	if (conn->shaking && rt_io_shake(conn)) {
		conn->shaking = false;
		rt_phase_enter(conn, RT_PHASE_HEAD);
	}
	return !conn->shaking && !conn->failed;
}

static void
run(struct rt_conn *conn)
{
	if (conn->kore == NULL) {
		if (conn->x->woken)
			rt_exchange_resume(conn->x);
		return;
	}
	if (!is_agreed(conn)) {
		if (conn->failed)
			rt_conn_drop(conn, "the client has gone");
		return;
	}
	rt_send_flush(conn);
	if (conn->x != NULL && conn->x->woken)
		rt_exchange_resume(conn->x);
	rt_conn_read(conn);
	if (conn->kore == NULL)
		return;
	if (is_over(conn)) {
		rt_conn_drop(conn, "the client has gone");
		return;
	}
	if (conn->x == NULL && conn->closing && conn->out_n == 0 &&
	    !rt_conn_lingers(conn))
		begin_to_linger(conn);
	if (conn->kore != NULL)
		choose_phase(conn);
}

static void
leave_later(struct rt_conn *conn)
{
	if (conn->later)
		TAILQ_REMOVE(&later, conn, list);
	conn->later = false;
}

static void
go_on_later(void)
{
	struct rt_conn *conn;

	while ((conn = TAILQ_FIRST(&later)) != NULL)
		rt_conn_ready(conn);
}

void
rt_conn_later(struct rt_conn *conn)
{
	if (conn->ready || conn->later || conn->kore == NULL)
		return;
	conn->later = true;
	TAILQ_INSERT_TAIL(&later, conn, list);
	rt_loop_again(go_on_later);
}

void
rt_conn_ready(struct rt_conn *conn)
{
	if (conn->ready || (conn->kore == NULL && conn->x == NULL))
		return;
	leave_later(conn);
	conn->ready = true;
	TAILQ_INSERT_TAIL(&ready, conn, list);
}

/*
 * Kore tells of all clients before it tells of anything again.  Where these are
 * many, what the calls under way wait for would come to a stop: once every few
 * clients it has a turn.
 */
static void
be_fair(void)
{
	static unsigned clients;

	if (++clients % FAIR_TO != 0 || rt_exchange_none())
		return;
	rt_loop_poll();
}

static void
settle_ready(void)
{
	struct rt_conn *conn;

	while ((conn = TAILQ_FIRST(&ready)) != NULL) {
		TAILQ_REMOVE(&ready, conn, list);
		conn->ready = false;
		run(conn);
		be_fair();
	}
}

void
rt_conn_settle(void)
{
	do
		settle_ready();
	while (rt_own_settle());
	free_closed();
}

/* --- Events --- */

/* Both ways are shut, or it is broken: nobody is there any more. */
static bool
is_dead(int fd)
{
	struct pollfd p = {.fd = fd, .events = POLLIN};

	return poll(&p, 1, 0) == 1 && (p.revents & (POLLERR | POLLHUP)) != 0;
}

static void
note_events(struct rt_conn *conn, int flags)
{
	/* TLS may have to write before it can read, or the other way. */
	if (conn->tls != NULL && flags != 0)
		flags = KORE_EVENT_READ | KORE_EVENT_WRITE;
	if (flags & KORE_EVENT_READ)
		conn->readable = true;
	if (flags & KORE_EVENT_WRITE)
		conn->writable = true;
}

static void
on_event(void *arg, int error)
{
	struct connection *c = arg;
	struct rt_conn *conn = c->hdlr_extra;
	int flags = c->evt.flags;

	c->evt.flags = 0;
	if (conn == NULL)
		return;
	note_events(conn, flags);
	if (error && is_dead(c->fd)) {
		rt_conn_drop(conn, "the client has gone");
	} else {
		conn->half_closed = conn->half_closed || error;
		conn->readable = conn->readable || error;
		rt_conn_ready(conn);
	}
	rt_conn_settle();
}

static void
set_peer_text(struct rt_conn *conn, const struct connection *c)
{
	const void *address = c->family == AF_INET6
	    ? (const void *)&c->addr.ipv6.sin6_addr
	    : (const void *)&c->addr.ipv4.sin_addr;

	if (c->family != AF_INET && c->family != AF_INET6)
		return;
	(void)inet_ntop(c->family, address, conn->peer_text,
	    sizeof(conn->peer_text));
}

static void
begin(struct rt_conn *conn)
{
	if (tls_server->context == NULL) {
		rt_phase_enter(conn, RT_PHASE_HEAD);
		return;
	}
	conn->tls = rt_tls_accept(tls_server, conn->kore->fd);
	conn->shaking = true;
	if (conn->tls == NULL)
		rt_conn_drop(conn, NULL);
	else
		rt_phase_enter(conn, RT_PHASE_HANDSHAKE);
}

/* Kore has accepted a connection. */
void
rt_connect(struct connection *c)
{
	struct rt_peer *peer = rt_peer_enter(c);
	struct rt_conn *conn = peer == NULL ? NULL : calloc(1, sizeof(*conn));

	c->state = CONN_STATE_ESTABLISHED;
	c->proto = CONN_PROTO_UNKNOWN;
	c->idle_timer.length = UINT64_MAX; /* ours are in serve_time.c */
	c->evt.handle = on_event;
	if (conn == NULL) {
		if (peer != NULL)
			rt_peer_leave(peer);
		kore_connection_disconnect(c);
		return;
	}
	c->hdlr_extra = conn;
	c->disconnect = on_disconnect;
	conn->kore = c;
	conn->peer = peer;
	rt_metrics_set(RT_GAUGE_CONNECTIONS, ++n_open);
	conn->reader.limits = &rt_conn_settings.head;
	STAILQ_INIT(&conn->out);
	set_peer_text(conn, c);
	begin(conn);
}

/* --- A worker --- */

static unsigned
setting(const char *name)
{
	return (unsigned)rt_setting_int(name);
}

void
rt_conn_open(const struct rt_tls_server *tls)
{
	unsigned *ms = rt_conn_settings.phase_ms;

	tls_server = tls;
	rt_conn_settings.head = (struct rt_head_limits){
	    .bytes = setting("HEAD_MAX"),
	    .lines = setting("HEAD_LINES_MAX"),
	    .target = setting("TARGET_MAX"),
	};
	ms[RT_PHASE_HANDSHAKE] = setting("HANDSHAKE_TIMEOUT_MS");
	ms[RT_PHASE_HEAD] = setting("HEAD_TIMEOUT_MS");
	ms[RT_PHASE_IDLE] = setting("IDLE_TIMEOUT_MS");
	ms[RT_PHASE_BODY] = setting("BODY_TIMEOUT_MS");
	ms[RT_PHASE_SEND] = setting("SEND_TIMEOUT_MS");
	ms[RT_PHASE_QUIET] = setting("WS_PING_MS");
	ms[RT_PHASE_PONG] = setting("WS_PONG_TIMEOUT_MS");
	ms[RT_PHASE_REST] = 100;
	ms[RT_PHASE_LEFT] = 2000;
	ms[RT_PHASE_LINGER] = 2000;
	rt_conn_settings.per_address = setting("CONNECTIONS_PER_ADDRESS");
	rt_conn_settings.requests = setting("REQUESTS_PER_CONNECTION");
	rt_conn_settings.calls = setting("CALLS_MAX");
	rt_conn_settings.sockets = setting("WS_SOCKETS_MAX");
	rt_coro_max = (size_t)STACKS_EACH * rt_conn_settings.calls +
	    rt_conn_settings.sockets;
}

bool
rt_conn_is_draining(void)
{
	return draining;
}

/* Those of Kore's connections that are ours and not closed. */
static struct rt_conn *
first_from(struct connection *c)
{
	while (
	    c != NULL && (c->evt.handle != on_event || c->hdlr_extra == NULL))
		c = TAILQ_NEXT(c, list);
	return c == NULL ? NULL : c->hdlr_extra;
}

static struct rt_conn *
next_of(const struct rt_conn *conn)
{
	return first_from(TAILQ_NEXT(conn->kore, list));
}

static bool
is_idle(const struct rt_conn *conn)
{
	return conn->x == NULL && conn->out_n == 0 && conn->in_n == 0 &&
	    !conn->readable && !rt_conn_lingers(conn);
}

void
rt_conn_drain(void)
{
	draining = true;
}

/* Bytes that epoll has not told of yet. */
static bool
has_come(const struct rt_conn *conn)
{
	struct pollfd p = {.fd = conn->kore->fd, .events = POLLIN};

	return poll(&p, 1, 0) == 1;
}

void
rt_conn_close_idle(void)
{
	struct rt_conn *conn, *next;

	for (conn = first_from(TAILQ_FIRST(&connections)); conn != NULL;
	     conn = next) {
		next = next_of(conn);
		if (is_idle(conn) && !has_come(conn))
			rt_conn_drop(conn, NULL);
	}
	rt_conn_settle();
}

bool
rt_conn_is_busy(void)
{
	return !rt_exchange_none() ||
	    first_from(TAILQ_FIRST(&connections)) != NULL;
}

void
rt_conn_close(void)
{
	struct rt_conn *conn;

	rt_exchange_stop();
	while ((conn = first_from(TAILQ_FIRST(&connections))) != NULL)
		rt_conn_drop(conn, "the server has stopped");
	free_closed();
	rt_peer_close();
}
