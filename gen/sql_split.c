#include "gen/sql_split.h"

#include "gen/sql_lex.h"

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

/* What a word means for where the statement ends. */
static void
take(struct sql_statement *s, struct place *at, const struct sql_lex *l)
{
	s->end = l->end;
	if (l->word == SQL_WORD_NAME)
		take_word(s, at, sql_lex_text(l));
	else if (sql_lex_is(l, "("))
		at->parens++;
	else if (sql_lex_is(l, ")") && at->parens > 0)
		at->parens--;
}

/* False at the end, which a comment that is left open reaches too. */
static bool
next_word(struct sql_lex *l)
{
	if (l->word == SQL_WORD_OPEN)
		return false;
	while (sql_lex_next(l) == SQL_WORD_COMMENT)
		continue;
	return l->word != SQL_WORD_END &&
	    (l->word != SQL_WORD_OPEN || !rt_str_starts(sql_lex_text(l), "/*"));
}

/* Reads one statement, whose first word has been read. */
static struct sql_statement
read_statement(struct sql_lex *l)
{
	struct sql_statement s = {.start = l->begin};
	struct place at = {0};

	do
		take(&s, &at, l);
	while ((at.parens > 0 || at.bodies > 0 || !sql_lex_is(l, ";")) &&
	    next_word(l));
	return s;
}

struct sql_statements
sql_split(struct rt_arena *arena, struct rt_str text)
{
	struct sql_statements all = {0};
	struct sql_lex l = sql_lex(arena, text);
	size_t size = 0;

	while (next_word(&l)) {
		if (sql_lex_is(&l, ";"))
			continue;
		if (all.n == size) {
			struct sql_statement *more;

			size = size == 0 ? 16 : 2 * size;
			more = rt_arena_array(arena, size, sizeof(*more));
			if (all.n > 0)
				memcpy(more, all.v, all.n * sizeof(*more));
			all.v = more;
		}
		all.v[all.n++] = read_statement(&l);
	}
	return all;
}
