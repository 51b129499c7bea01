/* The body of a request, by its media type. */
#include "runtime/call.h"

/* What stands for a body that is absent when its absence is a fault. */
static const struct rt_node nothing = {.type = RT_NULL, .span = 1};

static const struct rt_node *
json_node(struct rt_call *call)
{
	struct rt_json_error err;
	const struct rt_node *v = rt_json_parse(call->arena, call->req.body,
	    &rt_json_default_limits, &err);

	if (v != NULL)
		return v;
	call->malformed = true;
	call->malformed_why = rt_printf(call, "line %u, column %u: %.*s",
	    err.line, err.col, RT_FMT(err.text));
	return NULL;
}

static const struct rt_node *
bytes_node(struct rt_call *call)
{
	struct rt_node *v = RT_NEW(call, *v);

	*v = (struct rt_node){
	    .type = RT_STRING,
	    .span = 1,
	    .n = (uint32_t)call->req.body.n,
	    .p = call->req.body.p,
	};
	return v;
}

const struct rt_node *
rt_body(struct rt_call *call)
{
	const struct rt_node *v;

	call->check.in = RT_IN_BODY;
	call->check.name = NULL;
	call->check.root = &nothing;
	if (call->body == NULL) {
		if (call->op->body_required)
			rt_fault(&call->check, &nothing, "required",
			    "is required");
		return NULL;
	}
	v = call->body->kind == RT_BODY_JSON ? json_node(call)
					     : bytes_node(call);
	if (v != NULL)
		call->check.root = v;
	return v;
}

int
rt_body_row(const struct rt_call *call)
{
	return call->body == NULL ? -1 : (int)(call->body - call->op->bodies);
}
