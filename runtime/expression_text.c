/* What runtime expressions mean for a call. */
#include "runtime/expression.h"
#include "runtime/media.h"
#include "runtime/param.h"

static const char absent[] = "it is not there";

static struct rt_str
header_of(const struct rt_headers *h, struct rt_str name)
{
	for (size_t i = 0; i < h->n; i++) {
		if (rt_str_eq_nocase(h->v[i].name, name))
			return rt_str_trim(h->v[i].value);
	}
	return (struct rt_str){NULL, 0};
}

/* "http://" and Host as the client sent them: what is in front of the server
 * may know another name for it. */
static struct rt_str
url_of(struct rt_call *call)
{
	const struct rt_request *r = &call->req;
	struct rt_str host = header_of(&r->headers, RT_LIT("Host"));

	if (host.n == 0)
		return host;
	return rt_printf(call, "http://%.*s%.*s%s%.*s", RT_FMT(host),
	    RT_FMT(r->path), r->query.p == NULL ? "" : "?", RT_FMT(r->query));
}

static struct rt_str
path_param(const struct rt_call *call, struct rt_str name)
{
	for (unsigned i = 0; i < call->n_params; i++) {
		if (rt_str_is(name, call->params[i].name))
			return call->params[i].value;
	}
	return (struct rt_str){NULL, 0};
}

static struct rt_str
query_param(struct rt_call *call, struct rt_str name)
{
	struct rt_str value;

	(void)rt_query_find(call, rt_arena_copy(call->arena, name).p, &value);
	return value;
}

/* --- Bodies --- */

static bool
is_json(struct rt_str media)
{
	struct rt_media m;

	return media.p != NULL && rt_media_parse(media, &m) &&
	    rt_media_is_json(&m);
}

static const char *
scalar_text(const struct rt_node *v, struct rt_str *out)
{
	if (v == NULL)
		return absent;
	switch (v->type) {
	case RT_STRING:
	case RT_NUMBER:
		*out = rt_node_str(v);
		return NULL;
	case RT_BOOLEAN:
		*out = v->n != 0 ? RT_LIT("true") : RT_LIT("false");
		return NULL;
	default:
		return "it is neither a text nor a number";
	}
}

static const char *
body_text(struct rt_call *call, struct rt_str media, struct rt_str body,
    struct rt_str pointer, struct rt_str *out)
{
	struct rt_json_error err;
	const struct rt_node *v;

	if (body.n == 0)
		return absent;
	if (!is_json(media) && pointer.n > 0)
		return "the body is not JSON";
	if (!is_json(media)) {
		*out = body;
		return NULL;
	}
	v = rt_json_parse(call->arena, body, &rt_json_default_limits, &err);
	if (v == NULL)
		return "the body is not JSON";
	return scalar_text(rt_node_at(v, pointer), out);
}

static const char *
any_body_text(struct rt_call *call, const struct rt_expression *e,
    struct rt_str *out)
{
	if (e->response)
		return body_text(call, rt_str(call->res.media),
		    rt_buf_str(&call->res.body), e->name, out);
	return body_text(call, rt_request_header(call, "Content-Type"),
	    call->req.body, e->name, out);
}

const char *
rt_expression_text(struct rt_call *call, const struct rt_expression *e,
    struct rt_str *out)
{
	if (rt_expression_of_answer(e) && call->res.status == 0)
		return absent;
	switch (e->kind) {
	case RT_EXPRESSION_URL:
		*out = url_of(call);
		break;
	case RT_EXPRESSION_METHOD:
		*out = call->req.method_text;
		break;
	case RT_EXPRESSION_STATUS:
		*out = rt_printf(call, "%d", call->res.status);
		break;
	case RT_EXPRESSION_HEADER:
		*out = header_of(e->response ? &call->res.headers
					     : &call->req.headers,
		    e->name);
		break;
	case RT_EXPRESSION_QUERY:
		*out = query_param(call, e->name);
		break;
	case RT_EXPRESSION_PATH:
		*out = path_param(call, e->name);
		break;
	case RT_EXPRESSION_BODY:
		return any_body_text(call, e, out);
	default:
		*out = e->name;
		break;
	}
	return out->p == NULL ? absent : NULL;
}
