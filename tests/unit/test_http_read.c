#include "runtime/http_read.h"

#include "tests/unit/test.h"

/*
 * What the reader tells, as text:
 *
 *	GET /a?b x 3{...}	a head: method, target, host ("-" for none),
 *				then how its body is framed: nothing, a length
 *				or "*" for chunks; "close", "expects"
 *	[abc]			a body; pieces that follow each other are one
 *	.			the end of a request
 *	!400			what can't be read
 *	~			a request has begun, and is not whole
 */
struct tale {
	char text[4096];
	size_t n;
	bool in_body;
};

static const struct rt_head_limits usual = {1024, 10, 200};
static const struct rt_head_limits *limits = &usual;

static void
tell(struct tale *t, const char *p, size_t n)
{
	CHECK(n < sizeof(t->text) - t->n);
	memcpy(t->text + t->n, p, n);
	t->n += n;
	t->text[t->n] = '\0';
}

static void
tell_text(struct tale *t, const char *s)
{
	if (t->in_body)
		tell(t, "]", 1);
	t->in_body = false;
	tell(t, s, strlen(s));
}

static void
tell_head(struct tale *t, const struct rt_head *h)
{
	char s[1024], length[32] = "";

	if (h->framed == RT_FRAMED_LENGTH)
		snprintf(length, sizeof(length), " %" PRIu64, h->length);
	snprintf(s, sizeof(s), "%.*s %.*s%s%.*s %.*s%s%s%s%s",
	    RT_FMT(h->method), RT_FMT(h->path), h->query.p == NULL ? "" : "?",
	    RT_FMT(h->query), h->host.p == NULL ? 1 : (int)h->host.n,
	    h->host.p == NULL ? "-" : h->host.p, length,
	    h->framed == RT_FRAMED_CHUNKS ? " *" : "", h->close ? " close" : "",
	    h->expects ? " expects" : "");
	tell_text(t, s);
}

static bool
tell_fault(struct tale *t, const struct rt_head_fault *fault)
{
	char s[16];

	CHECK(fault->detail[strlen(fault->detail) - 1] == '.');
	snprintf(s, sizeof(s), "!%d", fault->status);
	tell_text(t, s);
	return false;
}

static bool
read_head(struct rt_http_reader *r, struct rt_str data, struct tale *t)
{
	struct rt_arena *arena = rt_arena_open(1 << 20, NULL, NULL);
	struct rt_head_fault fault;
	struct rt_head head;
	bool ok = rt_head_parse(arena, data, limits, &head, &fault);

	if (ok) {
		tell_head(t, &head);
		rt_http_read_body(r, &head);
	} else {
		tell_fault(t, &fault);
	}
	rt_arena_close(arena);
	return ok;
}

/* One event; false where nothing more can come. */
static bool
step(struct rt_http_reader *r, struct rt_str bytes, size_t *used,
    struct tale *t)
{
	struct rt_str data;

	switch (rt_http_read(r, bytes, used, &data)) {
	case RT_READ_MORE:
		return false;
	case RT_READ_HEAD:
		return read_head(r, data, t);
	case RT_READ_BODY:
		CHECK(data.n > 0);
		if (!t->in_body)
			tell(t, "[", 1);
		t->in_body = true;
		tell(t, data.p, data.n);
		return true;
	case RT_READ_END:
		tell_text(t, ".");
		CHECK(!rt_http_read_begun(r));
		return true;
	case RT_READ_FAULT:
		return tell_fault(t, &r->fault);
	}
	CHECK(false);
	return false;
}

/* Offers the bytes [*from, to), at an address of their own. */
static void
offer(struct rt_http_reader *r, struct rt_str all, size_t *from, size_t to,
    struct tale *t)
{
	bool more = true;

	while (more) {
		size_t n = to - *from, used;
		char *copy = malloc(n);

		memcpy(copy, all.p + *from, n);
		more = step(r, (struct rt_str){copy, n}, &used, t);
		free(copy);
		CHECK(used <= n);
		*from += used;
	}
	CHECK(to - *from < limits->bytes || strchr(t->text, '!') != NULL);
}

