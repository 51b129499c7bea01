#include "runtime/http_client.h"

#include <netdb.h>

#include "runtime/async.h"
#include "runtime/server.h"
#include "tests/unit/loop_poll.h"
#include "tests/unit/receiver.h"
#include "tests/unit/test.h"

static int port;
static struct rt_server server;
static struct rt_http_request request;
static struct rt_http_reply reply;
static enum rt_http_result result;
static struct rt_arena *arena;

static void
begin(const char *networks)
{
	arena = rt_arena_open(1 << 23, NULL, NULL);
	server.client.timeout_ms = 5000;
	server.client.answer_max = 100000;
	CHECK(rt_networks_parse(arena, networks, &server.client.networks) ==
	    NULL);
	port = receiver_start();
	server.client.most = 10;
	server.client.retries = 0;
	CHECK(rt_http_open());
}

static void
end(void)
{
	rt_http_close();
	rt_arena_close(arena);
}

static struct rt_str
local(const char *path)
{
	return rt_arena_printf(arena, "http://127.0.0.1:%d%s", port, path);
}

static void
send_it(struct rt_call *call)
{
	result = rt_http_send(call, &request, &reply);
	/* What came lives as long as the call. */
	reply.body = rt_arena_copy(arena, reply.body);
	reply.why = rt_arena_copy(arena, reply.why);
}

/* Asks by GET; returns the result. */
static enum rt_http_result
get(struct rt_str url)
{
	struct rt_call *call;

	request.url = url;
	if (request.method.p == NULL)
		request.method = RT_LIT("GET");
	result = 0;
	call = test_call_start(&server, send_it);
	test_loop_run();
	if (reply.status == 0)
		reply.headers.n = 0;
	else
		CHECK_STR(rt_http_header(&reply, "x-none").p == NULL
			? RT_LIT("absent")
			: RT_LIT("there"),
		    "absent");
	test_call_close(call);
	return result;
}

static bool
contains(struct rt_str s, const char *part)
{
	return memmem(s.p, s.n, part, strlen(part)) != NULL;
}

static void
check_twice(struct rt_call *call)
{
	send_it(call);
	CHECK_STR(rt_http_header(&reply, "x-twice"), "a");
	CHECK_INT(reply.headers.n, 5);
	CHECK_STR(reply.headers.v[3].value, "b");
}

TEST(a_request_and_its_answer)
{
	struct rt_header headers[] = {
	    {RT_LIT("Content-Type"), RT_LIT("application/json")},
	    {RT_LIT("X-Empty"), RT_LIT("")},
	    {RT_LIT("Authorization"), RT_LIT("Bearer s3cret")},
	};
	char host[64];
	struct rt_call *call;

	begin("127.0.0.1");
	request.headers = (struct rt_headers){headers, 3};
	request.method = RT_LIT("PATCH");
	request.body = RT_LIT("{\"a\":1}");
	CHECK_INT(get(local("/echo")), RT_HTTP_OK);
	CHECK_INT(reply.status, 200);
	CHECK(contains(reply.body, "PATCH /echo HTTP/1.1\r\n"));
	CHECK(contains(reply.body, "\r\nContent-Type: application/json\r\n"));
	CHECK(contains(reply.body, "\r\nX-Empty:\r\n"));
	CHECK(contains(reply.body, "\r\nAuthorization: Bearer s3cret\r\n"));
	CHECK(contains(reply.body, "\r\nContent-Length: 7\r\n"));
	CHECK(contains(reply.body, "\r\n\r\n{\"a\":1}"));
	CHECK(!contains(reply.body, "Expect"));
	snprintf(host, sizeof(host), "\r\nHost: 127.0.0.1:%d\r\n", port);
	CHECK(contains(reply.body, host));
	CHECK(reply.why.n == 0);

	request.url = local("/echo");
	call = test_call_start(&server, check_twice);
	test_loop_run();
	test_call_close(call);
	end();
}

