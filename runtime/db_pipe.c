#include <inttypes.h>
#include <stdio.h>

#include "runtime/db_pool.h"
#include "runtime/log.h"

enum { MS_TEXT = 24 };

/*
 * What sets the time limit of the statements behind it, up to the end of the
 * transaction, which is the next Sync where nobody has begun one.  A pooler's
 * session may have another time zone, too.
 */
static const char limit_name[] = "limit";
static const char limit_sql[] =
    "select set_config('statement_timeout', $1, true)";
static const char limit_stateless_sql[] =
    "select set_config('statement_timeout', $1, true), "
    "set_config('TimeZone', 'UTC', true), set_config('DateStyle', 'ISO', true)";

/* --- Sets of statements --- */

static bool
has(const uint64_t *set, int number)
{
	return (set[number / 64] >> (number % 64) & 1) != 0;
}

static void
add(uint64_t *set, int number)
{
	set[number / 64] |= UINT64_C(1) << (number % 64);
}

static void
drop(uint64_t *set, int number)
{
	set[number / 64] &= ~(UINT64_C(1) << (number % 64));
}

/* --- Sending --- */

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
		rt_db_conn_lost(c, PQerrorMessage(c->pg));
	}
}

/* The Sync that the queries at the end of the pipeline share; false when the
 * connection has failed. */
static bool
sync_batch(struct rt_db_conn *c)
{
	if (c->batch == 0)
		return true;
	c->slots[(c->first + c->n - 1) % RT_DB_SLOTS].open = false;
	c->batch = 0;
	return PQpipelineSync(c->pg) == 1;
}

static void
send_batch(struct rt_db_conn *c)
{
	if (!sync_batch(c))
		rt_db_conn_lost(c, PQerrorMessage(c->pg));
	else
		flush(c);
}

/* *ok is false where the Sync of the batch before it has failed. */
static struct rt_db_slot *
open_slot(struct rt_db_conn *c, bool *ok)
{
	struct rt_db_slot *s;

	*ok = sync_batch(c);
	s = &c->slots[(c->first + c->n) % RT_DB_SLOTS];
	if (c->n++ == 0)
		c->since_us = rt_clock_us();
	*s = (struct rt_db_slot){.preparing = -1};
	return s;
}

/* What libpq was told to send goes out, with the Sync that ends the slot;
 * `ok` says whether it took all of it. */
static void
close_slot(struct rt_db_conn *c, bool ok)
{
	if (!ok || !PQpipelineSync(c->pg))
		rt_db_conn_lost(c, PQerrorMessage(c->pg));
	else
		flush(c);
}

static bool
put_text(struct rt_db_conn *c, struct rt_db_slot *s, const char *sql)
{
	s->parts++;
	return PQsendQueryParams(c->pg, sql, 0, NULL, NULL, NULL, NULL, 0) == 1;
}

/* The statement's time in milliseconds where it is not the session's; 0 where
 * it is. */
static int64_t
limit_of(const struct rt_db_pool *pool, const struct rt_db_query *q, bool begin)
{
	int64_t most = pool->statement_timeout_ms;
	int64_t left = most;

	if (q->call->deadline_us != 0 && rt_call_whole(q->call)->n_shields == 0)
		left = (q->call->deadline_us - rt_clock_us()) / 1000;
	if (left < most)
		return left < 1 ? 1 : left;
	return pool->stateless && (begin || q->tx == NULL) ? most : 0;
}

static bool
put_limit(struct rt_db_conn *c, struct rt_db_slot *s, int64_t ms)
{
	char text[MS_TEXT];
	const char *value = text;

	snprintf(text, sizeof(text), "%" PRId64, ms);
	s->parts++;
	if (c->set->pool->stateless)
		return PQsendQueryParams(c->pg, limit_stateless_sql, 1, NULL,
			   &value, NULL, NULL, 0) == 1;
	return PQsendQueryPrepared(c->pg, limit_name, 1, &value, NULL, NULL,
		   0) == 1;
}

/* -1: it has none, or is being prepared, which may fail. */
static int
number_of(const struct rt_db_conn *c, const struct rt_db_query *q)
{
	const struct rt_db_pool *pool = c->set->pool;
	int number;

	if (q->once || pool->stateless)
		return -1;
	number = rt_db_statement(pool->statements, q->sql, q->types, q->n);
	return number != -1 && has(c->asked, number) ? -1 : number;
}

