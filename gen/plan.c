/* The plan as a whole: names, uses, and what all operations share. */
#include "gen/plan.h"

#include <stdlib.h>

#include "gen/bundle.h"
#include "gen/ledger.h"
#include "gen/plan_type.h"
#include "runtime/buf.h"

/* --- Names of operations and files --- */

static struct rt_str *
op_names(struct rt_arena *arena, const struct spec *spec,
    struct name_scope *scope)
{
	struct rt_str *names =
	    rt_arena_array(arena, spec->n_ops, sizeof(*names));

	/* api_code_x and api_security_1 are objects of the same scope. */
	for (size_t i = 0; i < spec->n_codes; i++)
		(void)name_claim(scope,
		    rt_arena_printf(arena, "code_%.*s",
			RT_FMT(name_snake(arena, spec->codes[i].name))));
	for (size_t i = 0; i < spec->n_ops; i++)
		names[i] =
		    name_claim(scope, name_snake(arena, spec->ops[i].id));
	return names;
}

struct rt_str *
plan_op_names(struct rt_arena *arena, const struct spec *spec)
{
	return op_names(arena, spec, name_scope_open(arena));
}

static struct rt_str *
tag_files(struct rt_arena *arena, const struct spec *spec,
    struct name_scope *scope)
{
	static const char *const ours[] = {"api", "errors", "model", "openapi",
	    "server", "security"};
	struct rt_str *files =
	    rt_arena_array(arena, spec->n_tags, sizeof(*files));

	for (size_t i = 0; i < RT_LEN(ours); i++)
		(void)name_claim(scope, rt_str(ours[i]));
	for (size_t i = 0; i < spec->n_tags; i++)
		files[i] = name_claim(scope, name_snake(arena, spec->tags[i]));
	return files;
}

struct rt_str
plan_tag_file(struct rt_arena *arena, const struct spec *spec,
    struct rt_str tag)
{
	struct rt_str *files = tag_files(arena, spec, name_scope_open(arena));

	for (size_t i = 0; i < spec->n_tags; i++) {
		if (rt_str_eq(spec->tags[i], tag))
			return files[i];
	}
	return RT_LIT("default");
}

/* --- Security --- */

static struct rt_str
need_words(struct plan *p, const struct spec_need *need)
{
	struct rt_buf b = rt_buf(p->arena, SIZE_MAX);

	rt_buf_add(&b, need->scheme->name);
	for (size_t i = 0; i < need->n_roles; i++)
		rt_buf_printf(&b, "%s%.*s", i == 0 ? " (" : ", ",
		    RT_FMT(need->roles[i]));
	if (need->n_roles > 0)
		rt_buf_byte(&b, ')');
	return rt_buf_str(&b);
}

struct rt_str
plan_security_words(struct plan *p, const struct spec_op *op)
{
	struct rt_buf b = rt_buf(p->arena, SIZE_MAX);

	for (size_t i = 0; i < op->n_security; i++) {
		const struct spec_alternative *a = &op->security[i];

		if (i > 0)
			rt_buf_cstr(&b, " or ");
		if (a->n == 0)
			rt_buf_cstr(&b, "nothing");
		for (size_t k = 0; k < a->n; k++) {
			if (k > 0)
				rt_buf_cstr(&b, " and ");
			rt_buf_add(&b, need_words(p, &a->needs[k]));
		}
	}
	return b.n == 0 ? RT_LIT("") : rt_buf_str(&b);
}

size_t
plan_security(struct plan *p, const struct spec_op *op)
{
	struct rt_str words;

	if (!op->secured)
		return 0;
	words = plan_security_words(p, op);
	for (size_t i = 0; i < p->n_securities; i++) {
		if (rt_str_eq(p->securities[i].words, words))
			return i + 1;
	}
	p->securities[p->n_securities++] = (struct security){op, words};
	return p->n_securities;
}

