#include <arpa/inet.h>
#include <ctype.h>
#include <stdlib.h>
#include <strings.h>
#include <sys/mman.h>
#include <time.h>

#include "runtime/file.h"
#include "runtime/policy.h"
#include "runtime/serve_kore.h"
#include "runtime/stream.h"

enum {
	HEAD_MAX = 256 * 1024,
	SCRATCH_MAX = 1024 * 1024,
	PEER_MAX = 64,
	/* Kore splits a head into fewer pieces than HTTP_REQ_HEADER_MAX, of
	 * which the first is the request line and one is Host. */
	FIELDS_MAX = HTTP_REQ_HEADER_MAX - 1 - 2,
};

static const struct rt_code code_head_too_large = {"HEADERS_TOO_LARGE",
    "Header fields too large", 431};

static bool draining;

/* Heads of answers are put together here: a call's memory may be used up. */
static struct rt_arena *scratch;

void
rt_http_open(void)
{
	scratch = rt_arena_open(SCRATCH_MAX, NULL, NULL);
}

void
rt_http_close(void)
{
	rt_arena_close(scratch);
	scratch = NULL;
}

void
rt_http_drain(void)
{
	draining = true;
}

bool
rt_http_is_early(const struct http_request *req)
{
	return TAILQ_FIRST(&req->owner->http_requests) != req;
}

void
rt_http_refuse(struct rt_call *call, int status, const struct rt_code *code,
    const char *detail)
{
	struct rt_problem p = {.code = code, .detail = rt_str(detail)};

	rt_reply_problem(call, status, &p);
	rt_policy_finish(call);
}

/* --- Framing, where Kore is too lenient --- */

/* Kore takes any field whose name begins with "host" for the host. */
static bool
has_exact_host(const struct http_request *req)
{
	const char *p = req->host - 1;

	while (isspace((unsigned char)*p))
		p--;
	/* p is where the colon was; before the name is the line's end. */
	return strncasecmp(p - 4, "host", 4) == 0 &&
	    (p[-5] == '\n' || p[-5] == '\0');
}

static unsigned
count_fields(const struct rt_call *call, const char *name)
{
	const struct rt_headers *h = &call->req.headers;
	unsigned n = 0;

	for (size_t i = 0; i < h->n; i++)
		n += rt_str_is_nocase(h->v[i].name, name);
	return n;
}

static bool
is_length(struct rt_str s)
{
	for (size_t i = 0; i < s.n; i++) {
		if (!isdigit((unsigned char)s.p[i]))
			return false;
	}
	return s.n > 0;
}

/* What is wrong with the framing; NULL for nothing. */
static const char *
framing_fault(const struct rt_call *call, const struct http_request *req)
{
	struct rt_str length = rt_request_header(call, "Content-Length");

	if (!has_exact_host(req) || count_fields(call, "Host") > 1)
		return "The request must have one Host field.";
	if (count_fields(call, "Transfer-Encoding") > 0)
		return "Transfer-Encoding is not supported; send a "
		       "Content-Length.";
	if (length.p != NULL &&
	    (!is_length(length) || count_fields(call, "Content-Length") > 1))
		return "The request must have one Content-Length, a number.";
	return NULL;
}

/* Where Kore's pieces of the head end: behind the NUL of the last one. */
static const char *
pieces_end(const struct http_request *req)
{
	const char *end = req->host + strlen(req->host) + 1;
	const struct http_header *h;

	TAILQ_FOREACH(h, &req->req_headers, list)
	{
		const char *p = h->value + strlen(h->value) + 1;

		end = p > end ? p : end;
	}
	return end;
}

/* In the place of the first CR of the head's end Kore has put a NUL. */
static bool
ends_head(const char *p)
{
	return memcmp(p, "\n\r\n", 3) == 0;
}

/* Kore drops the fields for which it has no piece left. */
static bool
has_lost_fields(const struct rt_call *call, const struct http_request *req)
{
	return call->req.headers.n > FIELDS_MAX && !ends_head(pieces_end(req));
}

/*
 * Kore forgets what came in one segment with the head of a request without a
 * body.
 */
