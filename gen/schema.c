#include <stdlib.h>

#include "gen/ref.h"
#include "gen/schema_read.h"

enum { CHAIN_MAX = 64 }; /* references that lead to references */

/* "person" of "common/person.yaml". */
static struct rt_str
file_stem(const struct source *source)
{
	const char *slash = strrchr(source->name, '/');
	struct rt_str name = rt_str(slash == NULL ? source->name : slash + 1);

	return rt_str_cut(&name, '.');
}

/* A file that is one schema is a component by its own name. */
static struct rt_str
component_name(struct schema_set *set, const struct doc_node *node)
{
	const struct oas_document *d = documents_of(set->documents, node);
	const struct doc_node *schemas;

	if (d == NULL)
		return (struct rt_str){0};
	if (d->root == node && d != set->documents->v)
		return file_stem(d->source);
	schemas = doc_get(doc_get(d->root, "components"), "schemas");
	if (schemas == NULL || node->parent != schemas)
		return (struct rt_str){0};
	return node->key;
}

static struct schema **
find_slot(struct schema_set *set, const struct doc_node *node)
{
	size_t i = ((uintptr_t)node >> 4) * 0x9e3779b97f4a7c15u;

	for (i %= set->n_slots; set->slots[i] != NULL;
	     i = (i + 1) % set->n_slots) {
		if (set->slots[i]->node == node)
			break;
	}
	return &set->slots[i];
}

static void
set_grow(struct schema_set *set)
{
	struct schema **all;

	if (set->n < set->size)
		return;
	set->size = set->size == 0 ? 256 : 2 * set->size;
	all = rt_arena_array(set->arena, set->size, sizeof(struct schema *));
	if (set->n > 0)
		memcpy(all, set->all, set->n * sizeof(struct schema *));
	set->all = all;
	set->n_slots = 4 * set->size;
	set->slots =
	    rt_arena_array(set->arena, set->n_slots, sizeof(struct schema *));
	for (size_t i = 0; i < set->n; i++) {
		if (set->all[i]->whole == NULL)
			*find_slot(set, set->all[i]->node) = set->all[i];
	}
}

static struct schema *
schema_new(struct schema_set *set, const struct doc_node *node)
{
	struct schema *s = rt_arena_new(set->arena, sizeof(*s));

	s->set = set;
	s->node = node;
	s->pos = node->pos;
	s->resource = resources_of(set->resources, node);
	s->resource_root = resources_is_root(set->resources, node);
	s->component = component_name(set, node);
	if (s->component.p != NULL && node->parent != NULL)
		s->pos = doc_key_pos(node->parent, s->component.p);
	s->types = SCHEMA_TYPES_ALL;
	s->max_length = SCHEMA_NO_MAX;
	s->max_items = SCHEMA_NO_MAX;
	s->max_properties = SCHEMA_NO_MAX;
	s->min_contains = 1;
	s->max_contains = SCHEMA_NO_MAX;
	return s;
}

/* Whether a document is a schema as a whole, and no part of OpenAPI. */
static bool
is_schema(const struct doc_node *root)
{
	return doc_get(root, "openapi") == NULL &&
	    doc_get(root, "components") == NULL &&
	    doc_get(root, "paths") == NULL;
}

/* Those that have been read since the last time. */
static void
add_documents(struct schema_set *set)
{
	for (; set->n_documents < set->documents->n; set->n_documents++) {
		const struct oas_document *d =
		    &set->documents->v[set->n_documents];

		if (d->root != NULL)
			resources_add(set->resources, d->uri, d->root,
			    is_schema(d->root));
	}
}

struct schema_set *
schema_set_open(struct documents *documents)
{
	struct schema_set *set = rt_arena_new(documents->arena, sizeof(*set));

	set->arena = documents->arena;
	set->diag = documents->diag;
	set->documents = documents;
	set->resources = resources_open(set->arena, set->diag);
	add_documents(set);
	set_grow(set);
	return set;
}

void
schema_set_add(struct schema_set *set, struct rt_str uri,
    const struct doc_node *root)
{
	resources_add(set->resources, uri, root, true);
}

void
schema_set_formats(struct schema_set *set, bool asserted)
{
	set->no_formats = !asserted;
}

void
schema_set_lenient(struct schema_set *set, bool lenient)
{
	set->lenient = lenient;
}

/* --- References --- */

/* Reads the document that a reference names, if it is not known yet; NULL has
 * been reported. */
static const struct doc_node *
read_document(struct schema_set *set, const struct doc_node *holder,
    const struct doc_node *reference)
{
	unsigned resource = resources_of(set->resources, holder);
	const struct doc_node *root = documents_find(set->documents, reference,
	    resources_uri(set->resources, resource));

	add_documents(set);
	return root;
}

const struct doc_node *
schema_target(struct schema_set *set, const struct doc_node *holder,
    const struct doc_node *reference, struct rt_str *dynamic)
{
	bool text = reference->type == DOC_STRING;
	const struct doc_node *target = !text
	    ? NULL
	    : resources_find(set->resources, holder, reference->text, dynamic);

	if (target != NULL)
		return target;
	if (text) {
		if (read_document(set, holder, reference) == NULL)
			return NULL;
		target = resources_find(set->resources, holder, reference->text,
		    dynamic);
	}
	if (target != NULL)
		return target;
	if (doc_get(holder, "$ref") == reference)
		return ref_resolve(set->documents, holder);
	diag_error(set->diag, reference->pos, "ref-dangling",
	    "'%.*s' leads nowhere", RT_FMT(reference->text));
	return NULL;
}

