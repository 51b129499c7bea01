/* The document, and helpers of the pass. */
#include "gen/spec_read.h"

static const struct spec_keys root_keys[] = {
    {"openapi", SPEC_READ},
    {"$self", SPEC_READ | SPEC_3_2},
    {"info", SPEC_READ},
    {"jsonSchemaDialect", SPEC_READ | SPEC_3_1},
    {"servers", SPEC_READ},
    {"paths", SPEC_READ},
    {"webhooks", SPEC_READ | SPEC_3_1},
    {"components", SPEC_READ},
    {"security", SPEC_READ},
    {"tags", SPEC_HARMLESS},
    {"externalDocs", SPEC_HARMLESS},
    {NULL, 0},
};

static const struct spec_keys component_keys[] = {
    {"schemas", SPEC_READ},
    {"responses", SPEC_READ},
    {"parameters", SPEC_READ},
    {"examples", SPEC_READ},
    {"requestBodies", SPEC_READ},
    {"headers", SPEC_READ},
    {"securitySchemes", SPEC_READ},
    {"links", SPEC_HARMLESS},
    {"callbacks", SPEC_READ},
    {"pathItems", SPEC_READ | SPEC_3_1},
    {"mediaTypes", SPEC_READ | SPEC_3_2},
    {NULL, 0},
};

/* --- Helpers of the pass --- */

enum oas_version
spec_version(const struct spec_reader *r, const struct doc_node *node)
{
	return documents_version(r->spec->documents, node);
}

static void
report_key(struct spec_reader *r, const struct doc_member *m, const char *what)
{
	diag_error(r->diag, m->key_pos, "unknown-key", "'%.*s' is no key of %s",
	    RT_FMT(m->key), what);
	diag_help(r->diag, "names of extensions begin with 'x-'");
}

static void
check_key(struct spec_reader *r, const struct doc_member *m, const char *what,
    const struct spec_keys *k, enum oas_version version)
{
	enum oas_version since = OAS_3_0;

	if ((k->key & SPEC_3_1) != 0)
		since = OAS_3_1;
	if ((k->key & SPEC_3_2) != 0)
		since = OAS_3_2;
	if (version < since)
		diag_error(r->diag, m->key_pos, "unknown-key",
		    "'%.*s' in %s came with OpenAPI %s, and this document is "
		    "%s",
		    RT_FMT(m->key), what, oas_version_name(since),
		    oas_version_name(version));
	else if ((k->key & SPEC_KIND) == SPEC_LATER)
		diag_error(r->diag, m->key_pos, "unsupported-key",
		    "'%.*s' in %s is not supported yet", RT_FMT(m->key), what);
}

bool
spec_check_keys(struct spec_reader *r, const struct doc_node *node,
    const char *what, const struct spec_keys *keys)
{
	enum oas_version version = spec_version(r, node);

	if (node->type != DOC_MAP) {
		diag_error(r->diag, node->pos, "type",
		    "%s must be a mapping, is %s", what,
		    doc_type_name(node->type));
		return false;
	}
	for (size_t i = 0; i < node->n; i++) {
		const struct doc_member *m = &node->members[i];
		const struct spec_keys *k = keys;

		while (k->name != NULL && !rt_str_is(m->key, k->name))
			k++;
		if (k->name != NULL)
			check_key(r, m, what, k, version);
		else if (!rt_str_starts(m->key, "x-"))
			report_key(r, m, what);
	}
	return true;
}

/* Whether a key may stand beside a $ref of OpenAPI, or is the $ref. */
bool
spec_may_be_sibling(struct rt_str key)
{
	return rt_str_is(key, "$ref") || rt_str_is(key, "summary") ||
	    rt_str_is(key, "description") || rt_str_starts(key, "x-");
}

static void
warn_siblings(struct spec_reader *r, const struct doc_node *node)
{
	for (size_t i = 0; ref_is(node) && i < node->n; i++) {
		const struct doc_member *m = &node->members[i];

		if (spec_may_be_sibling(m->key))
			continue;
		documents_ignore(r->spec->documents, m);
		diag_warning(r->diag, m->key_pos, "ref-siblings",
		    "'%.*s' says nothing beside a '$ref'", RT_FMT(m->key));
	}
}

