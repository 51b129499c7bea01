/* Breaks long lines of C text; see tmpl.h. */
#include "gen/fold.h"
#include "gen/tmpl.h"

enum {
	TEXT_MAX = 256 * 1024 * 1024,
	SCRATCH_MAX = 512 * 1024 * 1024,
	FOLDED_MAX = 256 * 1024, /* bytes that are folded as one */
};

/* What is known at the start of a line. */
struct folder {
	struct rt_arena *scratch; /* forgotten after each line */
	struct rt_str rest; /* absent behind the last line */
	struct rt_buf out;
	bool in_comment;
	bool in_directive; /* continued by a backslash */
	char before; /* the last byte of code that was no blank */
	bool before_space; /* whether blanks follow it */
	/* A bit for each open brace, the innermost lowest: set for a list of
	 * values. */
	uint64_t braces;
};

static unsigned
columns(struct rt_str line)
{
	unsigned col = 0;

	for (size_t i = 0; i < line.n; i++) {
		if (line.p[i] == '\t')
			col += FOLD_TAB - col % FOLD_TAB;
		else if (((unsigned char)line.p[i] & 0xc0) != 0x80)
			col++;
	}
	return col;
}

/* Without the blanks at its start, of which *indent tells the columns. */
static struct rt_str
skip_indent(struct rt_str line, unsigned *indent)
{
	struct rt_str blanks = {line.p, 0};

	while (blanks.n < line.n &&
	    (line.p[blanks.n] == ' ' || line.p[blanks.n] == '\t'))
		blanks.n++;
	*indent = columns(blanks);
	return (struct rt_str){line.p + blanks.n, line.n - blanks.n};
}

/* --- following the text: comments and braces --- */

static unsigned
open_lists(const struct folder *f)
{
	unsigned n = 0;

	for (uint64_t b = f->braces; b & 1; b >>= 1)
		n++;
	return n;
}

static void
follow_code(struct folder *f, char c)
{
	if (c == ' ' || c == '\t') {
		f->before_space = true;
		return;
	}
	if (c == '{') {
		bool list = f->before == '=' ||
		    (f->before == ')' && !f->before_space) ||
		    ((f->braces & 1) &&
			(f->before == ',' || f->before == '{')) ||
		    f->before == '(';

		f->braces = f->braces << 1 | list;
	} else if (c == '}') {
		f->braces >>= 1;
	}
	f->before = c;
	f->before_space = false;
}

/* The length of the literal at the start of s. */
static size_t
skip_literal(struct rt_str s)
{
	for (size_t i = 1; i < s.n; i++) {
		if (s.p[i] == '\\')
			i++;
		else if (s.p[i] == s.p[0])
			return i + 1;
	}
	return s.n;
}

/* Takes note of what a line opens and closes; whether it has a comment. */
static bool
follow(struct folder *f, struct rt_str line)
{
	bool comment = f->in_comment;

	for (size_t i = 0; i < line.n; i++) {
		struct rt_str rest = {line.p + i, line.n - i};

		if (f->in_comment) {
			if (rt_str_starts(rest, "*/")) {
				f->in_comment = false;
				i++;
			}
		} else if (rt_str_starts(rest, "//")) {
			return true;
		} else if (rt_str_starts(rest, "/*")) {
			f->in_comment = comment = true;
			i++;
		} else {
			follow_code(f, line.p[i]);
			if (line.p[i] == '"' || line.p[i] == '\'')
				i += skip_literal(rest) - 1;
		}
	}
	f->before_space = true;
	return comment;
}

/* --- lines --- */

/* "enum { A, B };" on a line of its own. */
static bool
is_enum(struct rt_str code, size_t *open)
{
	const char *brace = memchr(code.p, '{', code.n);

	if (!rt_str_starts(code, "enum ") || !rt_str_ends(code, "};") ||
	    brace == NULL)
		return false;
	*open = (size_t)(brace - code.p);
	return memchr(code.p, '(', *open) == NULL &&
	    memchr(code.p, '=', *open) == NULL;
}

