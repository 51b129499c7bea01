/*
 * The connections behind sql.h: sets of them, the pipeline of each, and the
 * queries that wait for room in one.  Only db_*.c and sql*.c use it.
 */
#ifndef RT_DB_POOL_H
#define RT_DB_POOL_H

#include <postgresql/libpq-fe.h>

#include "runtime/call.h"
#include "runtime/db.h"
#include "runtime/loop.h"

enum {
	RT_DB_VALUES_MAX =
	    65535, /* parameters; the protocol counts in 16 bits */
	/*
	 * Queries in flight on a connection.  As many as keep PostgreSQL busy
	 * while their answers travel and a turn of the loop takes them in; a
	 * query that has been sent can't overtake a slow one before it, so no
	 * more than that.
	 */
	RT_DB_DEPTH = 32,
	/* Beside these: the end of a transaction whose call has gone. */
	RT_DB_SLOTS = RT_DB_DEPTH + 4,
	/* Queries that only read and share a Sync: they are sent and answered
	 * together, so a few. */
	RT_DB_BATCH = 16,
	RT_DB_OPTIONS_MAX = 1024,
	/* Statements that are prepared once on a connection are known by number
	 * on all of them. */
	RT_DB_STATEMENTS_MAX = 512,
};

/*
 * A transaction ties a connection to a call, from its first query on.  It is
 * made in the call's arena, and is call->tx until it is closed.
 */
struct rt_db_tx {
	struct rt_call *call;
	struct rt_db_set *set;
	const char *begin; /* BEGIN, with its modes */
	struct rt_db_conn *conn; /* NULL: not begun yet, or lost */
	bool open;
	bool begun; /* BEGIN has been sent */
	bool again; /* what failed may go well when it is run again */
	unsigned n_cursors;
	struct rt_sql_hook *hooks, **last_hook; /* rt_after_commit() */
};

/* One query on its way; made in the call's arena. */
struct rt_db_query {
	struct rt_call *call;
	struct rt_db_set *set;
	struct rt_db_tx *tx; /* to run in, NULL for none */
	const char *name; /* for the log; NULL for none */
	const char *sql;
	/* Of the parameters, as PQsendQueryParams() takes them. */
	int n;
	const Oid *types;
	const char *const *values;
	const int *lengths;
	const int *formats;
	int format; /* of the rows: 0 text, 1 binary */
	bool once; /* not worth a prepared statement */
	/* It only reads, so it may share the implicit transaction of others that
	 * do, and be run again where one of them fails. */
	bool shares;
	bool waiting; /* its call sleeps until it is done */
	/* What became of it: */
	bool done;
	PGresult *result; /* NULL when the connection was lost */
	/* The pool's own: */
	struct rt_db_slot *slot; /* NULL: not in flight */
	struct rt_db_query *next;
	bool queued;
};

/* A query in flight; an error ends all parts up to the next Sync. */
struct rt_db_slot {
	struct rt_db_query *query; /* NULL: the result is dropped */
	bool open; /* no Sync behind it: that of a later slot is its, too */
	unsigned parts; /* statements whose result has not come */
	int preparing; /* number of the statement; -1: none */
	bool in_tx;
	bool must_succeed; /* or the connection is of no use */
};

enum rt_db_state {
	RT_DB_DOWN = 1, /* until retry_us */
	RT_DB_CONNECTING,
	RT_DB_UP,
};

enum { RT_DB_WORDS = RT_DB_STATEMENTS_MAX / 64 };

struct rt_db_conn {
	struct rt_db_set *set;
	enum rt_db_state state;
	PGconn *pg;
	struct rt_watch *watch;
	/* When it began to connect, or its last sign of life, or, where nothing
	 * was in flight, what it was sent since. */
	int64_t since_us;
	int64_t each_us; /* what a query has taken of late */
	int64_t retry_us;
	unsigned back_off_ms;
	struct rt_db_tx *tx; /* whose alone it is */
	struct rt_db_slot slots[RT_DB_SLOTS]; /* a ring */
	unsigned first, n;
	unsigned batch; /* how many at the end wait for their Sync */
	PGresult *result; /* so far, of the first slot */
	bool stale; /* reconnect once nothing is in flight */
	uint64_t prepared[RT_DB_WORDS];
	uint64_t asked[RT_DB_WORDS]; /* to prepare; the answer has not come */
};

/* Connections to one server for one purpose. */
struct rt_db_set {
	struct rt_db_pool *pool;
	const char *label; /* for the log */
	char *url; /* NULL: there is no such set */
	char options[RT_DB_OPTIONS_MAX];
	bool on_demand; /* connects when a query waits */
	struct rt_db_conn *conns;
	unsigned n_conns;
	unsigned n_up;
	int64_t up_us; /* when a connection was up last; 0: never */
	bool troubled; /* the last attempt to connect has failed */
	bool down; /* so have all for so long that no query waits for it */
	struct rt_db_query *first; /* those that wait for room */
	struct rt_db_query **last;
	unsigned n_queued;
};

