/* Which C type each schema gets, and what it is called. */
#include "gen/plan_type.h"
#include "gen/tmpl.h"

enum {
	NUMBERS = RT_INTEGER | RT_NUMBER,
};

static bool
has_applicators(const struct schema *s)
{
	return s->all_of.n + s->any_of.n + s->one_of.n > 0 || s->not_ != NULL;
}

/* An enum in C: all values are strings, and nothing else is asserted that an
 * enumerator could break. */
static bool
is_text_enum(const struct schema *s)
{
	if (s->enumeration == NULL || plan_core(s) != RT_STRING)
		return false;
	for (size_t i = 0; i < s->enumeration->n; i++) {
		if (s->enumeration->items[i]->type != DOC_STRING)
			return false;
	}
	return true;
}

static enum plan_kind
string_kind(const struct schema *s)
{
	if (is_text_enum(s))
		return PLAN_ENUM;
	if (s->format == RT_FORMAT_DATE)
		return PLAN_DATE;
	if (s->format == RT_FORMAT_DATE_TIME)
		return PLAN_TIME;
	if (s->format == RT_FORMAT_UUID)
		return PLAN_UUID;
	return PLAN_STR;
}

static enum plan_kind kind_of(const struct schema *);

static enum plan_kind
array_kind(const struct schema *s)
{
	if (s->items == NULL || plan_nullable(s->items))
		return PLAN_NODE;
	switch (kind_of(s->items)) {
	case PLAN_STR:
		return PLAN_STRS;
	case PLAN_INT:
	case PLAN_INT32:
		return PLAN_INTS;
	case PLAN_DOUBLE:
		return PLAN_DOUBLES;
	case PLAN_STRUCT:
		return PLAN_ARRAY;
	default:
		return PLAN_NODE;
	}
}

static enum plan_kind
kind_of(const struct schema *s)
{
	switch (plan_core(s)) {
	case RT_BOOLEAN:
		return PLAN_BOOL;
	case RT_INTEGER:
		return s->format == RT_FORMAT_INT32 ? PLAN_INT32 : PLAN_INT;
	case RT_NUMBER:
	case NUMBERS:
		return PLAN_DOUBLE;
	case RT_STRING:
		return string_kind(s);
	case RT_ARRAY:
		return array_kind(s);
	case RT_OBJECT:
		return s->n_properties > 0 ? PLAN_STRUCT : PLAN_NODE;
	default:
		return PLAN_NODE;
	}
}

/* Whether the checks are too many, or of a shape, to stand in the user's
 * function. */
static bool
needs_function(const struct schema *s, enum plan_kind kind)
{
	if (s->component.p != NULL || has_applicators(s))
		return true;
	if (kind == PLAN_ENUM || kind == PLAN_STRUCT)
		return true;
	if (s->items != NULL || s->additional != NULL || s->closed)
		return true;
	return s->n_required > 0 || s->n_properties > 0;
}

/* --- Names inside a type --- */

static void
name_members(struct plan *p, struct plan_type *t)
{
	const struct schema *s = t->schema;
	struct name_scope *members = name_scope_open(p->arena);
	struct name_scope *keys = name_scope_open(p->arena);

	t->members =
	    rt_arena_array(p->arena, s->n_properties, sizeof(*t->members));
	t->keys = rt_arena_array(p->arena, s->n_properties, sizeof(*t->keys));
	for (size_t i = 0; i < s->n_properties; i++) {
		struct rt_str snake =
		    name_snake(p->arena, s->properties[i].name);

		t->members[i] = name_claim_member(members, snake);
		t->keys[i] = name_claim(keys,
		    rt_arena_printf(p->arena, "K_%.*s",
			RT_FMT(name_upper(p->arena, snake))));
	}
}

static void
name_enumerators(struct plan *p, struct plan_type *t)
{
	const struct doc_node *values = t->schema->enumeration;

	t->enumerators =
	    rt_arena_array(p->arena, values->n, sizeof(*t->enumerators));
	for (size_t i = 0; i < values->n; i++) {
		struct rt_str snake =
		    rt_arena_printf(p->arena, "api_%.*s_%.*s", RT_FMT(t->name),
			RT_FMT(name_snake(p->arena, values->items[i]->text)));

		t->enumerators[i] = name_claim(p->enumerator_names,
		    name_upper(p->arena, snake));
	}
}

/* --- The types --- */

struct rt_str
plan_part_name(struct plan *p, struct rt_str whole, struct rt_str part)
{
	return rt_arena_printf(p->arena, "%.*s_%.*s", RT_FMT(whole),
	    RT_FMT(name_snake(p->arena, part)));
}

struct rt_str
plan_part_label(struct plan *p, struct rt_str whole, struct rt_str part)
{
	return rt_arena_printf(p->arena, "%.*s.%.*s", RT_FMT(whole),
	    RT_FMT(part));
}

