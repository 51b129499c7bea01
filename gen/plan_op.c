/* The plan of an operation: its input, its answers, its row. */
#include "gen/param.h"
#include "gen/plan_unit.h"
#include "gen/tmpl.h"

/* --- Types --- */

/* `whole` is the answer's name. */
static void
header_types(struct plan *p, struct rt_str whole, const struct spec_header *h)
{
	struct rt_str part =
	    rt_arena_printf(p->arena, "%.*s header", RT_FMT(h->name));
	struct plan_type *t;

	if (h->schema == NULL)
		return;
	t = plan_type(p, h->schema, h->name, plan_part_name(p, whole, part),
	    true);
	plan_use(p, t, PLAN_CHECK);
}

static void
answer_types(struct plan *p, const struct spec_op *op, struct rt_str name,
    const struct spec_answer *a)
{
	struct rt_str part = rt_arena_printf(p->arena, "%d", a->status);
	struct plan_type *t;

	for (size_t i = 0; i < a->n_headers; i++)
		header_types(p, plan_part_name(p, name, part), &a->headers[i]);
	if (a->n_medias == 0 || a->medias->kind != SPEC_JSON ||
	    a->medias->schema == NULL)
		return;
	t = plan_type(p, a->medias->schema, plan_part_label(p, op->id, part),
	    plan_part_name(p, name, part), true);
	plan_use(p, t,
	    a->medias->problem ? PLAN_CHECK : PLAN_CHECK | PLAN_WRITE);
}

void
plan_op_types(struct plan *p, size_t index)
{
	const struct spec_op *op = &p->spec->ops[index];
	struct rt_str name = p->op_names[index];

	for (size_t i = 0; i < op->n_params; i++) {
		const struct spec_param *param = &op->params[i];

		if (param->schema != NULL)
			plan_use(p,
			    plan_type(p, param->schema,
				plan_part_label(p, op->id, param->name),
				plan_part_name(p, name, param->name), false),
			    PLAN_CHECK | PLAN_READ);
	}
	if (op->n_bodies > 0 && op->bodies->schema != NULL)
		plan_use(p,
		    plan_type(p, op->bodies->schema,
			plan_part_label(p, op->id, RT_LIT("body")),
			plan_part_name(p, name, RT_LIT("body")), false),
		    PLAN_CHECK | PLAN_READ);
	for (size_t i = 0; i < op->n_answers; i++)
		answer_types(p, op, name, &op->answers[i]);
}

/* --- Input --- */

const char *
plan_in_text(enum rt_in in)
{
	static const char *const names[] = {
	    [RT_IN_BODY] = "RT_IN_BODY",
	    [RT_IN_PATH] = "RT_IN_PATH",
	    [RT_IN_QUERY] = "RT_IN_QUERY",
	    [RT_IN_HEADER] = "RT_IN_HEADER",
	    [RT_IN_COOKIE] = "RT_IN_COOKIE",
	};

	return names[in];
}

static bool
param_has(const struct spec_param *param)
{
	return (!param->required && param->schema->fallback == NULL) ||
	    plan_nullable(param->schema);
}

static const char *
style_enumerator(enum rt_style style)
{
	static const char *const names[] = {
	    [0] = "",
	    [RT_STYLE_LABEL] = "RT_STYLE_LABEL",
	    [RT_STYLE_MATRIX] = "RT_STYLE_MATRIX",
	    [RT_STYLE_SPACE] = "RT_STYLE_SPACE",
	    [RT_STYLE_PIPE] = "RT_STYLE_PIPE",
	    [RT_STYLE_DEEP] = "RT_STYLE_DEEP",
	    [RT_STYLE_JSON] = "RT_STYLE_JSON",
	};

	return names[style];
}

