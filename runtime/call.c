#include "runtime/call.h"

#include <stdio.h>
#include <stdlib.h>

#include "runtime/answer.h"
#include "runtime/coro.h"
#include "runtime/file.h"
#include "runtime/log.h"
#include "runtime/loop.h"
#include "runtime/media.h"
#include "runtime/policy.h"
#include "runtime/represent.h"
#include "runtime/server.h"
#include "runtime/stream.h"
#include "runtime/ws_part.h"

enum {
	LAST_HEADERS = 3,
	LAST_BODY = 512,
	DEFAULT_MEMORY_MAX = 64 * 1024 * 1024,
};

/*
 * A call with what only this file looks at.  The last answer needs no more
 * memory: it is what is left when the arena is full.
 */
struct box {
	struct rt_call call; /* first: a call is its box */
	/* Not zeroed, but for a call that gets so far. */
	struct rt_header last_headers[LAST_HEADERS];
	char last_body[LAST_BODY];
};

struct rt_deferred {
	void (*fn)(void *);
	void *arg;
	struct rt_deferred *next;
};

static struct box *
box_of(struct rt_call *call)
{
	return (struct box *)call;
}

/* --- Opening and closing --- */

static void
answer_without_memory(struct box *box)
{
	struct rt_call *call = &box->call;
	struct rt_response *res = &call->res;
	char time[RT_TIME_TEXT];
	int n;

	rt_time_text(time, rt_time_now());
	n = snprintf(box->last_body, sizeof(box->last_body),
	    "{\"type\":\"about:blank\",\"title\":\"%s\",\"status\":500,"
	    "\"detail\":\"An unexpected error occurred\",\"code\":\"%s\","
	    "\"trace_id\":\"%.*s\",\"timestamp\":\"%s\"}",
	    rt_code_internal.title, rt_code_internal.name,
	    RT_FMT(call->trace_id), time);
	res->status = 500;
	res->media = "application/problem+json";
	res->body = (struct rt_buf){.p = box->last_body, .n = (size_t)n};
	res->file = NULL;
	res->headers =
	    (struct rt_headers){.v = box->last_headers, .n = LAST_HEADERS};
	res->headers.v[0] = (struct rt_header){RT_LIT("X-Error-Code"),
	    rt_str(rt_code_internal.name)};
	res->headers.v[1] =
	    (struct rt_header){RT_LIT("X-Request-ID"), call->trace_id};
	res->headers.v[2] = (struct rt_header){RT_LIT("X-Content-Type-Options"),
	    RT_LIT("nosniff")};
}

_Noreturn void
rt_call_leave(struct rt_call *call)
{
	struct rt_call *whole = rt_call_whole(call);

	whole->failure = RT_LIT("the call needs too much memory");
	if (call == whole)
		answer_without_memory(box_of(whole));
	rt_coro_exit(call->coro);
}

/*
 * Only a coroutine can be left from anywhere.  Outside of one nothing is
 * taken that the limits of a request don't bound.
 */
static void
arena_is_full(void *arg)
{
	const struct box *box = arg;

	if (box->call.coro == NULL) {
		rt_log(RT_LOG_ERROR,
		    "A call outgrew its memory while its "
		    "request was read.");
		abort();
	}
	rt_call_leave(rt_coro_running());
}

static size_t
memory_max(const struct rt_server *server)
{
	size_t max = server->call_memory_max;

	return max == 0 ? DEFAULT_MEMORY_MAX : max;
}

struct rt_call *
rt_call_open(struct rt_server *server)
{
	struct rt_arena *arena =
	    rt_arena_take(&server->arenas, memory_max(server), NULL, NULL);
	/* The first bytes of an arena are aligned for any type. */
	struct box *box = (void *)rt_arena_bytes(arena, sizeof(*box));
	struct rt_call *call = &box->call;

	memset(box, 0, offsetof(struct box, last_headers));
	rt_arena_on_full(arena, arena_is_full, box);
	call->arena = arena;
	call->server = server;
	call->check.arena = arena;
	call->check.patterns = server->patterns;
	call->began_us = rt_clock_us();
	return call;
}

void
rt_call_undefer(struct rt_call *call, const struct rt_deferred *until)
{
	while (call->deferred != until) {
		struct rt_deferred *d = call->deferred;

		call->deferred = d->next;
		d->fn(d->arg);
	}
}

