/* Parameters as they are sent and seen; see case.h. */
#include "gen/case.h"
#include "gen/param.h"
#include "runtime/percent.h"

enum {
	TARGET_MAX = 1800, /* bytes; servers take about 2,000 */
	HEADER_MAX = 1000,
};

/* --- Values as texts --- */

struct rt_str
case_scalar_text(const struct instance *v)
{
	if (v->type == RT_BOOLEAN)
		return v->yes ? RT_LIT("true") : RT_LIT("false");
	if (v->type == RT_STRING || v->type == RT_NUMBER)
		return v->text;
	return (struct rt_str){0};
}

/* What a header can carry without change (and a cookie, which has fewer). */
static bool
is_plain(struct rt_str s, enum rt_in in)
{
	const char *excluded = in == RT_IN_COOKIE ? "\" ,;\\" : "";

	if (s.n == 0 || s.n > HEADER_MAX || s.p[0] == ' ' ||
	    s.p[s.n - 1] == ' ')
		return false;
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] < ' ' || s.p[i] > '~' ||
		    strchr(excluded, s.p[i]) != NULL)
			return false;
	}
	return true;
}

static bool
is_encoded(enum rt_in in)
{
	return in == RT_IN_PATH || in == RT_IN_QUERY;
}

/* What a text must not have, for it would be split there. */
static const char *
splitting(const struct spec_param *p, bool shaped)
{
	if (!shaped)
		return "";
	if (!is_encoded(p->in))
		return ",=&;";
	if (p->style == RT_STYLE_SPACE)
		return " ";
	if (p->style == RT_STYLE_PIPE)
		return "|";
	return p->style == RT_STYLE_LABEL && p->explode ? "." : "";
}

static bool
put_text(struct rt_buf *b, const struct spec_param *p, bool shaped,
    struct rt_str text)
{
	const char *excluded = splitting(p, shaped);

	if (text.p == NULL)
		return false;
	for (size_t i = 0; i < text.n; i++) {
		if (text.p[i] != '\0' && strchr(excluded, text.p[i]) != NULL)
			return false;
	}
	if (!is_encoded(p->in) && !is_plain(text, p->in))
		return false;
	if (is_encoded(p->in))
		rt_percent_encode(b, text);
	else
		rt_buf_add(b, text);
	return true;
}

static const char *
separator(const struct spec_param *p)
{
	switch (p->style) {
	case RT_STYLE_LABEL:
		return p->explode ? "." : ",";
	case RT_STYLE_MATRIX:
		return p->explode ? ";" : ",";
	case RT_STYLE_SPACE:
		return "%20";
	case RT_STYLE_PIPE:
		return "%7C";
	default:
		return ",";
	}
}

static bool
is_shaped(const struct instance *v)
{
	return v->type == RT_ARRAY || v->type == RT_OBJECT;
}

static bool
put_parts(struct rt_buf *b, const struct spec_param *p,
    const struct instance *v)
{
	for (size_t i = 0; i < v->n; i++) {
		const struct instance_part *part = &v->parts[i];

		if (i > 0)
			rt_buf_cstr(b, separator(p));
		if (v->type == RT_OBJECT) {
			if (!put_text(b, p, true, part->name))
				return false;
			rt_buf_cstr(b, p->explode ? "=" : separator(p));
		} else if (p->style == RT_STYLE_MATRIX && p->explode) {
			rt_percent_encode(b, p->name);
			rt_buf_byte(b, '=');
		}
		if (!put_text(b, p, true, case_scalar_text(part->value)))
			return false;
	}
	return true;
}

bool
case_write_value(struct rt_arena *a, struct rt_buf *b,
    const struct spec_param *p, const struct instance *v)
{
	if (p->style == RT_STYLE_LABEL)
		rt_buf_byte(b, '.');
	if (p->style == RT_STYLE_MATRIX)
		rt_buf_byte(b, ';');
	if (p->style == RT_STYLE_MATRIX && !(p->explode && is_shaped(v))) {
		rt_percent_encode(b, p->name);
		rt_buf_byte(b, '=');
	}
	if (p->style == RT_STYLE_JSON)
		return put_text(b, p, false, instance_json(a, v));
	return is_shaped(v) ? put_parts(b, p, v)
			    : put_text(b, p, false, case_scalar_text(v));
}

/* "name=", behind what is there already. */
static void
put_key(struct rt_buf *b, const struct spec_param *p, struct rt_str name)
{
	if (p->in == RT_IN_QUERY)
		rt_buf_byte(b, rt_str_has(rt_buf_str(b), '?') ? '&' : '?');
	else if (b->n > 0)
		rt_buf_cstr(b, "; ");
	if (p->in == RT_IN_QUERY)
		rt_percent_encode(b, name);
	else
		rt_buf_add(b, name);
	rt_buf_byte(b, '=');
}