static struct value *
param_properties(struct plan *p, const struct param_form *form)
{
	struct value *list = value_list(p->arena);

	for (size_t i = 0; i < form->n; i++) {
		const struct param_property *property = &form->properties[i];
		struct value *v = value_map(p->arena);
		struct rt_str items = RT_LIT("0");

		if (property->item_types != 0)
			items = plan_types_text(p, property->item_types);
		value_set_text(v, "name", property->name);
		value_set_text(v, "types", plan_types_text(p, property->types));
		value_set_text(v, "item_types", items);
		value_add(list, v);
	}
	return list;
}

static void
add_other(struct plan *p, struct value *list, const struct spec_param *param,
    struct rt_str name)
{
	struct rt_str brackets =
	    rt_arena_printf(p->arena, "%.*s[", RT_FMT(param->name));

	if (param->style != RT_STYLE_DEEP || rt_str_starts(name, brackets.p))
		value_add(list, value_text(p->arena, name));
}

/* The names that an object must not take for its own properties: those of the
 * other parameters there, and of credentials. */
static struct value *
param_others(struct plan *p, const struct spec_op *op,
    const struct spec_param *param, const struct param_form *form)
{
	struct value *list = value_list(p->arena);
	bool spread = param_is_spread(param, form) && form->free_types != 0;

	if (!spread && param->style != RT_STYLE_DEEP)
		return list;
	for (size_t i = 0; i < op->n_params; i++) {
		if (&op->params[i] != param && op->params[i].in == param->in)
			add_other(p, list, param, op->params[i].name);
	}
	for (size_t i = 0; i < p->spec->n_schemes; i++) {
		if (p->spec->schemes[i].in == param->in)
			add_other(p, list, param, p->spec->schemes[i].field);
	}
	return list;
}

static struct rt_str
some_types(struct plan *p, unsigned types)
{
	return types == 0 ? RT_LIT("") : plan_types_text(p, types);
}

void
plan_param_types(struct plan *p, struct value *v, const struct spec_op *op,
    const struct spec_param *param)
{
	struct param_form form = {0};

	if (param->style != RT_STYLE_JSON)
		form = param_form(p->arena, param);
	value_set_text(v, "types", some_types(p, form.types));
	value_set_text(v, "item_types", some_types(p, form.item_types));
	value_set_text(v, "free_types", some_types(p, form.free_types));
	value_set(v, "properties", param_properties(p, &form));
	value_set(v, "others", param_others(p, op, param, &form));
	value_set_cstr(v, "style", style_enumerator(param->style));
	value_set_bool(v, "required", param->required);
	value_set_bool(v, "allow_empty", param->allow_empty);
	value_set_bool(v, "explode",
	    param->explode && (form.types & (RT_ARRAY | RT_OBJECT)) != 0);
}

/* Whether a default of the type is a constant in C. */
static bool
has_constants(const struct plan_type *t)
{
	switch (plan_c_type(t)->kind) {
	case PLAN_BOOL:
	case PLAN_INT:
	case PLAN_INT32:
	case PLAN_DOUBLE:
	case PLAN_STR:
	case PLAN_ENUM:
		return true;
	default:
		return false;
	}
}

/* A default is set by a statement or, where C has no constant for it or it has
 * to be told from null, read as if it were sent. */
static void
set_param_default(struct plan *p, struct value *v,
    const struct spec_param *param, const struct plan_type *t, struct rt_str c)
{
	const struct doc_node *d =
	    param->required ? NULL : param->schema->fallback;
	struct rt_str preset = RT_LIT(""), fallback = RT_LIT("");

	if (d != NULL && has_constants(t) && !plan_nullable(param->schema))
		preset = plan_default(p, t, d,
		    rt_arena_printf(p->arena, "in->%.*s", RT_FMT(c)));
	else if (d != NULL)
		fallback = doc_json(p->arena, d, 0);
	value_set_text(v, "preset", preset.p == NULL ? RT_LIT("") : preset);
	value_set_text(v, "fallback", fallback);
}

static void
set_param_read(struct plan *p, struct value *v, const struct plan_type *t,
    struct rt_str c)
{
	struct rt_str read = plan_read_call(p, t, "call->arena", "v");

