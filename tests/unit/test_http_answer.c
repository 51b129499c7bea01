#include <time.h>

#include "runtime/http_answer.h"
#include "tests/unit/test.h"

static struct rt_arena *arena;
static struct rt_buf head;

/* The head without its line of Date, which is looked at by itself. */
static struct rt_str
write_head(const struct rt_response *res, const struct rt_http_frame *f)
{
	static char text[4096];
	struct rt_str all, date;
	size_t first;

	rt_arena_close(arena);
	arena = rt_arena_open(SIZE_MAX, NULL, NULL);
	head = rt_buf(arena, SIZE_MAX);
	rt_http_head_write(&head, res, f);
	all = rt_buf_str(&head);
	date = all;
	(void)rt_str_cut(&date, '\n');
	first = all.n - date.n;
	CHECK(rt_str_starts(date, "Date: "));
	(void)rt_str_cut(&date, '\n');
	memcpy(text, all.p, first);
	memcpy(text + first, date.p, date.n);
	return (struct rt_str){text, first + date.n};
}

static struct rt_response
response(int status, const char *media)
{
	return (struct rt_response){.status = status, .media = media};
}

TEST(a_head_has_type_length_and_headers_in_order)
{
	static struct rt_header v[] = {
	    {{"ETag", 4}, {"\"x\"", 3}},
	    {{"X-Empty", 7}, {"", 0}},
	};
	struct rt_response res = response(200, "application/json");
	struct rt_http_frame f = {.end = RT_END_LENGTH, .length = 102};

	res.headers.v = v;
	res.headers.n = RT_LEN(v);
	CHECK_STR(write_head(&res, &f),
	    "HTTP/1.1 200 OK\r\n"
	    "Content-Type: application/json\r\n"
	    "Content-Length: 102\r\n"
	    "ETag: \"x\"\r\n"
	    "X-Empty: \r\n"
	    "\r\n");
}

TEST(a_length_has_all_its_digits)
{
	struct rt_response res = response(200, NULL);
	struct rt_http_frame f = {.end = RT_END_LENGTH};

	CHECK_STR(write_head(&res, &f),
	    "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
	f.length = UINT64_MAX;
	CHECK_STR(write_head(&res, &f),
	    "HTTP/1.1 200 OK\r\nContent-Length: 18446744073709551615\r\n\r\n");
}

/* RFC 9110, section 8.6: no length with 1xx and 204, and none that is wrong
 * with 304. */
TEST(a_status_without_content_has_neither_type_nor_frame)
{
	static const int statuses[] = {204, 304};
	struct rt_http_frame f = {.end = RT_END_CHUNKS};

	for (size_t i = 0; i < RT_LEN(statuses); i++) {
		struct rt_response res = response(statuses[i], "text/plain");
		struct rt_str text = write_head(&res, &f);

		CHECK(memmem(text.p, text.n, "Content-", 8) == NULL);
		CHECK(memmem(text.p, text.n, "Transfer-", 9) == NULL);
		f.end = RT_END_LENGTH;
	}
	CHECK(!rt_http_has_content(100));
	CHECK(!rt_http_has_content(204));
	CHECK(!rt_http_has_content(304));
	CHECK(rt_http_has_content(205));
	CHECK(rt_http_has_content(200));
}

TEST(the_end_of_a_body_is_by_chunks_or_by_the_connection_s)
{
	struct rt_response res = response(200, "text/event-stream");
	struct rt_http_frame f = {.end = RT_END_CHUNKS, .length = 7};

	CHECK_STR(write_head(&res, &f),
	    "HTTP/1.1 200 OK\r\n"
	    "Content-Type: text/event-stream\r\n"
	    "Transfer-Encoding: chunked\r\n\r\n");
	f.end = RT_END_CLOSE;
	CHECK_STR(write_head(&res, &f),
	    "HTTP/1.1 200 OK\r\n"
	    "Content-Type: text/event-stream\r\n"
	    "Connection: close\r\n\r\n");
}

/* RFC 9112, section 9.3: it stays open unless it is told otherwise. */
TEST(a_connection_is_told_only_what_it_does_not_expect)
{
	struct rt_response res = response(204, NULL);
	struct rt_http_frame f = {.end = RT_END_LENGTH};

	CHECK_STR(write_head(&res, &f), "HTTP/1.1 204 No Content\r\n\r\n");
	f.close = true;
	CHECK_STR(write_head(&res, &f),
	    "HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n");
}

TEST(each_status_has_its_line)
{
	static const struct {
		int status;
		const char *line;
	} lines[] = {
	    {413, "HTTP/1.1 413 Content Too Large\r\n"},
	    {422, "HTTP/1.1 422 Unprocessable Content\r\n"},
	    {511, "HTTP/1.1 511 Network Authentication Required\r\n"},
	    {299, "HTTP/1.1 299 \r\n"}, /* no phrase is known: none */
	    {599, "HTTP/1.1 599 \r\n"},
	    {418, "HTTP/1.1 418 \r\n"},
	};
	struct rt_http_frame f = {.end = RT_END_LENGTH};

	for (size_t i = 0; i < RT_LEN(lines); i++) {
		struct rt_response res = response(lines[i].status, NULL);

		CHECK(rt_str_starts(write_head(&res, &f), lines[i].line));
	}
}

/* RFC 9110, section 5.6.7: "Sun, 06 Nov 1994 08:49:37 GMT". */
TEST(the_date_is_of_now_in_the_preferred_form)
{
	struct rt_response res = response(204, NULL);
	struct rt_http_frame f = {.end = RT_END_LENGTH};
	time_t before = time(NULL), told;
	struct tm tm = {0};
	const char *p;

	(void)write_head(&res, &f);
	p = memmem(head.p, head.n, "Date: ", 6);
	CHECK(p != NULL);
	p = strptime(p, "Date: %a, %d %b %Y %H:%M:%S GMT", &tm);
	CHECK(p != NULL && memcmp(p, "\r\n", 2) == 0);
	told = timegm(&tm);
	CHECK(told >= before && told <= time(NULL));
}

TEST(a_head_that_has_no_room_is_not_begun)
{
	struct rt_response res = response(200, "text/plain");
	struct rt_http_frame f = {.end = RT_END_LENGTH};
	struct rt_arena *a = rt_arena_open(SIZE_MAX, NULL, NULL);
	struct rt_buf b = rt_buf(a, 64);

	rt_buf_cstr(&b, "HTTP/1.1 100 Continue\r\n\r\n");
	rt_http_head_write(&b, &res, &f);
	CHECK(b.full);
	CHECK_STR(rt_buf_str(&b), "HTTP/1.1 100 Continue\r\n\r\n");
	rt_arena_close(a);
}
