/* The connection, the lock, and the table schema_migrations. */
#include <stdlib.h>
#include <time.h>

#include "gen/migrate_part.h"

enum { POLL_MS = 100 };

/* The key of the advisory lock; whoever migrates a database takes it. */
#define LOCK_KEY "hashtext('schema_migrations')"

/* --- Commands --- */

bool
migrate_trouble(struct migrate *m, const char *what, const char *message)
{
	m->trouble = database_trouble(m->arena, what, message);
	return false;
}

PGresult *
migrate_query(struct migrate *m, const char *sql, int n,
    const char *const *values)
{
	PGresult *r = PQexecParams(m->pg, sql, n, NULL, values, NULL, NULL, 0);

	if (PQresultStatus(r) == PGRES_TUPLES_OK ||
	    PQresultStatus(r) == PGRES_COMMAND_OK)
		return r;
	PQclear(r);
	(void)migrate_trouble(m, "the database", PQerrorMessage(m->pg));
	return NULL;
}

bool
migrate_command(struct migrate *m, const char *sql)
{
	PGresult *r = PQexec(m->pg, sql);
	bool ok = PQresultStatus(r) == PGRES_COMMAND_OK ||
	    PQresultStatus(r) == PGRES_TUPLES_OK;

	PQclear(r);
	return ok || migrate_trouble(m, "the database", PQerrorMessage(m->pg));
}

/* --- The connection --- */

/* A file's notices are chat, its warnings are not. */
static void
on_notice(void *arg, const PGresult *r)
{
	struct migrate *m = arg;
	const char *text = PQresultErrorField(r, PG_DIAG_MESSAGE_PRIMARY);

	diag_warning(m->diag,
	    m->running == NULL ? (struct source_pos){0}
			       : migrate_whole(m->running),
	    "migration-warning", "%s",
	    text == NULL ? PQresultErrorMessage(r) : text);
}

bool
migrate_reset_session(struct migrate *m)
{
	const char *sql = rt_arena_printf(m->arena,
	    "RESET SESSION AUTHORIZATION;"
	    "RESET ALL;"
	    "SET client_min_messages = warning;"
	    "SET standard_conforming_strings = on;"
	    "SET client_encoding = 'UTF8';"
	    "SET lock_timeout = '%us';"
	    "SET statement_timeout = '%us'",
	    m->lock_s, m->statement_s)
			      .p;

	return migrate_command(m, sql);
}

bool
migrate_connect(struct migrate *m, const char *dbname)
{
	m->pg = database_open(m->arena, getenv("DATABASE_URL"), dbname,
	    &m->trouble);
	if (m->pg == NULL)
		return false;
	(void)PQsetNoticeReceiver(m->pg, on_notice, m);
	return migrate_reset_session(m);
}

/* --- The lock --- */

/* True with the process that has it, or an empty text where it may not be
 * seen or has just let go. */
static struct rt_str
lock_holder(struct migrate *m)
{
	struct rt_str found = RT_LIT("another process");
	PGresult *r = migrate_query(m,
	    "SELECT 'process ' || pid || ' of the user ' || usename"
	    " FROM pg_locks JOIN pg_stat_activity USING (pid)"
	    " WHERE locktype = 'advisory' AND granted"
	    " AND database = (SELECT oid FROM pg_database"
	    " WHERE datname = current_database())"
	    " AND objsubid = 1 AND (classid::bigint << 32 | objid::bigint) = " LOCK_KEY,
	    0, NULL);

	if (r != NULL && PQntuples(r) == 1 && !PQgetisnull(r, 0, 0))
		found = rt_arena_copy(m->arena, rt_str(PQgetvalue(r, 0, 0)));
	PQclear(r);
	return found;
}

/* -1 when it can't be told. */
static int
try_lock(struct migrate *m)
{
	PGresult *r = migrate_query(m,
	    "SELECT pg_try_advisory_lock(" LOCK_KEY ")", 0, NULL);
	int got = r == NULL ? -1 : PQgetvalue(r, 0, 0)[0] == 't';

	PQclear(r);
	return got;
}