	plan_need_value(p, t);
	plan_need_functions(p, t);
	if (read.p == NULL)
		value_set_printf(v, "read",
		    "api_%.*s_read(call->arena, v, &in->%.*s);",
		    RT_FMT(plan_c_type(t)->name), RT_FMT(c));
	else
		value_set_printf(v, "read", "in->%.*s = %.*s;", RT_FMT(c),
		    RT_FMT(read));
}

static struct value *
param_value(struct plan *p, const struct spec_op *op,
    const struct spec_param *param, struct name_scope *names)
{
	const struct plan_type *t = p->types[param->schema->id];
	struct value *v = value_map(p->arena), *checks = value_list(p->arena);
	struct rt_str c =
	    name_claim_member(names, name_snake(p->arena, param->name));

	plan_checks(p, checks, t, "v");
	value_set_text(v, "c", c);
	value_set_text(v, "name", param->name);
	value_set_cstr(v, "in", plan_in_text(param->in));
	plan_param_types(p, v, op, param);
	value_set_text(v, "decl", plan_decl(p, t));
	plan_note(p, v, t, c);
	value_set_bool(v, "has", param_has(param));
	value_set_bool(v, "nullable", plan_nullable(param->schema));
	value_set(v, "checks", checks);
	set_param_read(p, v, t, c);
	set_param_default(p, v, param, t, c);
	return v;
}

static struct value *
params_value(struct plan *p, const struct spec_op *op)
{
	struct name_scope *names = name_scope_open(p->arena);
	struct value *list = value_list(p->arena);

	/* The body's members are called so. */
	(void)name_claim_member(names, RT_LIT("body"));
	for (size_t i = 0; i < op->n_params; i++) {
		if (op->params[i].schema != NULL)
			value_add(list,
			    param_value(p, op, &op->params[i], names));
	}
	return list;
}

static struct value *
body_value(struct plan *p, const struct spec_op *op)
{
	const struct plan_type *t = p->types[op->bodies->schema->id];
	struct value *v = value_map(p->arena), *checks = value_list(p->arena);
	struct rt_str read = plan_read_call(p, t, "call->arena", "v");

	plan_checks(p, checks, t, "v");
	plan_need_value(p, t);
	plan_need_functions(p, t);
	value_set_text(v, "decl", plan_decl(p, t));
	value_set_bool(v, "has", !op->body_required);
	value_set(v, "checks", checks);
	if (read.p == NULL)
		value_set_printf(v, "read",
		    "api_%.*s_read(call->arena, v, &in->body);",
		    RT_FMT(plan_c_type(t)->name));
	else
		value_set_printf(v, "read", "in->body = %.*s;", RT_FMT(read));
	return v;
}

/* --- Answers --- */

static bool
is_int_header(const struct spec_header *h)
{
	return h->schema != NULL && plan_core(h->schema) == RT_INTEGER;
}

static struct value *
header_value(struct plan *p, const struct spec_header *h,
    struct name_scope *names)
{
	struct value *v = value_map(p->arena);
	bool is_int = is_int_header(h);

	value_set_text(v, "name", h->name);
	value_set_text(v, "c",
	    h->supplied ? RT_LIT("")
			: name_claim(names, name_snake(p->arena, h->name)));
	value_set_cstr(v, "decl", is_int ? "int64_t " : "struct rt_str ");
	value_set_bool(v, "supplied", h->supplied);
	value_set_bool(v, "given", !h->supplied);
	value_set_bool(v, "int", is_int);
	value_set_bool(v, "optional", !h->required);
	value_set_bool(v, "required", h->required);
	value_set_text(v, "types",
	    h->schema == NULL ? RT_LIT("RT_STRING")
			      : plan_types_text(p, h->schema->types));
	if (h->schema == NULL)
		value_set_cstr(v, "check", "NULL");
	else
		value_set_text(v, "check", plan_check_name(p, h->schema));
	return v;
}

