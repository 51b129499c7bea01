#include "tests/unit/pool_fixture.h"

/* --- Prepared statements --- */

static void
call_again(struct rt_call *call)
{
	struct rt_sql_rows rows;

	for (int32_t i = 0; i < 3; i++) {
		CHECK_INT(query_as(call, true, "select $1 + 1", 1, &i, &rows),
		    RT_SQL_OK);
		CHECK_INT(get_int(&rows, 0, 0), i + 1);
	}
	CHECK_INT(get(call,
		      "select count(*)::int from pg_prepared_statements "
		      "where statement = 'select $1 + 1'"),
	    1);
}

TEST(statements_are_prepared_once)
{
	open_pool(1);
	run(call_again);
	close_all();
}

static void
call_600(struct rt_call *call)
{
	for (int i = 0; i < 600; i++)
		CHECK_INT(get(call, rt_printf(call, "select %d", i).p), i);
	CHECK_INT(get(call, "select count(*)::int from pg_prepared_statements"),
	    RT_DB_STATEMENTS_MAX);
}

TEST(no_more_prepared_statements_than_the_maximum)
{
	open_pool(1);
	run(call_600);
	close_all();
}

static enum rt_sql
select_all(struct rt_call *call, unsigned columns)
{
	struct rt_sql_rows rows;

	return query_as(call, true, "select * from test_sql", columns, NULL,
	    &rows);
}

static void
call_all_before(struct rt_call *call)
{
	CHECK_INT(select_all(call, 4), RT_SQL_OK);
	CHECK_INT(exec(call, "alter table test_sql add column more int"),
	    RT_SQL_OK);
	CHECK_INT(select_all(call, 4), RT_SQL_FAILED);
	CHECK(rt_str_ends(call->failure, "(0A000)"));
}

static void
call_all_after(struct rt_call *call)
{
	CHECK_INT(select_all(call, 5), RT_SQL_OK);
}

TEST(a_plan_that_no_longer_fits_is_made_anew)
{
	open_pool(1);
	make_table();
	run(call_all_before);
	test_call_close(last_call);
	run(call_all_after);
	close_all();
}

/* --- What is sent and what comes --- */

static void
call_big(struct rt_call *call)
{
	static const uint32_t types[] = {RT_OID_TEXT};
	struct rt_sql_query query = {"big", "select $1, repeat('y', 3000000)",
	    types, 1, 2, true};
	struct rt_sql_args args = rt_sql_args(call, &query);
	size_t n = 3000000;
	char *text = rt_arena_bytes(call->arena, n);
	struct rt_sql_rows rows;

	memset(text, 'x', n);
	rt_sql_text(&args, (struct rt_str){text, n});
	CHECK_INT(rt_sql_run(&args, &query, &rows), RT_SQL_OK);
	CHECK_INT(rt_sql_column(&rows, 0, 0).n, n);
	CHECK_INT(rt_sql_column(&rows, 0, 1).n, n);
}

TEST(more_bytes_than_a_socket_takes)
{
	open_pool(1);
	run(call_big);
	close_all();
}

static void
call_copy(struct rt_call *call)
{
	CHECK_INT(exec(call, "copy test_sql to stdout"), RT_SQL_FAILED);
	CHECK(call->unavailable);
	CHECK_INT(get(call, "select 1"), 1);
}

TEST(copy_ends_the_connection_not_the_worker)
{
	open_pool(1);
	make_table();
	run(call_copy);
	close_all();
}

/* --- The queue --- */

static int n_started, n_ended, order[100];

static void
call_in_turn(struct rt_call *call)
{
	int me = n_started++;

	CHECK_INT(get(call, "select 1 from pg_sleep(0.001)"), 1);
	order[n_ended++] = me;
}

TEST(queries_are_run_in_the_order_of_their_calls)
{
	open_pool(1);
	run_many(100, call_in_turn);
	for (int i = 0; i < 100; i++)
		CHECK_INT(order[i], i);
	rt_db_pool_close(server.db);
}

static unsigned
n_queued(void)
{
	return server.db->sets[RT_DB_PRIMARY].n_queued;
}

TEST(a_full_queue_refuses)
{
	enum { QUEUE = 2, N = RT_DB_DEPTH + QUEUE + 1 };
	struct rt_call *calls[N];

	settings.queue_max = QUEUE;
	open_pool(1);
	for (int i = 0; i < N; i++)
		calls[i] = test_call_start(&server, call_sleep);
	CHECK_INT(n_queued(), QUEUE);
	CHECK(!test_call_ended(calls[N - 2]));
	CHECK(test_call_ended(calls[N - 1]));
	CHECK(calls[N - 1]->unavailable);
	test_loop_run();
	CHECK_INT(n_right, N - 1);
	for (int i = 0; i < N; i++)
		test_call_close(calls[i]);
	rt_db_pool_close(server.db);
}

