#include "runtime/router.h"

#include "runtime/percent.h"

/*
 * Paths are kept as a tree of segments.  Each node is reached by one way
 * only, so a look-up that goes back to try a template visits no node twice.
 */
enum {
	DEPTH_MAX = 32, /* segments of a path */
	PARTS_MAX = 8, /* literal texts of one template segment */
	ALLOW_MAX = 4096, /* bytes of an Allow header */
};

/*
 * A segment with parameters: text[0] {} text[1] {} ... {} text[n].  Between
 * two parameters the text is never empty, or nobody could tell where the
 * first one ends.
 */
struct template
{
	struct rt_str text[PARTS_MAX + 1];
	unsigned n; /* parameters */
	size_t weight; /* literal bytes: more of them win */
};

struct node {
	struct rt_str literal; /* of a literal segment, decoded */
	struct template *template; /* NULL for a literal segment */
	struct node *literals; /* children, sorted by their text */
	struct node *templates; /* children, by falling weight */
	struct node *next;
	struct node **index; /* the literals again, for a binary search */
	unsigned n_literals;
	const struct rt_op *ops[RT_METHODS];
	/* Of the operation's parameters: two methods of one path may differ. */
	const char *const *names[RT_METHODS];
	unsigned methods;
	struct rt_other_method *others; /* in the contract's order */
};

struct rt_router {
	struct rt_arena *arena;
	struct node root;
	struct rt_strs tokens; /* methods without an enumerator */
};

/* A request's path, split and decoded, and the values found so far. */
struct search {
	struct rt_str segments[DEPTH_MAX];
	struct rt_str raw[DEPTH_MAX]; /* the same before decoding */
	unsigned n;
	struct rt_str values[RT_PATH_PARAMS_MAX];
	unsigned depths[RT_PATH_PARAMS_MAX]; /* the values' segments */
	unsigned n_values;
};

/* --- Building --- */

/* Cuts the part before the first `c` off *rest; false where there is none. */
static bool
cut_before(struct rt_str *rest, char c, struct rt_str *part)
{
	const char *at = rest->n == 0 ? NULL : memchr(rest->p, c, rest->n);

	if (at == NULL)
		return false;
	part->p = rest->p;
	part->n = (size_t)(at - rest->p);
	rest->p = at + 1;
	rest->n -= part->n + 1;
	return true;
}

/* Of a segment with a brace; false where it can't be matched. */
static bool
parse_template(struct rt_str segment, struct template *t)
{
	struct rt_str text, name;

	*t = (struct template){.n = 0};
	while (cut_before(&segment, '{', &text)) {
		if (t->n == PARTS_MAX || (t->n > 0 && text.n == 0))
			return false;
		if (!cut_before(&segment, '}', &name) || name.n == 0)
			return false;
		t->text[t->n++] = text;
		t->weight += text.n;
	}
	t->text[t->n] = segment;
	t->weight += segment.n;
	return true;
}

static bool
same_template(const struct template *a, const struct template *b)
{
	if (a->n != b->n)
		return false;
	for (unsigned i = 0; i <= a->n; i++) {
		if (!rt_str_eq(a->text[i], b->text[i]))
			return false;
	}
	return true;
}

static struct node *
literal_child(struct rt_arena *arena, struct node *parent, struct rt_str text)
{
	struct node **at = &parent->literals, *child;

	while (*at != NULL && rt_str_cmp((*at)->literal, text) < 0)
		at = &(*at)->next;
	if (*at != NULL && rt_str_eq((*at)->literal, text))
		return *at;

	child = rt_arena_new(arena, sizeof(*child));
	child->literal = text;
	child->next = *at;
	*at = child;
	parent->n_literals++;
	return child;
}

static struct node *
template_child(struct rt_arena *arena, struct node *parent,
    const struct template *t)
{
	struct node **at = &parent->templates, *child;

	for (child = *at; child != NULL; child = child->next) {
		if (same_template(child->template, t))
			return child;
	}
	while (*at != NULL && (*at)->template->weight >= t->weight)
		at = &(*at)->next;

	child = rt_arena_new(arena, sizeof(*child));
	child->template = rt_arena_new(arena, sizeof(*child->template));
	*child->template = *t;
	child->next = *at;
	*at = child;
	return child;
}

static bool
is_template(struct rt_str segment)
{
	return segment.n > 0 && memchr(segment.p, '{', segment.n) != NULL;
}

/* The child for a segment of an operation's path, in which is no fault. */
static struct node *
child_for(struct rt_arena *arena, struct node *parent, struct rt_str segment)
{
	struct template t;
	struct rt_str text;

	if (is_template(segment) && parse_template(segment, &t))
		return template_child(arena, parent, &t);
	if (!rt_percent_decode(arena, segment, false, &text))
		text = segment;
	return literal_child(arena, parent, text);
}

