/* Which C type each schema gets, and what it is called. */
#include "gen/plan_unit.h"
#include "gen/tmpl.h"

enum {
	NUMBERS = RT_INTEGER | RT_NUMBER,
};

static bool
has_applicators(const struct schema *s)
{
	return s->all_of.n + s->any_of.n + s->one_of.n > 0 || s->not_ != NULL ||
	    s->if_ != NULL || s->ref != NULL || s->dynamic != NULL ||
	    s->n_dependencies > 0;
}

static bool
says_nothing_of_types(const struct schema *s)
{
	return plan_any_type(s->types) && s->n_properties == 0 &&
	    s->enumeration == NULL && s->any_of.n + s->one_of.n == 0;
}

const struct schema *
plan_shape(const struct schema *s)
{
	for (unsigned i = 0; i < 16 && says_nothing_of_types(s); i++) {
		if (s->ref != NULL && s->all_of.n == 0)
			s = s->ref;
		else if (s->ref == NULL && s->all_of.n == 1)
			s = s->all_of.v[0];
		else
			break;
	}
	return s;
}

/* An enum in C: all values are strings, and nothing else is asserted that an
 * enumerator could break. */
static bool
is_text_enum(const struct schema *s)
{
	if (s->enumeration == NULL || s->enumeration->n == 0 ||
	    plan_core(s) != RT_STRING)
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
	if (s->file)
		return PLAN_FILE;
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
	case PLAN_FILE:
		return PLAN_FILES;
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

/* Whether a struct would have any. */
static bool
has_members(const struct schema *s)
{
	for (size_t i = 0; i < s->n_properties; i++) {
		if (!s->properties[i].hidden)
			return true;
	}
	return false;
}

static enum plan_kind
kind_of(const struct schema *s)
{
	s = plan_shape(s);
	if (s->file && s->any)
		return PLAN_FILE;
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
		return has_members(s) ? PLAN_STRUCT : PLAN_NODE;
	default:
		return PLAN_NODE;
	}
}

/* Whether the checks are too many, or of a shape, to stand in the user's
 * function. */
