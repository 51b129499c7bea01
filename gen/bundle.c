#include "gen/bundle.h"

#include "gen/ref.h"
#include "gen/ref_text.h"
#include "runtime/buf.h"

/*
 * What an object of OpenAPI is: this tells which "$ref" is a reference and
 * which is data, and under which components its target belongs.
 */
enum kind {
	DATA = 0,
	ROOT,
	COMPONENTS,
	PATHS,
	PATH_ITEM,
	OPERATION,
	PARAMETER,
	HEADER,
	BODY,
	RESPONSE,
	MEDIA,
	ENCODING,
	EXAMPLE,
	LINK,
	CALLBACK,
	SCHEME,
	SCHEMA,
	DISCRIMINATOR,
	MAPPING,
	REQUIREMENT,
	WEBSOCKET,
	KINDS,
};

/* How a member holds objects of a kind. */
enum holds { ONE = 1, LIST, MAP };

static const struct rule {
	enum kind of;
	const char *key; /* NULL: any but extensions */
	enum holds holds;
	enum kind kind;
} rules[] = {
    {ROOT, "paths", ONE, PATHS},
    {ROOT, "webhooks", MAP, PATH_ITEM},
    {ROOT, "components", ONE, COMPONENTS},
    {ROOT, "security", LIST, REQUIREMENT},
    {COMPONENTS, "schemas", MAP, SCHEMA},
    {COMPONENTS, "responses", MAP, RESPONSE},
    {COMPONENTS, "parameters", MAP, PARAMETER},
    {COMPONENTS, "examples", MAP, EXAMPLE},
    {COMPONENTS, "requestBodies", MAP, BODY},
    {COMPONENTS, "headers", MAP, HEADER},
    {COMPONENTS, "securitySchemes", MAP, SCHEME},
    {COMPONENTS, "links", MAP, LINK},
    {COMPONENTS, "callbacks", MAP, CALLBACK},
    {COMPONENTS, "pathItems", MAP, PATH_ITEM},
    {COMPONENTS, "mediaTypes", MAP, MEDIA},
    {PATHS, NULL, ONE, PATH_ITEM},
    {CALLBACK, NULL, ONE, PATH_ITEM},
    {PATH_ITEM, "get", ONE, OPERATION},
    {PATH_ITEM, "put", ONE, OPERATION},
    {PATH_ITEM, "post", ONE, OPERATION},
    {PATH_ITEM, "delete", ONE, OPERATION},
    {PATH_ITEM, "options", ONE, OPERATION},
    {PATH_ITEM, "head", ONE, OPERATION},
    {PATH_ITEM, "patch", ONE, OPERATION},
    {PATH_ITEM, "trace", ONE, OPERATION},
    {PATH_ITEM, "query", ONE, OPERATION},
    {PATH_ITEM, "additionalOperations", MAP, OPERATION},
    {PATH_ITEM, "parameters", LIST, PARAMETER},
    {OPERATION, "parameters", LIST, PARAMETER},
    {OPERATION, "requestBody", ONE, BODY},
    {OPERATION, "responses", MAP, RESPONSE},
    {OPERATION, "callbacks", MAP, CALLBACK},
    {OPERATION, "security", LIST, REQUIREMENT},
    {OPERATION, "x-websocket", ONE, WEBSOCKET},
    {WEBSOCKET, "receive", ONE, SCHEMA},
    {WEBSOCKET, "send", ONE, SCHEMA},
    {PARAMETER, "schema", ONE, SCHEMA},
    {PARAMETER, "examples", MAP, EXAMPLE},
    {PARAMETER, "content", MAP, MEDIA},
    {HEADER, "schema", ONE, SCHEMA},
    {HEADER, "examples", MAP, EXAMPLE},
    {HEADER, "content", MAP, MEDIA},
    {BODY, "content", MAP, MEDIA},
    {RESPONSE, "headers", MAP, HEADER},
    {RESPONSE, "content", MAP, MEDIA},
    {RESPONSE, "links", MAP, LINK},
    {MEDIA, "schema", ONE, SCHEMA},
    {MEDIA, "itemSchema", ONE, SCHEMA},
    {MEDIA, "examples", MAP, EXAMPLE},
    {MEDIA, "encoding", MAP, ENCODING},
    {MEDIA, "prefixEncoding", LIST, ENCODING},
    {MEDIA, "itemEncoding", ONE, ENCODING},
    {ENCODING, "headers", MAP, HEADER},
    {ENCODING, "encoding", MAP, ENCODING},
    {ENCODING, "prefixEncoding", LIST, ENCODING},
    {ENCODING, "itemEncoding", ONE, ENCODING},
    {SCHEMA, "$defs", MAP, SCHEMA},
    {SCHEMA, "definitions", MAP, SCHEMA},
    {SCHEMA, "properties", MAP, SCHEMA},
    {SCHEMA, "patternProperties", MAP, SCHEMA},
    {SCHEMA, "dependentSchemas", MAP, SCHEMA},
    {SCHEMA, "allOf", LIST, SCHEMA},
    {SCHEMA, "anyOf", LIST, SCHEMA},
    {SCHEMA, "oneOf", LIST, SCHEMA},
    {SCHEMA, "prefixItems", LIST, SCHEMA},
    {SCHEMA, "items", ONE, SCHEMA},
    {SCHEMA, "contains", ONE, SCHEMA},
    {SCHEMA, "additionalProperties", ONE, SCHEMA},
    {SCHEMA, "propertyNames", ONE, SCHEMA},
    {SCHEMA, "unevaluatedItems", ONE, SCHEMA},
    {SCHEMA, "unevaluatedProperties", ONE, SCHEMA},
    {SCHEMA, "contentSchema", ONE, SCHEMA},
    {SCHEMA, "not", ONE, SCHEMA},
    {SCHEMA, "if", ONE, SCHEMA},
    {SCHEMA, "then", ONE, SCHEMA},
    {SCHEMA, "else", ONE, SCHEMA},
    {SCHEMA, "discriminator", ONE, DISCRIMINATOR},
    {DISCRIMINATOR, "mapping", MAP, MAPPING},
};