TEST(methods_with_and_without_a_body)
{
	static const char *const methods[] = {"GET", "DELETE", "OPTIONS",
	    "QUERY", "POST", "PUT", "PATCH"};

	begin("127.0.0.1");
	for (size_t i = 0; i < RT_LEN(methods); i++) {
		request.method = rt_str(methods[i]);
		CHECK_INT(get(local("/echo?a=b&c=%20")), RT_HTTP_OK);
		CHECK(rt_str_starts(reply.body, methods[i]));
		CHECK(contains(reply.body, " /echo?a=b&c=%20 HTTP/1.1\r\n"));
		CHECK(!contains(reply.body, "Content-Type"));
		CHECK(contains(reply.body, "Content-Length: 0") == (i > 3));
	}
	request.method = RT_LIT("HEAD");
	CHECK_INT(get(local("/json/[]")), RT_HTTP_OK);
	CHECK_INT(reply.status, 200);
	CHECK_INT(reply.body.n, 0);
	request.method = RT_LIT("GET");
	request.body = RT_LIT("text");
	CHECK_INT(get(local("/echo")), RT_HTTP_OK);
	CHECK(rt_str_starts(reply.body, "GET "));
	CHECK(contains(reply.body, "\r\n\r\ntext"));
	end();
}

TEST(a_large_body_is_sent_at_once)
{
	size_t n = 2000000;
	char *body = calloc(1, n);

	begin("127.0.0.1");
	server.client.answer_max = 3000000;
	request.method = RT_LIT("POST");
	request.body = (struct rt_str){memset(body, 'x', n), n};
	CHECK_INT(get(local("/echo")), RT_HTTP_OK);
	CHECK(reply.body.n > n);
	CHECK(!contains(reply.body, "Expect"));
	free(body);
	end();
}

static void
check_interim(struct rt_call *call)
{
	send_it(call);
	CHECK(rt_http_header(&reply, "X-Early").p == NULL);
	CHECK(rt_http_header(&reply, "X-Trailer").p == NULL);
	CHECK_STR(rt_http_header(&reply, "X-Late"), "1");
}

TEST(interim_answers_and_trailers_are_none)
{
	begin("127.0.0.1");
	CHECK_INT(get(local("/interim")), RT_HTTP_OK);
	CHECK_STR(reply.body, "done");
	test_call_start(&server, check_interim);
	test_loop_run();
	end();
}

TEST(a_redirect_is_an_answer)
{
	begin("127.0.0.1");
	CHECK_INT(get(local("/redirect")), RT_HTTP_OK);
	CHECK_INT(reply.status, 302);
	CHECK_INT(get(local("/status/503")), RT_HTTP_OK);
	CHECK_INT(reply.status, 503);
	end();
}

TEST(answers_that_are_too_large)
{
	begin("127.0.0.1");
	CHECK_INT(get(local("/huge")), RT_HTTP_TOO_LARGE);
	CHECK_INT(get(local("/head")), RT_HTTP_TOO_LARGE);
	CHECK_INT(get(local("/lines")), RT_HTTP_TOO_LARGE);
	CHECK_INT(get(local("/interims")), RT_HTTP_TOO_LARGE);
	CHECK_INT(reply.status, 0);
	CHECK_STR(reply.why, "127.0.0.1: the answer is too large");
	server.client.answer_max = 2;
	CHECK_INT(get(local("/json/[]")), RT_HTTP_OK);
	CHECK_INT(get(local("/json/[1]")), RT_HTTP_TOO_LARGE);
	end();
}

TEST(answers_that_are_none)
{
	begin("127.0.0.1");
	CHECK_INT(get(local("/cut")), RT_HTTP_BAD_ANSWER);
	CHECK_INT(reply.status, 0);
	CHECK_INT(get(local("/close")), RT_HTTP_BAD_ANSWER);
	CHECK_INT(get(local("/garbage")), RT_HTTP_BAD_ANSWER);
	CHECK(reply.why.n > 0);
	end();
}

