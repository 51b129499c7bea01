/* The plan of webhooks and callbacks: what is sent, and what comes back. */
#include "gen/form.h"
#include "gen/plan_op.h"

/* --- Names --- */

static bool
has_callbacks(const struct spec *spec, struct rt_str tag)
{
	for (size_t i = 0; i < spec->n_outbound; i++) {
		const struct spec_outbound *out = &spec->outbound[i];

		if (!out->webhook && rt_str_eq(spec->ops[out->parent].tag, tag))
			return true;
	}
	return false;
}

static bool
has_webhooks(const struct spec *spec)
{
	return spec->n_outbound > 0 && spec->outbound[0].webhook;
}

static void
name_files(struct plan *p, struct name_scope *files)
{
	const struct spec *spec = p->spec;

	p->callbacks =
	    rt_arena_array(p->arena, spec->n_tags, sizeof(*p->callbacks));
	if (has_webhooks(spec))
		p->webhooks.file = name_claim(files, RT_LIT("webhooks"));
	for (size_t i = 0; i < spec->n_tags; i++) {
		if (has_callbacks(spec, spec->tags[i]))
			p->callbacks[i].file = name_claim(files,
			    rt_arena_printf(p->arena, "%.*s_callbacks",
				RT_FMT(name_snake(p->arena, spec->tags[i]))));
	}
}

void
plan_outbound_names(struct plan *p, struct name_scope *files)
{
	struct name_scope *ops = p->object_names;
	size_t n = p->spec->n_outbound;

	p->outbound_names =
	    rt_arena_array(p->arena, n, sizeof(*p->outbound_names));
	p->outbound_sends =
	    rt_arena_array(p->arena, n, sizeof(*p->outbound_sends));
	for (size_t i = 0; i < n; i++)
		p->outbound_names[i] = name_claim(ops,
		    name_operation(p->arena, p->spec->outbound[i].op.id));
	for (size_t i = 0; i < n; i++)
		p->outbound_sends[i] = name_claim(ops,
		    rt_arena_printf(p->arena, "%.*s_send",
			RT_FMT(p->outbound_names[i])));
	name_files(p, files);
}

bool
plan_called_back(const struct plan *p, size_t op)
{
	for (size_t i = 0; i < p->spec->n_outbound; i++) {
		const struct spec_outbound *out = &p->spec->outbound[i];

		if (!out->webhook && out->of_answer && out->parent == op)
			return true;
	}
	return false;
}

/* --- Types --- */

/* The media type that is sent: one that is typed, if there is one. */
static const struct spec_media *
sent_media(const struct spec_op *op)
{
	const struct spec_media *m = spec_json(op->bodies, op->n_bodies);

	return m == NULL && op->n_bodies > 0 ? &op->bodies[0] : m;
}

/* Whether the body is a value of C; else it is bytes. */
static bool
is_typed(const struct spec_media *m)
{
	return m->schema != NULL && !m->range &&
	    (m->kind == SPEC_JSON || m->kind == SPEC_FORM);
}

static void
use(struct plan *p, const struct schema *s, size_t index, struct rt_str part,
    unsigned uses)
{
	const struct spec_op *op = &p->spec->outbound[index].op;

	if (s != NULL)
		plan_use(p,
		    plan_type(p, s, plan_part_label(p, op->id, part),
			plan_part_name(p, p->outbound_names[index], part),
			true),
		    uses);
}

static void
answer_types(struct plan *p, size_t index, const struct spec_answer *a)
{
	struct rt_str status = spec_status_text(p->arena, a->status);

	for (size_t i = 0; i < a->n_headers; i++)
		use(p, a->headers[i].schema, index, a->headers[i].name,
		    PLAN_CHECK);
	for (size_t i = 0; i < a->n_medias; i++) {
		if (a->medias[i].kind == SPEC_JSON)
			use(p, a->medias[i].schema, index, status,
			    PLAN_CHECK | PLAN_READ);
	}
}

