#include "runtime/json_write.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "runtime/json_scan.h"

struct rt_writer
rt_writer(struct rt_buf *buf)
{
	return (struct rt_writer){.buf = buf};
}

/* Whether the buffer has room for n bytes as it is. */
static inline bool
has_room(const struct rt_buf *b, size_t n)
{
	return b != NULL && !b->full && n <= b->size - b->n;
}

/* Makes room for a value of n bytes and its comma; false where none can be. */
static __attribute__((noinline)) bool
make_room(struct rt_writer *w, size_t n)
{
	return w->buf != NULL && rt_buf_reserve(w->buf, n + w->comma) != NULL;
}

/* Where a value of n bytes goes, behind its comma; there is room for both. */
static inline char *
begin(struct rt_writer *w, size_t n)
{
	struct rt_buf *b = w->buf;
	char *to = b->p + b->n;

	b->n += n + w->comma;
	if (w->comma)
		*to++ = ',';
	w->comma = true;
	return to;
}

/* As memcpy(), for what mostly is short: by two words that may overlap. */
static inline void
copy_few(char *to, const char *p, size_t n)
{
	uint64_t first, last;
	uint32_t first4, last4;

	if (n > RT_FEW_BYTES || n < sizeof(first4)) {
		memcpy(to, p, n);
	} else if (n >= sizeof(first)) {
		memcpy(&first, p, sizeof(first));
		memcpy(&last, p + n - sizeof(last), sizeof(last));
		memcpy(to, &first, sizeof(first));
		memcpy(to + n - sizeof(last), &last, sizeof(last));
	} else {
		memcpy(&first4, p, sizeof(first4));
		memcpy(&last4, p + n - sizeof(last4), sizeof(last4));
		memcpy(to, &first4, sizeof(first4));
		memcpy(to + n - sizeof(last4), &last4, sizeof(last4));
	}
}

/* Text that is a value, or the opening of one. */
static void
put(struct rt_writer *w, const char *p, size_t n)
{
	if (has_room(w->buf, n + w->comma) || make_room(w, n))
		copy_few(begin(w, n), p, n);
}

static void
open_with(struct rt_writer *w, char bracket)
{
	if (has_room(w->buf, 1 + w->comma) || make_room(w, 1))
		*begin(w, 1) = bracket;
	w->comma = false;
}

static void
close_with(struct rt_writer *w, char bracket)
{
	w->comma = false;
	open_with(w, bracket);
	w->comma = true;
}

void
rt_write_open_object(struct rt_writer *w)
{
	open_with(w, '{');
}

void
rt_write_close_object(struct rt_writer *w)
{
	close_with(w, '}');
}

void
rt_write_open_array(struct rt_writer *w)
{
	open_with(w, '[');
}

void
rt_write_close_array(struct rt_writer *w)
{
	close_with(w, ']');
}

/* No comma comes between a name and its value. */
void
rt_write_quoted_key(struct rt_writer *w, const char *key, size_t n)
{
	put(w, key, n);
	w->comma = false;
}

void
rt_write_name(struct rt_writer *w, struct rt_str name)
{
	rt_write_str(w, name);
	w->comma = false;
	put(w, ":", 1);
	w->comma = false;
}

void
rt_write_null(struct rt_writer *w)
{
	put(w, "null", 4);
}

void
rt_write_bool(struct rt_writer *w, bool v)
{
	if (v)
		put(w, "true", 4);
	else
		put(w, "false", 5);
}

void
rt_write_int(struct rt_writer *w, int64_t v)
{
	char text[RT_INT_TEXT];
	struct rt_str s = rt_int_text(text, v);

	put(w, s.p, s.n);
}

/* Puts whole / 10^places, of which the last place is no zero. */
static void
put_decimal(struct rt_writer *w, int64_t whole, unsigned places)
{
	uint64_t rest = whole < 0 ? 0 - (uint64_t)whole : (uint64_t)whole;
	char text[32];
	size_t at = sizeof(text);

	for (unsigned i = 0; i < places; i++) {
		text[--at] = (char)('0' + rest % 10);
		rest /= 10;
	}
	text[--at] = '.';
	do {
		text[--at] = (char)('0' + rest % 10);
		rest /= 10;
	} while (rest > 0);
	if (whole < 0)
		text[--at] = '-';
	put(w, text + at, sizeof(text) - at);
}

