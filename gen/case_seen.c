/* What a server sees in the texts of a parameter; see case.h. */
#include "gen/case.h"
#include "gen/param.h"

const struct instance *
case_text_value(struct rt_arena *a, struct rt_str text, unsigned types)
{
	const struct instance *number = instance_number(a, text);
	struct rt_json_error err;
	const struct rt_node *node = NULL;

	if ((types & (RT_INTEGER | RT_NUMBER)) != 0 && text.n > 0 &&
	    strchr("-0123456789", text.p[0]) != NULL &&
	    strchr("0123456789", text.p[text.n - 1]) != NULL)
		node = rt_json_parse(a, text, &rt_json_default_limits, &err);
	if (node != NULL && node->type == RT_NUMBER)
		return number;
	if ((types & RT_BOOLEAN) != 0 && rt_str_is(text, "true"))
		return instance_bool(a, true);
	if ((types & RT_BOOLEAN) != 0 && rt_str_is(text, "false"))
		return instance_bool(a, false);
	if ((types & RT_NULL) != 0 && (types & RT_STRING) == 0 && text.n == 0)
		return instance_null(a);
	return instance_string(a, text);
}

bool
case_is_shaped(struct rt_arena *a, const struct spec_param *p)
{
	return p->style == RT_STYLE_JSON ||
	    (param_form(a, p).types & (RT_ARRAY | RT_OBJECT)) != 0;
}

static const struct instance *
array_value(struct rt_arena *a, const struct instance *v, unsigned types)
{
	const struct instance *seen = instance_empty(a, RT_ARRAY);

	/* Nothing on the wire is no parameter. */
	if (v->type != RT_ARRAY || v->n == 0)
		return NULL;
	for (size_t i = 0; i < v->n; i++) {
		struct rt_str text = case_scalar_text(v->parts[i].value);

		if (text.n == 0 || rt_str_has(text, '\0'))
			return NULL;
		seen = instance_add(a, seen, (struct rt_str){0},
		    case_text_value(a, text, types));
	}
	return seen;
}

static const struct param_property *
find_property(const struct param_form *form, struct rt_str name)
{
	for (size_t i = 0; i < form->n; i++) {
		if (rt_str_eq(form->properties[i].name, name))
			return &form->properties[i];
	}
	return NULL;
}

static const struct instance *
member_value(struct rt_arena *a, const struct param_form *form,
    const struct instance_part *part)
{
	const struct param_property *property = find_property(form, part->name);
	struct rt_str text = case_scalar_text(part->value);
	unsigned types = form->free_types == 0 ? RT_STRING : form->free_types;

	if (property != NULL)
		types = property->types;
	if (text.p == NULL || rt_str_has(text, '\0'))
		return NULL;
	return case_text_value(a, text, types);
}

/* --- deepObject --- */

enum { OPEN = RT_STRING | RT_ARRAY | RT_OBJECT };

/* What may stand at a place between brackets. */
struct shape {
	unsigned types;
	unsigned item_types;
	const struct param_property *inner;
	size_t n;
};

static const struct instance *seen_deep(struct rt_arena *,
    const struct instance *, struct shape);

static struct shape
member_shape(const struct shape *s, struct rt_str name)
{
	const struct param_property *other = NULL;

	for (size_t i = 0; i < s->n; i++) {
		const struct param_property *p = &s->inner[i];

		if (rt_str_eq(p->name, name))
			return (struct shape){p->types, p->item_types, p->inner,
			    p->n_inner};
		if (p->name.n == 0)
			other = p;
	}
	if (other == NULL)
		return (struct shape){OPEN, OPEN, NULL, 0};
	return (struct shape){other->types, other->item_types, other->inner,
	    other->n_inner};
}

static bool
is_index(struct rt_str name)
{
	for (size_t i = 0; i < name.n; i++) {
		if (name.p[i] < '0' || name.p[i] > '9')
			return false;
	}
	return true;
}

