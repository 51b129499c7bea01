#include "tests/unit/pool_fixture.h"

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
	close_all();
}

/* --- A server that goes and comes --- */

static int n_lost, n_started;

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
