#include "runtime/http_head.h"

#include "tests/unit/test.h"

static const struct rt_head_limits limits = {4096, 20, 1000};
static struct rt_head head;
static struct rt_head_fault fault;

/* What `head` points to. */
static struct rt_arena *arena;
static char *copy;

/* Parses from memory that ends where the head ends, for the address
 * sanitizer.  The status that refuses it, or 0. */
static int
parse_within(struct rt_str s, const struct rt_head_limits *l)
{
	rt_arena_close(arena);
	arena = rt_arena_open(1 << 20, NULL, NULL);
	free(copy);
	copy = malloc(s.n);
	memcpy(copy, s.p, s.n);
	fault = (struct rt_head_fault){0};
	if (rt_head_parse(arena, (struct rt_str){copy, s.n}, l, &head, &fault))
		return 0;
	CHECK(fault.status >= 400);
	CHECK(fault.detail[strlen(fault.detail) - 1] == '.');
	return fault.status;
}

static int
parse(const char *s)
{
	return parse_within(rt_str(s), &limits);
}

/* The head of these fields, and of Host. */
static int
parse_fields(const char *fields)
{
	char s[2048];

	snprintf(s, sizeof(s), "GET / HTTP/1.1\r\nHost: x\r\n%s\r\n", fields);
	return parse(s);
}

static int
parse_target(const char *method, const char *target)
{
	char s[2048];

	snprintf(s, sizeof(s), "%s %s HTTP/1.1\r\nHost: x\r\n\r\n", method,
	    target);
	return parse(s);
}

static int
parse_host(const char *host)
{
	char s[2048];

	snprintf(s, sizeof(s), "GET / HTTP/1.1\r\nHost: %s\r\n\r\n", host);
	return parse(s);
}

/* Each byte in the place of '@'. */
static void
check_bytes(const char *pattern, bool (*allowed)(unsigned char), int status)
{
	char s[256];
	size_t n = strlen(pattern), at = strcspn(pattern, "@");

	for (int c = 0; c < 256; c++) {
		int want = allowed((unsigned char)c) ? 0 : status, got;

		memcpy(s, pattern, n);
		s[at] = (char)c;
		got = parse_within((struct rt_str){s, n}, &limits);
		if (got != want)
			fprintf(stderr, "byte 0x%02x in %s", c, pattern);
		CHECK_INT(got, want);
	}
}

TEST(a_whole_head)
{
	CHECK_INT(parse("POST /a/b?c=d?e HTTP/1.1\r\nHost: example.org:8080\r\n"
			"content-LENGTH:  12 \r\nX-Empty:\r\n"
			"X-Text:\t caf\xc3\xa9\tau lait \r\n\r\n"),
	    0);
	CHECK_STR(head.method, "POST");
	CHECK_STR(head.path, "/a/b");
	CHECK_STR(head.query, "c=d?e");
	CHECK_STR(head.host, "example.org:8080");
	CHECK_INT(head.minor, 1);
	CHECK_INT(head.framed, RT_FRAMED_LENGTH);
	CHECK_INT(head.length, 12);
	CHECK(!head.close && !head.expects);
	CHECK_INT(head.headers.n, 4);
	CHECK_STR(head.headers.v[0].name, "Host");
	CHECK_STR(head.headers.v[1].name, "content-LENGTH");
	CHECK_STR(head.headers.v[1].value, "12");
	CHECK_STR(head.headers.v[2].name, "X-Empty");
	CHECK_STR(head.headers.v[2].value, "");
	CHECK(head.headers.v[2].value.p != NULL);
	CHECK_STR(head.headers.v[3].value, "caf\xc3\xa9\tau lait");
}

TEST(the_least_head)
{
	CHECK_INT(parse("GET / HTTP/1.0\r\n\r\n"), 0);
	CHECK_INT(head.headers.n, 0);
	CHECK_INT(head.minor, 0);
	CHECK_INT(head.framed, RT_FRAMED_NONE);
	CHECK(head.close);
	CHECK(head.host.p == NULL && head.query.p == NULL);
	CHECK_INT(parse("GET /? HTTP/1.0\r\n\r\n"), 0);
	CHECK(head.query.p != NULL && head.query.n == 0);
}

