#include "runtime/log.h"
#include "runtime/loop.h"

#include <fcntl.h>

#include "tests/unit/test.h"

static struct rt_arena *arena;
static char output[65536];
static size_t output_n;
static int old_stderr, file;
static int64_t clock_us = 5000000;

/* serve.c has the real one. */
int64_t
rt_clock_us(void)
{
	return clock_us;
}

static void
capture(void)
{
	char name[] = "/tmp/test_log.XXXXXX";

	rt_arena_close(arena);
	arena = rt_arena_open(1 << 20, NULL, NULL);
	file = mkstemp(name);
	CHECK(file >= 0);
	unlink(name);
	old_stderr = dup(STDERR_FILENO);
	dup2(file, STDERR_FILENO);
}

/* The one line that was written. */
static const struct rt_node *
line(void)
{
	struct rt_json_error err;
	const struct rt_node *v;
	ssize_t n = pread(file, output, sizeof(output), 0);

	dup2(old_stderr, STDERR_FILENO);
	CHECK(n > 0);
	output_n = (size_t)n;
	CHECK(output[n - 1] == '\n');
	CHECK(memchr(output, '\n', output_n) == output + n - 1);
	v = rt_json_parse(arena, (struct rt_str){output, output_n},
	    &rt_json_default_limits, &err);
	CHECK(v != NULL);
	return v;
}

static struct rt_str
member(const struct rt_node *v, const char *name)
{
	const struct rt_node *m = rt_node_get(v, name);

	CHECK(m != NULL);
	return rt_node_str(m);
}

TEST(messages)
{
	const struct rt_node *v;
	struct rt_time time;

	capture();
	rt_log(RT_LOG_WARN, "%s \"%d\" \\ \n\t\x01", "x", 5);
	v = line();
	CHECK_STR(member(v, "level"), "warn");
	CHECK_STR(member(v, "message"), "x \"5\" \\ \n\t\x01");
	CHECK(rt_time_parse(member(v, "time"), &time));
}

TEST(levels)
{
	capture();
	rt_log(RT_LOG_DEBUG, "not by default");
	rt_log_level(RT_LOG_ERROR);
	rt_log(RT_LOG_WARN, "not this");
	rt_log(RT_LOG_ERROR, "but this");
	CHECK_STR(member(line(), "message"), "but this");
}

TEST(bytes_that_are_no_text)
{
	capture();
	rt_log(RT_LOG_INFO, "a\xff\xc3\xbc");
	CHECK_STR(member(line(), "message"), "a\xc3\xbf\xc3\x83\xc2\xbc");
}

TEST(long_lines_are_cut)
{
	static char text[20000];
	struct rt_str message;

	capture();
	memset(text, '\n', sizeof(text) - 1);
	rt_log(RT_LOG_INFO, "%s", text);
	message = member(line(), "message");
	CHECK(output_n <= 4096);
	CHECK(message.n > 100);
	CHECK(rt_str_ends(message, "\n..."));
}

TEST(long_characters_are_not_cut_in_two)
{
	static char text[8001];

	for (unsigned shift = 0; shift < 3; shift++) {
		size_t n = 0;

		memset(text, 'x', shift);
		for (n = shift; n + 4 < sizeof(text); n += 4)
			memcpy(text + n, "\xf0\x9f\x8e\x81", 4);
		text[n] = '\0';
		capture();
		rt_log(RT_LOG_INFO, "%s", text);
		line();
	}
}

static const struct rt_op op = {.id = "get_thing"};

static struct rt_call
finished_call(void)
{
	struct rt_call c = {.op = &op};

	c.req.method_text = RT_LIT("GET");
	c.req.path = RT_LIT("/thing/\"7\"");
	c.req.query = RT_LIT("token=secret");
	c.req.peer = RT_LIT("192.0.2.1");
	c.trace_id = RT_LIT("abc");
	c.res.status = 200;
	c.res.body.n = 12;
	c.who.id = 7;
	c.began_us = clock_us - 1234;
	return c;
}

TEST(calls)
{
	struct rt_call c = finished_call();
	const struct rt_node *v;

	capture();
	rt_log_call(&c);
	v = line();
	CHECK_STR(member(v, "level"), "info");
	CHECK_STR(member(v, "trace_id"), "abc");
	CHECK_STR(member(v, "method"), "GET");
	CHECK_STR(member(v, "path"), "/thing/\"7\"");
	CHECK_STR(member(v, "operation"), "get_thing");
	CHECK_STR(member(v, "status"), "200");
	CHECK_STR(member(v, "bytes"), "12");
	CHECK_STR(member(v, "user"), "7");
	CHECK_STR(member(v, "peer"), "192.0.2.1");
	CHECK_STR(member(v, "duration_us"), "1234");
	CHECK(rt_node_get(v, "reason") == NULL);
	CHECK(memmem(output, output_n, "secret", 6) == NULL);
}

TEST(calls_that_failed)
{
	struct rt_call c = finished_call();
	const struct rt_node *v;

	c.res.status = 500;
	c.failure = RT_LIT("disk full");
	capture();
	rt_log_call(&c);
	v = line();
	CHECK_STR(member(v, "level"), "error");
	CHECK_STR(member(v, "reason"), "disk full");
	/* Also where the client got an answer all the same. */
	c.res.status = 200;
	capture();
	rt_log_call(&c);
	CHECK_STR(member(line(), "level"), "error");
}

TEST(calls_without_a_route_or_a_user)
{
	struct rt_call c = finished_call();
	const struct rt_node *v;

	c.op = NULL;
	c.who.id = 0;
	c.began_us = clock_us;
	capture();
	rt_log_call(&c);
	v = line();
	CHECK(rt_node_get(v, "operation") == NULL);
	CHECK(rt_node_get(v, "user") == NULL);
	CHECK_STR(member(v, "duration_us"), "0");
}

TEST(users_by_uuid)
{
	struct rt_call c = finished_call();
	struct rt_uuid uuid;

	c.who.id = 0;
	c.who.uuid = rt_uuid_random();
	capture();
	rt_log_call(&c);
	CHECK(rt_uuid_parse(member(line(), "user"), &uuid));
	CHECK(rt_uuid_eq(uuid, c.who.uuid));
}

TEST(hostile_calls_stay_on_one_line)
{
	static char junk[50000];
	struct rt_call c = finished_call();
	struct rt_str s = {junk, sizeof(junk)};

	memset(junk, '\x01', sizeof(junk));
	c.req.method_text = s;
	c.req.path = s;
	c.req.peer = s;
	c.trace_id = s;
	c.failure = s;
	capture();
	rt_log_call(&c);
	line();
	CHECK(output_n <= 4096);
}
