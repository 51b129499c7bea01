#include "runtime/coro.h"
#include "runtime/format.h"
#include "runtime/json.h"
#include "tests/unit/test.h"

static struct rt_arena *
arena(void)
{
	static struct rt_arena *a;

	if (a == NULL)
		a = rt_arena_open(SIZE_MAX, NULL, NULL);
	return a;
}

/* --- Dates and moments --- */

TEST(dates_are_strict)
{
	struct rt_date d = {.year = 1, .month = 2, .day = 3};

	CHECK(!rt_date_parse(RT_LIT("2026-02-29"), &d));
	CHECK(!rt_date_parse(RT_LIT("1900-02-29"), &d));
	CHECK(!rt_date_parse(RT_LIT("2026-13-01"), &d));
	CHECK(!rt_date_parse(RT_LIT("2026-00-01"), &d));
	CHECK(!rt_date_parse(RT_LIT("2026-01-00"), &d));
	CHECK(!rt_date_parse(RT_LIT("2026-1-1"), &d));
	CHECK(!rt_date_parse(RT_LIT("2026-01-01 "), &d));
	CHECK(!rt_date_parse(RT_LIT("2026-01-0"), &d));
	CHECK(!rt_date_parse(RT_LIT("+026-01-01"), &d));
	CHECK(!rt_date_parse(rt_str(NULL), &d));
	CHECK(d.year == 1 && d.month == 2 && d.day == 3);
	CHECK(rt_date_parse(RT_LIT("2000-02-29"), &d));
	CHECK(d.year == 2000 && d.month == 2 && d.day == 29);
	CHECK(rt_date_parse(RT_LIT("0000-02-29"), &d));
	CHECK(rt_date_parse(RT_LIT("9999-12-31"), &d));
}

static int64_t
us(const char *text)
{
	struct rt_time t;

	CHECK(rt_time_parse(rt_str(text), &t));
	return t.us;
}

static struct rt_str
time_text(int64_t t)
{
	static char text[RT_TIME_TEXT];

	rt_time_text(text, (struct rt_time){t});
	return rt_str(text);
}

TEST(moments_are_counted)
{
	CHECK_INT(us("1970-01-01T00:00:00Z"), 0);
	CHECK_INT(us("1970-01-01T00:00:00.000001Z"), 1);
	CHECK_INT(us("1969-12-31T23:59:59.5Z"), -500000);
	CHECK_INT(us("2001-09-09T01:46:40z"), INT64_C(1000000000000000));
	CHECK_INT(us("1990-12-31t15:59:59-08:00"), us("1990-12-31T23:59:59Z"));
	CHECK_INT(us("2026-03-01T00:30:00+01:00"), us("2026-02-28T23:30:00Z"));
	CHECK_INT(us("1937-01-01T12:00:27.87+00:20"),
	    us("1937-01-01T11:40:27.870000Z"));
	CHECK_INT(us("2026-01-01T00:00:00.1234567899Z"),
	    us("2026-01-01T00:00:00.123456Z"));
}

TEST(leap_seconds_fold_back)
{
	struct rt_time t;

	CHECK_INT(us("1998-12-31T23:59:60Z"), us("1998-12-31T23:59:59Z"));
	CHECK_INT(us("1998-12-31T15:59:60.25-08:00"),
	    us("1998-12-31T23:59:59.25Z"));
	CHECK(!rt_time_parse(RT_LIT("1998-12-31T23:58:60Z"), &t));
	CHECK(!rt_time_parse(RT_LIT("1998-12-31T23:59:60+01:00"), &t));
	CHECK(!rt_time_parse(RT_LIT("1998-12-31T23:59:61Z"), &t));
}

TEST(moments_are_strict)
{
	static const char *const bad[] = {"2026-01-01", "2026-01-01T00:00:00",
	    "2026-01-01 00:00:00Z", "2026-01-01T24:00:00Z",
	    "2026-01-01T00:60:00Z", "2026-01-01T00:00Z",
	    "2026-01-01T00:00:00.Z", "2026-01-01T00:00:00,5Z",
	    "2026-01-01T00:00:00+0100", "2026-01-01T00:00:00+24:00",
	    "2026-01-01T00:00:00+01:60", "2026-01-01T00:00:00Z ",
	    "2026-02-30T00:00:00Z", "2026-01-01T00:00:00+1:00", ""};
	struct rt_time t = {7};

	for (size_t i = 0; i < RT_LEN(bad); i++)
		CHECK(!rt_time_parse(rt_str(bad[i]), &t));
	CHECK(t.us == 7);
}

