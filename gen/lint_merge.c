/* Contradictions of parts that apply to the same value. */
#include <math.h>

#include "gen/lint_rule.h"

/* The strictest bound so far, and whose it is. */
struct bound {
	const struct schema *of; /* NULL: none */
	const char *keyword;
	int64_t n; /* of counts */
	struct rt_str text; /* of numbers */
	bool open; /* the bound itself is excluded */
};

static void
contradict(const struct lint *l, const struct bound *a, const struct bound *b,
    const char *what)
{
	lint_report(l, "schema-unsatisfiable",
	    doc_key_pos(a->of->node, a->keyword),
	    "no %s can satisfy this: '%s' contradicts '%s'", what, a->keyword,
	    b->keyword);
	diag_note(l->diag, doc_key_pos(b->of->node, b->keyword),
	    "the other part is here");
}

/* --- Types --- */

static void
check_types(const struct lint *l, const struct lint_family *f)
{
	unsigned types = ~0u;
	const struct schema *last = NULL;

	for (size_t i = 0; i < f->n; i++) {
		/* None at all is a fault of its own. */
		if (f->v[i]->never || f->v[i]->types == 0 ||
		    doc_get(f->v[i]->node, "type") == NULL)
			continue;
		if (last != NULL && (types & f->v[i]->types) == 0) {
			struct bound a = {f->v[i], "type", .n = 0};
			struct bound b = {last, "type", .n = 0};

			contradict(l, &a, &b, "value");
			return;
		}
		types &= f->v[i]->types;
		last = f->v[i];
	}
}

/* --- Counts --- */

struct count {
	const char *min, *max, *what;
	int64_t (*of_min)(const struct schema *);
	int64_t (*of_max)(const struct schema *);
};

static int64_t
min_length(const struct schema *s)
{
	return s->min_length;
}

static int64_t
max_length(const struct schema *s)
{
	return s->max_length;
}

static int64_t
min_items(const struct schema *s)
{
	return s->min_items;
}

/* Without items beyond those that stand first, there are no more. */
static int64_t
max_items(const struct schema *s)
{
	return s->max_items;
}

static int64_t
min_properties(const struct schema *s)
{
	return s->min_properties;
}

static int64_t
max_properties(const struct schema *s)
{
	return s->max_properties;
}

static const struct count counts[] = {
    {"minLength", "maxLength", "string", min_length, max_length},
    {"minItems", "maxItems", "array", min_items, max_items},
    {"minProperties", "maxProperties", "object", min_properties,
	max_properties},
};

static void
check_count(const struct lint *l, const struct lint_family *f,
    const struct count *c)
{
	struct bound min = {NULL, c->min, .n = 0};
	struct bound max = {NULL, c->max, .n = INT64_MAX};

	for (size_t i = 0; i < f->n; i++) {
		const struct schema *s = f->v[i];

		if (c->of_min(s) > min.n) {
			min.of = s;
			min.n = c->of_min(s);
		}
		if (c->of_max(s) >= 0 && c->of_max(s) < max.n) {
			max.of = s;
			max.n = c->of_max(s);
		}
	}
	/* Of a single schema the compiler says so itself. */
	if (min.n > max.n && min.of != max.of)
		contradict(l, &min, &max, c->what);
}

/* --- Numbers --- */

static void
raise_bound(struct bound *b, const struct bound *to, int direction)
{
	int c;

	if (to->text.p == NULL)
		return;
	c = b->of == NULL ? direction : rt_decimal_cmp(to->text, b->text);
	if (c * direction > 0 || (c == 0 && to->open && !b->open))
		*b = *to;
}

/* The least integer that is allowed. */
static double
first_integer(const struct bound *b, int direction)
{
	double d = direction * rt_decimal_double(b->text), up = ceil(d);

	return b->open && up <= d ? up + 1 : up;
}

static bool
is_between(const struct bound *low, const struct bound *high, bool integers)
{
	int c = rt_decimal_cmp(low->text, high->text);

	if (c > 0 || (c == 0 && (low->open || high->open)))
		return false;
	/* Beyond that a double can't tell neighbours apart. */
	if (!integers || fabs(rt_decimal_double(low->text)) > 1e15 ||
	    fabs(rt_decimal_double(high->text)) > 1e15)
		return true;
	return first_integer(low, 1) <= -first_integer(high, -1);
}

static void
check_numbers(const struct lint *l, const struct lint_family *f)
{
	struct bound low = {.of = NULL}, high = {.of = NULL};
	unsigned numbers = f->types & (RT_NUMBER | RT_INTEGER);

	for (size_t i = 0; i < f->n; i++) {
		const struct schema *s = f->v[i];
		bool old_low = s->above.p != NULL &&
		    lint_member(s->node, "exclusiveMinimum", DOC_BOOL) != NULL;
		bool old_high = s->below.p != NULL &&
		    lint_member(s->node, "exclusiveMaximum", DOC_BOOL) != NULL;
		struct bound v[] = {
		    {s, "minimum", 0, s->minimum, false},
		    {s, old_low ? "minimum" : "exclusiveMinimum", 0, s->above,
			true},
		    {s, "maximum", 0, s->maximum, false},
		    {s, old_high ? "maximum" : "exclusiveMaximum", 0, s->below,
			true},
		};

		raise_bound(&low, &v[0], 1);
		raise_bound(&low, &v[1], 1);
		raise_bound(&high, &v[2], -1);
		raise_bound(&high, &v[3], -1);
	}
	if (low.of != NULL && high.of != NULL &&
	    !is_between(&low, &high, numbers == RT_INTEGER))
		contradict(l, &low, &high,
		    numbers == RT_INTEGER ? "integer" : "number");
}

