/* The keywords of JSON Schema 2020-12, each into its place of the model. */
#include <stddef.h>

#include "gen/schema_read.h"
#include "runtime/check.h"

/* What reading one keyword needs. */
struct reading {
	struct schema_set *set;
	struct schema *s;
	const struct doc_node *value;
	struct source_pos pos; /* of the keyword */
	const char *keyword;
	void *place; /* in *s, for keywords that are alike */
	enum oas_version version;
};

static const struct {
	const char *name;
	unsigned type;
} type_names[] = {
    {"null", RT_NULL},
    {"boolean", RT_BOOLEAN},
    {"integer", RT_INTEGER},
    {"number", RT_NUMBER | RT_INTEGER},
    {"string", RT_STRING},
    {"array", RT_ARRAY},
    {"object", RT_OBJECT},
};

/* "a sequence", or for a scalar what it says. */
static const char *
found(struct rt_arena *arena, const struct doc_node *node)
{
	if (node->type == DOC_SEQ || node->type == DOC_MAP)
		return node->n == 0 ? "empty" : doc_type_name(node->type);
	if (node->type == DOC_STRING)
		return doc_type_name(node->type);
	return rt_arena_printf(arena, "%.*s", RT_FMT(node->text)).p;
}

static void
wrong_type(const struct reading *r, const char *expected)
{
	diag_error(r->set->diag, r->value->pos, "schema-type",
	    "'%s' must be %s, is %s", r->keyword, expected,
	    found(r->set->arena, r->value));
}

/* --- Keywords that are alike --- */

static void
read_count(const struct reading *r)
{
	int64_t *out = r->place;

	if (!doc_int(r->value, out) || *out < 0)
		wrong_type(r, "a whole number that is not negative");
}

static void
read_bound(const struct reading *r)
{
	struct rt_str *out = r->place;

	if (r->value->type == DOC_NUMBER)
		*out = r->value->text;
	else
		wrong_type(r, "a number");
}

/* A boolean in 3.0, which apply_3_0() looks at; a bound of its own since. */
static void
read_exclusive(const struct reading *r)
{
	bool old = r->version == OAS_3_0;
	const char *bound = rt_str_is(rt_str(r->keyword), "exclusiveMinimum")
	    ? "minimum"
	    : "maximum";

	if (old ? r->value->type == DOC_BOOL : r->value->type != DOC_BOOL) {
		if (!old)
			read_bound(r);
		return;
	}
	diag_error(r->set->diag, r->value->pos, "keyword-version",
	    "'%s' is %s in OpenAPI %s", r->keyword,
	    old ? "a boolean" : "a number", oas_version_name(r->version));
	if (old)
		diag_help(r->set->diag, "write '%s: %.*s' and '%s: true'",
		    bound, RT_FMT(r->value->text), r->keyword);
	else if (r->value->yes)
		diag_help(r->set->diag,
		    "write the number of '%s' here, and remove '%s'", bound,
		    bound);
	else
		diag_help(r->set->diag, "remove it: it says nothing");
}

/* What 3.0 has instead of the type 'null'. */
static void
read_nullable(const struct reading *r)
{
	if (r->value->type != DOC_BOOL)
		wrong_type(r, "true or false");
}

static void
read_flag(const struct reading *r)
{
	bool *out = r->place;

	if (r->value->type == DOC_BOOL)
		*out = r->value->yes;
	else
		wrong_type(r, "true or false");
}

static void
read_text(const struct reading *r)
{
	struct rt_str *out = r->place;

	if (r->value->type == DOC_STRING)
		*out = r->value->text;
	else
		wrong_type(r, "a string");
}

static void
read_schema(const struct reading *r)
{
	const struct schema **out = r->place;

	*out = schema_at(r->set, r->value);
}

static void
read_schemas(const struct reading *r)
{
	struct schema_list *out = r->place;
	const struct schema **v;

	if (r->value->type != DOC_SEQ || r->value->n == 0) {
		wrong_type(r, "a list with at least one schema");
		return;
	}
	v = rt_arena_array(r->set->arena, r->value->n, sizeof(*v));
	for (size_t i = 0; i < r->value->n; i++)
		v[i] = schema_at(r->set, r->value->items[i]);
	*out = (struct schema_list){v, r->value->n};
}

static void
read_node(const struct reading *r)
{
	const struct doc_node **out = r->place;

	*out = r->value;
}

/* For people and other tools, or for the index of resources; nothing follows
 * from them here. */
