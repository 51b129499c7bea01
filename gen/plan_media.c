/* Media types in C: how bodies are carried, and what they are called. */
#include "gen/plan_op.h"

/* --- How they are carried --- */

enum plan_carrier
plan_taken_as(const struct spec_media *m)
{
	switch (m->kind) {
	case SPEC_JSON:
	case SPEC_FORM:
	case SPEC_MULTIPART:
		return PLAN_AS_VALUE;
	case SPEC_TEXT:
		return m->schema == NULL ? PLAN_AS_BYTES : PLAN_AS_TEXT;
	default:
		return PLAN_AS_BYTES;
	}
}

/* Whether a C value of the type has one text without further ado. */
static bool
has_text(struct plan *p, const struct plan_type *t)
{
	switch (plan_c_type(t)->kind) {
	case PLAN_BOOL:
	case PLAN_INT:
	case PLAN_INT32:
	case PLAN_DOUBLE:
	case PLAN_STR:
	case PLAN_ENUM:
		return !plan_nullable(p, t->schema);
	default:
		return false;
	}
}

enum plan_carrier
plan_given_as(struct plan *p, const struct spec_media *m)
{
	const struct plan_type *t = plan_type_of(p, m->schema);

	if (m->problem)
		return PLAN_AS_PROBLEM;
	if (m->kind == SPEC_JSON)
		return PLAN_AS_VALUE;
	if (m->kind == SPEC_EVENTS || m->kind == SPEC_LINES)
		return PLAN_AS_STREAM;
	if (m->kind == SPEC_TEXT && !m->range && t != NULL && has_text(p, t))
		return PLAN_AS_TEXT;
	return PLAN_AS_BYTES;
}

/* --- Streams --- */

enum { IN_PLACE_MAX = 16 };

/* What a schema names of an event's fields, and of others. */
struct fields {
	bool data, others;
};

static void
note_properties(const struct schema *s, struct fields *f)
{
	static const char *const names[] = {"data", "event", "id", "retry"};

	for (size_t i = 0; i < s->n_properties; i++) {
		bool known = false;

		for (size_t k = 0; k < RT_LEN(names); k++)
			known |= rt_str_is(s->properties[i].name, names[k]);
		f->data |= rt_str_is(s->properties[i].name, "data");
		f->others |= !known;
	}
}

/* Also those of the schemas that look at the same value. */
static void
note_fields(const struct schema *s, struct fields *f, unsigned depth)
{
	const struct schema_list *lists[] = {&s->all_of, &s->any_of,
	    &s->one_of};

	note_properties(s, f);
	if (depth == IN_PLACE_MAX)
		return;
	if (s->ref != NULL)
		note_fields(s->ref, f, depth + 1);
	for (size_t i = 0; i < RT_LEN(lists); i++) {
		for (size_t k = 0; k < lists[i]->n; k++)
			note_fields(lists[i]->v[k], f, depth + 1);
	}
}

/* Whether the schema is one of an event's fields, as OpenAPI 3.2 has it
 * ("Server-Sent Event Streams"), and not of its data. */
static bool
has_fields(const struct schema *s)
{
	struct fields f = {false, false};

	if (s == NULL || (s->types & RT_OBJECT) == 0)
		return false;
	note_fields(s, &f, 0);
	return f.data && !f.others;
}

static bool
is_sequence(struct rt_str type)
{
	struct rt_str name = rt_str_trim(rt_str_cut(&type, ';'));

	return rt_str_is_nocase(name, "application/json-seq") ||
	    rt_str_is_nocase(name, "application/geo+json-seq");
}

struct rt_str
plan_framing(const struct spec_media *m)
{
	if (m->kind == SPEC_LINES)
		return is_sequence(m->type) ? RT_LIT("RT_FRAMING_SEQUENCE")
					    : RT_LIT("RT_FRAMING_LINES");
	return has_fields(m->item) ? RT_LIT("RT_FRAMING_FIELDS")
				   : RT_LIT("RT_FRAMING_EVENTS");
}

struct plan_type *
plan_media_type(struct plan *p, const struct schema *s,
    const struct spec_op *op, struct rt_str op_name, struct rt_str part,
    bool own)
{
	return plan_type(p, s, plan_part_label(p, op->id, part),
	    plan_part_name(p, op_name, part), own);
}

const struct plan_type *
plan_type_of(struct plan *p, const struct schema *s)
{
	return s == NULL ? NULL : p->types[s->id];
}

/* --- Names --- */

static const struct {
	const char *type, *word;
} words[] = {
    {"application/x-www-form-urlencoded", "form"},
    {"multipart/form-data", "multipart"},
    {"text/plain", "text"},
    {"application/octet-stream", "bytes"},
    {"text/event-stream", "events"},
    {"*/*", "any"},
};

/* "merge-patch" of "application/merge-patch+json", "image" of a range of
 * images. */
static struct rt_str
short_name(struct rt_str type)
{
	struct rt_str subtype = type, name = rt_str_cut(&subtype, '/');

	for (size_t i = 0; i < RT_LEN(words); i++) {
		if (rt_str_is_nocase(type, words[i].type))
			return rt_str(words[i].word);
	}
	if (rt_str_is(subtype, "*"))
		return name;
	if (rt_str_starts(subtype, "x-")) {
		subtype.p += 2;
		subtype.n -= 2;
	}
	name = rt_str_cut(&subtype, '+');
	return name;
}

struct rt_str
plan_media_word(struct plan *p, const struct spec_media *m)
{
	struct rt_str params = m->type;
	struct rt_str type = rt_str_trim(rt_str_cut(&params, ';'));
	struct rt_str word = name_snake(p->arena, short_name(type));

	params = params.p == NULL ? params : rt_str_trim(params);
	if (params.n == 0 || rt_str_starts(params, "charset="))
		return word;
	return rt_arena_printf(p->arena, "%.*s_%.*s", RT_FMT(word),
	    RT_FMT(name_snake(p->arena, params)));
}
