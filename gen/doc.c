#include "gen/doc.h"

#include "gen/doc_build.h"
#include "gen/doc_syntax.h"

static const char utf8_bom[] = "\xef\xbb\xbf";

/* The first byte that is no space decides; the name alone may be wrong. */
static bool
is_json(const struct source *s, size_t start)
{
	const char *spaces = " \t\r\n";
	size_t at = start;

	if (!rt_str_ends(rt_str(s->name), ".json"))
		return false;
	while (at < s->text.n && s->text.p[at] != '\0' &&
	    strchr(spaces, s->text.p[at]) != NULL)
		at++;
	return at < s->text.n && (s->text.p[at] == '{' || s->text.p[at] == '[');
}

const struct doc_node *
doc_read(struct rt_arena *arena, struct diag *diag, const struct source *s)
{
	struct doc_build *b = rt_arena_new(arena, sizeof(*b));
	size_t start = rt_str_starts(s->text, utf8_bom) ? 3 : 0;
	const struct doc_node *root;

	b->arena = arena;
	b->diag = diag;
	b->source = s;
	b->errors = diag_errors(diag);
	b->is_json = is_json(s, start);
	if (!doc_syntax_encoding(b))
		return NULL;
	root = b->is_json ? doc_read_json(b, start) : doc_read_yaml(b, start);
	return diag_errors(diag) > b->errors ? NULL : root;
}

static const struct doc_member *
find_sorted(const struct doc_node *map, struct rt_str key)
{
	size_t low = 0, high = map->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct doc_member *m = map->sorted[middle];
		int c = rt_str_cmp(key, m->key);

		if (c == 0)
			return m;
		if (c < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return NULL;
}

const struct doc_member *
doc_find(const struct doc_node *map, struct rt_str key)
{
	if (map == NULL || map->type != DOC_MAP)
		return NULL;
	if (map->sorted != NULL)
		return find_sorted(map, key);
	for (size_t i = 0; i < map->n; i++) {
		if (rt_str_eq(map->members[i].key, key))
			return &map->members[i];
	}
	return NULL;
}

const struct doc_member *
doc_member(const struct doc_node *map, const char *key)
{
	return doc_find(map, rt_str(key));
}

const struct doc_node *
doc_get(const struct doc_node *map, const char *key)
{
	const struct doc_member *m = doc_member(map, key);

	return m == NULL ? NULL : m->value;
}

struct source_pos
doc_key_pos(const struct doc_node *map, const char *key)
{
	const struct doc_member *m = doc_member(map, key);

	return m == NULL ? map->pos : m->key_pos;
}

/* --- pointers --- */

/* Writes one token in front of `end`, or only counts with p == NULL. */
static size_t
put_token(char *end, struct rt_str key)
{
	size_t n = 0;

	for (size_t i = key.n; i-- > 0;) {
		char c = key.p[i];
		bool is_escaped = c == '~' || c == '/';

		n += is_escaped ? 2 : 1;
		if (end == NULL)
			continue;
		end[-(ptrdiff_t)n] = is_escaped ? '~' : c;
		if (is_escaped)
			end[1 - (ptrdiff_t)n] = c == '~' ? '0' : '1';
	}
	n++;
	if (end != NULL)
		end[-(ptrdiff_t)n] = '/';
	return n;
}

static struct rt_str
token_of(const struct doc_node *node, char digits[24])
{
	int n;

	if (node->parent->type == DOC_MAP)
		return node->key;
	n = snprintf(digits, 24, "%zu", node->index);
	return (struct rt_str){digits, (size_t)n};
}

struct rt_str
doc_pointer(struct rt_arena *arena, const struct doc_node *node)
{
	const struct doc_node *at;
	char digits[24];
	size_t n = 0;
	char *p;

	for (at = node; at->parent != NULL; at = at->parent)
		n += put_token(NULL, token_of(at, digits));
	p = rt_arena_bytes(arena, n + 1) + n;
	*p = '\0';
	for (at = node; at->parent != NULL; at = at->parent)
		p -= put_token(p, token_of(at, digits));
	return (struct rt_str){p, n};
}

void
doc_check_name(struct diag *diag, struct rt_str name, struct source_pos pos)
{
	if (name.n == 0 || !rt_str_has(name, '\0'))
		return;
	diag_error(diag, pos, "name-nul",
	    "a name has a NUL (U+0000), which no text of C can hold");
	diag_help(diag, "leave it out");
}

struct rt_str
doc_name(struct diag *diag, const struct doc_node *node)
{
	doc_check_name(diag, node->text, node->pos);
	return node->text;
}

const char *
doc_type_name(enum doc_type type)
{
	static const char *const names[] = {
	    [DOC_NULL] = "null",
	    [DOC_BOOL] = "a boolean",
	    [DOC_NUMBER] = "a number",
	    [DOC_STRING] = "a string",
	    [DOC_SEQ] = "a sequence",
	    [DOC_MAP] = "a mapping",
	};

	return names[type];
}
