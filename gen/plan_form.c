/* The fields of forms. */
#include "gen/form.h"
#include "gen/plan_op.h"

static struct value *
medias_value(struct plan *p, const struct form_field *f)
{
	struct value *list = value_list(p->arena);

	for (size_t i = 0; i < f->n_medias; i++)
		value_add(list, value_text(p->arena, f->medias[i]));
	return list;
}

/* The headers of a part. */
static struct rt_str
headers_table(struct plan *p, size_t op, const struct form_field *f,
    struct rt_str c)
{
	const struct spec_encoding *e = f->encoding;

	if (e == NULL || e->n_headers == 0)
		return RT_LIT("");
	return plan_header_table(p, plan_tag_of(p, &p->spec->ops[op]), e->node,
	    c, e->headers, e->n_headers);
}

static struct value *
field_value(struct plan *p, size_t op, const struct form_field *f,
    struct rt_str c)
{
	struct value *v = value_map(p->arena);

	value_set_text(v, "c", c);
	value_set_text(v, "name", f->param.name);
	plan_param_row(p, v, &f->param, &f->form,
	    rt_arena_printf(p->arena, "%.*s_properties", RT_FMT(c)));
	value_set(v, "medias", medias_value(p, f));
	value_set_bool(v, "file", f->file);
	value_set_text(v, "headers_c", headers_table(p, op, f, c));
	return v;
}

struct value *
plan_fields(struct plan *p, size_t op, const struct spec_media *m,
    struct rt_str word)
{
	struct form_fields fields = form_fields(p->arena, m);
	struct name_scope *names = name_scope_open(p->arena);
	struct value *list = value_list(p->arena);

	for (size_t i = 0; i < fields.n; i++) {
		struct rt_str c = name_claim(names,
		    rt_arena_printf(p->arena, "%.*s_%.*s_%.*s",
			RT_FMT(p->op_names[op]), RT_FMT(word),
			RT_FMT(name_snake(p->arena, fields.v[i].param.name))));

		value_add(list, field_value(p, op, &fields.v[i], c));
	}
	return list;
}
