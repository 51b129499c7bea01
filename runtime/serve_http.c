#include <arpa/inet.h>
#include <ctype.h>
#include <strings.h>

#include "runtime/file.h"
#include "runtime/http_answer.h"
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

static struct rt_buf
make_head(const struct rt_response *res, enum rt_body_end end, bool close)
{
	struct rt_buf b = rt_buf(scratch, HEAD_MAX);
	struct rt_http_frame frame = {
	    .end = end,
	    .length = res->body.n,
	    .close = close,
	};

	rt_http_head_write(&b, res, &frame);
	return b;
}

/* Without memory for the head there is still this much to say. */
static struct rt_buf
make_last_head(bool close)
{
	static const struct rt_response failed = {.status = 500};

	rt_arena_reset(scratch);
	return make_head(&failed, RT_END_LENGTH, close);
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

static int
drop_mapping(struct netbuf *nb)
{
	rt_mapping_drop(nb->extra);
	return KORE_RESULT_OK;
}

/* What is mapped outlives the call until it is sent; the rest is copied. */
static void
queue_body(struct rt_exchange *x, struct rt_str body)
{
	struct rt_mapping *m = rt_mapping_hold(x->call, body);
	struct netbuf *nb;

	if (m == NULL) {
		net_send_queue(x->req->owner, body.p, body.n);
		return;
	}
	net_send_stream(x->req->owner, (char *)(uintptr_t)body.p, body.n,
	    drop_mapping, &nb);
	nb->extra = m;
}

void
rt_http_send(struct rt_exchange *x)
{
	const struct rt_response *res = &x->call->res;
	struct http_request *req = x->req;
	bool close = must_close(x);
	struct rt_buf head = make_head(res, RT_END_LENGTH, close);
	struct rt_str body = rt_buf_str(&res->body);

	if (head.full || res->status == 0) {
		head = make_last_head(close);
		body.n = 0;
	}
	if (req->method == HTTP_METHOD_HEAD ||
	    !rt_http_has_content(res->status))
		body.n = 0;
	req->status = (u_int16_t)res->status;
	net_send_queue(req->owner, head.p, head.n);
	if (body.n > 0)
		queue_body(x, body);
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
	head = make_head(&x->call->res,
	    x->chunked ? RT_END_CHUNKS : RT_END_CLOSE, x->last);
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
