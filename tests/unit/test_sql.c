#include <arpa/inet.h>

#include "runtime/server.h"
#include "runtime/sql_run.h"
#include "tests/unit/loop_poll.h"
#include "tests/unit/test.h"

enum { INT4 = 23, TEXT = 25 };

static struct rt_server server;
static struct rt_call *last_call;
static struct rt_db_settings settings;

/* Two programs of this test may run on one database: each of their tests
 * waits for the other's.  The lock ends with the process. */
static void
lock_database(const char *url)
{
	static PGconn *pg;

	pg = PQconnectdb(url);
	PQclear(PQexec(pg, "select pg_advisory_lock(7164)"));
	CHECK(PQstatus(pg) == CONNECTION_OK);
}

static bool
is_up(enum rt_db_set_kind kind)
{
	const struct rt_db_set *set = &server.db->sets[kind];

	return set->n_up == set->n_conns;
}

static bool
is_useless(const char *url)
{
	return url == NULL || strstr(url, "/nonexistent") != NULL;
}

/* All connections are up, and what they have to say at first is said. */
static void
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
static void
open_pool(unsigned connections)
{
	settings.url = getenv("TEST_DATABASE_URL");
	if (settings.url == NULL) {
		printf("SKIP %s: TEST_DATABASE_URL is not set\n", test_now);
		exit(0);
	}
	settings.connections = connections;
	settings.queue_max = 1000;
	if (settings.statement_timeout_ms == 0)
		settings.statement_timeout_ms = 5000;
	lock_database(settings.url);
	server.db = rt_db_pool_open(&settings);
	wait_for_pool();
}

/* Runs the call to its end; it stays open until close_all(). */
static void
run(void (*fn)(struct rt_call *))
{
	last_call = test_call_start(&server, fn);
	test_loop_run();
}

static void
close_all(void)
{
	test_call_close(last_call);
	rt_db_pool_close(server.db);
}

/* As many calls at once, to their end. */
static void
run_many(unsigned n, void (*fn)(struct rt_call *))
{
	struct rt_call *calls[200];

	for (unsigned i = 0; i < n; i++)
		calls[i] = test_call_start(&server, fn);
	test_loop_run();
	for (unsigned i = 0; i < n; i++)
		test_call_close(calls[i]);
}

static struct rt_db_conn *
conn(unsigned i)
{
	return &server.db->sets[RT_DB_PRIMARY].conns[i];
}

/* What the database itself says, past the code under test. */
static int64_t
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

static void
make_table(void)
{
	ask("drop table if exists test_sql cascade");
	ask("create table test_sql (id int primary key, name text not null "
	    "default '' constraint test_sql_name check (length(name) < 10), "
	    "parent int references test_sql deferrable, period int4range, "
	    "constraint test_sql_period exclude using gist (period with &&))");
}

static int64_t
idle_in_transaction(void)
{
	return ask("select count(*) from pg_stat_activity where "
		   "datname = current_database() and "
		   "state like 'idle in transaction%'");
}

/* --- Queries as `kontract sql` would make them --- */

static struct rt_sql_args
no_args(struct rt_call *call)
{
	struct rt_sql_args args = {.call = call};

	args.bytes = rt_buf(call->arena, 1 << 20);
	args.v = rt_arena_array(call->arena, 8, sizeof(*args.v));
	return args;
}

static void
put(struct rt_sql_args *args, struct rt_str value)
{
	struct rt_sql_arg *arg = &args->v[args->n++];

	arg->at = args->bytes.n;
	arg->length = value.p == NULL ? -1 : (int)value.n;
	rt_buf_add(&args->bytes, value);
}

static void
put_int(struct rt_sql_args *args, int32_t v)
{
	uint32_t n = htonl((uint32_t)v);

	put(args, (struct rt_str){(const char *)&n, sizeof(n)});
}

static int32_t
get_int(const struct rt_sql_rows *rows, int row, int column)
{
	struct rt_str s = rt_sql_column(rows, row, column);
	uint32_t n;

	CHECK_INT(s.n, sizeof(n));
	memcpy(&n, s.p, sizeof(n));
	return (int32_t)ntohl(n);
}

/* A query of up to one parameter, an int. */
static enum rt_sql
query_as(struct rt_call *call, bool read, const char *sql, unsigned columns,
    const int32_t *param, struct rt_sql_rows *rows)
{
	static const uint32_t types[] = {INT4};
	struct rt_sql_query query = {"test_query", sql, types,
	    param == NULL ? 0 : 1, columns, read};
	struct rt_sql_args args = no_args(call);

	if (param != NULL)
		put_int(&args, *param);
	return rt_sql_run(&args, &query, rows);
}

static enum rt_sql
exec(struct rt_call *call, const char *sql)
{
	struct rt_sql_rows rows;

	return query_as(call, false, sql, 0, NULL, &rows);
}

/* The int that a query without parameters gives; -1 where it fails. */
static int32_t
get(struct rt_call *call, const char *sql)
{
	struct rt_sql_rows rows;

	if (query_as(call, true, sql, 1, NULL, &rows) != RT_SQL_OK)
		return -1;
	return get_int(&rows, 0, 0);
}