void
rt_call_close(struct rt_call *call)
{
	call->coro = NULL;
	rt_call_undefer(call, NULL);
	rt_arena_give(&call->server->arenas, call->arena);
}

void
rt_defer(struct rt_call *call, void (*fn)(void *), void *arg)
{
	struct rt_call *whole = rt_call_whole(call);
	struct rt_deferred *d = RT_NEW(whole, *d);

	*d = (struct rt_deferred){fn, arg, whole->deferred};
	whole->deferred = d;
}

/* --- For handlers --- */

struct rt_str
rt_printf(struct rt_call *call, const char *fmt, ...)
{
	struct rt_str s;
	va_list ap;

	va_start(ap, fmt);
	s = rt_arena_vprintf(call->arena, fmt, ap);
	va_end(ap);
	return s;
}

struct rt_problem
rt_problem(struct rt_call *call, const struct rt_code *code, const char *fmt,
    ...)
{
	struct rt_problem p = {.code = code};
	va_list ap;

	va_start(ap, fmt);
	p.detail = rt_arena_vprintf(call->arena, fmt, ap);
	va_end(ap);
	return p;
}

/* What failed first is the cause of what fails after it. */
static void
note_failure(struct rt_call *call, const char *fmt, va_list ap)
{
	if (call->failure.p == NULL)
		call->failure = rt_arena_vprintf(call->arena, fmt, ap);
}

bool
rt_fail(struct rt_call *call, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	note_failure(call, fmt, ap);
	va_end(ap);
	return false;
}

bool
rt_fail_unavailable(struct rt_call *call, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	note_failure(call, fmt, ap);
	va_end(ap);
	call->unavailable = true;
	return false;
}

bool
rt_fail_not_implemented(struct rt_call *call)
{
	call->unimplemented = true;
	return rt_fail(call, "the handler is not written yet");
}

enum rt_auth
rt_auth_bad(struct rt_call *call, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	call->denied = rt_arena_vprintf(call->arena, fmt, ap);
	va_end(ap);
	return RT_AUTH_BAD;
}

const struct rt_api *
rt_call_api(const struct rt_call *call)
{
	return call->server->api;
}

/* --- Answers --- */

bool
rt_valid(const struct rt_call *call)
{
	return !call->malformed && call->check.n == 0;
}

/* A second answer takes the place of the first; headers that were set before
 * any answer belong to the one that comes. */
static void
begin(struct rt_call *call, int status, const char *media)
{
	if (call->res.status != 0)
		call->res.headers.n = 0;
	call->res.status = status;
	call->res.media = media;
	call->res.body = rt_buf(call->arena, memory_max(call->server));
	call->res.file = NULL;
	call->own_answer = false;
}

struct rt_writer *
rt_reply_json(struct rt_call *call, int status, const char *media)
{
	begin(call, status, media);
	call->res.writer = rt_writer(&call->res.body);
	return &call->res.writer;
}

/* The bytes are lent, never written to: a buffer of full size. */
void
rt_reply_bytes(struct rt_call *call, int status, const char *media,
    struct rt_str body)
{
	begin(call, status, media);
	call->res.body.p = (char *)body.p;
	call->res.body.n = body.n;
	call->res.body.size = body.n;
	call->res.body.cap = body.n;
}

void
rt_reply_file(struct rt_call *call, int status, const char *media,
    struct rt_open_file *file)
{
	begin(call, status, media);
	call->res.file = file;
	call->res.offset = 0;
	call->res.length = file->size;
}

void
rt_reply_stream(struct rt_call *call, int status, const char *media)
{
	begin(call, status, media);
}

void
rt_reply_empty(struct rt_call *call, int status)
{
	begin(call, status, NULL);
}

static void
reply_problem(struct rt_call *call, int status, const struct rt_problem *p,
    const struct rt_check *faults)
{
	struct rt_problem_context context = {
	    .instance = call->req.path,
	    .trace_id = rt_policy_trace_id(call),
	    .time = rt_time_now(),
	    .faults = faults,
	};
	struct rt_writer *w =
	    rt_reply_json(call, status, "application/problem+json");

	rt_problem_write(w, status, p, &context);
	rt_header(call, "X-Error-Code", rt_str(p->code->name));
}

void
rt_reply_problem(struct rt_call *call, int status, const struct rt_problem *p)
{
	reply_problem(call, status, p, NULL);
}

