#include "runtime/async.h"
#include "runtime/coro.h"
#include "runtime/http_answer.h"
#include "runtime/file.h"
#include "runtime/log.h"
#include "runtime/loop.h"
#include "runtime/metrics.h"
#include "runtime/policy.h"
#include "runtime/serve_kore.h"
#include "runtime/server.h"
#include "runtime/ws_part.h"

enum {
	HEAD_MAX = 256 * 1024,
	SCRATCH_MAX = 1024 * 1024,
	CANCELLED = 499, /* in the log only, as other servers have it */
};

static struct rt_server *server;
static LIST_HEAD(exchanges, rt_exchange) live = LIST_HEAD_INITIALIZER(live);
static unsigned n_live;

/* Those that have become WebSockets: many, with little to do, and no deadline. */
static struct exchanges sockets = LIST_HEAD_INITIALIZER(sockets);
static unsigned n_sockets;

/* Heads of answers are put together here: a call's memory may be used up. */
static struct rt_arena *scratch;

void
rt_exchange_open(struct rt_server *s)
{
	server = s;
	scratch = rt_arena_open(SCRATCH_MAX, NULL, NULL);
	rt_shed_open(s);
}

void
rt_exchange_close(void)
{
	rt_shed_close();
	rt_arena_close(scratch);
	scratch = NULL;
}

/* --- Beginning and ending --- */

static void
run_call(void *arg)
{
	rt_call_run(arg);
}

static struct rt_exchange *
open_exchange(struct rt_conn *conn)
{
	struct rt_call *call = rt_call_open(server);
	struct rt_exchange *x = RT_NEW(call, *x);

	x->call = call;
	x->conn = conn;
	call->wait = x;
	call->wire = &rt_wire_http1;
	call->req.peer = rt_str(conn->peer_text);
	if (conn->tls != NULL)
		call->req.certificate = rt_tls_certificate(conn->tls);
	conn->x = x;
	LIST_INSERT_HEAD(&live, x, list);
	rt_metrics_set(RT_GAUGE_CALLS, ++n_live);
	return x;
}

static void
close_exchange(struct rt_exchange *x)
{
	struct rt_call *call = x->call;
	struct rt_coro *coro = call->coro;

	x->conn->x = NULL;
	if (x->alone)
		rt_conn_retire(x->conn);
	LIST_REMOVE(x, list);
	if (x->upgraded)
		n_sockets--;
	else
		n_live--;
	rt_metrics_set(RT_GAUGE_CALLS, n_live);
	rt_metrics_call(call);
	rt_log_call(call);
	rt_call_close(call);
	if (coro != NULL)
		rt_coro_free(coro);
}

/*
 * The call unwinds without an answer, since from now on rt_call_wait() returns
 * false.
 */
static void
cancel(struct rt_exchange *x, const char *why)
{
	struct rt_call *call = x->call;

	call->cancelled = true;
	if (call->failure.p == NULL && call->stream == NULL &&
	    call->ws == NULL && why != NULL)
		call->failure = rt_str(why);
	while (!rt_coro_resume(call->coro))
		;
	if (call->ws == NULL)
		call->res.status = CANCELLED;
	close_exchange(x);
}

/* A body that has not come yet never will. */
void
rt_exchange_leave(struct rt_exchange *x, const char *why)
{
	bool cancelled =
	    x->receiving || (!x->call->detached && rt_call_cancel(x->call));

	if (!cancelled)
		x->alone = true;
	else
		cancel(x, why);
}

void
rt_exchange_stop(void)
{
	while (!LIST_EMPTY(&live))
		cancel(LIST_FIRST(&live), "the server has stopped");
	while (!LIST_EMPTY(&sockets))
		cancel(LIST_FIRST(&sockets), "the server has stopped");
	rt_own_stop();
}

/* --- The answer --- */

static bool
must_close(const struct rt_exchange *x)
{
	return x->close || x->head.close || !rt_conn_can_go_on(x->conn);
}

static bool
is_old(const struct rt_exchange *x)
{
	return x->head.method.p != NULL && x->head.minor == 0;
}