static struct value *
headers_value(struct plan *p, const struct spec_answer *a)
{
	struct name_scope *names = name_scope_open(p->arena);
	struct value *list = value_list(p->arena);

	(void)name_claim(names, RT_LIT("out"));
	(void)name_claim(names, RT_LIT("body"));
	for (size_t i = 0; i < a->n_headers; i++)
		value_add(list, header_value(p, &a->headers[i], names));
	return list;
}

/* What an answer's body is to C. */
static const struct plan_type *
body_type(struct plan *p, const struct spec_answer *a)
{
	if (a->n_medias == 0 || a->medias->kind != SPEC_JSON ||
	    a->medias->problem || a->medias->schema == NULL)
		return NULL;
	return p->types[a->medias->schema->id];
}

static struct rt_str
write_call(struct plan *p, const struct plan_type *t, int status)
{
	t = plan_c_type(t);
	switch (t->kind) {
	case PLAN_STRUCT:
		return rt_arena_printf(p->arena,
		    "api_%.*s_write(w, &out->r%d.body);", RT_FMT(t->name),
		    status);
	case PLAN_ARRAY:
		return rt_arena_printf(p->arena,
		    "api_%.*s_array_write(w, out->r%d.body);",
		    RT_FMT(t->item->name), status);
	case PLAN_ENUM:
		return rt_arena_printf(p->arena,
		    "rt_write_str(w, api_%.*s_text(out->r%d.body));",
		    RT_FMT(t->name), status);
	default:
		return rt_arena_printf(p->arena,
		    "rt_write_%s(w, out->r%d.body);", plan_write_name(t->kind),
		    status);
	}
}

static void
set_body(struct plan *p, struct value *v, const struct spec_answer *a)
{
	const struct plan_type *t = body_type(p, a);
	bool json = a->n_medias > 0 && a->medias->kind == SPEC_JSON &&
	    !a->medias->problem;
	struct rt_str decl = RT_LIT("struct rt_str ");
	struct rt_str write = RT_LIT("");
	bool pointer = t != NULL && plan_c_type(t)->kind == PLAN_STRUCT;

	if (json && t == NULL)
		write = rt_arena_printf(p->arena,
		    "rt_write_raw(w, out->r%d.body);", a->status);
	if (t != NULL) {
		plan_need_value(p, t);
		plan_need_functions(p, t);
		decl = plan_decl(p, t);
		write = write_call(p, t, a->status);
	}
	value_set_text(v, "decl", decl);
	value_set_text(v, "write", write);
	value_set_bool(v, "pointer", pointer);
	value_set_bool(v, "json", json);
	value_set_bool(v, "problem", a->n_medias > 0 && a->medias->problem);
	value_set_bool(v, "bytes",
	    a->n_medias > 0 && a->medias->kind != SPEC_JSON);
	value_set_bool(v, "empty", a->n_medias == 0);
	value_set_bool(v, "body", a->n_medias > 0 && !a->medias->problem);
}

static void
set_check_function(struct plan *p, struct value *v, const struct spec_answer *a)
{
	if (a->n_medias == 0 || a->medias->kind != SPEC_JSON ||
	    a->medias->schema == NULL)
		value_set_cstr(v, "check", "NULL");
	else
		value_set_text(v, "check",
		    plan_check_name(p, a->medias->schema));
}

