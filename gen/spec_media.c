/* Media types, their encodings and examples. */
#include "gen/form.h"
#include "gen/spec_read.h"
#include "runtime/media.h"

static const struct spec_keys media_keys[] = {
    {"schema", SPEC_READ},
    {"itemSchema", SPEC_READ | SPEC_3_2},
    {"prefixEncoding", SPEC_LATER | SPEC_3_2},
    {"itemEncoding", SPEC_LATER | SPEC_3_2},
    {"example", SPEC_READ},
    {"examples", SPEC_READ},
    {"encoding", SPEC_READ},
    {NULL, 0},
};

static const struct spec_keys encoding_keys[] = {
    {"contentType", SPEC_READ},
    {"headers", SPEC_READ},
    {"style", SPEC_READ},
    {"explode", SPEC_READ},
    {"allowReserved", SPEC_HARMLESS},
    {"encoding", SPEC_LATER | SPEC_3_2},
    {"prefixEncoding", SPEC_LATER | SPEC_3_2},
    {"itemEncoding", SPEC_LATER | SPEC_3_2},
    {NULL, 0},
};

static const struct spec_keys example_keys[] = {
    {"summary", SPEC_HARMLESS},
    {"description", SPEC_HARMLESS},
    {"value", SPEC_READ},
    {"dataValue", SPEC_READ | SPEC_3_2},
    {"serializedValue", SPEC_HARMLESS | SPEC_3_2},
    {"externalValue", SPEC_LATER},
    {NULL, 0},
};

/* --- Examples --- */

void
spec_read_examples(struct spec_reader *r, const struct doc_node *node,
    struct spec_examples *out)
{
	const struct doc_node *one = doc_get(node, "example");
	const struct doc_node *map = spec_map(r, node, "examples");
	size_t n = (one != NULL) + (map == NULL ? 0 : map->n);
	struct spec_example *v = rt_arena_array(r->arena, n, sizeof(*v));

	*out = (struct spec_examples){v, 0};
	if (one != NULL)
		v[out->n++] = (struct spec_example){RT_LIT("example"), one};
	for (size_t i = 0; map != NULL && i < map->n; i++) {
		const struct doc_node *e = spec_deref(r, map->members[i].value);

		if (e == NULL ||
		    !spec_check_keys(r, e, "an example", example_keys))
			continue;
		v[out->n] = (struct spec_example){map->members[i].key,
		    doc_get(e, "value")};
		if (v[out->n].value == NULL)
			v[out->n].value = doc_get(e, "dataValue");
		out->n += v[out->n].value != NULL;
	}
}

static void
check_example(struct spec_reader *r, const struct schema *s,
    const struct spec_example *e)
{
	struct rt_json_error err;
	const char *keyword = "";
	struct rt_str place = {0};
	const struct rt_node *v = rt_json_parse(r->scratch,
	    doc_json(r->scratch, e->value, 0), &rt_json_default_limits, &err);

	if (v == NULL || schema_accepts(r->scratch, s, v, &keyword, &place))
		return;
	if (place.n == 0)
		place = RT_LIT("its root");
	diag_warning(r->diag, e->value->pos, "example-valid",
	    "the example '%.*s' does not conform to its schema: '%s' fails at "
	    "%.*s",
	    RT_FMT(e->name), keyword, RT_FMT(place));
	diag_note(r->diag, s->pos, "the schema is here");
}

void
spec_check_examples(struct spec_reader *r, const struct schema *s,
    const struct spec_examples *examples)
{
	for (size_t i = 0; s != NULL && i < examples->n; i++) {
		check_example(r, s, &examples->v[i]);
		rt_arena_reset(r->scratch);
	}
}

const struct schema *
spec_schema(struct spec_reader *r, const struct doc_node *holder,
    const char *key)
{
	const struct doc_node *schema = doc_get(holder, key);
	struct schema_set *set = r->spec->schemas;

	return schema == NULL
	    ? NULL
	    : schema_view(set, schema_at(set, schema), r->side);
}

/* --- Media types --- */

/* "text/csv" of "text/csv; charset=utf-8". */
static struct rt_str
without_params(struct rt_str type)
{
	return rt_str_trim(rt_str_cut(&type, ';'));
}

static bool
is_media_type(struct rt_arena *a, struct rt_str key)
{
	struct rt_str rest = key, params = key;
	struct rt_str type = rt_str_cut(&rest, '/');
	struct rt_str subtype = rt_str_trim(rt_str_cut(&rest, ';'));
	struct rt_media parsed;

	if (!rt_is_token(type) || !rt_is_token(subtype))
		return false;
	if (rt_str_is(type, "*") && !rt_str_is(subtype, "*"))
		return false;
	(void)rt_str_cut(&params, ';');
	return params.p == NULL ||
	    rt_media_parse(rt_arena_printf(a, "a/b;%.*s", RT_FMT(params)),
		&parsed);
}

static bool
is_json(struct rt_str type)
{
	return rt_str_is_nocase(type, "application/json") ||
	    rt_str_is_nocase(type, "text/json") || rt_str_ends(type, "+json");
}

