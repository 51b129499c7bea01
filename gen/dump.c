#include "gen/dump.h"

#include "runtime/buf.h"

/* --- The document --- */

static const char *
type_word(enum doc_type type)
{
	static const char *const words[] = {
	    [DOC_NULL] = "null",
	    [DOC_BOOL] = "boolean",
	    [DOC_NUMBER] = "number",
	    [DOC_STRING] = "string",
	    [DOC_SEQ] = "sequence",
	    [DOC_MAP] = "mapping",
	};

	return words[type];
}

/* The tree is as deep as doc_read() allows, which is not deep. */
static void
dump_node(struct rt_arena *arena, struct rt_buf *b, const struct doc_node *node)
{
	rt_buf_printf(b, "%u:%u\t%.*s\t%s", node->pos.line, node->pos.col,
	    RT_FMT(doc_pointer(arena, node)), type_word(node->type));
	if (node->type != DOC_SEQ && node->type != DOC_MAP)
		rt_buf_printf(b, "\t%.*s", RT_FMT(doc_json(arena, node, 0)));
	rt_buf_byte(b, '\n');
	for (size_t i = 0; node->type == DOC_SEQ && i < node->n; i++)
		dump_node(arena, b, node->items[i]);
	for (size_t i = 0; node->type == DOC_MAP && i < node->n; i++)
		dump_node(arena, b, node->members[i].value);
}

struct rt_str
dump_doc(struct rt_arena *arena, const struct doc_node *root)
{
	struct rt_buf b = rt_buf(arena, SIZE_MAX);

	dump_node(arena, &b, root);
	return rt_buf_str(&b);
}

/* --- The contract --- */

static const char *
in_word(enum rt_in in)
{
	static const char *const words[] = {
	    [RT_IN_BODY] = "body",
	    [RT_IN_PATH] = "path",
	    [RT_IN_QUERY] = "query",
	    [RT_IN_HEADER] = "header",
	    [RT_IN_COOKIE] = "cookie",
	};

	return words[in];
}

/* "Person", or where an inline schema stands. */
static struct rt_str
schema_word(struct rt_arena *arena, const struct schema *s)
{
	if (s == NULL)
		return RT_LIT("anything");
	if (s->component.p != NULL)
		return s->component;
	return doc_pointer(arena, s->node);
}

/* ", deepObject"; nothing for the style that the place has by itself. */
static const char *
style_words(const struct spec_param *p)
{
	static const char *const words[] = {
	    [RT_STYLE_LABEL] = ", label",
	    [RT_STYLE_MATRIX] = ", matrix",
	    [RT_STYLE_SPACE] = ", spaceDelimited",
	    [RT_STYLE_PIPE] = ", pipeDelimited",
	    [RT_STYLE_DEEP] = ", deepObject",
	    [RT_STYLE_JSON] = ", JSON",
	};

	return p->style == 0 ? "" : words[p->style];
}

static void
dump_params(struct rt_arena *arena, struct rt_buf *b, const struct spec_op *op)
{
	for (size_t i = 0; i < op->n_params; i++) {
		const struct spec_param *p = &op->params[i];

		rt_buf_printf(b, "  %s %.*s%s%s: %.*s\n", in_word(p->in),
		    RT_FMT(p->name), style_words(p),
		    p->required ? ", required" : "",
		    RT_FMT(schema_word(arena, p->schema)));
	}
	for (size_t i = 0; i < op->n_bodies; i++) {
		rt_buf_printf(b, "  body %.*s%s", RT_FMT(op->bodies[i].type),
		    op->body_required ? ", required" : "");
		if (op->body_max > 0)
			rt_buf_printf(b, ", at most %lld bytes",
			    (long long)op->body_max);
		rt_buf_printf(b, ": %.*s\n",
		    RT_FMT(schema_word(arena, op->bodies[i].schema)));
	}
}

static void
dump_need(struct rt_buf *b, const struct spec_need *need)
{
	rt_buf_printf(b, " %.*s", RT_FMT(need->scheme->name));
	for (size_t i = 0; i < need->n_scopes; i++)
		rt_buf_printf(b, "%s%.*s", i == 0 ? "(" : ", ",
		    RT_FMT(need->scopes[i]));
	if (need->n_scopes > 0)
		rt_buf_byte(b, ')');
}

