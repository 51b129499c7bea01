#include "runtime/param.h"

#include <stdlib.h>

#include "runtime/deep.h"
#include "runtime/percent.h"

/* What stands for a value that is absent when its absence is a fault. */
static const struct rt_node nothing = {.type = RT_NULL, .span = 1};

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

void
rt_text_set(struct rt_node *v, struct rt_str text, unsigned types)
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
	} else if ((types & RT_NULL) != 0 && (types & RT_STRING) == 0 &&
	    text.n == 0) {
		v->type = RT_NULL;
	}
}

const struct rt_node *
rt_text_node(struct rt_arena *arena, struct rt_str text, unsigned types)
{
	struct rt_node *v = rt_arena_new(arena, sizeof(*v));

	rt_text_set(v, text, types);
	return v;
}

/* --- Finding the texts --- */

/* Where the pairs of a query or of the cookies are looked for. */
struct walk {
	struct rt_call *call;
	const struct rt_param *param;
	struct rt_str rest;
	size_t header; /* the next one to look at */
};

static struct walk
walk_begin(struct rt_call *call, const struct rt_param *p)
{
	struct walk w = {.call = call, .param = p};

	if (p->in == RT_IN_QUERY)
		w.rest = call->req.query;
	return w;
}

/* Cookies are pairs between semicolons (RFC 6265, section 4.2.1); where form
 * explodes a value, its pairs stand between ampersands. */
static struct rt_str
cut_cookie(struct rt_str *rest, bool exploded)
{
	size_t n = 0;
	struct rt_str pair;

	while (n < rest->n && rest->p[n] != ';' &&
	    !(exploded && rest->p[n] == '&'))
		n++;
	pair = (struct rt_str){rest->p, n};
	*rest = n == rest->n
	    ? (struct rt_str){NULL, 0}
	    : (struct rt_str){rest->p + n + 1, rest->n - n - 1};
	return rt_str_trim(pair);
}

static struct rt_str
without_quotes(struct rt_str s)
{
	if (s.n >= 2 && s.p[0] == '"' && s.p[s.n - 1] == '"')
		return (struct rt_str){s.p + 1, s.n - 2};
	return s;
}

static struct rt_pair
cut_pair(struct rt_str s)
{
	struct rt_pair pair;

	pair.name = rt_str_cut(&s, '=');
	/* The end of the name, for the order of pairs is that of bytes. */
	if (s.p == NULL)
		s = (struct rt_str){pair.name.p + pair.name.n, 0};
	pair.value = s;
	return pair;
}

static bool
next_cookie(struct walk *w, struct rt_pair *pair)
{
	const struct rt_headers *h = &w->call->req.headers;

	while (w->rest.p == NULL && w->header < h->n) {
		if (rt_str_is_nocase(h->v[w->header].name, "Cookie"))
			w->rest = h->v[w->header].value;
		w->header++;
	}
	if (w->rest.p == NULL)
		return false;
	*pair = cut_pair(cut_cookie(&w->rest, rt_style_is_spread(w->param)));
	pair->name = rt_str_trim(pair->name);
	pair->value = without_quotes(rt_str_trim(pair->value));
	return true;
}

/* The next pair of a query with a name that can be decoded: another is of a
 * parameter that nobody knows.  The value is left encoded. */
static bool
next_query(struct walk *w, struct rt_pair *pair)
{
	while (w->rest.p != NULL) {
		*pair = cut_pair(rt_str_cut(&w->rest, '&'));
		if (rt_percent_decode(w->call->arena, pair->name, true,
			&pair->name))
			return true;
	}
	return false;
}

static bool
is_of_others(const struct rt_param *p, struct rt_str name)
{
	for (size_t i = 0; p->others != NULL && p->others[i] != NULL; i++) {
		if (rt_str_is(name, p->others[i]))
			return true;
	}
	return false;
}

static const struct rt_param_property *
find_property(const struct rt_param *p, struct rt_str name)
{
	const struct rt_param_property *v = p->properties;

	while (v != NULL && v->name != NULL && !rt_str_is(name, v->name))
		v++;
	return v == NULL || v->name == NULL ? NULL : v;
}