/*
 * Most doubles of a service are decimals of a few places, and printf() is slow
 * with them.  The quotient of two integers that a double holds exactly is the
 * double nearest to the decimal; with at most 15 digits no other decimal as
 * short is near it.
 */
static bool
write_short_decimal(struct rt_writer *w, double v)
{
	static const double powers[] = {1e1, 1e2, 1e3, 1e4, 1e5, 1e6};
	const double least = 1e-4; /* below it an exponent is shorter */
	const double most = 1e15;

	for (unsigned i = 0; i < RT_LEN(powers) && fabs(v) >= least; i++) {
		double scaled = v * powers[i] + (v < 0 ? -0.5 : 0.5);

		if (fabs(scaled) >= most)
			return false;
		if ((double)(int64_t)scaled / powers[i] != v)
			continue;
		put_decimal(w, (int64_t)scaled, i + 1);
		return true;
	}
	return false;
}

/* 15 digits are enough for most doubles, 17 for all. */
void
rt_write_double(struct rt_writer *w, double v)
{
	const double most_int = 1e15;
	char text[32];
	int n = 0;

	if (!isfinite(v)) {
		rt_write_null(w);
		return;
	}
	if (fabs(v) < most_int && v == (double)(int64_t)v &&
	    (v != 0 || !signbit(v))) {
		rt_write_int(w, (int64_t)v);
		return;
	}
	if (write_short_decimal(w, v))
		return;
	for (int digits = 15; digits <= 17; digits++) {
		n = snprintf(text, sizeof(text), "%.*g", digits, v);
		if (strtod(text, NULL) == v)
			break;
	}
	put(w, text, (size_t)n);
}

/* --- Strings --- */

/* What stands behind the backslash, 'u' for \u00XX. */
static const char escapes[128] = {'u', 'u', 'u', 'u', 'u', 'u', 'u', 'u', 'b',
    't', 'n', 'u', 'f', 'r', 'u', 'u', 'u', 'u', 'u', 'u', 'u', 'u', 'u', 'u',
    'u', 'u', 'u', 'u', 'u', 'u', 'u', 'u', ['"'] = '"', ['\\'] = '\\'};

/* The bytes at the start of s that stand for themselves. */
static size_t
plain_len(struct rt_str s)
{
	const char *at = s.p, *end;
	size_t len = 1;

	if (s.n == 0)
		return 0;
	end = s.p + s.n;
	while (len > 0) {
		at = rt_json_skip_plain(at, end);
		if (at == end || (*at & 0x80) == 0)
			break;
		len = rt_str_utf8_len((struct rt_str){at, (size_t)(end - at)});
		at += len;
	}
	return (size_t)(at - s.p);
}

static void
put_escape(struct rt_buf *b, unsigned char c)
{
	static const char hex[] = "0123456789abcdef";
	char text[6] = {'\\', 'u', '0', '0'};

	if (c >= 0x80) {
		rt_buf_cstr(b, "\xef\xbf\xbd");
		return;
	}
	text[1] = escapes[c];
	text[4] = hex[c >> 4];
	text[5] = hex[c & 15];
	rt_buf_add(b, (struct rt_str){text, text[1] == 'u' ? 6 : 2});
}

/* A string of which nothing needs an escape, as most are. */
static void
put_plain(struct rt_writer *w, struct rt_str s)
{
	size_t n = s.n + 2;
	char *to;

	if (!has_room(w->buf, n + w->comma) && !make_room(w, n))
		return;
	to = begin(w, n);
	*to++ = '"';
	if (s.n > 0)
		copy_few(to, s.p, s.n);
	to[s.n] = '"';
}

/* A string with something else than plain ASCII in it. */
static __attribute__((noinline)) void
put_other(struct rt_writer *w, struct rt_str s)
{
	size_t n = plain_len(s);

	if (n == s.n) {
		put_plain(w, s);
		return;
	}
	put(w, "\"", 1);
	while (n < s.n) {
		rt_buf_add(w->buf, (struct rt_str){s.p, n});
		put_escape(w->buf, (unsigned char)s.p[n]);
		s.p += n + 1;
		s.n -= n + 1;
		n = plain_len(s);
	}
	rt_buf_add(w->buf, s);
	rt_buf_byte(w->buf, '"');
}

