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

/* A name of the contract may hold anything; a line has three columns. */
static struct rt_str
one_line(struct rt_arena *arena, struct rt_str text)
{
	char *p = rt_arena_bytes(arena, text.n);

	for (size_t i = 0; i < text.n; i++)
		p[i] = (unsigned char)text.p[i] < ' ' ? '?' : text.p[i];
	return (struct rt_str){p, text.n};
}

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
	rows->v[rows->n++] =
	    (struct row){pos, one_line(rows->arena, subject), verdict};
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
	return rt_str_starts(keyword, "x-") &&
	    !rt_str_is(keyword, "x-state-machine");
}

/* Keywords that say nothing: unknown ones, a format that is, what XML alone
 * has, a default that breaks its own schema. */
static bool
is_ignored(const struct schema *s, struct rt_str keyword)
{
	if (rt_str_is(keyword, "format"))
		return !s->format_known;
	if (rt_str_is(keyword, "default"))
		return s->fallback == NULL;
	return rt_str_is(keyword, "xml") || !schema_reads(s, keyword);
}

/* The keyword that a C type would have come from. */
static const char *
typed_by(const struct doc_node *schema)
{
	static const char *const names[] = {"type", "oneOf", "anyOf", "allOf",
	    "$ref", "$dynamicRef", "properties", "enum", "const"};

	for (size_t i = 0; i < RT_LEN(names); i++) {
		if (doc_get(schema, names[i]) != NULL)
			return names[i];
	}
	return "";
}

/* A discriminator tells branches apart; elsewhere nothing follows from it. */
static bool
is_idle(const struct schema *s, struct rt_str keyword)
{
	return rt_str_is(keyword, "discriminator") &&
	    s->any_of.n + s->one_of.n == 0;
}