static struct rt_buf
make_head(const struct rt_exchange *x, enum rt_body_end end, bool close)
{
	const struct rt_response *res = &x->call->res;
	struct rt_buf b = rt_buf(scratch, HEAD_MAX);
	struct rt_http_frame frame = {
	    .end = end,
	    .length = rt_response_length(res),
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
	struct rt_http_frame frame = {.end = RT_END_LENGTH, .close = close};
	struct rt_buf b;

	rt_arena_reset(scratch);
	b = rt_buf(scratch, HEAD_MAX);
	rt_http_head_write(&b, &failed, &frame);
	return b;
}

static void
answer(struct rt_exchange *x)
{
	const struct rt_response *res = &x->call->res;
	bool close = must_close(x);
	struct rt_buf head = make_head(x, RT_END_LENGTH, close);
	struct rt_str body = rt_buf_str(&res->body);
	bool sends_body =
	    x->call->req.method != RT_HEAD && rt_http_has_content(res->status);

	if (head.full || res->status == 0) {
		head = make_last_head(close);
		sends_body = false;
	}
	if (!sends_body || res->file != NULL)
		body.n = 0;
	rt_send(x->conn, rt_buf_str(&head), body);
	if (sends_body && res->file != NULL)
		rt_send_file(x->conn, res->file, res->offset, res->length);
	rt_arena_reset(scratch);
	rt_conn_answered(x->conn, close);
}

void
rt_exchange_begin_stream(struct rt_exchange *x)
{
	struct rt_buf head;

	x->chunked = !is_old(x);
	x->last = must_close(x) || !x->chunked;
	head = make_head(x, x->chunked ? RT_END_CHUNKS : RT_END_CLOSE, x->last);
	if (head.full) {
		head = make_last_head(true);
		x->last = true;
		x->call->stream->broken = true;
	}
	rt_send(x->conn, rt_buf_str(&head), (struct rt_str){NULL, 0});
	rt_arena_reset(scratch);
}

static void
end_stream(struct rt_exchange *x)
{
	bool body = x->call->req.method != RT_HEAD;
	bool whole = x->call->stream->whole;

	if (body && whole && x->chunked)
		rt_send(x->conn, RT_LIT("0\r\n\r\n"), (struct rt_str){NULL, 0});
	/* Where chunks are missing the last one is; an end is just an end. */
	x->conn->broken = body && !whole && !x->chunked;
	rt_conn_answered(x->conn,
	    x->last || rt_conn_is_draining() || (body && !whole));
}

bool
rt_exchange_upgrade(struct rt_exchange *x)
{
	struct rt_buf head = make_head(x, RT_END_LENGTH, false);
	bool ok = n_sockets < rt_conn_settings.sockets && !head.full;

	if (ok) {
		x->upgraded = true;
		LIST_REMOVE(x, list);
		LIST_INSERT_HEAD(&sockets, x, list);
		n_live--;
		n_sockets++;
		rt_send(x->conn, rt_buf_str(&head), (struct rt_str){NULL, 0});
	}
	rt_arena_reset(scratch);
	return ok;
}

static void
end_socket(struct rt_exchange *x)
{
	rt_ws_abandon(x->call->ws);
	rt_conn_answered(x->conn, true);
}

/* The log has what the client would have been told. */
static void
end_alone(struct rt_exchange *x)
{
	struct rt_call *call = x->call;

	rt_arena_reset(scratch);
	if (call->ws != NULL)
		return;
	if (call->failure.p == NULL && call->stream == NULL)
		call->failure = rt_arena_printf(scratch,
		    "the client has gone before its answer %d",
		    call->res.status);
	call->res.status = CANCELLED;
}

static void
finish(struct rt_exchange *x)
{
	if (x->alone)
		end_alone(x);
	else if (x->call->ws != NULL)
		end_socket(x);
	else if (x->call->stream == NULL)
		answer(x);
	else
		end_stream(x);
	close_exchange(x);
}

/* --- The request --- */

static const struct rt_code *
code_of(int status)
{
	static const struct rt_code late = {"REQUEST_TIMEOUT",
	    "Request timeout", 408};
	static const struct rt_code head = {"HEADERS_TOO_LARGE",
	    "Header fields too large", 431};
	static const struct rt_code version = {"HTTP_VERSION_NOT_SUPPORTED",
	    "HTTP version not supported", 505};

	switch (status) {
	case 408:
		return &late;
	case 413:
		return &rt_code_too_large;
	case 414:
		return &rt_code_uri_too_long;
	case 431:
		return &head;
	case 501:
		return &rt_code_not_implemented;
	case 503:
		return &rt_code_unavailable;
	case 505:
		return &version;
	default:
		return &rt_code_bad_request;
	}
}

void
rt_exchange_problem(struct rt_exchange *x, int status, const char *why)
{
	struct rt_problem p = {.code = code_of(status), .detail = rt_str(why)};

	rt_reply_problem(x->call, status, &p);
}

/* Before its coroutine runs. */
static void
refuse(struct rt_exchange *x, int status, const char *why)
{
	rt_exchange_problem(x, status, why);
	rt_policy_finish(x->call);
	finish(x);
}

void
rt_exchange_refuse(struct rt_conn *conn, const struct rt_head_fault *fault)
{
	struct rt_exchange *x = open_exchange(conn);

	x->close = true;
	refuse(x, fault->status, fault->detail);
}

static bool
has_body(const struct rt_head *head)
{
	return head->framed == RT_FRAMED_CHUNKS || head->length > 0;
}

static void
take_head(struct rt_exchange *x)
{
	const struct rt_head *head = &x->head;
	struct rt_request *req = &x->call->req;

	req->method_text = head->method;
	req->method = rt_method_parse(head->method);
	req->old = head->minor == 0;
	req->path = head->path;
	req->query = head->query;
	req->headers = head->headers;
	req->length_known = head->framed == RT_FRAMED_LENGTH;
	req->length = head->length;
	if (req->length_known && req->length == 0)
		req->body = RT_LIT("");
	req->body_pending = has_body(head);
}

/* A body of no bytes is over before it begins. */
static void
pass_no_body(struct rt_conn *conn)
{
	struct rt_str data;
	size_t used;

	if (rt_http_read(&conn->reader, (struct rt_str){"", 0}, &used, &data) ==
	    RT_READ_END)
		conn->whole = true;
}

/* Says no, and so that the client knows how to go on. */
static void
shed(struct rt_conn *conn, const struct rt_head *head)
{
	bool close = has_body(head) || head->close || !rt_conn_can_go_on(conn);

	rt_shed(conn, head, close);
	conn->resting = !close;
	rt_conn_answered(conn, close);
}

/* Without room there is no call; a head that can't be read is told so. */
static bool
is_shed(struct rt_conn *conn, struct rt_str bytes)
{
	struct rt_head_fault fault;
	struct rt_head head;
	bool ok;

	if (n_live < rt_conn_settings.calls)
		return false;
	ok = rt_head_parse(scratch, bytes, &rt_conn_settings.head, &head,
	    &fault);
	if (ok) {
		rt_http_read_body(&conn->reader, &head);
		pass_no_body(conn);
		shed(conn, &head);
	}
	rt_arena_reset(scratch);
	return ok;
}

void
rt_exchange_begin(struct rt_conn *conn, struct rt_str bytes)
{
	struct rt_exchange *x;
	struct rt_call *call;
	struct rt_head_fault fault;

	conn->whole = false;
	if (is_shed(conn, bytes))
		return;
	x = open_exchange(conn);
	call = x->call;
	bytes = rt_arena_copy(call->arena, bytes);
	if (!rt_head_parse(call->arena, bytes, &rt_conn_settings.head, &x->head,
		&fault)) {
		x->close = true;
		refuse(x, fault.status, fault.detail);
		return;
	}
	take_head(x);
	rt_http_read_body(&conn->reader, &x->head);
	if (!call->req.body_pending)
		pass_no_body(conn);
	call->coro = rt_coro_new(run_call, call);
	if (call->coro == NULL)
		refuse(x, 503, "The server has too many calls under way.");
	else
		rt_exchange_resume(x);
}

/* --- Waiting --- */

void
rt_exchange_resume(struct rt_exchange *x)
{
	x->woken = false;
	if (rt_coro_resume(x->call->coro))
		finish(x);
}

bool
rt_call_wait(struct rt_call *call)
{
	struct rt_exchange *x = call->wait;

	if (call->parent != NULL)
		return rt_fork_wait(call);
	if (rt_call_is_over(call))
		return false;
	x->waiting = true;
	rt_coro_yield(call->coro);
	x->waiting = false;
	return !rt_call_is_over(call);
}

void
rt_call_wake(struct rt_call *call)
{
	struct rt_exchange *x = call->wait;

	if (call->parent != NULL) {
		rt_fork_wake(call);
		return;
	}
	if (!x->waiting || x->woken)
		return;
	x->woken = true;
	if (x->conn == NULL)
		rt_own_ready(x);
	else
		rt_conn_ready(x->conn);
}

void
rt_exchange_check(void)
{
	struct rt_exchange *x;

	LIST_FOREACH(x, &live, list)
	{
		if (x->waiting && rt_call_is_over(x->call))
			rt_call_wake(x->call);
	}
	rt_own_check();
}

/* --- The end of a worker --- */

bool
rt_exchange_none(void)
{
	return LIST_EMPTY(&live) && LIST_EMPTY(&sockets) && rt_own_none();
}

void
rt_exchange_end_streams(void)
{
	struct rt_exchange *x;

	LIST_FOREACH(x, &live, list)
	{
		if (x->call->stream == NULL)
			continue;
		x->call->stream->ending = true;
		rt_call_wake(x->call);
	}
	LIST_FOREACH(x, &sockets, list)
	rt_ws_leave(x->call->ws);
}
