#include "runtime/bus.h"

#include <postgresql/libpq-fe.h>

#include "runtime/server.h"
#include "runtime/stream.h"
#include "tests/unit/loop_poll.h"
#include "tests/unit/test.h"

enum { TOLD_MAX = 300 };

static struct rt_server server;

/* What a listener was told, a line for each message. */
static char told[TOLD_MAX * 8];

/* A stream that waits is a call that waits, here. */
bool
rt_stream_wait(struct rt_call *call, const bool *enough)
{
	(void)call, (void)enough;
	return false;
}

static const char *
database(void)
{
	const char *url = getenv("TEST_DATABASE_URL");

	if (url == NULL) {
		printf("SKIP %s: TEST_DATABASE_URL is not set\n", test_now);
		exit(0);
	}
	return url;
}

static PGconn *
connection(void)
{
	static PGconn *pg;

	if (pg == NULL)
		pg = PQconnectdb(database());
	CHECK(PQstatus(pg) == CONNECTION_OK);
	return pg;
}

/* Two programs of this test may run on one database: each of their tests waits
 * for the other's.  The lock ends with the process. */
static void
open_bus(void)
{
	PQclear(PQexec(connection(), "select pg_advisory_lock(7165)"));
	rt_bus_open(database());
}

static void
publish(const char *topic, const char *payload)
{
	const char *values[] = {topic, payload};
	PGresult *r = PQexecParams(connection(), "select pg_notify($1, $2)", 2,
	    NULL, values, NULL, NULL, 0);

	CHECK(PQresultStatus(r) == PGRES_TUPLES_OK);
	PQclear(r);
}

/* How many connections have said this last. */
static int
count_sessions(const char *query)
{
	PGresult *r = PQexecParams(connection(),
	    "select count(*) from pg_stat_activity where query = $1 and "
	    "datname = current_database()",
	    1, NULL, &query, NULL, NULL, 0);
	int n = atoi(PQgetvalue(r, 0, 0));

	PQclear(r);
	return n;
}

/* The bus loses its connection. */
static void
cut(void)
{
	PGresult *r = PQexec(connection(),
	    "select pg_terminate_backend(pid) from pg_stat_activity where "
	    "query like 'LISTEN%' and datname = current_database()");

	CHECK(PQntuples(r) > 0);
	PQclear(r);
}

static void
note(const struct rt_bus_message *m)
{
	size_t n = strlen(told);

	snprintf(told + n, sizeof(told) - n, "%.*s=%.*s%s;", RT_FMT(m->topic),
	    RT_FMT(m->payload), m->missed ? "?" : "");
}

static void
on_message(const struct rt_bus_message *m, void *arg)
{
	CHECK(arg == &server);
	note(m);
}

/* Turns the loop until that is what was told. */
static void
expect(const char *want)
{
	for (int i = 0; i < 200 && strlen(told) < strlen(want); i++)
		test_loop_turn(20);
	CHECK_STR(rt_str(told), want);
	told[0] = '\0';
}

/* --- Functions --- */

TEST(a_function_gets_what_is_published)
{
	open_bus();
	rt_bus_subscribe("a", on_message, &server);
	rt_bus_subscribe("say \"b\"", on_message, &server);
	test_loop_turn(200);
	publish("a", "1");
	publish("say \"b\"", "2");
	publish("c", "3");
	publish("a", "");
	expect("a=1;say \"b\"=2;a=;");
	rt_bus_close();
}

TEST(two_functions_of_a_topic)
{
	open_bus();
	rt_bus_subscribe("a", on_message, &server);
	rt_bus_subscribe("a", on_message, &server);
	test_loop_turn(200);
	publish("a", "1");
	expect("a=1;a=1;");
	rt_bus_close();
}

TEST(who_was_away_is_told)
{
	open_bus();
	rt_bus_subscribe("a", on_message, &server);
	rt_bus_subscribe("b", on_message, &server);
	test_loop_turn(200);
	cut();
	publish("a", "1");
	expect("a=?;b=?;");
	publish("a", "2");
	expect("a=2;");
	rt_bus_close();
}

/* --- Feeds --- */

static struct rt_bus_feed *feed;

static void
listen_to(struct rt_call *call, const char *topic, unsigned n)
{
	struct rt_bus_message m;

	feed = rt_bus_listen(call, rt_str(topic));
	if (feed == NULL)
		return;
	while (n-- > 0 && rt_bus_next(feed, &m))
		note(&m);
}

static void
listen_once(struct rt_call *call)
{
	listen_to(call, "a", 1);
}

static void
listen_thrice(struct rt_call *call)
{
	listen_to(call, "a", 3);
}

static void
run_out(struct rt_call *call)
{
	test_loop_run();
	CHECK(test_call_ended(call));
	test_call_close(call);
}

TEST(a_call_gets_what_is_published)
{
	struct rt_call *call;

	open_bus();
	call = test_call_start(&server, listen_thrice);
	test_loop_turn(200);
	publish("a", "1");
	publish("b", "2");
	publish("a", "3");
	expect("a=1;a=3;");
	publish("a", "4");
	run_out(call);
	expect("a=4;");
	test_loop_turn(100);
	CHECK_INT(count_sessions("UNLISTEN \"a\""), 1);
	rt_bus_close();
}

