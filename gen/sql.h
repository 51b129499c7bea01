/* kontract sql: queries in SQL to functions in C. */
#ifndef GEN_SQL_H
#define GEN_SQL_H

#include "gen/diag.h"
#include "gen/emit.h"

struct sql_options {
	const char *dir; /* of queries/, migrations/ and queries.lock */
	const char *out; /* of what is generated */
	const char *contract;
	const char *templates; /* as of generate */
	const char *url; /* of the database; NULL: none */
	bool update; /* ask the database, and write the lock */
	bool explain; /* look at the plans, and write nothing */
	bool check; /* write nothing, tell what is stale */
	bool force;
};

struct sql_outcome {
	const char *trouble; /* the machine's or the database's; NULL: none */
	struct diag *diag; /* what is wrong with queries, lock or contract */
	size_t queries;
	bool stale_lock; /* with `check`, or the lock was written */
	struct emit_result emitted;
};

/* False with `trouble`, or with errors in `diag`. */
bool sql_compile(struct rt_arena *, const struct sql_options *,
    struct sql_outcome *) RT_WARN_UNUSED;

#endif /* GEN_SQL_H */
