/* Templates, the user's before ours, to folded C text. */
#ifndef GEN_RENDER_H
#define GEN_RENDER_H

#include "gen/tmpl.h"

struct render;

/* `dir` may be NULL; a template that it does not hold is ours. */
struct render *render_open(struct rt_arena *, struct diag *, const char *dir);

/* The text of a C file, in `work` as all that its making takes; absent when
 * the template is at fault. */
struct rt_str render(struct render *, struct rt_arena *work,
    const char *template, const struct value *map);

#endif /* GEN_RENDER_H */
