#include "runtime/cron.h"

#include <time.h>

#include "tests/unit/test.h"

/* "2026-11-21 08:30" as seconds. */
static int64_t
at(const char *text)
{
	struct tm t = {0};

	CHECK(strptime(text, "%Y-%m-%d %H:%M", &t) != NULL);
	return timegm(&t);
}

/* What `when` says last, seen from `now`. */
static void
check_last(const char *when, const char *now, const char *want)
{
	struct rt_cron cron;
	const char *why;
	char text[32];
	struct tm t;
	time_t got;

	if (!rt_cron_parse(rt_str(when), &cron, &why)) {
		fprintf(stderr, "%s: %s: %s\n", test_now, when, why);
		exit(1);
	}
	got = rt_cron_last(&cron, at(now) + 59);
	gmtime_r(&got, &t);
	strftime(text, sizeof(text), "%Y-%m-%d %H:%M", &t);
	if (strcmp(text, want) != 0) {
		fprintf(stderr, "%s: %s at %s: %s, expected %s\n", test_now,
		    when, now, text, want);
		exit(1);
	}
}

TEST(each_minute)
{
	check_last("* * * * *", "2026-11-21 08:30", "2026-11-21 08:30");
	check_last("*  *\t* * * ", "2026-01-01 00:00", "2026-01-01 00:00");
}

TEST(a_minute_of_each_hour)
{
	check_last("30 * * * *", "2026-11-21 08:30", "2026-11-21 08:30");
	check_last("30 * * * *", "2026-11-21 08:29", "2026-11-21 07:30");
	check_last("59 * * * *", "2026-11-21 00:58", "2026-11-20 23:59");
}

TEST(steps_begin_where_their_range_does)
{
	check_last("*/15 * * * *", "2026-11-21 08:44", "2026-11-21 08:30");
	check_last("*/25 * * * *", "2026-11-21 08:59", "2026-11-21 08:50");
	check_last("*/25 * * * *", "2026-11-21 09:10", "2026-11-21 09:00");
	check_last("0 8-18/3 * * *", "2026-11-21 16:00", "2026-11-21 14:00");
	check_last("0 8-18/3 * * *", "2026-11-21 07:59", "2026-11-20 17:00");
	check_last("*/99 * * * *", "2026-11-21 08:44", "2026-11-21 08:00");
	check_last("0 0 */10 * *", "2026-11-30 12:00", "2026-11-21 00:00");
	check_last("0 0 */10 * *", "2026-10-31 12:00", "2026-10-31 00:00");
}

TEST(lists_of_numbers_ranges_and_steps)
{
	check_last("0,5-7,40-50/5 * * * *", "2026-11-21 08:59",
	    "2026-11-21 08:50");
	check_last("0,5-7,40-50/5 * * * *", "2026-11-21 08:39",
	    "2026-11-21 08:07");
	check_last("0,5-7,40-50/5 * * * *", "2026-11-21 08:04",
	    "2026-11-21 08:00");
}

TEST(days_that_not_all_months_have)
{
	check_last("0 0 31 * *", "2026-11-30 23:59", "2026-10-31 00:00");
	check_last("0 0 30 * *", "2026-03-01 00:00", "2026-01-30 00:00");
	check_last("0 0 31 1,4,6 *", "2026-12-31 00:00", "2026-01-31 00:00");
	check_last("59 23 28-31 2 *", "2026-12-31 00:00", "2026-02-28 23:59");
}

TEST(leap_years)
{
	check_last("0 0 29 2 *", "2027-06-01 00:00", "2024-02-29 00:00");
	check_last("0 0 29 2 *", "2028-02-29 00:00", "2028-02-29 00:00");
	/* 2000 was one, 2100 is none. */
	check_last("0 0 29 2 *", "2003-01-01 00:00", "2000-02-29 00:00");
	check_last("0 0 29 2 *", "2104-02-28 00:00", "2096-02-29 00:00");
	/* On a Sunday: a star makes it a condition, not another day. */
	check_last("0 0 29 2 */8", "2026-01-01 00:00", "2004-02-29 00:00");
}

TEST(turns_of_the_year)
{
	check_last("0 12 1 1 *", "2026-01-01 11:59", "2025-01-01 12:00");
	check_last("0 12 31 12 *", "2026-06-01 00:00", "2025-12-31 12:00");
}

