/* Rules over anyOf and oneOf: can branches be told apart, and taken? */
#include "gen/lint_rule.h"
#include "gen/sample.h"

/* Samples of a schema are small; what needs more than this is let be. */
enum { SAMPLES = 2, BRANCHES_MAX = 64 };

struct place {
	const struct schema *schema;
	const char *keyword; /* "oneOf" */
	const struct schema_list *branches;
};

static struct source_pos
branch_pos(const struct place *p, size_t i)
{
	const struct doc_node *list =
	    lint_member(p->schema->node, p->keyword, DOC_SEQ);

	return list != NULL && i < list->n ? list->items[i]->pos
					   : p->schema->pos;
}

/* --- Types --- */

static void
check_dead(const struct lint *l, const struct place *p)
{
	struct lint_family outer, inner;
	size_t alive = 0;

	lint_family(p->schema, &outer);
	for (size_t i = 0; i < p->branches->n; i++) {
		lint_family(p->branches->v[i], &inner);
		if ((inner.types & outer.types) != 0) {
			alive++;
			continue;
		}
		lint_report(l, "union-dead-branch", branch_pos(p, i),
		    "no value of this branch has a type that the schema "
		    "allows");
	}
	if (alive == 0)
		lint_report(l, "schema-unsatisfiable",
		    doc_key_pos(p->schema->node, p->keyword),
		    "nothing can satisfy this: each branch of '%s' contradicts "
		    "what stands beside it",
		    p->keyword);
}

/* Whether nothing but a type is asserted. */
static bool
is_plain(const struct schema *s)
{
	for (size_t i = 0; i < s->node->n; i++) {
		struct rt_str key = s->node->members[i].key;

		if (!rt_str_is(key, "type") && !rt_str_is(key, "title") &&
		    !rt_str_is(key, "description") &&
		    !rt_str_is(key, "default") && !rt_str_is(key, "example") &&
		    !rt_str_is(key, "examples") && !rt_str_starts(key, "x-"))
			return false;
	}
	return s->node->type == DOC_MAP;
}

static void
check_shadowed(const struct lint *l, const struct place *p, size_t i, size_t k)
{
	const struct schema *wide = p->branches->v[i];
	struct lint_family narrow;

	lint_family(p->branches->v[k], &narrow);
	if (!is_plain(wide) || narrow.types == 0 ||
	    (narrow.types & ~wide->types) != 0)
		return;
	lint_report(l, "union-shadowed", branch_pos(p, k),
	    "another branch allows all that this one allows");
	diag_note(l->diag, branch_pos(p, i), "the other one");
}

static void
check_pairs(const struct lint *l, const struct place *p)
{
	bool any = strcmp(p->keyword, "anyOf") == 0;

	for (size_t k = 0; k < p->branches->n; k++) {
		for (size_t i = 0; i < p->branches->n; i++) {
			if (any && i != k)
				check_shadowed(l, p, i, k);
			if (i >= k ||
			    !doc_eq(p->branches->v[i]->node,
				p->branches->v[k]->node))
				continue;
			lint_report(l, "union-duplicate", branch_pos(p, k),
			    "this branch of '%s' is the same as another",
			    p->keyword);
			diag_note(l->diag, branch_pos(p, i), "the other one");
		}
	}
}

/* --- Overlaps, shown by a value --- */

static bool
fits_one(struct rt_arena *arena, const struct place *p, const struct rt_node *v)
{
	unsigned n = 0;

	for (size_t i = 0; i < p->branches->n; i++)
		n += schema_accepts(arena, p->branches->v[i], v, NULL, NULL);
	return n == 1;
}

/* A value of the branch that others accept as well; NULL when one was found
 * that they don't, or none at all. */
static const struct instance *
overlap(struct rt_arena *arena, const struct place *p, size_t branch)
{
	const struct instance *found = NULL;

	for (unsigned i = 0; i < SAMPLES; i++) {
		const struct instance *v =
		    sample_value(arena, p->branches->v[branch],
			i == 0 ? SAMPLE_MAXIMAL : SAMPLE_MINIMAL);
		const struct rt_node *node =
		    v == NULL ? NULL : instance_node(arena, v);

		if (node == NULL || fits_one(arena, p, node))
			return NULL;
		found = v;
	}
	return found;
}

static bool
is_duplicate(const struct place *p, size_t k)
{
	for (size_t i = 0; i < p->branches->n; i++) {
		if (i != k &&
		    doc_eq(p->branches->v[i]->node, p->branches->v[k]->node))
			return true;
	}
	return false;
}

static void
check_overlap(const struct lint *l, const struct place *p)
{
	struct rt_arena *work = rt_arena_open_like(l->arena);

	for (size_t i = 0; i < p->branches->n && i < BRANCHES_MAX; i++) {
		const struct instance *v =
		    is_duplicate(p, i) ? NULL : overlap(work, p, i);
		struct rt_str text;

		if (v != NULL) {
			text = instance_json(work, v);
			lint_report(l, "one-of-overlap", branch_pos(p, i),
			    "values of this branch seem to fit another one as "
			    "well, and are refused: %.*s",
			    (int)(text.n > 60 ? 60 : text.n), text.p);
		}
		rt_arena_reset(work);
	}
	rt_arena_close(work);
}

/* --- Discriminators --- */

static bool requires(const struct schema *branch, struct rt_str name)
{
	struct lint_family f;

	lint_family(branch, &f);
	for (size_t i = 0; i < f.n; i++) {
		for (size_t k = 0; k < f.v[i]->n_required; k++) {
			if (rt_str_eq(f.v[i]->required[k], name))
				return true;
		}
		/* A union of its own may have it in its branches. */
		if (f.v[i]->any_of.n > 0 || f.v[i]->one_of.n > 0)
			return true;
	}
	return false;
}

static void
check_discriminator(const struct lint *l, const struct place *p)
{
	struct rt_str name =
	    lint_text(lint_member(p->schema->node, "discriminator", DOC_MAP),
		"propertyName");

	for (size_t i = 0; name.p != NULL && i < p->branches->n; i++) {
		if (requires(p->branches->v[i], name))
			continue;
		lint_report(l, "discriminator-property", branch_pos(p, i),
		    "this branch doesn't require '%.*s', which tells the "
		    "branches apart",
		    RT_FMT(name));
		diag_note(l->diag,
		    doc_key_pos(p->schema->node, "discriminator"), "here");
	}
}

static void
check_place(const struct lint *l, const struct place *p)
{
	if (p->branches->n == 0)
		return;
	check_dead(l, p);
	check_pairs(l, p);
	check_discriminator(l, p);
	if (strcmp(p->keyword, "oneOf") == 0 && l->sound)
		check_overlap(l, p);
}

void
lint_unions(const struct lint *l)
{
	for (size_t i = 0; i < schema_count(l->spec->schemas); i++) {
		const struct schema *s = schema_number(l->spec->schemas, i);
		struct place any = {s, "anyOf", &s->any_of};
		struct place one = {s, "oneOf", &s->one_of};

		if (s->node->type != DOC_MAP || s->whole != NULL)
			continue;
		check_place(l, &any);
		check_place(l, &one);
	}
}