static bool
refuse_lock(struct migrate *m)
{
	m->trouble = rt_arena_printf(m->arena,
	    "%.*s migrates this database, still after %u s; nothing was done",
	    RT_FMT(lock_holder(m)), m->wait_s)
			 .p;
	return false;
}

/*
 * A backend that waits inside of pg_advisory_lock() has a snapshot, for whose
 * end CREATE INDEX CONCURRENTLY of the other run would wait: so it is asked for
 * again and again.
 */
bool
migrate_lock(struct migrate *m)
{
	const struct timespec pause = {.tv_nsec = POLL_MS * 1000000L};
	unsigned tries = m->wait_s * (1000 / POLL_MS);
	int got = try_lock(m);

	if (got == 0 && tries > 0)
		fprintf(m->call->log,
		    "kontract: %.*s migrates this database: waiting for its "
		    "end, %u s at most\n",
		    RT_FMT(lock_holder(m)), m->wait_s);
	while (got == 0 && tries-- > 0) {
		nanosleep(&pause, NULL);
		got = try_lock(m);
	}
	return got == 1 || (got == 0 && refuse_lock(m));
}

/* --- The table --- */

/* Where the table is, or would be made: files may set another search_path. */
static bool
find_table(struct migrate *m)
{
	PGresult *r = migrate_query(m,
	    "SELECT quote_ident(coalesce((SELECT nspname FROM pg_class c"
	    " JOIN pg_namespace n ON n.oid = relnamespace"
	    " WHERE c.oid = to_regclass('schema_migrations')),"
	    " current_schema())) || '.schema_migrations',"
	    " to_regclass('schema_migrations') IS NOT NULL",
	    0, NULL);

	if (r == NULL)
		return false;
	if (PQgetisnull(r, 0, 0)) {
		PQclear(r);
		m->trouble =
		    "the database: no schema of its search_path exists";
		return false;
	}
	m->table = rt_arena_copy(m->arena, rt_str(PQgetvalue(r, 0, 0)));
	m->has_table = PQgetvalue(r, 0, 1)[0] == 't';
	PQclear(r);
	return true;
}

bool
migrate_make_table(struct migrate *m)
{
	const char *sql;

	if (!find_table(m))
		return false;
	sql = rt_arena_printf(m->arena,
	    "SET client_min_messages = error;"
	    "CREATE TABLE IF NOT EXISTS %s ("
	    "name text PRIMARY KEY,"
	    "sha256 text NOT NULL,"
	    "applied_at timestamptz NOT NULL DEFAULT now());"
	    "ALTER TABLE %s ADD COLUMN IF NOT EXISTS statements_done integer;"
	    "SET client_min_messages = warning",
	    m->table.p, m->table.p)
		  .p;
	m->has_table = true;
	return migrate_command(m, sql);
}

static void
keep_row(struct migrate *m, struct migrate_row *row, const PGresult *r, int i)
{
	struct rt_str *const texts[] = {&row->name, &row->sha256,
	    &row->applied_at};

	for (int c = 0; c < (int)RT_LEN(texts); c++)
		*texts[c] =
		    rt_arena_copy(m->arena, rt_str(PQgetvalue(r, i, c)));
	row->done = MIGRATE_WHOLE;
	if (!PQgetisnull(r, i, 3) &&
	    (row->done = atoi(PQgetvalue(r, i, 3))) < 0)
		row->done = 0;
}

/* The last column is younger than the table may be. */
bool
migrate_read_rows(struct migrate *m)
{
	PGresult *r;

	if (!find_table(m))
		return false;
	if (!m->has_table)
		return true;
	r = migrate_query(m,
	    rt_arena_printf(m->arena,
		"SELECT name, sha256, to_char(applied_at AT TIME ZONE 'UTC',"
		" 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"'),"
		" to_jsonb(t) ->> 'statements_done'"
		" FROM %s t ORDER BY name COLLATE \"C\"",
		m->table.p)
		.p,
	    0, NULL);
	if (r == NULL)
		return false;
	m->n_rows = (size_t)PQntuples(r);
	m->rows = rt_arena_array(m->arena, m->n_rows, sizeof(*m->rows));
	for (size_t i = 0; i < m->n_rows; i++)
		keep_row(m, &m->rows[i], r, (int)i);
	PQclear(r);
	return true;
}
