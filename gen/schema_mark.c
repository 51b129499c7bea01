/* What readOnly and writeOnly hide, and how far that spreads; see
 * schema_view.h. */
#include "gen/schema_view.h"

struct schema_facts *
schema_facts_of(struct schema_set *set, const struct schema *s)
{
	struct schema *own = (struct schema *)s;

	if (own->facts == NULL)
		own->facts = rt_arena_new(set->arena, sizeof(*own->facts));
	return own->facts;
}

/* --- The schemas with which values of a schema have to conform --- */

static void
each_of(struct viewing *v, const struct schema **const *places, size_t n,
    place_fn *fn)
{
	for (size_t i = 0; i < n; i++) {
		if (*places[i] != NULL)
			fn(v, places[i]);
	}
}

static void
each_of_list(struct viewing *v, struct schema_list *list, place_fn *fn)
{
	for (size_t i = 0; i < list->n; i++)
		fn(v, (const struct schema **)&list->v[i]);
}

/* Those for the same value.  `not` and `if` only ask. */
void
schema_each_in_place(struct viewing *v, struct schema *s, place_fn *fn)
{
	const struct schema **const places[] = {&s->ref, &s->dynamic, &s->then_,
	    &s->else_};
	struct schema_dependency *d =
	    (struct schema_dependency *)s->dependencies;

	each_of(v, places, RT_LEN(places), fn);
	each_of_list(v, &s->all_of, fn);
	each_of_list(v, &s->any_of, fn);
	each_of_list(v, &s->one_of, fn);
	for (size_t i = 0; i < s->n_dependencies; i++) {
		if (d[i].schema != NULL)
			fn(v, &d[i].schema);
	}
}

/* Those for members and items. */
void
schema_each_part(struct viewing *v, struct schema *s, place_fn *fn)
{
	const struct schema **const places[] = {&s->items, &s->contains,
	    &s->additional, &s->unevaluated_items, &s->unevaluated_properties};
	struct schema_property *p = (struct schema_property *)s->properties;
	struct schema_pattern *q = (struct schema_pattern *)s->patterns;

	each_of(v, places, RT_LEN(places), fn);
	each_of_list(v, &s->prefix_items, fn);
	for (size_t i = 0; i < s->n_properties; i++)
		fn(v, &p[i].schema);
	for (size_t i = 0; i < s->n_patterns; i++)
		fn(v, &q[i].schema);
}

/* All of them, also where a $dynamicRef may lead. */
void
schema_each(struct viewing *v, const struct schema *s, place_fn *fn)
{
	struct schema_list anchors = {NULL, 0};

	schema_each_in_place(v, (struct schema *)s, fn);
	schema_each_part(v, (struct schema *)s, fn);
	if (s->dynamic_anchor.p != NULL)
		anchors = schema_dynamic(s);
	each_of_list(v, &anchors, fn);
}

/* --- Sets of names --- */

bool
schema_has_name(struct rt_strs names, struct rt_str name)
{
	for (size_t i = 0; i < names.n; i++) {
		if (rt_str_eq(names.v[i], name))
			return true;
	}
	return false;
}

bool
schema_have_common(struct rt_strs a, struct rt_strs b)
{
	for (size_t i = 0; i < a.n; i++) {
		if (schema_has_name(b, a.v[i]))
			return true;
	}
	return false;
}

/* Those of `names` that `others` lacks. */
struct rt_strs
schema_without(struct rt_arena *arena, struct rt_strs names,
    struct rt_strs others)
{
	struct rt_str *v;
	size_t n = 0;

	if (!schema_have_common(names, others))
		return names;
	v = rt_arena_array(arena, names.n, sizeof(*v));
	for (size_t i = 0; i < names.n; i++) {
		if (!schema_has_name(others, names.v[i]))
			v[n++] = names.v[i];
	}
	return (struct rt_strs){v, n};
}

struct rt_strs
schema_joined(struct rt_arena *arena, struct rt_strs a, struct rt_strs b)
{
	struct rt_str *v;
	size_t n = a.n;

	b = schema_without(arena, b, a);
	if (a.n == 0 || b.n == 0)
		return a.n == 0 ? b : a;
	v = rt_arena_array(arena, a.n + b.n, sizeof(*v));
	for (size_t i = 0; i < a.n; i++)
		v[i] = a.v[i];
	for (size_t i = 0; i < b.n; i++)
		v[n++] = b.v[i];
	return (struct rt_strs){v, n};
}

/* --- What is not for a side --- */

static void find_mark(struct viewing *v, const struct schema **place);

/* Whether a property of this schema is not for the side: annotations count
 * wherever the value is looked at in any case. */
