#include "runtime/media.h"

#include "tests/unit/test.h"

/* From memory that ends where the text ends, for the address sanitizer. */
static bool
parses(const char *s)
{
	size_t n = strlen(s);
	char *copy = malloc(n);
	struct rt_media m;
	bool ok;

	memcpy(copy, s, n);
	ok = rt_media_parse((struct rt_str){copy, n}, &m);
	free(copy);
	return ok;
}

static unsigned
quality(const char *accept, const char *media)
{
	struct rt_media m;

	CHECK(rt_media_parse(rt_str(media), &m));
	return rt_media_quality(rt_str(accept), &m);
}

static unsigned
json(const char *accept)
{
	return quality(accept, "application/json");
}

static bool
covers(const char *range, const char *media)
{
	struct rt_media m;

	CHECK(rt_media_parse(rt_str(media), &m));
	return rt_media_covers(range, &m);
}

TEST(content_types)
{
	struct rt_media m;

	CHECK(rt_media_parse(RT_LIT("application/json"), &m));
	CHECK_STR(m.type, "application");
	CHECK_STR(m.subtype, "json");
	CHECK(m.charset.p == NULL);
	CHECK(rt_media_parse(
	    RT_LIT("Text/HTML ;\tx=\"a\\\",;b\"; Charset=\"UTF-8\" "), &m));
	CHECK_STR(m.charset, "UTF-8");
	CHECK(parses(" a/b"));
	CHECK(parses("a/b;"));
	CHECK(parses("a/b;;x=1"));
	CHECK(parses("multipart/form-data; boundary=----x"));
}

TEST(content_types_that_are_none)
{
	CHECK(!parses(""));
	CHECK(!parses("json"));
	CHECK(!parses("application/"));
	CHECK(!parses("/json"));
	CHECK(!parses("application /json"));
	CHECK(!parses("application/json x"));
	CHECK(!parses("application/json, text/html"));
	CHECK(!parses("application/json; charset"));
	CHECK(!parses("application/json; charset="));
	CHECK(!parses("application/json; charset=\"utf-8"));
	CHECK(!parses("application/json; charset=\"utf-8\\"));
	CHECK(!parses("a/b; charset=utf-8; charset=latin1"));
	CHECK(!parses("*/*"));
	CHECK(!parses("application/*"));
}

TEST(ranges)
{
	CHECK(covers("application/json", "APPLICATION/json;charset=utf-8"));
	CHECK(covers("application/json; v=1", "application/json"));
	CHECK(covers("image/*", "image/png"));
	CHECK(covers("*/*", "image/png"));
	CHECK(!covers("image/*", "imagex/png"));
	CHECK(!covers("application/json", "application/jsonx"));
	CHECK(!covers("application/json", "application/problem+json"));
	CHECK(!covers("*/png", "image/png"));
}

TEST(what_is_json)
{
	struct rt_media m;

	CHECK(rt_media_parse(RT_LIT("application/Problem+JSON"), &m));
	CHECK(rt_media_is_json(&m));
	CHECK(rt_media_parse(RT_LIT("application/+json"), &m));
	CHECK(rt_media_is_json(&m));
	CHECK(rt_media_parse(RT_LIT("application/json"), &m));
	CHECK(rt_media_is_json(&m));
	CHECK(rt_media_parse(RT_LIT("application/jsonx"), &m));
	CHECK(!rt_media_is_json(&m));
	CHECK(rt_media_parse(RT_LIT("application/xjson"), &m));
	CHECK(!rt_media_is_json(&m));
}

TEST(accept_lists)
{
	CHECK_INT(json("application/json"), 1000);
	CHECK_INT(json("text/html, application/json;q=0.5"), 500);
	CHECK_INT(json("text/html,*/*;q=0.001"), 1);
	CHECK_INT(json("application/*"), 1000);
	CHECK_INT(json("text/*"), 0);
	CHECK_INT(json("application/json; charset=utf-8 ; q=0.25"), 250);
	CHECK_INT(json(""), 1000);
	CHECK_INT(json(" , ,"), 1000);
	CHECK_INT(json("text/html;a=\"x,application/json\""), 0);
}