static void
plan_list(struct plan *p, const struct plan_type *t,
    const struct schema_list *list, const char *keyword)
{
	for (size_t i = 0; i < list->n; i++) {
		struct rt_str part =
		    rt_arena_printf(p->arena, "%s%zu", keyword, i + 1);

		(void)plan_type(p, list->v[i],
		    plan_part_label(p, t->label, part),
		    plan_part_name(p, t->name, part), true);
	}
}

static void
plan_part(struct plan *p, const struct plan_type *t, const struct schema *s,
    const char *part)
{
	if (s == NULL)
		return;
	(void)plan_type(p, s, plan_part_label(p, t->label, rt_str(part)),
	    plan_part_name(p, t->name, rt_str(part)),
	    t->kind == PLAN_ARRAY || rt_str_is(rt_str(part), "not"));
}

static void
plan_parts(struct plan *p, struct plan_type *t)
{
	const struct schema *s = t->schema;

	for (size_t i = 0; i < s->n_properties; i++) {
		struct rt_str name = s->properties[i].name;

		(void)plan_type(p, s->properties[i].schema,
		    plan_part_label(p, t->label, name),
		    plan_part_name(p, t->name, name), false);
	}
	plan_part(p, t, s->items, "item");
	plan_part(p, t, s->additional, "value");
	plan_part(p, t, s->not_, "not");
	plan_list(p, t, &s->all_of, "allOf");
	plan_list(p, t, &s->any_of, "anyOf");
	plan_list(p, t, &s->one_of, "oneOf");
	if (t->kind == PLAN_ARRAY)
		t->item = p->types[s->items->id];
}

static void
give_name(struct plan *p, struct plan_type *t, struct rt_str name)
{
	if (t->schema->component.p != NULL) {
		t->label = t->schema->component;
		name = name_snake(p->arena, t->schema->component);
	}
	t->name = name_claim(p->type_names, name);
	if (t->kind == PLAN_STRUCT)
		(void)name_claim(p->type_names,
		    rt_arena_printf(p->arena, "%.*s_array", RT_FMT(t->name)));
	if (t->schema->n_properties > 0)
		name_members(p, t);
	if (t->kind == PLAN_ENUM)
		name_enumerators(p, t);
}

struct plan_type *
plan_type(struct plan *p, const struct schema *s, struct rt_str label,
    struct rt_str name, bool own)
{
	struct plan_type *t = p->types[s->id];

	if (t == NULL) {
		t = rt_arena_new(p->arena, sizeof(*t));
		t->schema = s;
		t->kind = kind_of(s);
		t->label = label;
		p->types[s->id] = t;
		own = own || needs_function(s, t->kind);
	}
	if (!own || t->name.p != NULL)
		return t;
	give_name(p, t, name);
	plan_parts(p, t);
	p->order[p->n_order++] = t;
	return t;
}

/* --- Uses --- */

static void
use_list(struct plan *p, const struct schema_list *list)
{
	for (size_t i = 0; i < list->n; i++)
		plan_use(p, p->types[list->v[i]->id], PLAN_CHECK);
}

static void
use_schema(struct plan *p, const struct schema *s, unsigned uses)
{
	if (s != NULL && uses != 0)
		plan_use(p, p->types[s->id], uses);
}

static void
use_array(struct plan_type *item, unsigned uses)
{
	item->array = item->array || (uses & (PLAN_READ | PLAN_WRITE)) != 0;
	item->array_read = item->array_read || (uses & PLAN_READ) != 0;
	item->array_write = item->array_write || (uses & PLAN_WRITE) != 0;
}

void
plan_use(struct plan *p, struct plan_type *t, unsigned uses)
{
	const struct schema *s = t->schema;
	unsigned known = (t->check ? PLAN_CHECK : 0u) |
	    (t->read ? PLAN_READ : 0u) | (t->write ? PLAN_WRITE : 0u);
	unsigned checks = uses & PLAN_CHECK;

	if ((uses & ~known) == 0)
		return;
	t->check = t->check || checks != 0;
	t->read = t->read || (uses & PLAN_READ) != 0;
	t->write = t->write || (uses & PLAN_WRITE) != 0;
	if (t->name.p == NULL)
		return;
	for (size_t i = 0; i < s->n_properties; i++)
		use_schema(p, s->properties[i].schema,
		    t->kind == PLAN_STRUCT ? uses : checks);
	use_schema(p, s->items, t->item != NULL ? uses : checks);
	if (t->item != NULL)
		use_array(t->item, uses);
	use_schema(p, s->additional, checks);
	use_schema(p, s->not_, checks);
	if (checks == 0)
		return;
	use_list(p, &s->all_of);
	use_list(p, &s->any_of);
	use_list(p, &s->one_of);
}

