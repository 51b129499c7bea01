/* Bodies that are forms; see case.h. */
#include "gen/case.h"
#include "runtime/percent.h"

static const char boundary[] = "kontract-boundary";

static const unsigned plain = ~(unsigned)(RT_ARRAY | RT_OBJECT);

/* --- What a server sees --- */

/* Whether a text is taken for JSON where it could be either. */
static bool
looks_like_json(struct rt_str text)
{
	return text.n > 0 && (text.p[0] == '{' || text.p[0] == '[');
}

static const struct instance *
seen_text(struct rt_arena *a, const struct instance *v, unsigned types)
{
	struct rt_str text = case_scalar_text(v);

	if (text.p == NULL || rt_str_has(text, '\0'))
		return NULL;
	return case_text_value(a, text, types);
}

/* Items that have a place each; where one alone is not told from a value, it
 * isn't sent. */
static const struct instance *
seen_items(struct rt_arena *a, const struct form_field *f,
    const struct instance *v)
{
	const struct instance *seen = instance_empty(a, RT_ARRAY);

	if (v->n == 0 || (v->n == 1 && (f->form.types & plain) != 0))
		return NULL;
	for (size_t i = 0; i < v->n; i++) {
		const struct instance *item =
		    seen_text(a, v->parts[i].value, f->form.item_types);

		if (item == NULL)
			return NULL;
		seen = instance_add(a, seen, (struct rt_str){0}, item);
	}
	return seen;
}

/* What stands for an array that has no more. */
static const struct instance *
array_of(struct rt_arena *a, const struct instance *item)
{
	return item == NULL ? NULL
			    : instance_add(a, instance_empty(a, RT_ARRAY),
				  (struct rt_str){0}, item);
}

static const struct instance *
seen_single(struct rt_arena *a, const struct form_field *f,
    const struct instance *v)
{
	if ((f->form.types & plain) == 0 && (f->form.types & RT_ARRAY) != 0)
		return array_of(a, seen_text(a, v, f->form.item_types));
	return seen_text(a, v, f->form.types);
}

/* Of an array of parts the only one may be the whole. */
static const struct instance *
seen_parts(struct rt_arena *a, const struct form_field *f,
    const struct instance *v)
{
	const struct instance *only = v->n == 1 ? v->parts[0].value : NULL;

	if (v->type != RT_ARRAY)
		return (f->form.types & v->type) == 0 ? array_of(a, v) : v;
	if (only != NULL && only->type == RT_ARRAY &&
	    (f->form.item_types & RT_ARRAY) == 0)
		return only;
	return v->n == 0 ? NULL : v;
}

static const struct instance *
seen_json(const struct making *m, const struct form_field *f,
    const struct instance *v)
{
	bool parts =
	    m->media->kind == SPEC_MULTIPART && (f->form.types & RT_ARRAY) != 0;

	if ((f->form.types & RT_STRING) != 0 && v->type != RT_ARRAY &&
	    v->type != RT_OBJECT) {
		struct rt_str text = case_scalar_text(v);

		return looks_like_json(text)
		    ? NULL
		    : seen_text(m->arena, v, f->form.types);
	}
	return parts ? seen_parts(m->arena, f, v) : v;
}

/* Files are bytes, whatever they are. */
static const struct instance *
seen_files(const struct form_field *f, const struct instance *v)
{
	if (v->type == RT_STRING)
		return (f->form.types & RT_ARRAY) != 0 &&
			(f->form.types & plain) == 0
		    ? NULL
		    : v;
	if (v->type != RT_ARRAY || (f->form.types & RT_ARRAY) == 0 || v->n == 0)
		return NULL;
	for (size_t i = 0; i < v->n; i++) {
		if (v->parts[i].value->type != RT_STRING)
			return NULL;
	}
	return v;
}

static const struct instance *
seen_field(const struct making *m, const struct form_field *f,
    const struct instance *v)
{
	struct spec_param query = f->param;

	if (f->file)
		return seen_files(f, v);
	if (f->param.style == RT_STYLE_JSON)
		return seen_json(m, f, v);
	if (f->encoding == NULL || !f->encoding->styled)
		return v->type == RT_ARRAY ? seen_items(m->arena, f, v)
					   : seen_single(m->arena, f, v);
	query.in = RT_IN_QUERY;
	return case_seen_value(m->arena, &query, v);
}

/* A field that nobody declares is a text. */
static const struct instance *
seen_member(const struct making *m, const struct instance_part *part)
{
	const struct form_field *f = form_field_of(&m->fields, part->name);

	if (f != NULL)
		return seen_field(m, f, part->value);
	return part->value->type == RT_STRING
	    ? seen_text(m->arena, part->value, RT_STRING)
	    : NULL;
}

