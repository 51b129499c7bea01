#include "runtime/db_pool.h"

#include <stdio.h>
#include <stdlib.h>

#include "runtime/log.h"
#include "runtime/loop.h"

enum {
	TICK_MS = 100,
	BACK_OFF_MIN_MS = 100,
	BACK_OFF_MAX_MS = 3200,
	CONNECT_MAX_MS = 5000,
	/* PostgreSQL ends a statement by itself; past that much more time the
	 * server or the network is gone. */
	SILENCE_MAX_MS = 5000,
};

enum state {
	DOWN = 1, /* until retry_us */
	CONNECTING,
	IDLE,
	BUSY, /* a query is in flight, perhaps nobody's */
	HELD, /* a transaction's, between two queries */
};

struct rt_db_conn {
	struct rt_db_pool *pool;
	enum state state;
	PGconn *pg;
	struct rt_watch *watch;
	int64_t since_us; /* of CONNECTING and BUSY */
	int64_t retry_us;
	unsigned back_off_ms;
	struct rt_db_query *query; /* NULL: the result is dropped */
	struct rt_db_tx *tx;
	PGresult *result; /* the first one of the query in flight */
	int preparing; /* number of the statement, or -1 */
	bool rolling_back;
	bool stale; /* reconnect before the next query */
	uint64_t prepared[RT_DB_STATEMENTS_MAX / 64];
};

struct rt_db_pool {
	char *url;
	char options[RT_DB_OPTIONS_MAX];
	unsigned statement_timeout_ms;
	unsigned queue_max;
	struct rt_db_conn *conns;
	unsigned n_conns;
	unsigned n_up;
	bool down; /* the last attempt to connect has failed */
	struct rt_db_statements *statements;
	struct rt_db_query *first; /* those that wait for a connection */
	struct rt_db_query **last;
	unsigned n_queued;
	struct rt_db_tx *txs;
};

static void conn_ready(void *arg);
static void conn_lost(struct rt_db_conn *c);
static void conn_release(struct rt_db_conn *c);

/* --- The queue --- */

static void
queue_add(struct rt_db_pool *pool, struct rt_db_query *q)
{
	q->next = NULL;
	q->queued = true;
	*pool->last = q;
	pool->last = &q->next;
	pool->n_queued++;
}

static void
queue_remove(struct rt_db_pool *pool, struct rt_db_query *q)
{
	struct rt_db_query **at = &pool->first;

	while (*at != q)
		at = &(*at)->next;
	*at = q->next;
	if (pool->last == &q->next)
		pool->last = at;
	q->queued = false;
	pool->n_queued--;
}

static void
query_done(struct rt_db_query *q, PGresult *result)
{
	q->conn = NULL;
	q->result = result;
	q->done = true;
	if (q->waiting)
		rt_call_wake(q->call);
}

static void
fail_queue(struct rt_db_pool *pool)
{
	while (pool->first != NULL) {
		struct rt_db_query *q = pool->first;

		queue_remove(pool, q);
		query_done(q, NULL);
	}
}

/* --- Connecting --- */

static void
log_notice(void *unused, const char *text)
{
	(void)unused;
	rt_log(RT_LOG_DEBUG, "database: %s", text);
}

static void
conn_close(struct rt_db_conn *c)
{
	if (c->watch != NULL)
		rt_loop_unwatch(c->watch);
	c->watch = NULL;
	PQclear(c->result);
	c->result = NULL;
	PQfinish(c->pg);
	c->pg = NULL;
	c->state = DOWN;
}

static void
back_off(struct rt_db_conn *c)
{
	c->retry_us = rt_clock_us() + (int64_t)c->back_off_ms * 1000;
	c->back_off_ms *= 2;
	if (c->back_off_ms > BACK_OFF_MAX_MS)
		c->back_off_ms = BACK_OFF_MAX_MS;
}

/* Without any connection, waiting calls have nothing to wait for. */
static void
connect_failed(struct rt_db_conn *c, const char *why)
{
	struct rt_db_pool *pool = c->pool;

	if (!pool->down)
		rt_log(RT_LOG_ERROR, "database: no connection: %s", why);
	conn_close(c);
	back_off(c);
	if (pool->n_up > 0)
		return;
	pool->down = true;
	fail_queue(pool);
}

