#include "runtime/url.h"

#include "tests/unit/test.h"

static struct rt_str
resolve(const char *base, const char *reference)
{
	static struct rt_arena *arena;

	if (arena == NULL)
		arena = rt_arena_open(1 << 16, NULL, NULL);
	rt_arena_reset(arena);
	return rt_url_resolve(arena, rt_str(base), rt_str(reference));
}

TEST(references_lead_somewhere)
{
	static const char base[] = "https://shop.example/a/b?c=d";
	static const struct {
		const char *reference, *want;
	} cases[] = {
	    {"x.jpg", "https://shop.example/a/x.jpg"},
	    {"/x", "https://shop.example/x"},
	    {"../../../x", "https://shop.example/x"},
	    {"?e", "https://shop.example/a/b?e"},
	    {"", "https://shop.example/a/b?c=d"},
	    {"#part", "https://shop.example/a/b?c=d"},
	    {"//cdn.example/x", "https://cdn.example/x"},
	    {"http://other.example:8080/x#y", "http://other.example:8080/x"},
	    {"HTTPS://Other.Example/X", "https://Other.Example/X"},
	    {"\t /x \t", "https://shop.example/x"},
	    {"/a b.jpg", "https://shop.example/a%20b.jpg"},
	    {"/\xc3\xa4.jpg", "https://shop.example/%c3%a4.jpg"},
	};

	for (size_t i = 0; i < RT_LEN(cases); i++)
		CHECK_STR(resolve(base, cases[i].reference), cases[i].want);
}

TEST(references_that_lead_nowhere)
{
	static const char *const references[] = {"javascript:alert(1)",
	    "data:text/html,x", "ftp://shop.example/x", "file:///etc/passwd",
	    "gopher://shop.example/", "mailto:a@shop.example",
	    "http://user@other.example/", "http://user:pass@other.example/",
	    "//user@other.example/", "http:other.example", "https:/x",
	    "http:///x", "http://", "http://other.example:99999/",
	    "http://a b/", "/x\r\nX-A: b", "/x\"y", "/x\\y"};

	for (size_t i = 0; i < RT_LEN(references); i++) {
		struct rt_str s =
		    resolve("https://shop.example/", references[i]);

		if (s.p != NULL)
			fprintf(stderr, "%s: %.*s\n", references[i], RT_FMT(s));
		CHECK(s.p == NULL);
	}
	CHECK(resolve("shop.example", "/x").p == NULL);
	CHECK(resolve("ftp://shop.example", "/x").p == NULL);
}

TEST(hosts)
{
	struct rt_arena *arena = rt_arena_open(1 << 16, NULL, NULL);

	CHECK_STR(rt_url_host(arena, RT_LIT("http://WWW.Shop.example:81/x")),
	    "www.shop.example");
	CHECK_STR(rt_url_host(arena, RT_LIT("http://[::1]/")), "[::1]");
	CHECK(rt_url_host(arena, RT_LIT("urn:x")).p == NULL);
	rt_arena_close(arena);
}

TEST(origins)
{
	static const char one[] = "https://Shop.example/a";

	CHECK(rt_url_same_origin(rt_str(one),
	    RT_LIT("https://shop.example:443/b")));
	CHECK(!rt_url_same_origin(rt_str(one), RT_LIT("http://shop.example/")));
	CHECK(!rt_url_same_origin(rt_str(one),
	    RT_LIT("https://shop.example:444/")));
	CHECK(!rt_url_same_origin(rt_str(one),
	    RT_LIT("https://shop.example.org/")));
	CHECK(!rt_url_same_origin(RT_LIT("x"), RT_LIT("x")));
}
