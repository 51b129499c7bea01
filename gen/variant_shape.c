/* Variants of arrays, objects and unions; see variant.h. */
#include "gen/variant.h"

enum { ITEMS_MAX = 2000 };

/* --- Arrays --- */

static void
min_items(const struct site *at, const struct schema *part)
{
	struct rt_arena *a = at->out->arena;
	struct schema relaxed = *part;
	struct fault f = {.part = part,
	    .pointer = at->pointer,
	    .keyword = "minItems"};
	size_t n = (size_t)part->min_items;

	if (n == 0 || n > ITEMS_MAX)
		return;
	relaxed.min_items = 0;
	f.relaxed = site_schema(at, part, &relaxed);
	site_accepts(at, f.keyword, "least",
	    rt_arena_printf(a, "has %zu items, the least", n).p,
	    sample_array(a, site_schema(at, NULL, NULL), n));
	(void)site_refuses(at, &f, "under",
	    rt_arena_printf(a, "has fewer than %zu items", n).p,
	    sample_array(a, f.relaxed, n - 1));
}

static void
max_items(const struct site *at, const struct schema *part)
{
	struct rt_arena *a = at->out->arena;
	struct schema relaxed = *part;
	struct fault f = {.part = part,
	    .pointer = at->pointer,
	    .keyword = "maxItems"};
	size_t n = (size_t)part->max_items;

	if (part->max_items == SCHEMA_NO_MAX || n > ITEMS_MAX)
		return;
	relaxed.max_items = SCHEMA_NO_MAX;
	f.relaxed = site_schema(at, part, &relaxed);
	site_accepts(at, f.keyword, "most",
	    rt_arena_printf(a, "has %zu items, the most", n).p,
	    sample_array(a, site_schema(at, NULL, NULL), n));
	(void)site_refuses(at, &f, "over",
	    rt_arena_printf(a, "has more than %zu items", n).p,
	    sample_array(a, f.relaxed, n + 1));
}

static void
unique(const struct site *at, const struct schema *part)
{
	struct rt_arena *a = at->out->arena;
	struct schema relaxed = *part;
	struct fault f = {.part = part,
	    .pointer = at->pointer,
	    .keyword = "uniqueItems"};
	size_t n = part->min_items > 2 ? (size_t)part->min_items : 2;

	if (!part->unique || n > ITEMS_MAX)
		return;
	relaxed.unique = false;
	f.relaxed = site_schema(at, part, &relaxed);
	(void)site_refuses(at, &f, "twice", "has the same item twice",
	    sample_array(a, f.relaxed, n));
}

void
site_array(const struct site *at, const struct schema *part)
{
	if ((part->types & RT_ARRAY) == 0 || site_value(at)->type != RT_ARRAY)
		return;
	min_items(at, part);
	max_items(at, part);
	unique(at, part);
	if (part->min_items == 0)
		site_accepts(at, "type", "empty-array", "is empty",
		    instance_empty(at->out->arena, RT_ARRAY));
}

/* --- Objects --- */

static void
required(const struct site *at, const struct schema *part, size_t i)
{
	struct rt_arena *a = at->out->arena;
	struct schema relaxed = *part;
	struct rt_str *names =
	    rt_arena_array(a, part->n_required, sizeof(*names));
	struct rt_str pointer =
	    instance_pointer(a, RT_LIT(""), part->required[i]);
	struct fault f = {.part = part, .keyword = "required"};

	memcpy(names, part->required, part->n_required * sizeof(*names));
	names[i] = names[part->n_required - 1];
	relaxed.required = names;
	relaxed.n_required--;
	f.relaxed = site_schema(at, part, &relaxed);
	f.pointer = instance_pointer(a, at->pointer, part->required[i]);
	(void)site_refuses(at, &f, "missing", "is missing",
	    instance_without(a, site_value(at), pointer));
}

