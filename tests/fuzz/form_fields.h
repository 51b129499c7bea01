/* A form of every kind of field. */
#ifndef FUZZ_FORM_FIELDS_H
#define FUZZ_FORM_FIELDS_H

#include "tests/fuzz/value.h"

static void
check_integer(struct rt_check *c, const struct rt_node *v)
{
	rt_check_type(c, v, RT_INTEGER);
}

static const struct rt_param_property item[] = {
    {"x", RT_STRING, 0, NULL},
    {"n", RT_INTEGER, 0, NULL},
    {.name = NULL},
};
static const struct rt_param_property cart[] = {
    {"items", RT_ARRAY, RT_OBJECT, item},
    {"", RT_NUMBER, 0, NULL},
    {.name = NULL},
};
static const char *const media[] = {"image/*", "text/plain", NULL};
static const struct rt_answer_header headers[] = {
    {.name = "X-N",
	.required = true,
	.types = RT_INTEGER,
	.check = check_integer},
    {.name = NULL},
};

#define FIELD(name_, ...) \
	{ \
		.param = {.in = RT_IN_BODY, .name = (name_), __VA_ARGS__ } \
	}

static const struct rt_field fields[] = {
    FIELD("s", .types = RT_STRING),
    FIELD("i", .types = RT_INTEGER | RT_NULL, .allow_empty = true),
    FIELD("a", .types = RT_ARRAY, .item_types = RT_INTEGER, .explode = true),
    FIELD("csv", .types = RT_ARRAY, .item_types = RT_STRING),
    FIELD("o", .types = RT_OBJECT, .explode = true, .properties = item),
    FIELD("d", .types = RT_OBJECT, .style = RT_STYLE_DEEP, .properties = cart),
    FIELD("j", .types = RT_OBJECT, .style = RT_STYLE_JSON),
    FIELD("js", .types = RT_ARRAY, .item_types = RT_OBJECT,
	.style = RT_STYLE_JSON),
    {
	.param = {.in = RT_IN_BODY, .name = "f", .types = RT_STRING},
	.media = media,
	.file = true,
	.headers = headers,
    },
    {
	.param = {.in = RT_IN_BODY, .name = "fs", .types = RT_ARRAY},
	.file = true,
    },
    FIELD(NULL, .types = 0),
};

/* The body of a request that has this Content-Type. */
static inline void
check_body(const struct rt_body *row, struct rt_str type, struct rt_str body)
{
	struct rt_op op = {.id = "op", .bodies = row};
	struct rt_call *call = open_call();
	const struct rt_node *v;

	rt_request_add_header(call, RT_LIT("Content-Type"), type);
	call->op = &op;
	call->body = row;
	call->req.body = body;
	v = rt_body(call);
	require(v != NULL || !rt_valid(call));
	check_result(call, v);
	rt_call_close(call);
}

#endif /* FUZZ_FORM_FIELDS_H */
