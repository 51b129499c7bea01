/* Texts from a request as values; the runtime's own, not for handlers. */
#ifndef RT_PARAM_H
#define RT_PARAM_H

#include "runtime/style.h"

/*
 * A text as a node of one of `types`, a set of enum rt_type: a number or a
 * boolean where it is written as one, else a string.
 */
const struct rt_node *rt_text_node(struct rt_arena *, struct rt_str text,
    unsigned types);

/* The same into a node of span 1. */
void rt_text_set(struct rt_node *, struct rt_str text, unsigned types);

/* Whether a pair of this name, decoded, is the parameter's, or a part of it. */
bool rt_param_owns(const struct rt_param *, struct rt_str name);

/* Where faults of a text point: at call->check.root or, where that is an object,
 * which then stands for a form, at its only member. */
const struct rt_node *rt_param_place(const struct rt_call *);

/*
 * The value of the parameter that its texts, which may be none, make; NULL for
 * nothing or with a fault noted.  `texts` is used up.
 */
const struct rt_node *rt_param_value(struct rt_call *, const struct rt_param *,
    struct rt_pairs texts);

/* The value of a text that is JSON; NULL with a fault noted. */
const struct rt_node *rt_param_json(struct rt_call *, struct rt_str text);

/* Notes a fault unless `why` is NULL; whether it has. */
bool rt_param_fault(struct rt_call *, const char *keyword, const char *why);

/* Percent-decodes as the place has it; false with a fault noted, also where
 * the text is no UTF-8 or has a NUL. */
bool rt_param_decode(struct rt_call *, enum rt_in,
    struct rt_str *text) RT_WARN_UNUSED;

/* Whether a text is UTF-8 without a NUL; a fault is noted where it is not. */
bool rt_param_is_clean(struct rt_call *, struct rt_str) RT_WARN_UNUSED;

/* How often the query has a parameter; *value is the first one's, decoded, and
 * absent where its percent-codes are none. */
unsigned rt_query_find(struct rt_call *, const char *name,
    struct rt_str *value);

/* Whether a text that may be JSON is a plain string: where one is allowed, only
 * arrays and objects are JSON. */
bool rt_param_is_text(const struct rt_param *, struct rt_str text);

#endif /* RT_PARAM_H */
