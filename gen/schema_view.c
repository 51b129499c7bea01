/*
 * The two views of a schema: what a client may send, and what is answered.
 * They differ where a property is readOnly or writeOnly.
 */
#include "gen/schema_view.h"

/* --- Making views --- */

static bool
same_names(struct rt_strs a, struct rt_strs b)
{
	for (size_t i = 0; i < a.n; i++) {
		if (!schema_has_name(b, a.v[i]))
			return false;
	}
	return a.n == b.n;
}

static const struct schema *view(struct viewing *, const struct schema *);

static void
replace(struct viewing *v, const struct schema **place)
{
	*place = view(v, *place);
}

static const void *
copied(struct schema_set *set, const void *array, size_t n, size_t size)
{
	void *v = rt_arena_array(set->arena, n, size);

	if (n > 0)
		memcpy(v, array, n * size);
	return v;
}

/* The lists of a copy become its own, so that they can be changed. */
static void
copy_lists(struct schema_set *set, struct schema *s)
{
	struct schema_list *const lists[] = {&s->all_of, &s->any_of, &s->one_of,
	    &s->prefix_items};

	for (size_t i = 0; i < RT_LEN(lists); i++)
		lists[i]->v =
		    copied(set, lists[i]->v, lists[i]->n, sizeof(*lists[i]->v));
	s->properties =
	    copied(set, s->properties, s->n_properties, sizeof(*s->properties));
	s->patterns =
	    copied(set, s->patterns, s->n_patterns, sizeof(*s->patterns));
	s->dependencies = copied(set, s->dependencies, s->n_dependencies,
	    sizeof(*s->dependencies));
}

static struct schema *
new_view(struct viewing *v, const struct schema *s)
{
	struct schema *out = schema_add_copy(v->set, s);

	out->side = v->side;
	out->facts = NULL;
	out->views = NULL;
	out->next_view = s->views;
	((struct schema *)s)->views = out;
	return out;
}

/* A hidden member may be sent, and is no part of the answer. */
static void
hide(struct viewing *v, struct schema_property *p)
{
	struct schema *never;

	p->hidden = true;
	p->required = false;
	if (v->side == SCHEMA_REQUEST)
		return;
	never = new_view(v, p->schema);
	*never = (struct schema){
	    .node = never->node,
	    .pos = never->pos,
	    .resource = never->resource,
	    .set = v->set,
	    .id = never->id,
	    .whole = never->whole,
	    .side = never->side,
	    .next_view = never->next_view,
	    .never = true,
	};
	p->schema = never;
}

static const struct schema *
make(struct viewing *outer, const struct schema *s, struct rt_strs around)
{
	struct viewing v = *outer;
	struct schema *out = new_view(&v, s);
	struct rt_strs required = {s->required, s->n_required};
	struct schema_property *p;

	out->around = around;
	if (around.n > 0)
		out->component = (struct rt_str){0};
	copy_lists(v.set, out);
	v.names = schema_joined(v.set->arena, around,
	    schema_facts_of(v.set, s)->hidden[v.side]);
	required = schema_without(v.set->arena, required, v.names);
	out->required = required.v;
	out->n_required = required.n;
	schema_each_in_place(&v, out, replace);
	p = (struct schema_property *)out->properties;
	for (size_t i = 0; i < out->n_properties; i++) {
		if (schema_has_name(v.names, p[i].name))
			hide(&v, &p[i]);
	}
	v.names = (struct rt_strs){NULL, 0};
	schema_each_part(&v, out, replace);
	return out;
}

/* The view of a schema that is in place of others, which hide `v->names`. */
static const struct schema *
view(struct viewing *v, const struct schema *s)
{
	const struct schema_facts *facts = schema_collect(v->set, s);
	struct rt_strs around =
	    schema_without(v->set->arena, v->names, facts->hidden[v->side]);

	if (s->whole != NULL)
		return s;
	if (!schema_have_common(around, facts->mentioned))
		around.n = 0;
	if (around.n == 0 && !schema_differs(v, s))
		return s;
	for (const struct schema *w = s->views; w != NULL; w = w->next_view) {
		if (w->side == v->side && !w->never &&
		    same_names(w->around, around))
			return w;
	}
	return make(v, s, around);
}

static const struct schema *
whole_of(const struct schema *s)
{
	return s->whole != NULL ? s->whole : s;
}

static void
note_use(struct viewing *v, const struct schema **place)
{
	struct schema_facts *facts = schema_facts_of(v->set, *place);

	if (facts->met[v->side])
		return;
	facts->met[v->side] = true;
	if (!(*place)->never)
		schema_facts_of(v->set, whole_of(*place))->used[v->side] = true;
	schema_each(v, *place, note_use);
}

const struct schema *
schema_view(struct schema_set *set, const struct schema *s,
    enum schema_side side)
{
	struct viewing v = {.set = set, .side = side};

	if (side == SCHEMA_WHOLE || !set->marks)
		return s;
	s = view(&v, s);
	note_use(&v, &s);
	return s;
}

/* --- Names --- */

const struct schema *
schema_used(const struct schema *s, enum schema_side side)
{
	if (s->facts == NULL || !s->facts->used[side])
		return NULL;
	for (const struct schema *w = s->views; w != NULL; w = w->next_view) {
		if (w->side == side && w->around.n == 0 && !w->never)
			return w;
	}
	return s;
}

static bool
is_component(const struct schema_set *set, struct rt_str name)
{
	for (size_t i = 0; i < set->n; i++) {
		if (rt_str_eq(set->all[i]->component, name))
			return true;
	}
	return false;
}

/* "PersonRequest", or where that is a component "PersonRequest2". */
static struct rt_str
request_name(const struct schema_set *set, struct rt_str component)
{
	struct rt_str name =
	    rt_arena_printf(set->arena, "%.*sRequest", RT_FMT(component));

	for (unsigned i = 2; is_component(set, name); i++)
		name = rt_arena_printf(set->arena, "%.*sRequest%u",
		    RT_FMT(component), i);
	return name;
}

void
schema_name_views(struct schema_set *set)
{
	for (size_t i = 0; i < set->n; i++) {
		const struct schema *s = set->all[i], *sent, *answered;

		if (s->component.p == NULL || s->whole != NULL)
			continue;
		sent = schema_used(s, SCHEMA_REQUEST);
		answered = schema_used(s, SCHEMA_RESPONSE);
		if (sent == NULL || answered == NULL || sent == answered)
			continue;
		((struct schema *)sent)->component =
		    request_name(set, answered->component);
	}
}
