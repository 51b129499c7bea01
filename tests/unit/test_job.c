#include "runtime/job.h"

#include <postgresql/libpq-fe.h>

#include "runtime/async.h"
#include "runtime/bus.h"
#include "runtime/db.h"
#include "runtime/job_part.h"
#include "runtime/loop.h"
#include "runtime/server.h"
#include "runtime/sql.h"
#include "tests/unit/loop_poll.h"
#include "tests/unit/test.h"

static struct rt_server server;
static struct rt_job_settings settings = {
    .concurrency = 4,
    .poll_ms = 100,
    .lease_ms = 1000,
};

/* What the functions have noted, a word for each run. */
static char noted[1024];

/* No call here streams. */
bool
rt_stream_wait(struct rt_call *call, const bool *enough)
{
	(void)call, (void)enough;
	return false;
}

static void
note(const char *fmt, ...)
{
	size_t n = strlen(noted);
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(noted + n, sizeof(noted) - n, fmt, ap);
	va_end(ap);
}

/* --- The database, past the code under test --- */

static PGconn *
connection(void)
{
	static PGconn *pg;

	if (pg == NULL)
		pg = PQconnectdb(getenv("TEST_DATABASE_URL"));
	CHECK(PQstatus(pg) == CONNECTION_OK);
	return pg;
}

/* The first column of the first row, or "". */
static const char *
ask(const char *sql)
{
	static char value[256];
	PGresult *r = PQexec(connection(), sql);

	if (PQresultStatus(r) != PGRES_TUPLES_OK &&
	    PQresultStatus(r) != PGRES_COMMAND_OK) {
		fprintf(stderr, "%s\n", PQerrorMessage(connection()));
		exit(1);
	}
	snprintf(value, sizeof(value), "%s",
	    PQntuples(r) > 0 ? PQgetvalue(r, 0, 0) : "");
	PQclear(r);
	return value;
}

static void
expect_row(const char *sql, const char *want)
{
	CHECK_STR(rt_str(ask(sql)), want);
}

static void
make_tables(void)
{
	char sql[8192];
	FILE *f = fopen("sql/migrations/0003_jobs.sql", "r");
	size_t n;

	CHECK(f != NULL);
	n = fread(sql, 1, sizeof(sql) - 1, f);
	sql[n] = '\0';
	fclose(f);
	ask("set client_min_messages = warning");
	ask("drop table if exists job, job_away, job_dead, job_cron, job_done");
	ask(sql);
	ask("create table job_done (id bigint)");
}

/* --- Kinds --- */

static bool
run_note(struct rt_call *call, const struct rt_job *job)
{
	(void)call;
	note("%.*s %u/%u;", RT_FMT(job->payload), job->attempt,
	    job->max_attempts);
	return true;
}

static bool
run_twice_wrong(struct rt_call *call, const struct rt_job *job)
{
	note("%u;", job->attempt);
	return job->attempt == 3 ||
	    rt_fail(call, "not yet \xff %u", job->attempt);
}

static bool
run_wrong(struct rt_call *call, const struct rt_job *job)
{
	(void)call;
	note("%u;", job->attempt);
	return false;
}

static bool
run_give_up(struct rt_call *call, const struct rt_job *job)
{
	note("%u;", job->attempt);
	return rt_job_give_up(call, job, "there is no %s", "hope");
}

static bool
run_sleep(struct rt_call *call, const struct rt_job *job)
{
	note("begun %u;", job->attempt);
	if (!rt_sleep(call, 2500)) {
		note("cut;");
		return false;
	}
	note("slept;");
	return true;
}

static const struct rt_sql_query insert_done = {
    .name = "insert_done",
    .sql = "insert into job_done values (1)",
};

static bool
complete(struct rt_call *call, void *arg)
{
	struct rt_sql_args args = rt_sql_args(call, &insert_done);
	struct rt_sql_rows rows;

	return rt_sql_run(&args, &insert_done, &rows) == RT_SQL_OK &&
	    rt_job_complete(call, arg);
}

/* What it returns comes too late to matter. */
static bool
run_complete(struct rt_call *call, const struct rt_job *job)
{
	note("%u;", job->attempt);
	CHECK_INT(rt_tx(call, RT_READ_COMMITTED, complete, (void *)job),
	    RT_TX_COMMITTED);
	return rt_fail(call, "after the end");
}