static void
dump_security(struct rt_buf *b, const struct spec_op *op)
{
	for (size_t i = 0; i < op->n_security; i++) {
		rt_buf_cstr(b, i == 0 ? "  needs" : "  or");
		if (op->security[i].n == 0)
			rt_buf_cstr(b, " nothing");
		for (size_t k = 0; k < op->security[i].n; k++)
			dump_need(b, &op->security[i].needs[k]);
		rt_buf_byte(b, '\n');
	}
}

static void
dump_websocket(struct rt_arena *arena, struct rt_buf *b,
    const struct spec_op *op)
{
	const struct spec_websocket *ws = op->websocket;

	if (ws == NULL)
		return;
	rt_buf_printf(b, "  receives %.*s, at most %lld bytes\n",
	    RT_FMT(schema_word(arena, ws->receive)),
	    (long long)ws->message_max);
	rt_buf_printf(b, "  sends %.*s\n",
	    RT_FMT(schema_word(arena, ws->send)));
	if (ws->unauthorized != 0)
		rt_buf_printf(b, "  closes the unauthorized by %lld\n",
		    (long long)ws->unauthorized);
	for (size_t i = 0; i < ws->n_protocols; i++)
		rt_buf_printf(b, "  protocol %.*s\n", RT_FMT(ws->protocols[i]));
}

static void
dump_answers(struct rt_arena *arena, struct rt_buf *b, const struct spec_op *op)
{
	for (size_t i = 0; i < op->n_answers; i++) {
		const struct spec_answer *a = &op->answers[i];

		rt_buf_printf(b, "  answer %.*s",
		    RT_FMT(spec_status_text(arena, a->status)));
		for (size_t k = 0; k < a->n_medias; k++)
			rt_buf_printf(b, "%s %.*s: %.*s", k == 0 ? "" : ",",
			    RT_FMT(a->medias[k].type),
			    RT_FMT(schema_word(arena, a->medias[k].schema)));
		rt_buf_byte(b, '\n');
		for (size_t k = 0; k < a->n_headers; k++)
			rt_buf_printf(b, "    header %.*s%s%s\n",
			    RT_FMT(a->headers[k].name),
			    a->headers[k].required ? ", required" : "",
			    a->headers[k].supplied ? ", by the runtime" : "");
	}
}

static void
dump_outbound(struct rt_arena *arena, struct rt_buf *b, const struct spec *spec,
    const struct spec_outbound *out)
{
	rt_buf_printf(b, "%.*s: sends %.*s", RT_FMT(out->op.id),
	    RT_FMT(out->op.token));
	if (out->webhook)
		rt_buf_cstr(b, " [webhook]\n");
	else
		rt_buf_printf(b, " %.*s [%.*s]%s\n", RT_FMT(out->op.path),
		    RT_FMT(spec->ops[out->parent].id),
		    out->of_answer ? ", once answered" : "");
	dump_params(arena, b, &out->op);
	dump_security(b, &out->op);
	dump_answers(arena, b, &out->op);
}

struct rt_str
dump_spec(struct rt_arena *arena, const struct spec *spec)
{
	struct rt_buf b = rt_buf(arena, SIZE_MAX);

	for (size_t i = 0; i < spec->n_ops; i++) {
		const struct spec_op *op = &spec->ops[i];

		rt_buf_printf(&b, "%.*s: %.*s %.*s [%.*s]\n", RT_FMT(op->id),
		    RT_FMT(op->token), RT_FMT(op->path), RT_FMT(op->tag));
		dump_params(arena, &b, op);
		dump_security(&b, op);
		dump_websocket(arena, &b, op);
		dump_answers(arena, &b, op);
	}
	for (size_t i = 0; i < spec->n_outbound; i++)
		dump_outbound(arena, &b, spec, &spec->outbound[i]);
	return b.n == 0 ? RT_LIT("") : rt_buf_str(&b);
}
