#include "runtime/db_pool.h"

#include <stdlib.h>

#include "runtime/metrics.h"

enum {
	TICK_MS = 100,
	/* A server that restarts is back by then: queries wait for it. */
	GRACE_MS = 1000,
	SOON_US = 500,
};

/* --- The queries that wait --- */

static void
queue_add(struct rt_db_set *set, struct rt_db_query *q)
{
	q->next = NULL;
	q->queued = true;
	*set->last = q;
	set->last = &q->next;
	set->n_queued++;
}

static void
queue_remove(struct rt_db_set *set, struct rt_db_query *q)
{
	struct rt_db_query **at = &set->first;

	while (*at != q)
		at = &(*at)->next;
	*at = q->next;
	if (set->last == &q->next)
		set->last = at;
	q->queued = false;
	set->n_queued--;
}

void
rt_db_query_done(struct rt_db_query *q, PGresult *result)
{
	q->slot = NULL;
	q->result = result;
	q->done = true;
	if (q->waiting)
		rt_call_wake(q->call);
}

void
rt_db_query_again(struct rt_db_query *q)
{
	q->slot = NULL;
	q->shares = false;
	queue_add(q->set, q);
}

void
rt_db_set_failed(struct rt_db_set *set)
{
	int64_t gone_us = rt_clock_us() - set->up_us;

	if (set->n_up > 0)
		return;
	if (set->up_us != 0 && gone_us < (int64_t)GRACE_MS * 1000)
		return;
	set->down = !set->on_demand;
	while (set->first != NULL) {
		struct rt_db_query *q = set->first;

		queue_remove(set, q);
		rt_db_query_done(q, NULL);
	}
}

/* --- Who gets which connection --- */

/* How long a query would wait there, in microseconds: for those in flight, and
 * behind a slow one that keeps the connection silent. */
static int64_t
wait_us(const struct rt_db_conn *c, int64_t now_us)
{
	return c->n == 0 ? 0 : c->n * c->each_us + now_us - c->since_us;
}

/*
 * The first that is nobody's and would answer soon, for queries that are
 * together share what they cost; else the one that would answer soonest.  NULL
 * for none with room.
 */
static struct rt_db_conn *
find_room(const struct rt_db_set *set)
{
	int64_t now = rt_clock_us(), least = INT64_MAX;
	struct rt_db_conn *best = NULL;

	for (unsigned i = 0; i < set->n_conns && least > SOON_US; i++) {
		struct rt_db_conn *c = &set->conns[i];

		if (c->state != RT_DB_UP || c->tx != NULL || c->stale)
			continue;
		if (c->n < RT_DB_DEPTH && wait_us(c, now) < least) {
			least = wait_us(c, now);
			best = c;
		}
	}
	return best;
}

void
rt_db_dispatch(struct rt_db_set *set)
{
	while (set->first != NULL) {
		struct rt_db_query *q = set->first;
		struct rt_db_conn *c = find_room(set);

		if (c == NULL)
			return;
		queue_remove(set, q);
		rt_db_conn_send(c, q);
	}
}

static void
connect_one_more(struct rt_db_set *set)
{
	int64_t now = rt_clock_us();

	for (unsigned i = 0; i < set->n_conns; i++) {
		struct rt_db_conn *c = &set->conns[i];

		if (c->state == RT_DB_DOWN && now >= c->retry_us) {
			rt_db_conn_connect(c);
			return;
		}
	}
}

/* A query of a transaction that has begun can't be kept waiting: nothing else
 * is on its connection. */
bool
rt_db_query_start(struct rt_db_query *q, const char **why)
{
	struct rt_db_set *set = q->set;
	struct rt_db_conn *c = set->first == NULL ? find_room(set) : NULL;

	if (q->tx != NULL && q->tx->begun)
		c = q->tx->conn;
	if (c != NULL) {
		rt_db_conn_send(c, q);
		return true;
	}
	*why = "no connection";
	if (set->n_up == 0 && set->down)
		return false;
	*why = "too many calls wait for a connection";
	if (set->n_queued >= set->pool->queue_max)
		return false;
	queue_add(set, q);
	if (set->on_demand)
		connect_one_more(set);
	return true;
}

void
rt_db_query_end(struct rt_db_query *q)
{
	if (q->queued)
		queue_remove(q->set, q);
	if (q->slot != NULL)
		q->slot->query = NULL;
	q->slot = NULL;
	PQclear(q->result);
	q->result = NULL;
}

/* --- Transactions --- */

static void
end_tx(void *arg)
{
	rt_db_tx_close(arg);
}

struct rt_db_tx *
rt_db_tx_new(struct rt_call *call, struct rt_db_set *set, const char *begin)
{
	struct rt_db_tx *tx = RT_NEW(call, *tx);

	tx->call = call;
	tx->set = set;
	tx->begin = begin;
	tx->open = true;
	tx->last_hook = &tx->hooks;
	rt_defer(call, end_tx, tx);
	return tx;
}