static bool
run_payload(struct rt_call *call, const struct rt_job *job)
{
	const struct rt_node *v = rt_job_payload(call, job);

	note("%s;", v == NULL ? "none" : "some");
	return v != NULL;
}

static const struct rt_job_kind kinds[] = {
    {.name = "note", .run = run_note, .max_attempts = 2},
    {.name = "twice_wrong", .run = run_twice_wrong, .retry_ms = 100},
    {.name = "wrong", .run = run_wrong, .max_attempts = 3, .retry_ms = 10},
    {.name = "give_up", .run = run_give_up},
    {.name = "sleep", .run = run_sleep},
    {.name = "hurried", .run = run_sleep, .timeout_ms = 200, .max_attempts = 1},
    {.name = "complete", .run = run_complete, .retry_ms = 10},
    {.name = "payload", .run = run_payload, .max_attempts = 1},
    {.name = NULL},
};

/* --- The worker under test --- */

/* Two programs of this test may run on one database: each of their tests waits
 * for the other's.  The lock ends with the process. */
static void
open_all(void)
{
	struct rt_db_settings s = {
	    .url = getenv("TEST_DATABASE_URL"),
	    .connections = 2,
	    .queue_max = 100,
	    .statement_timeout_ms = 5000,
	};

	if (s.url == NULL) {
		printf("SKIP %s: TEST_DATABASE_URL is not set\n", test_now);
		exit(0);
	}
	ask("select pg_advisory_lock(7166)");
	make_tables();
	server.db = rt_db_pool_open(&s);
	server.jobs = kinds;
	rt_bus_open(s.url);
}

static void
work(void)
{
	settings.kinds = kinds;
	rt_jobs_open(&server, &settings);
}

static void
close_all(void)
{
	rt_jobs_close();
	rt_bus_close();
	rt_db_pool_close(server.db);
}

/* Nothing is left to be done, but for a look at the table now and then. */
static void
expect_rest(void)
{
	for (int i = 0; i < 100 && rt_jobs_are_busy(); i++)
		test_loop_turn(7);
	CHECK(!rt_jobs_are_busy());
}

/* Turns the loop until all jobs are done or dead; then that has been noted. */
static void
expect(const char *want)
{
	for (int i = 0; i < 400 && strcmp(ask("select count(*) from job"), "0");
	     i++)
		test_loop_turn(20);
	CHECK_STR(rt_str(noted), want);
	noted[0] = '\0';
	expect_rest();
}

static struct rt_job_new new_job;
static enum rt_enqueued enqueued;
static int64_t new_id;

static void
call_enqueue(struct rt_call *call)
{
	enqueued = rt_job_enqueue(call, &new_job, &new_id);
	CHECK((enqueued == RT_ENQUEUE_FAILED) == (call->failure.p != NULL));
}

static enum rt_enqueued
enqueue(const struct rt_job_new *new)
{
	struct rt_call *call;

	new_job = *new;
	call = test_call_start(&server, call_enqueue);
	test_loop_run();
	test_call_close(call);
	return enqueued;
}

/* --- Enqueueing --- */

TEST(a_job_is_run_once_and_gone)
{
	open_all();
	work();
	test_loop_turn(200);
	CHECK_INT(enqueue(&(struct rt_job_new){.kind = "note",
		      .payload = RT_LIT("{\"a\": 1}")}),
	    RT_ENQUEUED);
	CHECK(new_id > 0);
	expect("{\"a\": 1} 1/2;");
	expect_row("select count(*) from job_dead", "0");
	close_all();
}

/* Long before the worker looks by itself. */
TEST(a_message_wakes_the_worker)
{
	settings.poll_ms = 3600000;
	open_all();
	work();
	test_loop_turn(300);
	CHECK_INT(enqueue(&(struct rt_job_new){.kind = "note"}), RT_ENQUEUED);
	expect("null 1/2;");
	close_all();
}

TEST(more_jobs_than_run_at_a_time)
{
	settings.poll_ms = 3600000;
	settings.concurrency = 3;
	open_all();
	ask("insert into job (kind, max_attempts) "
	    "select 'note', 2 from generate_series(1, 50)");
	work();
	for (int i = 0; i < 100 && strlen(noted) < 50 * 9; i++)
		test_loop_turn(20);
	CHECK_INT(strlen(noted), 50 * strlen("null 1/2;"));
	close_all();
}