/* Where components of a kind are kept. */
static const char *const sections[KINDS] = {
    [PATH_ITEM] = "pathItems",
    [PARAMETER] = "parameters",
    [HEADER] = "headers",
    [BODY] = "requestBodies",
    [RESPONSE] = "responses",
    [MEDIA] = "mediaTypes",
    [EXAMPLE] = "examples",
    [LINK] = "links",
    [CALLBACK] = "callbacks",
    [SCHEME] = "securitySchemes",
    [SCHEMA] = "schemas",
};

enum { INLINE_MAX = 64 }; /* path items within path items */

/* Something of another file, and where it goes. */
struct moved {
	const struct doc_node *node;
	enum kind kind;
	struct rt_str name;
	bool kept; /* the contract has a place for it already */
	const struct doc_node *copy;
};

struct bundler {
	struct rt_arena *arena;
	struct diag *diag;
	struct documents *documents;
	const struct doc_node *root;
	struct moved *v;
	size_t n, size;
	unsigned depth; /* of path items that are written in place */
};

static const struct doc_node *
top_of(const struct doc_node *node)
{
	while (node->parent != NULL)
		node = node->parent;
	return node;
}

/* --- Trees --- */

static struct doc_node *
copy_of(struct bundler *b, const struct doc_node *from)
{
	struct doc_node *to = rt_arena_new(b->arena, sizeof(*to));

	*to = *from;
	to->sorted = NULL;
	to->parent = NULL;
	return to;
}

static const struct doc_node *
text_node(struct bundler *b, struct rt_str text)
{
	struct doc_node *node = rt_arena_new(b->arena, sizeof(*node));

	node->type = DOC_STRING;
	node->text = text;
	return node;
}

/* A map with one member more, or another value for it. */
static const struct doc_node *
with_member(struct bundler *b, const struct doc_node *map, struct rt_str key,
    const struct doc_node *value)
{
	struct doc_node *to = rt_arena_new(b->arena, sizeof(*to));
	size_t n = map == NULL ? 0 : map->n, at = n;
	struct doc_member *m = rt_arena_array(b->arena, n + 1, sizeof(*m));

	to->type = DOC_MAP;
	for (size_t i = 0; i < n; i++) {
		m[i] = map->members[i];
		if (rt_str_eq(m[i].key, key))
			at = i;
	}
	m[at].key = key;
	m[at].value = value;
	to->members = m;
	to->n = at == n ? n + 1 : n;
	return to;
}

/* --- Names --- */

static bool
is_name_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	    (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
}

