#include "runtime/str.h"
#include "tests/unit/test.h"

TEST(equality_is_by_bytes)
{
	CHECK(rt_str_eq(RT_LIT("ab"), RT_LIT("ab")));
	CHECK(!rt_str_eq(RT_LIT("ab"), RT_LIT("aB")));
	CHECK(!rt_str_eq(RT_LIT("a\0b"), RT_LIT("a\0c")));
	CHECK(rt_str_eq(rt_str(NULL), RT_LIT("")));
	CHECK(rt_str_is(RT_LIT("ab"), "ab"));
	CHECK(!rt_str_is(RT_LIT("ab"), "abc"));
	CHECK(!rt_str_is(RT_LIT("a\0b"), "a"));
}

/* Some lengths are compared by words that overlap: each byte has to count. */
TEST(short_texts_are_equal_by_every_byte)
{
	char a[40], b[40];

	memset(a, 'x', sizeof(a));
	for (size_t n = 0; n < sizeof(a); n++) {
		struct rt_str s = {a + 1, n}, t = {b, n};

		memset(b, 'x', sizeof(b));
		b[n] = 'y';
		CHECK(rt_str_eq_short(s, t));
		CHECK(!rt_str_eq_short(s, (struct rt_str){b, n + 1}));
		for (size_t i = 0; i < n; i++) {
			b[i] = 'y';
			CHECK(!rt_str_eq_short(s, t));
			b[i] = 'x';
		}
	}
}

TEST(words_are_told_from_their_beginnings)
{
	static const struct rt_str words[] = {RT_TEXT("red"), RT_TEXT("redder"),
	    RT_TEXT("red\0"), RT_TEXT("")};
	static const char *const texts[] = {"red", "redder", ""};

	for (size_t i = 0; i < RT_LEN(words); i++) {
		for (size_t k = 0; k < RT_LEN(texts); k++)
			CHECK(rt_str_is_word(words[i], texts[k]) ==
			    rt_str_is(words[i], texts[k]));
	}
}

TEST(ascii_has_no_high_bit)
{
	char text[20];

	for (size_t n = 0; n <= sizeof(text); n++) {
		memset(text, 0x7f, sizeof(text));
		CHECK(rt_str_is_ascii((struct rt_str){text, n}));
		for (size_t i = 0; i < sizeof(text); i++) {
			text[i] = (char)0x80;
			CHECK(rt_str_is_ascii((struct rt_str){text, n}) ==
			    (i >= n));
			text[i] = 0x7f;
		}
	}
}

TEST(case_is_that_of_ascii)
{
	CHECK(rt_str_eq_nocase(RT_LIT("Az-9"), RT_LIT("aZ-9")));
	CHECK(!rt_str_eq_nocase(RT_LIT("["), RT_LIT("{")));
	CHECK(!rt_str_eq_nocase(RT_LIT("@"), RT_LIT("`")));
	CHECK(!rt_str_eq_nocase(RT_LIT("\xc9"), RT_LIT("\xe9")));
	CHECK(rt_str_is_nocase(RT_LIT("CONTENT-type"), "Content-Type"));
}

TEST(starts_and_ends)
{
	CHECK(rt_str_starts(RT_LIT("abc"), "ab"));
	CHECK(rt_str_starts(RT_LIT("abc"), ""));
	CHECK(!rt_str_starts(RT_LIT("a"), "ab"));
	CHECK(rt_str_ends(RT_LIT("abc"), "bc"));
	CHECK(!rt_str_ends(RT_LIT("abc"), "ab"));
	CHECK(!rt_str_ends(RT_LIT("c"), "bc"));
	CHECK(rt_str_has(RT_LIT("abc"), 'c'));
	CHECK(!rt_str_has(RT_LIT("abc"), 'd'));
	CHECK(!rt_str_has((struct rt_str){0}, '\0'));
}

TEST(secrets_compare_whole)
{
	CHECK(rt_str_same_secret(RT_LIT("abc"), RT_LIT("abc")));
	CHECK(!rt_str_same_secret(RT_LIT("abc"), RT_LIT("bbc")));
	CHECK(!rt_str_same_secret(RT_LIT("abc"), RT_LIT("abd")));
	CHECK(!rt_str_same_secret(RT_LIT("abc"), RT_LIT("ab")));
}