static bool
has_lost_bytes(const struct http_request *req)
{
	const struct netbuf *nb = req->owner->rnb;
	const char *end = pieces_end(req);

	if (req->http_body != NULL || nb->buf != NULL)
		return false;
	end += ends_head(end) ? 3 : 1;
	return nb->s_off > (size_t)(end - (const char *)req->headers);
}

/* --- Requests --- */

/* inet_ntop() prints by sprintf(), which each call would pay for. */
static struct rt_str
ipv4_text(struct rt_call *call, const struct in_addr *addr)
{
	const unsigned char *byte = (const unsigned char *)&addr->s_addr;
	struct rt_buf b = rt_buf(call->arena, PEER_MAX);

	for (int i = 0; i < 4; i++) {
		if (i > 0)
			rt_buf_byte(&b, '.');
		rt_buf_int(&b, byte[i]);
	}
	return rt_buf_str(&b);
}

static struct rt_str
peer_text(struct rt_call *call, const struct connection *c)
{
	char *text;

	if (c->family == AF_INET)
		return ipv4_text(call, &c->addr.ipv4.sin_addr);
	text = rt_arena_new(call->arena, PEER_MAX);
	if (c->family == AF_INET6)
		inet_ntop(AF_INET6, &c->addr.ipv6.sin6_addr, text, PEER_MAX);
	return rt_str(text);
}

/* Kore keeps a certificate only where it has asked for one (client_verify), and
 * closes the connection unless it has verified it. */
static struct rt_str
certificate_bytes(struct rt_call *call, const struct connection *c)
{
	int n = c->cert == NULL ? 0 : i2d_X509(c->cert, NULL);
	unsigned char *bytes, *end;

	if (n <= 0)
		return (struct rt_str){NULL, 0};
	bytes = rt_arena_array(call->arena, (size_t)n, 1);
	end = bytes;
	n = i2d_X509(c->cert, &end);
	return n <= 0 ? (struct rt_str){NULL, 0}
		      : (struct rt_str){(const char *)bytes, (size_t)n};
}

static void
take_headers(struct rt_call *call, const struct http_request *req)
{
	const struct http_header *h;

	rt_request_add_header(call, RT_LIT("Host"), rt_str(req->host));
	TAILQ_FOREACH(h, &req->req_headers, list)
	rt_request_add_header(call, rt_str(h->header), rt_str(h->value));
}

bool
rt_http_take(struct rt_exchange *x)
{
	const struct http_request *req = x->req;
	struct rt_call *call = x->call;
	const char *fault;

	call->req.method_text = rt_str(http_method_text(req->method));
	call->req.method = rt_method_parse(call->req.method_text);
	call->req.path = rt_str(req->path);
	call->req.query = rt_str(req->query_string);
	call->req.peer = peer_text(call, req->owner);
	call->req.certificate = certificate_bytes(call, req->owner);
	take_headers(call, req);

	fault = framing_fault(call, req);
	if (fault != NULL) {
		x->close = true;
		rt_http_refuse(call, 400, &rt_code_bad_request, fault);
		return false;
	}
	if (has_lost_fields(call, req)) {
		x->close = true;
		rt_http_refuse(call, 431, &code_head_too_large,
		    "The request has too many header fields.");
		return false;
	}
	if (rt_body_is_lost(req) || !rt_body_take(call, req)) {
		rt_http_refuse(call, 503, &rt_code_unavailable,
		    "The body could not be stored.");
		return false;
	}
	return true;
}

/* --- Answers --- */

/* Reason phrases (RFC 9110, section 15; RFC 6585), of which Kore has few. */
static const char *
reason(int status)
{
	switch (status) {
	case 303:
		return "See Other";
	case 308:
		return "Permanent Redirect";
	case 413:
		return "Content Too Large";
	case 421:
		return "Misdirected Request";
	case 422:
		return "Unprocessable Content";
	case 423:
		return "Locked";
	case 424:
		return "Failed Dependency";
	case 426:
		return "Upgrade Required";
	case 428:
		return "Precondition Required";
	case 429:
		return "Too Many Requests";
	case 431:
		return "Request Header Fields Too Large";
	case 451:
		return "Unavailable For Legal Reasons";
	case 504:
		return "Gateway Timeout";
	default:
		return http_status_text(status);
	}
}