TEST(no_head)
{
	CHECK_INT(parse(""), 400);
	CHECK_INT(parse("\r\n"), 400);
	CHECK_INT(parse("\r\n\r\n"), 400);
	CHECK_INT(parse("GET\r\n\r\n"), 400);
	CHECK_INT(parse("GET \r\n\r\n"), 400);
	CHECK_INT(parse("GET / \r\n\r\n"), 400);
	CHECK_INT(parse("GET / HTTP/1.0"), 400);
	CHECK_INT(parse("GET / HTTP/1.0\r\n"), 400);
	CHECK_INT(parse("GET / HTTP/1.0\n\n"), 400);
	/* More than one. */
	CHECK_INT(parse("GET / HTTP/1.0\r\n\r\nGET / HTTP/1.0\r\n\r\n"), 400);
	CHECK_INT(parse("GET / HTTP/1.0\r\nA: b\r\n\r\n\r\n"), 400);
	CHECK_INT(parse("\r\nGET / HTTP/1.0\r\n\r\n"), 400);
}

/* --- Request line --- */

TEST(request_lines)
{
	CHECK_INT(parse(" GET / HTTP/1.0\r\n\r\n"), 400);
	CHECK_INT(parse("GET  / HTTP/1.0\r\n\r\n"), 400);
	CHECK_INT(parse("GET /  HTTP/1.0\r\n\r\n"), 400);
	CHECK_INT(parse("GET / HTTP/1.0 \r\n\r\n"), 400);
	CHECK_INT(parse("GET\t/ HTTP/1.0\r\n\r\n"), 400);
	CHECK_INT(parse("GET /\tHTTP/1.0\r\n\r\n"), 400);
	CHECK_INT(parse("GET / a HTTP/1.0\r\n\r\n"), 400);
	CHECK_INT(parse("GET / HTTP/1.0\r\r\n\r\n"), 400);
	CHECK_INT(parse("GET / HTTP/1.0\n\nA: b\r\n\r\n"), 400);
	CHECK_INT(parse("GET / HTTP/1.0\r\rA: b\r\n\r\n"), 400);
	CHECK_INT(parse("GET / HTTP/1.0\nHost: x\r\n\r\n"), 400);
	CHECK_INT(parse("GET / HTTP/1.0\rHost: x\r\n\r\n"), 400);
	CHECK_INT(parse(": x\r\n\r\n"), 400);
	CHECK_INT(parse("Host: x\r\nGET / HTTP/1.0\r\n\r\n"), 400);
}

TEST(versions)
{
	/* RFC 9112, section 2.3: the name is compared by case. */
	CHECK_INT(parse("GET / http/1.0\r\n\r\n"), 400);
	CHECK_INT(parse("GET / HTTP/1\r\n\r\n"), 400);
	CHECK_INT(parse("GET / HTTP/1.\r\n\r\n"), 400);
	CHECK_INT(parse("GET / HTTP/.1\r\n\r\n"), 400);
	CHECK_INT(parse("GET / HTTP/11\r\n\r\n"), 400);
	CHECK_INT(parse("GET / HTTP/1.00\r\n\r\n"), 400);
	CHECK_INT(parse("GET / HTTP/01.0\r\n\r\n"), 400);
	CHECK_INT(parse("GET / HTTP/1.a\r\n\r\n"), 400);
	CHECK_INT(parse("GET / HTTP 1.0\r\n\r\n"), 400);
	CHECK_INT(parse("GET / HTTPS/1.0\r\n\r\n"), 400);
	CHECK_INT(parse("GET / XTTP/1.0\r\n\r\n"), 400);
	CHECK_INT(parse("GET / HTTP/1.1\r\nHost: x\r\n\r\n"), 0);
	CHECK_INT(parse("GET / HTTP/1.2\r\nHost: x\r\n\r\n"), 505);
	CHECK_INT(parse("GET / HTTP/2.0\r\nHost: x\r\n\r\n"), 505);
	CHECK_INT(parse("GET / HTTP/0.9\r\n\r\n"), 505);
	CHECK_INT(parse("GET / HTTP/0.1\r\n\r\n"), 505);
	CHECK_INT(parse("GET / HTTP/9.9\r\n\r\n"), 505);
	CHECK_INT(parse("PRI * HTTP/2.0\r\n\r\n"), 505);
	CHECK_INT(parse("GET /\r\nHost: x\r\n\r\n"), 400);
}

