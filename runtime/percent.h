/* Percent-codes (RFC 3986, section 2.1). */
#ifndef RT_PERCENT_H
#define RT_PERCENT_H

#include "runtime/buf.h"

/*
 * The bytes that a text with codes stands for, borrowed from it where it has
 * none; false for a code that is none.  `plus` turns '+' into a space, as form
 * encoding has it.
 */
bool rt_percent_decode(struct rt_arena *, struct rt_str, bool plus,
    struct rt_str *out) RT_WARN_UNUSED;

/* Adds a text, everything but unreserved characters (section 2.3) as codes. */
void rt_percent_encode(struct rt_buf *, struct rt_str);

#endif /* RT_PERCENT_H */
