#include "runtime/check_part.h"
#include "runtime/json_part.h"

#include <stdlib.h>

enum {
	FEW_ITEMS = 8, /* up to here every pair is compared */
	LIST_MAX = 200, /* bytes of a list in a message */
};

/* --- Noting faults --- */

/* The next free entry, or NULL where the fault is only counted. */
static struct rt_fault *
next_fault(struct rt_check *c)
{
	if (c->muted > 0) {
		c->hidden++;
		return NULL;
	}
	if (c->n++ >= RT_FAULTS_MAX)
		return NULL;
	if (c->faults == NULL)
		c->faults =
		    rt_arena_array(c->arena, RT_FAULTS_MAX, sizeof(*c->faults));
	return &c->faults[c->n - 1];
}

static void
fill_fault(struct rt_check *c, struct rt_fault *f, const struct rt_node *v,
    const char *keyword)
{
	*f = (struct rt_fault){.in = c->in, .keyword = keyword};
	if (c->name != NULL)
		f->name = rt_str(c->name);
	else
		f->pointer = rt_node_pointer(c->arena, c->root, v);
}

static bool
is_same(const struct rt_fault *a, const struct rt_fault *b)
{
	return a->in == b->in && strcmp(a->keyword, b->keyword) == 0 &&
	    rt_str_eq(a->name, b->name) && rt_str_eq(a->pointer, b->pointer) &&
	    rt_str_eq(a->message, b->message);
}

/* What several parts of an allOf ask alike is told once: takes f, the last,
 * back where it was told before. */
static void
tell_once(struct rt_check *c, const struct rt_fault *f)
{
	for (const struct rt_fault *told = c->faults; told < f; told++) {
		if (is_same(told, f)) {
			c->n--;
			return;
		}
	}
}

void
rt_fault(struct rt_check *c, const struct rt_node *v, const char *keyword,
    const char *fmt, ...)
{
	struct rt_fault *f = next_fault(c);
	va_list ap;

	if (f == NULL)
		return;
	fill_fault(c, f, v, keyword);
	va_start(ap, fmt);
	f->message = rt_arena_vprintf(c->arena, fmt, ap);
	va_end(ap);
	tell_once(c, f);
}

struct rt_fault *
rt_fault_of_branches(struct rt_check *c, const struct rt_node *v,
    const char *keyword, struct rt_str message)
{
	struct rt_fault *f = next_fault(c);

	fill_fault(c, f, v, keyword);
	f->message = message;
	return f;
}

/* --- type --- */

static const struct {
	enum rt_type type;
	const char *name;
} type_names[] = {
    {RT_STRING, "a string"},
    {RT_INTEGER, "an integer"},
    {RT_NUMBER, "a number"},
    {RT_BOOLEAN, "a boolean"},
    {RT_ARRAY, "an array"},
    {RT_OBJECT, "an object"},
    {RT_NULL, "null"},
};

struct rt_str
rt_types_text(struct rt_arena *a, unsigned types)
{
	struct rt_buf b = rt_buf(a, SIZE_MAX);
	const char *last = NULL;

	if ((types & RT_NUMBER) != 0)
		types &= ~(unsigned)RT_INTEGER;
	for (size_t i = 0; i < RT_LEN(type_names); i++) {
		if ((types & type_names[i].type) == 0)
			continue;
		if (last != NULL)
			rt_buf_printf(&b, "%s%s", b.n > 0 ? ", " : "", last);
		last = type_names[i].name;
	}
	if (last == NULL)
		last = "of no type";
	rt_buf_printf(&b, "%s%s", b.n > 0 ? " or " : "", last);
	return rt_buf_str(&b);
}

static const char *
type_text(const struct rt_node *v, unsigned wanted)
{
	if (v->type == RT_NUMBER && (wanted & RT_INTEGER) != 0)
		return "a number with a fraction";
	for (size_t i = 0; i < RT_LEN(type_names); i++) {
		if (v->type == type_names[i].type)
			return type_names[i].name;
	}
	return "of no type";
}

bool
rt_has_type(const struct rt_node *v, unsigned types)
{
	if ((types & v->type) != 0)
		return true;
	return (types & RT_INTEGER) != 0 && v->type == RT_NUMBER &&
	    rt_decimal_is_integer(rt_node_str(v));
}

