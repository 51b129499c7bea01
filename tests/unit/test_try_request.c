#include "runtime/try_request.h"
#include "tests/unit/test.h"

static struct rt_try_request request;
static unsigned line;
static const char *why;

static bool
parses(struct rt_str text)
{
	static struct rt_arena *arena;

	if (arena == NULL)
		arena = rt_arena_open(1 << 24, NULL, NULL);
	rt_arena_reset(arena);
	return rt_try_parse(arena, text, &request, &line, &why);
}

#define PARSES(text) parses(RT_LIT(text))

TEST(a_request_is_taken_apart)
{
	CHECK(PARSES("POST /a/b?c=d?e HTTP/1.1\r\nHost: x\r\n"
		     "X-A:  1 \t\r\n\r\nbody\r\n"));
	CHECK_STR(request.method, "POST");
	CHECK_STR(request.path, "/a/b");
	CHECK_STR(request.query, "c=d?e");
	CHECK_INT(request.headers.n, 2);
	CHECK_STR(request.headers.v[1].name, "X-A");
	CHECK_STR(request.headers.v[1].value, "1");
	CHECK_STR(request.body, "body\r\n");
}

TEST(what_is_not_there_is_absent)
{
	CHECK(PARSES("GET /"));
	CHECK(request.query.p == NULL);
	CHECK(request.body.p == NULL);
	CHECK(PARSES("GET /?\n\n"));
	CHECK(request.query.p != NULL && request.query.n == 0);
	CHECK(request.body.p == NULL);
	CHECK(PARSES("PUT / HTTP/1.1\nContent-Length: 0\n\n"));
	CHECK(request.body.p != NULL && request.body.n == 0);
	CHECK(PARSES("PUT / HTTP/1.1\nA:\n\n"));
	CHECK_STR(request.headers.v[0].value, "");
}

TEST(a_target_may_be_a_whole_url)
{
	CHECK(PARSES("GET http://a.test:80/x?y"));
	CHECK_STR(request.path, "/x");
	CHECK_STR(request.query, "y");
	CHECK(PARSES("GET https://a.test"));
	CHECK_STR(request.path, "/");
	CHECK(request.query.p == NULL);
	CHECK(PARSES("GET https://a.test?y=/"));
	CHECK_STR(request.path, "/");
	CHECK_STR(request.query, "y=/");
}

TEST(comments_may_stand_before)
{
	CHECK(PARSES("# one\r\n\r\n// two\nGET /"));
	CHECK_STR(request.path, "/");
	CHECK(!PARSES("# one\n"));
	CHECK(!PARSES(""));
}

TEST(content_length_ends_the_body)
{
	CHECK(PARSES("PUT / HTTP/1.1\ncontent-length: 2\n\nabc"));
	CHECK_STR(request.body, "ab");
	CHECK(!PARSES("PUT / HTTP/1.1\nContent-Length: 4\n\nabc"));
	CHECK_INT(line, 4);
	CHECK(!PARSES("PUT / HTTP/1.1\nContent-Length: -1\n\nabc"));
	CHECK(!PARSES("PUT / HTTP/1.1\nContent-Length:\n\nabc"));
	CHECK(!PARSES("PUT / HTTP/1.1\n"
		      "Content-Length: 99999999999999999999999\n\nabc"));
}

TEST(what_is_no_request_is_refused_with_its_line)
{
	CHECK(!PARSES("GET"));
	CHECK_INT(line, 1);
	CHECK(!PARSES("GET x"));
	CHECK(!PARSES("G@T /"));
	CHECK(!PARSES("GET /a b HTTP/1.1"));
	CHECK(!PARSES("GET /a\x01 HTTP/1.1"));
	CHECK(!PARSES("GET /a#b"));
	CHECK(!PARSES("GET / HTTP/1.1\nA: b\nnone\n"));
	CHECK_INT(line, 3);
	CHECK(!PARSES("GET / HTTP/1.1\nA : b\n"));
	CHECK(!PARSES("GET / HTTP/1.1\n: b\n"));
	CHECK(!PARSES("GET / HTTP/1.1\nA: b\n c\n"));
	CHECK(!PARSES("GET / HTTP/1.1\nA: b\rc\n"));
	CHECK(!PARSES("GET / HTTP/1.1\nA: b\0c\n"));
	CHECK(!PARSES("GET / HTTP/1.1\nTransfer-Encoding: chunked\n\n0"));
}

TEST(headers_have_a_number)
{
	char text[16 + 8 * (RT_TRY_HEADERS_MAX + 1)] = "GET / HTTP/1.1\n";
	size_t n = strlen(text);

	for (unsigned i = 0; i <= RT_TRY_HEADERS_MAX; i++) {
		CHECK(parses((struct rt_str){text, n}));
		CHECK_INT(request.headers.n, i);
		memcpy(text + n, "a: b\n", 5);
		n += 5;
	}
	CHECK(!parses((struct rt_str){text, n}));
}