static bool
is_token(unsigned char c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
	    (c >= 'a' && c <= 'z') ||
	    (c != 0 && strchr("!#$%&'*+-.^_`|~", c) != NULL);
}

TEST(methods)
{
	char s[128];

	CHECK_INT(parse("get / HTTP/1.0\r\n\r\n"), 0);
	CHECK_STR(head.method, "get");
	CHECK_INT(parse("M-SEARCH / HTTP/1.0\r\n\r\n"), 0);
	check_bytes("G@T / HTTP/1.0\r\n\r\n", is_token, 400);
	snprintf(s, sizeof(s), "%0*d / HTTP/1.0\r\n\r\n", RT_METHOD_MAX, 0);
	CHECK_INT(parse(s), 0);
	snprintf(s, sizeof(s), "%0*d / HTTP/1.0\r\n\r\n", RT_METHOD_MAX + 1, 0);
	CHECK_INT(parse(s), 501);
}

static bool
is_of_target(unsigned char c)
{
	return c > 0x20 && c < 0x7f && c != '#';
}

TEST(targets_in_origin_form)
{
	check_bytes("GET /a@a HTTP/1.0\r\n\r\n", is_of_target, 400);
	check_bytes("GET /?@ HTTP/1.0\r\n\r\n", is_of_target, 400);
	CHECK_INT(parse_target("GET", "//evil.example/a"), 0);
	CHECK_STR(head.path, "//evil.example/a");
	CHECK_STR(head.host, "x");
	CHECK_INT(parse_target("GET", "/%2e%2e%2f%00/../%zz"), 0);
	CHECK_STR(head.path, "/%2e%2e%2f%00/../%zz");
	CHECK_INT(parse_target("GET", "echo"), 400);
	CHECK_INT(parse_target("GET", "?a=b"), 400);
	CHECK_INT(parse_target("GET", "\\echo"), 400);
}

TEST(targets_in_absolute_form)
{
	CHECK_INT(parse_target("GET", "http://example.org/a?b=c"), 0);
	CHECK_STR(head.path, "/a");
	CHECK_STR(head.query, "b=c");
	/* The target says which host is meant, and nothing else does. */
	CHECK_STR(head.host, "example.org");
	CHECK_STR(head.headers.v[0].value, "example.org");
	CHECK_INT(parse_target("GET", "HTTPS://[::1]:8443/"), 0);
	CHECK_STR(head.host, "[::1]:8443");
	CHECK_INT(parse_target("GET", "http://example.org"), 0);
	CHECK_STR(head.path, "/");
	CHECK(head.query.p == NULL);
	CHECK_INT(parse_target("GET", "http://example.org?q"), 0);
	CHECK_STR(head.path, "/");
	CHECK_STR(head.query, "q");
	CHECK_INT(parse("GET http://example.org/ HTTP/1.0\r\n\r\n"), 0);
	CHECK_STR(head.host, "example.org");
	CHECK_INT(parse("GET http://example.org/ HTTP/1.1\r\n\r\n"), 400);
	CHECK_INT(parse("GET http://x/ HTTP/1.1\r\nHost: a b\r\n\r\n"), 400);
}

TEST(targets_in_no_absolute_form)
{
	CHECK_INT(parse_target("GET", "http://"), 400);
	CHECK_INT(parse_target("GET", "http:///a"), 400);
	CHECK_INT(parse_target("GET", "http://:80/a"), 400);
	CHECK_INT(parse_target("GET", "http:/a"), 400);
	CHECK_INT(parse_target("GET", "http://user@x/a"), 400);
	CHECK_INT(parse_target("GET", "http://user:pass@x/a"), 400);
	CHECK_INT(parse_target("GET", "http://x:port/a"), 400);
	CHECK_INT(parse_target("GET", "http://x\\@y/a"), 400);
	CHECK_INT(parse_target("GET", "http://[::1/a"), 400);
	CHECK_INT(parse_target("GET", "http://x#/a"), 400);
	CHECK_INT(parse_target("GET", "ftp://x/a"), 400);
	CHECK_INT(parse_target("GET", "httpx://x/a"), 400);
	CHECK_INT(parse_target("GET", "urn:a"), 400);
}

