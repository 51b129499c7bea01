/* Rules over paths: are they reached, and written as others are? */
#include "gen/lint_rule.h"
#include "runtime/buf.h"

#include <stdlib.h>

enum { SEGMENTS_MAX = 32 };

struct path {
	const struct doc_member *member;
	const struct doc_node *item;
	struct rt_str segments[SEGMENTS_MAX];
	size_t n;
	struct rt_str shape; /* "/persons/{}" */
};

static bool
has_template(struct rt_str s)
{
	return s.n > 0 && memchr(s.p, '{', s.n) != NULL;
}

/* "/persons/{}" of "/persons/{id}". */
static struct rt_str
shape_of(struct rt_arena *arena, struct rt_str path)
{
	struct rt_buf b = rt_buf(arena, SIZE_MAX);
	bool inside = false;

	for (size_t i = 0; i < path.n; i++) {
		inside = inside && path.p[i] != '}';
		if (!inside)
			rt_buf_byte(&b, path.p[i]);
		inside = inside || path.p[i] == '{';
	}
	return rt_buf_str(&b);
}

static void
split(struct path *p)
{
	struct rt_str rest = p->member->key;

	(void)rt_str_cut(&rest, '/');
	while (rest.p != NULL && p->n < SEGMENTS_MAX)
		p->segments[p->n++] = rt_str_cut(&rest, '/');
}

static struct path *
read_paths(const struct lint *l, size_t *n)
{
	const struct doc_node *paths = lint_member(l->root, "paths", DOC_MAP);
	struct path *v =
	    rt_arena_array(l->arena, paths == NULL ? 0 : paths->n, sizeof(*v));

	*n = 0;
	for (size_t i = 0; paths != NULL && i < paths->n; i++) {
		const struct doc_member *m = &paths->members[i];

		if (!rt_str_starts(m->key, "/"))
			continue;
		v[*n].member = m;
		v[*n].item = lint_deref(l, m->value);
		v[*n].shape = shape_of(l->arena, m->key);
		split(&v[(*n)++]);
	}
	return v;
}

/* --- One path --- */

static bool
is_plain_case(struct rt_str segment)
{
	for (size_t i = 0; i < segment.n; i++) {
		char c = segment.p[i];

		if (c == '_' || (c >= 'A' && c <= 'Z'))
			return false;
	}
	return true;
}

static void
check_segments(const struct lint *l, const struct path *p)
{
	for (size_t i = 0; i < p->n; i++) {
		struct rt_str s = p->segments[i];

		if (s.n == 0 && i + 1 < p->n)
			lint_report(l, "path-empty-segment", p->member->key_pos,
			    "'%.*s' has an empty segment",
			    RT_FMT(p->member->key));
		if (!has_template(s) && !is_plain_case(s))
			lint_report(l, "path-case", p->member->key_pos,
			    "the segment '%.*s' isn't in lower case with '-'",
			    RT_FMT(s));
	}
}

static bool
has_operation(const struct lint *l, const struct doc_node *item)
{
	for (size_t i = 0; i < l->n_ops; i++) {
		if (l->ops[i].item == item)
			return true;
	}
	return false;
}

static void
check_path(const struct lint *l, const struct path *p)
{
	struct rt_str text = p->member->key;

	check_segments(l, p);
	if (text.n > 1 && rt_str_ends(text, "/"))
		lint_report(l, "path-trailing-slash", p->member->key_pos,
		    "'%.*s' ends with '/'", RT_FMT(text));
	for (size_t i = 0; i + 1 < text.n; i++) {
		if (text.p[i] == '}' && text.p[i + 1] == '{')
			lint_report(l, "path-adjacent", p->member->key_pos,
			    "two templates of '%.*s' touch", RT_FMT(text));
	}
	if (p->item != NULL && !has_operation(l, p->item))
		lint_report(l, "path-empty", p->member->key_pos,
		    "'%.*s' has no operation", RT_FMT(text));
}

/* --- Two paths --- */

static bool
fits_both(const struct path *a, const struct path *b)
{
	if (a->n != b->n || a->n == SEGMENTS_MAX)
		return false;
	for (size_t i = 0; i < a->n; i++) {
		if (!has_template(a->segments[i]) &&
		    !has_template(b->segments[i]) &&
		    !rt_str_eq(a->segments[i], b->segments[i]))
			return false;
		/* Partial segments are compared by the router itself. */
		if ((has_template(a->segments[i]) &&
			a->segments[i].p[0] != '{') ||
		    (has_template(b->segments[i]) &&
			b->segments[i].p[0] != '{'))
			return false;
		if (rt_str_is(a->segments[i], "") !=
		    rt_str_is(b->segments[i], ""))
			return false;
	}
	return true;
}

