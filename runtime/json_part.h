/* What those who make a tape share; the runtime's own. */
#ifndef RT_JSON_PART_H
#define RT_JSON_PART_H

#include "runtime/json.h"

/* An object with more members than this one has its names in order. */
enum { RT_FEW_MEMBERS = 8 };

/* The name behind this one, of an object that is complete. */
static inline const struct rt_node *
rt_node_next_name(const struct rt_node *name)
{
	return name + 1 + name[1].span;
}

/*
 * Puts the names of an object with many members in order, for those who look
 * for one.  Returns the second of two equal names, or NULL where there are
 * none.
 */
const struct rt_node *rt_node_sort_names(struct rt_arena *,
    struct rt_node *object);

#endif /* RT_JSON_PART_H */
