#include "runtime/http_read.h"

#include "runtime/format_part.h"
#include "runtime/http_field.h"
#include "runtime/media.h"

enum {
	BLANK_LINES_MAX = 4, /* before a request */
	VERSION_LINE = 12, /* " ", " HTTP/1.1" and its CR */
	SIZE_DIGITS_MAX = 16,
};

enum state {
	START = 0, /* no byte of the request has been seen */
	HEAD,
	BODY, /* of a known length */
	CHUNK_SIZE,
	CHUNK,
	CHUNK_END,
	TRAILER,
	END,
	FAULT,
};

/* Nothing to tell: the next state reads on. */
#define GO_ON ((enum rt_read)0)

static enum rt_read
refuse(struct rt_http_reader *r, int status, const char *detail)
{
	r->fault = (struct rt_head_fault){status, detail};
	r->state = FAULT;
	return RT_READ_FAULT;
}

static enum rt_read
enter(struct rt_http_reader *r, enum state state)
{
	r->state = (unsigned char)state;
	r->lines = 0;
	r->seen = 0;
	r->line = 0;
	return GO_ON;
}

/* --- Heads --- */

/* Empty lines before a request are skipped (RFC 9112, section 2.2). */
static enum rt_read
read_start(struct rt_http_reader *r, struct rt_str bytes, size_t *used,
    struct rt_str *data)
{
	(void)data;
	if (bytes.n == 0)
		return RT_READ_MORE;
	if (rt_is_token((struct rt_str){bytes.p, 1}))
		return enter(r, HEAD);
	if (bytes.p[0] != '\r' || r->lines == BLANK_LINES_MAX)
		return refuse(r, 400, "The request begins with no method.");
	if (bytes.n == 1)
		return RT_READ_MORE;
	if (bytes.p[1] != '\n')
		return refuse(r, 400, "A CR without LF.");
	r->lines++;
	*used = 2;
	return GO_ON;
}

/* No byte of a head that is longer has to be looked at. */
static size_t
head_max(const struct rt_http_reader *r)
{
	size_t max = r->limits->bytes;
	size_t room = RT_METHOD_MAX + VERSION_LINE;

	if (r->lines == 0 && max > room && r->limits->target < max - room)
		return r->limits->target + room;
	return max;
}

static enum rt_read
refuse_long_head(struct rt_http_reader *r, struct rt_str bytes, size_t max)
{
	if (max == r->limits->bytes)
		return refuse(r, 431, "The head is too long.");
	if (memchr(bytes.p, ' ', RT_METHOD_MAX + 1) == NULL)
		return refuse(r, 501, "The method is too long.");
	return refuse(r, 414, "The request target is too long.");
}

static enum rt_read
read_head(struct rt_http_reader *r, struct rt_str bytes, size_t *used,
    struct rt_str *data)
{
	for (;;) {
		size_t max = head_max(r), n = bytes.n < max ? bytes.n : max;
		const char *lf = memchr(bytes.p + r->seen, '\n', n - r->seen);
		size_t end;

		r->seen = n;
		if (lf == NULL)
			return n == max ? refuse_long_head(r, bytes, max)
					: RT_READ_MORE;
		end = (size_t)(lf - bytes.p);
		if (lf[-1] != '\r')
			return refuse(r, 400, "A line ends without CR.");
		if (end - r->line == 1) {
			*used = end + 1;
			*data = (struct rt_str){bytes.p, end + 1};
			enter(r, END);
			return RT_READ_HEAD;
		}
		if (r->lines++ > r->limits->lines)
			return refuse(r, 431, "The head has too many fields.");
		r->seen = r->line = end + 1;
	}
}

/* --- Bodies --- */

/* Bytes of the body, or of the chunk, after which `next` reads on. */
static enum rt_read
read_content(struct rt_http_reader *r, struct rt_str bytes, size_t *used,
    struct rt_str *data, enum state next)
{
	size_t n = bytes.n < r->left ? bytes.n : (size_t)r->left;

