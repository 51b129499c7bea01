#include "gen/conf_word.h"

/*
 * The file is read as Kore reads it, line by line: a keyword, a space, and its
 * value up to the end; '#' is a comment only where a line begins with it.  What
 * Kore would take amiss without a word is reported too.
 */

enum {
	LINE_BYTES_MAX = 8190, /* Kore takes what follows for another line */
	/* Files of a worker that are no connections of clients. */
	OTHER_FILES = 256,
};

static const char *
version(enum conf_kore kore)
{
	return kore == CONF_KORE_41 ? "4.1" : "4.2";
}

/* --- Values --- */

static bool
is_choice(const char *choices, struct rt_str value)
{
	struct rt_str rest = rt_str(choices);

	while (rest.p != NULL) {
		if (rt_str_eq(rt_str_cut(&rest, '|'), value))
			return true;
	}
	return false;
}

static void
check_number(struct conf_check *c, const struct conf_word *w,
    const struct conf_line *l)
{
	int64_t v = conf_number(c, l->value);

	if (v >= w->min && v <= w->max)
		return;
	diag_error(c->diag, l->value_pos, "conf-value",
	    "'%s' takes a number from %lld to %lld, not '%.*s'", w->name,
	    (long long)w->min, (long long)w->max, RT_FMT(l->value));
	if (rt_str_has(l->value, '#'))
		diag_help(c->diag, "a comment stands on a line of its own");
}

static void
check_value(struct conf_check *c, const struct conf_word *w,
    const struct conf_line *l)
{
	const char *choices = w->kind == CONF_YES ? "yes|no" : w->choices;

	if (c->kore == CONF_KORE_42 && l->value.p[0] == '$')
		return; /* a variable of the environment */
	if (w->kind == CONF_NUMBER)
		check_number(c, w, l);
	else if ((w->kind == CONF_YES || w->kind == CONF_CHOICE) &&
	    !is_choice(choices, l->value))
		diag_error(c->diag, l->value_pos, "conf-value",
		    "'%s' takes one of %s, not '%.*s'", w->name, choices,
		    RT_FMT(l->value));
}

/* --- Keywords as such --- */

static void
report_unknown(struct conf_check *c, const struct conf_line *l)
{
	struct rt_str near = conf_word_near(l->name, c->kore);

	diag_error(c->diag, l->pos, "conf-keyword",
	    "Kore %s has no keyword '%.*s', and goes on without the line",
	    version(c->kore), RT_FMT(l->name));
	if (near.p != NULL)
		diag_help(c->diag, "did you mean '%.*s'?", RT_FMT(near));
}

/* What the dialect has instead. */
static void
report_dialect(struct conf_check *c, const struct conf_line *l)
{
	bool privileges = rt_str_is(l->name, "chroot") ||
	    rt_str_is(l->name, "privsep") || rt_str_starts(l->name, "keymgr_");

	diag_error(c->diag, l->pos, "conf-dialect",
	    "'%.*s' is of Kore %s; this file is for %s", RT_FMT(l->name),
	    c->kore == CONF_KORE_41 ? "4.2 and later" : "4.1",
	    version(c->kore));
	if (privileges && c->kore == CONF_KORE_42)
		diag_help(c->diag,
		    "write it in a block: privsep worker { root DIRECTORY }");
	else if (privileges)
		diag_help(c->diag,
		    "write its lines, 'root' and 'runas', without the block");
	else
		diag_help(c->diag,
		    "if Kore is of that version say so: --kore %s",
		    c->kore == CONF_KORE_41 ? "4.2" : "4.1");
}

static void
check_use(struct conf_check *c, const struct conf_word *w,
    const struct conf_line *l)
{
	if (w->use == CONF_IDLE) {
		diag_warning(c->diag, l->pos, "conf-idle",
		    "'%s' is of a part of Kore that the runtime does not use",
		    w->name);
	} else if (w->use == CONF_HTTP && w->in == CONF_ANYWHERE) {
		diag_error(c->diag, l->pos, "conf-http",
		    "'%s' is of Kore's own HTTP, whose parser is not safe to "
		    "expose",
		    w->name);
		diag_help(c->diag,
		    "leave the block out: the server routes by its contract");
	} else if (w->use == CONF_REMOVED) {
		diag_error(c->diag, l->pos, "conf-keyword",
		    "Kore stops at '%s'", w->name);
	}
}

static enum conf_block
block_of(const struct conf_check *c)
{
	return c->depth == 0 ? CONF_ANYWHERE : c->open[c->depth - 1]->opens;
}

static void
check_place(struct conf_check *c, const struct conf_word *w,
    const struct conf_line *l)
{
	if (w->in == CONF_ANYWHERE || block_of(c) == w->in)
		return;
	diag_error(c->diag, l->pos, "conf-place",
	    "'%s' stands in a block '%s', not here", w->name,
	    conf_block_name(w->in, c->kore));
}

/* The last one counts; blocks and what they hold may come again. */
static void
check_repeated(struct conf_check *c, const struct conf_word *w,
    const struct conf_line *l)
{
	struct source_pos *first = &c->first[w - conf_words];

	if (w->in != CONF_ANYWHERE || w->kind == CONF_OPENS ||
	    rt_str_is(l->name, "load") || rt_str_is(l->name, "include") ||
	    rt_str_is(l->name, "validator") ||
	    rt_str_is(l->name, "http_media_type"))
		return;
	if (first->line == 0) {
		*first = l->pos;
		return;
	}
	diag_warning(c->diag, l->pos, "conf-repeated",
	    "'%s' is set again, and this counts", w->name);
	diag_note(c->diag, *first, "first set here");
}

