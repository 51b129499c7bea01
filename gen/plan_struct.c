/* What the templates need of structs, unions, arrays and maps. */
#include <inttypes.h>

#include "gen/plan_unit.h"
#include "gen/tmpl.h"
#include "runtime/json_write.h"

enum { LINE = 80, TAB = 8 };

/* --- Members of a struct --- */

struct rt_str
plan_quoted(struct plan *p, struct rt_str name)
{
	struct rt_buf b = rt_buf(p->arena, SIZE_MAX);
	struct rt_writer w = rt_writer(&b);
	struct rt_str json;

	rt_write_str(&w, name);
	json = rt_buf_str(&b);
	return tmpl_cstr(p->arena, (struct rt_str){json.p + 1, json.n - 2});
}

/* "v->name", or "*v->name" of a pointer. */
static struct rt_str
held(struct plan *p, const char *of, struct rt_str c, bool pointer)
{
	return rt_arena_printf(p->arena, "%s%s%.*s", pointer ? "*" : "", of,
	    RT_FMT(c));
}

/* Notes what a declaration and the functions of what holds `t` need. */
static void
need(struct plan *p, const struct plan_type *t, bool pointer)
{
	if (pointer)
		plan_need(p,
		    (struct plan_need){PLAN_NEED_POINTER, plan_c_type(t), {0}});
	else
		plan_need_value(p, t);
	plan_need_functions(p, t);
}

static struct rt_str
decl(struct plan *p, const struct plan_type *t, bool pointer)
{
	if (!pointer)
		return plan_decl(p, t);
	return rt_arena_printf(p->arena, "const %.*s*",
	    RT_FMT(plan_decl(p, t)));
}

