#include "gen/doc_scalar.h"

static bool
is_one_of(struct rt_str s, const char *const *names, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (rt_str_is(s, names[i]))
			return true;
	}
	return false;
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Skips digits; how many there were. */
static size_t
skip_digits(struct rt_str *s)
{
	size_t n = 0;

	while (n < s->n && is_digit(s->p[n]))
		n++;
	s->p += n;
	s->n -= n;
	return n;
}

static bool
skip(struct rt_str *s, const char *set)
{
	if (s->n == 0 || s->p[0] == '\0' || strchr(set, s->p[0]) == NULL)
		return false;
	s->p++;
	s->n--;
	return true;
}

/* [-+]? ( \. [0-9]+ | [0-9]+ ( \. [0-9]* )? ) ( [eE] [-+]? [0-9]+ )? */
static bool
is_decimal(struct rt_str s)
{
	size_t digits;

	skip(&s, "+-");
	digits = skip_digits(&s);
	if (skip(&s, "."))
		digits += skip_digits(&s);
	if (digits == 0)
		return false;
	if (skip(&s, "eE")) {
		skip(&s, "+-");
		if (skip_digits(&s) == 0)
			return false;
	}
	return s.n == 0;
}

static unsigned
digit_value(char c)
{
	if (is_digit(c))
		return (unsigned)(c - '0');
	if (c >= 'a' && c <= 'f')
		return (unsigned)(c - 'a') + 10;
	if (c >= 'A' && c <= 'F')
		return (unsigned)(c - 'A') + 10;
	return 16;
}

/* 0o17 or 0x1F; *fits tells whether *value holds it. */
static bool
is_based(struct rt_str s, uint64_t *value, bool *fits)
{
	unsigned base = rt_str_starts(s, "0x") ? 16 : 8;

	if (s.n < 3 || (base == 8 && !rt_str_starts(s, "0o")))
		return false;
	*value = 0;
	*fits = true;
	for (size_t i = 2; i < s.n; i++) {
		unsigned digit = digit_value(s.p[i]);

		if (digit >= base)
			return false;
		*fits = *fits && *value <= (UINT64_MAX - digit) / base;
		*value = *value * base + digit;
	}
	return true;
}

bool
doc_scalar_is_int(struct rt_str s)
{
	uint64_t value;
	bool fits;

	if (is_based(s, &value, &fits))
		return true;
	skip(&s, "+-");
	return skip_digits(&s) > 0 && s.n == 0;
}

static bool
is_no_json_number(struct rt_str s)
{
	static const char *const infinities[] = {".inf", ".Inf", ".INF"};
	static const char *const nans[] = {".nan", ".NaN", ".NAN"};

	if (is_one_of(s, nans, RT_LEN(nans)))
		return true;
	skip(&s, "+-");
	return is_one_of(s, infinities, RT_LEN(infinities));
}

enum doc_type
doc_scalar_type(struct rt_str s)
{
	static const char *const nulls[] = {"", "~", "null", "Null", "NULL"};
	static const char *const bools[] = {"true", "True", "TRUE", "false",
	    "False", "FALSE"};
	uint64_t value;
	bool fits;

	if (is_one_of(s, nulls, RT_LEN(nulls)))
		return DOC_NULL;
	if (is_one_of(s, bools, RT_LEN(bools)))
		return DOC_BOOL;
	if (is_based(s, &value, &fits))
		return fits ? DOC_NUMBER : 0;
	if (is_decimal(s))
		return DOC_NUMBER;
	return is_no_json_number(s) ? 0 : DOC_STRING;
}

static struct rt_str
digits_of(struct rt_str *s)
{
	struct rt_str digits = *s;

	digits.n = skip_digits(s);
	return digits;
}

static void
put(char **p, struct rt_str s)
{
	if (s.n > 0)
		memcpy(*p, s.p, s.n);
	*p += s.n;
}

/* JSON has no '+', no zeros in front, and digits on both sides of a '.'. */
static struct rt_str
decimal(struct rt_arena *arena, struct rt_str s)
{
	char *start = rt_arena_bytes(arena, s.n + sizeof("00"));
	char *p = start;
	struct rt_str digits;

	if (s.p[0] == '-')
		put(&p, RT_LIT("-"));
	skip(&s, "+-");
	digits = digits_of(&s);
	while (skip(&digits, "0"))
		;
	put(&p, digits.n > 0 ? digits : RT_LIT("0"));
	if (skip(&s, ".")) {
		digits = digits_of(&s);
		put(&p, RT_LIT("."));
		put(&p, digits.n > 0 ? digits : RT_LIT("0"));
	}
	put(&p, s);
	*p = '\0';
	return (struct rt_str){start, (size_t)(p - start)};
}

struct rt_str
doc_scalar_number(struct rt_arena *arena, struct rt_str s)
{
	uint64_t value;
	bool fits;

	if (is_based(s, &value, &fits))
		return rt_arena_printf(arena, "%ju", (uintmax_t)value);
	return decimal(arena, s);
}
