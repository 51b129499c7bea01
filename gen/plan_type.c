/* Which C type each schema gets, and what it is called. */
#include "gen/plan_unit.h"

/* --- Kinds --- */

static enum plan_kind
array_of(enum plan_kind item)
{
	switch (item) {
	case PLAN_BOOL:
		return PLAN_BOOLS;
	case PLAN_INT:
	case PLAN_INT32:
		return PLAN_INTS;
	case PLAN_DOUBLE:
		return PLAN_DOUBLES;
	case PLAN_STR:
		return PLAN_STRS;
	case PLAN_DATE:
		return PLAN_DATES;
	case PLAN_TIME:
		return PLAN_TIMES;
	case PLAN_UUID:
		return PLAN_UUIDS;
	case PLAN_ENUM:
	case PLAN_STRUCT:
	case PLAN_UNION:
		return PLAN_ARRAY;
	case PLAN_FILE:
		return PLAN_FILES;
	case PLAN_NODE:
		return PLAN_NODE;
	default:
		return PLAN_LIST;
	}
}

static enum plan_kind
map_of(struct plan *p, const struct schema *item)
{
	switch (plan_kind(p, item)) {
	case PLAN_NODE:
		return PLAN_NODE;
	case PLAN_INT:
	case PLAN_INT32:
		return plan_nullable(p, item) ? PLAN_MAP : PLAN_INT_MAP;
	case PLAN_DOUBLE:
		return plan_nullable(p, item) ? PLAN_MAP : PLAN_DOUBLE_MAP;
	case PLAN_STR:
		return plan_nullable(p, item) ? PLAN_MAP : PLAN_STR_MAP;
	default:
		return PLAN_MAP;
	}
}

/* An array of arrays of the same, without end, is a list of lists. */
enum plan_kind
plan_kind(struct plan *p, const struct schema *s)
{
	const struct plan_form *f = plan_form(p, s);
	enum plan_kind *known = &p->kinds[f->shape->id];

	if ((f->kind != PLAN_LIST && f->kind != PLAN_MAP) || *known != 0)
		return *known != 0 ? *known : f->kind;
	*known = f->kind;
	if (f->kind == PLAN_MAP)
		*known = map_of(p, f->item);
	else if (plan_nullable(p, f->item))
		*known = PLAN_NODE;
	else
		*known = array_of(plan_kind(p, f->item));
	return *known;
}

/* Kinds of which each type has a struct or an enum of its own. */
static bool
is_declared(enum plan_kind kind)
{
	return kind == PLAN_ENUM || kind == PLAN_STRUCT || kind == PLAN_UNION ||
	    kind == PLAN_LIST || kind == PLAN_MAP;
}

static bool
has_applicators(const struct schema *s)
{
	return s->all_of.n + s->any_of.n + s->one_of.n > 0 || s->not_ != NULL ||
	    s->if_ != NULL || s->ref != NULL || s->dynamic != NULL ||
	    s->n_dependencies > 0;
}

/* Whether the checks are too many, or of a shape, to stand in the user's
 * function. */
