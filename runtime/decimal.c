/*
 * JSON numbers as digits and a power of ten.  Nothing is ever multiplied out:
 * the work is linear in the text, whatever the exponent says.
 */
#include "runtime/json.h"

#include <float.h>
#include <stdio.h>
#include <stdlib.h>

/* Ten times as much still fits a uint64_t. */
enum { SMALL_DIGITS = 18 };

static const int64_t exponent_max = INT64_C(100000000000000000);

/* 0.d1 d2 d3 ... * 10^point, where d1 and the last digit are not zero. */
struct decimal {
	int sign; /* -1, 0 or 1; the rest counts only where it is not 0 */
	const char *first; /* the digit d1; a '.' may stand among the digits */
	const char *end; /* behind the last digit */
	size_t n; /* of digits */
	int64_t point;
};

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* "e-12": saturates, which no comparison of texts in memory can see. */
static int64_t
exponent(struct rt_str s)
{
	int64_t v = 0;
	bool negative;

	if (s.n < 2)
		return 0;
	negative = s.p[1] == '-';
	for (size_t i = is_digit(s.p[1]) ? 1 : 2; i < s.n; i++) {
		v = v * 10 + (s.p[i] - '0');
		if (v > exponent_max)
			v = exponent_max;
	}
	return negative ? -v : v;
}

static struct decimal
decimal(struct rt_str s)
{
	struct decimal d = {.sign = 1};
	size_t i = 0, digits = 0, before_first = 0, before_dot = 0;
	bool dot = false;

	if (s.n > 0 && s.p[0] == '-') {
		d.sign = -1;
		i++;
	}
	for (; i < s.n && (is_digit(s.p[i]) || s.p[i] == '.'); i++) {
		if (s.p[i] == '.') {
			dot = true;
			before_dot = digits;
			continue;
		}
		if (s.p[i] != '0' && d.first == NULL) {
			d.first = s.p + i;
			before_first = digits;
		}
		digits++;
		if (s.p[i] != '0') {
			d.end = s.p + i + 1;
			d.n = digits - before_first;
		}
	}
	if (!dot)
		before_dot = digits;
	if (d.first == NULL)
		d.sign = 0;
	d.point = (int64_t)before_dot - (int64_t)before_first +
	    exponent((struct rt_str){s.p + i, s.n - i});
	return d;
}

/* The next digit from *p on, as a number; 0 past the last. */
static unsigned
next_digit(const struct decimal *d, const char **p)
{
	if (*p < d->end && **p == '.')
		(*p)++;
	return *p < d->end ? (unsigned)(*(*p)++ - '0') : 0;
}

static int
cmp_digits(const struct decimal *a, const struct decimal *b)
{
	const char *pa = a->first, *pb = b->first;
	size_t n = a->n > b->n ? a->n : b->n;

	for (size_t i = 0; i < n; i++) {
		unsigned da = next_digit(a, &pa), db = next_digit(b, &pb);

		if (da != db)
			return da < db ? -1 : 1;
	}
	return 0;
}

/* Most numbers are plain and short; false for all others. */
static bool
small_int(struct rt_str s, int64_t *out)
{
	bool negative = s.n > 0 && s.p[0] == '-';
	int64_t v = 0;

	if (s.n > SMALL_DIGITS)
		return false;
	for (size_t i = negative; i < s.n; i++) {
		if (!is_digit(s.p[i]))
			return false;
		v = v * 10 + (s.p[i] - '0');
	}
	*out = negative ? -v : v;
	return true;
}

bool
rt_decimal_is_short(struct rt_str s)
{
	int64_t v;

	return small_int(s, &v);
}

/* How many digits stand before the point of a number that has neither a sign
 * nor an exponent; 0 for another. */
static size_t
plain_whole(struct rt_str s)
{
	size_t whole = 0, i;

	while (whole < s.n && is_digit(s.p[whole]))
		whole++;
	i = whole;
	if (i < s.n && s.p[i] == '.')
		i++;
	while (i < s.n && is_digit(s.p[i]))
		i++;
	return i == s.n ? whole : 0;
}

/* Both with so many digits before the point. */
static int
cmp_plain(struct rt_str s, struct rt_str t, size_t whole)
{
	size_t n = s.n > t.n ? s.n : t.n;
	int order = memcmp(s.p, t.p, whole);

	for (size_t i = whole + 1; order == 0 && i < n; i++)
		order = (i < s.n ? s.p[i] : '0') - (i < t.n ? t.p[i] : '0');
	return (order > 0) - (order < 0);
}

int
rt_decimal_cmp(struct rt_str s, struct rt_str t)
{
	size_t whole_s = plain_whole(s), whole_t = plain_whole(t);
	int64_t small_s, small_t;
	struct decimal a, b;

	/* A number has no zeros in front (RFC 8259, section 6). */
	if (whole_s > 0 && whole_t > 0) {
		if (whole_s != whole_t)
			return whole_s < whole_t ? -1 : 1;
		return cmp_plain(s, t, whole_s);
	}
	if (small_int(s, &small_s) && small_int(t, &small_t))
		return (small_s > small_t) - (small_s < small_t);
	a = decimal(s);
	b = decimal(t);
	if (a.sign != b.sign)
		return a.sign < b.sign ? -1 : 1;
	if (a.sign == 0)
		return 0;
	if (a.point != b.point)
		return a.point < b.point ? -a.sign : a.sign;
	return a.sign * cmp_digits(&a, &b);
}

