/*
 * A client of HTTP/1.1 (RFC 9112) on one blocking connection, kept open from
 * request to request.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "runtime/contract_run.h"
#include "runtime/stream.h"

enum {
	WAIT_MS = 20000,
	/* What has come of a stream by then is judged: it may have no end. */
	STREAM_MS = 1000,
	STREAM_MAX = 1024 * 1024,
	HEAD_MAX = 64 * 1024,
	PIECE = 64 * 1024,
};

struct contract_conn {
	char host[128]; /* "127.0.0.1:8000" */
	struct addrinfo *address;
	int fd; /* -1: not connected */
	bool used; /* something was answered on it */
	struct rt_buf in; /* of the answer being read */
	size_t at; /* what of it has been taken */
	int64_t stream_end_ms; /* when enough of a stream has come; 0: none */
	bool enough;
	const char *why;
};

static void
disconnect(struct contract_conn *c)
{
	if (c->fd >= 0)
		close(c->fd);
	c->fd = -1;
	c->used = false;
}

struct contract_conn *
contract_conn_open(struct rt_arena *arena, const char *url, const char **why)
{
	struct contract_conn *c = rt_arena_new(arena, sizeof(*c));
	struct addrinfo hints = {.ai_socktype = SOCK_STREAM};
	struct rt_str rest = rt_str(url), name;

	*why = "the url must be http://ADDRESS:PORT";
	if (!rt_str_starts(rest, "http://"))
		return NULL;
	rest = (struct rt_str){rest.p + 7, rest.n - 7};
	name = rt_str_cut(&rest, '/');
	if (name.n == 0 || name.n >= sizeof(c->host) || rest.n > 0)
		return NULL;
	memcpy(c->host, name.p, name.n);
	name = rt_arena_copy(arena, rt_str_cut(&name, ':'));
	if (c->host[name.n] != ':' ||
	    getaddrinfo(name.p, c->host + name.n + 1, &hints, &c->address) != 0)
		return NULL;
	c->fd = -1;
	return c;
}

void
contract_conn_close(struct contract_conn *c)
{
	if (c == NULL)
		return;
	disconnect(c);
	freeaddrinfo(c->address);
}

const char *
contract_conn_host(const struct contract_conn *c)
{
	return c->host;
}

static bool
give_up(struct contract_conn *c, const char *why)
{
	c->why = why;
	return false;
}

