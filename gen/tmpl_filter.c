/* The filters of ${path|filter}; see tmpl.h. */
#include "gen/tmpl_node.h"

/* The last column that the comment filter fills: it leaves room for a star
 * and a slash. */
enum { COMMENT_WIDTH = 77, TAB = 8 };

/* The last column where a literal goes on: it leaves room for an escape of
 * four bytes, the quote and a comma. */
enum { LITERAL_WIDTH = 74 };

static struct rt_buf
new_buf(const struct tmpl_env *env)
{
	return rt_buf(env->arena, TMPL_OUTPUT_MAX);
}

/* Never absent, also when nothing was written. */
static struct rt_str
finish(const struct rt_buf *b)
{
	return b->n == 0 ? RT_LIT("") : rt_buf_str(b);
}

/* --- values as text --- */

static bool
add_scalar(struct rt_buf *b, const struct value *v)
{
	switch (value_type(v)) {
	case VALUE_TEXT:
		rt_buf_add(b, value_str(v));
		return true;
	case VALUE_INT:
		rt_buf_int(b, value_number(v));
		return true;
	case VALUE_BOOL:
		rt_buf_cstr(b, value_yes(v) ? "true" : "false");
		return true;
	case VALUE_LIST:
	case VALUE_MAP:
		break;
	}
	return false;
}

static struct rt_str
scalar_text(const struct tmpl_env *env, const struct tmpl_path *path,
    const struct value *v)
{
	struct rt_buf b = new_buf(env);

	if (value_type(v) == VALUE_TEXT && value_str(v).n > 0)
		return value_str(v);
	if (add_scalar(&b, v))
		return finish(&b);
	diag_error(env->diag, path->pos, "template",
	    "'%.*s' is %s, which has no text of its own", RT_FMT(path->text),
	    tmpl_type_name(v));
	return (struct rt_str){0};
}

static struct rt_str
joined_text(const struct tmpl_env *env, const struct tmpl_node *node,
    const struct value *v, const char *between)
{
	struct rt_buf b = new_buf(env);

	if (value_type(v) != VALUE_LIST) {
		diag_error(env->diag, node->filters->pos, "template",
		    "this filter wants a list, '%.*s' is %s",
		    RT_FMT(node->path.text), tmpl_type_name(v));
		return (struct rt_str){0};
	}
	for (size_t i = 0; i < value_count(v); i++) {
		if (i > 0)
			rt_buf_cstr(&b, between);
		if (add_scalar(&b, value_at(v, i)))
			continue;
		diag_error(env->diag, node->filters->pos, "template",
		    "item %zu of '%.*s' is %s, which has no text of its own", i,
		    RT_FMT(node->path.text), tmpl_type_name(value_at(v, i)));
		return (struct rt_str){0};
	}
	return finish(&b);
}

/* --- upper, lower, pad, json --- */

static struct rt_str
in_case(const struct tmpl_env *env, struct rt_str text, char first, char last)
{
	char *p = rt_arena_bytes(env->arena, text.n + 1);

	for (size_t i = 0; i < text.n; i++) {
		char c = text.p[i];

		p[i] = c >= first && c <= last ? (char)(c ^ 0x20) : c;
	}
	return (struct rt_str){p, text.n};
}

static struct rt_str
padded(const struct tmpl_env *env, struct rt_str text, unsigned width)
{
	struct rt_buf b = new_buf(env);
	size_t n;

	rt_buf_add(&b, text);
	for (n = text.n; n < width; n++)
		rt_buf_byte(&b, ' ');
	return finish(&b);
}

static struct rt_str
json_string(const struct tmpl_env *env, struct rt_str text)
{
	struct rt_str json =
	    value_json(env->arena, value_text(env->arena, text));

	return (struct rt_str){json.p, json.n - 1};
}

/* --- cstr --- */

/* Whether "??" and this byte make a trigraph (C11, section 5.2.1.1). */
static bool
ends_trigraph(char c)
{
	return c != '\0' && strchr("=/'()!<>-", c) != NULL;
}

static void
cstr_byte(struct rt_buf *b, struct rt_str text, size_t i)
{
	unsigned char c = (unsigned char)text.p[i];

	if (c == '\n')
		rt_buf_cstr(b, "\\n");
	else if (c == '\t')
		rt_buf_cstr(b, "\\t");
	else if (c == '\r')
		rt_buf_cstr(b, "\\r");
	else if (c < 0x20 || c >= 0x7f)
		rt_buf_printf(b, "\\%03o", c);
	else if (c == '"' || c == '\\')
		rt_buf_printf(b, "\\%c", c);
	else if (c == '?' && i > 0 && text.p[i - 1] == '?')
		rt_buf_cstr(b, "\\?");
	else
		rt_buf_byte(b, (char)c);
}

