/* Template text to nodes; the language is described in tmpl.h. */
#include "gen/tmpl_node.h"

/* A %for or %if that waits for its %end. */
struct block {
	const struct tmpl_node *node;
	struct tmpl_node *arm; /* the last %if, %elif or %else */
	struct tmpl_node **tail; /* where the node after the block goes */
};

struct parser {
	const struct tmpl_env *env;
	const struct source *source;
	struct rt_str text;
	size_t at;
	struct block blocks[TMPL_DEPTH_MAX];
	unsigned depth;
	struct tmpl_node **tail;
	bool failed;
};

static struct source_pos
pos_of(const struct parser *p, struct rt_str part)
{
	return source_pos(p->source, (size_t)(part.p - p->text.p),
	    (unsigned)part.n);
}

static void
fail(struct parser *p, struct rt_str part, const char *sentence)
{
	diag_error(p->env->diag, pos_of(p, part), "template", "%s", sentence);
	p->failed = true;
}

static struct tmpl_node *
new_node(struct parser *p, enum tmpl_node_type type, struct rt_str part)
{
	struct tmpl_node *node = rt_arena_new(p->env->arena, sizeof(*node));

	node->type = type;
	node->pos = pos_of(p, part);
	return node;
}

static struct tmpl_node *
add_node(struct parser *p, enum tmpl_node_type type, struct rt_str part)
{
	struct tmpl_node *node = new_node(p, type, part);

	*p->tail = node;
	p->tail = &node->next;
	return node;
}

static void
add_text(struct parser *p, const char *from, const char *to)
{
	struct rt_str text = {from, (size_t)(to - from)};

	if (text.n > 0)
		add_node(p, TMPL_TEXT, text)->text = text;
}

/* --- words of a line --- */

static bool
is_name_byte(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	    (c >= '0' && c <= '9') || c == '_';
}

/* Cuts the first word off *rest, and the blanks on both sides of it. */
static struct rt_str
cut_word(struct rt_str *rest)
{
	struct rt_str line = rt_str_trim(*rest), word = {line.p, 0};

	while (
	    word.n < line.n && line.p[word.n] != ' ' && line.p[word.n] != '\t')
		word.n++;
	*rest = rt_str_trim((struct rt_str){line.p + word.n, line.n - word.n});
	return word;
}

static bool
is_name(struct rt_str s)
{
	for (size_t i = 0; i < s.n; i++) {
		if (!is_name_byte(s.p[i]))
			return false;
	}
	return s.n > 0 && !(s.p[0] >= '0' && s.p[0] <= '9');
}

/* Takes a path, "a.b.c", and nothing else. */
static void
take_path(struct parser *p, struct rt_str text, struct tmpl_path *path)
{
	struct rt_str rest = text;

	path->text = text;
	path->pos = pos_of(p, text);
	while (rest.p != NULL) {
		struct rt_str name = rt_str_cut(&rest, '.');

		if (is_name(name))
			continue;
		fail(p, name.n > 0 ? name : text,
		    "expected a name here, as in 'a' or 'a.b'");
		return;
	}
}

/* --- ${path|filter:n} --- */

static const struct {
	const char *name;
	enum tmpl_filter_type type;
} filter_names[] = {
    {"upper", TMPL_UPPER},
    {"lower", TMPL_LOWER},
    {"list", TMPL_LIST},
    {"or", TMPL_OR},
    {"cstr", TMPL_CSTR},
    {"cstr_lines", TMPL_CSTR_LINES},
    {"comment", TMPL_COMMENT},
    {"json", TMPL_JSON},
    {"pad", TMPL_PAD},
};

static enum tmpl_filter_type
filter_by_name(struct rt_str name)
{
	for (size_t i = 0; i < RT_LEN(filter_names); i++) {
		if (rt_str_is(name, filter_names[i].name))
			return filter_names[i].type;
	}
	return 0;
}

/* 1 to 999, or 0. */
static unsigned
small_number(struct rt_str s)
{
	unsigned n = 0;

	if (s.n == 0 || s.n > 3)
		return 0;
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] < '0' || s.p[i] > '9')
			return 0;
		n = n * 10 + (unsigned)(s.p[i] - '0');
	}
	return n;
}

