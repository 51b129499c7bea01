/*
 * Bytes that PostgreSQL might have sent, for each reader: what one takes must
 * be something that can be sent, and that reads as the same then.
 */
#include <stdlib.h>

#include "runtime/sql_value.h"

static struct rt_arena *arena;

static struct rt_buf
buf(void)
{
	return rt_buf(arena, SIZE_MAX / 2);
}

static struct rt_str
sent(const struct rt_buf *b)
{
	if (b->full)
		abort();
	return rt_buf_str(b);
}

static void
must(bool ok)
{
	if (!ok)
		abort();
}

static void
try_scalars(struct rt_str s)
{
	struct rt_buf b;
	struct rt_uuid uuid, same_uuid;
	struct rt_str json, same_json;
	int64_t v, same;
	bool flag, same_flag;
	double d;

	if (rt_pg_get_bool(s, &flag)) {
		b = buf();
		rt_pg_put_bool(&b, flag);
		must(rt_pg_get_bool(sent(&b), &same_flag) && same_flag == flag);
	}
	if (rt_pg_get_int(s, &v)) {
		b = buf();
		rt_pg_put_int8(&b, v);
		must(rt_pg_get_int(sent(&b), &same) && same == v);
	}
	if (rt_pg_get_double(s, &d) && s.n == sizeof(d)) {
		b = buf();
		rt_pg_put_float8(&b, d);
		must(rt_str_eq(sent(&b), s));
	}
	if (rt_pg_get_uuid(s, &uuid)) {
		b = buf();
		rt_pg_put_uuid(&b, uuid);
		must(rt_pg_get_uuid(sent(&b), &same_uuid) &&
		    rt_uuid_eq(uuid, same_uuid));
	}
	if (rt_pg_get_jsonb(s, &json)) {
		b = buf();
		rt_pg_put_jsonb(&b, json);
		must(rt_pg_get_jsonb(sent(&b), &same_json) &&
		    rt_str_eq(json, same_json));
	}
}

static void
try_numeric(struct rt_str s)
{
	struct rt_str text, same;
	struct rt_buf b = buf();

	if (!rt_pg_get_numeric(arena, s, &text))
		return;
	rt_pg_put_numeric(&b, text);
	must(rt_pg_get_numeric(arena, sent(&b), &same));
	must(rt_str_eq(text, same));
}

/* As the text that JSON has: what is taken is written as it was read. */
static void
try_numeric_text(struct rt_str s)
{
	struct rt_buf b = buf(), again = buf();
	struct rt_str text;

	rt_pg_put_numeric(&b, s);
	if (b.full)
		return;
	must(rt_pg_get_numeric(arena, rt_buf_str(&b), &text));
	must(rt_decimal_cmp(s, text) == 0);
	rt_pg_put_numeric(&again, text);
	must(rt_str_eq(sent(&again), rt_buf_str(&b)));
}

/* These have one form only: the same bytes must come back. */
static void
try_times(struct rt_str s)
{
	struct rt_interval interval;
	struct rt_daytime daytime;
	struct rt_time time;
	struct rt_date date;
	struct rt_buf b;

	if (rt_pg_get_date(s, &date)) {
		b = buf();
		rt_pg_put_date(&b, date);
		must(rt_str_eq(sent(&b), s));
	}
	if (rt_pg_get_time(s, &time)) {
		b = buf();
		rt_pg_put_time(&b, time);
		must(rt_str_eq(sent(&b), s));
	}
	if (rt_pg_get_daytime(s, &daytime)) {
		b = buf();
		rt_pg_put_daytime(&b, daytime);
		must(rt_str_eq(sent(&b), s));
	}
	if (rt_pg_get_interval(s, &interval)) {
		b = buf();
		rt_pg_put_interval(&b, interval);
		must(rt_str_eq(sent(&b), s));
	}
}

static void
try_ranges(struct rt_str s)
{
	struct rt_time_range times, same_times;
	struct rt_date_range dates, same_dates;
	struct rt_buf b = buf();

	if (rt_pg_get_time_range(s, &times)) {
		rt_pg_put_time_range(&b, times);
		must(rt_pg_get_time_range(sent(&b), &same_times));
		must(times.empty == same_times.empty &&
		    times.has_from == same_times.has_from &&
		    times.has_to == same_times.has_to &&
		    times.includes_from == same_times.includes_from &&
		    times.includes_to == same_times.includes_to &&
		    times.from.us == same_times.from.us &&
		    times.to.us == same_times.to.us);
	}
	b = buf();
	if (rt_pg_get_date_range(s, &dates)) {
		rt_pg_put_date_range(&b, dates);
		must(rt_pg_get_date_range(sent(&b), &same_dates));
		must(dates.empty == same_dates.empty &&
		    dates.has_from == same_dates.has_from &&
		    dates.has_to == same_dates.has_to &&
		    rt_date_days(dates.from) == rt_date_days(same_dates.from) &&
		    rt_date_days(dates.to) == rt_date_days(same_dates.to));
	}
}

static void
put_item(struct rt_buf *b, struct rt_str item)
{
	size_t begun;

	if (item.p == NULL) {
		rt_buf_add(b, RT_LIT("\xff\xff\xff\xff"));
		return;
	}
	begun = rt_pg_begin_item(b);
	rt_pg_put_bytes(b, item);
	rt_pg_end_item(b, begun);
}

static void
try_array(struct rt_str s)
{
	struct rt_pg_items items = rt_pg_array(s), same;
	struct rt_buf b = buf();

	must(items.left <= s.n);
	rt_pg_put_array(&b, items.type, items.left);
	while (rt_pg_items_next(&items))
		put_item(&b, items.item);
	if (items.malformed)
		return;
	same = rt_pg_array(sent(&b));
	items = rt_pg_array(s);
	must(items.left == same.left && items.type == same.type);
	while (rt_pg_items_next(&items)) {
		must(rt_pg_items_next(&same));
		must((items.item.p == NULL) == (same.item.p == NULL));
		must(rt_str_eq(items.item, same.item));
	}
	must(!rt_pg_items_next(&same) && !same.malformed);
}

/* There is nothing that writes one. */
static void
try_composite(struct rt_str s)
{
	struct rt_pg_items items = rt_pg_composite(s);
	size_t bytes = 4;

	while (rt_pg_items_next(&items))
		bytes += 8 + items.item.n;
	must(items.malformed || bytes == s.n);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct rt_str s = {(const char *)data, size};

	arena = rt_arena_open(SIZE_MAX, NULL, NULL);
	try_scalars(s);
	try_numeric(s);
	try_numeric_text(s);
	try_times(s);
	try_ranges(s);
	try_array(s);
	try_composite(s);
	rt_arena_close(arena);
	return 0;
}