/* "Person" of "common.yaml#/components/schemas/Person" and "Person.yaml". */
static struct rt_str
wanted_name(struct bundler *b, const struct doc_node *node)
{
	struct rt_buf out = rt_buf(b->arena, SIZE_MAX);
	struct rt_str text = node->key, rest;
	const char *slash;

	if (node->parent == NULL) {
		slash = strrchr(node->pos.source->name, '/');
		rest =
		    rt_str(slash == NULL ? node->pos.source->name : slash + 1);
		text = rt_str_cut(&rest, '.');
	} else if (node->parent->type == DOC_SEQ) {
		text = rt_arena_printf(b->arena, "item%zu", node->index);
	}
	for (size_t i = 0; i < text.n; i++)
		rt_buf_byte(&out, is_name_char(text.p[i]) ? text.p[i] : '_');
	return out.n == 0 ? RT_LIT("part") : rt_buf_str(&out);
}

static const struct doc_node *
section_of(struct bundler *b, enum kind kind)
{
	return doc_get(doc_get(b->root, "components"), sections[kind]);
}

static bool
is_taken(struct bundler *b, enum kind kind, struct rt_str name)
{
	if (doc_find(section_of(b, kind), name) != NULL)
		return true;
	for (size_t i = 0; i < b->n; i++) {
		if (b->v[i].kind == kind && rt_str_eq(b->v[i].name, name))
			return true;
	}
	return false;
}

static struct rt_str
free_name(struct bundler *b, enum kind kind, struct rt_str wanted)
{
	struct rt_str name = wanted;

	for (unsigned i = 2; is_taken(b, kind, name); i++)
		name = rt_arena_printf(b->arena, "%.*s_%u", RT_FMT(wanted), i);
	return name;
}

/* --- What goes where --- */

static struct moved *
add_moved(struct bundler *b, const struct doc_node *node, enum kind kind,
    struct rt_str name)
{
	if (b->n == b->size) {
		size_t size = b->size == 0 ? 16 : 2 * b->size;
		struct moved *v = rt_arena_array(b->arena, size, sizeof(*v));

		for (size_t i = 0; i < b->n; i++)
			v[i] = b->v[i];
		b->v = v;
		b->size = size;
	}
	b->v[b->n] = (struct moved){.node = node, .kind = kind, .name = name};
	return &b->v[b->n++];
}

static struct rt_str
name_of(struct bundler *b, const struct doc_node *node, enum kind kind)
{
	for (size_t i = 0; i < b->n; i++) {
		if (b->v[i].node == node && b->v[i].kind == kind)
			return b->v[i].name;
	}
	return add_moved(b, node, kind,
	    free_name(b, kind, wanted_name(b, node)))
	    ->name;
}

/* The node that a reference names, which may be a reference itself. */
static const struct doc_node *
target_of(struct bundler *b, const struct doc_node *reference)
{
	const struct doc_node *root =
	    documents_find(b->documents, reference, (struct rt_str){0});
	struct rt_str fragment;
	const struct doc_node *target;

	if (root == NULL)
		return NULL;
	(void)ref_text_cut(reference->text, &fragment);
	fragment = ref_text_decode(b->arena, fragment);
	if (fragment.n == 0)
		return root;
	if (fragment.p[0] != '/') {
		diag_error(b->diag, reference->pos, "bundle-id",
		    "a reference by '$anchor' to another file can't be "
		    "bundled");
		return NULL;
	}
	target = ref_pointer(b->arena, root, fragment);
	if (target == NULL)
		diag_error(b->diag, reference->pos, "ref-dangling",
		    "'%.*s' leads nowhere", RT_FMT(reference->text));
	return target;
}

static void
check_version(struct bundler *b, const struct doc_node *reference,
    const struct doc_node *target)
{
	enum oas_version here = b->documents->v[0].version;
	enum oas_version there = documents_version(b->documents, target);

	if ((here == OAS_3_0) == (there == OAS_3_0))
		return;
	diag_error(b->diag, reference->pos, "bundle-version",
	    "a document of OpenAPI %s can't hold what is written in %s",
	    oas_version_name(here), oas_version_name(there));
}

/* Whether the reference stays as it is: it leads to its own file, which is
 * the contract's own, or by a fragment or URI of a schema's $id. */
static bool
stays(struct bundler *b, const struct doc_node *reference)
{
	struct rt_str fragment, uri = ref_text_cut(reference->text, &fragment);

	if (top_of(reference) != b->root)
		return false;
	if (uri.n == 0)
		return true;
	for (const struct doc_node *n = reference; n != NULL; n = n->parent) {
		if (n->parent != NULL && doc_get(n->parent, "$id") != NULL)
			return true;
	}
	return false;
}

