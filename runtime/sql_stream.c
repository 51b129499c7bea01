#include <stdio.h>

#include "runtime/server.h"
#include "runtime/sql_run.h"

enum {
	ROWS_FIRST = 32,
	ROWS_MAX = 1000,
	PORTION = 256 * 1024, /* bytes, about, that are in memory at once */
	FETCH_TEXT = 48,
};

struct cursor {
	struct rt_db_tx *tx;
	bool own; /* the transaction is the cursor's */
	unsigned number;
	struct rt_db_query *q; /* each portion's */
	char fetch[FETCH_TEXT];
	int ask; /* rows of the next portion */
};

static enum rt_sql
run(struct rt_db_query *q)
{
	return rt_db_query_run(q) ? rt_sql_judge(q) : RT_SQL_FAILED;
}

/* --- One cursor --- */

/* Other queries of the call have nothing to do with its own transaction. */
static struct cursor *
open_cursor(struct rt_call *call, const struct rt_sql_query *query)
{
	struct rt_db_pool *pool = call->server->db;
	enum rt_db_set_kind kind = RT_DB_PRIMARY_STREAMS;
	struct cursor *c = RT_NEW(call, *c);

	if (rt_sql_where(call, query) == RT_DB_REPLICA)
		kind = RT_DB_REPLICA_STREAMS;
	c->own = call->tx == NULL;
	c->tx = call->tx;
	if (c->own)
		c->tx =
		    rt_db_tx_new(call, &pool->sets[kind], "BEGIN READ ONLY");
	c->number = c->tx->n_cursors++;
	c->ask = ROWS_FIRST;
	c->q = rt_db_query_new(call, c->tx->set, c->fetch);
	c->q->name = query->name;
	c->q->tx = c->tx;
	c->q->once = true;
	return c;
}

static enum rt_sql
declare(struct cursor *c, const struct rt_sql_args *args,
    const struct rt_sql_query *query)
{
	struct rt_db_query *q = rt_sql_prepare(args, query, c->tx->set);

	q->tx = c->tx;
	q->sql = rt_printf(args->call, "DECLARE c%u NO SCROLL CURSOR FOR %s",
	    c->number, query->sql)
		     .p;
	q->once = true;
	return run(q);
}

/* The next portion has as many rows as, by this one, there is room for. */
static void
adapt(struct cursor *c, const PGresult *r)
{
	size_t size = PQresultMemorySize(r) / (size_t)c->ask + 1;
	size_t most = PORTION / size;

	if (most > ROWS_MAX)
		most = ROWS_MAX;
	c->ask = most < 1 ? 1 : (int)most;
}

static enum rt_sql
fetch(struct cursor *c, const struct rt_sql_query *query,
    struct rt_sql_rows *rows)
{
	rt_db_query_reset(c->q);
	snprintf(c->fetch, sizeof(c->fetch), "FETCH FORWARD %d FROM c%u",
	    c->ask, c->number);
	c->q->format = 1;
	if (!rt_db_query_run(c->q))
		return RT_SQL_FAILED;
	return rt_sql_take(c->q, query, rows);
}

static void
close_cursor(struct cursor *c, enum rt_sql got)
{
	if (c->own) {
		rt_db_tx_close(c->tx);
		return;
	}
	if (got != RT_SQL_OK || rt_db_tx_lost(c->tx))
		return;
	rt_db_query_reset(c->q);
	snprintf(c->fetch, sizeof(c->fetch), "CLOSE c%u", c->number);
	c->q->format = 0;
	(void)run(c->q);
}

/* --- Row by row --- */

/* The rows of a portion; *done when fn wants no more. */
static enum rt_sql
give(struct rt_call *call, const struct rt_sql_rows *portion,
    bool (*fn)(struct rt_call *, const struct rt_sql_rows *, void *arg),
    void *arg, bool *done)
{
	const char *failure = call->failure.p;
	struct rt_sql_rows row = {.n = 1, .result = portion->result};

	for (row.first = 0; row.first < portion->n; row.first++) {
		if (fn(call, &row, arg))
			continue;
		*done = true;
		if (call->cancelled || call->failure.p != failure)
			return RT_SQL_FAILED;
		return RT_SQL_OK;
	}
	return RT_SQL_OK;
}

static enum rt_sql
stream(struct cursor *c, struct rt_call *call, const struct rt_sql_query *query,
    bool (*fn)(struct rt_call *, const struct rt_sql_rows *, void *arg),
    void *arg)
{
	bool done = false;

	while (!done) {
		struct rt_sql_rows portion = {0};
		enum rt_sql got = fetch(c, query, &portion);

		if (got != RT_SQL_OK)
			return got;
		done = portion.n < c->ask;
		got = give(call, &portion, fn, arg, &done);
		if (got != RT_SQL_OK)
			return got;
		adapt(c, c->q->result);
	}
	return RT_SQL_OK;
}

enum rt_sql
rt_sql_stream(struct rt_sql_args *args, const struct rt_sql_query *query,
    bool (*fn)(struct rt_call *, const struct rt_sql_rows *, void *arg),
    void *arg)
{
	enum rt_sql got;
	struct cursor *c;

	if (!rt_sql_admit(args, query))
		return RT_SQL_FAILED;
	c = open_cursor(args->call, query);
	got = declare(c, args, query);
	if (got == RT_SQL_OK)
		got = stream(c, args->call, query, fn, arg);
	close_cursor(c, got);
	return got;
}
