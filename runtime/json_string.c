/* What a JSON string may hold (RFC 8259, section 7), and what it stands for. */
#include "runtime/json_part.h"
#include "runtime/json_scan.h"

/* What a letter behind a backslash stands for; 0 for one that has to be none,
 * and for the u. */
static const char meanings[256] = {
    ['"'] = '"',
    ['\\'] = '\\',
    ['/'] = '/',
    ['b'] = '\b',
    ['f'] = '\f',
    ['n'] = '\n',
    ['r'] = '\r',
    ['t'] = '\t',
};

static const char *
refuse(struct rt_json_fault *fault, const char *where, const char *why)
{
	*fault = (struct rt_json_fault){.where = where, .why = why};
	return NULL;
}

static const char *
refuse_other(struct rt_json_fault *fault, const char *where,
    const char *expected)
{
	*fault = (struct rt_json_fault){.where = where, .expected = expected};
	return NULL;
}

/* --- What it may hold --- */

/* The value of "\uXXXX" at `at`, or -1. */
static int
unicode_escape(const char *at, const char *end)
{
	int v = 0;

	if (end - at < 6 || at[0] != '\\' || at[1] != 'u')
		return -1;
	for (int i = 2; i < 6; i++) {
		int digit = rt_hex_digit(at[i]);

		if (digit < 0)
			return -1;
		v = v * 16 + digit;
	}
	return v;
}

static const char *
refuse_unicode(struct rt_json_fault *fault, const char *at, const char *end)
{
	at += 2;
	while (at < end && rt_hex_digit(*at) >= 0)
		at++;
	return refuse_other(fault, at, "four hexadecimal digits after '\\u'");
}

static const char *
skip_unicode(const char *at, const char *end, struct rt_json_fault *fault)
{
	int v = unicode_escape(at, end);

	if (v < 0)
		return refuse_unicode(fault, at, end);
	if ((v & 0xf800) != 0xd800)
		return at + 6;
	if (v >= 0xdc00 || (unicode_escape(at + 6, end) & ~0x3ff) != 0xdc00)
		return refuse(fault, at, "unpaired surrogate");
	return at + 12;
}

/* Behind the escape at `at`, whose backslash is not the last byte. */
static inline const char *
skip_escape(const char *at, const char *end, struct rt_json_fault *fault)
{
	if (meanings[(unsigned char)at[1]] != 0)
		return at + 2;
	if (at[1] == 'u')
		return skip_unicode(at, end, fault);
	return refuse_other(fault, at + 1,
	    "one of \"\\/bfnrtu after the backslash");
}

/* Behind what is not ASCII. */
static inline const char *
skip_utf8(const char *at, const char *end, struct rt_json_fault *fault)
{
	while (at < end && (*at & 0x80) != 0) {
		size_t len =
		    rt_str_utf8_len((struct rt_str){at, (size_t)(end - at)});

		if (len == 0)
			return refuse(fault, at, "ill-formed UTF-8");
		at += len;
	}
	return at;
}

const char *
rt_json_skip_string(struct rt_str rest, bool *is_escaped,
    struct rt_json_fault *fault)
{
	const char *at = rest.p, *end = rest.p + rest.n;

	*is_escaped = false;
	while (at != NULL) {
		at = rt_json_skip_plain(at, end);
		if (at == end || (*at == '\\' && at + 1 == end))
			return refuse(fault, end,
			    "the text ends inside of a string");
		if (*at == '"')
			return at;
		if (*at == '\\') {
			*is_escaped = true;
			at = skip_escape(at, end, fault);
		} else if ((*at & 0x80) != 0) {
			at = skip_utf8(at, end, fault);
		} else {
			return refuse_other(fault, at,
			    "an escape for a control character");
		}
	}
	return NULL;
}

/* --- What it stands for --- */

static char *
put_point(char *to, unsigned v)
{
	if (v < 0x80) {
		*to++ = (char)v;
		return to;
	}
	if (v < 0x800) {
		*to++ = (char)(0xc0 | v >> 6);
	} else if (v < 0x10000) {
		*to++ = (char)(0xe0 | v >> 12);
		*to++ = (char)(0x80 | (v >> 6 & 0x3f));
	} else {
		*to++ = (char)(0xf0 | v >> 18);
		*to++ = (char)(0x80 | (v >> 12 & 0x3f));
		*to++ = (char)(0x80 | (v >> 6 & 0x3f));
	}
	*to++ = (char)(0x80 | (v & 0x3f));
	return to;
}

/* Writes what the escape at *at stands for, and passes it. */
static char *
put_escape(char *to, const char **at, const char *end)
{
	char meaning = meanings[(unsigned char)(*at)[1]];
	unsigned v;

	if (meaning != 0) {
		*to = meaning;
		*at += 2;
		return to + 1;
	}
	v = (unsigned)unicode_escape(*at, end);
	*at += 6;
	if ((v & 0xf800) == 0xd800) {
		v = 0x10000 + ((v & 0x3ff) << 10) +
		    ((unsigned)unicode_escape(*at, end) & 0x3ff);
		*at += 6;
	}
	return put_point(to, v);
}

/* An escape is never shorter than what it stands for, so that sixteen bytes
 * can be copied wherever sixteen are left. */
struct rt_str
rt_json_decode(struct rt_arena *arena, struct rt_str inside)
{
	char *text = rt_arena_bytes(arena, inside.n), *to = text;
	const char *at = inside.p, *end = inside.p + inside.n;

	while (at < end) {
		if (*at == '\\') {
			to = put_escape(to, &at, end);
		} else if (end - at < 16) {
			*to++ = *at++;
		} else {
			unsigned i = rt_json_special16(at);

			memcpy(to, at, 16);
			i += i == 0;
			at += i;
			to += i;
		}
	}
	return (struct rt_str){text, (size_t)(to - text)};
}
