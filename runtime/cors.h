/*
 * Calls from pages of other origins (Fetch Standard, section 3.2); the
 * runtime's own, not for handlers.
 */
#ifndef RT_CORS_H
#define RT_CORS_H

#include "runtime/call.h"

/*
 * Splits a setting "https://a.example, app://" at commas, in `arena`.  False
 * with a sentence in *why for an entry that is no origin; "*" is none, since
 * answers may carry what a cookie lets its owner see.
 */
bool rt_cors_parse(struct rt_arena *arena, struct rt_str list,
    struct rt_strs *out, struct rt_str *why) RT_WARN_UNUSED;

/* Whether pages of this origin may call; an absent origin may not. */
bool rt_cors_allows(const struct rt_call *, struct rt_str origin);

/* An OPTIONS request with which a browser asks before it calls. */
bool rt_cors_is_preflight(const struct rt_call *);

/* `methods`: those of the path, as Allow has them. */
void rt_cors_answer_preflight(struct rt_call *, struct rt_str methods);

/* The headers of every answer. */
void rt_cors_finish(struct rt_call *);

#endif /* RT_CORS_H */
