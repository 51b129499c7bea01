/* Which checks note what they have evaluated. */
#include "gen/plan_type.h"

static void mark_schema(struct plan *, const struct schema *);

static void
mark_list(struct plan *p, struct schema_list list)
{
	for (size_t i = 0; i < list.n; i++)
		mark_schema(p, list.v[i]);
}

static void
mark_in_place(struct plan *p, const struct schema *s)
{
	mark_schema(p, s->ref);
	mark_schema(p, s->dynamic);
	if (s->dynamic_anchor.p != NULL)
		mark_list(p, schema_dynamic(s));
	mark_list(p, s->all_of);
	mark_list(p, s->any_of);
	mark_list(p, s->one_of);
	mark_schema(p, s->if_);
	mark_schema(p, s->then_);
	mark_schema(p, s->else_);
	for (size_t i = 0; i < s->n_dependencies; i++)
		mark_schema(p, s->dependencies[i].schema);
}

static void
mark_schema(struct plan *p, const struct schema *s)
{
	struct plan_type *t = s == NULL ? NULL : p->types[s->id];

	if (t == NULL || t->notes)
		return;
	t->notes = true;
	mark_in_place(p, s);
}

void
plan_mark_notes(struct plan *p)
{
	for (size_t i = 0; i < p->n_order; i++) {
		const struct schema *s = p->order[i]->schema;

		if (s->unevaluated_items != NULL ||
		    s->unevaluated_properties != NULL)
			mark_schema(p, s);
	}
}
