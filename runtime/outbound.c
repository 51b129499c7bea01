#include "runtime/outbound.h"

#include "runtime/expression.h"
#include "runtime/outbound_answer.h"
#include "runtime/param_write.h"
#include "runtime/percent.h"
#include "runtime/server.h"

enum { URL_MAX = 8000, OWN_HEADERS_MAX = 64 };

static void fault(struct rt_outbound *, enum rt_http_result, const char *, ...)
    RT_PRINTF(3, 4);

static void
fault(struct rt_outbound *o, enum rt_http_result result, const char *fmt, ...)
{
	struct rt_str what;
	va_list ap;

	if (o->fault != 0)
		return;
	va_start(ap, fmt);
	what = rt_arena_vprintf(o->call->arena, fmt, ap);
	va_end(ap);
	o->fault = result;
	o->why = rt_printf(o->call, "%s: %.*s", o->op->id, RT_FMT(what));
}

struct rt_outbound *
rt_outbound(struct rt_call *call, const struct rt_outbound_op *op)
{
	struct rt_outbound *o = RT_NEW(call, *o);

	o->call = call;
	o->op = op;
	o->answer = -1;
	o->query = rt_buf(call->arena, URL_MAX);
	o->cookies = rt_buf(call->arena, URL_MAX);
	o->headers =
	    rt_arena_array(call->arena, OWN_HEADERS_MAX, sizeof(*o->headers));
	return o;
}

/* --- Values --- */

struct rt_writer *
rt_outbound_value(struct rt_outbound *o)
{
	o->json = rt_buf(o->call->arena, o->call->server->call_memory_max);
	o->writer = rt_writer(&o->json);
	return &o->writer;
}

/* The value that was written, once it has passed its check; else NULL. */
static const struct rt_node *
take_value(struct rt_outbound *o, enum rt_in in, const char *name,
    rt_check_fn *check)
{
	struct rt_check c = {
	    .arena = o->call->arena,
	    .patterns = o->call->server->patterns,
	    .in = in,
	    .name = name,
	};
	struct rt_json_error err;

	if (o->fault != 0)
		return NULL;
	c.root = rt_json_parse(o->call->arena, rt_buf_str(&o->json),
	    &rt_json_default_limits, &err);
	if (c.root == NULL) {
		fault(o, RT_HTTP_BAD_REQUEST, "%s can't be sent: %.*s",
		    name == NULL ? "the body" : name, RT_FMT(err.text));
		return NULL;
	}
	if (check != NULL)
		check(&c, c.root);
	if (c.n == 0)
		return c.root;
	fault(o, RT_HTTP_BAD_REQUEST,
	    "%s breaks the contract at \"%.*s\": %s: %.*s",
	    name == NULL ? "the body" : name, RT_FMT(c.faults[0].pointer),
	    c.faults[0].keyword, RT_FMT(c.faults[0].message));
	return NULL;
}

/* --- Parameters --- */

static void
add_header(struct rt_outbound *o, const char *name, struct rt_str value)
{
	if (o->n_headers == OWN_HEADERS_MAX)
		fault(o, RT_HTTP_BAD_REQUEST, "it has too many headers");
	else
		o->headers[o->n_headers++] =
		    (struct rt_header){rt_str(name), value};
}

static void
add_path_param(struct rt_outbound *o, const char *name, struct rt_str text)
{
	if (o->n_path == RT_OUTBOUND_PATH_MAX)
		fault(o, RT_HTTP_BAD_REQUEST, "its path has too many parts");
	else
		o->path[o->n_path++] =
		    (struct rt_path_param){.name = name, .raw = text};
}

void
rt_outbound_param(struct rt_outbound *o, const struct rt_param *p,
    rt_check_fn *check)
{
	const struct rt_node *v = take_value(o, p->in, p->name, check);
	struct rt_buf text = rt_buf(o->call->arena, URL_MAX);
	struct rt_buf *b = &text;
	size_t before;
	const char *why;

	if (v == NULL)
		return;
	if (p->in == RT_IN_QUERY)
		b = &o->query;
	if (p->in == RT_IN_COOKIE)
		b = &o->cookies;
	before = b->n;
	why = rt_param_write(b, p, v);
	if (why == NULL && b->full)
		why = "is too long";
	if (why == NULL && p->required && b->n == before &&
	    p->in != RT_IN_HEADER)
		why = "is empty, and so would not be there";
	if (why != NULL)
		fault(o, RT_HTTP_BAD_REQUEST, "%s %s", p->name, why);
	else if (p->in == RT_IN_HEADER)
		add_header(o, p->name, b->n == 0 ? RT_LIT("") : rt_buf_str(b));
	else if (p->in == RT_IN_PATH)
		add_path_param(o, p->name, rt_buf_str(b));
}

