/* Which components does nothing refer to? */
#include "gen/lint_rule.h"
#include "gen/ref.h"
#include "gen/ref_text.h"
#include "gen/uri.h"

/* Nodes that are reached from operations, and those still to be looked at. */
struct reach {
	const struct lint *lint;
	const struct doc_node **slots; /* open addressing */
	size_t n_slots, n;
	const struct doc_node **todo;
	size_t n_todo, todo_size;
};

/* --- A set of nodes --- */

static const struct doc_node **
find_slot(const struct reach *r, const struct doc_node *node)
{
	size_t i = ((uintptr_t)node >> 4) * 0x9e3779b97f4a7c15u % r->n_slots;

	while (r->slots[i] != NULL && r->slots[i] != node)
		i = (i + 1) % r->n_slots;
	return &r->slots[i];
}

static void
grow(struct reach *r)
{
	const struct doc_node **old = r->slots;
	size_t n = r->n_slots;

	r->n_slots = n == 0 ? 1024 : 2 * n;
	r->slots =
	    rt_arena_array(r->lint->arena, r->n_slots, sizeof(*r->slots));
	for (size_t i = 0; i < n; i++) {
		if (old[i] != NULL)
			*find_slot(r, old[i]) = old[i];
	}
}

static bool
has(const struct reach *r, const struct doc_node *node)
{
	return *find_slot(r, node) != NULL;
}

/* Puts a node on the list, unless it was there before. */
static void
add(struct reach *r, const struct doc_node *node)
{
	if (node == NULL || has(r, node))
		return;
	if (2 * r->n >= r->n_slots)
		grow(r);
	*find_slot(r, node) = node;
	r->n++;
	if (r->n_todo == r->todo_size) {
		size_t size = r->todo_size == 0 ? 256 : 2 * r->todo_size;
		const struct doc_node **v =
		    rt_arena_array(r->lint->arena, size, sizeof(*v));

		if (r->n_todo > 0)
			memcpy(v, r->todo, r->n_todo * sizeof(*v));
		r->todo = v;
		r->todo_size = size;
	}
	r->todo[r->n_todo++] = node;
}

/* --- Where references lead --- */

static const struct doc_node *
document_at(const struct reach *r, const struct doc_node *from,
    struct rt_str uri)
{
	const struct documents *d = r->lint->documents;
	const struct oas_document *own = documents_of(d, from);
	struct rt_str target;

	if (own == NULL || uri.n == 0)
		return own == NULL ? NULL : own->root;
	target = uri_resolve(r->lint->arena, own->uri, uri);
	for (size_t i = 0; i < d->n; i++) {
		if (rt_str_eq(target, d->v[i].uri) ||
		    rt_str_eq(target, d->v[i].place) ||
		    rt_str_eq(target, d->v[i].asked))
			return d->v[i].root;
	}
	return NULL;
}

/* Quietly: what dangles was reported, and an example may hold anything. */
static const struct doc_node *
target_of(const struct reach *r, const struct doc_node *reference)
{
	struct rt_str fragment, uri = ref_text_cut(reference->text, &fragment);
	const struct doc_node *root = document_at(r, reference, uri);

	fragment = ref_text_decode(r->lint->arena, fragment);
	if (root == NULL || fragment.n == 0)
		return root;
	return ref_pointer(r->lint->arena, root, fragment);
}

static const struct doc_node *
component(const struct reach *r, const char *kind, struct rt_str name)
{
	const struct doc_node *map = lint_member(
	    lint_member(r->lint->root, "components", DOC_MAP), kind, DOC_MAP);
	const struct doc_member *m = map == NULL ? NULL : doc_find(map, name);

	return m == NULL ? NULL : m->value;
}

/* Values of a discriminator's mapping: names of schemas, or references. */
static void
add_mapping(struct reach *r, const struct doc_node *mapping)
{
	for (size_t i = 0; mapping != NULL && i < mapping->n; i++) {
		const struct doc_node *value = mapping->members[i].value;

		if (value->type != DOC_STRING)
			continue;
		add(r, component(r, "schemas", value->text));
		add(r, target_of(r, value));
	}
}

static void
add_security(struct reach *r, const struct doc_node *list)
{
	for (size_t i = 0; list != NULL && i < list->n; i++) {
		const struct doc_node *need = list->items[i];

		for (size_t k = 0; need->type == DOC_MAP && k < need->n; k++)
			add(r,
			    component(r, "securitySchemes",
				need->members[k].key));
	}
}

/* --- The walk --- */

static void
walk(struct reach *r, const struct doc_node *node)
{
	const struct doc_node *reference;

	for (size_t i = 0; node->type == DOC_SEQ && i < node->n; i++)
		walk(r, node->items[i]);
	if (node->type != DOC_MAP)
		return;
	reference = lint_member(node, "$ref", DOC_STRING);
	if (reference != NULL)
		add(r, target_of(r, reference));
	add_mapping(r,
	    lint_member(lint_member(node, "discriminator", DOC_MAP), "mapping",
		DOC_MAP));
	add_security(r, lint_member(node, "security", DOC_SEQ));
	for (size_t i = 0; i < node->n; i++)
		walk(r, node->members[i].value);
}

/* Schemas that are found by another way than a pointer. */
static bool
has_name_of_its_own(const struct doc_node *node)
{
	return doc_get(node, "$id") != NULL ||
	    doc_get(node, "$anchor") != NULL ||
	    doc_get(node, "$dynamicAnchor") != NULL;
}

/* Whether the node or a part of it is reached. */
static bool
is_reached(const struct reach *r, const struct doc_node *node)
{
	if (has(r, node) || has_name_of_its_own(node))
		return true;
	for (size_t i = 0; node->type == DOC_SEQ && i < node->n; i++) {
		if (is_reached(r, node->items[i]))
			return true;
	}
	for (size_t i = 0; node->type == DOC_MAP && i < node->n; i++) {
		if (is_reached(r, node->members[i].value))
			return true;
	}
	return false;
}

static void
check_kind(const struct reach *r, const struct doc_member *kind)
{
	for (size_t i = 0; kind->value->type == DOC_MAP && i < kind->value->n;
	     i++) {
		const struct doc_member *m = &kind->value->members[i];

		if (!rt_str_starts(m->key, "x-") && !is_reached(r, m->value))
			lint_report(r->lint, "component-unused", m->key_pos,
			    "nothing uses '%.*s' of components/%.*s",
			    RT_FMT(m->key), RT_FMT(kind->key));
		if (rt_str_is(kind->key, "schemas") &&
		    lint_text(m->value, "description").n == 0)
			lint_report(r->lint, "schema-description", m->key_pos,
			    "the schema '%.*s' has no description",
			    RT_FMT(m->key));
	}
}

void
lint_components(const struct lint *l)
{
	const struct doc_node *components =
	    lint_member(l->root, "components", DOC_MAP);
	struct reach r = {.lint = l};

	grow(&r);
	for (size_t i = 0; i < l->root->n; i++) {
		if (l->root->members[i].value != components)
			add(&r, l->root->members[i].value);
	}
	add_security(&r, lint_member(l->root, "security", DOC_SEQ));
	while (r.n_todo > 0)
		walk(&r, r.todo[--r.n_todo]);
	for (size_t i = 0; components != NULL && i < components->n; i++) {
		if (!rt_str_starts(components->members[i].key, "x-"))
			check_kind(&r, &components->members[i]);
	}
}