/* Between two queries of it, nothing is in flight on its connection. */
bool
rt_db_tx_lost(const struct rt_db_tx *tx)
{
	const struct rt_db_conn *c = tx->conn;

	if (!tx->begun)
		return false;
	return c == NULL ||
	    (c->n == 0 && PQtransactionStatus(c->pg) == PQTRANS_IDLE);
}

void
rt_db_tx_close(struct rt_db_tx *tx)
{
	struct rt_db_conn *c = tx->conn;

	if (!tx->open)
		return;
	tx->open = false;
	tx->conn = NULL;
	if (tx->call->tx == tx)
		tx->call->tx = NULL;
	if (c == NULL)
		return;
	c->tx = NULL;
	if (c->n > 0 || PQtransactionStatus(c->pg) != PQTRANS_IDLE)
		rt_db_conn_rollback(c);
	else if (c->stale)
		rt_db_conn_renew(c);
	rt_db_dispatch(tx->set);
}

/* --- The pool --- */

static void
tick(void *arg)
{
	struct rt_db_pool *pool = arg;
	int64_t now = rt_clock_us();

	for (int i = 0; i < RT_DB_SETS; i++) {
		struct rt_db_set *set = &pool->sets[i];

		for (unsigned j = 0; j < set->n_conns; j++)
			rt_db_conn_tick(&set->conns[j], now);
	}
}

static void
open_set(struct rt_db_set *set, const char *url, unsigned n)
{
	set->last = &set->first;
	if (url == NULL || *url == '\0')
		return;
	set->url = strdup(url);
	set->conns = calloc(n, sizeof(*set->conns));
	if (set->url == NULL || set->conns == NULL)
		abort();
	set->n_conns = n;
	if (!set->pool->stateless)
		rt_db_options(set->options, url,
		    set->pool->statement_timeout_ms);
	for (unsigned i = 0; i < n; i++) {
		struct rt_db_conn *c = &set->conns[i];

		c->set = set;
		c->state = RT_DB_DOWN;
		if (!set->on_demand)
			rt_db_conn_connect(c);
	}
}

static void
open_sets(struct rt_db_pool *pool, const struct rt_db_settings *s)
{
	static const char *const labels[RT_DB_SETS] = {"database",
	    "database replica", "database, streams",
	    "database replica, streams"};
	unsigned streams =
	    s->stream_connections == 0 ? 1 : s->stream_connections;

	for (int i = 0; i < RT_DB_SETS; i++) {
		struct rt_db_set *set = &pool->sets[i];
		bool replica = i == RT_DB_REPLICA || i == RT_DB_REPLICA_STREAMS;

		set->pool = pool;
		set->label = labels[i];
		set->on_demand = i >= RT_DB_PRIMARY_STREAMS;
		open_set(set, replica ? s->replica_url : s->url,
		    set->on_demand ? streams : s->connections);
	}
}

struct rt_db_pool *
rt_db_pool_open(const struct rt_db_settings *s)
{
	struct rt_db_pool *pool = calloc(1, sizeof(*pool));

	if (pool == NULL)
		abort();
	pool->queue_max = s->queue_max;
	pool->statement_timeout_ms = s->statement_timeout_ms;
	pool->stateless = s->stateless;
	pool->statements = rt_db_statements_open();
	open_sets(pool, s);
	rt_loop_every(TICK_MS, tick, pool);
	return pool;
}

void
rt_db_pool_close(struct rt_db_pool *pool)
{
	if (pool == NULL)
		return;
	for (int i = 0; i < RT_DB_SETS; i++) {
		struct rt_db_set *set = &pool->sets[i];

		for (unsigned j = 0; j < set->n_conns; j++)
			rt_db_conn_close(&set->conns[j]);
		free(set->conns);
		free(set->url);
	}
	rt_db_statements_close(pool->statements);
	free(pool);
}

void
rt_db_pool_measure(const struct rt_db_pool *pool)
{
	unsigned up = 0, sent = 0, waiting = 0;

	for (int i = 0; pool != NULL && i < RT_DB_SETS; i++) {
		const struct rt_db_set *set = &pool->sets[i];

		up += set->n_up;
		waiting += set->n_queued;
		for (unsigned j = 0; j < set->n_conns; j++)
			sent += set->conns[j].n;
	}
	rt_metrics_set(RT_GAUGE_DB_CONNECTIONS, up);
	rt_metrics_set(RT_GAUGE_DB_QUERIES, sent);
	rt_metrics_set(RT_GAUGE_DB_WAITING, waiting);
}

bool
rt_db_pool_up(const struct rt_db_pool *pool)
{
	return !pool->sets[RT_DB_PRIMARY].down;
}
