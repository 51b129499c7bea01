/* Rows that are read straight into a struct of the contract. */
#include "gen/sql_plan_part.h"

const struct value *
sql_plan_find(const struct value *list, const char *key, struct rt_str text)
{
	for (size_t i = 0; i < value_count(list); i++) {
		if (rt_str_eq(sql_plan_text(value_at(list, i), key), text))
			return value_at(list, i);
	}
	return NULL;
}

/* The type of a contract whose `key` is `text`. */
static const struct value *
find_type(const struct sql_plan *p, const char *key, struct rt_str text,
    struct rt_str *file)
{
	const struct value *models;

	if (p->contract == NULL)
		return NULL;
	models = value_get(p->contract, RT_LIT("models"));
	for (size_t i = 0; i < value_count(models); i++) {
		const struct value *model = value_at(models, i);
		const struct value *type =
		    sql_plan_find(value_get(model, RT_LIT("types")), key, text);

		if (type == NULL)
			continue;
		*file = sql_plan_text(model, "file");
		return type;
	}
	return NULL;
}

const struct value *
sql_plan_schema(const struct sql_plan *p, struct rt_str name,
    struct rt_str *file)
{
	const struct value *type = find_type(p, "label", name, file);

	return type != NULL && sql_plan_flag(type, "struct") ? type : NULL;
}

/* --- Enums of the contract --- */

/* Whether the schema has each value that the database's enum has. */
static bool
has_values(const struct value *type, const struct sql_type *of)
{
	const struct value *values = value_get(type, RT_LIT("values"));

	for (size_t i = 0; of->kind == SQL_ENUM && i < of->values.n; i++) {
		if (sql_plan_find(values, "text", of->values.v[i]) == NULL)
			return false;
	}
	return true;
}

/* The function of this file that reads its texts. */
static struct rt_str
get_enum(struct sql_plan *p, const struct sql_type *type, struct rt_str decl,
    struct rt_str target)
{
	struct rt_str c = rt_str_trim(decl), file;
	const struct value *of;
	struct value *v;

	c = (struct rt_str){c.p + strlen("enum "), c.n - strlen("enum ")};
	of = find_type(p, "c", c, &file);
	if (of == NULL || !has_values(of, type))
		return (struct rt_str){0};
	if (sql_plan_find(p->enums, "c", c) == NULL) {
		v = value_map(p->arena);
		value_set_text(v, "c", c);
		value_set(v, "values",
		    (struct value *)value_get(of, RT_LIT("values")));
		value_add(p->enums, v);
	}
	return rt_arena_printf(p->arena, "%.*s_get(v, %.*s)", RT_FMT(c),
	    RT_FMT(target));
}

/* --- Members --- */

/* The call that reads a type into what is declared in another way than its
 * own, up to the target; NULL where there is none. */
static const char *
other_get(const struct sql_type *type, struct rt_str decl)
{
	bool json = type->kind == SQL_JSON || type->kind == SQL_JSONB;

	if (rt_str_is(decl, "int32_t ") && type->kind == SQL_INT &&
	    !rt_str_is(type->name, "int8"))
		return "rt_sql_get_int32(v, ";
	if (rt_str_is(decl, "double ") && type->kind == SQL_NUMERIC)
		return "rt_sql_get_number(at->arena, v, ";
	if (rt_str_is(decl, "struct rt_str ") && type->kind == SQL_ENUM)
		return "rt_sql_get_text(v, ";
	if (rt_str_is(decl, "struct rt_str_map ") && json)
		return "rt_sql_get_str_map(at->arena, v, ";
	return NULL;
}

/* Bytes are a text of C, but not one of JSON. */
static bool
holds_bytes(const struct sql_type *type)
{
	return type->base != NULL && type->base->kind == SQL_BYTES;
}

static struct rt_str
get_member(struct sql_plan *p, const struct sql_type *type, struct rt_str decl,
    struct rt_str target)
{
	const char *other = other_get(type, decl);

	if (other != NULL)
		return rt_arena_printf(p->arena, "%s%.*s)", other,
		    RT_FMT(target));
	if (rt_str_starts(decl, "enum api_") &&
	    (type->kind == SQL_TEXT || type->kind == SQL_ENUM))
		return get_enum(p, type, decl, target);
	/* What is of the database has no name in the contract. */
	if (type->base == NULL || holds_bytes(type) ||
	    !rt_str_eq(sql_plan_decl(p, type), decl))
		return (struct rt_str){0};
	return sql_plan_get(p, type, &sql_from_row, target);
}

