/* The tree of a pattern, for those that look at it; pattern_parse.c. */
#ifndef GEN_PATTERN_PART_H
#define GEN_PATTERN_PART_H

#include "runtime/arena.h"

enum { PATTERN_ASCII = 128, PATTERN_REPEAT_MAX = 1000000 };

/* One character of a set, or a group of alternatives, some times. */
struct pattern_atom {
	bool set[PATTERN_ASCII];
	bool anchor; /* takes no character; with a group: look-around */
	struct pattern_branch *group; /* NULL: a character */
	size_t min, max;
	struct pattern_atom *next;
};

/* An alternative: atoms in a row. */
struct pattern_branch {
	struct pattern_atom *atoms;
	struct pattern_branch *next;
};

/*
 * The alternatives of a pattern (ECMA-262); NULL when it is not understood:
 * back references, characters past ASCII, groups in more than 32 groups.
 */
struct pattern_branch *pattern_parse(struct rt_arena *, struct rt_str pattern);

#endif /* GEN_PATTERN_PART_H */
