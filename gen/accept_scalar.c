/* The keywords that look at a value without its parts. */
#include "gen/accept.h"
#include "runtime/check.h"

static const struct rt_node *
tape_of(const struct accept *a, const struct doc_node *node)
{
	struct rt_json_error err;

	return rt_json_parse(a->arena, doc_json(a->arena, node, 0),
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
enum_ok(const struct accept *a, const struct schema *s, const struct rt_node *v)
{
	if (s->constant != NULL) {
		const struct rt_node *c = tape_of(a, s->constant);

		if (c == NULL || !rt_node_eq(c, v))
			return accept_refuse(a, v, "const");
	}
	if (s->enumeration == NULL)
		return true;
	for (size_t i = 0; i < s->enumeration->n; i++) {
		const struct rt_node *c = tape_of(a, s->enumeration->items[i]);

		if (c != NULL && rt_node_eq(c, v))
			return true;
	}
	return accept_refuse(a, v, "enum");
}

/* A pattern that can't be compiled has been reported: it matches all. */
bool
accept_matches(const struct accept *a, struct rt_str pattern,
    struct rt_str text)
{
	const char *why;
	struct rt_patterns *p = rt_patterns_open(&pattern.p, 1, &why);
	bool found;

	(void)accept_step(a);
	if (p == NULL)
		return true;
	found = rt_patterns_match(p, 0, text) == RT_MATCH_YES;
	rt_patterns_close(p);
	return found;
}

static bool
string_ok(const struct accept *a, const struct schema *s,
    const struct rt_node *v)
{
	size_t points = rt_str_points(rt_node_str(v));

	if (points < (size_t)s->min_length)
		return accept_refuse(a, v, "minLength");
	if (s->max_length >= 0 && points > (size_t)s->max_length)
		return accept_refuse(a, v, "maxLength");
	if (s->pattern.p != NULL &&
	    !accept_matches(a, s->pattern, rt_node_str(v)))
		return accept_refuse(a, v, "pattern");
	if (s->format != 0 && !rt_format_is_numeric(s->format) &&
	    !rt_format_ok(s->format, rt_node_str(v)))
		return accept_refuse(a, v, "format");
	return true;
}

static bool
number_ok(const struct accept *a, const struct schema *s,
    const struct rt_node *v)
{
	struct rt_str n = rt_node_str(v);

	if (s->minimum.p != NULL && rt_decimal_cmp(n, s->minimum) < 0)
		return accept_refuse(a, v, "minimum");
	if (s->maximum.p != NULL && rt_decimal_cmp(n, s->maximum) > 0)
		return accept_refuse(a, v, "maximum");
	if (s->above.p != NULL && rt_decimal_cmp(n, s->above) <= 0)
		return accept_refuse(a, v, "exclusiveMinimum");
	if (s->below.p != NULL && rt_decimal_cmp(n, s->below) >= 0)
		return accept_refuse(a, v, "exclusiveMaximum");
	if (s->multiple.p != NULL && !rt_decimal_is_multiple(n, s->multiple))
		return accept_refuse(a, v, "multipleOf");
	if (rt_format_is_numeric(s->format) && !rt_format_ok(s->format, n))
		return accept_refuse(a, v, "format");
	return true;
}

bool
accept_scalar(const struct accept *a, const struct schema *s,
    const struct rt_node *v)
{
	if (s->never)
		return accept_refuse(a, v, "false");
	if (!type_ok(s->types, v))
		return accept_refuse(a, v, "type");
	if (!enum_ok(a, s, v))
		return false;
	if (v->type == RT_STRING)
		return string_ok(a, s, v);
	return v->type != RT_NUMBER || number_ok(a, s, v);
}
