/* Values that a schema accepts; see sample.h. */
#include "gen/sample.h"

enum {
	OPTIONAL_DEPTH = 5, /* deeper, optional members are left out */
	DEPTH_MAX = 24,
	ITEMS_MAX = 10000,
};

/* The schemas around the one that is sampled, the nearest first. */
struct around {
	const struct schema *schema;
	const struct around *next;
};

struct sampling {
	struct rt_arena *arena;
	enum sample_size size;
	unsigned depth;
	const struct around *around;
};

static const struct instance *sample(struct sampling, const struct schema *);

struct schema *
sample_anything(struct rt_arena *a)
{
	struct schema *s = rt_arena_new(a, sizeof(*s));

	s->types = RT_NULL | RT_BOOLEAN | RT_INTEGER | RT_NUMBER | RT_STRING |
	    RT_ARRAY | RT_OBJECT;
	s->max_length = SCHEMA_NO_MAX;
	s->max_items = SCHEMA_NO_MAX;
	s->max_properties = SCHEMA_NO_MAX;
	return s;
}

/* --- allOf as one schema --- */

static int64_t
larger(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

static int64_t
smaller_max(int64_t a, int64_t b)
{
	if (a == SCHEMA_NO_MAX || b == SCHEMA_NO_MAX)
		return larger(a, b);
	return a < b ? a : b;
}

static struct rt_str
stricter(struct rt_str a, struct rt_str b, int sign)
{
	if (a.p == NULL || b.p == NULL)
		return a.p == NULL ? b : a;
	return rt_decimal_cmp(a, b) * sign >= 0 ? a : b;
}

static void
fold_scalars(struct schema *into, const struct schema *s)
{
	into->types &= s->types;
	into->never = into->never || s->never;
	if (into->enumeration == NULL)
		into->enumeration = s->enumeration;
	if (into->constant == NULL)
		into->constant = s->constant;
	into->min_length = larger(into->min_length, s->min_length);
	into->max_length = smaller_max(into->max_length, s->max_length);
	if (into->pattern.p == NULL)
		into->pattern = s->pattern;
	if (into->format == 0)
		into->format = s->format;
	into->minimum = stricter(into->minimum, s->minimum, 1);
	into->above = stricter(into->above, s->above, 1);
	into->maximum = stricter(into->maximum, s->maximum, -1);
	into->below = stricter(into->below, s->below, -1);
	if (into->multiple.p == NULL)
		into->multiple = s->multiple;
	if (into->fallback == NULL)
		into->fallback = s->fallback;
	if (into->n_examples == 0) {
		into->examples = s->examples;
		into->n_examples = s->n_examples;
	}
}

/* Two schemas of one name must both hold. */
static const struct schema *
both(struct rt_arena *a, const struct schema *x, const struct schema *y)
{
	struct schema *s = sample_anything(a);
	const struct schema **list = rt_arena_array(a, 2, sizeof(*list));

	list[0] = x;
	list[1] = y;
	s->all_of = (struct schema_list){list, 2};
	return s;
}

static struct schema_property *
find_property(struct schema_property *v, size_t n, struct rt_str name)
{
	for (size_t i = 0; i < n; i++) {
		if (rt_str_eq(v[i].name, name))
			return &v[i];
	}
	return NULL;
}

static void
fold_properties(struct rt_arena *a, struct schema *into, const struct schema *s)
{
	size_t n = into->n_properties;
	struct schema_property *v =
	    rt_arena_array(a, n + s->n_properties, sizeof(*v));

	if (n > 0)
		memcpy(v, into->properties, n * sizeof(*v));
	for (size_t i = 0; i < s->n_properties; i++) {
		const struct schema_property *p = &s->properties[i];
		struct schema_property *known = find_property(v, n, p->name);

		if (known == NULL) {
			v[n++] = *p;
			continue;
		}
		known->required = known->required || p->required;
		known->schema = both(a, known->schema, p->schema);
	}
	into->properties = v;
	into->n_properties = n;
}

static void
fold_required(struct rt_arena *a, struct schema *into, const struct schema *s)
{
	size_t n = into->n_required;
	struct rt_str *v = rt_arena_array(a, n + s->n_required, sizeof(*v));

	if (n > 0)
		memcpy(v, into->required, n * sizeof(*v));
	for (size_t i = 0; i < s->n_required; i++)
		v[n++] = s->required[i];
	into->required = v;
	into->n_required = n;
}

static void
fold(struct rt_arena *a, struct schema *into, const struct schema *s,
    unsigned depth)
{
	if (s->any || depth > DEPTH_MAX)
		return;
	fold_scalars(into, s);
	into->min_items = larger(into->min_items, s->min_items);
	into->max_items = smaller_max(into->max_items, s->max_items);
	into->unique = into->unique || s->unique;
	if (into->items == NULL)
		into->items = s->items;
	fold_properties(a, into, s);
	fold_required(a, into, s);
	into->closed = into->closed || s->closed;
	if (into->additional == NULL)
		into->additional = s->additional;
	into->min_properties = larger(into->min_properties, s->min_properties);
	into->max_properties =
	    smaller_max(into->max_properties, s->max_properties);
	if (into->one_of.n == 0)
		into->one_of = s->one_of;
	if (into->any_of.n == 0)
		into->any_of = s->any_of;
	for (size_t i = 0; i < s->all_of.n; i++)
		fold(a, into, s->all_of.v[i], depth + 1);
}

const struct schema *
sample_folded(struct rt_arena *a, const struct schema *s)
{
	struct schema *into = sample_anything(a);

	fold(a, into, s, 0);
	return into;
}

/* --- Objects and arrays --- */

static const struct instance *
sample_member(struct sampling g, const struct schema *s, struct rt_str name)
{
	for (size_t i = 0; i < s->n_properties; i++) {
		if (rt_str_eq(s->properties[i].name, name))
			return sample(g, s->properties[i].schema);
	}
	if (s->additional != NULL)
		return sample(g, s->additional);
	return instance_string(g.arena, RT_LIT("x"));
}

/* Members of names that the schema does not know, up to minProperties. */
static const struct instance *
fill_properties(struct sampling g, const struct schema *s,
    const struct instance *v, size_t n)
{
	for (size_t i = 1; v != NULL && v->n < n && i <= n; i++) {
		struct rt_str name = rt_arena_printf(g.arena, "key%zu", i);
		const struct instance *value = sample_member(g, s, name);

		if (instance_get(v, name) != NULL)
			continue;
		v = value == NULL ? NULL
				  : instance_add(g.arena, v, name, value);
	}
	return v;
}

static bool
is_required(const struct schema *s, struct rt_str name)
{
	for (size_t i = 0; i < s->n_required; i++) {
		if (rt_str_eq(s->required[i], name))
			return true;
	}
	return false;
}

static const struct instance *
add_optional(struct sampling g, const struct schema *s,
    const struct instance *v)
{
	for (size_t i = 0; i < s->n_properties; i++) {
		const struct schema_property *p = &s->properties[i];
		const struct instance *value = NULL;

		if (instance_get(v, p->name) == NULL)
			value = sample(g, p->schema);
		if (value != NULL)
			v = instance_add(g.arena, v, p->name, value);
	}
	return v;
}

static const struct instance *
sample_object(struct sampling g, const struct schema *s)
{
	const struct instance *v = instance_empty(g.arena, RT_OBJECT);
	size_t least = (size_t)s->min_properties;

	for (size_t i = 0; i < s->n_required; i++) {
		const struct instance *value;

		if (instance_get(v, s->required[i]) != NULL)
			continue;
		value = sample_member(g, s, s->required[i]);
		if (value == NULL)
			return NULL;
		v = instance_add(g.arena, v, s->required[i], value);
	}
	if (g.size == SAMPLE_MAXIMAL && g.depth <= OPTIONAL_DEPTH) {
		v = add_optional(g, s, v);
		if (s->additional != NULL && s->n_properties == 0 && least == 0)
			least = 1;
	}
	for (size_t i = 0; i < s->n_properties && v->n < least; i++) {
		const struct schema_property *p = &s->properties[i];
		const struct instance *value = sample(g, p->schema);

		if (value != NULL && !is_required(s, p->name) &&
		    instance_get(v, p->name) == NULL)
			v = instance_add(g.arena, v, p->name, value);
	}
	return fill_properties(g, s, v, least);
}

static const struct instance *
array_of(struct sampling g, const struct schema *s, size_t n)
{
	const struct schema *items =
	    s->items != NULL ? s->items : sample_anything(g.arena);
	struct instance *v = rt_arena_new(g.arena, sizeof(*v));
	struct instance_part *parts;

	if (n > ITEMS_MAX)
		return NULL;
	parts = rt_arena_array(g.arena, n, sizeof(*parts));
	for (size_t i = 0; i < n; i++) {
		if (s->unique)
			parts[i].value = sample_nth(g.arena, items, i);
		else if (i > 0)
			parts[i].value = parts[0].value;
		else
			parts[i].value = sample(g, items);
		if (parts[i].value == NULL)
			return NULL;
	}
	*v = (struct instance){.type = RT_ARRAY, .parts = parts, .n = n};
	return v;
}

static const struct instance *
some_array(struct sampling g, const struct schema *s)
{
	size_t n = (size_t)s->min_items;
	const struct instance *v;

	if (n == 0 && g.size == SAMPLE_MAXIMAL && s->max_items != 0 &&
	    g.depth <= OPTIONAL_DEPTH)
		n = 1;
	v = array_of(g, s, n);
	return v != NULL ? v : array_of(g, s, (size_t)s->min_items);
}

const struct instance *
sample_array(struct rt_arena *a, const struct schema *s, size_t n)
{
	struct sampling g = {a, SAMPLE_MINIMAL, 0, NULL};
	const struct instance *v = array_of(g, sample_folded(a, s), n);

	return instance_fits(a, s, v) ? v : NULL;
}

/* --- Any value --- */

/* The first declared example that fits. */
static const struct instance *
example(struct rt_arena *a, const struct schema *s, const struct schema *real)
{
	for (size_t i = 0; i < s->n_examples; i++) {
		const struct instance *v = instance_of_doc(a, s->examples[i]);

		if (v->type != RT_NULL && instance_fits(a, real, v))
			return v;
	}
	return NULL;
}

/* A value that the contract itself gives; objects and arrays only where it
 * allows no other. */
static const struct instance *
declared(struct rt_arena *a, const struct schema *s, const struct schema *real)
{
	bool shaped = (s->types & (RT_ARRAY | RT_OBJECT)) != 0;
	const struct instance *v = NULL;

	if (s->constant != NULL)
		return instance_of_doc(a, s->constant);
	if (s->enumeration != NULL || !shaped)
		v = example(a, s, real);
	if (v != NULL)
		return v;
	for (size_t i = 0; s->enumeration != NULL && i < s->enumeration->n;
	     i++) {
		v = instance_of_doc(a, s->enumeration->items[i]);
		if (instance_fits(a, real, v))
			return v;
	}
	if (shaped || s->fallback == NULL)
		return NULL;
	v = instance_of_doc(a, s->fallback);
	return v->type != RT_NULL && instance_fits(a, real, v) ? v : NULL;
}

static const struct instance *
some_string(struct rt_arena *a, const struct schema *s,
    const struct schema *real)
{
	size_t least = (size_t)s->min_length;

	for (size_t n = least == 0 ? 1 : least; n < least + 80; n++) {
		const struct instance *v = sample_string(a, real, n);

		if (v != NULL)
			return v;
	}
	return sample_string(a, real, least);
}

static const struct instance *
some_number(struct rt_arena *a, const struct schema *s,
    const struct schema *real)
{
	static const char *const plain[] = {"1", "0", "0.5", "-1", "10", "100"};
	const struct rt_str bounds[] = {s->minimum, s->maximum, s->multiple,
	    s->above, s->below};

	for (size_t i = 0; i < RT_LEN(plain); i++) {
		const struct instance *v = instance_number(a, rt_str(plain[i]));

		if (instance_fits(a, real, v))
			return v;
	}
	for (size_t i = 0; i < RT_LEN(bounds); i++) {
		for (int step = -1; step <= 1; step++) {
			const struct instance *v = bounds[i].p == NULL
			    ? NULL
			    : sample_number(a, real, bounds[i], step);

			if (v != NULL)
				return v;
		}
	}
	return NULL;
}

/* A proposal of one type. */
static const struct instance *
sample_type(struct sampling g, const struct schema *s,
    const struct schema *real, enum rt_type type)
{
	switch (type) {
	case RT_OBJECT:
		return sample_object(g, s);
	case RT_ARRAY:
		return some_array(g, s);
	case RT_STRING:
		return some_string(g.arena, s, real);
	case RT_NUMBER:
	case RT_INTEGER:
		return some_number(g.arena, s, real);
	case RT_BOOLEAN:
		return instance_bool(g.arena, true);
	case RT_NULL:
		break;
	}
	return instance_null(g.arena);
}

static const struct instance *
sample_plain(struct sampling g, const struct schema *s,
    const struct schema *real)
{
	static const enum rt_type order[] = {RT_STRING, RT_OBJECT, RT_ARRAY,
	    RT_NUMBER, RT_INTEGER, RT_BOOLEAN, RT_NULL};
	bool shaped = s->n_properties > 0 || s->n_required > 0;
	const struct instance *v = declared(g.arena, s, real);

	if (v != NULL)
		return v;
	if (shaped && (s->types & RT_OBJECT) != 0)
		v = sample_object(g, s);
	for (size_t i = 0; i < RT_LEN(order); i++) {
		if (v != NULL && instance_fits(g.arena, real, v))
			return v;
		if ((s->types & order[i]) != 0)
			v = sample_type(g, s, real, order[i]);
	}
	return instance_fits(g.arena, real, v) ? v : NULL;
}

static const struct instance *
sample_branches(struct sampling g, const struct schema *s,
    const struct schema *real, const struct schema_list *list)
{
	struct schema rest = *s;

	rest.any_of = rest.one_of = (struct schema_list){0};
	for (size_t i = 0; i < list->n; i++) {
		const struct schema *branch =
		    sample_folded(g.arena, both(g.arena, &rest, list->v[i]));
		const struct instance *v;

		v = branch->one_of.n + branch->any_of.n > 0
		    ? sample(g, list->v[i])
		    : sample_plain(g, branch, real);
		if (instance_fits(g.arena, real, v))
			return v;
	}
	return NULL;
}

static bool
is_inside_itself(const struct sampling *g, const struct schema *s)
{
	const struct around *a = g->around;

	while (a != NULL && a->schema != s)
		a = a->next;
	return a != NULL;
}

/* The largest value of a schema that holds itself would have no end, or so
 * many parts that nobody could read it: inside, the least will do. */
static const struct instance *
sample(struct sampling g, const struct schema *real)
{
	struct around here = {real, g.around};
	const struct schema *s;

	if (real->never || g.depth++ > DEPTH_MAX)
		return NULL;
	if (is_inside_itself(&g, real))
		g.size = SAMPLE_MINIMAL;
	g.around = &here;
	if (real->any)
		return instance_string(g.arena, RT_LIT("x"));
	s = sample_folded(g.arena, real);
	if (s->any_of.n > 0)
		return sample_branches(g, s, real, &s->any_of);
	if (s->one_of.n > 0)
		return sample_branches(g, s, real, &s->one_of);
	return sample_plain(g, s, real);
}

const struct instance *
sample_value(struct rt_arena *a, const struct schema *s, enum sample_size size)
{
	struct sampling g = {a, size, 0, NULL};

	return sample(g, s);
}
