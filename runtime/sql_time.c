/*
 * Dates, moments, intervals and ranges of them.  PostgreSQL counts from
 * 2000-01-01, this program from 1970-01-01.
 */
#include "runtime/sql_part.h"

enum {
	DAYS_TO_2000 = 10957,
	SECONDS_TO_2000 = DAYS_TO_2000 * 86400,
};

static const int64_t us_to_2000 = INT64_C(1000000) * SECONDS_TO_2000;
static const int64_t day_us = INT64_C(1000000) * 86400;

/* --- Dates and times of the day --- */

void
rt_pg_put_date(struct rt_buf *b, struct rt_date v)
{
	if (!rt_date_ok(v)) {
		rt_pg_refuse(b);
		return;
	}
	rt_pg_put_u32(b, (uint32_t)(rt_date_days(v) - DAYS_TO_2000));
}

bool
rt_pg_get_date(struct rt_str s, struct rt_date *out)
{
	if (s.n != sizeof(int32_t))
		return false;
	return rt_date_of_days((int64_t)(int32_t)rt_pg_u32(s.p) + DAYS_TO_2000,
	    out);
}

static bool
is_daytime(int64_t us)
{
	return us >= 0 && us <= day_us;
}

void
rt_pg_put_daytime(struct rt_buf *b, struct rt_daytime v)
{
	if (is_daytime(v.us))
		rt_pg_put_u64(b, (uint64_t)v.us);
	else
		rt_pg_refuse(b);
}

bool
rt_pg_get_daytime(struct rt_str s, struct rt_daytime *out)
{
	int64_t us;

	if (s.n != sizeof(us))
		return false;
	us = (int64_t)rt_pg_u64(s.p);
	if (!is_daytime(us))
		return false;
	out->us = us;
	return true;
}

/* --- Moments --- */

/* The least number means -infinity; no moment can become the greatest. */
void
rt_pg_put_time(struct rt_buf *b, struct rt_time v)
{
	if (v.us <= INT64_MIN + us_to_2000)
		rt_pg_refuse(b);
	else
		rt_pg_put_u64(b, (uint64_t)(v.us - us_to_2000));
}

bool
rt_pg_get_time(struct rt_str s, struct rt_time *out)
{
	int64_t us;

	if (s.n != sizeof(us))
		return false;
	us = (int64_t)rt_pg_u64(s.p);
	if (us == INT64_MIN || us > INT64_MAX - us_to_2000)
		return false;
	out->us = us + us_to_2000;
	return true;
}

/* --- Intervals --- */

/* Whether all parts are at the same end: what PostgreSQL 17 takes for an
 * infinite one. */
static bool
is_infinite(struct rt_interval v)
{
	return (v.months == INT32_MAX && v.days == INT32_MAX &&
		   v.us == INT64_MAX) ||
	    (v.months == INT32_MIN && v.days == INT32_MIN && v.us == INT64_MIN);
}

void
rt_pg_put_interval(struct rt_buf *b, struct rt_interval v)
{
	if (is_infinite(v)) {
		rt_pg_refuse(b);
		return;
	}
	rt_pg_put_u64(b, (uint64_t)v.us);
	rt_pg_put_u32(b, (uint32_t)v.days);
	rt_pg_put_u32(b, (uint32_t)v.months);
}

bool
rt_pg_get_interval(struct rt_str s, struct rt_interval *out)
{
	struct rt_interval v;

	if (s.n != 16)
		return false;
	v = (struct rt_interval){
	    .us = (int64_t)rt_pg_u64(s.p),
	    .days = (int32_t)rt_pg_u32(s.p + 8),
	    .months = (int32_t)rt_pg_u32(s.p + 12),
	};
	if (is_infinite(v))
		return false;
	*out = v;
	return true;
}

/* --- Ranges (PostgreSQL's rangetypes.h) --- */

enum {
	RANGE_EMPTY = 0x01,
	RANGE_INCLUDES_FROM = 0x02,
	RANGE_INCLUDES_TO = 0x04,
	RANGE_NO_FROM = 0x08,
	RANGE_NO_TO = 0x10,
};