static void
read_nothing(const struct reading *r)
{
	(void)r;
}

/* readOnly and writeOnly. */
static void
read_mark(const struct reading *r)
{
	read_flag(r);
	r->set->marks = true;
}

/* --- Keywords of their own --- */

static void
read_type_name(const struct reading *r, const struct doc_node *name)
{
	if (name->type == DOC_STRING) {
		for (size_t i = 0; i < RT_LEN(type_names); i++) {
			if (rt_str_is(name->text, type_names[i].name)) {
				r->s->types |= type_names[i].type;
				return;
			}
		}
	}
	diag_error(r->set->diag, name->pos, "schema-type",
	    "'%.*s' is no type of JSON Schema", RT_FMT(name->text));
	diag_help(r->set->diag,
	    "the types are: null, boolean, integer, "
	    "number, string, array, object");
}

/* Whether OpenAPI 3.0 has such a type. */
static void
check_type_version(const struct reading *r)
{
	if (r->version != OAS_3_0 ||
	    (r->value->type == DOC_STRING &&
		!rt_str_is(r->value->text, "null")))
		return;
	diag_error(r->set->diag, r->value->pos, "keyword-version",
	    "lists of types and the type 'null' came with OpenAPI 3.1, and "
	    "this document is 3.0");
	diag_help(r->set->diag,
	    "write one type, with 'nullable: true' beside it");
}

static void
read_type(const struct reading *r)
{
	check_type_version(r);
	r->s->types = 0;
	if (r->value->type == DOC_SEQ) {
		for (size_t i = 0; i < r->value->n; i++)
			read_type_name(r, r->value->items[i]);
		return;
	}
	if (r->value->type == DOC_STRING)
		read_type_name(r, r->value);
	else
		wrong_type(r, "a string or a list of strings");
}

static void
read_enum(const struct reading *r)
{
	if (r->value->type != DOC_SEQ ||
	    (r->value->n == 0 && !r->set->lenient)) {
		wrong_type(r, "a list with at least one value");
		return;
	}
	r->s->enumeration = r->value;
	for (size_t i = 1; i < r->value->n; i++) {
		for (size_t k = 0; k < i; k++) {
			if (!doc_eq(r->value->items[i], r->value->items[k]))
				continue;
			diag_error(r->set->diag, r->value->items[i]->pos,
			    "schema-enum-unique",
			    "this value stands twice in 'enum'");
			diag_note(r->set->diag, r->value->items[k]->pos,
			    "first here");
		}
	}
}

static void
check_pattern(const struct reading *r, struct rt_str pattern,
    struct source_pos pos)
{
	const char *why = "";
	struct rt_patterns *compiled = rt_patterns_open(&pattern.p, 1, &why);

	if (compiled == NULL)
		diag_error(r->set->diag, pos, "schema-pattern",
		    "the pattern can't be compiled: %s", why);
	rt_patterns_close(compiled);
}

static void
read_pattern(const struct reading *r)
{
	if (r->value->type != DOC_STRING) {
		wrong_type(r, "a string");
		return;
	}
	check_pattern(r, r->value->text, r->value->pos);
	r->s->pattern = r->value->text;
}

/* The format of that name; 0 where there is none that can be asserted. */
static enum rt_format
find_format(struct rt_str name)
{
	for (unsigned f = 1; f <= RT_FORMAT_DOUBLE; f++) {
		if (rt_str_is(name, rt_format_name((enum rt_format)f)))
			return (enum rt_format)f;
	}
	return 0;
}

static void
read_format(const struct reading *r)
{
	enum rt_format format;

	if (r->value->type != DOC_STRING) {
		wrong_type(r, "a string");
		return;
	}
	format = find_format(r->value->text);
	r->s->format_name = r->value->text;
	/* These two are hints for people: any string has them. */
	r->s->format_known = format != 0 ||
	    rt_str_is(r->value->text, "password") ||
	    rt_str_is(r->value->text, "binary");
	if (!r->set->no_formats)
		r->s->format = format;
}

static void
read_multiple(const struct reading *r)
{
	read_bound(r);
	if (r->s->multiple.p == NULL)
		return;
	if (rt_decimal_cmp(r->s->multiple, RT_LIT("0")) <= 0 ||
	    r->s->multiple.n > 18)
		wrong_type(r, "a number above 0 of at most 18 digits");
}

