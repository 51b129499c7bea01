#include "runtime/http_head.h"

#include "runtime/format_part.h"
#include "runtime/http_char.h"
#include "runtime/http_field.h"

enum { FIELDS_FIRST = 16, PORT_MAX = 65535 };

struct parse {
	const char *p; /* what comes next */
	const char *end;
	struct rt_head *head;
	struct rt_head_fault *fault;
	struct rt_str target;
	size_t room; /* fields that the array has memory for */
	bool has_host, has_length;
};

static bool
refuse(struct rt_head_fault *fault, int status, const char *detail)
{
	*fault = (struct rt_head_fault){status, detail};
	return false;
}

/* --- Authority --- */

static bool
is_port(struct rt_str s)
{
	unsigned v = 0;

	for (size_t i = 0; i < s.n && v <= PORT_MAX; i++) {
		if (!rt_is_digit(s.p[i]))
			return false;
		v = v * 10 + (unsigned)(s.p[i] - '0');
	}
	return v <= PORT_MAX;
}

/* Where a reg-name ends (RFC 3986, section 3.2.2). */
static const char *
skip_name(const char *p)
{
	p = rt_http_skip(p, RT_HTTP_HOST);
	while (p[0] == '%' && rt_is_hex(p[1]) && rt_is_hex(p[2]))
		p = rt_http_skip(p + 3, RT_HTTP_HOST);
	return p;
}

/*
 * uri-host [ ":" port ], which no character of a host follows.  The host is not
 * empty: neither scheme may have such a one (RFC 9110, section 4.2).
 */
static bool
is_authority(struct rt_str s)
{
	struct rt_str host, port = s;
	size_t n;

	if (s.n == 0)
		return false;
	if (s.p[0] == '[') {
		host = rt_after(rt_str_cut(&port, ']'), 1);
		if (port.p == NULL || !rt_is_ipv6(host))
			return false;
	} else {
		n = (size_t)(skip_name(s.p) - s.p);
		if (n == 0)
			return false;
		port = rt_after(s, n);
	}
	return port.n == 0 || (port.p[0] == ':' && is_port(rt_after(port, 1)));
}

/* --- Request line --- */

static bool
parse_method(struct parse *x)
{
	const char *begin = x->p;

	x->p = rt_http_skip(begin, RT_HTTP_TOKEN);
	if (x->p == begin || *x->p != ' ')
		return refuse(x->fault, 400,
		    "The request does not begin with a method.");
	x->head->method = (struct rt_str){begin, (size_t)(x->p++ - begin)};
	if (x->head->method.n > RT_METHOD_MAX)
		return refuse(x->fault, 501, "The method is too long.");
	return true;
}

static bool
parse_target(struct parse *x, size_t max)
{
	const char *begin = x->p;

	x->p = rt_http_skip(begin, RT_HTTP_TARGET);
	if (x->p == begin || *x->p != ' ')
		return refuse(x->fault, 400,
		    "The request target is none, or no version follows.");
	x->target = (struct rt_str){begin, (size_t)(x->p++ - begin)};
	if (x->target.n > max)
		return refuse(x->fault, 414, "The request target is too long.");
	return true;
}

static bool
parse_version(struct parse *x)
{
	const char *p = x->p;

	if (x->end - p < 10 || memcmp(p, "HTTP/", 5) != 0 ||
	    !rt_is_digit(p[5]) || p[6] != '.' || !rt_is_digit(p[7]) ||
	    p[8] != '\r' || p[9] != '\n')
		return refuse(x->fault, 400,
		    "The request line does not end with a version.");
	if (p[5] != '1' || p[7] > '1')
		return refuse(x->fault, 505, "HTTP/1.1 is spoken here.");
	x->head->minor = (unsigned)(p[7] - '0');
	x->p = p + 10;
	return true;
}

static void
split_target(struct rt_head *h, struct rt_str target)
{
	h->query = target;
	h->path = rt_str_cut(&h->query, '?');
}

/* RFC 9112, section 3.2.2.  Where the path is empty, OPTIONS asks about the
 * server (section 3.2.4). */
