#include "gen/sql_describe.h"

#include "gen/sql_catalogue.h"
#include "gen/sql_null.h"
#include "runtime/jwt.h"

struct describing {
	struct rt_arena *arena;
	struct sql_db *db;
	struct diag *diag;
	struct sql_catalogue catalogue;
	const struct sql_query *query;
};

/* --- Migrations --- */

static bool
is_applied(const struct sql_table *t, const struct sql_migration *m)
{
	for (size_t i = 0; i < t->rows; i++) {
		if (rt_str_eq(sql_table_at(t, i, 0), m->name) &&
		    rt_str_eq(sql_table_at(t, i, 1), m->sha256))
			return true;
	}
	return false;
}

static bool
refuse_database(struct sql_db *db, const char *why, struct rt_str name)
{
	db->trouble = rt_arena_printf(db->arena,
	    "the database: %s%s%.*s; run kontract migrate up first", why,
	    name.n > 0 ? " " : "", RT_FMT(name))
			  .p;
	return false;
}

/* A description of another schema would be a trap. */
static bool
is_migrated(struct sql_db *db, const struct sql_migrations *files)
{
	struct sql_table t;

	if (files->n == 0)
		return true;
	if (!sql_db_query(db,
		"SELECT to_regclass('schema_migrations') IS NOT NULL", NULL,
		&t))
		return false;
	if (!rt_str_is(sql_table_at(&t, 0, 0), "t"))
		return refuse_database(db, "it has no migrations", RT_LIT(""));
	if (!sql_db_query(db,
		"SELECT name, sha256 FROM schema_migrations t"
		" WHERE to_jsonb(t) ->> 'statements_done' IS NULL",
		NULL, &t))
		return false;
	for (size_t i = 0; i < files->n; i++) {
		if (!is_applied(&t, &files->v[i]))
			return refuse_database(db, "it lacks the migration",
			    files->v[i].name);
	}
	return t.rows == files->n ||
	    refuse_database(db, "it has migrations that are not here",
		RT_LIT(""));
}

/* --- Parameters --- */

static void
refuse_type(struct describing *d, struct source_pos pos, struct rt_str name,
    const struct sql_known *known)
{
	diag_error(d->diag, pos, "sql-type",
	    "'%.*s' has the type %s, which C has nothing for", RT_FMT(name),
	    known->called);
	diag_help(d->diag,
	    "cast it in the query to one that it has, such as text");
}

static struct value *
parameters(struct describing *d, const PGresult *result)
{
	const struct sql_query *q = d->query;
	struct value *map = value_map(d->arena);

	for (size_t i = 0; i < q->n_params; i++) {
		const struct sql_known *known = sql_catalogue_type(
		    &d->catalogue, PQparamtype(result, (int)i));

		if (known == NULL)
			return NULL;
		if (known->text.p == NULL)
			refuse_type(d, q->params[i].pos, q->params[i].name,
			    known);
		else
			value_set_text(map,
			    rt_arena_copy(d->arena, q->params[i].name).p,
			    known->text);
	}
	return map;
}

/* --- Columns --- */

/* Without the mark: "total!". */
static struct rt_str
bare_name(struct rt_str name)
{
	if (rt_str_ends(name, "!") || rt_str_ends(name, "?"))
		name.n--;
	return name;
}

static bool
is_named(struct describing *d, const struct value *columns, struct rt_str name,
    struct rt_str column)
{
	for (size_t i = 0; i < value_count(columns); i++) {
		if (!rt_str_eq(bare_name(value_key(columns, i)), name))
			continue;
		diag_error(d->diag, d->query->pos, "sql-column",
		    "two columns of '%.*s' are called '%.*s'",
		    RT_FMT(d->query->name), RT_FMT(name));
		diag_help(d->diag, "tell them apart by AS");
		return false;
	}
	if (name.n > 0 && !rt_str_is(column, "?column?"))
		return true;
	diag_error(d->diag, d->query->pos, "sql-column",
	    "column %zu of '%.*s' has no name", value_count(columns) + 1,
	    RT_FMT(d->query->name));
	diag_help(d->diag, "give it one by AS");
	return false;
}

/* False with trouble. */
static bool
add_column(struct describing *d, const PGresult *result, int i, bool not_null,
    struct value *columns)
{
	const struct sql_known *known =
	    sql_catalogue_type(&d->catalogue, PQftype(result, i));
	struct rt_str column =
	    rt_arena_copy(d->arena, rt_str(PQfname(result, i)));

