/* What files need of each other, and the includes that follow. */
#include <stdlib.h>

#include "gen/plan_unit.h"

/* --- Needs --- */

void
plan_need(struct plan *p, struct plan_need what)
{
	struct plan_needs *all = p->needs;

	if (all->n == all->size) {
		size_t size = all->size == 0 ? 16 : 2 * all->size;
		struct plan_need *v =
		    rt_arena_array(p->arena, size, sizeof(*v));

		for (size_t i = 0; i < all->n; i++)
			v[i] = all->v[i];
		all->v = v;
		all->size = size;
	}
	all->v[all->n++] = what;
}

/* Whether the type has a struct or an enum of its own. */
static bool
is_declared(const struct plan_type *t)
{
	return t->kind == PLAN_STRUCT || t->kind == PLAN_UNION ||
	    t->kind == PLAN_ENUM || t->kind == PLAN_LIST || t->kind == PLAN_MAP;
}

void
plan_need_value(struct plan *p, const struct plan_type *t)
{
	t = plan_c_type(t);
	if (is_declared(t))
		plan_need(p, (struct plan_need){PLAN_NEED_VALUE, t, {0}});
	else if (t->kind == PLAN_ARRAY && t->item->kind == PLAN_ENUM)
		plan_need(p, (struct plan_need){PLAN_NEED_VALUE, t->item, {0}});
	else if (t->kind == PLAN_ARRAY)
		plan_need(p, (struct plan_need){PLAN_NEED_ARRAY, t->item, {0}});
}

void
plan_need_functions(struct plan *p, const struct plan_type *t)
{
	t = plan_c_type(t);
	if (is_declared(t))
		plan_need(p, (struct plan_need){PLAN_NEED_CALL, t, {0}});
	else if (t->kind == PLAN_ARRAY)
		plan_need(p, (struct plan_need){PLAN_NEED_CALL, t->item, {0}});
}

void
plan_need_check(struct plan *p, const struct plan_type *t)
{
	plan_need(p, (struct plan_need){PLAN_NEED_CALL, t, {0}});
}

void
plan_need_object(struct plan *p, const char *type, struct rt_str c)
{
	plan_need(p,
	    (struct plan_need){.kind = PLAN_NEED_OBJECT,
		.object = rt_arena_printf(p->arena, "const struct %s%.*s", type,
		    RT_FMT(c))});
}

struct rt_str
plan_check_name(struct plan *p, const struct schema *s)
{
	const struct plan_type *t = p->types[s->id];

	plan_need_check(p, t);
	return rt_arena_printf(p->arena, "api_%.*s_check", RT_FMT(t->name));
}

/* --- What handlers reach --- */

static bool
is_part(const struct plan_need *what)
{
	return what->kind == PLAN_NEED_VALUE || what->kind == PLAN_NEED_ARRAY ||
	    what->kind == PLAN_NEED_POINTER;
}

/* Adds the parts to a list that have not been reached for the tag so far. */
static void
reach(struct plan *p, struct plan_tag *tag, struct plan_needs *list,
    const struct plan_needs *parts)
{
	for (size_t i = 0; i < parts->n; i++) {
		struct plan_need what = parts->v[i];

		if (!is_part(&what))
			continue;
		if (what.kind != PLAN_NEED_VALUE) {
			p->needs = &tag->needs;
			plan_need(p,
			    (struct plan_need){PLAN_NEED_VALUE, what.type,
				{0}});
		}
		if (p->reached[what.type->schema->id] == tag)
			continue;
		p->reached[what.type->schema->id] = tag;
		p->needs = list;
		plan_need(p, what);
	}
}

void
plan_need_reached(struct plan *p, struct plan_tag *tag)
{
	struct plan_needs own = tag->needs, list = {0};

	reach(p, tag, &list, &own);
	for (size_t i = 0; i < list.n; i++)
		reach(p, tag, &list, &list.v[i].type->needs);
	p->needs = &tag->needs;
}

/* --- Patterns --- */

