#include "runtime/policy.h"

#include "runtime/accept.h"
#include "runtime/auth.h"
#include "runtime/content.h"
#include "runtime/cors.h"
#include "runtime/credential.h"
#include "runtime/loop.h"
#include "runtime/media.h"
#include "runtime/server.h"
#include "runtime/stream.h"
#include "runtime/ws_handshake.h"
#include "runtime/ws_part.h"

enum {
	TRACE_ID_MAX = 64, /* bytes */
	IDS = 64, /* that are made at once */
};

/* Answers with a problem; false, so that a step can return it. */
static bool
refuse(struct rt_call *call, const struct rt_code *code, const char *detail)
{
	struct rt_problem p = {.code = code, .detail = rt_str(detail)};

	rt_reply_problem(call, code->status, &p);
	return false;
}

/* --- Which operation --- */

static void
answer_options(struct rt_call *call, const struct rt_route *route)
{
	struct rt_str allow = rt_route_allow(call->arena, route);

	rt_reply_empty(call, 204);
	rt_header(call, "Allow", allow);
	if (rt_cors_is_preflight(call))
		rt_cors_answer_preflight(call, allow);
}

static bool
refuse_method(struct rt_call *call, const struct rt_route *route)
{
	refuse(call, &rt_code_method, "This path doesn't have this method.");
	rt_header(call, "Allow", rt_route_allow(call->arena, route));
	return false;
}

/* A contract's own OPTIONS has no say in whose pages may call, once that is a
 * setting. */
static bool
is_own_preflight(const struct rt_call *call)
{
	return call->server->origins.n > 0 && rt_cors_is_preflight(call);
}

static bool
find_operation(struct rt_call *call)
{
	struct rt_route route = rt_router_find(call->server->router,
	    call->arena, call->req.method_text, call->req.path);

	if (route.malformed)
		return refuse(call, &rt_code_bad_request,
		    "The path has a percent-code that is none, or is not "
		    "UTF-8.");
	if (!route.path_known)
		return refuse(call, &rt_code_no_route,
		    "There is nothing at this path.");
	if (!route.method_known)
		return refuse(call, &rt_code_not_implemented,
		    "The method is not known.");
	if (call->req.method == RT_OPTIONS &&
	    (route.op == NULL || is_own_preflight(call))) {
		answer_options(call, &route);
		return false;
	}
	if (route.op == NULL)
		return refuse_method(call, &route);

	call->op = route.op;
	call->n_params = route.n_params;
	call->params = route.params;
	return true;
}

/* --- What the request says about itself --- */

static bool
meets_expectation(struct rt_call *call)
{
	struct rt_str expect = rt_request_get(call, RT_LIT("Expect"));

	if (expect.p == NULL || rt_str_is_nocase(expect, "100-continue"))
		return true;
	return refuse(call, &rt_code_expectation,
	    "The only expectation that is met is 100-continue.");
}

/* Chunks are taken for some bytes until they have come. */
static bool
has_bytes(const struct rt_call *call)
{
	return call->req.body.n > 0 || call->req.body_pending;
}

static bool
is_encoded(struct rt_call *call)
{
	struct rt_str coding = rt_accept_list(call, RT_LIT("Content-Encoding"));

	return coding.p != NULL &&
	    !rt_str_is_nocase(rt_str_trim(coding), "identity");
}

/* Bytes are whatever they are; all else is text. */
static bool
has_other_charset(const struct rt_call *call, const struct rt_media *m)
{
	return call->body->kind != RT_BODY_BYTES && m->charset.p != NULL &&
	    !rt_str_is_nocase(m->charset, "utf-8");
}

/*
 * A body of no bytes is none, but where the client calls it a text or a file,
 * or where one is required and the client calls it a form without fields.
 */
static void
choose_empty(struct rt_call *call, struct rt_str type)
{
	const struct rt_body *b;
	struct rt_media m;

	if (type.p == NULL || !rt_media_parse(type, &m))
		return;
	b = rt_content_body(call->op, &m);
	if (b == NULL || call->req.body.p == NULL)
		return;
	if (b->kind == RT_BODY_TEXT || b->kind == RT_BODY_BYTES ||
	    (b->kind == RT_BODY_FORM && call->op->body_required))
		call->body = b;
}

static bool
takes_no_body(const struct rt_op *op)
{
	return op->bodies == NULL || op->bodies->media == NULL;
}

/* Proxies may frame a request without a body by chunks: what the operation
 * makes of that depends on whether there are any. */
static bool
may_be_nothing(const struct rt_call *call)
{
	return call->req.body_pending && !call->req.length_known &&
	    takes_no_body(call->op) &&
	    rt_request_get(call, RT_LIT("Expect")).p == NULL;
}

static bool
takes_content(struct rt_call *call)
{
	struct rt_str type = rt_request_get(call, RT_LIT("Content-Type"));
	const struct rt_code *code = &rt_code_media_type;
	struct rt_media m;

	if (may_be_nothing(call) && !rt_policy_receive(call))
		return false;
	if (!has_bytes(call)) {
		choose_empty(call, type);
		return true;
	}
	if (takes_no_body(call->op))
		return refuse(call, code, "The operation takes no body.");
	if (type.p == NULL)
		return refuse(call, code, "The body needs a Content-Type.");
	if (rt_request_count(call, RT_LIT("Content-Type")) > 1 ||
	    !rt_media_parse(type, &m))
		return refuse(call, code, "The Content-Type is malformed.");
	call->body = rt_content_body(call->op, &m);
	if (call->body == NULL)
		return refuse(call, code,
		    "The operation doesn't take this Content-Type.");
	if (has_other_charset(call, &m))
		return refuse(call, code, "The only charset is UTF-8.");
	if (is_encoded(call))
		return refuse(call, code,
		    "The body must not have a Content-Encoding.");
	return true;
}