struct rt_str
tmpl_cstr(struct rt_arena *arena, struct rt_str text)
{
	struct rt_buf b = rt_buf(arena, TMPL_OUTPUT_MAX);

	for (size_t i = 0; i < text.n; i++)
		cstr_byte(&b, text, i);
	return finish(&b);
}

/* Ends a literal and begins the next one, on a line of its own. */
static void
next_literal(struct rt_buf *b, struct rt_str lead, size_t *begin)
{
	rt_buf_cstr(b, "\"\n");
	*begin = b->n;
	rt_buf_add(b, lead);
	rt_buf_byte(b, '"');
}

/* Literals on lines of their own: one for each line of the text, and more of
 * those that are too long for a line. */
static struct rt_str
cstr_lines(const struct tmpl_env *env, struct rt_str text, struct rt_str so_far)
{
	struct rt_buf b = new_buf(env);
	struct rt_str lead = {so_far.p + so_far.n, 0};
	size_t begin = 0;

	while (lead.p > so_far.p && lead.p[-1] == ' ') {
		lead.p--;
		lead.n++;
	}
	/* The first lead is the template's. */
	rt_buf_byte(&b, '"');
	for (size_t i = 0; i < text.n; i++) {
		size_t column = b.n - begin + (begin == 0 ? lead.n : 0);

		if (i > 0 && (text.p[i - 1] == '\n' || column > LITERAL_WIDTH))
			next_literal(&b, lead, &begin);
		cstr_byte(&b, text, i);
	}
	rt_buf_byte(&b, '"');
	return finish(&b);
}

/* --- comment --- */

struct comment {
	struct rt_buf out;
	struct rt_str lead; /* what further lines begin with */
	size_t col; /* columns filled on the line */
	/* The last two bytes written, which may be the template's. */
	char last, before;
};

static size_t
next_col(size_t col, char c)
{
	if (c == '\t')
		return col + TAB - col % TAB;
	/* The bytes of a UTF-8 sequence after its first take no column. */
	return ((unsigned char)c & 0xc0) == 0x80 ? col : col + 1;
}

static size_t
columns(size_t col, struct rt_str s)
{
	for (size_t i = 0; i < s.n; i++)
		col = next_col(col, s.p[i]);
	return col;
}

static void
comment_put(struct comment *c, char byte)
{
	rt_buf_byte(&c->out, byte);
	c->col = next_col(c->col, byte);
	c->before = c->last;
	c->last = byte;
}

/* Writes a byte and keeps it from ending the comment, opening another one or
 * making a trigraph with the bytes before it. */
static void
comment_byte(struct comment *c, char byte)
{
	if ((c->last == '*' && byte == '/') || (c->last == '/' && byte == '*'))
		comment_put(c, ' ');
	if (c->before == '?' && c->last == '?' && ends_trigraph(byte))
		comment_put(c, ' ');
	comment_put(c, byte);
}

/* Ends the line: without blanks, and without a backslash, which would splice
 * it with the next one. */
static void
comment_trim(struct comment *c)
{
	struct rt_buf *b = &c->out;

	while (b->n > 0 &&
	    (b->p[b->n - 1] == ' ' || b->p[b->n - 1] == '\t' ||
		b->p[b->n - 1] == '\\'))
		b->n--;
}

static void
comment_line(struct comment *c)
{
	comment_trim(c);
	rt_buf_byte(&c->out, '\n');
	rt_buf_add(&c->out, c->lead);
	c->col = columns(0, c->lead);
	c->before = '*';
	c->last = ' ';
}

/*
 * How many bytes at text.p have no place in a comment: control characters
 * (also U+0080 to U+009F) and the marks that turn the direction of text
 * (U+202A to U+202E, U+2066 to U+2069), by which code can look like another.
 */
static size_t
dropped(struct rt_str text)
{
	const unsigned char *p = (const unsigned char *)text.p;

	if (p[0] < 0x20 || p[0] == 0x7f)
		return 1;
	if (text.n >= 2 && p[0] == 0xc2 && p[1] >= 0x80 && p[1] <= 0x9f)
		return 2;
	if (text.n < 3 || p[0] != 0xe2)
		return 0;
	if (p[1] == 0x80 && p[2] >= 0xaa && p[2] <= 0xae)
		return 3;
	return p[1] == 0x81 && p[2] >= 0xa6 && p[2] <= 0xa9 ? 3 : 0;
}

/* Writes a word after `blanks` spaces, on a new line if it does not fit and
 * the line holds anything yet. */
static void
comment_word(struct comment *c, struct rt_str word, size_t blanks, bool first)
{
	size_t end = columns(c->col + blanks, word);

	if (!first && end > COMMENT_WIDTH)
		comment_line(c);
	else
		for (size_t i = 0; i < blanks; i++)
			comment_put(c, ' ');
	for (size_t i = 0; i < word.n; i++)
		comment_byte(c, word.p[i]);
}