void
rt_check_other_type(struct rt_check *c, const struct rt_node *v, unsigned types)
{
	struct rt_str want;

	if (rt_has_type(v, types))
		return;
	if (c->muted > 0) {
		c->hidden++;
		return;
	}
	want = rt_types_text(c->arena, types);
	rt_fault(c, v, "type", "must be %.*s, is %s", RT_FMT(want),
	    type_text(v, types));
}

/* --- Strings --- */

void
rt_check_length(struct rt_check *c, const struct rt_node *v, size_t min,
    size_t max)
{
	bool file = v->span == RT_FILE_SPAN;
	const char *unit = file ? "byte" : "character";
	size_t points;

	if (v->type != RT_STRING)
		return;
	/* A code point has up to four bytes: often there is nothing to count. */
	if (v->n <= max && v->n / 4 >= min)
		return;
	points = file ? v->n : rt_str_points(rt_node_str(v));
	if (points < min)
		rt_fault(c, v, "minLength", "must have at least %zu %s%s", min,
		    unit, rt_plural(min));
	if (points > max)
		rt_fault(c, v, "maxLength", "must have at most %zu %s%s", max,
		    unit, rt_plural(max));
}

static const char unmatched[] = "could not be matched within limits";

void
rt_check_pattern(struct rt_check *c, const struct rt_node *v,
    const struct rt_pattern *pattern)
{
	/* Once there are more faults than can be told, matching, which is the
	 * dearest check, is work for nothing. */
	if (v->type != RT_STRING || c->n >= RT_FAULTS_MAX)
		return;
	switch (
	    rt_patterns_match(c->patterns, pattern->number, rt_node_str(v))) {
	case RT_MATCH_YES:
		return;
	case RT_MATCH_NO:
		rt_fault(c, v, "pattern", "must match the pattern %.200s",
		    pattern->text);
		return;
	case RT_MATCH_UNKNOWN:
		rt_undecided(c, v, "pattern", unmatched);
		return;
	}
}

/* The same holds for the names of members. */
bool
rt_check_name_matches(struct rt_check *c, const struct rt_node *name,
    const struct rt_pattern *pattern)
{
	enum rt_match match;

	if (c->n >= RT_FAULTS_MAX)
		return false;
	match =
	    rt_patterns_match(c->patterns, pattern->number, rt_node_str(name));
	if (match == RT_MATCH_UNKNOWN)
		rt_undecided(c, name, "patternProperties", unmatched);
	return match == RT_MATCH_YES;
}

void
rt_check_format(struct rt_check *c, const struct rt_node *v,
    enum rt_format format)
{
	bool number = rt_format_is_numeric(format);

	if (v->type != (number ? RT_NUMBER : RT_STRING) ||
	    rt_format_ok(format, rt_node_str(v)))
		return;
	rt_fault(c, v, "format", "must have the format %s",
	    rt_format_name(format));
}

/* --- Numbers --- */

static const struct {
	const char *keyword;
	const char *must;
} bounds[] = {
    [RT_MINIMUM] = {"minimum", "must be at least"},
    [RT_MAXIMUM] = {"maximum", "must be at most"},
    [RT_ABOVE] = {"exclusiveMinimum", "must be greater than"},
    [RT_BELOW] = {"exclusiveMaximum", "must be less than"},
};

static bool
is_within(int order, enum rt_bound bound)
{
	switch (bound) {
	case RT_MINIMUM:
		return order >= 0;
	case RT_MAXIMUM:
		return order <= 0;
	case RT_ABOVE:
		return order > 0;
	case RT_BELOW:
		return order < 0;
	}
	return false;
}

void
rt_check_bound(struct rt_check *c, const struct rt_node *v, enum rt_bound bound,
    struct rt_str than)
{
	if (v->type == RT_NUMBER &&
	    !is_within(rt_decimal_cmp(rt_node_str(v), than), bound))
		rt_fault(c, v, bounds[bound].keyword, "%s %.*s",
		    bounds[bound].must, RT_FMT(than));
}