void
plan_outbound_types(struct plan *p)
{
	for (size_t i = 0; i < p->spec->n_outbound; i++) {
		const struct spec_op *op = &p->spec->outbound[i].op;
		const struct spec_media *body = sent_media(op);

		for (size_t k = 0; k < op->n_params; k++)
			use(p, op->params[k].schema, i, op->params[k].name,
			    PLAN_CHECK | PLAN_WRITE);
		if (body != NULL && is_typed(body))
			use(p, body->schema, i, RT_LIT("body"),
			    PLAN_CHECK | PLAN_WRITE);
		for (size_t k = 0; k < op->n_answers; k++)
			answer_types(p, i, &op->answers[k]);
	}
}

/* --- What is sent --- */

/* "api_pet_write(w, &request->body);" */
static struct rt_str
write_text(struct plan *p, const struct plan_type *t, struct rt_str c)
{
	plan_need_value(p, t);
	plan_need_functions(p, t);
	return plan_write(p, t,
	    rt_arena_printf(p->arena, "request->%.*s", RT_FMT(c)));
}

static void
set_check(struct plan *p, struct value *v, const struct schema *s)
{
	if (s == NULL)
		value_set_cstr(v, "check", "NULL");
	else
		value_set_text(v, "check", plan_check_name(p, s));
}

/* As it stands in the runtime's table. */
static void
set_param_row(struct plan *p, struct value *v, const struct spec_param *param,
    struct rt_str c)
{
	struct param_form form = {0};

	if (param->style != RT_STYLE_JSON)
		form = param_form(p->arena, param);
	value_set_text(v, "name", param->name);
	value_set_cstr(v, "in", plan_in_text(param->in));
	plan_param_row(p, v, param, &form,
	    rt_arena_printf(p->arena, "properties_%.*s", RT_FMT(c)));
	value_set_bool(v, "required", param->required);
	/* What only reading needs. */
	value_set(v, "others", value_list(p->arena));
	value_set_bool(v, "allow_empty", false);
	value_set_cstr(v, "fallback", "");
}

static struct value *
param_value(struct plan *p, const struct spec_param *param,
    struct name_scope *names)
{
	const struct plan_type *t = p->types[param->schema->id];
	struct value *v = value_map(p->arena);
	struct rt_str c =
	    name_claim_member(names, name_snake(p->arena, param->name));
	bool null = param->required && plan_nullable(p, param->schema);

	value_set_text(v, "c", c);
	set_param_row(p, v, param, c);
	value_set_text(v, "decl", plan_decl(p, t));
	plan_note(p, v, t, c);
	value_set_bool(v, "has", !param->required || null);
	value_set_bool(v, "null", null);
	value_set_text(v, "write", write_text(p, t, c));
	set_check(p, v, param->schema);
	return v;
}

static struct value *
params_value(struct plan *p, const struct spec_op *op)
{
	static const char *const ours[] = {"url", "answer", "headers",
	    "repeatable", "media", "body"};
	struct name_scope *names = name_scope_open(p->arena);
	struct value *list = value_list(p->arena);

	for (size_t i = 0; i < RT_LEN(ours); i++)
		(void)name_claim_member(names, rt_str(ours[i]));
	for (size_t i = 0; i < op->n_params; i++) {
		if (op->params[i].schema != NULL)
			value_add(list, param_value(p, &op->params[i], names));
	}
	return list;
}

/* The fields of a form, as they stand in the runtime's table. */
static struct value *
fields_value(struct plan *p, const struct spec_media *m, struct rt_str name)
{
	struct form_fields fields = form_fields(p->arena, m);
	struct name_scope *names = name_scope_open(p->arena);
	struct value *list = value_list(p->arena);

	for (size_t i = 0; i < fields.n; i++) {
		const struct form_field *f = &fields.v[i];
		struct value *v = value_map(p->arena);
		struct rt_str c = name_claim(names,
		    rt_arena_printf(p->arena, "%.*s_%.*s_properties",
			RT_FMT(name),
			RT_FMT(name_snake(p->arena, f->param.name))));

		value_set_text(v, "name", f->param.name);
		plan_param_row(p, v, &f->param, &f->form, c);
		value_add(list, v);
	}
	return list;
}

static bool
is_form(const struct spec_media *m)
{
	return is_typed(m) && m->kind == SPEC_FORM;
}