/* A range of any type, bounds as they are sent. */
struct range {
	unsigned flags;
	struct rt_str from, to; /* absent: there is none */
};

static bool
take_bound(struct rt_str *s, struct rt_str *bound)
{
	return rt_pg_take_item(s, bound) && bound->p != NULL;
}

static bool
read_range(struct rt_str s, struct range *range)
{
	*range = (struct range){0};
	if (s.n == 0)
		return false;
	range->flags = (unsigned char)s.p[0];
	s.p++;
	s.n--;
	if ((range->flags & RANGE_EMPTY) != 0)
		return s.n == 0;
	if ((range->flags & RANGE_NO_FROM) == 0 &&
	    !take_bound(&s, &range->from))
		return false;
	if ((range->flags & RANGE_NO_TO) == 0 && !take_bound(&s, &range->to))
		return false;
	return s.n == 0;
}

void
rt_pg_put_time_range(struct rt_buf *b, struct rt_time_range v)
{
	int flags = 0;
	size_t begun;

	if (v.empty) {
		rt_buf_byte(b, RANGE_EMPTY);
		return;
	}
	flags |= v.has_from ? 0 : RANGE_NO_FROM;
	flags |= v.has_to ? 0 : RANGE_NO_TO;
	if (v.has_from && v.includes_from)
		flags |= RANGE_INCLUDES_FROM;
	if (v.has_to && v.includes_to)
		flags |= RANGE_INCLUDES_TO;
	rt_buf_byte(b, (char)flags);
	if (v.has_from) {
		begun = rt_pg_begin_item(b);
		rt_pg_put_time(b, v.from);
		rt_pg_end_item(b, begun);
	}
	if (v.has_to) {
		begun = rt_pg_begin_item(b);
		rt_pg_put_time(b, v.to);
		rt_pg_end_item(b, begun);
	}
}

bool
rt_pg_get_time_range(struct rt_str s, struct rt_time_range *out)
{
	struct rt_time_range v = {0};
	struct range range;

	if (!read_range(s, &range))
		return false;
	v.empty = (range.flags & RANGE_EMPTY) != 0;
	v.has_from = range.from.p != NULL;
	v.has_to = range.to.p != NULL;
	v.includes_from =
	    v.has_from && (range.flags & RANGE_INCLUDES_FROM) != 0;
	v.includes_to = v.has_to && (range.flags & RANGE_INCLUDES_TO) != 0;
	if (v.has_from && !rt_pg_get_time(range.from, &v.from))
		return false;
	if (v.has_to && !rt_pg_get_time(range.to, &v.to))
		return false;
	*out = v;
	return true;
}

void
rt_pg_put_date_range(struct rt_buf *b, struct rt_date_range v)
{
	size_t begun;

	if (v.empty) {
		rt_buf_byte(b, RANGE_EMPTY);
		return;
	}
	rt_buf_byte(b,
	    (char)((v.has_from ? RANGE_INCLUDES_FROM : RANGE_NO_FROM) |
		(v.has_to ? 0 : RANGE_NO_TO)));
	if (v.has_from) {
		begun = rt_pg_begin_item(b);
		rt_pg_put_date(b, v.from);
		rt_pg_end_item(b, begun);
	}
	if (v.has_to) {
		begun = rt_pg_begin_item(b);
		rt_pg_put_date(b, v.to);
		rt_pg_end_item(b, begun);
	}
}

/* Days can be counted, so PostgreSQL makes all ranges of them alike: with the
 * first day, without the last. */
bool
rt_pg_get_date_range(struct rt_str s, struct rt_date_range *out)
{
	struct rt_date_range v = {0};
	struct range range;

	if (!read_range(s, &range))
		return false;
	v.empty = (range.flags & RANGE_EMPTY) != 0;
	v.has_from = range.from.p != NULL;
	v.has_to = range.to.p != NULL;
	if (v.has_from &&
	    ((range.flags & RANGE_INCLUDES_FROM) == 0 ||
		!rt_pg_get_date(range.from, &v.from)))
		return false;
	if (v.has_to &&
	    ((range.flags & RANGE_INCLUDES_TO) != 0 ||
		!rt_pg_get_date(range.to, &v.to)))
		return false;
	*out = v;
	return true;
}
