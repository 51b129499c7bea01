#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "runtime/file.h"
#include "runtime/loop.h"
#include "runtime/serve_kore.h"

/* --- What can be sent at once --- */

/* Bytes that were taken; 0 where none can be taken now, or ever. */
static size_t
transmit(struct rt_conn *conn, struct iovec *v, int n)
{
	struct msghdr m = {.msg_iov = v, .msg_iovlen = (size_t)n};
	ssize_t sent;

	if (!conn->writable || conn->failed || conn->kore == NULL)
		return 0;
	do {
		sent = sendmsg(conn->kore->fd, &m, MSG_NOSIGNAL);
	} while (sent == -1 && errno == EINTR);
	if (sent >= 0) {
		conn->phase_bytes += (size_t)sent;
		return (size_t)sent;
	}
	conn->writable = false;
	if (errno != EAGAIN && errno != EWOULDBLOCK) {
		conn->failed = true;
		rt_conn_ready(conn);
	}
	return 0;
}

/* --- The queue --- */

static void
remove_first(struct rt_conn *conn)
{
	struct rt_segment *s = STAILQ_FIRST(&conn->out);

	STAILQ_REMOVE_HEAD(&conn->out, list);
	conn->out_n -= s->n;
	if (s->mapping != NULL)
		rt_mapping_drop(s->mapping);
	free(s);
}

void
rt_send_drop(struct rt_conn *conn)
{
	while (!STAILQ_EMPTY(&conn->out))
		remove_first(conn);
}

/* Without a mapping the bytes are copied. */
static void
append(struct rt_conn *conn, struct rt_mapping *mapping, struct rt_str bytes)
{
	size_t copied = mapping == NULL ? bytes.n : 0;
	struct rt_segment *s = malloc(sizeof(*s) + copied);

	if (s == NULL) {
		conn->failed = true;
		rt_conn_ready(conn);
		if (mapping != NULL)
			rt_mapping_drop(mapping);
		return;
	}
	s->mapping = mapping;
	s->p = bytes.p;
	s->n = bytes.n;
	if (copied > 0)
		s->p = memcpy(s + 1, bytes.p, bytes.n);
	STAILQ_INSERT_TAIL(&conn->out, s, list);
	conn->out_n += s->n;
}

static struct rt_str
behind(struct rt_str s, size_t n)
{
	return n >= s.n ? (struct rt_str){NULL, 0}
			: (struct rt_str){s.p + n, s.n - n};
}

void
rt_send(struct rt_conn *conn, struct rt_str a, struct rt_str b)
{
	struct iovec v[] = {{(void *)(uintptr_t)a.p, a.n},
	    {(void *)(uintptr_t)b.p, b.n}};
	size_t sent = 0;

	if (STAILQ_EMPTY(&conn->out))
		sent = transmit(conn, v, b.n > 0 ? 2 : 1);
	if (conn->failed || sent == a.n + b.n)
		return;
	if (sent < a.n)
		append(conn, NULL, behind(a, sent));
	b = behind(b, sent < a.n ? 0 : sent - a.n);
	if (b.n > 0)
		append(conn, NULL, b);
}

void
rt_send_mapping(struct rt_conn *conn, struct rt_mapping *mapping,
    struct rt_str bytes)
{
	append(conn, mapping, bytes);
	rt_conn_ready(conn);
}

/* --- The rest of it --- */

/* Who waits for the queue to become short. */
static void
wake(struct rt_conn *conn)
{
	if (conn->x != NULL && conn->x->draining && conn->out_n <= RT_QUEUE_MAX)
		rt_call_wake(conn->x->call);
}

void
rt_send_flush(struct rt_conn *conn)
{
	struct rt_segment *s;

	while ((s = STAILQ_FIRST(&conn->out)) != NULL && conn->writable &&
	    !conn->failed) {
		struct iovec v = {(void *)(uintptr_t)s->p, s->n};
		size_t sent = transmit(conn, &v, 1);

		s->p += sent;
		s->n -= sent;
		conn->out_n -= sent;
		if (s->n == 0)
			remove_first(conn);
	}
	wake(conn);
}