TEST(moments_have_texts)
{
	CHECK_STR(time_text(0), "1970-01-01T00:00:00Z");
	CHECK_STR(time_text(-1), "1969-12-31T23:59:59.999999Z");
	CHECK_STR(time_text(us("2026-11-21T07:26:33.123456Z")),
	    "2026-11-21T07:26:33.123456Z");
	CHECK_STR(time_text(us("2026-11-21T07:26:33.120Z")),
	    "2026-11-21T07:26:33.120000Z");
	CHECK_STR(time_text(INT64_MAX), "9999-12-31T23:59:59.999999Z");
	CHECK_STR(time_text(INT64_MIN), "0000-01-01T00:00:00Z");
	CHECK_STR(time_text(us("0000-01-01T00:00:00+23:59")),
	    "0000-01-01T00:00:00Z");
}

/* Every day of ten thousand years, there and back, and one after the other. */
TEST(the_calendar_is_right)
{
	static const int64_t day = INT64_C(86400) * 1000000;
	int64_t t = us("0000-01-01T00:00:00Z");
	struct rt_date d, before = {.year = -1, .month = 12, .day = 31};

	for (; t < us("9999-12-31T00:00:00Z"); t += day) {
		struct rt_str text = time_text(t);

		CHECK_INT(us(text.p), t);
		text.n = 10;
		CHECK(rt_date_parse(text, &d));
		CHECK(d.day == before.day + 1 || d.day == 1);
		CHECK(d.day != 1 || d.month == before.month % 12 + 1);
		CHECK(d.month >= before.month || d.year == before.year + 1);
		before = d;
	}
}

TEST(dates_have_texts)
{
	char text[RT_DATE_TEXT];

	rt_date_text(text, (struct rt_date){.year = 7, .month = 1, .day = 9});
	CHECK_STR(rt_str(text), "0007-01-09");
}

TEST(the_clock_goes)
{
	/* From the day this was written to the end of four digits. */
	CHECK(rt_time_now().us > us("2025-01-01T00:00:00Z"));
	CHECK(rt_time_now().us < us("9999-01-01T00:00:00Z"));
}

/* --- UUIDs, hexadecimal, base64 --- */

TEST(uuids_are_read_and_written)
{
	static const char lower[] = "f81d4fae-7dec-11d0-a765-00a0c91e6bf6";
	char text[RT_UUID_TEXT];
	struct rt_uuid u, v;

	CHECK(
	    rt_uuid_parse(RT_LIT("F81D4FAE-7DEC-11D0-A765-00A0C91E6BF6"), &u));
	CHECK(u.b[0] == 0xf8 && u.b[15] == 0xf6);
	rt_uuid_text(text, u);
	CHECK_STR(rt_str(text), lower);
	CHECK(rt_uuid_parse(rt_str(lower), &v) && rt_uuid_eq(u, v));
	v.b[15]++;
	CHECK(!rt_uuid_eq(u, v));
	CHECK(!rt_uuid_parse(RT_LIT("f81d4fae7dec11d0a76500a0c91e6bf6"), &u));
	CHECK(
	    !rt_uuid_parse(RT_LIT("f81d4fae-7dec-11d0-a765-00a0c91e6bfg"), &u));
	CHECK(
	    !rt_uuid_parse(RT_LIT("f81d4fae-7dec-11d0-a76-500a0c91e6bf6"), &u));
	CHECK(
	    !rt_uuid_parse(RT_LIT("f81d4fae-7dec-11d0-a765-00a0c91e6bf"), &u));
}

TEST(random_uuids_are_version_4)
{
	struct rt_uuid before = {{0}};

	for (int i = 0; i < 1000; i++) {
		struct rt_uuid u = rt_uuid_random();

		CHECK_INT(u.b[6] >> 4, 4);
		CHECK_INT(u.b[8] >> 6, 2);
		CHECK(!rt_uuid_eq(u, before));
		before = u;
	}
}

TEST(random_bytes_fill_all)
{
	unsigned char p[301], any[301] = {0};

	for (int round = 0; round < 20; round++) {
		memset(p, 0, sizeof(p));
		rt_random(p, sizeof(p) - 1);
		for (size_t i = 0; i < sizeof(p); i++)
			any[i] |= p[i];
	}
	for (size_t i = 0; i < 300; i++)
		CHECK(any[i] != 0);
	CHECK_INT(any[300], 0);
}