static int64_t
elapsed_ms(int64_t since)
{
	return (rt_clock_us() - since) / 1000;
}

TEST(answers_that_come_too_late)
{
	int64_t since;

	begin("127.0.0.1");
	server.client.timeout_ms = 200;
	since = rt_clock_us();
	CHECK_INT(get(local("/slow")), RT_HTTP_TIMEOUT);
	CHECK(elapsed_ms(since) >= 190);
	CHECK_INT(get(local("/drip")), RT_HTTP_TIMEOUT);
	CHECK(elapsed_ms(since) < 4000);
	end();
}

static void
send_in_time(struct rt_call *call)
{
	call->deadline_us = rt_clock_us() + 500000;
	send_it(call);
	CHECK(rt_clock_us() + 20000 < call->deadline_us);
}

TEST(the_call_has_time_left_for_its_own_answer)
{
	struct rt_call *call;

	begin("127.0.0.1");
	request.method = RT_LIT("GET");
	request.url = local("/slow");
	call = test_call_start(&server, send_in_time);
	test_loop_run();
	CHECK_INT(result, RT_HTTP_TIMEOUT);
	CHECK(call->failure.p == NULL);
	test_call_close(call);
	end();
}

TEST(nobody_listens)
{
	begin("127.0.0.1");
	CHECK_INT(get(RT_LIT("http://127.0.0.1:1/")), RT_HTTP_UNREACHABLE);
	CHECK_INT(get(RT_LIT("http://name.invalid/")), RT_HTTP_UNREACHABLE);
	CHECK(rt_str_starts(reply.why, "name.invalid: "));
	end();
}

/* However the address is spelled: what counts is where it leads. */
TEST(addresses_that_are_not_public_are_refused)
{
	static const char *const hosts[] = {"127.0.0.1", "localhost",
	    "LOCALHOST", "127.1", "0x7f000001", "2130706433", "017700000001",
	    "[::1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "0.0.0.0",
	    "10.0.0.1", "169.254.169.254", "192.168.0.1", "[fe80::1]",
	    "[fd00::1]"};

	begin("");
	for (size_t i = 0; i < RT_LEN(hosts); i++) {
		if (get(rt_arena_printf(arena, "http://%s:%d/echo", hosts[i],
			port)) != RT_HTTP_REFUSED)
			fprintf(stderr, "%s: %d: %.*s\n", hosts[i], (int)result,
			    RT_FMT(reply.why));
		CHECK_INT(result, RT_HTTP_REFUSED);
		CHECK_INT(reply.status, 0);
	}
	CHECK_STR(reply.why, "[fd00::1]: its address is not public");
	end();
}

TEST(urls_that_are_none)
{
	static const char *const urls[] = {"", "/echo", "127.0.0.1/echo",
	    "//127.0.0.1/echo", "ftp://127.0.0.1/", "file:///etc/passwd",
	    "gopher://127.0.0.1/", "http://", "http:///echo", "http:127.0.0.1/",
	    "http:/127.0.0.1/", "http://user@127.0.0.1/",
	    "http://user:pass@127.0.0.1/", "http://127.0.0.1/#a",
	    "http://127.0.0.1/a b", "http://127.0.0.1/\r\nX-A: b",
	    "http://127.0.0.1/\"", "http://127.0.0.1/\xc3\xa4",
	    "http://127.0.0.1\\@a/", "http://127.0.0.1:99999/",
	    "http://127.0.0.1:x/"};

	begin("127.0.0.1");
	for (size_t i = 0; i < RT_LEN(urls); i++) {
		if (get(rt_str(urls[i])) != RT_HTTP_BAD_URL)
			fprintf(stderr, "%s: %d\n", urls[i], (int)result);
		CHECK_INT(result, RT_HTTP_BAD_URL);
	}
	CHECK_INT(get((struct rt_str){NULL, 0}), RT_HTTP_BAD_URL);
	CHECK_INT(get((struct rt_str){"http://127.0.0.1/\0", 18}),
	    RT_HTTP_BAD_URL);
	end();
}

