/*
 * unevaluatedItems and unevaluatedProperties (JSON Schema 2020-12, sections
 * 11.2 and 11.3).  No marks are kept: whether a child has been evaluated is a
 * question to the schema and to those in place that accept the value.
 */
#include "gen/accept.h"

/* A child of v: an item, or a member with its name. */
struct child {
	const struct rt_node *v; /* the whole */
	const struct rt_node *value;
	size_t index; /* of an item */
	struct rt_str name; /* of a member */
};

static bool evaluates(const struct accept *, const struct schema *,
    const struct child *);

static bool
evaluates_item(const struct accept *a, const struct schema *s,
    const struct child *c)
{
	if (s->items != NULL || c->index < s->prefix_items.n)
		return true;
	return s->contains != NULL && accept_quietly(a, s->contains, c->value);
}

static bool
evaluates_member(const struct accept *a, const struct schema *s,
    const struct child *c)
{
	if (s->additional != NULL || s->closed)
		return true;
	for (size_t i = 0; i < s->n_properties; i++) {
		if (rt_str_eq(s->properties[i].name, c->name))
			return true;
	}
	for (size_t i = 0; i < s->n_patterns; i++) {
		if (accept_matches(a, s->patterns[i].pattern, c->name))
			return true;
	}
	return false;
}

/* A schema that v must not conform to counts where it does. */
static bool
evaluates_if_accepted(const struct accept *a, const struct schema *s,
    const struct child *c)
{
	return accept_quietly(a, s, c->v) && evaluates(a, s, c);
}

static bool
one_of_list_evaluates(const struct accept *a, const struct schema_list *list,
    const struct child *c)
{
	for (size_t i = 0; i < list->n; i++) {
		if (evaluates_if_accepted(a, list->v[i], c))
			return true;
	}
	return false;
}

static bool
condition_evaluates(const struct accept *a, const struct schema *s,
    const struct child *c)
{
	if (s->if_ == NULL)
		return false;
	if (!accept_quietly(a, s->if_, c->v))
		return s->else_ != NULL && evaluates(a, s->else_, c);
	return evaluates(a, s->if_, c) ||
	    (s->then_ != NULL && evaluates(a, s->then_, c));
}

static bool
dependency_evaluates(const struct accept *a, const struct schema *s,
    const struct child *c)
{
	for (size_t i = 0; i < s->n_dependencies; i++) {
		const struct schema_dependency *d = &s->dependencies[i];

		if (d->schema != NULL && accept_has_member(c->v, d->name) &&
		    evaluates(a, d->schema, c))
			return true;
	}
	return false;
}

/* All but the schema's own unevaluatedItems and unevaluatedProperties. */
static bool
evaluates_before(const struct accept *a, const struct schema *s,
    const struct child *c)
{
	if (c->v->type == RT_ARRAY ? evaluates_item(a, s, c)
				   : evaluates_member(a, s, c))
		return true;
	if (s->ref != NULL && evaluates(a, s->ref, c))
		return true;
	if (s->dynamic != NULL && evaluates(a, accept_dynamic(a, s), c))
		return true;
	for (size_t i = 0; i < s->all_of.n; i++) {
		if (evaluates(a, s->all_of.v[i], c))
			return true;
	}
	return one_of_list_evaluates(a, &s->any_of, c) ||
	    one_of_list_evaluates(a, &s->one_of, c) ||
	    condition_evaluates(a, s, c) || dependency_evaluates(a, s, c);
}

/* Whether s, which accepts the whole, evaluates its child. */
static bool
evaluates(const struct accept *outer, const struct schema *s,
    const struct child *c)
{
	struct accept_scope scope = {s->resource, outer->scope};
	struct accept a = *outer;

	a.depth++;
	if (a.scope == NULL || a.scope->resource != s->resource)
		a.scope = &scope;
	if (!accept_step(&a))
		return false;
	if (c->v->type == RT_ARRAY ? s->unevaluated_items != NULL
				   : s->unevaluated_properties != NULL)
		return true;
	return evaluates_before(&a, s, c);
}

static bool
child_ok(const struct accept *a, const struct schema *s, const struct child *c)
{
	const struct schema *rest = s->unevaluated_properties;
	const char *keyword = "unevaluatedProperties";

	if (c->v->type == RT_ARRAY) {
		rest = s->unevaluated_items;
		keyword = "unevaluatedItems";
	}
	if (evaluates_before(a, s, c))
		return true;
	if (rest->never)
		return accept_refuse(a, c->value, keyword);
	return accept_schema(a, rest, c->value);
}

bool
accept_unevaluated(const struct accept *a, const struct schema *s,
    const struct rt_node *v)
{
	struct child c = {.v = v};
	struct rt_items i = rt_items(v);
	struct rt_members m = rt_members(v, NULL);

	while (s->unevaluated_items != NULL && rt_items_next(&i)) {
		c.value = i.value;
		if (!child_ok(a, s, &c))
			return false;
		c.index++;
	}
	while (s->unevaluated_properties != NULL && rt_members_next(&m)) {
		c.value = m.value;
		c.name = rt_node_str(m.name);
		if (!child_ok(a, s, &c))
			return false;
	}
	return true;
}
