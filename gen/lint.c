#include "gen/lint.h"

#include <stdlib.h>

#include "runtime/buf.h"

/* What is compared, with the operation that it is of. */
struct entry {
	struct rt_str key;
	const struct spec_op *op;
};

static int
by_key(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;
	int order = rt_str_cmp(x->key, y->key);

	/* Of equal ones the first in the contract stays the first. */
	return order != 0 ? order : (x->op > y->op) - (x->op < y->op);
}

static struct entry *
entries(struct rt_arena *arena, const struct spec *spec,
    struct rt_str (*key)(struct rt_arena *, const struct spec_op *))
{
	struct entry *v = rt_arena_array(arena, spec->n_ops, sizeof(*v));

	for (size_t i = 0; i < spec->n_ops; i++)
		v[i] = (struct entry){key(arena, &spec->ops[i]), &spec->ops[i]};
	if (spec->n_ops > 0)
		qsort(v, spec->n_ops, sizeof(*v), by_key);
	return v;
}

static struct rt_str
id_key(struct rt_arena *arena, const struct spec_op *op)
{
	(void)arena;
	return op->id;
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

static void
lint_ids(struct rt_arena *arena, struct diag *diag, const struct spec *spec)
{
	struct entry *v = entries(arena, spec, id_key);
	size_t first = 0;

	for (size_t i = 1; i < spec->n_ops; i++) {
		if (!rt_str_eq(v[first].key, v[i].key)) {
			first = i;
			continue;
		}
		diag_error(diag, id_pos(v[i].op), "operation-id-unique",
		    "the operationId '%.*s' is used twice", RT_FMT(v[i].key));
		diag_note(diag, id_pos(v[first].op), "first used here");
	}
}

static void
lint_routes(struct rt_arena *arena, struct diag *diag, const struct spec *spec)
{
	struct entry *v = entries(arena, spec, route_key);
	size_t first = 0;

	for (size_t i = 1; i < spec->n_ops; i++) {
		if (!rt_str_eq(v[first].key, v[i].key)) {
			first = i;
			continue;
		}
		diag_error(diag, v[i].op->pos, "route-unique",
		    "no request can tell '%.*s' from '%.*s': both are %.*s",
		    RT_FMT(v[i].op->id), RT_FMT(v[first].op->id),
		    RT_FMT(v[i].key));
		diag_note(diag, v[first].op->pos, "the other one");
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