static bool
is_one_of(struct rt_str type, const char *const *names)
{
	for (; *names != NULL; names++) {
		if (rt_str_is_nocase(type, *names))
			return true;
	}
	return false;
}

/* RFC 7464, and the names under which lines of JSON go about. */
static const char *const lines_types[] = {"application/jsonl",
    "application/x-jsonl", "application/jsonlines", "application/x-jsonlines",
    "application/x-ndjson", "application/ndjson", "application/json-seq",
    "application/geo+json-seq", NULL};

enum {
	DEPTH_MAX = 16, /* of schemas that look at one value */
	SHAPED = RT_ARRAY | RT_OBJECT,
};

/* The types that a value may have, by its own `type` and those in place. */
static unsigned
types_of(const struct schema *s, unsigned depth)
{
	unsigned types = s->types, any = 0;

	if (depth > DEPTH_MAX)
		return types;
	if (s->ref != NULL)
		types &= types_of(s->ref, depth + 1);
	for (size_t i = 0; i < s->all_of.n; i++)
		types &= types_of(s->all_of.v[i], depth + 1);
	for (size_t i = 0; i < s->any_of.n; i++)
		any |= types_of(s->any_of.v[i], depth + 1);
	for (size_t i = 0; i < s->one_of.n; i++)
		any |= types_of(s->one_of.v[i], depth + 1);
	return any == 0 ? types : types & any;
}

bool
spec_is_form_data(const struct spec_media *m)
{
	return rt_str_is_nocase(without_params(m->type), "multipart/form-data");
}

unsigned
spec_text_types(const struct schema *s)
{
	unsigned types = types_of(s, 0);

	return (types & RT_NUMBER) != 0 ? types | RT_INTEGER : types;
}

/* Whether its values are no texts, so that some format has to carry them. */
static bool
is_structured(const struct schema *s)
{
	return s != NULL &&
	    ((types_of(s, 0) & RT_STRING) == 0 || s->n_properties > 0);
}

/* Whether its values are single ones, which a text can be. */
static bool
is_text(const struct schema *s)
{
	return s == NULL || s->any || (types_of(s, 0) & SHAPED) == 0;
}

/* What has a structure and goes under any name is JSON. */
static enum spec_media_kind
range_kind(struct rt_str type, const struct schema *s)
{
	if (is_structured(s))
		return SPEC_JSON;
	return rt_str_is_nocase(type, "text/*") && is_text(s) ? SPEC_TEXT
							      : SPEC_BYTES;
}

static bool
is_in(struct rt_str type, const char *family)
{
	size_t n = strlen(family);

	return type.n > n &&
	    rt_str_is_nocase((struct rt_str){type.p, n}, family);
}

static enum spec_media_kind
media_kind(const struct spec_media *m)
{
	struct rt_str type = without_params(m->type);

	if (m->range)
		return range_kind(type, m->schema);
	if (is_json(type))
		return SPEC_JSON;
	if (rt_str_is_nocase(type, "application/x-www-form-urlencoded"))
		return SPEC_FORM;
	if (is_in(type, "multipart/"))
		return SPEC_MULTIPART;
	if (rt_str_is_nocase(type, "text/event-stream"))
		return SPEC_EVENTS;
	if (is_one_of(type, lines_types))
		return SPEC_LINES;
	if (is_in(type, "text/") && is_text(m->schema))
		return SPEC_TEXT;
	return SPEC_BYTES;
}

/* Before itemSchema there was, contracts gave the schema of one item, or of
 * an array of them. */
static const struct schema *
item_of(struct spec_reader *r, const struct spec_media *m)
{
	const struct schema *item = spec_schema(r, m->node, "itemSchema");
	unsigned types;

	if (m->kind != SPEC_EVENTS && m->kind != SPEC_LINES)
		return NULL;
	if (item != NULL || m->schema == NULL)
		return item;
	types = types_of(m->schema, 0);
	if ((types & RT_STRING) != 0 && m->schema->n_properties == 0)
		return NULL;
	return types == RT_ARRAY ? m->schema->items : m->schema;
}

/* An example of what is no JSON may be the text itself. */
static void
check_media_examples(struct spec_reader *r, const struct spec_media *m)
{
	struct spec_example *v =
	    rt_arena_array(r->arena, m->examples.n, sizeof(*v));
	struct spec_examples checked = {v, 0};
	bool text = m->schema != NULL && !is_structured(m->schema);

	if (m->kind > SPEC_TEXT)
		return;
	for (size_t i = 0; i < m->examples.n; i++) {
		const struct spec_example *e = &m->examples.v[i];

		if (m->kind == SPEC_JSON || e->value->type != DOC_STRING ||
		    (m->kind == SPEC_TEXT && text))
			v[checked.n++] = *e;
	}
	spec_check_examples(r, m->schema, &checked);
}

/* --- Encodings --- */

