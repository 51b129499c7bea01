#include "gen/plan_unit.h"

#include <stdlib.h>

/* What is known of a node: the schema's type, and a unit of its own. */
struct place {
	const struct doc_node *node;
	const struct plan_type *type;
	struct plan_unit *unit;
};

struct units {
	struct plan *p;
	struct name_scope *files;
	struct plan_unit **v;
	size_t n;
	struct place *places; /* by node; half of them are free */
	size_t n_places; /* a power of two */
	struct plan_unit *stack;
	unsigned visits;
};

/* --- Which unit a type is part of --- */

/* Where the node belongs, or, before it is there, would. */
static struct place *
find_place(const struct units *u, const struct doc_node *node)
{
	size_t i = ((uintptr_t)node >> 4) * 0x9e3779b97f4a7c15u;

	for (i &= u->n_places - 1; u->places[i].node != NULL;
	     i = (i + 1) & (u->n_places - 1)) {
		if (u->places[i].node == node)
			break;
	}
	return &u->places[i];
}

/* The unit of a node; a new one's name is claimed. */
static struct plan_unit *
unit_of(struct units *u, const struct doc_node *node, struct rt_str file)
{
	struct place *place = find_place(u, node);
	struct plan_unit *unit = place->unit;

	if (unit != NULL)
		return unit;
	unit = rt_arena_new(u->p->arena, sizeof(*unit));
	unit->whole = unit;
	unit->file = name_claim(u->files, file);
	u->v[u->n++] = unit;
	*place = (struct place){node, NULL, unit};
	return unit;
}

/* Whether a node is a parameter, response, schema, ... of `components`. */
static bool
is_component(const struct doc_node *node)
{
	const struct doc_node *section = node->parent;
	const struct doc_node *components =
	    section == NULL ? NULL : section->parent;

	return components != NULL && components->parent != NULL &&
	    components->parent->parent == NULL &&
	    rt_str_is(components->key, "components");
}

/* "page_size_parameter", "person" of components/schemas. */
static struct rt_str
component_file(struct plan *p, const struct doc_node *node)
{
	static const struct {
		const char *section, *suffix;
	} sections[] = {
	    {"schemas", ""},
	    {"parameters", " parameter"},
	    {"responses", " response"},
	    {"requestBodies", " body"},
	    {"headers", " header"},
	};
	const char *suffix = " part";

	for (size_t i = 0; i < RT_LEN(sections); i++) {
		if (rt_str_is(node->parent->key, sections[i].section))
			suffix = sections[i].suffix;
	}
	return name_snake(p->arena,
	    rt_arena_printf(p->arena, "%.*s%s", RT_FMT(node->key), suffix));
}

/* The header that a `schema` or a media type is of; NULL for another thing. */
static const struct doc_node *
header_of(const struct doc_node *node)
{
	return node->parent != NULL && rt_str_is(node->parent->key, "headers")
	    ? node
	    : NULL;
}

void
plan_name_shared(struct plan *p, struct plan_type *t)
{
	const struct doc_node *node = t->schema->node->parent, *header;
	struct rt_str part = RT_LIT("");

	if (node == NULL || !rt_str_is(t->schema->node->key, "schema"))
		return;
	/* "content", and the media type below it */
	if (node->parent != NULL && rt_str_is(node->parent->key, "content"))
		node = node->parent->parent;
	header = header_of(node);
	if (header != NULL && !is_component(header)) {
		part = rt_arena_printf(p->arena, "_%.*s_header",
		    RT_FMT(name_snake(p->arena, header->key)));
		node = header->parent->parent;
	}
	if (!is_component(node) || rt_str_is(node->parent->key, "schemas"))
		return;
	t->label = node->key;
	t->part = rt_arena_printf(p->arena, "%.*s%.*s",
	    RT_FMT(component_file(p, node)), RT_FMT(part));
}

/*
 * By where the schema stands: inside of an operation or a component, else (in
 * a file of definitions, say) inside of the outermost schema there.
 */