static const struct instance *
seen_items(struct rt_arena *a, const struct instance *v, struct shape s)
{
	const struct instance *seen = instance_empty(a, RT_ARRAY);
	struct shape item = {s.item_types, OPEN, s.inner, s.n};

	for (size_t i = 0; i < v->n; i++) {
		const struct instance *value =
		    seen_deep(a, v->parts[i].value, item);

		if (value == NULL)
			return NULL;
		seen = instance_add(a, seen, (struct rt_str){0}, value);
	}
	return seen->n == 0 ? NULL : seen;
}

static const struct instance *
seen_members(struct rt_arena *a, const struct instance *v, struct shape s)
{
	const struct instance *seen = instance_empty(a, RT_OBJECT);
	bool indices = true;

	for (size_t i = 0; i < v->n; i++) {
		struct rt_str name = v->parts[i].name;
		const struct instance *value =
		    seen_deep(a, v->parts[i].value, member_shape(&s, name));

		if (value == NULL || name.n == 0 || rt_str_has(name, '\0'))
			return NULL;
		indices = indices && is_index(name);
		seen = instance_add(a, seen, name, value);
	}
	if (seen->n == 0 || (indices && (s.types & RT_ARRAY) != 0))
		return NULL;
	return seen;
}

static const struct instance *
seen_deep(struct rt_arena *a, const struct instance *v, struct shape s)
{
	const unsigned plain = ~(unsigned)(RT_ARRAY | RT_OBJECT);
	struct rt_str text = case_scalar_text(v);

	if (v->type == RT_ARRAY)
		return (s.types & RT_ARRAY) == 0 ? NULL : seen_items(a, v, s);
	if (v->type == RT_OBJECT)
		return (s.types & RT_OBJECT) == 0 ? NULL
						  : seen_members(a, v, s);
	if (text.p == NULL || rt_str_has(text, '\0') || (s.types & plain) == 0)
		return NULL;
	return case_text_value(a, text, s.types);
}

/* --- Parameters --- */

static const struct instance *
object_value(struct rt_arena *a, const struct spec_param *p,
    const struct param_form *form, const struct instance *v)
{
	const struct instance *seen = instance_empty(a, RT_OBJECT);

	if (v->type != RT_OBJECT)
		return NULL;
	for (size_t i = 0; i < v->n; i++) {
		const struct instance_part *part = &v->parts[i];
		const struct instance *value = member_value(a, form, part);

		if (param_is_spread(p, form) && form->free_types == 0 &&
		    find_property(form, part->name) == NULL)
			continue;
		if (value == NULL || part->name.n == 0 ||
		    rt_str_has(part->name, '\0'))
			return NULL;
		seen = instance_add(a, seen, part->name, value);
	}
	return seen->n == 0 ? NULL : seen;
}

const struct instance *
case_seen_value(struct rt_arena *a, const struct spec_param *p,
    const struct instance *v)
{
	struct param_form form;
	struct rt_str text = case_scalar_text(v);

	if (p->style == RT_STYLE_JSON)
		return v;
	form = param_form(a, p);
	if (p->style == RT_STYLE_DEEP)
		return seen_deep(a, v,
		    (struct shape){form.types, form.item_types, form.properties,
			form.n});
	if (form.types == RT_ARRAY)
		return array_value(a, v, form.item_types);
	if (form.types == RT_OBJECT)
		return object_value(a, p, &form, v);
	if (text.p == NULL || rt_str_has(text, '\0'))
		return NULL;
	if (p->allow_empty && text.n == 0 && (form.types & RT_STRING) == 0)
		return NULL;
	return case_text_value(a, text, form.types);
}

const struct rt_node *
case_param_node(struct rt_arena *a, const struct spec_param *p,
    const struct instance *v)
{
	const struct instance *seen = case_seen_value(a, p, v);

	return seen == NULL ? NULL : instance_node(a, seen);
}
