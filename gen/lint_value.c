/*
 * Rules over schemas where a value has to fit them: at members, items,
 * parameters and bodies, with all parts that apply there.
 */
#include "gen/lint_rule.h"

enum { ALL = 0x7f, PARTS_MAX = 256 };

/* All that may apply to the value, branches included. */
struct parts {
	const struct schema *v[PARTS_MAX];
	size_t n;
};

static void
add_part(struct parts *p, const struct schema *s)
{
	if (s == NULL || p->n == PARTS_MAX)
		return;
	for (size_t i = 0; i < p->n; i++) {
		if (p->v[i] == s)
			return;
	}
	p->v[p->n++] = s;
}

static void
add_list(struct parts *p, const struct schema_list *list)
{
	for (size_t i = 0; i < list->n; i++)
		add_part(p, list->v[i]);
}

static void
read_parts(const struct schema *s, struct parts *out)
{
	out->n = 0;
	add_part(out, s);
	for (size_t i = 0; i < out->n; i++) {
		const struct schema *part = out->v[i];

		add_part(out, part->ref);
		add_part(out, part->dynamic);
		add_list(out, &part->all_of);
		add_list(out, &part->any_of);
		add_list(out, &part->one_of);
		add_part(out, part->if_);
		add_part(out, part->then_);
		add_part(out, part->else_);
		for (size_t k = 0; k < part->n_dependencies; k++)
			add_part(out, part->dependencies[k].schema);
	}
}

/* --- Required names without a property --- */

static bool
knows(const struct parts *p, struct rt_str name)
{
	for (size_t i = 0; i < p->n; i++) {
		for (size_t k = 0; k < p->v[i]->n_properties; k++) {
			if (rt_str_eq(p->v[i]->properties[k].name, name))
				return true;
		}
	}
	return false;
}

/* A map has names that nobody declares, and a mixin has none at all. */
static bool
declares_its_names(const struct parts *p)
{
	bool any = false;

	for (size_t i = 0; i < p->n; i++) {
		const struct schema *s = p->v[i];

		if (s->n_patterns > 0 || s->closed ||
		    (s->additional != NULL && !s->additional->any))
			return false;
		any = any || s->n_properties > 0;
	}
	return any;
}

static void
check_required(const struct lint *l, const struct parts *p)
{
	if (!declares_its_names(p))
		return;
	for (size_t i = 0; i < p->n; i++) {
		const struct doc_node *list =
		    lint_member(p->v[i]->node, "required", DOC_SEQ);

		for (size_t k = 0; list != NULL && k < list->n; k++) {
			const struct doc_node *name = list->items[k];

			if (name->type == DOC_STRING && !knows(p, name->text))
				lint_report(l, "required-undeclared", name->pos,
				    "'%.*s' is required, but no property",
				    RT_FMT(name->text));
		}
	}
}

/* --- Schemas without a type --- */

static bool
says_type(const struct parts *p)
{
	for (size_t i = 0; i < p->n; i++) {
		const struct schema *s = p->v[i];

		if (s->types != ALL || s->enumeration != NULL ||
		    s->constant != NULL || s->never || s->not_ != NULL)
			return true;
	}
	return false;
}

static const char *
typed_keyword(const struct schema *s)
{
	static const char *const names[] = {"properties",
	    "additionalProperties", "required", "items", "minItems", "maxItems",
	    "minLength", "maxLength", "pattern", "format", "minimum", "maximum",
	    "exclusiveMinimum", "exclusiveMaximum", "multipleOf"};

	for (size_t i = 0; i < RT_LEN(names); i++) {
		if (doc_get(s->node, names[i]) != NULL)
			return names[i];
	}
	return NULL;
}

static void
check_type(const struct lint *l, const struct parts *p)
{
	if (says_type(p))
		return;
	for (size_t i = 0; i < p->n; i++) {
		const char *keyword = typed_keyword(p->v[i]);

		if (keyword == NULL)
			continue;
		lint_report(l, "schema-type-missing",
		    doc_key_pos(p->v[i]->node, keyword),
		    "'%s' stands without a 'type': values of other types pass",
		    keyword);
		return;
	}
}

/* --- Where values are --- */

struct walk {
	const struct lint *lint;
	bool *seen; /* by id */
	size_t n_seen;
};

static void visit(struct walk *, const struct schema *);

static void
visit_parts(struct walk *w, const struct schema *s)
{
	for (size_t i = 0; i < s->n_properties; i++)
		visit(w, s->properties[i].schema);
	for (size_t i = 0; i < s->n_patterns; i++)
		visit(w, s->patterns[i].schema);
	for (size_t i = 0; i < s->prefix_items.n; i++)
		visit(w, s->prefix_items.v[i]);
	visit(w, s->items);
	visit(w, s->additional);
}

static void
visit(struct walk *w, const struct schema *s)
{
	struct parts parts;

	if (s == NULL || s->id >= w->n_seen || w->seen[s->id])
		return;
	w->seen[s->id] = true;
	read_parts(s, &parts);
	check_required(w->lint, &parts);
	check_type(w->lint, &parts);
}

static void
visit_root(const struct lint *l, const struct schema *s, void *arg)
{
	(void)l;
	visit(arg, s);
}

void
lint_values(const struct lint *l)
{
	size_t n = schema_count(l->spec->schemas);
	struct walk w = {
	    l,
	    rt_arena_array(l->arena, n, sizeof(bool)),
	    n,
	};

	lint_each_request(l, visit_root, &w);
	lint_each_answer(l, visit_root, &w);
	for (size_t i = 0; i < n; i++)
		visit_parts(&w, schema_number(l->spec->schemas, i));
}