TEST(targets_of_options_and_connect)
{
	CHECK_INT(parse_target("OPTIONS", "*"), 0);
	CHECK_STR(head.path, "*");
	CHECK_INT(parse_target("OPTIONS", "http://x"), 0);
	CHECK_STR(head.path, "*");
	CHECK_INT(parse_target("OPTIONS", "http://x/"), 0);
	CHECK_STR(head.path, "/");
	CHECK_INT(parse_target("OPTIONS", "http://x?"), 0);
	CHECK_STR(head.path, "/");
	CHECK_INT(parse_target("OPTIONS", "**"), 400);
	CHECK_INT(parse_target("OPTIONS", "*?a"), 400);
	CHECK_INT(parse_target("GET", "*"), 400);
	CHECK_INT(parse_target("options", "*"), 400);
	CHECK_INT(parse_target("CONNECT", "example.org:443"), 501);
	CHECK_INT(parse_target("CONNECT", "/"), 501);
	CHECK_INT(parse_target("CONNECT", "http://x/"), 501);
	CHECK_INT(parse_target("GET", "example.org:443"), 400);
}

/* --- Fields --- */

static bool
is_of_value(unsigned char c)
{
	return c == '\t' || (c >= 0x20 && c != 0x7f);
}

static bool
is_of_name(unsigned char c)
{
	/* With a colon there, the name is "a" and the value "a: b". */
	return is_token(c) || c == ':';
}

TEST(fields_bytes)
{
	check_bytes("GET / HTTP/1.0\r\nab@cd: b\r\n\r\n", is_of_name, 400);
	check_bytes("GET / HTTP/1.0\r\na: @\r\n\r\n", is_of_value, 400);
	check_bytes("GET / HTTP/1.0\r\na: b@c\r\n\r\n", is_of_value, 400);
	/* Each place of those that are looked at together. */
	check_bytes("GET / HTTP/1.0\r\na: @234567890123456\r\n\r\n",
	    is_of_value, 400);
	check_bytes("GET / HTTP/1.0\r\na: 12345@7890123456\r\n\r\n",
	    is_of_value, 400);
	check_bytes("GET / HTTP/1.0\r\na: 1234567@90123456\r\n\r\n",
	    is_of_value, 400);
	check_bytes("GET / HTTP/1.0\r\na: 12345678@0123456\r\n\r\n",
	    is_of_value, 400);
	check_bytes(
	    "GET / HTTP/1.0\r\na: \xff\xff\x80@\xff\x80\x80\x80\r\n\r\n",
	    is_of_value, 400);
	check_bytes("GET / HTTP/1.0\r\na: \t\t\t\t\t@\t\t\tb\r\n\r\n",
	    is_of_value, 400);
}

TEST(fields_form)
{
	CHECK_INT(parse_fields(": b\r\n"), 400);
	CHECK_INT(parse_fields("a : b\r\n"), 400);
	CHECK_INT(parse_fields("a\t: b\r\n"), 400);
	CHECK_INT(parse_fields("a\r\n"), 400);
	CHECK_INT(parse_fields("foo!bar\r\n"), 400);
	CHECK_INT(parse_fields("a: b\r\n c\r\n"), 400);
	CHECK_INT(parse_fields("a: b\r\n\tc: d\r\n"), 400);
	CHECK_INT(parse_fields(" a: b\r\n"), 400);
	CHECK_INT(parse_fields("a: b\r\n \r\n"), 400);
	CHECK_INT(parse_fields("a: b\nc: d\r\n"), 400);
	CHECK_INT(parse_fields("a: b\rc: d\r\n"), 400);
	CHECK_INT(parse_fields("a: b\r\r\n"), 400);
	CHECK_INT(parse_fields("a: b\r\n\nc: d\r\n"), 400);
	CHECK_INT(parse_fields("a:\t \r\n"), 0);
	CHECK_STR(head.headers.v[1].value, "");
	CHECK_INT(parse_fields("a:b\r\n"), 0);
	CHECK_STR(head.headers.v[1].value, "b");
	CHECK_INT(parse_fields("a:::\r\nA: 2\r\na: 3\r\n"), 0);
	CHECK_STR(head.headers.v[1].value, "::");
	CHECK_INT(head.headers.n, 4);
}

