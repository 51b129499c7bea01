/*
 * sql/queries.lock: what the database said of the queries, committed beside
 * them, so that whoever builds needs no database.  JSON, for people to read
 * as a difference:
 *
 *	migrations   {"0001_accounts.sql": SHA-256}
 *	types        {"mood": ["sad", "ok"], "address": {"street": "text"}}
 *	constraints  {"users_email": "users: UNIQUE (lower(email))"}
 *	queries      {"get_person": {"sha256": ..., "parameters": {"id": "int8"},
 *	              "columns": {"id": "int8 not null", "name": "text"}}}
 */
#ifndef GEN_SQL_LOCK_H
#define GEN_SQL_LOCK_H

#include "gen/sql_query.h"
#include "gen/sql_type.h"
#include "gen/value.h"
#include "runtime/json.h"

struct sql_constraint {
	struct rt_str name;
	struct rt_str text;
};

/* What is known of a query. */
struct sql_described {
	const struct sql_column *params; /* not_null says nothing of them */
	size_t n_params;
	const struct sql_column *columns;
	size_t n_columns;
};

struct sql_lock {
	const struct sql_constraint *constraints;
	size_t n_constraints;
	const struct sql_type *const *types; /* enums and composite ones */
	size_t n_types;
	/* By query, in the order of the queries. */
	const struct sql_described *described;
};

/* A file of sql/migrations. */
struct sql_migration {
	struct rt_str name;
	struct rt_str sha256; /* in hexadecimal */
};

struct sql_migrations {
	const struct sql_migration *v;
	size_t n;
};

struct sql_lock_input {
	const struct source *source; /* its text */
	const struct sql_queries *queries;
	const struct sql_migrations *migrations;
};

/*
 * Reads a lock and compares it with what there is now.  False when it does not
 * fit, which has been reported with the query or the migration that it is
 * about.
 */
bool sql_lock_read(struct rt_arena *, struct diag *,
    const struct sql_lock_input *, struct sql_lock *out) RT_WARN_UNUSED;

#endif /* GEN_SQL_LOCK_H */