static bool
connect_again(struct contract_conn *c)
{
	const struct addrinfo *a = c->address;

	c->fd = socket(a->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (c->fd >= 0 && connect(c->fd, a->ai_addr, a->ai_addrlen) == 0)
		return true;
	disconnect(c);
	return give_up(c, "the server can't be reached");
}

/* --- Bytes --- */

/* Sends all of it, or as much as the server takes before it answers. */
static bool
write_all(struct contract_conn *c, struct rt_str s)
{
	while (s.n > 0) {
		struct pollfd p = {c->fd, POLLIN | POLLOUT, 0};
		ssize_t n;

		if (poll(&p, 1, WAIT_MS) <= 0)
			return give_up(c, "the server does not read");
		if ((p.revents & POLLIN) != 0)
			return true;
		n = send(c->fd, s.p, s.n < PIECE ? s.n : PIECE, MSG_NOSIGNAL);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return true; /* an answer may have come before */
		s.p += n;
		s.n -= (size_t)n;
	}
	return true;
}

static int64_t
now_ms(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* How long to wait for more; 0 where there is enough of a stream. */
static int
wait_ms(const struct contract_conn *c)
{
	int64_t left = c->stream_end_ms - now_ms();

	if (c->stream_end_ms == 0)
		return WAIT_MS;
	return left > 0 && c->in.n < STREAM_MAX ? (int)left : 0;
}

/* Reads more of the answer. */
static bool
read_more(struct contract_conn *c)
{
	int ms = wait_ms(c);
	struct pollfd p = {c->fd, POLLIN, 0};
	char *room = rt_buf_reserve(&c->in, PIECE);
	ssize_t n;

	if (room == NULL)
		return give_up(c, "the answer is too long");
	c->enough = ms == 0 || poll(&p, 1, ms) <= 0;
	if (c->enough)
		return give_up(c, "the server does not answer");
	n = recv(c->fd, room, PIECE, 0);
	if (n <= 0)
		return give_up(c, "the connection was closed too early");
	c->in.n += (size_t)n;
	return true;
}

static struct rt_str
rest_of(const struct contract_conn *c)
{
	if (c->in.n == 0)
		return RT_LIT("");
	return (struct rt_str){c->in.p + c->at, c->in.n - c->at};
}

/* A line without its end; false when none comes. */
static bool
take_line(struct contract_conn *c, struct rt_str *line)
{
	for (;;) {
		struct rt_str rest = rest_of(c);
		const char *end =
		    rest.n == 0 ? NULL : memmem(rest.p, rest.n, "\r\n", 2);

		if (end != NULL) {
			*line = (struct rt_str){rest.p, (size_t)(end - rest.p)};
			c->at += line->n + 2;
			return true;
		}
		if (rest.n > HEAD_MAX)
			return give_up(c, "a line of the answer has no end");
		if (!read_more(c))
			return false;
	}
}

static bool
take_bytes(struct contract_conn *c, size_t n, struct rt_str *out)
{
	while (c->in.n - c->at < n) {
		if (!read_more(c))
			return false;
	}
	*out = rest_of(c);
	out->n = n;
	c->at += n;
	return true;
}

/* --- The answer --- */

static bool
parse_number(struct rt_str s, unsigned base, size_t *out)
{
	*out = 0;
	for (size_t i = 0; i < s.n; i++) {
		char c = (char)(s.p[i] | 32);
		unsigned digit = s.p[i] >= '0' && s.p[i] <= '9'
		    ? (unsigned)(s.p[i] - '0')
		    : c >= 'a' && c <= 'f' ? (unsigned)(c - 'a' + 10)
					   : base;

		if (digit >= base || *out > CONTRACT_BODY_MAX)
			return false;
		*out = *out * base + digit;
	}
	return s.n > 0;
}

static bool
take_status(struct contract_conn *c, struct contract_answer *out)
{
	struct rt_str line, code;
	size_t status;

	if (!take_line(c, &line))
		return false;
	(void)rt_str_cut(&line, ' ');
	code = rt_str_cut(&line, ' ');
	if (code.n != 3 || !parse_number(code, 10, &status))
		return give_up(c, "the answer has no status line");
	out->status = (int)status;
	return true;
}

static bool
take_headers(struct contract_conn *c, struct rt_arena *arena,
    struct contract_answer *out)
{
	enum { MAX = 100 };

	out->headers.v = rt_arena_array(arena, MAX, sizeof(*out->headers.v));
	out->headers.n = 0;
	for (;;) {
		struct rt_str line, name;

		if (!take_line(c, &line))
			return false;
		if (line.n == 0)
			return true;
		name = rt_str_cut(&line, ':');
		if (line.p == NULL || out->headers.n == MAX)
			return give_up(c, "the answer has a malformed header");
		out->headers.v[out->headers.n++] = (struct rt_header){
		    rt_arena_copy(arena, name),
		    rt_arena_copy(arena, rt_str_trim(line)),
		};
	}
}

/* The last chunk has no bytes. */
static bool
take_chunk(struct contract_conn *c, struct rt_str *bytes)
{
	struct rt_str line;
	size_t n;

	if (!take_line(c, &line))
		return false;
	if (!parse_number(rt_str_cut(&line, ';'), 16, &n))
		return give_up(c, "a chunk has no size");
	if (!take_bytes(c, n, bytes))
		return false;
	if (n == 0)
		return true;
	if (!take_line(c, &line))
		return false;
	return line.n == 0 || give_up(c, "a chunk has the wrong size");
}

static bool
take_trailers(struct contract_conn *c)
{
	struct rt_str line;

	do {
		if (!take_line(c, &line))
			return false;
	} while (line.n > 0);
	return true;
}

static bool
take_chunks(struct contract_conn *c, struct rt_arena *arena,
    struct contract_answer *out)
{
	struct rt_buf b = rt_buf(arena, CONTRACT_BODY_MAX);
	struct rt_str bytes;
	bool ok;

	while ((ok = take_chunk(c, &bytes)) && bytes.n > 0)
		rt_buf_add(&b, bytes);
	ok = ok && take_trailers(c);
	out->body = rt_buf_str(&b);
	if (ok || !c->enough || c->stream_end_ms == 0)
		return ok;
	out->closes = true;
	c->at = c->in.n;
	return true;
}

static bool
is_stream(const struct contract_answer *answer)
{
	struct rt_media m;

	return rt_media_parse(contract_header(answer, "Content-Type"), &m) &&
	    rt_stream_framing(&m) != 0;
}

/* RFC 9112, section 6.3. */
static bool
take_body(struct contract_conn *c, struct rt_arena *arena, bool head,
    struct contract_answer *out)
{
	struct rt_str length = contract_header(out, "Content-Length");
	struct rt_str bytes;
	size_t n = 0;

	out->has_length = length.p != NULL;
	out->chunked = rt_str_is_nocase(
	    contract_header(out, "Transfer-Encoding"), "chunked");
	out->body = RT_LIT("");
	if (out->has_length && !parse_number(length, 10, &n))
		return give_up(c, "the Content-Length is no number");
	if (head || out->status == 101 || out->status == 204 ||
	    out->status == 304)
		return true;
	if (is_stream(out))
		c->stream_end_ms = now_ms() + STREAM_MS;
	if (out->chunked)
		return take_chunks(c, arena, out);
	if (!out->has_length) {
		out->closes = true;
		while (read_more(c))
			continue;
		n = c->in.n - c->at;
	}
	if (!take_bytes(c, n, &bytes))
		return false;
	out->body = rt_arena_copy(arena, bytes);
	return true;
}

static bool
take_answer(struct contract_conn *c, struct rt_arena *arena, bool head,
    struct contract_answer *out)
{
	do {
		if (!take_status(c, out) || !take_headers(c, arena, out))
			return false;
	} while (out->status == 100);
	out->closes =
	    rt_str_is_nocase(contract_header(out, "Connection"), "close");
	return take_body(c, arena, head, out);
}

enum contract_sent
contract_send(struct contract_conn *c, struct rt_arena *arena,
    struct rt_str request, bool head, struct contract_answer *out,
    const char **why)
{
	bool was_used = c->used;
	bool ok = (c->fd >= 0 || connect_again(c));

	c->in = rt_buf(arena, CONTRACT_BODY_MAX);
	c->at = 0;
	c->stream_end_ms = 0;
	*out = (struct contract_answer){.status = 0};
	ok = ok && write_all(c, request) && take_answer(c, arena, head, out);
	*why = c->why;
	if (!ok) {
		disconnect(c);
		return was_used && c->in.n == 0 ? CONTRACT_DEAD
						: CONTRACT_BROKEN;
	}
	if (c->at < c->in.n && out->status != 101) {
		*why = "the answer has more bytes than it says";
		disconnect(c);
		return CONTRACT_BROKEN;
	}
	c->used = true;
	if (out->closes)
		disconnect(c);
	return CONTRACT_ANSWERED;
}

/* --- Another protocol --- */

void
contract_conn_put(struct contract_conn *c, struct rt_str s)
{
	while (s.n > 0) {
		ssize_t n = send(c->fd, s.p, s.n, MSG_NOSIGNAL);

		if (n <= 0 && errno != EINTR)
			return;
		if (n > 0) {
			s.p += n;
			s.n -= (size_t)n;
		}
	}
}

bool
contract_conn_take(struct contract_conn *c, size_t n, struct rt_str *out)
{
	return take_bytes(c, n, out);
}

void
contract_conn_limit(struct contract_conn *c, int ms)
{
	c->stream_end_ms = now_ms() + ms;
}

void
contract_conn_leave(struct contract_conn *c)
{
	disconnect(c);
}
