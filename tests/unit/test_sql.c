#include "tests/unit/pool_fixture.h"

static int n_failed, n_started;

/* --- Values and results --- */

static void
call_values(struct rt_call *call)
{
	static const uint32_t types[] = {RT_OID_INT4, RT_OID_TEXT, RT_OID_TEXT,
	    RT_OID_TEXT, 0};
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
	static const uint32_t types[] = {RT_OID_TEXT};
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
	/* Of whose rows none is read. */
	CHECK_INT(
	    exec(call, "insert into test_sql (id) values (8) returning id"),
	    RT_SQL_OK);
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

TEST(the_least_loaded_connection_is_next)
{
	struct rt_call *calls[10];

	open_pool(2);
	for (int i = 0; i < 10; i++)
		calls[i] = test_call_start(&server, call_sleep);
	/* A moment without the processor counts as a query or two. */
	CHECK(conn(0)->n > 2);
	CHECK(conn(1)->n > 2);
	CHECK_INT(conn(0)->n + conn(1)->n, 10);
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
	static const uint32_t types[] = {RT_OID_TEXT};
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