/* --- Members --- */

static struct source_pos
required_pos(const struct schema *s, size_t i)
{
	const struct doc_node *list = doc_get(s->node, "required");

	return list != NULL && i < list->n ? list->items[i]->pos : s->pos;
}

/* What each part of the family says of a name that one of them requires. */
static void
check_required(const struct lint *l, const struct lint_family *f,
    const struct schema *of, size_t number)
{
	struct rt_str name = of->required[number];

	for (size_t i = 0; i < f->n; i++) {
		const struct schema *s = f->v[i];

		for (size_t k = 0; k < s->n_properties; k++) {
			if (!rt_str_eq(s->properties[k].name, name) ||
			    !s->properties[k].schema->never)
				continue;
			lint_report(l, "schema-unsatisfiable",
			    required_pos(of, number),
			    "no object can satisfy this: '%.*s' is required, "
			    "and 'false' allows no value of it",
			    RT_FMT(name));
			diag_note(l->diag, s->properties[k].pos, "here");
		}
		if (s == of || !s->closed || s->n_patterns > 0 ||
		    schema_has_property(s, name))
			continue;
		lint_report(l, "schema-unsatisfiable", required_pos(of, number),
		    "no object can satisfy this: '%.*s' is required, and "
		    "another part forbids it",
		    RT_FMT(name));
		diag_note(l->diag, doc_key_pos(s->node, "additionalProperties"),
		    "here");
	}
}

static void
check_items(const struct lint *l, const struct lint_family *f)
{
	for (size_t i = 0; i < f->n; i++) {
		const struct schema *s = f->v[i];

		if (s->items == NULL || !s->items->never)
			continue;
		for (size_t k = 0; k < f->n; k++) {
			if (f->v[k]->min_items <= (int64_t)s->prefix_items.n)
				continue;
			lint_report(l, "schema-unsatisfiable",
			    doc_key_pos(f->v[k]->node, "minItems"),
			    "no array can satisfy this: 'items: false' allows "
			    "fewer items");
			diag_note(l->diag, doc_key_pos(s->node, "items"),
			    "here");
		}
	}
}

/* --- Values --- */

static bool
accepts(const struct lint *l, const struct schema *s,
    const struct doc_node *value)
{
	struct rt_json_error err;
	const struct rt_node *v = rt_json_parse(l->arena,
	    doc_json(l->arena, value, 0), &rt_json_default_limits, &err);

	return v != NULL && schema_accepts(l->arena, s, v, NULL, NULL);
}

/* An enum or a constant of which nothing else lets a value through; false
 * when it was reported. */
static bool
check_enum(const struct lint *l, const struct schema *s,
    const struct schema *part)
{
	const struct doc_node *list = part->enumeration;
	const char *keyword = list != NULL ? "enum" : "const";

	if (list == NULL && part->constant == NULL)
		return true;
	if (list == NULL && accepts(l, s, part->constant))
		return true;
	for (size_t i = 0; list != NULL && i < list->n; i++) {
		if (accepts(l, s, list->items[i]))
			return true;
	}
	lint_report(l, "schema-unsatisfiable", doc_key_pos(part->node, keyword),
	    "no value of '%s' fits the other parts of the schema", keyword);
	if (part != s)
		diag_note(l->diag, s->pos, "both apply here");
	return false;
}

static bool
has_more_than_itself(const struct schema *s, const struct lint_family *f)
{
	return f->n > 1 || s->any_of.n > 0 || s->one_of.n > 0 ||
	    s->not_ != NULL || s->constant != NULL;
}

static void
check_schema(const struct lint *l, const struct schema *s)
{
	struct lint_family f;

	lint_family(s, &f);
	if (s->not_ != NULL && s->not_->any)
		lint_report(l, "schema-unsatisfiable",
		    doc_key_pos(s->node, "not"),
		    "nothing can satisfy this: the schema under 'not' allows "
		    "everything");
	for (size_t i = 0; i < f.n; i++) {
		for (size_t k = 0; k < f.v[i]->n_required; k++)
			check_required(l, &f, f.v[i], k);
	}
	check_items(l, &f);
	check_numbers(l, &f);
	if (f.n > 1) {
		check_types(l, &f);
		for (size_t i = 0; i < RT_LEN(counts); i++)
			check_count(l, &f, &counts[i]);
	}
	for (size_t i = 0; i < f.n && has_more_than_itself(s, &f); i++) {
		if (!check_enum(l, s, f.v[i]))
			return;
	}
}

void
lint_merged(const struct lint *l)
{
	for (size_t i = 0; i < schema_count(l->spec->schemas); i++) {
		const struct schema *s = schema_number(l->spec->schemas, i);

		if (s->node->type == DOC_MAP && s->whole == NULL)
			check_schema(l, s);
	}
}
