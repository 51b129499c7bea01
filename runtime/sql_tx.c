#include "runtime/async.h"
#include "runtime/format.h"
#include "runtime/server.h"
#include "runtime/sql_run.h"

enum { TRIES_MAX = 5 };

static const unsigned first_pause_ms = 10;

struct rt_sql_hook {
	void (*fn)(struct rt_call *, void *);
	void *arg;
	struct rt_sql_hook *next;
};

/* --- Beginning and ending --- */

/* NULL, and rt_fail(), where there can be none. */
static struct rt_db_tx *
open_tx(struct rt_call *call, const char *begin)
{
	if (call->server->db == NULL) {
		(void)rt_fail_unavailable(call, "database: none is set up");
		return NULL;
	}
	if (call->tx != NULL) {
		(void)rt_fail(call, "database: a transaction in another");
		return NULL;
	}
	call->wrote = true;
	call->tx =
	    rt_db_tx_new(call, &call->server->db->sets[RT_DB_PRIMARY], begin);
	return call->tx;
}

static enum rt_tx
judge_commit(struct rt_db_query *q)
{
	switch (rt_sql_judge(q)) {
	case RT_SQL_VIOLATED:
		return RT_TX_ROLLED_BACK;
	case RT_SQL_OK:
		break;
	default:
		return RT_TX_FAILED;
	}
	/* After a failed statement PostgreSQL answers COMMIT with this. */
	if (strcmp(PQcmdStatus(q->result), "ROLLBACK") != 0)
		return RT_TX_COMMITTED;
	(void)rt_fail(q->call, "database: the commit rolled back");
	return RT_TX_FAILED;
}

/* A transaction without a query has not begun. */
static enum rt_tx
run_commit(struct rt_db_tx *tx)
{
	struct rt_db_query *q;

	if (!tx->begun)
		return RT_TX_COMMITTED;
	q = rt_db_query_new(tx->call, tx->set, "COMMIT");
	if (!rt_db_query_run(q))
		return RT_TX_FAILED;
	return judge_commit(q);
}

/* Closes it, and runs what was to be run then. */
static enum rt_tx
end(struct rt_db_tx *tx)
{
	enum rt_tx got = run_commit(tx);

	rt_db_tx_close(tx);
	if (got != RT_TX_COMMITTED)
		return got;
	for (struct rt_sql_hook *h = tx->hooks; h != NULL; h = h->next)
		h->fn(tx->call, h->arg);
	return got;
}

/* What PostgreSQL has been told to commit it commits, whoever has gone: then
 * the hooks have to run too.  A call that is over commits nothing. */
static enum rt_tx
commit(struct rt_db_tx *tx)
{
	enum rt_tx got;

	if (rt_call_is_over(tx->call))
		return end(tx);
	rt_shield(tx->call);
	got = end(tx);
	rt_unshield(tx->call);
	return got;
}

void
rt_after_commit(struct rt_call *call, void (*fn)(struct rt_call *, void *arg),
    void *arg)
{
	struct rt_db_tx *tx = call->tx;
	struct rt_sql_hook *h;

	if (tx == NULL) {
		fn(call, arg);
		return;
	}
	h = RT_NEW(call, *h);
	h->fn = fn;
	h->arg = arg;
	*tx->last_hook = h;
	tx->last_hook = &h->next;
}

/* --- Running it, perhaps again --- */

/* What a run of fn may leave in the call, beside what it sets itself. */
struct before {
	struct rt_response res;
	struct rt_str failure;
	bool unavailable;
	bool unsendable;
};

static void
go_back(struct rt_call *call, const struct before *b)
{
	call->res = b->res;
	call->failure = b->failure;
	call->unavailable = b->unavailable;
	call->unsendable = b->unsendable;
}

/* Random, so that those that met don't meet again; the longer, the more often
 * they did. */
static unsigned
pause_ms(unsigned tries)
{
	uint16_t random;

	rt_random(&random, sizeof(random));
	return (first_pause_ms << tries) * ((unsigned)random + 1) / 65536;
}

static enum rt_tx
run_once(struct rt_db_tx *tx, const struct before *before,
    bool (*fn)(struct rt_call *, void *arg), void *arg)
{
	struct rt_call *call = tx->call;
	enum rt_tx got = RT_TX_ROLLED_BACK;

	call->failure = (struct rt_str){NULL, 0};
	if (fn(call, arg))
		got = commit(tx);
	else if (call->cancelled || call->failure.p != NULL)
		got = RT_TX_FAILED;
	rt_db_tx_close(tx);
	if (before->failure.p != NULL)
		call->failure = before->failure;
	return got;
}

enum rt_tx
rt_tx(struct rt_call *call, enum rt_isolation isolation,
    bool (*fn)(struct rt_call *, void *arg), void *arg)
{
	static const char *const begins[] = {
	    [RT_READ_COMMITTED] = "BEGIN ISOLATION LEVEL READ COMMITTED",
	    [RT_REPEATABLE_READ] = "BEGIN ISOLATION LEVEL REPEATABLE READ",
	    [RT_SERIALIZABLE] = "BEGIN ISOLATION LEVEL SERIALIZABLE",
	};
	const struct before before = {call->res, call->failure,
	    call->unavailable, call->unsendable};

	for (unsigned tries = 1;; tries++) {
		struct rt_db_tx *tx = open_tx(call, begins[isolation]);
		enum rt_tx got;

		if (tx == NULL)
			return RT_TX_FAILED;
		got = run_once(tx, &before, fn, arg);
		if (got != RT_TX_FAILED || !tx->again || tries == TRIES_MAX)
			return got;
		if (!rt_sleep(call, pause_ms(tries)))
			return got;
		go_back(call, &before);
	}
}

bool
rt_tx_answers(struct rt_call *call, enum rt_tx got, int status)
{
	struct rt_str constraint = rt_sql_constraint(call);

	if (got == RT_TX_ROLLED_BACK && status != 0 && status < 400)
		return rt_fail(call, "the constraint %.*s forbids the commit",
		    RT_FMT(constraint));
	return got == RT_TX_COMMITTED ||
	    (got == RT_TX_ROLLED_BACK && status >= 400);
}
