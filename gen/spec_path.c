/* Paths and operations. */
#include <ctype.h>
#include <stdlib.h>

#include "gen/spec_read.h"
#include "runtime/media.h"
#include "runtime/router.h"

static const struct spec_keys path_keys[] = {
    {"$ref", SPEC_READ},
    {"summary", SPEC_HARMLESS},
    {"description", SPEC_HARMLESS},
    {"get", SPEC_READ},
    {"put", SPEC_READ},
    {"post", SPEC_READ},
    {"delete", SPEC_READ},
    {"options", SPEC_READ},
    {"head", SPEC_READ},
    {"patch", SPEC_READ},
    {"trace", SPEC_READ},
    {"query", SPEC_READ | SPEC_3_2},
    {"additionalOperations", SPEC_READ | SPEC_3_2},
    {"servers", SPEC_READ},
    {"parameters", SPEC_READ},
    {NULL, 0},
};

static const struct spec_keys op_keys[] = {
    {"tags", SPEC_READ},
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
    {"servers", SPEC_READ},
    {NULL, 0},
};

static const struct spec_keys body_keys[] = {
    {"description", SPEC_HARMLESS},
    {"content", SPEC_READ},
    {"required", SPEC_READ},
    {NULL, 0},
};

static const struct {
	const char *key;
	enum rt_method method;
} methods[] = {
    {"get", RT_GET},
    {"put", RT_PUT},
    {"post", RT_POST},
    {"delete", RT_DELETE},
    {"options", RT_OPTIONS},
    {"head", RT_HEAD},
    {"patch", RT_PATCH},
    {"trace", RT_TRACE},
    {"query", RT_QUERY},
};

/* --- Parameters of an operation --- */

static bool
same_param(const struct spec_param *a, const struct spec_param *b)
{
	return a->in == b->in && rt_str_eq(a->name, b->name);
}

static void
add_param(struct spec_reader *r, struct spec_op *op, const struct spec_param *p,
    const struct doc_node *list)
{
	struct spec_param *v = (struct spec_param *)op->params;

	for (size_t i = 0; i < op->n_params; i++) {
		if (!same_param(&v[i], p))
			continue;
		if (v[i].node->parent == list && p->node->parent == list) {
			diag_error(r->diag, p->node->pos, "parameter-unique",
			    "the parameter '%.*s' is declared twice",
			    RT_FMT(p->name));
			diag_note(r->diag, v[i].node->pos, "first here");
		}
		v[i] = *p;
		return;
	}
	v[op->n_params++] = *p;
}

void
spec_read_params(struct spec_reader *r, struct spec_op *op,
    const struct doc_node *path, const struct doc_node *node)
{
	const struct doc_node *lists[] = {
	    spec_typed(r, path, "parameters", DOC_SEQ),
	    spec_typed(r, node, "parameters", DOC_SEQ),
	};
	size_t n = (lists[0] == NULL ? 0 : lists[0]->n) +
	    (lists[1] == NULL ? 0 : lists[1]->n);

	op->params = rt_arena_array(r->arena, n, sizeof(*op->params));
	for (size_t k = 0; k < RT_LEN(lists); k++) {
		for (size_t i = 0; lists[k] != NULL && i < lists[k]->n; i++) {
			const struct doc_node *p =
			    spec_deref(r, lists[k]->items[i]);
			struct spec_param param = {0};

			if (p == NULL)
				continue;
			spec_read_param(r, p, &param);
			if (param.name.p != NULL)
				add_param(r, op, &param, lists[k]);
		}
	}
}

const struct spec_param *
spec_path_param(const struct spec_op *op, struct rt_str name)
{
	for (size_t i = 0; i < op->n_params; i++) {
		if (op->params[i].in == RT_IN_PATH &&
		    rt_str_eq(op->params[i].name, name))
			return &op->params[i];
	}
	return NULL;
}