static void
read_properties(const struct reading *r)
{
	struct schema_property *p;

	if (r->value->type != DOC_MAP) {
		wrong_type(r, "a mapping from names to schemas");
		return;
	}
	p = rt_arena_array(r->set->arena, r->value->n, sizeof(*p));
	r->s->properties = p;
	r->s->n_properties = r->value->n;
	for (size_t i = 0; i < r->value->n; i++) {
		p[i].name = r->value->members[i].key;
		p[i].pos = r->value->members[i].key_pos;
		p[i].schema = schema_at(r->set, r->value->members[i].value);
	}
}

static void
read_patterns(const struct reading *r)
{
	struct schema_pattern *p;

	if (r->value->type != DOC_MAP) {
		wrong_type(r, "a mapping from patterns to schemas");
		return;
	}
	p = rt_arena_array(r->set->arena, r->value->n, sizeof(*p));
	r->s->patterns = p;
	r->s->n_patterns = r->value->n;
	for (size_t i = 0; i < r->value->n; i++) {
		const struct doc_member *m = &r->value->members[i];

		check_pattern(r, m->key, m->key_pos);
		p[i] = (struct schema_pattern){m->key, m->key_pos,
		    schema_at(r->set, m->value)};
	}
}

/* The names of a list; those that are no strings are reported. */
static const struct rt_str *
names_of(const struct reading *r, const struct doc_node *list, size_t *n)
{
	struct rt_str *names;

	*n = 0;
	if (list->type != DOC_SEQ) {
		wrong_type(r, "a list of names");
		return NULL;
	}
	names = rt_arena_array(r->set->arena, list->n, sizeof(*names));
	for (size_t i = 0; i < list->n; i++) {
		if (list->items[i]->type == DOC_STRING) {
			names[(*n)++] = list->items[i]->text;
			continue;
		}
		diag_error(r->set->diag, list->items[i]->pos, "schema-type",
		    "a name in '%s' must be a string, is %s", r->keyword,
		    doc_type_name(list->items[i]->type));
	}
	return names;
}

static void
read_required(const struct reading *r)
{
	r->s->required = names_of(r, r->value, &r->s->n_required);
}

/* dependentRequired and dependentSchemas share a table. */
static struct schema_dependency *
grow_dependencies(const struct reading *r)
{
	struct schema_dependency *v;
	size_t n = r->s->n_dependencies;

	if (r->value->type != DOC_MAP) {
		wrong_type(r, "a mapping");
		return NULL;
	}
	v = rt_arena_array(r->set->arena, n + r->value->n, sizeof(*v));
	for (size_t i = 0; i < n; i++)
		v[i] = r->s->dependencies[i];
	for (size_t i = 0; i < r->value->n; i++)
		v[n + i].name = r->value->members[i].key;
	r->s->dependencies = v;
	r->s->n_dependencies += r->value->n;
	return v + n;
}

static void
read_dependent_required(const struct reading *r)
{
	struct schema_dependency *d = grow_dependencies(r);

	for (size_t i = 0; d != NULL && i < r->value->n; i++)
		d[i].required =
		    names_of(r, r->value->members[i].value, &d[i].n_required);
}

static void
read_dependent_schemas(const struct reading *r)
{
	struct schema_dependency *d = grow_dependencies(r);

	for (size_t i = 0; d != NULL && i < r->value->n; i++)
		d[i].schema = schema_at(r->set, r->value->members[i].value);
}

static void
read_additional(const struct reading *r)
{
	if (r->value->type == DOC_BOOL && !r->value->yes)
		r->s->closed = true;
	else
		r->s->additional = schema_at(r->set, r->value);
}

static void
read_ref(const struct reading *r)
{
	const struct doc_node *target =
	    schema_target(r->set, r->s->node, r->value, NULL);

	if (target != NULL)
		r->s->ref = schema_at(r->set, target);
}

static void
read_dynamic_ref(const struct reading *r)
{
	const struct doc_node *target =
	    schema_target(r->set, r->s->node, r->value, &r->s->dynamic_anchor);

	if (target != NULL)
		r->s->dynamic = schema_at(r->set, target);
	if (r->s->dynamic_anchor.p != NULL)
		(void)schema_dynamic(r->s);
}

static void
read_examples(const struct reading *r)
{
	if (r->value->type != DOC_SEQ) {
		wrong_type(r, "a list of values");
		return;
	}
	r->s->examples = r->value->items;
	r->s->n_examples = r->value->n;
}

static void
read_example(const struct reading *r)
{
	const struct doc_node **v = rt_arena_new(r->set->arena, sizeof(*v));

	v[0] = r->value;
	if (r->s->n_examples == 0) {
		r->s->examples = v;
		r->s->n_examples = 1;
	}
}