/* --- Values and results --- */

static void
call_values(struct rt_call *call)
{
	static const uint32_t types[] = {INT4, TEXT, TEXT, TEXT, 0};
	struct rt_sql_query query = {"values",
	    "select $1 + 1, $2 || '!', $3, $4, $5::int", types, 5, 5, true};
	struct rt_sql_args args = no_args(call);
	struct rt_sql_rows rows;

	put_int(&args, -7);
	put(&args, RT_LIT("caf\xc3\xa9"));
	put(&args, (struct rt_str){NULL, 0});
	put(&args, RT_LIT(""));
	put_int(&args, INT32_MIN);
	CHECK_INT(rt_sql_run(&args, &query, &rows), RT_SQL_OK);
	CHECK_INT(rows.n, 1);
	CHECK_INT(get_int(&rows, 0, 0), -6);
	CHECK_STR(rt_sql_column(&rows, 0, 1), "caf\xc3\xa9!");
	CHECK(rt_sql_column(&rows, 0, 2).p == NULL);
	CHECK(rt_sql_column(&rows, 0, 3).p != NULL);
	CHECK_INT(rt_sql_column(&rows, 0, 3).n, 0);
	CHECK_INT(get_int(&rows, 0, 4), INT32_MIN);
	CHECK(rt_sql_column(&rows, 1, 0).p == NULL); /* no such row */
	CHECK(rt_sql_column(&rows, 0, 5).p == NULL); /* no such column */
	CHECK(rt_sql_column(&rows, -1, -1).p == NULL);
}

/* Where no parameter has a byte, there is no buffer of them. */
static void
call_only_empty(struct rt_call *call)
{
	static const uint32_t types[] = {TEXT};
	struct rt_sql_query query = {"empty", "select $1", types, 1, 1, true};
	struct rt_sql_args args = no_args(call);
	struct rt_sql_rows rows;

	args.bytes.p = NULL;
	args.v[args.n++].length = 0;
	CHECK_INT(rt_sql_run(&args, &query, &rows), RT_SQL_OK);
	CHECK(rt_sql_column(&rows, 0, 0).p != NULL);
}

TEST(values_are_binary_both_ways)
{
	open_pool(1);
	run(call_values);
	test_call_close(last_call);
	run(call_only_empty);
	close_all();
}

static void
violates(struct rt_call *call, const char *sql, const char *constraint)
{
	CHECK_INT(exec(call, sql), RT_SQL_VIOLATED);
	CHECK_STR(rt_sql_constraint(call), constraint);
	CHECK(call->failure.p == NULL);
}

static void
call_results(struct rt_call *call)
{
	struct rt_sql_rows rows;

	CHECK_STR(rt_sql_constraint(call), "");
	CHECK_INT(query_as(call, false,
		      "insert into test_sql (id) values (1), (2)", 0, NULL,
		      &rows),
	    RT_SQL_OK);
	CHECK_INT(rows.affected, 2);
	violates(call, "insert into test_sql (id) values (1)", "test_sql_pkey");
	violates(call, "insert into test_sql (id, parent) values (3, 99)",
	    "test_sql_parent_fkey");
	violates(call, "insert into test_sql values (3, 'much too long')",
	    "test_sql_name");
	violates(call, "insert into test_sql values (3, null)",
	    "test_sql_name_not_null");
	CHECK_INT(exec(call,
		      "update test_sql set period = '[1,5)' "
		      "where id = 1"),
	    RT_SQL_OK);
	violates(call, "update test_sql set period = '[2,3)' where id = 2",
	    "test_sql_period");
	CHECK_INT(get(call, "select 7"), 7);
	CHECK_STR(rt_sql_constraint(call), "");
}

TEST(a_violated_constraint_is_named)
{
	open_pool(1);
	make_table();
	run(call_results);
	close_all();
}

static void
call_failures(struct rt_call *call)
{
	struct rt_sql_rows rows;

	CHECK_INT(exec(call, "selec"), RT_SQL_FAILED);
	CHECK(!call->unavailable);
	CHECK(rt_str_ends(call->failure, "(42601)"));
	CHECK(rt_str_starts(call->failure, "database: test_query: "));
	/* One that no constraint of a table stands behind has no name. */
	CHECK_INT(exec(call,
		      "do $$ begin raise 'x' using errcode = '23505'; "
		      "end $$"),
	    RT_SQL_FAILED);
	CHECK_STR(rt_sql_constraint(call), "");
	CHECK_INT(query_as(call, true, "select 1, 2", 1, NULL, &rows),
	    RT_SQL_FAILED);
	CHECK_STR(call->failure,
	    "database: test_query gives 2 columns, but was described with 1");
	CHECK_INT(rows.n, 0);
	CHECK(rt_sql_column(&rows, 0, 0).p == NULL);
	CHECK_INT(get(call, "select 8"), 8);
}