bool
rt_param_owns(const struct rt_param *p, struct rt_str name)
{
	size_t n = strlen(p->name);

	if (p->style == RT_STYLE_DEEP)
		return rt_str_starts(name, p->name) &&
		    (name.n == n || name.p[n] == '[') && !is_of_others(p, name);
	if (!rt_style_is_spread(p) || (p->types & RT_OBJECT) == 0)
		return rt_str_is(name, p->name);
	if (find_property(p, name) != NULL)
		return true;
	return p->free_types != 0 && name.n > 0 && !is_of_others(p, name);
}

static bool
next_pair(struct walk *w, struct rt_pair *pair)
{
	bool query = w->param->in == RT_IN_QUERY;

	while (query ? next_query(w, pair) : next_cookie(w, pair)) {
		if (rt_param_owns(w->param, pair->name))
			return true;
	}
	return false;
}

static struct rt_pairs
own_pairs(struct rt_call *call, const struct rt_param *p)
{
	struct walk w = walk_begin(call, p);
	struct rt_pairs out = {NULL, 0};
	struct rt_pair pair;
	size_t n = 0;

	while (next_pair(&w, &pair))
		n++;
	out.v = rt_arena_array(call->arena, n, sizeof(*out.v));
	for (w = walk_begin(call, p); next_pair(&w, &pair) && out.n < n;)
		out.v[out.n++] = pair;
	/* Of cookies with one name the first is meant (RFC 6265, section
	 * 5.4: that of the longest path). */
	if (p->in == RT_IN_COOKIE && !rt_style_is_spread(p) && out.n > 1)
		out.n = 1;
	return out;
}

static struct rt_pairs
header_texts(struct rt_call *call, const char *name)
{
	const struct rt_headers *h = &call->req.headers;
	struct rt_pairs t = {NULL, 0};

	t.v = rt_arena_array(call->arena, h->n, sizeof(*t.v));
	for (size_t i = 0; i < h->n; i++) {
		if (rt_str_is_nocase(h->v[i].name, name))
			t.v[t.n++].value = rt_str_trim(h->v[i].value);
	}
	return t;
}

static struct rt_pairs
path_text(struct rt_call *call, const char *name)
{
	struct rt_pairs t = {NULL, 0};

	t.v = rt_arena_new(call->arena, sizeof(*t.v));
	for (unsigned i = 0; i < call->n_params && t.n == 0; i++) {
		if (strcmp(call->params[i].name, name) == 0)
			t.v[t.n++].value = call->params[i].raw;
	}
	return t;
}

static struct rt_pairs
find_texts(struct rt_call *call, const struct rt_param *p)
{
	if (p->in == RT_IN_HEADER)
		return header_texts(call, p->name);
	if (p->in == RT_IN_PATH)
		return path_text(call, p->name);
	return own_pairs(call, p);
}

unsigned
rt_query_find(struct rt_call *call, const char *name, struct rt_str *value)
{
	const struct rt_param p = {.in = RT_IN_QUERY, .name = name};
	struct walk w = walk_begin(call, &p);
	struct rt_pair pair;
	unsigned n = 0;

	*value = (struct rt_str){NULL, 0};
	while (next_pair(&w, &pair)) {
		if (n++ == 0 &&
		    !rt_percent_decode(call->arena, pair.value, true, value))
			*value = (struct rt_str){NULL, 0};
	}
	return n;
}

/* --- Values --- */

const struct rt_node *
rt_param_place(const struct rt_call *call)
{
	const struct rt_node *root = call->check.root;

	return root->type == RT_OBJECT ? root + 2 : root;
}

bool
rt_param_fault(struct rt_call *call, const char *keyword, const char *why)
{
	if (why != NULL)
		rt_fault(&call->check, rt_param_place(call), keyword, "%s",
		    why);
	return why != NULL;
}

bool
rt_param_is_clean(struct rt_call *call, struct rt_str text)
{
	bool clean =
	    memchr(text.p, '\0', text.n) == NULL && rt_str_is_utf8(text);

	return clean ||
	    !rt_param_fault(call, "encoding", "is not UTF-8, or has a NUL");
}

/* Headers, cookies and parts of a body know no percent-codes: what is sent is
 * meant. */
static bool
is_encoded(const struct rt_call *call, enum rt_in in)
{
	return in == RT_IN_QUERY || in == RT_IN_PATH ||
	    (in == RT_IN_BODY && call->body->kind == RT_BODY_FORM);
}

