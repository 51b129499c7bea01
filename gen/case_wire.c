/* Parameters as they are sent and seen; see case.h. */
#include "gen/case.h"
#include "gen/sample.h"

enum {
	TARGET_MAX = 1800, /* bytes; servers take about 2,000 */
	HEADER_MAX = 1000,
};

/* --- Values as texts --- */

/* A scalar as it stands in a URL or header; absent for what has no text. */
static struct rt_str
scalar_text(const struct instance *v)
{
	if (v->type == RT_BOOLEAN)
		return v->yes ? RT_LIT("true") : RT_LIT("false");
	if (v->type == RT_STRING || v->type == RT_NUMBER)
		return v->text;
	return (struct rt_str){0};
}

void
case_percent_encode(struct rt_buf *b, struct rt_str s)
{
	static const char unreserved[] = "abcdefghijklmnopqrstuvwxyz"
					 "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
					 "0123456789-._~";

	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] != '\0' && strchr(unreserved, s.p[i]) != NULL)
			rt_buf_byte(b, s.p[i]);
		else
			rt_buf_printf(b, "%%%02X", (unsigned char)s.p[i]);
	}
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

bool
case_write_value(struct rt_buf *b, const struct spec_param *p,
    const struct instance *v)
{
	size_t n = v->type == RT_ARRAY ? v->n : 1;

	for (size_t i = 0; i < n; i++) {
		const struct instance *item =
		    v->type == RT_ARRAY ? v->parts[i].value : v;
		struct rt_str text = scalar_text(item);

		if (text.p == NULL)
			return false;
		if (i > 0)
			rt_buf_byte(b, ',');
		if (is_encoded(p->in))
			case_percent_encode(b, text);
		else if (is_plain(text, p->in))
			rt_buf_add(b, text);
		else
			return false;
	}
	return true;
}

/* "name=a&name=b" or "name=a,b". */
static bool
write_query(struct rt_buf *b, const struct spec_param *p,
    const struct instance *v)
{
	size_t n = v->type == RT_ARRAY && p->explode ? v->n : 1;

	for (size_t i = 0; i < n; i++) {
		const struct instance *item =
		    v->type == RT_ARRAY && p->explode ? v->parts[i].value : v;

		rt_buf_byte(b, memchr(b->p, '?', b->n) == NULL ? '?' : '&');
		case_percent_encode(b, p->name);
		rt_buf_byte(b, '=');
		if (!case_write_value(b, p, item))
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
		/* An empty segment is another path, and dots are removed. */
		if (v == NULL || !case_write_value(b, p, v) || b->n == before ||
		    b->p[before] == '.')
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
			ok = write_query(&target, p, params[i]);
		} else if (p->in == RT_IN_HEADER) {
			rt_buf_printf(&headers, "%.*s: ", RT_FMT(p->name));
			ok = case_write_value(&headers, p, params[i]);
			rt_buf_byte(&headers, '\n');
		} else {
			rt_buf_printf(&cookies,
			    "%s%.*s=", cookies.n > 0 ? "; " : "",
			    RT_FMT(p->name));
			ok = case_write_value(&cookies, p, params[i]);
		}
	}
	row->target = rt_arena_copy(m->arena, rt_buf_str(&target));
	if (headers.n > 0)
		row->headers = rt_buf_str(&headers);
	if (cookies.n > 0)
		row->cookies = rt_buf_str(&cookies);
	return ok && target.n <= TARGET_MAX;
}

/* --- Texts as values --- */

/* A text of a URL as one of the types: a number or a boolean where it is
 * written as one and that is allowed, else a string. */
static const struct instance *
text_value(struct rt_arena *a, struct rt_str text, unsigned types)
{
	const struct instance *number = instance_number(a, text);
	struct rt_json_error err;
	const struct rt_node *node = NULL;

	if ((types & (RT_INTEGER | RT_NUMBER)) != 0 && text.n > 0 &&
	    strchr("-0123456789", text.p[0]) != NULL &&
	    strchr("0123456789", text.p[text.n - 1]) != NULL)
		node = rt_json_parse(a, text, &rt_json_default_limits, &err);
	if (node != NULL && node->type == RT_NUMBER)
		return number;
	if ((types & RT_BOOLEAN) != 0 && rt_str_is(text, "true"))
		return instance_bool(a, true);
	if ((types & RT_BOOLEAN) != 0 && rt_str_is(text, "false"))
		return instance_bool(a, false);
	return instance_string(a, text);
}

bool
case_is_array(struct rt_arena *a, const struct spec_param *p)
{
	return (sample_folded(a, p->schema)->types & RT_ARRAY) != 0;
}

static const struct instance *
array_value(struct rt_arena *a, const struct spec_param *p,
    const struct instance *v)
{
	const struct schema *items = sample_folded(a, p->schema)->items;
	unsigned types =
	    items == NULL ? RT_STRING : sample_folded(a, items)->types;
	const struct instance *seen = instance_empty(a, RT_ARRAY);

	/* Nothing on the wire is no parameter, and commas separate. */
	if (v->n == 0)
		return NULL;
	for (size_t i = 0; i < v->n; i++) {
		struct rt_str text = scalar_text(v->parts[i].value);

		if (text.n == 0 || memchr(text.p, ',', text.n) != NULL)
			return NULL;
		seen = instance_add(a, seen, (struct rt_str){0},
		    text_value(a, text, types));
	}
	return seen;
}

const struct rt_node *
case_param_node(struct rt_arena *a, const struct spec_param *p,
    const struct instance *v)
{
	unsigned types = sample_folded(a, p->schema)->types;
	const struct instance *seen = NULL;
	struct rt_str text = scalar_text(v);

	if (case_is_array(a, p))
		seen = v->type == RT_ARRAY ? array_value(a, p, v) : NULL;
	else if (text.p != NULL && memchr(text.p, '\0', text.n) == NULL)
		seen = text_value(a, text, types);
	return seen == NULL ? NULL : instance_node(a, seen);
}