/* 2026-11-21 is a Saturday. */
TEST(days_of_the_week)
{
	check_last("0 6 * * 1-5", "2026-11-22 00:00", "2026-11-20 06:00");
	check_last("0 6 * * 0", "2026-11-21 00:00", "2026-11-15 06:00");
	check_last("0 6 * * 7", "2026-11-21 00:00", "2026-11-15 06:00");
	check_last("0 6 * * 5-7", "2026-11-23 00:00", "2026-11-22 06:00");
	check_last("0 6 * * 5-7", "2026-11-19 00:00", "2026-11-15 06:00");
}

TEST(names)
{
	check_last("0 6 * * MON-FRI", "2026-11-22 00:00", "2026-11-20 06:00");
	check_last("0 6 * * sun,Wed", "2026-11-21 00:00", "2026-11-18 06:00");
	check_last("0 0 1 JAN,jul *", "2026-11-21 00:00", "2026-07-01 00:00");
	check_last("0 0 1 feb-dec/5 *", "2026-11-21 00:00", "2026-07-01 00:00");
}

/* As crontab(5) has it. */
TEST(either_of_two_days)
{
	/* The 13th, or a Friday. */
	check_last("0 0 13 * FRI", "2026-11-21 00:00", "2026-11-20 00:00");
	check_last("0 0 13 * FRI", "2026-10-14 00:00", "2026-10-13 00:00");
	/* A star leaves the other one to decide. */
	check_last("0 0 * * FRI", "2026-10-14 00:00", "2026-10-09 00:00");
	check_last("0 0 13 * *", "2026-11-21 00:00", "2026-11-13 00:00");
	/* And with a step both have to hold: odd days that are Fridays. */
	check_last("0 0 */2 * FRI", "2026-11-21 00:00", "2026-11-13 00:00");
}

TEST(what_is_none)
{
	static const char *const wrong[] = {"", "*", "* * * *", "* * * * * *",
	    "60 * * * *", "* 24 * * *", "* * 0 * *", "* * 32 * *", "* * * 0 *",
	    "* * * 13 *", "* * * * 8", "-1 * * * *", "+1 * * * *", "1- * * * *",
	    "-5 * * * *", "5-1 * * * *", "1-2-3 * * * *", "*/0 * * * *",
	    "*/ * * * *", "5/15 * * * *", "1-5/ * * * *", "1/2/3 * * * *",
	    ", * * * *", "1, * * * *", ",1 * * * *", "** * * * *",
	    "*-5 * * * *", "a * * * *", "JAN * * * *", "* * * JANUARY *",
	    "* * * JA *", "* * * MON *", "* * * * JAN", "* * * * FRI-MON",
	    "@daily", "001 * * * *", "1 * * * *\n",
	    "99999999999999999999 * * * *"};

	for (size_t i = 0; i < RT_LEN(wrong); i++) {
		struct rt_cron cron;
		const char *why = NULL;

		if (rt_cron_parse(rt_str(wrong[i]), &cron, &why)) {
			fprintf(stderr, "taken: %s\n", wrong[i]);
			exit(1);
		}
		CHECK(why != NULL);
	}
}

TEST(what_never_comes)
{
	struct rt_cron cron;
	const char *why;

	CHECK(!rt_cron_parse(RT_LIT("0 0 30 2 *"), &cron, &why));
	CHECK_STR(rt_str(why), "there is no such day");
	CHECK(!rt_cron_parse(RT_LIT("0 0 31 4,6,9,11 *"), &cron, &why));
	/* Fridays in April come. */
	CHECK(rt_cron_parse(RT_LIT("0 0 31 4 FRI"), &cron, &why));
}

TEST(the_sentence_tells_the_field)
{
	struct rt_cron cron;
	const char *why;

	CHECK(!rt_cron_parse(RT_LIT("0 0 0 * *"), &cron, &why));
	CHECK_STR(rt_str(why),
	    "the day of the month (the third field) is none of 1 to 31");
	CHECK(!rt_cron_parse(RT_LIT("0 0"), &cron, &why));
	CHECK_STR(rt_str(why),
	    "the day of the month (the third field) is none of 1 to 31");
}