TEST(hosts)
{
	CHECK_INT(parse_host("a.example"), 0);
	CHECK_INT(parse_host("a.example:"), 0);
	CHECK_INT(parse_host("a_b-c~d!$&'()*+,;=:1"), 0);
	CHECK_INT(parse_host("%41%fF:1"), 0);
	CHECK_INT(parse_host("127.0.0.1:65535"), 0);
	CHECK_INT(parse_host("[::1]"), 0);
	CHECK_INT(parse_host("[2001:db8::1]:443"), 0);
	CHECK_INT(parse_host("[::ffff:127.0.0.1]:"), 0);
}

TEST(hosts_that_are_none)
{
	CHECK_INT(parse_host(""), 400);
	CHECK_INT(parse_host(":80"), 400);
	CHECK_INT(parse_host("a b"), 400);
	CHECK_INT(parse_host("a, b"), 400);
	CHECK_INT(parse_host("\ta"), 400);
	CHECK_INT(parse_host("a\t"), 400);
	CHECK_INT(parse_host("a/b"), 400);
	CHECK_INT(parse_host("http://a"), 400);
	CHECK_INT(parse_host("u@a"), 400);
	CHECK_INT(parse_host("a?b"), 400);
	CHECK_INT(parse_host("a#b"), 400);
	CHECK_INT(parse_host("a\\b"), 400);
	CHECK_INT(parse_host("\"a\""), 400);
	CHECK_INT(parse_host("caf\xc3\xa9"), 400);
	CHECK_INT(parse_host("%4"), 400);
	CHECK_INT(parse_host("%4g"), 400);
	CHECK_INT(parse_host("a%"), 400);
	CHECK_INT(parse_host("a:65536"), 400);
	CHECK_INT(parse_host("a:99999999999999999999"), 400);
	CHECK_INT(parse_host("a:8o"), 400);
	CHECK_INT(parse_host("a:-1"), 400);
	CHECK_INT(parse_host("a:1:2"), 400);
	CHECK_INT(parse_host("::1"), 400);
	CHECK_INT(parse_host("[]"), 400);
	CHECK_INT(parse_host("[::1"), 400);
	CHECK_INT(parse_host("[::1]a"), 400);
	CHECK_INT(parse_host("[::1]]"), 400);
	CHECK_INT(parse_host("[1.2.3.4]"), 400);
	CHECK_INT(parse_host("[fe80::1%25eth0]"), 400);
	CHECK_INT(parse_host("[v1.a]"), 400);
}

TEST(number_of_hosts)
{
	CHECK_INT(parse("GET / HTTP/1.1\r\n\r\n"), 400);
	CHECK_INT(parse("GET / HTTP/1.1\r\nHostile: evil\r\n\r\n"), 400);
	CHECK_INT(parse("GET / HTTP/1.1\r\nX-Host: x\r\n\r\n"), 400);
	CHECK_INT(parse("GET / HTTP/1.1\r\nHostile: a\r\nHost: x\r\n\r\n"), 0);
	CHECK_STR(head.host, "x");
	CHECK_INT(parse("GET / HTTP/1.1\r\nhOST: x\r\n\r\n"), 0);
	CHECK_INT(parse_fields("Host: x\r\n"), 400);
	CHECK_INT(parse_fields("HOST: y\r\n"), 400);
	CHECK_INT(parse("GET / HTTP/1.0\r\nHost: x\r\nHost: x\r\n\r\n"), 400);
	CHECK_INT(parse("GET / HTTP/1.0\r\nHost:\r\n\r\n"), 400);
}

/* --- Framing --- */