TEST(hexadecimal)
{
	CHECK_STR(rt_hex(arena(), RT_LIT("\x00\x9a\xff")), "009aff");
	CHECK_STR(rt_hex(arena(), RT_LIT("")), "");
}

/* RFC 4648, section 10, without padding. */
TEST(base64url_is_that_of_the_rfc)
{
	static const char *const pairs[][2] = {{"", ""}, {"f", "Zg"},
	    {"fo", "Zm8"}, {"foo", "Zm9v"}, {"foob", "Zm9vYg"},
	    {"fooba", "Zm9vYmE"}, {"foobar", "Zm9vYmFy"},
	    {"\xfb\xff\xfe", "-__-"}};
	struct rt_str out;

	for (size_t i = 0; i < RT_LEN(pairs); i++) {
		CHECK_STR(rt_base64url(arena(), rt_str(pairs[i][0])),
		    pairs[i][1]);
		CHECK(rt_base64url_parse(arena(), rt_str(pairs[i][1]), &out));
		CHECK_STR(out, pairs[i][0]);
	}
	CHECK(!rt_base64url_parse(arena(), RT_LIT("Zg=="), &out));
	CHECK(!rt_base64url_parse(arena(), RT_LIT("Zh"), &out));
	CHECK(!rt_base64url_parse(arena(), RT_LIT("Zm9"), &out));
	CHECK(!rt_base64url_parse(arena(), RT_LIT("Z"), &out));
	CHECK(!rt_base64url_parse(arena(), RT_LIT("Zm9vY"), &out));
	CHECK(!rt_base64url_parse(arena(), RT_LIT("Zm+v"), &out));
	CHECK(!rt_base64url_parse(arena(), RT_LIT("Zm\n9v"), &out));
}

/* RFC 4648, section 10. */
TEST(base64_is_that_of_the_rfc)
{
	static const char *const pairs[][2] = {{"", ""}, {"f", "Zg=="},
	    {"fo", "Zm8="}, {"foo", "Zm9v"}, {"foob", "Zm9vYg=="},
	    {"fooba", "Zm9vYmE="}, {"foobar", "Zm9vYmFy"},
	    {"\xfb\xff\xfe", "+//+"}};
	static const char *const bad[] = {"Zg", "Zg=", "Zg===", "Zh==", "=",
	    "====", "Zm9=", "Z===", "Zm=v", "Zm-v", "Zm\n9", "Zg==Zg=="};
	struct rt_str out;

	for (size_t i = 0; i < RT_LEN(pairs); i++) {
		CHECK_STR(rt_base64(arena(), rt_str(pairs[i][0])), pairs[i][1]);
		CHECK(rt_base64_parse(arena(), rt_str(pairs[i][1]), &out));
		CHECK_STR(out, pairs[i][0]);
	}
	for (size_t i = 0; i < RT_LEN(bad); i++)
		CHECK(!rt_base64_parse(arena(), rt_str(bad[i]), &out));
}

/* --- The grammars --- */

static bool
ok(enum rt_format format, const char *s)
{
	return rt_format_ok(format, rt_str(s));
}

TEST(integers_have_a_range)
{
	CHECK(ok(RT_FORMAT_INT32, "2147483647"));
	CHECK(ok(RT_FORMAT_INT32, "-2147483648"));
	CHECK(ok(RT_FORMAT_INT32, "1.0"));
	CHECK(!ok(RT_FORMAT_INT32, "2147483648"));
	CHECK(!ok(RT_FORMAT_INT32, "-2147483649"));
	CHECK(!ok(RT_FORMAT_INT32, "1.5"));
	CHECK(!ok(RT_FORMAT_INT32, "1e99999999999"));
	CHECK(ok(RT_FORMAT_INT64, "9223372036854775807"));
	CHECK(ok(RT_FORMAT_INT64, "-9223372036854775808"));
	CHECK(!ok(RT_FORMAT_INT64, "9223372036854775808"));
	CHECK(!ok(RT_FORMAT_INT64, "-9223372036854775809"));
}

