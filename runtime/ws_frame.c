#include "runtime/ws_frame.h"

#include "runtime/ws.h"

enum {
	FIN = 0x80,
	RSV1 = 0x40, /* of a compressed message (RFC 7692, section 6) */
	/* Of the seven bits of a length: it is in the bytes that follow. */
	IN_2_BYTES = 126,
	IN_8_BYTES = 127,
};

/* --- Heads --- */

static void
put_number(char *to, unsigned bytes, uint64_t v)
{
	while (bytes-- > 0) {
		to[bytes] = (char)(v & 0xff);
		v >>= 8;
	}
}

size_t
rt_ws_head_write(char to[RT_WS_SERVER_HEAD_MAX], enum rt_ws_opcode opcode,
    bool deflated, uint64_t n)
{
	to[0] = (char)(FIN | (deflated ? RSV1 : 0) | (unsigned)opcode);
	if (n < IN_2_BYTES) {
		to[1] = (char)n;
		return 2;
	}
	if (n <= UINT16_MAX) {
		to[1] = IN_2_BYTES;
		put_number(to + 2, 2, n);
		return 4;
	}
	to[1] = IN_8_BYTES;
	put_number(to + 2, 8, n);
	return RT_WS_SERVER_HEAD_MAX;
}

/* --- Close --- */

/* As much of a text as fits. */
static struct rt_str
cut(struct rt_str s, size_t max)
{
	if (s.n <= max)
		return s;
	while (max > 0 && rt_is_utf8_tail(s.p[max]))
		max--;
	return (struct rt_str){s.p, max};
}

size_t
rt_ws_close_write(char to[RT_WS_CONTROL_MAX], unsigned code,
    struct rt_str reason)
{
	reason = cut(reason, RT_WS_REASON_MAX);
	put_number(to, 2, code);
	if (reason.n > 0)
		memcpy(to + 2, reason.p, reason.n);
	return 2 + reason.n;
}

/* Those that an endpoint may send: of RFC 6455, of IANA's registry, and those
 * of libraries and applications (section 7.4). */
static bool
may_be_sent(unsigned code)
{
	return (code >= 1000 && code <= 1003) ||
	    (code >= 1007 && code <= 1014) || (code >= 3000 && code <= 4999);
}

unsigned
rt_ws_close_read(struct rt_str payload, unsigned *fault)
{
	struct rt_str reason;
	unsigned code;

	if (payload.n == 0)
		return RT_WS_NONE;
	*fault = RT_WS_PROTOCOL_ERROR;
	if (payload.n == 1)
		return 0;
	reason = (struct rt_str){payload.p + 2, payload.n - 2};
	code = (unsigned)(unsigned char)payload.p[0] << 8 |
	    (unsigned char)payload.p[1];
	if (!may_be_sent(code))
		return 0;
	*fault = RT_WS_BAD_TEXT;
	return rt_str_is_utf8(reason) ? code : 0;
}

/* --- Masks --- */

void
rt_ws_mask(char *to, const char *from, size_t n, const char mask[4],
    uint64_t at)
{
	char turned[8];
	uint64_t pattern, word;
	size_t i = 0;

	for (size_t k = 0; k < sizeof(turned); k++)
		turned[k] = mask[(at + k) & 3];
	memcpy(&pattern, turned, sizeof(pattern));
	for (; i + sizeof(word) <= n; i += sizeof(word)) {
		memcpy(&word, from + i, sizeof(word));
		word ^= pattern;
		memcpy(to + i, &word, sizeof(word));
	}
	for (; i < n; i++)
		to[i] = (char)(from[i] ^ turned[i & 7]);
}

/* --- UTF-8 --- */

/* The second byte decides about overlong forms, surrogates and what lies past
 * U+10FFFF (RFC 3629, section 4). */
static bool
begin_point(struct rt_ws_utf8 *u, unsigned char first)
{
	if (first < 0xc2 || first > 0xf4)
		return false;
	u->left = first < 0xe0 ? 1 : first < 0xf0 ? 2 : 3;
	u->low = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
	u->high = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
	return true;
}

static bool
add_byte(struct rt_ws_utf8 *u, unsigned char c)
{
	if (u->left == 0)
		return c < 0x80 || begin_point(u, c);
	if (c < u->low || c > u->high)
		return false;
	u->left--;
	u->low = 0x80;
	u->high = 0xbf;
	return true;
}

bool
rt_ws_utf8_add(struct rt_ws_utf8 *u, struct rt_str s)
{
	if (u->left == 0 && rt_str_is_ascii(s))
		return true;
	for (size_t i = 0; i < s.n; i++) {
		if (!add_byte(u, (unsigned char)s.p[i]))
			return false;
	}
	return true;
}
