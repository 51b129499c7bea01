#include "runtime/http_date.h"

#include "tests/unit/test.h"

/* Sun, 06 Nov 1994 08:49:37 GMT */
#define NOV_1994 784111777
/* Sat, 21 Nov 2026 12:00:00 GMT */
#define NOW 1795262400

static bool
parse(const char *text, int64_t *seconds)
{
	return rt_http_date_parse(rt_str(text), NOW, seconds);
}

TEST(each_form_is_read)
{
	static const char *const texts[] = {"Sun, 06 Nov 1994 08:49:37 GMT",
	    "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994"};
	int64_t at;

	for (size_t i = 0; i < RT_LEN(texts); i++) {
		CHECK(parse(texts[i], &at));
		CHECK_INT(at, NOV_1994);
	}
	CHECK(parse("Wed Nov 16 08:49:37 1994", &at));
	CHECK_INT(at, NOV_1994 + 10 * 86400);
}

TEST(times_at_the_edges)
{
	static const struct {
		const char *text;
		int64_t seconds;
	} rows[] = {
	    {"Thu, 01 Jan 1970 00:00:00 GMT", 0},
	    {"Wed, 31 Dec 1969 23:59:59 GMT", -1},
	    {"Thu, 29 Feb 2024 23:59:59 GMT", 1709251199},
	    {"Sat, 31 Dec 2016 23:59:60 GMT", 1483228800},
	    {"Fri, 31 Dec 9999 23:59:59 GMT", 253402300799},
	    {"Tue, 19 Jan 2038 03:14:08 GMT", 2147483648},
	};
	int64_t at;

	for (size_t i = 0; i < RT_LEN(rows); i++) {
		CHECK(parse(rows[i].text, &at));
		CHECK_INT(at, rows[i].seconds);
	}
}

/* 2026: up to 2076 it is to come, from 2077 on it is past. */
TEST(a_year_of_two_digits_is_the_nearest_one)
{
	int64_t at;

	CHECK(parse("Wednesday, 01-Jan-76 00:00:00 GMT", &at));
	CHECK_INT(at, 3345062400);
	CHECK(parse("Saturday, 01-Jan-77 00:00:00 GMT", &at));
	CHECK_INT(at, 220924800);
	CHECK(parse("Saturday, 01-Jan-00 00:00:00 GMT", &at));
	CHECK_INT(at, 946684800);
	CHECK(rt_http_date_parse(RT_LIT("Saturday, 01-Jan-00 00:00:00 GMT"),
	    3345062400, &at));
	CHECK_INT(at, 4102444800);
}

TEST(what_is_no_time)
{
	static const char *const texts[] = {"", " ", "0", "784111777",
	    "Sun, 06 Nov 1994 08:49:37", "Sun, 06 Nov 1994 08:49:37 CET",
	    "Sun, 06 Nov 1994 08:49:37 GMT ", " Sun, 06 Nov 1994 08:49:37 GMT",
	    "sun, 06 nov 1994 08:49:37 gmt", "Sun, 6 Nov 1994 08:49:37 GMT",
	    "Sun, 31 Feb 1994 08:49:37 GMT", "Fri, 29 Feb 2023 00:00:00 GMT",
	    "Sun, 00 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 24:00:00 GMT",
	    "Sun, 06 Nov 1994 08:60:00 GMT", "Sun, 06 Nov 1994 08:49:61 GMT",
	    "Sun, 06 Nov 94 08:49:37 GMT", "Sun, 06 Nov 19940 08:49:37 GMT",
	    "Xyz, 06 Nov 1994 08:49:37 GMT", "Sun, 06-Nov-94 08:49:37 GMT",
	    "Sunday, 06 Nov 1994 08:49:37 GMT", "Sun Nov 6 08:49:37 1994",
	    "Sun Nov  6 08:49:37 94", "Sun, -6 Nov 1994 08:49:37 GMT",
	    "Sun, 06 Nov 1994 08:49:37 GMT, Sun, 06 Nov 1994 08:49:37 GMT"};
	int64_t at;

	for (size_t i = 0; i < RT_LEN(texts); i++)
		CHECK(!parse(texts[i], &at));
}

TEST(what_is_written_is_read)
{
	static const int64_t times[] = {0, -1, NOV_1994, NOW, 1709251199,
	    253402300799};
	char text[RT_HTTP_DATE_TEXT];
	int64_t at;

	for (size_t i = 0; i < RT_LEN(times); i++) {
		rt_http_date_text(text, times[i]);
		CHECK_INT(strlen(text), RT_HTTP_DATE_TEXT - 1);
		CHECK(parse(text, &at));
		CHECK_INT(at, times[i]);
	}
	rt_http_date_text(text, NOV_1994);
	CHECK_STR(rt_str(text), "Sun, 06 Nov 1994 08:49:37 GMT");
	rt_http_date_text(text, 253402300800);
	CHECK_STR(rt_str(text), "");
	rt_http_date_text(text, INT64_MAX);
	CHECK_STR(rt_str(text), "");
}
