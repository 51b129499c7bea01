/* Texts from a request as values; the runtime's own, not for handlers. */
#ifndef RT_PARAM_H
#define RT_PARAM_H

#include "runtime/call.h"

/*
 * A text as a node of one of `types`, a set of enum rt_type: a number or a
 * boolean where it is written as one, else a string.
 */
const struct rt_node *rt_text_node(struct rt_arena *, struct rt_str text,
    unsigned types);

/* How often the query has a parameter; *value is the first one's, decoded, and
 * absent where its percent-codes are none. */
unsigned rt_query_find(struct rt_call *, const char *name,
    struct rt_str *value);

#endif /* RT_PARAM_H */
