#include "tests/unit/sql_fixture.h"

static const int64_t day_us = INT64_C(86400) * 1000000;

static int64_t
us(const char *text)
{
	struct rt_time t;

	CHECK(rt_time_parse(rt_str(text), &t));
	return t.us;
}

static struct rt_date
date(const char *text)
{
	struct rt_date d;

	CHECK(rt_date_parse(rt_str(text), &d));
	return d;
}

/* --- Dates --- */

/* Every fifth day of ten thousand years: what PostgreSQL counts from the first
 * on is what we have sent. */
TEST(dates_are_those_of_postgresql)
{
	enum { STEP = 5, N = 3652425 / STEP };
	struct rt_buf b = buf();
	struct rt_date first = {0, 1, 1}, d;
	struct rt_pg_items items;
	struct rt_str value;
	int64_t day = rt_date_days(first);
	struct row row;

	rt_pg_put_array(&b, RT_OID_DATE, N);
	for (int64_t i = 0; i < N; i++) {
		size_t begun = rt_pg_begin_item(&b);

		CHECK(rt_date_of_days(day + i * STEP, &d));
		rt_pg_put_date(&b, d);
		rt_pg_end_item(&b, begun);
	}
	value = rt_buf_str(&b);
	row = run_query("select $1::date[], ($1::date[] = array("
			"select date '0001-01-01 BC' + i * 5 "
			"from generate_series(0, 730484) i order by i))::text",
	    &value, 1);
	CHECK_STR(row.v[1], "true");
	items = rt_pg_array(row.v[0]);
	for (int64_t i = 0; i < N; i++) {
		CHECK(rt_pg_items_next(&items));
		CHECK(rt_pg_get_date(items.item, &d) && rt_date_ok(d));
		CHECK_INT(rt_date_days(d), day + i * STEP);
	}
	CHECK(!rt_pg_items_next(&items) && !items.malformed);
}

static void
check_date(const char *text)
{
	char out[RT_DATE_TEXT];
	struct rt_buf b = buf();
	struct rt_date back;
	struct echo e;

	rt_pg_put_date(&b, date(text));
	e = echo(b, "date");
	CHECK_STR(e.text, text);
	CHECK(rt_pg_get_date(e.bytes, &back));
	rt_date_text(out, back);
	CHECK_STR(rt_str(out), text);
}

TEST(dates_have_their_texts)
{
	check_date("0001-01-01");
	check_date("1969-12-31");
	check_date("1999-12-31");
	check_date("2000-01-01");
	check_date("2000-02-29");
	check_date("9999-12-31");
}

TEST(dates_that_are_none)
{
	static const struct rt_date bad[] = {{0}, {2024, 13, 1}, {2024, 0, 1},
	    {2023, 2, 29}, {2024, 1, 0}, {2024, 4, 31}, {-1, 1, 1},
	    {10000, 1, 1}};
	struct rt_date d = {7, 7, 7};

	for (size_t i = 0; i < RT_LEN(bad); i++) {
		struct rt_buf b = buf();

		rt_pg_put_date(&b, bad[i]);
		CHECK(b.full && b.n == 0);
	}
	CHECK(!rt_pg_get_date(ask("date 'infinity'"), &d));
	CHECK(!rt_pg_get_date(ask("date '-infinity'"), &d));
	CHECK(!rt_pg_get_date(ask("date '10000-01-01'"), &d));
	CHECK(!rt_pg_get_date(ask("date '0002-12-31 BC'"), &d));
	CHECK(!rt_pg_get_date(ask("date '5874897-12-31'"), &d));
	CHECK(d.year == 7);
	CHECK(rt_pg_get_date(ask("date '0001-01-01 BC'"), &d));
	CHECK(d.year == 0 && d.month == 1 && d.day == 1);
}

/* --- Times of the day --- */