static unsigned
count(struct rt_str s, char c)
{
	unsigned n = 0;

	for (size_t i = 0; i < s.n; i++)
		n += s.p[i] == c;
	return n;
}

static const char *const *
param_names(struct rt_arena *arena, const char *path)
{
	struct rt_str rest = rt_str(path), name;
	const char **names =
	    rt_arena_array(arena, RT_PATH_PARAMS_MAX, sizeof(*names));

	for (unsigned i = 0; cut_before(&rest, '{', &name); i++) {
		if (!cut_before(&rest, '}', &name))
			break;
		names[i] = rt_arena_copy(arena, name).p;
	}
	return names;
}

static const struct rt_other_method *
find_other(const struct node *node, struct rt_str token)
{
	const struct rt_other_method *other = node->others;

	while (other != NULL && !rt_str_is(token, other->op->token))
		other = other->next;
	return other;
}

/* The node's operation of a method; NULL where there is none. */
static const struct rt_op *
op_of(const struct node *node, enum rt_method method, struct rt_str token)
{
	const struct rt_other_method *other;

	if (method != 0)
		return node->ops[method];
	other = find_other(node, token);
	return other == NULL ? NULL : other->op;
}

static void
put_other(struct rt_router *r, struct node *node, const struct rt_op *op)
{
	struct rt_other_method *other = rt_arena_new(r->arena, sizeof(*other));
	struct rt_other_method **at = &node->others;

	while (*at != NULL)
		at = &(*at)->next;
	other->op = op;
	other->names = param_names(r->arena, op->path);
	*at = other;
}

static void
put_op(struct rt_router *r, struct node *node, const struct rt_op *op)
{
	if (op->method == 0) {
		put_other(r, node, op);
		return;
	}
	node->ops[op->method] = op;
	node->names[op->method] = param_names(r->arena, op->path);
	node->methods |= 1u << op->method;
}

static bool
has_bad_code(struct rt_str text)
{
	for (size_t i = 0; i < text.n; i++) {
		if (text.p[i] == '%' &&
		    (i + 2 >= text.n || rt_hex_digit(text.p[i + 1]) < 0 ||
			rt_hex_digit(text.p[i + 2]) < 0))
			return true;
	}
	return false;
}

static const char *
segment_fault(struct rt_str segment)
{
	struct template t;

	if (is_template(segment))
		return parse_template(segment, &t)
		    ? NULL
		    : "has a segment whose templates can't be told apart: two "
		      "without a text between them, too many, or one without "
		      "a name or an end";
	return has_bad_code(segment) ? "has a '%' that begins no code" : NULL;
}

const char *
rt_router_fault(struct rt_str path)
{
	const char *fault = NULL;

	if (!rt_str_starts(path, "/"))
		return "has no leading slash";
	if (count(path, '/') > DEPTH_MAX)
		return "has too many segments";
	if (count(path, '{') > RT_PATH_PARAMS_MAX)
		return "has too many parameters";
	rt_str_cut(&path, '/');
	while (path.p != NULL && fault == NULL)
		fault = segment_fault(rt_str_cut(&path, '/'));
	return fault;
}

/* False with a sentence in *why. */
static bool
add_op(struct rt_router *r, const struct rt_op *op, struct rt_str *why)
{
	struct rt_str rest = rt_str(op->path);
	struct node *node = &r->root;
	const struct rt_op *other;
	const char *fault;

	fault = rt_router_fault(rest);
	if (fault != NULL) {
		*why = rt_arena_printf(r->arena, "%s: %s %s", op->where,
		    op->path, fault);
		return false;
	}
	rt_str_cut(&rest, '/');
	while (rest.p != NULL)
		node = child_for(r->arena, node, rt_str_cut(&rest, '/'));
	other = op_of(node, op->method, rt_str(rt_op_method(op)));
	if (other != NULL) {
		*why = rt_arena_printf(r->arena,
		    "%s: %s %s can't be told apart from %s (%s)", op->where,
		    rt_op_method(op), op->path, other->path, other->where);
		return false;
	}
	put_op(r, node, op);
	return true;
}

/* Depth is at most DEPTH_MAX. */
static void
index_literals(struct rt_arena *arena, struct node *node)
{
	struct node *child;
	unsigned i = 0;

	node->index =
	    rt_arena_array(arena, node->n_literals, sizeof(*node->index));
	for (child = node->literals; child != NULL; child = child->next) {
		node->index[i++] = child;
		index_literals(arena, child);
	}
	for (child = node->templates; child != NULL; child = child->next)
		index_literals(arena, child);
}

