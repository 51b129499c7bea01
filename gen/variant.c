/* The walk over a schema and a value together; see variant.h. */
#include "gen/variant.h"

static void walk(const struct site *);

/* Several parts of an allOf may have the same keyword; the first that leads to
 * a variant is enough, and names stay unique. */
static bool
has_name(const struct variants *out, const struct variant *v)
{
	for (size_t i = out->place; i < out->n; i++) {
		const struct variant *other = &out->v[i];

		if (strcmp(other->name, v->name) == 0 &&
		    strcmp(other->keyword, v->keyword) == 0 &&
		    rt_str_eq(other->pointer, v->pointer))
			return true;
	}
	return false;
}

static void
add_variant(struct variants *out, struct variant v)
{
	if (has_name(out, &v))
		return;
	if (out->n == out->size) {
		size_t size = out->size == 0 ? 64 : out->size * 2;
		struct variant *grown =
		    rt_arena_array(out->arena, size, sizeof(*grown));

		if (out->n > 0)
			memcpy(grown, out->v, out->n * sizeof(*grown));
		out->v = grown;
		out->size = size;
	}
	out->v[out->n++] = v;
}

const struct instance *
site_value(const struct site *at)
{
	return instance_at(at->base, at->pointer);
}

const struct schema *
site_schema(const struct site *at, const struct schema *part,
    const struct schema *relaxed)
{
	struct schema *s = sample_anything(at->out->arena);
	const struct schema **list =
	    rt_arena_array(at->out->arena, at->n, sizeof(*list));

	for (size_t i = 0; i < at->n; i++)
		list[i] = at->parts[i] == part ? relaxed : at->parts[i];
	s->all_of = (struct schema_list){list, at->n};
	return s;
}

static const struct instance *
whole(const struct site *at, const struct instance *value)
{
	if (value == NULL)
		return NULL;
	return instance_with(at->out->arena, at->base, at->pointer, value);
}

void
site_accepts(const struct site *at, const char *keyword, const char *name,
    const char *why, const struct instance *value)
{
	struct variant v = {
	    .pointer = at->pointer,
	    .keyword = keyword,
	    .name = name,
	    .why = why,
	    .value = whole(at, value),
	    .valid = true,
	};

	if (instance_fits(at->out->arena, at->root, v.value))
		add_variant(at->out, v);
}

/* Whether the whole value is refused for this fault first. */
static bool
is_refused_for(const struct site *at, const struct fault *f,
    const struct instance *v)
{
	struct rt_arena *work = rt_arena_open_like(at->out->arena);
	const struct rt_node *node = instance_node(work, v);
	const char *keyword = "";
	struct rt_str pointer = {0};
	bool refused = node != NULL &&
	    !schema_accepts(work, at->root, node, &keyword, &pointer) &&
	    strcmp(keyword, f->keyword) == 0 && rt_str_eq(pointer, f->pointer);

	rt_arena_close(work);
	return refused;
}

/* Whether what it says of a value may depend on members and items otherwise
 * than by the schemas that these have. */
static bool
asks_of_all(const struct schema *s)
{
	return s->enumeration != NULL || s->constant != NULL || s->unique ||
	    s->contains != NULL || s->prefix_items.n > 0 || s->n_patterns > 0 ||
	    s->n_dependencies > 0 || s->ref != NULL || s->dynamic != NULL ||
	    s->any_of.n > 0 || s->one_of.n > 0 || s->not_ != NULL ||
	    s->if_ != NULL || s->unevaluated_items != NULL ||
	    s->unevaluated_properties != NULL;
}

/* The schema, which says nothing about single members and items any more, but
 * what it says about the value with all of these. */
static const struct schema *
without_parts(struct rt_arena *a, const struct schema *s)
{
	const struct schema *anything = sample_anything(a);
	struct schema_property *properties =
	    rt_arena_array(a, s->n_properties, sizeof(*properties));
	struct schema *open = rt_arena_new(a, sizeof(*open));

	*open = *s;
	for (size_t i = 0; i < s->n_properties; i++) {
		properties[i] = s->properties[i];
		properties[i].schema = anything;
	}
	open->properties = properties;
	if (s->additional != NULL)
		open->additional = anything;
	if (s->items != NULL)
		open->items = anything;
	return open;
}

/* Whether the schemas around the site, an alternative of an object for one,
 * have no complaint of their own about the value. */
static bool
suits_around(const struct site *at, const struct instance *v)
{
	struct rt_arena *work = rt_arena_open_like(at->out->arena);
	bool suits = true;

	for (const struct site *s = at->parent; s != NULL; s = s->parent) {
		const struct instance *part = instance_at(v, s->pointer);

		for (size_t i = 0; i < s->n && suits; i++)
			suits = !asks_of_all(s->parts[i]) ||
			    instance_fits(work,
				without_parts(work, s->parts[i]), part);
	}
	rt_arena_close(work);
	return suits;
}

