/* The tables that anyOf and oneOf go by. */
#include "gen/plan_unit.h"

struct table {
	struct plan *plan;
	const struct plan_type *t;
	const struct schema_list *list;
	struct rt_str c; /* "pet_one_of" */
	struct plan_branches branches;
	struct value *lists; /* of texts */
};

/* A list of texts: the C name of its array, or empty. */
static struct rt_str
text_list(const struct table *table, const struct rt_str *texts, size_t n,
    const char *what, size_t number)
{
	struct rt_arena *arena = table->plan->arena;
	struct value *v = value_map(arena), *list = value_list(arena);
	struct rt_str c = rt_arena_printf(arena, "%.*s_%s_%zu",
	    RT_FMT(table->c), what, number);

	if (n == 0)
		return RT_LIT("");
	for (size_t i = 0; i < n; i++)
		value_add(list, value_text(arena, texts[i]));
	value_set_text(v, "c", c);
	value_set(v, "texts", list);
	value_add(table->lists, v);
	return c;
}

static bool
are_same(const struct plan_branch *b)
{
	if (b->n_tags != b->n_names)
		return false;
	for (size_t i = 0; i < b->n_tags; i++) {
		if (!rt_str_eq(b->tags[i], b->names[i]))
			return false;
	}
	return true;
}

static struct rt_str
types_text(struct plan *p, unsigned types)
{
	if (types == 0)
		return RT_LIT("0");
	if (plan_any_type(types))
		return RT_LIT("RT_ANY_TYPE");
	return plan_types_text(p, types);
}

/* What the branch is to C: an enumerator, or empty. */
static struct rt_str
kind_text(const struct table *table, size_t i)
{
	const struct plan_type *t = table->t;

	if (t->kind != PLAN_UNION || t->as != NULL ||
	    t->form->list != table->list || !(t->read || t->write) ||
	    t->form->variant_of[i] == 0)
		return RT_LIT("");
	return t->arms[t->form->variant_of[i] - 1].enumerator;
}

static struct value *
row(const struct table *table, size_t i)
{
	struct plan *p = table->plan;
	const struct plan_branch *b = &table->branches.v[i];
	struct value *v = value_map(p->arena);
	struct rt_str tags =
	    text_list(table, b->tags, b->n_tags, "tags", i + 1);
	struct rt_str names = are_same(b)
	    ? tags
	    : text_list(table, b->names, b->n_names, "names", i + 1);

	value_set_text(v, "name", b->name);
	value_set_text(v, "check", plan_check_name(p, table->list->v[i]));
	value_set_text(v, "types", types_text(p, b->alone));
	value_set_text(v, "tags", tags);
	value_set_text(v, "names", names);
	value_set_text(v, "kind", kind_text(table, i));
	return v;
}

static struct rt_str
otherwise(const struct table *table)
{
	for (size_t i = 0; i < table->branches.n; i++) {
		if (table->branches.v[i].otherwise)
			return rt_arena_printf(table->plan->arena,
			    "&%.*s_rows[%zu]", RT_FMT(table->c), i);
	}
	return RT_LIT("");
}

static void
add_table(struct plan *p, struct value *out, const struct plan_type *t,
    const struct schema_list *list, const char *keyword)
{
	struct value *v = value_map(p->arena), *rows = value_list(p->arena);
	struct table table = {
	    .plan = p,
	    .t = t,
	    .list = list,
	    .c = rt_arena_printf(p->arena, "%.*s_%s", RT_FMT(t->name), keyword),
	    .branches = plan_branches(p, t->schema, list),
	    .lists = value_list(p->arena),
	};

	if (list->n == 0)
		return;
	for (size_t i = 0; i < list->n; i++)
		value_add(rows, row(&table, i));
	value_set_text(v, "c", table.c);
	value_set(v, "lists", table.lists);
	value_set(v, "rows", rows);
	value_set_text(v, "tag",
	    table.branches.tag.p == NULL ? RT_LIT("") : table.branches.tag);
	value_set_text(v, "discriminator",
	    t->schema->discriminator.p == NULL ? RT_LIT("")
					       : t->schema->discriminator);
	value_set_text(v, "otherwise", otherwise(&table));
	value_add(out, v);
}

struct value *
plan_branch_tables(struct plan *p, const struct plan_type *t)
{
	struct value *list = value_list(p->arena);

	if (!t->check)
		return list;
	add_table(p, list, t, &t->schema->any_of, "any_of");
	add_table(p, list, t, &t->schema->one_of, "one_of");
	return list;
}