static void
call_impossible(struct rt_call *call)
{
	struct rt_sql_query query = {.name = "q", .sql = "select 1"};
	struct rt_sql_args args = no_args(call);
	struct rt_sql_rows rows;

	args.impossible = true;
	CHECK_INT(rt_sql_run(&args, &query, &rows), RT_SQL_FAILED);
	args.impossible = false;
	put_int(&args, 1); /* one more than the query has */
	CHECK_INT(rt_sql_run(&args, &query, &rows), RT_SQL_FAILED);
	CHECK(!call->unavailable);
}

TEST(all_other_errors_fail_the_call)
{
	open_pool(1);
	run(call_failures);
	test_call_close(last_call);
	run(call_impossible);
	close_all();
}

/* --- The pipeline --- */

static int n_right, n_failed, n_started;

/* Each asks for its own number, after a random time; some fail. */
static void
call_own_number(struct rt_call *call)
{
	int32_t me = n_started++;
	const char *sql = me % 3 == 0
	    ? "select 1 / 0 + $1"
	    : "select $1 from pg_sleep(random() / 500)";
	struct rt_sql_rows rows;

	if (query_as(call, true, sql, 1, &me, &rows) == RT_SQL_FAILED) {
		CHECK_INT(me % 3, 0);
		CHECK(rt_str_ends(call->failure, "(22012)"));
		n_failed++;
		return;
	}
	CHECK_INT(get_int(&rows, 0, 0), me);
	n_right++;
}

TEST(each_answer_is_its_queries_and_an_error_hits_one)
{
	open_pool(2);
	for (int i = 0; i < 5; i++)
		run_many(150, call_own_number);
	CHECK_INT(n_right, 500);
	CHECK_INT(n_failed, 250);
	rt_db_pool_close(server.db);
}

static void
call_sleep(struct rt_call *call)
{
	struct rt_sql_rows rows;

	n_right += query_as(call, true, "select 1 from pg_sleep(0.02)", 1, NULL,
		       &rows) == RT_SQL_OK;
}

TEST(the_least_loaded_connection_is_next)
{
	struct rt_call *calls[10];

	open_pool(2);
	for (int i = 0; i < 10; i++)
		calls[i] = test_call_start(&server, call_sleep);
	CHECK_INT(conn(0)->n, 5);
	CHECK_INT(conn(1)->n, 5);
	test_loop_run();
	CHECK_INT(n_right, 10);
	CHECK_INT(conn(0)->n + conn(1)->n, 0);
	for (int i = 0; i < 10; i++)
		test_call_close(calls[i]);
	rt_db_pool_close(server.db);
}

static void
call_slow(struct rt_call *call)
{
	struct rt_sql_rows rows;

	n_right += query_as(call, true, "select 1 from pg_sleep(0.5)", 1, NULL,
		       &rows) == RT_SQL_OK;
}

TEST(nobody_is_sent_behind_a_slow_query_without_need)
{
	struct rt_call *slow, *calls[10];

	open_pool(2);
	slow = test_call_start(&server, call_slow);
	CHECK_INT(conn(0)->n, 1);
	test_loop_turn(50);
	for (int i = 0; i < 10; i++)
		calls[i] = test_call_start(&server, call_own_number);
	CHECK_INT(conn(0)->n, 1);
	CHECK_INT(conn(1)->n, 10);
	test_loop_run();
	CHECK_INT(n_right + n_failed, 11);
	test_call_close(slow);
	for (int i = 0; i < 10; i++)
		test_call_close(calls[i]);
	rt_db_pool_close(server.db);
}

static void
call_new_statement(struct rt_call *call)
{
	n_right += get(call, "select 4711") == 4711;
}

static void
call_count_prepared(struct rt_call *call)
{
	CHECK_INT(get(call,
		      "select count(*)::int from pg_prepared_statements "
		      "where statement = 'select 4711'"),
	    1);
}

TEST(a_burst_of_the_same_new_statement_prepares_it_once)
{
	open_pool(1);
	run_many(20, call_new_statement);
	CHECK_INT(n_right, 20);
	run(call_count_prepared);
	close_all();
}

static void
call_missing_table(struct rt_call *call)
{
	n_failed += exec(call, "select * from test_nothing") == RT_SQL_FAILED &&
	    rt_str_ends(call->failure, "(42P01)");
}

/* None of them hears of a prepared statement that is not there. */
TEST(a_burst_of_a_statement_that_cant_be_prepared_fails_each_for_itself)
{
	open_pool(1);
	run_many(20, call_missing_table);
	CHECK_INT(n_failed, 20);
	run_many(3, call_missing_table);
	CHECK_INT(n_failed, 23);
	run_many(20, call_new_statement);
	CHECK_INT(n_right, 20);
	rt_db_pool_close(server.db);
}

static void
call_types(struct rt_call *call)
{
	static const uint32_t types[] = {TEXT};
	struct rt_sql_query query = {"q", "select $1", types, 1, 1, true};
	struct rt_sql_args args = no_args(call);
	struct rt_sql_rows rows;
	int32_t n = 5;

	CHECK_INT(query_as(call, true, "select $1", 1, &n, &rows), RT_SQL_OK);
	CHECK_INT(get_int(&rows, 0, 0), 5);
	put(&args, RT_LIT("five!"));
	CHECK_INT(rt_sql_run(&args, &query, &rows), RT_SQL_OK);
	CHECK_STR(rt_sql_column(&rows, 0, 0), "five!");
}

