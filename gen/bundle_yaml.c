/* YAML in block style; what is not plain is quoted as in JSON. */
#include "gen/bundle.h"
#include "runtime/buf.h"

struct writer {
	struct rt_arena *arena;
	struct rt_buf out;
	unsigned depth;
};

static bool
is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
	    c == '/';
}

/* Whether no schema of YAML, an old one included, reads the text as anything
 * but itself. */
static bool
is_plain(struct rt_str s)
{
	static const char *const words[] = {"null", "true", "false", "yes",
	    "no", "on", "off", "y", "n"};

	if (s.n == 0 || !is_letter(s.p[0]) || s.p[s.n - 1] == ' ')
		return false;
	for (size_t i = 1; i < s.n; i++) {
		if (!is_letter(s.p[i]) && (s.p[i] < '0' || s.p[i] > '9') &&
		    (s.p[i] == '\0' || strchr(" .-", s.p[i]) == NULL))
			return false;
	}
	for (size_t i = 0; i < RT_LEN(words); i++) {
		if (rt_str_is_nocase(s, words[i]))
			return false;
	}
	return true;
}

/* The code point of a character of UTF-8 that YAML takes no part of a line or
 * for unprintable; 0 for another. */
static unsigned
special(const unsigned char *c, size_t n, size_t *bytes)
{
	*bytes = 1;
	if (c[0] == 0x7f)
		return c[0];
	*bytes = 2;
	if (n >= 2 && c[0] == 0xc2 && c[1] < 0xa0)
		return c[1];
	*bytes = 3;
	if (n >= 3 && c[0] == 0xe2 && c[1] == 0x80 &&
	    (c[2] == 0xa8 || c[2] == 0xa9))
		return 0x2000u + (c[2] - 0x80u);
	if (n >= 3 && c[0] == 0xef &&
	    ((c[1] == 0xbb && c[2] == 0xbf) || (c[1] == 0xbf && c[2] >= 0xbe)))
		return 0xf000u + (c[1] - 0x80u) * 64u + (c[2] - 0x80u);
	return 0;
}

static void
put_quoted(struct writer *w, struct rt_str s)
{
	struct doc_node node = {.type = DOC_STRING, .text = s};
	struct rt_str json = doc_json(w->arena, &node, 0);
	size_t bytes;

	for (size_t i = 0; i < json.n; i++) {
		unsigned point = special((const unsigned char *)json.p + i,
		    json.n - i, &bytes);

		if (point == 0) {
			rt_buf_byte(&w->out, json.p[i]);
			continue;
		}
		rt_buf_printf(&w->out, "\\u%04x", point);
		i += bytes - 1;
	}
}

static void
put_text(struct writer *w, struct rt_str s)
{
	if (is_plain(s))
		rt_buf_add(&w->out, s);
	else
		put_quoted(w, s);
}

static void
put_indent(struct writer *w)
{
	for (unsigned i = 0; i < w->depth; i++)
		rt_buf_cstr(&w->out, "  ");
}

static void put_map(struct writer *, const struct doc_node *);
static void put_sequence(struct writer *, const struct doc_node *);

static bool
is_block(const struct doc_node *node)
{
	return (node->type == DOC_MAP || node->type == DOC_SEQ) && node->n > 0;
}

static void
put_scalar(struct writer *w, const struct doc_node *node)
{
	if (node->type == DOC_STRING)
		put_text(w, node->text);
	else
		rt_buf_add(&w->out, doc_json(w->arena, node, 0));
	rt_buf_byte(&w->out, '\n');
}

static void
put_block(struct writer *w, const struct doc_node *node)
{
	if (node->type == DOC_MAP)
		put_map(w, node);
	else
		put_sequence(w, node);
}

/* Its first line is indented already. */
static void
put_map(struct writer *w, const struct doc_node *map)
{
	for (size_t i = 0; i < map->n; i++) {
		const struct doc_node *value = map->members[i].value;

		if (i > 0)
			put_indent(w);
		put_text(w, map->members[i].key);
		rt_buf_cstr(&w->out, is_block(value) ? ":\n" : ": ");
		if (!is_block(value)) {
			put_scalar(w, value);
			continue;
		}
		w->depth++;
		put_indent(w);
		put_block(w, value);
		w->depth--;
	}
}

static void
put_sequence(struct writer *w, const struct doc_node *list)
{
	for (size_t i = 0; i < list->n; i++) {
		if (i > 0)
			put_indent(w);
		rt_buf_cstr(&w->out, "- ");
		if (!is_block(list->items[i])) {
			put_scalar(w, list->items[i]);
			continue;
		}
		w->depth++;
		put_block(w, list->items[i]);
		w->depth--;
	}
}

struct rt_str
bundle_yaml(struct rt_arena *arena, const struct doc_node *node)
{
	struct writer w = {.arena = arena, .out = rt_buf(arena, SIZE_MAX)};

	if (is_block(node))
		put_block(&w, node);
	else
		put_scalar(&w, node);
	return rt_buf_str(&w.out);
}
