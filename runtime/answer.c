#include "runtime/answer.h"

#include "runtime/content.h"
#include "runtime/header.h"
#include "runtime/represent.h"
#include "runtime/server.h"

/* Statuses that any operation may answer though no contract lists them. */
static bool
is_transport_status(int status)
{
	static const int statuses[] = {206, 304, 400, 404, 405, 406, 408, 411,
	    412, 413, 414, 415, 416, 417, 429, 431, 500, 501, 503, 505};

	for (unsigned i = 0; i < RT_LEN(statuses); i++) {
		if (status == statuses[i])
			return true;
	}
	return false;
}

/* Notes the first fault of the check; what is wrong is for the log only. */
static bool
fail_at(struct rt_call *call, const struct rt_check *c)
{
	const struct rt_fault *f = &c->faults[0];
	struct rt_str place = c->in == RT_IN_BODY ? f->pointer : f->name;

	return rt_fail(call,
	    "%s: the answer %d breaks the contract at \"%.*s\": %s: %.*s",
	    call->op->id, call->res.status, RT_FMT(place), f->keyword,
	    RT_FMT(f->message));
}

static struct rt_check
new_check(const struct rt_call *call, enum rt_in in)
{
	return (struct rt_check){
	    .arena = call->arena,
	    .patterns = call->server->patterns,
	    .in = in,
	};
}

static bool
check_json(struct rt_call *call, rt_check_fn *check)
{
	struct rt_check c = new_check(call, RT_IN_BODY);
	struct rt_json_error err;

	c.root = rt_json_parse(call->arena, rt_buf_str(&call->res.body),
	    &rt_json_default_limits, &err);
	if (c.root == NULL)
		return rt_fail(call,
		    "%s: the answer %d is no JSON: line %u, column %u: %.*s",
		    call->op->id, call->res.status, err.line, err.col,
		    RT_FMT(err.text));
	if (check != NULL)
		check(&c, c.root);
	return c.n == 0 || fail_at(call, &c);
}

static bool
refuse_media(struct rt_call *call, const char *media)
{
	return rt_fail(call,
	    "%s: the answer %d has the media type %s, which is not declared",
	    call->op->id, call->res.status, media);
}

/* The content that is declared as plain JSON, as most are; or NULL. */
static const struct rt_content *
plain_json(const struct rt_content *c)
{
	while (c != NULL && c->media != NULL &&
	    strcmp(c->media, "application/json") != 0)
		c++;
	return c == NULL || c->media == NULL ? NULL : c;
}

static bool
check_body(struct rt_call *call, const struct rt_answer *answer)
{
	const char *media = call->res.media;
	const struct rt_content *content;
	struct rt_media m;

	if (media == NULL)
		return answer->contents == NULL ||
		    refuse_media(call, "of no body");
	content = plain_json(answer->contents);
	if (content != NULL && strcmp(media, content->media) == 0)
		return check_json(call, content->check);
	if (!rt_media_parse(rt_str(media), &m))
		return refuse_media(call, media);
	content = rt_content_find(answer->contents, &m);
	if (content == NULL)
		return refuse_media(call, media);
	/* What is in a file is not looked at. */
	return call->res.file != NULL || !rt_media_is_json(&m) ||
	    check_json(call, content->check);
}

/* What is sent with every answer, or rt_represent() and rt_policy_finish() add
 * where it is not there yet. */
static bool
is_added_later(const struct rt_call *call, const char *name)
{
	struct rt_str s = rt_str(name);

	return rt_header_is_framing(s) || rt_str_is_nocase(s, "Content-Type") ||
	    rt_str_is_nocase(s, "X-Request-ID") ||
	    rt_represent_adds(call, name) ||
	    (call->res.status == 401 &&
		rt_str_is_nocase(s, "WWW-Authenticate")) ||
	    (call->res.status == 503 && rt_str_is_nocase(s, "Retry-After"));
}

static bool
check_header(struct rt_call *call, const struct rt_answer_header *h)
{
	struct rt_str value =
	    rt_headers_get(&call->res.headers, rt_str(h->name));
	struct rt_check c = new_check(call, RT_IN_HEADER);
	const char *why;

	if (value.p == NULL) {
		if (!h->required || is_added_later(call, h->name))
			return true;
		return rt_fail(call, "%s: the answer %d lacks the header %s",
		    call->op->id, call->res.status, h->name);
	}
	if (h->check == NULL)
		return true;
	c.name = h->name;
	c.root = rt_header_node(call->arena, h, value, &why);
	if (c.root == NULL)
		return rt_fail(call,
		    "%s: the answer %d has a header %s that %s", call->op->id,
		    call->res.status, h->name, why);
	h->check(&c, c.root);
	return c.n == 0 || fail_at(call, &c);
}

static bool
check_headers(struct rt_call *call, const struct rt_answer_header *h)
{
	for (; h != NULL && h->name != NULL; h++) {
		if (!check_header(call, h))
			return false;
	}
	return true;
}

bool
rt_answer_check(struct rt_call *call)
{
	int status = call->res.status;
	const struct rt_answer *answer = rt_op_answer(call->op, status);

	if (answer != NULL)
		return check_body(call, answer) &&
		    check_headers(call, answer->headers);
	return is_transport_status(status) ||
	    rt_fail(call, "%s: the answer %d is not declared", call->op->id,
		status);
}
