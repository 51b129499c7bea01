/* The plan of the model: every type with its functions, as values. */
#include "gen/plan_unit.h"

#include <string.h>

/* A comment that fits on one line with its place stands on one. */
enum { SHORT_DOC = 72 };

/* --- Descriptions --- */

static struct rt_str
without_end(struct rt_str s)
{
	while (s.n > 0 && (s.p[s.n - 1] == '\n' || s.p[s.n - 1] == ' '))
		s.n--;
	return s;
}

void
plan_doc(struct plan *p, struct value *v, struct rt_str text,
    struct rt_str where)
{
	struct rt_str doc = rt_arena_printf(p->arena, "%.*s  (%.*s)",
	    RT_FMT(without_end(text)), RT_FMT(where));

	value_set_text(v, "doc", doc);
	value_set_bool(v, "doc_short",
	    doc.n <= SHORT_DOC && memchr(doc.p, '\n', doc.n) == NULL);
}

struct rt_str
plan_where(struct plan *p, const struct doc_node *node)
{
	const struct documents *all = p->spec->documents;
	const struct oas_document *d =
	    all == NULL ? NULL : documents_of(all, node);
	struct rt_str pointer = doc_pointer(p->arena, node);

	return rt_arena_printf(p->arena, "%s#%.*s",
	    d == NULL || d == all->v ? "" : d->source->name, RT_FMT(pointer));
}

void
plan_set_doc(struct plan *p, struct value *v, const struct plan_type *t)
{
	const struct schema *s = t->schema;
	struct rt_str text = s->description.n > 0 ? s->description : s->title;
	struct rt_str where = plan_where(p, s->node);

	plan_doc(p, v, text.n > 0 ? text : t->label, where);
	value_set_text(v, "where", where);
	value_set_text(v, "label", t->label);
}

/* --- Types --- */

static struct value *
enumerators(struct plan *p, const struct plan_type *t)
{
	struct value *list = value_list(p->arena);

	for (size_t i = 0; t->enumerators != NULL && i < t->form->n_texts;
	     i++) {
		struct value *v = value_map(p->arena);

		value_set_text(v, "c", t->enumerators[i]);
		value_set_text(v, "text", t->form->texts[i]);
		value_add(list, v);
	}
	return list;
}

static struct value *
required_names(struct plan *p, const struct schema *s)
{
	struct value *list = value_list(p->arena);

	for (size_t i = 0; i < s->n_required; i++)
		value_add(list, value_text(p->arena, s->required[i]));
	return list;
}

static struct value *
part_checks(struct plan *p, const struct schema *s, const char *v)
{
	struct value *list = value_list(p->arena);

	if (s != NULL)
		plan_checks(p, list, p->types[s->id], v);
	return list;
}

static struct value *
properties(struct plan *p, const struct plan_type *t)
{
	struct value *list = value_list(p->arena);

	for (size_t i = 0; i < t->schema->n_properties; i++) {
		const struct schema_property *prop = &t->schema->properties[i];
		struct value *v = value_map(p->arena);

		value_set_text(v, "json", prop->name);
		value_set_text(v, "key", t->keys[i]);
		value_set(v, "checks", part_checks(p, prop->schema, "m.value"));
		value_add(list, v);
	}
	return list;
}

/* --- What a check walks along --- */

/* Whether a list of parts, each with `checks`, has any. */
static bool
any_checks(const struct value *parts)
{
	for (size_t i = 0; i < value_count(parts); i++) {
		if (value_truthy(
			value_get(value_at(parts, i), RT_LIT("checks"))))
			return true;
	}
	return false;
}

/* The object of an entry of patternProperties. */
static struct rt_str
name_pattern(struct plan *p, const struct schema *s, size_t i)
{
	struct rt_str name = rt_arena_printf(p->arena, "%.*s_name%zu",
	    RT_FMT(p->types[s->id]->name), i + 1);
	struct rt_str c = plan_pattern(p, s->patterns[i].pattern, name);

	plan_need_object(p, "rt_pattern ", c);
	return c;
}

static struct value *
pattern_values(struct plan *p, const struct schema *s)
{
	struct value *list = value_list(p->arena);
	bool other = s->closed || s->additional != NULL;
	bool notes = p->types[s->id]->notes;

	for (size_t i = 0; i < s->n_patterns; i++) {
		struct value *v = value_map(p->arena);
		struct value *checks =
		    part_checks(p, s->patterns[i].schema, "m.value");

		if (value_count(checks) == 0 && !other && !notes)
			continue;
		value_set_text(v, "object", name_pattern(p, s, i));
		value_set_text(v, "pattern", s->patterns[i].pattern);
		value_set(v, "checks", checks);
		value_add(list, v);
	}
	return list;
}

/* The one plain statement of a loop, which needs no braces; else empty. */
static struct rt_str
alone(const struct value *checks)
{
	struct rt_str text;

	if (value_count(checks) != 1)
		return RT_LIT("");
	text = value_str(value_at(checks, 0));
	return memchr(text.p, '\n', text.n) == NULL ? text : RT_LIT("");
}

