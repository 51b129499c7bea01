/*
 * numeric: digits to the base of 10,000, the first of which is worth
 * 10,000^weight; those that are zero at either end are left out.  The scale is
 * the number of decimal digits that are shown behind the point (PostgreSQL's
 * numeric.c).
 */
#include "runtime/sql_part.h"

enum {
	HEAD = 8, /* number of digits, weight, sign, scale: 16 bits each */
	NEGATIVE = 0x4000, /* NaN and infinities are above */
	SCALE_MAX = 0x3fff,
	WEIGHT_MAX = INT16_MAX,
	BASE = 10000,
	GROUP = 4, /* decimal digits of one to that base */
};

static const int64_t exponent_max = INT64_C(100000000000000000);

/* --- Writing --- */

/* A number as it is written: the digits of both parts in a row, from the first
 * that is not zero to the last. */
struct decimal {
	bool negative;
	struct rt_str whole, fraction;
	size_t first; /* counted from the first of `whole` */
	size_t n; /* 0: the number is zero */
	int64_t point; /* it is 0.d1 d2 d3 ... * 10^point */
	int64_t scale; /* digits behind the point; can be negative */
};

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
take(struct rt_str *s, char c)
{
	if (s->n == 0 || s->p[0] != c)
		return false;
	s->p++;
	s->n--;
	return true;
}

/* All digits that *s begins with; false for none. */
static bool
take_digits(struct rt_str *s, struct rt_str *digits)
{
	size_t n = 0;

	while (n < s->n && is_digit(s->p[n]))
		n++;
	if (n == 0)
		return false;
	*digits = (struct rt_str){s->p, n};
	s->p += n;
	s->n -= n;
	return true;
}

/* "e-12", or nothing; saturates far beyond what numeric can hold. */
static bool
take_exponent(struct rt_str *s, int64_t *out)
{
	struct rt_str digits;
	bool negative;
	int64_t v = 0;

	*out = 0;
	if (!take(s, 'e') && !take(s, 'E'))
		return true;
	negative = take(s, '-');
	if (!negative)
		(void)take(s, '+');
	if (!take_digits(s, &digits))
		return false;
	for (size_t i = 0; i < digits.n; i++) {
		v = v * 10 + (digits.p[i] - '0');
		if (v > exponent_max)
			v = exponent_max;
	}
	*out = negative ? -v : v;
	return true;
}

static unsigned
digit_at(const struct decimal *d, size_t i)
{
	return (unsigned)(i < d->whole.n ? d->whole.p[i]
					 : d->fraction.p[i - d->whole.n]) -
	    '0';
}

static bool
parse(struct rt_str s, struct decimal *d)
{
	int64_t exponent;
	size_t n;

	*d = (struct decimal){.negative = take(&s, '-')};
	if (!take_digits(&s, &d->whole) ||
	    (d->whole.n > 1 && d->whole.p[0] == '0'))
		return false;
	if (take(&s, '.') && !take_digits(&s, &d->fraction))
		return false;
	if (!take_exponent(&s, &exponent) || s.n > 0)
		return false;
	n = d->whole.n + d->fraction.n;
	while (d->first < n && digit_at(d, d->first) == 0)
		d->first++;
	while (n > d->first && digit_at(d, n - 1) == 0)
		n--;
	d->n = n - d->first;
	d->point = (int64_t)d->whole.n - (int64_t)d->first + exponent;
	d->scale = (int64_t)d->fraction.n - exponent;
	return true;
}

static void
put_head(struct rt_buf *b, size_t n, int64_t weight, const struct decimal *d)
{
	rt_pg_put_u16(b, (uint16_t)n);
	rt_pg_put_u16(b, (uint16_t)weight);
	rt_pg_put_u16(b, n > 0 && d->negative ? NEGATIVE : 0);
	rt_pg_put_u16(b, d->scale > 0 ? (uint16_t)d->scale : 0);
}

/* The decimal digits are preceded by `pad` zeros and followed by as many as
 * make the last group whole. */
static void
put_groups(struct rt_buf *b, const struct decimal *d, size_t n, size_t pad)
{
	for (size_t i = 0; i < n; i++) {
		unsigned group = 0;

		for (size_t k = i * GROUP; k < (i + 1) * GROUP; k++) {
			group *= 10;
			if (k >= pad && k - pad < d->n)
				group += digit_at(d, d->first + k - pad);
		}
		rt_pg_put_u16(b, (uint16_t)group);
	}
}