static void
connected(struct rt_db_conn *c)
{
	struct rt_db_pool *pool = c->pool;

	if (PQsetnonblocking(c->pg, 1) != 0) {
		connect_failed(c, PQerrorMessage(c->pg));
		return;
	}
	if (pool->down)
		rt_log(RT_LOG_INFO, "database: connected again");
	pool->down = false;
	pool->n_up++;
	c->back_off_ms = BACK_OFF_MIN_MS;
	c->stale = false;
	memset(c->prepared, 0, sizeof(c->prepared));
	conn_release(c);
}

/* libpq tries one address after the other, each with a new socket, which may
 * have the number of the one before. */
static void
watch_socket(struct rt_db_conn *c, unsigned what)
{
	if (c->watch != NULL)
		rt_loop_unwatch(c->watch);
	c->watch = rt_loop_watch(PQsocket(c->pg), what, conn_ready, c);
}

static void
connect_step(struct rt_db_conn *c)
{
	switch (PQconnectPoll(c->pg)) {
	case PGRES_POLLING_READING:
		watch_socket(c, RT_LOOP_READ);
		return;
	case PGRES_POLLING_WRITING:
		watch_socket(c, RT_LOOP_WRITE);
		return;
	case PGRES_POLLING_OK:
		watch_socket(c, RT_LOOP_READ);
		connected(c);
		return;
	default:
		connect_failed(c, PQerrorMessage(c->pg));
	}
}

static void
conn_connect(struct rt_db_conn *c)
{
	c->pg = rt_db_connect_start(c->pool->url, c->pool->options);
	if (c->pg == NULL || PQstatus(c->pg) == CONNECTION_BAD) {
		connect_failed(c,
		    c->pg == NULL ? "no memory" : PQerrorMessage(c->pg));
		return;
	}
	PQsetNoticeProcessor(c->pg, log_notice, NULL);
	c->state = CONNECTING;
	c->since_us = rt_clock_us();
	watch_socket(c, RT_LOOP_WRITE);
}

/* --- One query after the other --- */

static void
flush(struct rt_db_conn *c)
{
	switch (PQflush(c->pg)) {
	case 0:
		rt_loop_rewatch(c->watch, RT_LOOP_READ);
		return;
	case 1:
		rt_loop_rewatch(c->watch, RT_LOOP_READ | RT_LOOP_WRITE);
		return;
	default:
		conn_lost(c);
	}
}

/* What libpq was told to send goes out; not `sent` is a lost connection. */
static void
sending(struct rt_db_conn *c, int sent)
{
	if (sent == 0) {
		conn_lost(c);
		return;
	}
	c->state = BUSY;
	c->since_us = rt_clock_us();
	flush(c);
}

static bool
is_prepared(const struct rt_db_conn *c, int number)
{
	return (c->prepared[number / 64] >> (number % 64) & 1) != 0;
}

/* Sends c->query, or first the request to prepare it. */
static void
conn_send(struct rt_db_conn *c)
{
	const struct rt_db_query *q = c->query;
	int number =
	    q->prepare ? rt_db_statement(c->pool->statements, q->sql) : -1;
	char name[16];

	c->preparing = -1;
	if (number == -1) {
		sending(c,
		    PQsendQueryParams(c->pg, q->sql, q->n, q->types, q->texts,
			NULL, NULL, 0));
		return;
	}
	snprintf(name, sizeof(name), "s%d", number);
	if (is_prepared(c, number)) {
		sending(c,
		    PQsendQueryPrepared(c->pg, name, q->n, q->texts, NULL, NULL,
			0));
		return;
	}
	c->preparing = number;
	sending(c, PQsendPrepare(c->pg, name, q->sql, 0, NULL));
}

static void
conn_run(struct rt_db_conn *c, struct rt_db_query *q)
{
	c->query = q;
	q->conn = c;
	if (q->tx != NULL) {
		c->tx = q->tx;
		q->tx->conn = c;
	}
	conn_send(c);
}

