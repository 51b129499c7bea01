/* schema_accepts(): JSON Schema by walking the model.  It shares nothing with
 * the generated checks but the kit's facts about numbers, formats and
 * patterns, so that one can prove the other. */
#include "gen/accept.h"

/* No example of a contract comes near; a chain of $ref that leads back to
 * itself does. */
enum {
	DEPTH_MAX = 2000,
	WORK_MAX = 10 * 1000 * 1000,
};

/* --- What is wrong, and where --- */

bool
accept_refuse(const struct accept *a, const struct rt_node *v,
    const char *keyword)
{
	if (a->keyword != NULL)
		*a->keyword = keyword;
	if (a->pointer != NULL)
		*a->pointer = rt_node_pointer(a->arena, a->root, v);
	return false;
}

bool
accept_refuse_name(const struct accept *a, const struct rt_node *v,
    struct rt_str name, const char *keyword)
{
	(void)accept_refuse(a, v, keyword);
	if (a->pointer != NULL)
		*a->pointer = rt_pointer_add(a->arena, *a->pointer, name);
	return false;
}

bool
accept_step(const struct accept *a)
{
	a->work->n++;
	if (a->work->n > WORK_MAX || a->depth > DEPTH_MAX)
		a->work->too_much = true;
	return !a->work->too_much;
}

bool
accept_quietly(const struct accept *a, const struct schema *s,
    const struct rt_node *v)
{
	struct accept quiet = *a;

	quiet.keyword = NULL;
	quiet.pointer = NULL;
	return accept_schema(&quiet, s, v);
}

/* --- Arrays --- */

static bool
unique_ok(const struct accept *a, const struct rt_node *v)
{
	struct rt_items i = rt_items(v);

	while (rt_items_next(&i)) {
		struct rt_items k = i;

		while (rt_items_next(&k)) {
			if (!accept_step(a) || rt_node_eq(i.value, k.value))
				return false;
		}
	}
	return true;
}

static bool
contains_ok(const struct accept *a, const struct schema *s,
    const struct rt_node *v)
{
	struct rt_items i = rt_items(v);
	int64_t n = 0;

	if (s->contains == NULL)
		return true;
	while (rt_items_next(&i))
		n += accept_quietly(a, s->contains, i.value);
	if (n < s->min_contains)
		return accept_refuse(a, v,
		    s->min_contains == 1 ? "contains" : "minContains");
	if (s->max_contains >= 0 && n > s->max_contains)
		return accept_refuse(a, v, "maxContains");
	return true;
}

static bool
items_ok(const struct accept *a, const struct schema *s,
    const struct rt_node *v)
{
	struct rt_items i = rt_items(v);

	for (size_t n = 0; rt_items_next(&i); n++) {
		const struct schema *item =
		    n < s->prefix_items.n ? s->prefix_items.v[n] : s->items;

		if (item != NULL && !accept_schema(a, item, i.value))
			return false;
	}
	return true;
}

static bool
array_ok(const struct accept *a, const struct schema *s,
    const struct rt_node *v)
{
	if (v->n < (size_t)s->min_items)
		return accept_refuse(a, v, "minItems");
	if (s->max_items >= 0 && v->n > (size_t)s->max_items)
		return accept_refuse(a, v, "maxItems");
	if (s->unique && !unique_ok(a, v))
		return accept_refuse(a, v, "uniqueItems");
	return items_ok(a, s, v) && contains_ok(a, s, v);
}

/* --- Objects --- */

bool
accept_has_member(const struct rt_node *v, struct rt_str name)
{
	struct rt_members m = rt_members(v, NULL);

	while (rt_members_next(&m)) {
		if (rt_str_eq(rt_node_str(m.name), name))
			return true;
	}
	return false;
}

static const struct schema_property *
property_of(const struct schema *s, struct rt_str name)
{
	for (size_t i = 0; i < s->n_properties; i++) {
		if (rt_str_eq(s->properties[i].name, name))
			return &s->properties[i];
	}
	return NULL;
}

/* A member that neither properties nor patternProperties know. */
static bool
other_ok(const struct accept *a, const struct schema *s,
    const struct rt_node *value)
{
	if (s->closed)
		return accept_refuse(a, value, "additionalProperties");
	return s->additional == NULL || accept_schema(a, s->additional, value);
}

static bool
member_ok(const struct accept *a, const struct schema *s,
    const struct rt_members *m)
{
	struct rt_str name = rt_node_str(m->name);
	const struct schema_property *p = property_of(s, name);
	bool known = p != NULL;

	if (s->property_names != NULL &&
	    !accept_schema(a, s->property_names, m->name))
		return false;
	if (p != NULL && !accept_schema(a, p->schema, m->value))
		return false;
	for (size_t i = 0; i < s->n_patterns; i++) {
		if (!accept_matches(a, s->patterns[i].pattern, name))
			continue;
		known = true;
		if (!accept_schema(a, s->patterns[i].schema, m->value))
			return false;
	}
	return known || other_ok(a, s, m->value);
}

