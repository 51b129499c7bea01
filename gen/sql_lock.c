#include "gen/sql_lock.h"

#include "runtime/jwt.h"

enum { DEPTH_MAX = 16 };

struct lock_reading {
	struct rt_arena *arena;
	struct diag *diag;
	const struct source *source;
	const struct rt_node *root;
	struct sql_lock *out;
	struct sql_type **types; /* by member of "types" */
	bool damaged;
};

static void
damaged(struct lock_reading *r)
{
	if (r->damaged)
		return;
	r->damaged = true;
	diag_error(r->diag, source_pos(r->source, 0, 0), "sql-lock",
	    "this is not what kontract sql --update writes");
	diag_help(r->diag, "run: kontract sql --update");
}

static const struct rt_node *
member(struct lock_reading *r, const struct rt_node *of, const char *name)
{
	const struct rt_node *v = rt_node_get(of, name);

	if (v == NULL || v->type != RT_OBJECT) {
		damaged(r);
		return NULL;
	}
	return v;
}

/* --- Types --- */

static const struct sql_type *read_type(struct lock_reading *,
    struct rt_str text, unsigned depth);

static struct sql_column
read_column(struct lock_reading *r, const struct rt_members *m, unsigned depth)
{
	static const char mark[] = " not null";
	struct sql_column c = {.name = rt_node_str(m->name)};
	struct rt_str text;

	if (m->value->type != RT_STRING) {
		damaged(r);
		text = RT_LIT("text");
	} else {
		text = rt_node_str(m->value);
	}
	c.not_null = rt_str_ends(text, mark);
	if (c.not_null)
		text.n -= strlen(mark);
	c.type = read_type(r, text, depth);
	return c;
}

static const struct sql_column *
read_columns(struct lock_reading *r, const struct rt_node *v, size_t *n,
    unsigned depth)
{
	struct sql_column *columns =
	    rt_arena_array(r->arena, v->n, sizeof(*columns));
	struct rt_members m = rt_members(v, NULL);

	*n = 0;
	while (rt_members_next(&m))
		columns[(*n)++] = read_column(r, &m, depth);
	return columns;
}

static void
read_values(struct lock_reading *r, const struct rt_node *v,
    struct sql_type *type)
{
	struct rt_str *values = rt_arena_array(r->arena, v->n, sizeof(*values));
	struct rt_items i = rt_items(v);

	while (rt_items_next(&i)) {
		if (i.value->type != RT_STRING)
			damaged(r);
		else
			values[i.index] = rt_node_str(i.value);
	}
	type->kind = SQL_ENUM;
	type->values = (struct rt_strs){values, v->n};
}

/* The member of "types" of that number. */
static const struct sql_type *
own_type(struct lock_reading *r, const struct rt_members *m, size_t i,
    unsigned depth)
{
	struct sql_type *type = r->types[i];

	if (type != NULL)
		return type;
	type = rt_arena_new(r->arena, sizeof(*type));
	type->name = rt_node_str(m->name);
	if (m->value->type == RT_ARRAY && m->value->n > 0) {
		read_values(r, m->value, type);
	} else if (m->value->type == RT_OBJECT && depth < DEPTH_MAX) {
		type->kind = SQL_COMPOSITE;
		type->columns =
		    read_columns(r, m->value, &type->n_columns, depth + 1);
	} else {
		damaged(r);
		type->kind = SQL_TEXT;
		type->base = sql_base_named(RT_LIT("text"));
	}
	r->types[i] = type;
	return type;
}

static const struct sql_type *
base_type(struct lock_reading *r, const struct sql_base *base)
{
	struct sql_type *type = rt_arena_new(r->arena, sizeof(*type));

	type->kind = base->kind;
	type->name = rt_str(base->name);
	type->base = base;
	return type;
}

static const struct sql_type *
array_type(struct lock_reading *r, struct rt_str text, unsigned depth)
{
	struct sql_type *type = rt_arena_new(r->arena, sizeof(*type));

	type->kind = SQL_ARRAY;
	type->name = text;
	type->item = read_type(r, (struct rt_str){text.p, text.n - 2}, depth);
	type->base = type->item->base;
	if (type->item->kind == SQL_ARRAY)
		damaged(r);
	return type;
}

/* "int8", "mood[]" */
static const struct sql_type *
read_type(struct lock_reading *r, struct rt_str text, unsigned depth)
{
	const struct sql_base *base = sql_base_named(text);
	const struct rt_node *types = rt_node_get(r->root, "types");
	struct rt_members m;

	if (base != NULL)
		return base_type(r, base);
	if (rt_str_ends(text, "[]") && depth < DEPTH_MAX)
		return array_type(r, text, depth + 1);
	m = rt_members(types, NULL);
	for (size_t i = 0; rt_members_next(&m); i++) {
		if (rt_str_eq(rt_node_str(m.name), text))
			return own_type(r, &m, i, depth);
	}
	damaged(r);
	return base_type(r, sql_base_named(RT_LIT("text")));
}