/* Whether all items are scalars, so that they may stand under one name. */
static bool
is_flat(const struct instance *array)
{
	for (size_t i = 0; i < array->n; i++) {
		if (is_shaped(array->parts[i].value))
			return false;
	}
	return array->n > 1;
}

static bool
put_deep(struct rt_arena *a, struct rt_buf *b, const struct spec_param *p,
    struct rt_str name, const struct instance *v)
{
	bool array = v->type == RT_ARRAY, flat = array && is_flat(v);

	if (!is_shaped(v)) {
		put_key(b, p, name);
		return put_text(b, p, true, case_scalar_text(v));
	}
	for (size_t i = 0; i < v->n; i++) {
		struct rt_str key =
		    array ? rt_arena_printf(a, "%zu", i) : v->parts[i].name;
		struct rt_str inner = flat ? name
					   : rt_arena_printf(a, "%.*s[%.*s]",
						 RT_FMT(name), RT_FMT(key));

		if (rt_str_has(key, '[') || rt_str_has(key, ']') ||
		    !put_deep(a, b, p, inner, v->parts[i].value))
			return false;
	}
	return true;
}

bool
case_write_pairs(struct rt_arena *a, struct rt_buf *b,
    const struct spec_param *p, const struct instance *v)
{
	if (p->style == RT_STYLE_DEEP)
		return put_deep(a, b, p, p->name, v);
	if (p->style != 0 || !p->explode || !is_shaped(v)) {
		put_key(b, p, p->name);
		return case_write_value(a, b, p, v);
	}
	for (size_t i = 0; i < v->n; i++) {
		const struct instance_part *part = &v->parts[i];

		put_key(b, p, v->type == RT_OBJECT ? part->name : p->name);
		if (!put_text(b, p, true, case_scalar_text(part->value)))
			return false;
	}
	return true;
}

static const struct instance *
path_value(const struct making *m, const struct instance *const *params,
    struct rt_str name, const struct spec_param **param)
{
	for (size_t i = 0; i < m->op->n_params; i++) {
		*param = &m->op->params[i];
		if ((*param)->in == RT_IN_PATH &&
		    rt_str_eq((*param)->name, name))
			return params[i];
	}
	return NULL;
}

static bool
write_path(const struct making *m, const struct instance *const *params,
    struct rt_buf *b)
{
	struct rt_str rest = m->op->path;

	for (;;) {
		const struct spec_param *p = NULL;
		const struct instance *v;
		size_t before;

		rt_buf_add(b, rt_str_cut(&rest, '{'));
		if (rest.p == NULL)
			return true;
		v = path_value(m, params, rt_str_cut(&rest, '}'), &p);
		before = b->n;
		/* An empty segment is another path, and "." and ".." are
		 * removed. */
		if (v == NULL || !case_write_value(m->arena, b, p, v) ||
		    b->n == before)
			return false;
		if (b->p[before] == '.' && b->n < before + 3)
			return false;
	}
}

bool
case_put_params(const struct making *m, const struct instance *const *params,
    struct case_row *row)
{
	struct rt_buf target = rt_buf(m->arena, SIZE_MAX);
	struct rt_buf headers = rt_buf(m->arena, SIZE_MAX);
	struct rt_buf cookies = rt_buf(m->arena, SIZE_MAX);
	bool ok = write_path(m, params, &target);

	for (size_t i = 0; ok && i < m->op->n_params; i++) {
		const struct spec_param *p = &m->op->params[i];

		if (params[i] == NULL || p->in == RT_IN_PATH)
			continue;
		if (p->in == RT_IN_QUERY) {
			ok = case_write_pairs(m->arena, &target, p, params[i]);
		} else if (p->in == RT_IN_HEADER) {
			rt_buf_printf(&headers, "%.*s: ", RT_FMT(p->name));
			ok = case_write_value(m->arena, &headers, p, params[i]);
			rt_buf_byte(&headers, '\n');
		} else {
			ok = case_write_pairs(m->arena, &cookies, p, params[i]);
		}
	}
	row->target = rt_arena_copy(m->arena, rt_buf_str(&target));
	if (headers.n > 0)
		row->headers = rt_buf_str(&headers);
	if (cookies.n > 0)
		row->cookies = rt_buf_str(&cookies);
	return ok && target.n <= TARGET_MAX;
}
