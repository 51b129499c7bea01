#include "gen/uri.h"

#include "runtime/buf.h"

/* The components of section 3; an absent one has p NULL. */
struct uri {
	struct rt_str scheme;
	struct rt_str authority;
	struct rt_str path; /* never absent */
	struct rt_str query;
	struct rt_str fragment;
};

static bool
is_scheme_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	    (c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.';
}

static struct rt_str
take_scheme(struct rt_str *rest)
{
	struct rt_str scheme = {rest->p, 0};

	while (scheme.n < rest->n && is_scheme_char(rest->p[scheme.n]))
		scheme.n++;
	if (scheme.n == 0 || scheme.n == rest->n || rest->p[scheme.n] != ':' ||
	    (rest->p[0] >= '0' && rest->p[0] <= '9'))
		return (struct rt_str){0};
	rest->p += scheme.n + 1;
	rest->n -= scheme.n + 1;
	return scheme;
}

static struct rt_str
take_authority(struct rt_str *rest)
{
	struct rt_str authority;

	if (!rt_str_starts(*rest, "//"))
		return (struct rt_str){0};
	authority = (struct rt_str){rest->p + 2, 0};
	while (authority.n < rest->n - 2 && authority.p[authority.n] != '/' &&
	    authority.p[authority.n] != '?')
		authority.n++;
	rest->p += authority.n + 2;
	rest->n -= authority.n + 2;
	return authority;
}

struct rt_str
uri_without_fragment(struct rt_str uri, struct rt_str *fragment)
{
	const char *hash = uri.n == 0 ? NULL : memchr(uri.p, '#', uri.n);

	*fragment = (struct rt_str){0};
	if (hash == NULL)
		return uri;
	*fragment =
	    (struct rt_str){hash + 1, uri.n - (size_t)(hash + 1 - uri.p)};
	uri.n = (size_t)(hash - uri.p);
	return uri;
}

static struct uri
split(struct rt_str text)
{
	struct uri u = {0};
	const char *mark;

	text = uri_without_fragment(text, &u.fragment);
	u.scheme = take_scheme(&text);
	u.authority = take_authority(&text);
	mark = text.n == 0 ? NULL : memchr(text.p, '?', text.n);
	if (mark != NULL) {
		u.query = (struct rt_str){mark + 1,
		    text.n - (size_t)(mark + 1 - text.p)};
		text.n = (size_t)(mark - text.p);
	}
	u.path = text.p == NULL ? RT_LIT("") : text;
	return u;
}

/* Drops the last segment of what has been written. */
static void
drop_segment(struct rt_buf *b)
{
	while (b->n > 0 && b->p[b->n - 1] != '/')
		b->n--;
	if (b->n > 0)
		b->n--;
}

/* Section 5.2.4, segment by segment; a path that begins with '/'. */
static struct rt_str
remove_dots(struct rt_arena *arena, struct rt_str path)
{
	struct rt_buf b = rt_buf(arena, SIZE_MAX);
	struct rt_str rest = path;

	if (path.n == 0 || path.p[0] != '/')
		return path;
	(void)rt_str_cut(&rest, '/');
	while (rest.p != NULL) {
		struct rt_str segment = rt_str_cut(&rest, '/');
		bool last = rest.p == NULL;

		if (rt_str_is(segment, ".")) {
			if (last)
				rt_buf_byte(&b, '/');
		} else if (rt_str_is(segment, "..")) {
			drop_segment(&b);
			if (last)
				rt_buf_byte(&b, '/');
		} else {
			rt_buf_byte(&b, '/');
			rt_buf_add(&b, segment);
		}
	}
	return b.n == 0 ? RT_LIT("/") : rt_buf_str(&b);
}

/* Section 5.2.3. */
static struct rt_str
merge(struct rt_arena *arena, const struct uri *base, struct rt_str path)
{
	struct rt_str dir = base->path;

	if (base->authority.p != NULL && dir.n == 0)
		return rt_arena_printf(arena, "/%.*s", RT_FMT(path));
	while (dir.n > 0 && dir.p[dir.n - 1] != '/')
		dir.n--;
	return rt_arena_printf(arena, "%.*s%.*s", RT_FMT(dir), RT_FMT(path));
}

static struct rt_str
join(struct rt_arena *arena, const struct uri *u)
{
	struct rt_buf b = rt_buf(arena, SIZE_MAX);

	if (u->scheme.p != NULL)
		rt_buf_printf(&b, "%.*s:", RT_FMT(u->scheme));
	if (u->authority.p != NULL)
		rt_buf_printf(&b, "//%.*s", RT_FMT(u->authority));
	rt_buf_add(&b, u->path);
	if (u->query.p != NULL)
		rt_buf_printf(&b, "?%.*s", RT_FMT(u->query));
	if (u->fragment.p != NULL)
		rt_buf_printf(&b, "#%.*s", RT_FMT(u->fragment));
	return b.n == 0 ? RT_LIT("") : rt_buf_str(&b);
}

struct rt_str
uri_resolve(struct rt_arena *arena, struct rt_str base_text,
    struct rt_str reference)
{
	struct uri base = split(base_text), r = split(reference), t = r;

	if (r.scheme.p != NULL) {
		t.path = remove_dots(arena, r.path);
		return join(arena, &t);
	}
	t.scheme = base.scheme;
	if (r.authority.p != NULL) {
		t.path = remove_dots(arena, r.path);
		return join(arena, &t);
	}
	t.authority = base.authority;
	if (r.path.n == 0) {
		t.path = base.path;
		t.query = r.query.p != NULL ? r.query : base.query;
		return join(arena, &t);
	}
	t.path = r.path.p[0] == '/' ? r.path : merge(arena, &base, r.path);
	t.path = remove_dots(arena, t.path);
	return join(arena, &t);
}