TEST(base64_has_padding)
{
	CHECK(ok(RT_FORMAT_BYTE, ""));
	CHECK(ok(RT_FORMAT_BYTE, "Zg=="));
	CHECK(ok(RT_FORMAT_BYTE, "Zm8="));
	CHECK(ok(RT_FORMAT_BYTE, "+/+/"));
	CHECK(!ok(RT_FORMAT_BYTE, "Zg"));
	CHECK(!ok(RT_FORMAT_BYTE, "Zg="));
	CHECK(!ok(RT_FORMAT_BYTE, "Z==="));
	CHECK(!ok(RT_FORMAT_BYTE, "===="));
	CHECK(!ok(RT_FORMAT_BYTE, "Zg==Zg=="));
	CHECK(!ok(RT_FORMAT_BYTE, "Zh=="));
	CHECK(!ok(RT_FORMAT_BYTE, "Zm9="));
	CHECK(!ok(RT_FORMAT_BYTE, "-_-_"));
}

TEST(addresses)
{
	CHECK(ok(RT_FORMAT_IPV4, "255.0.10.199"));
	CHECK(!ok(RT_FORMAT_IPV4, "256.0.0.0"));
	CHECK(!ok(RT_FORMAT_IPV4, "1.2.3"));
	CHECK(!ok(RT_FORMAT_IPV4, "1.2.3.4.5"));
	CHECK(!ok(RT_FORMAT_IPV4, "1.2.3."));
	CHECK(!ok(RT_FORMAT_IPV4, "01.2.3.4"));
	CHECK(ok(RT_FORMAT_IPV6, "::"));
	CHECK(ok(RT_FORMAT_IPV6, "1:2:3:4:5:6:7:8"));
	CHECK(ok(RT_FORMAT_IPV6, "1:2:3:4:5:6:7::"));
	CHECK(ok(RT_FORMAT_IPV6, "::ffff:1.2.3.4"));
	CHECK(ok(RT_FORMAT_IPV6, "1:2:3:4:5:6:1.2.3.4"));
	CHECK(!ok(RT_FORMAT_IPV6, "1:2:3:4:5:6:7:1.2.3.4"));
	CHECK(!ok(RT_FORMAT_IPV6, "1.2.3.4::"));
	CHECK(!ok(RT_FORMAT_IPV6, "1:2:3:4:5:6:7:8:9"));
	CHECK(!ok(RT_FORMAT_IPV6, "1:2:3:4::5:6:7:8"));
	CHECK(!ok(RT_FORMAT_IPV6, "1::2::3"));
	CHECK(!ok(RT_FORMAT_IPV6, ":::"));
	CHECK(!ok(RT_FORMAT_IPV6, ":1::"));
	CHECK(!ok(RT_FORMAT_IPV6, "1:"));
	CHECK(!ok(RT_FORMAT_IPV6, "12345::"));
	CHECK(!ok(RT_FORMAT_IPV6, "fe80::1%eth0"));
	CHECK(!ok(RT_FORMAT_IPV6, ""));
}

TEST(hosts)
{
	char label[65];

	CHECK(ok(RT_FORMAT_HOSTNAME, "a.b-c.1"));
	CHECK(!ok(RT_FORMAT_HOSTNAME, ""));
	CHECK(!ok(RT_FORMAT_HOSTNAME, "a."));
	CHECK(!ok(RT_FORMAT_HOSTNAME, ".a"));
	CHECK(!ok(RT_FORMAT_HOSTNAME, "-a"));
	CHECK(!ok(RT_FORMAT_HOSTNAME, "a-.b"));
	CHECK(!ok(RT_FORMAT_HOSTNAME, "a_b"));
	memset(label, 'a', 64);
	label[64] = '\0';
	CHECK(!ok(RT_FORMAT_HOSTNAME, label));
	label[63] = '\0';
	CHECK(ok(RT_FORMAT_HOSTNAME, label));
	CHECK(!rt_format_ok(RT_FORMAT_HOSTNAME,
	    rt_arena_printf(arena(), "%s.%s.%s.%s", label, label, label,
		label)));
}