/* --- Bodies --- */

void
rt_outbound_bytes(struct rt_outbound *o, struct rt_str media,
    struct rt_str body)
{
	o->body = body.p == NULL ? RT_LIT("") : body;
	add_header(o, "Content-Type", media);
}

void
rt_outbound_json(struct rt_outbound *o, const char *media, rt_check_fn *check)
{
	if (take_value(o, RT_IN_BODY, NULL, check) != NULL)
		rt_outbound_bytes(o, rt_str(media), rt_buf_str(&o->json));
}

static void
put_pair(struct rt_buf *b, struct rt_str name, struct rt_str text)
{
	if (b->n > 0)
		rt_buf_byte(b, '&');
	rt_percent_encode(b, name);
	rt_buf_byte(b, '=');
	rt_percent_encode(b, text);
}

/* `plain` leaves a string as it is. */
static void
put_json(struct rt_buf *b, struct rt_str name, const struct rt_node *v,
    bool plain)
{
	struct rt_buf json = rt_buf(b->arena, b->cap);
	struct rt_writer w = rt_writer(&json);

	if (plain && v->type == RT_STRING) {
		put_pair(b, name, rt_node_str(v));
		return;
	}
	rt_write_node(&w, v);
	put_pair(b, name, rt_buf_str(&json));
}

static void
put_each(struct rt_buf *b, struct rt_str name, const struct rt_node *v,
    bool plain)
{
	struct rt_items i = rt_items(v);

	if (v->type != RT_ARRAY)
		put_json(b, name, v, plain);
	while (rt_items_next(&i))
		put_json(b, name, i.value, plain);
}

/* Where a field has no style but JSON, an array may have a value for each of
 * its items, and a string may be plain. */
static const char *
put_field(struct rt_buf *b, const struct rt_param *field, struct rt_str name,
    const struct rt_node *v)
{
	if (field == NULL)
		put_each(b, name, v, true);
	else if (field->style != RT_STYLE_JSON)
		return rt_param_write(b, field, v);
	else if ((field->types & RT_ARRAY) != 0)
		put_each(b, name, v, false);
	else
		put_json(b, name, v, (field->types & RT_STRING) != 0);
	return NULL;
}

static const struct rt_param *
find_field(const struct rt_param *fields, struct rt_str name)
{
	while (fields != NULL && fields->name != NULL) {
		if (rt_str_is(name, fields->name))
			return fields;
		fields++;
	}
	return NULL;
}

void
rt_outbound_form(struct rt_outbound *o, const char *media,
    const struct rt_param *fields, rt_check_fn *check)
{
	const struct rt_node *v = take_value(o, RT_IN_BODY, NULL, check);
	struct rt_buf b =
	    rt_buf(o->call->arena, o->call->server->call_memory_max);
	const char *why = NULL;
	struct rt_members m;

	if (v == NULL)
		return;
	m = rt_members(v, NULL);
	while (why == NULL && rt_members_next(&m)) {
		struct rt_str name = rt_node_str(m.name);

		why = put_field(&b, find_field(fields, name), name, m.value);
		if (why != NULL)
			fault(o, RT_HTTP_BAD_REQUEST, "the field %.*s %s",
			    RT_FMT(name), why);
	}
	rt_outbound_bytes(o, rt_str(media),
	    b.n == 0 ? RT_LIT("") : rt_buf_str(&b));
}

/* --- The URL --- */

void
rt_outbound_url(struct rt_outbound *o, struct rt_str url)
{
	o->url = url;
}

static void
put_path_param(struct rt_outbound *o, struct rt_buf *b, struct rt_str name)
{
	for (unsigned i = 0; i < o->n_path; i++) {
		if (rt_str_is(name, o->path[i].name)) {
			rt_buf_add(b, o->path[i].raw);
			return;
		}
	}
	fault(o, RT_HTTP_BAD_URL, "its path lacks %.*s", RT_FMT(name));
}

