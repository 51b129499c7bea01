/* A place between two tokens in a search for the best line breaks. */
#ifndef GEN_FOLD_STATE_H
#define GEN_FOLD_STATE_H

#include "gen/fold.h"

/* A bracket or an expression that is open. */
struct fold_level {
	uint32_t indent; /* of lines that begin in it */
	uint32_t last_space; /* where its last item began */
	uint32_t members; /* column of the lines of a chain of members */
	uint32_t call; /* column of the first member of such a chain */
	uint32_t question; /* column of the '?' */
	bool has_break;
	bool break_items; /* every further item begins a line */
	bool one_per_line; /* as soon as one item begins a line, all do */
	bool no_break;
	bool no_break_in_operand;
	bool has_inline; /* its last item began behind an operator or item */
	bool stays; /* its last '?' or ':' does not begin a line */
	bool unused; /* no padding: states are compared as bytes */
};

struct fold_state {
	uint32_t token;
	uint32_t column;
	uint32_t line_nesting; /* of the line's first token */
	uint32_t least_nesting; /* on the line */
	uint32_t depth;
	struct fold_level levels[FOLD_DEPTH_MAX];
};

/* The bytes of a state that are in use. */
static inline size_t
fold_state_size(const struct fold_state *s)
{
	return offsetof(struct fold_state, levels) +
	    s->depth * sizeof(s->levels[0]);
}

/* The state behind the first token; false when its line has no room. */
RT_WARN_UNUSED bool fold_state_start(const struct fold_line *,
    struct fold_state *);

/*
 * Puts the next token on a new line or on the same one, and adds what that
 * costs.  False when it may not stand there.
 */
RT_WARN_UNUSED bool fold_state_step(const struct fold_line *,
    struct fold_state *, bool is_break, uint64_t *cost);

#endif /* GEN_FOLD_STATE_H */
