#include "runtime/percent.h"

static bool
needs_decoding(struct rt_str s, bool plus)
{
	if (s.n == 0)
		return false;
	return memchr(s.p, '%', s.n) != NULL ||
	    (plus && memchr(s.p, '+', s.n) != NULL);
}

bool
rt_percent_decode(struct rt_arena *arena, struct rt_str s, bool plus,
    struct rt_str *out)
{
	char *p;
	size_t n = 0;

	*out = s;
	if (!needs_decoding(s, plus))
		return true;

	p = rt_arena_bytes(arena, s.n);
	for (size_t i = 0; i < s.n; i++) {
		int high, low;

		if (s.p[i] != '%') {
			p[n++] = plus && s.p[i] == '+' ? ' ' : s.p[i];
			continue;
		}
		high = i + 2 < s.n ? rt_hex_digit(s.p[i + 1]) : -1;
		low = i + 2 < s.n ? rt_hex_digit(s.p[i + 2]) : -1;
		if (high < 0 || low < 0)
			return false;
		p[n++] = (char)(high << 4 | low);
		i += 2;
	}
	*out = (struct rt_str){p, n};
	return true;
}

void
rt_percent_encode(struct rt_buf *b, struct rt_str s)
{
	static const char unreserved[] = "abcdefghijklmnopqrstuvwxyz"
					 "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
					 "0123456789-._~";

	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] != '\0' && strchr(unreserved, s.p[i]) != NULL)
			rt_buf_byte(b, s.p[i]);
		else
			rt_buf_printf(b, "%%%02X", (unsigned char)s.p[i]);
	}
}