/* The time of now as a header has it (RFC 9110, section 5.6.7). */
static const char *
date_text(void)
{
	static char text[32];
	static time_t at;
	time_t now = time(NULL);
	struct tm tm;

	if (now != at && gmtime_r(&now, &tm) != NULL) {
		strftime(text, sizeof(text), "%a, %d %b %Y %H:%M:%S GMT", &tm);
		at = now;
	}
	return text;
}

static bool
names_close(struct rt_str list)
{
	while (list.p != NULL) {
		struct rt_str item = rt_str_trim(rt_str_cut(&list, ','));

		if (rt_str_is_nocase(item, "close"))
			return true;
	}
	return false;
}

/* Whether the body is still to come. */
static bool
is_unread(const struct rt_exchange *x)
{
	struct rt_str length = rt_request_header(x->call, "Content-Length");

	return x->req->http_body == NULL && x->req->http_body_fd == -1 &&
	    length.p != NULL && !rt_str_is(length, "0");
}

/* Whether the connection can't be read on, or should not. */
static bool
must_close(const struct rt_exchange *x)
{
	const struct http_request *req = x->req;
	struct rt_str connection = rt_request_header(x->call, "Connection");

	return x->close || draining || is_unread(x) ||
	    http_keepalive_time == 0 || (req->flags & HTTP_VERSION_1_0) != 0 ||
	    names_close(connection) || has_lost_bytes(req);
}

static void
add_field(struct rt_buf *b, struct rt_str name, struct rt_str value)
{
	rt_buf_add(b, name);
	rt_buf_cstr(b, ": ");
	rt_buf_add(b, value);
	rt_buf_cstr(b, "\r\n");
}

static void
add_status(struct rt_buf *b, int status)
{
	rt_buf_cstr(b, "HTTP/1.1 ");
	rt_buf_int(b, status);
	rt_buf_byte(b, ' ');
	rt_buf_cstr(b, reason(status));
	rt_buf_cstr(b, "\r\n");
	add_field(b, RT_LIT("Date"), rt_str(date_text()));
}

static void
add_connection(struct rt_buf *b, bool close)
{
	if (close) {
		rt_buf_cstr(b, "Connection: close\r\n");
		return;
	}
	rt_buf_cstr(b, "Connection: keep-alive\r\nKeep-Alive: timeout=");
	rt_buf_int(b, http_keepalive_time);
	rt_buf_cstr(b, "\r\n");
}

/* A status without content has no length either (RFC 9110, 8.6). */
static bool
has_content(int status)
{
	return status >= 200 && status != 204 && status != 304;
}

/* How the end of the body is found (RFC 9112, section 6.3). */
enum framing {
	BY_LENGTH = 1,
	BY_CHUNKS,
	BY_CLOSE,
};

static void
add_framing(struct rt_buf *b, enum framing framing, uint64_t length)
{
	if (framing == BY_CHUNKS)
		rt_buf_cstr(b, "Transfer-Encoding: chunked\r\n");
	if (framing != BY_LENGTH)
		return;
	rt_buf_cstr(b, "Content-Length: ");
	rt_buf_int(b, (int64_t)length);
	rt_buf_cstr(b, "\r\n");
}

static struct rt_buf
make_head(const struct rt_response *res, enum framing framing, bool close)
{
	struct rt_buf b = rt_buf(scratch, HEAD_MAX);

	add_status(&b, res->status);
	if (has_content(res->status)) {
		if (res->media != NULL)
			add_field(&b, RT_LIT("Content-Type"),
			    rt_str(res->media));
		add_framing(&b, framing, rt_response_length(res));
	}
	add_connection(&b, close);
	for (size_t i = 0; i < res->headers.n; i++)
		add_field(&b, res->headers.v[i].name, res->headers.v[i].value);
	rt_buf_cstr(&b, "\r\n");
	return b;
}

