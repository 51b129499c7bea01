/* The plan of the model: every type with its functions, as values. */
#include "gen/plan_type.h"
#include "gen/tmpl.h"
#include "runtime/json_write.h"

/* A comment that fits on one line with its place stands on one. */
enum { SHORT_DOC = 72, LINE = 80, TAB = 8 };

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

static void
set_doc(struct plan *p, struct value *v, const struct plan_type *t)
{
	const struct schema *s = t->schema;
	struct rt_str text = s->description.n > 0 ? s->description : s->title;
	struct rt_str where = spec_where(p->arena, s->pos);

	plan_doc(p, v, text.n > 0 ? text : t->label, where);
	value_set_text(v, "where", where);
	value_set_text(v, "label", t->label);
}

/* --- Members of a struct --- */

/* A member's name as the inside of a C string that JSON escapes already. */
static struct rt_str
quoted_key(struct plan *p, struct rt_str name)
{
	struct rt_buf b = rt_buf(p->arena, SIZE_MAX);
	struct rt_writer w = rt_writer(&b);
	struct rt_str json;

	rt_write_str(&w, name);
	json = rt_buf_str(&b);
	return tmpl_cstr(p->arena, (struct rt_str){json.p + 1, json.n - 2});
}

static struct rt_str
put_statement(struct plan *p, const struct plan_type *t, struct rt_str key,
    struct rt_str c)
{
	switch (t->kind) {
	case PLAN_ENUM:
		return rt_arena_printf(p->arena,
		    "rt_put_str(w, \"%.*s\", api_%.*s_text(v->%.*s));",
		    RT_FMT(key), RT_FMT(t->name), RT_FMT(c));
	case PLAN_STRUCT:
		return rt_arena_printf(p->arena,
		    "rt_put(w, \"%.*s\", api_%.*s_write, &v->%.*s);",
		    RT_FMT(key), RT_FMT(t->name), RT_FMT(c));
	case PLAN_ARRAY:
		return rt_arena_printf(p->arena,
		    "rt_put(w, \"%.*s\", api_%.*s_array_write, v->%.*s);",
		    RT_FMT(key), RT_FMT(t->item->name), RT_FMT(c));
	default:
		return rt_arena_printf(p->arena,
		    "rt_put_%s(w, \"%.*s\", v->%.*s);",
		    plan_write_name(t->kind), RT_FMT(key), RT_FMT(c));
	}
}

static struct rt_str
read_statement(struct plan *p, const struct plan_type *t, struct rt_str c)
{
	if (t->kind == PLAN_STRUCT)
		return rt_arena_printf(p->arena,
		    "api_%.*s_read(arena, m.value, &out->%.*s);",
		    RT_FMT(t->name), RT_FMT(c));
	return rt_arena_printf(p->arena, "out->%.*s = %.*s;", RT_FMT(c),
	    RT_FMT(plan_read_call(p, t, "arena", "m.value")));
}

/* The value of `default`, as a statement that sets a member. */
static struct rt_str
default_statement(struct plan *p, const struct plan_type *t,
    const struct schema_property *prop, struct rt_str c)
{
	const struct doc_node *d = prop->schema->fallback;

	if (d == NULL || prop->required)
		return (struct rt_str){0};
	return plan_default(p, t, d,
	    rt_arena_printf(p->arena, "out->%.*s", RT_FMT(c)));
}

static size_t
width(struct rt_str decl, struct rt_str c, struct rt_str note)
{
	return TAB + decl.n + c.n + strlen("; /*  */") + note.n;
}

void
plan_note(struct plan *p, struct value *v, const struct plan_type *t,
    struct rt_str c)
{
	struct rt_str note = plan_constraints(p, t->schema);
	size_t w = width(plan_decl(p, t), c, note);

	value_set_text(v, "note", note);
	value_set_bool(v, "note_beside", note.n > 0 && w <= LINE);
	value_set_bool(v, "note_above", note.n > 0 && w > LINE);
}

static struct value *
member(struct plan *p, const struct plan_type *whole, size_t i)
{
	const struct schema_property *prop = &whole->schema->properties[i];
	const struct plan_type *t = p->types[prop->schema->id];
	struct value *v = value_map(p->arena);
	struct value *checks = value_list(p->arena);
	struct rt_str c = whole->members[i];
	struct rt_str key = quoted_key(p, prop->name);
	struct rt_str preset;

	plan_checks(p, checks, t, "m.value");
	value_set_text(v, "c", c);
	value_set_text(v, "json", prop->name);
	value_set_text(v, "key", whole->keys[i]);
	value_set_text(v, "decl", plan_decl(p, t));
	plan_note(p, v, t, c);
	value_set_bool(v, "has", plan_has(prop));
	value_set_bool(v, "null", plan_null(prop));
	value_set_bool(v, "nullable", plan_nullable(prop->schema));
	value_set_bool(v, "required", prop->required);
	value_set(v, "checks", checks);
	value_set_text(v, "read", read_statement(p, t, c));
	value_set_text(v, "put", put_statement(p, t, key, c));
	value_set_text(v, "quoted", key);
	preset = default_statement(p, t, prop, c);
	value_set_text(v, "preset", preset.p == NULL ? RT_LIT("") : preset);
	return v;
}

static struct value *
members(struct plan *p, const struct plan_type *t)
{
	struct value *list = value_list(p->arena);

	for (size_t i = 0; i < t->schema->n_properties; i++)
		value_add(list, member(p, t, i));
	return list;
}

