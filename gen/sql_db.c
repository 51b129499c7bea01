#include "gen/sql_db.h"

static bool
fail(struct sql_db *db, const char *what, const char *why)
{
	struct rt_str text = rt_str(why);

	while (text.n > 0 && text.p[text.n - 1] == '\n')
		text.n--;
	db->trouble =
	    rt_arena_printf(db->arena, "%s: %.*s", what, RT_FMT(text)).p;
	return false;
}

/* What libpq says of a text that it can't read may repeat its password. */
static bool
is_url(const char *url)
{
	PQconninfoOption *options = PQconninfoParse(url, NULL);

	if (options == NULL)
		return false;
	PQconninfoFree(options);
	return true;
}

bool
sql_db_open(struct sql_db *db, struct rt_arena *arena, const char *url)
{
	*db = (struct sql_db){.arena = arena};
	if (!is_url(url))
		return fail(db, "DATABASE_URL",
		    "is no connection string of PostgreSQL");
	db->pg = PQconnectdb(url);
	if (PQstatus(db->pg) != CONNECTION_OK)
		return fail(db, "DATABASE_URL", PQerrorMessage(db->pg));
	if (PQsetClientEncoding(db->pg, "UTF8") != 0)
		return fail(db, "the database", PQerrorMessage(db->pg));
	return true;
}

void
sql_db_close(struct sql_db *db)
{
	PQfinish(db->pg);
	db->pg = NULL;
}

static void
copy_rows(struct sql_db *db, const PGresult *result, struct sql_table *out)
{
	int rows = PQntuples(result), columns = PQnfields(result);
	struct rt_str *v = rt_arena_array(db->arena,
	    (size_t)rows * (size_t)columns, sizeof(*v));

	for (int i = 0; i < rows * columns; i++) {
		int row = i / columns, column = i % columns;

		if (!PQgetisnull(result, row, column))
			v[i] = rt_arena_copy(db->arena,
			    rt_str(PQgetvalue(result, row, column)));
	}
	*out = (struct sql_table){(size_t)rows, (size_t)columns, v};
}

bool
sql_db_query(struct sql_db *db, const char *sql, const char *parameter,
    struct sql_table *out)
{
	PGresult *result = PQexecParams(db->pg, sql, parameter != NULL ? 1 : 0,
	    NULL, &parameter, NULL, NULL, 0);
	ExecStatusType status = PQresultStatus(result);
	bool ok = status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK;

	*out = (struct sql_table){0};
	if (ok)
		copy_rows(db, result, out);
	PQclear(result);
	return ok || fail(db, "the database", PQerrorMessage(db->pg));
}

struct rt_str
sql_table_at(const struct sql_table *t, size_t row, size_t column)
{
	return t->v[row * t->columns + column];
}
