#include "runtime/try_request.h"

struct parse {
	struct rt_arena *arena;
	struct rt_str rest;
	unsigned line; /* of what was taken last */
	const char *why;
};

static bool
refuse(struct parse *p, const char *why)
{
	p->why = why;
	return false;
}

/* The next line without its end; absent behind the last one. */
static struct rt_str
take_line(struct parse *p)
{
	struct rt_str line = rt_str_cut(&p->rest, '\n');

	p->line++;
	if (line.n > 0 && line.p[line.n - 1] == '\r')
		line.n--;
	return line;
}

/* RFC 9110, section 5.6.2. */
static bool
is_token(struct rt_str s)
{
	static const char marks[] = "!#$%&'*+-.^_`|~";

	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];
		bool word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
		    (c >= '0' && c <= '9');

		if (!word && (c == '\0' || strchr(marks, c) == NULL))
			return false;
	}
	return s.n > 0;
}

/* Whether there are control characters but tabs, or spaces. */
static bool
is_plain(struct rt_str s, bool spaces)
{
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (c == 0x7f || (c < ' ' && c != '\t'))
			return false;
		if (!spaces && (c == ' ' || c == '\t'))
			return false;
	}
	return true;
}

/* --- The request line --- */

/* Cuts "https://host" off the whole URL that a target may be. */
static struct rt_str
without_host(struct rt_str target)
{
	size_t i = 0;

	if (!rt_str_starts(target, "http://") &&
	    !rt_str_starts(target, "https://"))
		return target;
	for (unsigned slashes = 0; i < target.n; i++) {
		slashes += target.p[i] == '/';
		if (slashes == 3 || (slashes == 2 && target.p[i] == '?'))
			break;
	}
	return (struct rt_str){target.p + i, target.n - i};
}

static bool
read_target(struct parse *p, struct rt_str target, struct rt_try_request *out)
{
	target = without_host(target);
	if (target.n == 0 || target.p[0] == '?')
		out->path = RT_LIT("/");
	else if (target.p[0] != '/')
		return refuse(p, "a target begins with '/' or 'http'");
	if (!is_plain(target, false))
		return refuse(p,
		    "a target has no spaces and no control characters");
	if (memchr(target.p, '#', target.n) != NULL)
		return refuse(p, "a target has no '#': no fragment is sent");
	out->query = target;
	target = rt_str_cut(&out->query, '?');
	if (out->path.p == NULL)
		out->path = target;
	return true;
}

static bool
is_comment(struct rt_str line)
{
	return line.n == 0 || rt_str_starts(line, "#") ||
	    rt_str_starts(line, "//");
}

static bool
read_first(struct parse *p, struct rt_try_request *out)
{
	struct rt_str line = take_line(p), target;

	while (line.p != NULL && is_comment(line) && p->rest.p != NULL)
		line = take_line(p);
	if (is_comment(line))
		return refuse(p, "there is no request");
	out->method = rt_str_cut(&line, ' ');
	if (!is_token(out->method))
		return refuse(p, "a request line begins with a method");
	if (line.p == NULL)
		return refuse(p, "a request line is: METHOD TARGET HTTP/1.1");
	line = rt_str_trim(line);
	target = rt_str_cut(&line, ' ');
	line = line.p == NULL ? line : rt_str_trim(line);
	if (line.n > 0 && !rt_str_starts(line, "HTTP/"))
		return refuse(p, "a request line is: METHOD TARGET HTTP/1.1");
	return read_target(p, target, out);
}

/* --- Headers --- */

static bool
read_header(struct parse *p, struct rt_str line, struct rt_header *out)
{
	if (line.p[0] == ' ' || line.p[0] == '\t')
		return refuse(p, "a header is one line");
	if (memchr(line.p, ':', line.n) == NULL)
		return refuse(p, "a header is NAME: VALUE");
	out->name = rt_str_cut(&line, ':');
	out->value = rt_str_trim(line);
	if (!is_token(out->name))
		return refuse(p,
		    "the name of a header is letters, digits and '-', with "
		    "':' right behind it");
	if (!is_plain(out->value, true))
		return refuse(p, "a header has no control characters");
	return true;
}

static bool
read_headers(struct parse *p, struct rt_try_request *out)
{
	struct rt_header *v =
	    rt_arena_array(p->arena, RT_TRY_HEADERS_MAX, sizeof(*v));

	out->headers.v = v;
	while (p->rest.p != NULL) {
		struct rt_str line = take_line(p);

		if (line.n == 0)
			return true;
		if (out->headers.n == RT_TRY_HEADERS_MAX)
			return refuse(p, "there are too many headers");
		if (!read_header(p, line, &v[out->headers.n++]))
			return false;
	}
	return true;
}

static const struct rt_header *
find_header(const struct rt_try_request *r, const char *name)
{
	for (size_t i = 0; i < r->headers.n; i++) {
		if (rt_str_is_nocase(r->headers.v[i].name, name))
			return &r->headers.v[i];
	}
	return NULL;
}

/* --- The body --- */

static bool
read_length(struct parse *p, struct rt_str text, size_t *out)
{
	*out = 0;
	for (size_t i = 0; i < text.n; i++) {
		if (text.p[i] < '0' || text.p[i] > '9' || *out > RT_TRY_MAX)
			return refuse(p, "Content-Length is no number");
		*out = *out * 10 + (size_t)(text.p[i] - '0');
	}
	return text.n > 0 || refuse(p, "Content-Length is no number");
}

static bool
read_body(struct parse *p, struct rt_try_request *out)
{
	const struct rt_header *length = find_header(out, "Content-Length");
	size_t n;

	p->line++;
	if (find_header(out, "Transfer-Encoding") != NULL)
		return refuse(p,
		    "Transfer-Encoding isn't understood: write the body as it "
		    "is");
	if (length == NULL) {
		if (p->rest.n > 0)
			out->body = p->rest;
		return true;
	}
	if (!read_length(p, length->value, &n))
		return false;
	if (n > p->rest.n)
		return refuse(p, "the body is shorter than Content-Length");
	out->body = n == 0 ? RT_LIT("") : (struct rt_str){p->rest.p, n};
	return true;
}

bool
rt_try_parse(struct rt_arena *arena, struct rt_str text,
    struct rt_try_request *out, unsigned *line, const char **why)
{
	struct parse p = {.arena = arena, .rest = text};
	bool ok;

	*out = (struct rt_try_request){.method = {NULL, 0}};
	ok = read_first(&p, out) && read_headers(&p, out) && read_body(&p, out);
	*line = p.line;
	*why = p.why;
	return ok;
}
