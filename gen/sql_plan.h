/* From queries and what is known of them to what the templates need. */
#ifndef GEN_SQL_PLAN_H
#define GEN_SQL_PLAN_H

#include "gen/sql_lock.h"

/*
 * A map: `files`, one for each file of queries; `types`, a map, or empty;
 * `shared`, a map of the structs that queries share, or empty; and
 * `constraints`.  `contract` is the plan of the contract, or NULL where there
 * is none.  Reports what can't be planned.
 */
struct value *sql_plan(struct rt_arena *, struct diag *,
    const struct sql_queries *, const struct sql_lock *,
    const struct value *contract);

/* Whether any query names a schema of the contract. */
bool sql_plan_asks(const struct sql_queries *);

#endif /* GEN_SQL_PLAN_H */