/* ", struct rt_str location, const struct api_person *body" */
static struct rt_str
constructor_args(struct plan *p, const struct value *answer)
{
	struct rt_buf b = rt_buf(p->arena, SIZE_MAX);
	const struct value *headers = value_get(answer, RT_LIT("headers"));
	struct rt_str decl = value_str(value_get(answer, RT_LIT("decl")));

	if (value_yes(value_get(answer, RT_LIT("problem"))))
		return RT_LIT(", struct rt_problem problem");
	for (size_t i = 0; i < value_count(headers); i++) {
		const struct value *h = value_at(headers, i);

		if (value_yes(value_get(h, RT_LIT("given"))))
			rt_buf_printf(&b, ", %.*s%.*s",
			    RT_FMT(value_str(value_get(h, RT_LIT("decl")))),
			    RT_FMT(value_str(value_get(h, RT_LIT("c")))));
	}
	if (!value_yes(value_get(answer, RT_LIT("body"))))
		return b.n == 0 ? RT_LIT("") : rt_buf_str(&b);
	if (value_yes(value_get(answer, RT_LIT("pointer"))))
		rt_buf_printf(&b, ", const %.*s*body", RT_FMT(decl));
	else
		rt_buf_printf(&b, ", %.*sbody", RT_FMT(decl));
	return rt_buf_str(&b);
}

static bool
any_given(const struct spec_answer *a)
{
	for (size_t i = 0; i < a->n_headers; i++) {
		if (!a->headers[i].supplied)
			return true;
	}
	return false;
}

/* "unauthorized" of an answer that is components/responses/Unauthorized, else
 * "list_persons_200". */
static struct rt_str
table_name(struct plan *p, size_t op, const struct spec_answer *a)
{
	const struct doc_node *responses =
	    doc_get(doc_get(p->spec->root, "components"), "responses");

	if (responses != NULL && a->node->parent == responses)
		return name_snake(p->arena, a->node->key);
	return rt_arena_printf(p->arena, "%.*s_%d", RT_FMT(p->op_names[op]),
	    a->status);
}

/* The table of an answer's headers; answers of a tag with the same share
 * one. */
static struct rt_str
headers_table(struct plan *p, size_t op, const struct spec_answer *a)
{
	const struct doc_node *node = doc_get(a->node, "headers");
	const struct plan_tag *tag = plan_tag_of(p, &p->spec->ops[op]);
	struct headers *h;

	if (a->n_headers == 0)
		return RT_LIT("NULL");
	for (size_t i = 0; i < p->n_headers; i++) {
		h = &p->headers[i];
		if (h->tag == tag &&
		    doc_eq(doc_get(h->answer->node, "headers"), node))
			return h->c;
	}
	h = &p->headers[p->n_headers++];
	h->tag = tag;
	h->answer = a;
	h->c = rt_arena_printf(p->arena, "%.*s_headers",
	    RT_FMT(name_claim(tag->header_names, table_name(p, op, a))));
	return h->c;
}

struct value *
plan_headers(struct plan *p, const struct plan_tag *tag)
{
	struct value *list = value_list(p->arena);

	for (size_t i = 0; i < p->n_headers; i++) {
		const struct headers *h = &p->headers[i];
		struct value *v = value_map(p->arena);

		if (h->tag != tag)
			continue;
		value_set_text(v, "c", h->c);
		value_set(v, "rows", headers_value(p, h->answer));
		value_add(list, v);
	}
	return list;
}

static struct value *
answer_value(struct plan *p, size_t op_index, size_t index)
{
	const struct spec_op *op = &p->spec->ops[op_index];
	const struct spec_answer *a = &op->answers[index];
	struct value *v = value_map(p->arena);
	bool problem = a->n_medias > 0 && a->medias->problem;

	value_set_int(v, "status", a->status);
	value_set_printf(v, "c", "api_%.*s_%d", RT_FMT(p->op_names[op_index]),
	    a->status);
	value_set_printf(v, "member", "r%d", a->status);
	value_set_text(v, "media",
	    a->n_medias == 0 ? RT_LIT("") : a->medias->type);
	value_set(v, "headers", headers_value(p, a));
	set_body(p, v, a);
	set_check_function(p, v, a);
	value_set_text(v, "headers_c", headers_table(p, op_index, a));
	value_set_bool(v, "stored",
	    !problem && (a->n_medias > 0 || any_given(a)));
	value_set_text(v, "args", constructor_args(p, v));
	return v;
}