static bool
template_has(struct rt_str path, struct rt_str name)
{
	for (size_t i = 0; i + name.n + 1 < path.n; i++) {
		if (path.p[i] == '{' && path.p[i + 1 + name.n] == '}' &&
		    memcmp(path.p + i + 1, name.p, name.n) == 0)
			return true;
	}
	return false;
}

/* Every name of the template is declared, and every declared one is in it. */
static void
check_template(struct spec_reader *r, const struct spec_op *op,
    struct rt_str path)
{
	struct rt_str rest = path;

	for (size_t i = 0; i < op->n_params; i++) {
		const struct spec_param *p = &op->params[i];

		if (p->in != RT_IN_PATH || template_has(path, p->name))
			continue;
		diag_error(r->diag, p->node->pos, "path-parameter-unknown",
		    "the path '%.*s' has no '{%.*s}'", RT_FMT(path),
		    RT_FMT(p->name));
	}
	while (rt_str_cut(&rest, '{').p != NULL && rest.p != NULL) {
		struct rt_str name = rt_str_cut(&rest, '}');

		if (spec_path_param(op, name) != NULL)
			continue;
		diag_error(r->diag, op->pos, "path-parameter-undeclared",
		    "the path parameter '%.*s' of '%.*s' isn't declared",
		    RT_FMT(name), RT_FMT(op->id));
		diag_help(r->diag,
		    "add {name: %.*s, in: path, required: true, "
		    "schema: ...} to its parameters",
		    RT_FMT(name));
	}
}

/* --- Operations --- */

void
spec_read_body(struct spec_reader *r, struct spec_op *op,
    const struct doc_node *node)
{
	const struct doc_node *body = doc_get(node, "requestBody");

	if (body == NULL)
		return;
	body = spec_deref(r, body);
	if (body == NULL ||
	    !spec_check_keys(r, body, "a request body", body_keys))
		return;
	op->body_required = spec_bool(r, body, "required", false);
	op->n_bodies =
	    spec_read_content(r, spec_map(r, body, "content"), &op->bodies);
}

static void
read_body_max(struct spec_reader *r, struct spec_op *op,
    const struct doc_node *node)
{
	const struct doc_node *max = doc_get(node, "x-max-body");

	op->body_max = SPEC_BODY_MAX;
	if (max == NULL)
		return;
	if (!doc_int(max, &op->body_max) || op->body_max < 1 ||
	    op->body_max > INT32_MAX)
		diag_error(r->diag, max->pos, "extension-type",
		    "'x-max-body' must be a number of bytes from 1 to %d",
		    INT32_MAX);
}

/* "getPersonsPersonId" of GET /persons/{person_id}. */
static struct rt_str
default_id(struct spec_reader *r, struct rt_str method, struct rt_str path)
{
	struct rt_buf b = rt_buf(r->arena, SIZE_MAX);
	bool upper = true;

	for (size_t i = 0; i < method.n; i++) {
		if (isalnum((unsigned char)method.p[i]))
			rt_buf_byte(&b,
			    (char)tolower((unsigned char)method.p[i]));
	}
	for (size_t i = 0; i < path.n; i++) {
		char c = path.p[i];
		bool lower = c >= 'a' && c <= 'z';

		if (!lower && (c < 'A' || c > 'Z') && (c < '0' || c > '9')) {
			upper = true;
			continue;
		}
		rt_buf_byte(&b, upper && lower ? (char)(c - 'a' + 'A') : c);
		upper = false;
	}
	return rt_buf_str(&b);
}

static struct rt_str
first_tag(struct spec_reader *r, const struct doc_node *node)
{
	const struct doc_node *tags = spec_typed(r, node, "tags", DOC_SEQ);

	if (tags == NULL || tags->n == 0 || tags->items[0]->type != DOC_STRING)
		return RT_LIT("default");
	return doc_name(r->diag, tags->items[0]);
}

/* A path item under its path. */
struct path {
	struct rt_str whole; /* as it is written */
	struct rt_str text;
	const struct doc_node *item;
};

