#include <stdlib.h>
#include <yajl/yajl_parse.h>

#include "gen/doc_build.h"
#include "gen/doc_syntax.h"

struct reader {
	struct doc_build *b;
	yajl_handle parser;
	size_t start; /* of the text, behind a byte order mark */
	size_t end; /* of the last token */
	enum doc_json_state state;
	bool is_at_end; /* all of the text has been given to yajl */
};

/* The token of `n` bytes that yajl has just read. */
static struct rt_str
last_token(struct reader *r, size_t n)
{
	struct rt_str text = r->b->source->text;

	if (r->is_at_end)
		r->end = text.n;
	else
		r->end = r->start + yajl_get_bytes_consumed(r->parser);
	return (struct rt_str){text.p + r->end - n, n};
}

/* As above for a string: going back from the closing quote, the opening one
 * is the first without a backslash in front. */
static struct rt_str
last_string(struct reader *r)
{
	struct rt_str token = last_token(r, 1);

	do {
		token.p--;
		token.n++;
	} while (token.p[0] != '"' || token.p[-1] == '\\');
	return token;
}

static struct source_pos
place(const struct reader *r, struct rt_str token)
{
	const struct source *s = r->b->source;

	return source_pos(s, (size_t)(token.p - s->text.p), (unsigned)token.n);
}

static unsigned
hex4(const char *p)
{
	char digits[5] = {p[0], p[1], p[2], p[3], '\0'};

	return (unsigned)strtoul(digits, NULL, 16);
}

/* yajl decodes half a surrogate pair to something else (RFC 8259, section
 * 8.2): NULL, or the first such escape of a string that yajl has accepted. */
static const char *
lone_surrogate(struct rt_str token)
{
	const char *end = token.p + token.n;

	for (const char *p = token.p; p < end; p++) {
		unsigned unit;

		if (*p != '\\')
			continue;
		if (*++p != 'u')
			continue;
		unit = hex4(p + 1);
		if (unit >= 0xdc00 && unit <= 0xdfff)
			return p - 1;
		if (unit < 0xd800 || unit > 0xdfff)
			continue;
		if (p[5] != '\\' || p[6] != 'u' ||
		    (hex4(p + 7) & 0xfc00) != 0xdc00)
			return p - 1;
		p += 10;
	}
	return NULL;
}

/* The copy of a decoded string. */
static struct rt_str
decoded(struct reader *r, struct rt_str token, const unsigned char *p, size_t n)
{
	const char *bad = NULL;

	if (n + 2 != token.n)
		bad = lone_surrogate(token);
	if (bad != NULL)
		diag_error(r->b->diag, place(r, (struct rt_str){bad, 6}),
		    "json-syntax",
		    "expected a pair of surrogates, found a half of one");
	return rt_arena_copy(r->b->arena, (struct rt_str){(const char *)p, n});
}

static int
add_scalar(struct reader *r, enum doc_type type, struct rt_str token,
    struct rt_str text)
{
	struct source_pos pos = place(r, token);
	struct doc_node *node = doc_build_node(r->b, type, pos);

	r->state = DOC_JSON_VALUE;
	if (node == NULL || !doc_build_count(r->b, text.n, pos))
		return 0;
	node->text = text;
	node->yes = type == DOC_BOOL && text.n == 4;
	return doc_build_add(r->b, node);
}

static int
on_null(void *arg)
{
	return add_scalar(arg, DOC_NULL, last_token(arg, 4), RT_LIT("null"));
}

static int
on_boolean(void *arg, int yes)
{
	struct rt_str text = yes ? RT_LIT("true") : RT_LIT("false");

	return add_scalar(arg, DOC_BOOL, last_token(arg, text.n), text);
}

static int
on_number(void *arg, const char *p, size_t n)
{
	struct reader *r = arg;
	struct rt_str text = rt_arena_copy(r->b->arena, (struct rt_str){p, n});

	return add_scalar(r, DOC_NUMBER, last_token(r, n), text);
}

static int
on_string(void *arg, const unsigned char *p, size_t n)
{
	struct reader *r = arg;
	struct rt_str token = last_string(r);

	return add_scalar(r, DOC_STRING, token, decoded(r, token, p, n));
}

static int
on_key(void *arg, const unsigned char *p, size_t n)
{
	struct reader *r = arg;
	struct rt_str token = last_string(r);

	r->state = DOC_JSON_KEY;
	return doc_build_key(r->b, decoded(r, token, p, n), place(r, token));
}

static int
open_node(struct reader *r, enum doc_type type)
{
	struct rt_str token = last_token(r, 1);

	r->state = DOC_JSON_OPEN;
	return doc_build_open(r->b, type, place(r, token)) != NULL;
}

static int
on_start_map(void *arg)
{
	return open_node(arg, DOC_MAP);
}

static int
on_start_array(void *arg)
{
	return open_node(arg, DOC_SEQ);
}

static int
on_end(void *arg)
{
	struct reader *r = arg;

	last_token(r, 1);
	r->state = DOC_JSON_VALUE;
	doc_build_close(r->b);
	return 1;
}

static const yajl_callbacks callbacks = {
    .yajl_null = on_null,
    .yajl_boolean = on_boolean,
    .yajl_number = on_number,
    .yajl_string = on_string,
    .yajl_start_map = on_start_map,
    .yajl_map_key = on_key,
    .yajl_end_map = on_end,
    .yajl_start_array = on_start_array,
    .yajl_end_array = on_end,
};

static void
report_syntax(struct reader *r)
{
	unsigned char *why = yajl_get_error(r->parser, 0, NULL, 0);
	size_t at = r->start + yajl_get_bytes_consumed(r->parser);
	bool done = false;

	if (r->is_at_end)
		at = r->b->source->text.n;
	if (why != NULL) {
		done = doc_syntax_json_token(r->b, (const char *)why, at);
		yajl_free_error(r->parser, why);
	}
	if (!done)
		doc_syntax_json(r->b, r->state, r->end);
}

/* yajl takes half a string behind the document. */
static bool
is_rest_blank(const struct reader *r)
{
	struct rt_str text = r->b->source->text;

	for (size_t i = r->end; i < text.n; i++) {
		if (strchr(" \t\r\n", text.p[i]) == NULL)
			return false;
	}
	return true;
}

struct doc_node *
doc_read_json(struct doc_build *b, size_t start)
{
	const struct source *s = b->source;
	struct reader r = {.b = b, .start = start, .state = DOC_JSON_START};
	yajl_status status;

	r.end = start;
	r.parser = yajl_alloc(&callbacks, NULL, &r);
	if (r.parser == NULL) {
		diag_error(b->diag, source_pos(s, 0, 0), "json-syntax",
		    "there is no memory left to read the document");
		return NULL;
	}
	/* The whole text has been checked before. */
	yajl_config(r.parser, yajl_dont_validate_strings, 1);
	status = yajl_parse(r.parser, (const unsigned char *)s->text.p + start,
	    s->text.n - start);
	if (status == yajl_status_ok) {
		r.is_at_end = true;
		status = yajl_complete_parse(r.parser);
	}
	if (status == yajl_status_error)
		report_syntax(&r);
	else if (status == yajl_status_ok && !is_rest_blank(&r))
		doc_syntax_json(b, r.state, r.end);
	yajl_free(r.parser);
	return b->root;
}