TEST(times_of_the_day)
{
	static const struct {
		int64_t us;
		const char *text;
	} some[] = {{0, "00:00:00"}, {1, "00:00:00.000001"},
	    {INT64_C(86399999999), "23:59:59.999999"},
	    {INT64_C(86400000000), "24:00:00"}};
	struct rt_daytime back;

	for (size_t i = 0; i < RT_LEN(some); i++) {
		struct rt_buf b = buf();
		struct echo e;

		rt_pg_put_daytime(&b, (struct rt_daytime){some[i].us});
		e = echo(b, "time");
		CHECK_STR(e.text, some[i].text);
		CHECK(rt_pg_get_daytime(e.bytes, &back));
		CHECK_INT(back.us, some[i].us);
	}
	for (int i = 0; i < 2; i++) {
		struct rt_buf b = buf();

		rt_pg_put_daytime(&b, (struct rt_daytime){i ? day_us + 1 : -1});
		CHECK(b.full);
	}
	CHECK(!rt_pg_get_daytime(RT_LIT("\xff\0\0\0\0\0\0\0"), &back));
	CHECK(!rt_pg_get_daytime(RT_LIT("\0\0\0\x14\x1d\xd7\x60\1"), &back));
}

/* --- Moments --- */

static void
check_time(int64_t v)
{
	char text[RT_TIME_TEXT];
	struct rt_buf b = buf();
	struct rt_str value, sql_text;
	struct rt_time back;
	struct row row;

	rt_pg_put_time(&b, (struct rt_time){v});
	value = rt_buf_str(&b);
	CHECK(!b.full);
	row = run_query("select $1::timestamptz, $1::timestamptz = "
			"timestamptz 'epoch' + $2::text::interval, to_char("
			"$1::timestamptz, 'YYYY-MM-DD\"T\"HH24:MI:SS.USZ')",
	    (struct rt_str[]){value,
		rt_arena_printf(arena(), "%" PRId64 " us", v)},
	    2);
	CHECK(rt_pg_get_time(row.v[0], &back));
	CHECK_INT(back.us, v);
	CHECK_STR(row.v[1], "\1");
	/* PostgreSQL has the fraction always, and no year 0. */
	rt_time_text(text, back);
	sql_text = row.v[2];
	if (v % 1000000 != 0 && v >= us("0001-01-01T00:00:00Z"))
		CHECK_STR(sql_text, text);
}

TEST(moments)
{
	static const char *const texts[] = {"0000-01-01T00:00:00Z",
	    "0001-01-01T00:00:00.000001Z", "1969-12-31T23:59:59.999999Z",
	    "1970-01-01T00:00:00Z", "1999-12-31T23:59:59.999999Z",
	    "2000-01-01T00:00:00Z", "2000-01-01T00:00:00.000001Z",
	    "2024-02-29T12:34:56.789Z", "9999-12-31T23:59:59.999999Z"};

	for (size_t i = 0; i < RT_LEN(texts); i++)
		check_time(us(texts[i]));
	for (int i = 0; i < 500; i++)
		check_time(random_between(us("0000-01-01T00:00:00Z"),
		    us("9999-12-31T23:59:59Z")));
}

TEST(timestamps_without_a_zone)
{
	struct rt_buf b = buf();
	struct rt_time back;
	struct echo e;

	rt_pg_put_time(&b, (struct rt_time){us("2024-02-29T12:34:56Z")});
	e = echo(b, "timestamp");
	CHECK_STR(e.text, "2024-02-29 12:34:56");
	CHECK(rt_pg_get_time(e.bytes, &back));
	CHECK_INT(back.us, us("2024-02-29T12:34:56Z"));
}

TEST(moments_that_are_none)
{
	static const int64_t to_2000 = INT64_C(946684800000000);
	struct rt_time t = {7};
	struct rt_buf b = buf();

	CHECK(!rt_pg_get_time(ask("timestamptz 'infinity'"), &t));
	CHECK(!rt_pg_get_time(ask("timestamptz '-infinity'"), &t));
	CHECK(!rt_pg_get_time(ask("timestamp 'infinity'"), &t));
	/* More microseconds since 1970 than an int64 can count. */
	CHECK(!rt_pg_get_time(ask("timestamptz '294276-12-31'"), &t));
	CHECK_INT(t.us, 7);
	/* What JSON can't say, C can hold. */
	CHECK(rt_pg_get_time(ask("timestamptz '10000-01-01 UTC'"), &t));
	CHECK_INT(t.us, us("9999-12-31T23:59:59Z") + 1000000);
	rt_pg_put_time(&b, (struct rt_time){INT64_MIN + to_2000});
	CHECK(b.full);
	b = buf();
	rt_pg_put_time(&b, (struct rt_time){INT64_MIN});
	CHECK(b.full);
	b = buf();
	rt_pg_put_time(&b, (struct rt_time){INT64_MIN + to_2000 + 1});
	rt_pg_put_time(&b, (struct rt_time){INT64_MAX});
	CHECK(!b.full && b.n == 16);
}

