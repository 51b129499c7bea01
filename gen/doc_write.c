#include "gen/doc.h"

#include "runtime/buf.h"

enum { JSON_MAX = 1 << 30 };

struct writer {
	struct rt_buf out;
	unsigned indent;
	unsigned depth;
};

static void
put_control(struct rt_buf *out, char c)
{
	static const char short_forms[] = "\bb\tt\nn\ff\rr";
	static const char hex[] = "0123456789abcdef";
	const char *s = c == '\0' ? NULL : strchr(short_forms, c);

	rt_buf_byte(out, '\\');
	if (s != NULL) {
		rt_buf_byte(out, s[1]);
		return;
	}
	rt_buf_cstr(out, "u00");
	rt_buf_byte(out, hex[(unsigned char)c >> 4]);
	rt_buf_byte(out, hex[(unsigned char)c & 15]);
}

static void
put_string(struct rt_buf *out, struct rt_str s)
{
	size_t done = 0;

	rt_buf_byte(out, '"');
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if ((unsigned char)c >= 0x20 && c != '"' && c != '\\')
			continue;
		rt_buf_add(out, (struct rt_str){s.p + done, i - done});
		done = i + 1;
		if ((unsigned char)c < 0x20) {
			put_control(out, c);
			continue;
		}
		rt_buf_byte(out, '\\');
		rt_buf_byte(out, c);
	}
	rt_buf_add(out, (struct rt_str){s.p + done, s.n - done});
	rt_buf_byte(out, '"');
}

static void
put_line_end(struct writer *w)
{
	if (w->indent == 0)
		return;
	rt_buf_byte(&w->out, '\n');
	for (unsigned i = 0; i < w->indent * w->depth; i++)
		rt_buf_byte(&w->out, ' ');
}

static void put_node(struct writer *, const struct doc_node *);

static void
put_map(struct writer *w, const struct doc_node *map)
{
	rt_buf_byte(&w->out, '{');
	w->depth++;
	for (size_t i = 0; i < map->n; i++) {
		if (i > 0)
			rt_buf_byte(&w->out, ',');
		put_line_end(w);
		put_string(&w->out, map->members[i].key);
		rt_buf_cstr(&w->out, w->indent > 0 ? ": " : ":");
		put_node(w, map->members[i].value);
	}
	w->depth--;
	if (map->n > 0)
		put_line_end(w);
	rt_buf_byte(&w->out, '}');
}

static void
put_sequence(struct writer *w, const struct doc_node *seq)
{
	rt_buf_byte(&w->out, '[');
	w->depth++;
	for (size_t i = 0; i < seq->n; i++) {
		if (i > 0)
			rt_buf_byte(&w->out, ',');
		put_line_end(w);
		put_node(w, seq->items[i]);
	}
	w->depth--;
	if (seq->n > 0)
		put_line_end(w);
	rt_buf_byte(&w->out, ']');
}

static void
put_node(struct writer *w, const struct doc_node *node)
{
	switch (node->type) {
	case DOC_NULL:
		rt_buf_cstr(&w->out, "null");
		break;
	case DOC_BOOL:
		rt_buf_cstr(&w->out, node->yes ? "true" : "false");
		break;
	case DOC_NUMBER:
		rt_buf_add(&w->out, node->text);
		break;
	case DOC_STRING:
		put_string(&w->out, node->text);
		break;
	case DOC_SEQ:
		put_sequence(w, node);
		break;
	case DOC_MAP:
		put_map(w, node);
		break;
	}
}

struct rt_str
doc_json(struct rt_arena *arena, const struct doc_node *node, unsigned indent)
{
	struct writer w = {.out = rt_buf(arena, JSON_MAX), .indent = indent};

	put_node(&w, node);
	rt_buf_byte(&w.out, '\0');
	if (w.out.full)
		return (struct rt_str){0};
	w.out.n--;
	return rt_buf_str(&w.out);
}
