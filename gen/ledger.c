#include "gen/ledger.h"

#include <stdlib.h>

#include "runtime/buf.h"

struct row {
	struct source_pos pos;
	struct rt_str subject;
	const char *verdict;
};

struct rows {
	struct rt_arena *arena;
	struct row *v;
	size_t n, size;
};

static void
add(struct rows *rows, struct source_pos pos, struct rt_str subject,
    const char *verdict)
{
	if (rows->n == rows->size) {
		size_t size = rows->size == 0 ? 256 : 2 * rows->size;
		struct row *v = rt_arena_array(rows->arena, size, sizeof(*v));

		for (size_t i = 0; i < rows->n; i++)
			v[i] = rows->v[i];
		rows->v = v;
		rows->size = size;
	}
	rows->v[rows->n++] = (struct row){pos, subject, verdict};
}

static int
by_place(const void *a, const void *b)
{
	const struct row *x = a, *y = b;
	int c = strcmp(x->pos.source->name, y->pos.source->name);

	if (c != 0)
		return c;
	if (x->pos.line != y->pos.line)
		return x->pos.line < y->pos.line ? -1 : 1;
	return (x->pos.col > y->pos.col) - (x->pos.col < y->pos.col);
}

/* From these nothing follows for a server. */
static bool
is_annotation(struct rt_str keyword)
{
	static const char *const names[] = {"title", "description", "examples",
	    "example", "deprecated", "externalDocs", "contentEncoding",
	    "contentMediaType", "contentSchema", "$comment", "$schema"};

	for (size_t i = 0; i < RT_LEN(names); i++) {
		if (rt_str_is(keyword, names[i]))
			return true;
	}
	return rt_str_starts(keyword, "x-");
}

static void
add_schema(struct rows *rows, const struct schema *s, bool used, bool widened)
{
	const struct doc_node *node = s->node;

	/* A view has the same keywords as the whole. */
	if (node->type != DOC_MAP || s->whole != NULL)
		return;
	for (size_t i = 0; i < node->n; i++) {
		const struct doc_member *m = &node->members[i];
		bool typed = rt_str_is(m->key, "type");
		const char *verdict = "enforced";

		if (is_annotation(m->key))
			verdict = "annotation";
		else if (!used)
			verdict = "unused";
		else if (typed && widened)
			verdict = "widened";
		else if (rt_str_is(m->key, "format") && !s->format_known)
			verdict = "ignored";
		add(rows, m->key_pos,
		    rt_arena_printf(rows->arena, "schema %.*s", RT_FMT(m->key)),
		    verdict);
	}
}

static void
add_op(struct rows *rows, const struct spec_op *op, const char *kind)
{
	add(rows, op->pos,
	    rt_arena_printf(rows->arena, "%s %.*s", kind, RT_FMT(op->id)),
	    "enforced");
	for (size_t i = 0; i < op->n_params; i++)
		add(rows, op->params[i].node->pos,
		    rt_arena_printf(rows->arena, "parameter %.*s of %.*s",
			RT_FMT(op->params[i].name), RT_FMT(op->id)),
		    "enforced");
	for (size_t i = 0; i < op->n_answers; i++)
		add(rows, op->answers[i].pos,
		    rt_arena_printf(rows->arena, "answer %.*s of %.*s",
			RT_FMT(spec_status_text(rows->arena,
			    op->answers[i].status)),
			RT_FMT(op->id)),
		    "enforced");
}

static struct rt_str
print_rows(const struct rows *rows)
{
	struct rt_buf b = rt_buf(rows->arena, SIZE_MAX);

	for (size_t i = 0; i < rows->n; i++) {
		const struct row *row = &rows->v[i];

		rt_buf_printf(&b, "%s:%u:%u\t%.*s\t%s\n", row->pos.source->name,
		    row->pos.line, row->pos.col, RT_FMT(row->subject),
		    row->verdict);
	}
	return b.n == 0 ? RT_LIT("") : rt_buf_str(&b);
}

struct rt_str
ledger_text(struct rt_arena *arena, const struct spec *spec, const bool *used,
    const bool *widened)
{
	struct rows rows = {.arena = arena};

	for (size_t i = 0; i < spec->n_ops; i++)
		add_op(&rows, &spec->ops[i], "operation");
	for (size_t i = 0; i < spec->n_outbound; i++)
		add_op(&rows, &spec->outbound[i].op,
		    spec->outbound[i].webhook ? "webhook" : "callback");
	for (size_t i = 0; i < schema_count(spec->schemas); i++)
		add_schema(&rows, schema_number(spec->schemas, i), used[i],
		    widened[i]);
	if (rows.n > 0)
		qsort(rows.v, rows.n, sizeof(*rows.v), by_place);
	return print_rows(&rows);
}
