#include "runtime/db_pool.h"
#include "runtime/metrics.h"

static void
end_query(void *arg)
{
	rt_db_query_end(arg);
}

struct rt_db_query *
rt_db_query_new(struct rt_call *call, struct rt_db_set *set, const char *sql)
{
	struct rt_db_query *q = RT_NEW(call, *q);

	q->call = call;
	q->tx = call->tx;
	q->set = q->tx == NULL ? set : q->tx->set;
	q->sql = sql;
	rt_defer(call, end_query, q);
	return q;
}

void
rt_db_query_reset(struct rt_db_query *q)
{
	rt_db_query_end(q);
	q->done = false;
	q->waiting = false;
}

static bool
admit(struct rt_db_query *q)
{
	const struct rt_db_tx *tx = q->tx;

	if (tx == NULL || !tx->begun)
		return true;
	if (rt_db_tx_lost(tx))
		return rt_fail_unavailable(q->call,
		    "database: the transaction was lost");
	if (tx->conn->n > 0)
		return rt_fail(q->call,
		    "database: two queries at once in a transaction");
	return true;
}

/* NULL where there is a result, else why there is none. */
static const char *
attempt(struct rt_db_query *q)
{
	static const char *const late =
	    "the call's time was up before the query was done";
	const char *why;

	if (rt_call_is_over(q->call))
		return late;
	if (!rt_db_query_start(q, &why))
		return why;
	q->waiting = true;
	while (!q->done) {
		if (!rt_call_wait(q->call)) {
			rt_db_query_end(q);
			return late;
		}
	}
	return q->result == NULL ? "the connection was lost" : NULL;
}

/*
 * What the replica could not do the primary may: it has gone, or the query was
 * in the way of what it had to take over from the primary.
 */
static bool
is_for_primary(const struct rt_db_query *q, const char *why)
{
	struct rt_str state;

	if (q->set != &q->set->pool->sets[RT_DB_REPLICA])
		return false;
	if (why != NULL)
		return true;
	state = rt_db_field(q->result, PG_DIAG_SQLSTATE);
	return rt_str_starts(state, "40") || rt_str_starts(state, "57P");
}

bool
rt_db_query_run(struct rt_db_query *q)
{
	int64_t began_us = rt_clock_us();
	const char *why;

	if (q->call->cancelled || !admit(q))
		return false;
	why = attempt(q);
	if (is_for_primary(q, why)) {
		rt_db_query_reset(q);
		q->set = &q->set->pool->sets[RT_DB_PRIMARY];
		why = attempt(q);
	}
	rt_metrics_took(RT_TIMED_QUERY, rt_clock_us() - began_us);
	if (why == NULL)
		return true;
	if (q->call->cancelled)
		return false;
	return rt_fail_unavailable(q->call, "database: %s", why);
}

/* --- Judging --- */

struct rt_str
rt_db_field(const PGresult *r, int code)
{
	const char *text = PQresultErrorField(r, code);

	return rt_str(text == NULL ? "" : text);
}

bool
rt_db_is_good(const PGresult *r)
{
	ExecStatusType s = PQresultStatus(r);

	return s == PGRES_TUPLES_OK || s == PGRES_COMMAND_OK ||
	    s == PGRES_EMPTY_QUERY;
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
bool
rt_db_query_failed(struct rt_db_query *q)
{
	struct rt_str state = rt_db_field(q->result, PG_DIAG_SQLSTATE);
	struct rt_str text = rt_db_field(q->result, PG_DIAG_MESSAGE_PRIMARY);
	const char *name = q->name == NULL ? "" : q->name;
	const char *colon = q->name == NULL ? "" : ": ";

	if (q->tx != NULL &&
	    (rt_str_is(state, "40001") || rt_str_is(state, "40P01")))
		q->tx->again = true;
	if (state.n == 0)
		text = rt_str(PQresultErrorMessage(q->result));
	if (is_passing(state))
		return rt_fail_unavailable(q->call, "database: %s%s%.*s (%.*s)",
		    name, colon, RT_FMT(text), RT_FMT(state));
	return rt_fail(q->call, "database: %s%s%.*s (%.*s)", name, colon,
	    RT_FMT(text), RT_FMT(state));
}