static void
read_types(struct lock_reading *r, const struct rt_node *v)
{
	struct rt_members m = rt_members(v, NULL);

	r->types = rt_arena_array(r->arena, v->n, sizeof(struct sql_type *));
	for (size_t i = 0; rt_members_next(&m); i++)
		(void)own_type(r, &m, i, 0);
	r->out->types = (const struct sql_type *const *)r->types;
	r->out->n_types = v->n;
}

/* --- Constraints --- */

static void
read_constraints(struct lock_reading *r, const struct rt_node *v)
{
	struct sql_constraint *all =
	    rt_arena_array(r->arena, v->n, sizeof(*all));
	struct rt_members m = rt_members(v, NULL);
	size_t n = 0;

	while (rt_members_next(&m)) {
		if (m.value->type != RT_STRING)
			damaged(r);
		else
			all[n++] = (struct sql_constraint){rt_node_str(m.name),
			    rt_node_str(m.value)};
	}
	r->out->constraints = all;
	r->out->n_constraints = n;
}

/* --- What it was made of --- */

static void
stale(struct lock_reading *r, struct source_pos pos, const char *what,
    struct rt_str name)
{
	diag_error(r->diag, pos, "sql-lock", "%s does not know the %s '%.*s'",
	    r->source->name, what, RT_FMT(name));
	diag_help(r->diag,
	    "with a migrated database in DATABASE_URL, run: kontract sql "
	    "--update");
}

static void
compare_migrations(struct lock_reading *r, const struct rt_node *v,
    const struct sql_migrations *there)
{
	struct source_pos nowhere = source_pos(r->source, 0, 0);
	size_t same = 0;

	for (size_t i = 0; i < there->n; i++) {
		const struct sql_migration *f = &there->v[i];
		const struct rt_node *sum = rt_node_member(v, f->name);

		if (sum == NULL || !rt_str_eq(rt_node_str(sum), f->sha256)) {
			stale(r, nowhere, "migration", f->name);
			return;
		}
		same++;
	}
	if (same == v->n)
		return;
	diag_error(r->diag, nowhere, "sql-lock",
	    "%s knows a migration that is gone", r->source->name);
	diag_help(r->diag, "run: kontract sql --update");
}

static bool
same_names(const struct sql_query *q, const struct sql_described *d)
{
	if (q->n_params != d->n_params)
		return false;
	for (size_t i = 0; i < d->n_params; i++) {
		if (!rt_str_eq(q->params[i].name, d->params[i].name))
			return false;
	}
	return true;
}

static void
read_query(struct lock_reading *r, const struct rt_node *v,
    const struct sql_query *q, struct sql_described *out)
{
	const struct rt_node *sum = rt_node_get(v, "sha256");
	const struct rt_node *params, *columns;

	if (sum == NULL ||
	    !rt_str_eq(rt_node_str(sum), rt_sha256_hex(r->arena, q->text))) {
		stale(r, q->pos, "text of", q->name);
		return;
	}
	params = member(r, v, "parameters");
	columns = member(r, v, "columns");
	if (params == NULL || columns == NULL)
		return;
	out->params = read_columns(r, params, &out->n_params, 0);
	out->columns = read_columns(r, columns, &out->n_columns, 0);
	if (!same_names(q, out))
		stale(r, q->pos, "parameters of", q->name);
}

static void
read_queries(struct lock_reading *r, const struct rt_node *v,
    const struct sql_queries *queries)
{
	struct sql_described *described =
	    rt_arena_array(r->arena, queries->n, sizeof(*described));
	size_t found = 0;

	for (size_t i = 0; i < queries->n; i++) {
		const struct sql_query *q = &queries->v[i];
		const struct rt_node *of = rt_node_member(v, q->name);

		if (of == NULL) {
			stale(r, q->pos, "query", q->name);
			continue;
		}
		read_query(r, of, q, &described[i]);
		found++;
	}
	r->out->described = described;
	if (found == v->n)
		return;
	diag_error(r->diag, source_pos(r->source, 0, 0), "sql-lock",
	    "%s knows a query that is gone", r->source->name);
	diag_help(r->diag, "run: kontract sql --update");
}

bool
sql_lock_read(struct rt_arena *arena, struct diag *diag,
    const struct sql_lock_input *in, struct sql_lock *out)
{
	struct lock_reading r = {arena, diag, in->source, .out = out};
	const struct rt_node *types, *constraints, *known, *applied;
	struct rt_json_error error;

	*out = (struct sql_lock){0};
	r.root = rt_json_parse(arena, in->source->text, &rt_json_default_limits,
	    &error);
	if (r.root == NULL) {
		damaged(&r);
		return false;
	}
	types = member(&r, r.root, "types");
	constraints = member(&r, r.root, "constraints");
	known = member(&r, r.root, "queries");
	applied = member(&r, r.root, "migrations");
	if (r.damaged)
		return false;
	compare_migrations(&r, applied, in->migrations);
	read_types(&r, types);
	read_constraints(&r, constraints);
	read_queries(&r, known, in->queries);
	return diag_errors(diag) == 0;
}
