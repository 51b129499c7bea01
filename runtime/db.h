/*
 * PostgreSQL for handlers: calls that read as if they blocked and suspend the
 * call instead, never the worker.  Values travel as parameters, always.
 */
#ifndef RT_DB_H
#define RT_DB_H

#include "runtime/call.h"
#include "runtime/map.h"

/* A parameter of a query; made by the functions below. */
struct rt_value {
	const char *text; /* NULL: SQL null */
	unsigned type; /* PostgreSQL's type oid; 0: as the query has it */
};

struct rt_value rt_value_null(void);
struct rt_value rt_value_bool(bool);
struct rt_value rt_value_int(struct rt_call *, int64_t);
struct rt_value rt_value_double(struct rt_call *, double);
/* An absent string is null.  A string with a NUL byte makes the query fail:
 * PostgreSQL has no such text. */
struct rt_value rt_value_str(struct rt_call *, struct rt_str);
struct rt_value rt_value_uuid(struct rt_call *, struct rt_uuid);
struct rt_value rt_value_date(struct rt_call *, struct rt_date);
struct rt_value rt_value_time(struct rt_call *, struct rt_time);
struct rt_value rt_value_json(struct rt_call *, const struct rt_node *);
/* The map as a json object. */
struct rt_value rt_value_str_map(struct rt_call *, struct rt_str_map);
/* text[] */
struct rt_value rt_value_strs(struct rt_call *, struct rt_strs);

/* Whether a parameter that may be absent is there: has ? value : null. */
#define RT_VALUE_IF(has, value) ((has) ? (value) : rt_value_null())

enum rt_db_result {
	RT_DB_OK = 1, /* rows, perhaps none */
	RT_DB_UNIQUE, /* a unique constraint forbids it; rows->constraint */
	RT_DB_FOREIGN, /* a foreign key forbids it */
	RT_DB_CHECK, /* a check constraint forbids it */
	RT_DB_FAILED, /* rt_fail() has been called: the handler returns false */
};

/* Rows live as long as the call. */
struct rt_rows {
	int n;
	int affected; /* by INSERT, UPDATE, DELETE */
	struct rt_str constraint;
	void *result;
};

/*
 * Runs one statement.  `rows` may be NULL.  Constraint violations are
 * results, since a handler answers them; all other errors are failures of the
 * world: logged with their SQLSTATE, answered 503 when there is no
 * connection, 500 otherwise.
 */
enum rt_db_result rt_db(struct rt_call *, struct rt_rows *rows, const char *sql,
    const struct rt_value *values, unsigned n) RT_WARN_UNUSED;

/* rt_db_run(call, &rows, "... $1 ... $2", v1, v2) */
#define rt_db_run(call, rows, sql, ...) \
	rt_db((call), (rows), (sql), (const struct rt_value[]){__VA_ARGS__}, \
	    RT_LEN(((const struct rt_value[]){__VA_ARGS__})))
/* A statement without parameters. */
#define rt_db_run0(call, rows, sql) rt_db((call), (rows), (sql), NULL, 0)

/*
 * A transaction: every statement between rt_db_begin() and rt_db_commit() of
 * this call goes over one connection.  A call that ends without a commit is
 * rolled back.
 */
bool rt_db_begin(struct rt_call *) RT_WARN_UNUSED;
bool rt_db_commit(struct rt_call *) RT_WARN_UNUSED;

/* Column `col` of row `row`; a null reads as zero or as an absent string. */
bool rt_row_null(const struct rt_rows *, int row, int col);
bool rt_row_bool(const struct rt_rows *, int row, int col);
int64_t rt_row_int(const struct rt_rows *, int row, int col);
double rt_row_double(const struct rt_rows *, int row, int col);
struct rt_str rt_row_str(const struct rt_rows *, int row, int col);
struct rt_uuid rt_row_uuid(const struct rt_rows *, int row, int col);
struct rt_date rt_row_date(const struct rt_rows *, int row, int col);
struct rt_time rt_row_time(const struct rt_rows *, int row, int col);
struct rt_strs rt_row_strs(struct rt_call *, const struct rt_rows *, int row,
    int col);
/* json or jsonb; NULL for null. */
const struct rt_node *rt_row_json(struct rt_call *, const struct rt_rows *,
    int row, int col);

/* A json object of strings; null, and what is no object, has no entries. */
struct rt_str_map rt_row_str_map(struct rt_call *, const struct rt_rows *,
    int row, int col);

/* Whether the last thing known of the database is that it answers. */
bool rt_db_up(const struct rt_call *);

/* --- For the runtime --- */

struct rt_db_pool;

struct rt_db_settings {
	const char *url; /* conninfo or postgresql:// */
	/* One that has the same data, and takes only what reads; NULL or "":
	 * none. */
	const char *replica_url;
	unsigned connections; /* per worker and server */
	unsigned stream_connections; /* at most, beside these; 0: one */
	unsigned queue_max; /* calls that may wait for a connection */
	unsigned statement_timeout_ms;
	/* A pooler may run each transaction in another session: nothing is
	 * prepared, and each statement brings along what it needs. */
	bool stateless;
};

/* A pool of a worker; connects in the background, never blocks. */
struct rt_db_pool *rt_db_pool_open(const struct rt_db_settings *);
void rt_db_pool_close(struct rt_db_pool *);

/* Whether libpq understands it; what it says about one that it does not may
 * have the password in it. */
bool rt_db_url_is_sound(const char *url) RT_WARN_UNUSED;

/* Tries one connection, blocking, before any worker starts.  False with a
 * sentence (without the password) in why. */
bool rt_db_probe(const char *url, char *why, size_t size) RT_WARN_UNUSED;

#endif /* RT_DB_H */