/* The request to prepare it travels with the first that needs it. */
static bool
put_query(struct rt_db_conn *c, struct rt_db_slot *s,
    const struct rt_db_query *q)
{
	int number = number_of(c, q);
	const char *name;

	s->parts++;
	if (number == -1)
		return PQsendQueryParams(c->pg, q->sql, q->n, q->types,
			   q->values, q->lengths, q->formats, q->format) == 1;
	name = rt_db_statement_name(c->set->pool->statements, number);
	if (!has(c->prepared, number)) {
		add(c->asked, number);
		s->preparing = number;
		s->parts++;
		if (!PQsendPrepare(c->pg, name, q->sql, q->n, q->types))
			return false;
	}
	return PQsendQueryPrepared(c->pg, name, q->n, q->values, q->lengths,
		   q->formats, q->format) == 1;
}

/* The query of a transaction that has not begun begins it: when BEGIN fails,
 * nothing behind it is run. */
static void
send_alone(struct rt_db_conn *c, struct rt_db_query *q)
{
	bool begin = q->tx != NULL && !q->tx->begun, ok;
	int64_t limit = limit_of(c->set->pool, q, begin);
	struct rt_db_slot *s = open_slot(c, &ok);

	s->query = q;
	s->in_tx = q->tx != NULL;
	q->slot = s;
	if (begin) {
		q->tx->begun = true;
		q->tx->conn = c;
		c->tx = q->tx;
		ok = ok && put_text(c, s, q->tx->begin);
	}
	ok = ok && (limit == 0 || put_limit(c, s, limit));
	ok = ok && put_query(c, s, q);
	close_slot(c, ok);
}

/*
 * Where something is in flight already, what only reads waits for more of its
 * kind, or for the first answer: with a Sync each, a query is a system call on
 * either side and a transaction of PostgreSQL's.
 */
static bool
may_share(const struct rt_db_conn *c, const struct rt_db_query *q)
{
	int number;

	if (!q->shares || c->n == c->batch ||
	    limit_of(c->set->pool, q, false) != 0)
		return false;
	number = number_of(c, q);
	return number != -1 && has(c->prepared, number);
}

static void
send_shared(struct rt_db_conn *c, struct rt_db_query *q)
{
	struct rt_db_slot *s = &c->slots[(c->first + c->n++) % RT_DB_SLOTS];

	*s = (struct rt_db_slot){.query = q, .open = true, .preparing = -1};
	q->slot = s;
	c->batch++;
	if (!put_query(c, s, q))
		rt_db_conn_lost(c, PQerrorMessage(c->pg));
	else if (c->batch == RT_DB_BATCH)
		send_batch(c);
}

void
rt_db_conn_send(struct rt_db_conn *c, struct rt_db_query *q)
{
	if (may_share(c, q))
		send_shared(c, q);
	else
		send_alone(c, q);
}

void
rt_db_conn_rollback(struct rt_db_conn *c)
{
	bool ok;
	struct rt_db_slot *s = open_slot(c, &ok);

	s->in_tx = true;
	s->must_succeed = true;
	close_slot(c, ok && put_text(c, s, "ROLLBACK"));
}

void
rt_db_conn_ping(struct rt_db_conn *c)
{
	bool ok;

	open_slot(c, &ok);
	close_slot(c, ok);
}

void
rt_db_conn_greet(struct rt_db_conn *c)
{
	struct rt_db_slot *s;
	bool ok;

	if (c->set->pool->stateless)
		return;
	s = open_slot(c, &ok);
	s->parts++;
	s->must_succeed = true;
	close_slot(c,
	    ok && PQsendPrepare(c->pg, limit_name, limit_sql, 0, NULL) == 1);
}

/* --- Losing it --- */

static void
close_up(struct rt_db_conn *c)
{
	struct rt_db_set *set = c->set;

	rt_db_conn_close(c);
	set->n_up--;
	set->up_us = rt_clock_us();
	c->retry_us = 0;
}

/* The next attempt comes with the next tick: a server that restarts is back
 * soon. */
void
rt_db_conn_lost(struct rt_db_conn *c, const char *why)
{
	unsigned n = c->n;

	rt_log(RT_LOG_WARN, "%s: connection lost: %s", c->set->label, why);
	close_up(c);
	if (c->tx != NULL)
		c->tx->conn = NULL;
	c->tx = NULL;
	for (unsigned i = 0; i < n; i++) {
		struct rt_db_query *q =
		    c->slots[(c->first + i) % RT_DB_SLOTS].query;

		if (q != NULL)
			rt_db_query_done(q, NULL);
	}
}

void
rt_db_conn_renew(struct rt_db_conn *c)
{
	close_up(c);
	if (!c->set->on_demand)
		rt_db_conn_connect(c);
}

/* --- Collecting --- */

/* A plan that no longer fits its tables, or a statement that somebody has
 * deallocated, can't be used again. */
