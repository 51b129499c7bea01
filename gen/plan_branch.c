/* What tells the branches of anyOf and oneOf apart before a check is asked. */
#include "gen/plan_type.h"

enum { TITLE_MAX = 40 };

struct texts {
	struct rt_arena *arena;
	struct rt_str *v;
	size_t n, size;
};

static void
add_text(struct texts *t, struct rt_str text)
{
	if (t->n == t->size) {
		size_t size = t->size == 0 ? 4 : 2 * t->size;
		struct rt_str *v = rt_arena_array(t->arena, size, sizeof(*v));

		for (size_t i = 0; i < t->n; i++)
			v[i] = t->v[i];
		t->v = v;
		t->size = size;
	}
	t->v[t->n++] = text;
}

/* --- Tags --- */

static bool tag_texts(struct plan *, const struct schema *, struct rt_str name,
    struct texts *);

/* The strings that a property may have, when it has to be one of them. */
static bool
property_texts(struct plan *p, const struct schema *s, struct rt_str name,
    struct texts *out)
{
	for (size_t i = 0; i < s->n_properties; i++) {
		const struct plan_form *f;

		if (!rt_str_eq(s->properties[i].name, name))
			continue;
		f = plan_form(p, s->properties[i].schema);
		if (f->types != RT_STRING || f->n_texts == 0)
			return false;
		for (size_t k = 0; k < f->n_texts; k++)
			add_text(out, f->texts[k]);
		return true;
	}
	return false;
}

static bool
all_have_texts(struct plan *p, const struct schema_list *list,
    struct rt_str name, struct texts *out)
{
	size_t before = out->n;

	for (size_t i = 0; i < list->n; i++) {
		if (tag_texts(p, list->v[i], name, out))
			continue;
		out->n = before;
		return false;
	}
	return list->n > 0;
}

/* The values that the member `name` has in every object that conforms: one of
 * them has to be there. */
static bool
tag_texts(struct plan *p, const struct schema *s, struct rt_str name,
    struct texts *out)
{
	struct schema_list parts = plan_parts(p, s);

	for (size_t i = 0; schema_list_requires(&parts, name) && i < parts.n;
	     i++) {
		if (property_texts(p, parts.v[i], name, out))
			return true;
	}
	for (size_t i = 0; i < parts.n; i++) {
		if (all_have_texts(p, &parts.v[i]->one_of, name, out) ||
		    all_have_texts(p, &parts.v[i]->any_of, name, out))
			return true;
	}
	return false;
}

/* Whether all branches that objects may be of have values of the tag, and no
 * two of them the same. */
static bool
tells_apart(struct plan *p, const struct schema_list *list, struct rt_str name)
{
	struct texts all = {.arena = p->arena};

	for (size_t i = 0; i < list->n; i++) {
		size_t before = all.n;

		if ((plan_form(p, list->v[i])->types & RT_OBJECT) == 0)
			continue;
		if (!tag_texts(p, list->v[i], name, &all))
			return false;
		for (size_t a = before; a < all.n; a++) {
			for (size_t b = 0; b < before; b++) {
				if (rt_str_eq(all.v[a], all.v[b]))
					return false;
			}
		}
	}
	return true;
}

static bool
try_properties(struct plan *p, const struct schema_list *list,
    const struct schema *s, struct rt_str *tag)
{
	struct schema_list parts = plan_parts(p, s);

	for (size_t i = 0; i < parts.n; i++) {
		const struct schema *part = parts.v[i];

		for (size_t k = 0; k < part->n_properties; k++) {
			struct texts texts = {.arena = p->arena};
			struct rt_str name = part->properties[k].name;

			if (!tag_texts(p, s, name, &texts) ||
			    !tells_apart(p, list, name))
				continue;
			*tag = name;
			return true;
		}
	}
	return false;
}

/* Candidates are members of the first branch that objects may be of, or of
 * the first of its own branches. */
static struct rt_str
find_tag(struct plan *p, const struct schema *s, const struct schema_list *list)
{
	const struct schema *first = NULL;
	struct rt_str tag = {0};
	size_t objects = 0;

	for (size_t i = 0; i < list->n; i++) {
		if ((plan_form(p, list->v[i])->types & RT_OBJECT) == 0)
			continue;
		if (objects++ == 0)
			first = list->v[i];
	}
	if (objects < 2)
		return tag;
	if (s->discriminator.p != NULL &&
	    tells_apart(p, list, s->discriminator))
		return s->discriminator;
	for (unsigned i = 0; i < 16 && first != NULL; i++) {
		if (try_properties(p, list, first, &tag))
			break;
		first = first->one_of.n > 0 ? first->one_of.v[0]
		    : first->any_of.n > 0   ? first->any_of.v[0]
					    : NULL;
	}
	return tag;
}

