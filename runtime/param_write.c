#include "runtime/param_write.h"

#include "runtime/percent.h"

#include <inttypes.h>

#include "runtime/deep.h"
#include "runtime/json_write.h"

static const char control[] = "has a character that can't be sent";
static const char splits[] = "has a character that would split it";
static const char nested[] = "has a part that is neither text nor number";
static const char no_text[] = "is null, for which there is no text";
static const char empty[] = "is empty, and so would not be there";

/* --- Texts --- */

static bool
is_encoded(const struct rt_param *p)
{
	return p->in != RT_IN_HEADER && p->in != RT_IN_COOKIE;
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

/* "name=", behind what is there. */
static const char *
put_key(struct rt_buf *b, const struct rt_param *p, struct rt_str name)
{
	const char *why;

	if (b->n > 0)
		rt_buf_cstr(b, p->in == RT_IN_COOKIE ? "; " : "&");
	why = put_text(b, p, name, is_encoded(p) ? "" : "=&");
	rt_buf_byte(b, '=');
	return why;
}

/* The pair of a scalar, or one for each item of an array. */
static const char *
put_pairs(struct rt_buf *b, const struct rt_param *p, struct rt_str name,
    const struct rt_node *v, unsigned types)
{
	struct rt_items i = rt_items(v);
	bool array = v->type == RT_ARRAY;
	const char *why = NULL;

	while (why == NULL && (!array || rt_items_next(&i))) {
		why = put_key(b, p, name);
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
		return put_pairs(b, p, rt_str(p->name), v, p->item_types);
	while (why == NULL && rt_members_next(&m)) {
		struct rt_str name = rt_node_str(m.name);
		unsigned items, types = types_of(p, name, &items);

		if (name.n == 0)
			return empty;
		if (m.value->type == RT_ARRAY)
			types = items;
		why = put_pairs(b, p, name, m.value, types);
	}
	return why;
}

/* --- Brackets inside of brackets --- */

struct deep {
	struct rt_buf *b;
	const struct rt_param *param;
	struct rt_buf key; /* "filter%5Btags%5D" */
	unsigned depth; /* brackets of it */
	const char *why; /* what is wrong, or NULL */
};

static void put_deep(struct deep *, const struct rt_node *,
    const struct rt_param_property *shape);

static void
put_deep_text(struct deep *d, const struct rt_node *v, unsigned types)
{
	if (d->b->n > 0)
		rt_buf_byte(d->b, '&');
	rt_buf_add(d->b, rt_buf_str(&d->key));
	rt_buf_byte(d->b, '=');
	d->why = put_scalar(d->b, d->param, v, types, "");
}

/* A part under its name, or its number. */
static void
put_deep_part(struct deep *d, struct rt_str key, const struct rt_node *v,
    const struct rt_param_property *shape)
{
	size_t before = d->key.n;

	if (key.n == 0)
		d->why = empty;
	else if (++d->depth > RT_DEEP_MAX)
		d->why = "has too many parts inside of each other";
	if (d->why != NULL)
		return;
	rt_buf_cstr(&d->key, "%5B");
	d->why = put_text(&d->key, d->param, key, "[]");
	rt_buf_cstr(&d->key, "%5D");
	if (d->why == NULL)
		put_deep(d, v, shape);
	d->key.n = before;
	d->depth--;
}

static struct rt_param_property
member_shape(const struct rt_param_property *rows, struct rt_str name)
{
	struct rt_param_property found = {.types = RT_STRING};

	for (; rows != NULL && rows->name != NULL; rows++) {
		if (rt_str_is(name, rows->name))
			return *rows;
		if (rows->name[0] == '\0')
			found = *rows;
	}
	return found;
}

static void
put_deep_members(struct deep *d, const struct rt_node *v,
    const struct rt_param_property *shape)
{
	struct rt_members m = rt_members(v, NULL);

	while (d->why == NULL && rt_members_next(&m)) {
		struct rt_str name = rt_node_str(m.name);
		struct rt_param_property member =
		    member_shape(shape->inner, name);

		put_deep_part(d, name, m.value, &member);
	}
}

static bool
has_shaped_items(const struct rt_node *v)
{
	struct rt_items i = rt_items(v);

	while (rt_items_next(&i)) {
		if (is_shaped(i.value))
			return true;
	}
	return false;
}

/* Texts repeat the name; what has parts itself needs a number. */
static void
put_deep_items(struct deep *d, const struct rt_node *v,
    const struct rt_param_property *shape)
{
	struct rt_param_property item = {
	    .types = shape->item_types,
	    .inner = shape->inner,
	};
	bool numbered = has_shaped_items(v);
	struct rt_items i = rt_items(v);

	while (d->why == NULL && rt_items_next(&i)) {
		if (numbered)
			put_deep_part(d,
			    rt_arena_printf(d->b->arena, "%" PRIu32, i.index),
			    i.value, &item);
		else
			put_deep_text(d, i.value, item.types);
	}
}

static void
put_deep(struct deep *d, const struct rt_node *v,
    const struct rt_param_property *shape)
{
	if (!is_shaped(v))
		put_deep_text(d, v, shape->types);
	else if (v->n == 0 && d->depth > 0)
		d->why = empty;
	else if (v->type == RT_OBJECT)
		put_deep_members(d, v, shape);
	else
		put_deep_items(d, v, shape);
}

static const char *
put_bracketed(struct rt_buf *b, const struct rt_param *p,
    const struct rt_node *v)
{
	struct deep d = {.b = b, .param = p, .key = rt_buf(b->arena, b->cap)};
	const struct rt_param_property shape = {
	    .types = p->types,
	    .item_types = p->item_types,
	    .inner = p->properties,
	};

	rt_percent_encode(&d.key, rt_str(p->name));
	put_deep(&d, v, &shape);
	return d.why;
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
	if (p->style == RT_STYLE_DEEP)
		return put_bracketed(b, p, v);
	if (is_shaped(v) && rt_style_is_spread(p))
		return put_spread(b, p, v);
	why = put_key(b, p, rt_str(p->name));
	return why != NULL ? why : put_value(b, p, v);
}
