/* Patterns: strings that they match, and how long that can take. */
#ifndef GEN_PATTERN_H
#define GEN_PATTERN_H

#include "runtime/arena.h"

/*
 * A string of `points` code points that the pattern (ECMA-262) should match:
 * quantifiers are stretched in order until the length is reached, and what an
 * unanchored end leaves is filled up.  It is a proposal: look-around and back
 * references are not understood, so the caller tests it.  A shorter or longer
 * string comes back where the pattern has none of that length; absent when
 * the pattern can't be read.
 */
struct rt_str pattern_sample(struct rt_arena *, struct rt_str pattern,
    size_t points);

/*
 * Whether matching by trial and error can take a time that grows with 2 to the
 * power of the text's length.  False as well for what is too large to tell
 * (some hundred characters), or not understood as above.
 */
bool pattern_explodes(struct rt_arena *, struct rt_str pattern);

#endif /* GEN_PATTERN_H */