TEST(one_text_with_other_types_is_another_statement)
{
	open_pool(1);
	run(call_types);
	close_all();
}

static void
call_by_hand(struct rt_call *call)
{
	n_failed += exec(call, "begin") == RT_SQL_FAILED;
}

static void
call_insert_next(struct rt_call *call)
{
	if (exec(call,
		"insert into test_sql (id) select "
		"coalesce(max(id), 0) + 1 from test_sql") == RT_SQL_OK)
		n_right++;
	else
		n_failed += call->unavailable;
}

/* Nothing that comes behind it is told that it is stored when it is not. */
TEST(a_begin_by_hand_takes_nothing_along)
{
	struct rt_call *calls[4];

	open_pool(1);
	make_table();
	calls[0] = test_call_start(&server, call_insert_next);
	calls[1] = test_call_start(&server, call_by_hand);
	calls[2] = test_call_start(&server, call_insert_next);
	calls[3] = test_call_start(&server, call_insert_next);
	test_loop_run();
	CHECK_INT(n_failed, 3);
	CHECK_INT(ask("select count(*) from test_sql"), n_right);
	for (int i = 0; i < 4; i++)
		test_call_close(calls[i]);
	rt_db_pool_close(server.db);
}

/* --- Deadlines --- */

static int32_t
timeout_ms(struct rt_call *call)
{
	static const char sql[] =
	    "select (extract(epoch from current_setting("
	    "'statement_timeout')::interval) * 1000)::int";

	return get(call, sql);
}

static void
call_timeouts(struct rt_call *call)
{
	CHECK_INT(timeout_ms(call), 5000);
	call->deadline_us = rt_clock_us() + 6000000;
	CHECK_INT(timeout_ms(call), 5000);
	call->deadline_us = rt_clock_us() + 700000;
	CHECK(timeout_ms(call) <= 700);
	CHECK(timeout_ms(call) > 0);
	call->deadline_us = 0;
	CHECK_INT(timeout_ms(call), 5000); /* it was this statement's alone */
}

TEST(the_rest_of_the_calls_time_is_the_statements)
{
	open_pool(1);
	run(call_timeouts);
	close_all();
}

static void
call_short(struct rt_call *call)
{
	call->deadline_us = rt_clock_us() + 100000;
	CHECK_INT(exec(call, "select pg_sleep(4)"), RT_SQL_FAILED);
	CHECK(call->unavailable);
}

TEST(the_server_gives_up_when_the_calls_time_is_up)
{
	int64_t began;

	open_pool(1);
	began = rt_clock_us();
	run(call_short);
	test_call_close(last_call);
	run(call_new_statement); /* on the same connection */
	CHECK_INT(n_right, 1);
	CHECK(rt_clock_us() - began < 1000000);
	close_all();
}

/* --- Transactions --- */

static int n_hooks, n_runs;
static char hooks[16];

static void
hook(struct rt_call *call, void *arg)
{
	CHECK(call->tx == NULL);
	hooks[n_hooks++] = *(const char *)arg;
}

static bool
tx_insert(struct rt_call *call, void *arg)
{
	rt_after_commit(call, hook, "a");
	if (exec(call, "insert into test_sql (id) values (1)") != RT_SQL_OK)
		return false;
	rt_after_commit(call, hook, "b");
	CHECK_INT(n_hooks, 0);
	CHECK_INT(ask("select count(*) from test_sql"), 0);
	CHECK_INT(get(call, "select count(*)::int from test_sql"), 1);
	return *(const bool *)arg;
}

static void
call_commit(struct rt_call *call)
{
	bool yes = true;

	CHECK_INT(rt_tx(call, RT_READ_COMMITTED, tx_insert, &yes),
	    RT_TX_COMMITTED);
	CHECK_INT(ask("select count(*) from test_sql"), 1);
	CHECK(strcmp(hooks, "ab") == 0);
	rt_after_commit(call, hook, "c"); /* outside: at once */
	CHECK(strcmp(hooks, "abc") == 0);
}

static void
call_rollback(struct rt_call *call)
{
	bool no = false;

	CHECK_INT(rt_tx(call, RT_READ_COMMITTED, tx_insert, &no),
	    RT_TX_ROLLED_BACK);
	CHECK(call->failure.p == NULL);
	CHECK_INT(get(call, "select count(*)::int from test_sql"), 0);
	CHECK_INT(n_hooks, 0);
}

TEST(a_transaction_commits_and_then_runs_its_hooks)
{
	open_pool(2);
	make_table();
	run(call_commit);
	CHECK_INT(idle_in_transaction(), 0);
	close_all();
}

TEST(a_transaction_whose_function_says_no_rolls_back)
{
	open_pool(2);
	make_table();
	run(call_rollback);
	CHECK_INT(idle_in_transaction(), 0);
	close_all();
}

static bool
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

