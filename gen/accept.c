/* schema_accepts(): JSON Schema by walking the model.  It shares nothing with
 * the generated checks but the kit's facts about numbers and formats, so that
 * one can prove the other. */
#include "gen/schema.h"
#include "runtime/check.h"

struct walk {
	struct rt_arena *arena;
	const struct rt_node *root;
	const char **keyword;
	struct rt_str *pointer;
};

static bool accepts(const struct walk *, const struct schema *,
    const struct rt_node *);

static bool
refuse(const struct walk *w, const struct rt_node *v, const char *keyword)
{
	if (w->keyword != NULL)
		*w->keyword = keyword;
	if (w->pointer != NULL)
		*w->pointer = rt_node_pointer(w->arena, w->root, v);
	return false;
}

/* For a place that holds no value: a member that is missing. */
static bool
refuse_name(const struct walk *w, const struct rt_node *v, struct rt_str name)
{
	struct rt_buf b = rt_buf(w->arena, SIZE_MAX);

	(void)refuse(w, v, "required");
	if (w->pointer == NULL)
		return false;
	rt_buf_add(&b, *w->pointer);
	rt_buf_byte(&b, '/');
	for (size_t i = 0; i < name.n; i++) {
		if (name.p[i] == '~')
			rt_buf_cstr(&b, "~0");
		else if (name.p[i] == '/')
			rt_buf_cstr(&b, "~1");
		else
			rt_buf_byte(&b, name.p[i]);
	}
	*w->pointer = rt_buf_str(&b);
	return false;
}

/* The same question without an answer's place. */
static bool
accepts_quietly(const struct walk *w, const struct schema *s,
    const struct rt_node *v)
{
	struct walk quiet = {w->arena, w->root, NULL, NULL};

	return accepts(&quiet, s, v);
}

static const struct rt_node *
tape_of(const struct walk *w, const struct doc_node *node)
{
	struct rt_json_error err;

	return rt_json_parse(w->arena, doc_json(w->arena, node, 0),
	    &rt_json_default_limits, &err);
}

static bool
type_ok(unsigned types, const struct rt_node *v)
{
	if (v->type == RT_NUMBER && (types & RT_INTEGER) != 0 &&
	    rt_decimal_is_integer(rt_node_str(v)))
		return true;
	return (types & v->type) != 0;
}

static bool
enum_ok(const struct walk *w, const struct schema *s, const struct rt_node *v)
{
	if (s->constant != NULL) {
		const struct rt_node *c = tape_of(w, s->constant);

		if (c == NULL || !rt_node_eq(c, v))
			return refuse(w, v, "const");
	}
	if (s->enumeration == NULL)
		return true;
	for (size_t i = 0; i < s->enumeration->n; i++) {
		const struct rt_node *c = tape_of(w, s->enumeration->items[i]);

		if (c != NULL && rt_node_eq(c, v))
			return true;
	}
	return refuse(w, v, "enum");
}

static bool
pattern_ok(const struct walk *w, const struct schema *s,
    const struct rt_node *v)
{
	struct rt_check c = {.arena = w->arena, .in = RT_IN_BODY, .root = v};
	const char *why;
	struct rt_patterns *p = rt_patterns_open(&s->pattern.p, 1, &why);

	if (p == NULL)
		return true;
	c.patterns = p;
	rt_check_pattern(&c, v, 0, s->pattern.p);
	rt_patterns_close(p);
	return c.n == 0;
}

static bool
string_ok(const struct walk *w, const struct schema *s, const struct rt_node *v)
{
	size_t points = rt_str_points(rt_node_str(v));

	if (points < (size_t)s->min_length)
		return refuse(w, v, "minLength");
	if (s->max_length >= 0 && points > (size_t)s->max_length)
		return refuse(w, v, "maxLength");
	if (s->pattern.p != NULL && !pattern_ok(w, s, v))
		return refuse(w, v, "pattern");
	if (s->format != 0 && s->format < RT_FORMAT_INT32 &&
	    !rt_format_ok(s->format, rt_node_str(v)))
		return refuse(w, v, "format");
	return true;
}

