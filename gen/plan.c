/* The plan as a whole: names, uses, and what all operations share. */
#include "gen/plan.h"

#include <stdlib.h>

#include "gen/bundle.h"
#include "gen/ledger.h"
#include "gen/plan_unit.h"
#include "runtime/buf.h"

/* --- Names of operations and files --- */

struct rt_str *
plan_op_names(struct rt_arena *arena, const struct spec *spec)
{
	struct name_scope *scope = name_scope_open(arena);
	struct rt_str *names =
	    rt_arena_array(arena, spec->n_ops, sizeof(*names));

	/* api_code_x and api_security_1 are objects of the same scope. */
	for (size_t i = 0; i < spec->n_codes; i++)
		(void)name_claim(scope,
		    rt_arena_printf(arena, "code_%.*s",
			RT_FMT(name_snake(arena, spec->codes[i].name))));
	for (size_t i = 0; i < spec->n_ops; i++)
		names[i] =
		    name_claim(scope, name_operation(arena, spec->ops[i].id));
	return names;
}

static struct rt_str *
tag_files(struct rt_arena *arena, const struct spec *spec,
    struct name_scope *scope)
{
	static const char *const ours[] = {"api", "errors", "openapi", "server",
	    "security"};
	struct rt_str *files =
	    rt_arena_array(arena, spec->n_tags, sizeof(*files));

	for (size_t i = 0; i < RT_LEN(ours); i++)
		(void)name_claim(scope, rt_str(ours[i]));
	for (size_t i = 0; i < spec->n_tags; i++)
		files[i] = name_claim(scope, name_snake(arena, spec->tags[i]));
	return files;
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
		    plan_where(p, code->node));
		value_add(list, v);
	}
	return list;
}

/* --- The whole --- */

static struct value *
patterns(struct plan *p)
{
	struct value *list = value_list(p->arena);

	for (size_t i = 0; i < p->n_patterns; i++) {
		struct value *v = value_map(p->arena);

		value_set_int(v, "number", (int64_t)i);
		value_set_text(v, "text", p->patterns[i].text);
		value_set(v, "names", p->patterns[i].names);
		value_add(list, v);
	}
	return list;
}

struct plan_tag *
plan_tag_of(struct plan *p, const struct spec_op *op)
{
	size_t i = 0;

	while (!rt_str_eq(p->spec->tags[i], op->tag))
		i++;
	return &p->tags[i];
}

/* The guards of model/ begin with MODEL_, and a tag may be called so. */
static struct rt_str
tag_guard(struct plan *p, struct rt_str file)
{
	return rt_arena_printf(p->arena, "%.*s%s",
	    RT_FMT(name_upper(p->arena, file)),
	    rt_str_starts(file, "model_") ? "_" : "");
}

static struct value *
tag_value(struct plan *p, size_t index, const struct value *ops)
{
	struct plan_tag *tag = &p->tags[index];
	struct value *v = value_map(p->arena), *list = value_list(p->arena);

	for (size_t i = 0; i < p->spec->n_ops; i++) {
		if (rt_str_eq(p->spec->ops[i].tag, p->spec->tags[index]))
			value_add(list, (struct value *)value_at(ops, i));
	}
	value_set_text(v, "name", p->spec->tags[index]);
	value_set_text(v, "file", tag->file);
	value_set_text(v, "guard", tag_guard(p, tag->file));
	value_set(v, "ops", list);
	p->needs = &tag->needs;
	value_set(v, "headers", plan_headers(p, tag));
	value_set(v, "contents", plan_contents(p, tag));
	plan_need_reached(p, tag);
	plan_set_needs(p, v, &tag->needs, NULL);
	return v;
}

static struct plan_tag *
open_tags(struct rt_arena *arena, const struct spec *spec,
    struct name_scope *scope)
{
	struct plan_tag *tags =
	    rt_arena_array(arena, spec->n_tags, sizeof(*tags));
	struct rt_str *files = tag_files(arena, spec, scope);

	for (size_t i = 0; i < spec->n_tags; i++) {
		tags[i].file = files[i];
		tags[i].table_names = name_scope_open(arena);
	}
	return tags;
}

/* Tables have names beside those of operations and codes. */
static void
claim_objects(struct plan *p)
{
	const struct spec *spec = p->spec;

	p->object_names = name_scope_open(p->arena);
	for (size_t i = 0; i < spec->n_codes; i++)
		(void)name_claim(p->object_names,
		    rt_arena_printf(p->arena, "code_%.*s",
			RT_FMT(name_snake(p->arena, spec->codes[i].name))));
	for (size_t i = 0; i < spec->n_ops; i++)
		(void)name_claim(p->object_names, p->op_names[i]);
}

static struct plan *
plan_open(struct rt_arena *arena, struct diag *diag, const struct spec *spec)
{
	struct plan *p = rt_arena_new(arena, sizeof(*p));
	struct name_scope *files = name_scope_open(arena);
	size_t n = schema_count(spec->schemas);

	p->arena = arena;
	p->diag = diag;
	p->spec = spec;
	p->forms = rt_arena_array(arena, n, sizeof(struct plan_form *));
	p->kinds = rt_arena_array(arena, n, sizeof(*p->kinds));
	p->types = rt_arena_array(arena, n, sizeof(struct plan_type *));
	p->made = rt_arena_array(arena, n, sizeof(struct plan_type *));
	p->reached = rt_arena_array(arena, n, sizeof(struct plan_tag *));
	p->order = rt_arena_array(arena, n, sizeof(struct plan_type *));
	for (size_t i = 0; i < n; i++) {
		const struct schema *s = schema_number(spec->schemas, i);

		p->resources = p->resources || s->dynamic_anchor.p != NULL;
	}
	p->type_names = name_scope_open(arena);
	p->enumerator_names = name_scope_open(arena);
	p->op_names = plan_op_names(arena, spec);
	p->tags = open_tags(arena, spec, files);
	claim_objects(p);
	plan_outbound_names(p, files);
	p->securities =
	    rt_arena_array(arena, spec->n_ops, sizeof(*p->securities));
	p->scheme_names = plan_scheme_names(p);
	return p;
}