static int
parse_length(const char *value)
{
	char s[256];

	snprintf(s, sizeof(s), "Content-Length: %s\r\n", value);
	return parse_fields(s);
}

TEST(lengths)
{
	CHECK_INT(parse_length("0"), 0);
	CHECK_INT(head.framed, RT_FRAMED_LENGTH);
	CHECK_INT(head.length, 0);
	CHECK_INT(parse_length("0000000000000000000000003"), 0);
	CHECK_INT(head.length, 3);
	CHECK_INT(parse_length("900719925474099200"), 0);
	CHECK(head.length == 900719925474099200);
	CHECK_INT(parse_length("9223372036854775807"), 0);
	CHECK(head.length == INT64_MAX);
	CHECK_INT(parse_length("9223372036854775808"), 400);
	CHECK_INT(parse_length("18446744073709551619"), 400);
	CHECK_INT(parse_length("99999999999999999999999999"), 400);
}

TEST(lengths_that_are_none)
{
	static const char *const wrong[] = {"", "+3", "-1", "-0", "0x3", "3, 3",
	    "3,3", "3,", ",3", "3 3", "3;", "3.0", "1e1", "\"3\"", "a", "3a",
	    "3\v", "\t3", "3\t", " \t 3", "3 \t ", "\xb2", "3\x80"};

	for (size_t i = 0; i < RT_LEN(wrong); i++)
		CHECK_INT(parse_length(wrong[i]), 400);
	CHECK_INT(parse_fields("Content-Length: 3\r\nContent-Length: 5\r\n"),
	    400);
	CHECK_INT(parse_fields("Content-Length: 3\r\nContent-Length: 3\r\n"),
	    400);
	CHECK_INT(parse_fields("Content-Length: 0\r\ncontent-length: 0\r\n"),
	    400);
}

static int
parse_coding(const char *value)
{
	char s[256];

	snprintf(s, sizeof(s), "Transfer-Encoding: %s\r\n", value);
	return parse_fields(s);
}

TEST(codings)
{
	CHECK_INT(parse_coding("chunked"), 0);
	CHECK_INT(head.framed, RT_FRAMED_CHUNKS);
	CHECK_INT(head.length, 0);
	CHECK_INT(parse_coding("  CHUNKED  "), 0);
	CHECK_INT(head.framed, RT_FRAMED_CHUNKS);
	/* RFC 9112, section 6.1: one that is not understood. */
	CHECK_INT(parse_coding("gzip, chunked"), 501);
	CHECK_INT(parse_coding("gzip;q=1 , x-a ,Chunked"), 501);
}

/* RFC 9112, section 6.3: without chunked at the end, the length is unknown. */
TEST(codings_that_frame_nothing)
{
	static const char *const wrong[] = {"", "gzip", "identity", "xchunked",
	    "chunkedx", "chunke", "chunked, gzip", "chunked, chunked",
	    "chunked, identity", "chunked,", "chunked;q=1", "\tchunked",
	    "chunked\t", " \t chunked", "chunked \t ", "\"chunked\"",
	    "chunked chunked", "chunked\v", "\vchunked", "chunked\f",
	    "chunked\x80", "\xc3\x83hunked", "chunk\ted", "'chunked'"};

	for (size_t i = 0; i < RT_LEN(wrong); i++)
		CHECK_INT(parse_coding(wrong[i]), 400);
	CHECK_INT(parse_fields("Transfer-Encoding: chunked\r\n"
			       "Transfer-Encoding: chunked\r\n"),
	    400);
	CHECK_INT(parse_fields("Transfer-Encoding: chunked\r\n"
			       "transfer-encoding: identity\r\n"),
	    400);
	CHECK_INT(parse_fields("Transfer-Encoding: x\r\n"
			       "Transfer-Encoding: chunked\r\n"),
	    400);
	CHECK_INT(parse_fields("Transfer-Encoding : chunked\r\n"), 400);
	CHECK_INT(parse_fields("Transfer-Encoding:\r\n chunked\r\n"), 400);
	CHECK_INT(parse_fields(" Transfer-Encoding: chunked\r\n"), 400);
	CHECK_INT(parse_fields("X: a\rTransfer-Encoding: chunked\r\n"), 400);
	CHECK_INT(parse_fields("X: a\nTransfer-Encoding: chunked\r\n"), 400);
	CHECK_INT(parse_fields("Transfer-Encoding\xff: chunked\r\n"), 400);
	CHECK_INT(parse_fields("Transfer_Encoding: chunked\r\n"), 0);
	CHECK_INT(head.framed, RT_FRAMED_NONE);
}

