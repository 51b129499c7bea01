/* In which order types stand, and where one would hold itself. */
#include "gen/plan_type.h"

enum { UNSEEN, OPEN, CLOSED };

/* --- What has to be whole before a type --- */

/* A walk over all that types hold. */
struct walk {
	struct plan *plan;
	unsigned char *marks; /* by schema */
	void (*hold)(struct walk *, struct plan_type *part, bool *pointer);
	struct plan_type **order;
	size_t n;
};

static void
hold_value(struct walk *w, const struct plan_type *part, bool *pointer)
{
	if (part->kind == PLAN_STRUCT || part->kind == PLAN_UNION ||
	    part->kind == PLAN_ENUM)
		w->hold(w, (struct plan_type *)part, pointer);
	/* The array of an enum stands behind that. */
	if (part->kind == PLAN_ARRAY && part->item->kind == PLAN_ENUM)
		w->hold(w, part->item, pointer);
}

/* An array or a map is no more than a pointer to what it has. */
static void
each_held(struct walk *w, struct plan_type *t)
{
	if (t->as != NULL)
		return;
	if (t->kind == PLAN_STRUCT) {
		for (size_t i = 0; i < t->form->n_fields; i++) {
			if (t->members[i].constant == NULL)
				hold_value(w, plan_member_type(w->plan, t, i),
				    &t->members[i].pointer);
		}
		if (t->rest != NULL && t->rest->kind == PLAN_MAP)
			hold_value(w, t->rest->item, &t->rest->item_pointer);
	}
	if (t->kind == PLAN_UNION) {
		for (size_t i = 0; i < t->form->n_variants; i++)
			hold_value(w, t->arms[i].type, &t->arms[i].pointer);
	}
	if (t->kind == PLAN_MAP)
		hold_value(w, t->item, &t->item_pointer);
}

/* --- Pointers --- */

static void
find_pointers(struct walk *w, struct plan_type *t)
{
	w->marks[t->schema->id] = OPEN;
	each_held(w, t);
	w->marks[t->schema->id] = CLOSED;
}

/* What is open holds this already: from here it is held by pointer. */
static void
find_pointer(struct walk *w, struct plan_type *part, bool *pointer)
{
	unsigned char mark = w->marks[part->schema->id];

	if (mark == UNSEEN)
		find_pointers(w, part);
	if (mark != OPEN)
		return;
	*pointer = true;
	part->boxed = true;
}

/* --- The order --- */

static void
place(struct walk *w, struct plan_type *t)
{
	if (w->marks[t->schema->id] != UNSEEN)
		return;
	w->marks[t->schema->id] = CLOSED;
	each_held(w, t);
	w->order[w->n++] = t;
}

static void
place_before(struct walk *w, struct plan_type *part, bool *pointer)
{
	if (!*pointer)
		place(w, part);
}

void
plan_arrange(struct plan *p)
{
	size_t n = schema_count(p->spec->schemas);
	struct walk w = {
	    .plan = p,
	    .marks = rt_arena_array(p->arena, n, 1),
	    .hold = find_pointer,
	};

	for (size_t i = 0; i < p->n_made; i++) {
		if (w.marks[p->made[i]->schema->id] == UNSEEN)
			find_pointers(&w, p->made[i]);
	}
	w.marks = rt_arena_array(p->arena, n, 1);
	w.hold = place_before;
	w.order = rt_arena_array(p->arena, p->n_order, sizeof(*w.order));
	for (size_t i = 0; i < p->n_order; i++)
		place(&w, p->order[i]);
	p->order = w.order;
}

/* --- Types without an end --- */

static void follow_required(struct plan *, const struct plan_type *,
    unsigned char *marks);

static void
follow_member(struct plan *p, const struct plan_field *f, unsigned char *marks)
{
	const struct schema *s = f->property->schema;
	const struct plan_type *t = plan_c_type_of(p, s);

	if (!f->required || f->open || plan_nullable(p, s) ||
	    t->kind != PLAN_STRUCT)
		return;
	if (marks[t->schema->id] != OPEN) {
		follow_required(p, t, marks);
		return;
	}
	diag_error(p->diag, f->property->pos, "schema-impossible",
	    "nothing can satisfy this schema: the required member '%.*s' "
	    "holds the same again, without end",
	    RT_FMT(f->property->name));
}

static void
follow_required(struct plan *p, const struct plan_type *t, unsigned char *marks)
{
	if (marks[t->schema->id] != UNSEEN)
		return;
	marks[t->schema->id] = OPEN;
	for (size_t i = 0; i < t->form->n_fields; i++)
		follow_member(p, &t->form->fields[i], marks);
	marks[t->schema->id] = CLOSED;
}

void
plan_check_ends(struct plan *p)
{
	unsigned char *marks =
	    rt_arena_array(p->arena, schema_count(p->spec->schemas), 1);

	for (size_t i = 0; i < p->n_order; i++) {
		if (p->order[i]->kind == PLAN_STRUCT && p->order[i]->as == NULL)
			follow_required(p, p->order[i], marks);
	}
}
