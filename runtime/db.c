#include <stdlib.h>

#include "runtime/db_pool.h"
#include "runtime/server.h"
#include "runtime/sql_run.h"

static struct rt_db_pool *
pool_of(const struct rt_call *call)
{
	return call->server->db;
}

/* Everything a query needs is taken from the arena before it starts. */
static struct rt_db_query *
make_query(struct rt_call *call, const char *sql, const struct rt_value *values,
    unsigned n)
{
	struct rt_db_query *q =
	    rt_db_query_new(call, &pool_of(call)->sets[RT_DB_PRIMARY], sql);
	const char **texts = rt_arena_array(call->arena, n, sizeof(*texts));
	Oid *types = rt_arena_array(call->arena, n, sizeof(*types));

	for (unsigned i = 0; i < n; i++) {
		texts[i] = values[i].text;
		types[i] = values[i].type;
	}
	q->values = texts;
	q->types = types;
	q->n = (int)n;
	return q;
}

static enum rt_db_result
judge(struct rt_db_query *q)
{
	struct rt_str state = rt_db_field(q->result, PG_DIAG_SQLSTATE);

	if (rt_db_is_good(q->result))
		return RT_DB_OK;
	if (rt_str_is(state, "23505"))
		return RT_DB_UNIQUE;
	if (rt_str_is(state, "23503"))
		return RT_DB_FOREIGN;
	if (rt_str_is(state, "23514"))
		return RT_DB_CHECK;
	(void)rt_db_query_failed(q);
	return RT_DB_FAILED;
}

/* A value that has no text for PostgreSQL; see rt_value_str(). */
static bool
is_impossible(const struct rt_value *values, unsigned n)
{
	for (unsigned i = 0; i < n; i++) {
		if (values[i].text == rt_db_impossible)
			return true;
	}
	return false;
}

/* Whether the call may run a statement at all. */
static bool
admit(struct rt_call *call, const struct rt_value *values, unsigned n)
{
	if (pool_of(call) == NULL)
		return rt_fail_unavailable(call, "database: none is set up");
	if (n > RT_DB_VALUES_MAX)
		return rt_fail(call, "database: %u parameters are too many", n);
	if (is_impossible(values, n))
		return rt_fail(call, "database: a text holds a NUL byte");
	return true;
}

enum rt_db_result
rt_db(struct rt_call *call, struct rt_rows *rows, const char *sql,
    const struct rt_value *values, unsigned n)
{
	struct rt_rows unused;
	struct rt_db_query *q;

	if (rows == NULL)
		rows = &unused;
	*rows = (struct rt_rows){0};
	if (!admit(call, values, n))
		return RT_DB_FAILED;
	q = make_query(call, sql, values, n);
	if (!rt_db_query_run(q))
		return RT_DB_FAILED;
	rows->n = PQntuples(q->result);
	rows->affected = atoi(PQcmdTuples(q->result));
	rows->constraint = rt_db_field(q->result, PG_DIAG_CONSTRAINT_NAME);
	rows->result = q->result;
	return judge(q);
}

/* --- Transactions --- */

bool
rt_db_begin(struct rt_call *call)
{
	if (!admit(call, NULL, 0))
		return false;
	return rt_sql_tx_open(call, "BEGIN") != NULL;
}

bool
rt_db_commit(struct rt_call *call)
{
	if (!admit(call, NULL, 0))
		return false;
	if (call->tx == NULL)
		return rt_fail(call, "database: a commit without a begin");
	return rt_sql_tx_commit(call->tx) == RT_TX_COMMITTED;
}

bool
rt_db_up(const struct rt_call *call)
{
	return pool_of(call) != NULL && rt_db_pool_up(pool_of(call));
}
