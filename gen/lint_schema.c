/* Rules that a schema's own keywords show. */
#include "gen/lint_rule.h"
#include "gen/ref_text.h"

enum {
	NUMBERS = RT_NUMBER | RT_INTEGER,
	ALL = RT_NULL | RT_BOOLEAN | NUMBERS | RT_STRING | RT_ARRAY | RT_OBJECT,
};

/* Keywords that look at values of one kind only. */
static const struct {
	const char *name;
	unsigned types;
	const char *kind;
} keywords[] = {
    {"minLength", RT_STRING, "a string"},
    {"maxLength", RT_STRING, "a string"},
    {"pattern", RT_STRING, "a string"},
    {"minimum", NUMBERS, "a number"},
    {"maximum", NUMBERS, "a number"},
    {"exclusiveMinimum", NUMBERS, "a number"},
    {"exclusiveMaximum", NUMBERS, "a number"},
    {"multipleOf", NUMBERS, "a number"},
    {"items", RT_ARRAY, "an array"},
    {"prefixItems", RT_ARRAY, "an array"},
    {"contains", RT_ARRAY, "an array"},
    {"minItems", RT_ARRAY, "an array"},
    {"maxItems", RT_ARRAY, "an array"},
    {"uniqueItems", RT_ARRAY, "an array"},
    {"properties", RT_OBJECT, "an object"},
    {"patternProperties", RT_OBJECT, "an object"},
    {"additionalProperties", RT_OBJECT, "an object"},
    {"propertyNames", RT_OBJECT, "an object"},
    {"required", RT_OBJECT, "an object"},
    {"minProperties", RT_OBJECT, "an object"},
    {"maxProperties", RT_OBJECT, "an object"},
};

static bool
is_of_numbers(enum rt_format f)
{
	return f == RT_FORMAT_INT32 || f == RT_FORMAT_INT64 ||
	    f == RT_FORMAT_FLOAT || f == RT_FORMAT_DOUBLE;
}

static void
check_idle(const struct lint *l, const struct schema *s)
{
	for (size_t i = 0; i < RT_LEN(keywords); i++) {
		if ((s->types & keywords[i].types) == 0 &&
		    doc_get(s->node, keywords[i].name) != NULL)
			lint_report(l, "keyword-idle",
			    doc_key_pos(s->node, keywords[i].name),
			    "'%s' says nothing: no value of this schema is %s",
			    keywords[i].name, keywords[i].kind);
	}
	if (s->format != 0 &&
	    (s->types & (is_of_numbers(s->format) ? NUMBERS : RT_STRING)) == 0)
		lint_report(l, "keyword-idle", doc_key_pos(s->node, "format"),
		    "'format: %.*s' says nothing about this type",
		    RT_FMT(s->format_name));
}

/* The known format that is nearest, by letters alone. */
static const char *
near_format(struct rt_str name)
{
	for (unsigned f = 1; f <= RT_FORMAT_DOUBLE; f++) {
		struct rt_str known = rt_str(rt_format_name((enum rt_format)f));
		size_t i = 0, k = 0;

		while (i < name.n && k < known.n) {
			char c = name.p[i] >= 'A' && name.p[i] <= 'Z'
			    ? (char)(name.p[i] + 32)
			    : name.p[i];

			if (c == '-' || c == '_')
				i++;
			else if (known.p[k] == '-')
				k++;
			else if (c != known.p[k])
				break;
			else {
				i++;
				k++;
			}
		}
		if (i == name.n && k == known.n)
			return known.p;
	}
	return NULL;
}

static void
check_format(const struct lint *l, const struct schema *s)
{
	const char *near;

	if (s->format_name.p == NULL || s->format_known)
		return;
	near = near_format(s->format_name);
	lint_report(l, "format-unknown", doc_key_pos(s->node, "format"),
	    "the format '%.*s' isn't known, and asserts nothing",
	    RT_FMT(s->format_name));
	if (near != NULL)
		diag_help(l->diag, "did you mean '%s'?", near);
}

static bool
is_true(const struct doc_node *map, const char *key)
{
	const struct doc_node *node = lint_member(map, key, DOC_BOOL);

	return node != NULL && node->yes;
}

static void
check_flags(const struct lint *l, const struct schema *s)
{
	if (is_true(s->node, "readOnly") && is_true(s->node, "writeOnly"))
		lint_report(l, "read-only-write-only",
		    doc_key_pos(s->node, "writeOnly"),
		    "this is neither sent nor answered");
	if (!is_true(s->node, "nullable") || s->enumeration == NULL)
		return;
	for (size_t i = 0; i < s->enumeration->n; i++) {
		if (s->enumeration->items[i]->type == DOC_NULL)
			return;
	}
	lint_report(l, "enum-null", doc_key_pos(s->node, "enum"),
	    "null is 'nullable', but no value of the enum");
}

/* --- What is closed inside of an allOf --- */

/* The first property of another part that the closed part lacks. */
static const struct schema_property *
refused_by(const struct schema *closed, const struct lint_family *f)
{
	for (size_t i = 0; i < f->n; i++) {
		for (size_t k = 0; k < f->v[i]->n_properties; k++) {
			const struct schema_property *p =
			    &f->v[i]->properties[k];

			if (!schema_has_property(closed, p->name) &&
			    !p->schema->never)
				return p;
		}
	}
	return NULL;
}

static void
check_closed(const struct lint *l, const struct schema *s)
{
	struct lint_family f;

	if (s->all_of.n == 0 && s->ref == NULL)
		return;
	lint_family(s, &f);
	for (size_t i = 0; i < f.n; i++) {
		const struct schema_property *p;

		if (!f.v[i]->closed || f.v[i]->n_patterns > 0)
			continue;
		p = refused_by(f.v[i], &f);
		if (p == NULL)
			continue;
		lint_report(l, "all-of-closed",
		    doc_key_pos(f.v[i]->node, "additionalProperties"),
		    "this refuses the member '%.*s' of another part",
		    RT_FMT(p->name));
		diag_note(l->diag, p->pos, "it is declared here");
		diag_note(l->diag, s->pos, "both apply here");
	}
}

void
lint_schemas(const struct lint *l)
{
	for (size_t i = 0; i < schema_count(l->spec->schemas); i++) {
		const struct schema *s = schema_number(l->spec->schemas, i);

		if (s->node->type != DOC_MAP || s->whole != NULL)
			continue;
		check_format(l, s);
		check_flags(l, s);
		check_closed(l, s);
		if (s->types != ALL && s->types != 0)
			check_idle(l, s);
	}
}