static bool
tx_enqueue(struct rt_call *call, void *arg)
{
	bool *commits = arg;

	call_enqueue(call);
	CHECK(rt_sleep(call, 500));
	CHECK_INT(noted[0], 0);
	return *commits;
}

static void
call_commit(struct rt_call *call)
{
	bool commits = true;

	CHECK_INT(rt_tx(call, RT_READ_COMMITTED, tx_enqueue, &commits),
	    RT_TX_COMMITTED);
}

static void
call_roll_back(struct rt_call *call)
{
	bool commits = false;

	CHECK_INT(rt_tx(call, RT_READ_COMMITTED, tx_enqueue, &commits),
	    RT_TX_ROLLED_BACK);
}

TEST(a_job_is_part_of_its_transaction)
{
	struct rt_call *call;

	open_all();
	work();
	new_job = (struct rt_job_new){.kind = "note", .payload = RT_LIT("1")};
	call = test_call_start(&server, call_roll_back);
	test_loop_run();
	test_call_close(call);
	test_loop_turn(500);
	CHECK_INT(noted[0], 0);
	call = test_call_start(&server, call_commit);
	test_loop_run();
	test_call_close(call);
	expect("1 1/2;");
	close_all();
}

TEST(a_key_is_unique_until_its_job_is_done)
{
	const struct rt_job_new one = {.kind = "note",
	    .unique_key = RT_LIT("k"),
	    .max_attempts = 7};

	open_all();
	CHECK_INT(enqueue(&one), RT_ENQUEUED);
	CHECK_INT(enqueue(&one), RT_ENQUEUED_BEFORE);
	CHECK_INT(new_id, 0);
	CHECK_INT(enqueue(&(struct rt_job_new){.kind = "payload",
		      .unique_key = RT_LIT("k")}),
	    RT_ENQUEUED);
	ask("delete from job where kind = 'payload'");
	work();
	expect("null 1/7;");
	CHECK_INT(enqueue(&one), RT_ENQUEUED);
	expect("null 1/7;");
	close_all();
}

TEST(what_can_not_be_enqueued)
{
	static char large[RT_JOB_PAYLOAD_MAX + 1];
	static char key[RT_JOB_KEY_MAX + 1];
	const struct rt_job_new wrong[] = {
	    {.kind = "unknown"},
	    {.kind = "note", .payload = {large, sizeof(large)}},
	    {.kind = "note", .payload = RT_LIT("{")},
	    {.kind = "note", .unique_key = {key, sizeof(key)}},
	    {.kind = "note", .unique_key = RT_LIT("a\0b")},
	    {.kind = "note", .delay_ms = -1},
	    {.kind = "note", .priority = RT_JOB_LOW + 1},
	    {.kind = "note", .max_attempts = UINT32_MAX},
	};

	memset(key, 'x', sizeof(key));
	open_all();
	for (size_t i = 0; i < RT_LEN(wrong); i++)
		CHECK_INT(enqueue(&wrong[i]), RT_ENQUEUE_FAILED);
	expect_row("select count(*) from job", "0");
	close_all();
}

TEST(a_payload_as_a_value)
{
	struct rt_arena *arena = rt_arena_open(1 << 20, NULL, NULL);
	struct rt_json_error err;
	const struct rt_node *v = rt_json_parse(arena,
	    RT_LIT("[1, {\"a\": \"\\u00e9\"}]"), &rt_json_default_limits, &err);

	open_all();
	work();
	CHECK(v != NULL);
	CHECK_INT(enqueue(&(struct rt_job_new){.kind = "note", .node = v}),
	    RT_ENQUEUED);
	expect("[1,{\"a\":\"\xc3\xa9\"}] 1/2;");
	rt_arena_close(arena);
	close_all();
}

/* --- When, and in which order --- */

TEST(priorities)
{
	settings.concurrency = 1;
	open_all();
	enqueue(&(struct rt_job_new){.kind = "note",
	    .payload = RT_LIT("3"),
	    .priority = RT_JOB_LOW});
	enqueue(&(struct rt_job_new){.kind = "note", .payload = RT_LIT("2")});
	enqueue(&(struct rt_job_new){.kind = "note",
	    .payload = RT_LIT("2.5"),
	    .priority = RT_JOB_NORMAL});
	enqueue(&(struct rt_job_new){.kind = "note",
	    .payload = RT_LIT("1"),
	    .priority = RT_JOB_HIGH});
	work();
	expect("1 1/2;2 1/2;2.5 1/2;3 1/2;");
	close_all();
}

