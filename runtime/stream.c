#include "runtime/stream.h"

#include "runtime/answer.h"
#include "runtime/content.h"
#include "runtime/loop.h"
#include "runtime/policy.h"
#include "runtime/server.h"

enum {
	ITEM_MAX = 16 * 1024 * 1024,
	SILENCE_US = 15 * 1000000,
};

static void
close_arena(void *arg)
{
	rt_arena_close(arg);
}

/* --- Beginning and ending --- */

static const struct rt_content *
find_content(const struct rt_call *call)
{
	const struct rt_answer *a = rt_op_answer(call->op, call->res.status);
	struct rt_media m;

	if (a == NULL || !rt_media_parse(rt_str(call->res.media), &m))
		return NULL;
	return rt_content_find(a->contents, &m);
}

static struct rt_stream *
new_stream(struct rt_call *call, enum rt_framing framing)
{
	struct rt_stream *s = RT_NEW(call, *s);

	s->framing = framing;
	s->content = find_content(call);
	s->arena = rt_arena_open_like(call->arena);
	rt_defer(call, close_arena, s->arena);
	s->status = call->res.status;
	s->silent = call->req.method == RT_HEAD;
	s->sent_us = rt_clock_us();
	return s;
}

bool
rt_stream_begin(struct rt_call *call, enum rt_framing framing)
{
	const struct rt_wire *wire = call->wire;

	if (wire == NULL || call->stream != NULL)
		return rt_fail(call, "%s: a stream can't begin here",
		    call->op->id);
	if (call->tx != NULL)
		return rt_fail(call,
		    "%s: a stream can't begin in a transaction", call->op->id);
	if (!rt_reply_is_sound(call)) {
		call->res.status = 0;
		return false;
	}
	rt_policy_finish(call);
	call->stream = new_stream(call, framing);
	call->deadline_us = 0;
	wire->begin(call);
	return true;
}

/* The answer has begun with a status that can't be taken back. */
void
rt_stream_end(struct rt_call *call)
{
	struct rt_stream *s = call->stream;

	if (call->res.status != s->status && !s->broken) {
		s->broken = true;
		rt_fail(call,
		    "%s: the handler answered %d behind the beginning of a "
		    "stream",
		    call->op->id, call->res.status);
	}
	s->whole = !s->broken;
	call->res.status = s->status;
}

/* --- Items --- */

struct rt_writer *
rt_stream_item(struct rt_call *call)
{
	struct rt_stream *s = call->stream;
	static struct rt_writer nowhere;
	static struct rt_buf full = {.full = true};

	if (s == NULL) {
		nowhere = rt_writer(&full);
		return &nowhere;
	}
	rt_arena_reset(s->arena);
	s->item = rt_buf(s->arena, ITEM_MAX);
	s->writer = rt_writer(&s->item);
	return &s->writer;
}

static bool
break_off(struct rt_call *call, const char *what, struct rt_str why)
{
	call->stream->broken = true;
	return rt_fail(call, "%s: an item of the answer %d %s: %.*s",
	    call->op->id, call->stream->status, what, RT_FMT(why));
}

static bool
check_item(struct rt_call *call, const struct rt_node *v)
{
	struct rt_stream *s = call->stream;
	struct rt_check c = {
	    .arena = s->arena,
	    .patterns = call->server->patterns,
	    .in = RT_IN_BODY,
	    .root = v,
	};
	const struct rt_fault *f;

	if (s->content == NULL || s->content->check == NULL)
		return true;
	s->content->check(&c, v);
	if (c.n == 0)
		return true;
	f = &c.faults[0];
	return break_off(call, "breaks the contract",
	    rt_arena_printf(s->arena, "at \"%.*s\": %s: %.*s",
		RT_FMT(f->pointer), f->keyword, RT_FMT(f->message)));
}

/* The item as bytes; absent where it can't be sent. */
static struct rt_str
frame_item(struct rt_call *call)
{
	struct rt_stream *s = call->stream;
	struct rt_str json = rt_buf_str(&s->item), none = {NULL, 0};
	struct rt_buf b = rt_buf(s->arena, 2 * (size_t)ITEM_MAX);
	struct rt_json_error err;
	const struct rt_node *v;
	const char *why;

	if (s->item.full) {
		break_off(call, "can't be sent", RT_LIT("it is too large"));
		return none;
	}
	v = rt_json_parse(s->arena, json, &rt_json_default_limits, &err);
	if (v == NULL) {
		break_off(call, "is no JSON", err.text);
		return none;
	}
	if (call->server->check_answers && !check_item(call, v))
		return none;
	if (!rt_stream_frame(&b, s->framing, json, v, &why)) {
		break_off(call, "can't be sent", rt_str(why));
		return none;
	}
	return rt_buf_str(&b);
}

/* Whether somebody still reads; the handler gets to know. */
static bool
is_read(struct rt_call *call)
{
	struct rt_stream *s = call->stream;

	if (call->cancelled || s->silent || s->ending || s->broken)
		s->over = true;
	return !s->over;
}

/* A client that takes nothing for as long as a request may last has gone. */
static bool
put(struct rt_call *call, struct rt_str bytes)
{
	unsigned ms = call->server->request_timeout_ms;
	struct rt_stream *s = call->stream;
	bool drained;

	call->wire->send(call, bytes);
	s->bytes += bytes.n;
	s->sent_us = rt_clock_us();
	if (ms != 0)
		call->deadline_us = s->sent_us + (int64_t)ms * 1000;
	drained = call->wire->drain(call);
	call->deadline_us = 0;
	if (!drained && !call->cancelled) {
		s->broken = true;
		rt_fail(call, "%s: the client does not read the stream",
		    call->op->id);
	}
	return is_read(call);
}

bool
rt_stream_send(struct rt_call *call)
{
	struct rt_str bytes;

	if (call->stream == NULL)
		return rt_fail(call, "%s: an item without a stream",
		    call->op->id);
	if (!is_read(call))
		return false;
	if (call->tx != NULL)
		return break_off(call, "can't be sent",
		    RT_LIT("a transaction is open"));
	bytes = frame_item(call);
	return bytes.p == NULL ? is_read(call) : put(call, bytes);
}

/* --- Waiting --- */

static bool
is_events(const struct rt_stream *s)
{
	return s->framing == RT_FRAMING_EVENTS ||
	    s->framing == RT_FRAMING_FIELDS;
}

/* Until `end` on rt_clock_us(), or until *enough. */
static bool
pause_until(struct rt_call *call, int64_t end, const bool *enough)
{
	struct rt_stream *s = call->stream;
	int64_t now, until;

	while (is_read(call) && !*enough && (now = rt_clock_us()) < end) {
		until = s->sent_us + SILENCE_US;
		if (is_events(s) && now >= until) {
			if (!put(call, RT_LIT(":\n\n")))
				return false;
			continue;
		}
		until = is_events(s) && until < end ? until : end;
		if (!call->wire->pause(call, until))
			break;
	}
	return is_read(call);
}

bool
rt_stream_pause(struct rt_call *call, unsigned ms)
{
	int64_t end = rt_clock_us() + (int64_t)ms * 1000;
	const bool enough = false;

	if (call->stream == NULL)
		return rt_fail(call, "%s: a pause without a stream",
		    call->op->id);
	return pause_until(call, end, &enough);
}

bool
rt_stream_wait(struct rt_call *call, const bool *enough)
{
	return pause_until(call, INT64_MAX, enough);
}