struct rt_router *
rt_router_open(struct rt_arena *arena, const struct rt_op *const *ops,
    unsigned n, struct rt_str *why)
{
	struct rt_router *r = rt_arena_new(arena, sizeof(*r));
	struct rt_str *tokens;

	r->arena = arena;
	tokens = rt_arena_array(arena, n, sizeof(*tokens));
	r->tokens.v = tokens;
	for (unsigned i = 0; i < n; i++) {
		if (!add_op(r, ops[i], why))
			return NULL;
		if (ops[i]->method == 0)
			tokens[r->tokens.n++] = rt_str(ops[i]->token);
	}
	index_literals(arena, &r->root);
	return r;
}

/* --- Finding --- */

static const struct node *
find_literal(const struct node *parent, struct rt_str text)
{
	unsigned low = 0, high = parent->n_literals;

	while (low < high) {
		unsigned middle = low + (high - low) / 2;
		const struct node *child = parent->index[middle];
		int order = rt_str_cmp(text, child->literal);

		if (order == 0)
			return child;
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return NULL;
}

/* The first place of `text` at `from` or behind it; SIZE_MAX for none. */
static size_t
find_text(struct rt_str s, size_t from, struct rt_str text)
{
	const char *at;

	if (from > s.n)
		return SIZE_MAX;
	at = memmem(s.p + from, s.n - from, text.p, text.n);
	return at == NULL ? SIZE_MAX : (size_t)(at - s.p);
}

/*
 * Every parameter but the last ends at the first place where the text behind
 * it is found; the last one reaches to the text that ends the segment.  A
 * parameter is never empty.
 */
static bool
match_template(const struct template *t, struct rt_str s, struct rt_str *values)
{
	struct rt_str head = t->text[0], tail = t->text[t->n];
	size_t from = head.n, end, next;

	if (s.n < head.n + tail.n + t->n)
		return false;
	end = s.n - tail.n;
	if ((head.n > 0 && memcmp(s.p, head.p, head.n) != 0) ||
	    (tail.n > 0 && memcmp(s.p + end, tail.p, tail.n) != 0))
		return false;

	s.n = end;
	for (unsigned i = 1; i < t->n; i++) {
		next = find_text(s, from + 1, t->text[i]);
		if (next == SIZE_MAX)
			return false;
		values[i - 1] = (struct rt_str){s.p + from, next - from};
		from = next + t->text[i].n;
	}
	if (from >= end)
		return false;
	values[t->n - 1] = (struct rt_str){s.p + from, end - from};
	return true;
}

/* Depth is at most the tree's. */
static const struct node *
search(struct search *q, const struct node *node, unsigned depth)
{
	const struct node *child, *found;
	unsigned n_values = q->n_values;

	if (depth == q->n)
		return node->methods != 0 || node->others != NULL ? node : NULL;

	child = find_literal(node, q->segments[depth]);
	found = child == NULL ? NULL : search(q, child, depth + 1);
	if (found != NULL)
		return found;

	for (child = node->templates; child != NULL; child = child->next) {
		const struct template *t = child->template;

		if (n_values + t->n > RT_PATH_PARAMS_MAX ||
		    !match_template(t, q->segments[depth],
			q->values + n_values))
			continue;
		for (unsigned i = 0; i < t->n; i++)
			q->depths[n_values + i] = depth;
		q->n_values = n_values + t->n;
		found = search(q, child, depth + 1);
		if (found != NULL)
			return found;
	}
	q->n_values = n_values;
	return NULL;
}

/* Cuts the next segment off; *plain: it has nothing to decode and is ASCII. */
static struct rt_str
cut_segment(struct rt_str *path, bool *plain)
{
	struct rt_str s = *path;
	size_t n = 0;

	*plain = true;
	while (n < s.n && s.p[n] != '/') {
		signed char c = (signed char)s.p[n++];

		if (c <= 0 || c == '%')
			*plain = false;
	}
	if (n == s.n)
		*path = (struct rt_str){NULL, 0};
	else
		*path = (struct rt_str){s.p + n + 1, s.n - n - 1};
	return (struct rt_str){s.p, n};
}

static bool
decode(struct rt_arena *arena, struct rt_str raw, struct rt_str *out)
{
	return rt_percent_decode(arena, raw, false, out) &&
	    rt_str_is_utf8(*out) && !rt_str_has(*out, '\0');
}

/*
 * Splits and decodes; false for a segment that can't be decoded, is no UTF-8
 * or has a NUL.  Segments past the deepest route are looked at, not kept.
 */
static bool
split(struct search *q, struct rt_arena *arena, struct rt_str path)
{
	bool plain;

	q->n = 0;
	while (path.p != NULL) {
		struct rt_str raw = cut_segment(&path, &plain), s = raw;

		if (!plain && !decode(arena, raw, &s))
			return false;
		if (q->n < DEPTH_MAX) {
			q->segments[q->n] = s;
			q->raw[q->n] = raw;
		}
		q->n++;
	}
	return true;
}

/* The place in a segment as sent of what begins `n` bytes behind `from`, once
 * decoded: a percent-code (a good one, it has been decoded) is one byte. */
static size_t
skip_encoded(struct rt_str raw, size_t from, size_t n)
{
	for (; n > 0; n--)
		from += raw.p[from] == '%' ? 3 : 1;
	return from;
}

static struct rt_str
raw_value(const struct search *q, unsigned i)
{
	struct rt_str segment = q->segments[q->depths[i]];
	struct rt_str value = q->values[i], raw = q->raw[q->depths[i]];
	size_t from = (size_t)(value.p - segment.p), end;

	/* Nothing was decoded, as nearly always. */
	if (segment.n == raw.n)
		return (struct rt_str){raw.p + from, value.n};
	from = skip_encoded(raw, 0, from);
	end = skip_encoded(raw, from, value.n);
	return (struct rt_str){raw.p + from, end - from};
}

static void
take_params(struct rt_route *route, struct rt_arena *arena,
    const char *const *names, const struct search *q)
{
	struct rt_path_param *params;

	if (q->n_values == 0)
		return;
	params = rt_arena_array(arena, q->n_values, sizeof(*params));
	for (unsigned i = 0; i < q->n_values; i++) {
		params[i].name = names[i];
		params[i].value = q->values[i];
		params[i].raw = raw_value(q, i);
	}
	route->params = params;
	route->n_params = q->n_values;
}

/* The operation of the method at the node, with its parameters. */
static void
take_op(struct rt_route *route, struct rt_arena *arena, const struct node *node,
    const struct search *q, struct rt_str token)
{
	const struct rt_other_method *other;
	enum rt_method method = rt_method_parse(token);

	route->method_known = method != 0;

	if (method == RT_HEAD && node->ops[RT_HEAD] == NULL)
		method = RT_GET;
	if (method != 0) {
		route->op = node->ops[method];
		if (route->op != NULL)
			take_params(route, arena, node->names[method], q);
		return;
	}
	other = find_other(node, token);
	if (other == NULL)
		return;
	route->op = other->op;
	take_params(route, arena, other->names, q);
}

/* Whether some other path has this method. */
static bool
is_known_token(const struct rt_router *r, struct rt_str token)
{
	for (size_t i = 0; i < r->tokens.n; i++) {
		if (rt_str_eq(r->tokens.v[i], token))
			return true;
	}
	return false;
}

struct rt_route
rt_router_find(const struct rt_router *r, struct rt_arena *arena,
    struct rt_str method, struct rt_str path)
{
	struct rt_route route = {.op = NULL};
	struct search q; /* large: only what is found is set */
	const struct node *node;

	if (!rt_str_starts(path, "/"))
		return route;
	q.n_values = 0;
	path.p++;
	path.n--;
	if (!split(&q, arena, path)) {
		route.malformed = true;
		return route;
	}
	node = q.n > DEPTH_MAX ? NULL : search(&q, &r->root, 0);
	if (node == NULL)
		return route;

	route.path_known = true;
	route.methods = node->methods;
	route.others = node->others;
	take_op(&route, arena, node, &q, method);
	if (!route.method_known)
		route.method_known = is_known_token(r, method);
	return route;
}

static void
add_method(struct rt_buf *b, const char *text)
{
	if (b->n > 0)
		rt_buf_cstr(b, ", ");
	rt_buf_cstr(b, text);
}

struct rt_str
rt_route_allow(struct rt_arena *arena, const struct rt_route *route)
{
	struct rt_buf b = rt_buf(arena, ALLOW_MAX);
	unsigned methods = route->methods | 1u << RT_OPTIONS;

	if ((methods & 1u << RT_GET) != 0)
		methods |= 1u << RT_HEAD;
	for (unsigned m = RT_GET; m < RT_METHODS; m++) {
		if ((methods & 1u << m) != 0)
			add_method(&b, rt_method_text((enum rt_method)m));
	}
	for (const struct rt_other_method *o = route->others; o != NULL;
	     o = o->next)
		add_method(&b, o->op->token);
	return rt_buf_str(&b);
}