static bool
needs_function(const struct schema *s, enum plan_kind kind)
{
	if (s->component.p != NULL || s->resource_root || has_applicators(s))
		return true;
	if (kind == PLAN_ENUM || kind == PLAN_STRUCT)
		return true;
	if (s->items != NULL || s->prefix_items.n > 0 || s->contains != NULL)
		return true;
	if (s->additional != NULL || s->closed || s->n_patterns > 0 ||
	    s->property_names != NULL)
		return true;
	if (s->unevaluated_items != NULL || s->unevaluated_properties != NULL)
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

/* A part that is called by name: an argument of a runtime function, or one
 * that looks at the same value. */
static void
plan_function(struct plan *p, const struct plan_type *t, const struct schema *s,
    struct rt_str part)
{
	if (s != NULL)
		(void)plan_type(p, s, plan_part_label(p, t->label, part),
		    plan_part_name(p, t->name, part), true);
}

static void
plan_list(struct plan *p, const struct plan_type *t,
    const struct schema_list *list, const char *keyword)
{
	for (size_t i = 0; i < list->n; i++)
		plan_function(p, t, list->v[i],
		    rt_arena_printf(p->arena, "%s%zu", keyword, i + 1));
}

/* A part whose checks may stand in the whole's function. */
static void
plan_part(struct plan *p, const struct plan_type *t, const struct schema *s,
    struct rt_str part)
{
	if (s != NULL)
		(void)plan_type(p, s, plan_part_label(p, t->label, part),
		    plan_part_name(p, t->name, part), false);
}

/* A struct can't hold itself: where it would, it holds a pointer. */
static void
plan_pointer(struct plan *p, struct plan_type *t, size_t i)
{
	const struct schema_property *prop = &t->schema->properties[i];
	struct plan_type *part = p->types[plan_shape(prop->schema)->id];

	if (part == NULL || part->kind != PLAN_STRUCT || part->placed ||
	    prop->hidden)
		return;
	t->pointers[i] = true;
	part->boxed = true;
	if (!prop->required || plan_nullable(prop->schema))
		return;
	diag_error(p->diag, prop->pos, "schema-impossible",
	    "nothing can satisfy this schema: the required member '%.*s' "
	    "holds the same again, without end",
	    RT_FMT(prop->name));
}

static void
plan_members(struct plan *p, struct plan_type *t)
{
	const struct schema *s = t->schema;

	t->pointers = rt_arena_array(p->arena, s->n_properties, sizeof(bool));
	for (size_t i = 0; i < s->n_properties; i++) {
		plan_part(p, t, s->properties[i].schema, s->properties[i].name);
		if (t->kind == PLAN_STRUCT)
			plan_pointer(p, t, i);
	}
	for (size_t i = 0; i < s->n_patterns; i++)
		plan_part(p, t, s->patterns[i].schema,
		    rt_arena_printf(p->arena, "pattern%zu", i + 1));
	plan_part(p, t, s->additional, RT_LIT("value"));
	plan_function(p, t, s->property_names, RT_LIT("name"));
	for (size_t i = 0; i < s->n_dependencies; i++)
		plan_function(p, t, s->dependencies[i].schema,
		    rt_arena_printf(p->arena, "dependency%zu", i + 1));
}

static void
plan_items(struct plan *p, struct plan_type *t)
{
	const struct schema *s = t->schema;

	for (size_t i = 0; i < s->prefix_items.n; i++)
		plan_part(p, t, s->prefix_items.v[i],
		    rt_arena_printf(p->arena, "item%zu", i + 1));
	plan_part(p, t, s->items, RT_LIT("item"));
	plan_function(p, t, s->contains, RT_LIT("contains"));
	if (t->kind == PLAN_ARRAY && t->as == NULL)
		t->item = p->types[plan_shape(s->items)->id];
}

static void
plan_in_place(struct plan *p, const struct plan_type *t)
{
	const struct schema *s = t->schema;
	struct schema_list anchors = {NULL, 0};

	plan_function(p, t, s->ref, RT_LIT("ref"));
	plan_function(p, t, s->dynamic, RT_LIT("dynamic"));
	if (s->dynamic_anchor.p != NULL)
		anchors = schema_dynamic(s);
	plan_list(p, t, &anchors, "anchor");
	plan_function(p, t, s->not_, RT_LIT("not"));
	plan_list(p, t, &s->all_of, "allOf");
	plan_list(p, t, &s->any_of, "anyOf");
	plan_list(p, t, &s->one_of, "oneOf");
	plan_function(p, t, s->if_, RT_LIT("if"));
	plan_function(p, t, s->then_, RT_LIT("then"));
	plan_function(p, t, s->else_, RT_LIT("else"));
	plan_function(p, t, s->unevaluated_items, RT_LIT("moreItems"));
	plan_function(p, t, s->unevaluated_properties, RT_LIT("more"));
}

static void
give_name(struct plan *p, struct plan_type *t)
{
	t->name = name_claim(p->type_names, t->part);
	if (t->kind == PLAN_STRUCT && t->schema->n_properties > 0)
		(void)name_claim(p->type_names,
		    rt_arena_printf(p->arena, "%.*s_array", RT_FMT(t->name)));
	if (t->schema->n_properties > 0)
		name_members(p, t);
	if (t->kind == PLAN_ENUM && t->schema->enumeration != NULL)
		name_enumerators(p, t);
}

/* A component is called by its own name, whoever uses it first. */
static void
name_type(struct plan *p, struct plan_type *t, struct rt_str label,
    struct rt_str name)
{
	t->label = label;
	t->part = name;
	if (t->schema->component.p != NULL) {
		t->label = t->schema->component;
		t->part = name_snake(p->arena, t->schema->component);
	}
	plan_name_shared(p, t);
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
		name_type(p, t, label, name);
		p->types[s->id] = t;
		own = own || needs_function(s, t->kind);
	}
	if (!own || t->name.p != NULL)
		return t;
	give_name(p, t);
	plan_in_place(p, t);
	if (plan_shape(s) != s)
		t->as = p->types[plan_shape(s)->id];
	plan_members(p, t);
	plan_items(p, t);
	p->order[p->n_order++] = t;
	t->placed = true;
	return t;
}

/* --- Uses --- */

