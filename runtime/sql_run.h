/* What sql*.c share: a typed query on its way, and transactions. */
#ifndef RT_SQL_RUN_H
#define RT_SQL_RUN_H

#include "runtime/db_pool.h"
#include "runtime/sql.h"

/* Forgets what the query before it has violated.  Whether it can be sent; false
 * when not, and rt_fail() has been called. */
bool rt_sql_admit(const struct rt_sql_args *,
    const struct rt_sql_query *) RT_WARN_UNUSED;

/* The query with these parameters; its text may be another, of the same
 * parameters. */
struct rt_db_query *rt_sql_prepare(const struct rt_sql_args *,
    const struct rt_sql_query *, struct rt_db_set *);

/* Where to read, or write: the replica or the primary. */
enum rt_db_set_kind rt_sql_where(const struct rt_call *,
    const struct rt_sql_query *);

/* What the result means; RT_SQL_FAILED with rt_fail(). */
enum rt_sql rt_sql_judge(struct rt_db_query *) RT_WARN_UNUSED;

/* As rt_sql_judge() of a query that has rows, which it sets. */
enum rt_sql rt_sql_take(struct rt_db_query *, const struct rt_sql_query *,
    struct rt_sql_rows *) RT_WARN_UNUSED;

/* The call's transaction; NULL, and rt_fail(), where it is in one. */
struct rt_db_tx *rt_sql_tx_open(struct rt_call *, const char *begin);

/* Commits, closes, and runs what was to be run then. */
enum rt_tx rt_sql_tx_commit(struct rt_db_tx *) RT_WARN_UNUSED;

#endif /* RT_SQL_RUN_H */