/* Whether a is literal where b is not: then neither is more special. */
static bool
is_literal_where(const struct path *a, const struct path *b)
{
	for (size_t i = 0; i < a->n; i++) {
		if (!has_template(a->segments[i]) &&
		    has_template(b->segments[i]))
			return true;
	}
	return false;
}

static bool
share_method(const struct lint *l, const struct path *a, const struct path *b)
{
	for (size_t i = 0; i < l->n_ops; i++) {
		for (size_t k = 0; l->ops[i].item == a->item && k < l->n_ops;
		     k++) {
			if (l->ops[k].item == b->item &&
			    rt_str_eq(l->ops[i].method, l->ops[k].method))
				return true;
		}
	}
	return false;
}

static void
check_pair(const struct lint *l, const struct path *a, const struct path *b)
{
	if (!fits_both(a, b))
		return;
	if (rt_str_eq(a->shape, b->shape)) {
		/* With a method in common the compiler refuses them. */
		if (share_method(l, a, b))
			return;
		lint_report(l, "path-identical", b->member->key_pos,
		    "'%.*s' is the path '%.*s' by other names",
		    RT_FMT(b->member->key), RT_FMT(a->member->key));
		diag_note(l->diag, a->member->key_pos, "the other one");
		return;
	}
	if (!is_literal_where(a, b) || !is_literal_where(b, a) ||
	    !share_method(l, a, b))
		return;
	lint_report(l, "path-ambiguous", b->member->key_pos,
	    "a request may fit '%.*s' as well as '%.*s'",
	    RT_FMT(b->member->key), RT_FMT(a->member->key));
	diag_note(l->diag, a->member->key_pos, "the other one");
}

/* --- Values of a template that are paths of their own --- */

/* "id" of "{id}"; absent for any other segment. */
static struct rt_str
template_name(struct rt_str segment)
{
	if (segment.n < 3 || segment.p[0] != '{' ||
	    segment.p[segment.n - 1] != '}')
		return (struct rt_str){0};
	segment.p++;
	segment.n -= 2;
	return memchr(segment.p, '{', segment.n) == NULL ? segment
							 : (struct rt_str){0};
}

static const struct schema *
param_schema(const struct lint *l, const struct lint_op *op, struct rt_str name)
{
	for (size_t i = 0; i < op->n_params; i++) {
		if (rt_str_is(lint_text(op->params[i], "in"), "path") &&
		    rt_str_eq(lint_text(op->params[i], "name"), name))
			return lint_schema_of(l, op->params[i]);
	}
	return NULL;
}

/* Whether the operation's method exists at the path with the last segment
 * replaced by `value`. */
static bool
is_path_of_its_own(const struct lint *l, const struct lint_op *op,
    struct rt_str value)
{
	struct rt_str path = op->path->key;

	while (path.n > 0 && path.p[path.n - 1] != '/')
		path.n--;
	for (size_t i = 0; i < l->n_ops; i++) {
		struct rt_str other = l->ops[i].path->key;

		if (other.n == path.n + value.n &&
		    rt_str_eq(l->ops[i].method, op->method) &&
		    memcmp(other.p, path.p, path.n) == 0 &&
		    memcmp(other.p + path.n, value.p, value.n) == 0)
			return true;
	}
	return false;
}

static void
check_reach(const struct lint *l, const struct lint_op *op)
{
	struct rt_str rest = op->path->key, last = {0};
	const struct schema *s;

	while (rest.p != NULL)
		last = rt_str_cut(&rest, '/');
	last = template_name(last);
	s = last.p == NULL ? NULL : param_schema(l, op, last);
	if (s == NULL || s->enumeration == NULL)
		return;
	for (size_t i = 0; i < s->enumeration->n; i++) {
		if (!is_path_of_its_own(l, op, s->enumeration->items[i]->text))
			return;
	}
	lint_report(l, "path-unreachable", op->pos,
	    "no request reaches %.*s: each value of '%.*s' has a path of its "
	    "own",
	    RT_FMT(lint_op_name(l, op)), RT_FMT(last));
}

void
lint_paths(const struct lint *l)
{
	size_t n;
	const struct path *v = read_paths(l, &n);

	for (size_t i = 0; i < n; i++) {
		check_path(l, &v[i]);
		for (size_t k = 0; k < i; k++)
			check_pair(l, &v[k], &v[i]);
	}
	for (size_t i = 0; i < l->n_ops; i++)
		check_reach(l, &l->ops[i]);
}