static struct rt_str
read_held(struct plan *p, const struct plan_type *t, bool pointer,
    struct rt_str target, const char *v)
{
	if (!pointer)
		return plan_read(p, t, &plan_in_value, target, v);
	return rt_arena_printf(p->arena, "%.*s = api_%.*s_read_new(c, %s);",
	    RT_FMT(target), RT_FMT(plan_c_type(t)->name), v);
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

/* "\"cat\"", "5": what stands for a constant in C. */
static struct rt_str
put_constant(struct plan *p, const struct doc_node *v, struct rt_str key)
{
	int64_t number = 0;

	if (v->type == DOC_BOOL)
		return rt_arena_printf(p->arena,
		    "rt_put_bool(w, \"%.*s\", %s);", RT_FMT(key),
		    v->yes ? "true" : "false");
	if (v->type == DOC_STRING)
		return rt_arena_printf(p->arena,
		    "rt_put_str(w, \"%.*s\", RT_LIT(\"%.*s\"));", RT_FMT(key),
		    RT_FMT(tmpl_cstr(p->arena, v->text)));
	(void)doc_int(v, &number);
	return rt_arena_printf(p->arena,
	    "rt_put_int(w, \"%.*s\", %" PRId64 ");", RT_FMT(key), number);
}

/* The statement that sets a default, by a constant or as if it were sent. */
static struct rt_str
default_statement(struct plan *p, const struct plan_type *whole, size_t i)
{
	const struct plan_field *f = &whole->form->fields[i];
	const struct plan_member *m = &whole->members[i];
	const struct plan_type *t = plan_member_type(p, whole, i);
	const struct doc_node *d = f->property->schema->fallback;
	struct rt_str target = held(p, "out->", m->c, false), preset, json;

	/* No value and null are the same to a member with a null default. */
	if (d == NULL || d->type == DOC_NULL || f->required ||
	    m->constant != NULL || !whole->read)
		return RT_LIT("");
	preset = plan_default(p, t, d, target);
	if (preset.p != NULL)
		return preset;
	json = rt_arena_printf(p->arena, "rt_default(c, \"%.*s\")",
	    RT_FMT(tmpl_cstr(p->arena, doc_json(p->arena, d, 0))));
	return read_held(p, t, m->pointer, target, json.p);
}

static void
set_constant(struct plan *p, struct value *v, const struct doc_node *constant,
    struct rt_str key)
{
	value_set_printf(v, "note", "always %.*s",
	    RT_FMT(doc_json(p->arena, constant, 0)));
	value_set_bool(v, "note_beside", true);
	value_set_bool(v, "note_above", false);
	value_set_cstr(v, "decl", "");
	value_set_cstr(v, "read", "");
	value_set_text(v, "put", put_constant(p, constant, key));
}

static struct value *
member(struct plan *p, const struct plan_type *whole, size_t i)
{
	const struct plan_field *f = &whole->form->fields[i];
	const struct plan_member *m = &whole->members[i];
	const struct plan_type *t = plan_member_type(p, whole, i);
	const struct schema *s = f->property->schema;
	struct rt_str key = plan_quoted(p, f->property->name);
	struct value *v = value_map(p->arena);

	value_set_text(v, "c", m->c);
	value_set_text(v, "json", f->property->name);
	value_set_text(v, "key", m->key);
	value_set_text(v, "quoted", key);
	value_set_bool(v, "has", plan_has(p, f));
	value_set_bool(v, "null", plan_null(p, f));
	value_set_bool(v, "nullable", plan_nullable(p, s));
	value_set_bool(v, "required", f->required);
	value_set_text(v, "preset", default_statement(p, whole, i));
	value_set_bool(v, "constant", m->constant != NULL);
	if (m->constant != NULL) {
		set_constant(p, v, m->constant, key);
		return v;
	}
	if (whole->read || whole->write)
		need(p, t, m->pointer);
	value_set_text(v, "decl", decl(p, t, m->pointer));
	plan_note(p, v, p->types[s->id], m->c);
	value_set_text(v, "read",
	    read_held(p, t, m->pointer, held(p, "out->", m->c, false),
		"m.value"));
	value_set_text(v, "put",
	    plan_put(p, t, key, held(p, "v->", m->c, m->pointer)));
	return v;
}

/* --- Structs --- */

/* Whether reading looks at the member at all. */
static bool
is_read(const struct value *member)
{
	return !value_yes(value_get(member, RT_LIT("constant"))) ||
	    value_yes(value_get(member, RT_LIT("has")));
}

/* Whether reading it, or its default, takes the check. */
static bool
takes_check(const struct plan_type *t, const struct value *member,
    const struct plan_member *m)
{
	struct rt_str preset = value_str(value_get(member, RT_LIT("preset")));

	return m->constant == NULL &&
	    (plan_reads_with_check(t) ||
		memmem(preset.p, preset.n, "rt_default(", 11) != NULL);
}

static struct value *
key_list(struct plan *p, const struct plan_type *t)
{
	struct value *list = value_list(p->arena);

	if (t->form->merged) {
		for (size_t i = 0; i < t->form->n_fields; i++)
			value_add(list,
			    value_text(p->arena, t->members[i].key));
		return list;
	}
	for (size_t i = 0; i < t->schema->n_properties; i++)
		value_add(list, value_text(p->arena, t->keys[i]));
	return list;
}

/* Further members: a map that the runtime has, or one of its own. */
static void
set_rest(struct plan *p, struct value *v, const struct plan_type *t)
{
	const struct plan_type *rest = t->rest;
	const char *fields = t->form->merged ? "fields" : "keys";
	bool own = rest != NULL && rest->kind == PLAN_MAP;
	struct rt_str read = RT_LIT(""), write = RT_LIT("");

	value_set_bool(v, "rest", rest != NULL);
	value_set_text(v, "rest_c",
	    t->rest_c.p == NULL ? RT_LIT("") : t->rest_c);
	value_set_text(v, "rest_decl",
	    rest == NULL ? RT_LIT("") : plan_decl(p, rest));
	if (own) {
		read = rt_arena_printf(p->arena, "%.*s_read(c, v)",
		    RT_FMT(rest->name));
		write = rt_arena_printf(p->arena, "%.*s_write(w, v->%.*s);",
		    RT_FMT(rest->name), RT_FMT(t->rest_c));
	} else if (rest != NULL) {
		const char *name = plan_kind_name(rest->kind);

		read = rt_arena_printf(p->arena,
		    "rt_read_%s(c->arena, v, &%.*s_%s)", name, RT_FMT(t->name),
		    fields);
		write = rt_arena_printf(p->arena,
		    "rt_write_%.*smembers(w, v->%.*s);", (int)strlen(name) - 3,
		    name, RT_FMT(t->rest_c));
	}
	value_set_text(v, "rest_read", read);
	value_set_text(v, "rest_write", write);
}

void
plan_set_struct(struct plan *p, struct value *v, const struct plan_type *t)
{
	bool own = t->kind == PLAN_STRUCT && t->as == NULL;
	struct value *members = value_list(p->arena);
	bool reads = false, checks = own && t->rest != NULL;

	for (size_t i = 0; own && i < t->form->n_fields; i++) {
		struct value *m = member(p, t, i);

		value_add(members, m);
		reads = reads || is_read(m);
		checks = checks ||
		    takes_check(plan_member_type(p, t, i), m, &t->members[i]);
	}
	value_set(v, "members", members);
	value_set_bool(v, "struct", own && (t->read || t->write));
	value_set_bool(v, "read", own && t->read);
	value_set_bool(v, "write", own && t->write);
	value_set_bool(v, "merged", own && t->form->merged && t->read);
	value_set_bool(v, "read_members", reads);
	value_set_bool(v, "read_check", checks);
	value_set_printf(v, "read_keys_ref", "&%.*s_%s", RT_FMT(t->name),
	    t->form->merged ? "fields" : "keys");
	value_set(v, "read_keys", own ? key_list(p, t) : value_list(p->arena));
	set_rest(p, v, t);
}

/* --- Unions --- */

static bool
are_told_by_type(const struct plan_form *f)
{
	unsigned before = RT_NULL;

	for (size_t i = 0; i < f->n_variants; i++) {
		unsigned types = f->variants[i].types & ~(unsigned)RT_NULL;

		if ((before & types) != 0)
			return false;
		before |= types;
	}
	return true;
}

/* "RT_STRING", "RT_NUMBER": types that nodes have. */
static struct value *
type_cases(struct plan *p, unsigned types)
{
	static const unsigned each[] = {RT_BOOLEAN, RT_NUMBER, RT_STRING,
	    RT_ARRAY, RT_OBJECT};
	struct value *list = value_list(p->arena);

	if ((types & RT_INTEGER) != 0)
		types |= RT_NUMBER;
	for (size_t i = 0; i < RT_LEN(each); i++) {
		if ((types & each[i]) != 0)
			value_add(list,
			    value_text(p->arena, plan_types_text(p, each[i])));
	}
	return list;
}

static struct value *
arm_value(struct plan *p, const struct plan_type *t, size_t i, bool by_type)
{
	const struct plan_arm *arm = &t->arms[i];
	struct value *v = value_map(p->arena), *cases;

	if (by_type) {
		cases = type_cases(p, t->form->variants[i].types);
	} else {
		cases = value_list(p->arena);
		value_add(cases, value_text(p->arena, arm->enumerator));
	}
	if (t->read || t->write)
		need(p, arm->type, arm->pointer);
	value_set_text(v, "c", arm->c);
	value_set_text(v, "enumerator", arm->enumerator);
	value_set_text(v, "decl", decl(p, arm->type, arm->pointer));
	value_set(v, "cases", cases);
	value_set_text(v, "read",
	    read_held(p, arm->type, arm->pointer,
		held(p, "out->", arm->c, false), "v"));
	value_set_text(v, "write",
	    plan_write(p, arm->type, held(p, "v->", arm->c, arm->pointer)));
	return v;
}

void
plan_set_union(struct plan *p, struct value *v, const struct plan_type *t)
{
	bool own = t->kind == PLAN_UNION && t->as == NULL;
	bool by_type = own && are_told_by_type(t->form);
	bool checks = own && !by_type;
	struct value *arms = value_list(p->arena);

	for (size_t i = 0; own && i < t->form->n_variants; i++) {
		value_add(arms, arm_value(p, t, i, by_type));
		checks = checks || plan_reads_with_check(t->arms[i].type);
	}
	value_set_bool(v, "union", own && (t->read || t->write));
	value_set_bool(v, "union_read", own && t->read);
	value_set_bool(v, "union_write", own && t->write);
	value_set_bool(v, "union_check", checks);
	value_set_bool(v, "by_type", by_type);
	value_set_printf(v, "kind_c", "api_%.*s",
	    RT_FMT(own ? t->kind_name : t->name));
	value_set_printf(v, "table", "%.*s_%s", RT_FMT(t->name),
	    t->form->list == &t->schema->any_of ? "any_of" : "one_of");
	value_set(v, "arms", arms);
}

/* --- Arrays and maps --- */

/* "const struct rt_doubles ", "const struct rt_node *const ": what a pointer
 * to items points to. */
static struct rt_str
constant_decl(struct plan *p, const struct plan_type *t)
{
	struct rt_str plain = plan_decl(p, t);

	if (plan_c_type(t)->kind == PLAN_NODE)
		return rt_arena_printf(p->arena, "%.*sconst ", RT_FMT(plain));
	return rt_arena_printf(p->arena, "const %.*s", RT_FMT(plain));
}

/* An array: of values of the type, or one that the type is itself. */
static struct value *
array_value(struct plan *p, struct rt_str name, const struct plan_type *item,
    const struct plan_type *user)
{
	struct value *v = value_map(p->arena);
	bool own = user->kind == PLAN_LIST;
	bool elsewhere = !own && user->kind != PLAN_ENUM;

	value_set_printf(v, "c", "api_%.*s", RT_FMT(name));
	value_set_bool(v, "elsewhere", elsewhere);
	value_set_text(v, "of", constant_decl(p, item));
	value_set_text(v, "decl", plan_decl(p, item));
	value_set_bool(v, "read", own ? user->read : user->array_read);
	value_set_bool(v, "write", own ? user->write : user->array_write);
	value_set_text(v, "item_read",
	    plan_read(p, item, &plan_in_value, RT_LIT("items[n]"), "i.value"));
	value_set_text(v, "item_write", plan_write(p, item, RT_LIT("v.v[i]")));
	return v;
}

static struct value *
map_value(struct plan *p, const struct plan_type *map, struct rt_str but,
    const struct plan_type *user)
{
	const struct plan_type *item = map->item;
	struct value *v = value_map(p->arena);

	value_set_text(v, "name", map->name);
	value_set_printf(v, "c", "api_%.*s", RT_FMT(map->name));
	value_set_printf(v, "entry", "api_%.*s", RT_FMT(map->entry_name));
	need(p, item, map->item_pointer);
	value_set_text(v, "decl", decl(p, item, map->item_pointer));
	value_set_bool(v, "nullable", plan_nullable(p, map->form->item));
	value_set_bool(v, "part", but.n > 0);
	value_set_text(v, "but", but.n > 0 ? but : RT_LIT("NULL"));
	value_set_bool(v, "read", user->read);
	value_set_bool(v, "write", user->write);
	value_set_text(v, "value_read",
	    read_held(p, item, map->item_pointer, RT_LIT("all[n].value"),
		"m.value"));
	value_set_text(v, "value_write",
	    plan_write(p, item,
		map->item_pointer ? RT_LIT("*m.v[i].value")
				  : RT_LIT("m.v[i].value")));
	return v;
}

void
plan_set_containers(struct plan *p, struct value *v, const struct plan_type *t)
{
	struct value *arrays = value_list(p->arena);
	struct value *maps = value_list(p->arena);
	bool own = t->as == NULL && (t->read || t->write);

	if (t->array)
		value_add(arrays, array_value(p, t->array_name, t, t));
	if (own && t->kind == PLAN_LIST) {
		need(p, t->item, false);
		value_add(arrays, array_value(p, t->name, t->item, t));
	}
	if (own && t->kind == PLAN_MAP)
		value_add(maps, map_value(p, t, RT_LIT(""), t));
	if (own && t->rest != NULL && t->rest->kind == PLAN_MAP)
		value_add(maps,
		    map_value(p, t->rest,
			rt_arena_printf(p->arena, "&%.*s_%s", RT_FMT(t->name),
			    t->form->merged ? "fields" : "keys"),
			t));
	value_set(v, "arrays", arrays);
	value_set(v, "maps", maps);
	value_set_bool(v, "read_new",
	    own && t->read && t->boxed && plan_by_address(t));
}
