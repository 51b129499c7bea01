#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#include "runtime/log.h"
#include "runtime/loop.h"
#include "runtime/stream.h"
#include "runtime/ws_part.h"

/*
 * A line is put together on the stack: it must be possible to log that an
 * arena is full.
 */
enum {
	LINE_MAX_BYTES = 4096,
	LINE_TAIL = 2, /* room kept for the closing brace and the newline */
	PATH_MAX_OUT = 1024, /* bytes of one text once it is escaped */
	REASON_MAX_OUT = 1024,
	MESSAGE_MAX_OUT = 3072,
	SHORT_MAX_OUT = 128,
	CUT = 3, /* bytes of the dots where a text is cut */
};

struct line {
	char b[LINE_MAX_BYTES];
	size_t n;
};

static enum rt_log_level level_max = RT_LOG_INFO;

void
rt_log_level(enum rt_log_level level)
{
	level_max = level;
}

/* The member with its comma. */
static struct rt_str
level_member(enum rt_log_level level)
{
	switch (level) {
	case RT_LOG_ERROR:
		return RT_LIT("\",\"level\":\"error\"");
	case RT_LOG_WARN:
		return RT_LIT("\",\"level\":\"warn\"");
	case RT_LOG_INFO:
		return RT_LIT("\",\"level\":\"info\"");
	default:
		return RT_LIT("\",\"level\":\"debug\"");
	}
}

/* What has no room is left out: a line's parts have caps that make room. */
static void
put(struct line *l, struct rt_str s)
{
	if (s.n > sizeof(l->b) - LINE_TAIL - l->n)
		return;
	memcpy(l->b + l->n, s.p, s.n);
	l->n += s.n;
}

/* Bytes of the UTF-8 sequence that starts with c. */
static size_t
sequence_length(unsigned char c)
{
	if (c < 0xc0)
		return 1;
	if (c < 0xe0)
		return 2;
	return c < 0xf0 ? 3 : 4;
}

/*
 * One character as JSON has it inside a string; returns how many bytes of s
 * it took.  Bytes of a text that is no UTF-8 are written by their number.
 */
static size_t
escape(struct rt_str s, bool utf8, char out[8], size_t *out_n)
{
	unsigned char c = (unsigned char)s.p[0];
	size_t n;

	if (c == '"' || c == '\\') {
		out[0] = '\\';
		out[1] = (char)c;
		*out_n = 2;
		return 1;
	}
	if (c < 0x20 || c == 0x7f || (c >= 0x80 && !utf8)) {
		*out_n = (size_t)snprintf(out, 8, "\\u%04x", c);
		return 1;
	}
	n = sequence_length(c);
	memcpy(out, s.p, n);
	*out_n = n;
	return n;
}

/* As most texts are: they stand for themselves. */
static bool
is_plain(struct rt_str s)
{
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (c < 0x20 || c >= 0x7f || c == '"' || c == '\\')
			return false;
	}
	return true;
}

static void
put_escaped(struct line *l, struct rt_str s, size_t max)
{
	bool utf8 = rt_str_is_utf8(s);
	size_t used = 0, out_n;
	char out[8];

	while (s.n > 0) {
		size_t taken = escape(s, utf8, out, &out_n);

		if (used + out_n + CUT > max) {
			put(l, RT_LIT("..."));
			return;
		}
		put(l, (struct rt_str){out, out_n});
		used += out_n;
		s.p += taken;
		s.n -= taken;
	}
}

/*
 * A member whose value is a text of at most `max` bytes between its quotes;
 * absent texts are left out.  `key` has the comma, the name and the quote.
 */
static void
put_member(struct line *l, struct rt_str key, struct rt_str s, size_t max)
{
	if (s.p == NULL)
		return;
	put(l, key);
	if (s.n + CUT <= max && is_plain(s))
		put(l, s);
	else
		put_escaped(l, s, max);
	put(l, RT_LIT("\""));
}

static void
put_number(struct line *l, struct rt_str key, int64_t v)
{
	char text[RT_INT_TEXT];

	put(l, key);
	put(l, rt_int_text(text, v));
}

static void
begin(struct line *l, enum rt_log_level level)
{
	char time[RT_TIME_TEXT];

	l->n = 0;
	put(l, RT_LIT("{\"time\":\""));
	put(l, (struct rt_str){time, rt_time_text(time, rt_time_now())});
	put(l, level_member(level));
}

/* A log that can't be written is no reason to stop serving. */
static void
end(struct line *l)
{
	ssize_t n;

	memcpy(l->b + l->n, "}\n", LINE_TAIL);
	l->n += LINE_TAIL;
	do {
		n = write(STDERR_FILENO, l->b, l->n);
	} while (n < 0 && errno == EINTR);
}

void
rt_log(enum rt_log_level level, const char *fmt, ...)
{
	char message[MESSAGE_MAX_OUT];
	struct line l;
	va_list ap;

	if (level > level_max)
		return;
	va_start(ap, fmt);
	vsnprintf(message, sizeof(message), fmt, ap);
	va_end(ap);

	begin(&l, level);
	put_member(&l, RT_LIT(",\"message\":\""), rt_str(message),
	    MESSAGE_MAX_OUT);
	end(&l);
}

/* Whoever called: the number of the account, or else its UUID. */
static void
put_user(struct line *l, const struct rt_principal *who)
{
	static const struct rt_uuid none;
	char text[RT_UUID_TEXT];

	if (who->id != 0)
		put_number(l, RT_LIT(",\"user\":"), who->id);
	if (who->id != 0 || rt_uuid_eq(who->uuid, none))
		return;
	rt_uuid_text(text, who->uuid);
	put_member(l, RT_LIT(",\"user\":\""), rt_str(text), SHORT_MAX_OUT);
}

/* What the client was sent behind the head. */
static uint64_t
bytes_of(const struct rt_call *call)
{
	if (call->ws != NULL)
		return call->ws->bytes;
	if (call->stream != NULL)
		return call->stream->bytes;
	return rt_response_length(&call->res);
}

void
rt_log_call(const struct rt_call *call)
{
	bool failed = call->failure.p != NULL || call->res.status >= 500;
	enum rt_log_level level = failed ? RT_LOG_ERROR : RT_LOG_INFO;
	struct line l;

	if (level > level_max)
		return;
	begin(&l, level);
	put_member(&l, RT_LIT(",\"trace_id\":\""), call->trace_id,
	    SHORT_MAX_OUT);
	put_member(&l, RT_LIT(",\"method\":\""), call->req.method_text,
	    SHORT_MAX_OUT);
	put_member(&l, RT_LIT(",\"path\":\""), call->req.path, PATH_MAX_OUT);
	if (call->op != NULL)
		put_member(&l, RT_LIT(",\"operation\":\""),
		    rt_str(call->op->id), SHORT_MAX_OUT);
	put_number(&l, RT_LIT(",\"status\":"), call->res.status);
	put_number(&l, RT_LIT(",\"bytes\":"), (int64_t)bytes_of(call));
	if (call->ws != NULL)
		put_number(&l, RT_LIT(",\"close\":"),
		    call->ws->code == 0 ? RT_WS_LOST : call->ws->code);
	put_number(&l, RT_LIT(",\"duration_us\":"),
	    rt_clock_us() - call->began_us);
	put_user(&l, &call->who);
	put_member(&l, RT_LIT(",\"peer\":\""), call->req.peer, SHORT_MAX_OUT);
	put_member(&l, RT_LIT(",\"reason\":\""), call->failure, REASON_MAX_OUT);
	end(&l);
}