size_t
plan_pattern(struct plan *p, struct rt_str pattern)
{
	size_t i = 0;

	while (i < p->n_patterns && !rt_str_eq(p->patterns[i], pattern))
		i++;
	if (i == p->n_patterns)
		p->patterns[p->n_patterns++] = pattern;
	return i;
}

/* --- C texts --- */

struct rt_str
plan_decl(struct plan *p, const struct plan_type *t)
{
	static const char *const texts[] = {
	    [PLAN_BOOL] = "bool ",
	    [PLAN_INT] = "int64_t ",
	    [PLAN_INT32] = "int32_t ",
	    [PLAN_DOUBLE] = "double ",
	    [PLAN_STR] = "struct rt_str ",
	    [PLAN_DATE] = "struct rt_date ",
	    [PLAN_TIME] = "struct rt_time ",
	    [PLAN_UUID] = "struct rt_uuid ",
	    [PLAN_STRS] = "struct rt_strs ",
	    [PLAN_INTS] = "struct rt_ints ",
	    [PLAN_DOUBLES] = "struct rt_doubles ",
	    [PLAN_NODE] = "const struct rt_node *",
	};

	switch (t->kind) {
	case PLAN_ENUM:
		return rt_arena_printf(p->arena, "enum api_%.*s ",
		    RT_FMT(t->name));
	case PLAN_STRUCT:
		return rt_arena_printf(p->arena, "struct api_%.*s ",
		    RT_FMT(t->name));
	case PLAN_ARRAY:
		return rt_arena_printf(p->arena, "struct api_%.*s_array ",
		    RT_FMT(t->item->name));
	default:
		return rt_str(texts[t->kind]);
	}
}

const char *
plan_write_name(enum plan_kind kind)
{
	static const char *const names[] = {
	    [PLAN_BOOL] = "bool",
	    [PLAN_INT] = "int",
	    [PLAN_INT32] = "int",
	    [PLAN_DOUBLE] = "double",
	    [PLAN_STR] = "str",
	    [PLAN_DATE] = "date",
	    [PLAN_TIME] = "time",
	    [PLAN_UUID] = "uuid",
	    [PLAN_STRS] = "strs",
	    [PLAN_INTS] = "ints",
	    [PLAN_DOUBLES] = "doubles",
	    [PLAN_NODE] = "node",
	    [PLAN_ENUM] = NULL, /* these have functions of their own */
	    [PLAN_STRUCT] = NULL,
	    [PLAN_ARRAY] = NULL,
	};

	return names[kind];
}

struct rt_str
plan_read_call(struct plan *p, const struct plan_type *t, const char *arena,
    const char *v)
{
	const char *name = plan_write_name(t->kind);

	switch (t->kind) {
	case PLAN_STRUCT:
		return (struct rt_str){0};
	case PLAN_NODE:
		return rt_str(v);
	case PLAN_ENUM:
		return rt_arena_printf(p->arena, "api_%.*s_read(%s)",
		    RT_FMT(t->name), v);
	case PLAN_ARRAY:
		return rt_arena_printf(p->arena, "api_%.*s_array_read(%s, %s)",
		    RT_FMT(t->item->name), arena, v);
	case PLAN_INT32:
		return rt_arena_printf(p->arena, "rt_read_int32(%s)", v);
	case PLAN_STRS:
	case PLAN_INTS:
	case PLAN_DOUBLES:
		return rt_arena_printf(p->arena, "rt_read_%s(%s, %s)", name,
		    arena, v);
	default:
		return rt_arena_printf(p->arena, "rt_read_%s(%s)", name, v);
	}
}

struct rt_str
plan_default(struct plan *p, const struct plan_type *t,
    const struct doc_node *d, struct rt_str target)
{
	switch (d->type == DOC_NULL ? PLAN_NODE : t->kind) {
	case PLAN_BOOL:
		return rt_arena_printf(p->arena, "%.*s = %s;", RT_FMT(target),
		    d->yes ? "true" : "false");
	case PLAN_INT:
	case PLAN_INT32:
	case PLAN_DOUBLE:
		return rt_arena_printf(p->arena, "%.*s = %.*s;", RT_FMT(target),
		    RT_FMT(d->text));
	case PLAN_STR:
		return rt_arena_printf(p->arena, "%.*s = RT_LIT(\"%.*s\");",
		    RT_FMT(target), RT_FMT(tmpl_cstr(p->arena, d->text)));
	case PLAN_ENUM:
		for (size_t i = 0; i < t->schema->enumeration->n; i++) {
			if (doc_eq(t->schema->enumeration->items[i], d))
				return rt_arena_printf(p->arena, "%.*s = %.*s;",
				    RT_FMT(target), RT_FMT(t->enumerators[i]));
		}
		break;
	default:
		break;
	}
	diag_error(p->diag, d->pos, "unsupported-default",
	    "a default for a value of this type is not supported yet");
	return (struct rt_str){0};
}
