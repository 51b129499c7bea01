#include "gen/ref_text.h"

#include "runtime/percent.h"

enum { NAME_BYTES_MAX = 64, KEYS_MAX = 5000 };

struct rt_str
ref_text_cut(struct rt_str text, struct rt_str *fragment)
{
	*fragment = text;
	return rt_str_cut(fragment, '#');
}

struct rt_str
ref_text_decode(struct rt_arena *arena, struct rt_str s)
{
	if (s.n == 0 || !rt_str_has(s, '%'))
		return s;
	if (!rt_percent_decode(arena, s, false, &s))
		return (struct rt_str){0};
	return rt_arena_copy(arena, s);
}

struct rt_str
ref_text_unescape(struct rt_arena *arena, struct rt_str token)
{
	size_t n = 0;
	char *p;

	if (memchr(token.p, '~', token.n) == NULL)
		return token;
	p = rt_arena_bytes(arena, token.n + 1);
	for (size_t i = 0; i < token.n; i++) {
		p[n++] = token.p[i];
		if (token.p[i] != '~')
			continue;
		if (i + 1 == token.n ||
		    (token.p[i + 1] != '0' && token.p[i + 1] != '1'))
			return (struct rt_str){0};
		p[n - 1] = token.p[++i] == '0' ? '~' : '/';
	}
	p[n] = '\0';
	return (struct rt_str){p, n};
}

/* Section 3.5 of RFC 3986: pchar, '/' and '?'; of these '/' and '~' mean
 * something to a pointer. */
static bool
is_fragment_char(unsigned char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	    (c >= '0' && c <= '9') ||
	    (c != '\0' && strchr("-._!$&'()*+,;=:@?", c) != NULL);
}

static void
put_escaped(struct rt_buf *b, struct rt_str key)
{
	for (size_t i = 0; i < key.n && !b->full; i++) {
		unsigned char c = (unsigned char)key.p[i];

		if (is_fragment_char(c))
			rt_buf_byte(b, (char)c);
		else if (c == '~' || c == '/')
			rt_buf_cstr(b, c == '~' ? "~0" : "~1");
		else
			rt_buf_printf(b, "%%%02X", c);
	}
}

/* As deep as a document may be nested. */
static void
put_pointer(struct rt_buf *b, const struct doc_node *node)
{
	if (node->parent == NULL)
		return;
	put_pointer(b, node->parent);
	rt_buf_byte(b, '/');
	if (node->parent->type == DOC_MAP)
		put_escaped(b, node->key);
	else
		rt_buf_int(b, (int64_t)node->index);
}

struct rt_str
ref_text_of(struct rt_arena *arena, const struct doc_node *node)
{
	struct rt_buf b = rt_buf(arena, REF_TEXT_MAX);

	rt_buf_byte(&b, '#');
	put_pointer(&b, node);
	return rt_buf_str(&b);
}

static char
lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

static unsigned
min3(unsigned a, unsigned b, unsigned c)
{
	unsigned ab = a < b ? a : b;

	return ab < c ? ab : c;
}

/* Levenshtein's distance with one row; a change of case is free, so that it is
 * the nearest of all.  Both names are at most NAME_BYTES_MAX long. */
static unsigned
distance(struct rt_str a, struct rt_str b)
{
	unsigned row[NAME_BYTES_MAX + 1];

	for (unsigned j = 0; j <= b.n; j++)
		row[j] = j;
	for (unsigned i = 1; i <= a.n; i++) {
		unsigned diagonal = row[0];

		row[0] = i;
		for (unsigned j = 1; j <= b.n; j++) {
			bool same = lower(a.p[i - 1]) == lower(b.p[j - 1]);
			unsigned change = diagonal + (same ? 0 : 1);

			diagonal = row[j];
			row[j] = min3(row[j] + 1, row[j - 1] + 1, change);
		}
	}
	return row[b.n];
}

void
ref_text_prefer(struct ref_near *near, struct rt_str key)
{
	size_t limit =
	    near->best.p == NULL ? near->name.n / 3 + 1 : near->distance - 1;
	unsigned d;

	if (near->name.n > NAME_BYTES_MAX || key.n > NAME_BYTES_MAX ||
	    (near->best.p != NULL && near->distance == 0) ||
	    key.n > near->name.n + limit || near->name.n > key.n + limit)
		return;
	d = distance(near->name, key);
	if (d > limit || d >= near->name.n)
		return;
	near->best = key;
	near->distance = d;
}

struct rt_str
ref_text_near(const struct doc_node *map, struct rt_str name)
{
	struct ref_near near = {.name = name};

	if (map->type != DOC_MAP || map->n > KEYS_MAX)
		return near.best;
	for (size_t i = 0; i < map->n; i++)
		ref_text_prefer(&near, map->members[i].key);
	return near.best;
}
