#include <stdlib.h>

#include "runtime/file.h"
#include "runtime/loop.h"
#include "runtime/serve_kore.h"
#include "runtime/ws_part.h"

/* Bytes that are copied sooner than the system takes two pieces. */
enum { JOINED_MAX = 4096 };

static void
fail(struct rt_conn *conn)
{
	conn->failed = true;
	rt_conn_ready(conn);
}

/* --- The queue --- */

static void
remove_first(struct rt_conn *conn)
{
	struct rt_segment *s = STAILQ_FIRST(&conn->out);

	STAILQ_REMOVE_HEAD(&conn->out, list);
	conn->out_n -= s->n;
	if (s->file != NULL)
		rt_file_drop(s->file);
	rt_ws_frame_free(s->frame);
	free(s);
}

void
rt_send_drop(struct rt_conn *conn)
{
	while (!STAILQ_EMPTY(&conn->out))
		remove_first(conn);
}

void
rt_send_drop_waiting(struct rt_conn *conn)
{
	struct rt_segment *first = STAILQ_FIRST(&conn->out);

	if (first == NULL)
		return;
	STAILQ_REMOVE_HEAD(&conn->out, list);
	rt_send_drop(conn);
	STAILQ_INSERT_HEAD(&conn->out, first, list);
}

static void
append(struct rt_conn *conn, struct rt_segment *s)
{
	STAILQ_INSERT_TAIL(&conn->out, s, list);
	conn->out_n += s->n;
}

/* Two pieces, one after the other. */
static void
append_copy(struct rt_conn *conn, struct rt_str a, struct rt_str b)
{
	struct rt_segment *s = malloc(sizeof(*s) + a.n + b.n);
	char *p = (char *)(s + 1);

	if (s == NULL) {
		fail(conn);
		return;
	}
	*s = (struct rt_segment){.p = p, .n = a.n + b.n};
	if (a.n > 0)
		memcpy(p, a.p, a.n);
	if (b.n > 0)
		memcpy(p + a.n, b.p, b.n);
	append(conn, s);
}

static struct rt_str
behind(struct rt_str s, size_t n)
{
	return n >= s.n ? (struct rt_str){NULL, 0}
			: (struct rt_str){s.p + n, s.n - n};
}

/* What TLS could not send it wants to see again, so it gets all from the
 * queue. */
static void
send_two(struct rt_conn *conn, struct rt_str a, struct rt_str b)
{
	struct iovec v[] = {{(void *)(uintptr_t)a.p, a.n},
	    {(void *)(uintptr_t)b.p, b.n}};
	size_t sent = 0;

	if (STAILQ_EMPTY(&conn->out) && conn->tls == NULL)
		sent = rt_io_write(conn, v, b.n > 0 ? 2 : 1);
	if (conn->failed || sent == a.n + b.n)
		return;
	append_copy(conn, behind(a, sent),
	    behind(b, sent < a.n ? 0 : sent - a.n));
	if (conn->tls != NULL)
		rt_conn_ready(conn);
}

/* Small pieces are one. */
void
rt_send(struct rt_conn *conn, struct rt_str a, struct rt_str b)
{
	static char joined[JOINED_MAX];

	if (b.n > 0 && a.n + b.n <= JOINED_MAX) {
		memcpy(joined, a.p, a.n);
		memcpy(joined + a.n, b.p, b.n);
		a = (struct rt_str){joined, a.n + b.n};
		b = (struct rt_str){NULL, 0};
	}
	send_two(conn, a, b);
}

void
rt_send_file(struct rt_conn *conn, struct rt_open_file *file, uint64_t offset,
    uint64_t n)
{
	struct rt_segment *s;

	if (n == 0)
		return;
	s = malloc(sizeof(*s));
	if (s == NULL) {
		fail(conn);
		return;
	}
	rt_file_hold(file);
	*s = (struct rt_segment){
	    .file = file,
	    .offset = (off_t)offset,
	    .n = (size_t)n,
	};
	append(conn, s);
	rt_conn_ready(conn);
}

void
rt_send_frame(struct rt_conn *conn, struct rt_ws_frame *frame)
{
	struct rt_str bytes = rt_ws_frame_bytes(frame);
	struct iovec v = {(void *)(uintptr_t)bytes.p, bytes.n};
	struct rt_segment *s;
	size_t sent = 0;

	if (STAILQ_EMPTY(&conn->out) && conn->tls == NULL)
		sent = rt_io_write(conn, &v, 1);
	if (conn->failed || sent == bytes.n)
		return;
	s = malloc(sizeof(*s));
	if (s == NULL) {
		fail(conn);
		return;
	}
	*s = (struct rt_segment){
	    .frame = rt_ws_frame_hold(frame),
	    .p = bytes.p + sent,
	    .n = bytes.n - sent,
	};
	append(conn, s);
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

static size_t
transmit(struct rt_conn *conn, struct rt_segment *s)
{
	struct iovec v = {(void *)(uintptr_t)s->p, s->n};
	size_t sent;

	if (s->file != NULL) {
		sent = rt_io_write_file(conn, s->file->fd, s->offset, s->n);
		s->offset += (off_t)sent;
	} else {
		sent = rt_io_write(conn, &v, 1);
		s->p += sent;
	}
	return sent;
}

/* A client that takes as fast as it can be given must not keep all others
 * waiting. */
void
rt_send_flush(struct rt_conn *conn)
{
	struct rt_segment *s;
	size_t total = 0;

	while ((s = STAILQ_FIRST(&conn->out)) != NULL && conn->writable &&
	    !conn->failed && total < RT_TURN_MAX) {
		size_t sent = transmit(conn, s);

		total += sent;
		s->n -= sent;
		conn->out_n -= sent;
		if (s->n == 0)
			remove_first(conn);
	}
	if (total >= RT_TURN_MAX)
		rt_conn_later(conn);
	wake(conn);
}
