#include <postgresql/libpq-fe.h>

#include "runtime/server.h"
#include "tests/unit/loop_poll.h"
#include "tests/unit/test.h"

#include "runtime/db.h"

static struct rt_server server;
static struct rt_call *last_call;

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

/* Opens a pool, or ends the test loudly where there is no database. */
static void
open_pool(unsigned connections, unsigned queue_max, unsigned timeout_ms)
{
	struct rt_db_settings s = {
	    .url = getenv("TEST_DATABASE_URL"),
	    .connections = connections,
	    .queue_max = queue_max,
	    .statement_timeout_ms = timeout_ms,
	};

	if (s.url == NULL) {
		printf("SKIP %s: TEST_DATABASE_URL is not set\n", test_now);
		exit(0);
	}
	lock_database(s.url);
	server.db = rt_db_pool_open(&s);
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

/* What the database itself says, past the code under test. */
static int64_t
ask(const char *sql)
{
	PGconn *pg = PQconnectdb(getenv("TEST_DATABASE_URL"));
	PGresult *r = PQexec(pg, sql);
	int64_t n = PQntuples(r) > 0 ? atoll(PQgetvalue(r, 0, 0)) : -1;

	if (PQresultStatus(r) != PGRES_TUPLES_OK &&
	    PQresultStatus(r) != PGRES_COMMAND_OK)
		fprintf(stderr, "%s\n", PQerrorMessage(pg));
	PQclear(r);
	PQfinish(pg);
	return n;
}

static void
make_table(void)
{
	ask("drop table if exists test_db cascade");
	ask("create table test_db (id int primary key, name text "
	    "constraint test_db_name check (length(name) < 10), "
	    "parent int references test_db)");
}

/* --- Statements and values --- */

static void
call_values(struct rt_call *call)
{
	struct rt_uuid uuid = {{0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef,
	    0xfe, 0xdc, 0xba, 0x98, 0x76, 0x54, 0x32, 0x10}};
	struct rt_date date = {2026, 11, 21};
	struct rt_time time = {1795246893123456};
	struct rt_rows r;

	CHECK_INT(rt_db_run(call, &r,
		      "select $1::bool, $2::bigint, $3::float8, $4::text, "
		      "$5::uuid, $6::date, $7::timestamptz, $8::text, "
		      "$9::timestamptz::timestamp, 'infinity'::timestamptz",
		      rt_value_bool(true), rt_value_int(call, INT64_MIN),
		      rt_value_double(call, 0.1),
		      rt_value_str(call, RT_LIT("it's \\ \"fine\"")),
		      rt_value_uuid(call, uuid), rt_value_date(call, date),
		      rt_value_time(call, time), rt_value_null(),
		      rt_value_time(call, time)),
	    RT_DB_OK);
	CHECK_INT(r.n, 1);
	CHECK(rt_row_bool(&r, 0, 0));
	CHECK(rt_row_int(&r, 0, 1) == INT64_MIN);
	CHECK(rt_row_double(&r, 0, 2) == 0.1);
	CHECK_STR(rt_row_str(&r, 0, 3), "it's \\ \"fine\"");
	CHECK(memcmp(rt_row_uuid(&r, 0, 4).b, uuid.b, 16) == 0);
	CHECK_INT(rt_row_date(&r, 0, 5).year, 2026);
	CHECK_INT(rt_row_date(&r, 0, 5).day, 21);
	CHECK(rt_row_time(&r, 0, 6).us == time.us);
	CHECK(rt_row_null(&r, 0, 7));
	CHECK(rt_row_str(&r, 0, 7).p == NULL);
	CHECK(rt_row_time(&r, 0, 8).us == time.us);
	CHECK(rt_row_time(&r, 0, 9).us == 0); /* has no rt_time */
	CHECK(!rt_row_null(&r, 0, 6));
	CHECK(rt_row_null(&r, 1, 0)); /* no such row */
	CHECK(rt_row_null(&r, 0, 10)); /* no such column */
}

TEST(values_go_there_and_back)
{
	open_pool(1, 10, 5000);
	run(call_values);
	close_all();
}

static void
call_arrays(struct rt_call *call)
{
	static const struct rt_str items[] = {
	    {"plain", 5},
	    {"", 0},
	    {"a,b", 3},
	    {"{\"\\}", 4},
	    {"NULL", 4},
	    {NULL, 0},
	};
	struct rt_strs list = {items, RT_LEN(items)}, got;
	struct rt_rows r;

	CHECK_INT(rt_db_run(call, &r,
		      "select $1::text[], '{}'::text[], $2::int",
		      rt_value_strs(call, list), rt_value_null()),
	    RT_DB_OK);
	got = rt_row_strs(call, &r, 0, 0);
	CHECK_INT(got.n, list.n);
	for (size_t i = 0; i + 1 < got.n; i++)
		CHECK(rt_str_eq(got.v[i], items[i]));
	CHECK(got.v[5].p == NULL);
	CHECK_INT(rt_row_strs(call, &r, 0, 1).n, 0);
	CHECK_INT(rt_row_strs(call, &r, 0, 2).n, 0);
}

TEST(arrays_of_text)
{
	open_pool(1, 10, 5000);
	run(call_arrays);
	close_all();
}

static void
call_json(struct rt_call *call)
{
	struct rt_json_error err;
	const struct rt_node *in = rt_json_parse(call->arena,
	    RT_LIT("{\"a\":[1,\"\\u00e9\\n\",null]}"), &rt_json_default_limits,
	    &err);
	const struct rt_node *out;
	struct rt_rows r;

	CHECK_INT(rt_db_run(call, &r, "select $1::jsonb, null::jsonb",
		      rt_value_json(call, in)),
	    RT_DB_OK);
	out = rt_row_json(call, &r, 0, 0);
	CHECK(out != NULL);
	CHECK(rt_node_eq(in, out));
	CHECK(rt_row_json(call, &r, 0, 1) == NULL);
}

TEST(json_values)
{
	open_pool(1, 10, 5000);
	run(call_json);
	close_all();
}

static void
call_nul(struct rt_call *call)
{
	CHECK_INT(rt_db_run(call, NULL, "select $1::text",
		      rt_value_str(call, RT_LIT("a\0b"))),
	    RT_DB_FAILED);
	CHECK(!call->unavailable);
	CHECK_STR(call->failure, "database: a text holds a NUL byte");
}

TEST(a_text_with_nul_fails)
{
	open_pool(1, 10, 5000);
	run(call_nul);
	close_all();
}

static void
call_results(struct rt_call *call)
{
	struct rt_rows r;

	CHECK_INT(rt_db_run0(call, &r,
		      "insert into test_db values (1, 'one'), (2, 'two')"),
	    RT_DB_OK);
	CHECK_INT(r.affected, 2);
	CHECK_INT(rt_db_run0(call, &r, "insert into test_db values (1, 'x')"),
	    RT_DB_UNIQUE);
	CHECK_STR(r.constraint, "test_db_pkey");
	CHECK_INT(
	    rt_db_run0(call, &r, "insert into test_db values (3, 'x', 99)"),
	    RT_DB_FOREIGN);
	CHECK_STR(r.constraint, "test_db_parent_fkey");
	CHECK_INT(rt_db_run0(call, &r,
		      "insert into test_db values (3, 'much too long')"),
	    RT_DB_CHECK);
	CHECK_STR(r.constraint, "test_db_name");
	CHECK(call->failure.p == NULL);
	CHECK_INT(rt_db_run0(call, &r, "select 1 where false"), RT_DB_OK);
	CHECK_INT(r.n, 0);
	CHECK_INT(rt_db_run0(call, &r, "selec"), RT_DB_FAILED);
	CHECK(!call->unavailable);
	CHECK(rt_str_ends(call->failure, "(42601)"));
	/* The connection is fit for use after all that. */
	CHECK_INT(rt_db_run0(call, &r, "select 7"), RT_DB_OK);
	CHECK_INT(rt_row_int(&r, 0, 0), 7);
}

TEST(constraints_are_results_and_the_rest_fails)
{
	open_pool(1, 10, 5000);
	make_table();
	run(call_results);
	close_all();
}

static void
call_twice(struct rt_call *call)
{
	struct rt_rows r;

	for (int i = 0; i < 3; i++) {
		CHECK_INT(rt_db_run(call, &r, "select $1::int + 1",
			      rt_value_int(call, i)),
		    RT_DB_OK);
		CHECK_INT(rt_row_int(&r, 0, 0), i + 1);
	}
	CHECK_INT(rt_db_run0(call, &r,
		      "select count(*) from pg_prepared_statements "
		      "where statement = 'select $1::int + 1'"),
	    RT_DB_OK);
	CHECK_INT(rt_row_int(&r, 0, 0), 1);
}

TEST(statements_are_prepared_once)
{
	open_pool(1, 10, 5000);
	run(call_twice);
	close_all();
}

static void
call_600(struct rt_call *call)
{
	struct rt_rows r;

	for (int i = 0; i < 600; i++) {
		const char *sql = rt_printf(call, "select %d", i).p;

		CHECK_INT(rt_db_run0(call, &r, sql), RT_DB_OK);
		CHECK_INT(rt_row_int(&r, 0, 0), i);
	}
	CHECK_INT(
	    rt_db_run0(call, &r, "select count(*) from pg_prepared_statements"),
	    RT_DB_OK);
	CHECK_INT(rt_row_int(&r, 0, 0), 512);
}

TEST(no_more_prepared_statements_than_the_maximum)
{
	open_pool(1, 10, 5000);
	run(call_600);
	close_all();
}

static void
call_star(struct rt_call *call)
{
	struct rt_rows r;

	if (rt_db_run0(call, &r, "select * from test_db") == RT_DB_OK)
		CHECK_INT(PQnfields(r.result), 4);
}

static void
call_star_before(struct rt_call *call)
{
	CHECK_INT(rt_db_run0(call, NULL, "select * from test_db"), RT_DB_OK);
	CHECK_INT(
	    rt_db_run0(call, NULL, "alter table test_db add column more int"),
	    RT_DB_OK);
	CHECK_INT(rt_db_run0(call, NULL, "select * from test_db"),
	    RT_DB_FAILED);
}

TEST(a_plan_that_no_longer_fits_is_made_anew)
{
	open_pool(1, 10, 5000);
	make_table();
	run(call_star_before);
	test_call_close(last_call);
	run(call_star);
	CHECK(last_call->failure.p == NULL);
	close_all();
}

static void
call_big(struct rt_call *call)
{
	size_t n = 3000000;
	char *text = rt_arena_bytes(call->arena, n);
	struct rt_rows r;

	memset(text, 'x', n);
	CHECK_INT(rt_db_run(call, &r, "select $1::text, repeat('y', 3000000)",
		      rt_value_str(call, (struct rt_str){text, n})),
	    RT_DB_OK);
	CHECK_INT(rt_row_str(&r, 0, 0).n, n);
	CHECK_INT(rt_row_str(&r, 0, 1).n, n);
}

TEST(more_bytes_than_a_socket_takes)
{
	open_pool(1, 10, 5000);
	run(call_big);
	close_all();
}

static void
call_copy(struct rt_call *call)
{
	CHECK_INT(rt_db_run0(call, NULL, "copy test_db to stdout"),
	    RT_DB_FAILED);
	CHECK_INT(rt_db_run0(call, NULL, "select 1"), RT_DB_OK);
}

TEST(copy_ends_the_connection_not_the_worker)
{
	open_pool(1, 10, 5000);
	make_table();
	run(call_copy);
	close_all();
}

/* --- The pool --- */

static int running, most, finished;

static void
call_sleep(struct rt_call *call)
{
	running++;
	most = running > most ? running : most;
	if (rt_db_run0(call, NULL, "select pg_sleep(0.05)") == RT_DB_OK)
		finished++;
	running--;
}

TEST(calls_wait_for_a_connection_in_turn)
{
	enum { N = 12 };
	struct rt_call *calls[N];
	int64_t began, took;

	open_pool(4, 100, 5000);
	test_loop_turn(100);
	began = rt_clock_us();
	for (int i = 0; i < N; i++)
		calls[i] = test_call_start(&server, call_sleep);
	test_loop_run();
	took = rt_clock_us() - began;
	CHECK_INT(finished, N);
	CHECK_INT(most, N); /* all at once, none blocked the others */
	CHECK(took > 140000 && took < 2000000); /* three rounds of 50 ms */
	for (int i = 0; i < N; i++)
		test_call_close(calls[i]);
	rt_db_pool_close(server.db);
}

TEST(a_full_queue_refuses)
{
	enum { DEPTH = 32, QUEUE = 2, N = DEPTH + QUEUE + 1 };
	struct rt_call *calls[N];

	open_pool(1, QUEUE, 5000);
	test_loop_turn(100);
	for (int i = 0; i < N; i++)
		calls[i] = test_call_start(&server, call_sleep);
	CHECK(!test_call_ended(calls[N - 2]));
	CHECK(test_call_ended(calls[N - 1]));
	CHECK(calls[N - 1]->unavailable);
	test_loop_run();
	CHECK_INT(finished, N - 1);
	for (int i = 0; i < N; i++)
		test_call_close(calls[i]);
	rt_db_pool_close(server.db);
}

TEST(a_cancelled_call_leaves_the_queue_and_the_connection)
{
	struct rt_call *calls[3];

	open_pool(1, 10, 5000);
	test_loop_turn(100);
	for (int i = 0; i < 3; i++)
		calls[i] = test_call_start(&server, call_sleep);
	test_call_cancel(calls[0]); /* its query is in flight */
	test_call_close(calls[0]);
	test_call_cancel(calls[1]); /* waits */
	test_call_close(calls[1]);
	CHECK_INT(running, 1);
	test_loop_run();
	CHECK_INT(finished, 1);
	last_call = calls[2];
	CHECK(last_call->failure.p == NULL);
	close_all();
}

static void
call_deadline(struct rt_call *call)
{
	call->deadline_us = rt_clock_us() + 50000;
	CHECK_INT(rt_db_run0(call, NULL, "select pg_sleep(3)"), RT_DB_FAILED);
	CHECK(call->unavailable);
}

TEST(a_deadline_ends_the_wait)
{
	int64_t began;

	open_pool(1, 10, 5000);
	test_loop_turn(100);
	began = rt_clock_us();
	run(call_deadline);
	CHECK(rt_clock_us() - began < 1000000);
	close_all();
}

static void
call_too_long(struct rt_call *call)
{
	CHECK_INT(rt_db_run0(call, NULL, "select pg_sleep(3)"), RT_DB_FAILED);
	CHECK(call->unavailable);
	CHECK(rt_str_ends(call->failure, "(57014)"));
}

TEST(the_server_ends_long_statements)
{
	open_pool(1, 10, 200);
	run(call_too_long);
	close_all();
}

static void
call_killed(struct rt_call *call)
{
	struct rt_rows r;
	const char *sql = "select pg_terminate_backend(pg_backend_pid())";

	CHECK_INT(rt_db_run0(call, &r, sql), RT_DB_FAILED);
	CHECK(call->unavailable);
	call->failure = (struct rt_str){0};
	/* Waits until the pool has connected again. */
	CHECK_INT(rt_db_run0(call, &r, "select 5"), RT_DB_OK);
	CHECK_INT(rt_row_int(&r, 0, 0), 5);
}

TEST(a_lost_connection_comes_back)
{
	open_pool(1, 10, 5000);
	run(call_killed);
	CHECK(rt_db_up(last_call));
	close_all();
}

static void
call_simple(struct rt_call *call)
{
	finished += rt_db_run0(call, NULL, "select 1") == RT_DB_OK;
}

TEST(an_idle_connection_that_the_server_ends_is_replaced)
{
	open_pool(2, 10, 5000);
	test_loop_turn(100);
	ask("select pg_terminate_backend(pid) from pg_stat_activity "
	    "where application_name = 'kontract' and "
	    "datname = current_database()");
	test_loop_turn(300);
	run(call_simple);
	CHECK_INT(finished, 1);
	CHECK(last_call->failure.p == NULL);
	close_all();
}

TEST(without_a_database_calls_fail_at_once)
{
	struct rt_db_settings s = {
	    .url = "host=/nonexistent dbname=none",
	    .connections = 2,
	    .queue_max = 10,
	    .statement_timeout_ms = 1000,
	};
	char why[256];

	server.db = rt_db_pool_open(&s);
	run(call_simple);
	CHECK_INT(finished, 0);
	CHECK(last_call->unavailable);
	CHECK(!rt_db_up(last_call));
	CHECK(!rt_db_probe(s.url, why, sizeof(why)));
	CHECK(strstr(why, "/nonexistent") != NULL);
	CHECK(!rt_db_probe("password=hidden word", why, sizeof(why)));
	CHECK(strstr(why, "hidden") == NULL);
	test_loop_turn(700); /* the back-off runs its course */
	close_all();
}

/* --- Transactions --- */

static void
call_commit(struct rt_call *call)
{
	struct rt_rows r;

	CHECK(rt_db_begin(call));
	CHECK_INT(rt_db_run0(call, NULL, "insert into test_db values (1)"),
	    RT_DB_OK);
	CHECK_INT(ask("select count(*) from test_db"), 0);
	CHECK_INT(rt_db_run0(call, &r, "select count(*) from test_db"),
	    RT_DB_OK);
	CHECK_INT(rt_row_int(&r, 0, 0), 1);
	CHECK(rt_db_commit(call));
	CHECK_INT(ask("select count(*) from test_db"), 1);
	CHECK(!rt_db_commit(call)); /* there is none any more */
}

TEST(a_transaction_commits)
{
	open_pool(3, 10, 5000);
	make_table();
	run(call_commit);
	close_all();
}

static void
call_no_commit(struct rt_call *call)
{
	CHECK(rt_db_begin(call));
	CHECK(!rt_db_begin(call)); /* one in another */
	CHECK_INT(rt_db_run0(call, NULL, "insert into test_db values (1)"),
	    RT_DB_OK);
}

TEST(a_call_without_commit_is_rolled_back)
{
	open_pool(1, 10, 5000);
	make_table();
	run(call_no_commit);
	test_call_close(last_call);
	run(call_simple); /* on the same connection */
	CHECK_INT(finished, 1);
	CHECK_INT(ask("select count(*) from test_db"), 0);
	CHECK_INT(ask("select count(*) from pg_stat_activity where "
		      "datname = current_database() and "
		      "state like 'idle in transaction%'"),
	    0);
	close_all();
}

static void
call_failed_commit(struct rt_call *call)
{
	CHECK(rt_db_begin(call));
	CHECK_INT(rt_db_run0(call, NULL, "insert into test_db values (1)"),
	    RT_DB_OK);
	CHECK_INT(rt_db_run0(call, NULL, "insert into test_db values (1)"),
	    RT_DB_UNIQUE);
	CHECK(!rt_db_commit(call));
	CHECK_STR(call->failure, "database: the commit rolled back");
}

TEST(a_commit_that_rolls_back_is_none)
{
	open_pool(1, 10, 5000);
	make_table();
	run(call_failed_commit);
	CHECK_INT(ask("select count(*) from test_db"), 0);
	close_all();
}

static void
call_slow_insert(struct rt_call *call)
{
	CHECK(rt_db_begin(call));
	CHECK_INT(rt_db_run0(call, NULL, "insert into test_db values (1)"),
	    RT_DB_OK);
	CHECK_INT(rt_db_run0(call, NULL, "select pg_sleep(0.3)"), RT_DB_FAILED);
	CHECK(!rt_db_commit(call));
}

TEST(a_cancelled_transaction_is_rolled_back)
{
	struct rt_call *call;

	open_pool(1, 10, 5000);
	make_table();
	call = test_call_start(&server, call_slow_insert);
	test_loop_turn(150);
	CHECK(!test_call_ended(call));
	test_call_cancel(call);
	test_call_close(call);
	run(call_simple); /* once the sleep and the rollback are through */
	CHECK_INT(finished, 1);
	CHECK_INT(ask("select count(*) from test_db"), 0);
	close_all();
}

static void
call_lost_tx(struct rt_call *call)
{
	const char *sql = "select pg_terminate_backend(pg_backend_pid())";

	CHECK(rt_db_begin(call));
	CHECK_INT(rt_db_run0(call, NULL, "insert into test_db values (1)"),
	    RT_DB_OK);
	CHECK_INT(rt_db_run0(call, NULL, sql), RT_DB_FAILED);
	/* The rest must not run outside of the transaction. */
	CHECK_INT(rt_db_run0(call, NULL, "insert into test_db values (2)"),
	    RT_DB_FAILED);
	CHECK(!rt_db_commit(call));
}

TEST(a_lost_transaction_stays_lost)
{
	open_pool(2, 10, 5000);
	make_table();
	run(call_lost_tx);
	CHECK_INT(ask("select count(*) from test_db"), 0);
	close_all();
}

static void
call_own_begin(struct rt_call *call)
{
	CHECK_INT(rt_db_run0(call, NULL, "begin"), RT_DB_FAILED);
}

TEST(a_begin_by_hand_does_not_outlive_its_statement)
{
	open_pool(1, 10, 5000);
	run(call_own_begin);
	test_call_close(last_call);
	run(call_simple);
	CHECK_INT(ask("select count(*) from pg_stat_activity where "
		      "datname = current_database() and "
		      "state like 'idle in transaction%'"),
	    0);
	close_all();
}

static void
call_transfer(struct rt_call *call)
{
	for (int i = 0; i < 5; i++) {
		CHECK(rt_db_begin(call));
		CHECK_INT(rt_db_run0(call, NULL,
			      "insert into test_db select "
			      "coalesce(max(id), 0) + 1 from test_db"),
		    RT_DB_OK);
		CHECK(rt_db_commit(call));
	}
}

/* One connection: the transactions follow each other, none is mixed up. */
TEST(transactions_wait_for_each_other)
{
	enum { N = 10 };
	struct rt_call *calls[N];

	open_pool(1, 100, 5000);
	make_table();
	for (int i = 0; i < N; i++)
		calls[i] = test_call_start(&server, call_transfer);
	test_loop_run();
	CHECK_INT(ask("select count(*) from test_db"), N * 5);
	for (int i = 0; i < N; i++)
		test_call_close(calls[i]);
	rt_db_pool_close(server.db);
}