TEST(headers_that_can_not_be_sent)
{
	static const struct rt_header bad[] = {
	    {{"X-A", 3}, {"a\r\nX-B: c", 9}},
	    {{"X-A", 3}, {"a\0b", 3}},
	    {{"X A", 3}, {"a", 1}},
	    {{"X-A:", 4}, {"a", 1}},
	    {{"", 0}, {"a", 1}},
	    {{"host", 4}, {"other.example", 13}},
	    {{"Content-Length", 14}, {"1", 1}},
	    {{"transfer-encoding", 17}, {"chunked", 7}},
	};

	begin("127.0.0.1");
	for (size_t i = 0; i < RT_LEN(bad); i++) {
		struct rt_header h = bad[i];

		request.headers = (struct rt_headers){&h, 1};
		CHECK_INT(get(local("/echo")), RT_HTTP_BAD_REQUEST);
	}
	request.headers.n = 0;
	request.method = RT_LIT("GET / HTTP/1.1\r\nX-A: b\r\n\r\nGET");
	CHECK_INT(get(local("/echo")), RT_HTTP_BAD_REQUEST);
	end();
}

TEST(the_environment_names_no_proxy)
{
	begin("127.0.0.1");
	setenv("http_proxy", "http://127.0.0.1:1", 1);
	setenv("ALL_PROXY", "http://127.0.0.1:1", 1);
	CHECK_INT(get(local("/echo")), RT_HTTP_OK);
	end();
}

TEST(a_client_that_goes_ends_the_request)
{
	struct rt_call *call;

	begin("127.0.0.1");
	server.client.most = 1;
	request.method = RT_LIT("GET");
	request.url = local("/slow");
	call = test_call_start(&server, send_it);
	test_loop_turn(100);
	test_call_cancel(call);
	CHECK_INT(result, RT_HTTP_FAILED);
	CHECK(call->failure.p == NULL);
	test_call_close(call);
	CHECK_INT(get(local("/echo")), RT_HTTP_OK);
	end();
}

TEST(no_more_at_once_than_the_setting_says)
{
	struct rt_call *slow, *call;

	begin("127.0.0.1");
	server.client.most = 1;
	request.method = RT_LIT("GET");
	request.url = local("/slow");
	slow = test_call_start(&server, send_it);
	call = test_call_start(&server, send_it);
	CHECK(test_call_ended(call));
	CHECK_INT(result, RT_HTTP_FAILED);
	CHECK(call->unavailable);
	test_call_close(call);
	test_call_cancel(slow);
	test_call_close(slow);
	end();
}

/* --- Connections --- */

TEST(a_connection_is_kept_for_other_calls)
{
	begin("127.0.0.1");
	for (int i = 1; i <= 5; i++) {
		char count[8];

		snprintf(count, sizeof(count), "%03d", i);
		CHECK_INT(get(local("/kept")), RT_HTTP_OK);
		CHECK_STR(reply.body, count);
	}
	end();
}

/* The receiver has closed it meanwhile. */
TEST(a_connection_that_has_gone_is_no_failure)
{
	begin("127.0.0.1");
	CHECK_INT(get(local("/kept")), RT_HTTP_OK);
	CHECK_INT(get(local("/close")), RT_HTTP_BAD_ANSWER);
	CHECK_INT(get(local("/kept")), RT_HTTP_OK);
	CHECK_STR(reply.body, "001");
	end();
}

/* How often the receiver has had a request that it did not answer, once a
 * connection was there. */
