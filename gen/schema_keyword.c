/* The keywords of JSON Schema 2020-12, each into its place of the model. */
#include <stddef.h>

#include "gen/schema_reading.h"
#include "runtime/check.h"

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

void
schema_wrong_type(const struct reading *r, const char *expected)
{
	diag_error(r->set->diag, r->value->pos, "schema-type",
	    "'%s' must be %s, is %s", r->keyword, expected,
	    found(r->set->arena, r->value));
}

bool
schema_is_true(const struct doc_node *map, const char *key)
{
	const struct doc_node *node = doc_get(map, key);

	return node != NULL && node->type == DOC_BOOL && node->yes;
}

/* --- Keywords that are alike --- */

static void
read_count(const struct reading *r)
{
	int64_t *out = r->place;

	if (!doc_int(r->value, out) || *out < 0)
		schema_wrong_type(r, "a whole number that is not negative");
}

static void
read_bound(const struct reading *r)
{
	struct rt_str *out = r->place;

	if (r->value->type == DOC_NUMBER)
		*out = r->value->text;
	else
		schema_wrong_type(r, "a number");
}

/* A boolean in 3.0, which apply_3_0() looks at; a bound of its own since.  One
 * of the other version is clear enough. */
static void
read_exclusive(const struct reading *r)
{
	bool old = r->version == OAS_3_0;
	bool boolean = r->value->type == DOC_BOOL;
	const char *bound = rt_str_is(rt_str(r->keyword), "exclusiveMinimum")
	    ? "minimum"
	    : "maximum";

	if (!boolean)
		read_bound(r);
	if (old == boolean || (!boolean && r->value->type != DOC_NUMBER))
		return;
	diag_warning(r->set->diag, r->value->pos, "keyword-version",
	    "'%s' is %s in OpenAPI %s: it is read as in %s", r->keyword,
	    old ? "a boolean" : "a number", oas_version_name(r->version),
	    old ? "3.1" : "3.0");
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
		schema_wrong_type(r, "true or false");
}

static void
read_flag(const struct reading *r)
{
	bool *out = r->place;

	if (r->value->type == DOC_BOOL)
		*out = r->value->yes;
	else
		schema_wrong_type(r, "true or false");
}