const struct doc_node *
spec_deref(struct spec_reader *r, const struct doc_node *node)
{
	warn_siblings(r, node);
	return ref_resolve(r->spec->documents, node);
}

const struct doc_node *
spec_typed(struct spec_reader *r, const struct doc_node *map, const char *key,
    enum doc_type type)
{
	const struct doc_node *node = doc_get(map, key);

	if (node == NULL || node->type == type)
		return node;
	diag_error(r->diag, node->pos, "type", "'%s' must be %s, is %s", key,
	    doc_type_name(type), doc_type_name(node->type));
	return NULL;
}

struct rt_str
spec_text(struct spec_reader *r, const struct doc_node *map, const char *key)
{
	const struct doc_node *node = spec_typed(r, map, key, DOC_STRING);

	return node == NULL ? (struct rt_str){0} : node->text;
}

struct rt_str
spec_name(struct spec_reader *r, const struct doc_node *map, const char *key)
{
	const struct doc_node *node = spec_typed(r, map, key, DOC_STRING);

	return node == NULL ? (struct rt_str){0} : doc_name(r->diag, node);
}

bool
spec_bool(struct spec_reader *r, const struct doc_node *map, const char *key,
    bool fallback)
{
	const struct doc_node *node = spec_typed(r, map, key, DOC_BOOL);

	return node == NULL ? fallback : node->yes;
}

const struct doc_node *
spec_map(struct spec_reader *r, const struct doc_node *map, const char *key)
{
	return spec_typed(r, map, key, DOC_MAP);
}

struct rt_str
spec_required_text(struct spec_reader *r, const struct doc_node *map,
    const char *what, const char *key)
{
	if (doc_get(map, key) == NULL)
		diag_error(r->diag, map->pos, "missing-key", "%s needs '%s'",
		    what, key);
	return spec_text(r, map, key);
}

/* --- What is asked of an operation --- */

bool
spec_is_error(const struct spec_answer *a)
{
	return a->status >= 400 || a->status == 4 || a->status == 5;
}

const struct spec_answer *
spec_success(const struct spec_op *op)
{
	for (size_t i = 0; i < op->n_answers; i++) {
		const struct spec_answer *a = &op->answers[i];

		if (a->status == 2 || (a->status >= 200 && a->status < 300))
			return a;
	}
	return op->n_answers == 0 ? NULL : &op->answers[0];
}

static const struct spec_answer *
find_answer(const struct spec_op *op, int status)
{
	for (size_t i = 0; i < op->n_answers; i++) {
		if (op->answers[i].status == status)
			return &op->answers[i];
	}
	return NULL;
}

const struct spec_answer *
spec_answer_of(const struct spec_op *op, int status)
{
	const struct spec_answer *a = find_answer(op, status);

	if (a == NULL)
		a = find_answer(op, status / 100);
	return a == NULL ? find_answer(op, 0) : a;
}

struct rt_str
spec_status_text(struct rt_arena *arena, int status)
{
	if (status == 0)
		return RT_LIT("default");
	return rt_arena_printf(arena, status < 100 ? "%dXX" : "%d", status);
}

const struct spec_media *
spec_json(const struct spec_media *v, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (v[i].kind == SPEC_JSON && !v[i].problem)
			return &v[i];
	}
	return NULL;
}

const struct spec_media *
spec_problem(const struct spec_media *v, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (v[i].problem)
			return &v[i];
	}
	return NULL;
}

const struct spec_encoding *
spec_encoding_of(const struct spec_media *m, struct rt_str property)
{
	for (size_t i = 0; i < m->n_encodings; i++) {
		if (rt_str_eq(m->encodings[i].property, property))
			return &m->encodings[i];
	}
	return NULL;
}

/* --- The document --- */

