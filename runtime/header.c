#include "runtime/header.h"

#include <stdlib.h>

#include "runtime/param.h"
#include "runtime/tape.h"

/* The first fault wins; false, so that a step can return it. */
static bool
refuse(const char **why, const char *sentence)
{
	*why = sentence;
	return false;
}

static bool
is_clean(struct rt_str text, const char **why)
{
	return (memchr(text.p, '\0', text.n) == NULL && rt_str_is_utf8(text)) ||
	    refuse(why, "is not UTF-8, or has a NUL");
}

static unsigned
types_of(const struct rt_param *p, struct rt_str name)
{
	const struct rt_param_property *v = p->properties;

	while (v != NULL && v->name != NULL && !rt_str_is(name, v->name))
		v++;
	if (v != NULL && v->name != NULL)
		return v->types;
	return p->free_types == 0 ? RT_STRING : p->free_types;
}

static void
add_text(struct rt_tape *t, struct rt_str text, unsigned types)
{
	rt_text_set(rt_tape_add(t, RT_STRING, text), text, types);
}

static bool
add_items(struct rt_tape *t, const struct rt_param *p, struct rt_pairs texts,
    const char **why)
{
	uint32_t array = rt_tape_open(t, RT_ARRAY);
	struct rt_pairs items;

	*why = rt_style_items(t->arena, p, &texts, &items);
	for (size_t i = 0; *why == NULL && i < items.n; i++)
		add_text(t, rt_str_trim(items.v[i].value), p->item_types);
	rt_tape_close(t, array, (uint32_t)items.n);
	return *why == NULL;
}

static int
by_name(const void *a, const void *b)
{
	const struct rt_pair *x = a, *y = b;

	return rt_str_cmp(x->name, y->name);
}

static bool
add_members(struct rt_tape *t, const struct rt_param *p, struct rt_pairs texts,
    const char **why)
{
	uint32_t object = rt_tape_open(t, RT_OBJECT);
	struct rt_pairs v;

	*why = rt_style_members(t->arena, p, &texts, &v);
	for (size_t i = 0; *why == NULL && i < v.n; i++)
		v.v[i].name = rt_str_trim(v.v[i].name);
	if (*why == NULL && v.n > 1)
		qsort(v.v, v.n, sizeof(*v.v), by_name);
	for (size_t i = 0; *why == NULL && i < v.n; i++) {
		struct rt_str name = v.v[i].name;

		if (i > 0 && rt_str_eq(name, v.v[i - 1].name))
			return refuse(why, "has a property more than once");
		rt_tape_add_text(t, name);
		add_text(t, rt_str_trim(v.v[i].value), types_of(p, name));
	}
	rt_tape_close(t, object, (uint32_t)v.n);
	return *why == NULL;
}

static const struct rt_node *
json_node(struct rt_arena *arena, struct rt_str text, const char **why)
{
	struct rt_json_error err;
	const struct rt_node *v =
	    rt_json_parse(arena, text, &rt_json_default_limits, &err);

	if (v == NULL)
		*why = "is no JSON";
	return v;
}

const struct rt_node *
rt_header_node(struct rt_arena *arena, const struct rt_answer_header *h,
    struct rt_str text, const char **why)
{
	struct rt_tape t = {.arena = arena};
	struct rt_pair one = {.value = rt_str_trim(text)};
	struct rt_pairs texts = {&one, 1};

	*why = NULL;
	if (!is_clean(one.value, why))
		return NULL;
	if (h->param == NULL)
		return rt_text_node(arena, one.value, h->types);
	if (h->param->style == RT_STYLE_JSON)
		return json_node(arena, one.value, why);
	if ((h->param->types & RT_ARRAY) != 0
		? !add_items(&t, h->param, texts, why)
		: !add_members(&t, h->param, texts, why))
		return NULL;
	return rt_tape_end(&t);
}