static bool
tx_nothing(struct rt_call *call, void *arg)
{
	(void)call, (void)arg;
	CHECK(conn(0)->tx == NULL && conn(0)->n == 0);
	return true;
}

static bool
tx_inside(struct rt_call *call, void *arg)
{
	CHECK_INT(rt_tx(call, RT_SERIALIZABLE, tx_nothing, arg), RT_TX_FAILED);
	return false;
}

static void
call_levels(struct rt_call *call)
{
	CHECK_INT(rt_tx(call, RT_READ_COMMITTED, tx_level, "read committed"),
	    RT_TX_COMMITTED);
	CHECK_INT(rt_tx(call, RT_REPEATABLE_READ, tx_level, "repeatable read"),
	    RT_TX_COMMITTED);
	CHECK_INT(rt_tx(call, RT_SERIALIZABLE, tx_level, "serializable"),
	    RT_TX_COMMITTED);
	CHECK_INT(rt_tx(call, RT_SERIALIZABLE, tx_nothing, NULL),
	    RT_TX_COMMITTED);
	CHECK_INT(rt_tx(call, RT_SERIALIZABLE, tx_inside, NULL), RT_TX_FAILED);
	CHECK_STR(call->failure, "database: a transaction in another");
}

TEST(isolation_levels)
{
	open_pool(1);
	run(call_levels);
	close_all();
}

/* What reads first and then writes what it has read meets the others. */
static bool
tx_add_one(struct rt_call *call, void *arg)
{
	struct rt_sql_rows rows;
	int32_t n;

	(void)arg;
	n_runs++;
	rt_after_commit(call, hook, "x");
	/* What the run before has left in the answer is gone. */
	CHECK_INT(call->res.status, 0);
	call->res.status = 200;
	n = get(call, "select count(*)::int from test_sql");
	if (n == -1)
		return false;
	n++;
	return query_as(call, false, "insert into test_sql (id) values ($1)", 0,
		   &n, &rows) == RT_SQL_OK;
}

static void
call_add_one(struct rt_call *call)
{
	switch (rt_tx(call, RT_SERIALIZABLE, tx_add_one, NULL)) {
	case RT_TX_COMMITTED:
		CHECK(call->failure.p == NULL);
		CHECK(!call->unavailable);
		n_right++;
		return;
	case RT_TX_FAILED:
		CHECK(call->unavailable); /* five times in vain */
		n_failed++;
		return;
	default: /* the key was taken by one that is committed */
		CHECK_STR(rt_sql_constraint(call), "test_sql_pkey");
		n_failed++;
	}
}

TEST(serialization_failures_are_run_again)
{
	enum { N = 3 };

	open_pool(N);
	make_table();
	run_many(N, call_add_one);
	CHECK_INT(n_right + n_failed, N);
	CHECK(n_right >= 2); /* one of them in vain, at first */
	CHECK(n_runs > N);
	CHECK_INT(n_hooks, n_right);
	CHECK_INT(ask("select count(*) from test_sql"), n_right);
	CHECK_INT(idle_in_transaction(), 0);
	rt_db_pool_close(server.db);
}

static bool
tx_lock_two(struct rt_call *call, void *arg)
{
	struct rt_sql_rows rows;
	int32_t me = *(const int32_t *)arg, other = 3 - me;
	const char *sql = "update test_sql set name = 'x' where id = $1";

	n_runs++;
	return query_as(call, false, sql, 0, &me, &rows) == RT_SQL_OK &&
	    query_as(call, true, "select 1 from pg_sleep(0.1)", 1, NULL,
		&rows) == RT_SQL_OK &&
	    query_as(call, false, sql, 0, &other, &rows) == RT_SQL_OK;
}

static void
call_lock_two(struct rt_call *call)
{
	int32_t me = 1 + n_started++ % 2;

	if (rt_tx(call, RT_READ_COMMITTED, tx_lock_two, &me) == RT_TX_COMMITTED)
		n_right++;
}

TEST(a_deadlock_is_run_again)
{
	open_pool(2);
	make_table();
	ask("insert into test_sql (id) values (1), (2)");
	run_many(2, call_lock_two);
	CHECK_INT(n_right, 2);
	CHECK_INT(n_runs, 3);
	rt_db_pool_close(server.db);
}

static bool
tx_deferred(struct rt_call *call, void *arg)
{
	(void)arg;
	rt_after_commit(call, hook, "x");
	return exec(call, "set constraints all deferred") == RT_SQL_OK &&
	    exec(call, "insert into test_sql (id, parent) values (1, 9)") ==
	    RT_SQL_OK;
}

static void
call_deferred(struct rt_call *call)
{
	CHECK_INT(rt_tx(call, RT_READ_COMMITTED, tx_deferred, NULL),
	    RT_TX_ROLLED_BACK);
	CHECK_STR(rt_sql_constraint(call), "test_sql_parent_fkey");
	CHECK(call->failure.p == NULL);
	CHECK_INT(n_hooks, 0);
}

TEST(a_constraint_that_the_commit_violates_is_named)
{
	open_pool(1);
	make_table();
	run(call_deferred);
	close_all();
}