bool
rt_param_decode(struct rt_call *call, enum rt_in in, struct rt_str *text)
{
	if (in == RT_IN_HEADER)
		*text = rt_str_trim(*text);
	if (is_encoded(call, in) &&
	    !rt_percent_decode(call->arena, *text, in != RT_IN_PATH, text))
		return !rt_param_fault(call, "encoding",
		    "has a percent-code that is none");
	return rt_param_is_clean(call, *text);
}

static bool
style_fault(struct rt_call *call, const char *why)
{
	return rt_param_fault(call, "style", why);
}

/* The nodes of an array and of its items; returns the node behind them, or
 * NULL. */
static struct rt_node *
put_array(struct rt_call *call, const struct rt_param *p, struct rt_node *v,
    struct rt_pairs items, unsigned types)
{
	v->type = RT_ARRAY;
	v->span = (uint32_t)items.n + 1;
	v->n = (uint32_t)items.n;
	for (size_t i = 0; i < items.n; i++) {
		if (!rt_param_decode(call, p->in, &items.v[i].value))
			return NULL;
		rt_text_set(v + 1 + i, items.v[i].value, types);
	}
	return v + v->span;
}

static const struct rt_node *
array_node(struct rt_call *call, const struct rt_param *p,
    struct rt_pairs items)
{
	struct rt_node *v;

	if (!rt_style_is_spread(p) &&
	    style_fault(call, rt_style_items(call->arena, p, &items, &items)))
		return NULL;
	v = rt_arena_array(call->arena, items.n + 1, sizeof(*v));
	return put_array(call, p, v, items, p->item_types) == NULL ? NULL : v;
}

/* Of one name the earlier pair comes first: both stand in one query. */
static int
by_name(const void *a, const void *b)
{
	const struct rt_pair *x = a, *y = b;
	int order = rt_str_cmp(x->name, y->name);

	if (order != 0)
		return order;
	return (x->value.p > y->value.p) - (x->value.p < y->value.p);
}

/* A member of an object from the pairs of its name; returns the node behind
 * it, or NULL. */
static struct rt_node *
put_member(struct rt_call *call, const struct rt_param *p, struct rt_node *v,
    struct rt_pairs pairs)
{
	const struct rt_param_property *property =
	    find_property(p, pairs.v[0].name);
	unsigned types = p->free_types == 0 ? RT_STRING : p->free_types;

	if (property != NULL)
		types = property->types;
	rt_text_set(v, pairs.v[0].name, RT_STRING);
	if ((types & RT_ARRAY) != 0)
		return put_array(call, p, v + 1, pairs, property->item_types);
	if (pairs.n > 1) {
		(void)style_fault(call, "has a property more than once");
		return NULL;
	}
	if (!rt_param_decode(call, p->in, &pairs.v[0].value))
		return NULL;
	rt_text_set(v + 1, pairs.v[0].value, types);
	return v + 2;
}

static bool
decode_names(struct rt_call *call, const struct rt_param *p,
    const struct rt_pairs *pairs)
{
	for (size_t i = 0; i < pairs->n; i++) {
		/* Those of a query's own pairs have been decoded. */
		if (rt_style_is_spread(p)
			? !rt_param_is_clean(call, pairs->v[i].name)
			: !rt_param_decode(call, p->in, &pairs->v[i].name))
			return false;
	}
	return true;
}

static const char *
split_members(struct rt_call *call, const struct rt_param *p,
    struct rt_pairs *pairs)
{
	if (rt_style_is_spread(p))
		return NULL;
	return rt_style_members(call->arena, p, pairs, pairs);
}

static const struct rt_node *
object_node(struct rt_call *call, const struct rt_param *p,
    struct rt_pairs pairs)
{
	struct rt_node *v, *end;

	if (style_fault(call, split_members(call, p, &pairs)) ||
	    !decode_names(call, p, &pairs))
		return NULL;
	if (pairs.n > 1)
		qsort(pairs.v, pairs.n, sizeof(*pairs.v), by_name);
	/* At most a name, an array and an item for each. */
	v = rt_arena_array(call->arena, 1 + 3 * pairs.n, sizeof(*v));
	v->type = RT_OBJECT;
	end = v + 1;
	for (size_t i = 0, n; i < pairs.n; i += n) {
		for (n = 1; i + n < pairs.n &&
		     rt_str_eq(pairs.v[i].name, pairs.v[i + n].name);)
			n++;
		end =
		    put_member(call, p, end, (struct rt_pairs){pairs.v + i, n});
		if (end == NULL)
			return NULL;
		v->n++;
	}
	v->span = (uint32_t)(end - v);
	return v;
}

