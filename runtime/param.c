#include "runtime/param.h"

#include "runtime/router.h"

/* What stands for a value that is absent when its absence is a fault. */
static const struct rt_node nothing = {.type = RT_NULL, .span = 1};

/* Texts as they were sent: not yet split, not yet decoded. */
struct texts {
	struct rt_str *v;
	size_t n;
};

/* --- Texts to nodes --- */

static size_t
count_digits(struct rt_str s, size_t from)
{
	size_t n = 0;

	while (from + n < s.n && s.p[from + n] >= '0' && s.p[from + n] <= '9')
		n++;
	return n;
}

/* RFC 8259, section 6. */
static bool
is_number(struct rt_str s)
{
	size_t at = s.n > 0 && s.p[0] == '-', n = count_digits(s, at);

	if (n == 0 || (n > 1 && s.p[at] == '0'))
		return false;
	at += n;
	if (at < s.n && s.p[at] == '.') {
		n = count_digits(s, at + 1);
		if (n == 0)
			return false;
		at += 1 + n;
	}
	if (at < s.n && (s.p[at] == 'e' || s.p[at] == 'E')) {
		at++;
		if (at < s.n && (s.p[at] == '+' || s.p[at] == '-'))
			at++;
		n = count_digits(s, at);
		if (n == 0)
			return false;
		at += n;
	}
	return at == s.n;
}

static void
set_node(struct rt_node *v, struct rt_str text, unsigned types)
{
	bool yes = rt_str_is(text, "true");

	*v = (struct rt_node){
	    .type = RT_STRING,
	    .span = 1,
	    .n = (uint32_t)text.n,
	    .p = text.p,
	};
	if ((types & (RT_INTEGER | RT_NUMBER)) != 0 && is_number(text)) {
		v->type = RT_NUMBER;
	} else if ((types & RT_BOOLEAN) != 0 &&
	    (yes || rt_str_is(text, "false"))) {
		v->type = RT_BOOLEAN;
		v->n = yes;
	}
}

const struct rt_node *
rt_text_node(struct rt_arena *arena, struct rt_str text, unsigned types)
{
	struct rt_node *v = rt_arena_new(arena, sizeof(*v));

	set_node(v, text, types);
	return v;
}

/* --- Finding the texts --- */

/*
 * The next pair of a query that has this name; its value is left encoded.
 * A pair whose name can't be decoded is a parameter that nobody knows.
 */
static bool
next_pair(struct rt_call *call, struct rt_str *query, const char *name,
    struct rt_str *value)
{
	struct rt_str key;

	while (query->p != NULL) {
		*value = rt_str_cut(query, '&');
		key = rt_str_cut(value, '=');
		if (value->p == NULL)
			*value = RT_LIT("");
		if (rt_percent_decode(call->arena, key, true, &key) &&
		    rt_str_is(key, name))
			return true;
	}
	return false;
}

static struct texts
query_texts(struct rt_call *call, const char *name)
{
	struct rt_str query = call->req.query, value;
	struct texts t = {NULL, 0};

	while (next_pair(call, &query, name, &value))
		t.n++;
	t.v = rt_arena_array(call->arena, t.n, sizeof(*t.v));
	query = call->req.query;
	for (size_t i = 0; i < t.n; i++) {
		if (next_pair(call, &query, name, &value))
			t.v[i] = value;
	}
	return t;
}

static struct texts
header_texts(struct rt_call *call, const char *name)
{
	const struct rt_headers *h = &call->req.headers;
	struct texts t = {NULL, 0};

	t.v = rt_arena_array(call->arena, h->n, sizeof(*t.v));
	for (size_t i = 0; i < h->n; i++) {
		if (rt_str_is_nocase(h->v[i].name, name))
			t.v[t.n++] = rt_str_trim(h->v[i].value);
	}
	return t;
}

static struct texts
one_text(struct rt_call *call, struct rt_str s)
{
	struct texts t = {NULL, 0};

	if (s.p == NULL)
		return t;
	t.v = rt_arena_new(call->arena, sizeof(*t.v));
	t.v[0] = s;
	t.n = 1;
	return t;
}

static struct rt_str
path_value(const struct rt_call *call, const char *name)
{
	for (unsigned i = 0; i < call->n_params; i++) {
		if (strcmp(call->params[i].name, name) == 0)
			return call->params[i].value;
	}
	return (struct rt_str){NULL, 0};
}

static struct texts
find_texts(struct rt_call *call, const struct rt_param *p)
{
	if (p->in == RT_IN_QUERY)
		return query_texts(call, p->name);
	if (p->in == RT_IN_HEADER)
		return header_texts(call, p->name);
	if (p->in == RT_IN_COOKIE)
		return one_text(call, rt_request_cookie(call, p->name));
	return one_text(call, path_value(call, p->name));
}