static void
optional(const struct site *at, const struct schema *part)
{
	struct rt_arena *a = at->out->arena;

	for (size_t i = 0; i < part->n_properties; i++) {
		struct rt_str name = part->properties[i].name;
		struct rt_str pointer = instance_pointer(a, RT_LIT(""), name);

		if (instance_get(site_value(at), name) == NULL)
			continue;
		site_accepts(at, "properties",
		    rt_arena_printf(a, "without-%.*s", RT_FMT(name)).p,
		    "lacks an optional member",
		    instance_without(a, site_value(at), pointer));
	}
}

static void
unexpected(const struct site *at, const struct schema *part)
{
	static const char name[] = "unexpected";
	struct rt_arena *a = at->out->arena;
	const struct instance *value = instance_with(a, site_value(at),
	    RT_LIT("/unexpected"), instance_bool(a, true));
	struct schema relaxed = *part;
	struct fault f = {.part = part, .keyword = "additionalProperties"};

	relaxed.closed = false;
	f.relaxed = site_schema(at, part, &relaxed);
	f.pointer = instance_pointer(a, at->pointer, rt_str(name));
	if (part->closed)
		(void)site_refuses(at, &f, "unexpected",
		    "is a member that the schema does not know", value);
	else if (part->additional == NULL)
		site_accepts(at, "additionalProperties", "allowed",
		    "has a member that the schema does not know", value);
}

/* The site's object with members taken away, or added, until it has n. */
static const struct instance *
with_members(const struct site *at, const struct schema *s, size_t n)
{
	struct rt_arena *a = at->out->arena;
	const struct schema *folded = sample_folded(a, s);
	const struct instance *v = site_value(at);

	while (v->n > n)
		v = instance_without(a, v,
		    instance_pointer(a, RT_LIT(""), v->parts[v->n - 1].name));
	for (size_t i = 1; v->n < n && i <= n; i++) {
		const struct instance *value = folded->additional == NULL
		    ? instance_string(a, RT_LIT("x"))
		    : sample_value(a, folded->additional, SAMPLE_MINIMAL);

		if (value == NULL)
			return NULL;
		v = instance_with(a, v, rt_arena_printf(a, "/key%zu", i),
		    value);
	}
	return v;
}

static void
min_properties(const struct site *at, const struct schema *part)
{
	struct rt_arena *a = at->out->arena;
	struct schema relaxed = *part;
	struct fault f = {.part = part,
	    .pointer = at->pointer,
	    .keyword = "minProperties"};
	size_t n = (size_t)part->min_properties;

	if (n == 0)
		return;
	relaxed.min_properties = 0;
	f.relaxed = site_schema(at, part, &relaxed);
	site_accepts(at, f.keyword, "least",
	    rt_arena_printf(a, "has %zu members, the least", n).p,
	    with_members(at, site_schema(at, NULL, NULL), n));
	(void)site_refuses(at, &f, "under",
	    rt_arena_printf(a, "has fewer than %zu members", n).p,
	    with_members(at, f.relaxed, n - 1));
}

static void
max_properties(const struct site *at, const struct schema *part)
{
	struct rt_arena *a = at->out->arena;
	struct schema relaxed = *part;
	struct fault f = {.part = part,
	    .pointer = at->pointer,
	    .keyword = "maxProperties"};
	size_t n = (size_t)part->max_properties;

	if (part->max_properties == SCHEMA_NO_MAX || n > ITEMS_MAX)
		return;
	relaxed.max_properties = SCHEMA_NO_MAX;
	f.relaxed = site_schema(at, part, &relaxed);
	site_accepts(at, f.keyword, "most",
	    rt_arena_printf(a, "has %zu members, the most", n).p,
	    with_members(at, site_schema(at, NULL, NULL), n));
	(void)site_refuses(at, &f, "over",
	    rt_arena_printf(a, "has more than %zu members", n).p,
	    with_members(at, f.relaxed, n + 1));
}