/* A line of text that has been cleaned: no controls, tabs are spaces. */
static void
comment_words(struct comment *c, struct rt_str line, bool fresh)
{
	size_t at = 0;
	bool first = fresh;

	while (at < line.n) {
		size_t blanks = 0, n = 0;

		while (at < line.n && line.p[at] == ' ') {
			blanks++;
			at++;
		}
		while (at + n < line.n && line.p[at + n] != ' ')
			n++;
		if (n > 0)
			comment_word(c, (struct rt_str){line.p + at, n}, blanks,
			    first);
		first = false;
		at += n;
	}
}

/* The text without what has no place in a comment, tabs as a space. */
static struct rt_str
clean(const struct tmpl_env *env, struct rt_str text)
{
	struct rt_buf b = new_buf(env);

	for (size_t i = 0; i < text.n;) {
		size_t drop = dropped((struct rt_str){text.p + i, text.n - i});

		if (text.p[i] == '\n' || drop == 0)
			rt_buf_byte(&b, text.p[i]);
		else if (text.p[i] == '\t')
			rt_buf_byte(&b, ' ');
		i += drop == 0 ? 1 : drop;
	}
	return finish(&b);
}

/*
 * What further lines of the comment begin with: the line's own indent, and a
 * star under the star of its slash-star or behind what its star is behind.
 */
static struct rt_str
comment_lead(const struct tmpl_env *env, struct rt_str line)
{
	struct rt_str indent = {line.p, 0}, rest;

	while (indent.n < line.n &&
	    (line.p[indent.n] == ' ' || line.p[indent.n] == '\t'))
		indent.n++;
	rest = (struct rt_str){line.p + indent.n, line.n - indent.n};
	return rt_arena_printf(env->arena, "%.*s%s", RT_FMT(indent),
	    rt_str_starts(rest, "*") ? "* " : " * ");
}

/* Without line feeds and blanks at the end, and line feeds at the start. */
static struct rt_str
trim_lines(struct rt_str s)
{
	while (s.n > 0 && (s.p[s.n - 1] == '\n' || s.p[s.n - 1] == ' '))
		s.n--;
	while (s.n > 0 && s.p[0] == '\n') {
		s.p++;
		s.n--;
	}
	return s;
}

static struct rt_str
comment(const struct tmpl_env *env, struct rt_str text, struct rt_str so_far)
{
	struct comment c = {.out = new_buf(env)};
	struct rt_str rest = trim_lines(clean(env, text)), line = so_far;
	bool fresh;

	while (line.n > 0 && so_far.p[line.n - 1] != '\n')
		line.n--;
	line = (struct rt_str){so_far.p + line.n, so_far.n - line.n};
	c.lead = comment_lead(env, line);
	c.col = columns(0, line);
	c.last = line.n > 0 ? line.p[line.n - 1] : '\n';
	c.before = line.n > 1 ? line.p[line.n - 2] : '\n';
	line = rt_str_trim(line);
	fresh = line.n == 0 || rt_str_is(line, "*") || rt_str_is(line, "/*");
	for (;;) {
		comment_words(&c, rt_str_cut(&rest, '\n'), fresh);
		if (rest.p == NULL)
			break;
		comment_line(&c);
		fresh = true;
	}
	comment_trim(&c);
	return finish(&c.out);
}

/* --- all of them --- */

static struct rt_str
filtered(const struct tmpl_env *env, const struct tmpl_filter *f,
    struct rt_str text, struct rt_str so_far)
{
	switch (f->type) {
	case TMPL_UPPER:
		return in_case(env, text, 'a', 'z');
	case TMPL_LOWER:
		return in_case(env, text, 'A', 'Z');
	case TMPL_CSTR:
		return tmpl_cstr(env->arena, text);
	case TMPL_CSTR_LINES:
		return cstr_lines(env, text, so_far);
	case TMPL_COMMENT:
		return comment(env, text, so_far);
	case TMPL_JSON:
		return json_string(env, text);
	case TMPL_PAD:
		return padded(env, text, f->width);
	case TMPL_LIST:
	case TMPL_OR:
		break;
	}
	diag_error(env->diag, f->pos, "template",
	    "this filter wants a list: it has to come first");
	return (struct rt_str){0};
}

struct rt_str
tmpl_filter(const struct tmpl_env *env, const struct tmpl_node *node,
    const struct value *v, struct rt_str so_far)
{
	const struct tmpl_filter *f = node->filters;
	struct rt_str text;

	if (f != NULL && (f->type == TMPL_LIST || f->type == TMPL_OR)) {
		text = joined_text(env, node, v,
		    f->type == TMPL_LIST ? ", " : " | ");
		f = f->next;
	} else {
		text = scalar_text(env, &node->path, v);
	}
	for (; text.p != NULL && f != NULL; f = f->next)
		text = filtered(env, f, text, so_far);
	return text;
}