static struct pattern *
find_pattern(struct plan *p, struct rt_str text)
{
	size_t i = 0;

	while (i < p->n_patterns && !rt_str_eq(p->patterns[i].text, text))
		i++;
	if (i < p->n_patterns)
		return &p->patterns[i];
	if (p->n_patterns == p->patterns_size) {
		size_t size = p->patterns_size == 0 ? 64 : 2 * p->patterns_size;
		struct pattern *v = rt_arena_array(p->arena, size, sizeof(*v));

		for (size_t k = 0; k < p->n_patterns; k++)
			v[k] = p->patterns[k];
		p->patterns = v;
		p->patterns_size = size;
	}
	p->patterns[p->n_patterns++] =
	    (struct pattern){text, value_list(p->arena)};
	return &p->patterns[i];
}

struct rt_str
plan_pattern(struct plan *p, struct rt_str text, struct rt_str name)
{
	struct rt_str object = name_claim(p->object_names,
	    rt_arena_printf(p->arena, "%.*s_pattern", RT_FMT(name)));
	struct rt_str c = rt_arena_printf(p->arena, "api_%.*s", RT_FMT(object));

	value_add(find_pattern(p, text)->names, value_text(p->arena, c));
	return c;
}

/* --- Includes --- */

struct paths {
	struct rt_str *v;
	size_t n;
};

static int
by_text(const void *a, const void *b)
{
	return rt_str_cmp(*(const struct rt_str *)a, *(const struct rt_str *)b);
}

/* A list without what stands in it twice, or in `but`, which is sorted. */
static struct value *
sorted(struct plan *p, struct paths *paths, const struct paths *but)
{
	struct value *list = value_list(p->arena);

	if (paths->n > 1)
		qsort(paths->v, paths->n, sizeof(*paths->v), by_text);
	for (size_t i = 0; i < paths->n; i++) {
		if (i > 0 && rt_str_eq(paths->v[i], paths->v[i - 1]))
			continue;
		if (but != NULL && but->n > 0 &&
		    bsearch(&paths->v[i], but->v, but->n, sizeof(*but->v),
			by_text) != NULL)
			continue;
		value_add(list, value_text(p->arena, paths->v[i]));
	}
	return list;
}

static struct rt_str
header_path(struct plan *p, const struct plan_need *what)
{
	struct rt_str file = what->kind == PLAN_NEED_ARRAY
	    ? what->type->array_file
	    : what->type->unit->file;

	return rt_arena_printf(p->arena, "api/model/%.*s.h", RT_FMT(file));
}

/* A type that nobody uses has no file, and what would need it no code. */
static void
add_path(struct plan *p, struct paths *paths, const struct plan_need *what,
    const struct plan_unit *own)
{
	if (what->type->unit == NULL ||
	    (what->kind == PLAN_NEED_ARRAY && !what->type->array))
		return;
	if (what->kind != PLAN_NEED_ARRAY && what->type->unit == own)
		return;
	paths->v[paths->n++] = header_path(p, what);
}

void
plan_set_needs(struct plan *p, struct value *v, const struct plan_needs *needs,
    const struct plan_unit *own)
{
	struct paths includes = {0}, uses = {0}, objects = {0};

	includes.v = rt_arena_array(p->arena, needs->n, sizeof(struct rt_str));
	uses.v = rt_arena_array(p->arena, needs->n, sizeof(struct rt_str));
	objects.v = rt_arena_array(p->arena, needs->n, sizeof(struct rt_str));
	for (size_t i = 0; i < needs->n; i++) {
		const struct plan_need *what = &needs->v[i];

		if (what->kind == PLAN_NEED_OBJECT)
			objects.v[objects.n++] = what->object;
		else if (what->kind == PLAN_NEED_CALL)
			add_path(p, &uses, what, own);
		else if (what->kind != PLAN_NEED_POINTER)
			add_path(p, &includes, what, own);
	}
	value_set(v, "includes", sorted(p, &includes, NULL));
	value_set(v, "uses", sorted(p, &uses, &includes));
	value_set(v, "objects", sorted(p, &objects, NULL));
}
