/*
 * Typed SQL: what `kontract sql` makes of sql/queries calls this, and so do
 * handlers for transactions.  Every function reads as if it blocked, and
 * suspends the call instead.
 */
#ifndef RT_SQL_H
#define RT_SQL_H

#include "runtime/call.h"
#include "runtime/map.h"
#include "runtime/sql_value.h"

/* What a generated function returns. */
enum rt_sql {
	/* rt_fail() has been called, or the call is cancelled: a handler
	 * returns false. */
	RT_SQL_FAILED = 0,
	RT_SQL_OK = 1,
	RT_SQL_NONE, /* of :maybe: there is no such row */
	RT_SQL_VIOLATED, /* a constraint forbids it: sql_violated(call) */
};

/*
 * The name of the constraint that the last query of this call, or the commit of
 * its transaction, has violated; "" for none.  A column that is NOT NULL has
 * the name that PostgreSQL 18 gives its constraint: table_column_not_null.
 */
struct rt_str rt_sql_constraint(const struct rt_call *);

/* --- Transactions --- */

enum rt_isolation {
	RT_READ_COMMITTED = 1,
	RT_REPEATABLE_READ,
	RT_SERIALIZABLE,
};

enum rt_tx {
	RT_TX_FAILED = 0, /* as RT_SQL_FAILED */
	RT_TX_COMMITTED = 1,
	/* fn has returned false without a failure, or a constraint that is
	 * checked at the end forbids it: rt_sql_constraint(). */
	RT_TX_ROLLED_BACK,
};

/*
 * Runs fn(call, arg) in a transaction: every query of the call goes over one
 * connection until it returns, true to commit, false to roll back.  After a
 * serialization failure or a deadlock, fn is run again, up to five times with
 * growing pauses: it has to set anew whatever it leaves in arg.  Nothing can be
 * sent to the client before the end (a stream that begins inside fails).
 * There is none inside another.
 */
enum rt_tx rt_tx(struct rt_call *, enum rt_isolation,
    bool (*fn)(struct rt_call *, void *arg), void *arg) RT_WARN_UNUSED;

/*
 * Runs fn(call, arg) once the transaction is committed, in the order of these
 * calls; outside of one, at once.  From the moment that COMMIT is sent the call
 * goes on to the end of its hooks, even if the client goes or the deadline
 * passes meanwhile; only the end of the worker is before that.
 */
void rt_after_commit(struct rt_call *, void (*fn)(struct rt_call *, void *arg),
    void *arg);

/* Whether the last thing known of the database is that it answers. */
bool rt_sql_up(const struct rt_call *);

/* --- For generated code --- */

/*
 * Whether an operation whose handler has run in a transaction may send what it
 * answers: what was committed, or a problem where all was rolled back.  False
 * with rt_fail().
 */
bool rt_tx_answers(struct rt_call *, enum rt_tx, int status) RT_WARN_UNUSED;

/* A query of sql/queries. */
struct rt_sql_query {
	const char *name; /* "get_person", for the log */
	const char *sql; /* with $1, $2 */
	/* The parameters' types, oids; 0 for one of the database's own, whose
	 * number differs from database to database. */
	const uint32_t *types;
	unsigned n_params;
	unsigned n_columns; /* 0: rows, if it has some, are left alone */
	bool read; /* may go to a replica */
};

/* The parameters of one run, in order; in the call's arena. */
struct rt_sql_args {
	struct rt_call *call;
	struct rt_buf bytes;
	struct rt_sql_arg {
		size_t at; /* in `bytes` */
		int length; /* -1: null */
	} * v;
	unsigned n;
	bool impossible; /* one can't be sent, such as a text with a NUL */
};

struct rt_sql_args rt_sql_args(struct rt_call *, const struct rt_sql_query *);
void rt_sql_null(struct rt_sql_args *);
/* Around rt_pg_put_...() of one value. */
void rt_sql_begin(struct rt_sql_args *);
void rt_sql_end(struct rt_sql_args *);
/* Absent is null; a NUL byte, which no text of PostgreSQL has, makes the query
 * fail. */
void rt_sql_text(struct rt_sql_args *, struct rt_str);

/* Rows live as long as the call. */
struct rt_sql_rows {
	int n;
	int64_t affected; /* by INSERT, UPDATE, DELETE, MERGE */
	const void *result;
	int first; /* row 0 is this one of the result */
};

/*
 * Runs one query: in the call's transaction where there is one, else in one of
 * its own, beside those of other calls on the same connection.  RT_SQL_OK with
 * rows, perhaps none; never RT_SQL_NONE.  The deadline of the call is the
 * statement's, too.
 */
enum rt_sql rt_sql_run(struct rt_sql_args *, const struct rt_sql_query *,
    struct rt_sql_rows *) RT_WARN_UNUSED;

/*
 * Reads the rows one by one, however many there are, in bounded memory: by a
 * cursor, on a connection of the call's own.  `fn` gets one row each time and
 * may suspend the call; false ends it.  The row's bytes live until fn returns.
 */
enum rt_sql rt_sql_stream(struct rt_sql_args *, const struct rt_sql_query *,
    bool (*fn)(struct rt_call *, const struct rt_sql_rows *, void *arg),
    void *arg) RT_WARN_UNUSED;

/* The bytes of a column; p is NULL for null. */
struct rt_str rt_sql_column(const struct rt_sql_rows *, int row, int column);

/* Fails the call: a row is not what the query was described with. */
enum rt_sql rt_sql_misread(struct rt_call *, const struct rt_sql_query *,
    int column);

#endif /* RT_SQL_H */
