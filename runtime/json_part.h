/* What those who make a tape share; the runtime's own. */
#ifndef RT_JSON_PART_H
#define RT_JSON_PART_H

#include "runtime/json.h"

/* An object with more members than this one has its names in order. */
enum { RT_FEW_MEMBERS = 16 };

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

/* Why a text is refused: a whole sentence or, where something else was
 * expected than what stands there, that. */
struct rt_json_fault {
	const char *where; /* in the text or at its end */
	const char *why; /* or NULL */
	const char *expected;
};

/*
 * Looks for the quote that ends the string whose inside `rest` begins with, and
 * tells whether it has escapes.  Returns NULL where it is no string, with
 * *fault filled.
 */
const char *rt_json_skip_string(struct rt_str rest, bool *is_escaped,
    struct rt_json_fault *fault);

/* What the inside of a string stands for that rt_json_skip_string() has
 * passed. */
struct rt_str rt_json_decode(struct rt_arena *, struct rt_str inside);

/* Where a text that is well-formed so far has the node of this index; it has one
 * for each string, number, word and opening bracket. */
const char *rt_json_place(struct rt_str text, size_t index);

struct rt_json_error rt_json_error(struct rt_arena *, struct rt_str text,
    const struct rt_json_fault *);

#endif /* RT_JSON_PART_H */
