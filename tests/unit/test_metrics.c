#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "runtime/health.h"
#include "runtime/loop.h"
#include "runtime/metrics_part.h"
#include "runtime/server.h"
#include "tests/unit/test.h"

/*
 * Workers are processes that count and end; what is read here is what they have
 * left in the memory that is shared.
 */

static const struct rt_op list = {.id = "list", .method = RT_GET};
static const struct rt_op copy = {.id = "co\"p\\y\n", .token = "COPY"};
static const struct rt_op never = {.id = "never", .method = RT_PUT};
static const struct rt_op *const ops[] = {&list, &copy, &never};
static const struct rt_api api = {.ops = ops, .n_ops = RT_LEN(ops)};

static struct rt_server server;
static struct rt_call call;

static void
begin(void)
{
	rt_metrics_close();
	rt_arena_close(call.arena);
	CHECK(rt_metrics_open(&api));
	server = (struct rt_server){.api = &api};
	call = (struct rt_call){
	    .arena = rt_arena_open(64 * 1024 * 1024, NULL, NULL),
	    .server = &server,
	};
}

static void
count(const struct rt_op *op, int status, int64_t us)
{
	struct rt_call ended = {
	    .op = op,
	    .res.status = status,
	    .began_us = rt_clock_us() - us,
	};

	rt_metrics_call(&ended);
}

/* Runs it as a worker, to its end; returns its id. */
static pid_t
work(void (*fn)(void))
{
	pid_t pid = fork();

	if (pid == 0) {
		rt_metrics_begin();
		fn();
		_exit(0);
	}
	CHECK(waitpid(pid, NULL, 0) == pid);
	return pid;
}

static bool
has(const char *line)
{
	struct rt_str text = rt_metrics_text(&call);

	return memmem(text.p, text.n, line, strlen(line)) != NULL;
}

static void
three_calls(void)
{
	count(&list, 200, 100);
	count(&list, 200, 3000);
	count(&list, 404, 20000000);
}

TEST(calls_of_all_workers_are_summed)
{
	begin();
	work(three_calls);
	work(three_calls);
	CHECK(has("\nhttp_requests_total{operation=\"list\",method=\"GET\","
		  "status=\"200\"} 4\n"));
	CHECK(has("\nhttp_requests_total{operation=\"list\",method=\"GET\","
		  "status=\"404\"} 2\n"));
	CHECK(has("_bucket{operation=\"list\",method=\"GET\","
		  "le=\"0.0005\"} 2\n"));
	CHECK(has("_bucket{operation=\"list\",method=\"GET\","
		  "le=\"0.0025\"} 2\n"));
	CHECK(has("_bucket{operation=\"list\",method=\"GET\","
		  "le=\"0.005\"} 4\n"));
	CHECK(has("_bucket{operation=\"list\",method=\"GET\",le=\"10\"} 4\n"));
	CHECK(has("_bucket{operation=\"list\",method=\"GET\","
		  "le=\"+Inf\"} 6\n"));
	CHECK(has("_count{operation=\"list\",method=\"GET\"} 6\n"));
	CHECK(!has("never"));
}

static void
two_calls_of_others(void)
{
	count(NULL, 404, 100);
	count(&copy, 201, 100);
}

TEST(calls_of_no_operation_and_names_that_need_escapes)
{
	begin();
	work(two_calls_of_others);
	CHECK(has("{operation=\"\",method=\"\",status=\"404\"} 1\n"));
	CHECK(has("{operation=\"co\\\"p\\\\y\\n\",method=\"COPY\","
		  "status=\"201\"} 1\n"));
}

static void
many_statuses(void)
{
	for (int status = 200; status < 300; status++)
		count(&list, status, 100);
}

TEST(the_number_of_series_is_bounded)
{
	begin();
	work(many_statuses);
	CHECK(has("status=\"222\"} 1\n"));
	CHECK(!has("status=\"223\"}"));
	CHECK(has("status=\"other\"} 77\n"));
	CHECK(has("_count{operation=\"list\",method=\"GET\"} 100\n"));
}

static void
gauges(void)
{
	rt_metrics_set(RT_GAUGE_CALLS, 3);
	rt_metrics_set(RT_GAUGE_MEMORY, 1000);
	count(&list, 200, 100);
}