static struct value *
need_value(struct plan *p, const struct spec_need *need, const char *c)
{
	struct value *v = value_map(p->arena), *roles = value_list(p->arena);

	for (size_t i = 0; i < need->n_roles; i++)
		value_add(roles, value_text(p->arena, need->roles[i]));
	value_set(v, "roles", roles);
	value_set_printf(v, "scheme", "scheme_%.*s",
	    RT_FMT(name_snake(p->arena, need->scheme->name)));
	if (need->n_roles > 0)
		value_set_printf(v, "roles_c", "%s_roles", c);
	else
		value_set_cstr(v, "roles_c", "NULL");
	return v;
}

static struct value *
alternative_value(struct plan *p, const struct spec_alternative *a,
    const char *c)
{
	struct value *v = value_map(p->arena), *needs = value_list(p->arena);

	for (size_t i = 0; i < a->n; i++)
		value_add(needs,
		    need_value(p, &a->needs[i],
			rt_arena_printf(p->arena, "%s_%zu", c, i + 1).p));
	value_set_cstr(v, "c", c);
	value_set(v, "needs", needs);
	return v;
}

struct value *
plan_securities(struct plan *p)
{
	struct value *list = value_list(p->arena);

	for (size_t i = 0; i < p->n_securities; i++) {
		const struct spec_op *op = p->securities[i].first;
		struct value *v = value_map(p->arena);
		struct value *alternatives = value_list(p->arena);

		for (size_t k = 0; k < op->n_security; k++)
			value_add(alternatives,
			    alternative_value(p, &op->security[k],
				rt_arena_printf(p->arena, "security_%zu_%zu",
				    i + 1, k + 1)
				    .p));
		value_set_printf(v, "c", "api_security_%zu", i + 1);
		value_set_text(v, "words", p->securities[i].words);
		value_set(v, "alternatives", alternatives);
		value_add(list, v);
	}
	return list;
}

static struct value *
schemes(struct plan *p)
{
	struct value *list = value_list(p->arena);

	for (size_t i = 0; i < p->spec->n_schemes; i++) {
		const struct spec_scheme *s = &p->spec->schemes[i];
		struct value *v = value_map(p->arena);
		struct rt_str snake = name_snake(p->arena, s->name);

		value_set_text(v, "name", s->name);
		value_set_printf(v, "c", "scheme_%.*s", RT_FMT(snake));
		value_set_printf(v, "function", "handle_auth_%.*s",
		    RT_FMT(snake));
		value_set_cstr(v, "in",
		    s->in == RT_IN_COOKIE      ? "RT_IN_COOKIE"
			: s->in == RT_IN_QUERY ? "RT_IN_QUERY"
					       : "RT_IN_HEADER");
		value_set_text(v, "field", s->field);
		value_set_bool(v, "bearer", s->bearer);
		value_set_text(v, "where", spec_where(p->arena, s->node->pos));
		value_add(list, v);
	}
	return list;
}

/* --- Error codes --- */

static struct value *
codes(struct plan *p)
{
	struct value *list = value_list(p->arena);

	for (size_t i = 0; i < p->spec->n_codes; i++) {
		const struct spec_code *code = &p->spec->codes[i];
		struct value *v = value_map(p->arena);

		value_set_text(v, "name", code->name);
		value_set_printf(v, "c", "api_code_%.*s",
		    RT_FMT(name_snake(p->arena, code->name)));
		value_set_text(v, "title", code->title);
		value_set_int(v, "status", code->statuses[0]);
		plan_doc(p, v,
		    code->description.n > 0 ? code->description : code->title,
		    spec_where(p->arena, code->pos));
		value_add(list, v);
	}
	return list;
}

/* --- The whole --- */

static struct value *
lines_of(struct plan *p, struct rt_str text)
{
	struct value *list = value_list(p->arena);

	while (text.n > 0) {
		const char *end = memchr(text.p, '\n', text.n);
		size_t n = end == NULL ? text.n : (size_t)(end - text.p) + 1;

		value_add(list,
		    value_text(p->arena, (struct rt_str){text.p, n}));
		text.p += n;
		text.n -= n;
	}
	return list;
}