TEST(the_closest_range_decides)
{
	CHECK_INT(json("application/json;q=0, */*"), 0);
	CHECK_INT(json("*/*, application/json;q=0"), 0);
	CHECK_INT(json("application/*;q=0, */*;q=0.5"), 0);
	CHECK_INT(json("*/*;q=0, application/json;q=0.1"), 100);
	CHECK_INT(quality("application/json;q=0, */*", "text/csv"), 1000);
}

TEST(elements_that_are_no_ranges)
{
	CHECK_INT(json("garbage"), 0);
	CHECK_INT(json("garbage, application/json"), 1000);
	CHECK_INT(json("application/json;q=2"), 0);
	CHECK_INT(json("application/json;q=1.001"), 0);
	CHECK_INT(json("application/json;q=0.1234"), 0);
	CHECK_INT(json("application/json;q=x, */*;q=0.3"), 300);
	CHECK_INT(json("application/json x, */*;q=0.3"), 300);
	CHECK_INT(json("*/json"), 0);
	CHECK_INT(json("@, application/json"), 1000);
	CHECK_INT(json("text/html x/y;application/json"), 0);
}

TEST(qualities)
{
	CHECK_INT(json("*/*;q=1"), 1000);
	CHECK_INT(json("*/*;q=1."), 1000);
	CHECK_INT(json("*/*;Q=1.000"), 1000);
	CHECK_INT(json("*/*;q=0.9"), 900);
	CHECK_INT(json("*/*;q=0.907"), 907);
	CHECK_INT(json("*/*;q=0.000"), 0);
	CHECK_INT(json("*/*;q=\"0.5\""), 500);
	CHECK_INT(json("*/*;q="), 0);
	CHECK_INT(json("*/*;q=\"\""), 0);
	CHECK_INT(json("*/*;q=.5"), 0);
	CHECK_INT(json("*/*;q=0,5"), 0);
	CHECK_INT(json("*/*;q=05"), 0);
	CHECK_INT(json("*/*;q=0.x"), 0);
	CHECK_INT(json("*/*;q=0.!"), 0);
	CHECK_INT(json("*/*;q=1.1"), 0);
}

TEST(tokens)
{
	CHECK(rt_is_token(RT_LIT("X-Request-ID")));
	CHECK(!rt_is_token(RT_LIT("")));
	CHECK(!rt_is_token(RT_LIT("a b")));
	CHECK(!rt_is_token(RT_LIT("a:")));
	CHECK(!rt_is_token(RT_LIT("a\0")));
	CHECK(!rt_is_token(RT_LIT("\xc3\xbc")));
}

TEST(characters_of_tokens)
{
	static const char all[] = "!#$%&'*+-.^_`|~0123456789"
				  "abcdefghijklmnopqrstuvwxyz"
				  "ABCDEFGHIJKLMNOPQRSTUVWXYZ";

	for (int i = 0; i < 256; i++) {
		char c = (char)i;

		CHECK_INT(rt_is_token((struct rt_str){&c, 1}),
		    i != 0 && strchr(all, c) != NULL);
	}
}

TEST(parameters_of_a_type)
{
	struct rt_str s;

	CHECK(rt_media_param(RT_LIT("a/b; x=1; BOUNDARY=\"c;d\"; boundary=e"),
	    "boundary", &s));
	CHECK_STR(s, "c;d");
	CHECK(!rt_media_param(RT_LIT("a/b"), "boundary", &s));
	CHECK(!rt_media_param(RT_LIT("a; boundary=c"), "boundary", &s));
	CHECK(!rt_media_param(RT_LIT("a/b; x; boundary=c"), "boundary", &s));
}