TEST(the_last_call_to_go_ends_listening)
{
	struct rt_call *one, *two;

	open_bus();
	one = test_call_start(&server, listen_once);
	two = test_call_start(&server, listen_thrice);
	test_loop_turn(200);
	publish("a", "1");
	expect("a=1;a=1;");
	test_loop_turn(100);
	CHECK(test_call_ended(one));
	test_call_close(one);
	test_loop_turn(100);
	CHECK_INT(count_sessions("LISTEN \"a\""), 1);
	publish("a", "2");
	publish("a", "3");
	run_out(two);
	expect("a=2;a=3;");
	rt_bus_close();
}

TEST(who_comes_while_the_last_one_goes_listens)
{
	struct rt_call *one, *two;

	open_bus();
	one = test_call_start(&server, listen_once);
	test_loop_turn(200);
	publish("a", "1");
	expect("a=1;");
	test_call_close(one); /* UNLISTEN is on its way */
	two = test_call_start(&server, listen_once);
	test_loop_turn(200);
	publish("a", "2");
	run_out(two);
	expect("a=2;");
	rt_bus_close();
}

TEST(a_call_is_told_that_it_has_missed)
{
	struct rt_call *call;

	open_bus();
	call = test_call_start(&server, listen_thrice);
	test_loop_turn(200);
	publish("a", "1");
	expect("a=1;");
	cut();
	publish("a", "2");
	expect("a=?;");
	publish("a", "3");
	run_out(call);
	expect("a=3;");
	rt_bus_close();
}

/* It does not look before there are too many messages. */
static void
listen_slowly(struct rt_call *call)
{
	struct rt_bus_message m;

	feed = rt_bus_listen(call, RT_LIT("a"));
	CHECK(feed != NULL);
	while (!call->denied.p)
		CHECK(rt_call_wait(call));
	for (int i = 0; i < 2; i++) {
		CHECK(rt_bus_next(feed, &m));
		note(&m);
	}
}

TEST(a_slow_call_has_a_bounded_queue)
{
	struct rt_call *call;

	open_bus();
	call = test_call_start(&server, listen_slowly);
	test_loop_turn(200);
	for (int i = 0; i < RT_BUS_QUEUE_MAX; i++)
		publish("a", "x");
	test_loop_turn(100);
	CHECK_INT(told[0], 0);
	publish("a", "one too many");
	test_loop_turn(100);
	publish("a", "2");
	test_loop_turn(100);
	call->denied = RT_LIT("go on");
	rt_call_wake(call);
	run_out(call);
	expect("a=?;a=2;");
	rt_bus_close();
}

TEST(the_queue_is_bounded_in_bytes)
{
	char payload[RT_BUS_PAYLOAD_MAX + 1];
	struct rt_call *call;

	memset(payload, 'x', RT_BUS_PAYLOAD_MAX);
	payload[RT_BUS_PAYLOAD_MAX] = '\0';
	open_bus();
	call = test_call_start(&server, listen_slowly);
	test_loop_turn(200);
	for (int i = 0; i <= RT_BUS_QUEUE_BYTES / RT_BUS_PAYLOAD_MAX; i++)
		publish("a", payload);
	publish("a", "2");
	test_loop_turn(200);
	call->denied = RT_LIT("go on");
	rt_call_wake(call);
	run_out(call);
	expect("a=?;a=2;");
	rt_bus_close();
}

TEST(who_goes_away_listens_no_more)
{
	struct rt_call *call;

	open_bus();
	call = test_call_start(&server, listen_thrice);
	test_loop_turn(200);
	publish("a", "1");
	expect("a=1;");
	test_call_cancel(call);
	test_call_close(call);
	publish("a", "2");
	test_loop_turn(200);
	CHECK_INT(count_sessions("UNLISTEN \"a\""), 1);
	CHECK_INT(told[0], 0);
	rt_bus_close();
}

TEST(who_goes_away_before_it_listens)
{
	struct rt_call *call;

	open_bus();
	call = test_call_start(&server, listen_once);
	test_call_cancel(call);
	CHECK(feed == NULL);
	test_call_close(call);
	test_loop_turn(200);
	rt_bus_close();
}

/* --- What can't be --- */

static void
listen_to_none(struct rt_call *call)
{
	char longest[RT_BUS_TOPIC_MAX + 2];

	memset(longest, 'x', sizeof(longest));
	CHECK(rt_bus_listen(call, RT_LIT("")) == NULL);
	CHECK(rt_bus_listen(call, RT_LIT("a\0b")) == NULL);
	CHECK(rt_bus_listen(call, RT_LIT("\xff")) == NULL);
	CHECK(rt_bus_listen(call,
		  (struct rt_str){longest, RT_BUS_TOPIC_MAX + 1}) == NULL);
	CHECK(!call->unavailable);
	CHECK(rt_bus_listen(call, (struct rt_str){longest, RT_BUS_TOPIC_MAX}) !=
	    NULL);
}

TEST(what_is_no_topic)
{
	open_bus();
	run_out(test_call_start(&server, listen_to_none));
	rt_bus_close();
}

static void
listen_in_vain(struct rt_call *call)
{
	CHECK(rt_bus_listen(call, RT_LIT("a")) == NULL);
	CHECK(call->unavailable);
	note(&(struct rt_bus_message){.topic = RT_LIT("none")});
}

TEST(without_a_database_nobody_waits)
{
	rt_bus_open("host=127.0.0.1 port=1 dbname=none");
	run_out(test_call_start(&server, listen_in_vain));
	expect("none=;");
	run_out(test_call_start(&server, listen_in_vain));
	rt_bus_close();
}
