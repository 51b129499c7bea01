/* The plan of an operation: its input, its answers, its row. */
#include "gen/plan_op.h"

void
plan_op_types(struct plan *p, size_t index)
{
	plan_param_types(p, index);
	plan_body_types(p, index);
	plan_answer_types(p, index);
	plan_websocket_types(p, index);
}

/* --- The operation --- */

/* " (Person)", " (text/csv or Person)": what is no problem. */
static void
add_medias(struct plan *p, struct rt_buf *b, const struct spec_answer *a)
{
	struct rt_buf words = rt_buf(p->arena, SIZE_MAX);
	struct rt_str last = {0};

	for (size_t i = 0; i < a->n_medias; i++) {
		const struct spec_media *m = &a->medias[i];
		struct rt_str word = m->type;

		if (m->problem || (m->kind == SPEC_JSON && m->schema == NULL))
			continue;
		if (m->kind == SPEC_JSON)
			word = p->types[m->schema->id]->label;
		if (rt_str_eq(word, last))
			continue;
		rt_buf_printf(&words, "%s%.*s", words.n > 0 ? " or " : "",
		    RT_FMT(word));
		last = word;
	}
	if (words.n > 0)
		rt_buf_printf(b, " (%.*s)", RT_FMT(rt_buf_str(&words)));
}

/* "200 (Person) or 404" */
static struct rt_str
answers_words(struct plan *p, const struct spec_op *op)
{
	struct rt_buf b = rt_buf(p->arena, SIZE_MAX);

	for (size_t i = 0; i < op->n_answers; i++) {
		const struct spec_answer *a = &op->answers[i];

		if (i > 0)
			rt_buf_cstr(&b, i + 1 < op->n_answers ? ", " : " or ");
		rt_buf_add(&b, spec_status_text(p->arena, a->status));
		add_medias(p, &b, a);
	}
	return rt_buf_str(&b);
}

/* "Clients send Command, the server Event." */
static void
add_messages(struct plan *p, struct rt_buf *b, const struct spec_op *op)
{
	const struct schema *both[] = {op->websocket->receive,
	    op->websocket->send};
	struct rt_str words[2];

	for (size_t i = 0; i < RT_LEN(both); i++)
		words[i] = both[i] == NULL ? RT_LIT("what it likes")
					   : p->types[both[i]->id]->label;
	rt_buf_printf(b, "\nThe client sends %.*s, the server %.*s.",
	    RT_FMT(words[0]), RT_FMT(words[1]));
}

static bool
is_plain_json(const struct spec_op *op)
{
	return op->n_bodies == 0 ||
	    (op->n_bodies == 1 &&
		rt_str_is(op->bodies->type, "application/json"));
}

static void
add_bodies(struct rt_buf *b, const struct spec_op *op)
{
	if (is_plain_json(op))
		return;
	rt_buf_cstr(b, "Takes ");
	for (size_t i = 0; i < op->n_bodies; i++)
		rt_buf_printf(b, "%s%.*s",
		    i == 0                     ? ""
			: i + 1 < op->n_bodies ? ", "
					       : " or ",
		    RT_FMT(op->bodies[i].type));
	rt_buf_cstr(b, ".\n");
}

static struct rt_str
op_doc(struct plan *p, const struct spec_op *op)
{
	struct rt_buf b = rt_buf(p->arena, SIZE_MAX);
	const struct security *security = plan_security(p, op);
	struct rt_str text =
	    op->description.n > 0 ? op->description : op->summary;

	if (text.n > 0) {
		rt_buf_add(&b, rt_str_trim(text));
		while (b.n > 0 && b.p[b.n - 1] == '\n')
			b.n--;
		rt_buf_cstr(&b, "\n\n");
	}
	if (security != NULL)
		rt_buf_printf(&b, "Needs %.*s.\n", RT_FMT(security->words));
	add_bodies(&b, op);
	if (op->n_answers == 0)
		rt_buf_cstr(&b, "Declares no answers.");
	else
		rt_buf_printf(&b, "Answers %.*s.",
		    RT_FMT(answers_words(p, op)));
	if (op->websocket != NULL)
		add_messages(p, &b, op);
	return rt_buf_str(&b);
}

static bool
any_checks(const struct value *list)
{
	for (size_t i = 0; i < value_count(list); i++) {
		if (value_truthy(
			value_get(value_at(list, i), RT_LIT("checks"))))
			return true;
	}
	return false;
}

static void
set_input(struct plan *p, struct value *v, size_t index)
{
	const struct spec_op *op = &p->spec->ops[index];
	struct value *params = plan_params(p, op);
	struct value *body = plan_body(p, index);
	const struct value *arms = value_get(body, RT_LIT("arms"));

	value_set(v, "params", params);
	if (p->shown)
		value_set(v, "places", plan_places(p, params));
	value_set_bool(v, "has_body", op->n_bodies > 0);
	value_set(v, "body", body);
	value_set_bool(v, "decode_checks",
	    any_checks(params) || any_checks(arms));
	value_set_bool(v, "input", op->n_bodies > 0 || value_count(params) > 0);
	value_set_bool(v, "body_required", op->body_required);
	value_set_int(v, "body_max",
	    doc_get(op->node, "x-max-body") == NULL ? 0 : op->body_max);
}

static void
set_security(struct plan *p, struct value *v, const struct security *security)
{
	struct rt_str c = RT_LIT("");

	if (security != NULL) {
		c = rt_arena_printf(p->arena, "api_%.*s", RT_FMT(security->c));
		plan_need_object(p, "rt_need *const ",
		    rt_arena_printf(p->arena, "%.*s[]", RT_FMT(c)));
	}
	value_set_text(v, "security", c);
}

/* "RT_READ_COMMITTED", or empty; who is only shown the input has no database. */
static struct rt_str
isolation(struct plan *p, const struct spec_op *op)
{
	if (op->transaction.p == NULL || p->shown)
		return RT_LIT("");
	return rt_arena_printf(p->arena, "RT_%.*s",
	    RT_FMT(
		name_upper(p->arena, name_snake(p->arena, op->transaction))));
}

struct value *
plan_op(struct plan *p, size_t index)
{
	const struct spec_op *op = &p->spec->ops[index];
	struct value *v = value_map(p->arena);

	p->needs = &plan_tag_of(p, op)->needs;
	value_set_text(v, "id", op->id);
	value_set_text(v, "name", p->op_names[index]);
	value_set_printf(v, "c", "api_%.*s", RT_FMT(p->op_names[index]));
	value_set_text(v, "method", op->token);
	value_set_bool(v, "token", op->method == 0);
	value_set_text(v, "path", op->path);
	value_set_text(v, "tag", op->tag);
	value_set_text(v, "where", plan_where(p, op->node));
	value_set_text(v, "doc", op_doc(p, op));
	set_input(p, v, index);
	value_set_text(v, "transaction", isolation(p, op));
	plan_set_answers(p, v, index);
	plan_set_websocket(p, v, index);
	value_set_int(v, "invalid_status", op->invalid_status);
	value_set_bool(v, "called_back", plan_called_back(p, index));
	set_security(p, v, plan_security(p, op));
	return v;
}
