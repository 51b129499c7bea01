/* JSON Merge Patch (RFC 7396). */
#ifndef RT_MERGE_PATCH_H
#define RT_MERGE_PATCH_H

#include "runtime/json.h"

/*
 * What `patch` makes of `target`, which may be NULL for nothing: a new tape
 * whose texts are borrowed from both.  Members of the target come first, in
 * their order; what the patch adds comes behind.
 */
const struct rt_node *rt_merge_patch(struct rt_arena *,
    const struct rt_node *target, const struct rt_node *patch);

#endif /* RT_MERGE_PATCH_H */