static void
use_schema(struct plan *p, const struct schema *s, unsigned uses)
{
	if (s != NULL && uses != 0)
		plan_use(p, p->types[s->id], uses);
}

static void
use_list(struct plan *p, const struct schema_list *list)
{
	for (size_t i = 0; i < list->n; i++)
		use_schema(p, list->v[i], PLAN_CHECK);
}

static void
use_array(struct plan_type *item, unsigned uses)
{
	item->array = item->array || (uses & (PLAN_READ | PLAN_WRITE)) != 0;
	item->array_read = item->array_read || (uses & PLAN_READ) != 0;
	item->array_write = item->array_write || (uses & PLAN_WRITE) != 0;
}

static void
check_members(struct plan *p, const struct schema *s)
{
	for (size_t i = 0; i < s->n_patterns; i++)
		use_schema(p, s->patterns[i].schema, PLAN_CHECK);
	for (size_t i = 0; i < s->n_dependencies; i++)
		use_schema(p, s->dependencies[i].schema, PLAN_CHECK);
	use_schema(p, s->additional, PLAN_CHECK);
	use_schema(p, s->property_names, PLAN_CHECK);
	use_schema(p, s->unevaluated_properties, PLAN_CHECK);
}

static void
check_in_place(struct plan *p, const struct schema *s)
{
	struct schema_list anchors = {NULL, 0};

	if (s->dynamic_anchor.p != NULL)
		anchors = schema_dynamic(s);
	use_list(p, &anchors);
	use_schema(p, s->ref, PLAN_CHECK);
	use_schema(p, s->dynamic, PLAN_CHECK);
	use_schema(p, s->not_, PLAN_CHECK);
	use_schema(p, s->if_, PLAN_CHECK);
	use_schema(p, s->then_, PLAN_CHECK);
	use_schema(p, s->else_, PLAN_CHECK);
	use_list(p, &s->all_of);
	use_list(p, &s->any_of);
	use_list(p, &s->one_of);
	use_list(p, &s->prefix_items);
	use_schema(p, s->contains, PLAN_CHECK);
	use_schema(p, s->unevaluated_items, PLAN_CHECK);
}

/* What is read or written goes along with the C type, what is checked along
 * with the schema. */
static void
use_parts(struct plan *p, struct plan_type *t, unsigned uses)
{
	const struct schema *s = t->schema;
	unsigned checks = uses & PLAN_CHECK;

	if (t->as != NULL) {
		plan_use(p, t->as, uses & ~(unsigned)PLAN_CHECK);
		uses = checks;
	}
	for (size_t i = 0; i < s->n_properties; i++) {
		bool member =
		    t->kind == PLAN_STRUCT && !s->properties[i].hidden;

		use_schema(p, s->properties[i].schema, member ? uses : checks);
	}
	use_schema(p, s->items, t->item != NULL ? uses : checks);
	if (t->item != NULL)
		use_array(t->item, uses);
	if (checks == 0)
		return;
	check_members(p, s);
	check_in_place(p, s);
}

void
plan_use(struct plan *p, struct plan_type *t, unsigned uses)
{
	unsigned known = (t->check ? PLAN_CHECK : 0u) |
	    (t->read ? PLAN_READ : 0u) | (t->write ? PLAN_WRITE : 0u);

	if ((uses & ~known) == 0)
		return;
	t->check = t->check || (uses & PLAN_CHECK) != 0;
	t->read = t->read || (uses & PLAN_READ) != 0;
	t->write = t->write || (uses & PLAN_WRITE) != 0;
	if (t->name.p != NULL)
		use_parts(p, t, uses);
}

/* --- C texts --- */

const struct plan_type *
plan_c_type(const struct plan_type *t)
{
	return t->as != NULL ? t->as : t;
}

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
	    [PLAN_FILE] = "struct rt_file ",
	    [PLAN_FILES] = "struct rt_files ",
	    [PLAN_NODE] = "const struct rt_node *",
	};

	t = plan_c_type(t);
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
	    [PLAN_FILE] = "file",
	    [PLAN_FILES] = "files",
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
	const char *name;

	t = plan_c_type(t);
	name = plan_write_name(t->kind);
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
	case PLAN_FILES:
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
	t = plan_c_type(t);
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
