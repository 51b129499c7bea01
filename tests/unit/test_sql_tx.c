#include "runtime/async.h"
#include "tests/unit/pool_fixture.h"

static int n_failed, n_started;

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
	CHECK(rt_tx_answers(call, RT_TX_ROLLED_BACK, 404));
	CHECK(!rt_tx_answers(call, RT_TX_ROLLED_BACK, 0));
	CHECK(!rt_tx_answers(call, RT_TX_FAILED, 404));
	CHECK(rt_tx_answers(call, RT_TX_COMMITTED, 200));
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
	    query_as(call, true, "select 1 from pg_sleep(0.3)", 1, NULL,
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
	CHECK(!rt_tx_answers(call, RT_TX_ROLLED_BACK, 200));
	CHECK_STR(call->failure,
	    "the constraint test_sql_parent_fkey forbids the commit");
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

/* --- While COMMIT is on its way --- */

/* What is committed takes 0.3 seconds to be. */
static void
make_slow_commit(void)
{
	make_table();
	ask("create or replace function test_sql_slow() returns trigger "
	    "language plpgsql as "
	    "'begin perform pg_sleep(0.3); return null; end'");
	ask("create constraint trigger slow after insert on test_sql "
	    "deferrable initially deferred "
	    "for each row execute function test_sql_slow()");
}

static void
asking_hook(struct rt_call *call, void *arg)
{
	hook(call, arg);
	n_right += get(call, "select count(*)::int from test_sql");
}

static bool
tx_commit_slowly(struct rt_call *call, void *arg)
{
	const unsigned *deadline_ms = arg;
	bool ok =
	    exec(call, "insert into test_sql (id) values (1)") == RT_SQL_OK;

	rt_after_commit(call, asking_hook, "a");
	if (*deadline_ms != 0)
		call->deadline_us = rt_clock_us() + *deadline_ms * 1000;
	return ok;
}

static void
commit_slowly(struct rt_call *call, unsigned deadline_ms)
{
	CHECK_INT(
	    rt_tx(call, RT_READ_COMMITTED, tx_commit_slowly, &deadline_ms),
	    RT_TX_COMMITTED);
	n_failed += get(call, "select 1") == -1;
}

static void
call_commit_slowly(struct rt_call *call)
{
	commit_slowly(call, 0);
}

static void
call_commit_too_slowly(struct rt_call *call)
{
	commit_slowly(call, 100);
}

static bool
fork_commit(struct rt_call *call, void *arg)
{
	commit_slowly(call, *(const unsigned *)arg);
	return true;
}

static void
call_commit_in_fork(struct rt_call *call)
{
	unsigned no = 0;
	struct rt_fork forks[] = {{fork_commit, &no}};

	CHECK(rt_all(call, forks, RT_LEN(forks)));
}

/* The hooks have run, and what comes after them is over. */
static void
check_committed(void)
{
	CHECK_INT(n_hooks, 1);
	CHECK_INT(n_right, 1);
	CHECK_INT(n_failed, 1);
	CHECK_INT(ask("select count(*) from test_sql"), 1);
	CHECK_INT(idle_in_transaction(), 0);
}

static void
leave_in_commit(void (*fn)(struct rt_call *))
{
	open_pool(1);
	make_slow_commit();
	last_call = test_call_start(&server, fn);
	test_loop_turn(150);
	CHECK_INT(last_call->n_shields, 1);
	test_call_cancel(last_call);
	CHECK(!test_call_ended(last_call));
	test_loop_run();
	check_committed();
	close_all();
}

TEST(a_client_that_leaves_while_it_commits)
{
	leave_in_commit(call_commit_slowly);
}

TEST(a_client_that_leaves_while_a_fork_commits)
{
	leave_in_commit(call_commit_in_fork);
}

TEST(a_deadline_that_passes_while_it_commits)
{
	open_pool(1);
	make_slow_commit();
	run(call_commit_too_slowly);
	check_committed();
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
tx_insert_next(struct rt_call *call, void *arg)
{
	(void)arg;
	return exec(call,
		   "insert into test_sql (id) select "
		   "coalesce(max(id), 0) + 1 from test_sql") == RT_SQL_OK;
}

static void
call_insert_five(struct rt_call *call)
{
	for (int i = 0; i < 5; i++)
		CHECK_INT(rt_tx(call, RT_READ_COMMITTED, tx_insert_next, NULL),
		    RT_TX_COMMITTED);
}

/* One connection: they follow each other, none is mixed up with another. */
TEST(transactions_wait_for_each_other)
{
	open_pool(1);
	make_table();
	run_many(10, call_insert_five);
	CHECK_INT(ask("select count(*) from test_sql"), 50);
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