	if (n == 0)
		return RT_READ_MORE;
	*used = n;
	*data = (struct rt_str){bytes.p, n};
	r->left -= n;
	if (r->left == 0)
		enter(r, next);
	return RT_READ_BODY;
}

static enum rt_read
read_body(struct rt_http_reader *r, struct rt_str bytes, size_t *used,
    struct rt_str *data)
{
	return read_content(r, bytes, used, data, END);
}

static enum rt_read
read_end(struct rt_http_reader *r, struct rt_str bytes, size_t *used,
    struct rt_str *data)
{
	(void)bytes, (void)used, (void)data;
	enter(r, START);
	return RT_READ_END;
}

static enum rt_read
read_fault(struct rt_http_reader *r, struct rt_str bytes, size_t *used,
    struct rt_str *data)
{
	(void)r, (void)bytes, (void)used, (void)data;
	return RT_READ_FAULT;
}

/* --- Chunks (RFC 9112, section 7.1) --- */

/* The next line, without its CRLF.  The bytes are cut where it has to end. */
static enum rt_read
read_line(struct rt_http_reader *r, struct rt_str bytes, struct rt_str *line)
{
	const char *lf = bytes.n == r->seen
	    ? NULL
	    : memchr(bytes.p + r->seen, '\n', bytes.n - r->seen);

	r->seen = bytes.n;
	if (lf == NULL)
		return RT_READ_MORE;
	if (lf == bytes.p || lf[-1] != '\r')
		return refuse(r, 400, "A line ends without CR.");
	r->seen = 0;
	*line = (struct rt_str){bytes.p, (size_t)(lf - bytes.p) - 1};
	return GO_ON;
}

static struct rt_str
at_most(struct rt_str s, size_t n)
{
	return (struct rt_str){s.p, s.n < n ? s.n : n};
}

static size_t
token_len(struct rt_str s)
{
	size_t n = 0;

	while (n < s.n && rt_is_token((struct rt_str){s.p + n, 1}))
		n++;
	return n;
}

/* Of a quoted string (RFC 9110, section 5.6.4); 0 where there is none. */
static size_t
quoted_len(struct rt_str s)
{
	if (s.n == 0 || s.p[0] != '"')
		return 0;
	for (size_t i = 1; i < s.n; i++) {
		if (s.p[i] == '"')
			return i + 1;
		if (s.p[i] == '\\')
			i++;
	}
	return 0;
}

/* Blanks around them, which a recipient would have to take, are refused: some
 * take a size for its digits before a blank, others for none. */
static bool
are_extensions(struct rt_str s)
{
	if (!rt_is_field_value(s))
		return false;
	while (s.n > 0 && s.p[0] == ';') {
		size_t n = token_len(rt_after(s, 1));

		if (n == 0)
			return false;
		s = rt_after(s, 1 + n);
		if (s.n == 0 || s.p[0] != '=')
			continue;
		s = rt_after(s, 1);
		n = token_len(s);
		if (n == 0)
			n = quoted_len(s);
		if (n == 0)
			return false;
		s = rt_after(s, n);
	}
	return s.n == 0;
}

static bool
parse_size(struct rt_http_reader *r, struct rt_str line)
{
	size_t n = 0;

	r->left = 0;
	while (n < line.n && rt_hex_digit(line.p[n]) >= 0) {
		if (n == SIZE_DIGITS_MAX)
			return false;
		r->left = r->left << 4 | (uint64_t)rt_hex_digit(line.p[n++]);
	}
	line = rt_after(line, n);
	r->extra += line.n;
	r->extra -= r->extra < r->left ? r->extra : (size_t)r->left;
	return n > 0 && r->left <= INT64_MAX && are_extensions(line);
}

static enum rt_read
read_chunk_size(struct rt_http_reader *r, struct rt_str bytes, size_t *used,
    struct rt_str *data)
{
	size_t max = r->limits->bytes;
	struct rt_str line;
	enum rt_read what = read_line(r, at_most(bytes, max), &line);

