#include <errno.h>
#include <stdlib.h>
#include <sys/sendfile.h>
#include <sys/socket.h>

#include "runtime/file.h"
#include "runtime/loop.h"
#include "runtime/serve_kore.h"

/* --- What can be sent at once --- */

static bool
can_send(const struct rt_conn *conn)
{
	return conn->writable && !conn->failed && conn->kore != NULL;
}

static void
fail(struct rt_conn *conn)
{
	conn->failed = true;
	rt_conn_ready(conn);
}

/* Bytes that were taken, of what the system says; 0 where none can be taken
 * now, or ever. */
static size_t
count_sent(struct rt_conn *conn, ssize_t sent)
{
	if (sent >= 0) {
		conn->phase_bytes += (size_t)sent;
		return (size_t)sent;
	}
	conn->writable = false;
	if (errno != EAGAIN && errno != EWOULDBLOCK)
		fail(conn);
	return 0;
}

static size_t
transmit(struct rt_conn *conn, struct iovec *v, int n)
{
	struct msghdr m = {.msg_iov = v, .msg_iovlen = (size_t)n};
	ssize_t sent;

	if (!can_send(conn))
		return 0;
	do {
		sent = sendmsg(conn->kore->fd, &m, MSG_NOSIGNAL);
	} while (sent == -1 && errno == EINTR);
	return count_sent(conn, sent);
}

/* Of a file that has become shorter nothing can make up for what is missing. */
static size_t
transmit_file(struct rt_conn *conn, const struct rt_segment *s)
{
	off_t offset = s->offset;
	ssize_t sent;

	if (!can_send(conn))
		return 0;
	do {
		sent = sendfile(conn->kore->fd, s->file->fd, &offset, s->n);
	} while (sent == -1 && errno == EINTR);
	if (sent == 0)
		fail(conn);
	return count_sent(conn, sent);
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
	free(s);
}

void
rt_send_drop(struct rt_conn *conn)
{
	while (!STAILQ_EMPTY(&conn->out))
		remove_first(conn);
}

static void
append(struct rt_conn *conn, struct rt_segment *s)
{
	STAILQ_INSERT_TAIL(&conn->out, s, list);
	conn->out_n += s->n;
}

static void
append_copy(struct rt_conn *conn, struct rt_str bytes)
{
	struct rt_segment *s = malloc(sizeof(*s) + bytes.n);

	if (s == NULL) {
		fail(conn);
		return;
	}
	*s = (struct rt_segment){
	    .p = memcpy(s + 1, bytes.p, bytes.n),
	    .n = bytes.n,
	};
	append(conn, s);
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
		append_copy(conn, behind(a, sent));
	b = behind(b, sent < a.n ? 0 : sent - a.n);
	if (b.n > 0)
		append_copy(conn, b);
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

/* --- The rest of it --- */

/* Who waits for the queue to become short. */
static void
wake(struct rt_conn *conn)
{
	if (conn->x != NULL && conn->x->draining && conn->out_n <= RT_QUEUE_MAX)
		rt_call_wake(conn->x->call);
}

static size_t
transmit_segment(struct rt_conn *conn, struct rt_segment *s)
{
	struct iovec v = {(void *)(uintptr_t)s->p, s->n};
	size_t sent;

	if (s->file != NULL) {
		sent = transmit_file(conn, s);
		s->offset += (off_t)sent;
	} else {
		sent = transmit(conn, &v, 1);
		s->p += sent;
	}
	return sent;
}

void
rt_send_flush(struct rt_conn *conn)
{
	struct rt_segment *s;

	while ((s = STAILQ_FIRST(&conn->out)) != NULL && conn->writable &&
	    !conn->failed) {
		size_t sent = transmit_segment(conn, s);

		s->n -= sent;
		conn->out_n -= sent;
		if (s->n == 0)
			remove_first(conn);
	}
	wake(conn);
}
