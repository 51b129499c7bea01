/* Webhooks and callbacks: operations that others serve. */
#include "gen/spec_read.h"
#include "runtime/expression.h"

static const struct spec_keys op_keys[] = {
    {"tags", SPEC_HARMLESS},
    {"summary", SPEC_READ},
    {"description", SPEC_READ},
    {"externalDocs", SPEC_HARMLESS},
    {"operationId", SPEC_READ},
    {"parameters", SPEC_READ},
    {"requestBody", SPEC_READ},
    {"responses", SPEC_READ},
    {"callbacks", SPEC_READ},
    {"deprecated", SPEC_READ},
    {"security", SPEC_READ},
    {"servers", SPEC_HARMLESS},
    {NULL, 0},
};

static const char *const methods[] = {"get", "put", "post", "delete", "options",
    "head", "patch", "trace", "query"};

/* What all requests of one webhook or callback have in common. */
struct group {
	struct spec_outbound proto;
	struct source_pos pos; /* of its key */
	size_t n; /* requests of the group */
	size_t first; /* of them in the list */
};

/* --- The list --- */

static struct spec_outbound *
add(struct spec_reader *r, const struct spec_outbound *proto)
{
	struct spec *spec = r->spec;
	struct spec_outbound *v = (struct spec_outbound *)spec->outbound;
	size_t n = spec->n_outbound;

	/* The array doubles whenever it is full. */
	if ((n & (n - 1)) == 0) {
		v = rt_arena_array(r->arena, n == 0 ? 1 : 2 * n, sizeof(*v));
		if (n > 0)
			memcpy(v, spec->outbound, n * sizeof(*v));
		spec->outbound = v;
	}
	spec->n_outbound++;
	v[n] = *proto;
	return &v[n];
}

/* --- URLs --- */

static bool
is_absolute(struct rt_str url)
{
	struct rt_str scheme = rt_str_cut(&url, ':');

	return url.p != NULL &&
	    (rt_str_is_nocase(scheme, "http") ||
		rt_str_is_nocase(scheme, "https"));
}

static bool
declares_path(const struct spec_op *op, struct rt_str name)
{
	return spec_path_param(op, name) != NULL;
}

static void
check_part(struct spec_reader *r, const struct group *g,
    const struct rt_expression *e, bool first)
{
	const struct spec_op *parent = &r->spec->ops[g->proto.parent];

	if (first && e->kind == RT_EXPRESSION_LITERAL && !is_absolute(e->name))
		diag_error(r->diag, g->pos, "callback-url",
		    "a callback's URL must begin with http://, https:// or an "
		    "expression, not with '%.*s'",
		    RT_FMT(e->name));
	if (e->kind == RT_EXPRESSION_PATH && !declares_path(parent, e->name))
		diag_error(r->diag, g->pos, "callback-expression",
		    "'%.*s' has no path parameter '%.*s'", RT_FMT(parent->id),
		    RT_FMT(e->name));
}

/* Once for all requests under it. */
static bool
check_url(struct spec_reader *r, struct group *g)
{
	struct rt_expressions parts = rt_expressions(g->proto.op.path);
	struct rt_expression e;
	bool first = true;

	for (; rt_expressions_next(&parts, &e); first = false) {
		check_part(r, g, &e, first);
		g->proto.of_answer =
		    g->proto.of_answer || rt_expression_of_answer(&e);
	}
	if (parts.why == NULL && !first)
		return true;
	diag_error(r->diag, g->pos, "callback-expression",
	    "'%.*s' is no template of runtime expressions: %s",
	    RT_FMT(g->proto.op.path),
	    parts.why == NULL ? "it is empty" : parts.why);
	return false;
}

static bool
url_has(struct rt_str url, struct rt_str name)
{
	struct rt_expressions parts = rt_expressions(url);
	struct rt_expression e;

	while (rt_expressions_next(&parts, &e)) {
		if (e.kind == RT_EXPRESSION_PARAM && rt_str_eq(e.name, name))
			return true;
	}
	return false;
}

/* As in paths: every name of the template is declared, and the other way. */
static void
check_path_params(struct spec_reader *r, const struct spec_outbound *out)
{
	const struct spec_op *op = &out->op;
	struct rt_expressions parts = rt_expressions(op->path);
	struct rt_expression e;

	for (size_t i = 0; i < op->n_params; i++) {
		const struct spec_param *p = &op->params[i];

		if (p->in != RT_IN_PATH || url_has(op->path, p->name))
			continue;
		diag_error(r->diag, p->node->pos, "path-parameter-unknown",
		    "the URL of '%.*s' has no '{%.*s}'", RT_FMT(out->name),
		    RT_FMT(p->name));
	}
	while (rt_expressions_next(&parts, &e)) {
		if (e.kind != RT_EXPRESSION_PARAM || declares_path(op, e.name))
			continue;
		diag_error(r->diag, op->pos, "path-parameter-undeclared",
		    "the path parameter '%.*s' of '%.*s' isn't declared",
		    RT_FMT(e.name), RT_FMT(out->name));
	}
}

/* --- Operations --- */

static void
check_nested(struct spec_reader *r, const struct doc_node *op)
{
	if (doc_get(op, "callbacks") == NULL)
		return;
	diag_error(r->diag, doc_key_pos(op, "callbacks"), "callback-nested",
	    "a callback of a request that this server sends would be a request "
	    "to it");
	diag_help(r->diag, "describe it under 'paths'");
}

