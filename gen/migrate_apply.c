/* What is pending is applied, or tried. */
#include "gen/migrate_part.h"

/* --- Notes --- */

/* Notes that `done` statements of a file are applied, or all of it. */
static bool
note(struct migrate *m, const struct migrate_file *f, int done)
{
	char text[16];
	const char *values[] = {f->name,
	    done == MIGRATE_WHOLE
		? f->sha256.p
		: migrate_sha256_done(m->arena, f, (size_t)done).p,
	    done == MIGRATE_WHOLE ? NULL : text};
	PGresult *r;

	snprintf(text, sizeof(text), "%d", done);
	r = migrate_query(m,
	    rt_arena_printf(m->arena,
		"INSERT INTO %s AS t (name, sha256, statements_done)"
		" VALUES ($1, $2, $3::integer)"
		" ON CONFLICT (name) DO UPDATE SET sha256 = excluded.sha256,"
		" statements_done = excluded.statements_done,"
		" applied_at = now()",
		m->table.p)
		.p,
	    (int)RT_LEN(values), values);
	PQclear(r);
	return r != NULL;
}

static bool
tell_applied(struct migrate *m, const struct migrate_file *f)
{
	if (!m->call->quiet)
		fprintf(m->call->out, "applied %s\n", f->name);
	fflush(m->call->out);
	return true;
}

/* --- In a transaction --- */

/* What COMMIT finds, a constraint that is deferred, is the file's. */
static bool
commit(struct migrate *m, const struct migrate_file *f)
{
	PGresult *r = PQexec(m->pg, "COMMIT");
	bool ok = PQresultStatus(r) == PGRES_COMMAND_OK;

	if (!ok)
		migrate_report_sql(m, f, r, 0, f->statements.n);
	PQclear(r);
	return ok;
}

/* A procedure may still have ended it, past what the words of a file tell. */
static bool
is_in_transaction(struct migrate *m, const struct migrate_file *f)
{
	if (PQtransactionStatus(m->pg) == PQTRANS_INTRANS)
		return true;
	diag_error(m->diag, migrate_whole(f), "migration-transaction",
	    "the file has ended the transaction in which it ran");
	return false;
}

static bool
apply_at_once(struct migrate *m, const struct migrate_file *f)
{
	return migrate_command(m, "BEGIN") &&
	    migrate_run_sql(m, f, 0, f->text) && is_in_transaction(m, f) &&
	    migrate_command(m, "RESET SESSION AUTHORIZATION; RESET ROLE") &&
	    note(m, f, MIGRATE_WHOLE) && commit(m, f);
}

/* --- Without one --- */

/* Finds the statement with which an unfinished file goes on. */
static bool
find_next(struct migrate *m, const struct migrate_file *f, size_t *next)
{
	*next = 0;
	if (f->row == NULL || m->options->restart)
		return true;
	*next = (size_t)f->row->done;
	if (*next <= f->statements.n &&
	    rt_str_eq(f->row->sha256, migrate_sha256_done(m->arena, f, *next)))
		return true;
	diag_error(m->diag, migrate_whole(f), "migration-changed",
	    "of the file the part was changed that is done, its first %zu "
	    "statements",
	    *next);
	diag_help(m->diag, "put that part back as it was");
	return false;
}

static bool
is_outside_transaction(struct migrate *m, const struct migrate_file *f)
{
	if (PQtransactionStatus(m->pg) == PQTRANS_IDLE)
		return true;
	diag_error(m->diag, migrate_whole(f), "migration-transaction",
	    "the file begins a transaction and does not end it");
	return false;
}

static bool
apply_by_statement(struct migrate *m, const struct migrate_file *f)
{
	size_t next;

	if (!find_next(m, f, &next) || !note(m, f, (int)next))
		return false;
	for (; next < f->statements.n; next++) {
		const struct sql_statement *s = &f->statements.v[next];
		struct rt_str sql = {f->text.p + s->start, s->end - s->start};

		if (!migrate_run_sql(m, f, next, sql) ||
		    !note(m, f, (int)next + 1))
			return false;
	}
	return is_outside_transaction(m, f) && note(m, f, MIGRATE_WHOLE);
}

/* --- All of them --- */

static bool
is_wanted(const struct migrate *m, const struct migrate_file *f)
{
	return f->state != MIGRATE_APPLIED && migrate_number(f->name) <= m->to;
}

static void
tell_nothing(const struct migrate *m)
{
	if (!m->call->quiet)
		fprintf(m->call->out, "%s: nothing to apply; applied: %zu\n",
		    m->dir, m->n_rows);
}

bool
migrate_apply(struct migrate *m)
{
	bool any = false;

	for (size_t i = 0; i < m->n_files; i++) {
		const struct migrate_file *f = &m->files[i];

		if (!is_wanted(m, f))
			continue;
		any = true;
		if (!(f->no_transaction ? apply_by_statement(m, f)
					: apply_at_once(m, f)))
			return false;
		if (!migrate_reset_session(m) || !tell_applied(m, f))
			return false;
	}
	if (!any)
		tell_nothing(m);
	return true;
}

/* --- A dry run --- */

/* What a file leaves for COMMIT to check is checked before the next, which may
 * leave some again. */
static bool
try_file(struct migrate *m, const struct migrate_file *f)
{
	PGresult *r;
	bool ok;

	if (!migrate_run_sql(m, f, 0, f->text) || !is_in_transaction(m, f))
		return false;
	r = PQexec(m->pg,
	    "SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED");
	ok = PQresultStatus(r) == PGRES_COMMAND_OK;
	if (!ok)
		migrate_report_sql(m, f, r, 0, f->statements.n);
	PQclear(r);
	return ok && migrate_reset_session(m);
}

static void
tell_would(const struct migrate *m, const struct migrate_file *f,
    const struct migrate_file *untried)
{
	FILE *out = m->call->out;

	if (m->call->quiet)
		return;
	fprintf(out, "would apply %s", f->name);
	if (untried == f && f->no_transaction)
		fputs(" (not tried: it has no transaction)", out);
	else if (untried == f)
		fputs(" (not tried: a file before it has to be committed)",
		    out);
	else if (untried != NULL)
		fprintf(out, " (not tried: it may need %s)", untried->name);
	fputc('\n', out);
}

bool
migrate_try(struct migrate *m)
{
	const struct migrate_file *untried = NULL;
	bool any = false;

	m->trying = true;
	if (!migrate_command(m, "BEGIN"))
		return false;
	for (size_t i = 0; i < m->n_files; i++) {
		const struct migrate_file *f = &m->files[i];

		if (!is_wanted(m, f))
			continue;
		any = true;
		if (untried == NULL && f->no_transaction)
			untried = f;
		if (untried == NULL && !try_file(m, f)) {
			if (!m->needs_commit)
				return false;
			untried = f;
		}
		tell_would(m, f, untried);
	}
	if (!any)
		tell_nothing(m);
	return migrate_command(m, "ROLLBACK");
}
