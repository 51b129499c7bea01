/* Objects of which several schemas tell: allOf, and keywords beside a $ref. */
#include "gen/plan_type.h"

/* The fields of all parts, in their order. */
struct merge {
	struct plan *plan;
	const struct schema *own;
	struct schema_list parts;
	struct plan_field *fields;
	size_t n;
	bool merged; /* a field is none of the schema's own */
	const struct schema *item; /* of further members */
	size_t n_items;
};

static struct plan_field *
find_field(const struct merge *m, struct rt_str name)
{
	for (size_t i = 0; i < m->n; i++) {
		if (rt_str_eq(m->fields[i].property->name, name))
			return &m->fields[i];
	}
	return NULL;
}

/* Two schemas of one member: the one that tells more has its C type. */
static void
join_field(struct merge *m, struct plan_field *f,
    const struct schema_property *other)
{
	const struct schema *a = f->property->schema, *b = other->schema;
	const struct plan_form *x, *y, *narrower;

	if (a == b || f->open || !plan_tells(m->plan, b))
		return;
	x = plan_form(m->plan, a);
	y = plan_form(m->plan, b);
	narrower = plan_tells(m->plan, a) ? plan_narrower(x, y) : y;
	if (narrower == NULL) {
		f->open = true;
	} else if (narrower == y) {
		f->property = other;
		m->merged = true;
	}
}

static void
add_part(struct merge *m, const struct schema *part)
{
	const struct schema *item = plan_further(m->plan, part);

	for (size_t i = 0; i < part->n_properties; i++) {
		const struct schema_property *p = &part->properties[i];
		struct plan_field *f = find_field(m, p->name);

		if (p->hidden)
			continue;
		if (f != NULL) {
			join_field(m, f, p);
			continue;
		}
		m->merged = m->merged || part != m->own;
		m->fields[m->n].required =
		    schema_list_requires(&m->parts, p->name);
		m->fields[m->n++].property = p;
	}
	if (item == NULL)
		return;
	m->item = item;
	m->n_items++;
}

static void
add_parts(struct merge *m)
{
	size_t max = 0;

	for (size_t i = 0; i < m->parts.n; i++)
		max += m->parts.v[i]->n_properties;
	m->fields = rt_arena_array(m->plan->arena, max, sizeof(*m->fields));
	for (size_t i = 0; i < m->parts.n; i++)
		add_part(m, m->parts.v[i]);
}

/* --- Alternatives beside members --- */

static bool adds_names(const struct merge *, const struct schema *);

static bool
any_adds_names(const struct merge *m, const struct schema_list *list)
{
	for (size_t i = 0; i < list->n; i++) {
		if (adds_names(m, list->v[i]))
			return true;
	}
	return false;
}

/* Whether the schema tells of members that the struct doesn't have. */
static bool
adds_names(const struct merge *m, const struct schema *s)
{
	for (size_t i = 0; i < s->n_properties; i++) {
		if (!s->properties[i].hidden &&
		    find_field(m, s->properties[i].name) == NULL)
			return true;
	}
	return s->n_patterns > 0 ||
	    (s->additional != NULL && plan_tells(m->plan, s->additional)) ||
	    (s->ref != NULL && adds_names(m, s->ref)) ||
	    any_adds_names(m, &s->all_of) || any_adds_names(m, &s->any_of) ||
	    any_adds_names(m, &s->one_of);
}

/* The list of alternatives that adds members, NULL for none; *n counts. */
static const struct schema_list *
adding_choice(const struct merge *m, size_t *n)
{
	const struct schema_list *found = NULL;

	*n = 0;
	for (size_t i = 0; i < m->parts.n; i++) {
		const struct schema *s = m->parts.v[i];

		if (any_adds_names(m, &s->any_of)) {
			found = &s->any_of;
			++*n;
		}
		if (any_adds_names(m, &s->one_of)) {
			found = &s->one_of;
			++*n;
		}
	}
	return found;
}

void
plan_merge(struct plan *p, const struct schema *s, struct plan_form *f)
{
	struct merge m = {
	    .plan = p,
	    .own = s,
	    .parts = plan_parts(p, s),
	};
	const struct schema_list *choice;
	size_t n_choices;

	add_parts(&m);
	choice = adding_choice(&m, &n_choices);
	f->kind = PLAN_NODE;
	if (n_choices == 1 && m.n == 0 && m.n_items == 0) {
		plan_choice(p, s, choice, f);
		return;
	}
	if (n_choices > 0) {
		f->widened = "alternatives stand beside members";
		return;
	}
	if (m.n_items == 1)
		f->item = m.item;
	f->fields = m.fields;
	f->n_fields = m.n;
	f->merged = m.merged;
	if (m.n > 0)
		f->kind = PLAN_STRUCT;
	else if (f->item != NULL)
		f->kind = PLAN_MAP;
}
