#include "tests/unit/sql_fixture.h"

/* Our bytes are those that PostgreSQL makes of the text, and what we read is
 * its text. */
static void
check_numeric(struct rt_str text)
{
	struct rt_buf b = buf();
	struct rt_str params[2], back;
	struct row row;

	rt_pg_put_numeric(&b, text);
	CHECK(!b.full);
	params[0] = rt_buf_str(&b);
	params[1] = text;
	row = run_query("select $1::numeric, $1::numeric::text, "
			"$2::text::numeric, $2::text::numeric::text",
	    params, 2);
	CHECK(rt_str_eq(params[0], row.v[2]));
	CHECK(rt_str_eq(row.v[0], row.v[2]));
	CHECK(rt_pg_get_numeric(arena(), row.v[0], &back));
	CHECK(rt_str_eq(back, row.v[1]));
	CHECK(rt_str_eq(back, row.v[3]));
}

TEST(numerics_are_those_of_the_text)
{
	static const char *const texts[] = {"0", "-0", "0.0", "-0.000", "1",
	    "-1", "9", "10", "9999", "10000", "10001", "99999999", "100000000",
	    "12.50", "-12.5", "0.1", "0.01", "0.001", "0.0001", "0.00001",
	    "0.12345", "1.0001", "10000.0001", "123456789012345678901234567890",
	    "0.000000000000000000000000000001", "3.14159265358979323846264338",
	    "1e0", "1e1", "1E+2", "1.5e3", "1.50e1", "1.50e3", "1e-3",
	    "-1.50e-3", "12345e-3", "12345e-5", "12345e-7", "0e10", "0e-10",
	    "0.00e5", "120000", "0.120000", "100e-2", "1e131071", "9.99e131071",
	    "1e-16383", "1234567e-16383", "0e-16383"};

	for (size_t i = 0; i < RT_LEN(texts); i++)
		check_numeric(rt_str(texts[i]));
}

static struct rt_str
random_number(void)
{
	struct rt_buf b = buf();
	int64_t whole = random_between(0, 30), fraction = random_between(0, 30);

	if (random_between(0, 1) != 0)
		rt_buf_byte(&b, '-');
	if (whole == 0)
		rt_buf_byte(&b, '0');
	for (int64_t i = 0; i < whole; i++)
		rt_buf_byte(&b,
		    "0000123456789999"[random_between(i > 0 ? 0 : 4, 15)]);
	if (fraction > 0)
		rt_buf_byte(&b, '.');
	for (int64_t i = 0; i < fraction; i++)
		rt_buf_byte(&b, "0000123456789999"[random_between(0, 15)]);
	if (random_between(0, 2) == 0) {
		rt_buf_byte(&b, "eE"[random_between(0, 1)]);
		rt_buf_int(&b, random_between(-40, 40));
	}
	return rt_buf_str(&b);
}

TEST(random_numerics_are_those_of_the_text)
{
	for (int i = 0; i < 3000; i++)
		check_numeric(random_number());
}

/* All digits that there can be, so that each group and the buffer's end is
 * where it should be. */
TEST(the_longest_numeric)
{
	enum { WHOLE = 131072, FRACTION = 16383 };
	struct rt_buf b = buf();

	for (int i = 0; i < WHOLE; i++)
		rt_buf_byte(&b, (char)('1' + i % 9));
	rt_buf_byte(&b, '.');
	for (int i = 0; i < FRACTION; i++)
		rt_buf_byte(&b, (char)('9' - i % 9));
	check_numeric(rt_buf_str(&b));
}

TEST(what_numeric_has_not_is_refused)
{
	static const char *const texts[] = {"", "-", ".5", "5.", "1e", "1e+",
	    "1e1.5", "--1", "+1", "1 ", " 1", "abc", "NaN", "Infinity", "0x10",
	    "1_000", "012", "1e131072", "10e131071", "1e-16384", "0.1e-16383",
	    "0e-16384", "1e99999999999999999999", "1e-99999999999999999999"};
	struct rt_buf b;

	for (size_t i = 0; i < RT_LEN(texts); i++) {
		b = buf();
		rt_pg_put_numeric(&b, rt_str(texts[i]));
		CHECK(b.full && b.n == 0);
	}
	b = buf();
	rt_pg_put_numeric(&b, (struct rt_str){NULL, 0});
	CHECK(b.full);
	b = buf();
	rt_pg_put_numeric(&b, RT_LIT("0e99999999999999999999"));
	CHECK(!b.full);
}

TEST(what_no_json_number_is)
{
	struct rt_str out;

	CHECK(!rt_pg_get_numeric(arena(), ask("'NaN'::numeric"), &out));
	CHECK(!rt_pg_get_numeric(arena(), ask("'Infinity'::numeric"), &out));
	CHECK(!rt_pg_get_numeric(arena(), ask("'-Infinity'::numeric"), &out));
}

TEST(malformed_numerics)
{
	static const struct rt_str bad[] = {RT_TEXT(""),
	    RT_TEXT("\0\0\0\0\0\0"),
	    /* fewer groups than said, and more */
	    RT_TEXT("\0\1\0\0\0\0\0\0"), RT_TEXT("\0\0\0\0\0\0\0\0\0\1"),
	    /* a group of 10,000, a sign and a scale that there is not */
	    RT_TEXT("\0\1\0\0\0\0\0\0\x27\x10"),
	    RT_TEXT("\0\1\0\0\x80\0\0\0\0\1"),
	    RT_TEXT("\0\1\0\0\0\0\x40\0\0\1"),
	    /* digits that the scale hides: 0.0001, 0.12 with one digit */
	    RT_TEXT("\0\1\xff\xff\0\0\0\0\0\1"),
	    RT_TEXT("\0\1\xff\xff\0\0\0\1\x04\xb0")};
	struct rt_str out = {NULL, 0};

	for (size_t i = 0; i < RT_LEN(bad); i++)
		CHECK(!rt_pg_get_numeric(arena(), bad[i], &out));
	CHECK(out.p == NULL);
	/* Zeros may stand anywhere. */
	CHECK(rt_pg_get_numeric(arena(), RT_LIT("\0\2\0\1\x40\0\0\2\0\0\0\0"),
	    &out));
	CHECK_STR(out, "0.00");
}
