#include "runtime/str.h"

/* Not tolower(): the locale must not matter. */
static unsigned char
lower(char c)
{
	unsigned char u = (unsigned char)c;

	return u >= 'A' && u <= 'Z' ? (unsigned char)(u | 0x20) : u;
}

bool
rt_str_eq_nocase(struct rt_str a, struct rt_str b)
{
	if (a.n != b.n)
		return false;
	for (size_t i = 0; i < a.n; i++) {
		if (lower(a.p[i]) != lower(b.p[i]))
			return false;
	}
	return true;
}

bool
rt_str_has(struct rt_str s, char c)
{
	return s.n > 0 && memchr(s.p, c, s.n) != NULL;
}

bool
rt_str_same_secret(struct rt_str a, struct rt_str b)
{
	volatile unsigned char diff = 0;

	if (a.n != b.n)
		return false;
	for (size_t i = 0; i < a.n; i++)
		diff = (unsigned char)(diff | (a.p[i] ^ b.p[i]));
	return diff == 0;
}

int
rt_str_cmp(struct rt_str a, struct rt_str b)
{
	size_t n = a.n < b.n ? a.n : b.n;
	int order = n == 0 ? 0 : memcmp(a.p, b.p, n);

	if (order != 0)
		return order;
	return (a.n > b.n) - (a.n < b.n);
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

struct rt_str
rt_str_trim(struct rt_str s)
{
	while (s.n > 0 && is_blank(s.p[s.n - 1]))
		s.n--;
	while (s.n > 0 && is_blank(s.p[0])) {
		s.p++;
		s.n--;
	}
	return s;
}

struct rt_str
rt_str_cut(struct rt_str *rest, char sep)
{
	struct rt_str s = *rest;
	const char *at = s.n == 0 ? NULL : memchr(s.p, sep, s.n);

	if (at == NULL) {
		*rest = (struct rt_str){NULL, 0};
		return s;
	}
	s.n = (size_t)(at - s.p);
	*rest = (struct rt_str){at + 1, rest->n - s.n - 1};
	return s;
}

/* Most text is ASCII: eight bytes of it are told by one test. */
static bool
is_ascii8(const char *p)
{
	uint64_t word;

	memcpy(&word, p, sizeof(word));
	return (word & UINT64_C(0x8080808080808080)) == 0;
}

bool
rt_str_is_utf8(struct rt_str s)
{
	while (s.n > 0) {
		size_t len = 8;

		if (s.n < 8 || !is_ascii8(s.p))
			len = rt_str_utf8_len(s);
		if (len == 0)
			return false;
		s.p += len;
		s.n -= len;
	}
	return true;
}

size_t
rt_str_points(struct rt_str s)
{
	size_t points = 0;

	for (size_t i = 0; i < s.n; i++)
		points += !rt_is_utf8_tail(s.p[i]);
	return points;
}

uint64_t
rt_str_hash(struct rt_str s)
{
	uint64_t hash = UINT64_C(0xcbf29ce484222325);

	for (size_t i = 0; i < s.n; i++) {
		hash ^= (unsigned char)s.p[i];
		hash *= UINT64_C(0x100000001b3);
	}
	return hash;
}