static bool
needs_function(const struct schema *s, enum plan_kind kind)
{
	if (s->component.p != NULL || s->resource_root || has_applicators(s))
		return true;
	if (is_declared(kind))
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

static struct rt_str
claim_beside(struct plan *p, const struct plan_type *t, const char *what)
{
	return name_claim(p->type_names,
	    rt_arena_printf(p->arena, "%.*s_%s", RT_FMT(t->name), what));
}

static struct rt_str
key_name(struct plan *p, struct name_scope *keys, struct rt_str name)
{
	struct rt_str snake = name_snake(p->arena, name);

	return name_claim(keys,
	    rt_arena_printf(p->arena, "K_%.*s",
		RT_FMT(name_upper(p->arena, snake))));
}

static void
name_properties(struct plan *p, struct plan_type *t)
{
	const struct schema *s = t->schema;
	struct name_scope *keys = name_scope_open(p->arena);

	t->keys = rt_arena_array(p->arena, s->n_properties, sizeof(*t->keys));
	for (size_t i = 0; i < s->n_properties; i++)
		t->keys[i] = key_name(p, keys, s->properties[i].name);
}

/* The value of a property that has only one, which is no null. */
static const struct doc_node *
only_value(struct plan *p, const struct plan_field *f)
{
	const struct schema *s = plan_form(p, f->property->schema)->shape;
	const struct doc_node *v = s->constant;
	int64_t number;

	if (v == NULL && s->enumeration != NULL && s->enumeration->n == 1)
		v = s->enumeration->items[0];
	if (v == NULL || f->open ||
	    (v->type != DOC_STRING && v->type != DOC_BOOL &&
		!doc_int(v, &number)))
		return NULL;
	return v;
}

/* Constants leave no member, unless the struct would be empty. */
static void
set_constants(struct plan *p, struct plan_type *t)
{
	bool any = t->form->item != NULL;

	for (size_t i = 0; i < t->form->n_fields; i++) {
		const struct plan_field *f = &t->form->fields[i];

		t->members[i].constant = only_value(p, f);
		any = any || t->members[i].constant == NULL || plan_has(p, f);
	}
	if (!any)
		t->members[0].constant = NULL;
}

static void
name_members(struct plan *p, struct plan_type *t)
{
	const struct plan_form *f = t->form;
	const struct schema *s = t->schema;
	struct name_scope *members = name_scope_open(p->arena);
	struct name_scope *keys = name_scope_open(p->arena);

	t->members = rt_arena_array(p->arena, f->n_fields, sizeof(*t->members));
	for (size_t i = 0; i < f->n_fields; i++) {
		const struct schema_property *prop = f->fields[i].property;

		t->members[i].c = name_claim_member(members,
		    name_snake(p->arena, prop->name));
		t->members[i].key = f->merged ? key_name(p, keys, prop->name)
					      : t->keys[prop - s->properties];
	}
	set_constants(p, t);
	if (f->item == NULL)
		return;
	t->rest_c = name_claim_member(members, RT_LIT("additional"));
	t->rest = rt_arena_new(p->arena, sizeof(*t->rest));
	t->rest->schema = s;
	t->rest->form = f;
	t->rest->name = claim_beside(p, t, "additional");
	t->rest->entry_name = claim_beside(p, t->rest, "entry");
}

static struct rt_str
enumerator_name(struct plan *p, struct rt_str type, struct rt_str value)
{
	struct rt_str snake = rt_arena_printf(p->arena, "api_%.*s_%.*s",
	    RT_FMT(type), RT_FMT(name_snake(p->arena, value)));

	return name_claim(p->enumerator_names, name_upper(p->arena, snake));
}

static void
name_enumerators(struct plan *p, struct plan_type *t)
{
	const struct plan_form *f = t->form;

	t->enumerators =
	    rt_arena_array(p->arena, f->n_texts, sizeof(*t->enumerators));
	for (size_t i = 0; i < f->n_texts; i++)
		t->enumerators[i] = enumerator_name(p, t->name, f->texts[i]);
}

static void
name_arms(struct plan *p, struct plan_type *t)
{
	const struct plan_form *f = t->form;
	struct name_scope *arms = name_scope_open(p->arena);

	t->kind_name = claim_beside(p, t, "kind");
	(void)name_claim(arms, RT_LIT("kind"));
	t->arms = rt_arena_array(p->arena, f->n_variants, sizeof(*t->arms));
	for (size_t i = 0; i < f->n_variants; i++) {
		struct rt_str name = f->variants[i].name;

		t->arms[i].c = name_claim(arms, name_snake(p->arena, name));
		t->arms[i].enumerator = enumerator_name(p, t->kind_name, name);
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

/* Names what the schema itself tells of before what is in place does. */
static void
name_fields(struct plan *p, struct plan_type *t)
{
	struct schema_list parts = plan_parts(p, t->schema);

	if (!t->form->merged)
		return;
	for (size_t i = 0; i < parts.n; i++) {
		if (parts.v[i] != t->schema && parts.v[i]->component.p != NULL)
			plan_function(p, t, parts.v[i], RT_LIT("part"));
	}
	for (size_t i = 0; i < t->form->n_fields; i++)
		plan_part(p, t, t->form->fields[i].property->schema,
		    t->form->fields[i].property->name);
}

static void
plan_branches_of(struct plan *p, struct plan_type *t)
{
	const struct schema_list *list = t->form->list;
	struct plan_branches branches;

	if (t->kind != PLAN_UNION || list == NULL)
		return;
	branches = plan_branches(p, t->schema, list);
	for (size_t i = 0; i < list->n; i++)
		plan_function(p, t, list->v[i], branches.v[i].name);
}

static void
plan_members(struct plan *p, struct plan_type *t)
{
	const struct schema *s = t->schema;

	for (size_t i = 0; i < s->n_properties; i++)
		plan_part(p, t, s->properties[i].schema, s->properties[i].name);
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

/* --- What a type holds --- */

struct plan_type *
plan_c_type_of(struct plan *p, const struct schema *s)
{
	return p->types[plan_form(p, s)->shape->id];
}

const struct plan_type *
plan_member_type(struct plan *p, const struct plan_type *t, size_t i)
{
	static const struct plan_type tape = {.kind = PLAN_NODE};
	const struct plan_field *f = &t->form->fields[i];

	return f->open ? &tape : plan_c_type_of(p, f->property->schema);
}

static void
hold_arms(struct plan *p, struct plan_type *t)
{
	for (size_t i = 0; i < t->form->n_variants; i++) {
		const struct plan_variant *v = &t->form->variants[i];
		struct plan_type *plain;

		if (v->schema != NULL) {
			t->arms[i].type = plan_c_type_of(p, v->schema);
			continue;
		}
		plain = rt_arena_new(p->arena, sizeof(*plain));
		plain->kind = v->kind;
		t->arms[i].type = plain;
	}
}

static void
hold_rest(struct plan *p, struct plan_type *t)
{
	t->rest->kind = map_of(p, t->form->item);
	if (t->rest->kind == PLAN_NODE)
		t->rest = NULL;
	else
		t->rest->item = plan_c_type_of(p, t->form->item);
}

static void
hold_parts(struct plan *p, struct plan_type *t)
{
	switch (t->kind) {
	case PLAN_STRUCT:
		if (t->rest != NULL)
			hold_rest(p, t);
		break;
	case PLAN_UNION:
		hold_arms(p, t);
		break;
	case PLAN_ARRAY:
	case PLAN_LIST:
	case PLAN_MAP:
		t->item = plan_c_type_of(p, t->form->item);
		break;
	default:
		break;
	}
}

/* --- Names of types --- */

/* The part in place that has the C type of the whole, where it stands in the
 * whole's schema: it gets the whole's name. */
static const struct schema *
inline_shape(struct plan *p, const struct plan_type *t, const char **keyword)
{
	static const char *const keywords[] = {"all_of", "any_of", "one_of"};
	const struct schema_list *const lists[] = {&t->schema->all_of,
	    &t->schema->any_of, &t->schema->one_of};

	for (size_t i = 0; i < RT_LEN(lists); i++) {
		for (size_t k = 0; k < lists[i]->n; k++) {
			const struct schema *s = lists[i]->v[k];

			*keyword = keywords[i];
			if (plan_form(p, s)->shape == t->form->shape &&
			    s->component.p == NULL && p->types[s->id] == NULL)
				return s;
		}
	}
	return NULL;
}

static void
name_parts(struct plan *p, struct plan_type *t)
{
	if (t->schema->n_properties > 0)
		name_properties(p, t);
	if (t->form->shape != t->schema)
		return;
	if (t->kind == PLAN_STRUCT || t->kind == PLAN_UNION ||
	    t->kind == PLAN_ENUM)
		t->array_name = claim_beside(p, t, "array");
	if (t->kind == PLAN_MAP)
		t->entry_name = claim_beside(p, t, "entry");
	if (t->kind == PLAN_STRUCT)
		name_members(p, t);
	if (t->kind == PLAN_UNION)
		name_arms(p, t);
	if (t->kind == PLAN_ENUM)
		name_enumerators(p, t);
}

static void
give_name(struct plan *p, struct plan_type *t)
{
	const struct schema *shape = NULL;
	const char *keyword = "";
	struct rt_str own = t->part;

	if (t->form->shape != t->schema && is_declared(t->kind))
		shape = inline_shape(p, t, &keyword);
	if (shape != NULL)
		own = rt_arena_printf(p->arena, "%.*s_%s", RT_FMT(t->part),
		    keyword);
	t->name = name_claim(p->type_names, own);
	name_parts(p, t);
	if (shape != NULL)
		(void)plan_type(p, shape, t->label, t->part, true);
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
		t->form = plan_form(p, s);
		t->kind = plan_kind(p, s);
		name_type(p, t, label, name);
		p->types[s->id] = t;
		own = own || needs_function(s, t->kind);
	}
	if (!own || t->name.p != NULL)
		return t;
	p->made[p->n_made++] = t;
	give_name(p, t);
	name_fields(p, t);
	plan_branches_of(p, t);
	plan_in_place(p, t);
	if (t->form->shape != s)
		t->as = plan_c_type_of(p, s);
	plan_members(p, t);
	plan_items(p, t);
	if (t->as == NULL)
		hold_parts(p, t);
	p->order[p->n_order++] = t;
	return t;
}

/* --- Widened types --- */

const char *
plan_widened(struct plan *p, const struct plan_type *t)
{
	const struct plan_form *f = t->form;

	if (t->kind != PLAN_NODE)
		return NULL;
	while (f->kind == PLAN_LIST || f->kind == PLAN_MAP) {
		bool null = f->kind == PLAN_LIST && plan_nullable(p, f->item);

		f = plan_form(p, f->item);
		if (null && f->kind != PLAN_NODE)
			return "items of an array may be null";
	}
	return f->widened;
}