/* --- Types --- */

static struct value *
enumerators(struct plan *p, const struct plan_type *t)
{
	struct value *list = value_list(p->arena);

	for (size_t i = 0;
	     t->enumerators != NULL && i < t->schema->enumeration->n; i++) {
		struct value *v = value_map(p->arena);

		value_set_text(v, "c", t->enumerators[i]);
		value_set_text(v, "text",
		    t->schema->enumeration->items[i]->text);
		value_add(list, v);
	}
	return list;
}

static struct value *
function_list(struct plan *p, const struct schema_list *of)
{
	struct value *list = value_list(p->arena);

	for (size_t i = 0; i < of->n; i++)
		value_add(list,
		    value_text(p->arena,
			rt_arena_printf(p->arena, "api_%.*s_check",
			    RT_FMT(p->types[of->v[i]->id]->name))));
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

/* Whether the check has to look at each member. */
static bool
walks_members(const struct plan_type *t, const struct value *members)
{
	bool walks = t->schema->closed || t->schema->additional != NULL;

	for (size_t i = 0; i < value_count(members); i++)
		walks = walks ||
		    value_truthy(
			value_get(value_at(members, i), RT_LIT("checks")));
	return t->check && walks;
}

static void
set_applicators(struct plan *p, struct value *v, const struct schema *s)
{
	value_set(v, "any_of", function_list(p, &s->any_of));
	value_set(v, "one_of", function_list(p, &s->one_of));
}

static void
set_check(struct plan *p, struct value *v, const struct plan_type *t)
{
	const struct schema *s = t->schema;
	struct value *own = value_list(p->arena);
	const struct value *all = value_get(v, RT_LIT("members"));
	struct value *items = part_checks(p, s->items, "i.value");
	bool walks = walks_members(t, all);
	bool each = t->check && value_truthy(items);
	bool named = s->n_properties + s->n_required > 0;

	plan_own_checks(p, own, t, "v");
	value_set(v, "own_checks", own);
	value_set_bool(v, "check_members", walks);
	value_set_bool(v, "check_items", each);
	value_set(v, "item_checks", items);
	value_set_bool(v, "closed", s->closed);
	value_set(v, "additional_checks",
	    part_checks(p, s->additional, "m.value"));
	value_set_bool(v, "other", s->closed || s->additional != NULL);
	set_applicators(p, v, s);
	value_set_bool(v, "locals",
	    walks || each || s->any_of.n + s->one_of.n > 0);
	value_set_bool(v, "check_empty",
	    !walks && !each && value_count(own) == 0);
	value_set_bool(v, "keys",
	    named &&
		(walks || s->n_required > 0 ||
		    (t->kind == PLAN_STRUCT && t->read)));
	if (named)
		value_set_printf(v, "keys_ref", "&%.*s_keys", RT_FMT(t->name));
	else
		value_set_cstr(v, "keys_ref", "NULL");
}

static struct value *
member_keys(struct plan *p, const struct plan_type *t)
{
	struct value *list = value_list(p->arena);

	for (size_t i = 0; i < t->schema->n_properties; i++)
		value_add(list, value_text(p->arena, t->keys[i]));
	return list;
}

/* Whether reading a value of the kind takes memory. */
static bool
takes_memory(enum plan_kind kind)
{
	return kind == PLAN_STRUCT || kind == PLAN_ARRAY || kind == PLAN_STRS ||
	    kind == PLAN_INTS || kind == PLAN_DOUBLES;
}

static bool
reads_with_memory(struct plan *p, const struct plan_type *t)
{
	for (size_t i = 0; i < t->schema->n_properties; i++) {
		if (takes_memory(
			p->types[t->schema->properties[i].schema->id]->kind))
			return true;
	}
	return false;
}

static struct value *
type_value(struct plan *p, const struct plan_type *t)
{
	struct value *v = value_map(p->arena);
	bool is_struct = t->kind == PLAN_STRUCT && (t->read || t->write);

	value_set_text(v, "name", t->name);
	value_set_printf(v, "c", "api_%.*s", RT_FMT(t->name));
	set_doc(p, v, t);
	value_set_bool(v, "enum",
	    t->kind == PLAN_ENUM && (t->read || t->write));
	value_set_bool(v, "enum_table", t->kind == PLAN_ENUM);
	value_set(v, "values", enumerators(p, t));
	value_set_bool(v, "struct", is_struct);
	value_set(v, "members", members(p, t));
	value_set(v, "member_keys", member_keys(p, t));
	value_set_bool(v, "read_arena", reads_with_memory(p, t));
	value_set(v, "required", required_names(p, t->schema));
	set_check(p, v, t);
	value_set_bool(v, "check", t->check);
	value_set_bool(v, "enum_read", t->kind == PLAN_ENUM && t->read);
	value_set_bool(v, "enum_text", t->kind == PLAN_ENUM && t->write);
	value_set_bool(v, "read", t->kind == PLAN_STRUCT && t->read);
	value_set_bool(v, "write", t->kind == PLAN_STRUCT && t->write);
	value_set_bool(v, "array", t->array);
	value_set_bool(v, "array_read", t->array_read);
	value_set_bool(v, "array_write", t->array_write);
	return v;
}

struct value *
plan_model(struct plan *p)
{
	struct value *list = value_list(p->arena);

	for (size_t i = 0; i < p->n_order; i++) {
		const struct plan_type *t = p->order[i];

		if (t->check || t->read || t->write)
			value_add(list, type_value(p, t));
	}
	return list;
}
