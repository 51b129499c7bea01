/* The checks of a schema as C statements, and as words for a comment. */
#include <inttypes.h>

#include "gen/plan_unit.h"
#include "gen/tmpl.h"

static void
add(struct plan *p, struct value *list, struct rt_str statement)
{
	value_add(list, value_text(p->arena, statement));
}

struct rt_str
plan_types_text(struct plan *p, unsigned types)
{
	static const struct {
		unsigned type;
		const char *name;
	} names[] = {
	    {RT_NULL, "RT_NULL"},
	    {RT_BOOLEAN, "RT_BOOLEAN"},
	    {RT_INTEGER, "RT_INTEGER"},
	    {RT_NUMBER, "RT_NUMBER"},
	    {RT_STRING, "RT_STRING"},
	    {RT_ARRAY, "RT_ARRAY"},
	    {RT_OBJECT, "RT_OBJECT"},
	};
	struct rt_buf b = rt_buf(p->arena, 256);

	/* Every integer is a number: naming both would say nothing more. */
	if ((types & RT_NUMBER) != 0)
		types &= ~(unsigned)RT_INTEGER;
	for (size_t i = 0; i < RT_LEN(names); i++) {
		if ((types & names[i].type) == 0)
			continue;
		if (b.n > 0)
			rt_buf_cstr(&b, " | ");
		rt_buf_cstr(&b, names[i].name);
	}
	return rt_buf_str(&b);
}

static const char *
size_text(struct plan *p, int64_t n)
{
	if (n == SCHEMA_NO_MAX)
		return "SIZE_MAX";
	return rt_arena_printf(p->arena, "%" PRId64, n).p;
}

static void
check_range(struct plan *p, struct value *list, const char *check,
    const char *v, int64_t min, int64_t max)
{
	if (min == 0 && max == SCHEMA_NO_MAX)
		return;
	add(p, list,
	    rt_arena_printf(p->arena, "rt_check_%s(c, %s, %s, %s);", check, v,
		size_text(p, min), size_text(p, max)));
}

static void
check_bound(struct plan *p, struct value *list, const char *check,
    const char *v, struct rt_str bound)
{
	if (bound.p == NULL)
		return;
	add(p, list,
	    rt_arena_printf(p->arena, "rt_check_%s(c, %s, \"%.*s\");", check, v,
		RT_FMT(bound)));
}

/* "RT_FORMAT_DATE_TIME" */
static struct rt_str
format_enumerator(struct plan *p, enum rt_format format)
{
	struct rt_str snake =
	    name_snake(p->arena, rt_str(rt_format_name(format)));

	return rt_arena_printf(p->arena, "RT_FORMAT_%.*s",
	    RT_FMT(name_upper(p->arena, snake)));
}

/* One object, however often the checks of the schema are written out. */
static struct rt_str
pattern_object(struct plan *p, const struct schema *s)
{
	struct plan_type *t = p->types[s->id];

	if (t->pattern.p == NULL)
		t->pattern = plan_pattern(p, s->pattern,
		    t->name.p != NULL ? t->name : t->part);
	plan_need_object(p, "rt_pattern ", t->pattern);
	return t->pattern;
}

static void
check_text(struct plan *p, struct value *list, const struct schema *s,
    const char *v)
{
	check_range(p, list, "length", v, s->min_length, s->max_length);
	if (s->pattern.p != NULL)
		add(p, list,
		    rt_arena_printf(p->arena, "rt_check_pattern(c, %s, &%.*s);",
			v, RT_FMT(pattern_object(p, s))));
	if (s->format != 0)
		add(p, list,
		    rt_arena_printf(p->arena, "rt_check_format(c, %s, %.*s);",
			v, RT_FMT(format_enumerator(p, s->format))));
}

static void
check_number(struct plan *p, struct value *list, const struct schema *s,
    const char *v)
{
	check_bound(p, list, "minimum", v, s->minimum);
	check_bound(p, list, "maximum", v, s->maximum);
	check_bound(p, list, "above", v, s->above);
	check_bound(p, list, "below", v, s->below);
	check_bound(p, list, "multiple", v, s->multiple);
}

/* Where null is among the values of an enum, which C knows as texts. */
static const char *
lists_null(struct plan *p, const struct schema *s, const char *v)
{
	for (size_t i = 0; i < s->enumeration->n; i++) {
		if (s->enumeration->items[i]->type == DOC_NULL)
			return rt_arena_printf(p->arena,
			    "if (!rt_is_null(%s))\n\t\t", v)
			    .p;
	}
	return "";
}