/* Whether the client takes one of the media types of success. */
static bool
is_acceptable(struct rt_call *call)
{
	return rt_accept_admits(call) ||
	    refuse(call, &rt_code_not_acceptable,
		"The operation has no answer of an accepted media type.");
}

/* Bytes of the body as far as they are known; chunks are counted as they
 * come. */
static uint64_t
body_length(const struct rt_call *call)
{
	const struct rt_request *req = &call->req;

	if (!req->body_pending)
		return req->body.n;
	return req->length_known ? req->length : 0;
}

static bool
fits_size(struct rt_call *call)
{
	if (body_length(call) <= rt_server_body_max(call->server, call->op))
		return true;
	return refuse(call, &rt_code_too_large,
	    "The body is larger than the operation takes.");
}

/* A WebSocket may tell who may not by its Close. */
static bool
admit_caller(struct rt_call *call)
{
	return rt_auth_admit(call) || rt_ws_refuse(call);
}

static bool
upgrades(struct rt_call *call)
{
	return call->op->websocket == NULL || rt_ws_handshake_admit(call);
}

bool
rt_policy_admit(struct rt_call *call)
{
	return find_operation(call) && admit_caller(call) && upgrades(call) &&
	    meets_expectation(call) && takes_content(call) &&
	    is_acceptable(call) && fits_size(call);
}

/* The call's time stands still while the client sends. */
static bool
receive(struct rt_call *call)
{
	int64_t deadline_us = call->deadline_us, began_us = rt_clock_us();
	bool ok;

	call->deadline_us = 0;
	ok = call->wire->receive(call);
	if (deadline_us != 0)
		call->deadline_us = deadline_us + rt_clock_us() - began_us;
	return ok;
}

bool
rt_policy_receive(struct rt_call *call)
{
	if (!call->req.body_pending)
		return true;
	if (!receive(call))
		return false;
	call->req.body_pending = false;
	if (call->req.body.n > 0)
		return true;
	call->body = NULL;
	choose_empty(call, rt_request_get(call, RT_LIT("Content-Type")));
	return true;
}

/* --- What every answer carries --- */

static bool
is_trace_id(struct rt_str s)
{
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (!(c >= '0' && c <= '9') && !(c >= 'a' && c <= 'z') &&
		    !(c >= 'A' && c <= 'Z') && c != '.' && c != '_' && c != '-')
			return false;
	}
	return s.n > 0 && s.n <= TRACE_ID_MAX;
}

/*
 * Random bytes are asked for many at a time: a call to the system for each id
 * would cost as much as all that is decided here.  Workers are forked before
 * they have a call.
 */
static struct rt_uuid
random_id(void)
{
	static struct rt_uuid ids[IDS];
	static unsigned left;

	if (left == 0) {
		rt_random(ids, sizeof(ids));
		left = IDS;
	}
	return rt_uuid_of_random(ids[--left]);
}

static struct rt_str
new_trace_id(struct rt_call *call)
{
	char *text = rt_arena_bytes(call->arena, RT_UUID_TEXT);

	rt_uuid_text(text, random_id());
	return (struct rt_str){text, RT_UUID_TEXT - 1};
}

struct rt_str
rt_policy_trace_id(struct rt_call *call)
{
	struct rt_str asked;

	if (call->trace_id.p != NULL)
		return call->trace_id;
	asked = rt_request_get(call, RT_LIT("X-Request-ID"));
	call->trace_id = is_trace_id(asked) ? asked : new_trace_id(call);
	return call->trace_id;
}

/* What the handler has said wins; the value is one that can be sent. */
static void
add_default(struct rt_call *call, const struct rt_headers *said,
    struct rt_str name, struct rt_str value)
{
	if (said->n == 0 || rt_headers_next(said, name, NULL) == NULL)
		rt_headers_add(&call->res.headers, call->arena,
		    (struct rt_header){name, value});
}

/* Whether no cache may keep the answer: it is somebody's, or it may hold what
 * a login gives out (RFC 6749, section 5.1). */
static bool
is_private(const struct rt_call *call)
{
	enum rt_method method = call->req.method;

	return call->who.scheme != NULL ||
	    (method != RT_GET && method != RT_HEAD && method != RT_OPTIONS);
}

void
rt_policy_finish(struct rt_call *call)
{
	const struct rt_headers said = call->res.headers;

	add_default(call, &said, RT_LIT("X-Content-Type-Options"),
	    RT_LIT("nosniff"));
	add_default(call, &said, RT_LIT("X-Frame-Options"), RT_LIT("DENY"));
	add_default(call, &said, RT_LIT("Referrer-Policy"),
	    RT_LIT("no-referrer"));
	add_default(call, &said, RT_LIT("X-Request-ID"),
	    rt_policy_trace_id(call));
	if (is_private(call))
		add_default(call, &said, RT_LIT("Cache-Control"),
		    RT_LIT("no-store"));
	if (call->res.status == 503)
		add_default(call, &said, RT_LIT("Retry-After"), RT_LIT("1"));
	if (call->res.status == 401)
		rt_credential_challenge(call, NULL);
	rt_cors_finish(call);
}