TEST(a_delay)
{
	int64_t begun;

	open_all();
	work();
	begun = rt_clock_us();
	enqueue(&(struct rt_job_new){.kind = "note",
	    .payload = RT_LIT("1"),
	    .delay_ms = 700});
	enqueue(&(struct rt_job_new){.kind = "note",
	    .payload = RT_LIT("2"),
	    .run_at = {rt_time_now().us - 5000000},
	    .delay_ms = 5400});
	enqueue(&(struct rt_job_new){.kind = "note",
	    .payload = RT_LIT("3"),
	    .run_at = {rt_time_now().us + 1000000}});
	expect("2 1/2;1 1/2;3 1/2;");
	CHECK(rt_clock_us() - begun >= 900000);
	close_all();
}

/* --- Failures --- */

TEST(what_fails_is_tried_again)
{
	open_all();
	work();
	enqueue(&(struct rt_job_new){.kind = "twice_wrong"});
	for (int i = 0; i < 100 && strcmp(noted, "1;2;"); i++)
		test_loop_turn(5);
	test_loop_turn(60);
	expect_row("select error from job", "not yet ? 2");
	expect_row("select locked_by from job", "");
	expect("1;2;3;");
	expect_row("select count(*) from job_dead", "0");
	close_all();
}

TEST(what_fails_too_often_is_kept)
{
	open_all();
	work();
	enqueue(&(struct rt_job_new){.kind = "wrong",
	    .payload = RT_LIT("[1]"),
	    .unique_key = RT_LIT("k"),
	    .priority = RT_JOB_LOW});
	expect("1;2;3;");
	expect_row("select concat_ws(' ', kind, payload, priority, unique_key, "
		   "attempts, max_attempts, error) from job_dead",
	    "wrong [1] 3 k 3 3 it has returned false without a reason");
	close_all();
}

TEST(who_gives_up_is_not_tried_again)
{
	open_all();
	work();
	enqueue(&(struct rt_job_new){.kind = "give_up"});
	expect("1;");
	expect_row("select concat_ws(' ', attempts, max_attempts, error) "
		   "from job_dead",
	    "1 20 there is no hope");
	close_all();
}

TEST(a_run_has_its_time)
{
	open_all();
	work();
	enqueue(&(struct rt_job_new){.kind = "hurried"});
	expect("begun 1;cut;");
	expect_row("select error from job_dead",
	    "the call's time was up while it slept");
	close_all();
}

TEST(a_payload_that_is_too_deep)
{
	static char deep[2001];

	memset(deep, '[', 1000);
	memset(deep + 1000, ']', 1000);
	open_all();
	work();
	enqueue(
	    &(struct rt_job_new){.kind = "payload", .payload = {deep, 2000}});
	expect("none;");
	expect_row("select error like 'the payload can''t be read: %' "
		   "from job_dead",
	    "t");
	close_all();
}

/* --- Leases --- */

TEST(who_lives_keeps_its_lease)
{
	open_all();
	work();
	enqueue(&(struct rt_job_new){.kind = "sleep"});
	test_loop_turn(1800);
	expect_row("select locked_until > now() from job", "t");
	expect("begun 1;slept;");
	close_all();
}

TEST(the_job_of_one_that_has_died)
{
	open_all();
	ask("insert into job (kind, attempts, max_attempts, locked_by, "
	    "locked_until) values ('note', 1, 2, 'dead', "
	    "now() + interval '500 ms')");
	work();
	test_loop_turn(400);
	CHECK_INT(noted[0], 0);
	expect("null 2/2;");
	close_all();
}

TEST(the_job_of_which_all_have_died)
{
	open_all();
	ask("insert into job (kind, attempts, max_attempts, locked_by, "
	    "locked_until) values ('note', 2, 2, 'dead', now())");
	work();
	expect("");
	expect_row("select concat_ws(' ', attempts, error) from job_dead",
	    "2 each worker that had it has died or lost it");
	close_all();
}

static void
give_to_other(void)
{
	ask("update job set locked_by = 'other', attempts = 2, "
	    "locked_until = now() + interval '1 h'");
}