TEST(mailboxes)
{
	CHECK(ok(RT_FORMAT_EMAIL, "joe.bloggs+x@example.com"));
	CHECK(ok(RT_FORMAT_EMAIL, "\"joe @\\\" bloggs\"@example.com"));
	CHECK(ok(RT_FORMAT_EMAIL, "joe@[127.0.0.1]"));
	CHECK(ok(RT_FORMAT_EMAIL, "joe@[IPv6:::1]"));
	CHECK(!ok(RT_FORMAT_EMAIL, "joe"));
	CHECK(!ok(RT_FORMAT_EMAIL, "@example.com"));
	CHECK(!ok(RT_FORMAT_EMAIL, "joe@"));
	CHECK(!ok(RT_FORMAT_EMAIL, "joe@b@c"));
	CHECK(!ok(RT_FORMAT_EMAIL, ".joe@b"));
	CHECK(!ok(RT_FORMAT_EMAIL, "j..e@b"));
	CHECK(!ok(RT_FORMAT_EMAIL, "joe.@b"));
	CHECK(!ok(RT_FORMAT_EMAIL, "\"joe@b"));
	CHECK(!ok(RT_FORMAT_EMAIL, "\"joe\\"));
	CHECK(!ok(RT_FORMAT_EMAIL, "\"joe\"x@b"));
	CHECK(!ok(RT_FORMAT_EMAIL, "joe@[127.0.0.1"));
	CHECK(!ok(RT_FORMAT_EMAIL, "joe@[]"));
	CHECK(!ok(RT_FORMAT_EMAIL, "j\xc3\xb6@b"));
}

/* The local part may have 64 octets, its quotes included. */
TEST(mailboxes_are_limited)
{
	static const char digits[] =
	    "1234567890123456789012345678901234567890123456789012345678901234";

	CHECK_INT(strlen(digits), 64);
	CHECK(rt_format_ok(RT_FORMAT_EMAIL,
	    rt_arena_printf(arena(), "%s@b", digits)));
	CHECK(!rt_format_ok(RT_FORMAT_EMAIL,
	    rt_arena_printf(arena(), "%s5@b", digits)));
	CHECK(rt_format_ok(RT_FORMAT_EMAIL,
	    rt_arena_printf(arena(), "\"%.62s\"@b", digits)));
	CHECK(!rt_format_ok(RT_FORMAT_EMAIL,
	    rt_arena_printf(arena(), "\"%.63s\"@b", digits)));
}

TEST(uris)
{
	static const char *const good[] = {"http://a", "urn:x:y",
	    "a:", "http://u:p@h:80/p;a=b/?q=%20#f", "http://[::1]:8/",
	    "http://[v1.a]", "file:///etc", "mailto:a@b", "tel:+1-816",
	    "http://a:/"};
	static const char *const bad[] = {"/a", "a", "1a:b", "http://a b",
	    "http://[::1", "http://[::1]x", "http://a:8x", "http://a/%2",
	    "http://a/%zz", "http://a/\\", "http://a#b#c", "http://[v.a]", ":a",
	    "http://a@b@c/", "http://a/\xc3\xa9", "http://a/<b>", ""};

	for (size_t i = 0; i < RT_LEN(good); i++) {
		CHECK(ok(RT_FORMAT_URI, good[i]));
		CHECK(ok(RT_FORMAT_URI_REFERENCE, good[i]));
	}
	for (size_t i = 0; i < RT_LEN(bad); i++)
		CHECK(!ok(RT_FORMAT_URI, bad[i]));
	CHECK(ok(RT_FORMAT_URI_REFERENCE, ""));
	CHECK(ok(RT_FORMAT_URI_REFERENCE, "a/b:c"));
	CHECK(ok(RT_FORMAT_URI_REFERENCE, "//a/b"));
	CHECK(ok(RT_FORMAT_URI_REFERENCE, "#f"));
	CHECK(!ok(RT_FORMAT_URI_REFERENCE, "1a:b"));
	/* The byte behind the text is no part of a percent-code. */
	CHECK(!rt_format_ok(RT_FORMAT_URI, (struct rt_str){"a:%20", 4}));
	CHECK(!ok(RT_FORMAT_URI_REFERENCE, "\\a"));
}