void
rt_check_multiple(struct rt_check *c, const struct rt_node *v, const char *of)
{
	if (v->type == RT_NUMBER &&
	    !rt_decimal_is_multiple(rt_node_str(v), rt_str(of)))
		rt_fault(c, v, "multipleOf", "must be a multiple of %s", of);
}

/* --- Arrays --- */

void
rt_check_items(struct rt_check *c, const struct rt_node *v, size_t min,
    size_t max)
{
	if (v->type != RT_ARRAY)
		return;
	if (v->n < min)
		rt_fault(c, v, "minItems", "must have at least %zu item%s", min,
		    rt_plural(min));
	if (v->n > max)
		rt_fault(c, v, "maxItems", "must have at most %zu item%s", max,
		    rt_plural(max));
}

static bool
few_are_unique(const struct rt_node *array)
{
	struct rt_items a = rt_items(array);

	while (rt_items_next(&a)) {
		struct rt_items b = a;

		while (rt_items_next(&b)) {
			if (rt_node_eq(a.value, b.value))
				return false;
		}
	}
	return true;
}

static int
by_value(const void *a, const void *b)
{
	return rt_node_cmp(*(const struct rt_node *const *)a,
	    *(const struct rt_node *const *)b);
}

/* Equal items are neighbours once all are sorted. */
static bool
many_are_unique(struct rt_arena *a, const struct rt_node *array)
{
	struct rt_items it = rt_items(array);
	size_t n = it.left;
	const struct rt_node **all = rt_arena_array(a, n, sizeof(*all));

	for (size_t i = 0; rt_items_next(&it); i++)
		all[i] = it.value;
	qsort(all, n, sizeof(*all), by_value);
	for (size_t i = 1; i < n; i++) {
		if (rt_node_eq(all[i - 1], all[i]))
			return false;
	}
	return true;
}

void
rt_check_unique(struct rt_check *c, const struct rt_node *v)
{
	bool unique;

	if (v->type != RT_ARRAY)
		return;
	unique = v->n <= FEW_ITEMS ? few_are_unique(v)
				   : many_are_unique(c->arena, v);
	if (!unique)
		rt_fault(c, v, "uniqueItems", "must not have equal items");
}

/* --- Objects --- */

void
rt_check_properties(struct rt_check *c, const struct rt_node *v, size_t min,
    size_t max)
{
	if (v->type != RT_OBJECT)
		return;
	if (v->n < min)
		rt_fault(c, v, "minProperties",
		    "must have at least %zu member%s", min, rt_plural(min));
	if (v->n > max)
		rt_fault(c, v, "maxProperties",
		    "must have at most %zu member%s", max, rt_plural(max));
}

/* The fault without its message; NULL where it is only counted. */
static struct rt_fault *
note_missing(struct rt_check *c, const struct rt_node *v, const char *keyword,
    struct rt_str name)
{
	struct rt_fault *f = next_fault(c);

	if (f == NULL)
		return NULL;
	fill_fault(c, f, v, keyword);
	if (f->pointer.p != NULL)
		f->pointer = rt_pointer_add(c->arena, f->pointer, name);
	return f;
}

/*
 * Members mostly come in the order of the schema, so one is looked for behind
 * the one before first; where there are many, they are sorted.
 */
static bool
has_member(const struct rt_node *v, struct rt_str name,
    const struct rt_node **behind)
{
	const struct rt_node *at = *behind, *end = v + v->span;

	while (v->n <= RT_FEW_MEMBERS && at < end) {
		bool found = rt_str_eq_short(rt_node_str(at), name);

		at = rt_node_next_name(at);
		if (found) {
			*behind = at;
			return true;
		}
	}
	return rt_node_member(v, name) != NULL;
}

void
rt_check_required(struct rt_check *c, const struct rt_node *v,
    const struct rt_keys *keys)
{
	const struct rt_node *behind = v + 1;

	for (unsigned i = 0; v->type == RT_OBJECT && i < keys->n_required;
	     i++) {
		struct rt_str name = keys->required[i];
		struct rt_fault *f;

		if (has_member(v, name, &behind))
			continue;
		f = note_missing(c, v, "required", name);
		if (f == NULL)
			continue;
		f->message = rt_arena_printf(c->arena, "'%.*s' is required",
		    RT_FMT(name));
		tell_once(c, f);
	}
}