static void
conn_rollback(struct rt_db_conn *c)
{
	c->query = NULL;
	c->preparing = -1;
	c->rolling_back = true;
	sending(c, PQsendQuery(c->pg, "ROLLBACK"));
}

/* Nobody holds it any more: it serves the next call that waits. */
static void
conn_release(struct rt_db_conn *c)
{
	struct rt_db_query *q = c->pool->first;

	if (c->stale) {
		conn_lost(c);
		return;
	}
	if (PQtransactionStatus(c->pg) != PQTRANS_IDLE) {
		if (c->rolling_back)
			conn_lost(c);
		else
			conn_rollback(c);
		return;
	}
	c->rolling_back = false;
	c->state = IDLE;
	if (q == NULL)
		return;
	queue_remove(c->pool, q);
	conn_run(c, q);
}

/*
 * The connection is gone, with it the query in flight and the transaction.
 * The next attempt comes with the next tick: a server that restarts is
 * back soon.
 */
static void
conn_lost(struct rt_db_conn *c)
{
	struct rt_db_query *q = c->query;

	if (!c->stale)
		rt_log(RT_LOG_WARN, "database: connection lost: %s",
		    PQerrorMessage(c->pg));
	conn_close(c);
	c->pool->n_up--;
	c->retry_us = 0;
	c->rolling_back = false;
	c->query = NULL;
	if (c->tx != NULL)
		c->tx->conn = NULL;
	c->tx = NULL;
	if (q != NULL)
		query_done(q, NULL);
}

/* A plan that no longer fits its tables can't be used again. */
static bool
is_stale(const PGresult *r)
{
	const char *state = PQresultErrorField(r, PG_DIAG_SQLSTATE);

	return state != NULL &&
	    (strcmp(state, "0A000") == 0 || strcmp(state, "26000") == 0);
}

static void
conn_settle(struct rt_db_conn *c)
{
	struct rt_db_query *q = c->query;
	PGresult *result = c->result;

	c->stale = c->stale || is_stale(result);
	c->query = NULL;
	c->result = NULL;
	c->state = HELD;
	if (q == NULL)
		PQclear(result);
	else
		query_done(q, result);
	if (c->tx == NULL)
		conn_release(c);
}

/* All results of what was sent are there. */
static void
conn_finished(struct rt_db_conn *c)
{
	int number = c->preparing;

	if (PQstatus(c->pg) == CONNECTION_BAD || c->result == NULL) {
		conn_lost(c);
		return;
	}
	if (number == -1 || PQresultStatus(c->result) != PGRES_COMMAND_OK) {
		conn_settle(c);
		return;
	}
	c->prepared[number / 64] |= (uint64_t)1 << (number % 64);
	if (c->query == NULL) {
		conn_settle(c);
		return;
	}
	PQclear(c->result);
	c->result = NULL;
	conn_send(c);
}

static bool
is_copy(const PGresult *r)
{
	ExecStatusType s = PQresultStatus(r);

	return s == PGRES_COPY_IN || s == PGRES_COPY_OUT ||
	    s == PGRES_COPY_BOTH;
}

static void
conn_collect(struct rt_db_conn *c)
{
	while (!PQisBusy(c->pg)) {
		PGresult *r = PQgetResult(c->pg);

		if (r == NULL) {
			conn_finished(c);
			return;
		}
		if (c->result == NULL)
			c->result = r;
		else
			PQclear(r);
		if (is_copy(c->result)) {
			conn_lost(c); /* nothing here speaks COPY */
			return;
		}
	}
}

static void
conn_ready(void *arg)
{
	struct rt_db_conn *c = arg;
	PGnotify *note;

	if (c->state == CONNECTING) {
		connect_step(c);
		return;
	}
	if (!PQconsumeInput(c->pg)) {
		conn_lost(c);
		return;
	}
	while ((note = PQnotifies(c->pg)) != NULL)
		PQfreemem(note);
	if (c->state != BUSY)
		return;
	flush(c);
	if (c->state == BUSY)
		conn_collect(c);
}

/* --- Queries and transactions --- */

static struct rt_db_conn *
find_idle(struct rt_db_pool *pool)
{
	for (unsigned i = 0; i < pool->n_conns; i++) {
		if (pool->conns[i].state == IDLE)
			return &pool->conns[i];
	}
	return NULL;
}

