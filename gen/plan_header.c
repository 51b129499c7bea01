/* Headers of answers, and of the parts of a body. */
#include "gen/plan_op.h"

void
plan_header_types(struct plan *p, struct rt_str whole,
    const struct spec_header *v, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct rt_str part =
		    rt_arena_printf(p->arena, "%.*s header", RT_FMT(v[i].name));

		if (v[i].schema != NULL)
			plan_use(p,
			    plan_type(p, v[i].schema, v[i].name,
				plan_part_name(p, whole, part), true),
			    PLAN_CHECK);
	}
}

static bool
is_int_header(struct plan *p, const struct spec_header *h)
{
	return h->schema != NULL && h->style == 0 &&
	    plan_core(p, h->schema) == RT_INTEGER;
}

/* A text that is not given, for it may be made of the body (represent.h). */
static bool
may_be_made(struct rt_str name)
{
	return rt_str_is_nocase(name, "ETag") ||
	    rt_str_is_nocase(name, "Last-Modified");
}

static struct value *
header_value(struct plan *p, const struct spec_header *h,
    struct name_scope *names)
{
	struct value *v = value_map(p->arena);
	bool is_int = is_int_header(p, h);

	value_set_text(v, "name", h->name);
	value_set_text(v, "c",
	    h->supplied
		? RT_LIT("")
		: name_claim_member(names, name_snake(p->arena, h->name)));
	value_set_cstr(v, "decl", is_int ? "int64_t " : "struct rt_str ");
	value_set_bool(v, "supplied", h->supplied);
	value_set_bool(v, "given", !h->supplied);
	value_set_bool(v, "int", is_int);
	/* A text that is not sent is an absent one. */
	value_set_bool(v, "has", is_int && !h->required);
	value_set_bool(v, "optional", !h->required || may_be_made(h->name));
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

struct value *
plan_header_values(struct plan *p, const struct spec_header *v, size_t n)
{
	static const char *const taken[] = {"out", "body", "status", "media",
	    "file"};
	struct name_scope *names = name_scope_open(p->arena);
	struct value *list = value_list(p->arena);

	for (size_t i = 0; i < RT_LEN(taken); i++)
		(void)name_claim(names, rt_str(taken[i]));
	for (size_t i = 0; i < n; i++)
		value_add(list, header_value(p, &v[i], names));
	return list;
}

static struct headers *
new_headers(struct plan *p)
{
	if (p->n_headers == p->headers_size) {
		size_t size = p->headers_size == 0 ? 64 : 2 * p->headers_size;
		struct headers *v = rt_arena_array(p->arena, size, sizeof(*v));

		for (size_t i = 0; i < p->n_headers; i++)
			v[i] = p->headers[i];
		p->headers = v;
		p->headers_size = size;
	}
	return &p->headers[p->n_headers++];
}

struct rt_str
plan_header_table(struct plan *p, const struct plan_tag *tag,
    const struct doc_node *holder, struct rt_str name,
    const struct spec_header *v, size_t n)
{
	const struct doc_node *node = doc_get(holder, "headers");
	struct headers *h;

	if (n == 0)
		return RT_LIT("NULL");
	for (size_t i = 0; i < p->n_headers; i++) {
		h = &p->headers[i];
		if (h->tag == tag && doc_eq(h->node, node))
			return h->c;
	}
	h = new_headers(p);
	*h = (struct headers){.tag = tag, .node = node, .v = v, .n = n};
	h->c = name_claim(tag->table_names,
	    rt_arena_printf(p->arena, "%.*s_headers", RT_FMT(name)));
	return h->c;
}

/* How the text of a header is taken that is more than one value: a parameter
 * of the table; NULL for one that is not. */
static struct value *
param_value(struct plan *p, const struct spec_header *h, struct rt_str c)
{
	struct spec_param param = spec_header_param(h);
	struct param_form form = {0};
	struct value *v = value_map(p->arena);

	if (h->schema == NULL)
		return NULL;
	if (h->style == 0)
		form = param_form(p->arena, &param);
	if (h->style == 0 && (form.types & (RT_ARRAY | RT_OBJECT)) == 0)
		return NULL;
	plan_param_row(p, v, &param, &form,
	    rt_arena_printf(p->arena, "%.*s_properties", RT_FMT(c)));
	value_set_text(v, "name", h->name);
	return v;
}

void
plan_header_rows(struct plan *p, struct value *table, struct rt_str c,
    const struct spec_header *v, size_t n, struct name_scope *names)
{
	struct value *rows = plan_header_values(p, v, n);
	struct value *params = value_list(p->arena);

	for (size_t i = 0; i < n; i++) {
		struct rt_str name = rt_arena_printf(p->arena, "%.*s_%.*s",
		    RT_FMT(c), RT_FMT(name_snake(p->arena, v[i].name)));
		struct value *param = param_value(p, &v[i], name);
		struct value *row = (struct value *)value_at(rows, i);

		if (param == NULL) {
			value_set_cstr(row, "param", "NULL");
			continue;
		}
		name = name_claim(names, name);
		value_set_text(param, "c", name);
		value_set_printf(row, "param", "&%.*s", RT_FMT(name));
		value_add(params, param);
	}
	value_set_text(table, "c", c);
	value_set(table, "rows", rows);
	value_set(table, "params", params);
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
		plan_header_rows(p, v, h->c, h->v, h->n, tag->table_names);
		value_add(list, v);
	}
	return list;
}