/* What the server's router would refuse to start with. */
static void
check_path(struct spec_reader *r, const struct spec_op *op)
{
	const char *fault = rt_router_fault(op->path);

	if (fault != NULL)
		diag_error(r->diag, op->pos, "path-match", "the path '%.*s' %s",
		    RT_FMT(op->path), fault);
}

static void
read_op(struct spec_reader *r, struct spec_op *op, const struct path *path)
{
	const struct doc_node *node = op->node;

	op->path = rt_arena_printf(r->arena, "%.*s%.*s",
	    RT_FMT(spec_server_prefix(r, node, path->item)),
	    RT_FMT(path->text));
	check_path(r, op);
	if (!spec_check_keys(r, node, "an operation", op_keys))
		return;
	op->id = spec_name(r, node, "operationId");
	if (op->id.n == 0)
		op->id = default_id(r, op->token, path->text);
	op->tag = first_tag(r, node);
	op->summary = spec_text(r, node, "summary");
	op->description = spec_text(r, node, "description");
	op->deprecated = spec_bool(r, node, "deprecated", false);
	spec_read_params(r, op, path->item, node);
	spec_check_params(r, op);
	check_template(r, op, path->text);
	spec_read_body(r, op, node);
	read_body_max(r, op, node);
	spec_read_security(r, op, node);
	spec_read_websocket(r, op);
	spec_read_answers(r, op, spec_map(r, node, "responses"));
	spec_read_transaction(r, op);
}

static bool
is_taken(const struct spec *spec, struct rt_str token, struct rt_str path)
{
	for (size_t i = 0; i < spec->n_ops; i++) {
		if (rt_str_eq(spec->ops[i].token, token) &&
		    rt_str_eq(spec->ops[i].path, path))
			return true;
	}
	return false;
}

/* Operations stand in the order of the document, not of our method table. */
static int
by_place(const void *a, const void *b)
{
	const struct spec_op *x = a, *y = b;

	if (x->pos.line != y->pos.line)
		return x->pos.line < y->pos.line ? -1 : 1;
	return (x->pos.col > y->pos.col) - (x->pos.col < y->pos.col);
}

/* A request's path has neither query nor fragment, with which some contracts
 * tell operations apart. */
static struct rt_str
route_of(struct spec_reader *r, const struct doc_member *path)
{
	struct rt_str text = path->key;

	for (size_t i = 0; i < text.n; i++) {
		if (text.p[i] != '#' && text.p[i] != '?')
			continue;
		text.n = i;
		diag_warning(r->diag, path->key_pos, "path-text",
		    "a path ends before '%c': this one is matched as '%.*s'",
		    path->key.p[i], RT_FMT(text));
	}
	return text;
}

/* OpenAPI leaves open which of two would count. */
static bool
check_item_siblings(struct spec_reader *r, const struct doc_node *item)
{
	for (size_t i = 0; ref_is(item) && i < item->n; i++) {
		const struct doc_member *m = &item->members[i];

		if (spec_may_be_sibling(m->key))
			continue;
		diag_error(r->diag, m->key_pos, "path-ref",
		    "'%.*s' stands beside the '$ref' of a path item: what "
		    "counts is undefined",
		    RT_FMT(m->key));
		diag_help(r->diag, "move it to where the '$ref' leads");
		return false;
	}
	return true;
}

const struct doc_node *
spec_path_item(struct spec_reader *r, const struct doc_node *item)
{
	if (!spec_check_keys(r, item, "a path", path_keys) ||
	    !check_item_siblings(r, item))
		return NULL;
	spec_check_no_websocket(r, item, "a path");
	if (!ref_is(item))
		return item;
	item = ref_resolve(r->spec->documents, item);
	if (item == NULL || !spec_check_keys(r, item, "a path", path_keys))
		return NULL;
	return item;
}