/* The last of the queue goes, and the next is queued behind the others. */
TEST(a_cancelled_call_leaves_the_queue_and_the_connection)
{
	enum { N = RT_DB_DEPTH + 2 };
	struct rt_call *calls[N + 1];

	open_pool(1);
	for (int i = 0; i < N; i++)
		calls[i] = test_call_start(&server, call_sleep);
	CHECK_INT(n_queued(), 2);
	test_call_cancel(calls[0]); /* its query is in flight */
	test_call_close(calls[0]);
	test_call_cancel(calls[N - 1]); /* waits */
	test_call_close(calls[N - 1]);
	CHECK_INT(n_queued(), 1);
	calls[N] = test_call_start(&server, call_sleep);
	CHECK_INT(n_queued(), 2);
	test_loop_run();
	CHECK_INT(n_right, N - 1);
	for (int i = 1; i < N - 1; i++)
		test_call_close(calls[i]);
	test_call_close(calls[N]);
	rt_db_pool_close(server.db);
}

static void
call_hurried(struct rt_call *call)
{
	int64_t began = rt_clock_us();

	call->deadline_us = began + 50000;
	CHECK_INT(get(call, "select 1"), -1);
	CHECK(call->unavailable);
	CHECK(rt_clock_us() - began < 400000); /* the others take longer */
	CHECK_INT(n_queued(), 0);
}

TEST(a_deadline_ends_the_wait)
{
	struct rt_call *calls[RT_DB_DEPTH];

	open_pool(1);
	for (int i = 0; i < RT_DB_DEPTH; i++)
		calls[i] = test_call_start(&server, call_sleep);
	run(call_hurried);
	CHECK_INT(n_right, RT_DB_DEPTH);
	for (int i = 0; i < RT_DB_DEPTH; i++)
		test_call_close(calls[i]);
	close_all();
}

/* --- A server that says no, or nothing --- */

static void
call_too_long(struct rt_call *call)
{
	CHECK_INT(exec(call, "select pg_sleep(3)"), RT_SQL_FAILED);
	CHECK(call->unavailable);
	CHECK(rt_str_ends(call->failure, "(57014)"));
}

TEST(the_server_ends_long_statements)
{
	settings.statement_timeout_ms = 200;
	open_pool(1);
	run(call_too_long);
	close_all();
}

static void
call_killed(struct rt_call *call)
{
	CHECK_INT(exec(call, "select pg_terminate_backend(pg_backend_pid())"),
	    RT_SQL_FAILED);
	CHECK(call->unavailable);
	call->failure = (struct rt_str){NULL, 0};
	/* Waits until the pool has connected again. */
	CHECK_INT(get(call, "select 5"), 5);
	CHECK(call->failure.p == NULL);
}

TEST(a_lost_connection_comes_back)
{
	open_pool(1);
	run(call_killed);
	CHECK(rt_sql_up(last_call));
	close_all();
}

TEST(an_idle_connection_that_the_server_ends_is_replaced)
{
	open_pool(2);
	ask("select pg_terminate_backend(pid) from pg_stat_activity "
	    "where application_name = 'kontract' and "
	    "datname = current_database()");
	test_loop_turn(300);
	run(call_new_statement);
	CHECK_INT(n_right, 1);
	CHECK(last_call->failure.p == NULL);
	close_all();
}

TEST(a_password_is_not_told)
{
	static const char *const urls[] = {
	    "password=hidden word",
	    "postgresql://u:hidden@[/x",
	    "postgresql://u:pass@hidden@127.0.0.1:1/x",
	    "postgresql://u:hidden/word@127.0.0.1:1/x",
	    "postgresql://u@v:hidden@127.0.0.1:1/x",
	};
	char why[256];

	for (size_t i = 0; i < RT_LEN(urls); i++) {
		CHECK(rt_db_url_fault(urls[i]) != NULL);
		why[0] = '\0';
		CHECK(!rt_db_probe(urls[i], why, sizeof(why)));
		CHECK(why[0] != '\0' && strstr(why, "hidden") == NULL);
	}
	CHECK(rt_db_url_fault("") == NULL);
	CHECK(rt_db_url_fault("postgresql://u%40v:p%40%2F@h/x") == NULL);
	CHECK(rt_db_url_fault("host=h password=a@b") == NULL);
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
	run(call_new_statement);
	CHECK_INT(n_right, 0);
	CHECK(last_call->unavailable);
	CHECK(!rt_sql_up(last_call));
	CHECK(!rt_db_probe(s.url, why, sizeof(why)));
	CHECK(strstr(why, "/nonexistent") != NULL);
	test_loop_turn(700); /* the back-off runs its course */
	close_all();
}