static struct tmpl_filter *
take_filter(struct parser *p, struct rt_str text)
{
	struct tmpl_filter *f = rt_arena_new(p->env->arena, sizeof(*f));
	struct rt_str number = text, name = rt_str_cut(&number, ':');

	f->type = filter_by_name(name);
	f->pos = pos_of(p, text);
	if (f->type == 0) {
		fail(p, text,
		    "no such filter; there are: upper, lower, list, or, cstr, "
		    "comment, json, pad:n");
		return f;
	}
	if (f->type == TMPL_PAD) {
		f->width = small_number(number);
		if (f->width == 0)
			fail(p, text, "expected a width, as in 'pad:8'");
	} else if (number.p != NULL) {
		fail(p, text, "this filter takes no number");
	}
	return f;
}

/* `inside` is what stands between the braces. */
static void
take_put(struct parser *p, struct rt_str inside)
{
	struct tmpl_node *node = add_node(p, TMPL_PUT, inside);
	struct rt_str rest = inside;
	const struct tmpl_filter **tail = &node->filters;

	take_path(p, rt_str_cut(&rest, '|'), &node->path);
	while (rest.p != NULL) {
		struct tmpl_filter *f = take_filter(p, rt_str_cut(&rest, '|'));

		*tail = f;
		tail = &f->next;
	}
}

/* Takes what follows a '$'; returns where the text goes on. */
static const char *
take_dollar(struct parser *p, const char *dollar, const char *end)
{
	const char *open = dollar + 1, *close;

	if (open < end && *open == '$') {
		add_text(p, open, open + 1);
		return open + 1;
	}
	if (open == end || *open != '{') {
		fail(p, (struct rt_str){dollar, 1},
		    "a '$' begins ${...}; write $$ for a '$'");
		return open;
	}
	close = memchr(open, '}', (size_t)(end - open));
	if (close == NULL) {
		fail(p, (struct rt_str){dollar, 2}, "'${' without a '}'");
		return end;
	}
	take_put(p, (struct rt_str){open + 1, (size_t)(close - open - 1)});
	return close + 1;
}

/* A line of text, with its line feed. */
static void
take_text(struct parser *p, struct rt_str line)
{
	const char *at = line.p, *end = line.p + line.n;

	while (at < end) {
		const char *dollar = memchr(at, '$', (size_t)(end - at));

		add_text(p, at, dollar == NULL ? end : dollar);
		if (dollar == NULL)
			return;
		at = take_dollar(p, dollar, end);
	}
}

/* --- directives --- */

static void
open_block(struct parser *p, struct tmpl_node *node, struct rt_str word)
{
	if (p->depth == TMPL_DEPTH_MAX) {
		fail(p, word, "blocks are nested too deep");
		return;
	}
	p->blocks[p->depth++] =
	    (struct block){.node = node, .arm = node, .tail = p->tail};
	p->tail = &node->body;
}

static void
take_for(struct parser *p, struct rt_str word, struct rt_str rest)
{
	struct tmpl_node *node = add_node(p, TMPL_FOR, word);
	struct rt_str name = cut_word(&rest), in = cut_word(&rest);

	node->text = name;
	if (!is_name(name) || !rt_str_is(in, "in"))
		fail(p, word, "expected '%for name in path'");
	else if (rt_str_is(name, "loop"))
		fail(p, name, "'loop' is the language's own name");
	else
		take_path(p, rest, &node->path);
	open_block(p, node, word);
}

/* What follows %if or %elif. */
static void
take_condition(struct parser *p, struct tmpl_node *node, struct rt_str rest)
{
	struct rt_str after = rest, first = cut_word(&after);

	node->negated = rt_str_is(first, "not") && after.n > 0;
	take_path(p, node->negated ? after : rest, &node->path);
}

static void
take_if(struct parser *p, struct rt_str word, struct rt_str rest)
{
	struct tmpl_node *node = add_node(p, TMPL_IF, word);

	take_condition(p, node, rest);
	open_block(p, node, word);
}

