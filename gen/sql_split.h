/*
 * Where the statements of a text in SQL begin and end, by the words that
 * gen/sql_lex.h cuts.  A semicolon inside of parentheses (CREATE RULE) or of a
 * body in SQL (BEGIN ATOMIC ... END) ends no statement.
 */
#ifndef GEN_SQL_SPLIT_H
#define GEN_SQL_SPLIT_H

#include "runtime/arena.h"

enum { SQL_WORDS = 4 };

struct sql_statement {
	size_t start; /* of its first token, behind comments and spaces */
	size_t end; /* behind its semicolon, or behind the last token */
	struct rt_str words[SQL_WORDS]; /* its first ones, as written */
};

struct sql_statements {
	struct sql_statement *v;
	size_t n;
};

/*
 * The statements in their order; nothing for one that is empty.  The words are
 * parts of the text.  What is left open at the end (a quote, a comment) ends
 * there: PostgreSQL will say so.
 */
struct sql_statements sql_split(struct rt_arena *, struct rt_str text);

#endif /* GEN_SQL_SPLIT_H */