TEST(length_and_coding)
{
	CHECK_INT(parse_fields("Content-Length: 3\r\n"
			       "Transfer-Encoding: chunked\r\n"),
	    400);
	CHECK_INT(parse_fields("Transfer-Encoding: chunked\r\n"
			       "Content-Length: 0\r\n"),
	    400);
	CHECK_INT(parse("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n"
			"\r\n"),
	    400);
	CHECK_INT(parse("POST / HTTP/1.0\r\nContent-Length: 3\r\n\r\n"), 0);
	CHECK_INT(head.length, 3);
}

/* --- The connection --- */

static bool
closes(const char *fields)
{
	CHECK_INT(parse_fields(fields), 0);
	return head.close;
}

TEST(connections)
{
	CHECK(!closes(""));
	CHECK(closes("Connection: close\r\n"));
	CHECK(closes("connection: CLOSE\r\n"));
	CHECK(closes("Connection: foo, close\r\n"));
	CHECK(closes("Connection: ,close ,foo\r\n"));
	CHECK(closes("Connection: keep-alive\r\nConnection: close\r\n"));
	CHECK(closes("Connection: close\r\nConnection: keep-alive\r\n"));
	CHECK(!closes("Connection: keep-alive\r\n"));
	CHECK(!closes("Connection: closed, enclose\r\n"));
	CHECK(!closes("Connection:\r\n"));
	CHECK(!closes("X-Connection: close\r\n"));
	CHECK_INT(parse("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"), 0);
	CHECK(head.close);
}

TEST(expectations)
{
	CHECK_INT(parse_fields("Expect: 100-continue\r\n"), 0);
	CHECK(head.expects);
	CHECK_INT(parse_fields("expect: 100-Continue\r\n"), 0);
	CHECK(head.expects);
	CHECK_INT(parse_fields("Expect: zap\r\n"), 0);
	CHECK(!head.expects);
	CHECK_INT(parse("GET / HTTP/1.0\r\nExpect: 100-continue\r\n\r\n"), 0);
	CHECK(!head.expects);
}

/* --- Limits --- */

TEST(limit_of_bytes)
{
	struct rt_str s = RT_LIT("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
	struct rt_head_limits l = limits;

	l.bytes = s.n;
	CHECK_INT(parse_within(s, &l), 0);
	l.bytes = s.n - 1;
	CHECK_INT(parse_within(s, &l), 431);
}

TEST(limit_of_lines)
{
	struct rt_head_limits l = limits;
	char s[2048];
	size_t n = 0;

	n += (size_t)sprintf(s, "GET / HTTP/1.1\r\nHost: x\r\n");
	for (int i = 1; i < 50; i++)
		n += (size_t)sprintf(s + n, "h%d: %d\r\n", i, i);
	strcpy(s + n, "\r\n");
	l.lines = 50;
	CHECK_INT(parse_within(rt_str(s), &l), 0);
	CHECK_INT(head.headers.n, 50);
	for (int i = 1; i < 50; i++) {
		char name[8], value[8];

		sprintf(name, "h%d", i);
		sprintf(value, "%d", i);
		CHECK_STR(head.headers.v[i].name, name);
		CHECK_STR(head.headers.v[i].value, value);
	}
	l.lines = 49;
	CHECK_INT(parse_within(rt_str(s), &l), 431);
}

TEST(limit_of_the_target)
{
	struct rt_head_limits l = limits;
	struct rt_str s = RT_LIT("GET /345?789 HTTP/1.0\r\n\r\n");

	l.target = 8;
	CHECK_INT(parse_within(s, &l), 0);
	l.target = 7;
	CHECK_INT(parse_within(s, &l), 414);
}