/* --- The operation --- */

/* "200 (Person) or 404 (Problem)" */
static struct rt_str
answers_words(struct plan *p, const struct spec_op *op)
{
	struct rt_buf b = rt_buf(p->arena, SIZE_MAX);

	for (size_t i = 0; i < op->n_answers; i++) {
		const struct spec_answer *a = &op->answers[i];

		if (i > 0)
			rt_buf_cstr(&b, i + 1 < op->n_answers ? ", " : " or ");
		rt_buf_printf(&b, "%d", a->status);
		if (a->n_medias > 0 && a->medias->kind == SPEC_JSON &&
		    !a->medias->problem && a->medias->schema != NULL)
			rt_buf_printf(&b, " (%.*s)",
			    RT_FMT(p->types[a->medias->schema->id]->label));
	}
	return rt_buf_str(&b);
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
	if (op->n_answers == 0)
		rt_buf_cstr(&b, "Declares no answers.");
	else
		rt_buf_printf(&b, "Answers %.*s.",
		    RT_FMT(answers_words(p, op)));
	return rt_buf_str(&b);
}

static bool
any_answer(const struct value *answers, const char *flag)
{
	for (size_t i = 0; i < value_count(answers); i++) {
		if (value_yes(value_get(value_at(answers, i), rt_str(flag))))
			return true;
	}
	return false;
}

static bool
any_checks(const struct value *params, const struct value *body)
{
	for (size_t i = 0; i < value_count(params); i++) {
		if (value_truthy(
			value_get(value_at(params, i), RT_LIT("checks"))))
			return true;
	}
	return value_count(body) > 0 &&
	    value_truthy(value_get(body, RT_LIT("checks")));
}

static void
set_input(struct plan *p, struct value *v, const struct spec_op *op)
{
	struct value *params = params_value(p, op);
	bool body = op->n_bodies > 0 && op->bodies->schema != NULL;
	struct value *in_body = body ? body_value(p, op) : value_map(p->arena);

	value_set(v, "params", params);
	value_set_bool(v, "has_body", body);
	value_set(v, "body", in_body);
	value_set_bool(v, "decode_checks", any_checks(params, in_body));
	value_set_bool(v, "input", body || value_count(params) > 0);
	value_set_text(v, "media",
	    op->n_bodies == 0 ? RT_LIT("") : op->bodies->type);
	value_set_cstr(v, "body_kind", "RT_BODY_JSON");
	value_set_bool(v, "body_required", op->body_required);
	value_set_int(v, "body_max", op->body_max);
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

struct value *
plan_op(struct plan *p, size_t index)
{
	const struct spec_op *op = &p->spec->ops[index];
	struct value *v = value_map(p->arena), *answers = value_list(p->arena);

	p->needs = &plan_tag_of(p, op)->needs;
	value_set_text(v, "id", op->id);
	value_set_text(v, "name", p->op_names[index]);
	value_set_printf(v, "c", "api_%.*s", RT_FMT(p->op_names[index]));
	value_set_cstr(v, "method", rt_method_text(op->method));
	value_set_text(v, "path", op->path);
	value_set_text(v, "tag", op->tag);
	value_set_text(v, "where", plan_where(p, op->node));
	value_set_text(v, "doc", op_doc(p, op));
	set_input(p, v, op);
	for (size_t i = 0; i < op->n_answers; i++)
		value_add(answers, answer_value(p, index, i));
	value_set(v, "answers", answers);
	value_set_bool(v, "problems", any_answer(answers, "problem"));
	value_set_bool(v, "union",
	    any_answer(answers, "problem") || any_answer(answers, "stored"));
	value_set_bool(v, "json", any_answer(answers, "json"));
	value_set_int(v, "invalid_status", op->invalid_status);
	value_set_bool(v, "called_back", plan_called_back(p, index));
	set_security(p, v, plan_security(p, op));
	return v;
}