static void
read_text(const struct reading *r)
{
	struct rt_str *out = r->place;

	if (r->value->type == DOC_STRING)
		*out = r->value->text;
	else
		schema_wrong_type(r, "a string");
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

static void
read_dialect(const struct reading *r)
{
	schema_check_dialect(r->set, r->s->node, r->value);
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

/* What OpenAPI 3.0 does not have, and is clear enough. */
static void
check_type_version(const struct reading *r)
{
	if (r->version != OAS_3_0 ||
	    (r->value->type == DOC_STRING &&
		!rt_str_is(r->value->text, "null")))
		return;
	diag_warning(r->set->diag, r->value->pos, "keyword-version",
	    "lists of types and the type 'null' came with OpenAPI 3.1, and "
	    "this document is 3.0: it is read as in 3.1");
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
		schema_wrong_type(r, "a string or a list of strings");
}

/* The first item that is equal to this one. */
static size_t
first_equal(const struct doc_node *list, size_t i)
{
	size_t k = 0;

	while (k < i && !doc_eq(list->items[i], list->items[k]))
		k++;
	return k;
}

/* A list with each value once. */
static const struct doc_node *
without_copies(const struct reading *r)
{
	struct doc_node *list = rt_arena_new(r->set->arena, sizeof(*list));
	const struct doc_node **items =
	    rt_arena_array(r->set->arena, r->value->n, sizeof(*items));

	*list = *r->value;
	list->items = items;
	list->n = 0;
	for (size_t i = 0; i < r->value->n; i++) {
		size_t k = first_equal(r->value, i);

		if (k == i) {
			items[list->n++] = r->value->items[i];
			continue;
		}
		diag_warning(r->set->diag, r->value->items[i]->pos,
		    "schema-enum-unique", "this value stands twice in 'enum'");
		diag_note(r->set->diag, r->value->items[k]->pos, "first here");
	}
	return list;
}

static void
read_enum(const struct reading *r)
{
	if (r->value->type == DOC_SEQ && (r->value->n > 0 || r->set->lenient))
		r->s->enumeration = without_copies(r);
	else
		schema_wrong_type(r, "a list with at least one value");
}

void
schema_check_pattern(const struct reading *r, struct rt_str pattern,
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
		schema_wrong_type(r, "a string");
		return;
	}
	schema_check_pattern(r, r->value->text, r->value->pos);
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
		schema_wrong_type(r, "a string");
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
		schema_wrong_type(r, "a number above 0 of at most 18 digits");
}

static void
read_examples(const struct reading *r)
{
	if (r->value->type != DOC_SEQ) {
		schema_wrong_type(r, "a list of values");
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
 * here says nothing: see warn_unknown(). */
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
    {"items", schema_read_items, 0, false},
    {"prefixItems", schema_read_schemas, PLACE(prefix_items), false},
    {"contains", schema_read_schema, PLACE(contains), false},
    {"minContains", read_count, PLACE(min_contains), true},
    {"maxContains", read_count, PLACE(max_contains), true},
    {"minItems", read_count, PLACE(min_items), true},
    {"maxItems", read_count, PLACE(max_items), true},
    {"uniqueItems", read_flag, PLACE(unique), true},
    {"properties", schema_read_properties, 0, false},
    {"patternProperties", schema_read_patterns, 0, false},
    {"propertyNames", schema_read_schema, PLACE(property_names), false},
    {"required", schema_read_required, 0, true},
    {"dependentRequired", schema_read_dependent_required, 0, true},
    {"dependentSchemas", schema_read_dependent_schemas, 0, false},
    {"additionalProperties", schema_read_additional, 0, false},
    {"minProperties", read_count, PLACE(min_properties), true},
    {"maxProperties", read_count, PLACE(max_properties), true},
    {"unevaluatedItems", schema_read_schema, PLACE(unevaluated_items), false},
    {"unevaluatedProperties", schema_read_schema, PLACE(unevaluated_properties),
	false},
    {"$ref", schema_read_ref, 0, false},
    {"$dynamicRef", schema_read_dynamic_ref, 0, false},
    {"allOf", schema_read_schemas, PLACE(all_of), false},
    {"anyOf", schema_read_schemas, PLACE(any_of), false},
    {"oneOf", schema_read_schemas, PLACE(one_of), false},
    {"discriminator", schema_read_discriminator, 0, false},
    {"not", schema_read_schema, PLACE(not_), false},
    {"if", schema_read_schema, PLACE(if_), false},
    {"then", schema_read_schema, PLACE(then_), false},
    {"else", schema_read_schema, PLACE(else_), false},
    {"default", read_node, PLACE(fallback), false},
    {"x-state-machine", schema_read_state_machine, 0, true},
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
    {"$schema", read_dialect, 0, false},
    {"$id", read_nothing, 0, false},
    {"$anchor", read_nothing, 0, false},
    {"$dynamicAnchor", read_nothing, 0, false},
    {"$defs", read_nothing, 0, false},
    {"definitions", read_nothing, 0, false},
    {"$vocabulary", read_nothing, 0, false},
    {"xml", read_nothing, 0, false},
    {"additionalItems", read_nothing, 0, false},
    {"dependencies", schema_read_dependencies, 0, false},
    {"$recursiveRef", schema_read_recursive_ref, 0, false},
    {"$recursiveAnchor", read_nothing, 0, false},
};

static const struct keyword *
find_keyword(struct rt_str name)
{
	for (size_t i = 0; i < RT_LEN(keywords); i++) {
		if (rt_str_is(name, keywords[i].name))
			return &keywords[i];
	}
	return NULL;
}

bool
schema_reads(const struct schema *s, struct rt_str keyword)
{
	const struct keyword *k = find_keyword(keyword);

	return k != NULL && !(s->unvalidated && k->validation);
}

/* Whether two names differ in case and in '_' only. */
static bool
is_like(struct rt_arena *arena, struct rt_str name, const char *keyword)
{
	char *p = rt_arena_bytes(arena, name.n);
	struct rt_str plain = {p, 0};

	for (size_t i = 0; i < name.n; i++) {
		if (name.p[i] != '_')
			p[plain.n++] = name.p[i];
	}
	return rt_str_is_nocase(plain, keyword);
}

/* JSON Schema lets a keyword that nobody knows say nothing. */
static void
warn_unknown(struct schema_set *set, const struct doc_member *m)
{
	const char *meant = NULL;

	for (size_t i = 0; i < RT_LEN(keywords); i++) {
		if (is_like(set->arena, m->key, keywords[i].name))
			meant = keywords[i].name;
	}
	diag_warning(set->diag, m->key_pos, "unknown-keyword",
	    "'%.*s' is no keyword of a schema: it says nothing",
	    RT_FMT(m->key));
	if (meant != NULL)
		diag_help(set->diag, "did you mean '%s'?", meant);
	else
		diag_help(set->diag, "names of extensions begin with 'x-'");
}

static void
read_keyword(struct schema_set *set, struct schema *s,
    const struct doc_member *m)
{
	struct reading r = {set, s, m->value, m->key_pos, m->key.p, NULL,
	    documents_version(set->documents, s->node)};
	const struct keyword *k = find_keyword(m->key);

	if (k == NULL) {
		if (!set->lenient && !rt_str_starts(m->key, "x-"))
			warn_unknown(set, m);
		return;
	}
	if (schema_is_foreign(set, r.version, k->name) ||
	    (s->unvalidated && k->validation))
		return;
	schema_warn_version(set, r.version, m);
	r.place = (char *)s + k->place;
	k->read(&r);
}

/* The keywords of 3.0 that change the meaning of others beside them. */
static void
apply_3_0(struct schema_set *set, struct schema *s)
{
	if (schema_is_true(s->node, "exclusiveMinimum")) {
		s->above = s->minimum;
		s->minimum = (struct rt_str){0};
	}
	if (schema_is_true(s->node, "exclusiveMaximum")) {
		s->below = s->maximum;
		s->maximum = (struct rt_str){0};
	}
	if (!schema_is_true(s->node, "nullable"))
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

	s->unvalidated = schema_lacks_validation(set, s->node);
	for (size_t i = 0; i < node->n; i++)
		read_keyword(set, s, &node->members[i]);
	if (!set->lenient || documents_version(set->documents, node) == OAS_3_0)
		apply_3_0(set, s);
	mark_required(s);
}