bool
rt_param_is_text(const struct rt_param *p, struct rt_str text)
{
	return (p->types & RT_STRING) != 0 &&
	    (text.n == 0 || (text.p[0] != '{' && text.p[0] != '['));
}

const struct rt_node *
rt_param_json(struct rt_call *call, struct rt_str text)
{
	struct rt_json_error err;
	const struct rt_node *v =
	    rt_json_parse(call->arena, text, &rt_json_default_limits, &err);

	if (v == NULL)
		rt_fault(&call->check, rt_param_place(call), "content",
		    "is no JSON: line %u, column %u: %.*s", err.line, err.col,
		    RT_FMT(err.text));
	return v;
}

/* A value that is JSON whatever its place is. */
static const struct rt_node *
json_node(struct rt_call *call, const struct rt_param *p, struct rt_str text)
{
	if (!rt_param_decode(call, p->in, &text))
		return NULL;
	if (rt_param_is_text(p, text))
		return rt_text_node(call->arena, text, p->types);
	return rt_param_json(call, text);
}

/* --- Parameters --- */

/* Only what is exploded and a header (RFC 9110, section 5.3) may be given in
 * several places. */
static bool
may_repeat(const struct rt_param *p)
{
	if (rt_style_is_spread(p))
		return true;
	return p->in == RT_IN_HEADER && p->style != RT_STYLE_JSON &&
	    (p->types & (RT_ARRAY | RT_OBJECT)) != 0;
}

/* Whether a value needs no array or object. */
static bool
has_plain(const struct rt_param *p)
{
	return (p->types & ~(unsigned)(RT_ARRAY | RT_OBJECT)) != 0;
}

static const struct rt_node *
value_node(struct rt_call *call, const struct rt_param *p,
    struct rt_pairs texts)
{
	if (texts.n > 1 && !may_repeat(p)) {
		(void)style_fault(call, "is given more than once");
		return NULL;
	}
	if (p->in == RT_IN_PATH &&
	    !rt_style_open(call->arena, p, &texts.v[0].value)) {
		(void)style_fault(call,
		    p->style == RT_STYLE_LABEL
			? "must begin with a dot"
			: "must begin with a semicolon and its name");
		return NULL;
	}
	if (p->style == RT_STYLE_JSON)
		return json_node(call, p, texts.v[0].value);
	if (p->style == RT_STYLE_DEEP)
		return rt_deep_node(call, p, texts);
	if ((p->types & RT_OBJECT) != 0)
		return object_node(call, p, texts);
	if ((p->types & RT_ARRAY) != 0 && (texts.n > 1 || !has_plain(p)))
		return array_node(call, p, texts);
	if (!rt_param_decode(call, p->in, &texts.v[0].value))
		return NULL;
	return rt_text_node(call->arena, texts.v[0].value, p->types);
}

/* What is there when nothing is sent. */
static const struct rt_node *
absent(struct rt_call *call, const struct rt_param *p)
{
	struct rt_json_error err;

	if (p->fallback == NULL)
		return NULL;
	return rt_json_parse(call->arena, rt_str(p->fallback),
	    &rt_json_default_limits, &err);
}

/*
 * Whether the only text is empty and stands for no value: for an exploded array
 * it is then none of its items.  A text that may be a string is one.
 */
static bool
is_flag(const struct rt_param *p, const struct rt_pairs *texts)
{
	return p->allow_empty && texts->n == 1 && texts->v[0].value.n == 0 &&
	    (p->types & (RT_STRING | RT_OBJECT)) == 0;
}

const struct rt_node *
rt_param_value(struct rt_call *call, const struct rt_param *p,
    struct rt_pairs texts)
{
	if (texts.n == 0) {
		if (p->required)
			(void)rt_param_fault(call, "required", "is required");
		return absent(call, p);
	}
	if (!is_flag(p, &texts))
		return value_node(call, p, texts);
	if ((p->types & RT_ARRAY) == 0)
		return absent(call, p);
	texts.n = 0;
	return array_node(call, p, texts);
}

const struct rt_node *
rt_param(struct rt_call *call, const struct rt_param *p)
{
	const struct rt_node *v;

	call->check.in = p->in;
	call->check.name = p->name;
	call->check.root = &nothing;
	v = rt_param_value(call, p, find_texts(call, p));
	if (v != NULL)
		call->check.root = v;
	return v;
}
