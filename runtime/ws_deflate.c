#define ZLIB_CONST
#include "runtime/ws_deflate.h"

#include <stdio.h>
#include <stdlib.h>
#include <zlib.h>

#include "runtime/media.h"
#include "runtime/ws.h"

enum {
	/* The table has to be cleared for each message. */
	MEMORY_LEVEL = 6,
	/* How inflating begins, of what was deflated. */
	RATIO = 4,
	SIZE_MIN = 256,
};

/* The end of what is flushed, which is not sent (section 7.2.1). */
static const char tail[] = {0, 0, '\xff', '\xff'};

/* --- Agreeing --- */

static void
skip_blanks(struct rt_str *s)
{
	while (s->n > 0 && (s->p[0] == ' ' || s->p[0] == '\t')) {
		s->p++;
		s->n--;
	}
}

static bool
take_char(struct rt_str *s, char c)
{
	skip_blanks(s);
	if (s->n == 0 || s->p[0] != c)
		return false;
	s->p++;
	s->n--;
	return true;
}

/* Up to what ends it. */
static struct rt_str
take_token(struct rt_str *s)
{
	struct rt_str token;

	skip_blanks(s);
	token = (struct rt_str){s->p, 0};
	while (s->n > 0 && rt_is_token((struct rt_str){s->p, 1})) {
		token.n++;
		s->p++;
		s->n--;
	}
	return token;
}

/* What is quoted has to be a token as well (RFC 6455, section 9.1). */
static bool
take_value(struct rt_str *s, struct rt_str *value)
{
	bool quoted = take_char(s, '"');

	*value = take_token(s);
	return value->n > 0 && (!quoted || take_char(s, '"'));
}

static bool
take_parameter(struct rt_str *s, struct rt_str *name, struct rt_str *value)
{
	*value = (struct rt_str){NULL, 0};
	*name = take_token(s);
	if (name->n == 0)
		return false;
	return !take_char(s, '=') || take_value(s, value);
}

/* 8 to 15 (section 7.1.2); 0 for what is not. */
static unsigned char
parse_bits(struct rt_str s)
{
	if (s.n == 1 && (s.p[0] == '8' || s.p[0] == '9'))
		return (unsigned char)(s.p[0] - '0');
	if (s.n == 2 && s.p[0] == '1' && s.p[1] >= '0' && s.p[1] <= '5')
		return (unsigned char)(10 + s.p[1] - '0');
	return 0;
}

/* Those that an offer may have, each once. */
enum { SERVER_ALONE = 1, CLIENT_ALONE = 2, SERVER_BITS = 4, CLIENT_BITS = 8 };

static unsigned
kind_of(struct rt_str name)
{
	if (rt_str_is(name, "server_no_context_takeover"))
		return SERVER_ALONE;
	if (rt_str_is(name, "client_no_context_takeover"))
		return CLIENT_ALONE;
	if (rt_str_is(name, "server_max_window_bits"))
		return SERVER_BITS;
	if (rt_str_is(name, "client_max_window_bits"))
		return CLIENT_BITS;
	return 0;
}

/* Notes a parameter; false where the offer can't be taken for it (section
 * 7.1). */
static bool
note(struct rt_ws_deflate *d, unsigned *seen, struct rt_str name,
    struct rt_str value)
{
	unsigned kind = kind_of(name);

	if (kind == 0 || (*seen & kind) != 0)
		return false;
	*seen |= kind;
	switch (kind) {
	case SERVER_BITS:
		d->bits = parse_bits(value);
		d->bits_asked = true;
		return d->bits != 0;
	case CLIENT_BITS:
		return value.p == NULL || parse_bits(value) != 0;
	default:
		return value.p == NULL;
	}
}

/* One element of the list; false where it is malformed.  *taken tells whether it
 * was an offer that can be taken. */
static bool
read_offer(struct rt_str *s, struct rt_ws_deflate *d, bool *taken)
{
	struct rt_str name = take_token(s), value;
	unsigned seen = 0;

	*d = (struct rt_ws_deflate){.bits = RT_WS_BITS_MAX};
	*taken = rt_str_is(name, "permessage-deflate");
	if (name.n == 0)
		return false;
	while (take_char(s, ';')) {
		if (!take_parameter(s, &name, &value))
			return false;
		*taken = *taken && note(d, &seen, name, value);
	}
	skip_blanks(s);
	return s->n == 0 || s->p[0] == ',';
}

bool
rt_ws_deflate_agree(struct rt_str offers, struct rt_ws_deflate *d)
{
	struct rt_ws_deflate offer;
	bool taken;

	*d = (struct rt_ws_deflate){0};
	for (skip_blanks(&offers); offers.n > 0; skip_blanks(&offers)) {
		if (take_char(&offers, ','))
			continue;
		if (!read_offer(&offers, &offer, &taken))
			return false;
		if (!taken || d->agreed)
			continue;
		*d = offer;
		d->agreed = true;
	}
	return true;
}

