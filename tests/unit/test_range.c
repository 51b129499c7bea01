#include "runtime/range.h"

#include "tests/unit/test.h"

static struct rt_range range;

static enum rt_range_result
parse(const char *value, uint64_t length)
{
	range = (struct rt_range){0, 0};
	return rt_range_parse(rt_str(value), length, &range);
}

/* "first+n", or what else becomes of it. */
static const char *
part(const char *value, uint64_t length)
{
	static char text[64];

	switch (parse(value, length)) {
	case RT_RANGE_NONE:
		return "whole";
	case RT_RANGE_UNSATISFIABLE:
		return "416";
	case RT_RANGE_PART:
		break;
	}
	CHECK(range.n > 0 && range.n <= length);
	CHECK(range.first <= length - range.n);
	snprintf(text, sizeof(text), "%" PRIu64 "+%" PRIu64, range.first,
	    range.n);
	return text;
}

#define CHECK_PART(value, length, want) \
	CHECK_STR(rt_str(part(value, length)), want)

/* The examples of RFC 9110, section 14.1.2, of 10000 bytes. */
TEST(examples_of_the_rfc)
{
	CHECK_PART("bytes=0-499", 10000, "0+500");
	CHECK_PART("bytes=500-999", 10000, "500+500");
	CHECK_PART("bytes=-500", 10000, "9500+500");
	CHECK_PART("bytes=9500-", 10000, "9500+500");
	CHECK_PART("bytes=0-0,-1", 10000, "whole");
	CHECK_PART("bytes= 0-999, 4500-5499, -1000", 10000, "whole");
	CHECK_PART("bytes=500-600,601-999", 10000, "500+500");
	CHECK_PART("bytes=500-700,601-999", 10000, "500+500");
}

TEST(ends_are_cut_to_the_length)
{
	CHECK_PART("bytes=0-", 10, "0+10");
	CHECK_PART("bytes=9-9", 10, "9+1");
	CHECK_PART("bytes=9-10", 10, "9+1");
	CHECK_PART("bytes=5-18446744073709551615", 10, "5+5");
	CHECK_PART("bytes=5-99999999999999999999999", 10, "5+5");
	CHECK_PART("bytes=0-18446744073709551617", 10, "0+10");
	CHECK_PART("bytes=-10", 10, "0+10");
	CHECK_PART("bytes=-11", 10, "0+10");
	CHECK_PART("bytes=-99999999999999999999999", 10, "0+10");
	CHECK_PART("bytes=0-18446744073709551615", UINT64_MAX,
	    "0+18446744073709551615");
}

TEST(what_can_not_be_satisfied)
{
	CHECK_PART("bytes=10-", 10, "416");
	CHECK_PART("bytes=10-20", 10, "416");
	CHECK_PART("bytes=99999999999999999999999-", 10, "416");
	CHECK_PART("bytes=18446744073709551617-", 10, "416");
	CHECK_PART("bytes=-0", 10, "416");
	CHECK_PART("bytes=10-,11-12,-0", 10, "416");
	CHECK_PART("bytes=10-,0-0", 10, "0+1");
}

TEST(an_empty_body_has_no_parts)
{
	CHECK_PART("bytes=0-", 0, "whole");
	CHECK_PART("bytes=-1", 0, "whole");
	CHECK_PART("bytes=1-2", 0, "whole");
}

TEST(ranges_that_touch_are_one)
{
	CHECK_PART("bytes=5-9,0-4", 10, "0+10");
	CHECK_PART("bytes=0-0,1-1,2-2", 10, "0+3");
	CHECK_PART("bytes=0-9,3-4,2-", 10, "0+10");
	CHECK_PART("bytes=-3,6-7", 10, "6+4");
	CHECK_PART("bytes=0-1,3-4", 10, "whole");
	CHECK_PART("bytes=0-4,0-4,0-4", 10, "0+5");
	CHECK_PART("Bytes=,, 0-1 ,\t2-3 ,", 10, "0+4");
}

/* Apache of 2011 made a copy for each of them (CVE-2011-3192). */
TEST(many_ranges_do_not_count)
{
	char text[512] = "bytes=0-";

	for (int i = 1; i < RT_RANGES_MAX; i++)
		strcat(text, ",5-");
	CHECK_PART(text, 10, "0+10");
	strcat(text, ",5-");
	CHECK_PART(text, 10, "whole");
}

TEST(what_is_malformed_does_not_count)
{
	static const char *const values[] = {"", "bytes", "bytes=", "bytes=-",
	    "bytes=,", "bytes=a-", "bytes=1", "bytes=1-a", "bytes=2-1",
	    "bytes=1 - 2", "bytes=+1-2", "bytes=--1", "bytes=-1-2",
	    "bytes=0-1;2-3", "bytes=0-1 2-3", "bytes=0x1-", "items=0-1",
	    "bytes =0-1", " bytes=0-1", "bytes=0-1,x", "0-1", "=0-1"};

	for (size_t i = 0; i < RT_LEN(values); i++)
		CHECK_PART(values[i], 10, "whole");
}