void
site_object(const struct site *at, const struct schema *part)
{
	if ((part->types & RT_OBJECT) == 0 || site_value(at)->type != RT_OBJECT)
		return;
	for (size_t i = 0; i < part->n_required; i++)
		required(at, part, i);
	optional(at, part);
	unexpected(at, part);
	min_properties(at, part);
	max_properties(at, part);
}

/* --- Unions --- */

static void
branches(const struct site *at, const struct schema_list *list,
    const char *keyword)
{
	struct rt_arena *a = at->out->arena;

	for (size_t i = 0; i < list->n; i++) {
		struct site branch = *at;

		if (branch.n == VARIANT_PARTS_MAX)
			return;
		branch.parts[branch.n++] = list->v[i];
		site_accepts(at, keyword, rt_arena_printf(a, "branch-%zu", i).p,
		    "is what one branch allows",
		    sample_value(a, site_schema(&branch, NULL, NULL),
			SAMPLE_MINIMAL));
	}
}

/* Something that no branch allows: the object without what is optional, or
 * a value of another kind. */
static void
no_branch(const struct site *at, const struct fault *f)
{
	static const char *const others[] = {"", "x", "no branch"};
	struct rt_arena *a = at->out->arena;
	const struct instance *v = site_value(at);

	for (size_t i = 0; v->type == RT_OBJECT && i < v->n; i++) {
		if (site_refuses(at, f, "none", "is what no branch allows",
			instance_without(a, v,
			    instance_pointer(a, RT_LIT(""), v->parts[i].name))))
			return;
	}
	if (site_refuses(at, f, "none", "is what no branch allows",
		instance_empty(a, RT_OBJECT)))
		return;
	for (size_t i = 0; i < RT_LEN(others); i++) {
		if (site_refuses(at, f, "none", "is what no branch allows",
			instance_string(a, rt_str(others[i]))))
			return;
	}
	if (!site_refuses(at, f, "none", "is what no branch allows",
		instance_empty(a, RT_ARRAY)))
		(void)site_refuses(at, f, "none", "is what no branch allows",
		    instance_number(a, RT_LIT("-987654321.5")));
}

/* What several branches of oneOf allow: a branch's sample that others take. */
static void
two_branches(const struct site *at, const struct fault *f,
    const struct schema_list *list)
{
	struct rt_arena *a = at->out->arena;
	bool found = false;

	for (size_t i = 0; i < list->n && !found; i++) {
		const struct instance *v =
		    sample_value(a, list->v[i], SAMPLE_MAXIMAL);
		size_t takers = 0;

		for (size_t k = 0; v != NULL && k < list->n; k++)
			takers += instance_fits(a, list->v[k], v);
		if (takers > 1)
			found = site_refuses(at, f, "two",
			    "is what two branches allow", v);
	}
}

void
site_unions(const struct site *at, const struct schema *part)
{
	struct schema relaxed = *part;
	struct fault f = {.part = part, .pointer = at->pointer};

	if (part->any_of.n > 0) {
		relaxed.any_of.n = 0;
		f.relaxed = site_schema(at, part, &relaxed);
		f.keyword = "anyOf";
		branches(at, &part->any_of, f.keyword);
		no_branch(at, &f);
	}
	if (part->one_of.n > 0) {
		relaxed = *part;
		relaxed.one_of.n = 0;
		f.relaxed = site_schema(at, part, &relaxed);
		f.keyword = "oneOf";
		branches(at, &part->one_of, f.keyword);
		no_branch(at, &f);
		two_branches(at, &f, &part->one_of);
	}
	if (part->not_ != NULL) {
		relaxed = *part;
		relaxed.not_ = NULL;
		f.relaxed = site_schema(at, part, &relaxed);
		f.keyword = "not";
		(void)site_refuses(at, &f, "matched", "is what must not be",
		    sample_value(at->out->arena, part->not_, SAMPLE_MAXIMAL));
	}
}