bool
rt_db_query_start(struct rt_db_query *q, const char **why)
{
	struct rt_db_pool *pool = q->pool;
	struct rt_db_conn *c = q->tx == NULL ? NULL : q->tx->conn;

	if (c == NULL)
		c = find_idle(pool);
	if (c != NULL) {
		conn_run(c, q);
		return true;
	}
	*why = "no connection";
	if (pool->n_up == 0 && pool->down)
		return false;
	*why = "too many calls wait for a connection";
	if (pool->n_queued >= pool->queue_max)
		return false;
	queue_add(pool, q);
	return true;
}

void
rt_db_query_end(struct rt_db_query *q)
{
	if (q->queued)
		queue_remove(q->pool, q);
	if (q->conn != NULL)
		q->conn->query = NULL;
	q->conn = NULL;
	PQclear(q->result);
	q->result = NULL;
}

struct rt_db_tx *
rt_db_tx_of(struct rt_db_pool *pool, const struct rt_call *call)
{
	for (struct rt_db_tx *tx = pool->txs; tx != NULL; tx = tx->next) {
		if (tx->call == call)
			return tx;
	}
	return NULL;
}

void
rt_db_tx_open(struct rt_db_tx *tx)
{
	tx->open = true;
	tx->next = tx->pool->txs;
	tx->pool->txs = tx;
}

void
rt_db_tx_close(struct rt_db_tx *tx)
{
	struct rt_db_tx **at = &tx->pool->txs;
	struct rt_db_conn *c = tx->conn;

	if (!tx->open)
		return;
	tx->open = false;
	while (*at != tx)
		at = &(*at)->next;
	*at = tx->next;
	tx->conn = NULL;
	if (c == NULL)
		return;
	c->tx = NULL;
	if (c->state == HELD)
		conn_release(c);
}

/* --- The pool --- */

static void
conn_tick(struct rt_db_conn *c, int64_t now)
{
	unsigned busy_max = c->pool->statement_timeout_ms + SILENCE_MAX_MS;

	if (c->state == DOWN && now >= c->retry_us)
		conn_connect(c);
	else if (c->state == CONNECTING &&
	    now - c->since_us > CONNECT_MAX_MS * 1000)
		connect_failed(c, "no answer");
	else if (c->state == BUSY &&
	    now - c->since_us > (int64_t)busy_max * 1000)
		conn_lost(c);
}

static void
pool_tick(void *arg)
{
	struct rt_db_pool *pool = arg;
	int64_t now = rt_clock_us();

	for (unsigned i = 0; i < pool->n_conns; i++)
		conn_tick(&pool->conns[i], now);
}

struct rt_db_pool *
rt_db_pool_open(const struct rt_db_settings *s)
{
	struct rt_db_pool *pool = calloc(1, sizeof(*pool));

	if (pool == NULL)
		abort();
	pool->url = strdup(s->url);
	pool->conns = calloc(s->connections, sizeof(*pool->conns));
	if (pool->url == NULL || pool->conns == NULL)
		abort();
	pool->n_conns = s->connections;
	pool->queue_max = s->queue_max;
	pool->statement_timeout_ms = s->statement_timeout_ms;
	pool->last = &pool->first;
	pool->statements = rt_db_statements_open();
	rt_db_options(pool->options, pool->url, pool->statement_timeout_ms);
	for (unsigned i = 0; i < pool->n_conns; i++) {
		struct rt_db_conn *c = &pool->conns[i];

		c->pool = pool;
		c->state = DOWN;
		c->back_off_ms = BACK_OFF_MIN_MS;
		conn_connect(c);
	}
	rt_loop_every(TICK_MS, pool_tick, pool);
	return pool;
}

void
rt_db_pool_close(struct rt_db_pool *pool)
{
	if (pool == NULL)
		return;
	for (unsigned i = 0; i < pool->n_conns; i++)
		conn_close(&pool->conns[i]);
	rt_db_statements_close(pool->statements);
	free(pool->conns);
	free(pool->url);
	free(pool);
}

bool
rt_db_pool_up(const struct rt_db_pool *pool)
{
	return !pool->down;
}