/* The reference as the bundle has it; NULL has been reported. */
static const struct doc_node *
moved_ref(struct bundler *b, const struct doc_node *reference, enum kind kind)
{
	const struct doc_node *target;
	struct rt_str text;

	if (reference->type != DOC_STRING || stays(b, reference))
		return copy_of(b, reference);
	target = target_of(b, reference);
	if (target == NULL)
		return NULL;
	if (top_of(target) == b->root) {
		text = ref_text_of(b->arena, target);
	} else {
		check_version(b, reference, target);
		text = rt_arena_printf(b->arena, "#/components/%s/%.*s",
		    sections[kind], RT_FMT(name_of(b, target, kind)));
	}
	return text_node(b, text);
}

/* --- Copying --- */

static const struct doc_node *copy(struct bundler *, const struct doc_node *,
    enum kind);

static const struct rule *
find_rule(enum kind of, struct rt_str key)
{
	for (size_t i = 0; i < RT_LEN(rules); i++) {
		if (rules[i].of != of)
			continue;
		if (rules[i].key == NULL ? !rt_str_starts(key, "x-")
					 : rt_str_is(key, rules[i].key))
			return &rules[i];
	}
	return NULL;
}

/* The kind of a map's or list's members is `kind`. */
static const struct doc_node *
copy_all(struct bundler *b, const struct doc_node *from, enum kind kind)
{
	struct doc_node *to = copy_of(b, from);
	struct doc_member *members =
	    rt_arena_array(b->arena, from->n, sizeof(*members));
	const struct doc_node **items =
	    rt_arena_array(b->arena, from->n, sizeof(*items));

	for (size_t i = 0; from->type == DOC_MAP && i < from->n; i++) {
		members[i] = from->members[i];
		if (kind != RESPONSE || !rt_str_starts(members[i].key, "x-"))
			members[i].value = copy(b, members[i].value, kind);
	}
	for (size_t i = 0; from->type == DOC_SEQ && i < from->n; i++)
		items[i] = copy(b, from->items[i], kind);
	to->members = members;
	to->items = items;
	return to;
}

static void
check_schema(struct bundler *b, const struct doc_node *node)
{
	static const char *const fixed[] = {"$id", "$dynamicRef",
	    "$dynamicAnchor"};

	for (size_t i = 0; i < RT_LEN(fixed); i++) {
		if (top_of(node) == b->root || !doc_get(node, fixed[i]))
			continue;
		diag_error(b->diag, doc_key_pos(node, fixed[i]), "bundle-id",
		    "a schema with '%s' can't be moved into another file",
		    fixed[i]);
	}
}

static const struct doc_node *
copy_member(struct bundler *b, const struct doc_member *m, enum kind kind)
{
	const struct rule *rule = find_rule(kind, m->key);
	const struct doc_node *ref;

	if (rt_str_is(m->key, "$ref") && sections[kind] != NULL) {
		ref = moved_ref(b, m->value, kind);
		return ref == NULL ? m->value : ref;
	}
	if (rule == NULL)
		return m->value;
	return rule->holds == ONE ? copy(b, m->value, rule->kind)
				  : copy_all(b, m->value, rule->kind);
}

/* A value of a discriminator's mapping: a name, or a reference. */
static const struct doc_node *
copy_mapping(struct bundler *b, const struct doc_node *value)
{
	const struct doc_node *ref;

	if (value->type != DOC_STRING ||
	    (memchr(value->text.p, '/', value->text.n) == NULL &&
		memchr(value->text.p, '.', value->text.n) == NULL))
		return value;
	ref = moved_ref(b, value, SCHEMA);
	return ref == NULL ? value : ref;
}

/* Since 3.2 a requirement may name its scheme by URI. */
static struct rt_str
moved_scheme(struct bundler *b, const struct doc_node *requirement,
    const struct doc_member *m)
{
	const struct doc_node *ref, *target;

	if (documents_version(b->documents, requirement) < OAS_3_2 ||
	    doc_find(section_of(b, SCHEME), m->key) != NULL ||
	    (memchr(m->key.p, '/', m->key.n) == NULL &&
		memchr(m->key.p, '#', m->key.n) == NULL))
		return m->key;
	ref = doc_get(ref_of_key(b->arena, requirement, m), "$ref");
	target = stays(b, ref) ? NULL : target_of(b, ref);
	if (target == NULL)
		return m->key;
	if (top_of(target) == b->root)
		return ref_text_of(b->arena, target);
	check_version(b, ref, target);
	return name_of(b, target, SCHEME);
}

