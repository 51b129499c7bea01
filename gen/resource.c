#include "gen/resource.h"

#include "gen/ref.h"
#include "gen/ref_text.h"
#include "gen/uri.h"

/* An $anchor or a $dynamicAnchor. */
struct anchor {
	struct rt_str name;
	unsigned resource;
	bool dynamic;
	const struct doc_node *node;
};

struct resource {
	struct rt_str uri; /* without fragment */
	const struct doc_node *root;
};

struct resources {
	struct rt_arena *arena;
	struct diag *diag;
	struct resource *v;
	unsigned n, size;
	struct anchor *anchors;
	size_t n_anchors, anchors_size;
};

/* How a keyword holds schemas. */
enum holds { ONE = 1, LIST, MAP };

static const struct {
	const char *keyword;
	enum holds holds;
} holders[] = {
    {"$defs", MAP},
    {"definitions", MAP},
    {"properties", MAP},
    {"patternProperties", MAP},
    {"dependentSchemas", MAP},
    {"dependencies", MAP},
    {"allOf", LIST},
    {"anyOf", LIST},
    {"oneOf", LIST},
    {"prefixItems", LIST},
    {"items", ONE},
    {"items", LIST}, /* of earlier drafts */
    {"additionalItems", ONE},
    {"contains", ONE},
    {"additionalProperties", ONE},
    {"propertyNames", ONE},
    {"unevaluatedItems", ONE},
    {"unevaluatedProperties", ONE},
    {"contentSchema", ONE},
    {"not", ONE},
    {"if", ONE},
    {"then", ONE},
    {"else", ONE},
};

struct resources *
resources_open(struct rt_arena *arena, struct diag *diag)
{
	struct resources *r = rt_arena_new(arena, sizeof(*r));

	r->arena = arena;
	r->diag = diag;
	return r;
}

unsigned
resources_count(const struct resources *r)
{
	return r->n;
}

static unsigned
add_resource(struct resources *r, struct rt_str uri,
    const struct doc_node *root)
{
	if (r->n == r->size) {
		unsigned size = r->size == 0 ? 16 : 2 * r->size;
		struct resource *v = rt_arena_array(r->arena, size, sizeof(*v));

		for (unsigned i = 0; i < r->n; i++)
			v[i] = r->v[i];
		r->v = v;
		r->size = size;
	}
	r->v[r->n] = (struct resource){uri, root};
	return r->n++;
}

static void
add_anchor(struct resources *r, unsigned resource, const struct doc_node *node,
    const char *keyword)
{
	const struct doc_node *name = doc_get(node, keyword);

	if (name == NULL || name->type != DOC_STRING)
		return;
	if (r->n_anchors == r->anchors_size) {
		size_t size = r->anchors_size == 0 ? 16 : 2 * r->anchors_size;
		struct anchor *v = rt_arena_array(r->arena, size, sizeof(*v));

		for (size_t i = 0; i < r->n_anchors; i++)
			v[i] = r->anchors[i];
		r->anchors = v;
		r->anchors_size = size;
	}
	r->anchors[r->n_anchors++] =
	    (struct anchor){name->text, resource, keyword[1] == 'd', node};
}

/* --- Walking --- */

static void index_schema(struct resources *, const struct doc_node *,
    unsigned resource);

static void
index_holder(struct resources *r, const struct doc_node *value,
    enum holds holds, unsigned resource)
{
	if (holds == ONE) {
		index_schema(r, value, resource);
		return;
	}
	for (size_t i = 0; i < value->n; i++) {
		if (value->type == DOC_MAP && holds == MAP)
			index_schema(r, value->members[i].value, resource);
		else if (value->type == DOC_SEQ && holds == LIST)
			index_schema(r, value->items[i], resource);
	}
}

/* A document is nested no deeper than doc_read() allows. */
static void
index_schema(struct resources *r, const struct doc_node *node,
    unsigned resource)
{
	const struct doc_node *id = doc_get(node, "$id");
	struct rt_str fragment;

	if (node->type != DOC_MAP)
		return;
	if (id != NULL && id->type == DOC_STRING) {
		struct rt_str uri =
		    uri_resolve(r->arena, r->v[resource].uri, id->text);

		resource =
		    add_resource(r, uri_without_fragment(uri, &fragment), node);
	}
	add_anchor(r, resource, node, "$anchor");
	add_anchor(r, resource, node, "$dynamicAnchor");
	for (size_t i = 0; i < RT_LEN(holders); i++) {
		const struct doc_node *value =
		    doc_get(node, holders[i].keyword);

		if (value != NULL)
			index_holder(r, value, holders[i].holds, resource);
	}
}

