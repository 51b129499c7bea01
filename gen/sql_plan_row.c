/* What the rows of a query are read into. */
#include "gen/sql_plan_part.h"

struct rt_str
sql_plan_column(const struct sql_column *column, bool *not_null)
{
	struct rt_str name = column->name;

	*not_null = column->not_null;
	if (!rt_str_ends(name, "!") && !rt_str_ends(name, "?"))
		return name;
	name.n--;
	*not_null = name.p[name.n] == '!';
	return name;
}

struct value *
sql_plan_members(struct sql_plan *p, const struct sql_column *columns, size_t n)
{
	struct name_scope *scope = name_scope_open(p->arena);
	struct value *list = value_list(p->arena);

	for (size_t i = 0; i < n; i++) {
		struct value *m = value_map(p->arena);
		bool not_null;
		struct rt_str name = sql_plan_column(&columns[i], &not_null);

		value_set_text(m, "c",
		    name_claim_member(scope, name_snake(p->arena, name)));
		value_set_text(m, "decl", sql_plan_decl(p, columns[i].type));
		value_set_bool(m, "has", !not_null);
		value_add(list, m);
	}
	return list;
}

void
sql_plan_include(struct sql_plan *p, struct rt_str path)
{
	for (size_t i = 0; i < value_count(p->includes); i++) {
		if (rt_str_eq(value_str(value_at(p->includes, i)), path))
			return;
	}
	value_add(p->includes, value_text(p->arena, path));
}

/* --- Readers --- */

/* The columns of a struct of ours, as sql_plan_fit() gives them. */
static void
set_own_column(struct sql_plan *p, const struct sql_column *column,
    const struct value *member, struct value *out)
{
	struct rt_str c = sql_plan_text(member, "c");
	bool has = sql_plan_flag(member, "has");

	value_set_cstr(out, "in", "");
	value_set_text(out, "c", c);
	value_set_bool(out, "has", has);
	value_set_bool(out, "null", false);
	value_set_bool(out, "sure", !has);
	value_set_text(out, "get",
	    sql_plan_get(p, column->type, &sql_from_row,
		rt_arena_printf(p->arena, "&row->%.*s", RT_FMT(c))));
}

/* What tells a reader from others: the struct, and the columns. */
static struct rt_str
reader_key(struct sql_plan *p, struct rt_str row, const struct sql_described *d)
{
	struct rt_buf b = rt_buf(p->arena, SIZE_MAX / 2);

	rt_buf_add(&b, row);
	for (size_t i = 0; i < d->n_columns; i++)
		rt_buf_printf(&b, "\n%.*s %.*s %d", RT_FMT(d->columns[i].name),
		    RT_FMT(d->columns[i].type->name), d->columns[i].not_null);
	return rt_buf_str(&b);
}

/* A function that reads a row into `row`; `schema` or `members` say what that
 * has. */
static struct value *
reader_of(struct sql_plan *p, const struct sql_query *q,
    const struct sql_described *d, struct rt_str row)
{
	struct value *v = value_map(p->arena);

	value_set_text(v, "key", reader_key(p, row, d));
	value_set_printf(v, "c", "%.*s_read", RT_FMT(q->name));
	value_set_text(v, "row", row);
	return v;
}

static void
add_reader(struct sql_plan *p, struct value *reader,
    const struct sql_described *d, struct value *columns)
{
	bool allocates = false;

	for (size_t i = 0; i < d->n_columns; i++)
		allocates = allocates || sql_plan_allocates(d->columns[i].type);
	value_set(reader, "columns", columns);
	value_set_bool(reader, "allocates", allocates);
	value_add(p->readers, reader);
}

/* The one that there is already, or the new one, now that it has columns. */
static void
set_reader(struct sql_plan *p, const struct sql_described *d,
    struct value *reader, struct value *columns, struct value *v)
{
	const struct value *known =
	    sql_plan_find(p->readers, "key", sql_plan_text(reader, "key"));

	if (known == NULL) {
		add_reader(p, reader, d, columns);
		known = reader;
	}
	value_set_text(v, "reader", sql_plan_text(known, "c"));
	value_set_bool(v, "allocates", sql_plan_flag(known, "allocates"));
}

/* Column `i` of those that a reader reads. */
static struct value *
add_column(struct sql_plan *p, struct value *columns, size_t i)
{
	struct value *column = value_map(p->arena);

	value_set_int(column, "index", (int64_t)i);
	value_add(columns, column);
	return column;
}

/* --- Into a struct of the contract --- */

static void
set_array(struct sql_plan *p, const struct sql_query *q,
    const struct value *schema, struct value *v)
{
	struct rt_str c = rt_str(NULL);
	const struct value *array = NULL;

	if (schema != NULL) {
		c = rt_arena_printf(p->arena, "%.*s_array",
		    RT_FMT(sql_plan_text(schema, "c")));
		array = sql_plan_find(value_get(p->contract, RT_LIT("arrays")),
		    "c", c);
	}
	value_set_bool(v, "array_own", q->command == SQL_MANY && array == NULL);
	if (array == NULL) {
		value_set_printf(v, "array", "struct sql_%.*s_rows",
		    RT_FMT(q->name));
		return;
	}
	value_set_printf(v, "array", "struct %.*s", RT_FMT(c));
	if (q->command == SQL_MANY)
		sql_plan_include(p,
		    rt_arena_printf(p->arena, "api/model/%.*s.h",
			RT_FMT(sql_plan_text(array, "file"))));
}

