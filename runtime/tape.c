#include "runtime/tape.h"

#include "runtime/json_part.h"

enum { FIRST_NODES = 32 };

static void
make_room(struct rt_tape *t, uint32_t more)
{
	size_t size = t->size == 0 ? FIRST_NODES : t->size;
	struct rt_node *v;

	if (more <= t->size - t->n)
		return;
	while (size < (size_t)t->n + more)
		size *= 2;
	v = rt_arena_array(t->arena, size, sizeof(*v));
	if (t->n > 0)
		memcpy(v, t->v, t->n * sizeof(*v));
	t->v = v;
	t->size = (uint32_t)size;
}

struct rt_node *
rt_tape_add(struct rt_tape *t, enum rt_type type, struct rt_str text)
{
	struct rt_node *v;

	make_room(t, 1);
	v = &t->v[t->n++];
	*v = (struct rt_node){
	    .type = type,
	    .span = 1,
	    .n = (uint32_t)text.n,
	    .p = text.p,
	};
	return v;
}

void
rt_tape_add_text(struct rt_tape *t, struct rt_str text)
{
	(void)rt_tape_add(t, text.p == NULL ? RT_NULL : RT_STRING, text);
}

void
rt_tape_copy(struct rt_tape *t, const struct rt_node *v)
{
	make_room(t, v->span);
	memcpy(t->v + t->n, v, v->span * sizeof(*v));
	t->n += v->span;
}

uint32_t
rt_tape_open(struct rt_tape *t, enum rt_type type)
{
	return (uint32_t)(rt_tape_add(t, type, (struct rt_str){0}) - t->v);
}

void
rt_tape_close(struct rt_tape *t, uint32_t index, uint32_t n)
{
	t->v[index].n = n;
	t->v[index].span = t->n - index;
}

/* The order of names that a copied object has is that of its old place. */
static void
sort_names(struct rt_tape *t, struct rt_node *v)
{
	if (v->type != RT_OBJECT)
		return;
	v->p = NULL;
	if (v->n > RT_FEW_MEMBERS)
		(void)rt_node_sort_names(t->arena, v);
}

const struct rt_node *
rt_tape_end(struct rt_tape *t)
{
	for (uint32_t i = 0; i < t->n; i++)
		sort_names(t, &t->v[i]);
	return t->v;
}