static enum rt_style
encoding_style(struct spec_reader *r, const struct doc_node *node)
{
	struct rt_str style = spec_text(r, node, "style");

	if (style.p == NULL || rt_str_is(style, "form"))
		return 0;
	if (rt_str_is(style, "spaceDelimited"))
		return RT_STYLE_SPACE;
	if (rt_str_is(style, "pipeDelimited"))
		return RT_STYLE_PIPE;
	if (rt_str_is(style, "deepObject"))
		return RT_STYLE_DEEP;
	diag_error(r->diag, doc_get(node, "style")->pos, "encoding-style",
	    "there is no style '%.*s' in a form", RT_FMT(style));
	diag_help(r->diag, "form, spaceDelimited, pipeDelimited, deepObject");
	return 0;
}

static void
read_encoding(struct spec_reader *r, const struct doc_member *m,
    struct spec_encoding *out)
{
	const struct doc_node *node = m->value;

	out->node = node;
	out->pos = m->key_pos;
	out->property = m->key;
	out->explode = true;
	if (!spec_check_keys(r, node, "an encoding", encoding_keys))
		return;
	out->media = spec_name(r, node, "contentType");
	out->styled = doc_get(node, "style") != NULL ||
	    doc_get(node, "explode") != NULL ||
	    doc_get(node, "allowReserved") != NULL;
	out->style = encoding_style(r, node);
	out->explode = spec_bool(r, node, "explode", out->style == 0);
	out->n_headers = spec_read_headers(r, node, &out->headers);
}

/* Of other media types than forms they say nothing. */
static void
read_encodings(struct spec_reader *r, struct spec_media *m)
{
	const struct doc_node *map = spec_map(r, m->node, "encoding");
	struct spec_encoding *v;

	if (map == NULL || (m->kind != SPEC_FORM && m->kind != SPEC_MULTIPART))
		return;
	v = rt_arena_array(r->arena, map->n, sizeof(*v));
	for (size_t i = 0; i < map->n; i++)
		read_encoding(r, &map->members[i], &v[i]);
	m->encodings = v;
	m->n_encodings = map->n;
}

/* --- The media type --- */

/* What an encoding says to be text or JSON is no file. */
static const struct schema *
with_files(struct spec_reader *r, const struct spec_media *m)
{
	struct rt_str *texts =
	    rt_arena_array(r->arena, m->n_encodings, sizeof(*texts));
	size_t n = 0;

	if (m->kind != SPEC_MULTIPART || m->schema == NULL)
		return m->schema;
	for (size_t i = 0; i < m->n_encodings; i++) {
		const struct spec_encoding *e = &m->encodings[i];

		if (e->styled || rt_str_starts(e->media, "text/") ||
		    is_json(without_params(e->media)))
			texts[n++] = e->property;
	}
	return schema_files(r->spec->schemas, m->schema,
	    (struct rt_strs){texts, n});
}

/* What no form can carry, and encodings of nothing. */
static void
check_form(struct spec_reader *r, const struct spec_media *m)
{
	struct form_fields fields = form_fields(r->arena, m);

	for (size_t i = 0; i < fields.n; i++) {
		const struct form_field *f = &fields.v[i];

		if (f->form.why != NULL)
			diag_error(r->diag, f->encoding->node->pos,
			    "encoding-shape",
			    "the property '%.*s' of the form can't be read: "
			    "%s",
			    RT_FMT(f->param.name), f->form.why);
	}
	for (size_t i = 0; fields.n > 0 && i < m->n_encodings; i++) {
		const struct spec_encoding *e = &m->encodings[i];

		if (form_field_of(&fields, e->property) == NULL)
			diag_warning(r->diag, e->pos, "encoding-property",
			    "the form has no property '%.*s'",
			    RT_FMT(e->property));
	}
}

static void
read_media(struct spec_reader *r, const struct doc_member *member,
    struct spec_media *out)
{
	struct rt_str type = without_params(member->key);

	out->node = spec_deref(r, member->value);
	out->type = member->key;
	out->range = memchr(type.p, '*', type.n) != NULL;
	out->problem = rt_str_is_nocase(type, "application/problem+json");
	if (out->node == NULL ||
	    !spec_check_keys(r, out->node, "a media type", media_keys)) {
		out->kind = media_kind(out);
		return;
	}
	out->schema = spec_schema(r, out->node, "schema");
	out->kind = media_kind(out);
	out->item = item_of(r, out);
	read_encodings(r, out);
	out->schema = with_files(r, out);
	check_form(r, out);
	spec_read_examples(r, out->node, &out->examples);
	check_media_examples(r, out);
}

size_t
spec_read_content(struct spec_reader *r, const struct doc_node *content,
    const struct spec_media **out)
{
	struct spec_media *v;
	size_t n = 0;

	*out = NULL;
	if (content == NULL)
		return 0;
	v = rt_arena_array(r->arena, content->n, sizeof(*v));
	for (size_t i = 0; i < content->n; i++) {
		const struct doc_member *m = &content->members[i];

		if (is_media_type(r->arena, m->key))
			read_media(r, m, &v[n++]);
		else
			diag_error(r->diag, m->key_pos, "media-type",
			    "'%.*s' is no media type: a type/subtype such as "
			    "'application/json' is expected",
			    RT_FMT(m->key));
	}
	*out = v;
	return n;
}