static void
set_schema_row(struct sql_plan *p, const struct sql_query *q,
    const struct sql_described *d, struct value *v)
{
	struct rt_str file = RT_LIT(""), row = RT_LIT("");
	const struct value *schema = sql_plan_schema(p, q->target.name, &file);
	struct value *columns = value_list(p->arena), *reader;

	if (schema == NULL) {
		diag_error(p->diag, q->target.pos, "sql-row",
		    "the contract has no schema '%.*s' that is a struct in C",
		    RT_FMT(q->target.name));
		return;
	}
	row = rt_arena_printf(p->arena, "struct %.*s",
	    RT_FMT(sql_plan_text(schema, "c")));
	sql_plan_include(p,
	    rt_arena_printf(p->arena, "api/model/%.*s.h", RT_FMT(file)));
	value_set_text(v, "row", row);
	set_array(p, q, schema, v);
	p->schema = schema;
	sql_plan_check_members(p, q, d);
	reader = reader_of(p, q, d, row);
	for (size_t i = 0; i < d->n_columns; i++) {
		if (!sql_plan_fit(p, q, &d->columns[i],
			add_column(p, columns, i)))
			return;
	}
	set_reader(p, d, reader, columns, v);
}

/* --- Into a struct of ours --- */

static bool
same_columns(const struct sql_described *a, const struct sql_described *b)
{
	if (a->n_columns != b->n_columns)
		return false;
	for (size_t i = 0; i < a->n_columns; i++) {
		const struct sql_column *x = &a->columns[i];
		const struct sql_column *y = &b->columns[i];
		bool x_sure, y_sure;

		if (!rt_str_eq(sql_plan_column(x, &x_sure),
			sql_plan_column(y, &y_sure)) ||
		    !rt_str_eq(x->type->name, y->type->name) ||
		    x_sure != y_sure)
			return false;
	}
	return true;
}

/* The struct that queries share by its name. */
static const struct value *
share(struct sql_plan *p, const struct sql_query *q,
    const struct sql_described *d)
{
	struct sql_shared *s = p->shared;
	struct value *v;

	for (size_t i = 0; i < p->n_shared; i++, s++) {
		if (!rt_str_eq(s->query->target.name, q->target.name))
			continue;
		if (!same_columns(s->of, d)) {
			diag_error(p->diag, q->target.pos, "sql-row",
			    "'%.*s' has other columns than '%.*s', and both "
			    "are read into struct sql_%.*s",
			    RT_FMT(q->name), RT_FMT(s->query->name),
			    RT_FMT(q->target.name));
			diag_note(p->diag, s->query->pos, "the other one");
		}
		return s->value;
	}
	if (!rt_str_eq(name_claim(p->tags, q->target.name), q->target.name))
		diag_error(p->diag, q->target.pos, "sql-row",
		    "sql_%.*s is something else: another name is needed",
		    RT_FMT(q->target.name));
	v = value_map(p->arena);
	value_set_printf(v, "c", "sql_%.*s", RT_FMT(q->target.name));
	value_set(v, "members", sql_plan_members(p, d->columns, d->n_columns));
	*s = (struct sql_shared){q, d, v};
	p->n_shared++;
	return v;
}

static void
set_own_reader(struct sql_plan *p, const struct sql_query *q,
    const struct sql_described *d, struct value *v)
{
	struct value *reader = reader_of(p, q, d, sql_plan_text(v, "row"));
	struct value *columns = value_list(p->arena);
	struct value *members = sql_plan_members(p, d->columns, d->n_columns);

	for (size_t i = 0; i < d->n_columns; i++)
		set_own_column(p, &d->columns[i], value_at(members, i),
		    add_column(p, columns, i));
	set_reader(p, d, reader, columns, v);
}

/* One row of one column that is never null needs no struct. */
static bool
is_scalar(const struct sql_query *q, const struct sql_described *d)
{
	bool not_null;

	if (d->n_columns != 1 ||
	    (q->command != SQL_ONE && q->command != SQL_MAYBE))
		return false;
	(void)sql_plan_column(&d->columns[0], &not_null);
	return not_null;
}

static void
set_scalar(struct sql_plan *p, const struct sql_described *d, struct value *v)
{
	const struct sql_type *type = d->columns[0].type;

	value_set_text(v, "scalar_decl", sql_plan_decl(p, type));
	value_set_text(v, "scalar",
	    sql_plan_get(p, type, &sql_from_rows, RT_LIT("out")));
}

void
sql_plan_row(struct sql_plan *p, const struct sql_query *q,
    const struct sql_described *d, struct value *v)
{
	const struct value *shared;

	if (q->target.name.p != NULL && !q->target.shared) {
		set_schema_row(p, q, d, v);
		return;
	}
	if (q->target.shared) {
		shared = share(p, q, d);
		sql_plan_include(p, RT_LIT("sql/rows.h"));
		value_set_printf(v, "row", "struct %.*s",
		    RT_FMT(sql_plan_text(shared, "c")));
		set_array(p, q, NULL, v);
		set_own_reader(p, q, d, v);
		return;
	}
	if (is_scalar(q, d)) {
		set_scalar(p, d, v);
		return;
	}
	value_set_printf(v, "row", "struct sql_%.*s_row", RT_FMT(q->name));
	value_set(v, "row_members",
	    sql_plan_members(p, d->columns, d->n_columns));
	set_array(p, q, NULL, v);
	set_own_reader(p, q, d, v);
}
