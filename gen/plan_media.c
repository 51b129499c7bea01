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
	if (m->kind == SPEC_TEXT && !m->range && t != NULL && has_text(p, t))
		return PLAN_AS_TEXT;
	return PLAN_AS_BYTES;
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