static struct value *
patterns(struct plan *p)
{
	struct value *list = value_list(p->arena);

	for (size_t i = 0; i < p->n_patterns; i++)
		value_add(list, value_text(p->arena, p->patterns[i]));
	return list;
}

static struct value *
tag_value(struct plan *p, size_t index, const struct value *ops)
{
	struct value *v = value_map(p->arena), *list = value_list(p->arena);

	for (size_t i = 0; i < p->spec->n_ops; i++) {
		if (rt_str_eq(p->spec->ops[i].tag, p->spec->tags[index]))
			value_add(list, (struct value *)value_at(ops, i));
	}
	value_set_text(v, "name", p->spec->tags[index]);
	value_set_text(v, "file", p->tag_files[index]);
	value_set_text(v, "guard", name_upper(p->arena, p->tag_files[index]));
	value_set(v, "ops", list);
	return v;
}

static size_t
count_answers(const struct spec *spec)
{
	size_t n = 0;

	for (size_t i = 0; i < spec->n_ops; i++)
		n += spec->ops[i].n_answers;
	return n;
}

static struct plan *
plan_open(struct rt_arena *arena, struct diag *diag, const struct spec *spec)
{
	struct plan *p = rt_arena_new(arena, sizeof(*p));
	struct name_scope *ops = name_scope_open(arena);
	struct name_scope *files = name_scope_open(arena);
	size_t n = schema_count(spec->schemas);

	p->arena = arena;
	p->diag = diag;
	p->spec = spec;
	p->types = rt_arena_array(arena, n, sizeof(struct plan_type *));
	p->order = rt_arena_array(arena, n, sizeof(struct plan_type *));
	for (size_t i = 0; i < n; i++) {
		const struct schema *s = schema_number(spec->schemas, i);

		p->notes = p->notes || s->unevaluated_items != NULL ||
		    s->unevaluated_properties != NULL;
		p->resources = p->resources || s->dynamic_anchor.p != NULL;
	}
	p->type_names = name_scope_open(arena);
	p->enumerator_names = name_scope_open(arena);
	p->op_names = op_names(arena, spec, ops);
	p->tag_files = tag_files(arena, spec, files);
	plan_outbound_names(p, ops, files);
	p->header_names = name_scope_open(arena);
	p->headers =
	    rt_arena_array(arena, count_answers(spec), sizeof(*p->headers));
	p->securities =
	    rt_arena_array(arena, spec->n_ops, sizeof(*p->securities));
	return p;
}

/* Components first, so that they get the names that they are known by. */
static void
plan_types(struct plan *p)
{
	for (size_t i = 0; i < p->spec->n_ops; i++) {
		(void)name_claim(p->type_names,
		    rt_arena_printf(p->arena, "%.*s_in",
			RT_FMT(p->op_names[i])));
		(void)name_claim(p->type_names,
		    rt_arena_printf(p->arena, "%.*s_out",
			RT_FMT(p->op_names[i])));
	}
	for (size_t i = 0; i < p->spec->n_outbound; i++) {
		(void)name_claim(p->type_names,
		    rt_arena_printf(p->arena, "%.*s_request",
			RT_FMT(p->outbound_names[i])));
		(void)name_claim(p->type_names,
		    rt_arena_printf(p->arena, "%.*s_reply",
			RT_FMT(p->outbound_names[i])));
	}
	for (size_t i = 0; i < p->spec->n_components; i++)
		(void)plan_type(p, p->spec->components[i], RT_LIT(""),
		    RT_LIT(""), true);
	for (size_t i = 0; i < p->spec->n_ops; i++)
		plan_op_types(p, i);
	plan_outbound_types(p);
}

/* The contract as the server shows it: one document. */
static void
set_contract(struct plan *p, struct value *v)
{
	const struct spec *spec = p->spec;
	const struct doc_node *whole = spec->root;
	struct rt_str yaml = spec->source->text;

	if (spec->documents->n > 1) {
		whole = bundle(spec->documents);
		if (whole == NULL)
			return;
		yaml = bundle_yaml(p->arena, whole);
	}
	value_set_text(v, "title", spec->title);
	value_set_text(v, "version", spec->version);
	value_set(v, "yaml_lines", lines_of(p, yaml));
	value_set(v, "json_lines", lines_of(p, doc_json(p->arena, whole, 2)));
}