TEST(hosts_in_unicode)
{
	CHECK(ok(RT_FORMAT_HOSTNAME, "xn--bcher-kva.example"));
	CHECK(ok(RT_FORMAT_HOSTNAME, "XN--BCHER-KVA.example"));
	CHECK(!ok(RT_FORMAT_HOSTNAME, "xn--bcher-kvb.example"));
	CHECK(!ok(RT_FORMAT_HOSTNAME, "xn--.example"));
	CHECK(!ok(RT_FORMAT_HOSTNAME, "xn--abc-.example"));
	CHECK(ok(RT_FORMAT_HOSTNAME, "ab--c.example"));
	CHECK(!ok(RT_FORMAT_HOSTNAME,
	    "b\xc3\xbc"
	    "cher.example"));

	CHECK(ok(RT_FORMAT_IDN_HOSTNAME,
	    "b\xc3\xbc"
	    "cher.example"));
	CHECK(ok(RT_FORMAT_IDN_HOSTNAME, "xn--bcher-kva.example"));
	CHECK(!ok(RT_FORMAT_IDN_HOSTNAME, "xn--bcher-kvb.example"));
	CHECK(!ok(RT_FORMAT_IDN_HOSTNAME, "ab--c.example"));
	CHECK(!ok(RT_FORMAT_IDN_HOSTNAME,
	    "-b\xc3\xbc"
	    "cher.example"));
	CHECK(!ok(RT_FORMAT_IDN_HOSTNAME,
	    "b\xc3\xbc"
	    "cher-.example"));
	CHECK(!ok(RT_FORMAT_IDN_HOSTNAME, "b\xc3\xbc_cher.example"));
	CHECK(!ok(RT_FORMAT_IDN_HOSTNAME,
	    "B\xc3\x9c"
	    "CHER"));
	CHECK(!ok(RT_FORMAT_IDN_HOSTNAME, "b\xc3.example"));
	CHECK(!ok(RT_FORMAT_IDN_HOSTNAME, "a b"));
	CHECK(!rt_format_ok(RT_FORMAT_IDN_HOSTNAME,
	    RT_LIT("b\xc3\xbc\0c.example")));
}

/* Labels and names are as long as the DNS has them. */
TEST(hosts_in_unicode_are_limited)
{
	struct rt_buf b = rt_buf(arena(), SIZE_MAX);
	size_t at[2] = {0, 0};

	for (size_t n = 1; n < 300; n++) {
		rt_buf_add(&b, RT_LIT("\xc3\xbc"));
		if (rt_format_ok(RT_FORMAT_IDN_HOSTNAME, rt_buf_str(&b)))
			at[0] = n;
	}
	CHECK_INT(at[0], 57);
	b = rt_buf(arena(), SIZE_MAX);
	for (size_t n = 1; n < 100; n++) {
		/* "xn--tda" and a dot */
		rt_buf_add(&b, RT_LIT(".\xc3\xbc"));
		if (rt_format_ok(RT_FORMAT_IDN_HOSTNAME,
			(struct rt_str){b.p + 1, b.n - 1}))
			at[1] = n;
	}
	CHECK_INT(at[1], (253 + 1) / 8);
}

TEST(mailboxes_in_unicode)
{
	CHECK(ok(RT_FORMAT_IDN_EMAIL, "joe@example.com"));
	CHECK(ok(RT_FORMAT_IDN_EMAIL, "j\xc3\xb6@b\xc3\xbc.example"));
	CHECK(ok(RT_FORMAT_IDN_EMAIL, "\"j\xc3\xb6 e\"@[127.0.0.1]"));
	CHECK(!ok(RT_FORMAT_IDN_EMAIL, "j\xc3@b"));
	CHECK(!ok(RT_FORMAT_IDN_EMAIL, "j\xc3\xb6 e@b"));
	CHECK(!ok(RT_FORMAT_IDN_EMAIL, "\"j\\\xc3\xb6\"@b"));
	CHECK(!ok(RT_FORMAT_IDN_EMAIL, "j\xc3\xb6@-b"));
	CHECK(!ok(RT_FORMAT_IDN_EMAIL, "@b"));
}

TEST(iris)
{
	static const char *const good[] = {"http://\xc3\xa9/\xc3\xa9?\xc3\xa9",
	    "a:#\xf0\x90\x80\x80", "a:?\xee\x80\x80", "a:%C3"};
	static const char *const bad[] = {"a:\xc2\x9f", "a:\xee\x80\x80",
	    "a:#\xee\x80\x80", "a:\xef\xbf\xbf", "a:\xef\xb7\x90",
	    "a:\xef\xbf\xb0", "a:\xf0\x9f\xbf\xbe", "a:\xc3",
	    "a:\xf3\xa0\x80\x80", "\xc3\xa9:a", "http://a:\xd9\xa1/",
	    "http://[v1.\xc3\xa9]"};

	for (size_t i = 0; i < RT_LEN(good); i++)
		CHECK(ok(RT_FORMAT_IRI, good[i]));
	for (size_t i = 0; i < RT_LEN(bad); i++)
		CHECK(!ok(RT_FORMAT_IRI, bad[i]));
	CHECK(ok(RT_FORMAT_IRI_REFERENCE, "../\xc3\xa9"));
	CHECK(!ok(RT_FORMAT_IRI, "../\xc3\xa9"));
}