static void
check_values(struct plan *p, struct value *list, const struct plan_type *t,
    const char *v)
{
	const struct schema *s = t->schema;

	if (s->constant != NULL)
		add(p, list,
		    rt_arena_printf(p->arena,
			"rt_check_values(c, %s, \"const\", \"[%.*s]\");", v,
			RT_FMT(tmpl_cstr(p->arena,
			    doc_json(p->arena, s->constant, 0)))));
	if (t->kind == PLAN_ENUM && t->as == NULL && s->enumeration != NULL)
		add(p, list,
		    rt_arena_printf(p->arena,
			"%srt_check_enum(c, %s, &%.*s_enum);",
			lists_null(p, s, v), v, RT_FMT(t->name)));
	else if (s->enumeration != NULL)
		add(p, list,
		    rt_arena_printf(p->arena,
			"rt_check_values(c, %s, \"enum\", \"%.*s\");", v,
			RT_FMT(tmpl_cstr(p->arena,
			    doc_json(p->arena, s->enumeration, 0)))));
}

static void
add_keyword_checks(struct plan *p, struct value *list,
    const struct plan_type *t, const char *v)
{
	const struct schema *s = t->schema;

	if (s->never) {
		add(p, list,
		    rt_arena_printf(p->arena, "rt_check_never(c, %s);", v));
		return;
	}
	if (!plan_any_type(s->types))
		add(p, list,
		    rt_arena_printf(p->arena, "rt_check_type(c, %s, %.*s);", v,
			RT_FMT(plan_types_text(p, s->types))));
	check_values(p, list, t, v);
	check_text(p, list, s, v);
	check_number(p, list, s, v);
	check_range(p, list, "items", v, s->min_items, s->max_items);
	if (s->unique)
		add(p, list,
		    rt_arena_printf(p->arena, "rt_check_unique(c, %s);", v));
	check_range(p, list, "properties", v, s->min_properties,
	    s->max_properties);
}

void
plan_checks(struct plan *p, struct value *list, const struct plan_type *t,
    const char *v)
{
	if (t->name.p == NULL)
		add_keyword_checks(p, list, t, v);
	else if (!t->schema->any)
		add(p, list,
		    rt_arena_printf(p->arena, "%.*s(c, %s);",
			RT_FMT(plan_check_name(p, t->schema)), v));
}

static void
call(struct plan *p, struct value *list, const struct schema *s, const char *v)
{
	if (s != NULL && !s->any)
		add(p, list,
		    rt_arena_printf(p->arena, "%.*s(c, %s);",
			RT_FMT(plan_check_name(p, s)), v));
}

void
plan_own_checks(struct plan *p, struct value *list, const struct plan_type *t,
    const char *v)
{
	const struct schema *s = t->schema;

	add_keyword_checks(p, list, t, v);
	if (s->n_required > 0)
		add(p, list,
		    rt_arena_printf(p->arena,
			"rt_check_required(c, %s, &%.*s_keys);", v,
			RT_FMT(t->name)));
	if (s->property_names != NULL)
		add(p, list,
		    rt_arena_printf(p->arena, "rt_check_names(c, %s, %.*s);", v,
			RT_FMT(plan_check_name(p, s->property_names))));
	if (s->contains != NULL)
		add(p, list,
		    rt_arena_printf(p->arena,
			"rt_check_contains(c, %s, %.*s, %s, %s);", v,
			RT_FMT(plan_check_name(p, s->contains)),
			size_text(p, s->min_contains),
			size_text(p, s->max_contains)));
}

static void
dependency_check(struct plan *p, struct value *list,
    const struct schema_dependency *d, size_t number, const char *v)
{
	struct rt_str name = tmpl_cstr(p->arena, d->name);

	if (d->schema == NULL)
		add(p, list,
		    rt_arena_printf(p->arena,
			"rt_check_dependent(c, %s, \"%.*s\", dependent_%zu);",
			v, RT_FMT(name), number));
	else if (!d->schema->any)
		add(p, list,
		    rt_arena_printf(p->arena,
			"if (rt_node_get(%s, \"%.*s\") != NULL)\n"
			"\t\t%.*s(c, %s);",
			v, RT_FMT(name), RT_FMT(plan_check_name(p, d->schema)),
			v));
}

static void
if_check(struct plan *p, struct value *list, const struct schema *s,
    const char *v)
{
	struct rt_buf b = rt_buf(p->arena, SIZE_MAX);

	if (s->if_ == NULL ||
	    (s->then_ == NULL && s->else_ == NULL && !p->types[s->id]->notes))
		return;
	rt_buf_printf(&b, "%srt_check_if(c, %s, %.*s, &asked);",
	    s->then_ == NULL && s->else_ == NULL ? "(void)" : "holds = ", v,
	    RT_FMT(plan_check_name(p, s->if_)));
	if (s->then_ != NULL)
		rt_buf_printf(&b, "\n\tif (asked && holds)\n\t\t%.*s(c, %s);",
		    RT_FMT(plan_check_name(p, s->then_)), v);
	if (s->else_ != NULL)
		rt_buf_printf(&b, "\n\tif (asked && !holds)\n\t\t%.*s(c, %s);",
		    RT_FMT(plan_check_name(p, s->else_)), v);
	add(p, list, rt_buf_str(&b));
}

