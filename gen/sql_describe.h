/* Asks the database what the queries take and give. */
#ifndef GEN_SQL_DESCRIBE_H
#define GEN_SQL_DESCRIBE_H

#include "gen/sql_db.h"
#include "gen/sql_lock.h"

/*
 * The text of sql/queries.lock.  Absent where a query is at fault, which is
 * reported with PostgreSQL's own words at the place that it names, where the
 * database is not migrated, or with db->trouble.
 */
struct rt_str sql_describe(struct sql_db *, struct diag *,
    const struct sql_queries *, const struct sql_migrations *);

/*
 * Reports queries whose plan reads a table from end to end that is marked:
 * COMMENT ON TABLE persons IS 'large'.  Plans are made for any parameters, and
 * without regard to how many rows there are now.  False with db->trouble.
 */
bool sql_explain(struct sql_db *, struct diag *,
    const struct sql_queries *) RT_WARN_UNUSED;

/* Reports what PostgreSQL has against a query.  False where that is not the
 * query's fault: db->trouble. */
bool sql_report(struct sql_db *, struct diag *, const struct sql_query *,
    const PGresult *) RT_WARN_UNUSED;

#endif /* GEN_SQL_DESCRIBE_H */