/* An answer of the runtime, which drops what the handler has begun. */
static void
reply_own(struct rt_call *call, int status, const struct rt_problem *p,
    const struct rt_check *faults)
{
	call->res.headers.n = 0;
	reply_problem(call, status, p, faults);
	call->own_answer = true;
}

static struct rt_problem
invalid_problem(struct rt_call *call)
{
	const struct rt_code *code = &rt_code_validation;
	unsigned n = call->check.n;

	if (n == 1)
		return rt_problem(call, code, "The request has 1 fault.");
	if (n <= RT_FAULTS_MAX)
		return rt_problem(call, code, "The request has %u faults.", n);
	return rt_problem(call, code,
	    "The request has %u faults; the first %d are listed.", n,
	    RT_FAULTS_MAX);
}

static struct rt_problem
malformed_problem(struct rt_call *call)
{
	if (call->body->kind == RT_BODY_JSON)
		return rt_problem(call, &rt_code_malformed_json,
		    "The body is not JSON: %.*s", RT_FMT(call->malformed_why));
	return rt_problem(call, &rt_code_bad_request,
	    "The body is malformed: %.*s", RT_FMT(call->malformed_why));
}

void
rt_reply_invalid(struct rt_call *call)
{
	int status = call->op->invalid_status;
	struct rt_problem p;

	if (call->malformed) {
		p = malformed_problem(call);
		reply_own(call, 400, &p, NULL);
		return;
	}
	p = invalid_problem(call);
	reply_own(call, status == 0 ? 400 : status, &p, &call->check);
}

void
rt_reply_failed(struct rt_call *call)
{
	struct rt_problem p;

	if (call->stream != NULL && call->stream->over)
		return;
	if (call->ws != NULL) {
		rt_ws_fail(call);
		return;
	}
	rt_fail(call, "the handler failed without a reason");
	if (call->unavailable) {
		p = rt_problem(call, &rt_code_unavailable,
		    "The service is not available for the moment.");
		reply_own(call, 503, &p, NULL);
		return;
	}
	if (call->unimplemented) {
		p = rt_problem(call, &rt_code_not_implemented,
		    "This operation is not implemented yet.");
		reply_own(call, 501, &p, NULL);
		return;
	}
	p = rt_problem(call, &rt_code_internal, "An unexpected error occurred");
	reply_own(call, 500, &p, NULL);
}

void
rt_reply_undeclared(struct rt_call *call, int status)
{
	const char *id = call->op == NULL ? "?" : call->op->id;

	if (status == 0)
		rt_fail(call, "%s: the handler gave no answer", id);
	else
		rt_fail(call,
		    "%s: the handler answered %d, which is not "
		    "declared",
		    id, status);
	call->unavailable = false;
	rt_reply_failed(call);
}

/* --- Running --- */

/* What the handler has made of the call, held against the contract. */
static void
check_answer(struct rt_call *call)
{
	if (call->res.status == 0)
		rt_reply_undeclared(call, 0);
	if (call->res.body.full) {
		rt_fail(call, "%s: the answer is too large", call->op->id);
		rt_reply_failed(call);
	}
	if (call->own_answer || !call->server->check_answers)
		return;
	if (!rt_answer_check(call)) {
		call->unavailable = false;
		rt_reply_failed(call);
	}
}

bool
rt_reply_is_sound(struct rt_call *call)
{
	if (call->unsendable)
		return false;
	return !call->server->check_answers || rt_answer_check(call);
}

/* Whether the answer is one that the client has had already. */
static bool
is_sent(struct rt_call *call)
{
	if (call->ws != NULL)
		rt_ws_end(call);
	else if (call->stream != NULL)
		rt_stream_end(call);
	return call->ws != NULL || call->stream != NULL;
}

void
rt_call_run(struct rt_call *call)
{
	unsigned ms = call->server->request_timeout_ms;

	if (call->deadline_us == 0 && ms != 0)
		call->deadline_us = call->began_us + (int64_t)ms * 1000;
	rt_request_mark(call);
	rt_policy_trace_id(call);
	if (rt_policy_admit(call) && rt_policy_receive(call)) {
		call->op->run(call);
		if (is_sent(call))
			return;
		check_answer(call);
	} else if (is_sent(call)) {
		return;
	}
	if (call->unsendable)
		rt_reply_failed(call);
	rt_represent(call);
	rt_policy_finish(call);
}