/* --- The table --- */

#define PLACE(member) offsetof(struct schema, member)

/* Every keyword that is enforced or known to assert nothing.  One that is not
 * here is refused: see unsupported(). */
static const struct keyword {
	const char *name;
	void (*read)(const struct reading *);
	size_t place;
	bool validation; /* of the vocabulary that a dialect may leave out */
} keywords[] = {
    {"type", read_type, 0, true},
    {"enum", read_enum, 0, true},
    {"const", read_node, PLACE(constant), true},
    {"minLength", read_count, PLACE(min_length), true},
    {"maxLength", read_count, PLACE(max_length), true},
    {"pattern", read_pattern, 0, true},
    {"format", read_format, 0, false},
    {"minimum", read_bound, PLACE(minimum), true},
    {"maximum", read_bound, PLACE(maximum), true},
    {"exclusiveMinimum", read_exclusive, PLACE(above), true},
    {"exclusiveMaximum", read_exclusive, PLACE(below), true},
    {"multipleOf", read_multiple, PLACE(multiple), true},
    {"items", read_schema, PLACE(items), false},
    {"prefixItems", read_schemas, PLACE(prefix_items), false},
    {"contains", read_schema, PLACE(contains), false},
    {"minContains", read_count, PLACE(min_contains), true},
    {"maxContains", read_count, PLACE(max_contains), true},
    {"minItems", read_count, PLACE(min_items), true},
    {"maxItems", read_count, PLACE(max_items), true},
    {"uniqueItems", read_flag, PLACE(unique), true},
    {"properties", read_properties, 0, false},
    {"patternProperties", read_patterns, 0, false},
    {"propertyNames", read_schema, PLACE(property_names), false},
    {"required", read_required, 0, true},
    {"dependentRequired", read_dependent_required, 0, true},
    {"dependentSchemas", read_dependent_schemas, 0, false},
    {"additionalProperties", read_additional, 0, false},
    {"minProperties", read_count, PLACE(min_properties), true},
    {"maxProperties", read_count, PLACE(max_properties), true},
    {"unevaluatedItems", read_schema, PLACE(unevaluated_items), false},
    {"unevaluatedProperties", read_schema, PLACE(unevaluated_properties),
	false},
    {"$ref", read_ref, 0, false},
    {"$dynamicRef", read_dynamic_ref, 0, false},
    {"allOf", read_schemas, PLACE(all_of), false},
    {"anyOf", read_schemas, PLACE(any_of), false},
    {"oneOf", read_schemas, PLACE(one_of), false},
    {"not", read_schema, PLACE(not_), false},
    {"if", read_schema, PLACE(if_), false},
    {"then", read_schema, PLACE(then_), false},
    {"else", read_schema, PLACE(else_), false},
    {"default", read_node, PLACE(fallback), false},
    {"nullable", read_nullable, 0, true},
    {"readOnly", read_mark, PLACE(read_only), false},
    {"writeOnly", read_mark, PLACE(write_only), false},
    {"title", read_text, PLACE(title), false},
    {"description", read_text, PLACE(description), false},
    {"examples", read_examples, 0, false},
    {"example", read_example, 0, false},
    {"deprecated", read_nothing, 0, false},
    {"externalDocs", read_nothing, 0, false},
    {"contentEncoding", read_nothing, 0, false},
    {"contentMediaType", read_nothing, 0, false},
    {"contentSchema", read_nothing, 0, false},
    {"$comment", read_nothing, 0, false},
    {"$schema", read_nothing, 0, false},
    {"$id", read_nothing, 0, false},
    {"$anchor", read_nothing, 0, false},
    {"$dynamicAnchor", read_nothing, 0, false},
    {"$defs", read_nothing, 0, false},
    {"definitions", read_nothing, 0, false},
    {"$vocabulary", read_nothing, 0, false},
};

static void
unsupported(struct schema_set *set, const struct doc_member *m)
{
	diag_error(set->diag, m->key_pos, "unsupported-keyword",
	    "the schema keyword '%.*s' is not supported yet", RT_FMT(m->key));
	diag_help(set->diag,
	    "nothing of a contract is ignored silently: "
	    "remove the keyword or say the same by others");
}

/* Whether the dialect that the resource names by $schema leaves out the
 * vocabulary of validation (sections 8.1.2 and 8.1.2.3). */