static bool
asserts_nothing(struct rt_str key)
{
	static const char *const harmless[] = {"$ref", "description", "summary",
	    "title", "deprecated", "examples", "example", "$comment", "$defs",
	    "definitions", "$anchor", "xml", "externalDocs"};

	for (size_t i = 0; i < RT_LEN(harmless); i++) {
		if (rt_str_is(key, harmless[i]))
			return true;
	}
	return rt_str_starts(key, "x-");
}

/* OpenAPI 3.0 ignores what stands beside a $ref; who wrote it may not know. */
static void
warn_siblings(struct schema_set *set, const struct doc_node *node)
{
	for (size_t i = 0; i < node->n; i++) {
		const struct doc_member *m = &node->members[i];

		if (asserts_nothing(m->key))
			continue;
		documents_ignore(set->documents, m);
		diag_warning(set->diag, m->key_pos, "ref-siblings",
		    "'%.*s' says nothing: OpenAPI 3.0 ignores what stands "
		    "beside a '$ref'",
		    RT_FMT(m->key));
		diag_help(set->diag, "put the reference into an 'allOf'");
	}
}

/* Whether nothing but the $ref of a schema asserts anything, so that it is
 * its target by another way. */
static bool
is_alias(struct schema_set *set, const struct doc_node *node)
{
	if (node->type != DOC_MAP || doc_get(node, "$ref") == NULL)
		return false;
	if (documents_version(set->documents, node) == OAS_3_0) {
		warn_siblings(set, node);
		return true;
	}
	if (resources_is_root(set->resources, node))
		return false;
	for (size_t i = 0; i < node->n; i++) {
		if (!asserts_nothing(node->members[i].key))
			return false;
	}
	return true;
}

/* ref_resolve() tells where the circle is, unless it runs through an $id. */
static void
report_cycle(struct schema_set *set, const struct doc_node *node)
{
	if (ref_resolve(set->documents, node) != NULL)
		diag_error(set->diag, doc_get(node, "$ref")->pos, "ref-cycle",
		    "this reference leads back to itself");
}

/* A way into another resource counts where a $dynamicRef may look back. */
static bool
crosses(struct schema_set *set, const struct doc_node *from,
    const struct doc_node *to)
{
	return resources_any_dynamic(set->resources) &&
	    resources_of(set->resources, from) !=
	    resources_of(set->resources, to);
}

/* The node that stands for a schema, through references that are nothing but
 * that; what leads nowhere has been reported and reads as "anything". */
static const struct doc_node *
behind_aliases(struct schema_set *set, const struct doc_node *node)
{
	static const struct doc_node anything = {.type = DOC_BOOL, .yes = true};
	const struct doc_node *first = node;

	for (unsigned i = 0; is_alias(set, node); i++) {
		const struct doc_node *target =
		    schema_target(set, node, doc_get(node, "$ref"), NULL);

		if (target == NULL)
			return &anything;
		if (crosses(set, node, target))
			return node;
		node = target;
		if (i < CHAIN_MAX)
			continue;
		report_cycle(set, first);
		return &anything;
	}
	return node;
}

static void
schema_read(struct schema_set *set, struct schema *s)
{
	const struct doc_node *node = s->node;

	if (node->type == DOC_BOOL) {
		s->never = !node->yes;
		s->any = node->yes;
		return;
	}
	s->any = node->n == 0;
	if (node->type == DOC_MAP) {
		schema_read_keywords(set, s);
		return;
	}
	diag_error(set->diag, node->pos, "schema-type",
	    "a schema must be a mapping, true or false, is %s",
	    doc_type_name(node->type));
	s->any = true;
}

static void
set_add(struct schema_set *set, struct schema *s)
{
	s->id = (unsigned)set->n;
	set->all[set->n++] = s;
	set_grow(set);
}

struct schema *
schema_add_copy(struct schema_set *set, const struct schema *s)
{
	struct schema *copy = rt_arena_new(set->arena, sizeof(*copy));

	*copy = *s;
	copy->whole = s;
	set_add(set, copy);
	return copy;
}

const struct schema *
schema_at(struct schema_set *set, const struct doc_node *node)
{
	struct schema **slot, *s;

	add_documents(set);
	node = behind_aliases(set, node);
	slot = find_slot(set, node);
	if (*slot != NULL)
		return *slot;
	s = schema_new(set, node);
	*slot = s;
	set_add(set, s);
	schema_read(set, s);
	return s;
}

bool
schema_has_property(const struct schema *s, struct rt_str name)
{
	for (size_t i = 0; i < s->n_properties; i++) {
		if (rt_str_eq(s->properties[i].name, name))
			return true;
	}
	return false;
}

bool
schema_list_requires(const struct schema_list *parts, struct rt_str name)
{
	for (size_t i = 0; i < parts->n; i++) {
		const struct schema *s = parts->v[i];

		for (size_t k = 0; k < s->n_required; k++) {
			if (rt_str_eq(s->required[k], name))
				return true;
		}
	}
	return false;
}

struct schema_list
schema_dynamic(const struct schema *s)
{
	struct schema_set *set = (struct schema_set *)s->set;
	unsigned n = resources_count(set->resources);
	const struct schema **v = rt_arena_array(set->arena, n, sizeof(*v));
	struct schema_list list = {v, 0};

	for (unsigned i = 0; i < n; i++) {
		const struct doc_node *node =
		    resources_dynamic(set->resources, i, s->dynamic_anchor);

		if (node == NULL)
			continue;
		v[list.n] = schema_at(set, node);
		if (s->side != SCHEMA_WHOLE)
			v[list.n] = schema_view(set, v[list.n], s->side);
		list.n++;
	}
	return list;
}

size_t
schema_count(const struct schema_set *set)
{
	return set->n;
}

const struct schema *
schema_number(const struct schema_set *set, size_t id)
{
	return set->all[id];
}