/* However late the machine lets things be. */
static void
expect_noted(const char *want)
{
	for (int i = 0; i < 500 && strcmp(noted, want) != 0; i++)
		test_loop_turn(10);
	CHECK_STR(rt_str(noted), want);
}

/* The lease is longer than any pause of a loaded machine: one that runs out is
 * taken, by this worker too. */
TEST(who_has_lost_its_lease_is_cut)
{
	settings.lease_ms = 4000;
	open_all();
	work();
	enqueue(&(struct rt_job_new){.kind = "sleep"});
	expect_noted("begun 1;");
	give_to_other();
	expect_noted("begun 1;cut;");
	test_loop_turn(250);
	CHECK_STR(rt_str(noted), "begun 1;cut;");
	expect_rest();
	expect_row("select concat_ws(' ', locked_by, attempts, error) from job",
	    "other 2");
	close_all();
}

TEST(who_does_not_hear_of_its_lease_is_cut)
{
	open_all();
	work();
	enqueue(&(struct rt_job_new){.kind = "sleep"});
	test_loop_turn(300);
	ask("alter table job rename to job_away");
	test_loop_turn(2000);
	CHECK_STR(rt_str(noted), "begun 1;cut;");
	ask("drop table job_away");
	close_all();
}

TEST(a_run_that_came_too_late_changes_nothing)
{
	open_all();
	work();
	enqueue(&(struct rt_job_new){.kind = "sleep"});
	test_loop_turn(300);
	/* Between two beats, so that it ends before it is told. */
	settings.lease_ms = 3600000;
	test_loop_turn(400);
	give_to_other();
	test_loop_turn(2500);
	CHECK_STR(rt_str(noted), "begun 1;slept;");
	expect_rest();
	expect_row("select locked_by from job", "other");
	close_all();
}

/* --- Ending --- */

TEST(a_job_that_ends_in_a_transaction)
{
	open_all();
	work();
	enqueue(&(struct rt_job_new){.kind = "complete"});
	expect("1;");
	expect_row("select count(*) from job_done", "1");
	expect_row("select count(*) from job_dead", "0");
	close_all();
}

TEST(who_leaves_gives_its_jobs_back)
{
	open_all();
	work();
	enqueue(&(struct rt_job_new){.kind = "sleep"});
	test_loop_turn(300);
	rt_jobs_drain(rt_clock_us() + 500000);
	enqueue(&(struct rt_job_new){.kind = "note"});
	test_loop_turn(300);
	CHECK_STR(rt_str(noted), "begun 1;");
	CHECK(rt_jobs_are_busy());
	test_loop_turn(400);
	CHECK_STR(rt_str(noted), "begun 1;cut;");
	expect_rest();
	expect_row("select count(*) from job where attempts = 0 "
		   "and locked_by is null and locked_until is null",
	    "2");
	close_all();
}

TEST(who_leaves_lets_jobs_end)
{
	open_all();
	work();
	enqueue(&(struct rt_job_new){.kind = "sleep"});
	test_loop_turn(300);
	rt_jobs_drain(rt_clock_us() + 60000000);
	expect("begun 1;slept;");
	close_all();
}

/* --- The crontab --- */

static const struct rt_job_cron crontab[] = {
    {.name = "yearly",
	.when = "0 0 1 1 *",
	.kind = "note",
	.payload = "\"new\""},
    {.name = "minutely", .when = "* * * * *", .kind = "note"},
    {.name = NULL},
};

TEST(a_new_entry_begins_now)
{
	settings.crons = crontab;
	open_all();
	work();
	test_loop_turn(500);
	expect_row("select count(*) from job_cron", "2");
	expect_row("select tick = date_trunc('year', now()) from job_cron "
		   "where name = 'yearly'",
	    "t");
	expect("");
	close_all();
}

TEST(missed_runs_are_run_once)
{
	settings.crons = crontab;
	open_all();
	ask("insert into job_cron values ('yearly', '2020-01-01Z'), "
	    "('gone', now())");
	work();
	test_loop_turn(500);
	expect("\"new\" 1/2;");
	expect_row("select tick = date_trunc('year', now()) from job_cron "
		   "where name = 'yearly'",
	    "t");
	close_all();
}

static bool cron_ok;

static void
call_cron(struct rt_call *call)
{
	cron_ok = rt_job_cron_run(call, rt_time_now().us / 1000000);
}

