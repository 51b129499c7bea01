/* From queries and what is known of them to what the templates need. */
#ifndef GEN_SQL_PLAN_H
#define GEN_SQL_PLAN_H

#include "gen/sql_lock.h"

struct sql_plan_input {
	const struct sql_queries *queries;
	const struct sql_lock *lock;
	const struct value *contract; /* its plan; NULL: there is none */
};

/*
 * A map: `files`, one for each file of queries; `types`, a map, or empty;
 * `shared`, a map of the structs that queries share, or empty; and
 * `constraints`.  Reports what can't be planned.
 */
struct value *sql_plan(struct rt_arena *, struct diag *,
    const struct sql_plan_input *);

/* Whether any query names a schema of the contract. */
bool sql_plan_asks(const struct sql_queries *);

#endif /* GEN_SQL_PLAN_H */
