#include <float.h>
#include <math.h>
#include <time.h>

#include "runtime/json.h"
#include "tests/unit/test.h"

static int
cmp(const char *a, const char *b)
{
	int order = rt_decimal_cmp(rt_str(a), rt_str(b));

	CHECK_INT(rt_decimal_cmp(rt_str(b), rt_str(a)), -order);
	return order;
}

TEST(numbers_compare_by_value)
{
	CHECK_INT(cmp("1", "1.0"), 0);
	CHECK_INT(cmp("1", "10e-1"), 0);
	CHECK_INT(cmp("-0", "0.000e5"), 0);
	CHECK_INT(cmp("0.10", "1E-1"), 0);
	CHECK_INT(cmp("1200e-2", "12"), 0);
	CHECK_INT(cmp("0.00012", "1.2e-4"), 0);
	CHECK_INT(cmp("9", "10"), -1);
	CHECK_INT(cmp("-9", "-10"), 1);
	CHECK_INT(cmp("-1", "1"), -1);
	CHECK_INT(cmp("0", "1e-999999"), -1);
	CHECK_INT(cmp("0", "-1e-999999"), 1);
	CHECK_INT(cmp("0.3", "0.29999999999999999999999"), 1);
	CHECK_INT(cmp("9007199254740993", "9007199254740992"), 1);
	CHECK_INT(cmp("123456789012345678901", "123456789012345678900"), 1);
	CHECK_INT(cmp("99999999999999999999", "1e20"), -1);
	CHECK_INT(cmp("1.5", "1.45"), 1);
	CHECK_INT(cmp("10.01", "10.010000000"), 0);
	CHECK_INT(cmp("-0.5", "-0.50"), 0);
	CHECK_INT(cmp("-0.5", "-0.51"), 1);
	CHECK_INT(cmp("-0.0", "0"), 0);
	/* Of as many bytes as a comparison by integers takes, and of more. */
	CHECK_INT(cmp("9", "0.00000000000000"), 1);
	CHECK_INT(cmp("9", "8.999999999999999"), 1);
	CHECK_INT(cmp("999999999", "999999.99"), 1);
	CHECK_INT(cmp("9999999999", "9999999.999"), 1);
	CHECK_INT(cmp("99999999999999999", "99999999999999998"), 1);
	CHECK_INT(cmp("1e+2", "100"), 0);
}

/* Of few bytes there is a shorter way, which must say the same. */
TEST(short_numbers_compare_as_long_ones)
{
	static const char *const texts[] = {"0", "-0", "0.0", "1", "-1", "1.5",
	    "1.50", "-1.5", "0.25", "0.3", "10.01", "9.999999", "-9.99999",
	    "99999999", "-9999999", "0.0000001", "-0.000001", "123456.7",
	    "1234567.8", "0.1234567"};
	char a[64], b[64];

	for (size_t i = 0; i < RT_LEN(texts); i++) {
		for (size_t k = 0; k < RT_LEN(texts); k++) {
			snprintf(a, sizeof(a), "%se-0000000000000000000",
			    texts[i]);
			snprintf(b, sizeof(b), "%se0000000000000000000",
			    texts[k]);
			CHECK_INT(cmp(texts[i], texts[k]), cmp(a, b));
		}
	}
}

TEST(short_integers)
{
	CHECK(rt_decimal_is_short(RT_LIT("0")));
	CHECK(rt_decimal_is_short(RT_LIT("-12345678901234567")));
	CHECK(rt_decimal_is_short(RT_LIT("123456789012345678")));
	CHECK(!rt_decimal_is_short(RT_LIT("1234567890123456789")));
	CHECK(!rt_decimal_is_short(RT_LIT("1.0")));
	CHECK(!rt_decimal_is_short(RT_LIT("1e3")));
}

TEST(exponents_may_be_huge)
{
	CHECK_INT(cmp("1e1000000", "1e999999"), 1);
	CHECK_INT(cmp("10e1000000", "1e1000001"), 0);
	CHECK_INT(cmp("1e99999999999999999999999999", "5"), 1);
	CHECK_INT(cmp("1e-99999999999999999999999999", "5"), -1);
	CHECK_INT(cmp("-1e99999999999999999999999999", "-5"), -1);
	CHECK_INT(cmp("0e99999999999999999999999999", "0"), 0);
}

static bool
is_integer(const char *s)
{
	return rt_decimal_is_integer(rt_str(s));
}

TEST(integers_are_told)
{
	CHECK(is_integer("0"));
	CHECK(is_integer("-17"));
	CHECK(is_integer("1.0"));
	CHECK(is_integer("1e2"));
	CHECK(is_integer("1.50e1"));
	CHECK(is_integer("1200e-2"));
	CHECK(is_integer("0.0e-5"));
	CHECK(is_integer("1e1000000"));
	CHECK(!is_integer("1.5"));
	CHECK(!is_integer("1e-1"));
	CHECK(!is_integer("1.25e1"));
	CHECK(!is_integer("1e-1000000"));
	CHECK(!is_integer("12345678901234567890.1"));
}