/* Begins another arm of the innermost block, which has to be an open %if. */
static void
take_arm(struct parser *p, struct tmpl_node *arm)
{
	struct block *b = p->depth == 0 ? NULL : &p->blocks[p->depth - 1];

	if (b == NULL || b->arm->type != TMPL_IF) {
		diag_error(p->env->diag, arm->pos, "template",
		    "there is no open '%%if' for this");
		p->failed = true;
		return;
	}
	b->arm->otherwise = arm;
	b->arm = arm;
	p->tail = &arm->body;
}

static void
take_elif(struct parser *p, struct rt_str word, struct rt_str rest)
{
	struct tmpl_node *arm = new_node(p, TMPL_IF, word);

	take_condition(p, arm, rest);
	take_arm(p, arm);
}

static void
want_nothing(struct parser *p, struct rt_str rest)
{
	if (rest.n > 0)
		fail(p, rest, "expected nothing more on this line");
}

static void
take_else(struct parser *p, struct rt_str word, struct rt_str rest)
{
	take_arm(p, new_node(p, TMPL_ELSE, word));
	want_nothing(p, rest);
}

static void
take_end(struct parser *p, struct rt_str word, struct rt_str rest)
{
	if (p->depth == 0)
		fail(p, word, "there is no open block for this '%end'");
	else
		p->tail = p->blocks[--p->depth].tail;
	want_nothing(p, rest);
}

static void
take_include(struct parser *p, struct rt_str word, struct rt_str rest)
{
	struct tmpl_node *node = add_node(p, TMPL_INCLUDE, word);

	if (rest.n < 3 || rest.p[0] != '"' ||
	    memchr(rest.p + 1, '"', rest.n - 1) != rest.p + rest.n - 1) {
		fail(p, word, "expected '%include \"name\"'");
		return;
	}
	node->text = (struct rt_str){rest.p + 1, rest.n - 2};
	node->pos = pos_of(p, node->text);
}

/* `line` is what stands behind the '%', without the line feed. */
static void
take_directive(struct parser *p, struct rt_str line)
{
	struct rt_str rest = line, word = cut_word(&rest);

	if (line.n > 0 && line.p[0] == '#')
		return;
	if (word.p != line.p)
		fail(p, line, "expected a directive right after the '%'");
	else if (rt_str_is(word, "for"))
		take_for(p, word, rest);
	else if (rt_str_is(word, "if"))
		take_if(p, word, rest);
	else if (rt_str_is(word, "elif"))
		take_elif(p, word, rest);
	else if (rt_str_is(word, "include"))
		take_include(p, word, rest);
	else if (rt_str_is(word, "else"))
		take_else(p, word, rest);
	else if (rt_str_is(word, "end"))
		take_end(p, word, rest);
	else
		fail(p, word,
		    "no such directive; there are: for, if, elif, else, end, "
		    "include, #; write %% for a '%'");
}

static struct rt_str
next_line(struct parser *p)
{
	struct rt_str rest = {p->text.p + p->at, p->text.n - p->at};
	const char *lf = memchr(rest.p, '\n', rest.n);

	if (lf != NULL)
		rest.n = (size_t)(lf - rest.p) + 1;
	p->at += rest.n;
	return rest;
}

static void
take_line(struct parser *p, struct rt_str line)
{
	struct rt_str rest = {line.p + 1, line.n - 1};

	if (line.p[0] != '%') {
		take_text(p, line);
		return;
	}
	if (rest.n > 0 && rest.p[0] == '%') {
		take_text(p, rest);
		return;
	}
	if (rest.n > 0 && rest.p[rest.n - 1] == '\n')
		rest.n--;
	take_directive(p, rest);
}

bool
tmpl_parse(const struct tmpl_env *env, const struct source *source,
    struct tmpl_node **out)
{
	struct parser *p = rt_arena_new(env->arena, sizeof(*p));

	p->env = env;
	p->source = source;
	p->text = source->text;
	p->tail = out;
	*out = NULL;
	while (p->at < p->text.n)
		take_line(p, next_line(p));
	if (p->depth > 0) {
		diag_error(env->diag, p->blocks[p->depth - 1].node->pos,
		    "template", "this block has no '%%end'");
		p->failed = true;
	}
	return !p->failed;
}