/* Parts without names are texts or JSON. */
static const struct instance *
seen_mixed(const struct instance *v)
{
	if (v->type != RT_ARRAY || v->n == 0)
		return NULL;
	for (size_t i = 0; i < v->n; i++) {
		const struct instance *item = v->parts[i].value;

		if (item->type == RT_STRING &&
		    (!rt_str_is_utf8(item->text) ||
			rt_str_has(item->text, '\0')))
			return NULL;
	}
	return v;
}

const struct instance *
case_form_seen(const struct making *m, const struct instance *v)
{
	const struct instance *seen = instance_empty(m->arena, RT_OBJECT);

	if (m->media->kind == SPEC_MULTIPART && !spec_is_form_data(m->media))
		return seen_mixed(v);
	if (v->type != RT_OBJECT)
		return NULL;
	for (size_t i = 0; i < v->n; i++) {
		const struct instance *value = seen_member(m, &v->parts[i]);

		if (value == NULL || rt_str_has(v->parts[i].name, '\0'))
			return NULL;
		seen = instance_add(m->arena, seen, v->parts[i].name, value);
	}
	return seen;
}

/* --- Pairs --- */

/* As of a parameter of the query; one that nobody declares is a plain text. */
static struct spec_param
query_param(const struct making *m, struct rt_str name)
{
	const struct form_field *f = form_field_of(&m->fields, name);
	struct spec_param p = {.name = name};

	if (f != NULL)
		p = f->param;
	p.in = RT_IN_QUERY;
	return p;
}

/* JSON, but for what may be a text and is one. */
static bool
is_json(const struct form_field *f, const struct instance *v)
{
	return f != NULL && f->param.style == RT_STYLE_JSON &&
	    ((f->form.types & RT_STRING) == 0 || v->type == RT_ARRAY ||
		v->type == RT_OBJECT);
}

static bool
put_pairs(const struct making *m, struct rt_buf *b, struct rt_str name,
    const struct instance *v)
{
	const struct form_field *f = form_field_of(&m->fields, name);
	struct spec_param p = query_param(m, name);

	if (p.style == RT_STYLE_JSON && !is_json(f, v))
		p.style = 0;
	return case_write_pairs(m->arena, b, &p, v);
}

/* "a=1&b=2"; absent where something can't be written. */
struct rt_str
case_form_text(const struct making *m, const struct instance *v)
{
	struct rt_buf b = rt_buf(m->arena, SIZE_MAX);
	struct rt_str text;

	for (size_t i = 0; i < v->n; i++) {
		if (!put_pairs(m, &b, v->parts[i].name, v->parts[i].value))
			return (struct rt_str){0};
	}
	if (b.n == 0)
		return RT_LIT("");
	/* Behind the question mark. */
	text = rt_buf_str(&b);
	return (struct rt_str){text.p + 1, text.n - 1};
}

/* --- Parts --- */

static struct rt_str
part_media(const struct form_field *f, bool json)
{
	for (size_t i = 0; f != NULL && i < f->n_medias; i++) {
		if (!rt_str_has(f->medias[i], '*'))
			return f->medias[i];
	}
	if (f != NULL && f->n_medias > 0)
		return RT_LIT("image/x-sample");
	if (f != NULL && f->file)
		return RT_LIT("application/octet-stream");
	return json ? RT_LIT("application/json") : (struct rt_str){0};
}

/* The headers that a part has to have. */
static bool
put_headers(const struct making *m, struct rt_buf *b,
    const struct form_field *f)
{
	const struct spec_encoding *e = f == NULL ? NULL : f->encoding;

	for (size_t i = 0; e != NULL && i < e->n_headers; i++) {
		const struct spec_header *h = &e->headers[i];
		const struct instance *v;
		struct rt_str text;

		if (!h->required || h->schema == NULL)
			continue;
		v = sample_value(m->arena, h->schema, SAMPLE_MINIMAL);
		text = v == NULL ? (struct rt_str){0} : case_scalar_text(v);
		if (text.n == 0)
			return false;
		rt_buf_printf(b, "%.*s: %.*s\r\n", RT_FMT(h->name),
		    RT_FMT(text));
	}
	return true;
}

