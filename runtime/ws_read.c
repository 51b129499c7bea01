#include "runtime/ws_read.h"

#include <stdlib.h>

#include "runtime/ws.h"
#include "runtime/ws_deflate.h"

enum {
	FIN = 0x80,
	RSV1 = 0x40,
	RSV2_AND_3 = 0x30,
	OPCODE = 0x0f,
	CONTROL = 0x08, /* bit of the opcodes of control frames */
	MASKED = 0x80,
	LENGTH = 0x7f,
	IN_2_BYTES = 126,
	IN_8_BYTES = 127,
	MASK_SIZE = 4,
	/* Of what is kept first for a message. */
	SIZE_MIN = 128,
};

static enum rt_ws_read
fail(struct rt_ws_reader *r, unsigned code, const char *why)
{
	r->fault = code;
	r->why = why;
	return RT_WS_READ_FAULT;
}

static enum rt_ws_read
fail_protocol(struct rt_ws_reader *r, const char *why)
{
	return fail(r, RT_WS_PROTOCOL_ERROR, why);
}

/* --- Heads --- */

static unsigned
byte_of(const struct rt_ws_reader *r, size_t i)
{
	return (unsigned char)r->head[i];
}

static bool
is_control(const struct rt_ws_reader *r)
{
	return (byte_of(r, 0) & CONTROL) != 0;
}

/* Bytes of the head, as the first two tell. */
static size_t
head_size(const struct rt_ws_reader *r)
{
	unsigned length = byte_of(r, 1) & LENGTH;

	if (length == IN_8_BYTES)
		return 2 + 8 + MASK_SIZE;
	return length == IN_2_BYTES ? 2 + 2 + MASK_SIZE : 2 + MASK_SIZE;
}

/* Section 5.5: they are whole, and short. */
static enum rt_ws_read
check_control(struct rt_ws_reader *r)
{
	unsigned opcode = byte_of(r, 0) & OPCODE;

	if (opcode > RT_WS_PONG)
		return fail_protocol(r, "The opcode is reserved.");
	if ((byte_of(r, 0) & RSV1) != 0)
		return fail_protocol(r, "A control frame is compressed.");
	if ((byte_of(r, 0) & FIN) == 0)
		return fail_protocol(r, "A control frame is fragmented.");
	if ((byte_of(r, 1) & LENGTH) > RT_WS_CONTROL_MAX)
		return fail_protocol(r, "A control frame is too long.");
	return RT_WS_READ_MORE;
}

/* Section 5.4: fragments of one message come in their order. */
static enum rt_ws_read
check_data(struct rt_ws_reader *r)
{
	unsigned opcode = byte_of(r, 0) & OPCODE;
	bool compressed = (byte_of(r, 0) & RSV1) != 0;

	if (opcode > RT_WS_BINARY)
		return fail_protocol(r, "The opcode is reserved.");
	if (opcode == RT_WS_CONTINUATION && r->opcode == 0)
		return fail_protocol(r, "There is nothing to continue.");
	if (opcode != RT_WS_CONTINUATION && r->opcode != 0)
		return fail_protocol(r, "A message begins inside of another.");
	if (compressed && (!r->inflates || opcode == RT_WS_CONTINUATION))
		return fail_protocol(r, "A reserved bit is set.");
	return RT_WS_READ_MORE;
}

/* What two bytes tell. */
static enum rt_ws_read
check_begin(struct rt_ws_reader *r)
{
	if ((byte_of(r, 0) & RSV2_AND_3) != 0)
		return fail_protocol(r, "A reserved bit is set.");
	if ((byte_of(r, 1) & MASKED) == 0)
		return fail_protocol(r, "A frame is not masked.");
	return is_control(r) ? check_control(r) : check_data(r);
}

static uint64_t
read_length(const struct rt_ws_reader *r)
{
	unsigned length = byte_of(r, 1) & LENGTH;
	size_t end = r->head_n - (size_t)MASK_SIZE;
	uint64_t v = 0;

	if (length < IN_2_BYTES)
		return length;
	for (size_t i = 2; i < end; i++)
		v = v << 8 | byte_of(r, i);
	return v;
}

/* Compressed bytes are a few more than those of the message where it can't be
 * compressed. */
static size_t
room(const struct rt_ws_reader *r)
{
	return r->compressed ? r->max + r->max / 8 + 64 : r->max;
}

/* A length has one form, the shortest (section 5.2). */
static bool
is_shortest(const struct rt_ws_reader *r)
{
	unsigned length = byte_of(r, 1) & LENGTH;

	if (length == IN_8_BYTES)
		return r->length > UINT16_MAX && r->length <= INT64_MAX;
	return length != IN_2_BYTES || r->length >= IN_2_BYTES;
}

static void
begin_message(struct rt_ws_reader *r)
{
	if ((byte_of(r, 0) & OPCODE) == RT_WS_CONTINUATION)
		return;
	r->opcode = (unsigned char)(byte_of(r, 0) & OPCODE);
	r->compressed = (byte_of(r, 0) & RSV1) != 0;
	r->utf8 = (struct rt_ws_utf8){0};
}

/* The head is whole. */
static enum rt_ws_read
begin_payload(struct rt_ws_reader *r)
{
	r->length = read_length(r);
	r->at = 0;
	r->in_payload = true;
	if (!is_shortest(r))
		return fail_protocol(r,
		    "A length is not in its shortest form.");
	if (is_control(r)) {
		r->control_n = 0;
		return RT_WS_READ_MORE;
	}
	begin_message(r);
	if (r->length > room(r) - r->n)
		return fail(r, RT_WS_TOO_BIG, "The message is too large.");
	return RT_WS_READ_MORE;
}

