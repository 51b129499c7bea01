#include "runtime/http_answer.h"

#include <time.h>

enum {
	/* Bytes of all that is not the answer's own: the status line, Date,
	 * names and numbers. */
	FIXED_MAX = 256,
	DATE_SIZE = 40,
};

#define LINE(s) \
	{ \
		"HTTP/1.1 " s "\r\n", sizeof("HTTP/1.1 " s "\r\n") - 1 \
	}

/* Those of IANA's registry that a server may send. */
static const struct rt_str status_lines[] = {
    [101] = LINE("101 Switching Protocols"),
    [200] = LINE("200 OK"),
    [201] = LINE("201 Created"),
    [202] = LINE("202 Accepted"),
    [203] = LINE("203 Non-Authoritative Information"),
    [204] = LINE("204 No Content"),
    [205] = LINE("205 Reset Content"),
    [206] = LINE("206 Partial Content"),
    [207] = LINE("207 Multi-Status"),
    [208] = LINE("208 Already Reported"),
    [226] = LINE("226 IM Used"),
    [300] = LINE("300 Multiple Choices"),
    [301] = LINE("301 Moved Permanently"),
    [302] = LINE("302 Found"),
    [303] = LINE("303 See Other"),
    [304] = LINE("304 Not Modified"),
    [305] = LINE("305 Use Proxy"),
    [307] = LINE("307 Temporary Redirect"),
    [308] = LINE("308 Permanent Redirect"),
    [400] = LINE("400 Bad Request"),
    [401] = LINE("401 Unauthorized"),
    [402] = LINE("402 Payment Required"),
    [403] = LINE("403 Forbidden"),
    [404] = LINE("404 Not Found"),
    [405] = LINE("405 Method Not Allowed"),
    [406] = LINE("406 Not Acceptable"),
    [407] = LINE("407 Proxy Authentication Required"),
    [408] = LINE("408 Request Timeout"),
    [409] = LINE("409 Conflict"),
    [410] = LINE("410 Gone"),
    [411] = LINE("411 Length Required"),
    [412] = LINE("412 Precondition Failed"),
    [413] = LINE("413 Content Too Large"),
    [414] = LINE("414 URI Too Long"),
    [415] = LINE("415 Unsupported Media Type"),
    [416] = LINE("416 Range Not Satisfiable"),
    [417] = LINE("417 Expectation Failed"),
    [421] = LINE("421 Misdirected Request"),
    [422] = LINE("422 Unprocessable Content"),
    [423] = LINE("423 Locked"),
    [424] = LINE("424 Failed Dependency"),
    [425] = LINE("425 Too Early"),
    [426] = LINE("426 Upgrade Required"),
    [428] = LINE("428 Precondition Required"),
    [429] = LINE("429 Too Many Requests"),
    [431] = LINE("431 Request Header Fields Too Large"),
    [451] = LINE("451 Unavailable For Legal Reasons"),
    [500] = LINE("500 Internal Server Error"),
    [501] = LINE("501 Not Implemented"),
    [502] = LINE("502 Bad Gateway"),
    [503] = LINE("503 Service Unavailable"),
    [504] = LINE("504 Gateway Timeout"),
    [505] = LINE("505 HTTP Version Not Supported"),
    [506] = LINE("506 Variant Also Negotiates"),
    [507] = LINE("507 Insufficient Storage"),
    [508] = LINE("508 Loop Detected"),
    [511] = LINE("511 Network Authentication Required"),
};

/* The header line of the time of now (RFC 9110, section 5.6.7). */
static struct rt_str
date_line(void)
{
	static char text[DATE_SIZE];
	static struct rt_str line;
	static time_t at;
	time_t now = time(NULL);
	struct tm tm;

	if (now == at && line.n > 0)
		return line;
	if (gmtime_r(&now, &tm) != NULL) {
		line.p = text;
		line.n = strftime(text, sizeof(text),
		    "Date: %a, %d %b %Y %H:%M:%S GMT\r\n", &tm);
		at = now;
	}
	return line;
}

/* The texts of a head, one behind the other, have room at `to`. */
static char *
put(char *to, struct rt_str s)
{
	if (s.n > 0)
		memcpy(to, s.p, s.n);
	return to + s.n;
}

static char *
put_number(char *to, uint64_t v)
{
	char text[20];
	size_t at = sizeof(text);

	do {
		text[--at] = (char)('0' + v % 10);
		v /= 10;
	} while (v > 0);
	return put(to, (struct rt_str){text + at, sizeof(text) - at});
}

static char *
put_field(char *to, struct rt_str name, struct rt_str value)
{
	to = put(to, name);
	to = put(to, RT_LIT(": "));
	to = put(to, value);
	return put(to, RT_LIT("\r\n"));
}

static char *
put_status(char *to, int status)
{
	if (status >= 0 && (size_t)status < RT_LEN(status_lines) &&
	    status_lines[status].p != NULL)
		return put(to, status_lines[status]);
	to = put(to, RT_LIT("HTTP/1.1 "));
	to = put_number(to, (uint64_t)status);
	return put(to, RT_LIT(" \r\n"));
}

static char *
put_frame(char *to, const struct rt_http_frame *f)
{
	if (f->end == RT_END_CHUNKS)
		return put(to, RT_LIT("Transfer-Encoding: chunked\r\n"));
	if (f->end == RT_END_CLOSE)
		return to;
	to = put(to, RT_LIT("Content-Length: "));
	to = put_number(to, f->length);
	return put(to, RT_LIT("\r\n"));
}

/* Whoever sends Upgrade says that it is for this connection (RFC 9110, section
 * 7.8). */
static char *
put_connection(char *to, int status, const struct rt_http_frame *f)
{
	bool close = f->close || f->end == RT_END_CLOSE;

	if (status == 101 || (status == 426 && !close))
		return put(to, RT_LIT("Connection: Upgrade\r\n"));
	if (status == 426)
		return put(to, RT_LIT("Connection: Upgrade, close\r\n"));
	if (close)
		return put(to, RT_LIT("Connection: close\r\n"));
	return to;
}

bool
rt_http_has_content(int status)
{
	return status >= 200 && status != 204 && status != 304;
}

/* Bytes that the head may take. */
static size_t
size_max(const struct rt_headers *h, struct rt_str media)
{
	size_t n = FIXED_MAX + media.n;

	for (size_t i = 0; i < h->n; i++)
		n += h->v[i].name.n + h->v[i].value.n + sizeof(": \r\n") - 1;
	return n;
}

void
rt_http_head_write(struct rt_buf *b, const struct rt_response *res,
    const struct rt_http_frame *f)
{
	const struct rt_headers *h = &res->headers;
	struct rt_str media = rt_str(res->media);
	char *p = rt_buf_reserve(b, size_max(h, media));

	if (p == NULL)
		return;
	p = put_status(p, res->status);
	p = put(p, date_line());
	if (rt_http_has_content(res->status)) {
		if (media.p != NULL)
			p = put_field(p, RT_LIT("Content-Type"), media);
		p = put_frame(p, f);
	}
	p = put_connection(p, res->status, f);
	for (size_t i = 0; i < h->n; i++)
		p = put_field(p, h->v[i].name, h->v[i].value);
	p = put(p, RT_LIT("\r\n"));
	b->n = (size_t)(p - b->p);
}