/* Cut at `cut`, or behind each byte where it is SIZE_MAX. */
static void
play(struct rt_str all, size_t cut, struct tale *t)
{
	struct rt_http_reader r = {.limits = limits};
	size_t step = cut == SIZE_MAX ? 1 : all.n;
	size_t from = 0, to = cut == SIZE_MAX ? all.n > 0 : cut;

	*t = (struct tale){0};
	while (strchr(t->text, '!') == NULL) {
		offer(&r, all, &from, to, t);
		if (to == all.n)
			break;
		to = all.n - to < step ? all.n : to + step;
	}
	if (rt_http_read_begun(&r) && strchr(t->text, '!') == NULL)
		tell_text(t, "~");
}

/* The same tale is wanted however the bytes are cut. */
static void
expect_of(const char *file, int line, struct rt_str all, const char *want)
{
	struct tale t;

	for (size_t cut = 0; cut <= all.n + 1; cut++) {
		play(all, cut <= all.n ? cut : SIZE_MAX, &t);
		if (strcmp(t.text, want) == 0)
			continue;
		fprintf(stderr,
		    "%s:%d: cut at %zu:\n\t\"%s\", expected\n\t\"%s\"\n", file,
		    line, cut, t.text, want);
		exit(1);
	}
}

#define EXPECT(bytes, want) expect_of(__FILE__, __LINE__, RT_LIT(bytes), want)

#define GET "GET / HTTP/1.1\r\nHost: x\r\n"
#define POST "POST / HTTP/1.1\r\nHost: x\r\n"
#define NEXT "GET /next HTTP/1.1\r\nHost: x\r\n\r\n"
#define CHUNKED POST "Transfer-Encoding: chunked\r\n\r\n"

TEST(requests)
{
	EXPECT("", "");
	EXPECT("GET", "~");
	EXPECT("GET / HTTP/1.1\r\nHost: x\r\n", "~");
	EXPECT(GET "\r\n", "GET / x.");
	EXPECT(GET "\r\n" NEXT, "GET / x.GET /next x.");
	EXPECT(GET "\r\nG", "GET / x.~");
	EXPECT(POST "Content-Length: 3\r\n\r\nabc", "POST / x 3[abc].");
	EXPECT(POST "Content-Length: 3\r\n\r\nab", "POST / x 3[ab]~");
	EXPECT(POST "Content-Length: 0\r\n\r\n" NEXT,
	    "POST / x 0.GET /next x.");
	EXPECT(POST "\r\n" NEXT, "POST / x.GET /next x.");
	EXPECT(POST "Expect: 100-continue\r\nContent-Length: 1\r\n\r\n",
	    "POST / x 1 expects~");
	/* Any method may have a body, and it is no request. */
	EXPECT("GET /a HTTP/1.1\r\nHost: x\r\nContent-Length: 31\r\n\r\n" NEXT,
	    "GET /a x 31[" NEXT "].");
	EXPECT("DELETE /a HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\n"
	       "abc" NEXT,
	    "DELETE /a x 3[abc].GET /next x.");
	/* Whatever the bytes of a body are. */
	EXPECT(POST "Content-Length: 4\r\n\r\n\r\n\n\xff" NEXT,
	    "POST / x 4[\r\n\n\xff].GET /next x.");
}

/* What follows has to be refused by who calls: the head says close. */
TEST(last_requests)
{
	EXPECT(GET "Connection: foo, close\r\n\r\n" NEXT,
	    "GET / x close.GET /next x.");
	EXPECT("GET / HTTP/1.0\r\n\r\n", "GET / - close.");
	EXPECT("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
	    "GET / - close.");
	EXPECT("PUT / HTTP/1.0\r\nContent-Length: 1\r\n\r\na",
	    "PUT / - 1 close[a].");
}

TEST(empty_lines_before)
{
	EXPECT("\r\n" NEXT, "GET /next x.");
	EXPECT("\r\n\r\n" NEXT, "GET /next x.");
	EXPECT("\r\n\r\n\r\n\r\n" NEXT, "GET /next x.");
	EXPECT("\r\n\r\n\r\n\r\n\r\n" NEXT, "!400");
	EXPECT(GET "\r\n\r\n" NEXT, "GET / x.GET /next x.");
	/* They begin no request. */
	EXPECT("\r\n\r\n", "");
	EXPECT("\r\n\r", "");
	EXPECT("\n" NEXT, "!400");
	EXPECT("\r" NEXT, "!400");
	EXPECT("\r\r\n" NEXT, "!400");
	EXPECT("\r\n\n" NEXT, "!400");
	EXPECT(" \r\n" NEXT, "!400");
	EXPECT(" " NEXT, "!400");
}