bool
site_refuses(const struct site *at, const struct fault *f, const char *name,
    const char *why, const struct instance *value)
{
	struct rt_arena *a = at->out->arena;
	struct variant v = {
	    .pointer = f->pointer,
	    .keyword = f->keyword,
	    .name = name,
	    .why = why,
	    .value = whole(at, value),
	};

	if (v.value == NULL || !is_refused_for(at, f, v.value))
		return false;
	v.among =
	    !instance_fits(a, f->relaxed, value) || !suits_around(at, v.value);
	add_variant(at->out, v);
	return true;
}

/* --- Members and items --- */

/* The parts of allOf stand beside the schema, so that a rule of one can be
 * left out. */
static void
add_part(struct rt_arena *a, struct site *at, const struct schema *s)
{
	struct schema *alone;

	if (s->any || s->never || at->n == VARIANT_PARTS_MAX)
		return;
	alone = rt_arena_new(a, sizeof(*alone));
	*alone = *s;
	alone->all_of.n = 0;
	at->parts[at->n++] = alone;
	for (size_t i = 0; i < s->all_of.n; i++)
		add_part(a, at, s->all_of.v[i]);
}

static const struct schema *
property_schema(const struct schema *s, struct rt_str name)
{
	for (size_t i = 0; i < s->n_properties; i++) {
		if (rt_str_eq(s->properties[i].name, name))
			return s->properties[i].schema;
	}
	return s->additional;
}

/* Gives a place that the base has not a good value, as small as can be; false
 * where there is none. */
static bool
fill_place(struct site *child)
{
	struct rt_arena *a = child->out->arena;

	child->base = whole(child,
	    sample_value(a, site_schema(child, NULL, NULL), SAMPLE_MINIMAL));
	return instance_fits(a, child->root, child->base);
}

/* A schema that holds itself has been walked already, further out. */
static bool
is_walked_around(const struct site *child)
{
	for (const struct site *s = child->parent; s != NULL; s = s->parent) {
		if (s->n > 0 && s->parts[0]->node == child->parts[0]->node)
			return true;
	}
	return false;
}

static void
walk_child(const struct site *parent, struct site *child)
{
	child->out = parent->out;
	child->root = parent->root;
	child->base = parent->base;
	child->depth = parent->depth + 1;
	child->parent = parent;
	if (child->n == 0 || child->depth > VARIANT_DEPTH_MAX ||
	    is_walked_around(child))
		return;
	if (site_value(child) != NULL || fill_place(child))
		walk(child);
}

static void
walk_member(const struct site *at, struct rt_str name)
{
	struct site child = {0};

	for (size_t i = 0; i < at->n; i++) {
		const struct schema *s = property_schema(at->parts[i], name);

		if (s != NULL)
			add_part(at->out->arena, &child, s);
	}
	child.pointer = instance_pointer(at->out->arena, at->pointer, name);
	walk_child(at, &child);
}

/* Whether a part before this one has the property too. */
static bool
is_walked(const struct site *at, size_t part, struct rt_str name)
{
	for (size_t i = 0; i < part; i++) {
		const struct schema *s = at->parts[i];

		for (size_t k = 0; k < s->n_properties; k++) {
			if (rt_str_eq(s->properties[k].name, name))
				return true;
		}
	}
	return false;
}

static void
walk_members(const struct site *at)
{
	bool open = false;

	for (size_t i = 0; i < at->n; i++) {
		const struct schema *s = at->parts[i];

		for (size_t k = 0; k < s->n_properties; k++) {
			if (!is_walked(at, i, s->properties[k].name))
				walk_member(at, s->properties[k].name);
		}
		open = open || s->additional != NULL;
	}
	if (open)
		walk_member(at, RT_LIT("key1"));
}

static void
walk_items(const struct site *at)
{
	struct site child = {0};

	for (size_t i = 0; i < at->n; i++) {
		if (at->parts[i]->items != NULL)
			add_part(at->out->arena, &child, at->parts[i]->items);
	}
	child.pointer =
	    instance_pointer(at->out->arena, at->pointer, RT_LIT("0"));
	walk_child(at, &child);
}

static void
walk(const struct site *at)
{
	const struct instance *value = site_value(at);

	at->out->place = at->out->n;
	site_types(at);
	for (size_t i = 0; i < at->n; i++) {
		site_values(at, at->parts[i]);
		site_string(at, at->parts[i]);
		site_number(at, at->parts[i]);
		site_array(at, at->parts[i]);
		site_object(at, at->parts[i]);
		site_unions(at, at->parts[i]);
	}
	if (value->type == RT_OBJECT)
		walk_members(at);
	if (value->type == RT_ARRAY)
		walk_items(at);
}

struct variants
variants_of(struct rt_arena *a, const struct schema *s,
    const struct instance *base)
{
	struct variants out = {.arena = a};
	struct site at = {
	    .out = &out,
	    .root = s,
	    .base = base,
	    .pointer = RT_LIT(""),
	};

	add_part(a, &at, s);
	if (at.n > 0)
		walk(&at);
	return out;
}