/* What looks like a schema in these is data. */
static bool
is_data(struct rt_str key)
{
	return rt_str_is(key, "example") || rt_str_is(key, "examples") ||
	    rt_str_is(key, "default") || rt_str_starts(key, "x-");
}

static void
index_openapi(struct resources *r, const struct doc_node *node)
{
	for (size_t i = 0; node->type == DOC_SEQ && i < node->n; i++)
		index_openapi(r, node->items[i]);
	for (size_t i = 0; node->type == DOC_MAP && i < node->n; i++) {
		const struct doc_member *m = &node->members[i];

		if (rt_str_is(m->key, "schema"))
			index_schema(r, m->value, 0);
		else if (rt_str_is(m->key, "schemas"))
			index_holder(r, m->value, MAP, 0);
		else if (!is_data(m->key))
			index_openapi(r, m->value);
	}
}

void
resources_add(struct resources *r, struct rt_str uri,
    const struct doc_node *root, bool schema)
{
	struct rt_str fragment;
	unsigned number =
	    add_resource(r, uri_without_fragment(uri, &fragment), root);

	if (schema)
		index_schema(r, root, number);
	else
		index_openapi(r, root);
}

/* --- Questions --- */

bool
resources_is_root(const struct resources *r, const struct doc_node *node)
{
	for (unsigned i = 0; i < r->n; i++) {
		if (r->v[i].root == node)
			return true;
	}
	return false;
}

/* A root that has an $id of its own stands in the table twice; the later
 * entry has the name that counts. */
unsigned
resources_of(const struct resources *r, const struct doc_node *node)
{
	for (; node != NULL; node = node->parent) {
		for (unsigned i = r->n; i-- > 0;) {
			if (r->v[i].root == node)
				return i;
		}
	}
	return 0;
}

struct rt_str
resources_uri(const struct resources *r, unsigned resource)
{
	return r->v[resource].uri;
}

static const struct resource *
find_uri(const struct resources *r, struct rt_str uri)
{
	for (unsigned i = 0; i < r->n; i++) {
		if (rt_str_eq(r->v[i].uri, uri))
			return &r->v[i];
	}
	return NULL;
}

static const struct anchor *
find_anchor(const struct resources *r, unsigned resource, struct rt_str name)
{
	for (size_t i = 0; i < r->n_anchors; i++) {
		if (r->anchors[i].resource == resource &&
		    rt_str_eq(r->anchors[i].name, name))
			return &r->anchors[i];
	}
	return NULL;
}

bool
resources_any_dynamic(const struct resources *r)
{
	for (size_t i = 0; i < r->n_anchors; i++) {
		if (r->anchors[i].dynamic)
			return true;
	}
	return false;
}

const struct doc_node *
resources_dynamic(const struct resources *r, unsigned resource,
    struct rt_str name)
{
	const struct anchor *a = find_anchor(r, resource, name);

	return a == NULL || !a->dynamic ? NULL : a->node;
}

const struct doc_node *
resources_find(struct resources *r, const struct doc_node *from,
    struct rt_str reference, struct rt_str *dynamic)
{
	struct rt_str fragment, none;
	struct rt_str uri =
	    uri_resolve(r->arena, r->v[resources_of(r, from)].uri, reference);
	const struct resource *target;
	const struct anchor *a;

	if (dynamic == NULL)
		dynamic = &none;
	*dynamic = (struct rt_str){0};
	target = find_uri(r, uri_without_fragment(uri, &fragment));
	if (target == NULL || fragment.n == 0)
		return target == NULL ? NULL : target->root;
	fragment = ref_text_decode(r->arena, fragment);
	if (fragment.p == NULL)
		return NULL;
	if (fragment.p[0] == '/')
		return ref_pointer(r->arena, target->root, fragment);
	a = find_anchor(r, resources_of(r, target->root), fragment);
	if (a == NULL)
		return NULL;
	if (a->dynamic)
		*dynamic = a->name;
	return a->node;
}