static int64_t
integer(const char *s)
{
	return rt_decimal_int(rt_str(s));
}

TEST(integers_are_read)
{
	CHECK_INT(integer("0"), 0);
	CHECK_INT(integer("-42"), -42);
	CHECK_INT(integer("1.0"), 1);
	CHECK_INT(integer("-1.25e2"), -125);
	CHECK_INT(integer("1200e-2"), 12);
	CHECK_INT(integer("1e18"), INT64_C(1000000000000000000));
	CHECK_INT(integer("9223372036854775807"), INT64_MAX);
	CHECK_INT(integer("9223372036854775808"), INT64_MAX);
	CHECK_INT(integer("-9223372036854775807"), -INT64_MAX);
	CHECK_INT(integer("-9223372036854775808"), INT64_MIN);
	CHECK_INT(integer("-9223372036854775809"), INT64_MIN);
	CHECK_INT(integer("9999999999999999999"), INT64_MAX);
	CHECK_INT(integer("1e1000000"), INT64_MAX);
	CHECK_INT(integer("-1e20"), INT64_MIN);
	CHECK_INT(integer("1.5"), 0);
}

TEST(doubles_are_the_nearest)
{
	static const char *const texts[] = {"0", "1", "-1.5", "0.1", "1e22",
	    "1e23", "123456789012345678", "9007199254740993",
	    "0.30000000000000004", "5e-324", "2.4703282292062328e-324",
	    "1.7976931348623157e308", "2.2250738585072011e-308", "1e-400",
	    "123456789.123456789e-20", "99999999999999999999e-10", "4e-22",
	    "999999999999999e22", "1e-23", "7e23", "100000000000000000000000"};

	for (size_t i = 0; i < RT_LEN(texts); i++) {
		double got = rt_decimal_double(rt_str(texts[i]));

		CHECK(memcmp(&got, &(double){strtod(texts[i], NULL)},
			  sizeof(got)) == 0);
	}
	CHECK(rt_decimal_double(RT_LIT("1e400")) == DBL_MAX);
	CHECK(rt_decimal_double(RT_LIT("-1e400")) == -DBL_MAX);
	CHECK(rt_decimal_double(RT_LIT("1e99999999999999999999")) == DBL_MAX);
}

/* 2^53 + 1 is halfway; only the digit behind 900 zeros decides. */
TEST(no_digit_is_too_far)
{
	char text[1200] = "9007199254740993.";

	memset(text + 17, '0', 900);
	strcpy(text + 917, "1");
	CHECK(rt_decimal_double(rt_str(text)) == 9007199254740994.0);
	text[917] = '0';
	CHECK(rt_decimal_double(rt_str(text)) == 9007199254740992.0);
}

static bool
is_multiple(const char *a, const char *b)
{
	return rt_decimal_is_multiple(rt_str(a), rt_str(b));
}

TEST(multiples_are_exact)
{
	CHECK(is_multiple("10", "5"));
	CHECK(!is_multiple("11", "5"));
	CHECK(is_multiple("-10", "5"));
	CHECK(is_multiple("0", "7"));
	CHECK(is_multiple("0.3", "0.1"));
	CHECK(is_multiple("19.99", "0.01"));
	CHECK(!is_multiple("19.999", "0.01"));
	CHECK(is_multiple("4.5", "1.5"));
	CHECK(!is_multiple("35", "1.5"));
	CHECK(is_multiple("0.0075", "0.0001"));
	CHECK(!is_multiple("0.00751", "0.0001"));
	CHECK(is_multiple("1e308", "0.5"));
	CHECK(is_multiple("12391239123", "1e-8"));
	CHECK(is_multiple("1e3", "8"));
	CHECK(!is_multiple("1e2", "8"));
	CHECK(!is_multiple("5", "10"));
	CHECK(is_multiple("1e1000000", "1024"));
	CHECK(!is_multiple("1e1000000", "3"));
	CHECK(is_multiple("3e1000000", "3"));
	CHECK(!is_multiple("1e-1000000", "1"));
	CHECK(is_multiple("1e59", "576460752303423488"));
	CHECK(!is_multiple("1e58", "576460752303423488"));
	CHECK(is_multiple("999999999999999999999999999", "999999999"));
	CHECK(!is_multiple("1", "0"));
	CHECK(!is_multiple("1", "-1"));
}

/* Multiplied out, these would take a million digits or a million steps each. */
TEST(work_does_not_follow_the_exponent)
{
	clock_t begin = clock();

	for (int i = 0; i < 100000; i++) {
		cmp("1e99999999", "1e99999998");
		is_multiple("7e99999999", "3");
		is_integer("7e99999999");
		integer("7e99999999");
	}
	CHECK((clock() - begin) / CLOCKS_PER_SEC < 20);
}