/* Which of the model's sections are not empty. */
static void
set_sections(struct plan *p, struct value *v)
{
	bool check = false, read = false, write = false;

	for (size_t i = 0; i < p->n_order; i++) {
		check = check || p->order[i]->check;
		read = read || p->order[i]->read;
		write = write || p->order[i]->write;
	}
	value_set_bool(v, "notes", p->notes);
	value_set_bool(v, "any_check", check);
	value_set_bool(v, "any_read", read);
	value_set_bool(v, "any_write", write);
}

/* A schema whose values have no C type but the tape. */
static bool
is_widened(const struct plan_type *t)
{
	return t->kind == PLAN_NODE && !t->schema->any && (t->read || t->write);
}

static struct rt_str
ledger(struct plan *p)
{
	size_t n = schema_count(p->spec->schemas);
	bool *used = rt_arena_array(p->arena, n, sizeof(*used));
	bool *widened = rt_arena_array(p->arena, n, sizeof(*widened));

	for (size_t i = 0; i < n; i++) {
		const struct plan_type *t = p->types[i];

		if (t == NULL)
			continue;
		used[i] = t->check || t->read || t->write;
		widened[i] = is_widened(t);
	}
	return ledger_text(p->arena, p->spec, used, widened);
}

struct value *
plan_schemas(struct rt_arena *arena, struct diag *diag,
    struct schema_set *schemas, const struct schema *const *v, size_t n,
    struct rt_str *names)
{
	struct spec *spec = rt_arena_new(arena, sizeof(*spec));
	struct value *out = value_map(arena);
	struct plan *p;

	spec->schemas = schemas;
	p = plan_open(arena, diag, spec);
	for (size_t i = 0; i < n; i++) {
		struct rt_str label =
		    rt_arena_printf(arena, "schema %zu", i + 1);
		struct plan_type *t =
		    plan_type(p, v[i], label, name_snake(arena, label), true);

		plan_use(p, t, PLAN_CHECK);
		names[i] =
		    rt_arena_printf(arena, "api_%.*s_check", RT_FMT(t->name));
	}
	value_set_cstr(out, "banner",
	    "Code generated by kontract " PLAN_VERSION
	    " from schemas. DO NOT EDIT.");
	value_set_int(out, "abi", RT_ABI);
	value_set(out, "types", plan_model(p));
	set_sections(p, out);
	value_set(out, "patterns", patterns(p));
	return out;
}

struct value *
plan_make(struct rt_arena *arena, struct diag *diag, const struct spec *spec)
{
	struct plan *p = plan_open(arena, diag, spec);
	struct value *v = value_map(arena), *ops = value_list(arena);
	struct value *tags = value_list(arena);

	value_set_printf(v, "banner",
	    "Code generated by kontract " PLAN_VERSION " from %s. DO NOT EDIT.",
	    spec->source->name);
	value_set_int(v, "abi", RT_ABI);
	set_contract(p, v);
	plan_types(p);
	for (size_t i = 0; i < spec->n_ops; i++)
		value_add(ops, plan_op(p, i));
	for (size_t i = 0; i < spec->n_tags; i++)
		value_add(tags, tag_value(p, i, ops));
	value_set(v, "outbound", plan_outbound(p));
	value_set(v, "types", plan_model(p));
	set_sections(p, v);
	value_set(v, "ops", ops);
	value_set(v, "tags", tags);
	value_set(v, "patterns", patterns(p));
	value_set(v, "schemes", schemes(p));
	value_set(v, "securities", plan_securities(p));
	value_set(v, "headers", plan_headers(p));
	value_set(v, "codes", codes(p));
	value_set_text(v, "ledger", ledger(p));
	return v;
}