static void
add_schema(struct rows *rows, const struct schema *s, bool used,
    const char *widened)
{
	const struct doc_node *node = s->node;

	/* A view has the same keywords as the whole. */
	if (node->type != DOC_MAP || s->whole != NULL)
		return;
	for (size_t i = 0; i < node->n; i++) {
		const struct doc_member *m = &node->members[i];
		const char *verdict = "enforced";

		if (is_annotation(m->key) || is_idle(s, m->key))
			verdict = "annotation";
		else if (is_ignored(s, m->key))
			verdict = "ignored";
		else if (!used)
			verdict = "unused";
		else if (widened != NULL && rt_str_is(m->key, typed_by(node)))
			verdict =
			    rt_arena_printf(rows->arena, "widened\t%s", widened)
				.p;
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
	if (op->websocket != NULL)
		add(rows, op->websocket->pos,
		    rt_arena_printf(rows->arena, "x-websocket of %.*s",
			RT_FMT(op->id)),
		    "enforced");
	for (size_t i = 0; i < op->n_answers; i++)
		add(rows, op->answers[i].pos,
		    rt_arena_printf(rows->arena, "answer %.*s of %.*s",
			RT_FMT(spec_status_text(rows->arena,
			    op->answers[i].status)),
			RT_FMT(op->id)),
		    "enforced");
}

/* What follows of a variable: in the path of the first server its default is
 * taken, elsewhere nothing. */
static void
add_variables(struct rows *rows, const struct doc_node *server, bool first)
{
	const struct doc_node *map = doc_get(server, "variables");
	const struct doc_node *url = doc_get(server, "url");
	struct rt_str path = url == NULL ? (struct rt_str){0} : url->text;

	if (path.n > 0 && memmem(path.p, path.n, "://", 3) != NULL) {
		(void)rt_str_cut(&path, ':');
		path = (struct rt_str){path.p + 2, path.n - 2};
		(void)rt_str_cut(&path, '/');
	}
	for (size_t i = 0; map != NULL && i < map->n; i++) {
		const struct doc_member *m = &map->members[i];
		struct rt_str name =
		    rt_arena_printf(rows->arena, "{%.*s}", RT_FMT(m->key));
		bool used = first && path.n > 0 &&
		    memmem(path.p, path.n, name.p, name.n) != NULL;

		add(rows, m->key_pos,
		    rt_arena_printf(rows->arena, "server variable %.*s",
			RT_FMT(m->key)),
		    used ? "fixed" : "annotation");
	}
}

/* Of several servers the first says where the paths begin. */
static void
add_servers(struct rows *rows, const struct doc_node *holder)
{
	const struct doc_node *list = doc_get(holder, "servers");

	for (size_t i = 0; list != NULL && i < list->n; i++) {
		add(rows, list->items[i]->pos, RT_LIT("server"),
		    i == 0 ? "enforced" : "annotation");
		add_variables(rows, list->items[i], i == 0);
	}
}

/* Those of the document, of paths and of operations. */
static void
add_all_servers(struct rows *rows, const struct spec *spec)
{
	add_servers(rows, spec->root);
	for (size_t i = 0; i < spec->n_ops; i++) {
		const struct doc_node *path = spec->ops[i].node->parent;

		if (spec->ops[i].method == 0)
			path = path->parent;
		add_servers(rows, path);
		add_servers(rows, spec->ops[i].node);
	}
}

static void
add_ignored(struct rows *rows, const struct documents *d)
{
	for (size_t i = 0; i < d->n_ignored; i++)
		add(rows, d->ignored[i]->key_pos,
		    rt_arena_printf(rows->arena, "sibling %.*s",
			RT_FMT(d->ignored[i]->key)),
		    "ignored");
}

static bool
is_repeated(const struct row *a, const struct row *b)
{
	return a->pos.source == b->pos.source && a->pos.line == b->pos.line &&
	    a->pos.col == b->pos.col && rt_str_eq(a->subject, b->subject);
}

static struct rt_str
print_rows(const struct rows *rows)
{
	struct rt_buf b = rt_buf(rows->arena, SIZE_MAX);

	if (rows->n > 0)
		qsort(rows->v, rows->n, sizeof(*rows->v), by_place);

	for (size_t i = 0; i < rows->n; i++) {
		const struct row *row = &rows->v[i];

		if (i > 0 && is_repeated(row - 1, row))
			continue;
		rt_buf_printf(&b, "%s:%u:%u\t%.*s\t%s\n", row->pos.source->name,
		    row->pos.line, row->pos.col, RT_FMT(row->subject),
		    row->verdict);
	}
	return b.n == 0 ? RT_LIT("") : rt_buf_str(&b);
}

struct rt_str
ledger_text(struct rt_arena *arena, const struct spec *spec, const bool *used,
    const char *const *widened)
{
	struct rows rows = {.arena = arena};

	add_all_servers(&rows, spec);
	for (size_t i = 0; i < spec->n_ops; i++)
		add_op(&rows, &spec->ops[i], "operation");
	for (size_t i = 0; i < spec->n_outbound; i++)
		add_op(&rows, &spec->outbound[i].op,
		    spec->outbound[i].webhook ? "webhook" : "callback");
	for (size_t i = 0; i < schema_count(spec->schemas); i++)
		add_schema(&rows, schema_number(spec->schemas, i), used[i],
		    widened[i]);
	add_ignored(&rows, spec->documents);
	return print_rows(&rows);
}

struct rt_str
ledger_refused(struct rt_arena *arena, const struct diag *diag,
    const struct documents *documents)
{
	struct rows rows = {.arena = arena};
	size_t n;
	const struct diag_report *const *v = diag_sorted(diag, &n);

	for (size_t i = 0; i < n; i++) {
		if (v[i]->level != DIAG_ERROR || v[i]->pos.source == NULL)
			continue;
		add(&rows, v[i]->pos,
		    rt_arena_printf(arena, "%s: %s", v[i]->rule, v[i]->text),
		    "refused");
	}
	if (documents != NULL)
		add_ignored(&rows, documents);
	return print_rows(&rows);
}

/* --- For people --- */

static const char *const verdicts[] = {"enforced", "widened", "annotation",
    "ignored", "unused", "refused"};

struct line {
	struct rt_str place, subject, verdict;
	struct rt_str reason; /* absent for most */
};

static struct line
cut_line(struct rt_str *rest)
{
	struct rt_str text = rt_str_cut(rest, '\n');
	struct line line;

	line.place = rt_str_cut(&text, '\t');
	line.subject = rt_str_cut(&text, '\t');
	line.verdict = rt_str_cut(&text, '\t');
	line.reason = text;
	return line;
}

static size_t
widest_place(struct rt_str text)
{
	size_t wide = sizeof("total") - 1;

	while (text.n > 0) {
		struct line line = cut_line(&text);

		if (line.place.n > wide)
			wide = line.place.n;
	}
	return wide;
}

static void
print_line(const struct line *line, size_t wide, FILE *out)
{
	if (wide == 0)
		fprintf(out, "%.*s\t%.*s\t%.*s", RT_FMT(line->place),
		    RT_FMT(line->subject), RT_FMT(line->verdict));
	else
		fprintf(out, "%-*.*s  %-10.*s  %.*s", (int)wide,
		    RT_FMT(line->place), RT_FMT(line->verdict),
		    RT_FMT(line->subject));
	if (line->reason.n > 0)
		fprintf(out, "%s%.*s", wide == 0 ? "\t" : ": ",
		    RT_FMT(line->reason));
	fputc('\n', out);
}

void
ledger_print(struct rt_str text, bool columns, FILE *out)
{
	size_t wide = columns ? widest_place(text) : 0;
	size_t counts[RT_LEN(verdicts)] = {0};

	while (text.n > 0) {
		struct line line = cut_line(&text);

		print_line(&line, wide, out);
		for (size_t i = 0; i < RT_LEN(verdicts); i++)
			counts[i] += rt_str_is(line.verdict, verdicts[i]);
	}
	for (size_t i = 0; i < RT_LEN(verdicts); i++) {
		char number[24];
		struct line line = {RT_LIT("total"), {number, 0},
		    rt_str(verdicts[i]), {NULL, 0}};

		if (counts[i] == 0)
			continue;
		line.subject.n =
		    (size_t)snprintf(number, sizeof(number), "%zu", counts[i]);
		print_line(&line, wide, out);
	}
}