/* How the members are walked along, if they are. */
static bool
set_members_check(struct plan *p, struct value *v, const struct plan_type *t)
{
	const struct schema *s = t->schema;
	struct value *patterns = pattern_values(p, s);
	const struct value *all = value_get(v, RT_LIT("properties"));
	struct value *further = part_checks(p, s->additional, "m.value");
	bool other = s->closed || s->additional != NULL;
	bool some = any_checks(all), patterned = value_count(patterns) > 0;
	bool notes = t->notes, plain = !patterned && s->n_properties == 0;
	bool walks = t->check &&
	    (some || patterned || other || (notes && s->n_properties > 0));

	value_set_bool(v, "check_members", walks);
	value_set_bool(v, "notes", notes);
	value_set(v, "patterns", patterns);
	value_set_bool(v, "closed", s->closed);
	value_set(v, "additional_checks", further);
	value_set_text(v, "member_alone",
	    plain && !s->closed && !notes ? alone(further) : RT_LIT(""));
	value_set_bool(v, "plain", other && plain);
	value_set_bool(v, "other", other && !patterned && !plain);
	value_set_bool(v, "known", other && patterned);
	value_set_bool(v, "note_other", notes && s->additional != NULL);
	value_set_bool(v, "note_members", notes && s->n_properties > 0);
	value_set_bool(v, "switches", some || (other && !patterned && !plain));
	return walks;
}

static struct value *
prefix_values(struct plan *p, const struct schema *s)
{
	struct value *list = value_list(p->arena);

	for (size_t i = 0; i < s->prefix_items.n; i++) {
		struct value *v = value_map(p->arena);

		value_set_int(v, "index", (int64_t)i);
		value_set(v, "checks",
		    part_checks(p, s->prefix_items.v[i], "i.value"));
		value_add(list, v);
	}
	return list;
}

static bool
set_items_check(struct plan *p, struct value *v, const struct plan_type *t)
{
	const struct schema *s = t->schema;
	struct value *items = part_checks(p, s->items, "i.value");
	struct value *prefix = prefix_values(p, s);
	bool some = any_checks(prefix) || value_count(items) > 0;
	bool notes = t->notes;
	bool walks = t->check &&
	    (some || (notes && (s->items != NULL || s->prefix_items.n > 0)));

	value_set_bool(v, "check_items", walks);
	value_set(v, "prefix", prefix);
	value_set_int(v, "prefix_count", (int64_t)s->prefix_items.n);
	value_set(v, "item_checks", items);
	value_set_text(v, "item_alone",
	    s->prefix_items.n == 0 && !notes ? alone(items) : RT_LIT(""));
	value_set_bool(v, "note_items", notes && s->items != NULL);
	value_set_bool(v, "note_prefix",
	    notes && s->items == NULL && s->prefix_items.n > 0);
	return walks;
}

/* --- Tables inside a check --- */

static struct value *
dependents(struct plan *p, const struct schema *s)
{
	struct value *list = value_list(p->arena);

	for (size_t i = 0; i < s->n_dependencies; i++) {
		const struct schema_dependency *d = &s->dependencies[i];
		struct value *v = value_map(p->arena);
		struct value *names = value_list(p->arena);

		if (d->schema != NULL)
			continue;
		for (size_t k = 0; k < d->n_required; k++)
			value_add(names, value_text(p->arena, d->required[k]));
		value_set_int(v, "number", (int64_t)i + 1);
		value_set(v, "names", names);
		value_add(list, v);
	}
	return list;
}

static struct value *
dynamic_rows(struct plan *p, const struct schema *s)
{
	struct value *list = value_list(p->arena);
	struct schema_list anchors = {NULL, 0};

	if (s->dynamic_anchor.p != NULL)
		anchors = schema_dynamic(s);
	for (size_t i = 0; i < anchors.n; i++) {
		struct value *v = value_map(p->arena);

		value_set_int(v, "resource", anchors.v[i]->resource);
		value_set_text(v, "function", plan_check_name(p, anchors.v[i]));
		value_add(list, v);
	}
	return list;
}

static void
set_unevaluated(struct plan *p, struct value *v, const char *key,
    const struct schema *s)
{
	if (s == NULL)
		value_set_cstr(v, key, "");
	else if (s->never)
		value_set_cstr(v, key, "NULL");
	else
		value_set_text(v, key, plan_check_name(p, s));
}

static void
set_tables(struct plan *p, struct value *v, const struct schema *s)
{
	bool notes = p->types[s->id]->notes;

	value_set(v, "dependents", dependents(p, s));
	value_set(v, "dynamic", dynamic_rows(p, s));
	value_set_bool(v, "asks",
	    s->if_ != NULL && (notes || s->then_ != NULL || s->else_ != NULL));
	value_set_bool(v, "holds",
	    s->if_ != NULL && (s->then_ != NULL || s->else_ != NULL));
	set_unevaluated(p, v, "more_members", s->unevaluated_properties);
	set_unevaluated(p, v, "more_items", s->unevaluated_items);
	value_set_bool(v, "evaluates",
	    s->unevaluated_items != NULL || s->unevaluated_properties != NULL);
	value_set_bool(v, "resource", p->resources);
	value_set_int(v, "resource_number", s->resource);
}