static void
check_times(const char *method, const char *want)
{
	port = receiver_start();
	request.method = RT_LIT("GET");
	CHECK_INT(get(local("/kept")), RT_HTTP_OK);
	request.method = rt_str(method);
	CHECK_INT(get(local("/gone")), RT_HTTP_BAD_ANSWER);
	request.method = RT_LIT("GET");
	CHECK_INT(get(local("/fail/500/0")), RT_HTTP_OK);
	CHECK_STR(reply.body, want);
}

TEST(what_has_perhaps_arrived_is_sent_again_where_it_may_be)
{
	begin("127.0.0.1");
	check_times("POST", "2");
	check_times("GET", "3");
	request.repeatable = true;
	check_times("POST", "3");
	end();
}

/* --- Names --- */

/* What libcurl's threads call; a name that is slow is known after a second. */
__attribute__((visibility("default"))) int
getaddrinfo(const char *name, const char *service, const struct addrinfo *hints,
    struct addrinfo **out)
{
	static const struct addrinfo made = {.ai_family = AF_INET};
	struct sockaddr_in *in;
	struct addrinfo *a;

	(void)hints;
	if (strcmp(name, "slow.test") == 0)
		sleep(1);
	else if (strcmp(name, "localhost") != 0)
		return EAI_NONAME;
	a = calloc(1, sizeof(*a) + sizeof(*in));
	in = (void *)(a + 1);
	*a = made;
	a->ai_socktype = SOCK_STREAM;
	a->ai_addrlen = sizeof(*in);
	a->ai_addr = (struct sockaddr *)in;
	in->sin_family = AF_INET;
	in->sin_port = htons((uint16_t)atoi(service));
	in->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	*out = a;
	return 0;
}

__attribute__((visibility("default"))) void
freeaddrinfo(struct addrinfo *a)
{
	free(a);
}

static unsigned turns;

static void
turn_often(struct rt_call *call)
{
	while (result == 0 && rt_sleep(call, 10))
		turns++;
}

TEST(a_name_that_is_resolved_slowly_holds_up_nothing)
{
	begin("127.0.0.1");
	test_call_start(&server, turn_often);
	CHECK_INT(get(rt_arena_printf(arena, "http://slow.test:%d/echo", port)),
	    RT_HTTP_OK);
	CHECK(turns > 20);
	end();
}

TEST(a_name_that_is_resolved_slowly_is_not_waited_for)
{
	int64_t since;

	begin("127.0.0.1");
	server.client.timeout_ms = 100;
	since = rt_clock_us();
	CHECK_INT(get(rt_arena_printf(arena, "http://slow.test:%d/echo", port)),
	    RT_HTTP_TIMEOUT);
	end();
	CHECK(elapsed_ms(since) < 700);
	sleep(1); /* or the thread's memory is a leak */
}

/* --- Again --- */

TEST(a_failure_that_passes_is_tried_again)
{
	static const int passing[] = {502, 503, 504};

	begin("127.0.0.1");
	for (size_t i = 0; i < RT_LEN(passing); i++) {
		server.client.retries = 1;
		port = receiver_start();
		CHECK_INT(
		    get(rt_arena_printf(arena, "http://127.0.0.1:%d/fail/%d/2",
			port, passing[i])),
		    RT_HTTP_OK);
		CHECK_INT(reply.status, passing[i]);
		server.client.retries = 2;
		port = receiver_start();
		CHECK_INT(
		    get(rt_arena_printf(arena, "http://127.0.0.1:%d/fail/%d/2",
			port, passing[i])),
		    RT_HTTP_OK);
		CHECK_INT(reply.status, 200);
		CHECK_STR(reply.body, "3");
	}
	end();
}

TEST(other_failures_are_not)
{
	begin("127.0.0.1");
	server.client.retries = 2;
	CHECK_INT(get(local("/fail/500/1")), RT_HTTP_OK);
	CHECK_INT(reply.status, 500);
	CHECK_INT(get(local("/close")), RT_HTTP_BAD_ANSWER);
	CHECK_INT(get(local("/fail/404/2")), RT_HTTP_OK);
	CHECK_INT(reply.status, 404);
	end();
}