static bool
is_marked(struct viewing *v, const struct schema *s)
{
	struct schema_facts *facts = schema_facts_of(v->set, s);
	struct viewing inner = *v;

	if (v->side == SCHEMA_REQUEST ? s->read_only : s->write_only)
		facts->marked[v->side] = YES;
	if (facts->marked[v->side] != UNKNOWN)
		return facts->marked[v->side] == YES;
	facts->marked[v->side] = OPEN;
	inner.found = false;
	if (s->ref != NULL)
		find_mark(&inner, (const struct schema **)&s->ref);
	each_of_list(&inner, (struct schema_list *)&s->all_of, find_mark);
	facts->marked[v->side] = inner.found ? YES : NO;
	return inner.found;
}

static void
find_mark(struct viewing *v, const struct schema **place)
{
	v->found = v->found || is_marked(v, *place);
}

/* Notes a property's name, and on which sides it is hidden. */
static void
collect_property(struct schema_set *set, struct schema_facts *facts,
    const struct schema_property *p)
{
	struct rt_strs one = {&p->name, 1};
	struct viewing v = {.set = set};

	facts->mentioned = schema_joined(set->arena, facts->mentioned, one);
	for (v.side = SCHEMA_REQUEST; v.side < SCHEMA_SIDES; v.side++) {
		if (is_marked(&v, p->schema))
			facts->hidden[v.side] = schema_joined(set->arena,
			    facts->hidden[v.side], one);
	}
}

static void
collect_mentioned(struct viewing *v, const struct schema **place)
{
	v->names = schema_joined(v->set->arena, v->names,
	    schema_collect(v->set, *place)->mentioned);
}

static void
collect_hidden(struct schema_set *set, struct schema_facts *facts,
    const struct schema *s)
{
	const struct schema_facts *part = schema_collect(set, s);

	for (unsigned i = 0; i < SCHEMA_SIDES; i++)
		facts->hidden[i] = schema_joined(set->arena, facts->hidden[i],
		    part->hidden[i]);
}

/* The names that this schema and those in place speak of. */
struct schema_facts *
schema_collect(struct schema_set *set, const struct schema *s)
{
	struct schema_facts *facts = schema_facts_of(set, s);
	struct viewing v = {.set = set};

	if (facts->collected != UNKNOWN)
		return facts;
	facts->collected = OPEN;
	facts->mentioned = (struct rt_strs){s->required, s->n_required};
	for (size_t i = 0; i < s->n_properties; i++)
		collect_property(set, facts, &s->properties[i]);
	if (s->ref != NULL)
		collect_hidden(set, facts, s->ref);
	for (size_t i = 0; i < s->all_of.n; i++)
		collect_hidden(set, facts, s->all_of.v[i]);
	v.names = facts->mentioned;
	schema_each_in_place(&v, (struct schema *)s, collect_mentioned);
	facts->mentioned = v.names;
	facts->collected = YES;
	return facts;
}

/* --- Whether a view differs --- */

static void
add_unknown(struct viewing *v, const struct schema **place)
{
	struct schema_facts *facts = schema_facts_of(v->set, *place);
	struct schema **order;

	if (facts->differs[v->side] != UNKNOWN)
		return;
	facts->differs[v->side] = OPEN;
	schema_each(v, *place, add_unknown);
	if (v->n == v->size) {
		v->size = v->size == 0 ? 64 : 2 * v->size;
		order = rt_arena_array(v->set->arena, v->size, sizeof(*order));
		for (size_t i = 0; i < v->n; i++)
			order[i] = v->order[i];
		v->order = order;
	}
	v->order[v->n++] = (struct schema *)*place;
}

static void
find_difference(struct viewing *v, const struct schema **place)
{
	if (schema_facts_of(v->set, *place)->differs[v->side] == YES)
		v->found = true;
}

/* Hidden names spread to all that reach them, also along cycles. */
bool
schema_differs(const struct viewing *outer, const struct schema *s)
{
	struct viewing v = {.set = outer->set, .side = outer->side};
	bool changed = true;

	add_unknown(&v, &s);
	while (changed) {
		changed = false;
		for (size_t i = 0; i < v.n; i++) {
			struct schema_facts *facts = v.order[i]->facts;

			if (facts->differs[v.side] == YES)
				continue;
			v.found = schema_collect(v.set, v.order[i])
				      ->hidden[v.side]
				      .n > 0;
			schema_each(&v, v.order[i], find_difference);
			if (v.found)
				facts->differs[v.side] = YES;
			changed = changed || v.found;
		}
	}
	for (size_t i = 0; i < v.n; i++) {
		if (v.order[i]->facts->differs[v.side] == OPEN)
			v.order[i]->facts->differs[v.side] = NO;
	}
	return schema_facts_of(v.set, s)->differs[v.side] == YES;
}