static bool
parse_absolute(struct parse *x, struct rt_str rest)
{
	struct rt_head *h = x->head;
	size_t n = 0;

	while (n < rest.n && rest.p[n] != '/' && rest.p[n] != '?')
		n++;
	h->host = (struct rt_str){rest.p, n};
	if (!is_authority(h->host))
		return refuse(x->fault, 400,
		    "The authority of the request target is none.");
	split_target(h, rt_after(rest, n));
	if (h->path.n == 0)
		h->path = h->query.p == NULL && rt_str_is(h->method, "OPTIONS")
		    ? RT_LIT("*")
		    : RT_LIT("/");
	return true;
}

static bool
starts_nocase(struct rt_str s, struct rt_str prefix)
{
	return s.n >= prefix.n &&
	    rt_str_eq_nocase((struct rt_str){s.p, prefix.n}, prefix);
}

/* RFC 9112, section 3.2. */
static bool
read_target(struct parse *x)
{
	struct rt_str http = RT_LIT("http://"), https = RT_LIT("https://");
	struct rt_str t = x->target;

	if (rt_str_eq(x->head->method, RT_LIT("CONNECT")))
		return refuse(x->fault, 501, "There are no tunnels here.");
	if (t.p[0] == '/') {
		split_target(x->head, t);
		return true;
	}
	if (starts_nocase(t, http))
		return parse_absolute(x, rt_after(t, http.n));
	if (starts_nocase(t, https))
		return parse_absolute(x, rt_after(t, https.n));
	if (rt_str_is(t, "*") && rt_str_is(x->head->method, "OPTIONS")) {
		x->head->path = t;
		return true;
	}
	return refuse(x->fault, 400,
	    "The request target is neither a path nor an http URI.");
}

/* --- Fields that frame or route --- */

/* Whether tabs stand around a value: of those that frame or route some
 * take them for a part of it. */
static bool
has_tabs(struct rt_str value)
{
	const char *before = value.p - 1, *behind = value.p + value.n;

	while (*before == ' ')
		before--;
	while (*behind == ' ')
		behind++;
	return *before == '\t' || *behind == '\t';
}

static bool
take_host(struct parse *x, struct rt_header *f)
{
	if (x->has_host)
		return refuse(x->fault, 400, "Host is there twice.");
	x->has_host = true;
	if (has_tabs(f->value) || !is_authority(f->value))
		return refuse(x->fault, 400, "Host names no host.");
	/* What the target says replaces it (RFC 9112, section 3.2.2). */
	if (x->head->host.p != NULL)
		f->value = x->head->host;
	x->head->host = f->value;
	return true;
}

/* Digits only, of what fits an int64_t. */
static bool
read_length(struct rt_str s, uint64_t *v)
{
	for (size_t i = 0; i < s.n; i++) {
		uint64_t digit = (uint64_t)(s.p[i] - '0');

		if (digit > 9 || *v > (INT64_MAX - digit) / 10)
			return false;
		*v = *v * 10 + digit;
	}
	return s.n > 0;
}

static bool
take_length(struct parse *x, struct rt_header *f)
{
	if (x->has_length)
		return refuse(x->fault, 400, "Content-Length is there twice.");
	x->has_length = true;
	return (!has_tabs(f->value) &&
		   read_length(f->value, &x->head->length)) ||
	    refuse(x->fault, 400,
		"Content-Length is no number, or too large a one.");
}

/* Whether a list ends with chunked, and has it nowhere else. */
static bool
ends_with_chunked(struct rt_str list)
{
	while (list.p != NULL) {
		struct rt_str coding = rt_str_trim(rt_str_cut(&list, ','));

		if (rt_str_is_nocase(coding, "chunked"))
			return list.p == NULL;
	}
	return false;
}

/* RFC 9112, sections 6.1 and 6.3. */
static bool
take_coding(struct parse *x, struct rt_header *f)
{
	if (x->head->framed == RT_FRAMED_CHUNKS)
		return refuse(x->fault, 400,
		    "Transfer-Encoding is there twice.");
	x->head->framed = RT_FRAMED_CHUNKS;
	if (has_tabs(f->value) || !ends_with_chunked(f->value))
		return refuse(x->fault, 400,
		    "Transfer-Encoding does not end with chunked.");
	if (!rt_str_is_nocase(f->value, "chunked"))
		return refuse(x->fault, 501,
		    "No transfer coding but chunked is understood.");
	return true;
}

