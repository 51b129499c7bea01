#include "tests/unit/pool_fixture.h"

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
	static const uint32_t types[] = {0, RT_OID_TEXT};
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

TEST(a_stream_where_sessions_are_shared)
{
	settings.stateless = true;
	open_pool(1);
	run(call_stream);
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
	static const uint32_t types[] = {0, RT_OID_TEXT};
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
