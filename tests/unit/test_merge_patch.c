#include "runtime/merge_patch.h"

#include "runtime/json_write.h"

#include "tests/unit/test.h"

static struct rt_arena *arena;

static const struct rt_node *
parse(const char *text)
{
	struct rt_json_error err;

	return text == NULL ? NULL
			    : rt_json_parse(arena, rt_str(text), NULL, &err);
}

static struct rt_str
merged(const char *target, const char *patch)
{
	struct rt_buf b;
	struct rt_writer w;

	if (arena == NULL)
		arena = rt_arena_open(1 << 24, NULL, NULL);
	b = rt_buf(arena, 1 << 20);
	w = rt_writer(&b);
	rt_write_node(&w, rt_merge_patch(arena, parse(target), parse(patch)));
	return rt_buf_str(&b);
}

/* RFC 7396, appendix A. */
TEST(cases_of_the_rfc)
{
	static const struct {
		const char *target, *patch, *result;
	} cases[] = {
	    {"{\"a\":\"b\"}", "{\"a\":\"c\"}", "{\"a\":\"c\"}"},
	    {"{\"a\":\"b\"}", "{\"b\":\"c\"}", "{\"a\":\"b\",\"b\":\"c\"}"},
	    {"{\"a\":\"b\"}", "{\"a\":null}", "{}"},
	    {"{\"a\":\"b\",\"b\":\"c\"}", "{\"a\":null}", "{\"b\":\"c\"}"},
	    {"{\"a\":[\"b\"]}", "{\"a\":\"c\"}", "{\"a\":\"c\"}"},
	    {"{\"a\":\"c\"}", "{\"a\":[\"b\"]}", "{\"a\":[\"b\"]}"},
	    {"{\"a\":{\"b\":\"c\"}}", "{\"a\":{\"b\":\"d\",\"c\":null}}",
		"{\"a\":{\"b\":\"d\"}}"},
	    {"{\"a\":[{\"b\":\"c\"}]}", "{\"a\":[1]}", "{\"a\":[1]}"},
	    {"[\"a\",\"b\"]", "[\"c\",\"d\"]", "[\"c\",\"d\"]"},
	    {"{\"a\":\"b\"}", "[\"c\"]", "[\"c\"]"},
	    {"{\"a\":\"foo\"}", "null", "null"},
	    {"{\"a\":\"foo\"}", "\"bar\"", "\"bar\""},
	    {"{\"e\":null}", "{\"a\":1}", "{\"e\":null,\"a\":1}"},
	    {"[1,2]", "{\"a\":\"b\",\"c\":null}", "{\"a\":\"b\"}"},
	    {"{}", "{\"a\":{\"bb\":{\"ccc\":null}}}", "{\"a\":{\"bb\":{}}}"},
	};

	for (unsigned i = 0; i < RT_LEN(cases); i++)
		CHECK_STR(merged(cases[i].target, cases[i].patch),
		    cases[i].result);
}

TEST(no_target)
{
	CHECK_STR(merged(NULL, "{\"a\":{\"b\":null,\"c\":1}}"),
	    "{\"a\":{\"c\":1}}");
	CHECK_STR(merged(NULL, "5"), "5");
}

/* The order of names that large objects have must be that of the new tape. */
TEST(members_of_large_objects_are_found)
{
	static const char large[] =
	    "{\"x\":{\"i\":1,\"h\":1,\"g\":1,\"f\":1,\"e\":1,\"d\":1,\"c\":1,"
	    "\"b\":1,\"a\":1,\"z\":1}}";
	const struct rt_node *v;

	CHECK(merged(large, "{\"y\":2,\"x\":{\"a\":null,\"k\":3}}").n > 0);
	v = rt_merge_patch(arena, parse(large),
	    parse("{\"y\":2,\"x\":{\"a\":null,\"k\":3}}"));
	v = rt_node_get(v, "x");
	CHECK_INT(v->n, 10);
	CHECK(rt_node_get(v, "a") == NULL);
	CHECK_STR(rt_node_str(rt_node_get(v, "k")), "3");
	CHECK(rt_node_get(v, "z") > v && rt_node_get(v, "z") < v + v->span);
}
