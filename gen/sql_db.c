#include "gen/sql_db.h"

bool
sql_db_open(struct sql_db *db, struct rt_arena *arena, const char *url)
{
	*db = (struct sql_db){.arena = arena};
	db->pg = database_open(arena, url, NULL, &db->trouble);
	return db->pg != NULL;
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
	if (!ok)
		db->trouble = database_trouble(db->arena, "the database",
		    PQerrorMessage(db->pg));
	return ok;
}

struct rt_str
sql_table_at(const struct sql_table *t, size_t row, size_t column)
{
	return t->v[row * t->columns + column];
}
