/* The body of a request, by its media type. */
#include "runtime/form.h"
#include "runtime/param.h"
#include "runtime/server.h"
#include "runtime/tape.h"

/* What stands for a body that is absent when its absence is a fault. */
static const struct rt_node nothing = {.type = RT_NULL, .span = 1};

static const struct rt_node *
malformed(struct rt_call *call, struct rt_str why)
{
	call->malformed = true;
	call->malformed_why = why;
	return NULL;
}

static const struct rt_node *
json_node(struct rt_call *call)
{
	struct rt_json_error err;
	const struct rt_node *v = rt_json_parse(call->arena, call->req.body,
	    &call->server->json, &err);

	if (v != NULL)
		return v;
	return malformed(call,
	    rt_printf(call, "line %u, column %u: %.*s", err.line, err.col,
		RT_FMT(err.text)));
}

static const struct rt_node *
text_node(struct rt_call *call)
{
	if (!rt_str_is_utf8(call->req.body))
		return malformed(call, RT_LIT("it is not UTF-8"));
	return rt_text_node(call->arena, call->req.body,
	    call->body->types == 0 ? RT_STRING : call->body->types);
}

/* A file without a name. */
static const struct rt_node *
bytes_node(struct rt_call *call)
{
	struct rt_tape t = {.arena = call->arena};

	rt_tape_add(&t, RT_STRING, call->req.body)->span = RT_FILE_SPAN;
	rt_tape_add_text(&t, rt_str(NULL));
	rt_tape_add_text(&t, rt_request_header(call, "Content-Type"));
	return rt_tape_end(&t);
}

static const struct rt_node *
body_node(struct rt_call *call)
{
	switch (call->body->kind) {
	case RT_BODY_JSON:
		return json_node(call);
	case RT_BODY_FORM:
	case RT_BODY_MULTIPART:
		return rt_form_node(call);
	case RT_BODY_TEXT:
		return text_node(call);
	case RT_BODY_BYTES:
		break;
	}
	return bytes_node(call);
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
	v = body_node(call);
	if (v != NULL)
		call->check.root = v;
	return v;
}

int
rt_body_kind(const struct rt_call *call)
{
	return call->body == NULL ? 0
				  : (int)(call->body - call->op->bodies) + 1;
}