static bool
number_ok(const struct walk *w, const struct schema *s, const struct rt_node *v)
{
	struct rt_str n = rt_node_str(v);

	if (s->minimum.p != NULL && rt_decimal_cmp(n, s->minimum) < 0)
		return refuse(w, v, "minimum");
	if (s->maximum.p != NULL && rt_decimal_cmp(n, s->maximum) > 0)
		return refuse(w, v, "maximum");
	if (s->above.p != NULL && rt_decimal_cmp(n, s->above) <= 0)
		return refuse(w, v, "exclusiveMinimum");
	if (s->below.p != NULL && rt_decimal_cmp(n, s->below) >= 0)
		return refuse(w, v, "exclusiveMaximum");
	if (s->multiple.p != NULL && !rt_decimal_is_multiple(n, s->multiple))
		return refuse(w, v, "multipleOf");
	if (s->format >= RT_FORMAT_INT32 && !rt_format_ok(s->format, n))
		return refuse(w, v, "format");
	return true;
}

static bool
unique_ok(const struct rt_node *v)
{
	struct rt_items a = rt_items(v);

	while (rt_items_next(&a)) {
		struct rt_items b = a;

		while (rt_items_next(&b)) {
			if (rt_node_eq(a.value, b.value))
				return false;
		}
	}
	return true;
}

static bool
array_ok(const struct walk *w, const struct schema *s, const struct rt_node *v)
{
	struct rt_items i = rt_items(v);

	if (v->n < (size_t)s->min_items)
		return refuse(w, v, "minItems");
	if (s->max_items >= 0 && v->n > (size_t)s->max_items)
		return refuse(w, v, "maxItems");
	if (s->unique && !unique_ok(v))
		return refuse(w, v, "uniqueItems");
	while (s->items != NULL && rt_items_next(&i)) {
		if (!accepts(w, s->items, i.value))
			return false;
	}
	return true;
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

static bool
member_ok(const struct walk *w, const struct schema *s,
    const struct rt_members *m)
{
	const struct schema_property *p = property_of(s, rt_node_str(m->name));

	if (p != NULL)
		return accepts(w, p->schema, m->value);
	if (s->closed)
		return refuse(w, m->value, "additionalProperties");
	return s->additional == NULL || accepts(w, s->additional, m->value);
}

static bool
has_member(const struct rt_node *v, struct rt_str name)
{
	struct rt_members m = rt_members(v, NULL);

	while (rt_members_next(&m)) {
		if (rt_str_eq(rt_node_str(m.name), name))
			return true;
	}
	return false;
}

static bool
object_ok(const struct walk *w, const struct schema *s, const struct rt_node *v)
{
	struct rt_members m = rt_members(v, NULL);

	for (size_t i = 0; i < s->n_required; i++) {
		if (!has_member(v, s->required[i]))
			return refuse_name(w, v, s->required[i]);
	}
	if (v->n < (size_t)s->min_properties)
		return refuse(w, v, "minProperties");
	if (s->max_properties >= 0 && v->n > (size_t)s->max_properties)
		return refuse(w, v, "maxProperties");
	while (rt_members_next(&m)) {
		if (!member_ok(w, s, &m))
			return false;
	}
	return true;
}

static size_t
count_accepting(const struct walk *w, const struct schema_list *list,
    const struct rt_node *v)
{
	size_t n = 0;

	for (size_t i = 0; i < list->n; i++)
		n += accepts_quietly(w, list->v[i], v);
	return n;
}

static bool
applicators_ok(const struct walk *w, const struct schema *s,
    const struct rt_node *v)
{
	for (size_t i = 0; i < s->all_of.n; i++) {
		if (!accepts(w, s->all_of.v[i], v))
			return false;
	}
	if (s->any_of.n > 0 && count_accepting(w, &s->any_of, v) == 0)
		return refuse(w, v, "anyOf");
	if (s->one_of.n > 0 && count_accepting(w, &s->one_of, v) != 1)
		return refuse(w, v, "oneOf");
	if (s->not_ != NULL && accepts_quietly(w, s->not_, v))
		return refuse(w, v, "not");
	return true;
}

static bool
accepts(const struct walk *w, const struct schema *s, const struct rt_node *v)
{
	if (s->never)
		return refuse(w, v, "false");
	if (s->any)
		return true;
	if (!type_ok(s->types, v))
		return refuse(w, v, "type");
	if (!enum_ok(w, s, v))
		return false;
	if (v->type == RT_STRING && !string_ok(w, s, v))
		return false;
	if (v->type == RT_NUMBER && !number_ok(w, s, v))
		return false;
	if (v->type == RT_ARRAY && !array_ok(w, s, v))
		return false;
	if (v->type == RT_OBJECT && !object_ok(w, s, v))
		return false;
	return applicators_ok(w, s, v);
}

bool
schema_accepts(struct rt_arena *arena, const struct schema *s,
    const struct rt_node *instance, const char **keyword,
    struct rt_str *pointer)
{
	struct walk w = {arena, instance, keyword, pointer};

	return accepts(&w, s, instance);
}
