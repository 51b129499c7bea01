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
		&(struct rt_media){RT_LIT("application"), RT_LIT("json"), {0},
		    0}) &&
	    !is_other(m, media, RT_LIT("application/json")))
		return RT_LIT("application/json");
	if (rt_str_is(type, "*"))
		type = RT_LIT("application");
	return rt_arena_printf(m->arena, "%.*s/x-sample", RT_FMT(type));
}

struct rt_str
case_media_prefix(const struct making *m)
{
	struct rt_str rest = m->media == NULL ? RT_LIT("") : m->media->type;
	struct rt_str subtype;

	if (m->media == m->op->bodies)
		return RT_LIT("");
	(void)rt_str_cut(&rest, '/');
	subtype = rt_str_trim(rt_str_cut(&rest, ';'));
	return rt_arena_printf(m->arena, "%.*s/", RT_FMT(subtype));
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

/* As a string: bytes that are text. */
static const struct instance *
seen_text(const struct instance *v)
{
	return v->type == RT_STRING && rt_str_is_utf8(v->text) ? v : NULL;
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
		return seen_text(v);
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
		return v->text;
	}
}

bool
case_put_body(const struct making *m, const struct instance *v,
    struct case_row *row)
{
	if (seen_body(m, v) == NULL)
		return false;
	row->media = m->media->kind == SPEC_MULTIPART
	    ? case_multipart_media()
	    : case_media_type(m, m->media);
	row->body = body_text(m, v);
	/* A body that may be missing is missed where it has no bytes. */
	return row->body.p != NULL &&
	    (row->body.n > 0 || m->op->body_required ||
		m->media->kind >= SPEC_TEXT);
}
