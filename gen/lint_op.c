/* Rules over operations and their parameters. */
#include "gen/lint_rule.h"

static bool
is_id_character(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	    (c >= '0' && c <= '9') || strchr("-_./", c) != NULL;
}

static void
check_id(const struct lint *l, const struct lint_op *op)
{
	const struct doc_node *id =
	    lint_member(op->node, "operationId", DOC_STRING);

	if (id == NULL) {
		lint_report(l, "operation-id-missing", op->pos,
		    "%.*s has no operationId", RT_FMT(lint_op_name(l, op)));
		return;
	}
	for (size_t i = 0; i < id->text.n; i++) {
		if (is_id_character(id->text.p[i]))
			continue;
		lint_report(l, "operation-id-characters", id->pos,
		    "the operationId '%.*s' has a character that is no "
		    "letter, digit, '-', '_', '.' or '/'",
		    RT_FMT(id->text));
		return;
	}
}

static void
check_texts(const struct lint *l, const struct lint_op *op)
{
	const struct doc_node *tags = lint_member(op->node, "tags", DOC_SEQ);

	if (lint_text(op->node, "summary").n == 0 &&
	    lint_text(op->node, "description").n == 0)
		lint_report(l, "operation-description", op->pos,
		    "%.*s has neither 'summary' nor 'description'",
		    RT_FMT(lint_op_name(l, op)));
	if (tags == NULL || tags->n == 0)
		lint_report(l, "operation-tags", op->pos, "%.*s has no tag",
		    RT_FMT(lint_op_name(l, op)));
}

static void
check_body(const struct lint *l, const struct lint_op *op)
{
	static const char *const without[] = {"get", "head", "delete"};

	if (op->body == NULL)
		return;
	for (size_t i = 0; i < RT_LEN(without); i++) {
		if (rt_str_is(op->method, without[i]))
			lint_report(l, "body-method",
			    doc_key_pos(op->node, "requestBody"),
			    "%.*s has a body", RT_FMT(lint_op_name(l, op)));
	}
	if (doc_get(op->body, "required") == NULL)
		lint_report(l, "body-optional",
		    op->body->parent == op->node
			? doc_key_pos(op->node, "requestBody")
			: op->body->pos,
		    "this body may be left out");
}

/* --- Parameters --- */

static bool
is_header(const struct doc_node *p)
{
	return rt_str_is_nocase(lint_text(p, "in"), "header");
}

/* OpenAPI 3.1, "Parameter Object", `name`. */
static bool
is_reserved(struct rt_str name)
{
	return rt_str_is_nocase(name, "Accept") ||
	    rt_str_is_nocase(name, "Content-Type") ||
	    rt_str_is_nocase(name, "Authorization");
}

static bool
is_required(const struct doc_node *p)
{
	const struct doc_node *required = lint_member(p, "required", DOC_BOOL);

	return required != NULL && required->yes;
}

static void
check_param(const struct lint *l, const struct doc_node *p)
{
	const struct schema *s = lint_schema_of(l, p);
	struct rt_str name = lint_text(p, "name");

	if (is_header(p) && is_reserved(name))
		lint_report(l, "parameter-reserved", p->pos,
		    "a header parameter '%.*s' is ignored", RT_FMT(name));
	if (lint_text(p, "description").n == 0)
		lint_report(l, "parameter-description", p->pos,
		    "the parameter '%.*s' has no description", RT_FMT(name));
	if (is_required(p) && s != NULL && s->fallback != NULL)
		lint_report(l, "default-required", s->fallback->pos,
		    "the parameter '%.*s' is required: its default is never "
		    "used",
		    RT_FMT(name));
	if (doc_get(p, "example") != NULL && doc_get(p, "examples") != NULL)
		lint_report(l, "example-both", doc_key_pos(p, "examples"),
		    "'examples' stands beside 'example'");
}

static void
check_headers(const struct lint *l, const struct lint_op *op, size_t i)
{
	struct rt_str name = lint_text(op->params[i], "name");

	for (size_t k = 0; k < i; k++) {
		struct rt_str other = lint_text(op->params[k], "name");

		if (!is_header(op->params[i]) || !is_header(op->params[k]) ||
		    !rt_str_eq_nocase(name, other) || rt_str_eq(name, other))
			continue;
		lint_report(l, "parameter-duplicate", op->params[i]->pos,
		    "the header '%.*s' is the header '%.*s'", RT_FMT(name),
		    RT_FMT(other));
		diag_note(l->diag, op->params[k]->pos, "the other one");
	}
}

void
lint_ops(const struct lint *l)
{
	for (size_t i = 0; i < l->n_ops; i++) {
		const struct lint_op *op = &l->ops[i];

		check_id(l, op);
		check_texts(l, op);
		check_body(l, op);
		for (size_t k = 0; k < op->n_params; k++) {
			check_param(l, op->params[k]);
			check_headers(l, op, k);
		}
	}
}
