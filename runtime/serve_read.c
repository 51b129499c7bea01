#include <stdlib.h>

#include "runtime/serve_kore.h"
#include "runtime/ws_part.h"

/* The bytes of a connection become requests, or a WebSocket's messages. */

enum {
	WINDOW = 64 * 1024, /* the most that HEAD_MAX may be */
	/* No more than this is read ahead of a request's answer. */
	AHEAD = 16 * 1024,
	STEPS_MAX = 32, /* of a connection in a turn: reads, or requests */
};

static char window[WINDOW];

static bool
wants_bytes(const struct rt_conn *conn)
{
	if (conn->kore == NULL || conn->failed)
		return false;
	if (rt_conn_lingers(conn))
		return true;
	if (rt_conn_socket(conn) != NULL)
		return rt_ws_wants(rt_conn_socket(conn));
	if (conn->x != NULL)
		return conn->x->receiving;
	return !conn->closing && !conn->resting;
}

/* At most as much as can be kept when it turns out to be another request; a
 * head has to fit. */
static size_t
read_ahead(const struct rt_conn *conn)
{
	if (rt_conn_socket(conn) != NULL)
		return AHEAD;
	if (conn->x != NULL || rt_conn_lingers(conn))
		return WINDOW;
	return rt_conn_settings.head.bytes > AHEAD ? rt_conn_settings.head.bytes
						   : AHEAD;
}

static void
keep(struct rt_conn *conn, struct rt_str rest)
{
	free(conn->in);
	conn->in = NULL;
	conn->in_n = 0;
	if (rest.n == 0)
		return;
	conn->in = malloc(rest.n);
	if (conn->in == NULL) {
		conn->failed = true;
		return;
	}
	memcpy(conn->in, rest.p, rest.n);
	conn->in_n = rest.n;
}

static void
refuse(struct rt_conn *conn)
{
	const struct rt_head_fault *fault = &conn->reader.fault;

	if (conn->x != NULL)
		rt_body_end(conn->x, fault->status, fault->detail);
	else if (conn->skipping)
		conn->closing = true;
	else
		rt_exchange_refuse(conn, fault);
}

static void
take_body(struct rt_conn *conn, struct rt_str bytes)
{
	if (conn->x != NULL)
		rt_body_add(conn->x, bytes);
}

static void
take_end(struct rt_conn *conn)
{
	conn->whole = true;
	conn->skipping = false;
	if (conn->x != NULL)
		rt_body_end(conn->x, 0, NULL);
}

/* One step in a request; how many bytes are used. */
static size_t
take_request(struct rt_conn *conn, struct rt_str bytes, enum rt_read *what)
{
	struct rt_str data;
	size_t used;

	*what = rt_http_read(&conn->reader, bytes, &used, &data);
	if (*what == RT_READ_HEAD)
		rt_exchange_begin(conn, data);
	else if (*what == RT_READ_BODY)
		take_body(conn, data);
	else if (*what == RT_READ_END)
		take_end(conn);
	else if (*what == RT_READ_FAULT)
		refuse(conn);
	return used;
}

static size_t
take_some(struct rt_conn *conn, struct rt_str bytes, enum rt_read *what)
{
	size_t used;

	if (rt_conn_socket(conn) == NULL)
		return take_request(conn, bytes, what);
	used = rt_socket_take(conn, bytes);
	*what = used < bytes.n ? RT_READ_BODY : RT_READ_MORE;
	return used;
}

/* Goes on as long as the bytes are of use; what is left of them is kept. */
static void
take(struct rt_conn *conn, struct rt_str bytes)
{
	enum rt_read what = RT_READ_END;
	size_t used;

	while (wants_bytes(conn) && what != RT_READ_MORE &&
	    what != RT_READ_FAULT) {
		used = take_some(conn, bytes, &what);
		bytes.p += used;
		bytes.n -= used;
		if (conn->x != NULL && conn->x->woken)
			rt_exchange_resume(conn->x);
	}
	conn->hungry = what == RT_READ_MORE;
	keep(conn, bytes);
}

/* One step; false when there is nothing to be done before epoll says so. */
static bool
read_on(struct rt_conn *conn)
{
	size_t n = conn->in_n, most = read_ahead(conn), got;

	if (n > 0)
		memcpy(window, conn->in, n);
	if (n == 0 || conn->hungry) {
		/* What is of no use yet is less than a head may have. */
		conn->failed = n >= most;
		if (!conn->readable || conn->failed)
			return false;
		got = rt_io_read(conn, window + n, most - n);
		if (got == 0)
			return conn->readable;
		n += got;
	}
	if (!rt_conn_lingers(conn))
		take(conn, (struct rt_str){window, n});
	return true;
}

/* What there is, but no more than a turn may have. */
void
rt_conn_read(struct rt_conn *conn)
{
	for (unsigned i = 0; i < STEPS_MAX; i++) {
		if (!wants_bytes(conn) || conn->out_n > RT_QUEUE_MAX ||
		    !read_on(conn))
			return;
	}
	rt_conn_later(conn);
}