/* --- Intervals --- */

static void
check_interval(struct rt_interval v)
{
	struct rt_buf b = buf();
	struct rt_interval back;
	struct rt_str values[2];
	struct row row;

	rt_pg_put_interval(&b, v);
	values[0] = rt_buf_str(&b);
	values[1] = rt_arena_printf(arena(), "%d mons %d days %" PRId64 " us",
	    v.months, v.days, v.us);
	row = run_query("select $1::interval, $2::text::interval", values, 2);
	CHECK(!b.full);
	CHECK(rt_str_eq(values[0], row.v[0]));
	CHECK(rt_str_eq(values[0], row.v[1]));
	CHECK(rt_pg_get_interval(row.v[0], &back));
	CHECK(
	    back.months == v.months && back.days == v.days && back.us == v.us);
}

TEST(intervals)
{
	check_interval((struct rt_interval){0, 0, 0});
	check_interval((struct rt_interval){1, -1, 1});
	check_interval((struct rt_interval){-14, 40, -5000000});
	check_interval((struct rt_interval){INT32_MAX, INT32_MAX, day_us});
	for (int i = 0; i < 500; i++)
		check_interval((struct rt_interval){
		    .months = (int32_t)random_between(-120000, 120000),
		    .days = (int32_t)random_between(INT32_MIN, INT32_MAX),
		    .us = random_between(-day_us * 1000, day_us * 1000),
		});
}

TEST(intervals_at_their_ends)
{
	struct rt_interval v = {INT32_MAX, INT32_MAX, INT64_MAX}, back;
	struct rt_buf b = buf();
	struct echo e;

	rt_pg_put_interval(&b, v);
	CHECK(b.full);
	v.us--;
	b = buf();
	rt_pg_put_interval(&b, v);
	e = echo(b, "interval");
	CHECK(rt_pg_get_interval(e.bytes, &back) && back.us == v.us);
	b = buf();
	rt_pg_put_interval(&b,
	    (struct rt_interval){INT32_MIN, INT32_MIN, INT64_MIN});
	CHECK(b.full);
	CHECK(!rt_pg_get_interval(
	    RT_LIT("\x7f\xff\xff\xff\xff\xff\xff\xff\x7f\xff\xff\xff"
		   "\x7f\xff\xff\xff"),
	    &back));
}

/* --- Ranges --- */

static void
check_time_range(struct rt_time_range v, const char *text)
{
	struct rt_buf b = buf();
	struct rt_time_range back;
	struct echo e;

	rt_pg_put_time_range(&b, v);
	e = echo(b, "tstzrange");
	CHECK_STR(e.text, text);
	CHECK(rt_str_eq(e.bytes, rt_buf_str(&b)));
	CHECK(rt_pg_get_time_range(e.bytes, &back));
	CHECK(back.empty == v.empty && back.has_from == v.has_from &&
	    back.has_to == v.has_to && back.includes_from == v.includes_from &&
	    back.includes_to == v.includes_to);
	CHECK(back.from.us == v.from.us && back.to.us == v.to.us);
}