static bool
lacks_validation(struct schema_set *set, const struct schema *s)
{
	const struct doc_node *root = s->node, *dialect, *vocabulary;

	while (root->parent != NULL && !resources_is_root(set->resources, root))
		root = root->parent;
	dialect = doc_get(root, "$schema");
	if (dialect == NULL || dialect->type != DOC_STRING)
		return false;
	dialect = resources_find(set->resources, root, dialect->text, NULL);
	vocabulary = doc_get(dialect, "$vocabulary");
	return vocabulary != NULL &&
	    doc_get(vocabulary,
		"https://json-schema.org/draft/2020-12/"
		"vocab/validation") == NULL;
}

/* What OpenAPI 3.1 brought. */
static const char *const since_3_1[] = {"const", "prefixItems", "contains",
    "minContains", "maxContains", "patternProperties", "propertyNames",
    "dependentRequired", "dependentSchemas", "unevaluatedItems",
    "unevaluatedProperties", "$dynamicRef", "if", "then", "else", "examples",
    "contentEncoding", "contentMediaType", "contentSchema", "$comment",
    "$schema", "$id", "$anchor", "$dynamicAnchor", "$defs", "definitions",
    "$vocabulary"};

static bool
is_since_3_1(const char *keyword)
{
	for (size_t i = 0; i < RT_LEN(since_3_1); i++) {
		if (strcmp(since_3_1[i], keyword) == 0)
			return true;
	}
	return false;
}

/* Whether the version has the keyword; reported where it has not. */
static bool
check_version(const struct reading *r)
{
	bool old = r->version == OAS_3_0;
	bool nullable = strcmp(r->keyword, "nullable") == 0;

	if (old ? !is_since_3_1(r->keyword) : !nullable)
		return true;
	if (r->set->lenient)
		return false;
	diag_error(r->set->diag, r->pos, "keyword-version",
	    "'%s' %s, and this document is %s", r->keyword,
	    old ? "came with OpenAPI 3.1" : "ended with OpenAPI 3.0",
	    oas_version_name(r->version));
	diag_help(r->set->diag, "%s",
	    old ? "write 'openapi: 3.1.0' to use it"
		: "add 'null' to the types: type: [string, 'null']");
	return false;
}

static void
read_keyword(struct schema_set *set, struct schema *s,
    const struct doc_member *m, bool no_validation)
{
	struct reading r = {set, s, m->value, m->key_pos, m->key.p, NULL,
	    documents_version(set->documents, s->node)};

	for (size_t i = 0; i < RT_LEN(keywords); i++) {
		const struct keyword *k = &keywords[i];

		if (!rt_str_is(m->key, k->name))
			continue;
		r.place = (char *)s + k->place;
		if (check_version(&r) && (!no_validation || !k->validation))
			k->read(&r);
		return;
	}
	if (!set->lenient && !rt_str_starts(m->key, "x-"))
		unsupported(set, m);
}

static bool
is_true(const struct doc_node *map, const char *key)
{
	const struct doc_node *node = doc_get(map, key);

	return node != NULL && node->type == DOC_BOOL && node->yes;
}

/* The keywords of 3.0 that change the meaning of others beside them. */
static void
apply_3_0(struct schema_set *set, struct schema *s)
{
	if (is_true(s->node, "exclusiveMinimum")) {
		s->above = s->minimum;
		s->minimum = (struct rt_str){0};
	}
	if (is_true(s->node, "exclusiveMaximum")) {
		s->below = s->maximum;
		s->maximum = (struct rt_str){0};
	}
	if (!is_true(s->node, "nullable"))
		return;
	if (doc_get(s->node, "type") != NULL) {
		s->types |= RT_NULL;
		return;
	}
	diag_warning(set->diag, doc_key_pos(s->node, "nullable"),
	    "nullable-type",
	    "'nullable' says nothing without a 'type' beside it");
}

static void
mark_required(struct schema *s)
{
	struct schema_property *p = (struct schema_property *)s->properties;

	for (size_t i = 0; i < s->n_properties; i++) {
		for (size_t k = 0; k < s->n_required; k++)
			p[i].required = p[i].required ||
			    rt_str_eq(p[i].name, s->required[k]);
	}
}

void
schema_read_keywords(struct schema_set *set, struct schema *s)
{
	const struct doc_node *node = s->node;
	bool no_validation = lacks_validation(set, s);

	for (size_t i = 0; i < node->n; i++)
		read_keyword(set, s, &node->members[i], no_validation);
	if (documents_version(set->documents, node) == OAS_3_0)
		apply_3_0(set, s);
	mark_required(s);
}