/* At once: nothing more has to come. */
TEST(no_requests)
{
	EXPECT("\x16\x03\x01\x02", "!400");
	EXPECT("\x80", "!400");
	EXPECT("\xff", "!400");
	EXPECT("\0", "!400");
	EXPECT("(", "!400");
	EXPECT("{\"a\":1}", "!400");
	EXPECT("GET / HTTP/1.1\n", "!400");
	EXPECT("GET / HTTP/1.1\r\nHost: x\n", "!400");
	EXPECT(GET "\n", "!400");
	EXPECT(GET "A: b\n\n", "!400");
	EXPECT("GET /\n", "!400");
	EXPECT("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "!505");
	EXPECT("GET /a\r\n\r\n", "!400");
	EXPECT("CONNECT x:1 HTTP/1.1\r\nHost: x:1\r\n\r\n" NEXT, "!501");
}

TEST(nothing_is_read_behind_a_fault)
{
	struct rt_http_reader r = {.limits = limits};
	struct rt_str data;
	size_t used;

	CHECK_INT(rt_http_read(&r, RT_LIT("\n"), &used, &data), RT_READ_FAULT);
	CHECK_INT(rt_http_read(&r, RT_LIT(NEXT), &used, &data), RT_READ_FAULT);
	CHECK_INT(used, 0);
	CHECK_INT(r.fault.status, 400);
}

/* --- Limits --- */

#define TEN "0123456789"
#define HUNDRED TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN
#define SIXTY_FOUR TEN TEN TEN TEN TEN TEN "0123"

TEST(limit_of_the_request_line)
{
	/* The target may have 200 bytes. */
	EXPECT("GET /" HUNDRED HUNDRED " HTTP/1.0\r\n\r\n", "!414");
	EXPECT("GET /" HUNDRED TEN TEN TEN TEN TEN TEN TEN TEN TEN
	       "012345678 HTTP/1.0\r\n\r\n",
	    "GET /" HUNDRED TEN TEN TEN TEN TEN TEN TEN TEN TEN
	    "012345678 - close.");
	/* Its end need not come. */
	EXPECT("GET /" HUNDRED HUNDRED HUNDRED, "!414");
	EXPECT("GET /" HUNDRED HUNDRED HUNDRED HUNDRED HUNDRED HUNDRED, "!414");
	EXPECT(SIXTY_FOUR " /" HUNDRED HUNDRED HUNDRED, "!414");
	EXPECT("0" SIXTY_FOUR " /" HUNDRED HUNDRED HUNDRED, "!501");
	EXPECT("0" SIXTY_FOUR " / HTTP/1.0\r\n\r\n", "!501");
	EXPECT(SIXTY_FOUR " / HTTP/1.0\r\n\r\n", SIXTY_FOUR " / - close.");
	EXPECT(HUNDRED HUNDRED HUNDRED, "!501");
}

TEST(limit_of_the_head)
{
	/* 1,024 bytes: these are 24 without the value. */
	EXPECT("GET / HTTP/1.0\r\na: " HUNDRED HUNDRED HUNDRED HUNDRED HUNDRED
		   HUNDRED HUNDRED HUNDRED HUNDRED HUNDRED "1\r\n\r\n",
	    "GET / - close.");
	EXPECT("GET / HTTP/1.0\r\na: " HUNDRED HUNDRED HUNDRED HUNDRED HUNDRED
		   HUNDRED HUNDRED HUNDRED HUNDRED HUNDRED "12\r\n\r\n",
	    "!431");
	EXPECT("GET / HTTP/1.0\r\na: " HUNDRED HUNDRED HUNDRED HUNDRED HUNDRED
		   HUNDRED HUNDRED HUNDRED HUNDRED HUNDRED "01234",
	    "!431");
	EXPECT("GET / HTTP/1.0\r\n" HUNDRED HUNDRED HUNDRED HUNDRED HUNDRED
		   HUNDRED HUNDRED HUNDRED HUNDRED HUNDRED "01234567",
	    "!431");
}

TEST(limit_of_lines)
{
#define FIVE "a: 1\r\nb: 2\r\nc: 3\r\nd: 4\r\ne: 5\r\n"
	EXPECT("GET / HTTP/1.0\r\n" FIVE FIVE "\r\n", "GET / - close.");
	EXPECT("GET / HTTP/1.0\r\n" FIVE FIVE "a: 1\r\n\r\n", "!431");
	EXPECT("GET / HTTP/1.0\r\n" FIVE FIVE "a: 1\r\n", "!431");
}

/* A target that is longer than a head may be leaves it at 431. */
TEST(limits_that_are_small)
{
	static const struct rt_head_limits small = {40, 1, 1000};
	static const struct rt_head_limits least = {2, 1, 1};

	limits = &small;
	EXPECT("GET /" HUNDRED, "!431");
	EXPECT("GET /0123456789012345678901 HTTP/1.0\r\n\r\n",
	    "GET /0123456789012345678901 - close.");
	EXPECT("GET /01234567890123456789012 HTTP/1.0\r\n\r\n", "!431");
	EXPECT(CHUNKED, "!431");
	limits = &least;
	EXPECT("GE", "!431");
	EXPECT("\r\nGE", "!431");
}

/* --- Chunks --- */

TEST(chunks)
{
	EXPECT(CHUNKED "3\r\nabc\r\n0\r\n\r\n" NEXT,
	    "POST / x *[abc].GET /next x.");
	EXPECT(CHUNKED "0\r\n\r\n" NEXT, "POST / x *.GET /next x.");
	EXPECT(CHUNKED "3\r\nabc\r\n1\r\nd\r\nA\r\n0123456789\r\n0\r\n\r\n",
	    "POST / x *[abcd0123456789].");
	EXPECT(CHUNKED "a\r\n\r\n0\r\n\r\n123\r\n0\r\n\r\n",
	    "POST / x *[\r\n0\r\n\r\n123].");
	EXPECT(CHUNKED "0000000000000003\r\nabc\r\n00\r\n\r\n",
	    "POST / x *[abc].");
	EXPECT(CHUNKED "3\r\nabc\r\n", "POST / x *[abc]~");
	EXPECT(CHUNKED "3\r\nabc\r\n0\r\n", "POST / x *[abc]~");
}

TEST(chunk_sizes)
{
	/* RFC 9112, section 7.1, and what some take for a size. */
	EXPECT(CHUNKED "\r\n", "POST / x *!400");
	EXPECT(CHUNKED "0x3\r\nabc\r\n0\r\n\r\n", "POST / x *!400");
	EXPECT(CHUNKED "3 \r\nabc\r\n0\r\n\r\n", "POST / x *!400");
	EXPECT(CHUNKED " 3\r\nabc\r\n0\r\n\r\n", "POST / x *!400");
	EXPECT(CHUNKED "\t3\r\nabc\r\n0\r\n\r\n", "POST / x *!400");
	EXPECT(CHUNKED "3\v\r\nabc\r\n0\r\n\r\n", "POST / x *!400");
	EXPECT(CHUNKED "+3\r\nabc\r\n0\r\n\r\n", "POST / x *!400");
	EXPECT(CHUNKED "-3\r\nabc\r\n0\r\n\r\n", "POST / x *!400");
	EXPECT(CHUNKED "-0\r\n\r\n", "POST / x *!400");
	EXPECT(CHUNKED "3_0\r\nabc\r\n0\r\n\r\n", "POST / x *!400");
	EXPECT(CHUNKED "3.\r\nabc\r\n0\r\n\r\n", "POST / x *!400");
	EXPECT(CHUNKED "g\r\n\r\n", "POST / x *!400");
	EXPECT(CHUNKED "3,3\r\nabc\r\n0\r\n\r\n", "POST / x *!400");
	EXPECT(CHUNKED "\xb3\r\nabc\r\n0\r\n\r\n", "POST / x *!400");
	/* Digits and size are bounded. */
	EXPECT(CHUNKED "00000000000000003\r\nabc\r\n0\r\n\r\n",
	    "POST / x *!400");
	EXPECT(CHUNKED "10000000000000003\r\nabc\r\n0\r\n\r\n",
	    "POST / x *!400");
	EXPECT(CHUNKED "ffffffffffffffff\r\nabc", "POST / x *!400");
	EXPECT(CHUNKED "8000000000000000\r\nabc", "POST / x *!400");
	EXPECT(CHUNKED "7fffffffffffffff\r\nabc", "POST / x *[abc]~");
}

TEST(chunk_ends)
{
	EXPECT(CHUNKED "3\nabc\r\n0\r\n\r\n", "POST / x *!400");
	EXPECT(CHUNKED "3\rabc\r\n0\r\n\r\n", "POST / x *!400");
	EXPECT(CHUNKED "3\r\r\nabc\r\n0\r\n\r\n", "POST / x *!400");
	EXPECT(CHUNKED "3\r\nabc\n0\r\n\r\n", "POST / x *[abc]!400");
	EXPECT(CHUNKED "3\r\nabc\r0\r\n\r\n", "POST / x *[abc]!400");
	EXPECT(CHUNKED "3\r\nabc\rx0\r\n\r\n", "POST / x *[abc]!400");
	EXPECT(CHUNKED "3\r\nabcx\n0\r\n\r\n", "POST / x *[abc]!400");
	EXPECT(CHUNKED "3\r\nabc0\r\n\r\n", "POST / x *[abc]!400");
	EXPECT(CHUNKED "3\r\nabcdef\r\n0\r\n\r\n", "POST / x *[abc]!400");
	EXPECT(CHUNKED "3\r\nabc\r\n\r\n0\r\n\r\n", "POST / x *[abc]!400");
	EXPECT(CHUNKED "4\r\nabc\r\n0\r\n\r\n", "POST / x *[abc\r]!400");
	EXPECT(CHUNKED "5\r\nabc\r\n0\r\n\r\n", "POST / x *[abc\r\n]!400");
	EXPECT(CHUNKED "0\n\r\n", "POST / x *!400");
	EXPECT(CHUNKED "0\r\n\n", "POST / x *!400");
	EXPECT(CHUNKED "0\r\n\r" NEXT, "POST / x *!400");
	/* The request after one that ends too early is none. */
	EXPECT(CHUNKED NEXT, "POST / x *!400");
	EXPECT(CHUNKED "0\r\n" NEXT, "POST / x *!400");
}

TEST(chunk_extensions)
{
	EXPECT(CHUNKED "3;a\r\nabc\r\n0;b\r\n\r\n", "POST / x *[abc].");
	EXPECT(CHUNKED "3;a=b;c=\"d;\\\"\t\xff \\\\\";e\r\nabc\r\n0\r\n\r\n",
	    "POST / x *[abc].");
	EXPECT(CHUNKED "3;a=\"\"\r\nabc\r\n0\r\n\r\n", "POST / x *[abc].");
	EXPECT(CHUNKED "3;\r\nabc\r\n0\r\n\r\n", "POST / x *!400");
	EXPECT(CHUNKED "3;;a\r\nabc\r\n0\r\n\r\n", "POST / x *!400");
	EXPECT(CHUNKED "3;=a\r\nabc\r\n0\r\n\r\n", "POST / x *!400");
	EXPECT(CHUNKED "3;a=\r\nabc\r\n0\r\n\r\n", "POST / x *!400");
	EXPECT(CHUNKED "3;a=b=c\r\nabc\r\n0\r\n\r\n", "POST / x *!400");
	EXPECT(CHUNKED "3;a=\"b\r\nabc\r\n0\r\n\r\n", "POST / x *!400");
	EXPECT(CHUNKED "3;a=\"b\\\"\r\nabc\r\n0\r\n\r\n", "POST / x *!400");
	EXPECT(CHUNKED "3;a=\"b\"c\r\nabc\r\n0\r\n\r\n", "POST / x *!400");
	EXPECT(CHUNKED "3 ;a\r\nabc\r\n0\r\n\r\n", "POST / x *!400");
	EXPECT(CHUNKED "3; a\r\nabc\r\n0\r\n\r\n", "POST / x *!400");
	EXPECT(CHUNKED "3;a =b\r\nabc\r\n0\r\n\r\n", "POST / x *!400");
	EXPECT(CHUNKED "3;a\x7f\r\nabc\r\n0\r\n\r\n", "POST / x *!400");
	/* A line end inside would end the line for another reader. */
	EXPECT(CHUNKED "3;a\nxx\r\nabc\r\n0\r\n\r\n", "POST / x *!400");
	EXPECT(CHUNKED "3;a=\"\n\"\r\nabc\r\n0\r\n\r\n", "POST / x *!400");
	EXPECT(CHUNKED "3;a\rxx\r\nabc\r\n0\r\n\r\n", "POST / x *!400");
	EXPECT(CHUNKED "3;a=\"\r\"\r\nabc\r\n0\r\n\r\n", "POST / x *!400");
}

TEST(limit_of_chunk_extensions)
{
	static const struct rt_head_limits small = {80, 10, 10};

	limits = &small;
	/* One of 80 bytes with its line. */
	EXPECT(CHUNKED "1;" TEN TEN TEN TEN TEN TEN TEN "012345\r\na\r\n",
	    "POST / x *[a]~");
	EXPECT(CHUNKED "1;" TEN TEN TEN TEN TEN TEN TEN "0123456\r\na\r\n",
	    "POST / x *!413");
	EXPECT(CHUNKED "1;" TEN TEN TEN TEN TEN TEN TEN TEN, "POST / x *!413");
	EXPECT(CHUNKED TEN TEN TEN TEN TEN TEN TEN TEN, "POST / x *!413");
	/* Several. */
	EXPECT(CHUNKED "1;" TEN TEN TEN "\r\na\r\n1;" TEN TEN TEN "\r\na\r\n",
	    "POST / x *[aa]~");
	EXPECT(CHUNKED "1;" TEN TEN TEN "\r\na\r\n1;" TEN TEN TEN
		       "\r\na\r\n1;" TEN TEN TEN "\r\na\r\n",
	    "POST / x *[aa]!413");
	/* Where there is enough between them. */
	EXPECT(CHUNKED "1;" TEN TEN TEN "\r\na\r\n32;" TEN TEN TEN
		       "\r\n" TEN TEN TEN TEN TEN "\r\n1;" TEN TEN TEN
		       "\r\na\r\n",
	    "POST / x *[a" TEN TEN TEN TEN TEN "a]~");
	/* The next request begins anew. */
	EXPECT(CHUNKED "0;" TEN TEN TEN TEN TEN TEN "\r\n\r\n" CHUNKED
		       "0;" TEN TEN TEN TEN TEN TEN "\r\n\r\n",
	    "POST / x *.POST / x *.");
}

TEST(trailers)
{
	EXPECT(CHUNKED "0\r\nA: b\r\nc:d\r\n\r\n" NEXT,
	    "POST / x *.GET /next x.");
	EXPECT(CHUNKED "0\r\nConnection: close\r\n\r\n" NEXT,
	    "POST / x *.GET /next x.");
	/* They may be no fields of a head. */
	EXPECT(CHUNKED "0\r\ncontent-length: 9\r\n\r\n", "POST / x *!400");
	EXPECT(CHUNKED "0\r\nTransfer-Encoding: chunked\r\n\r\n",
	    "POST / x *!400");
	EXPECT(CHUNKED "0\r\nHost: y\r\n\r\n", "POST / x *!400");
	EXPECT(CHUNKED "0\r\nA : b\r\n\r\n", "POST / x *!400");
	EXPECT(CHUNKED "0\r\nA: b\r\n c\r\n\r\n", "POST / x *!400");
	EXPECT(CHUNKED "0\r\n A: b\r\n\r\n", "POST / x *!400");
	EXPECT(CHUNKED "0\r\nA: b\n\r\n", "POST / x *!400");
	EXPECT(CHUNKED "0\r\nA: b\rc: d\r\n\r\n", "POST / x *!400");
	EXPECT(CHUNKED "0\r\nA: \x01\r\n\r\n", "POST / x *!400");
	EXPECT(CHUNKED "0\r\nA\r\n\r\n", "POST / x *!400");
}

TEST(limit_of_trailers)
{
	static const struct rt_head_limits small = {80, 3, 10};

	limits = &small;
	EXPECT(CHUNKED "0\r\na: 1\r\nb: 2\r\nc: 3\r\n\r\n", "POST / x *.");
	EXPECT(CHUNKED "0\r\na: 1\r\nb: 2\r\nc: 3\r\nd: 4\r\n",
	    "POST / x *!431");
	/* 80 bytes. */
	EXPECT(CHUNKED "0\r\na: " TEN TEN TEN "012\r\na: " TEN TEN TEN
		       "012345\r\n\r\n",
	    "POST / x *!431");
	EXPECT(CHUNKED "0\r\na: " TEN TEN TEN "012\r\na: " TEN TEN TEN
		       "01234\r\n\r\n",
	    "POST / x *.");
	EXPECT(CHUNKED "0\r\na: " TEN TEN TEN TEN TEN TEN TEN "0123456",
	    "POST / x *!431");
}

/* --- Smuggling: what one server reads in another way than the next --- */

TEST(length_against_coding)
{
	/* CL.TE and TE.CL */
	EXPECT(POST "Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n"
		    "0\r\n\r\nG",
	    "!400");
	EXPECT(POST "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n"
		    "8\r\nSMUGGLED\r\n0\r\n\r\n",
	    "!400");
	EXPECT("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n"
	       "0\r\n\r\n",
	    "!400");
}

TEST(coding_against_coding)
{
#define CODED(line) EXPECT(POST line "\r\n\r\n0\r\n\r\n" NEXT, "!400")
	CODED("Transfer-Encoding: xchunked");
	CODED("Transfer-Encoding : chunked");
	CODED("Transfer-Encoding\t: chunked");
	CODED("Transfer-Encoding: chunked\r\nTransfer-Encoding: x");
	CODED("Transfer-Encoding: x\r\nTransfer-Encoding: chunked");
	CODED("Transfer-Encoding: chunked, identity");
	CODED("Transfer-Encoding: identity");
	CODED("Transfer-Encoding:\r\n chunked");
	CODED("Transfer-Encoding: chunked\v");
	CODED("Transfer-Encoding: \vchunked");
	CODED("Transfer-Encoding:\tchunked");
	CODED("Transfer-Encoding: chunked\t");
	CODED("Transfer-Encoding:\xa0"
	      "chunked");
	CODED("Transfer-Encoding: \"chunked\"");
	CODED(" Transfer-Encoding: chunked");
	CODED("X: x\n Transfer-Encoding: chunked");
	CODED("X: x\nTransfer-Encoding: chunked");
	CODED("X: x\rTransfer-Encoding: chunked");
	CODED("Transfer-Encoding\r\n: chunked");
	CODED("Transfer\r-Encoding: chunked");
	/* RFC 9112, section 6.1 */
	EXPECT(POST "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
	    "!501");
	/* What is plain is read: blanks around the value, any case. */
	EXPECT(POST "tRANSFER-eNCODING:  Chunked \r\n\r\n0\r\n\r\n" NEXT,
	    "POST / x *.GET /next x.");
}

TEST(length_against_none)
{
#define LONG(line) EXPECT(POST line "\r\n\r\nabc" NEXT, "!400")
	LONG("Content-Length : 3");
	LONG("Content-Length\t: 3");
	LONG(" Content-Length: 3");
	LONG("X: x\r\n Content-Length: 3");
	LONG("X: x\nContent-Length: 3");
	LONG("X: x\rContent-Length: 3");
	LONG("Content-Length: 3\r\nContent-Length: 3");
	LONG("Content-Length: 3\r\nContent-Length: 0");
	LONG("Content-Length: 0, 3");
	LONG("Content-Length: +3");
	LONG("Content-Length: 0x3");
	LONG("Content-Length: 3\v");
	LONG("Content-Length:\t3");
	LONG("Content-Length:\r\n 3");
	LONG("Content-Length: ");
	/* A method that some read without a body (0.CL and CL.0). */
	EXPECT("HEAD / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\n"
	       "abc" NEXT,
	    "HEAD / x 3[abc].GET /next x.");
	EXPECT(
	    "OPTIONS * HTTP/1.1\r\nHost: x\r\nContent-Length: 31\r\n\r\n" NEXT
		NEXT,
	    "OPTIONS * x 31[" NEXT "].GET /next x.");
	EXPECT("GET / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n"
	       "\r\n" NEXT,
	    "GET / x *!400");
	EXPECT("TRACE / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc",
	    "TRACE / x 3[abc].");
	/* Names that some read as another one. */
	EXPECT(POST "Content_Length: 31\r\n\r\n" NEXT, "POST / x.GET /next x.");
}
