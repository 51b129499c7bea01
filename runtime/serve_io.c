#include <errno.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <unistd.h>

#include "runtime/file.h"
#include "runtime/log.h"
#include "runtime/serve_kore.h"

/* A record of TLS takes no more. */
enum { PIECE = 16 * 1024 };

/* Nothing moves any more, either way. */
static void
fail(struct rt_conn *conn)
{
	conn->failed = true;
	conn->readable = false;
	conn->writable = false;
	rt_conn_ready(conn);
}

static void
fail_tls(struct rt_conn *conn)
{
	rt_log(RT_LOG_DEBUG, "TLS with %s: %s.", conn->peer_text,
	    rt_tls_why(conn->tls));
	fail(conn);
}

/* --- TLS --- */

/* What TLS waits for may be the other way's: any event lets both be tried. */
static size_t
read_tls(struct rt_conn *conn, char *p, size_t n)
{
	size_t got = 0;

	switch (rt_tls_read(conn->tls, p, n, &got)) {
	case RT_TLS_DONE:
		return got;
	case RT_TLS_WANT_READ:
	case RT_TLS_WANT_WRITE:
		conn->readable = false;
		return 0;
	case RT_TLS_CLOSED:
		conn->readable = false;
		conn->ended = true;
		return 0;
	case RT_TLS_CUT:
	case RT_TLS_FAILED:
		break;
	}
	fail_tls(conn);
	return 0;
}

static size_t
write_tls(struct rt_conn *conn, const char *p, size_t n)
{
	size_t sent = 0;

	switch (rt_tls_write(conn->tls, p, n, &sent)) {
	case RT_TLS_DONE:
		return sent;
	case RT_TLS_WANT_READ:
	case RT_TLS_WANT_WRITE:
		conn->writable = false;
		return 0;
	case RT_TLS_CLOSED:
	case RT_TLS_CUT:
	case RT_TLS_FAILED:
		break;
	}
	fail_tls(conn);
	return 0;
}

bool
rt_io_shake(struct rt_conn *conn)
{
	switch (rt_tls_handshake(conn->tls)) {
	case RT_TLS_DONE:
		return true;
	case RT_TLS_WANT_READ:
	case RT_TLS_WANT_WRITE:
		return false;
	case RT_TLS_CLOSED:
	case RT_TLS_CUT:
	case RT_TLS_FAILED:
		break;
	}
	fail_tls(conn);
	return false;
}

/* --- Sockets --- */

/* Bytes that have moved, of what the system says. */
static size_t
count(struct rt_conn *conn, ssize_t n, bool *able)
{
	if (n >= 0)
		return (size_t)n;
	*able = false;
	if (errno != EAGAIN && errno != EWOULDBLOCK)
		fail(conn);
	return 0;
}

static size_t
read_socket(struct rt_conn *conn, char *p, size_t n)
{
	ssize_t got;

	do {
		got = recv(conn->kore->fd, p, n, 0);
	} while (got == -1 && errno == EINTR);
	if (got == 0)
		conn->ended = true;
	/* Less than there was room for is all; what epoll tells of is new, but
	 * it tells of an end once only. */
	if (got >= 0)
		conn->readable =
		    (size_t)got == n || (conn->half_closed && got > 0);
	return count(conn, got, &conn->readable);
}

static size_t
write_socket(struct rt_conn *conn, struct iovec *v, int n)
{
	struct msghdr m = {.msg_iov = v, .msg_iovlen = (size_t)n};
	int fd = conn->kore->fd;
	ssize_t sent;

	do {
		/* The system takes one piece for less. */
		sent = n == 1 ? send(fd, v->iov_base, v->iov_len, MSG_NOSIGNAL)
			      : sendmsg(fd, &m, MSG_NOSIGNAL);
	} while (sent == -1 && errno == EINTR);
	return count(conn, sent, &conn->writable);
}

/* --- Either --- */

size_t
rt_io_read(struct rt_conn *conn, char *p, size_t n)
{
	size_t got =
	    conn->tls == NULL ? read_socket(conn, p, n) : read_tls(conn, p, n);

	conn->phase_bytes += got;
	return got;
}

size_t
rt_io_write(struct rt_conn *conn, struct iovec *v, int n)
{
	size_t sent;

	if (!conn->writable || conn->failed || conn->kore == NULL)
		return 0;
	sent = conn->tls == NULL ? write_socket(conn, v, n)
				 : write_tls(conn, v->iov_base, v->iov_len);
	conn->phase_bytes += sent;
	return sent;
}

static size_t
write_file_by_tls(struct rt_conn *conn, int fd, off_t offset, size_t n)
{
	static char piece[PIECE];
	ssize_t got;

	do {
		got = pread(fd, piece, n < PIECE ? n : PIECE, offset);
	} while (got == -1 && errno == EINTR);
	if (got <= 0) {
		fail(conn);
		return 0;
	}
	return write_tls(conn, piece, (size_t)got);
}

static size_t
write_file_by_socket(struct rt_conn *conn, int fd, off_t offset, size_t n)
{
	ssize_t sent;

	do {
		sent = sendfile(conn->kore->fd, fd, &offset,
		    n < RT_TURN_MAX ? n : RT_TURN_MAX);
	} while (sent == -1 && errno == EINTR);
	if (sent == 0)
		fail(conn);
	return count(conn, sent, &conn->writable);
}

size_t
rt_io_write_file(struct rt_conn *conn, int fd, off_t offset, size_t n)
{
	size_t sent;

	if (!conn->writable || conn->failed || conn->kore == NULL)
		return 0;
	sent = conn->tls == NULL ? write_file_by_socket(conn, fd, offset, n)
				 : write_file_by_tls(conn, fd, offset, n);
	conn->phase_bytes += sent;
	return sent;
}

/* The client may still send: it has not read the answer yet. */
bool
rt_io_end(struct rt_conn *conn)
{
	if (conn->tls != NULL)
		(void)!rt_tls_shutdown(conn->tls);
	return shutdown(conn->kore->fd, SHUT_WR) == 0;
}

void
rt_io_reset(struct rt_conn *conn)
{
	struct linger none = {.l_onoff = 1, .l_linger = 0};

	(void)setsockopt(conn->kore->fd, SOL_SOCKET, SO_LINGER, &none,
	    sizeof(none));
}
