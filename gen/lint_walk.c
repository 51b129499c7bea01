/* The operations of a document, as they stand there. */
#include "gen/lint_rule.h"
#include "gen/ref.h"
#include "runtime/buf.h"

static const char *const methods[] = {"get", "put", "post", "delete", "options",
    "head", "patch", "trace", "query"};

const struct doc_node *
lint_deref(const struct lint *l, const struct doc_node *node)
{
	if (node == NULL)
		return NULL;
	node = ref_resolve(l->documents, node);
	return node == NULL || node->type != DOC_MAP ? NULL : node;
}

const struct doc_node *
lint_member(const struct doc_node *map, const char *key, enum doc_type type)
{
	const struct doc_node *node = doc_get(map, key);

	return node == NULL || node->type != type ? NULL : node;
}

struct rt_str
lint_text(const struct doc_node *map, const char *key)
{
	const struct doc_node *node = lint_member(map, key, DOC_STRING);

	return node == NULL ? (struct rt_str){0} : node->text;
}

struct rt_str
lint_op_name(const struct lint *l, const struct lint_op *op)
{
	struct rt_buf b = rt_buf(l->arena, SIZE_MAX);

	for (size_t i = 0; i < op->method.n; i++) {
		char c = op->method.p[i];

		rt_buf_byte(&b, c >= 'a' && c <= 'z' ? (char)(c - 32) : c);
	}
	rt_buf_printf(&b, " %.*s", RT_FMT(op->path->key));
	return rt_buf_str(&b);
}

const struct schema *
lint_schema_of(const struct lint *l, const struct doc_node *node)
{
	const struct doc_node *schema = doc_get(node, "schema");

	if (schema == NULL ||
	    (schema->type != DOC_MAP && schema->type != DOC_BOOL))
		return NULL;
	return schema_at(l->spec->schemas, schema);
}

/* --- Operations --- */

static bool
same_param(const struct doc_node *a, const struct doc_node *b)
{
	return rt_str_eq(lint_text(a, "name"), lint_text(b, "name")) &&
	    rt_str_eq(lint_text(a, "in"), lint_text(b, "in"));
}

/* One of the operation replaces that of the path. */
static void
add_param(struct lint_op *op, const struct doc_node **v,
    const struct doc_node *p)
{
	for (size_t i = 0; i < op->n_params; i++) {
		if (!same_param(v[i], p))
			continue;
		v[i] = p;
		return;
	}
	v[op->n_params++] = p;
}

static void
read_params(const struct lint *l, struct lint_op *op)
{
	const struct doc_node *lists[] = {
	    lint_member(op->item, "parameters", DOC_SEQ),
	    lint_member(op->node, "parameters", DOC_SEQ),
	};
	size_t n = (lists[0] == NULL ? 0 : lists[0]->n) +
	    (lists[1] == NULL ? 0 : lists[1]->n);
	const struct doc_node **v = rt_arena_array(l->arena, n, sizeof(*v));

	for (size_t k = 0; k < RT_LEN(lists); k++) {
		for (size_t i = 0; lists[k] != NULL && i < lists[k]->n; i++) {
			const struct doc_node *p =
			    lint_deref(l, lists[k]->items[i]);

			if (p != NULL)
				add_param(op, v, p);
		}
	}
	op->params = v;
}

static void
read_op(const struct lint *l, struct lint_op *op, const struct doc_member *m)
{
	op->method = m->key;
	op->pos = m->key_pos;
	op->node = m->value;
	read_params(l, op);
	op->body = lint_deref(l, doc_get(op->node, "requestBody"));
	op->answers = lint_member(op->node, "responses", DOC_MAP);
	op->security = lint_member(op->node, "security", DOC_SEQ);
	if (doc_get(op->node, "security") == NULL)
		op->security = lint_member(l->root, "security", DOC_SEQ);
}

static bool
is_method(struct rt_str key)
{
	for (size_t i = 0; i < RT_LEN(methods); i++) {
		if (rt_str_is(key, methods[i]))
			return true;
	}
	return false;
}