/* Whether all digits stand before the point. */
static bool
is_integral(const struct decimal *d)
{
	return d->sign == 0 || (d->point >= 0 && (uint64_t)d->point >= d->n);
}

bool
rt_decimal_is_integer(struct rt_str s)
{
	int64_t small;
	struct decimal d;

	if (small_int(s, &small))
		return true;
	d = decimal(s);
	return is_integral(&d);
}

int64_t
rt_decimal_int(struct rt_str s)
{
	const int64_t max = INT64_MAX;
	int64_t small;
	struct decimal d;
	const char *p;
	uint64_t v = 0;

	if (small_int(s, &small))
		return small;
	d = decimal(s);
	if (d.sign == 0 || !is_integral(&d))
		return 0;
	if (d.point > 19)
		return d.sign > 0 ? max : INT64_MIN;
	/* 19 digits fit a uint64_t. */
	p = d.first;
	for (int64_t i = 0; i < d.point; i++)
		v = v * 10 + next_digit(&d, &p);
	if (v > (uint64_t)max)
		return d.sign > 0 ? max : INT64_MIN;
	return d.sign > 0 ? (int64_t)v : -(int64_t)v;
}

/*
 * By strtod(), in digits without a point, which no locale reads otherwise.
 * Behind 770 digits only whether there is more can matter.
 */
static double
by_strtod(const struct decimal *d)
{
	enum { MOST = 770, FAR = 100000 };
	char text[MOST + 32];
	size_t n = d->n < MOST ? d->n : MOST, at = 0;
	const char *p = d->first;
	int64_t tens = d->point - (int64_t)n;
	double v;

	for (size_t i = 0; i < n; i++)
		text[at++] = (char)('0' + next_digit(d, &p));
	if (n < d->n) {
		text[at++] = '1';
		tens--;
	}
	tens = tens > FAR ? FAR : tens < -FAR ? -FAR : tens;
	snprintf(text + at, sizeof(text) - at, "e%d", (int)tens);
	v = strtod(text, NULL);
	return v > DBL_MAX ? DBL_MAX : v;
}

/* Up to 15 digits and 10^22 are exact as doubles, and so is the rounding of
 * their product or quotient. */
static const double powers[] = {1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8,
    1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21,
    1e22};

/* A number of few digits without an exponent, as most are. */
static bool
short_double(struct rt_str s, double *out)
{
	enum { DIGITS = 15 };
	bool negative = s.n > 0 && s.p[0] == '-';
	size_t dot = s.n;
	int64_t v = 0;

	if (s.n > DIGITS)
		return false;
	for (size_t i = negative; i < s.n; i++) {
		if (is_digit(s.p[i]))
			v = v * 10 + (s.p[i] - '0');
		else if (s.p[i] == '.' && dot == s.n)
			dot = i;
		else
			return false;
	}
	v = negative ? -v : v;
	*out = (double)v / powers[dot == s.n ? 0 : s.n - dot - 1];
	return true;
}

double
rt_decimal_double(struct rt_str s)
{
	struct decimal d;
	int64_t tens;
	double v;

	if (short_double(s, &v))
		return v;
	d = decimal(s);
	tens = d.point - (int64_t)d.n;
	if (d.sign == 0)
		return 0;
	if (d.n > 15 || tens < -22 || tens > 22)
		return d.sign * by_strtod(&d);
	v = 0;
	for (size_t i = 0; i < d.n; i++)
		v = v * 10 + next_digit(&d, &d.first);
	return d.sign * (tens < 0 ? v / powers[-tens] : v * powers[tens]);
}

/*
 * Let a = A * 10^x and b = B * 10^y, with integers A and B that end in no
 * zero.  For x < y the quotient has a fraction, because 10 does not divide A.
 * Else B must divide A * 10^(x - y); B < 2^60 has no more than 60 factors 2
 * or 5, so that 60 tens do as much as any larger number of them.
 */
bool
rt_decimal_is_multiple(struct rt_str s, struct rt_str t)
{
	struct decimal a = decimal(s), b = decimal(t);
	int64_t tens;
	uint64_t divisor = 0, rest = 0;
	const char *p;

	if (b.sign <= 0 || b.n > SMALL_DIGITS)
		return false;
	if (a.sign == 0)
		return true;
	tens = (a.point - (int64_t)a.n) - (b.point - (int64_t)b.n);
	if (tens < 0)
		return false;
	p = b.first;
	for (size_t i = 0; i < b.n; i++)
		divisor = divisor * 10 + next_digit(&b, &p);
	p = a.first;
	for (size_t i = 0; i < a.n; i++)
		rest = (rest * 10 + next_digit(&a, &p)) % divisor;
	for (int64_t i = 0; i < tens && i < 60; i++)
		rest = rest * 10 % divisor;
	return rest == 0;
}
