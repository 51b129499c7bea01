#include <stdlib.h>

#include "runtime/db_pool.h"
#include "runtime/loop.h"
#include "runtime/server.h"

static struct rt_db_pool *
pool_of(const struct rt_call *call)
{
	return call->server->db;
}

static void
end_query(void *arg)
{
	rt_db_query_end(arg);
}

/*
 * Everything a query needs is taken from the arena before it starts: a full
 * arena ends the call, and then end_query() must know what to give back.
 */
static struct rt_db_query *
make_query(struct rt_call *call, const char *sql, const struct rt_value *values,
    unsigned n)
{
	struct rt_db_query *q = RT_NEW(call, *q);
	const char **texts = rt_arena_array(call->arena, n, sizeof(*texts));
	Oid *types = rt_arena_array(call->arena, n, sizeof(*types));

	q->prepare = true;
	for (unsigned i = 0; i < n; i++) {
		texts[i] = values[i].text;
		types[i] = values[i].type;
		q->prepare = q->prepare && types[i] == 0;
	}
	q->call = call;
	q->pool = pool_of(call);
	q->sql = sql;
	q->texts = texts;
	q->types = types;
	q->n = (int)n;
	rt_defer(call, end_query, q);
	return q;
}

/* The call gives up while its query may be under way. */
static bool
give_up(struct rt_db_query *q)
{
	rt_db_query_end(q);
	if (q->call->cancelled)
		return false;
	return rt_fail_unavailable(q->call,
	    "database: the call's time was up before the query was done");
}

/* Runs the query to its end; false when there is no result. */
static bool
run(struct rt_db_query *q)
{
	const char *why;

	if (q->call->cancelled)
		return false;
	if (!rt_db_query_start(q, &why))
		return rt_fail_unavailable(q->call, "database: %s", why);
	if (!q->done) {
		q->waiting = true;
		if (!rt_call_wait(q->call))
			return give_up(q);
	}
	if (q->result == NULL)
		return rt_fail_unavailable(q->call,
		    "database: the connection was lost");
	return true;
}

static struct rt_str
field(const PGresult *r, int code)
{
	const char *text = PQresultErrorField(r, code);

	return rt_str(text == NULL ? "" : text);
}

/* Classes and codes of SQLSTATE that a later try may not meet again. */
static bool
is_passing(struct rt_str state)
{
	static const char *const prefixes[] = {
	    "08", /* connection exception */
	    "40", /* serialization failure, deadlock */
	    "53", /* insufficient resources */
	    "57", /* cancelled by the timeout, shutdown, starting up */
	};

	for (unsigned i = 0; i < RT_LEN(prefixes); i++) {
		if (rt_str_starts(state, prefixes[i]))
			return true;
	}
	return state.n == 0; /* libpq's own: the connection broke */
}

/* The primary message holds no values of rows, the detail would. */
static enum rt_db_result
failed(struct rt_call *call, const PGresult *r)
{
	struct rt_str state = field(r, PG_DIAG_SQLSTATE);
	struct rt_str text = field(r, PG_DIAG_MESSAGE_PRIMARY);

	if (state.n == 0)
		text = rt_str(PQresultErrorMessage(r));
	if (is_passing(state))
		(void)rt_fail_unavailable(call, "database: %.*s (%.*s)",
		    RT_FMT(text), RT_FMT(state));
	else
		(void)rt_fail(call, "database: %.*s (%.*s)", RT_FMT(text),
		    RT_FMT(state));
	return RT_DB_FAILED;
}

static enum rt_db_result
judge(struct rt_call *call, PGresult *r)
{
	struct rt_str state = field(r, PG_DIAG_SQLSTATE);
	ExecStatusType status = PQresultStatus(r);

	if (status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK ||
	    status == PGRES_EMPTY_QUERY)
		return RT_DB_OK;
	if (rt_str_is(state, "23505"))
		return RT_DB_UNIQUE;
	if (rt_str_is(state, "23503"))
		return RT_DB_FOREIGN;
	if (rt_str_is(state, "23514"))
		return RT_DB_CHECK;
	return failed(call, r);
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
	q->tx = rt_db_tx_of(q->pool, call);
	if (q->tx != NULL && q->tx->conn == NULL) {
		(void)rt_fail_unavailable(call,
		    "database: the transaction was lost");
		return RT_DB_FAILED;
	}
	if (!run(q))
		return RT_DB_FAILED;
	rows->n = PQntuples(q->result);
	rows->affected = atoi(PQcmdTuples(q->result));
	rows->constraint = field(q->result, PG_DIAG_CONSTRAINT_NAME);
	rows->result = q->result;
	return judge(call, q->result);
}

/* --- Transactions --- */

static void
end_tx(void *arg)
{
	rt_db_tx_close(arg);
}

static bool
run_command(struct rt_db_query *q)
{
	if (!run(q))
		return false;
	return judge(q->call, q->result) == RT_DB_OK;
}

bool
rt_db_begin(struct rt_call *call)
{
	struct rt_db_query *q;
	struct rt_db_tx *tx;

	if (!admit(call, NULL, 0))
		return false;
	if (rt_db_tx_of(pool_of(call), call) != NULL)
		return rt_fail(call, "database: a transaction in another");
	q = make_query(call, "BEGIN", NULL, 0);
	tx = RT_NEW(call, *tx);
	tx->call = call;
	tx->pool = q->pool;
	rt_defer(call, end_tx, tx);
	rt_db_tx_open(tx);
	call->in_transaction = true;
	q->tx = tx;
	return run_command(q);
}

bool
rt_db_commit(struct rt_call *call)
{
	struct rt_db_query *q;
	struct rt_db_tx *tx;

	if (!admit(call, NULL, 0))
		return false;
	tx = rt_db_tx_of(pool_of(call), call);
	if (tx == NULL)
		return rt_fail(call, "database: a commit without a begin");
	if (tx->conn == NULL)
		return rt_fail_unavailable(call,
		    "database: the transaction was lost");
	q = make_query(call, "COMMIT", NULL, 0);
	q->tx = tx;
	if (!run_command(q))
		return false;
	rt_db_tx_close(tx);
	call->in_transaction = false;
	/* After a failed statement PostgreSQL answers COMMIT with this. */
	if (strcmp(PQcmdStatus(q->result), "ROLLBACK") == 0)
		return rt_fail(call, "database: the commit rolled back");
	return true;
}

bool
rt_db_up(const struct rt_call *call)
{
	return pool_of(call) != NULL && rt_db_pool_up(pool_of(call));
}
