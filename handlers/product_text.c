/* Texts and prices of pages. */
#include <inttypes.h>

#include "handlers/product.h"
#include "runtime/buf.h"

/* --- Texts --- */

static uint32_t
point_of(struct rt_str s, size_t n)
{
	static const unsigned char first[] = {0, 0x7f, 0x1f, 0x0f, 0x07};
	uint32_t c = (unsigned char)s.p[0] & first[n];

	for (size_t i = 1; i < n; i++)
		c = c << 6 | ((unsigned char)s.p[i] & 0x3f);
	return c;
}

static bool
is_space(uint32_t c)
{
	return c <= 0x20 || (c >= 0x7f && c <= 0xa0) ||
	    (c >= 0x2000 && c <= 0x200a) || c == 0x2028 || c == 0x2029 ||
	    c == 0x202f || c == 0x205f || c == 0x3000;
}

/* What can't be seen: marks of direction, of byte order, of width none. */
static bool
is_unseen(uint32_t c)
{
	return c == 0x200b || c == 0x200e || c == 0x200f ||
	    (c >= 0x202a && c <= 0x202e) || (c >= 0x2060 && c <= 0x2069) ||
	    c == 0xfeff || (c & 0xfffe) == 0xfffe || c >= 0xe0000;
}

struct rt_str
product_text(struct rt_arena *arena, struct rt_str s, size_t max)
{
	struct rt_buf b = rt_buf(arena, s.n);
	bool space = false;
	size_t points = 0, n;

	for (; s.n > 0; s.p += n, s.n -= n) {
		uint32_t c;

		n = rt_str_utf8_len(s);
		c = n == 0 ? 0xfeff : point_of(s, n);
		if (n == 0)
			n = 1;
		if (is_space(c))
			space = true;
		if (is_space(c) || is_unseen(c))
			continue;
		if (space && points > 0 && ++points <= max)
			rt_buf_byte(&b, ' ');
		if (++points > max)
			break;
		space = false;
		rt_buf_add(&b, (struct rt_str){s.p, n});
	}
	return b.n == 0 ? (struct rt_str){NULL, 0}
			: rt_str_trim(rt_buf_str(&b));
}

/* --- Prices --- */

enum { DIGITS_MAX = 10, NUMBER_MAX = 40 };

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static size_t
count_digits(struct rt_str s)
{
	size_t n = 0;

	while (n < s.n && is_digit(s.p[n]))
		n++;
	return n;
}

/* A space of any width, or an apostrophe: the bytes of what only parts groups of
 * three digits; 0 for anything else. */
static size_t
parting(struct rt_str s)
{
	static const char *const marks[] = {" ", "'", "\xc2\xa0",
	    "\xe2\x80\xaf", "\xe2\x80\x89", "\xe2\x80\x99"};

	for (size_t i = 0; i < RT_LEN(marks); i++) {
		size_t n = strlen(marks[i]);
		struct rt_str rest = {s.p + n, s.n - n};

		if (rt_str_starts(s, marks[i]) && count_digits(rest) == 3)
			return n;
	}
	return 0;
}

/* Whether what stands before a number makes it another one: a minus, or a point
 * that ends no word, as that of "Rs.500" does. */
static bool
changes(struct rt_str s, size_t at)
{
	char c = at == 0 ? ' ' : s.p[at - 1],
	     before = at < 2 ? ' ' : s.p[at - 2];

	return c == '-' ||
	    (c == '.' && (before < 'A' || (before > 'Z' && before < 'a')));
}

/* The digits, points and commas of the first number of a text. */
static struct rt_str
number_of(char out[NUMBER_MAX], struct rt_str s)
{
	size_t n = 0, at = 0, skip;

	while (at < s.n && !is_digit(s.p[at]))
		at++;
	if (changes(s, at))
		return (struct rt_str){out, 0};
	for (; at < s.n && n < NUMBER_MAX; at += skip) {
		skip =
		    n == 0 ? 0 : parting((struct rt_str){s.p + at, s.n - at});
		if (skip > 0)
			continue;
		if (!is_digit(s.p[at]) && s.p[at] != '.' && s.p[at] != ',')
			break;
		out[n++] = s.p[at];
		skip = 1;
	}
	while (n > 0 && !is_digit(out[n - 1]))
		n--;
	return (struct rt_str){out, n};
}

static size_t
count(struct rt_str s, char c)
{
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++)
		n += s.p[i] == c;
	return n;
}

/*
 * Where the fraction's mark stands, s.n where there is none.  The last mark is
 * it, unless its kind stands there twice, or is alone and before three digits:
 * "1.299" is more than one.
 */
static size_t
fraction_at(struct rt_str s, bool is_number)
{
	size_t at = s.n, behind;
	char mark;

	while (at > 0 && is_digit(s.p[at - 1]))
		at--;
	if (at == 0)
		return s.n;
	behind = s.n - at--;
	mark = s.p[at];
	if (count(s, mark) > 1)
		return s.n;
	if (!is_number && behind == 3 && at <= 3 && s.p[0] != '0' &&
	    count(s, mark == '.' ? ',' : '.') == 0)
		return s.n;
	return at;
}

/* Cents, rounded half up; false for what has too many digits. */
static bool
cents_of(struct rt_str s, size_t fraction, int64_t *cents)
{
	size_t digits = 0, behind = 0;

	*cents = 0;
	for (size_t i = 0; i < s.n && behind < 2; i++) {
		if (!is_digit(s.p[i]))
			continue;
		*cents = *cents * 10 + (s.p[i] - '0');
		behind += i > fraction;
		digits += i<fraction && * cents> 0;
		if (digits > DIGITS_MAX)
			return false;
	}
	for (size_t i = behind; i < 2; i++)
		*cents *= 10;
	if (s.n > fraction + 3 && s.p[fraction + 3] >= '5')
		++*cents;
	return *cents < INT64_C(1000000000000);
}

struct rt_str
product_price(struct rt_arena *arena, struct rt_str s, bool is_number)
{
	char text[NUMBER_MAX];
	struct rt_str number = number_of(text, s);
	int64_t cents;

	/* With an exponent a number of JSON is none that a shop has written. */
	if (number.n == 0 || number.n == NUMBER_MAX ||
	    (is_number && number.n != s.n) ||
	    !cents_of(number, fraction_at(number, is_number), &cents))
		return (struct rt_str){NULL, 0};
	return rt_arena_printf(arena, "%" PRId64 ".%02d", cents / 100,
	    (int)(cents % 100));
}