TEST(templates)
{
	CHECK(ok(RT_FORMAT_URI_TEMPLATE, "/a{?b,c*,d:12}#\xc3\xa9%20"));
	CHECK(ok(RT_FORMAT_URI_TEMPLATE, "{=a_1.b%20}"));
	CHECK(!ok(RT_FORMAT_URI_TEMPLATE, "{?}"));
	CHECK(!ok(RT_FORMAT_URI_TEMPLATE, "{a*:1}"));
	CHECK(!ok(RT_FORMAT_URI_TEMPLATE, "{a:1*}"));
	CHECK(!ok(RT_FORMAT_URI_TEMPLATE, "{a.}"));
	CHECK(!ok(RT_FORMAT_URI_TEMPLATE, "{\xc3\xa9}"));
	CHECK(!ok(RT_FORMAT_URI_TEMPLATE, "a%2"));
	CHECK(!ok(RT_FORMAT_URI_TEMPLATE, "\xc3"));
	CHECK(!rt_format_ok(RT_FORMAT_URI_TEMPLATE, RT_LIT("a\0b")));
	CHECK(!rt_format_ok(RT_FORMAT_URI_TEMPLATE, (struct rt_str){"{a}", 2}));
}

/* Each construct that only libpcre2 has, or only ECMA-262. */
TEST(regexes)
{
	static const char *const good[] = {"", "a|b", "(?:a)(?=b)(?!c)(?<!d)",
	    "[\\]+*?(]", "[(*]", "a\\++", "a+?", "\\u{1F600}\\/\\-", "\\\\Z",
	    "[^]"};
	static const char *const bad[] = {"\\Z", "\\A", "\\h", "[\\R]", "a++",
	    "a*+", "a?+", "a{2}+", "(?>a)", "(?|a)", "(*UTF)a", "(?i:a)", "(",
	    "[", "\\", "*", "(?P<n>a)"};

	for (size_t i = 0; i < RT_LEN(good); i++)
		CHECK(ok(RT_FORMAT_REGEX, good[i]));
	for (size_t i = 0; i < RT_LEN(bad); i++)
		CHECK(!ok(RT_FORMAT_REGEX, bad[i]));
	CHECK(!ok(RT_FORMAT_REGEX, "\xc3"));
}

TEST(numbers_have_a_range)
{
	CHECK(ok(RT_FORMAT_FLOAT, "-3.4028235e38"));
	CHECK(!ok(RT_FORMAT_FLOAT, "3.402824e38"));
	CHECK(!ok(RT_FORMAT_FLOAT, "-3.402824e38"));
	CHECK(ok(RT_FORMAT_FLOAT, "1e-999"));
	CHECK(ok(RT_FORMAT_DOUBLE, "1.7976931348623157e308"));
	CHECK(!ok(RT_FORMAT_DOUBLE, "1.797693134862316e308"));
	CHECK(!ok(RT_FORMAT_DOUBLE, "-1e309"));
	CHECK(ok(RT_FORMAT_DOUBLE, "0.1"));
}

TEST(formats_have_names)
{
	for (int f = RT_FORMAT_DATE; f <= RT_FORMAT_DOUBLE; f++)
		CHECK(rt_format_name((enum rt_format)f)[0] != '\0');
	CHECK_STR(rt_str(rt_format_name(RT_FORMAT_DOUBLE)), "double");
	CHECK_STR(rt_str(rt_format_name((enum rt_format)0)), "");
	CHECK_STR(rt_str(rt_format_name(RT_FORMAT_DOUBLE + 1)), "");
	CHECK(rt_format_is_numeric(RT_FORMAT_INT64));
	CHECK(rt_format_is_numeric(RT_FORMAT_FLOAT));
	CHECK(!rt_format_is_numeric(RT_FORMAT_TIME));
	CHECK(!rt_format_is_numeric(RT_FORMAT_BYTE));
}

