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

/* Where a column goes: a member, perhaps of a member. */
struct place {
	const struct value *member; /* NULL: nowhere */
	struct rt_str in; /* what it is a part of: "gift.", or empty */
};

static const struct value *
member_of(const struct value *schema, struct rt_str name)
{
	const struct value *members = value_get(schema, RT_LIT("members"));
	const struct value *m = sql_plan_find(members, "json", name);

	return m != NULL ? m : sql_plan_find(members, "c", name);
}

/* The struct that a member is, and always is; NULL for any other. */
static const struct value *
struct_of(const struct sql_plan *p, const struct value *member)
{
	struct rt_str decl = rt_str_trim(sql_plan_text(member, "decl")), file;
	size_t n = strlen("struct ");
	const struct value *type;

	if (!rt_str_starts(decl, "struct ") || sql_plan_flag(member, "has"))
		return NULL;
	type =
	    find_type(p, "c", (struct rt_str){decl.p + n, decl.n - n}, &file);
	return type != NULL && sql_plan_flag(type, "struct") ? type : NULL;
}

/* "gift.id" is the member id of the struct that the member gift is. */
static struct place
find_place(struct sql_plan *p, struct rt_str name)
{
	const struct value *schema = p->schema;
	struct place place = {NULL, RT_LIT("")};
	const struct value *m;

	while (schema != NULL && name.p != NULL) {
		place.member = member_of(schema, name);
		if (place.member != NULL)
			return place;
		m = member_of(schema, rt_str_cut(&name, '.'));
		if (m == NULL)
			break;
		schema = struct_of(p, m);
		place.in = rt_arena_printf(p->arena, "%.*s%.*s.",
		    RT_FMT(place.in), RT_FMT(sql_plan_text(m, "c")));
	}
	return (struct place){NULL, RT_LIT("")};
}

bool
sql_plan_fit(struct sql_plan *p, const struct sql_query *q,
    const struct sql_column *column, struct value *out)
{
	bool not_null;
	struct rt_str name = sql_plan_column(column, &not_null), get;
	struct place place = find_place(p, name);
	const struct value *m = place.member;

	if (m == NULL || sql_plan_flag(m, "constant")) {
		diag_error(p->diag, q->target.pos, "sql-row",
		    "%.*s has no member for the column '%.*s' of '%.*s'",
		    RT_FMT(q->target.name), RT_FMT(name), RT_FMT(q->name));
		diag_help(p->diag, "the schema is %.*s",
		    RT_FMT(sql_plan_text(p->schema, "where")));
		return false;
	}
	get = get_member(p, column->type, sql_plan_text(m, "decl"),
	    rt_arena_printf(p->arena, "&row->%.*s%.*s", RT_FMT(place.in),
		RT_FMT(sql_plan_text(m, "c"))));
	if (get.p == NULL)
		refuse(p, q, column, m);
	else if (!not_null && !sql_plan_flag(m, "has"))
		refuse_null(p, q, name);
	value_set_text(out, "in", place.in);
	value_set_text(out, "c", sql_plan_text(m, "c"));
	value_set_bool(out, "has", sql_plan_flag(m, "has"));
	value_set_bool(out, "null", sql_plan_flag(m, "null"));
	value_set_bool(out, "sure", not_null);
	value_set_text(out, "get", get.p == NULL ? RT_LIT("") : get);
	return true;
}

/* --- Members without a column --- */

/* Whether a column goes to the member `m` of what `in` says, or, where that is
 * a struct, to one of its members. */
static bool
is_filled(struct sql_plan *p, const struct sql_described *d,
    const struct value *m, struct rt_str in)
{
	struct rt_str within = rt_arena_printf(p->arena, "%.*s%.*s.",
	    RT_FMT(in), RT_FMT(sql_plan_text(m, "c")));

	for (size_t i = 0; i < d->n_columns; i++) {
		bool not_null;
		struct place place =
		    find_place(p, sql_plan_column(&d->columns[i], &not_null));

		if ((place.member == m && rt_str_eq(place.in, in)) ||
		    rt_str_starts(place.in, within.p))
			return true;
	}
	return false;
}

static bool
is_excepted(const struct sql_target *t, const struct value *member,
    struct rt_str in)
{
	for (size_t i = 0; in.n == 0 && i < t->n_except; i++) {
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

static void
report_missing(struct sql_plan *p, const struct sql_query *q, struct rt_str in,
    struct rt_str json)
{
	diag_error(p->diag, q->target.pos, "sql-row",
	    "'%.*s' has no column for '%.*s%.*s', which %.*s requires",
	    RT_FMT(q->name), RT_FMT(in), RT_FMT(json), RT_FMT(q->target.name));
	if (in.n == 0)
		diag_help(p->diag,
		    "if the handler sets it: -> %.*s except %.*s",
		    RT_FMT(q->target.name), RT_FMT(json));
}

/* A struct of which some member has a column must have them all. */
static void
check_within(struct sql_plan *p, const struct sql_query *q,
    const struct sql_described *d, const struct value *schema, struct rt_str in)
{
	const struct value *members = value_get(schema, RT_LIT("members"));

	for (size_t i = 0; i < value_count(members); i++) {
		const struct value *m = value_at(members, i);
		const struct value *inner = struct_of(p, m);
		bool filled = is_filled(p, d, m, in);

		if (filled && inner != NULL)
			check_within(p, q, d, inner,
			    rt_arena_printf(p->arena, "%.*s%.*s.", RT_FMT(in),
				RT_FMT(sql_plan_text(m, "c"))));
		if (sql_plan_flag(m, "required") &&
		    !sql_plan_flag(m, "constant") && !filled &&
		    !is_excepted(&q->target, m, in))
			report_missing(p, q, in, sql_plan_text(m, "json"));
	}
}

void
sql_plan_check_members(struct sql_plan *p, const struct sql_query *q,
    const struct sql_described *d)
{
	check_exceptions(p, q, value_get(p->schema, RT_LIT("members")));
	check_within(p, q, d, p->schema, RT_LIT(""));
}
