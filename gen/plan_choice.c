/* What anyOf and oneOf are to C: a union, one type, or the tape. */
#include "gen/plan_type.h"

struct choice {
	struct plan *plan;
	const struct schema *s;
	const struct schema_list *list;
	struct plan_branches branches;
	struct plan_variant *variants;
	size_t n;
	size_t *variant_of; /* by branch, from 1 */
};

/* --- Branches of one C type --- */

static const struct plan_form *
branch_form(const struct choice *c, size_t i)
{
	return plan_form(c->plan, c->list->v[i]);
}

static bool
says_nothing(unsigned types)
{
	return (types & ~(unsigned)RT_NULL) == 0;
}

/* Strings are one member of the union, and so are numbers: what a person
 * would write, and a choice by type. */
static bool
shares(const struct choice *c, const struct plan_variant *v,
    const struct plan_form *f)
{
	if (v->schema != NULL &&
	    plan_form(c->plan, v->schema)->shape == f->shape)
		return true;
	return (plan_is_text(v->kind) && plan_is_text(f->kind)) ||
	    (plan_is_number(v->kind) && plan_is_number(f->kind)) ||
	    (v->kind == PLAN_BOOL && f->kind == PLAN_BOOL);
}

static enum plan_kind
wider(enum plan_kind a, enum plan_kind b)
{
	if (a == b && a != PLAN_ENUM)
		return a;
	if (plan_is_text(a))
		return PLAN_STR;
	return a == PLAN_DOUBLE || b == PLAN_DOUBLE ? PLAN_DOUBLE : PLAN_INT;
}

static struct rt_str
scalar_name(enum plan_kind kind)
{
	if (plan_is_text(kind))
		return RT_LIT("string");
	if (kind == PLAN_BOOL)
		return RT_LIT("boolean");
	return kind == PLAN_DOUBLE ? RT_LIT("number") : RT_LIT("integer");
}

static void
join_variant(const struct choice *c, struct plan_variant *v,
    const struct plan_form *f)
{
	v->types |= f->types;
	if (v->schema != NULL &&
	    plan_form(c->plan, v->schema)->shape == f->shape)
		return;
	v->schema = NULL;
	v->kind = wider(v->kind, f->kind);
	v->name = scalar_name(v->kind);
}

static void
add_branch(struct choice *c, size_t i)
{
	const struct plan_form *f = branch_form(c, i);
	size_t k = 0;

	if (says_nothing(f->types))
		return;
	while (k < c->n && !shares(c, &c->variants[k], f))
		k++;
	if (k < c->n)
		join_variant(c, &c->variants[k], f);
	else
		c->variants[c->n++] = (struct plan_variant){
		    .schema = c->list->v[i],
		    .kind = f->kind,
		    .types = f->types,
		    .name = c->branches.v[i].name,
		};
	c->variant_of[i] = k + 1;
}

/* --- One type for all --- */

static bool
has_text(const struct plan_form *f, struct rt_str text)
{
	for (size_t i = 0; i < f->n_texts; i++) {
		if (rt_str_eq(f->texts[i], text))
			return true;
	}
	return false;
}

/* The values of all branches, where each has some. */
static void
join_texts(const struct choice *c, struct plan_form *f)
{
	struct rt_str *texts;
	size_t max = 0;

	for (size_t i = 0; i < c->list->n; i++) {
		if (c->variant_of[i] == 0)
			continue;
		if (branch_form(c, i)->n_texts == 0)
			return;
		max += branch_form(c, i)->n_texts;
	}
	texts = rt_arena_array(c->plan->arena, max, sizeof(*texts));
	f->texts = texts;
	f->kind = PLAN_ENUM;
	for (size_t i = 0; i < c->list->n; i++) {
		const struct plan_form *branch = branch_form(c, i);

		for (size_t k = 0; c->variant_of[i] > 0 && k < branch->n_texts;
		     k++) {
			if (!has_text(f, branch->texts[k]))
				texts[f->n_texts++] = branch->texts[k];
		}
	}
}

static void
one_type(const struct choice *c, struct plan_form *f)
{
	const struct plan_variant *only = &c->variants[0];
	struct plan_form whole = *f;

	if (only->schema != NULL) {
		*f = *plan_form(c->plan, only->schema);
		f->types = whole.types;
		f->alone = whole.alone;
		return;
	}
	f->kind = only->kind;
	if (plan_is_text(f->kind))
		join_texts(c, f);
}

/* --- A union --- */

/* Whether objects of `a` may not have what those of `b` have to have. */
static bool
forbids(struct plan *p, const struct schema *a, const struct schema *b)
{
	struct schema_list parts = plan_parts(p, b);

	if (!a->closed || a->n_patterns > 0)
		return false;
	for (size_t i = 0; i < parts.n; i++) {
		const struct schema *s = parts.v[i];

		for (size_t k = 0; k < s->n_required; k++) {
			if (!schema_has_property(a, s->required[k]))
				return true;
		}
	}
	return false;
}

/* Whether no value can be of both branches, or a discriminator says which it
 * is then. */
static bool
exclude(const struct choice *c, size_t i, size_t k)
{
	const struct schema *x = c->list->v[i], *y = c->list->v[k];
	const struct plan_branch *a = &c->branches.v[i];
	const struct plan_branch *b = &c->branches.v[k];
	unsigned common = a->types & b->types & ~(unsigned)RT_NULL;

	if (common == 0)
		return true;
	return common == RT_OBJECT &&
	    (c->branches.tag.p != NULL || c->s->discriminator.p != NULL ||
		forbids(c->plan, x, y) || forbids(c->plan, y, x));
}

static bool
all_exclude(const struct choice *c)
{
	for (size_t i = 0; i < c->list->n; i++) {
		for (size_t k = i + 1; k < c->list->n; k++) {
			if (c->variant_of[i] == c->variant_of[k] ||
			    c->variant_of[i] == 0 || c->variant_of[k] == 0)
				continue;
			if (!exclude(c, i, k))
				return false;
		}
	}
	return true;
}

static bool
none_has_type(const struct choice *c)
{
	for (size_t i = 0; i < c->n; i++) {
		if (c->variants[i].kind != PLAN_NODE)
			return false;
	}
	return true;
}

static bool
any_is_open(const struct choice *c)
{
	for (size_t i = 0; i < c->n; i++) {
		if (plan_any_type(c->variants[i].types | RT_NULL))
			return true;
	}
	return false;
}

void
plan_choice(struct plan *p, const struct schema *s,
    const struct schema_list *list, struct plan_form *f)
{
	struct choice c = {
	    .plan = p,
	    .s = s,
	    .list = list,
	    .branches = plan_branches(p, s, list),
	};

	c.variants = rt_arena_array(p->arena, list->n, sizeof(*c.variants));
	c.variant_of = rt_arena_array(p->arena, list->n, sizeof(size_t));
	for (size_t i = 0; i < list->n; i++)
		add_branch(&c, i);
	f->kind = PLAN_NODE;
	if (c.n == 1) {
		one_type(&c, f);
		return;
	}
	if (c.n == 0)
		return;
	if (any_is_open(&c)) {
		f->widened = "a branch allows values of any type";
		return;
	}
	if (none_has_type(&c)) {
		f->widened = "no branch has a type in C";
		return;
	}
	if (list == &s->any_of && !all_exclude(&c)) {
		f->widened = "branches of anyOf may hold at once";
		return;
	}
	f->kind = PLAN_UNION;
	f->list = list;
	f->variants = c.variants;
	f->n_variants = c.n;
	f->variant_of = c.variant_of;
}