void
plan_in_place_checks(struct plan *p, struct value *list,
    const struct plan_type *t, const char *v)
{
	const struct schema *s = t->schema;

	call(p, list, s->ref, v);
	if (s->dynamic != NULL && s->dynamic_anchor.p == NULL)
		call(p, list, s->dynamic, v);
	else if (s->dynamic != NULL)
		add(p, list,
		    rt_arena_printf(p->arena,
			"rt_check_dynamic(c, %s, %.*s_dynamic, %.*s);", v,
			RT_FMT(t->name),
			RT_FMT(plan_check_name(p, s->dynamic))));
	for (size_t i = 0; i < s->all_of.n; i++)
		call(p, list, s->all_of.v[i], v);
	if (s->any_of.n > 0)
		add(p, list,
		    rt_arena_printf(p->arena,
			"rt_check_any_of(c, %s, &%.*s_any_of);", v,
			RT_FMT(t->name)));
	if (s->one_of.n > 0)
		add(p, list,
		    rt_arena_printf(p->arena,
			"rt_check_one_of(c, %s, &%.*s_one_of);", v,
			RT_FMT(t->name)));
	if (s->not_ != NULL)
		add(p, list,
		    rt_arena_printf(p->arena, "rt_check_not(c, %s, %.*s);", v,
			RT_FMT(plan_check_name(p, s->not_))));
	if_check(p, list, s, v);
	for (size_t i = 0; i < s->n_dependencies; i++)
		dependency_check(p, list, &s->dependencies[i], i + 1, v);
}

/* --- The same in words --- */

static void
say(struct rt_buf *b, struct rt_str words)
{
	if (words.n == 0)
		return;
	if (b->n > 0)
		rt_buf_cstr(b, ", ");
	rt_buf_add(b, words);
}

/* "1 item", "2 items" */
static struct rt_str
say_count(struct plan *p, const char *how, int64_t n, const char *unit)
{
	return rt_arena_printf(p->arena, "%s %" PRId64 " %s%s", how, n, unit,
	    n == 1 ? "" : "s");
}

static struct rt_str
say_range(struct plan *p, int64_t min, int64_t max, const char *unit)
{
	if (max == SCHEMA_NO_MAX && min == 0)
		return RT_LIT("");
	if (max == SCHEMA_NO_MAX)
		return say_count(p, "at least", min, unit);
	if (min == max)
		return say_count(p, "exactly", min, unit);
	if (min == 0)
		return say_count(p, "at most", max, unit);
	return rt_arena_printf(p->arena, "%" PRId64 "..%" PRId64 " %ss", min,
	    max, unit);
}

static void
say_bounds(struct plan *p, struct rt_buf *b, const struct schema *s)
{
	if (s->minimum.p != NULL && s->maximum.p != NULL) {
		say(b,
		    rt_arena_printf(p->arena, "%.*s..%.*s", RT_FMT(s->minimum),
			RT_FMT(s->maximum)));
	} else if (s->minimum.p != NULL) {
		say(b,
		    rt_arena_printf(p->arena, "at least %.*s",
			RT_FMT(s->minimum)));
	} else if (s->maximum.p != NULL) {
		say(b,
		    rt_arena_printf(p->arena, "at most %.*s",
			RT_FMT(s->maximum)));
	}
	if (s->above.p != NULL)
		say(b,
		    rt_arena_printf(p->arena, "above %.*s", RT_FMT(s->above)));
	if (s->below.p != NULL)
		say(b,
		    rt_arena_printf(p->arena, "below %.*s", RT_FMT(s->below)));
	if (s->multiple.p != NULL)
		say(b,
		    rt_arena_printf(p->arena, "a multiple of %.*s",
			RT_FMT(s->multiple)));
}

static bool
format_has_type(enum rt_format format)
{
	return format == 0 || format == RT_FORMAT_DATE ||
	    format == RT_FORMAT_DATE_TIME || format == RT_FORMAT_UUID ||
	    rt_format_is_numeric(format);
}

struct rt_str
plan_constraints(struct plan *p, const struct schema *s)
{
	struct rt_buf b = rt_buf(p->arena, 4096);

	if (!format_has_type(s->format))
		say(&b, rt_str(rt_format_name(s->format)));
	say(&b, say_range(p, s->min_length, s->max_length, "character"));
	say_bounds(p, &b, s);
	if (s->pattern.p != NULL)
		say(&b, s->pattern);
	say(&b, say_range(p, s->min_items, s->max_items, "item"));
	if (s->unique)
		say(&b, RT_LIT("unique"));
	say(&b, say_range(p, s->min_properties, s->max_properties, "member"));
	if (s->constant != NULL)
		say(&b,
		    rt_arena_printf(p->arena, "always %.*s",
			RT_FMT(doc_json(p->arena, s->constant, 0))));
	return b.n == 0 ? RT_LIT("") : rt_buf_str(&b);
}
