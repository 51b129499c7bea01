/* Rules over what requests carry: is its size bounded? */
#include "gen/lint_rule.h"

/* What is known to be bounded where a schema applies. */
enum {
	STRINGS = 1 << 0,
	ARRAYS = 1 << 1,
	MAPS = 1 << 2,
	INTEGERS = 1 << 3,
	FACETS = 4, /* how many there are */
};

struct step {
	const struct schema *schema;
	unsigned bounded;
};

/* A chain of schemas may be long: what is to be looked at is on a list. */
struct walk {
	const struct lint *lint;
	uint16_t *seen; /* by id, a bit for each set of facets */
	size_t n_schemas;
	struct step *todo; /* room for each schema with each set */
	size_t n;
};

/* The body's own bound is that of a file in it. */
static bool
is_file(const struct schema *s)
{
	return rt_str_is(s->format_name, "binary") ||
	    doc_get(s->node, "contentMediaType") != NULL ||
	    doc_get(s->node, "contentEncoding") != NULL;
}

static unsigned
bounds_of(const struct schema *s)
{
	bool listed = s->enumeration != NULL || s->constant != NULL;
	unsigned all = STRINGS | ARRAYS | MAPS | INTEGERS;
	unsigned out = 0;

	if (listed || s->never || s->node->type != DOC_MAP)
		return all;
	if (s->max_length >= 0 || s->pattern.p != NULL || s->format != 0 ||
	    is_file(s))
		out |= STRINGS;
	if (s->max_items >= 0 || (s->items != NULL && s->items->never))
		out |= ARRAYS;
	if (s->max_properties >= 0 || s->property_names != NULL)
		out |= MAPS;
	if (s->format != 0 ||
	    ((s->minimum.p != NULL || s->above.p != NULL) &&
		(s->maximum.p != NULL || s->below.p != NULL)))
		out |= INTEGERS;
	return out;
}

/* --- Reports --- */

static bool
is_map(const struct schema *s)
{
	return s->n_properties == 0 &&
	    (s->additional != NULL || s->n_patterns > 0);
}

static void
report(const struct lint *l, const struct schema *s, unsigned bounded)
{
	struct source_pos pos = doc_key_pos(s->node, "type");
	unsigned types = s->types;

	if (doc_get(s->node, "type") == NULL)
		return;
	if ((types & RT_STRING) != 0 && (bounded & STRINGS) == 0)
		lint_report(l, "string-unbounded", pos,
		    "a request may send a string of any length here");
	if ((types & RT_ARRAY) != 0 && (bounded & ARRAYS) == 0)
		lint_report(l, "array-unbounded", pos,
		    "a request may send any number of items here");
	if ((types & RT_OBJECT) != 0 && is_map(s) && (bounded & MAPS) == 0)
		lint_report(l, "map-unbounded", pos,
		    "a request may send any number of members here");
	if ((types & RT_INTEGER) != 0 && (types & RT_NUMBER) == 0 &&
	    (bounded & INTEGERS) == 0)
		lint_report(l, "integer-unbounded", pos,
		    "a request may send an integer of any size here");
}

/* --- The walk --- */

/* What nobody sends is in no request. */
static bool
is_read_only(const struct schema *s)
{
	const struct doc_node *flag =
	    lint_member(s->node, "readOnly", DOC_BOOL);

	return flag != NULL && flag->yes;
}

static void
add(struct walk *w, const struct schema *s, unsigned bounded)
{
	if (s == NULL || s->id >= w->n_schemas || is_read_only(s) ||
	    (w->seen[s->id] >> bounded & 1) != 0)
		return;
	w->seen[s->id] |= (uint16_t)(1u << bounded);
	w->todo[w->n++] = (struct step){s, bounded};
}

static void
add_parts(struct walk *w, const struct schema *s, unsigned bounded)
{
	for (size_t i = 0; i < s->n_properties; i++)
		add(w, s->properties[i].schema, 0);
	for (size_t i = 0; i < s->n_patterns; i++)
		add(w, s->patterns[i].schema, 0);
	for (size_t i = 0; i < s->prefix_items.n; i++)
		add(w, s->prefix_items.v[i], 0);
	add(w, s->items, 0);
	add(w, s->additional, 0);
	for (size_t i = 0; i < s->any_of.n; i++)
		add(w, s->any_of.v[i], bounded);
	for (size_t i = 0; i < s->one_of.n; i++)
		add(w, s->one_of.v[i], bounded);
	add(w, s->then_, bounded);
	add(w, s->else_, bounded);
}

/* What each branch of a union bounds, the union does. */
static unsigned
bounds_of_branches(const struct schema_list *list)
{
	unsigned out = list->n == 0 ? 0 : ~0u;
	struct lint_family f;

	for (size_t i = 0; i < list->n; i++) {
		unsigned branch = 0;

		lint_family(list->v[i], &f);
		for (size_t k = 0; k < f.n; k++)
			branch |= bounds_of(f.v[k]);
		out &= branch;
	}
	return out;
}

static void
visit(struct walk *w, const struct step *step)
{
	unsigned bounded = step->bounded;
	struct lint_family f;

	lint_family(step->schema, &f);
	for (size_t i = 0; i < f.n; i++)
		bounded |= bounds_of(f.v[i]) |
		    bounds_of_branches(&f.v[i]->any_of) |
		    bounds_of_branches(&f.v[i]->one_of);
	bounded &= (1u << FACETS) - 1;
	for (size_t i = 0; i < f.n; i++) {
		report(w->lint, f.v[i], bounded);
		add_parts(w, f.v[i], bounded);
	}
}

static void
add_root(const struct lint *l, const struct schema *s, void *arg)
{
	(void)l;
	add(arg, s, 0);
}

void
lint_requests(const struct lint *l)
{
	size_t n = schema_count(l->spec->schemas);
	struct walk w = {
	    .lint = l,
	    .seen = rt_arena_array(l->arena, n, sizeof(uint16_t)),
	    .n_schemas = n,
	    .todo = rt_arena_array(l->arena, n << FACETS, sizeof(struct step)),
	};

	lint_each_request(l, add_root, &w);
	while (w.n > 0) {
		struct step step = w.todo[--w.n];

		visit(&w, &step);
	}
}
