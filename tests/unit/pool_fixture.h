/*
 * A pool on the database of TEST_DATABASE_URL, and queries as `kontract sql`
 * would make them.
 */
#ifndef POOL_FIXTURE_H
#define POOL_FIXTURE_H

#include <arpa/inet.h>

#include "runtime/server.h"
#include "runtime/sql_run.h"
#include "tests/unit/loop_poll.h"
#include "tests/unit/test.h"

static struct rt_server server;
static struct rt_call *last_call;
static struct rt_db_settings settings;

/* Two programs of this test may run on one database: each of their tests
 * waits for the other's.  The lock ends with the process. */
static inline void
lock_database(const char *url)
{
	static PGconn *pg;

	pg = PQconnectdb(url);
	PQclear(PQexec(pg, "select pg_advisory_lock(7164)"));
	CHECK(PQstatus(pg) == CONNECTION_OK);
}

static inline bool
is_up(enum rt_db_set_kind kind)
{
	const struct rt_db_set *set = &server.db->sets[kind];

	return set->n_up == set->n_conns;
}

static inline bool
is_useless(const char *url)
{
	return url == NULL || strstr(url, "/nonexistent") != NULL;
}

/* All connections are up, and what they have to say at first is said. */
static inline void
wait_for_pool(void)
{
	int64_t end = rt_clock_us() + 5000000;
	bool replica = !is_useless(settings.replica_url);

	while (!is_up(RT_DB_PRIMARY) || (replica && !is_up(RT_DB_REPLICA)) ||
	    server.db->sets[RT_DB_PRIMARY].conns[0].n > 0) {
		CHECK(rt_clock_us() < end);
		test_loop_turn(10);
	}
	test_loop_turn(20);
}

/* Opens a pool, or ends the test loudly where there is no database. */
static inline void
open_pool(unsigned connections)
{
	settings.url = getenv("TEST_DATABASE_URL");
	if (settings.url == NULL) {
		printf("SKIP %s: TEST_DATABASE_URL is not set\n", test_now);
		exit(0);
	}
	settings.connections = connections;
	if (settings.queue_max == 0)
		settings.queue_max = 1000;
	if (settings.statement_timeout_ms == 0)
		settings.statement_timeout_ms = 5000;
	lock_database(settings.url);
	server.db = rt_db_pool_open(&settings);
	wait_for_pool();
}

/* Runs the call to its end; it stays open until close_all(). */
static inline void
run(void (*fn)(struct rt_call *))
{
	last_call = test_call_start(&server, fn);
	test_loop_run();
}

static inline void
close_all(void)
{
	test_call_close(last_call);
	rt_db_pool_close(server.db);
}

/* As many calls at once, to their end. */
static inline void
run_many(unsigned n, void (*fn)(struct rt_call *))
{
	struct rt_call *calls[200];

	for (unsigned i = 0; i < n; i++)
		calls[i] = test_call_start(&server, fn);
	test_loop_run();
	for (unsigned i = 0; i < n; i++)
		test_call_close(calls[i]);
}

static inline struct rt_db_conn *
conn(unsigned i)
{
	return &server.db->sets[RT_DB_PRIMARY].conns[i];
}

/* What the database itself says, past the code under test. */
static inline int64_t
ask(const char *sql)
{
	PGconn *pg = PQconnectdb(settings.url);
	PGresult *r = PQexec(pg, sql);
	int64_t n = PQntuples(r) > 0 ? atoll(PQgetvalue(r, 0, 0)) : -1;

	if (!rt_db_is_good(r))
		fprintf(stderr, "%s\n", PQerrorMessage(pg));
	PQclear(r);
	PQfinish(pg);
	return n;
}

static inline void
make_table(void)
{
	ask("drop table if exists test_sql cascade");
	ask("create table test_sql (id int primary key, name text not null "
	    "default '' constraint test_sql_name check (length(name) < 10), "
	    "parent int references test_sql deferrable, period int4range, "
	    "constraint test_sql_period exclude using gist (period with &&))");
}

static inline int64_t
idle_in_transaction(void)
{
	return ask("select count(*) from pg_stat_activity where "
		   "datname = current_database() and "
		   "state like 'idle in transaction%'");
}

/* --- Queries as `kontract sql` would make them --- */

static inline struct rt_sql_args
no_args(struct rt_call *call)
{
	struct rt_sql_args args = {.call = call};

	args.bytes = rt_buf(call->arena, 1 << 20);
	args.v = rt_arena_array(call->arena, 8, sizeof(*args.v));
	return args;
}

static inline void
put(struct rt_sql_args *args, struct rt_str value)
{
	struct rt_sql_arg *arg = &args->v[args->n++];

	arg->at = args->bytes.n;
	arg->length = value.p == NULL ? -1 : (int)value.n;
	rt_buf_add(&args->bytes, value);
}

static inline void
put_int(struct rt_sql_args *args, int32_t v)
{
	uint32_t n = htonl((uint32_t)v);

	put(args, (struct rt_str){(const char *)&n, sizeof(n)});
}

static inline int32_t
get_int(const struct rt_sql_rows *rows, int row, int column)
{
	struct rt_str s = rt_sql_column(rows, row, column);
	uint32_t n;

	CHECK_INT(s.n, sizeof(n));
	memcpy(&n, s.p, sizeof(n));
	return (int32_t)ntohl(n);
}

/* A query of up to one parameter, an int. */
static inline enum rt_sql
query_as(struct rt_call *call, bool read, const char *sql, unsigned columns,
    const int32_t *param, struct rt_sql_rows *rows)
{
	static const uint32_t types[] = {RT_OID_INT4};
	struct rt_sql_query query = {"test_query", sql, types,
	    param == NULL ? 0 : 1, columns, read};
	struct rt_sql_args args = no_args(call);

	if (param != NULL)
		put_int(&args, *param);
	return rt_sql_run(&args, &query, rows);
}

static inline enum rt_sql
exec(struct rt_call *call, const char *sql)
{
	struct rt_sql_rows rows;

	return query_as(call, false, sql, 0, NULL, &rows);
}

/* The int that a query without parameters gives; -1 where it fails. */
static inline int32_t
get(struct rt_call *call, const char *sql)
{
	struct rt_sql_rows rows;

	if (query_as(call, true, sql, 1, NULL, &rows) != RT_SQL_OK)
		return -1;
	return get_int(&rows, 0, 0);
}

/* --- Calls --- */

static int n_right;

static inline void
call_new_statement(struct rt_call *call)
{
	n_right += get(call, "select 4711") == 4711;
}

static inline void
call_sleep(struct rt_call *call)
{
	struct rt_sql_rows rows;

	n_right += query_as(call, true, "select 1 from pg_sleep(0.02)", 1, NULL,
		       &rows) == RT_SQL_OK;
}

static inline int32_t
timeout_ms(struct rt_call *call)
{
	static const char sql[] =
	    "select (extract(epoch from current_setting("
	    "'statement_timeout')::interval) * 1000)::int";

	return get(call, sql);
}

static inline bool
tx_level(struct rt_call *call, void *arg)
{
	struct rt_sql_rows rows;

	CHECK_INT(query_as(call, true,
		      "select current_setting('transaction_isolation')", 1,
		      NULL, &rows),
	    RT_SQL_OK);
	CHECK_STR(rt_sql_column(&rows, 0, 0), (const char *)arg);
	return true;
}

#endif /* POOL_FIXTURE_H */