void
rt_pg_put_numeric(struct rt_buf *b, struct rt_str text)
{
	struct decimal d;
	int64_t weight, rest;
	size_t pad, n;

	if (!parse(text, &d) || d.scale > SCALE_MAX) {
		rt_pg_refuse(b);
		return;
	}
	if (d.n == 0) {
		put_head(b, 0, 0, &d);
		return;
	}
	rest = ((d.point - 1) % GROUP + GROUP) % GROUP;
	weight = (d.point - 1 - rest) / GROUP;
	if (weight > WEIGHT_MAX) {
		rt_pg_refuse(b);
		return;
	}
	pad = (size_t)(GROUP - 1 - rest);
	n = (pad + d.n + GROUP - 1) / GROUP;
	put_head(b, n, weight, &d);
	put_groups(b, &d, n, pad);
}

/* --- Reading --- */

struct numeric {
	const char *groups; /* `n` of 16 bits */
	int n;
	int weight;
	bool negative;
	int scale;
};

/* The group that is worth 10,000^weight. */
static unsigned
group_of(const struct numeric *v, int weight)
{
	int i = v->weight - weight;

	return i < 0 || i >= v->n ? 0 : rt_pg_u16(v->groups + i * 2);
}

/* Whether the digits of a group behind the scale are zero. */
static bool
is_shown(const struct numeric *v, int weight, unsigned group)
{
	int behind = -weight * GROUP - v->scale; /* of its digits */
	unsigned unit = 1;

	if (behind >= GROUP)
		return group == 0;
	for (; behind > 0; behind--)
		unit *= 10;
	return group % unit == 0;
}

static bool
read_numeric(struct rt_str s, struct numeric *v)
{
	unsigned sign;

	if (s.n < HEAD)
		return false;
	*v = (struct numeric){
	    .groups = s.p + HEAD,
	    .n = rt_pg_u16(s.p),
	    .weight = (int16_t)rt_pg_u16(s.p + 2),
	    .scale = rt_pg_u16(s.p + 6),
	};
	sign = rt_pg_u16(s.p + 4);
	v->negative = sign == NEGATIVE;
	if ((sign != 0 && sign != NEGATIVE) || v->scale > SCALE_MAX ||
	    s.n != HEAD + (size_t)v->n * 2)
		return false;
	for (int i = 0; i < v->n; i++) {
		unsigned group = rt_pg_u16(v->groups + i * 2);

		if (group >= BASE || !is_shown(v, v->weight - i, group))
			return false;
	}
	return true;
}

static char *
put_group(char *p, unsigned group)
{
	p[0] = (char)('0' + group / 1000);
	p[1] = (char)('0' + group / 100 % 10);
	p[2] = (char)('0' + group / 10 % 10);
	p[3] = (char)('0' + group % 10);
	return p + GROUP;
}

/* Digits before the point, without zeros in front but the last. */
static char *
put_whole(char *p, const struct numeric *v)
{
	char *begin = p, *first = p;

	for (int weight = v->weight; weight >= 0; weight--)
		p = put_group(p, group_of(v, weight));
	if (p == begin)
		*p++ = '0';
	while (first < p - 1 && *first == '0')
		first++;
	memmove(begin, first, (size_t)(p - first));
	return p - (first - begin);
}

static char *
put_fraction(char *p, const struct numeric *v)
{
	char *end = p + v->scale;

	for (int weight = -1; p < end; weight--)
		p = put_group(p, group_of(v, weight));
	return end;
}

static bool
is_zero(const struct numeric *v)
{
	for (int i = 0; i < v->n; i++) {
		if (rt_pg_u16(v->groups + i * 2) != 0)
			return false;
	}
	return true;
}

/* A sign, a zero or the groups before the point, the point, and those behind
 * it, of which the last may not be whole. */
bool
rt_pg_get_numeric(struct rt_arena *a, struct rt_str s, struct rt_str *out)
{
	struct numeric v;
	size_t most;
	char *text, *p;

	if (!read_numeric(s, &v))
		return false;
	most = 3 + (size_t)v.scale + GROUP;
	if (v.weight >= 0)
		most += ((size_t)v.weight + 1) * GROUP;
	text = p = rt_arena_bytes(a, most);
	if (v.negative && !is_zero(&v))
		*p++ = '-';
	p = put_whole(p, &v);
	if (v.scale > 0) {
		*p++ = '.';
		p = put_fraction(p, &v);
	}
	*out = (struct rt_str){text, (size_t)(p - text)};
	return true;
}
