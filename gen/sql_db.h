/* The database that is asked about queries, over one blocking connection. */
#ifndef GEN_SQL_DB_H
#define GEN_SQL_DB_H

#include "gen/database.h"

struct sql_db {
	struct rt_arena *arena;
	PGconn *pg;
	const char *trouble; /* why it can't be asked; NULL: it can */
};

/* Texts in the arena; a null's p is NULL. */
struct sql_table {
	size_t rows, columns;
	const struct rt_str *v;
};

/* False with db->trouble, which has no password in it. */
bool sql_db_open(struct sql_db *, struct rt_arena *,
    const char *url) RT_WARN_UNUSED;
void sql_db_close(struct sql_db *);

/* Runs a statement of ours, with one parameter or none (NULL).  False with
 * db->trouble. */
bool sql_db_query(struct sql_db *, const char *sql, const char *parameter,
    struct sql_table *) RT_WARN_UNUSED;

struct rt_str sql_table_at(const struct sql_table *, size_t row, size_t column);

#endif /* GEN_SQL_DB_H */
