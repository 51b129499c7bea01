/* The parameters of an operation. */
#include "gen/param.h"
#include "gen/plan_op.h"

void
plan_param_types(struct plan *p, size_t index)
{
	const struct spec_op *op = &p->spec->ops[index];

	for (size_t i = 0; i < op->n_params; i++) {
		const struct spec_param *param = &op->params[i];

		if (param->schema != NULL)
			plan_use(p,
			    plan_type(p, param->schema,
				plan_part_label(p, op->id, param->name),
				plan_part_name(p, p->op_names[index],
				    param->name),
				false),
			    plan_input_uses(p));
	}
}

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
param_has(struct plan *p, const struct spec_param *param)
{
	return (!param->required && param->schema->fallback == NULL) ||
	    plan_nullable(p, param->schema);
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

static struct rt_str
types_or_none(struct plan *p, unsigned types)
{
	return types == 0 ? RT_LIT("0") : plan_types_text(p, types);
}

/* The table of properties, behind those that it leads to; its name. */
static struct rt_str
add_table(struct plan *p, struct value *tables, struct name_scope *names,
    struct rt_str c, const struct param_property *v, size_t n)
{
	struct value *table = value_map(p->arena), *rows = value_list(p->arena);

	if (n == 0)
		return RT_LIT("NULL");
	c = name_claim(names, c);
	for (size_t i = 0; i < n; i++) {
		struct value *row = value_map(p->arena);

		value_set_text(row, "name", v[i].name);
		value_set_text(row, "types", types_or_none(p, v[i].types));
		value_set_text(row, "item_types",
		    types_or_none(p, v[i].item_types));
		value_set_text(row, "inner",
		    add_table(p, tables, names, plan_part_name(p, c, v[i].name),
			v[i].inner, v[i].n_inner));
		value_add(rows, row);
	}
	value_set_text(table, "c", c);
	value_set(table, "rows", rows);
	value_add(tables, table);
	return c;
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
		if (p->spec->schemes[i]->in == param->in)
			add_other(p, list, param, p->spec->schemes[i]->field);
	}
	return list;
}

static struct rt_str
some_types(struct plan *p, unsigned types)
{
	return types == 0 ? RT_LIT("") : plan_types_text(p, types);
}

void
plan_param_row(struct plan *p, struct value *v, const struct spec_param *param,
    const struct param_form *form, struct rt_str table)
{
	struct value *tables = value_list(p->arena);
	struct rt_str properties = RT_LIT("");

	if (form->n > 0)
		properties = add_table(p, tables, name_scope_open(p->arena),
		    table, form->properties, form->n);
	value_set_text(v, "types", some_types(p, form->types));
	value_set_text(v, "item_types", some_types(p, form->item_types));
	value_set_text(v, "free_types", some_types(p, form->free_types));
	value_set(v, "tables", tables);
	value_set_text(v, "properties", properties);
	value_set_cstr(v, "style", style_enumerator(param->style));
	value_set_bool(v, "explode",
	    param->explode && (form->types & (RT_ARRAY | RT_OBJECT)) != 0);
}

static void
set_param_types(struct plan *p, struct value *v, const struct spec_op *op,
    const struct spec_param *param, struct rt_str c)
{
	struct param_form form = {0};

	if (param->style != RT_STYLE_JSON)
		form = param_form(p->arena, param);
	plan_param_row(p, v, param, &form,
	    rt_arena_printf(p->arena, "properties_%.*s", RT_FMT(c)));
	value_set(v, "others", param_others(p, op, param, &form));
	value_set_bool(v, "required", param->required);
	value_set_bool(v, "allow_empty", param->allow_empty);
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

	if (d != NULL && has_constants(t) && !plan_nullable(p, param->schema))
		preset = plan_default(p, t, d,
		    rt_arena_printf(p->arena, "in->%.*s", RT_FMT(c)));
	else if (d != NULL)
		fallback = doc_json(p->arena, d, 0);
	value_set_text(v, "preset", preset.p == NULL ? RT_LIT("") : preset);
	value_set_text(v, "fallback", fallback);
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
	set_param_types(p, v, op, param, c);
	value_set_text(v, "decl", plan_decl(p, t));
	plan_note(p, v, t, c);
	value_set_bool(v, "has", param_has(p, param));
	value_set_bool(v, "nullable", plan_nullable(p, param->schema));
	value_set(v, "checks", checks);
	plan_need_value(p, t);
	plan_need_functions(p, t);
	value_set_text(v, "read",
	    plan_read(p, t, &plan_in_call,
		rt_arena_printf(p->arena, "in->%.*s", RT_FMT(c)), "v"));
	if (p->shown)
		value_set_text(v, "write",
		    plan_write(p, t,
			rt_arena_printf(p->arena, "in->%.*s", RT_FMT(c))));
	set_param_default(p, v, param, t, c);
	return v;
}

/* The parameters again, by their places, for who shows them. */
struct value *
plan_places(struct plan *p, const struct value *params)
{
	static const char *const names[] = {"path", "query", "header",
	    "cookie"};
	static const enum rt_in ins[] = {RT_IN_PATH, RT_IN_QUERY, RT_IN_HEADER,
	    RT_IN_COOKIE};
	struct value *list = value_list(p->arena);

	for (size_t i = 0; i < RT_LEN(ins); i++) {
		struct value *v = value_map(p->arena);
		struct value *here = value_list(p->arena);

		for (size_t k = 0; k < value_count(params); k++) {
			const struct value *param = value_at(params, k);

			if (rt_str_is(value_str(value_get(param, RT_LIT("in"))),
				plan_in_text(ins[i])))
				value_add(here, (struct value *)param);
		}
		value_set_cstr(v, "name", names[i]);
		value_set(v, "params", here);
		if (value_count(here) > 0)
			value_add(list, v);
	}
	return list;
}

struct value *
plan_params(struct plan *p, const struct spec_op *op)
{
	struct name_scope *names = name_scope_open(p->arena);
	struct value *list = value_list(p->arena);

	/* The body's members are called so. */
	(void)name_claim_member(names, RT_LIT("body"));
	(void)name_claim(names, RT_LIT("body_kind"));
	for (size_t i = 0; i < op->n_params; i++) {
		if (op->params[i].schema != NULL)
			value_add(list,
			    param_value(p, op, &op->params[i], names));
	}
	return list;
}