bool
rt_query_first(struct rt_call *call, const char *name, struct rt_str *value)
{
	struct rt_str query = call->req.query;

	return next_pair(call, &query, name, value) &&
	    rt_percent_decode(call->arena, *value, true, value);
}

/* --- Parameters --- */

/* Splits at commas, which separate items only as long as they are bare; an
 * empty text has no items. */
static struct texts
split_items(struct rt_call *call, const struct texts *all)
{
	struct texts items = {NULL, 0};
	size_t n = all->n;

	for (size_t i = 0; i < all->n; i++) {
		for (size_t j = 0; j < all->v[i].n; j++)
			n += all->v[i].p[j] == ',';
	}
	items.v = rt_arena_array(call->arena, n, sizeof(*items.v));
	for (size_t i = 0; i < all->n; i++) {
		struct rt_str rest = all->v[i];

		if (rest.n == 0)
			continue;
		while (rest.p != NULL)
			items.v[items.n++] = rt_str_cut(&rest, ',');
	}
	return items;
}

static bool
decode(struct rt_call *call, enum rt_in in, struct rt_str *text)
{
	if (in == RT_IN_HEADER)
		*text = rt_str_trim(*text);
	if (in == RT_IN_QUERY &&
	    !rt_percent_decode(call->arena, *text, true, text)) {
		rt_fault(&call->check, &nothing, "encoding",
		    "has a percent-code that is none");
		return false;
	}
	if (memchr(text->p, '\0', text->n) != NULL || !rt_str_is_utf8(*text)) {
		rt_fault(&call->check, &nothing, "encoding",
		    "is not UTF-8, or has a NUL");
		return false;
	}
	return true;
}

/* The nodes of an array and of its items. */
static const struct rt_node *
array_node(struct rt_call *call, const struct rt_param *p,
    const struct texts *items)
{
	struct rt_node *v =
	    rt_arena_array(call->arena, items->n + 1, sizeof(*v));

	v->type = RT_ARRAY;
	v->span = (uint32_t)items->n + 1;
	v->n = (uint32_t)items->n;
	for (size_t i = 0; i < items->n; i++) {
		if (!decode(call, p->in, &items->v[i]))
			return NULL;
		set_node(v + 1 + i, items->v[i], p->item_types);
	}
	return v;
}

/* Only an exploded query parameter and a header (RFC 9110, section 5.3) may
 * be given in several places. */
static bool
may_repeat(const struct rt_param *p)
{
	return (p->types & RT_ARRAY) != 0 &&
	    ((p->in == RT_IN_QUERY && p->explode) || p->in == RT_IN_HEADER);
}

static const struct rt_node *
value_node(struct rt_call *call, const struct rt_param *p, struct texts texts)
{
	if (texts.n > 1 && !may_repeat(p)) {
		rt_fault(&call->check, &nothing, "style",
		    "is given more than once");
		return NULL;
	}
	if ((p->types & RT_ARRAY) != 0) {
		if (p->in != RT_IN_QUERY || !p->explode)
			texts = split_items(call, &texts);
		return array_node(call, p, &texts);
	}
	if (!decode(call, p->in, &texts.v[0]))
		return NULL;
	return rt_text_node(call->arena, texts.v[0], p->types);
}

const struct rt_node *
rt_param(struct rt_call *call, const struct rt_param *p)
{
	struct texts texts = find_texts(call, p);
	const struct rt_node *v;

	call->check.in = p->in;
	call->check.name = p->name;
	call->check.root = &nothing;
	if (texts.n == 0) {
		if (p->required)
			rt_fault(&call->check, &nothing, "required",
			    "is required");
		return NULL;
	}
	v = value_node(call, p, texts);
	if (v != NULL)
		call->check.root = v;
	return v;
}

const struct rt_node *
rt_body_json(struct rt_call *call)
{
	struct rt_json_error err;
	const struct rt_node *v;

	call->check.in = RT_IN_BODY;
	call->check.name = NULL;
	call->check.root = &nothing;
	if (call->req.body.n == 0) {
		if (call->op->body_required)
			rt_fault(&call->check, &nothing, "required",
			    "is required");
		return NULL;
	}
	v = rt_json_parse(call->arena, call->req.body, &rt_json_default_limits,
	    &err);
	if (v == NULL) {
		call->malformed = true;
		call->malformed_why =
		    rt_printf(call, "line %u, column %u: %.*s", err.line,
			err.col, RT_FMT(err.text));
		return NULL;
	}
	call->check.root = v;
	return v;
}