static struct plan_unit *
unit_of_type(struct units *u, const struct plan_type *t)
{
	const struct plan_type *outermost = t;
	const struct doc_node *node = t->schema->node;

	for (; node != NULL; node = node->parent) {
		const struct place *place = find_place(u, node);

		if (place->unit != NULL)
			return place->unit;
		if (is_component(node))
			return unit_of(u, node, component_file(u->p, node));
		if (place->type != NULL)
			outermost = place->type;
	}
	return unit_of(u, outermost->schema->node, outermost->name);
}

static void
open_places(struct units *u)
{
	struct plan *p = u->p;
	/* Nodes of schemas, of components that they are in, of operations. */
	size_t n = p->n_order * 2 + p->spec->n_ops + p->spec->n_outbound;

	u->n_places = 16;
	while (u->n_places < 2 * n)
		u->n_places *= 2;
	u->places = rt_arena_array(p->arena, u->n_places, sizeof(*u->places));
	u->v = rt_arena_array(p->arena, n, sizeof(struct plan_unit *));
	u->files = name_scope_open(p->arena);
}

/* Schemas that are components by the names of their types, and operations:
 * before any type is asked for that may be inside of them. */
static void
open_units(struct units *u)
{
	struct plan *p = u->p;

	open_places(u);
	for (size_t i = 0; i < p->n_order; i++) {
		const struct plan_type *t = p->order[i];
		const struct doc_node *node = t->schema->node;

		if (t->schema->component.p != NULL)
			(void)unit_of(u, node, t->name);
		else if (find_place(u, node)->unit == NULL)
			*find_place(u, node) = (struct place){node, t, NULL};
	}
	for (size_t i = 0; i < p->spec->n_ops; i++)
		(void)unit_of(u, p->spec->ops[i].node,
		    rt_arena_printf(p->arena, "%.*s_op",
			RT_FMT(p->op_names[i])));
	for (size_t i = 0; i < p->spec->n_outbound; i++)
		(void)unit_of(u, p->spec->outbound[i].op.node,
		    rt_arena_printf(p->arena, "%.*s_op",
			RT_FMT(p->outbound_names[i])));
}

/* --- Units that need each other's values --- */

static void visit(struct units *, struct plan_unit *);

static void
follow(struct units *u, struct plan_unit *unit, struct plan_unit *to)
{
	if (to == NULL)
		return;
	if (to->number == 0)
		visit(u, to);
	if (to->open && to->low < unit->low)
		unit->low = to->low;
}

/* Tarjan's strongly connected components; as deep as values are nested. */
static void
visit(struct units *u, struct plan_unit *unit)
{
	struct plan_unit *top;

	unit->number = unit->low = ++u->visits;
	unit->open = true;
	unit->below = u->stack;
	u->stack = unit;
	for (const struct plan_type *t = unit->first; t != NULL; t = t->next) {
		for (size_t i = 0; i < t->needs.n; i++) {
			if (t->needs.v[i].kind == PLAN_NEED_VALUE)
				follow(u, unit, t->needs.v[i].type->unit);
		}
	}
	if (unit->low != unit->number)
		return;
	do {
		top = u->stack;
		u->stack = top->below;
		top->open = false;
		top->whole = unit;
	} while (top != unit);
}

static void
add_type(struct plan_unit *unit, struct plan_type *t)
{
	t->unit = unit;
	t->next = NULL;
	if (unit->first == NULL)
		unit->first = t;
	else
		unit->last->next = t;
	unit->last = t;
}

/* Units that would include each other become one. */
static void
join(struct units *u)
{
	struct plan *p = u->p;

	for (size_t i = 0; i < u->n; i++) {
		if (u->v[i]->number == 0)
			visit(u, u->v[i]);
	}
	for (size_t i = 0; i < u->n; i++)
		u->v[i]->first = u->v[i]->last = NULL;
	for (size_t i = 0; i < p->n_order; i++) {
		if (p->order[i]->unit != NULL)
			add_type(p->order[i]->unit->whole, p->order[i]);
	}
}

/* --- The whole --- */

/* An array has a header of its own, for it says nothing of its items; that of
 * an enum stands behind the enum. */
static bool
has_array_file(const struct plan_type *t)
{
	return t->array && t->kind != PLAN_ENUM;
}