/* What a second worker does at the same time, and one more often. */
TEST(each_tick_is_run_by_one)
{
	struct rt_call *call;

	settings.crons = crontab;
	open_all();
	ask("insert into job_cron values ('yearly', '2020-01-01Z')");
	for (int i = 0; i < 3; i++) {
		CHECK(rt_job_cron_open(crontab));
		call = test_call_start(&server, call_cron);
		test_loop_run();
		test_call_close(call);
		CHECK(cron_ok);
		rt_job_cron_close();
	}
	expect_row("select count(*) from job", "1");
	expect_row("select unique_key from job", "cron yearly");
	close_all();
}

TEST(a_tick_while_the_last_run_is_there)
{
	settings.crons = crontab;
	open_all();
	ask("insert into job_cron values ('yearly', '2020-01-01Z')");
	ask("insert into job (kind, max_attempts, unique_key, run_at) "
	    "values ('note', 1, 'cron yearly', now() + interval '1 h')");
	work();
	test_loop_turn(500);
	expect_row("select count(*) from job", "1");
	close_all();
}

/* --- Without a database --- */

TEST(pauses_grow)
{
	static const struct rt_job_kind k = {.retry_ms = 100};
	static const struct rt_job_kind plain;
	const int64_t most = 6 * 60 * 60 * 1000;

	CHECK_INT(rt_job_pause(&k, 1, 0.5), 100);
	CHECK_INT(rt_job_pause(&k, 2, 0.5), 200);
	CHECK_INT(rt_job_pause(&k, 5, 0.5), 1600);
	CHECK_INT(rt_job_pause(&k, 1, 0), 75);
	CHECK_INT(rt_job_pause(&k, 1, 1), 125);
	CHECK_INT(rt_job_pause(&plain, 1, 0.5), 1000);
	CHECK_INT(rt_job_pause(&k, 18, 0.5), 13107200);
	CHECK_INT(rt_job_pause(&k, 19, 0.5), most);
	CHECK_INT(rt_job_pause(&k, 1000000, 0.5), most);
	CHECK_INT(
	    rt_job_pause(&(struct rt_job_kind){.retry_ms = UINT32_MAX}, 1, 0.5),
	    most);
	CHECK_INT(rt_job_attempts(&plain), 20);
	CHECK_INT(rt_job_attempts(&kinds[0]), 2);
}

static void
check_wrong(const struct rt_job_kind *k, const struct rt_job_cron *c,
    const char *want)
{
	struct rt_job_settings s = {.kinds = k, .crons = c};
	char why[256];

	CHECK(!rt_jobs_check(&s, why, sizeof(why)));
	CHECK_STR(rt_str(why), want);
}

TEST(tables_that_make_no_sense)
{
	static const struct rt_job_kind twins[] = {
	    {.name = "a", .run = run_note}, {.name = "a", .run = run_note},
	    {.name = NULL}};
	static const struct rt_job_kind idle[] = {{.name = "a"},
	    {.name = NULL}};
	static const struct rt_job_cron same[] = {
	    {.name = "a", .when = "* * * * *", .kind = "note"},
	    {.name = "a", .when = "* * * * *", .kind = "note"}, {.name = NULL}};
	static const struct rt_job_cron unknown[] = {
	    {.name = "a", .when = "* * * * *", .kind = "b"}, {.name = NULL}};
	static const struct rt_job_cron never[] = {
	    {.name = "a", .when = "0 0 31 2 *", .kind = "note"},
	    {.name = NULL}};
	struct rt_job_settings good = {.kinds = kinds, .crons = crontab};
	struct rt_job_settings none = {.kinds = NULL, .crons = NULL};
	char why[256];

	check_wrong(twins, NULL, "there are two kinds of job called a");
	check_wrong(idle, NULL, "the kind of job a has no function");
	check_wrong(kinds, same,
	    "the entry a of the crontab: there are two with this name");
	check_wrong(kinds, unknown,
	    "the entry a of the crontab: there is no such kind of job");
	check_wrong(NULL, unknown,
	    "the entry a of the crontab: there is no such kind of job");
	check_wrong(kinds, never,
	    "the entry a of the crontab: there is no such day");
	CHECK(rt_jobs_check(&good, why, sizeof(why)));
	CHECK(rt_jobs_check(&none, why, sizeof(why)));
}
