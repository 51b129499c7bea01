/* Queries that only read and are in flight together: they share a Sync. */
#include "tests/unit/pool_fixture.h"

enum { CALLS = 1 + 2 * RT_DB_BATCH };

static const char since_sql[] = "select extract(microseconds from now())::int";
static int32_t since[CALLS];
static int n_since, n_failed;

/* now() is when the transaction has begun. */
static void
call_since(struct rt_call *call)
{
	since[n_since++] = get(call, since_sql);
}

static void
call_divide(struct rt_call *call)
{
	static int started;
	int32_t by = started++ % 5 == 3 ? 0 : 2;
	struct rt_sql_rows rows;

	if (query_as(call, true, "select 100 / $1", 1, &by, &rows) ==
	    RT_SQL_OK) {
		CHECK_INT(by, 2);
		CHECK_INT(get_int(&rows, 0, 0), 50);
		n_right++;
	} else if (!call->cancelled) {
		CHECK_INT(by, 0);
		CHECK(call->failure.p != NULL);
		n_failed++;
	}
}

TEST(reads_at_once_share_a_transaction)
{
	open_pool(1);
	run_many(1, call_since); /* prepares it */
	n_since = 0;
	run_many(CALLS, call_since);
	CHECK_INT(n_since, CALLS);
	CHECK(since[0] != since[1]);
	for (int i = 2; i < 1 + RT_DB_BATCH; i++)
		CHECK_INT(since[i], since[1]);
	CHECK(since[1] != since[1 + RT_DB_BATCH]);
	rt_db_pool_close(server.db);
}

TEST(one_that_fails_does_not_harm_the_others)
{
	open_pool(1);
	run_many(1, call_divide);
	run_many(99, call_divide);
	CHECK_INT(n_failed, 20);
	CHECK_INT(n_right, 80);
	rt_db_pool_close(server.db);
}

/* Whatever time the test gets: the connection was silent for as long as it says. */
TEST(quick_ones_gather_on_a_connection)
{
	struct rt_call *calls[RT_DB_BATCH + 1];

	open_pool(2);
	CHECK(conn(0)->each_us > 500);
	run_many(1, call_divide);
	conn(0)->each_us = 1;
	calls[0] = test_call_start(&server, call_divide);
	conn(0)->since_us += 60000000;
	for (int i = 1; i < RT_DB_BATCH; i++)
		calls[i] = test_call_start(&server, call_divide);
	CHECK_INT(conn(0)->n, RT_DB_BATCH);
	conn(0)->since_us -= 120000000;
	calls[RT_DB_BATCH] = test_call_start(&server, call_divide);
	CHECK_INT(conn(0)->n, RT_DB_BATCH);
	CHECK_INT(conn(1)->n, 1);
	conn(0)->since_us = rt_clock_us();
	test_loop_run();
	for (int i = 0; i <= RT_DB_BATCH; i++)
		test_call_close(calls[i]);
	rt_db_pool_close(server.db);
}

static void
call_read_or_write(struct rt_call *call)
{
	static int started;

	if (started++ % 3 == 2)
		CHECK_INT(exec(call,
			      "insert into test_sql select "
			      "count(*) from test_sql"),
		    RT_SQL_OK);
	else
		n_right += get(call, since_sql) >= 0;
}

static bool
tx_counts(struct rt_call *call, void *arg)
{
	(void)arg;
	n_right += get(call, since_sql) == get(call, since_sql);
	return true;
}

static void
call_read_or_tx(struct rt_call *call)
{
	static int started;

	if (started++ % 3 == 2)
		CHECK_INT(rt_tx(call, RT_READ_COMMITTED, tx_counts, NULL),
		    RT_TX_COMMITTED);
	else
		n_right += get(call, since_sql) >= 0;
}

/* Each write has a transaction of its own: what fails beside it is no matter. */
TEST(writes_and_transactions_stand_between_reads)
{
	open_pool(1);
	make_table();
	run_many(1, call_since);
	run_many(30, call_read_or_write);
	CHECK_INT(ask("select count(*) from test_sql"), 10);
	CHECK_INT(n_right, 20);
	run_many(30, call_read_or_tx);
	CHECK_INT(n_right, 50);
	rt_db_pool_close(server.db);
}

TEST(a_call_that_goes_leaves_its_batch_whole)
{
	struct rt_call *calls[CALLS];

	open_pool(1);
	run_many(1, call_divide);
	n_right = n_failed = 0;
	for (int i = 0; i < CALLS; i++)
		calls[i] = test_call_start(&server, call_divide);
	for (int i = 0; i < CALLS; i += 2)
		test_call_cancel(calls[i]);
	test_loop_run();
	for (int i = 0; i < CALLS; i++)
		test_call_close(calls[i]);
	CHECK_INT(n_right + n_failed, CALLS / 2);
	rt_db_pool_close(server.db);
}