/* --- Blocks --- */

static void
check_server(struct conf_check *c)
{
	if (!c->has_bind)
		diag_error(c->diag, c->server, "conf-missing",
		    "the server listens nowhere: 'bind' is missing");
	if (c->has_tls_no)
		return;
	diag_error(c->diag, c->server, "conf-tls",
	    "a server without 'tls no' has Kore's TLS");
	diag_help(c->diag, "write 'tls no' into the block");
}

static void
open_block(struct conf_check *c, const struct conf_word *w,
    const struct conf_line *l)
{
	if (!rt_str_ends(l->value, " {") && !rt_str_is(l->value, "{")) {
		diag_error(c->diag, l->value_pos, "conf-syntax",
		    "'%s' opens a block: a name, a space and '{' end the line",
		    w->name);
		return;
	}
	if (rt_str_is(l->name, "server")) {
		c->has_server = true;
		c->has_bind = c->has_tls_no = false;
		c->server = l->pos;
	}
	if (c->depth < CONF_DEPTH_MAX) {
		c->open[c->depth] = w;
		c->open_pos[c->depth++] = l->pos;
	}
}

static void
close_block(struct conf_check *c, struct source_pos pos)
{
	if (c->depth == 0) {
		diag_error(c->diag, pos, "conf-syntax",
		    "no block is open here");
		return;
	}
	if (block_of(c) == CONF_SERVER)
		check_server(c);
	c->depth--;
}

/* --- Lines --- */

static void
check_line(struct conf_check *c, const struct conf_line *l)
{
	const struct conf_word *w = conf_word(l->name, c->kore);

	if (w == NULL) {
		report_unknown(c, l);
		return;
	}
	if (l->value.n == 0) {
		diag_error(c->diag, l->pos, "conf-value",
		    "'%s' has no value, and Kore goes on without the line",
		    w->name);
		return;
	}
	if ((w->kore & c->kore) == 0) {
		report_dialect(c, l);
	} else {
		check_place(c, w, l);
		check_use(c, w, l);
		check_repeated(c, w, l);
		check_value(c, w, l);
		conf_check_meaning(c, l);
	}
	if (w->kind == CONF_OPENS)
		open_block(c, w, l);
}

static bool
is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\v' || c == '\f';
}

static struct rt_str
without_spaces(struct rt_str s)
{
	while (s.n > 0 && is_space(s.p[0])) {
		s.p++;
		s.n--;
	}
	while (s.n > 0 && is_space(s.p[s.n - 1]))
		s.n--;
	return s;
}

/* Kore ends a block at a brace that nothing follows, a space neither. */
static void
check_brace(struct conf_check *c, struct rt_str line, struct rt_str word)
{
	if (line.p + line.n != word.p + word.n || word.n > 1) {
		diag_error(c->diag, conf_pos(c, word), "conf-syntax",
		    "a brace that closes a block stands alone on its line, "
		    "without a space behind it");
	}
	close_block(c, conf_pos(c, word));
}

static void
read_line(struct conf_check *c, struct rt_str line)
{
	struct rt_str text = without_spaces(line);
	struct conf_line l = {.name = text};

	if (line.n > LINE_BYTES_MAX)
		diag_error(c->diag, conf_pos(c, text), "conf-syntax",
		    "the line is longer than %d bytes", LINE_BYTES_MAX);
	if (text.n == 0 || text.p[0] == '#')
		return;
	if (text.p[0] == '}') {
		check_brace(c, line, text);
		return;
	}
	for (size_t i = 0; i < text.n && l.name.n == text.n; i++) {
		if (is_space(text.p[i]))
			l.name.n = i;
	}
	l.value = without_spaces(
	    (struct rt_str){text.p + l.name.n, text.n - l.name.n});
	l.pos = conf_pos(c, l.name);
	l.value_pos = conf_pos(c, l.value);
	check_line(c, &l);
}

static void
check_whole(struct conf_check *c)
{
	struct source_pos end = source_pos(c->source, 0, 0);

	while (c->depth > 0) {
		c->depth--;
		diag_error(c->diag, c->open_pos[c->depth], "conf-syntax",
		    "the block '%s' is not closed", c->open[c->depth]->name);
	}
	if (!c->has_server)
		diag_error(c->diag, end, "conf-missing",
		    "there is no 'server', so nothing listens");
	if (c->files_pos.line == 0 || c->connections < 0 || c->files < 0 ||
	    c->files >= c->connections + OTHER_FILES)
		return;
	diag_error(c->diag, c->files_pos, "conf-limit",
	    "%lld files are too few for %lld connections", (long long)c->files,
	    (long long)c->connections);
	diag_help(c->diag, "a worker needs %d beside them: write %lld or more",
	    OTHER_FILES, (long long)c->connections + OTHER_FILES);
}

void
conf_check(struct rt_arena *arena, struct diag *diag,
    const struct source *source, enum conf_kore kore)
{
	struct conf_check c = {
	    .arena = arena,
	    .diag = diag,
	    .source = source,
	    .kore = kore,
	    .connections = 512, /* as Kore has it by default */
	    .first =
		rt_arena_array(arena, conf_n_words, sizeof(struct source_pos)),
	};

	for (unsigned i = 1; i <= source->n_lines; i++)
		read_line(&c, source_line(source, i));
	check_whole(&c);
}