static bool
take_connection(struct parse *x, struct rt_header *f)
{
	struct rt_str list = f->value;

	while (list.p != NULL && !x->head->close)
		x->head->close = rt_str_is_nocase(
		    rt_str_trim(rt_str_cut(&list, ',')), "close");
	return true;
}

static bool
take_expect(struct parse *x, struct rt_header *f)
{
	if (rt_str_is_nocase(f->value, "100-continue"))
		x->head->expects = true;
	return true;
}

static bool
take(struct parse *x, struct rt_header *f)
{
	static const struct {
		struct rt_str name;
		bool (*take)(struct parse *, struct rt_header *);
	} by_length[] = {
	    [4] = {{"host", 4}, take_host},
	    [6] = {{"expect", 6}, take_expect},
	    [10] = {{"connection", 10}, take_connection},
	    [14] = {{"content-length", 14}, take_length},
	    [17] = {{"transfer-encoding", 17}, take_coding},
	};
	size_t n = f->name.n;

	if (n >= RT_LEN(by_length) || by_length[n].take == NULL ||
	    !rt_str_eq_nocase(f->name, by_length[n].name))
		return true;
	return by_length[n].take(x, f);
}

/* --- Fields --- */

/* Doubles the array when it is full. */
static struct rt_header *
add_field(struct parse *x, struct rt_arena *arena)
{
	struct rt_headers *h = &x->head->headers;
	struct rt_header *v;

	if (h->n == x->room) {
		x->room = x->room == 0 ? FIELDS_FIRST : x->room * 2;
		v = rt_arena_array(arena, x->room, sizeof(*v));
		if (h->n > 0)
			memcpy(v, h->v, h->n * sizeof(*v));
		h->v = v;
	}
	return &h->v[h->n++];
}

static bool
parse_fields(struct parse *x, struct rt_arena *arena, unsigned max)
{
	const char *last = x->end - 2;

	while (x->p != last) {
		struct rt_header *f;

		if (x->head->headers.n == max)
			return refuse(x->fault, 431,
			    "The head has too many fields.");
		f = add_field(x, arena);
		x->p = rt_field_parse(x->p, x->end, f, x->fault);
		if (x->p == NULL || !take(x, f))
			return false;
	}
	return true;
}

/* What can be said only when all fields are known. */
static bool
settle(struct parse *x)
{
	struct rt_head *h = x->head;

	if (h->minor > 0 && !x->has_host)
		return refuse(x->fault, 400, "Host is missing.");
	if (h->framed == RT_FRAMED_CHUNKS && x->has_length)
		return refuse(x->fault, 400,
		    "Content-Length and Transfer-Encoding exclude each other.");
	if (h->framed == RT_FRAMED_CHUNKS && h->minor == 0)
		return refuse(x->fault, 400,
		    "HTTP/1.0 has no Transfer-Encoding.");
	if (x->has_length)
		h->framed = RT_FRAMED_LENGTH;
	h->expects = h->expects && h->minor > 0;
	h->close = h->close || h->minor == 0;
	return true;
}

bool
rt_head_parse(struct rt_arena *arena, struct rt_str bytes,
    const struct rt_head_limits *limits, struct rt_head *head,
    struct rt_head_fault *fault)
{
	struct parse x = {
	    .p = bytes.p,
	    .end = bytes.p + bytes.n,
	    .head = head,
	    .fault = fault,
	};

	*head = (struct rt_head){0};
	if (bytes.n > limits->bytes)
		return refuse(fault, 431, "The head is too long.");
	/* With that in mind, no loop has to ask for the end. */
	if (bytes.n < 4 || memcmp(x.end - 4, "\r\n\r\n", 4) != 0)
		return refuse(fault, 400, "The head has no end.");
	return parse_method(&x) && parse_target(&x, limits->target) &&
	    parse_version(&x) && read_target(&x) &&
	    parse_fields(&x, arena, limits->lines) && settle(&x);
}
