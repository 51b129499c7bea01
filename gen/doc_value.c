#include "gen/doc.h"

/*
 * A number as a whole one times a power of ten: `digits` are those from the
 * first to the last that is not 0, with a '.' between them perhaps.
 */
struct decimal {
	bool is_negative;
	struct rt_str digits; /* empty for 0 */
	size_t n; /* of digits, without the '.' */
	int64_t exponent; /* of the last digit */
};

enum { EXPONENT_MAX = 1000000000 };

/* The value of "[eE][-+]?[0-9]+", held within +-EXPONENT_MAX. */
static int64_t
exponent_of(struct rt_str s)
{
	bool is_negative = s.n > 1 && s.p[1] == '-';
	int64_t v = 0;

	for (size_t i = 1; i < s.n; i++) {
		if (s.p[i] == '-' || s.p[i] == '+')
			continue;
		v = v * 10 + (s.p[i] - '0');
		if (v > EXPONENT_MAX)
			v = EXPONENT_MAX;
	}
	return is_negative ? -v : v;
}

static bool
is_zero_or_point(char c)
{
	return c == '0' || c == '.';
}

/* Zeros at both ends go; those behind count for the exponent. */
static void
strip_zeros(struct decimal *d)
{
	struct rt_str *s = &d->digits;

	while (s->n > 0 && is_zero_or_point(s->p[0])) {
		s->p++;
		s->n--;
	}
	while (s->n > 0 && is_zero_or_point(s->p[s->n - 1])) {
		d->exponent += s->p[s->n - 1] == '0';
		s->n--;
	}
	d->n = s->n - (s->n > 0 && memchr(s->p, '.', s->n) != NULL);
}

static struct decimal
decimal_of(struct rt_str text)
{
	struct decimal d = {.is_negative = text.p[0] == '-', .digits = text};
	const char *point;
	size_t n = 0;

	if (d.is_negative) {
		d.digits.p++;
		d.digits.n--;
	}
	while (n < d.digits.n && d.digits.p[n] != 'e' && d.digits.p[n] != 'E')
		n++;
	d.exponent =
	    exponent_of((struct rt_str){d.digits.p + n, d.digits.n - n});
	d.digits.n = n;
	point = memchr(d.digits.p, '.', n);
	if (point != NULL)
		d.exponent -= d.digits.p + n - point - 1;
	strip_zeros(&d);
	return d;
}

/* Digit by digit, over the points. */
static bool
is_same_number(struct rt_str a, struct rt_str b)
{
	struct decimal x = decimal_of(a), y = decimal_of(b);
	size_t i = 0, j = 0;

	if (x.n == 0 || y.n == 0)
		return x.n == y.n;
	if (x.is_negative != y.is_negative || x.n != y.n ||
	    x.exponent != y.exponent)
		return false;
	while (i < x.digits.n && j < y.digits.n) {
		i += x.digits.p[i] == '.';
		j += y.digits.p[j] == '.';
		if (x.digits.p[i++] != y.digits.p[j++])
			return false;
	}
	return true;
}

/* The smallest int64_t has no positive twin, so the sum goes downwards. */
bool
doc_int(const struct doc_node *node, int64_t *out)
{
	struct decimal d;
	int64_t v = 0;

	if (node == NULL || node->type != DOC_NUMBER)
		return false;
	d = decimal_of(node->text);
	if (d.n == 0) {
		*out = 0;
		return true;
	}
	if (d.exponent < 0 || d.exponent > 19)
		return false;
	for (size_t i = 0; i < d.digits.n + (size_t)d.exponent; i++) {
		char c = i < d.digits.n ? d.digits.p[i] : '0';

		if (c == '.')
			continue;
		if (__builtin_mul_overflow(v, 10, &v) ||
		    __builtin_sub_overflow(v, c - '0', &v))
			return false;
	}
	if (!d.is_negative && v == INT64_MIN)
		return false;
	*out = d.is_negative ? v : -v;
	return true;
}

static bool
is_same_map(const struct doc_node *a, const struct doc_node *b)
{
	for (size_t i = 0; i < a->n; i++) {
		const struct doc_member *m = &a->members[i];
		const struct doc_member *other = doc_find(b, m->key);

		if (other == NULL || !doc_eq(m->value, other->value))
			return false;
	}
	return true;
}

static bool
is_same_sequence(const struct doc_node *a, const struct doc_node *b)
{
	for (size_t i = 0; i < a->n; i++) {
		if (!doc_eq(a->items[i], b->items[i]))
			return false;
	}
	return true;
}

bool
doc_eq(const struct doc_node *a, const struct doc_node *b)
{
	if (a->type != b->type || a->n != b->n)
		return false;
	switch (a->type) {
	case DOC_NULL:
		return true;
	case DOC_BOOL:
		return a->yes == b->yes;
	case DOC_NUMBER:
		return is_same_number(a->text, b->text);
	case DOC_STRING:
		return rt_str_eq(a->text, b->text);
	case DOC_SEQ:
		return is_same_sequence(a, b);
	case DOC_MAP:
		return is_same_map(a, b);
	}
	return false;
}