static bool
tx_ignores_error(struct rt_call *call, void *arg)
{
	(void)arg;
	CHECK_INT(exec(call, "insert into test_sql (id) values (1), (1)"),
	    RT_SQL_VIOLATED);
	return true;
}

static bool
tx_ends_itself(struct rt_call *call, void *arg)
{
	(void)arg;
	CHECK_INT(exec(call, "insert into test_sql (id) values (1)"),
	    RT_SQL_OK);
	CHECK_INT(exec(call, "rollback"), RT_SQL_OK);
	/* Not outside of it. */
	CHECK_INT(exec(call, "insert into test_sql (id) values (2)"),
	    RT_SQL_FAILED);
	return true;
}

static void
call_bad(struct rt_call *call)
{
	CHECK_INT(rt_tx(call, RT_READ_COMMITTED, tx_ignores_error, NULL),
	    RT_TX_FAILED);
	CHECK_STR(call->failure, "database: the commit rolled back");
	CHECK_INT(rt_tx(call, RT_READ_COMMITTED, tx_ends_itself, NULL),
	    RT_TX_FAILED);
}

TEST(a_commit_of_a_failed_transaction_is_none)
{
	open_pool(2);
	make_table();
	run(call_bad);
	CHECK_INT(ask("select count(*) from test_sql"), 0);
	close_all();
}

static bool
tx_slow(struct rt_call *call, void *arg)
{
	(void)arg;
	CHECK_INT(exec(call, "insert into test_sql (id) values (1)"),
	    RT_SQL_OK);
	CHECK_INT(exec(call, "select pg_sleep(0.3)"), RT_SQL_FAILED);
	CHECK_INT(exec(call, "insert into test_sql (id) values (2)"),
	    RT_SQL_FAILED);
	return false;
}

static void
call_slow_tx(struct rt_call *call)
{
	CHECK_INT(rt_tx(call, RT_READ_COMMITTED, tx_slow, NULL), RT_TX_FAILED);
}

TEST(a_client_that_leaves_in_a_transaction_rolls_it_back)
{
	struct rt_call *call;

	open_pool(1);
	make_table();
	call = test_call_start(&server, call_slow_tx);
	test_loop_turn(150);
	CHECK(!test_call_ended(call));
	test_call_cancel(call);
	test_call_close(call);
	run(call_new_statement); /* once the sleep and the rollback are through */
	CHECK_INT(n_right, 1);
	CHECK_INT(ask("select count(*) from test_sql"), 0);
	CHECK_INT(idle_in_transaction(), 0);
	close_all();
}

static bool
tx_hold(struct rt_call *call, void *arg)
{
	(void)arg;
	return get(call, "select 1 from pg_sleep(0.1)") == 1;
}

static void
call_hold(struct rt_call *call)
{
	n_failed +=
	    rt_tx(call, RT_READ_COMMITTED, tx_hold, NULL) == RT_TX_FAILED;
}

/* Queries of others wait or use other connections, never the transaction's. */
TEST(a_transaction_is_alone_on_its_connection)
{
	struct rt_call *calls[8];

	open_pool(2);
	calls[0] = test_call_start(&server, call_hold);
	CHECK(conn(0)->tx != NULL);
	for (int i = 1; i < 8; i++)
		calls[i] = test_call_start(&server, call_sleep);
	CHECK_INT(conn(0)->n, 1);
	CHECK_INT(conn(1)->n, 7);
	test_call_cancel(calls[0]);
	test_loop_run();
	CHECK_INT(n_right, 7);
	for (int i = 0; i < 8; i++)
		test_call_close(calls[i]);
	rt_db_pool_close(server.db);
}

static bool
tx_killed(struct rt_call *call, void *arg)
{
	(void)arg;
	CHECK_INT(exec(call, "insert into test_sql (id) values (1)"),
	    RT_SQL_OK);
	CHECK_INT(exec(call, "select pg_terminate_backend(pg_backend_pid())"),
	    RT_SQL_FAILED);
	CHECK_INT(exec(call, "insert into test_sql (id) values (2)"),
	    RT_SQL_FAILED);
	return true;
}

static void
call_killed_tx(struct rt_call *call)
{
	CHECK_INT(rt_tx(call, RT_READ_COMMITTED, tx_killed, NULL),
	    RT_TX_FAILED);
	CHECK(call->unavailable);
}

TEST(a_transaction_that_is_lost_stays_lost)
{
	open_pool(2);
	make_table();
	run(call_killed_tx);
	CHECK_INT(ask("select count(*) from test_sql"), 0);
	close_all();
}

/* --- Streams --- */

static int n_rows, stop_at;

static bool
on_row(struct rt_call *call, const struct rt_sql_rows *row, void *arg)
{
	CHECK_INT(row->n, 1);
	CHECK_INT(get_int(row, 0, 0), ++n_rows);
	CHECK(rt_sql_column(row, 1, 0).p == NULL);
	/* The call's other queries are not the stream's. */
	if (arg != NULL && n_rows % 100 == 0)
		CHECK_INT(get(call, "select 5"), 5);
	return n_rows != stop_at;
}

