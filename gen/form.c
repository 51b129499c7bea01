#include "gen/form.h"

#include "runtime/media.h"

enum { DEPTH_MAX = 16 /* of schemas that look at one value */ };

/* The schemas that a property has in the schemas of one object. */
struct named {
	struct rt_str name;
	const struct schema **v;
	size_t n, size;
};

struct collecting {
	struct rt_arena *arena;
	struct named *v;
	size_t n, size;
};

/* --- Properties --- */

static struct named *
named_of(struct collecting *c, struct rt_str name)
{
	for (size_t i = 0; i < c->n; i++) {
		if (rt_str_eq(c->v[i].name, name))
			return &c->v[i];
	}
	if (c->n == c->size) {
		size_t size = c->size == 0 ? 16 : 2 * c->size;
		struct named *v = rt_arena_array(c->arena, size, sizeof(*v));

		for (size_t i = 0; i < c->n; i++)
			v[i] = c->v[i];
		c->v = v;
		c->size = size;
	}
	c->v[c->n] = (struct named){.name = name};
	return &c->v[c->n++];
}

static void
add_schema(struct collecting *c, const struct schema_property *p)
{
	struct named *named = named_of(c, p->name);

	if (named->n == named->size) {
		size_t size = named->size == 0 ? 1 : 2 * named->size;
		const struct schema **v =
		    rt_arena_array(c->arena, size, sizeof(*v));

		for (size_t i = 0; i < named->n; i++)
			v[i] = named->v[i];
		named->v = v;
		named->size = size;
	}
	named->v[named->n++] = p->schema;
}

static void collect(struct collecting *, const struct schema *, unsigned depth);

static void
collect_list(struct collecting *c, const struct schema_list *list,
    unsigned depth)
{
	for (size_t i = 0; i < list->n; i++)
		collect(c, list->v[i], depth);
}

static void
collect(struct collecting *c, const struct schema *s, unsigned depth)
{
	for (size_t i = 0; i < s->n_properties; i++)
		add_schema(c, &s->properties[i]);
	if (depth > DEPTH_MAX)
		return;
	if (s->ref != NULL)
		collect(c, s->ref, depth + 1);
	collect_list(c, &s->all_of, depth + 1);
	collect_list(c, &s->any_of, depth + 1);
	collect_list(c, &s->one_of, depth + 1);
}

/* What several schemas say of a property, as one. */
static const struct schema *
joined(struct rt_arena *arena, const struct named *named)
{
	struct schema *s;

	if (named->n == 1)
		return named->v[0];
	s = rt_arena_new(arena, sizeof(*s));
	s->node = named->v[0]->node;
	s->pos = named->v[0]->pos;
	s->types = ~0u;
	s->any_of = (struct schema_list){named->v, named->n};
	return s;
}

/* --- How one is written --- */

static bool
has_file(const struct schema *s, unsigned depth)
{
	const struct schema_list *lists[] = {&s->all_of, &s->any_of,
	    &s->one_of};

	if (s->file || depth > DEPTH_MAX)
		return s->file;
	if (s->ref != NULL && has_file(s->ref, depth + 1))
		return true;
	if (s->items != NULL && has_file(s->items, depth + 1))
		return true;
	for (size_t k = 0; k < RT_LEN(lists); k++) {
		for (size_t i = 0; i < lists[k]->n; i++) {
			if (has_file(lists[k]->v[i], depth + 1))
				return true;
		}
	}
	return false;
}

static void
split_medias(struct rt_arena *arena, struct form_field *f, struct rt_str list)
{
	struct rt_str *v = rt_arena_array(arena, list.n + 1, sizeof(*v));

	f->medias = v;
	while (list.p != NULL) {
		struct rt_str media = rt_str_trim(rt_str_cut(&list, ','));

		if (media.n > 0)
			v[f->n_medias++] = media;
	}
}

static bool
is_json(const struct form_field *f)
{
	struct rt_media m;

	for (size_t i = 0; i < f->n_medias; i++) {
		if (!rt_media_parse(f->medias[i], &m) || !rt_media_is_json(&m))
			return false;
	}
	return f->n_medias > 0;
}

/* Without a style a property is written by its type (OpenAPI 3.1.1, "Encoding
 * Object"): objects are JSON, items follow one another. */
static void
set_default_form(struct rt_arena *arena, struct form_field *f)
{
	struct spec_param deep = f->param;
	struct param_form form;

	deep.style = RT_STYLE_DEEP;
	form = param_form(arena, &deep);
	f->form.types = form.types;
	f->form.item_types = form.item_types;
	f->param.explode = true;
	if (f->file) {
		f->form.types &= RT_STRING | RT_ARRAY | RT_NULL;
		f->form.item_types = 0;
		return;
	}
	if (is_json(f) || (form.types & RT_OBJECT) != 0)
		f->param.style = RT_STYLE_JSON;
	else if ((form.types & RT_ARRAY) != 0 &&
	    (form.item_types & RT_STRING) == 0 &&
	    (form.item_types & (RT_ARRAY | RT_OBJECT)) != 0)
		f->param.style = RT_STYLE_JSON;
	else
		f->form.item_types &= ~(unsigned)(RT_ARRAY | RT_OBJECT);
}

static void
set_form(struct rt_arena *arena, struct form_field *f)
{
	const struct spec_encoding *e = f->encoding;

	f->file = has_file(f->param.schema, 0);
	if (e != NULL && !e->styled && e->media.p != NULL)
		split_medias(arena, f, e->media);
	if (e == NULL || !e->styled) {
		set_default_form(arena, f);
		return;
	}
	f->param.in = RT_IN_QUERY;
	f->param.style = e->style;
	f->param.explode = e->explode;
	f->form = param_form(arena, &f->param);
	f->param.in = RT_IN_BODY;
}

struct form_fields
form_fields(struct rt_arena *arena, const struct spec_media *m)
{
	struct collecting c = {.arena = arena};
	struct form_field *v;

	if (m->schema == NULL ||
	    (m->kind != SPEC_FORM && m->kind != SPEC_MULTIPART))
		return (struct form_fields){NULL, 0};
	collect(&c, m->schema, 0);
	v = rt_arena_array(arena, c.n, sizeof(*v));
	for (size_t i = 0; i < c.n; i++) {
		v[i].param = (struct spec_param){
		    .node = m->node,
		    .in = RT_IN_BODY,
		    .name = c.v[i].name,
		    .schema = joined(arena, &c.v[i]),
		};
		v[i].encoding = spec_encoding_of(m, c.v[i].name);
		set_form(arena, &v[i]);
	}
	return (struct form_fields){v, c.n};
}

const struct form_field *
form_field_of(const struct form_fields *fields, struct rt_str name)
{
	for (size_t i = 0; i < fields->n; i++) {
		if (rt_str_eq(fields->v[i].param.name, name))
			return &fields->v[i];
	}
	return NULL;
}