void
rt_write_str(struct rt_writer *w, struct rt_str s)
{
	if (w->buf == NULL)
		return;
	if (s.n == 0 || rt_json_skip_plain(s.p, s.p + s.n) == s.p + s.n)
		put_plain(w, s);
	else
		put_other(w, s);
}

/* --- Formats and lists --- */

void
rt_write_date(struct rt_writer *w, struct rt_date v)
{
	char text[RT_DATE_TEXT];

	rt_date_text(text, v);
	put_plain(w, rt_str(text));
}

void
rt_write_time(struct rt_writer *w, struct rt_time v)
{
	char text[RT_TIME_TEXT];

	put_plain(w, (struct rt_str){text, rt_time_text(text, v)});
}

void
rt_write_uuid(struct rt_writer *w, struct rt_uuid v)
{
	char text[RT_UUID_TEXT];

	rt_uuid_text(text, v);
	put_plain(w, rt_str(text));
}

void
rt_write_strs(struct rt_writer *w, struct rt_strs all)
{
	rt_write_open_array(w);
	for (size_t i = 0; i < all.n; i++)
		rt_write_str(w, all.v[i]);
	rt_write_close_array(w);
}

void
rt_write_ints(struct rt_writer *w, struct rt_ints all)
{
	rt_write_open_array(w);
	for (size_t i = 0; i < all.n; i++)
		rt_write_int(w, all.v[i]);
	rt_write_close_array(w);
}

void
rt_write_doubles(struct rt_writer *w, struct rt_doubles all)
{
	rt_write_open_array(w);
	for (size_t i = 0; i < all.n; i++)
		rt_write_double(w, all.v[i]);
	rt_write_close_array(w);
}

void
rt_write_bools(struct rt_writer *w, struct rt_bools all)
{
	rt_write_open_array(w);
	for (size_t i = 0; i < all.n; i++)
		rt_write_bool(w, all.v[i]);
	rt_write_close_array(w);
}

void
rt_write_dates(struct rt_writer *w, struct rt_dates all)
{
	rt_write_open_array(w);
	for (size_t i = 0; i < all.n; i++)
		rt_write_date(w, all.v[i]);
	rt_write_close_array(w);
}

void
rt_write_times(struct rt_writer *w, struct rt_times all)
{
	rt_write_open_array(w);
	for (size_t i = 0; i < all.n; i++)
		rt_write_time(w, all.v[i]);
	rt_write_close_array(w);
}

void
rt_write_uuids(struct rt_writer *w, struct rt_uuids all)
{
	rt_write_open_array(w);
	for (size_t i = 0; i < all.n; i++)
		rt_write_uuid(w, all.v[i]);
	rt_write_close_array(w);
}

/* --- Values of a tape --- */

static void
write_items(struct rt_writer *w, const struct rt_node *v)
{
	struct rt_items it = rt_items(v);

	rt_write_open_array(w);
	while (rt_items_next(&it))
		rt_write_node(w, it.value);
	rt_write_close_array(w);
}

static void
write_members(struct rt_writer *w, const struct rt_node *v)
{
	struct rt_members m = rt_members(v, NULL);

	rt_write_open_object(w);
	while (rt_members_next(&m)) {
		rt_write_name(w, rt_node_str(m.name));
		rt_write_node(w, m.value);
	}
	rt_write_close_object(w);
}

void
rt_write_node(struct rt_writer *w, const struct rt_node *v)
{
	if (v == NULL || v->type == RT_NULL)
		rt_write_null(w);
	else if (v->type == RT_BOOLEAN)
		rt_write_bool(w, v->n != 0);
	else if (v->type == RT_NUMBER)
		rt_write_raw(w, rt_node_str(v));
	else if (v->type == RT_STRING)
		rt_write_str(w, rt_node_str(v));
	else if (v->type == RT_ARRAY)
		write_items(w, v);
	else
		write_members(w, v);
}

struct rt_str
rt_node_json(struct rt_arena *arena, const struct rt_node *v)
{
	struct rt_buf b = rt_buf(arena, SIZE_MAX / 2);
	struct rt_writer w = rt_writer(&b);

	if (v == NULL)
		return rt_str(NULL);
	rt_write_node(&w, v);
	return rt_buf_str(&b);
}

void
rt_write_raw(struct rt_writer *w, struct rt_str json)
{
	if (json.n == 0)
		rt_write_null(w);
	else
		put(w, json.p, json.n);
}