/* The statement that makes the body of what was written, or of bytes. */
static struct rt_str
finish_text(struct plan *p, const struct value *v, const struct spec_media *m,
    struct rt_str name)
{
	struct rt_str media = tmpl_cstr(p->arena, m->type);
	struct rt_str check = value_str(value_get(v, RT_LIT("check")));
	const struct value *fields = value_get(v, RT_LIT("fields"));

	if (value_yes(value_get(v, RT_LIT("given"))))
		return RT_LIT(
		    "rt_outbound_bytes(o, request->media, request->body);");
	if (m->kind == SPEC_JSON)
		return rt_arena_printf(p->arena,
		    "rt_outbound_json(o, \"%.*s\", %.*s);", RT_FMT(media),
		    RT_FMT(check));
	if (!is_form(m))
		return rt_arena_printf(p->arena,
		    "rt_outbound_bytes(o, RT_LIT(\"%.*s\"), request->body);",
		    RT_FMT(media));
	if (value_count(fields) == 0)
		return rt_arena_printf(p->arena,
		    "rt_outbound_form(o, \"%.*s\", NULL, %.*s);", RT_FMT(media),
		    RT_FMT(check));
	return rt_arena_printf(p->arena,
	    "rt_outbound_form(o, \"%.*s\", %.*s_fields, %.*s);", RT_FMT(media),
	    RT_FMT(name), RT_FMT(check));
}

static struct value *
body_value(struct plan *p, const struct spec_op *op, struct rt_str name)
{
	const struct spec_media *m = sent_media(op);
	const struct schema *s = is_typed(m) ? m->schema : NULL;
	struct value *v = value_map(p->arena);
	struct rt_str decl = RT_LIT("struct rt_str "), write = RT_LIT("");
	/* What the contract leaves open: which of many, and the boundary. */
	bool given = m->range || m->kind == SPEC_MULTIPART;

	if (s != NULL) {
		decl = plan_decl(p, p->types[s->id]);
		write = write_text(p, p->types[s->id], RT_LIT("body"));
	} else if (m->kind == SPEC_JSON && !given) {
		write = RT_LIT("rt_write_raw(w, request->body);");
	}
	value_set_text(v, "decl", decl);
	value_set_text(v, "write", write);
	value_set_bool(v, "has", !op->body_required);
	value_set_text(v, "media", m->type);
	value_set_bool(v, "given", given);
	value_set(v, "fields",
	    is_form(m) ? fields_value(p, m, name) : value_list(p->arena));
	set_check(p, v, s);
	value_set_text(v, "finish", finish_text(p, v, m, name));
	return v;
}

/* --- What comes back --- */

/* "new_pet_headers_4xx": the table of an answer's headers. */
static struct rt_str
headers_c(struct plan *p, size_t index, const struct spec_answer *a)
{
	if (a->n_headers == 0)
		return RT_LIT("NULL");
	return rt_arena_printf(p->arena, "%.*s_headers_%.*s",
	    RT_FMT(p->outbound_names[index]), RT_FMT(plan_status_word(p, a)));
}

static struct value *
tables_value(struct plan *p, size_t index)
{
	const struct spec_op *op = &p->spec->outbound[index].op;
	struct name_scope *names = name_scope_open(p->arena);
	struct value *list = value_list(p->arena);

	for (size_t i = 0; i < op->n_answers; i++) {
		const struct spec_answer *a = &op->answers[i];
		struct value *v = value_map(p->arena);

		if (a->n_headers == 0)
			continue;
		plan_header_rows(p, v, headers_c(p, index, a), a->headers,
		    a->n_headers, names);
		value_add(list, v);
	}
	return list;
}

/* "r200" of the first media type of an answer, else "r200_problem". */
static struct rt_str
member_name(struct plan *p, struct name_scope *names,
    const struct spec_answer *a, const struct spec_media *m)
{
	struct rt_str status = plan_status_word(p, a);

	if (m == &a->medias[0])
		return name_claim(names,
		    rt_arena_printf(p->arena, "r%.*s", RT_FMT(status)));
	return name_claim(names,
	    rt_arena_printf(p->arena, "r%.*s_%.*s", RT_FMT(status),
		RT_FMT(plan_media_word(p, m))));
}

