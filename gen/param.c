#include "gen/param.h"

enum {
	DEPTH_MAX = 16, /* of schemas that look at one value */
	PRIMITIVES = RT_BOOLEAN | RT_INTEGER | RT_NUMBER | RT_STRING,
};

/* --- Types --- */

static unsigned types_of(const struct schema *, unsigned depth);

static unsigned
types_of_any(const struct schema_list *list, unsigned depth)
{
	unsigned types = 0;

	for (size_t i = 0; i < list->n; i++)
		types |= types_of(list->v[i], depth);
	return list->n == 0 ? ~0u : types;
}

static unsigned
type_of_value(const struct doc_node *value)
{
	static const unsigned types[] = {
	    [DOC_NULL] = RT_NULL,
	    [DOC_BOOL] = RT_BOOLEAN,
	    [DOC_NUMBER] = RT_INTEGER | RT_NUMBER,
	    [DOC_STRING] = RT_STRING,
	    [DOC_SEQ] = RT_ARRAY,
	    [DOC_MAP] = RT_OBJECT,
	};

	return types[value->type];
}

static unsigned
types_of_values(const struct schema *s)
{
	unsigned types = 0;

	if (s->constant != NULL)
		return type_of_value(s->constant);
	if (s->enumeration == NULL)
		return ~0u;
	for (size_t i = 0; i < s->enumeration->n; i++)
		types |= type_of_value(s->enumeration->items[i]);
	return types;
}

/* The types that a value of the schema may have. */
static unsigned
types_of(const struct schema *s, unsigned depth)
{
	unsigned types = s->types;

	/* Where numbers are allowed, integers are. */
	if ((types & RT_NUMBER) != 0)
		types |= RT_INTEGER;
	if (depth > DEPTH_MAX)
		return types;
	types &= types_of_values(s);
	if (s->ref != NULL)
		types &= types_of(s->ref, depth + 1);
	for (size_t i = 0; i < s->all_of.n; i++)
		types &= types_of(s->all_of.v[i], depth + 1);
	return types & types_of_any(&s->any_of, depth + 1) &
	    types_of_any(&s->one_of, depth + 1);
}

static bool
is_open(unsigned types)
{
	return (types & PRIMITIVES) == PRIMITIVES &&
	    (types & (RT_ARRAY | RT_OBJECT)) == (RT_ARRAY | RT_OBJECT);
}

static bool
has_properties(const struct schema *s, unsigned depth)
{
	if (s->n_properties > 0 || depth > DEPTH_MAX)
		return s->n_properties > 0;
	if (s->ref != NULL && has_properties(s->ref, depth + 1))
		return true;
	for (size_t i = 0; i < s->all_of.n; i++) {
		if (has_properties(s->all_of.v[i], depth + 1))
			return true;
	}
	return false;
}

/* A schema that says nothing of types is meant to be what its other keywords
 * are about. */
static unsigned
meant(const struct schema *s, unsigned types)
{
	if (!is_open(types))
		return types;
	if (has_properties(s, 0))
		return RT_OBJECT;
	if (s->items != NULL || s->prefix_items.n > 0)
		return RT_ARRAY;
	return types & (PRIMITIVES | RT_NULL);
}

static void
refuse(struct param_form *form, const struct schema *s, const char *why)
{
	if (form->why != NULL)
		return;
	form->why = why;
	form->where = s;
}

/* Of an item or a property: where the schema leaves it open, a primitive. */
static unsigned
part_types(struct param_form *form, const struct schema *s)
{
	unsigned types = s == NULL ? RT_STRING : types_of(s, 0);

	if (is_open(types))
		types &= PRIMITIVES | RT_NULL;
	if ((types & (RT_ARRAY | RT_OBJECT)) != 0)
		refuse(form, s,
		    "no style tells how an array or object inside of it "
		    "is written");
	return types & (PRIMITIVES | RT_NULL);
}

static unsigned
item_types(struct param_form *form, const struct schema *s, unsigned depth)
{
	unsigned types = s->items == NULL ? 0 : part_types(form, s->items);

	for (size_t i = 0; i < s->prefix_items.n; i++)
		types |= part_types(form, s->prefix_items.v[i]);
	if (depth > DEPTH_MAX)
		return types;
	if (s->ref != NULL)
		types |= item_types(form, s->ref, depth + 1);
	for (size_t i = 0; i < s->all_of.n; i++)
		types |= item_types(form, s->all_of.v[i], depth + 1);
	for (size_t i = 0; i < s->any_of.n; i++)
		types |= item_types(form, s->any_of.v[i], depth + 1);
	for (size_t i = 0; i < s->one_of.n; i++)
		types |= item_types(form, s->one_of.v[i], depth + 1);
	return types;
}

static unsigned
array_item_types(struct param_form *form, const struct schema *s)
{
	unsigned types = item_types(form, s, 0);

	return types == 0 ? RT_STRING : types;
}

/* --- Objects --- */

struct collecting {
	struct rt_arena *arena;
	struct param_form *form;
	bool deep; /* a property may be an array or an object */
	const struct schema *of; /* whose properties these are */
	const struct collecting *outer;
	struct param_property *v;
	size_t n, size;
};

static struct param_property *
property_of(struct collecting *c, struct rt_str name)
{
	for (size_t i = 0; i < c->n; i++) {
		if (rt_str_eq(c->v[i].name, name))
			return &c->v[i];
	}
	if (c->n == c->size) {
		size_t size = c->size == 0 ? 16 : 2 * c->size;
		struct param_property *v =
		    rt_arena_array(c->arena, size, sizeof(*v));

		for (size_t i = 0; i < c->n; i++)
			v[i] = c->v[i];
		c->v = v;
		c->size = size;
	}
	c->v[c->n].name = name;
	return &c->v[c->n++];
}

