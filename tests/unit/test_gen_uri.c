#include "gen/uri.h"

#include "test.h"

/* The examples of RFC 3986, sections 5.4.1 and 5.4.2. */
TEST(references_are_resolved)
{
	static const struct {
		const char *reference, *target;
	} rows[] = {
	    {"g:h", "g:h"},
	    {"g", "http://a/b/c/g"},
	    {"./g", "http://a/b/c/g"},
	    {"g/", "http://a/b/c/g/"},
	    {"/g", "http://a/g"},
	    {"//g", "http://g"},
	    {"?y", "http://a/b/c/d;p?y"},
	    {"g?y", "http://a/b/c/g?y"},
	    {"#s", "http://a/b/c/d;p?q#s"},
	    {"g#s", "http://a/b/c/g#s"},
	    {"g?y#s", "http://a/b/c/g?y#s"},
	    {";x", "http://a/b/c/;x"},
	    {"", "http://a/b/c/d;p?q"},
	    {".", "http://a/b/c/"},
	    {"./", "http://a/b/c/"},
	    {"..", "http://a/b/"},
	    {"../g", "http://a/b/g"},
	    {"../..", "http://a/"},
	    {"../../g", "http://a/g"},
	    {"../../../g", "http://a/g"},
	    {"/./g", "http://a/g"},
	    {"/../g", "http://a/g"},
	    {"g.", "http://a/b/c/g."},
	    {"..g", "http://a/b/c/..g"},
	    {"./../g", "http://a/b/g"},
	    {"g/./h", "http://a/b/c/g/h"},
	    {"g/../h", "http://a/b/c/h"},
	    {"g?y/../x", "http://a/b/c/g?y/../x"},
	    {"http:g", "http:g"},
	};
	struct rt_arena *a = rt_arena_open(1 << 20, NULL, NULL);

	for (size_t i = 0; i < RT_LEN(rows); i++)
		CHECK_STR(uri_resolve(a, RT_LIT("http://a/b/c/d;p?q"),
			      rt_str(rows[i].reference)),
		    rows[i].target);
	rt_arena_close(a);
}

TEST(other_bases)
{
	struct rt_arena *a = rt_arena_open(1 << 20, NULL, NULL);

	CHECK_STR(uri_resolve(a, RT_LIT("urn:uuid:x"), RT_LIT("#a")),
	    "urn:uuid:x#a");
	CHECK_STR(
	    uri_resolve(a, RT_LIT("openapi.yaml"), RT_LIT("common/a.yaml#/x")),
	    "common/a.yaml#/x");
	CHECK_STR(uri_resolve(a, RT_LIT("api/openapi.yaml"), RT_LIT("#/x")),
	    "api/openapi.yaml#/x");
	CHECK_STR(uri_resolve(a, RT_LIT("http://a"), RT_LIT("b")),
	    "http://a/b");
	rt_arena_close(a);
}