void
rt_check_dependent(struct rt_check *c, const struct rt_node *v,
    const char *name, const char *const *required)
{
	if (rt_node_get(v, name) == NULL)
		return;
	for (; *required != NULL; required++) {
		struct rt_fault *f;

		if (rt_node_get(v, *required) != NULL)
			continue;
		f = note_missing(c, v, "dependentRequired", rt_str(*required));
		if (f == NULL)
			continue;
		f->message = rt_arena_printf(c->arena,
		    "'%s' is required where '%s' is", *required, name);
		tell_once(c, f);
	}
}

void
rt_check_unexpected(struct rt_check *c, const struct rt_members *m)
{
	rt_fault(c, m->value, "additionalProperties", "is not allowed here");
}

/* --- Given values --- */

/* "cat, dog", up to LIST_MAX bytes. */
static struct rt_str
enum_list(struct rt_arena *a, const struct rt_enum *e)
{
	struct rt_buf b = rt_buf(a, SIZE_MAX);

	for (unsigned i = 1; i < e->n; i++) {
		struct rt_str text = rt_enum_text(e, i);

		if (b.n + text.n > LIST_MAX) {
			rt_buf_printf(&b, "%s%u more", i > 1 ? " or " : "",
			    e->n - i);
			break;
		}
		rt_buf_printf(&b, "%s%.*s", i > 1 ? ", " : "", RT_FMT(text));
	}
	return rt_buf_str(&b);
}

void
rt_check_enum(struct rt_check *c, const struct rt_node *v,
    const struct rt_enum *e)
{
	struct rt_str list;

	if (rt_read_enum(v, e) != 0)
		return;
	if (c->muted > 0) {
		c->hidden++;
		return;
	}
	list = enum_list(c->arena, e);
	rt_fault(c, v, "enum", "must be one of: %.*s", RT_FMT(list));
}

/* JSON of the contract, parsed once for a call. */
struct rt_values {
	const struct rt_values *next;
	const char *json; /* is its key, as an address */
	const struct rt_node *parsed; /* NULL: not JSON */
};

static const struct rt_node *
parsed_values(struct rt_check *c, const char *json)
{
	const struct rt_values *known = c->values;
	struct rt_json_error err;
	struct rt_values *values;

	while (known != NULL && known->json != json)
		known = known->next;
	if (known != NULL)
		return known->parsed;
	values = rt_arena_new(c->arena, sizeof(*values));
	values->next = c->values;
	values->json = json;
	values->parsed = rt_json_parse(c->arena, rt_str(json), NULL, &err);
	c->values = values;
	return values->parsed;
}

const struct rt_node *
rt_default(struct rt_check *c, const char *json)
{
	static const struct rt_node none = {.type = RT_NULL, .span = 1};
	const struct rt_node *v = parsed_values(c, json);

	return v == NULL ? &none : v;
}

static bool
is_among(const struct rt_node *v, const struct rt_node *array)
{
	struct rt_items it;

	if (array == NULL)
		return false;
	it = rt_items(array);
	while (rt_items_next(&it)) {
		if (rt_node_eq(it.value, v))
			return true;
	}
	return false;
}

void
rt_check_values(struct rt_check *c, const struct rt_node *v,
    const char *keyword, const char *json)
{
	const struct rt_node *array = parsed_values(c, json);
	struct rt_str list = rt_str(json);

	if (is_among(v, array))
		return;
	/* Without the brackets. */
	if (list.n >= 2)
		list = (struct rt_str){list.p + 1, list.n - 2};
	if (list.n > LIST_MAX)
		rt_fault(c, v, keyword, "must be one of the allowed values");
	else if (array != NULL && array->n > 1)
		rt_fault(c, v, keyword, "must be one of: %.*s", RT_FMT(list));
	else
		rt_fault(c, v, keyword, "must be %.*s", RT_FMT(list));
}

void
rt_check_never(struct rt_check *c, const struct rt_node *v)
{
	rt_fault(c, v, "false schema", "is not allowed here");
}