	if (known == NULL)
		return false;
	if (!is_named(d, columns, bare_name(column), column))
		return true;
	if (known->text.p == NULL) {
		refuse_type(d, d->query->pos, column, known);
		return true;
	}
	value_set_printf(columns, column.p, "%.*s%s", RT_FMT(known->text),
	    not_null ? " not null" : "");
	return true;
}

static struct value *
columns(struct describing *d, const PGresult *result)
{
	const struct sql_query *q = d->query;
	struct value *map = value_map(d->arena);
	size_t n = (size_t)PQnfields(result);
	bool *never = rt_arena_array(d->arena, n, sizeof(*never));
	bool extended = sql_null_extended(d->arena, q->text);

	sql_null_never(d->arena, q->text, never, n);
	for (size_t i = 0; i < n && sql_reads_rows(q->command); i++) {
		int field = (int)i;
		bool of_table = false;

		if (!sql_catalogue_not_null(&d->catalogue,
			PQftable(result, field), PQftablecol(result, field),
			&of_table) ||
		    !add_column(d, result, field,
			never[i] || (of_table && !extended), map))
			return NULL;
	}
	return map;
}

/* Commands that read rows are for statements that have some. */
static void
check_columns(struct describing *d, const PGresult *result)
{
	const struct sql_query *q = d->query;

	if (PQnfields(result) > 0 || !sql_reads_rows(q->command))
		return;
	diag_error(d->diag, q->pos, "sql-column",
	    "'%.*s' is %s, and gives no rows", RT_FMT(q->name),
	    sql_command_name(q->command));
	diag_help(d->diag,
	    "make it :exec or :count, or let it have a RETURNING");
}

/* --- Queries --- */

static bool
succeeded(struct describing *d, PGresult *result, bool *fault)
{
	bool ok = PQresultStatus(result) == PGRES_COMMAND_OK;
	bool told = ok || sql_report(d->db, d->diag, d->query, result);

	*fault = !ok;
	return told;
}

static struct value *
query_value(struct describing *d, const PGresult *result)
{
	struct value *v = value_map(d->arena);
	struct value *in = parameters(d, result);
	struct value *out = columns(d, result);

	if (in == NULL || out == NULL)
		return NULL;
	check_columns(d, result);
	value_set_text(v, "sha256", rt_sha256_hex(d->arena, d->query->text));
	value_set(v, "parameters", in);
	value_set(v, "columns", out);
	return v;
}

/* False with trouble; a faulty query is reported and left out. */
static bool
describe(struct describing *d, struct value *queries)
{
	struct value *v = NULL;
	PGresult *result;
	bool fault, ok;

	result = PQprepare(d->db->pg, "", d->query->text.p, 0, NULL);
	ok = succeeded(d, result, &fault);
	PQclear(result);
	if (!ok || fault)
		return ok;
	result = PQdescribePrepared(d->db->pg, "");
	ok = succeeded(d, result, &fault);
	if (ok && !fault)
		v = query_value(d, result);
	PQclear(result);
	if (v != NULL)
		value_set(queries, rt_arena_copy(d->arena, d->query->name).p,
		    v);
	return ok && (fault || v != NULL);
}

static struct value *
migrations_value(struct rt_arena *arena, const struct sql_migrations *m)
{
	struct value *map = value_map(arena);

	for (size_t i = 0; i < m->n; i++)
		value_set_text(map, m->v[i].name.p, m->v[i].sha256);
	return map;
}

struct rt_str
sql_describe(struct sql_db *db, struct diag *diag,
    const struct sql_queries *queries, const struct sql_migrations *migrations)
{
	struct describing d = {db->arena, db, diag, sql_catalogue(db), NULL};
	struct value *lock = value_map(db->arena);
	struct value *described = value_map(db->arena), *constraints;

	if (!is_migrated(db, migrations))
		return (struct rt_str){0};
	for (size_t i = 0; i < queries->n; i++) {
		d.query = &queries->v[i];
		if (!describe(&d, described))
			return (struct rt_str){0};
	}
	constraints = sql_catalogue_constraints(&d.catalogue);
	if (constraints == NULL || diag_errors(diag) > 0)
		return (struct rt_str){0};
	value_set(lock, "migrations", migrations_value(db->arena, migrations));
	value_set(lock, "types", d.catalogue.types);
	value_set(lock, "constraints", constraints);
	value_set(lock, "queries", described);
	return value_json(db->arena, lock);
}