/* Without memory for the head there is still this much to say. */
static struct rt_buf
make_last_head(bool close)
{
	static const struct rt_response failed = {.status = 500};

	rt_arena_reset(scratch);
	return make_head(&failed, BY_LENGTH, close);
}

/* The connection takes its next request: one that Kore has read already, or
 * one that is still to be read. */
static void
go_on(struct http_request *req)
{
	if (TAILQ_NEXT(req, olist) == NULL)
		rt_read_on(req->owner);
	if (TAILQ_NEXT(req, olist) == NULL)
		return;
	http_request_wakeup(TAILQ_NEXT(req, olist));
	rt_loop_kick();
}

/* Behind the last byte of an answer. */
static void
leave(struct rt_exchange *x, bool close)
{
	struct http_request *req = x->req;

	if (!close)
		go_on(req);
	else if (!x->close && is_unread(x) && req->http_body_length > 0)
		rt_body_discard(req->owner, req->http_body_length);
	else
		req->owner->flags |= CONN_CLOSE_EMPTY;
}

/* A part of a file, mapped from its page on. */
struct lent {
	void *p;
	size_t n;
};

static int
drop_lent(struct netbuf *nb)
{
	struct lent *lent = nb->extra;

	(void)munmap(lent->p, lent->n);
	free(lent);
	return KORE_RESULT_OK;
}

/* A file that is gone before it is sent breaks the answer off. */
static void
queue_file(struct connection *c, const struct rt_response *res)
{
	size_t before = (size_t)(res->offset % 4096);
	struct lent *lent = malloc(sizeof(*lent));
	struct netbuf *nb;

	if (lent == NULL) {
		kore_connection_disconnect(c);
		return;
	}
	lent->n = before + (size_t)res->length;
	lent->p = mmap(NULL, lent->n, PROT_READ, MAP_PRIVATE, res->file->fd,
	    (off_t)(res->offset - before));
	if (lent->p == MAP_FAILED) {
		free(lent);
		kore_connection_disconnect(c);
		return;
	}
	net_send_stream(c, (char *)lent->p + before, (size_t)res->length,
	    drop_lent, &nb);
	nb->extra = lent;
}

static void
queue_body(struct connection *c, const struct rt_response *res)
{
	struct rt_str body = rt_buf_str(&res->body);

	if (res->file == NULL)
		net_send_queue(c, body.p, body.n);
	else if (res->length > 0)
		queue_file(c, res);
}

void
rt_http_send(struct rt_exchange *x)
{
	const struct rt_response *res = &x->call->res;
	struct http_request *req = x->req;
	bool close = must_close(x);
	struct rt_buf head = make_head(res, BY_LENGTH, close);
	bool sends_body =
	    req->method != HTTP_METHOD_HEAD && has_content(res->status);

	if (head.full || res->status == 0) {
		head = make_last_head(close);
		sends_body = false;
	}
	req->status = (u_int16_t)res->status;
	net_send_queue(req->owner, head.p, head.n);
	if (sends_body)
		queue_body(req->owner, res);
	rt_arena_reset(scratch);
	leave(x, close);
}

/* --- Answers of unknown length --- */

void
rt_http_begin(struct rt_exchange *x)
{
	const struct http_request *req = x->req;
	struct rt_buf head;

	x->chunked = (req->flags & HTTP_VERSION_1_0) == 0;
	x->last = must_close(x);
	head = make_head(&x->call->res, x->chunked ? BY_CHUNKS : BY_CLOSE,
	    x->last);
	if (head.full) {
		head = make_last_head(true);
		x->last = true;
		x->call->stream->broken = true;
	}
	net_send_queue(req->owner, head.p, head.n);
	rt_arena_reset(scratch);
}

void
rt_http_end(struct rt_exchange *x, bool whole)
{
	struct http_request *req = x->req;
	bool body = req->method != HTTP_METHOD_HEAD;

	req->status = (u_int16_t)x->call->res.status;
	if (body && whole && x->chunked)
		net_send_queue(req->owner, "0\r\n\r\n", 5);
	leave(x, x->last || draining || (body && !whole));
}
