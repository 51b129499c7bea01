/*
 * How a long line of C is broken: fold_lex.c finds its tokens, fold_cost.c
 * what a break before each costs, fold_search.c the cheapest layout.  Rules
 * and costs are those of clang-format 14: a break costs more the deeper it is
 * nested, and the first break of a level costs extra.
 */
#ifndef GEN_FOLD_H
#define GEN_FOLD_H

#include "runtime/buf.h"

enum {
	FOLD_COLUMNS = 80,
	FOLD_TAB = 8,
	FOLD_INDENT = 4, /* of continued lines */
	FOLD_TOKENS_MAX = 65536, /* in a line that is folded at all */
	FOLD_NESTING_MAX = 16, /* brackets in brackets */
	FOLD_QUESTIONS_MAX = 8, /* conditional operators in a line */
	FOLD_OPENS_MAX = 20,
	FOLD_DEPTH_MAX = 64, /* levels open at one token */
};

enum fold_kind {
	FOLD_WORD = 1, /* also numbers and character constants */
	FOLD_STRING,
	FOLD_OPEN,
	FOLD_CLOSE,
	FOLD_COMMA,
	FOLD_SEMI,
	FOLD_BINARY, /* also assignments */
	FOLD_UNARY,
	FOLD_POINTER, /* the star of a type */
	FOLD_MEMBER, /* -> and . */
	FOLD_DESIGNATOR, /* the . of ".x = 1" */
	FOLD_CONDITIONAL, /* ? and its : */
	FOLD_OTHER,
};

/* How tightly operators bind; the loosest first. */
enum fold_prec {
	FOLD_PREC_NONE,
	FOLD_PREC_COMMA,
	FOLD_PREC_ASSIGN,
	FOLD_PREC_CONDITIONAL,
	FOLD_PREC_LOGICAL_OR,
	FOLD_PREC_LOGICAL_AND,
	FOLD_PREC_OR,
	FOLD_PREC_XOR,
	FOLD_PREC_AND,
	FOLD_PREC_EQUAL,
	FOLD_PREC_RELATION,
	FOLD_PREC_SPACESHIP, /* C has none; keeps the costs right */
	FOLD_PREC_SHIFT,
	FOLD_PREC_ADD,
	FOLD_PREC_MULTIPLY,
	FOLD_PREC_POINTER_TO_MEMBER, /* likewise */
	FOLD_PREC_UNARY,
	FOLD_PREC_MEMBER,
};

struct fold_token {
	struct rt_str text;
	enum fold_kind kind;
	enum fold_prec prec; /* of a FOLD_BINARY, FOLD_COMMA */
	unsigned width;
	bool space; /* one before it, unless it begins a line */
	bool is_name; /* which a declaration declares */
	bool is_function; /* likewise, of a function */
	bool is_cast; /* the ) of one */
	bool is_init; /* the { of an initialiser */
	bool must_break; /* before it */
	bool can_break;
	unsigned penalty; /* of doing so */
	unsigned nesting; /* brackets around it */
	size_t partner; /* the other bracket */
	unsigned params; /* FOLD_OPEN: items between the brackets */
	bool ends_in_comma; /* FOLD_OPEN: behind the last item */
	size_t next_operator; /* of a chain of members; 0: none */
	/* The expressions that begin here, the innermost first, and how many
	 * end here. */
	enum fold_prec opens[FOLD_OPENS_MAX];
	unsigned n_opens;
	unsigned closes;
	bool ends_binary; /* one that ends here has operators */
};

struct fold_line {
	struct fold_token *v;
	size_t n;
	unsigned indent; /* column of the first token */
	unsigned outer; /* initialiser braces open around the line */
	char before; /* last byte before the line that is no blank */
};

/*
 * Fills line->v and line->n from the text.  False for a line that is not to
 * be broken: one with a comment, with unbalanced brackets or beyond a limit.
 */
bool fold_lex(struct rt_arena *, struct rt_str text, struct fold_line *);

/* Finds where each token's line may begin, and the cost of it. */
void fold_cost(struct fold_line *);

/* Appends the line as it is best broken; false, and nothing is appended, when
 * the search takes too long. */
bool fold_search(struct rt_arena *, const struct fold_line *, struct rt_buf *);

/* Whether a token is this one-byte bracket or mark. */
static inline bool
fold_is(const struct fold_token *t, char c)
{
	return t->text.n == 1 && t->text.p[0] == c;
}

#endif /* GEN_FOLD_H */
