/* The tables of media types that answers have. */
#include "gen/plan_op.h"

static struct rt_str
check_function(struct plan *p, const struct spec_media *m)
{
	const struct schema *s = m->item != NULL ? m->item : m->schema;

	if (s == NULL || (m->kind != SPEC_JSON && m->item == NULL))
		return RT_LIT("NULL");
	return plan_check_name(p, s);
}

static struct contents *
new_contents(struct plan *p)
{
	if (p->n_contents == p->contents_size) {
		size_t size = p->contents_size == 0 ? 64 : 2 * p->contents_size;
		struct contents *v = rt_arena_array(p->arena, size, sizeof(*v));

		for (size_t i = 0; i < p->n_contents; i++)
			v[i] = p->contents[i];
		p->contents = v;
		p->contents_size = size;
	}
	return &p->contents[p->n_contents++];
}

static struct value *
rows_value(struct plan *p, const struct spec_media *const *v, size_t n,
    bool plain, struct rt_buf *key)
{
	struct value *list = value_list(p->arena);

	for (size_t i = 0; i < n; i++) {
		struct value *row = value_map(p->arena);
		struct rt_str check = check_function(p, v[i]);

		if (plain && v[i]->range)
			continue;
		value_set_text(row, "media", v[i]->type);
		value_set_text(row, "check", check);
		value_add(list, row);
		rt_buf_printf(key, "%.*s %.*s\n", RT_FMT(v[i]->type),
		    RT_FMT(check));
	}
	return list;
}

struct rt_str
plan_content_table(struct plan *p, const struct plan_tag *tag,
    struct rt_str name, const struct spec_media *const *v, size_t n, bool plain)
{
	struct rt_buf key = rt_buf(p->arena, SIZE_MAX);
	struct value *rows = rows_value(p, v, n, plain, &key);
	struct contents *c;

	if (n == 0)
		return RT_LIT("NULL");
	for (size_t i = 0; i < p->n_contents; i++) {
		c = &p->contents[i];
		if (c->tag == tag && rt_str_eq(c->key, rt_buf_str(&key)))
			return c->c;
	}
	c = new_contents(p);
	*c = (struct contents){tag, rt_buf_str(&key), name, rows};
	c->c = name_claim(tag->table_names,
	    rt_arena_printf(p->arena, "%.*s_contents", RT_FMT(name)));
	return c->c;
}

struct value *
plan_contents(struct plan *p, const struct plan_tag *tag)
{
	struct value *list = value_list(p->arena);

	for (size_t i = 0; i < p->n_contents; i++) {
		const struct contents *c = &p->contents[i];
		struct value *v = value_map(p->arena);

		if (c->tag != tag)
			continue;
		value_set_text(v, "c", c->c);
		value_set(v, "rows", c->rows);
		value_add(list, v);
	}
	return list;
}
