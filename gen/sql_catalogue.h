/* What the database's catalogue says of types, columns and constraints. */
#ifndef GEN_SQL_CATALOGUE_H
#define GEN_SQL_CATALOGUE_H

#include "gen/sql_db.h"
#include "gen/value.h"

/* The text of a type as the lock has it. */
struct sql_known {
	uint32_t oid;
	struct rt_str text; /* absent: there is no such type in C */
	const char *called; /* by PostgreSQL, where there is none */
};

struct sql_catalogue {
	struct sql_db *db;
	struct value *types; /* "types" of the lock */
	struct sql_known *known;
	size_t n_known, size;
	unsigned depth;
};

struct sql_catalogue sql_catalogue(struct sql_db *);

/* The type of an oid: a domain is what it is made of.  NULL with trouble in
 * the database. */
const struct sql_known *sql_catalogue_type(struct sql_catalogue *,
    uint32_t oid);

/* *not_null becomes whether a table's column is never null in its rows.
 * False with trouble in the database. */
bool sql_catalogue_not_null(struct sql_catalogue *, uint32_t table, int column,
    bool *not_null) RT_WARN_UNUSED;

/* "constraints" of the lock; NULL with trouble in the database. */
struct value *sql_catalogue_constraints(struct sql_catalogue *);

#endif /* GEN_SQL_CATALOGUE_H */