TEST(order_is_by_unsigned_bytes)
{
	CHECK(rt_str_cmp(RT_LIT("a"), RT_LIT("b")) < 0);
	CHECK(rt_str_cmp(RT_LIT("a"), RT_LIT("\xff")) < 0);
	CHECK(rt_str_cmp(RT_LIT("ab"), RT_LIT("a")) > 0);
	CHECK(rt_str_cmp(RT_LIT("b"), RT_LIT("ab")) > 0);
	CHECK_INT(rt_str_cmp(RT_LIT(""), rt_str(NULL)), 0);
}

TEST(trim_takes_blanks_only)
{
	CHECK_STR(rt_str_trim(RT_LIT(" \t a b \t")), "a b");
	CHECK_STR(rt_str_trim(RT_LIT("\r\na\n")), "\r\na\n");
	CHECK_STR(rt_str_trim(RT_LIT("  ")), "");
}

TEST(cut_walks_a_list)
{
	struct rt_str rest = RT_LIT("a,,b");

	CHECK_STR(rt_str_cut(&rest, ','), "a");
	CHECK_STR(rt_str_cut(&rest, ','), "");
	CHECK_STR(rt_str_cut(&rest, ','), "b");
	CHECK(rest.p == NULL && rest.n == 0);
	CHECK(rt_str_cut(&rest, ',').p == NULL);
	rest = RT_LIT("a,");
	CHECK_STR(rt_str_cut(&rest, ','), "a");
	CHECK(rest.p != NULL);
	CHECK_STR(rt_str_cut(&rest, ','), "");
	CHECK(rest.p == NULL);
}

/* Against the ranges of RFC 3629, section 4, for every first three bytes. */
static bool
is_utf8_of_3(unsigned a, unsigned b, unsigned c)
{
	bool tail_b = b >= 0x80 && b <= 0xbf, tail_c = c >= 0x80 && c <= 0xbf;

	if (a < 0x80)
		return (b < 0x80 && c < 0x80) ||
		    (b >= 0xc2 && b <= 0xdf && tail_c);
	if (a >= 0xc2 && a <= 0xdf)
		return tail_b && c < 0x80;
	if (a < 0xe0 || a > 0xef || !tail_b || !tail_c)
		return false;
	return (a != 0xe0 || b >= 0xa0) && (a != 0xed || b <= 0x9f);
}

TEST(utf8_of_every_three_bytes)
{
	for (unsigned i = 0; i < 1u << 24; i += 1 + (i % 3)) {
		const char s[3] = {(char)(i >> 16), (char)(i >> 8), (char)i};
		bool want = is_utf8_of_3(i >> 16, i >> 8 & 255, i & 255);

		CHECK(rt_str_is_utf8((struct rt_str){s, 3}) == want);
	}
}

TEST(utf8_of_four_bytes)
{
	CHECK(rt_str_is_utf8(RT_LIT("\xf0\x90\x80\x80")));
	CHECK(rt_str_is_utf8(RT_LIT("\xf4\x8f\xbf\xbf")));
	CHECK(!rt_str_is_utf8(RT_LIT("\xf0\x8f\xbf\xbf")));
	CHECK(!rt_str_is_utf8(RT_LIT("\xf4\x90\x80\x80")));
	CHECK(!rt_str_is_utf8(RT_LIT("\xf5\x80\x80\x80")));
	CHECK(!rt_str_is_utf8(RT_LIT("\xf0\x9f\x98")));
	CHECK(rt_str_is_utf8(RT_LIT("12345678\xf0\x9f\x98\x80.abcdefgh")));
	CHECK(!rt_str_is_utf8(RT_LIT("12345678abcdefg\x80")));
	CHECK(!rt_str_is_utf8(RT_LIT("1234567\xff")));
	CHECK(rt_str_is_utf8(RT_LIT("")));
}

TEST(points_are_counted)
{
	CHECK_INT(rt_str_points(RT_LIT("")), 0);
	CHECK_INT(
	    rt_str_points(RT_LIT("a\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80")), 4);
	CHECK_INT(rt_str_utf8_len(RT_LIT("\xe2\x82\xac.")), 3);
	CHECK_INT(rt_str_utf8_len(RT_LIT("\x82\xac")), 0);
	CHECK_INT(rt_str_utf8_len(RT_LIT("")), 0);
}

/* Vectors of the FNV reference. */
TEST(hash_is_fnv_1a)
{
	CHECK(rt_str_hash(RT_LIT("")) == UINT64_C(0xcbf29ce484222325));
	CHECK(rt_str_hash(RT_LIT("a")) == UINT64_C(0xaf63dc4c8601ec8c));
	CHECK(rt_str_hash(RT_LIT("foobar")) == UINT64_C(0x85944171f73967e8));
}
