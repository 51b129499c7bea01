#include "runtime/header.h"

#include "runtime/json_write.h"
#include "tests/unit/test.h"

static struct rt_arena *arena;

/* The node of a text as JSON, or what is wrong with it. */
static struct rt_str
node(const struct rt_answer_header *h, const char *text)
{
	const char *why;
	const struct rt_node *v;
	struct rt_buf b;
	struct rt_writer w;

	if (arena == NULL)
		arena = rt_arena_open((size_t)16 << 20, NULL, NULL);
	v = rt_header_node(arena, h, rt_str(text), &why);
	if (v == NULL)
		return rt_str(why);
	b = rt_buf(arena, 4096);
	w = rt_writer(&b);
	rt_write_node(&w, v);
	return rt_buf_str(&b);
}

TEST(one_value)
{
	static const struct rt_answer_header text = {.name = "X",
	    .types = RT_STRING};
	static const struct rt_answer_header number = {.name = "X",
	    .types = RT_INTEGER};

	CHECK_STR(node(&text, " 5, 6 "), "\"5, 6\"");
	CHECK_STR(node(&number, "5"), "5");
	CHECK_STR(node(&number, "five"), "\"five\"");
	CHECK_STR(node(&number, "\xff"), "is not UTF-8, or has a NUL");
}

TEST(arrays)
{
	static const struct rt_param param = {.in = RT_IN_HEADER,
	    .types = RT_ARRAY,
	    .item_types = RT_INTEGER};
	static const struct rt_answer_header h = {.name = "X", .param = &param};

	CHECK_STR(node(&h, "1,2 , 3"), "[1,2,3]");
	CHECK_STR(node(&h, "a"), "[\"a\"]");
	CHECK_STR(node(&h, ""), "[]");
}

static const struct rt_param_property properties[] = {
    {.name = "n", .types = RT_INTEGER},
    {.name = "s", .types = RT_STRING},
    {.name = NULL},
};

TEST(objects)
{
	static const struct rt_param flat = {.in = RT_IN_HEADER,
	    .types = RT_OBJECT,
	    .properties = properties};
	static const struct rt_param exploded = {.in = RT_IN_HEADER,
	    .types = RT_OBJECT,
	    .explode = true,
	    .properties = properties};
	static const struct rt_answer_header h = {.name = "X", .param = &flat};
	static const struct rt_answer_header e = {.name = "X",
	    .param = &exploded};

	CHECK_STR(node(&h, "s,1,n,2"), "{\"n\":2,\"s\":\"1\"}");
	CHECK_STR(node(&h, "n"), "has a property without a value");
	CHECK_STR(node(&h, "n,1,n,2"), "has a property more than once");
	CHECK_STR(node(&e, "n=2, s=1"), "{\"n\":2,\"s\":\"1\"}");
	CHECK_STR(node(&e, "n"), "has a property without an equals sign");
	CHECK_STR(node(&e, "other=1"), "{\"other\":\"1\"}");
}

TEST(json)
{
	static const struct rt_param param = {.in = RT_IN_HEADER,
	    .style = RT_STYLE_JSON};
	static const struct rt_answer_header h = {.name = "X", .param = &param};

	CHECK_STR(node(&h, " {\"a\":[1]} "), "{\"a\":[1]}");
	CHECK_STR(node(&h, "{"), "is no JSON");
}