/* Of paths that are the same without their end the first is served. */
static bool
is_hidden(struct spec_reader *r, const struct spec_op *op)
{
	if (!is_taken(r->spec, op->token, op->path))
		return false;
	diag_warning(r->diag, op->pos, "path-text",
	    "%.*s %.*s is another operation: '%.*s' can't be reached, and is "
	    "left out",
	    RT_FMT(op->token), RT_FMT(op->path), RT_FMT(op->id));
	return true;
}

static struct spec_op *
next_op(struct spec_reader *r)
{
	struct spec *spec = r->spec;
	struct spec_op *v = (struct spec_op *)spec->ops;

	if (spec->n_ops == r->ops_size) {
		r->ops_size = r->ops_size == 0 ? 64 : 2 * r->ops_size;
		v = rt_arena_array(r->arena, r->ops_size, sizeof(*v));
		if (spec->n_ops > 0)
			memcpy(v, spec->ops, spec->n_ops * sizeof(*v));
		spec->ops = v;
	}
	v[spec->n_ops] = (struct spec_op){0};
	return &v[spec->n_ops];
}

static void
add_op(struct spec_reader *r, const struct path *path,
    const struct doc_member *m, enum rt_method method)
{
	struct spec_op *op = next_op(r);
	bool cut = path->text.n < path->whole.n;

	op->node = m->value;
	op->pos = m->key_pos;
	op->method = method;
	op->token = method == 0 ? m->key : rt_str(rt_method_text(method));
	read_op(r, op, path);
	if (!cut || !is_hidden(r, op))
		r->spec->n_ops++;
}

/* Whether a key of additionalOperations is a method that has no key of its
 * own. */
bool
spec_is_other_method(struct spec_reader *r, const struct doc_member *m)
{
	if (!rt_is_token(m->key))
		diag_error(r->diag, m->key_pos, "method",
		    "'%.*s' is no method: a token of HTTP is expected",
		    RT_FMT(m->key));
	else if (rt_method_parse(m->key) != 0)
		diag_error(r->diag, m->key_pos, "method",
		    "'%.*s' has a key of its own in a path", RT_FMT(m->key));
	else
		return true;
	return false;
}

static void
read_path(struct spec_reader *r, const struct doc_member *member)
{
	struct path path = {member->key, route_of(r, member), NULL};
	size_t first = r->spec->n_ops;
	const struct doc_node *others;

	if (member->key.n == 0 || member->key.p[0] != '/') {
		diag_error(r->diag, member->key_pos, "path-slash",
		    "the path '%.*s' must begin with '/'", RT_FMT(member->key));
		return;
	}
	path.item = spec_path_item(r, member->value);
	for (size_t i = 0; path.item != NULL && i < RT_LEN(methods); i++) {
		const struct doc_member *m =
		    doc_member(path.item, methods[i].key);

		if (m != NULL)
			add_op(r, &path, m, methods[i].method);
	}
	others = spec_map(r, path.item, "additionalOperations");
	for (size_t i = 0; others != NULL && i < others->n; i++) {
		if (spec_is_other_method(r, &others->members[i]))
			add_op(r, &path, &others->members[i],
			    (enum rt_method)0);
	}
	if (r->spec->n_ops > first)
		qsort((struct spec_op *)r->spec->ops + first,
		    r->spec->n_ops - first, sizeof(struct spec_op), by_place);
}

void
spec_read_paths(struct spec_reader *r)
{
	const struct doc_node *root = r->spec->root;
	const struct doc_node *paths = spec_map(r, root, "paths");

	/* A document of 3.1 may have parts and no paths. */
	if (doc_get(root, "paths") == NULL &&
	    (spec_version(r, root) == OAS_3_0 ||
		(doc_get(root, "components") == NULL &&
		    doc_get(root, "webhooks") == NULL)))
		diag_error(r->diag, root->pos, "missing-key",
		    "the document needs 'paths'");
	for (size_t i = 0; paths != NULL && i < paths->n; i++) {
		if (!rt_str_starts(paths->members[i].key, "x-"))
			read_path(r, &paths->members[i]);
	}
}