static void
read_op(struct spec_reader *r, struct spec_outbound *out,
    const struct doc_node *item)
{
	const struct doc_node *node = out->op.node, *responses;
	struct spec_op *op = &out->op;

	if (!spec_check_keys(r, node, "an operation", op_keys))
		return;
	check_nested(r, node);
	spec_check_no_websocket(r, node, "a request that the server sends");
	op->id = spec_name(r, node, "operationId");
	out->named = op->id.n > 0;
	op->summary = spec_text(r, node, "summary");
	op->description = spec_text(r, node, "description");
	op->deprecated = spec_bool(r, node, "deprecated", false);
	spec_read_params(r, op, item, node);
	spec_check_params(r, op);
	check_path_params(r, out);
	spec_read_body(r, op, node);
	if (doc_get(node, "security") != NULL)
		spec_read_security(r, op, node);
	responses = spec_map(r, node, "responses");
	if (responses != NULL && responses->n > 0)
		spec_read_answers(r, op, responses);
}

static void
add_op(struct spec_reader *r, struct group *g, const struct doc_node *item,
    const struct doc_member *m, struct rt_str method)
{
	struct spec_outbound *out = add(r, &g->proto);

	out->op.token = method;
	out->op.node = m->value;
	out->op.pos = m->key_pos;
	/* Like an answer it tells what this server knows: what is readOnly is
	 * part of it, what is writeOnly is not. */
	r->side = SCHEMA_RESPONSE;
	read_op(r, out, item);
	r->side = SCHEMA_REQUEST;
	g->n++;
}

static struct rt_str
upper(struct spec_reader *r, const char *method)
{
	struct rt_buf b = rt_buf(r->arena, SIZE_MAX);

	for (; *method != '\0'; method++)
		rt_buf_byte(&b, (char)(*method - 'a' + 'A'));
	return rt_buf_str(&b);
}

static void
read_additional(struct spec_reader *r, struct group *g,
    const struct doc_node *item)
{
	const struct doc_node *map = spec_map(r, item, "additionalOperations");

	for (size_t i = 0; map != NULL && i < map->n; i++) {
		const struct doc_member *m = &map->members[i];

		if (spec_is_other_method(r, m))
			add_op(r, g, item, m, m->key);
	}
}

/* In the order of the document. */
static void
read_item(struct spec_reader *r, struct group *g, const struct doc_node *node)
{
	const struct doc_node *item = spec_path_item(r, node);

	for (size_t i = 0; item != NULL && i < item->n; i++) {
		const struct doc_member *m = &item->members[i];

		for (size_t k = 0; k < RT_LEN(methods); k++) {
			if (rt_str_is(m->key, methods[k]))
				add_op(r, g, item, m, upper(r, methods[k]));
		}
	}
	if (item != NULL)
		read_additional(r, g, item);
}

/* --- Names --- */

/* One that is alone needs no method in its name. */
static void
name_group(struct spec_reader *r, const struct group *g, struct rt_str name)
{
	struct spec_outbound *all = (struct spec_outbound *)r->spec->outbound;

	for (size_t i = 0; i < g->n; i++) {
		struct spec_outbound *out = &all[g->first + i];

		if (out->named)
			continue;
		out->op.id = name;
		if (g->n > 1)
			out->op.id = rt_arena_printf(r->arena, "%.*s %.*s",
			    RT_FMT(name), RT_FMT(out->op.token));
	}
}

/* --- Webhooks and callbacks --- */

static void
read_webhook(struct spec_reader *r, const struct doc_member *m)
{
	struct group g = {
	    .pos = m->key_pos,
	    .first = r->spec->n_outbound,
	    .proto.name = m->key,
	    .proto.webhook = true,
	};

	read_item(r, &g, m->value);
	name_group(r, &g, m->key);
}

static void
read_callback(struct spec_reader *r, size_t parent, const struct doc_member *m)
{
	const struct doc_node *urls = spec_deref(r, m->value);
	struct group g = {
	    .first = r->spec->n_outbound,
	    .proto.name = m->key,
	    .proto.parent = parent,
	};

	if (urls == NULL)
		return;
	if (urls->type != DOC_MAP) {
		diag_error(r->diag, urls->pos, "type",
		    "a callback must be a mapping, is %s",
		    doc_type_name(urls->type));
		return;
	}
	for (size_t i = 0; i < urls->n; i++) {
		if (rt_str_starts(urls->members[i].key, "x-"))
			continue;
		g.pos = urls->members[i].key_pos;
		g.proto.op.path = urls->members[i].key;
		g.proto.of_answer = false;
		if (check_url(r, &g))
			read_item(r, &g, urls->members[i].value);
	}
	name_group(r, &g,
	    rt_arena_printf(r->arena, "%.*s %.*s",
		RT_FMT(r->spec->ops[parent].id), RT_FMT(m->key)));
}

void
spec_read_outbound(struct spec_reader *r)
{
	const struct doc_node *webhooks =
	    spec_map(r, r->spec->root, "webhooks");

	for (size_t i = 0; webhooks != NULL && i < webhooks->n; i++) {
		if (!rt_str_starts(webhooks->members[i].key, "x-"))
			read_webhook(r, &webhooks->members[i]);
	}
	for (size_t i = 0; i < r->spec->n_ops; i++) {
		const struct doc_node *map =
		    spec_map(r, r->spec->ops[i].node, "callbacks");

		for (size_t k = 0; map != NULL && k < map->n; k++) {
			if (!rt_str_starts(map->members[k].key, "x-"))
				read_callback(r, i, &map->members[k]);
		}
	}
}
