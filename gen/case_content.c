/* Values as the bytes of a body, by its media type; see case.h. */
#include "gen/case.h"
#include "runtime/media.h"

/* --- Media types --- */

static bool
is_other(const struct making *m, const struct spec_media *range,
    struct rt_str type)
{
	struct rt_media parsed;

	if (!rt_media_parse(type, &parsed))
		return false;
	for (size_t i = 0; i < m->op->n_bodies; i++) {
		const struct spec_media *other = &m->op->bodies[i];

		if (other != range && rt_media_covers(other->type.p, &parsed) &&
		    (!other->range || other < range))
			return true;
	}
	return false;
}

/* JSON under its own name, where that leads to no other. */
struct rt_str
case_media_type(const struct making *m, const struct spec_media *media)
{
	struct rt_str rest = media->type, type = rt_str_cut(&rest, '/');

	if (!media->range)
		return media->type;
	if (media->kind == SPEC_JSON &&
	    rt_media_covers(media->type.p,
		&(struct rt_media){.type = RT_LIT("application"),
		    .subtype = RT_LIT("json")}) &&
	    !is_other(m, media, RT_LIT("application/json")))
		return RT_LIT("application/json");
	if (rt_str_is(type, "*"))
		type = RT_LIT("application");
	return rt_arena_printf(m->arena, "%.*s/x-sample", RT_FMT(type));
}

struct rt_str
case_media_prefix(const struct making *m)
{
	struct rt_buf b = rt_buf(m->arena, SIZE_MAX);

	if (m->media == m->op->bodies)
		return RT_LIT("");
	for (size_t i = 0; i < m->media->type.n; i++) {
		char c = m->media->type.p[i];

		if (c != ' ')
			rt_buf_byte(&b, c == '/' ? '-' : c);
	}
	rt_buf_byte(&b, '/');
	return rt_buf_str(&b);
}

void
case_set_media(struct making *m, const struct spec_media *media)
{
	m->media = media;
	m->fields = form_fields(m->arena, media);
}

bool
case_fits(const struct making *m, const struct instance *v)
{
	if (m->media->kind > SPEC_TEXT || m->media->schema == NULL)
		return v->type == RT_STRING || m->media->kind <= SPEC_TEXT;
	return instance_fits(m->arena, m->media->schema, v);
}

/* --- Bodies --- */

/* A text is taken as a parameter is. */
static const struct instance *
seen_text(const struct making *m, const struct instance *v)
{
	struct rt_str text = case_scalar_text(v);
	unsigned types = RT_STRING;

	if (text.p == NULL || !rt_str_is_utf8(text))
		return NULL;
	if (m->media->kind == SPEC_TEXT && m->media->schema != NULL)
		types = spec_text_types(m->media->schema);
	return case_text_value(m->arena, text, types);
}

static const struct instance *
seen_body(const struct making *m, const struct instance *v)
{
	switch (m->media->kind) {
	case SPEC_JSON:
		return v;
	case SPEC_FORM:
	case SPEC_MULTIPART:
		return case_form_seen(m, v);
	default:
		return seen_text(m, v);
	}
}

struct rt_str
case_body_value(const struct making *m, const struct instance *v)
{
	return instance_json(m->arena, seen_body(m, v));
}

const struct rt_node *
case_body_node(const struct making *m, const struct instance *v)
{
	const struct instance *seen = seen_body(m, v);

	return seen == NULL ? NULL : instance_node(m->arena, seen);
}

static struct rt_str
body_text(const struct making *m, const struct instance *v)
{
	switch (m->media->kind) {
	case SPEC_JSON:
		return instance_json(m->arena, v);
	case SPEC_FORM:
		return case_form_text(m, v);
	case SPEC_MULTIPART:
		return v->n == 0 ? (struct rt_str){0}
				 : case_multipart_text(m, v);
	default:
		return case_scalar_text(v);
	}
}

bool
case_put_body(const struct making *m, const struct instance *v,
    struct case_row *row)
{
	if (seen_body(m, v) == NULL)
		return false;
	row->media = m->media->kind == SPEC_MULTIPART
	    ? case_multipart_media(m)
	    : case_media_type(m, m->media);
	row->body = body_text(m, v);
	/* A body without bytes may be none. */
	return row->body.n > 0;
}
