#include "runtime/outbound_answer.h"

#include "runtime/header.h"
#include "runtime/media.h"
#include "runtime/param.h"
#include "runtime/server.h"

static bool breach(const struct rt_outbound *, struct rt_http_reply *,
    const char *, ...) RT_PRINTF(3, 4);

static bool
breach(const struct rt_outbound *o, struct rt_http_reply *reply,
    const char *fmt, ...)
{
	struct rt_str what;
	va_list ap;

	va_start(ap, fmt);
	what = rt_arena_vprintf(o->call->arena, fmt, ap);
	va_end(ap);
	reply->why = rt_printf(o->call, "%s: the answer %d %.*s", o->op->id,
	    reply->status, RT_FMT(what));
	return false;
}

/* How closely a declared status says what came: 3 for itself, 2 for its class,
 * 1 for `default`, 0 for another. */
static unsigned
closeness(int declared, int status)
{
	if (declared == status)
		return 3;
	if (declared == status / 100)
		return 2;
	return declared == 0 ? 1 : 0;
}

static unsigned
closest(const struct rt_outbound_op *op, int status)
{
	unsigned best = 0;

	for (unsigned i = 0; i < op->n_answers; i++) {
		unsigned n = closeness(op->answers[i].status, status);

		best = n > best ? n : best;
	}
	return best;
}

/* The first answer that is as close and takes the media type; -1 for none. */
static int
find_answer(const struct rt_outbound_op *op, int status, unsigned close,
    const struct rt_media *media)
{
	for (unsigned i = 0; i < op->n_answers; i++) {
		const struct rt_outbound_answer *a = &op->answers[i];

		if (closeness(a->status, status) != close)
			continue;
		if (a->media == NULL ||
		    (media != NULL && rt_media_covers(a->media, media)))
			return (int)i;
	}
	return -1;
}

static struct rt_check
new_check(const struct rt_outbound *o, enum rt_in in)
{
	return (struct rt_check){
	    .arena = o->call->arena,
	    .patterns = o->call->server->patterns,
	    .in = in,
	};
}

static bool
check_header(struct rt_outbound *o, const struct rt_answer_header *h,
    struct rt_http_reply *reply)
{
	struct rt_str value = rt_http_header(reply, h->name);
	struct rt_check c = new_check(o, RT_IN_HEADER);
	const char *why;

	if (value.p == NULL && h->required)
		return breach(o, reply, "lacks the header %s", h->name);
	if (value.p == NULL || h->check == NULL)
		return true;
	c.name = h->name;
	c.root = rt_header_node(o->call->arena, h, value, &why);
	if (c.root == NULL)
		return breach(o, reply, "has a header %s that %s", h->name,
		    why);
	h->check(&c, c.root);
	if (c.n == 0)
		return true;
	return breach(o, reply,
	    "breaks the contract in its header %s: %s: %.*s", h->name,
	    c.faults[0].keyword, RT_FMT(c.faults[0].message));
}

static bool
check_headers(struct rt_outbound *o, const struct rt_answer_header *h,
    struct rt_http_reply *reply)
{
	for (; h != NULL && h->name != NULL; h++) {
		if (!check_header(o, h, reply))
			return false;
	}
	return true;
}

static bool
check_json(struct rt_outbound *o, rt_check_fn *check,
    struct rt_http_reply *reply)
{
	struct rt_check c = new_check(o, RT_IN_BODY);
	struct rt_json_error err;

	c.root = rt_json_parse(o->call->arena, reply->body,
	    &rt_json_default_limits, &err);
	if (c.root == NULL)
		return breach(o, reply, "is no JSON: line %u, column %u: %.*s",
		    err.line, err.col, RT_FMT(err.text));
	if (check != NULL)
		check(&c, c.root);
	if (c.n > 0)
		return breach(o, reply,
		    "breaks the contract at \"%.*s\": %s: %.*s",
		    RT_FMT(c.faults[0].pointer), c.faults[0].keyword,
		    RT_FMT(c.faults[0].message));
	o->node = c.root;
	return true;
}

/* What the media type of an answer is, or NULL where it has none. */
static const struct rt_media *
media_of(const struct rt_http_reply *reply, struct rt_media *out)
{
	struct rt_str type = rt_http_header(reply, "Content-Type");

	return type.p != NULL && rt_media_parse(type, out) ? out : NULL;
}

bool
rt_outbound_check(struct rt_outbound *o, struct rt_http_reply *reply)
{
	const struct rt_outbound_op *op = o->op;
	struct rt_media parsed;
	const struct rt_media *media = media_of(reply, &parsed);
	const struct rt_outbound_answer *a;
	unsigned close = closest(op, reply->status);

	if (op->n_answers == 0)
		return true;
	if (close == 0)
		return breach(o, reply, "is not declared");
	o->answer = find_answer(op, reply->status, close, media);
	if (strcmp(op->method, "HEAD") == 0) {
		o->answer = -1;
		return true;
	}
	if (o->answer == -1)
		return breach(o, reply,
		    "has the media type %.*s, which is not declared",
		    RT_FMT(media == NULL
			    ? RT_LIT("of no body")
			    : rt_http_header(reply, "Content-Type")));
	a = &op->answers[o->answer];
	if (a->media != NULL && media != NULL && rt_media_is_json(media) &&
	    !check_json(o, a->check, reply))
		return false;
	return check_headers(o, a->headers, reply);
}