static const struct doc_node *
copy_requirement(struct bundler *b, const struct doc_node *from)
{
	struct doc_node *to = copy_of(b, from);
	struct doc_member *members =
	    rt_arena_array(b->arena, from->n, sizeof(*members));

	for (size_t i = 0; i < from->n; i++) {
		members[i] = from->members[i];
		members[i].key = moved_scheme(b, from, &from->members[i]);
	}
	to->members = members;
	return to;
}

static const struct doc_node *
inline_item(struct bundler *b, const struct doc_node *item)
{
	const struct doc_node *target = target_of(b, doc_get(item, "$ref"));

	if (target == NULL)
		return item;
	check_version(b, doc_get(item, "$ref"), target);
	if (b->depth == INLINE_MAX) {
		diag_error(b->diag, doc_get(item, "$ref")->pos, "ref-cycle",
		    "expected at most %d path items within each other, found "
		    "more",
		    INLINE_MAX);
		return item;
	}
	b->depth++;
	item = copy(b, target, PATH_ITEM);
	b->depth--;
	return item;
}

/* A path that stands in a file of its own is written where the path is, as readers
 * expect; OpenAPI 3.0 has no components for path items anyway. */
static bool
must_inline(struct bundler *b, const struct doc_node *node, enum kind kind)
{
	const struct doc_node *ref = doc_get(node, "$ref");

	return kind == PATH_ITEM && ref != NULL && ref->type == DOC_STRING &&
	    (node->n == 1 || b->documents->v[0].version == OAS_3_0) &&
	    !stays(b, ref);
}

static const struct doc_node *
copy(struct bundler *b, const struct doc_node *from, enum kind kind)
{
	struct doc_node *to;
	struct doc_member *members;

	if (kind == MAPPING)
		return copy_mapping(b, from);
	if (from->type != DOC_MAP || kind == DATA)
		return from;
	if (kind == REQUIREMENT)
		return copy_requirement(b, from);
	if (must_inline(b, from, kind))
		return inline_item(b, from);
	if (kind == SCHEMA)
		check_schema(b, from);
	to = copy_of(b, from);
	members = rt_arena_array(b->arena, from->n, sizeof(*members));
	for (size_t i = 0; i < from->n; i++) {
		members[i] = from->members[i];
		members[i].value = copy_member(b, &from->members[i], kind);
	}
	to->members = members;
	return to;
}

/* --- The whole --- */

/* A component that is nothing but a reference to another file is the place
 * of what that holds. */
static void
keep_names(struct bundler *b)
{
	for (unsigned k = 0; k < KINDS; k++) {
		const struct doc_node *section = NULL, *ref, *target;

		if (sections[k] != NULL)
			section = section_of(b, (enum kind)k);
		for (size_t i = 0; section != NULL && i < section->n; i++) {
			if (section->type != DOC_MAP)
				break;
			ref = doc_get(section->members[i].value, "$ref");
			if (ref == NULL || ref->type != DOC_STRING ||
			    section->members[i].value->n > 1 || stays(b, ref))
				continue;
			target = target_of(b, ref);
			if (target != NULL && top_of(target) != b->root)
				add_moved(b, target, (enum kind)k,
				    section->members[i].key);
		}
	}
}

/* While things are copied, more are found. */
static const struct doc_node *
add_components(struct bundler *b, const struct doc_node *root)
{
	const struct doc_node *components = doc_get(root, "components");

	for (size_t i = 0; i < b->n; i++) {
		struct moved m = b->v[i];
		const struct doc_node *section =
		    doc_get(components, sections[m.kind]);

		components = with_member(b, components,
		    rt_str(sections[m.kind]),
		    with_member(b, section, m.name, copy(b, m.node, m.kind)));
	}
	if (b->n == 0)
		return root;
	return with_member(b, root, RT_LIT("components"), components);
}

const struct doc_node *
bundle(struct documents *documents)
{
	struct bundler b = {
	    .arena = documents->arena,
	    .diag = documents->diag,
	    .documents = documents,
	    .root = documents->v[0].root,
	};
	const struct doc_node *root;

	keep_names(&b);
	root = add_components(&b, copy(&b, b.root, ROOT));
	return diag_errors(b.diag) > 0 ? NULL : root;
}
