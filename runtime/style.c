#include "runtime/style.h"

#include "runtime/percent.h"

/* --- Separators --- */

static char
separator(const struct rt_param *p)
{
	switch (p->style) {
	case RT_STYLE_LABEL:
		return p->explode ? '.' : ',';
	case RT_STYLE_MATRIX:
		return p->explode ? ';' : ',';
	case RT_STYLE_SPACE:
		return ' ';
	case RT_STYLE_PIPE:
		return '|';
	default:
		return ',';
	}
}

static bool
begins_with_code(struct rt_str s, char high, char low)
{
	return s.n >= 3 && s.p[0] == '%' && s.p[1] == high &&
	    (s.p[2] == low || s.p[2] == low - 'A' + 'a');
}

/*
 * The length of a separator that s begins with, or 0.  Most separate as long
 * as they are bare; a space and a bar can't be bare in a URL, so that their
 * codes separate, too.
 */
static size_t
separator_length(struct rt_str s, char c)
{
	if (c == ' ' && s.p[0] == '+')
		return 1;
	if ((c == ' ' && s.n >= 3 && memcmp(s.p, "%20", 3) == 0) ||
	    (c == '|' && begins_with_code(s, '7', 'C')))
		return 3;
	return s.p[0] == c;
}

/* As rt_str_cut(). */
static struct rt_str
cut(struct rt_str *rest, char c)
{
	struct rt_str s = *rest, part = *rest;

	for (; s.n > 0; s.p++, s.n--) {
		size_t n = separator_length(s, c);

		if (n == 0)
			continue;
		part.n -= s.n;
		*rest = (struct rt_str){s.p + n, s.n - n};
		return part;
	}
	*rest = (struct rt_str){NULL, 0};
	return part;
}

static struct rt_pairs
split(struct rt_arena *arena, const struct rt_param *p,
    const struct rt_pairs *texts)
{
	struct rt_pairs out = {NULL, 0};
	char c = separator(p);
	size_t n = 0;

	for (size_t i = 0; i < texts->n; i++) {
		struct rt_str rest = texts->v[i].value;

		for (; rest.p != NULL; n++)
			(void)cut(&rest, c);
	}
	out.v = rt_arena_array(arena, n, sizeof(*out.v));
	for (size_t i = 0; i < texts->n; i++) {
		struct rt_str rest = texts->v[i].value;

		if (rest.n == 0)
			continue;
		while (rest.p != NULL)
			out.v[out.n++].value = cut(&rest, c);
	}
	return out;
}

/* Cuts "name=" off *value; false where there is no equals sign, and then all
 * of it is the name, and the value empty. */
static bool
cut_name(struct rt_str *value, struct rt_str *name)
{
	*name = rt_str_cut(value, '=');
	if (value->p != NULL)
		return true;
	*value = (struct rt_str){name->p + name->n, 0};
	return false;
}

/* --- Label and matrix --- */

bool
rt_style_is_spread(const struct rt_param *p)
{
	return p->style == RT_STYLE_DEEP ||
	    (p->explode && p->style == 0 &&
		(p->in == RT_IN_QUERY || p->in == RT_IN_COOKIE ||
		    p->in == RT_IN_BODY) &&
		(p->types & (RT_ARRAY | RT_OBJECT)) != 0);
}

static bool
is_name_of(struct rt_arena *arena, const struct rt_param *p, struct rt_str name)
{
	return rt_percent_decode(arena, name, false, &name) &&
	    rt_str_is(name, p->name);
}

bool
rt_style_open(struct rt_arena *arena, const struct rt_param *p,
    struct rt_str *text)
{
	struct rt_str name;

	if (p->style != RT_STYLE_LABEL && p->style != RT_STYLE_MATRIX)
		return true;
	if (!rt_str_starts(*text, p->style == RT_STYLE_LABEL ? "." : ";"))
		return false;
	text->p++;
	text->n--;
	if (p->style == RT_STYLE_LABEL ||
	    (p->explode && (p->types & (RT_ARRAY | RT_OBJECT)) != 0))
		return true;
	/* The equals sign is left out before an empty value (RFC 6570,
	 * section 3.2.7). */
	(void)cut_name(text, &name);
	return is_name_of(arena, p, name);
}

/* --- Arrays and objects --- */

const char *
rt_style_items(struct rt_arena *arena, const struct rt_param *p,
    const struct rt_pairs *texts, struct rt_pairs *out)
{
	struct rt_str name;

	*out = split(arena, p, texts);
	if (p->style != RT_STYLE_MATRIX || !p->explode)
		return NULL;
	for (size_t i = 0; i < out->n; i++) {
		(void)cut_name(&out->v[i].value, &name);
		if (!is_name_of(arena, p, name))
			return "has an item without the parameter's name";
	}
	return NULL;
}

static const char *
cut_names(const struct rt_param *p, struct rt_pairs *v)
{
	for (size_t i = 0; i < v->n; i++) {
		if (!cut_name(&v->v[i].value, &v->v[i].name) &&
		    p->style != RT_STYLE_MATRIX)
			return "has a property without an equals sign";
	}
	return NULL;
}

/* "R,100,G,200": names and values take turns. */
static const char *
take_turns(struct rt_pairs *v)
{
	if (v->n % 2 != 0)
		return "has a property without a value";
	for (size_t i = 0; i < v->n; i += 2) {
		v->v[i / 2].name = v->v[i].value;
		v->v[i / 2].value = v->v[i + 1].value;
	}
	v->n /= 2;
	return NULL;
}

const char *
rt_style_members(struct rt_arena *arena, const struct rt_param *p,
    const struct rt_pairs *texts, struct rt_pairs *out)
{
	*out = split(arena, p, texts);
	return p->explode ? cut_names(p, out) : take_turns(out);
}
