/*
 * The styles of OpenAPI 3.1: how the texts of an array or object stand in one
 * place of a request.  Splits only: what comes out is still encoded.  The
 * runtime's own, not for handlers.
 */
#ifndef RT_STYLE_H
#define RT_STYLE_H

#include "runtime/call.h"

/* A text, and the name that it is given; items have none. */
struct rt_pair {
	struct rt_str name;
	struct rt_str value;
};

struct rt_pairs {
	struct rt_pair *v;
	size_t n;
};

/* Whether the texts of an array or object each stand in a place of their own:
 * "a=1&a=2". */
bool rt_style_is_spread(const struct rt_param *);

/*
 * Cuts what label and matrix put before a value off its text ("." and
 * ";name="); an exploded array or object of style matrix loses its first
 * semicolon only.  False where it is not there.
 */
bool rt_style_open(struct rt_arena *, const struct rt_param *,
    struct rt_str *text) RT_WARN_UNUSED;

/*
 * Splits the texts of an array into items, those of an object into members;
 * an empty text has none.  NULL, or a sentence about what is wrong with them.
 */
const char *rt_style_items(struct rt_arena *, const struct rt_param *,
    const struct rt_pairs *texts, struct rt_pairs *out) RT_WARN_UNUSED;
const char *rt_style_members(struct rt_arena *, const struct rt_param *,
    const struct rt_pairs *texts, struct rt_pairs *out) RT_WARN_UNUSED;

#endif /* RT_STYLE_H */