/* --- Names for people --- */

/* The component, whoever sends it. */
static struct rt_str
component_of(const struct schema *s)
{
	if (s->component.p == NULL && s->ref != NULL)
		s = s->ref;
	return s->whole != NULL ? s->whole->component : s->component;
}

static struct rt_str name_of_type(struct plan *, const struct schema *);

/* "strings", "Pet array", "integers array" */
static struct rt_str
array_name(struct plan *p, const struct schema *items)
{
	struct rt_str name;

	if (items == NULL)
		return RT_LIT("array");
	name = component_of(items);
	if (name.p != NULL)
		return rt_arena_printf(p->arena, "%.*s array", RT_FMT(name));
	name = name_of_type(p, items);
	if (rt_str_is(name, "object") || rt_str_is(name, "value"))
		return RT_LIT("array");
	if (plan_core(p, items) == RT_ARRAY)
		return rt_arena_printf(p->arena, "%.*s array", RT_FMT(name));
	return rt_arena_printf(p->arena, "%.*ss", RT_FMT(name));
}

static struct rt_str
text_name(enum plan_kind kind)
{
	switch (kind) {
	case PLAN_DATE:
		return RT_LIT("date");
	case PLAN_TIME:
		return RT_LIT("time");
	case PLAN_UUID:
		return RT_LIT("uuid");
	default:
		return RT_LIT("string");
	}
}

static struct rt_str
name_of_type(struct plan *p, const struct schema *s)
{
	switch (plan_core(p, s)) {
	case 0:
		return RT_LIT("null");
	case RT_BOOLEAN:
		return RT_LIT("boolean");
	case RT_INTEGER:
		return RT_LIT("integer");
	case RT_NUMBER:
	case PLAN_NUMBERS:
		return RT_LIT("number");
	case RT_STRING:
		return text_name(plan_form(p, s)->kind);
	case RT_ARRAY:
		return array_name(p, plan_form(p, s)->item);
	case RT_OBJECT:
		return RT_LIT("object");
	default:
		return RT_LIT("value");
	}
}

/* Of arrays there may be several, and "array" says nothing of any. */
static bool
has_telling_title(const struct schema *s)
{
	return s->title.n > 0 && s->title.n <= TITLE_MAX &&
	    !rt_str_is_nocase(s->title, "array");
}

static struct rt_str
branch_name(struct plan *p, const struct schema *s, const struct plan_branch *b)
{
	struct rt_str name = component_of(s);

	if (name.p != NULL)
		return name;
	if (has_telling_title(s))
		return s->title;
	if (b->n_tags == 1)
		return b->tags[0];
	if (plan_form(p, s)->n_texts == 1)
		return plan_form(p, s)->texts[0];
	return name_of_type(p, s);
}

/* --- The discriminator --- */

static void
add_names(const struct schema *s, const struct schema *branch,
    struct texts *out)
{
	struct rt_str implicit = component_of(branch);

	for (size_t i = 0; i < s->n_mapping; i++) {
		if (schema_is_branch(branch, s->mapping[i].schema))
			add_text(out, s->mapping[i].value);
	}
	if (implicit.p != NULL)
		add_text(out, implicit);
}

static void
set_branch(struct plan *p, const struct schema *s, const struct schema *branch,
    struct rt_str tag, struct plan_branch *b)
{
	struct texts tags = {.arena = p->arena}, names = {.arena = p->arena};

	b->types = plan_form(p, branch)->types;
	b->alone = plan_form(p, branch)->alone;
	if (tag.p != NULL && (b->types & RT_OBJECT) != 0)
		(void)tag_texts(p, branch, tag, &tags);
	if (s->discriminator.p != NULL)
		add_names(s, branch, &names);
	b->tags = tags.v;
	b->n_tags = tags.n;
	b->names = names.v;
	b->n_names = names.n;
	b->otherwise = s->default_mapping != NULL &&
	    schema_is_branch(branch, s->default_mapping);
	b->name = branch_name(p, branch, b);
}

struct plan_branches
plan_branches(struct plan *p, const struct schema *s,
    const struct schema_list *list)
{
	struct plan_branch *v = rt_arena_array(p->arena, list->n, sizeof(*v));
	struct plan_branches out = {find_tag(p, s, list), v, list->n};

	for (size_t i = 0; i < list->n; i++)
		set_branch(p, s, list->v[i], out.tag, &v[i]);
	return out;
}