/* The view of a component that has the component's own name. */
static const struct schema *
plain_view(const struct schema *s)
{
	const struct schema *answered = schema_used(s, SCHEMA_RESPONSE);
	const struct schema *sent = schema_used(s, SCHEMA_REQUEST);

	if (answered != NULL)
		return answered;
	return sent != NULL ? sent : s;
}

static void
plan_component(struct plan *p, const struct schema *s)
{
	if (s != NULL)
		(void)plan_type(p, s, RT_LIT(""), RT_LIT(""), true);
}

/* Components first, so that they get the names that they are known by. */
static void
plan_types(struct plan *p)
{
	static const char *const suffixes[] = {"in", "out", "answer",
	    "body_kind"};

	for (size_t i = 0; i < p->spec->n_ops; i++) {
		for (size_t k = 0; k < RT_LEN(suffixes); k++)
			(void)name_claim(p->type_names,
			    rt_arena_printf(p->arena, "%.*s_%s",
				RT_FMT(p->op_names[i]), suffixes[k]));
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
		plan_component(p, plain_view(p->spec->components[i]));
	for (size_t i = 0; i < p->spec->n_components; i++)
		plan_component(p,
		    schema_used(p->spec->components[i], SCHEMA_REQUEST));
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

	value_set_text(v, "title", spec->title);
	value_set_text(v, "version", spec->version);
	if (p->shown)
		return;
	if (spec->documents->n > 1) {
		whole = bundle(spec->documents);
		if (whole == NULL)
			return;
		yaml = bundle_yaml(p->arena, whole);
	}
	value_set_text(v, "yaml", yaml);
	value_set_text(v, "json", doc_json(p->arena, whole, 2));
}

static struct rt_str
ledger(struct plan *p)
{
	size_t n = schema_count(p->spec->schemas);
	bool *used = rt_arena_array(p->arena, n, sizeof(*used));
	const char **widened = rt_arena_array(p->arena, n, sizeof(*widened));

	for (size_t i = 0; i < n; i++) {
		const struct plan_type *t = p->types[i];
		const struct schema *s = schema_number(p->spec->schemas, i);
		size_t id = s->whole == NULL ? i : s->whole->id;

		if (t == NULL)
			continue;
		used[id] = used[id] || t->check || t->read || t->write;
		if (widened[id] == NULL && (t->read || t->write))
			widened[id] = plan_widened(p, t);
	}
	return ledger_text(p->arena, p->spec, used, widened);
}

struct value *
plan_schemas(struct rt_arena *arena, struct diag *diag,
    struct schema_set *schemas, const struct schema *const *v, size_t n,
    struct rt_str *names)
{
	struct spec *spec = rt_arena_new(arena, sizeof(*spec));
	struct value *out;
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
	plan_mark_notes(p);
	plan_model(p);
	out = plan_one_unit(p, RT_LIT("schemas"));
	value_set_cstr(out, "banner",
	    "Code generated by kontract " PLAN_VERSION
	    " from schemas. DO NOT EDIT.");
	value_set(out, "patterns", patterns(p));
	return out;
}

static struct value *
make(struct plan *p)
{
	struct rt_arena *arena = p->arena;
	const struct spec *spec = p->spec;
	struct value *v = value_map(arena), *ops = value_list(arena);
	struct value *tags = value_list(arena);
	struct value *models, *arrays, *outbound;

	value_set_printf(v, "banner",
	    "Code generated by kontract " PLAN_VERSION " from %s. DO NOT EDIT.",
	    spec->source->name);
	value_set_int(v, "abi", RT_ABI);
	set_contract(p, v);
	plan_types(p);
	plan_arrange(p);
	plan_check_ends(p);
	plan_mark_notes(p);
	for (size_t i = 0; i < spec->n_ops; i++)
		value_add(ops, plan_op(p, i));
	outbound = plan_outbound(p);
	plan_model(p);
	models = plan_units(p, &arrays);
	plan_outbound_needs(p, outbound);
	for (size_t i = 0; i < spec->n_tags; i++)
		value_add(tags, tag_value(p, i, ops));
	value_set(v, "models", models);
	value_set(v, "arrays", arrays);
	value_set(v, "ops", ops);
	value_set(v, "tags", tags);
	value_set(v, "outbound", outbound);
	value_set(v, "patterns", patterns(p));
	value_set(v, "schemes", plan_schemes(p));
	value_set(v, "securities", plan_securities(p));
	value_set(v, "codes", codes(p));
	value_set_text(v, "ledger", ledger(p));
	return v;
}

struct value *
plan_make(struct rt_arena *arena, struct diag *diag, const struct spec *spec)
{
	return make(plan_open(arena, diag, spec));
}

struct value *
plan_make_shown(struct rt_arena *arena, struct diag *diag,
    const struct spec *spec)
{
	struct plan *p = plan_open(arena, diag, spec);

	p->shown = true;
	return make(p);
}
