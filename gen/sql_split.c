#include "gen/sql_split.h"

#include <ctype.h>

/* What is read, and where. */
struct lexer {
	const char *p;
	const char *end;
};

/* The next byte but `n`; 0 at the end, and for NUL, which no SQL has. */
static char
peek(const struct lexer *l, size_t n)
{
	return (size_t)(l->end - l->p) > n ? l->p[n] : '\0';
}

static bool
is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static bool
begins_name(char c)
{
	return isalpha((unsigned char)c) || c == '_' || (c & 0x80) != 0;
}

static bool
continues_name(char c)
{
	return begins_name(c) || isdigit((unsigned char)c) || c == '$';
}

/* --- Comments --- */

static void
skip_line(struct lexer *l)
{
	while (l->p < l->end && *l->p != '\n' && *l->p != '\r')
		l->p++;
}

static void
skip_block(struct lexer *l)
{
	size_t depth = 0;

	do {
		if (peek(l, 0) == '/' && peek(l, 1) == '*') {
			depth++;
			l->p += 2;
		} else if (peek(l, 0) == '*' && peek(l, 1) == '/') {
			depth--;
			l->p += 2;
		} else {
			l->p++;
		}
	} while (depth > 0 && l->p < l->end);
}

/* Skips spaces and comments. */
static void
skip_blank(struct lexer *l)
{
	while (l->p < l->end) {
		if (is_space(*l->p))
			l->p++;
		else if (*l->p == '-' && peek(l, 1) == '-')
			skip_line(l);
		else if (*l->p == '/' && peek(l, 1) == '*')
			skip_block(l);
		else
			return;
	}
}

/* --- Quotes --- */

/*
 * Skips a quote, whose own character stands twice for itself.
 */
static void
skip_quoted(struct lexer *l, bool backslashes)
{
	char quote = *l->p++;

	while (l->p < l->end) {
		char c = *l->p++;

		if (c == '\\' && backslashes && l->p < l->end)
			l->p++;
		else if (c == quote && peek(l, 0) != quote)
			return;
		else if (c == quote)
			l->p++;
	}
}

/* Whether a string goes on: spaces with a line feed among them, or comments
 * to the end of a line, and then a quote. */
static bool
goes_on(struct lexer *l)
{
	struct lexer ahead = *l;
	bool lines = false;

	while (ahead.p < ahead.end) {
		if (*ahead.p == '\n' || *ahead.p == '\r')
			lines = true;
		if (is_space(*ahead.p))
			ahead.p++;
		else if (lines && *ahead.p == '-' && peek(&ahead, 1) == '-')
			skip_line(&ahead);
		else
			break;
	}
	if (!lines || peek(&ahead, 0) != '\'')
		return false;
	*l = ahead;
	return true;
}

/* Of E'...' the parts on further lines have backslashes too. */
static void
skip_escaped(struct lexer *l)
{
	l->p++;
	do
		skip_quoted(l, true);
	while (goes_on(l));
}

/* $tag$ ... $tag$; a '$' that begins none is skipped alone. */
static void
skip_dollar(struct lexer *l)
{
	struct lexer tag = {l->p + 1, l->end};
	size_t n;

	if (begins_name(peek(&tag, 0))) {
		while (
		    tag.p < tag.end && *tag.p != '$' && continues_name(*tag.p))
			tag.p++;
	}
	if (peek(&tag, 0) != '$') {
		l->p++;
		return;
	}
	n = (size_t)(tag.p + 1 - l->p);
	tag.p++;
	while ((size_t)(tag.end - tag.p) >= n && memcmp(tag.p, l->p, n) != 0)
		tag.p++;
	l->p = (size_t)(tag.end - tag.p) >= n ? tag.p + n : l->end;
}

/* --- Tokens --- */

static void
skip_name(struct lexer *l)
{
	while (l->p < l->end && continues_name(*l->p))
		l->p++;
}

static void
skip_token(struct lexer *l)
{
	char c = *l->p;

	if ((c == 'e' || c == 'E') && peek(l, 1) == '\'')
		skip_escaped(l);
	else if (begins_name(c))
		skip_name(l);
	else if (c == '\'' || c == '"')
		skip_quoted(l, false);
	else if (c == '$')
		skip_dollar(l);
	else
		l->p++;
}

size_t
sql_token_end(struct rt_str text, size_t start)
{
	struct lexer l = {text.p + start, text.p + text.n};

	if (start < text.n)
		skip_token(&l);
	return (size_t)(l.p - text.p);
}

/* --- Statements --- */

/* Where in a statement the lexer is. */
struct place {
	size_t parens;
	size_t bodies; /* BEGIN ATOMIC, and CASE inside of it */
	size_t n_words;
	struct rt_str last; /* the word before */
};

static bool
is(struct rt_str word, const char *text)
{
	return rt_str_is_nocase(word, text);
}

/* CREATE [OR REPLACE] FUNCTION or PROCEDURE: other statements have no body. */
static bool
makes_routine(const struct sql_statement *s)
{
	const struct rt_str *w = s->words;

	if (!is(w[0], "create"))
		return false;
	if (is(w[1], "or") && is(w[2], "replace"))
		w += 2;
	return is(w[1], "function") || is(w[1], "procedure");
}

static void
take_word(struct sql_statement *s, struct place *at, struct rt_str word)
{
	if (at->n_words < SQL_WORDS)
		s->words[at->n_words++] = word;
	if (is(word, "atomic") && is(at->last, "begin") && makes_routine(s))
		at->bodies = 1;
	else if (is(word, "case") && at->bodies > 0)
		at->bodies++;
	else if (is(word, "end") && at->bodies > 0)
		at->bodies--;
	at->last = word;
}

/* Reads one statement, from its first token; false where there is none. */
static bool
read_statement(struct lexer *l, const char *text, struct sql_statement *s)
{
	struct place at = {0};
	const char *start = l->p, *last = l->p;

	*s = (struct sql_statement){.start = (size_t)(start - text)};
	while (l->p < l->end) {
		const char *token = l->p;

		skip_token(l);
		last = l->p;
		if (begins_name(*token))
			take_word(s, &at,
			    (struct rt_str){token, (size_t)(last - token)});
		else if (*token == '(')
			at.parens++;
		else if (*token == ')' && at.parens > 0)
			at.parens--;
		else if (*token == ';' && at.parens == 0 && at.bodies == 0)
			break;
		skip_blank(l);
	}
	s->end = (size_t)(last - text);
	return last - start > 1 || (last > start && *start != ';');
}

struct sql_statements
sql_split(struct rt_arena *arena, struct rt_str text)
{
	struct sql_statements all = {0};
	struct sql_statement one;
	struct lexer l = {text.p, text.p + text.n};
	size_t size = 0;

	for (skip_blank(&l); l.p < l.end; skip_blank(&l)) {
		if (!read_statement(&l, text.p, &one))
			continue;
		if (all.n == size) {
			struct sql_statement *more;

			size = size == 0 ? 16 : 2 * size;
			more = rt_arena_array(arena, size, sizeof(*more));
			if (all.n > 0)
				memcpy(more, all.v, all.n * sizeof(*more));
			all.v = more;
		}
		all.v[all.n++] = one;
	}
	return all;
}