static bool
read_version(struct spec_reader *r)
{
	const struct doc_node *root = r->spec->root;
	const struct doc_node *node = doc_get(root, "openapi");

	if (node == NULL) {
		diag_error(r->diag, root->pos, "missing-key",
		    "the document needs 'openapi: 3.1.0'");
		if (doc_get(root, "swagger") != NULL)
			diag_help(r->diag,
			    "Swagger 2.0 is not supported: "
			    "convert the document to 3.1");
		return false;
	}
	if (node->type == DOC_STRING &&
	    (rt_str_starts(node->text, "3.0.") ||
		rt_str_starts(node->text, "3.1.") ||
		rt_str_starts(node->text, "3.2.")))
		return true;
	diag_error(r->diag, node->pos, "unsupported-version",
	    "the version '%.*s' of OpenAPI is not supported: 3.0, 3.1 or 3.2 "
	    "is expected, as in '3.1.0'",
	    RT_FMT(node->text));
	return false;
}

static void
read_info(struct spec_reader *r)
{
	const struct doc_node *info = spec_map(r, r->spec->root, "info");

	r->spec->title = RT_LIT("");
	r->spec->version = RT_LIT("");
	if (info == NULL) {
		if (doc_get(r->spec->root, "info") == NULL)
			diag_error(r->diag, r->spec->root->pos, "missing-key",
			    "the document needs 'info'");
		return;
	}
	r->spec->title = spec_required_text(r, info, "'info'", "title");
	r->spec->version = spec_required_text(r, info, "'info'", "version");
}

static void
read_dialect(struct spec_reader *r)
{
	const struct doc_node *root = r->spec->root;
	const struct doc_node *dialect = doc_get(root, "jsonSchemaDialect");

	if (dialect != NULL)
		schema_check_dialect(r->spec->schemas, root, dialect);
}

static void
read_components(struct spec_reader *r)
{
	const struct doc_node *components =
	    spec_map(r, r->spec->root, "components");
	const struct doc_node *schemas = spec_map(r, components, "schemas");
	const struct schema **v;

	if (components != NULL)
		(void)spec_check_keys(r, components, "components",
		    component_keys);
	if (schemas == NULL)
		return;
	v = rt_arena_array(r->arena, schemas->n, sizeof(*v));
	for (size_t i = 0; i < schemas->n; i++)
		v[i] = schema_at(r->spec->schemas, schemas->members[i].value);
	r->spec->components = v;
	r->spec->n_components = schemas->n;
}

void
spec_collect_tags(struct rt_arena *arena, struct spec *spec)
{
	struct rt_str *tags = rt_arena_array(arena, spec->n_ops, sizeof(*tags));

	spec->n_tags = 0;
	for (size_t i = 0; i < spec->n_ops; i++) {
		size_t k = 0;

		while (
		    k < spec->n_tags && !rt_str_eq(tags[k], spec->ops[i].tag))
			k++;
		if (k == spec->n_tags)
			tags[spec->n_tags++] = spec->ops[i].tag;
	}
	spec->tags = tags;
}

static void
read_contract(struct spec_reader *r)
{
	if (!read_version(r))
		return;
	(void)spec_check_keys(r, r->spec->root, "the document", root_keys);
	read_info(r);
	read_dialect(r);
	read_components(r);
	spec_read_schemes(r);
	spec_read_root_security(r);
	spec_read_codes(r);
	spec_read_paths(r);
	spec_read_outbound(r);
	spec_collect_tags(r->arena, r->spec);
	schema_finish(r->spec->schemas);
}

const struct spec *
spec_read(struct documents *documents)
{
	const struct doc_node *root = documents->v[0].root;
	struct spec *spec = rt_arena_new(documents->arena, sizeof(*spec));
	struct spec_reader r = {
	    .arena = documents->arena,
	    .scratch = rt_arena_open_like(documents->arena),
	    .diag = documents->diag,
	    .spec = spec,
	    .side = SCHEMA_REQUEST,
	};

	spec->documents = documents;
	spec->root = root;
	spec->source = root->pos.source;
	spec->schemas = schema_set_open(documents);
	if (root->type == DOC_MAP)
		read_contract(&r);
	else
		diag_error(r.diag, root->pos, "type",
		    "a contract must be a mapping, is %s",
		    doc_type_name(root->type));
	rt_arena_close(r.scratch);
	return spec;
}
