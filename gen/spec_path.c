/* Paths and operations. */
#include <stdlib.h>

#include "gen/spec_read.h"

static const struct spec_keys path_keys[] = {
    {"$ref", SPEC_READ},
    {"summary", SPEC_HARMLESS},
    {"description", SPEC_HARMLESS},
    {"get", SPEC_READ},
    {"put", SPEC_READ},
    {"post", SPEC_READ},
    {"delete", SPEC_READ},
    {"options", SPEC_LATER},
    {"head", SPEC_LATER},
    {"patch", SPEC_READ},
    {"trace", SPEC_LATER},
    {"query", SPEC_LATER | SPEC_3_2},
    {"additionalOperations", SPEC_LATER | SPEC_3_2},
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
    {"patch", RT_PATCH},
};

/* --- Servers --- */

/* "/api/v1" of "https://example.org/api/v1/". */
static struct rt_str
server_prefix(struct spec_reader *r, const struct doc_node *url)
{
	struct rt_str s = url->text;
	const char *scheme = NULL;

	if (memchr(s.p, '{', s.n) != NULL) {
		diag_error(r->diag, url->pos, "unsupported-server",
		    "variables in a server's url are not supported yet");
		return RT_LIT("");
	}
	for (size_t i = 0; i + 2 < s.n && scheme == NULL; i++) {
		if (memcmp(s.p + i, "://", 3) == 0)
			scheme = s.p + i + 3;
	}
	if (scheme != NULL) {
		size_t host = s.n - (size_t)(scheme - s.p);
		const char *path = memchr(scheme, '/', host);

		s.n = path == NULL ? 0 : s.n - (size_t)(path - s.p);
		s.p = path == NULL ? s.p : path;
	}
	while (s.n > 0 && s.p[s.n - 1] == '/')
		s.n--;
	return s;
}

/* The path that the first server of the nearest `servers` puts before all. */
static struct rt_str
prefix_of(struct spec_reader *r, const struct doc_node *op,
    const struct doc_node *path)
{
	const struct doc_node *holders[] = {op, path, r->spec->root};

	for (size_t i = 0; i < RT_LEN(holders); i++) {
		const struct doc_node *list =
		    spec_typed(r, holders[i], "servers", DOC_SEQ);
		const struct doc_node *url;

		if (list == NULL || list->n == 0)
			continue;
		url = spec_typed(r, list->items[0], "url", DOC_STRING);
		return url == NULL ? RT_LIT("") : server_prefix(r, url);
	}
	return RT_LIT("");
}

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

struct rt_str
spec_default_id(struct spec_reader *r, const char *method, struct rt_str path)
{
	struct rt_buf b = rt_buf(r->arena, SIZE_MAX);
	bool upper = true;

	rt_buf_cstr(&b, method);
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
	return tags->items[0]->text;
}

/* A path item under its path. */
struct path {
	struct rt_str text;
	const struct doc_node *item;
};

static void
read_op(struct spec_reader *r, struct spec_op *op, const struct path *path,
    size_t method)
{
	const struct doc_node *node = doc_get(path->item, methods[method].key);

	op->node = node;
	op->pos = doc_key_pos(path->item, methods[method].key);
	op->method = methods[method].method;
	op->path = rt_arena_printf(r->arena, "%.*s%.*s",
	    RT_FMT(prefix_of(r, node, path->item)), RT_FMT(path->text));
	if (!spec_check_keys(r, node, "an operation", op_keys))
		return;
	op->id = spec_text(r, node, "operationId");
	if (op->id.n == 0)
		op->id = spec_default_id(r, methods[method].key, path->text);
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
	spec_read_answers(r, op, spec_map(r, node, "responses"));
}

static bool
is_taken(const struct spec *spec, enum rt_method method, struct rt_str path)
{
	for (size_t i = 0; i < spec->n_ops; i++) {
		if (spec->ops[i].method == method &&
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
spec_path_item(struct spec_reader *r, const struct doc_node *item,
    const struct spec_keys *keys)
{
	if (!spec_check_keys(r, item, "a path", keys) ||
	    !check_item_siblings(r, item))
		return NULL;
	if (!ref_is(item))
		return item;
	item = ref_resolve(r->spec->documents, item);
	if (item == NULL || !spec_check_keys(r, item, "a path", keys))
		return NULL;
	return item;
}

/* Of paths that are the same without their end the first is served. */
static bool
is_hidden(struct spec_reader *r, const struct spec_op *op)
{
	if (!is_taken(r->spec, op->method, op->path))
		return false;
	diag_warning(r->diag, op->pos, "path-text",
	    "%s %.*s is another operation: '%.*s' can't be reached, and is "
	    "left out",
	    rt_method_text(op->method), RT_FMT(op->path), RT_FMT(op->id));
	return true;
}

static void
read_path(struct spec_reader *r, const struct doc_member *member)
{
	struct spec *spec = r->spec;
	struct spec_op *first = (struct spec_op *)spec->ops + spec->n_ops;
	struct path path = {.text = route_of(r, member)};
	size_t n = 0;

	if (member->key.n == 0 || member->key.p[0] != '/') {
		diag_error(r->diag, member->key_pos, "path-slash",
		    "the path '%.*s' must begin with '/'", RT_FMT(member->key));
		return;
	}
	path.item = spec_path_item(r, member->value, path_keys);
	for (size_t m = 0; path.item != NULL && m < RT_LEN(methods); m++) {
		if (doc_get(path.item, methods[m].key) == NULL)
			continue;
		read_op(r, &first[n], &path, m);
		if (path.text.n == member->key.n || !is_hidden(r, &first[n]))
			n++;
		else
			first[n] = (struct spec_op){0};
	}
	if (n > 0)
		qsort(first, n, sizeof(*first), by_place);
	spec->n_ops += n;
}

void
spec_read_paths(struct spec_reader *r)
{
	const struct doc_node *paths = spec_map(r, r->spec->root, "paths");

	if (paths == NULL) {
		if (doc_get(r->spec->root, "paths") == NULL &&
		    doc_get(r->spec->root, "webhooks") == NULL)
			diag_error(r->diag, r->spec->root->pos, "missing-key",
			    "the document needs 'paths'");
		return;
	}
	r->spec->ops = rt_arena_array(r->arena, paths->n * RT_LEN(methods),
	    sizeof(*r->spec->ops));
	for (size_t i = 0; i < paths->n; i++) {
		if (!rt_str_starts(paths->members[i].key, "x-"))
			read_path(r, &paths->members[i]);
	}
}
