#include "runtime/param_write.h"

#include "runtime/json_write.h"
#include "runtime/style.h"

static const char control[] = "has a character that can't be sent";
static const char splits[] = "has a character that would split it";
static const char nested[] = "has a part that is neither text nor number";
static const char no_text[] = "is null, for which there is no text";
static const char empty[] = "is empty, and so would not be there";

void
rt_percent_encode(struct rt_buf *b, struct rt_str s)
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

/* --- Texts --- */

static bool
is_encoded(const struct rt_param *p)
{
	return p->in == RT_IN_PATH || p->in == RT_IN_QUERY;
}

/* A header takes what rt_header() takes; a cookie has no space, no separator
 * and nothing but ASCII (RFC 6265, section 4.1.1). */
static bool
is_plain(const struct rt_param *p, struct rt_str s)
{
	bool cookie = p->in == RT_IN_COOKIE;

	if (s.n > 0 && (s.p[0] == ' ' || s.p[s.n - 1] == ' '))
		return false;
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (c < ' ' || c == 0x7f)
			return false;
		if (cookie && (c >= 0x80 || strchr(" \",;\\", c) != NULL))
			return false;
	}
	return true;
}

/* What a part of an array or object can't have: there it would be split, for
 * encoding does not tell it from a separator. */
static const char *
separators(const struct rt_param *p)
{
	if (!is_encoded(p))
		return rt_style_is_spread(p) ? "&" : ",=";
	if (p->style == RT_STYLE_SPACE)
		return " ";
	if (p->style == RT_STYLE_PIPE)
		return "|";
	return p->style == RT_STYLE_LABEL && p->explode ? "." : "";
}

static const char *
put_text(struct rt_buf *b, const struct rt_param *p, struct rt_str s,
    const char *excluded)
{
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '\0')
			return control;
		if (strchr(excluded, s.p[i]) != NULL)
			return splits;
	}
	if (is_encoded(p)) {
		rt_percent_encode(b, s);
		return NULL;
	}
	if (!is_plain(p, s))
		return control;
	rt_buf_add(b, s);
	return NULL;
}

/* The text of a scalar that may be of `types`; null is the empty text where
 * that is no string. */
static const char *
scalar_text(const struct rt_node *v, unsigned types, struct rt_str *out)
{
	*out = RT_LIT("");
	if (v->type == RT_BOOLEAN) {
		*out = v->n != 0 ? RT_LIT("true") : RT_LIT("false");
	} else if (v->type == RT_NUMBER || v->type == RT_STRING) {
		*out = rt_node_str(v);
	} else if (v->type != RT_NULL) {
		return nested;
	} else if ((types & RT_STRING) != 0 || (types & RT_NULL) == 0) {
		return no_text;
	}
	return NULL;
}

static const char *
put_scalar(struct rt_buf *b, const struct rt_param *p, const struct rt_node *v,
    unsigned types, const char *excluded)
{
	struct rt_str text;
	const char *why = scalar_text(v, types, &text);

	return why != NULL ? why : put_text(b, p, text, excluded);
}

/* --- Arrays and objects in one text --- */

static bool
is_shaped(const struct rt_node *v)
{
	return v->type == RT_ARRAY || v->type == RT_OBJECT;
}

static const char *
separator(const struct rt_param *p)
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

static const char *
put_items(struct rt_buf *b, const struct rt_param *p, const struct rt_node *v)
{
	bool named = p->style == RT_STYLE_MATRIX && p->explode;
	struct rt_items i = rt_items(v);
	const char *why = NULL;

	while (why == NULL && rt_items_next(&i)) {
		size_t before;

		if (i.index > 0)
			rt_buf_cstr(b, separator(p));
		if (named) {
			rt_percent_encode(b, rt_str(p->name));
			rt_buf_byte(b, '=');
		}
		before = b->n;
		why = put_scalar(b, p, i.value, p->item_types, separators(p));
		/* The text of an array with one empty item is that of none. */
		if (why == NULL && v->n == 1 && b->n == before && !named)
			why = empty;
	}
	return why;
}

static unsigned
types_of(const struct rt_param *p, struct rt_str name, unsigned *items)
{
	const struct rt_param_property *v = p->properties;

	for (; v != NULL && v->name != NULL; v++) {
		if (!rt_str_is(name, v->name))
			continue;
		*items = v->item_types;
		return v->types;
	}
	*items = 0;
	return p->free_types == 0 ? RT_STRING : p->free_types;
}