static bool
is_stale(const PGresult *r)
{
	const char *state = PQresultErrorField(r, PG_DIAG_SQLSTATE);
	const char *where = PQresultErrorField(r, PG_DIAG_SOURCE_FUNCTION);

	if (state == NULL || where == NULL)
		return false;
	return strcmp(state, "26000") == 0 ||
	    (strcmp(state, "0A000") == 0 &&
		strcmp(where, "RevalidateCachedQuery") == 0);
}

/* A transaction that no rt_tx() knows of would take in whatever is sent on the
 * connection next. */
static bool
is_begin(const struct rt_db_slot *s, PGresult *r)
{
	const char *tag = r == NULL ? "" : PQcmdStatus(r);

	return !s->in_tx &&
	    (strcmp(tag, "BEGIN") == 0 ||
		strcmp(tag, "START TRANSACTION") == 0);
}

/* A query before it has failed, in the transaction that they shared. */
static bool
is_aborted(const PGresult *r)
{
	return r != NULL && PQresultStatus(r) == PGRES_PIPELINE_ABORTED;
}

/* Everything of the first slot has come, and its Sync where it has one. */
static void
settle(struct rt_db_conn *c)
{
	struct rt_db_slot *s = &c->slots[c->first];
	PGresult *result = c->result;
	bool failed = result != NULL && !rt_db_is_good(result);

	if (is_begin(s, result)) {
		rt_db_conn_lost(c, "a query has begun a transaction");
		return;
	}
	if (s->must_succeed && failed) {
		rt_db_conn_lost(c, PQresultErrorMessage(result));
		return;
	}
	c->result = NULL;
	c->first = (c->first + 1) % RT_DB_SLOTS;
	c->n--;
	c->stale = c->stale || (failed && is_stale(result));
	if (s->preparing != -1)
		drop(c->asked, s->preparing);
	if (s->query == NULL || is_aborted(result))
		PQclear(result);
	if (s->query == NULL)
		return;
	if (is_aborted(result))
		rt_db_query_again(s->query);
	else
		rt_db_query_done(s->query, result);
}

static bool
is_copy(const PGresult *r)
{
	ExecStatusType s = PQresultStatus(r);

	return s == PGRES_COPY_IN || s == PGRES_COPY_OUT ||
	    s == PGRES_COPY_BOTH;
}

/* The first error is why the parts behind it were not run; without one the
 * last part is the query. */
static void
keep(struct rt_db_conn *c, PGresult *r)
{
	const struct rt_db_slot *s = &c->slots[c->first];

	if (s->preparing != -1 && s->parts == 2 &&
	    PQresultStatus(r) == PGRES_COMMAND_OK)
		add(c->prepared, s->preparing);
	if (c->result != NULL && !rt_db_is_good(c->result)) {
		PQclear(r);
		return;
	}
	PQclear(c->result);
	c->result = r;
}

static void
take(struct rt_db_conn *c, PGresult *r)
{
	struct rt_db_slot *s = &c->slots[c->first];

	if (r == NULL && s->parts > 0) {
		if (--s->parts == 0 && s->open)
			settle(c);
	} else if (r != NULL && s->parts > 0 && !is_copy(r)) {
		keep(c, r);
	} else if (r != NULL && s->parts == 0 &&
	    PQresultStatus(r) == PGRES_PIPELINE_SYNC) {
		PQclear(r);
		settle(c);
	} else {
		PQclear(r);
		rt_db_conn_lost(c, "an answer that nobody asked for");
	}
}

static void
collect(struct rt_db_conn *c)
{
	while (c->state == RT_DB_UP && c->n > c->batch && !PQisBusy(c->pg)) {
		PGresult *r = PQgetResult(c->pg);

		if (PQstatus(c->pg) == CONNECTION_BAD) {
			PQclear(r);
			rt_db_conn_lost(c, PQerrorMessage(c->pg));
			return;
		}
		take(c, r);
	}
}

/* A mean of about the last eight times. */
static void
note_pace(struct rt_db_conn *c, int64_t took_us, unsigned answered)
{
	if (answered > 0)
		c->each_us += (took_us / answered - c->each_us) / 8;
}

void
rt_db_conn_ready(struct rt_db_conn *c)
{
	int64_t now = rt_clock_us(), took = now - c->since_us;
	unsigned n = c->n;
	PGnotify *note;

	if (!PQconsumeInput(c->pg)) {
		rt_db_conn_lost(c, PQerrorMessage(c->pg));
		return;
	}
	c->since_us = now;
	while ((note = PQnotifies(c->pg)) != NULL)
		PQfreemem(note);
	flush(c);
	collect(c);
	note_pace(c, took, n - c->n);
	if (c->state == RT_DB_UP && c->batch > 0 && c->n == c->batch)
		send_batch(c);
	if (c->state == RT_DB_UP && c->stale && c->n == 0 && c->tx == NULL)
		rt_db_conn_renew(c);
	rt_db_dispatch(c->set);
}