static enum rt_sql
stream(struct rt_call *call, const char *sql, void *arg)
{
	static const uint32_t types[] = {0, TEXT};
	struct rt_sql_query query = {"numbers", sql, types, 2, 2, true};
	struct rt_sql_args args = no_args(call);

	put_int(&args, 5000);
	put(&args, RT_LIT("x"));
	return rt_sql_stream(&args, &query, on_row, arg);
}

static const char numbers[] =
    "select n, repeat($2, 100) from generate_series(1, $1::int) n "
    "-- to the end";

static void
call_stream(struct rt_call *call)
{
	CHECK_INT(stream(call, numbers, call), RT_SQL_OK);
	CHECK_INT(n_rows, 5000);
	n_rows = 0;
	stop_at = 77;
	CHECK_INT(stream(call, numbers, call), RT_SQL_OK);
	CHECK_INT(n_rows, 77);
	CHECK(call->failure.p == NULL);
}

TEST(a_stream_is_read_row_by_row)
{
	open_pool(1);
	run(call_stream);
	CHECK_INT(conn(0)->n, 0);
	CHECK_INT(idle_in_transaction(), 0);
	close_all();
}

static void
call_bad_stream(struct rt_call *call)
{
	CHECK_INT(stream(call,
		      "select n / (n - 50), $2::text from "
		      "generate_series(50, $1::int) n",
		      NULL),
	    RT_SQL_FAILED);
	CHECK(rt_str_ends(call->failure, "(22012)"));
	CHECK_INT(stream(call,
		      "select nextval('test_sql_seq')::int, $2::text "
		      "from generate_series(1, $1::int)",
		      NULL),
	    RT_SQL_FAILED);
	CHECK(rt_str_ends(call->failure, "(25006)")); /* read-only */
	CHECK_INT(stream(call, "select $1::int, $2::text, 3", NULL),
	    RT_SQL_FAILED);
}

TEST(a_stream_that_fails)
{
	open_pool(1);
	ask("create sequence if not exists test_sql_seq");
	run(call_bad_stream);
	CHECK_INT(idle_in_transaction(), 0);
	close_all();
}

static bool
tx_stream(struct rt_call *call, void *arg)
{
	CHECK_INT(exec(call, "insert into test_sql (id) values (1), (2)"),
	    RT_SQL_OK);
	CHECK_INT(stream(call,
		      "select id, $2::text from test_sql "
		      "where id < $1::int order by id",
		      arg),
	    RT_SQL_OK);
	CHECK_INT(n_rows, 2);
	n_rows = 0;
	CHECK_INT(stream(call, numbers, arg), RT_SQL_OK);
	CHECK_INT(n_rows, 5000);
	return true;
}

static void
call_tx_stream(struct rt_call *call)
{
	CHECK_INT(rt_tx(call, RT_READ_COMMITTED, tx_stream, call),
	    RT_TX_COMMITTED);
}

TEST(a_stream_in_a_transaction_sees_it)
{
	open_pool(1);
	make_table();
	run(call_tx_stream);
	CHECK_INT(ask("select count(*) from test_sql"), 2);
	close_all();
}

static bool
on_row_wait(struct rt_call *call, const struct rt_sql_rows *row, void *arg)
{
	(void)row, (void)arg;
	n_rows++;
	return get(call, "select 1 from pg_sleep(0.2)") == 1;
}

static void
call_slow_stream(struct rt_call *call)
{
	static const uint32_t types[] = {0, TEXT};
	struct rt_sql_query query = {"numbers", numbers, types, 2, 2, true};
	struct rt_sql_args args = no_args(call);

	put_int(&args, 5000);
	put(&args, RT_LIT("x"));
	if (rt_sql_stream(&args, &query, on_row_wait, NULL) == RT_SQL_OK)
		n_right++;
}

/* More streams than there are connections for wait for each other; those whose
 * client leaves give theirs back. */
TEST(streams_wait_for_a_connection)
{
	struct rt_call *calls[3];

	settings.stream_connections = 2;
	open_pool(1);
	for (int i = 0; i < 3; i++)
		calls[i] = test_call_start(&server, call_slow_stream);
	test_loop_turn(100);
	CHECK_INT(n_rows, 2);
	test_call_cancel(calls[0]);
	test_call_close(calls[0]);
	test_loop_turn(100);
	CHECK(n_rows >= 3);
	test_call_cancel(calls[1]);
	test_call_close(calls[1]);
	test_call_cancel(calls[2]);
	test_call_close(calls[2]);
	test_loop_turn(300);
	CHECK_INT(n_right, 0);
	CHECK_INT(idle_in_transaction(), 0);
	rt_db_pool_close(server.db);
}

/* --- Replicas and poolers --- */

/* The same database by another name; the last of two application_name holds. */
static const char *
replica_url(void)
{
	static char url[1024];

	snprintf(url, sizeof(url), "%s&application_name=replica",
	    getenv("TEST_DATABASE_URL"));
	return url;
}