enum rt_db_set_kind {
	RT_DB_PRIMARY,
	RT_DB_REPLICA,
	RT_DB_PRIMARY_STREAMS,
	RT_DB_REPLICA_STREAMS,
	RT_DB_SETS,
};

struct rt_db_pool {
	struct rt_db_set sets[RT_DB_SETS];
	struct rt_db_statements *statements;
	unsigned statement_timeout_ms;
	unsigned queue_max;
	bool stateless; /* sessions are a pooler's: see rt_db_settings */
};

/* --- Queries: db_pool.c --- */

/*
 * Sends the query, or queues it until there is room.  False when there is
 * neither a connection nor room to wait for one; *why says so.
 */
bool rt_db_query_start(struct rt_db_query *, const char **why) RT_WARN_UNUSED;

/* Takes no more interest in the query: its result is dropped when it comes.
 * May be called at any time, also twice. */
void rt_db_query_end(struct rt_db_query *);

/* Whether what the transaction was to be is gone. */
bool rt_db_tx_lost(const struct rt_db_tx *);

/* A transaction of the call's that begins with its first query. */
struct rt_db_tx *rt_db_tx_new(struct rt_call *, struct rt_db_set *,
    const char *begin);

/* Gives the connection back, rolled back unless the transaction has ended.
 * May be called twice. */
void rt_db_tx_close(struct rt_db_tx *);

/* Sends what waits, as far as there is room. */
void rt_db_dispatch(struct rt_db_set *);

/* Another query's failure has kept it from being run: it queues. */
void rt_db_query_again(struct rt_db_query *);

/* The query has its result, or will never have one: NULL. */
void rt_db_query_done(struct rt_db_query *, PGresult *);

/* An attempt to connect has failed: those that wait may have nothing to wait
 * for. */
void rt_db_set_failed(struct rt_db_set *);

bool rt_db_pool_up(const struct rt_db_pool *);

/* --- One connection's pipeline: db_pipe.c --- */

/* There must be room for it. */
void rt_db_conn_send(struct rt_db_conn *, struct rt_db_query *);
/* Behind whatever is in flight. */
void rt_db_conn_rollback(struct rt_db_conn *);
/* Asks for a sign of life. */
void rt_db_conn_ping(struct rt_db_conn *);
/* The socket is ready, and the connection up. */
void rt_db_conn_ready(struct rt_db_conn *);
/* It is gone or of no use: what is in flight fails, and it connects anew. */
void rt_db_conn_lost(struct rt_db_conn *, const char *why);
/* The same where nothing is in flight and nothing is wrong. */
void rt_db_conn_renew(struct rt_db_conn *);
/* The first entry of its pipeline: what other entries count on. */
void rt_db_conn_greet(struct rt_db_conn *);

/* --- Connecting: db_connect.c --- */

void rt_db_conn_connect(struct rt_db_conn *);
/* Nothing is in flight, or those have been told. */
void rt_db_conn_close(struct rt_db_conn *);
void rt_db_conn_tick(struct rt_db_conn *, int64_t now_us);

/*
 * The options that a session starts with: the URL's, then what queries make
 * texts of times by (UTC, ISO dates) and an end to every statement.
 */
void rt_db_options(char out[RT_DB_OPTIONS_MAX], const char *url,
    unsigned timeout_ms);

/* --- Prepared statements: db_statements.c --- */

struct rt_db_statements;

struct rt_db_statements *rt_db_statements_open(void);
void rt_db_statements_close(struct rt_db_statements *);

/* The number of a statement's text with these types, which is remembered; -1
 * when there are as many as there may be. */
int rt_db_statement(struct rt_db_statements *, const char *sql,
    const Oid *types, int n);

/* What PostgreSQL calls it. */
const char *rt_db_statement_name(const struct rt_db_statements *, int number);

/* --- Running and judging: db_run.c --- */

/* In the call's arena, and in its transaction where it has one. */
struct rt_db_query *rt_db_query_new(struct rt_call *, struct rt_db_set *,
    const char *sql);

/* It can be run another time; its result is gone. */
void rt_db_query_reset(struct rt_db_query *);

/* Runs it to its end.  False where there is no result; rt_fail_unavailable()
 * has been called, unless the call is cancelled. */
bool rt_db_query_run(struct rt_db_query *) RT_WARN_UNUSED;

/* A field of an error; empty where it has none. */
struct rt_str rt_db_field(const PGresult *, int code);

/* Whether there is no error in it. */
bool rt_db_is_good(const PGresult *);

/* Fails the call for the error in its result; false. */
bool rt_db_query_failed(struct rt_db_query *);

#endif /* RT_DB_POOL_H */