struct rt_str
rt_ws_deflate_text(char to[RT_WS_DEFLATE_TEXT], const struct rt_ws_deflate *d)
{
	static const char both[] =
	    "permessage-deflate; server_no_context_takeover; "
	    "client_no_context_takeover";
	int n;

	if (d->bits_asked)
		n = snprintf(to, RT_WS_DEFLATE_TEXT,
		    "%s; server_max_window_bits=%u", both, (unsigned)d->bits);
	else
		n = snprintf(to, RT_WS_DEFLATE_TEXT, "%s", both);
	return (struct rt_str){to, (size_t)n};
}

/* --- Inflating --- */

static z_stream *
inflater(void)
{
	static z_stream z;
	static bool open;

	if (open)
		return inflateReset(&z) == Z_OK ? &z : NULL;
	open = inflateInit2(&z, -RT_WS_BITS_MAX) == Z_OK;
	return open ? &z : NULL;
}

/* A message as it becomes longer. */
struct inflated {
	char *p;
	size_t n;
	size_t size;
	size_t max;
};

static unsigned
grow(struct inflated *out, size_t hint)
{
	size_t size = out->size == 0 ? hint : out->size * 2;
	char *p;

	if (out->n > out->max)
		return RT_WS_TOO_BIG;
	/* A byte more tells what is too large. */
	if (size > out->max)
		size = out->max + 1;
	p = realloc(out->p, size);
	if (p == NULL)
		return RT_WS_FAILED;
	out->p = p;
	out->size = size;
	return 0;
}

/*
 * A piece of it.  A block that says that it is the last one need not be: the
 * client has ended there what it had to flush (section 7.2.3.5).
 */
static unsigned
inflate_piece(z_stream *z, struct rt_str from, struct inflated *out)
{
	unsigned fault = 0;
	int rc = Z_OK;

	z->next_in = (const Bytef *)from.p;
	z->avail_in = (uInt)from.n;
	while (fault == 0 && (z->avail_in > 0 || out->n == out->size)) {
		if (out->n == out->size &&
		    (fault = grow(out, from.n * RATIO + SIZE_MIN)) != 0)
			break;
		z->next_out = (Bytef *)out->p + out->n;
		z->avail_out = (uInt)(out->size - out->n);
		rc = inflate(z, Z_SYNC_FLUSH);
		out->n = out->size - z->avail_out;
		if (rc == Z_STREAM_END)
			rc = inflateReset(z);
		if (rc != Z_OK && rc != Z_BUF_ERROR)
			fault = RT_WS_BAD_TEXT;
	}
	return fault;
}

/* Whether no block is begun. */
static bool
is_between_blocks(const z_stream *z)
{
	return (z->data_type & 128) != 0;
}

unsigned
rt_ws_inflate(struct rt_str from, size_t max, char **p, size_t *n)
{
	struct inflated out = {.max = max};
	z_stream *z = inflater();
	unsigned fault = z == NULL ? RT_WS_FAILED : 0;

	if (fault == 0)
		fault = inflate_piece(z, from, &out);
	if (fault == 0)
		fault =
		    inflate_piece(z, (struct rt_str){tail, sizeof(tail)}, &out);
	if (fault == 0 && out.n > max)
		fault = RT_WS_TOO_BIG;
	if (fault == 0 && !is_between_blocks(z))
		fault = RT_WS_BAD_TEXT;
	if (fault != 0) {
		free(out.p);
		return fault;
	}
	*p = out.p;
	*n = out.n;
	return 0;
}

/* --- Deflating --- */

/* One that was made for the same before needs no memory to be had. */
static z_stream *
deflater(int level, unsigned bits)
{
	static z_stream z;
	static int level_of;
	static unsigned bits_of;

	if (level_of == level && bits_of == bits)
		return deflateReset(&z) == Z_OK ? &z : NULL;
	if (level_of != 0)
		(void)deflateEnd(&z);
	level_of = 0;
	z = (z_stream){0};
	if (deflateInit2(&z, level, Z_DEFLATED, -(int)bits, MEMORY_LEVEL,
		Z_DEFAULT_STRATEGY) != Z_OK)
		return NULL;
	level_of = level;
	bits_of = bits;
	return &z;
}

size_t
rt_ws_deflate(struct rt_str from, char *to, int level, unsigned bits)
{
	z_stream *z;
	size_t n;

	if (level == 0 || bits < RT_WS_BITS_MIN || from.n > UINT32_MAX)
		return 0;
	z = deflater(level, bits);
	if (z == NULL)
		return 0;
	z->next_in = (const Bytef *)from.p;
	z->avail_in = (uInt)from.n;
	z->next_out = (Bytef *)to;
	z->avail_out = (uInt)from.n;
	if (deflate(z, Z_SYNC_FLUSH) != Z_OK || z->avail_out == 0)
		return 0;
	n = from.n - z->avail_out;
	return n < sizeof(tail) ? 0 : n - sizeof(tail);
}