static enum rt_ws_read
read_head(struct rt_ws_reader *r, struct rt_str bytes, size_t *used)
{
	enum rt_ws_read what = RT_WS_READ_MORE;

	while (*used < bytes.n && !r->in_payload && what == RT_WS_READ_MORE) {
		r->head[r->head_n++] = bytes.p[(*used)++];
		if (r->head_n == 2)
			what = check_begin(r);
		else if (r->head_n == head_size(r))
			what = begin_payload(r);
	}
	return what;
}

/* --- Payloads --- */

/* Room for `n` more bytes, but not much more than there will be. */
static bool
reserve(struct rt_ws_reader *r, size_t n)
{
	size_t size = r->size < SIZE_MIN ? SIZE_MIN : r->size;
	char *p;

	if (n <= r->size - r->n)
		return true;
	while (size - r->n < n)
		size *= 2;
	p = realloc(r->p, size);
	if (p == NULL)
		return false;
	r->p = p;
	r->size = size;
	return true;
}

/* So much of a text that is not compressed is looked at before the rest has
 * come (section 8.1). */
static enum rt_ws_read
add_data(struct rt_ws_reader *r, const char *from, size_t n, const char *mask)
{
	struct rt_str added;

	if (!reserve(r, n))
		return fail(r, RT_WS_FAILED, "There is no memory.");
	rt_ws_mask(r->p + r->n, from, n, mask, r->at);
	added = (struct rt_str){r->p + r->n, n};
	r->n += n;
	if (r->opcode == RT_WS_TEXT && !r->compressed &&
	    !rt_ws_utf8_add(&r->utf8, added))
		return fail(r, RT_WS_BAD_TEXT, "The text is not UTF-8.");
	return RT_WS_READ_MORE;
}

static enum rt_ws_read
read_payload(struct rt_ws_reader *r, struct rt_str bytes, size_t *used)
{
	const char *from = bytes.p + *used;
	const char *mask = r->head + r->head_n - MASK_SIZE;
	uint64_t left = r->length - r->at;
	size_t n = bytes.n - *used;
	enum rt_ws_read what = RT_WS_READ_MORE;

	if (n > left)
		n = (size_t)left;
	if (n == 0)
		return what;
	if (is_control(r)) {
		rt_ws_mask(r->control + r->control_n, from, n, mask, r->at);
		r->control_n = (unsigned char)(r->control_n + n);
	} else {
		what = add_data(r, from, n, mask);
	}
	r->at += n;
	*used += n;
	return what;
}

/* --- Ends --- */

static enum rt_ws_read
inflate_message(struct rt_ws_reader *r)
{
	char *p = NULL;
	size_t n = 0;
	unsigned fault =
	    rt_ws_inflate((struct rt_str){r->p, r->n}, r->max, &p, &n);

	if (fault != 0)
		return fail(r, fault, "The message can't be inflated.");
	free(r->p);
	r->p = p;
	r->n = n;
	r->size = n;
	if (r->opcode == RT_WS_TEXT &&
	    !rt_ws_utf8_add(&r->utf8, (struct rt_str){p, n}))
		return fail(r, RT_WS_BAD_TEXT, "The text is not UTF-8.");
	return RT_WS_READ_MESSAGE;
}

static enum rt_ws_read
end_message(struct rt_ws_reader *r)
{
	enum rt_ws_read what = RT_WS_READ_MESSAGE;

	if (r->compressed)
		what = inflate_message(r);
	if (what == RT_WS_READ_MESSAGE && !rt_ws_utf8_is_whole(&r->utf8))
		return fail(r, RT_WS_BAD_TEXT, "The text is not UTF-8.");
	return what;
}

/* The frame is whole. */
static enum rt_ws_read
end_frame(struct rt_ws_reader *r)
{
	r->in_payload = false;
	r->head_n = 0;
	switch (byte_of(r, 0) & OPCODE) {
	case RT_WS_CLOSE:
		return RT_WS_READ_CLOSE;
	case RT_WS_PING:
		return RT_WS_READ_PING;
	case RT_WS_PONG:
		return RT_WS_READ_PONG;
	default:
		break;
	}
	if ((byte_of(r, 0) & FIN) == 0)
		return RT_WS_READ_MORE;
	return end_message(r);
}

enum rt_ws_read
rt_ws_read(struct rt_ws_reader *r, struct rt_str bytes, size_t *used)
{
	enum rt_ws_read what = RT_WS_READ_MORE;

	*used = 0;
	while (what == RT_WS_READ_MORE) {
		if (!r->in_payload)
			what = read_head(r, bytes, used);
		if (what != RT_WS_READ_MORE || !r->in_payload)
			break;
		what = read_payload(r, bytes, used);
		if (what != RT_WS_READ_MORE || r->at < r->length)
			break;
		what = end_frame(r);
	}
	return what;
}

void
rt_ws_reader_take(struct rt_ws_reader *r, struct rt_ws_message *m)
{
	*m = (struct rt_ws_message){
	    .binary = r->opcode == RT_WS_BINARY,
	    .data = {r->p, r->n},
	};
	r->opcode = 0;
	r->p = NULL;
	r->n = 0;
	r->size = 0;
}

void
rt_ws_reader_drop(struct rt_ws_reader *r)
{
	free(r->p);
	r->p = NULL;
	r->n = 0;
	r->size = 0;
}
