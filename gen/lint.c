#include "gen/lint.h"

#include <stdlib.h>

#include "runtime/buf.h"

/* What is compared, with the operation that it is of. */
struct entry {
	struct rt_str key;
	const struct spec_op *op;
	size_t number; /* in the contract's order */
};

struct entries {
	struct entry *v;
	size_t n;
};

static int
by_key(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;
	int order = rt_str_cmp(x->key, y->key);

	/* Of equal ones the first in the contract stays the first. */
	return order != 0 ? order
			  : (x->number > y->number) - (x->number < y->number);
}

static void
add(struct entries *e, struct rt_str key, const struct spec_op *op)
{
	e->v[e->n] = (struct entry){key, op, e->n};
	e->n++;
}

/* "GET /persons/{}": the names of templates tell nothing apart. */
static struct rt_str
route_key(struct rt_arena *arena, const struct spec_op *op)
{
	struct rt_buf b = rt_buf(arena, SIZE_MAX);
	bool inside = false;

	rt_buf_printf(&b, "%.*s ", RT_FMT(op->token));
	for (size_t i = 0; i < op->path.n; i++) {
		char c = op->path.p[i];

		if (c == '}')
			inside = false;
		if (!inside)
			rt_buf_byte(&b, c);
		if (c == '{')
			inside = true;
	}
	return rt_buf_str(&b);
}

/* The place of the operationId, or of the method where there is none. */
static struct source_pos
id_pos(const struct spec_op *op)
{
	const struct doc_node *id = doc_get(op->node, "operationId");

	return id == NULL ? op->pos : id->pos;
}

/* What is sent has an id only where the contract gives it one. */
static struct entries
ids(struct rt_arena *arena, const struct spec *spec)
{
	struct entries e = {NULL, 0};

	e.v =
	    rt_arena_array(arena, spec->n_ops + spec->n_outbound, sizeof(*e.v));
	for (size_t i = 0; i < spec->n_ops; i++)
		add(&e, spec->ops[i].id, &spec->ops[i]);
	for (size_t i = 0; i < spec->n_outbound; i++) {
		if (spec->outbound[i].named)
			add(&e, spec->outbound[i].op.id, &spec->outbound[i].op);
	}
	if (e.n > 0)
		qsort(e.v, e.n, sizeof(*e.v), by_key);
	return e;
}

/* Whether these are one request of a callback that several operations refer
 * to: each gets a name of its own. */
static bool
is_shared(const struct spec *spec, const struct spec_op *a,
    const struct spec_op *b)
{
	for (size_t i = 0; a->node == b->node && i < spec->n_ops; i++) {
		if (a == &spec->ops[i] || b == &spec->ops[i])
			return false;
	}
	return a->node == b->node;
}

static void
lint_ids(struct rt_arena *arena, struct diag *diag, const struct spec *spec)
{
	struct entries e = ids(arena, spec);
	size_t first = 0;

	for (size_t i = 1; i < e.n; i++) {
		if (!rt_str_eq(e.v[first].key, e.v[i].key)) {
			first = i;
			continue;
		}
		if (is_shared(spec, e.v[first].op, e.v[i].op))
			continue;
		diag_error(diag, id_pos(e.v[i].op), "operation-id-unique",
		    "the operationId '%.*s' is used twice", RT_FMT(e.v[i].key));
		diag_note(diag, id_pos(e.v[first].op), "first used here");
	}
}

static struct entries
routes(struct rt_arena *arena, const struct spec *spec)
{
	struct entries e = {NULL, 0};

	e.v = rt_arena_array(arena, spec->n_ops, sizeof(*e.v));
	for (size_t i = 0; i < spec->n_ops; i++)
		add(&e, route_key(arena, &spec->ops[i]), &spec->ops[i]);
	if (e.n > 0)
		qsort(e.v, e.n, sizeof(*e.v), by_key);
	return e;
}

static void
lint_routes(struct rt_arena *arena, struct diag *diag, const struct spec *spec)
{
	struct entries e = routes(arena, spec);
	size_t first = 0;

	for (size_t i = 1; i < e.n; i++) {
		if (!rt_str_eq(e.v[first].key, e.v[i].key)) {
			first = i;
			continue;
		}
		diag_error(diag, e.v[i].op->pos, "route-unique",
		    "no request can tell '%.*s' from '%.*s': both are %.*s",
		    RT_FMT(e.v[i].op->id), RT_FMT(e.v[first].op->id),
		    RT_FMT(e.v[i].key));
		diag_note(diag, e.v[first].op->pos, "the other one");
	}
}

static void
lint_success(struct diag *diag, const struct spec_op *op)
{
	for (size_t i = 0; i < op->n_answers; i++) {
		if (!spec_is_error(&op->answers[i]))
			return;
	}
	if (op->n_answers > 0)
		diag_warning(diag, op->pos, "answer-success",
		    "'%.*s' declares no answer below 400: it can never "
		    "succeed",
		    RT_FMT(op->id));
}

static void
lint_problem(struct rt_arena *arena, struct diag *diag,
    const struct spec_answer *a)
{
	if (a->status == 0 || spec_is_error(a) ||
	    spec_problem(a->medias, a->n_medias) == NULL)
		return;
	diag_error(diag, a->pos, "answer-problem",
	    "an answer '%.*s' is no problem (RFC 9457)",
	    RT_FMT(spec_status_text(arena, a->status)));
}

void
lint_spec(struct rt_arena *arena, struct diag *diag, const struct spec *spec)
{
	lint_ids(arena, diag, spec);
	lint_routes(arena, diag, spec);
	for (size_t i = 0; i < spec->n_ops; i++) {
		lint_success(diag, &spec->ops[i]);
		for (size_t k = 0; k < spec->ops[i].n_answers; k++)
			lint_problem(arena, diag, &spec->ops[i].answers[k]);
	}
}