/* An expression that a template begins with is the URL, or its beginning; any
 * other is a value, which must not change what is around it. */
static void
put_expression(struct rt_outbound *o, struct rt_buf *b,
    const struct rt_expression *e)
{
	struct rt_str text;
	const char *why = rt_expression_text(o->call, e, &text);

	if (why != NULL)
		fault(o, RT_HTTP_BAD_URL,
		    "there is no URL in the call for %s: %s", o->op->url, why);
	else if (b->n == 0)
		rt_buf_add(b, text);
	else
		rt_percent_encode(b, text);
}

void
rt_outbound_callback(struct rt_outbound *o)
{
	struct rt_expressions parts = rt_expressions(rt_str(o->op->url));
	struct rt_buf b = rt_buf(o->call->arena, URL_MAX);
	struct rt_expression e;

	while (o->fault == 0 && rt_expressions_next(&parts, &e)) {
		if (e.kind == RT_EXPRESSION_LITERAL)
			rt_buf_add(&b, e.name);
		else if (e.kind == RT_EXPRESSION_PARAM)
			put_path_param(o, &b, e.name);
		else
			put_expression(o, &b, &e);
	}
	if (b.full || parts.why != NULL)
		fault(o, RT_HTTP_BAD_URL, "the URL is too long");
	else
		o->url = b.n == 0 ? RT_LIT("") : rt_buf_str(&b);
}

static struct rt_str
whole_url(const struct rt_outbound *o)
{
	bool has_query =
	    o->url.p != NULL && memchr(o->url.p, '?', o->url.n) != NULL;

	if (o->url.p == NULL || o->query.n == 0)
		return o->url;
	return rt_printf(o->call, "%.*s%c%.*s", RT_FMT(o->url),
	    has_query ? '&' : '?', RT_FMT(rt_buf_str(&o->query)));
}

/* --- Sending --- */

/* The declared media types, each once. */
static struct rt_str
accepted(const struct rt_outbound *o)
{
	struct rt_buf b = rt_buf(o->call->arena, URL_MAX);
	const struct rt_outbound_answer *v = o->op->answers;

	for (unsigned i = 0; i < o->op->n_answers; i++) {
		unsigned k = 0;

		if (v[i].media == NULL)
			continue;
		while (
		    v[k].media == NULL || strcmp(v[k].media, v[i].media) != 0)
			k++;
		if (k < i)
			continue;
		if (b.n > 0)
			rt_buf_cstr(&b, ", ");
		rt_buf_cstr(&b, v[i].media);
	}
	return b.n == 0 ? RT_LIT("") : rt_buf_str(&b);
}

static struct rt_headers
all_headers(struct rt_outbound *o, struct rt_headers more)
{
	struct rt_headers all = {NULL, 0};
	struct rt_str accept = accepted(o);

	if (o->cookies.n > 0)
		add_header(o, "Cookie", rt_buf_str(&o->cookies));
	if (accept.n > 0)
		add_header(o, "Accept", accept);
	all.v = rt_arena_array(o->call->arena, o->n_headers + more.n,
	    sizeof(*all.v));
	for (size_t i = 0; i < o->n_headers; i++)
		all.v[all.n++] = o->headers[i];
	for (size_t i = 0; i < more.n; i++)
		all.v[all.n++] = more.v[i];
	return all;
}

enum rt_http_result
rt_outbound_send(struct rt_outbound *o, struct rt_headers headers,
    struct rt_http_reply *reply)
{
	struct rt_http_request request = {
	    .method = rt_str(o->op->method),
	    .url = whole_url(o),
	    .headers = all_headers(o, headers),
	    .body = o->body,
	    .repeatable = o->repeatable,
	};
	enum rt_http_result result;

	*reply = (struct rt_http_reply){.body = RT_LIT("")};
	if (o->fault != 0) {
		reply->why = o->why;
		return o->fault;
	}
	result = rt_http_send(o->call, &request, reply);
	if (result != RT_HTTP_OK || rt_outbound_check(o, reply))
		return result;
	return RT_HTTP_BAD_ANSWER;
}
