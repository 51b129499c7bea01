/* Which functions of each type are called, and so which there are. */
#include "gen/plan_type.h"

static void
use_schema(struct plan *p, const struct schema *s, unsigned uses)
{
	if (s != NULL && uses != 0)
		plan_use(p, p->types[s->id], uses);
}

static void
use_list(struct plan *p, const struct schema_list *list)
{
	for (size_t i = 0; i < list->n; i++)
		use_schema(p, list->v[i], PLAN_CHECK);
}

static void
use_array(struct plan_type *item, unsigned uses)
{
	item->array = item->array || (uses & (PLAN_READ | PLAN_WRITE)) != 0;
	item->array_read = item->array_read || (uses & PLAN_READ) != 0;
	item->array_write = item->array_write || (uses & PLAN_WRITE) != 0;
}

static void
check_members(struct plan *p, const struct schema *s)
{
	for (size_t i = 0; i < s->n_patterns; i++)
		use_schema(p, s->patterns[i].schema, PLAN_CHECK);
	for (size_t i = 0; i < s->n_dependencies; i++)
		use_schema(p, s->dependencies[i].schema, PLAN_CHECK);
	use_schema(p, s->additional, PLAN_CHECK);
	use_schema(p, s->property_names, PLAN_CHECK);
	use_schema(p, s->unevaluated_properties, PLAN_CHECK);
}

static void
check_in_place(struct plan *p, const struct schema *s)
{
	struct schema_list anchors = {NULL, 0};

	if (s->dynamic_anchor.p != NULL)
		anchors = schema_dynamic(s);
	use_list(p, &anchors);
	use_schema(p, s->ref, PLAN_CHECK);
	use_schema(p, s->dynamic, PLAN_CHECK);
	use_schema(p, s->not_, PLAN_CHECK);
	use_schema(p, s->if_, PLAN_CHECK);
	use_schema(p, s->then_, PLAN_CHECK);
	use_schema(p, s->else_, PLAN_CHECK);
	use_list(p, &s->all_of);
	use_list(p, &s->any_of);
	use_list(p, &s->one_of);
	use_list(p, &s->prefix_items);
	use_schema(p, s->contains, PLAN_CHECK);
	use_schema(p, s->unevaluated_items, PLAN_CHECK);
}

static void
use_members(struct plan *p, const struct plan_type *t, unsigned uses)
{
	for (size_t i = 0; i < t->form->n_fields; i++) {
		if (t->members[i].constant == NULL && !t->form->fields[i].open)
			use_schema(p, t->form->fields[i].property->schema,
			    uses);
	}
	if (t->rest != NULL && t->rest->item != NULL)
		plan_use(p, t->rest->item, uses);
}

static void
use_arms(struct plan *p, const struct plan_type *t, unsigned uses)
{
	for (size_t i = 0; i < t->form->n_variants; i++)
		use_schema(p, t->form->variants[i].schema, uses);
}

/* Reading and writing go along with the C type. */
static void
use_values(struct plan *p, struct plan_type *t, unsigned uses)
{
	if (uses == 0)
		return;
	if (t->as != NULL) {
		plan_use(p, t->as, uses);
		return;
	}
	if (t->kind == PLAN_STRUCT)
		use_members(p, t, uses);
	if (t->kind == PLAN_UNION)
		use_arms(p, t, uses);
	if (t->item != NULL)
		plan_use(p, t->item, uses);
	if (t->kind == PLAN_ARRAY)
		use_array(t->item, uses);
}

/* Checks go along with the schema. */
static void
use_checks(struct plan *p, const struct schema *s)
{
	for (size_t i = 0; i < s->n_properties; i++)
		use_schema(p, s->properties[i].schema, PLAN_CHECK);
	use_schema(p, s->items, PLAN_CHECK);
	check_members(p, s);
	check_in_place(p, s);
}

void
plan_use(struct plan *p, struct plan_type *t, unsigned uses)
{
	unsigned known = (t->check ? PLAN_CHECK : 0u) |
	    (t->read ? PLAN_READ : 0u) | (t->write ? PLAN_WRITE : 0u);

	if ((uses & ~known) == 0)
		return;
	t->check = t->check || (uses & PLAN_CHECK) != 0;
	t->read = t->read || (uses & PLAN_READ) != 0;
	t->write = t->write || (uses & PLAN_WRITE) != 0;
	if (t->name.p == NULL)
		return;
	use_values(p, t, uses & ~(unsigned)PLAN_CHECK);
	if ((uses & PLAN_CHECK) != 0)
		use_checks(p, t->schema);
}