static void collect(struct collecting *, const struct schema *, unsigned depth);

/* What leads back to itself ends where it does so first. */
static bool
is_inside(const struct collecting *c, const struct schema *s)
{
	unsigned levels = 0;

	for (; c != NULL; c = c->outer) {
		if (c->of == s || ++levels > DEPTH_MAX)
			return true;
	}
	return false;
}

/* Of a value between brackets: where the schema leaves it open, brackets make
 * of it what they will. */
static unsigned
deep_types(const struct schema *s)
{
	unsigned own = types_of(s, 0), types = meant(s, own);

	if (is_open(own) && (types & (RT_ARRAY | RT_OBJECT)) == 0)
		return RT_STRING | RT_ARRAY | RT_OBJECT;
	return types;
}

static void
collect_items(struct collecting *c, struct param_property *array,
    const struct schema *s, unsigned depth)
{
	if (s->items != NULL && !is_inside(c->outer, s->items)) {
		array->item_types |= deep_types(s->items);
		collect(c, s->items, depth + 1);
	}
	if (depth > DEPTH_MAX)
		return;
	if (s->ref != NULL)
		collect_items(c, array, s->ref, depth + 1);
	for (size_t i = 0; i < s->all_of.n; i++)
		collect_items(c, array, s->all_of.v[i], depth + 1);
	for (size_t i = 0; i < s->any_of.n; i++)
		collect_items(c, array, s->any_of.v[i], depth + 1);
	for (size_t i = 0; i < s->one_of.n; i++)
		collect_items(c, array, s->one_of.v[i], depth + 1);
}

/* The types of a value between brackets, and what is inside of it. */
static void
collect_deep(struct collecting *c, struct param_property *out,
    const struct schema *s)
{
	struct collecting inner = {
	    .arena = c->arena,
	    .form = c->form,
	    .deep = true,
	    .of = s,
	    .outer = c,
	    .v = (struct param_property *)out->inner,
	    .n = out->n_inner,
	    .size = out->n_inner,
	};
	unsigned types = deep_types(s);

	out->types |= types;
	if ((types & (RT_ARRAY | RT_OBJECT)) != 0 && !is_inside(c, s)) {
		collect(&inner, s, 0);
		collect_items(&inner, out, s, 0);
	}
	if ((types & RT_ARRAY) != 0 && out->item_types == 0)
		out->item_types = RT_STRING | RT_ARRAY | RT_OBJECT;
	out->inner = inner.v;
	out->n_inner = inner.n;
}

static void
collect_property(struct collecting *c, const struct schema_property *p)
{
	struct param_property *out = property_of(c, p->name);

	if (c->deep)
		collect_deep(c, out, p->schema);
	else
		out->types |= part_types(c->form, p->schema);
}

static void
collect_others(struct collecting *c, const struct schema *s)
{
	bool deep = c->deep && s != NULL;

	if (deep)
		collect_deep(c, property_of(c, RT_LIT("")), s);
	else if (!c->deep)
		c->form->free_types |= part_types(c->form, s);
}

static void
collect_list(struct collecting *c, const struct schema_list *list,
    unsigned depth)
{
	for (size_t i = 0; i < list->n; i++)
		collect(c, list->v[i], depth);
}

static void
collect(struct collecting *c, const struct schema *s, unsigned depth)
{
	for (size_t i = 0; i < s->n_properties; i++)
		collect_property(c, &s->properties[i]);
	for (size_t i = 0; i < s->n_patterns; i++)
		collect_others(c, s->patterns[i].schema);
	if (!s->closed && s->node->type == DOC_MAP &&
	    doc_get(s->node, "additionalProperties") != NULL)
		collect_others(c, s->additional);
	if (depth > DEPTH_MAX)
		return;
	if (s->ref != NULL)
		collect(c, s->ref, depth + 1);
	collect_list(c, &s->all_of, depth + 1);
	collect_list(c, &s->any_of, depth + 1);
	collect_list(c, &s->one_of, depth + 1);
}

/* --- The form --- */

static void
read_deep(struct rt_arena *arena, struct param_form *form,
    const struct schema *s)
{
	struct param_property whole = {0};
	struct collecting c = {.arena = arena, .form = form, .deep = true};

	collect_deep(&c, &whole, s);
	form->types = whole.types;
	form->item_types = whole.item_types;
	form->properties = whole.inner;
	form->n = whole.n_inner;
}

struct param_form
param_form(struct rt_arena *arena, const struct spec_param *p)
{
	struct param_form form = {0};
	struct collecting c = {.arena = arena, .form = &form};
	const struct schema *s = p->schema;
	unsigned core;

	if (p->style == RT_STYLE_DEEP) {
		read_deep(arena, &form, s);
		return form;
	}
	form.types = meant(s, types_of(s, 0));
	core = form.types & ~(unsigned)RT_NULL;
	if (core == RT_ARRAY) {
		form.types = core;
		form.item_types = array_item_types(&form, s);
	} else if (core == RT_OBJECT) {
		form.types = core;
		collect(&c, s, 0);
		form.properties = c.v;
		form.n = c.n;
	} else if ((core & (RT_ARRAY | RT_OBJECT)) != 0) {
		refuse(&form, s,
		    "its text doesn't tell whether it is an array, an object "
		    "or neither");
	}
	return form;
}

bool
param_is_spread(const struct spec_param *p, const struct param_form *form)
{
	return form->types == RT_OBJECT && p->explode && p->style == 0 &&
	    (p->in == RT_IN_QUERY || p->in == RT_IN_COOKIE);
}
