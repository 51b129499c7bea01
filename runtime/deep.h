/* The style deepObject: "a[b][c]=1"; the runtime's own. */
#ifndef RT_DEEP_H
#define RT_DEEP_H

#include "runtime/style.h"

enum { RT_DEEP_MAX = 16 }; /* brackets of a name */

/*
 * The object or array that the pairs make, of which all names, decoded, begin
 * with the parameter's.  Brackets may follow each other; "a[0]=x&a[1]=y" and
 * "a[]=x&a[]=y" are arrays where one is allowed.  Properties that are not
 * declared are what their brackets make them, with strings inside.  NULL with a
 * fault noted.
 */
const struct rt_node *rt_deep_node(struct rt_call *, const struct rt_param *,
    struct rt_pairs);

#endif /* RT_DEEP_H */