TEST(what_must_not_arrive_twice_is_sent_once)
{
	begin("127.0.0.1");
	server.client.retries = 2;
	request.method = RT_LIT("POST");
	CHECK_INT(get(local("/fail/503/1")), RT_HTTP_OK);
	CHECK_INT(reply.status, 503);
	port = receiver_start();
	request.repeatable = true;
	CHECK_INT(get(local("/fail/503/1")), RT_HTTP_OK);
	CHECK_INT(reply.status, 200);
	end();
}

TEST(a_pause_is_as_long_as_was_asked_for)
{
	int64_t since;

	begin("127.0.0.1");
	server.client.retries = 2;
	since = rt_clock_us();
	CHECK_INT(get(local("/fail/429/1")), RT_HTTP_OK);
	CHECK_INT(reply.status, 200);
	CHECK(elapsed_ms(since) >= 1000);
	/* There is no time for it. */
	port = receiver_start();
	server.client.timeout_ms = 800;
	since = rt_clock_us();
	CHECK_INT(get(local("/fail/429/1")), RT_HTTP_OK);
	CHECK_INT(reply.status, 429);
	CHECK(elapsed_ms(since) < 700);
	end();
}

/* Nothing was sent, so that a POST may be, too. */
TEST(a_connection_that_does_not_come_about_is_tried_again)
{
	int64_t since;

	begin("127.0.0.1");
	server.client.retries = 2;
	request.method = RT_LIT("POST");
	since = rt_clock_us();
	CHECK_INT(get(RT_LIT("http://127.0.0.1:1/")), RT_HTTP_UNREACHABLE);
	CHECK(elapsed_ms(since) >= 300);
	since = rt_clock_us();
	CHECK_INT(get(RT_LIT("http://10.0.0.1/")), RT_HTTP_REFUSED);
	CHECK(elapsed_ms(since) < 100);
	end();
}

TEST(an_origin_that_fails_is_left_alone_for_a_while)
{
	int64_t since;

	begin("127.0.0.1");
	server.client.breaker = (struct rt_breaker_settings){3, 300000};
	for (int i = 0; i < 3; i++)
		CHECK_INT(get(local("/status/500")), RT_HTTP_OK);
	since = rt_clock_us();
	CHECK_INT(get(local("/echo")), RT_HTTP_BREAKER_OPEN);
	CHECK(reply.why.n > 0 && reply.status == 0);
	CHECK_INT(get(RT_LIT("http://127.0.0.1:1/")), RT_HTTP_UNREACHABLE);
	while (get(local("/echo")) == RT_HTTP_BREAKER_OPEN)
		test_loop_turn(10);
	CHECK_INT(result, RT_HTTP_OK);
	CHECK(elapsed_ms(since) >= 200 && elapsed_ms(since) < 1000);
	CHECK_INT(get(local("/status/500")), RT_HTTP_OK);
	CHECK_INT(get(local("/echo")), RT_HTTP_OK);
	end();
}

/* --- Short forms --- */

static void
post_it(struct rt_call *call)
{
	result = rt_http_post(call, local("/echo"), RT_LIT("text/plain"),
	    RT_LIT("hello"), &reply);
	CHECK(contains(reply.body, "POST /echo HTTP/1.1\r\n"));
	CHECK(contains(reply.body, "\r\nContent-Type: text/plain\r\n"));
	CHECK(contains(reply.body, "\r\n\r\nhello"));
	CHECK_INT(rt_http_get(call, local("/json/[]"), &reply), RT_HTTP_OK);
	CHECK_STR(reply.body, "[]");
}

TEST(get_and_post)
{
	struct rt_call *call;

	begin("127.0.0.1");
	call = test_call_start(&server, post_it);
	test_loop_run();
	CHECK_INT(result, RT_HTTP_OK);
	test_call_close(call);
	end();
}
