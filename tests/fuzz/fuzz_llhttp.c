/*
 * Connections of HTTP, beside llhttp in its strict mode: of what the runtime's
 * reader takes, llhttp hears the same requests.  But it knows no methods beside
 * its own, and of chunk extensions neither one behind a value that is a token
 * nor an escape in a quoted string.
 */
#include <llhttp.h>

#include "tests/fuzz/http_requests.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

enum { FIELDS_MAX = 64, ROOM = 1 << 16 };

struct text {
	char p[ROOM];
	size_t n;
};

/* A request as llhttp hears it. */
struct message {
	struct text url, body;
	struct text names[FIELDS_MAX], values[FIELDS_MAX];
	size_t n; /* fields */
	const char *method;
	int minor;
	bool has_head, whole, chunked;
};

static struct message *messages;
static size_t n_messages;
/* The last message was not heard to its end. */
static bool lost;

static int
add(struct text *t, const char *p, size_t n)
{
	if (n > sizeof(t->p) - t->n)
		return -1;
	memcpy(t->p + t->n, p, n);
	t->n += n;
	return 0;
}

static struct message *
last(void)
{
	return &messages[n_messages - 1];
}

static int
on_begin(llhttp_t *p)
{
	struct message *m = &messages[n_messages];

	(void)p;
	if (n_messages == REQUESTS_MAX)
		return -1;
	n_messages++;
	m->url.n = m->body.n = m->n = 0;
	m->names[0].n = m->values[0].n = 0;
	m->has_head = m->whole = false;
	return 0;
}

static int
on_url(llhttp_t *p, const char *at, size_t n)
{
	(void)p;
	return add(&last()->url, at, n);
}

/* What follows the head are trailers. */
static int
on_name(llhttp_t *p, const char *at, size_t n)
{
	struct message *m = last();

	(void)p;
	if (m->has_head)
		return 0;
	return m->n < FIELDS_MAX ? add(&m->names[m->n], at, n) : -1;
}

static int
on_value(llhttp_t *p, const char *at, size_t n)
{
	struct message *m = last();

	(void)p;
	return m->has_head ? 0 : add(&m->values[m->n], at, n);
}

static int
on_field(llhttp_t *p)
{
	struct message *m = last();

	(void)p;
	m->n += !m->has_head;
	if (m->n < FIELDS_MAX)
		m->names[m->n].n = m->values[m->n].n = 0;
	return 0;
}

static int
on_head(llhttp_t *p)
{
	struct message *m = last();

	m->has_head = true;
	m->method = llhttp_method_name(llhttp_get_method(p));
	m->minor = llhttp_get_http_minor(p);
	m->chunked = (p->flags & F_CHUNKED) != 0;
	/* This server goes on with HTTP. */
	p->upgrade = 0;
	return 0;
}

static int
on_body(llhttp_t *p, const char *at, size_t n)
{
	(void)p;
	return add(&last()->body, at, n);
}

static int
on_whole(llhttp_t *p)
{
	(void)p;
	last()->whole = true;
	return 0;
}

/* Whether the line on which llhttp stopped has an extension. */
static bool
lost_in_extension(const llhttp_t *p, const char *data, size_t n)
{
	const char *at = llhttp_get_error_pos(p), *line, *end = data + n;

	if (llhttp_get_errno(p) != HPE_INVALID_CHUNK_SIZE &&
	    llhttp_get_errno(p) != HPE_STRICT)
		return false;
	line = memrchr(data, '\n', (size_t)(at - data));
	line = line == NULL ? data : line + 1;
	return memchr(line, ';', (size_t)((at < end ? at + 1 : end) - line)) !=
	    NULL;
}

static void
llhttp_hear(const uint8_t *data, size_t n)
{
	llhttp_settings_t settings;
	llhttp_t parser;

	llhttp_settings_init(&settings);
	settings.on_message_begin = on_begin;
	settings.on_url = on_url;
	settings.on_header_field = on_name;
	settings.on_header_value = on_value;
	settings.on_header_value_complete = on_field;
	settings.on_headers_complete = on_head;
	settings.on_body = on_body;
	settings.on_message_complete = on_whole;
	llhttp_init(&parser, HTTP_REQUEST, &settings);
	n_messages = 0;
	if (messages == NULL)
		messages = calloc(REQUESTS_MAX, sizeof(*messages));
	llhttp_execute(&parser, (const char *)data, n);
	lost = lost_in_extension(&parser, (const char *)data, n);
}

static bool
is_method(struct rt_str s)
{
#define IS_METHOD(number, name, string) \
	if (rt_str_is(s, #string)) \
		return true;
	HTTP_METHOD_MAP(IS_METHOD)
	return false;
}

static struct rt_str
str(const struct text *t)
{
	return rt_str_trim((struct rt_str){t->p, t->n});
}

/* The value of Host may be the target's. */
static void
require_same_fields(const struct rt_head *h, const struct message *m)
{
	require(h->headers.n == m->n);
	for (size_t i = 0; i < m->n; i++) {
		require(rt_str_eq(h->headers.v[i].name, str(&m->names[i])));
		require(rt_str_eq(h->headers.v[i].value, str(&m->values[i])) ||
		    rt_str_is_nocase(h->headers.v[i].name, "host"));
	}
}

static void
require_same(const struct request *r, const struct message *m, bool refused)
{
	const struct rt_head *h = &r->head;

	require(m->has_head && rt_str_is(h->method, m->method));
	require((int)h->minor == m->minor);
	require(m->chunked == (h->framed == RT_FRAMED_CHUNKS));
	require(rt_str_is(h->path, "*") || rt_str_is(h->path, "/") ||
	    memmem(m->url.p, m->url.n, h->path.p, h->path.n) != NULL);
	require_same_fields(h, m);
	if ((lost && m == last()) || (refused && !r->whole))
		return;
	require(m->body.n == r->body.n &&
	    (m->body.n == 0 || memcmp(r->body.p, m->body.p, m->body.n) == 0));
	require(m->whole == r->whole);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static const struct rt_head_limits limits = {4096, 60, 2048};
	static struct requests ours;
	struct rt_arena *arena = rt_arena_open((size_t)1 << 28, NULL, NULL);

	if (n > ROOM)
		return 0;
	hear(&ours, arena, &limits, (struct rt_str){(const char *)data, n},
	    whole, NULL);
	llhttp_hear(data, n);
	for (size_t i = 0; i < ours.n; i++) {
		if (!is_method(ours.v[i].head.method))
			break;
		if (lost && i == n_messages)
			break;
		require(i < n_messages);
		require_same(&ours.v[i], &messages[i], ours.status != 0);
	}
	rt_arena_close(arena);
	return 0;
}