static const char *
put_members(struct rt_buf *b, const struct rt_param *p, const struct rt_node *v)
{
	struct rt_members m = rt_members(v, NULL);
	const char *why = NULL, *before = "";

	for (; why == NULL && rt_members_next(&m); before = separator(p)) {
		struct rt_str name = rt_node_str(m.name);
		unsigned items, types = types_of(p, name, &items);

		rt_buf_cstr(b, before);
		why = put_text(b, p, name, separators(p));
		rt_buf_cstr(b, p->explode ? "=" : separator(p));
		if (why == NULL)
			why = put_scalar(b, p, m.value, types, separators(p));
	}
	return why;
}

static const char *
put_json(struct rt_buf *b, const struct rt_param *p, const struct rt_node *v)
{
	struct rt_buf json = rt_buf(b->arena, b->cap);
	struct rt_writer w = rt_writer(&json);

	rt_write_node(&w, v);
	return put_text(b, p, rt_buf_str(&json), "");
}

static const char *
put_value(struct rt_buf *b, const struct rt_param *p, const struct rt_node *v)
{
	if (p->style == RT_STYLE_JSON)
		return put_json(b, p, v);
	if (p->style == RT_STYLE_LABEL)
		rt_buf_byte(b, '.');
	if (p->style == RT_STYLE_MATRIX)
		rt_buf_byte(b, ';');
	if (p->style == RT_STYLE_MATRIX && !(p->explode && is_shaped(v))) {
		rt_percent_encode(b, rt_str(p->name));
		rt_buf_byte(b, '=');
	}
	if (v->type == RT_ARRAY)
		return put_items(b, p, v);
	if (v->type == RT_OBJECT)
		return put_members(b, p, v);
	return put_scalar(b, p, v, p->types, "");
}

/* An empty segment is another path; "." and ".." are taken out of it (RFC
 * 3986, section 5.2.4). */
static const char *
put_segment(struct rt_buf *b, const struct rt_param *p, const struct rt_node *v)
{
	size_t before = b->n;
	const char *why = put_value(b, p, v);
	struct rt_str s;

	if (why != NULL)
		return why;
	if (b->n == before)
		return empty;
	s = (struct rt_str){b->p + before, b->n - before};
	return rt_str_is(s, ".") || rt_str_is(s, "..") ? splits : NULL;
}

/* --- Pairs --- */

/* "name=" or "name[member]=", behind what is there. */
static const char *
put_key(struct rt_buf *b, const struct rt_param *p, struct rt_str name,
    struct rt_str member)
{
	const char *why;

	if (b->n > 0)
		rt_buf_cstr(b, p->in == RT_IN_QUERY ? "&" : "; ");
	why = put_text(b, p, name, is_encoded(p) ? "" : "=&");
	if (why != NULL)
		return why;
	if (member.p != NULL) {
		rt_buf_cstr(b, "%5B");
		why = put_text(b, p, member, "[]");
		rt_buf_cstr(b, "%5D");
	}
	rt_buf_byte(b, '=');
	return why;
}

/* The pair of a scalar, or one for each item of an array. */
static const char *
put_pairs(struct rt_buf *b, const struct rt_param *p, const struct rt_node *v,
    struct rt_str member, unsigned types)
{
	struct rt_str name = rt_str(p->name);
	struct rt_items i = rt_items(v);
	bool array = v->type == RT_ARRAY;
	const char *why = NULL;

	if (member.p != NULL && p->style != RT_STYLE_DEEP) {
		name = member;
		member.p = NULL;
	}
	while (why == NULL && (!array || rt_items_next(&i))) {
		why = put_key(b, p, name, member);
		if (why == NULL)
			why = put_scalar(b, p, array ? i.value : v, types,
			    separators(p));
		if (!array)
			break;
	}
	return why;
}

static const char *
put_spread(struct rt_buf *b, const struct rt_param *p, const struct rt_node *v)
{
	struct rt_members m = rt_members(v, NULL);
	const char *why = NULL;

	if (v->type == RT_ARRAY)
		return put_pairs(b, p, v, (struct rt_str){NULL, 0},
		    p->item_types);
	while (why == NULL && rt_members_next(&m)) {
		struct rt_str name = rt_node_str(m.name);
		unsigned items, types = types_of(p, name, &items);

		if (name.n == 0)
			return empty;
		if (m.value->type == RT_ARRAY)
			types = items;
		why = put_pairs(b, p, m.value, name, types);
	}
	return why;
}

const char *
rt_param_write(struct rt_buf *b, const struct rt_param *p,
    const struct rt_node *v)
{
	const char *why;

	if (p->in == RT_IN_PATH)
		return put_segment(b, p, v);
	if (p->in == RT_IN_HEADER)
		return put_value(b, p, v);
	if (is_shaped(v) && rt_style_is_spread(p))
		return put_spread(b, p, v);
	why = put_key(b, p, rt_str(p->name), (struct rt_str){NULL, 0});
	return why != NULL ? why : put_value(b, p, v);
}