TEST(gauges_end_with_their_worker_and_counts_do_not)
{
	pid_t first, second;

	begin();
	first = work(gauges);
	second = work(gauges);
	CHECK(has("\nhttp_requests_in_flight 6\n"));
	CHECK(has("\nserver_workers 2\n"));
	rt_metrics_forget(first);
	CHECK(has("\nhttp_requests_in_flight 3\n"));
	CHECK(has("\nserver_workers 1\n"));
	rt_metrics_forget(second);
	rt_metrics_forget(second);
	CHECK(has("\nprocess_resident_memory_bytes 0\n"));
	CHECK(has("status=\"200\"} 2\n"));
	work(gauges); /* in the slot of the first */
	CHECK(has("status=\"200\"} 3\n"));
	CHECK(rt_metrics_slot(2) == NULL);
}

static void
timed(void)
{
	rt_metrics_took(RT_TIMED_QUERY, 1500);
	rt_metrics_took(RT_TIMED_QUERY, -5);
	rt_metrics_took(RT_TIMED_OUTBOUND, 2000000);
	rt_metrics_shed();
}

TEST(queries_and_requests_to_others)
{
	begin();
	work(timed);
	CHECK(has("\ndb_query_duration_seconds_sum 0.001500\n"));
	CHECK(has("\ndb_query_duration_seconds_count 2\n"));
	CHECK(has("\noutbound_request_duration_seconds_bucket{le=\"1\"} 0\n"));
	CHECK(
	    has("\noutbound_request_duration_seconds_bucket{le=\"2.5\"} 1\n"));
	CHECK(has("\nhttp_requests_shed_total 1\n"));
}

TEST(nothing_is_counted_where_there_is_no_table)
{
	rt_metrics_close();
	count(&list, 200, 1);
	rt_metrics_set(RT_GAUGE_CALLS, 1);
	rt_metrics_took(RT_TIMED_QUERY, 1);
	rt_metrics_shed();
	rt_metrics_begin();
	rt_metrics_forget(getpid());
	rt_metrics_measure_memory();
	CHECK(rt_metrics_text(&call).n == 0);
}

TEST(the_parent_measures_memory)
{
	struct rt_room room;
	pid_t pid;

	begin();
	CHECK(!rt_health_memory(&room));
	pid = fork();
	if (pid == 0) {
		rt_metrics_begin();
		pause();
	}
	while (rt_metrics_slot(0) == NULL)
		usleep(1000);
	rt_metrics_measure_memory();
	CHECK(rt_metrics_sum(RT_GAUGE_MEMORY) > 100000);
	CHECK(
	    rt_health_memory(&room) && room.free > 0 && room.free < room.total);
	kill(pid, SIGKILL);
	CHECK(waitpid(pid, NULL, 0) == pid);
}

static bool
admits(const char *networks, const char *peer, const char *forwarded)
{
	struct rt_header header = {RT_LIT("X-Forwarded-For"),
	    rt_str(forwarded)};

	begin();
	CHECK(rt_networks_parse(call.arena, networks, &server.metrics_allow) ==
	    NULL);
	call.req.peer = rt_str(peer);
	if (forwarded != NULL)
		call.req.headers = (struct rt_headers){&header, .n = 1};
	return rt_metrics_admits(&call);
}

TEST(who_may_read)
{
	CHECK(admits("127.0.0.0/8, ::1", "127.0.0.1", NULL));
	CHECK(admits("127.0.0.0/8, ::1", "::1", NULL));
	CHECK(admits("127.0.0.0/8", "::ffff:127.0.0.1", NULL));
	CHECK(!admits("127.0.0.0/8, ::1", "192.0.2.1", NULL));
	CHECK(!admits("127.0.0.0/8, ::1", "2001:db8::1", NULL));
	CHECK(!admits("127.0.0.0/8, ::1", "", NULL));
	CHECK(!admits("0.0.0.0/0", "no address at all, and one that is long",
	    NULL));
	CHECK(!admits("", "127.0.0.1", NULL));
	CHECK(admits("10.1.0.0/16", "10.1.2.3", NULL));
	CHECK(!admits("127.0.0.0/8", "127.0.0.1", "192.0.2.1"));
}