static bool
names_ok(const struct accept *a, const struct rt_node *v,
    const struct rt_strs *names, const char *keyword)
{
	for (size_t i = 0; i < names->n; i++) {
		if (!accept_has_member(v, names->v[i]))
			return accept_refuse_name(a, v, names->v[i], keyword);
	}
	return true;
}

static bool
dependencies_ok(const struct accept *a, const struct schema *s,
    const struct rt_node *v)
{
	for (size_t i = 0; i < s->n_dependencies; i++) {
		const struct schema_dependency *d = &s->dependencies[i];
		struct rt_strs names = {d->required, d->n_required};

		if (!accept_has_member(v, d->name))
			continue;
		if (!names_ok(a, v, &names, "dependentRequired"))
			return false;
		if (d->schema != NULL && !accept_schema(a, d->schema, v))
			return false;
	}
	return true;
}

static bool
object_ok(const struct accept *a, const struct schema *s,
    const struct rt_node *v)
{
	struct rt_strs required = {s->required, s->n_required};
	struct rt_members m = rt_members(v, NULL);

	if (!names_ok(a, v, &required, "required"))
		return false;
	if (v->n < (size_t)s->min_properties)
		return accept_refuse(a, v, "minProperties");
	if (s->max_properties >= 0 && v->n > (size_t)s->max_properties)
		return accept_refuse(a, v, "maxProperties");
	while (rt_members_next(&m)) {
		if (!member_ok(a, s, &m))
			return false;
	}
	return dependencies_ok(a, s, v);
}

/* --- Schemas in place --- */

const struct schema *
accept_dynamic(const struct accept *a, const struct schema *s)
{
	const struct schema *found = s->dynamic;
	struct schema_list all;

	if (s->dynamic_anchor.p == NULL)
		return found;
	all = schema_dynamic(s);
	for (const struct accept_scope *scope = a->scope; scope != NULL;
	     scope = scope->outer) {
		for (size_t i = 0; i < all.n; i++) {
			if (all.v[i]->resource == scope->resource)
				found = all.v[i];
		}
	}
	return found;
}

static size_t
count_accepting(const struct accept *a, const struct schema_list *list,
    const struct rt_node *v)
{
	size_t n = 0;

	for (size_t i = 0; i < list->n; i++)
		n += accept_quietly(a, list->v[i], v);
	return n;
}

static bool
condition_ok(const struct accept *a, const struct schema *s,
    const struct rt_node *v)
{
	const struct schema *then;

	if (s->if_ == NULL)
		return true;
	then = accept_quietly(a, s->if_, v) ? s->then_ : s->else_;
	return then == NULL || accept_schema(a, then, v);
}

static bool
applicators_ok(const struct accept *a, const struct schema *s,
    const struct rt_node *v)
{
	if (s->ref != NULL && !accept_schema(a, s->ref, v))
		return false;
	if (s->dynamic != NULL && !accept_schema(a, accept_dynamic(a, s), v))
		return false;
	for (size_t i = 0; i < s->all_of.n; i++) {
		if (!accept_schema(a, s->all_of.v[i], v))
			return false;
	}
	if (s->any_of.n > 0 && count_accepting(a, &s->any_of, v) == 0)
		return accept_refuse(a, v, "anyOf");
	if (s->one_of.n > 0 && count_accepting(a, &s->one_of, v) != 1)
		return accept_refuse(a, v, "oneOf");
	if (s->not_ != NULL && accept_quietly(a, s->not_, v))
		return accept_refuse(a, v, "not");
	return condition_ok(a, s, v);
}

bool
accept_schema(const struct accept *outer, const struct schema *s,
    const struct rt_node *v)
{
	struct accept_scope scope = {s->resource, outer->scope};
	struct accept a = *outer;

	a.depth++;
	if (a.scope == NULL || a.scope->resource != s->resource)
		a.scope = &scope;
	if (!accept_step(&a) || !accept_scalar(&a, s, v))
		return false;
	if (v->type == RT_ARRAY && !array_ok(&a, s, v))
		return false;
	if (v->type == RT_OBJECT && !object_ok(&a, s, v))
		return false;
	return applicators_ok(&a, s, v) && accept_unevaluated(&a, s, v);
}

bool
schema_accepts(struct rt_arena *arena, const struct schema *s,
    const struct rt_node *instance, const char **keyword,
    struct rt_str *pointer)
{
	struct accept_work work = {0};
	struct accept a = {
	    .arena = arena,
	    .root = instance,
	    .keyword = keyword,
	    .pointer = pointer,
	    .work = &work,
	};
	bool accepted = accept_schema(&a, s, instance);

	if (work.too_much)
		return accept_refuse(&a, instance, "too much work");
	return accepted;
}
