/* What the parts of `kontract migrate` share. */
#ifndef GEN_MIGRATE_PART_H
#define GEN_MIGRATE_PART_H

#include "gen/database.h"
#include "gen/migrate.h"
#include "gen/sql_split.h"

enum {
	MIGRATE_DIGITS = 4,
	MIGRATE_NUMBER_MAX = 9999,
	MIGRATE_WHOLE = -1, /* of statements that are done: all */
};

/* What is between a file and the database. */
enum migrate_state {
	MIGRATE_PENDING = 1,
	MIGRATE_APPLIED,
	MIGRATE_CHANGED, /* since it was applied */
	MIGRATE_LATE, /* pending, though one of a higher number is applied */
	MIGRATE_UNFINISHED, /* without a transaction, and it stopped midway */
};

/* A row of schema_migrations. */
struct migrate_row {
	struct rt_str name;
	struct rt_str sha256; /* of what is done, in hexadecimal */
	struct rt_str applied_at; /* 2026-11-21T10:00:00Z */
	int done; /* statements, or MIGRATE_WHOLE */
};

struct migrate_file {
	const char *name; /* "0001_accounts.sql" */
	const struct source *source;
	struct rt_str text; /* without a byte order mark */
	struct rt_str sha256; /* of the file */
	struct sql_statements statements;
	bool no_transaction;
	enum migrate_state state; /* by migrate_compare() */
	const struct migrate_row *row; /* NULL for one that is pending */
};

struct migrate {
	struct rt_arena *arena;
	struct diag *diag;
	const struct migrate_call *call;
	const struct migrate_options *options;
	const char *dir;
	unsigned to; /* MIGRATE_NUMBER_MAX: all */
	unsigned wait_s, lock_s, statement_s;
	struct migrate_file *files;
	size_t n_files;
	struct migrate_row *rows;
	size_t n_rows;
	PGconn *pg;
	const struct migrate_file *running; /* whose warnings come, or NULL */
	struct rt_str table; /* quoted, with its schema */
	bool has_table;
	bool trying; /* all files in one transaction, a dry run */
	bool needs_commit; /* which is why one could not be tried */
	const char *trouble; /* the machine's, or NULL */
};

/*
 * The functions below return false when they fail: with a report in m->diag,
 * or with m->trouble set.
 */

/* --- Files --- */

/* Fills m->files with the names of the directory m->dir. */
bool migrate_list_files(struct migrate *) RT_WARN_UNUSED;

/* Reads the files as well; the faults of all are reported. */
bool migrate_read_files(struct migrate *) RT_WARN_UNUSED;

/* Whether a name is NNNN_words.sql, of a-z, 0-9 and '_'. */
bool migrate_is_name(const char *name);

/* The number in such a name. */
unsigned migrate_number(const char *name);

/* The place of an offset in file->text, or of the file as a whole. */
struct source_pos migrate_place(struct rt_arena *, const struct migrate_file *,
    size_t offset);
struct source_pos migrate_whole(const struct migrate_file *);

/* The SHA-256 of the first `done` statements with what stands before them. */
struct rt_str migrate_sha256_done(struct rt_arena *,
    const struct migrate_file *, size_t done);

/* Makes the next file of the directory, which may be missing. */
bool migrate_new(struct migrate *, const char *words) RT_WARN_UNUSED;

/* --- The database --- */

/* Connects to DATABASE_URL, or to another database of the same server. */
bool migrate_connect(struct migrate *, const char *dbname) RT_WARN_UNUSED;

/* The settings that a file begins with; what another one has set is gone. */
bool migrate_reset_session(struct migrate *) RT_WARN_UNUSED;

/* Waits until no other run migrates this database.  Ends with the
 * connection. */
bool migrate_lock(struct migrate *) RT_WARN_UNUSED;

/* Makes schema_migrations, or brings one of an older version up to date. */
bool migrate_make_table(struct migrate *) RT_WARN_UNUSED;

/* Reads schema_migrations; a database without it has no rows. */
bool migrate_read_rows(struct migrate *) RT_WARN_UNUSED;

/* A command of our own, which is no part of a file. */
bool migrate_command(struct migrate *, const char *sql) RT_WARN_UNUSED;

/* The same with parameters. */
PGresult *migrate_query(struct migrate *, const char *sql, int n,
    const char *const *values) RT_WARN_UNUSED;

/* Keeps what went wrong with the connection. */
bool migrate_trouble(struct migrate *, const char *what, const char *message);

/* --- Both --- */

/* Tells each file its state, and reports what does not fit. */
void migrate_compare(struct migrate *);

/* Runs the part of a file from `start` on; `first` is the statement that
 * stands there. */
bool migrate_run_sql(struct migrate *, const struct migrate_file *,
    size_t first, struct rt_str sql) RT_WARN_UNUSED;

/* Reports an error of PostgreSQL; `from` is where in the file the SQL began,
 * statement the one that failed, which may be none of the file's. */
void migrate_report_sql(struct migrate *, const struct migrate_file *,
    const PGresult *, size_t from, size_t statement);

/* Applies what is to be applied, in its order. */
bool migrate_apply(struct migrate *) RT_WARN_UNUSED;

/* Tells what would be applied, and tries it in a transaction that is rolled
 * back. */
bool migrate_try(struct migrate *) RT_WARN_UNUSED;

/* Prints the states; false when they are not all MIGRATE_APPLIED. */
bool migrate_status(struct migrate *) RT_WARN_UNUSED;

/* Applies all files to a database that is made for it and dropped again. */
bool migrate_scratch(struct migrate *) RT_WARN_UNUSED;

#endif /* GEN_MIGRATE_PART_H */
