#include "runtime/range.h"

#include <stdlib.h>

/* Digits at the beginning of *rest; a number that is too large for the type is
 * its largest.  False where there are none. */
static bool
scan_number(struct rt_str *rest, uint64_t *out)
{
	size_t i = 0;

	*out = 0;
	for (; i < rest->n && rest->p[i] >= '0' && rest->p[i] <= '9'; i++) {
		uint64_t digit = (uint64_t)(rest->p[i] - '0');

		*out = *out > (UINT64_MAX - digit) / 10 ? UINT64_MAX
							: *out * 10 + digit;
	}
	rest->p += i;
	rest->n -= i;
	return i > 0;
}

static bool
skip_dash(struct rt_str *rest)
{
	if (rest->n == 0 || rest->p[0] != '-')
		return false;
	rest->p++;
	rest->n--;
	return true;
}

/* "-500": the last ones. */
static bool
take_suffix(struct rt_str s, uint64_t length, struct rt_range *out)
{
	uint64_t n;

	if (!scan_number(&s, &n) || s.n > 0)
		return false;
	out->n = n < length ? n : length;
	out->first = length - out->n;
	return true;
}

/* One range; it has no bytes where it can't be satisfied.  False where it is
 * malformed (section 14.1.1). */
static bool
take_range(struct rt_str s, uint64_t length, struct rt_range *out)
{
	uint64_t last = UINT64_MAX;

	if (skip_dash(&s))
		return take_suffix(s, length, out);
	if (!scan_number(&s, &out->first) || !skip_dash(&s))
		return false;
	if (s.n > 0 && (!scan_number(&s, &last) || s.n > 0))
		return false;
	if (last < out->first)
		return false;
	out->n = 0;
	if (out->first >= length)
		return true;
	if (last > length - 1)
		last = length - 1;
	out->n = last - out->first + 1;
	return true;
}

static int
by_first(const void *a, const void *b)
{
	const struct rt_range *x = a, *y = b;

	return (x->first > y->first) - (x->first < y->first);
}

/* Whether all of them are one; it is the first then. */
static bool
join(struct rt_range *v, size_t n)
{
	uint64_t end;

	qsort(v, n, sizeof(*v), by_first);
	end = v[0].first + v[0].n;
	for (size_t i = 1; i < n; i++) {
		if (v[i].first > end)
			return false;
		if (v[i].first + v[i].n > end)
			end = v[i].first + v[i].n;
	}
	v[0].n = end - v[0].first;
	return true;
}

/* The ranges that can be satisfied; false for a list that does not count. */
static bool
take_list(struct rt_str list, uint64_t length, struct rt_range *v, size_t *n)
{
	size_t seen = 0;

	*n = 0;
	while (list.p != NULL) {
		struct rt_str s = rt_str_trim(rt_str_cut(&list, ','));

		if (s.n == 0)
			continue;
		if (seen++ == RT_RANGES_MAX || !take_range(s, length, &v[*n]))
			return false;
		*n += v[*n].n > 0;
	}
	return seen > 0;
}

enum rt_range_result
rt_range_parse(struct rt_str value, uint64_t length, struct rt_range *out)
{
	struct rt_range v[RT_RANGES_MAX];
	struct rt_str unit = rt_str_cut(&value, '=');
	size_t n;

	if (length == 0 || value.p == NULL ||
	    !rt_str_is_nocase(unit, "bytes") ||
	    !take_list(value, length, v, &n))
		return RT_RANGE_NONE;
	if (n == 0)
		return RT_RANGE_UNSATISFIABLE;
	if (!join(v, n))
		return RT_RANGE_NONE;
	*out = v[0];
	return RT_RANGE_PART;
}