static void
set_typed(struct plan *p, struct value *v, const struct spec_media *m,
    struct rt_str member)
{
	const struct plan_type *t =
	    m->schema == NULL ? NULL : p->types[m->schema->id];
	struct rt_str target =
	    rt_arena_printf(p->arena, "reply->%.*s", RT_FMT(member));

	value_set_text(v, "member", member);
	value_set_text(v, "decl",
	    t == NULL ? RT_LIT("const struct rt_node *") : plan_decl(p, t));
	if (t == NULL) {
		value_set_printf(v, "read", "%.*s = o->node;", RT_FMT(target));
		return;
	}
	plan_need_value(p, t);
	plan_need_functions(p, t);
	value_set_text(v, "read",
	    plan_read(p, t, &plan_in_answer, target, "o->node"));
}

/* An answer of one media type, or of none. */
static struct value *
answer_value(struct plan *p, size_t index, const struct spec_answer *a,
    const struct spec_media *m, struct name_scope *names)
{
	struct value *v = value_map(p->arena);
	bool typed = m != NULL && m->kind == SPEC_JSON;

	value_set_int(v, "status", a->status);
	value_set_text(v, "media", m == NULL ? RT_LIT("") : m->type);
	value_set_text(v, "headers_c", headers_c(p, index, a));
	value_set_bool(v, "typed", typed);
	set_check(p, v, typed ? m->schema : NULL);
	if (typed)
		set_typed(p, v, m, member_name(p, names, a, m));
	return v;
}

static struct value *
answers_value(struct plan *p, size_t index)
{
	const struct spec_op *op = &p->spec->outbound[index].op;
	struct name_scope *names = name_scope_open(p->arena);
	struct value *list = value_list(p->arena);

	(void)name_claim(names, RT_LIT("http"));
	for (size_t i = 0; i < op->n_answers; i++) {
		const struct spec_answer *a = &op->answers[i];

		if (a->n_medias == 0)
			value_add(list, answer_value(p, index, a, NULL, names));
		for (size_t k = 0; k < a->n_medias; k++)
			value_add(list,
			    answer_value(p, index, a, &a->medias[k], names));
	}
	return list;
}

/* --- The whole --- */

static struct rt_str
doc(struct plan *p, const struct spec_outbound *out)
{
	const struct spec_op *op = &out->op;
	struct rt_buf b = rt_buf(p->arena, SIZE_MAX);
	struct rt_str text =
	    op->description.n > 0 ? op->description : op->summary;

	rt_buf_add(&b, rt_str_trim(text));
	while (b.n > 0 && b.p[b.n - 1] == '\n')
		b.n--;
	if (b.n > 0)
		rt_buf_cstr(&b, "\n\n");
	if (op->secured)
		rt_buf_printf(&b,
		    "The receiver asks for %.*s: give it in `headers`.\n",
		    RT_FMT(plan_security_words(p, op)));
	rt_buf_cstr(&b,
	    op->n_answers == 0 ? "Any answer will do." : "Is answered ");
	for (size_t i = 0; i < op->n_answers; i++) {
		if (i > 0)
			rt_buf_cstr(&b, i + 1 < op->n_answers ? ", " : " or ");
		rt_buf_add(&b,
		    spec_status_text(p->arena, op->answers[i].status));
	}
	if (op->n_answers > 0)
		rt_buf_byte(&b, '.');
	return rt_buf_str(&b);
}

static bool
any(const struct value *list, const char *flag)
{
	for (size_t i = 0; i < value_count(list); i++) {
		if (value_yes(value_get(value_at(list, i), rt_str(flag))))
			return true;
	}
	return false;
}

