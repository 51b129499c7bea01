/*
 * The connections behind rt_db(): a worker's pool, one query at a time on
 * each, and the calls that wait for one.  Only db.c uses it.
 */
#ifndef RT_DB_POOL_H
#define RT_DB_POOL_H

#include <postgresql/libpq-fe.h>

#include "runtime/db.h"

struct rt_db_conn;

enum {
	RT_DB_VALUES_MAX = 65535
}; /* parameters; the protocol counts in 16 bits */

/* The text of a value that can't be sent; told apart by its address. */
extern const char rt_db_impossible[];

/*
 * A transaction ties a connection to a call.  It is made in the call's arena
 * and lies in the pool's list until it is closed.
 */
struct rt_db_tx {
	struct rt_call *call;
	struct rt_db_pool *pool;
	struct rt_db_conn *conn; /* NULL: not begun yet, or lost */
	struct rt_db_tx *next;
	bool open;
};

/* One statement on its way; made in the call's arena. */
struct rt_db_query {
	struct rt_call *call;
	struct rt_db_pool *pool;
	const char *sql;
	const char *const *texts; /* of the parameters */
	const Oid *types;
	int n;
	bool prepare; /* worth a prepared statement */
	struct rt_db_tx *tx; /* to run in, NULL for none */
	bool waiting; /* its call sleeps until it is done */
	/* What became of it: */
	bool done;
	PGresult *result; /* NULL when the connection was lost */
	/* The pool's own: */
	struct rt_db_conn *conn;
	struct rt_db_query *next;
	bool queued;
};

/*
 * Starts the query, or queues it until a connection is free.  False when
 * there is neither a connection nor room to wait for one; *why says so.
 */
bool rt_db_query_start(struct rt_db_query *, const char **why) RT_WARN_UNUSED;

/* Takes no more interest in the query: its result is dropped when it comes.
 * May be called at any time, also twice. */
void rt_db_query_end(struct rt_db_query *);

/* The transaction of a call, or NULL. */
struct rt_db_tx *rt_db_tx_of(struct rt_db_pool *, const struct rt_call *);

void rt_db_tx_open(struct rt_db_tx *);

/* Gives the connection back, rolled back unless it was committed.  May be
 * called twice. */
void rt_db_tx_close(struct rt_db_tx *);

bool rt_db_pool_up(const struct rt_db_pool *);

/* --- Connecting --- */

enum { RT_DB_OPTIONS_MAX = 1024 };

/*
 * The options that a session starts with: the URL's, then what rows are read
 * by (UTC, ISO dates) and an end to every statement.
 */
void rt_db_options(char out[RT_DB_OPTIONS_MAX], const char *url,
    unsigned timeout_ms);

/* Begins to connect, as PQconnectStart() does. */
PGconn *rt_db_connect_start(const char *url, const char *options);

/* --- Prepared statements --- */

/*
 * Statements that were prepared once on a connection are known by number on
 * all of them.
 */
enum { RT_DB_STATEMENTS_MAX = 512 };

struct rt_db_statements;

struct rt_db_statements *rt_db_statements_open(void);
void rt_db_statements_close(struct rt_db_statements *);

/* The number of a statement's text, which is remembered; -1 when there are as
 * many as there may be. */
int rt_db_statement(struct rt_db_statements *, const char *sql);

#endif /* RT_DB_POOL_H */