/* How many operations a path has; they are filled in unless v is NULL. */
static size_t
read_item(const struct lint *l, const struct doc_member *path,
    const struct doc_node *item, struct lint_op *v)
{
	const struct doc_node *more =
	    lint_member(item, "additionalOperations", DOC_MAP);
	const struct doc_node *maps[] = {item, more};
	size_t n = 0;

	for (size_t k = 0; k < RT_LEN(maps); k++) {
		for (size_t i = 0; maps[k] != NULL && i < maps[k]->n; i++) {
			const struct doc_member *m = &maps[k]->members[i];

			if ((k == 0 && !is_method(m->key)) ||
			    m->value->type != DOC_MAP)
				continue;
			if (v != NULL) {
				v[n] = (struct lint_op){.path = path,
				    .item = item};
				read_op(l, &v[n], m);
			}
			n++;
		}
	}
	return n;
}

static size_t
read_all(const struct lint *l, struct lint_op *v)
{
	const struct doc_node *paths = lint_member(l->root, "paths", DOC_MAP);
	size_t n = 0;

	for (size_t i = 0; paths != NULL && i < paths->n; i++) {
		const struct doc_member *path = &paths->members[i];
		const struct doc_node *item;

		if (rt_str_starts(path->key, "x-"))
			continue;
		item = lint_deref(l, path->value);
		if (item != NULL)
			n += read_item(l, path, item, v == NULL ? NULL : v + n);
	}
	return n;
}

void
lint_read_ops(struct lint *l)
{
	struct lint_op *v;

	l->n_ops = read_all(l, NULL);
	v = rt_arena_array(l->arena, l->n_ops, sizeof(*v));
	(void)read_all(l, v);
	l->ops = v;
}

/* --- Schemas --- */

static void
each_content(const struct lint *l, const struct doc_node *holder,
    void (*f)(const struct lint *, const struct schema *, void *), void *arg)
{
	const struct doc_node *content =
	    lint_member(holder, "content", DOC_MAP);

	for (size_t i = 0; content != NULL && i < content->n; i++) {
		const struct doc_node *media =
		    lint_deref(l, content->members[i].value);
		const struct schema *s = lint_schema_of(l, media);

		if (s != NULL)
			f(l, s, arg);
	}
}

/* What clients send by a WebSocket, or the server. */
static void
each_message(const struct lint *l, const struct lint_op *op, const char *key,
    void (*f)(const struct lint *, const struct schema *, void *), void *arg)
{
	const struct doc_node *schema = lint_member(
	    lint_member(op->node, "x-websocket", DOC_MAP), key, DOC_MAP);

	if (schema != NULL)
		f(l, schema_at(l->spec->schemas, schema), arg);
}

void
lint_each_request(const struct lint *l,
    void (*f)(const struct lint *, const struct schema *, void *), void *arg)
{
	for (size_t i = 0; i < l->n_ops; i++) {
		const struct lint_op *op = &l->ops[i];

		for (size_t k = 0; k < op->n_params; k++) {
			const struct schema *s =
			    lint_schema_of(l, op->params[k]);

			if (s != NULL)
				f(l, s, arg);
			each_content(l, op->params[k], f, arg);
		}
		each_content(l, op->body, f, arg);
		each_message(l, op, "receive", f, arg);
	}
}

void
lint_each_answer(const struct lint *l,
    void (*f)(const struct lint *, const struct schema *, void *), void *arg)
{
	for (size_t i = 0; i < l->n_ops; i++) {
		const struct doc_node *map = l->ops[i].answers;

		for (size_t k = 0; map != NULL && k < map->n; k++)
			each_content(l, lint_deref(l, map->members[k].value), f,
			    arg);
		each_message(l, &l->ops[i], "send", f, arg);
	}
}

static void
add_family(const struct schema *s, struct lint_family *out)
{
	for (size_t i = 0; i < out->n; i++) {
		if (out->v[i] == s)
			return;
	}
	if (out->n == LINT_FAMILY_MAX)
		return;
	out->v[out->n++] = s;
	out->types &= s->never ? 0 : s->types;
	if (s->ref != NULL)
		add_family(s->ref, out);
	for (size_t i = 0; i < s->all_of.n; i++)
		add_family(s->all_of.v[i], out);
}

void
lint_family(const struct schema *s, struct lint_family *out)
{
	out->n = 0;
	out->types = ~0u;
	add_family(s, out);
}
