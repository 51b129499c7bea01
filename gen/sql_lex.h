/*
 * The words of PostgreSQL's SQL, as its own lexer (scan.l of 15, with
 * standard_conforming_strings) cuts them, and two of ours: a named parameter,
 * and the mark that lets it be null.
 */
#ifndef GEN_SQL_LEX_H
#define GEN_SQL_LEX_H

#include "runtime/arena.h"
#include "runtime/buf.h"

enum sql_word {
	SQL_WORD_END = 1,
	SQL_WORD_NAME, /* an identifier or a keyword, as it is written */
	SQL_WORD_QUOTED, /* "an identifier" */
	SQL_WORD_STRING, /* any constant in quotes or dollars */
	SQL_WORD_NUMBER,
	SQL_WORD_POSITION, /* $1 */
	SQL_WORD_PARAMETER, /* :name, :name? */
	SQL_WORD_COMMENT, /* one of "--"; blocks are passed over */
	SQL_WORD_OPERATOR,
	SQL_WORD_MARK, /* one of ( ) [ ] , ; : . and :: := */
	SQL_WORD_OPEN, /* a string, name or comment that nothing ends */
};

struct sql_lex {
	struct rt_str text;
	size_t at;
	/* Of the word that was read last. */
	enum sql_word word;
	size_t begin, end;
	struct rt_str name; /* of a parameter */
	bool nullable; /* of a parameter */
	/* A colon at the own depth of a subscript is that of a slice. */
	struct rt_buf brackets; /* those that are open: ( [ or {, a subscript */
	bool operand; /* the word before may be followed by a subscript */
};

/* The arena holds the brackets that are open. */
struct sql_lex sql_lex(struct rt_arena *, struct rt_str text);

/* The next word, which SQL_WORD_END ends and SQL_WORD_OPEN, too. */
enum sql_word sql_lex_next(struct sql_lex *);

/* The word's own text. */
struct rt_str sql_lex_text(const struct sql_lex *);

/* Whether it is that keyword, in any case, or that mark. */
bool sql_lex_is(const struct sql_lex *, const char *);

/* How far the word reaches that begins at an offset of the text: 1 at a blank,
 * at a comment, at the end, and where nothing ends it. */
unsigned sql_lex_length(struct rt_arena *, struct rt_str text, size_t at);

#endif /* GEN_SQL_LEX_H */