static struct value *
array_value(struct units *u, struct plan_type *t)
{
	struct value *v = value_map(u->p->arena);

	t->array_file = name_claim(u->files, t->array_name);
	value_set_text(v, "file", t->array_file);
	value_set_text(v, "guard", name_upper(u->p->arena, t->array_file));
	value_set_printf(v, "c", "api_%.*s", RT_FMT(t->array_name));
	value_set_printf(v, "item", "api_%.*s", RT_FMT(t->name));
	value_set_text(v, "item_file", t->unit->file);
	return v;
}

static struct value *
arrays(struct units *u)
{
	struct value *list = value_list(u->p->arena);

	for (size_t i = 0; i < u->p->n_order; i++) {
		struct plan_type *t = u->p->order[i];

		if (t->unit != NULL && has_array_file(t))
			value_add(list, array_value(u, t));
	}
	return list;
}

/* What all types of a unit need, and the arrays that it has functions for. */
static struct plan_needs
unit_needs(struct plan *p, const struct plan_unit *unit)
{
	struct plan_needs all = {0};

	p->needs = &all;
	for (const struct plan_type *t = unit->first; t != NULL; t = t->next) {
		for (size_t i = 0; i < t->needs.n; i++)
			plan_need(p, t->needs.v[i]);
		if (has_array_file(t))
			plan_need(p,
			    (struct plan_need){PLAN_NEED_ARRAY, t, {0}});
	}
	p->needs = NULL;
	return all;
}

/* The functions of a type, by what they do. */
static const char *const checks[] = {"check", NULL};
static const char *const reads[] = {"enum_read", "read", "union_read",
    "read_new", "arrays", "maps", NULL};
static const char *const writes[] = {"enum_text", "write", "union_write",
    "arrays", "maps", NULL};
static const char *const maps[] = {"maps", NULL};

/* Whether a flag is set or, in a list, for one of its items. */
static bool
is_set(const struct value *v, const char *how)
{
	if (value_type(v) != VALUE_LIST)
		return value_yes(v);
	for (size_t i = 0; i < value_count(v); i++) {
		if (how == NULL ||
		    value_yes(value_get(value_at(v, i), rt_str(how))))
			return true;
	}
	return false;
}

static bool
any(const struct value *types, const char *const *functions, const char *how)
{
	for (size_t i = 0; i < value_count(types); i++) {
		const struct value *t = value_at(types, i);

		for (size_t k = 0; functions[k] != NULL; k++) {
			if (is_set(value_get(t, rt_str(functions[k])), how))
				return true;
		}
	}
	return false;
}

static struct value *
unit_value(struct plan *p, const struct plan_unit *unit)
{
	struct value *v = value_map(p->arena), *types = value_list(p->arena);
	struct plan_needs needs = unit_needs(p, unit);

	for (const struct plan_type *t = unit->first; t != NULL; t = t->next)
		value_add(types, t->value);
	value_set_text(v, "file", unit->file);
	value_set_text(v, "guard", name_upper(p->arena, unit->file));
	plan_set_needs(p, v, &needs, unit);
	value_set_bool(v, "any_check", any(types, checks, NULL));
	value_set_bool(v, "any_read", any(types, reads, "read"));
	value_set_bool(v, "any_map", any(types, maps, NULL));
	value_set_bool(v, "any_write", any(types, writes, "write"));
	value_set(v, "types", types);
	return v;
}

struct value *
plan_units(struct plan *p, struct value **array_files)
{
	struct units u = {.p = p};
	struct value *list = value_list(p->arena);

	open_units(&u);
	for (size_t i = 0; i < p->n_order; i++) {
		if (p->order[i]->value != NULL)
			add_type(unit_of_type(&u, p->order[i]), p->order[i]);
	}
	join(&u);
	*array_files = arrays(&u);
	for (size_t i = 0; i < u.n; i++) {
		if (u.v[i]->first != NULL)
			value_add(list, unit_value(p, u.v[i]));
	}
	return list;
}

struct value *
plan_one_unit(struct plan *p, struct rt_str file)
{
	struct plan_unit *unit = rt_arena_new(p->arena, sizeof(*unit));

	unit->file = file;
	for (size_t i = 0; i < p->n_order; i++) {
		if (p->order[i]->value != NULL)
			add_type(unit, p->order[i]);
	}
	return unit_value(p, unit);
}
