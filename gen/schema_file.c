/* Files in forms; see schema_files(). */
#include "gen/schema_read.h"

enum { DEPTH_MAX = 16 /* of schemas that look at one value */ };

struct making {
	struct schema_set *set;
	struct rt_strs texts;
};

typedef const struct schema *make_fn(const struct making *,
    const struct schema *, unsigned depth);

static bool
is_text_media(struct rt_str media)
{
	return rt_str_starts(media, "text/") ||
	    rt_str_starts(media, "application/json") ||
	    rt_str_ends(media, "+json");
}

static bool
is_binary(const struct schema *s)
{
	const struct doc_node *media = doc_get(s->node, "contentMediaType");

	if (rt_str_is(s->format_name, "binary"))
		return (s->types & RT_STRING) != 0;
	if (s->any)
		return media == NULL || media->type != DOC_STRING ||
		    !is_text_media(media->text);
	return (s->types & ~(unsigned)RT_NULL) == RT_STRING && media != NULL &&
	    media->type == DOC_STRING && !is_text_media(media->text) &&
	    doc_get(s->node, "contentEncoding") == NULL;
}

/* Puts what fn makes of it into the place; notes whether that is another. */
static void
replace(const struct making *m, const struct schema **place, make_fn *fn,
    unsigned depth, bool *changed)
{
	const struct schema *before = *place;

	if (before == NULL || depth > DEPTH_MAX)
		return;
	*place = fn(m, before, depth + 1);
	*changed = *changed || *place != before;
}

static void
replace_list(const struct making *m, struct schema_list *list, make_fn *fn,
    unsigned depth, bool *changed)
{
	const struct schema **v =
	    rt_arena_array(m->set->arena, list->n, sizeof(*v));

	for (size_t i = 0; i < list->n; i++) {
		v[i] = list->v[i];
		replace(m, &v[i], fn, depth, changed);
	}
	list->v = v;
}

/* Those that look at the same value. */
static void
replace_in_place(const struct making *m, struct schema *s, make_fn *fn,
    unsigned depth, bool *changed)
{
	replace(m, &s->ref, fn, depth, changed);
	replace_list(m, &s->all_of, fn, depth, changed);
	replace_list(m, &s->any_of, fn, depth, changed);
	replace_list(m, &s->one_of, fn, depth, changed);
}

/* A schema of its own that is as `changed`, which came from s. */
static struct schema *
added(const struct making *m, const struct schema *s,
    const struct schema *changed)
{
	struct schema *out = schema_add_copy(m->set, s);
	unsigned id = out->id;

	*out = *changed;
	out->id = id;
	out->whole = s->whole != NULL ? s->whole : s;
	out->component = (struct rt_str){0};
	return out;
}

/* The schema of a member, an item or an alternative. */
static const struct schema *
with_file(const struct making *m, const struct schema *s, unsigned depth)
{
	struct schema copy = *s;
	bool changed = is_binary(s);

	copy.file = changed;
	if (!changed) {
		replace(m, &copy.items, with_file, depth, &changed);
		replace_in_place(m, &copy, with_file, depth, &changed);
	}
	return changed ? added(m, s, &copy) : s;
}

static bool
is_text(const struct making *m, struct rt_str name)
{
	for (size_t i = 0; i < m->texts.n; i++) {
		if (rt_str_eq(m->texts.v[i], name))
			return true;
	}
	return false;
}

static bool
replace_members(const struct making *m, struct schema *s)
{
	struct schema_property *v =
	    rt_arena_array(m->set->arena, s->n_properties, sizeof(*v));
	bool changed = false;

	for (size_t i = 0; i < s->n_properties; i++) {
		v[i] = s->properties[i];
		if (!is_text(m, v[i].name))
			replace(m, &v[i].schema, with_file, 0, &changed);
	}
	s->properties = v;
	return changed;
}

/* "PersonForm" */
static struct rt_str
form_name(const struct making *m, struct rt_str component)
{
	return component.p == NULL
	    ? component
	    : rt_arena_printf(m->set->arena, "%.*sForm", RT_FMT(component));
}

/* The schema of a form, or one that looks at the same value. */
static const struct schema *
with_files(const struct making *m, const struct schema *s, unsigned depth)
{
	struct schema copy = *s, *out;
	bool changed = replace_members(m, &copy);

	replace_in_place(m, &copy, with_files, depth, &changed);
	if (!changed)
		return s;
	out = added(m, s, &copy);
	out->component = form_name(m, s->component);
	return out;
}

const struct schema *
schema_files(struct schema_set *set, const struct schema *s,
    struct rt_strs texts)
{
	struct making m = {set, texts};

	return with_files(&m, s, 0);
}