static void
print_indent(struct rt_buf *out, unsigned col)
{
	for (unsigned i = 0; i < col / FOLD_TAB; i++)
		rt_buf_byte(out, '\t');
	for (unsigned i = 0; i < col % FOLD_TAB; i++)
		rt_buf_byte(out, ' ');
}

/* An enum that does not fit in a line has one constant in each. */
static void
fold_enum(struct folder *f, struct rt_str code, unsigned indent, size_t open)
{
	struct rt_str items = {code.p + open + 1, code.n - open - 3};

	print_indent(&f->out, indent);
	rt_buf_add(&f->out, (struct rt_str){code.p, open + 1});
	while (items.p != NULL) {
		struct rt_str item = rt_str_trim(rt_str_cut(&items, ','));

		if (item.n == 0 && items.p == NULL)
			break;
		rt_buf_byte(&f->out, '\n');
		print_indent(&f->out, indent + FOLD_TAB);
		rt_buf_add(&f->out, item);
		if (items.p != NULL)
			rt_buf_byte(&f->out, ',');
	}
	rt_buf_byte(&f->out, '\n');
	print_indent(&f->out, indent);
	rt_buf_cstr(&f->out, "};");
}

/* Whether the line, or what it begins, was printed, broken. */
static bool
fold_line(struct folder *f, struct rt_str text, unsigned lists, char before)
{
	struct fold_line line = {.outer = lists, .before = before};
	struct rt_str code = skip_indent(text, &line.indent);
	size_t open;
	bool done;

	if (is_enum(code, &open)) {
		fold_enum(f, code, line.indent, open);
		return true;
	}
	done = text.n <= FOLDED_MAX && fold_lex(f->scratch, code, &line);
	if (done) {
		fold_cost(&line);
		done = fold_search(f->scratch, &line, &f->out);
	}
	rt_arena_reset(f->scratch);
	return done;
}

static bool
is_directive(struct folder *f, struct rt_str line)
{
	bool yes = f->in_directive || rt_str_starts(rt_str_trim(line), "#");

	f->in_directive = yes && line.n > 0 && line.p[line.n - 1] == '\\';
	return yes;
}

/*
 * Takes the lines up to the one that closes the list which `line` opens, and
 * gives them as one text; absent when they can't be folded as a whole.
 */
static struct rt_str
take_list(struct folder *f, struct rt_str line, unsigned lists)
{
	struct rt_str all = line;

	while (open_lists(f) > lists) {
		struct rt_str next = rt_str_cut(&f->rest, '\n');

		if (next.p == NULL || all.n + next.n > FOLDED_MAX ||
		    is_directive(f, next) || follow(f, next))
			return (struct rt_str){0};
		all.n = (size_t)(next.p + next.n - all.p);
	}
	return all;
}

/* Folds a line that opens a list together with the list: the items move when
 * that line is broken. */
static bool
fold_list(struct folder *f, struct rt_str line, unsigned lists, char before)
{
	struct folder ahead = *f;
	struct rt_str all = take_list(&ahead, line, lists);

	if (all.p == NULL || !fold_line(f, all, lists, before))
		return false;
	ahead.out = f->out;
	*f = ahead;
	return true;
}

static void
take_line(struct folder *f)
{
	struct rt_str line = rt_str_cut(&f->rest, '\n');
	unsigned lists = open_lists(f);
	char before = f->before;

	if ((!f->in_comment && is_directive(f, line)) || follow(f, line) ||
	    columns(line) <= FOLD_COLUMNS) {
		rt_buf_add(&f->out, line);
		return;
	}
	if (open_lists(f) > lists && fold_list(f, line, lists, before))
		return;
	if (!fold_line(f, line, lists, before))
		rt_buf_add(&f->out, line);
}

struct rt_str
tmpl_fold(struct rt_arena *a, struct rt_str text)
{
	struct folder f = {.out = rt_buf(a, TEXT_MAX), .rest = text};

	f.scratch = rt_arena_open(SCRATCH_MAX, NULL, NULL);
	while (f.rest.p != NULL) {
		take_line(&f);
		if (f.rest.p != NULL)
			rt_buf_byte(&f.out, '\n');
	}
	rt_arena_close(f.scratch);
	return f.out.n == 0 ? RT_LIT("") : rt_buf_str(&f.out);
}