static bool
put_part(const struct making *m, struct rt_buf *b, struct rt_str name,
    const struct form_field *f, bool json, struct rt_str bytes)
{
	struct rt_str media = part_media(f, json);

	if (bytes.p == NULL || name.n == 0 ||
	    memmem(bytes.p, bytes.n, boundary, strlen(boundary)) != NULL ||
	    rt_str_has(name, '"') || rt_str_has(name, '\n') ||
	    rt_str_has(name, '\r'))
		return false;
	rt_buf_printf(b,
	    "--%s\r\nContent-Disposition: form-data; "
	    "name=\"%.*s\"%s\r\n",
	    boundary, RT_FMT(name),
	    f != NULL && f->file ? "; filename=\"sample.bin\"" : "");
	if (media.p != NULL)
		rt_buf_printf(b, "Content-Type: %.*s\r\n", RT_FMT(media));
	if (!put_headers(m, b, f))
		return false;
	rt_buf_cstr(b, "\r\n");
	rt_buf_add(b, bytes);
	rt_buf_cstr(b, "\r\n");
	return true;
}

static bool
put_value(const struct making *m, struct rt_buf *b, struct rt_str name,
    const struct form_field *f, const struct instance *v)
{
	bool json = !f->file && is_json(f, v);

	return put_part(m, b, name, f, json,
	    json ? instance_json(m->arena, v) : case_scalar_text(v));
}

/* Whether a text has what would split it, for parts are not encoded. */
static bool
has_comma(const struct instance *v)
{
	for (size_t i = 0; i < v->n; i++) {
		struct rt_str text = case_scalar_text(v->parts[i].value);

		if (memchr(text.p == NULL ? "," : text.p, ',',
			text.p == NULL ? 1 : text.n) != NULL)
			return true;
	}
	return false;
}

/* The pairs of a query, each as a part. */
static bool
put_styled(const struct making *m, struct rt_buf *b, struct rt_str name,
    const struct form_field *f, const struct instance *v)
{
	struct rt_buf pairs = rt_buf(m->arena, SIZE_MAX);
	struct rt_str rest;

	if (f != NULL && f->param.style == 0 && !f->param.explode &&
	    has_comma(v))
		return false;
	if (!put_pairs(m, &pairs, name, v) || pairs.n == 0)
		return false;
	rest = (struct rt_str){pairs.p + 1, pairs.n - 1};
	while (rest.p != NULL) {
		struct rt_str value = rt_str_cut(&rest, '&');
		struct rt_str key = rt_str_cut(&value, '=');

		if (!rt_percent_decode(m->arena, key, true, &key) ||
		    !rt_percent_decode(m->arena, value, true, &value) ||
		    !put_part(m, b, key, f, false, value))
			return false;
	}
	return true;
}

static bool
put_field(const struct making *m, struct rt_buf *b, struct rt_str name,
    const struct instance *v)
{
	const struct form_field *f = form_field_of(&m->fields, name);
	bool own = f != NULL && (f->file || f->param.style == RT_STYLE_JSON);
	bool array =
	    own && v->type == RT_ARRAY && (f->form.types & RT_ARRAY) != 0;

	if (!own)
		return put_styled(m, b, name, f, v);
	if (!array)
		return put_value(m, b, name, f, v);
	for (size_t i = 0; i < v->n; i++) {
		if (!put_part(m, b, name, f, !f->file,
			f->file ? case_scalar_text(v->parts[i].value)
				: instance_json(m->arena, v->parts[i].value)))
			return false;
	}
	return true;
}

static struct rt_str
mixed_text(const struct making *m, const struct instance *v)
{
	struct rt_buf b = rt_buf(m->arena, SIZE_MAX);

	for (size_t i = 0; i < v->n; i++) {
		const struct instance *item = v->parts[i].value;
		bool text = item->type == RT_STRING;
		struct rt_str bytes =
		    text ? item->text : instance_json(m->arena, item);

		if (memmem(bytes.p, bytes.n, boundary, strlen(boundary)) !=
		    NULL)
			return (struct rt_str){0};
		rt_buf_printf(&b, "--%s\r\n%s\r\n", boundary,
		    text ? "" : "Content-Type: application/json\r\n");
		rt_buf_add(&b, bytes);
		rt_buf_cstr(&b, "\r\n");
	}
	rt_buf_printf(&b, "--%s--\r\n", boundary);
	return rt_buf_str(&b);
}

struct rt_str
case_multipart_text(const struct making *m, const struct instance *v)
{
	struct rt_buf b = rt_buf(m->arena, SIZE_MAX);

	if (!spec_is_form_data(m->media))
		return mixed_text(m, v);
	for (size_t i = 0; i < v->n; i++) {
		if (!put_field(m, &b, v->parts[i].name, v->parts[i].value))
			return (struct rt_str){0};
	}
	rt_buf_printf(&b, "--%s--\r\n", boundary);
	return rt_buf_str(&b);
}

struct rt_str
case_multipart_media(const struct making *m)
{
	return rt_arena_printf(m->arena, "%.*s; boundary=%s",
	    RT_FMT(m->media->type), boundary);
}
