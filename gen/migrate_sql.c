/* SQL of a file, and the place of what PostgreSQL finds wrong with it. */
#include "gen/migrate_part.h"

/* A value was added to an enum, and is of no use before COMMIT. */
#define NEW_ENUM_VALUE "55P04"

/* Errors for which there is more to say. */
static const struct {
	const char *sqlstate;
	const char *help;
} helps[] = {
    {"25001",
	"a file that begins with the line '-- kontract: no transaction' runs "
	"without one"},
    {"55P03",
	"another transaction has what the statement needs; see "
	"--lock-timeout"},
    {"57014", "see --statement-timeout"},
};

/* --- Reports --- */

/* Of what has no position of its own: where the statement begins. */
static struct source_pos
place_of(struct migrate *m, const struct migrate_file *f, const PGresult *r,
    size_t from, size_t statement)
{
	const char *at = PQresultErrorField(r, PG_DIAG_STATEMENT_POSITION);
	struct rt_str sql = {f->text.p + from, f->text.n - from};

	if (at != NULL)
		return migrate_place(m->arena, f,
		    from + database_byte(sql, at));
	if (statement < f->statements.n)
		return migrate_place(m->arena, f,
		    f->statements.v[statement].start);
	return migrate_whole(f);
}

static void
add_remarks(struct migrate *m, const PGresult *r, const char *sqlstate)
{
	const char *detail = PQresultErrorField(r, PG_DIAG_MESSAGE_DETAIL);
	const char *hint = PQresultErrorField(r, PG_DIAG_MESSAGE_HINT);
	const char *context = PQresultErrorField(r, PG_DIAG_CONTEXT);

	if (detail != NULL)
		diag_note(m->diag, (struct source_pos){0}, "%s", detail);
	if (context != NULL)
		diag_note(m->diag, (struct source_pos){0}, "%s", context);
	if (hint != NULL)
		diag_help(m->diag, "%s", hint);
	for (size_t i = 0; i < RT_LEN(helps); i++) {
		if (strcmp(helps[i].sqlstate, sqlstate) == 0)
			diag_help(m->diag, "%s", helps[i].help);
	}
}

void
migrate_report_sql(struct migrate *m, const struct migrate_file *f,
    const PGresult *r, size_t from, size_t statement)
{
	const char *text = PQresultErrorField(r, PG_DIAG_MESSAGE_PRIMARY);
	const char *sqlstate = PQresultErrorField(r, PG_DIAG_SQLSTATE);

	if (text == NULL || sqlstate == NULL) {
		(void)migrate_trouble(m, f->name, PQresultErrorMessage(r));
		return;
	}
	if (m->trying && strcmp(sqlstate, NEW_ENUM_VALUE) == 0) {
		m->needs_commit = true;
		return;
	}
	diag_error(m->diag, place_of(m, f, r, from, statement), "migration-sql",
	    "%s (SQLSTATE %s)", text, sqlstate);
	add_remarks(m, r, sqlstate);
}

/* --- Running --- */

/* What COPY would send to a client goes nowhere. */
static void
drain_copy(PGconn *pg)
{
	char *row;

	while (PQgetCopyData(pg, &row, 0) > 0)
		PQfreemem(row);
}

/* Whether a result is of a statement that went well. */
static bool
take_result(PGconn *pg, const PGresult *r)
{
	switch (PQresultStatus(r)) {
	case PGRES_COPY_IN:
		return PQputCopyEnd(pg, "a migration has no data beside it") ==
		    1;
	case PGRES_COPY_OUT:
		drain_copy(pg);
		return true;
	case PGRES_COMMAND_OK:
	case PGRES_TUPLES_OK:
	case PGRES_EMPTY_QUERY:
		return true;
	default:
		return false;
	}
}

static bool
is_end(const PGresult *r)
{
	ExecStatusType status = PQresultStatus(r);

	return status != PGRES_COPY_IN && status != PGRES_COPY_OUT;
}

bool
migrate_run_sql(struct migrate *m, const struct migrate_file *f, size_t first,
    struct rt_str sql)
{
	struct rt_str copy = rt_arena_copy(m->arena, sql);
	size_t from = (size_t)(sql.p - f->text.p), done = 0;
	bool ok = true;
	PGresult *r;

	m->running = f;
	if (PQsendQuery(m->pg, copy.p) != 1)
		return migrate_trouble(m, f->name, PQerrorMessage(m->pg));
	while ((r = PQgetResult(m->pg)) != NULL) {
		if (ok && !take_result(m->pg, r)) {
			ok = false;
			migrate_report_sql(m, f, r, from, first + done);
		} else if (is_end(r)) {
			done++;
		}
		PQclear(r);
		if (!ok && PQstatus(m->pg) != CONNECTION_OK)
			break;
	}
	m->running = NULL;
	return ok;
}