TEST(ranges_of_moments)
{
	struct rt_time_range v = {
	    .has_from = true,
	    .has_to = true,
	    .includes_from = true,
	    .from = {us("2024-01-01T00:00:00Z")},
	    .to = {us("2024-02-01T00:00:00Z")},
	};

	check_time_range(v,
	    "[\"2024-01-01 00:00:00+00\",\"2024-02-01 00:00:00+00\")");
	v.includes_from = false;
	v.includes_to = true;
	check_time_range(v,
	    "(\"2024-01-01 00:00:00+00\",\"2024-02-01 00:00:00+00\"]");
	v.has_from = false;
	v.from.us = 0;
	check_time_range(v, "(,\"2024-02-01 00:00:00+00\"]");
	v = (struct rt_time_range){0};
	check_time_range(v, "(,)");
	v = (struct rt_time_range){.has_from = true, .from = {0}};
	check_time_range(v, "(\"1970-01-01 00:00:00+00\",)");
	check_time_range((struct rt_time_range){.empty = true}, "empty");
}

/* What is not there includes nothing, whatever the struct says. */
TEST(ranges_without_ends)
{
	struct rt_time_range v = {.includes_from = true, .includes_to = true};
	struct rt_buf b = buf();
	struct echo e;

	rt_pg_put_time_range(&b, v);
	CHECK_STR(rt_buf_str(&b), "\x18");
	CHECK(rt_pg_get_time_range(RT_LIT("\x1e"), &v));
	CHECK(!v.includes_from && !v.includes_to);
	e = echo(b, "tstzrange");
	CHECK_STR(e.text, "(,)");
	CHECK(!rt_pg_get_time_range(ask("'[now,infinity]'::tstzrange"), &v));
	CHECK(!rt_pg_get_time_range(ask("'[-infinity,]'::tstzrange"), &v));
}

static void
check_date_range(struct rt_date_range v, const char *text)
{
	struct rt_buf b = buf();
	struct rt_date_range back;
	struct echo e;

	rt_pg_put_date_range(&b, v);
	e = echo(b, "daterange");
	CHECK_STR(e.text, text);
	CHECK(rt_str_eq(e.bytes, rt_buf_str(&b)));
	CHECK(rt_pg_get_date_range(e.bytes, &back));
	CHECK(back.empty == v.empty && back.has_from == v.has_from &&
	    back.has_to == v.has_to);
	CHECK(memcmp(&back.from, &v.from, sizeof(v.from)) == 0);
	CHECK(memcmp(&back.to, &v.to, sizeof(v.to)) == 0);
}

TEST(ranges_of_dates)
{
	struct rt_date_range v = {
	    .has_from = true,
	    .has_to = true,
	    .from = date("2024-02-28"),
	    .to = date("2024-03-01"),
	};

	check_date_range(v, "[2024-02-28,2024-03-01)");
	v.has_to = false;
	v.to = (struct rt_date){0};
	check_date_range(v, "[2024-02-28,)");
	check_date_range((struct rt_date_range){0}, "(,)");
	check_date_range((struct rt_date_range){.empty = true}, "empty");
	CHECK(rt_pg_get_date_range(ask("'(2024-02-28,2024-03-01]'::daterange"),
	    &v));
	CHECK(v.from.day == 29 && v.to.day == 2);
	CHECK(!rt_pg_get_date_range(ask("'[today,infinity)'::daterange"), &v));
}

TEST(malformed_ranges)
{
	static const struct rt_str bad[] = {RT_TEXT(""),
	    /* no bounds, and something behind them; empty, and a bound */
	    RT_TEXT("\x18\0"), RT_TEXT("\1\0\0\0\0"),
	    /* a null bound, and one of no length */
	    RT_TEXT("\x12\xff\xff\xff\xff"), RT_TEXT("\x12\0\0\0\0"),
	    RT_TEXT("\x12\0\0\0\4\0\0\0"), RT_TEXT("\x12\0\0")};
	struct rt_time_range times;
	struct rt_date_range dates;

	for (size_t i = 0; i < RT_LEN(bad); i++) {
		CHECK(!rt_pg_get_time_range(bad[i], &times));
		CHECK(!rt_pg_get_date_range(bad[i], &dates));
	}
	/* Of dates, with the last day and without the first. */
	CHECK(!rt_pg_get_date_range(RT_LIT("\x0c\0\0\0\4\0\0\0\0"), &dates));
	CHECK(!rt_pg_get_date_range(RT_LIT("\x10\0\0\0\4\0\0\0\0"), &dates));
}