static bool
is_replica(struct rt_call *call)
{
	struct rt_sql_rows rows;

	CHECK_INT(query_as(call, true,
		      "select current_setting('application_name')", 1, NULL,
		      &rows),
	    RT_SQL_OK);
	return rt_str_is(rt_sql_column(&rows, 0, 0), "replica");
}

static bool
tx_reads(struct rt_call *call, void *arg)
{
	(void)arg;
	CHECK(!is_replica(call));
	return true;
}

static void
call_replica(struct rt_call *call)
{
	CHECK(is_replica(call));
	CHECK(is_replica(call));
	CHECK_INT(exec(call, "set enable_sort = on"), RT_SQL_OK);
	CHECK(!is_replica(call)); /* what it has written may not be there yet */
}

static void
call_replica_tx(struct rt_call *call)
{
	CHECK(is_replica(call));
	CHECK_INT(rt_tx(call, RT_READ_COMMITTED, tx_reads, NULL),
	    RT_TX_COMMITTED);
}

TEST(queries_that_read_go_to_the_replica)
{
	settings.replica_url = replica_url();
	open_pool(1);
	run(call_replica);
	test_call_close(last_call);
	run(call_replica_tx);
	close_all();
}

static void
call_replica_dies(struct rt_call *call)
{
	/* On the replica it ends the session; on the primary it does not. */
	CHECK_INT(get(call,
		      "select case current_setting('application_name') "
		      "when 'replica' then pg_terminate_backend("
		      "pg_backend_pid())::int else 3 end"),
	    3);
	CHECK(call->failure.p == NULL);
	CHECK(!is_replica(call));
}

TEST(a_replica_that_goes_is_no_failure)
{
	settings.replica_url = replica_url();
	open_pool(1);
	run(call_replica_dies);
	test_call_close(last_call);
	wait_for_pool();
	run(call_replica); /* it is back */
	close_all();
}

static void
call_no_replica(struct rt_call *call)
{
	CHECK(!is_replica(call));
	CHECK(rt_sql_up(call));
}

TEST(without_its_replica_the_primary_does_it)
{
	settings.replica_url = "host=/nonexistent";
	open_pool(1);
	run(call_no_replica);
	close_all();
}

static bool
tx_stateless(struct rt_call *call, void *arg)
{
	tx_level(call, "serializable");
	CHECK_INT(timeout_ms(call), 5000);
	CHECK_INT(exec(call, "set local timezone = 'Asia/Tokyo'"), RT_SQL_OK);
	(void)arg;
	return true;
}

static void
call_stateless(struct rt_call *call)
{
	int32_t n = 4;
	struct rt_sql_rows rows;

	for (int i = 0; i < 3; i++) {
		CHECK_INT(query_as(call, true, "select $1 * 2", 1, &n, &rows),
		    RT_SQL_OK);
		CHECK_INT(get_int(&rows, 0, 0), 8);
	}
	CHECK_INT(get(call, "select count(*)::int from pg_prepared_statements"),
	    0);
	CHECK_INT(timeout_ms(call), 5000);
	CHECK_INT(exec(call, "set timezone = 'Asia/Tokyo'"), RT_SQL_OK);
	CHECK_INT(get(call, "select extract(timezone from now())::int"), 0);
	CHECK_INT(rt_tx(call, RT_SERIALIZABLE, tx_stateless, NULL),
	    RT_TX_COMMITTED);
}

/* As a pooler would have it: nothing is left in the session. */
TEST(nothing_is_prepared_where_sessions_are_shared)
{
	settings.stateless = true;
	open_pool(1);
	run(call_stateless);
	test_call_close(last_call);
	run(call_stream);
	close_all();
}

/* --- A server that goes and comes --- */

static int n_lost;

static void
call_number_or_lost(struct rt_call *call)
{
	int32_t me = n_started++;
	struct rt_sql_rows rows;

	if (query_as(call, true, "select $1 from pg_sleep(0.002)", 1, &me,
		&rows) == RT_SQL_OK) {
		CHECK_INT(get_int(&rows, 0, 0), me);
		n_right++;
	} else {
		CHECK(call->unavailable);
		n_lost++;
	}
}

TEST(sessions_that_are_ended_fail_what_is_in_flight)
{
	struct rt_call *calls[100];
	int64_t began;

	open_pool(2);
	for (int i = 0; i < 100; i++)
		calls[i] = test_call_start(&server, call_number_or_lost);
	test_loop_turn(20);
	ask("select pg_terminate_backend(pid) from pg_stat_activity "
	    "where application_name = 'kontract' and "
	    "datname = current_database()");
	began = rt_clock_us();
	test_loop_run();
	wait_for_pool();
	CHECK(rt_clock_us() - began < 1000000);
	CHECK(n_lost > 0);
	CHECK(n_lost <= 2 * RT_DB_DEPTH); /* those in the queue are served */
	CHECK_INT(n_right + n_lost, 100);
	for (int i = 0; i < 100; i++)
		test_call_close(calls[i]);
	run_many(100, call_number_or_lost);
	CHECK_INT(n_right + n_lost, 200);
	CHECK(n_lost <= 2 * RT_DB_DEPTH);
	rt_db_pool_close(server.db);
}
