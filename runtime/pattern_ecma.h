/* ECMA-262's regular expressions in the words of libpcre2. */
#ifndef RT_PATTERN_ECMA_H
#define RT_PATTERN_ECMA_H

#include "runtime/str.h"

/*
 * The same pattern for libpcre2, in memory of malloc() with a NUL behind it,
 * which the caller frees; NULL when there is none left.  What differs and is
 * rewritten (ECMA-262, section 22.2): long names of Unicode properties, white
 * space, line ends that '.' does not take, and '[' inside of a class.
 */
char *rt_pattern_from_ecma(const char *pattern);

#endif /* RT_PATTERN_ECMA_H */