static void
set_url(struct plan *p, struct value *v, const struct spec_outbound *out)
{
	struct rt_str parent = RT_LIT("");

	if (!out->webhook)
		parent = p->op_names[out->parent];
	value_set_text(v, "method", out->op.token);
	value_set_text(v, "url", out->op.path);
	value_set_bool(v, "webhook", out->webhook);
	value_set_bool(v, "of_answer", out->of_answer);
	value_set_printf(v, "parent", "api_%.*s", RT_FMT(parent));
	value_set_text(v, "parent_id",
	    out->webhook ? RT_LIT("") : p->spec->ops[out->parent].id);
}

static struct value *
op_value(struct plan *p, size_t index)
{
	const struct spec_outbound *out = &p->spec->outbound[index];
	bool body = out->op.n_bodies > 0;
	struct value *v = value_map(p->arena), *in_body = value_map(p->arena);
	struct value *params = params_value(p, &out->op);
	struct value *answers = answers_value(p, index);
	bool written;

	if (body)
		in_body = body_value(p, &out->op, p->outbound_names[index]);
	written = body && value_truthy(value_get(in_body, RT_LIT("write")));
	value_set_text(v, "id", out->op.id);
	value_set_text(v, "name", p->outbound_names[index]);
	value_set_printf(v, "c", "api_%.*s", RT_FMT(p->outbound_names[index]));
	value_set_printf(v, "send", "api_%.*s",
	    RT_FMT(p->outbound_sends[index]));
	value_set_text(v, "where", plan_where(p, out->op.node));
	value_set_text(v, "doc", doc(p, out));
	set_url(p, v, out);
	value_set(v, "params", params);
	value_set_bool(v, "has_body", body);
	value_set(v, "body", in_body);
	value_set_bool(v, "writes", body || value_count(params) > 0);
	value_set_bool(v, "values", written || value_count(params) > 0);
	value_set(v, "tables", tables_value(p, index));
	value_set(v, "answers", answers);
	value_set_bool(v, "typed", any(answers, "typed"));
	return v;
}

/* The file of the webhooks, or of the callbacks of the tag's operations. */
static struct value *
file_value(struct plan *p, struct plan_file *file, const struct rt_str *tag)
{
	struct value *v = value_map(p->arena), *ops = value_list(p->arena);

	p->needs = &file->needs;
	for (size_t i = 0; i < p->spec->n_outbound; i++) {
		const struct spec_outbound *out = &p->spec->outbound[i];
		bool here = out->webhook;

		if (tag != NULL)
			here = !out->webhook &&
			    rt_str_eq(p->spec->ops[out->parent].tag, *tag);
		if (here)
			value_add(ops, op_value(p, i));
	}
	p->needs = NULL;
	value_set_text(v, "file", file->file);
	value_set_text(v, "guard", name_upper(p->arena, file->file));
	value_set(v, "ops", ops);
	return v;
}

static struct value *
webhooks_value(struct plan *p)
{
	struct value *v = file_value(p, &p->webhooks, NULL);

	value_set_text(v, "tag_file", RT_LIT(""));
	return v;
}

/* Where an answer is looked at, its struct is needed. */
static struct value *
callbacks_value(struct plan *p, size_t tag)
{
	struct value *v =
	    file_value(p, &p->callbacks[tag], &p->spec->tags[tag]);

	value_set_text(v, "tag_file",
	    any(value_get(v, RT_LIT("ops")), "of_answer") ? p->tags[tag].file
							  : RT_LIT(""));
	return v;
}

struct value *
plan_outbound(struct plan *p)
{
	struct value *list = value_list(p->arena);

	if (p->webhooks.file.p != NULL)
		value_add(list, webhooks_value(p));
	for (size_t i = 0; i < p->spec->n_tags; i++) {
		if (p->callbacks[i].file.p != NULL)
			value_add(list, callbacks_value(p, i));
	}
	return list;
}

void
plan_outbound_needs(struct plan *p, struct value *files)
{
	size_t at = 0;

	if (p->webhooks.file.p != NULL) {
		plan_set_needs(p, (struct value *)value_at(files, at++),
		    &p->webhooks.needs, NULL);
	}
	for (size_t i = 0; i < p->spec->n_tags; i++) {
		if (p->callbacks[i].file.p != NULL)
			plan_set_needs(p, (struct value *)value_at(files, at++),
			    &p->callbacks[i].needs, NULL);
	}
}