static bool
has_locals(const struct schema *s)
{
	return s->n_dependencies > 0 || s->if_ != NULL ||
	    s->unevaluated_items != NULL || s->unevaluated_properties != NULL;
}

static void
set_check(struct plan *p, struct value *v, const struct plan_type *t)
{
	const struct schema *s = t->schema;
	struct value *own = value_list(p->arena);
	struct value *in_place = value_list(p->arena);
	bool walks = set_members_check(p, v, t);
	bool each = set_items_check(p, v, t);
	bool named = s->n_properties + s->n_required > 0;

	plan_own_checks(p, own, t, "v");
	plan_in_place_checks(p, in_place, t, "v");
	value_set(v, "own_checks", own);
	value_set(v, "in_place_checks", in_place);
	set_tables(p, v, s);
	value_set_bool(v, "locals", walks || each || has_locals(s));
	value_set_bool(v, "check_empty",
	    !walks && !each && !p->resources && s->unevaluated_items == NULL &&
		s->unevaluated_properties == NULL &&
		value_count(own) + value_count(in_place) == 0);
	value_set_bool(v, "keys",
	    named &&
		(walks || s->n_required > 0 ||
		    (t->kind == PLAN_STRUCT && t->as == NULL && t->read &&
			!t->form->merged)));
	if (named)
		value_set_printf(v, "keys_ref", "&%.*s_keys", RT_FMT(t->name));
	else
		value_set_cstr(v, "keys_ref", "NULL");
}

static struct value *
property_keys(struct plan *p, const struct plan_type *t)
{
	struct value *list = value_list(p->arena);

	for (size_t i = 0; i < t->schema->n_properties; i++)
		value_add(list, value_text(p->arena, t->keys[i]));
	return list;
}

/* "to == API_STATUS_A || to == API_STATUS_B", or "false" */
static struct rt_str
next_states(struct plan *p, const struct plan_type *t,
    const struct doc_node *list)
{
	struct rt_buf b = rt_buf(p->arena, SIZE_MAX);

	for (size_t i = 0; list != NULL && i < list->n; i++) {
		for (size_t k = 0; k < t->form->n_texts; k++) {
			if (rt_str_eq(list->items[i]->text, t->form->texts[k]))
				rt_buf_printf(&b, "%sto == %.*s",
				    b.n > 0 ? " || " : "",
				    RT_FMT(t->enumerators[k]));
		}
	}
	return b.n > 0 ? rt_buf_str(&b) : RT_LIT("false");
}

/* What x-state-machine says of each enumerator. */
static struct value *
state_values(struct plan *p, const struct plan_type *t)
{
	const struct doc_node *machine = t->schema->machine;
	struct value *list = value_list(p->arena);

	for (size_t i = 0; machine != NULL && i < t->form->n_texts; i++) {
		const struct doc_node *next =
		    doc_get(machine, t->form->texts[i].p);
		struct value *v = value_map(p->arena);

		value_set_text(v, "c", t->enumerators[i]);
		value_set_text(v, "next", next_states(p, t, next));
		value_add(list, v);
	}
	return list;
}

static void
set_enum(struct plan *p, struct value *v, const struct plan_type *t)
{
	bool own = t->kind == PLAN_ENUM && t->as == NULL;

	value_set_bool(v, "enum", own && (t->read || t->write));
	value_set_bool(v, "enum_table",
	    own && (t->schema->enumeration != NULL || t->read || t->write));
	value_set_bool(v, "enum_read", own && t->read);
	value_set_bool(v, "enum_text", own && t->write);
	value_set(v, "values", enumerators(p, t));
	if (own && (t->read || t->write))
		value_set(v, "states", state_values(p, t));
	else
		value_set(v, "states", value_list(p->arena));
}

static struct value *
type_value(struct plan *p, const struct plan_type *t)
{
	struct value *v = value_map(p->arena);

	value_set_text(v, "name", t->name);
	value_set_printf(v, "c", "api_%.*s", RT_FMT(t->name));
	plan_set_doc(p, v, t);
	value_set_bool(v, "check", t->check);
	value_set(v, "properties", properties(p, t));
	value_set(v, "property_keys", property_keys(p, t));
	value_set(v, "required", required_names(p, t->schema));
	set_check(p, v, t);
	value_set(v, "branches", plan_branch_tables(p, t));
	set_enum(p, v, t);
	plan_set_struct(p, v, t);
	plan_set_union(p, v, t);
	plan_set_containers(p, v, t);
	return v;
}

void
plan_model(struct plan *p)
{
	for (size_t i = 0; i < p->n_order; i++) {
		struct plan_type *t = p->order[i];

		p->needs = &t->needs;
		if (t->check || t->read || t->write)
			t->value = type_value(p, t);
	}
}