	(void)data;
	if (what == RT_READ_MORE && r->seen == max)
		return refuse(r, 413, "A chunk has too long extensions.");
	if (what != GO_ON)
		return what;
	*used = line.n + 2;
	if (!parse_size(r, line))
		return refuse(r, 400, "The size of a chunk is none.");
	if (r->extra > max)
		return refuse(r, 413, "Chunks have too long extensions.");
	return enter(r, r->left == 0 ? TRAILER : CHUNK);
}

static enum rt_read
read_chunk(struct rt_http_reader *r, struct rt_str bytes, size_t *used,
    struct rt_str *data)
{
	return read_content(r, bytes, used, data, CHUNK_END);
}

static enum rt_read
read_chunk_end(struct rt_http_reader *r, struct rt_str bytes, size_t *used,
    struct rt_str *data)
{
	(void)data;
	if (bytes.n > 0 && memcmp(bytes.p, "\r\n", bytes.n < 2 ? 1 : 2) != 0)
		return refuse(r, 400, "A chunk is longer than its size.");
	if (bytes.n < 2)
		return RT_READ_MORE;
	*used = 2;
	return enter(r, CHUNK_SIZE);
}

/* Fields that a trailer must not have (RFC 9110, section 6.5.1), and that some
 * mix with those of a head. */
static bool
is_of_head(struct rt_str name)
{
	return rt_str_is_nocase(name, "Content-Length") ||
	    rt_str_is_nocase(name, "Transfer-Encoding") ||
	    rt_str_is_nocase(name, "Host");
}

/* This server has no use for trailers: they are dropped. */
static enum rt_read
read_trailer(struct rt_http_reader *r, struct rt_str bytes, size_t *used,
    struct rt_str *data)
{
	size_t room = r->limits->bytes - r->line;
	struct rt_header field;
	struct rt_str line;
	enum rt_read what = read_line(r, at_most(bytes, room), &line);

	(void)data;
	if (what == RT_READ_MORE && r->seen == room)
		return refuse(r, 431, "The trailer is too long.");
	if (what != GO_ON)
		return what;
	*used = line.n + 2;
	if (line.n == 0)
		return enter(r, END);
	if (r->lines++ == r->limits->lines)
		return refuse(r, 431, "The trailer has too many fields.");
	r->line += *used;
	if (rt_field_parse(line.p, line.p + *used, &field, &r->fault) == NULL)
		return refuse(r, r->fault.status, r->fault.detail);
	if (is_of_head(field.name))
		return refuse(r, 400, "A trailer must not frame or route.");
	return GO_ON;
}

/* --- All of it --- */

enum rt_read
rt_http_read(struct rt_http_reader *r, struct rt_str bytes, size_t *used,
    struct rt_str *data)
{
	static enum rt_read (*const states[])(struct rt_http_reader *,
	    struct rt_str, size_t *, struct rt_str *) = {
	    [START] = read_start,
	    [HEAD] = read_head,
	    [BODY] = read_body,
	    [CHUNK_SIZE] = read_chunk_size,
	    [CHUNK] = read_chunk,
	    [CHUNK_END] = read_chunk_end,
	    [TRAILER] = read_trailer,
	    [END] = read_end,
	    [FAULT] = read_fault,
	};
	enum rt_read what;

	*used = 0;
	*data = (struct rt_str){0};
	do {
		size_t n = 0;

		what = states[r->state](r, bytes, &n, data);
		bytes = (struct rt_str){bytes.p + n, bytes.n - n};
		*used += n;
	} while (what == GO_ON);
	return what;
}

void
rt_http_read_body(struct rt_http_reader *r, const struct rt_head *head)
{
	r->left = head->length;
	r->extra = 0;
	if (head->framed == RT_FRAMED_CHUNKS)
		enter(r, CHUNK_SIZE);
	else
		enter(r, head->length > 0 ? BODY : END);
}

bool
rt_http_read_begun(const struct rt_http_reader *r)
{
	return r->state != START;
}