/* What asks a library has to do on the stack of a call. */
static void
run_libraries(void *arg)
{
	struct rt_buf b = rt_buf(arena(), SIZE_MAX);

	(void)arg;
	for (int i = 0; i < 20; i++)
		rt_buf_add(&b, RT_LIT("(?:[a-z]|"));
	for (int i = 0; i < 20; i++)
		rt_buf_add(&b, RT_LIT("b)+"));
	CHECK(rt_format_ok(RT_FORMAT_REGEX, rt_buf_str(&b)));
	b.n = 0;
	for (int i = 0; i < 5000; i++)
		rt_buf_add(&b, RT_LIT("("));
	CHECK(!rt_format_ok(RT_FORMAT_REGEX, rt_buf_str(&b)));
	CHECK(ok(RT_FORMAT_IDN_HOSTNAME, "\xd7\x90\xd7\xb3\xd7\x91.example"));
}

TEST(libraries_need_little_stack)
{
	struct rt_coro *coro = rt_coro_new(run_libraries, NULL);

	CHECK(coro != NULL && rt_coro_resume(coro));
	rt_coro_free(coro);
}

/* --- JSON Schema's own tests of the formats --- */

static struct rt_str
read_file(const char *path)
{
	size_t size = 1 << 20, n;
	char *text = rt_arena_new(arena(), size);
	FILE *f = fopen(path, "rb");

	if (f == NULL)
		return rt_str(NULL);
	n = fread(text, 1, size, f);
	fclose(f);
	return (struct rt_str){text, n};
}

/* Tests that fail, by their descriptions. */
static bool
is_known(const struct rt_node *test)
{
	static const char *const known[] = {
	    /* libidn2 looks at one label only, and at less of RFC 5893 there. */
	    "Bidi domain name with a digit-first label is invalid",
	    "right-to-left label mixing both digit types is invalid",
	    /* libpcre2 has no lookbehind without a limit. */
	    "a variable-width lookbehind (ES2018)",
	};
	struct rt_str what = rt_node_str(rt_node_get(test, "description"));

	for (size_t i = 0; i < RT_LEN(known); i++) {
		if (rt_str_is(what, known[i]))
			return true;
	}
	return false;
}

/* The number of tests that disagree, and of all; known ones have to. */
static void
run_group(enum rt_format format, const struct rt_node *group, unsigned *wrong,
    unsigned *all)
{
	struct rt_items test = rt_items(rt_node_get(group, "tests"));

	while (rt_items_next(&test)) {
		const struct rt_node *data = rt_node_get(test.value, "data");
		bool valid = rt_node_get(test.value, "valid")->n;
		bool agrees = data->type != RT_STRING ||
		    rt_format_ok(format, rt_node_str(data)) == valid;

		++*all;
		if (agrees != is_known(test.value))
			continue;
		fprintf(stderr, "%s: %.*s%s\n", rt_format_name(format),
		    RT_FMT(rt_node_str(rt_node_get(test.value, "description"))),
		    agrees ? " holds now" : "");
		++*wrong;
	}
}

static void
run_suite(enum rt_format format, const char *name, unsigned *all)
{
	struct rt_str path = rt_arena_printf(arena(),
	    "../shared/suites/json-schema/tests/draft2020-12/optional/format/"
	    "%s.json",
	    name);
	struct rt_str text = read_file(path.p);
	struct rt_json_error err;
	const struct rt_node *root;
	struct rt_items group;
	unsigned wrong = 0;

	if (text.p == NULL) {
		printf("SKIPPED: there is no %s\n", path.p);
		return;
	}
	root = rt_json_parse(arena(), text, NULL, &err);
	CHECK(root != NULL);
	group = rt_items(root);
	while (rt_items_next(&group))
		run_group(format, group.value, &wrong, all);
	CHECK_INT(wrong, 0);
}

TEST(json_schema_test_suite)
{
	unsigned all = 0;

	for (int f = RT_FORMAT_DATE; f <= RT_FORMAT_REGEX; f++) {
		if (f != RT_FORMAT_BYTE && f != RT_FORMAT_INT32 &&
		    f != RT_FORMAT_INT64)
			run_suite((enum rt_format)f,
			    rt_format_name((enum rt_format)f), &all);
	}
	run_suite(RT_FORMAT_REGEX, "ecmascript-regex", &all);
	CHECK(all == 0 || all > 400);
}