static void
refuse(struct sql_plan *p, const struct sql_query *q,
    const struct sql_column *column, const struct value *member)
{
	struct rt_str decl = rt_str_trim(sql_plan_text(member, "decl"));

	diag_error(p->diag, q->target.pos, "sql-row",
	    "the column '%.*s' of '%.*s' is %.*s, and the member %.*s of "
	    "%.*s is %.*s in C",
	    RT_FMT(column->name), RT_FMT(q->name), RT_FMT(column->type->name),
	    RT_FMT(sql_plan_text(member, "json")), RT_FMT(q->target.name),
	    RT_FMT(decl));
	diag_help(p->diag, "cast it in the query; the schema is %.*s",
	    RT_FMT(sql_plan_text(p->schema, "where")));
}

static void
refuse_null(struct sql_plan *p, const struct sql_query *q, struct rt_str name)
{
	diag_error(p->diag, q->target.pos, "sql-row",
	    "the column '%.*s' of '%.*s' may be null, and the member of %.*s "
	    "may not",
	    RT_FMT(name), RT_FMT(q->name), RT_FMT(q->target.name));
	diag_help(p->diag,
	    "if it never is, say so: AS \"%.*s!\"; the schema is %.*s",
	    RT_FMT(name), RT_FMT(sql_plan_text(p->schema, "where")));
}

static const struct value *
find_member(const struct value *schema, struct rt_str name)
{
	const struct value *members = value_get(schema, RT_LIT("members"));
	const struct value *m = sql_plan_find(members, "json", name);

	return m != NULL ? m : sql_plan_find(members, "c", name);
}

bool
sql_plan_fit(struct sql_plan *p, const struct sql_query *q,
    const struct sql_column *column, struct value *out)
{
	bool not_null;
	struct rt_str name = sql_plan_column(column, &not_null), get;
	const struct value *m = find_member(p->schema, name);

	if (m == NULL || sql_plan_flag(m, "constant")) {
		diag_error(p->diag, q->target.pos, "sql-row",
		    "%.*s has no member for the column '%.*s' of '%.*s'",
		    RT_FMT(q->target.name), RT_FMT(name), RT_FMT(q->name));
		diag_help(p->diag, "the schema is %.*s",
		    RT_FMT(sql_plan_text(p->schema, "where")));
		return false;
	}
	get = get_member(p, column->type, sql_plan_text(m, "decl"),
	    rt_arena_printf(p->arena, "&row->%.*s",
		RT_FMT(sql_plan_text(m, "c"))));
	if (get.p == NULL)
		refuse(p, q, column, m);
	else if (!not_null && !sql_plan_flag(m, "has"))
		refuse_null(p, q, name);
	value_set_text(out, "c", sql_plan_text(m, "c"));
	value_set_bool(out, "has", sql_plan_flag(m, "has"));
	value_set_bool(out, "null", sql_plan_flag(m, "null"));
	value_set_bool(out, "sure", not_null);
	value_set_text(out, "get", get.p == NULL ? RT_LIT("") : get);
	return true;
}

/* --- Members without a column --- */

static bool
is_filled(const struct sql_described *d, const struct value *member)
{
	for (size_t i = 0; i < d->n_columns; i++) {
		bool not_null;
		struct rt_str name = sql_plan_column(&d->columns[i], &not_null);

		if (rt_str_eq(name, sql_plan_text(member, "json")) ||
		    rt_str_eq(name, sql_plan_text(member, "c")))
			return true;
	}
	return false;
}

static bool
is_excepted(const struct sql_target *t, const struct value *member)
{
	for (size_t i = 0; i < t->n_except; i++) {
		if (rt_str_eq(t->except[i], sql_plan_text(member, "json")))
			return true;
	}
	return false;
}

static void
check_exceptions(struct sql_plan *p, const struct sql_query *q,
    const struct value *members)
{
	for (size_t i = 0; i < q->target.n_except; i++) {
		struct rt_str name = q->target.except[i];

		if (sql_plan_find(members, "json", name) == NULL)
			diag_error(p->diag, q->target.pos, "sql-row",
			    "%.*s has no member '%.*s' to except",
			    RT_FMT(q->target.name), RT_FMT(name));
	}
}

void
sql_plan_check_members(struct sql_plan *p, const struct sql_query *q,
    const struct sql_described *d)
{
	const struct value *members = value_get(p->schema, RT_LIT("members"));

	check_exceptions(p, q, members);
	for (size_t i = 0; i < value_count(members); i++) {
		const struct value *m = value_at(members, i);

		if (!sql_plan_flag(m, "required") ||
		    sql_plan_flag(m, "constant") || is_filled(d, m) ||
		    is_excepted(&q->target, m))
			continue;
		diag_error(p->diag, q->target.pos, "sql-row",
		    "'%.*s' has no column for '%.*s', which %.*s requires",
		    RT_FMT(q->name), RT_FMT(sql_plan_text(m, "json")),
		    RT_FMT(q->target.name));
		diag_help(p->diag,
		    "if the handler sets it: -> %.*s except %.*s",
		    RT_FMT(q->target.name), RT_FMT(sql_plan_text(m, "json")));
	}
}
