/* Parts of a multipart body as values; the runtime's own. */
#ifndef RT_PART_H
#define RT_PART_H

#include "runtime/call.h"
#include "runtime/multipart.h"
#include "runtime/tape.h"

/* Parts of one name. */
struct rt_part_list {
	const struct rt_part *const *v;
	size_t n;
};

/*
 * Whether the parts of a field become a value by themselves: files, JSON.  The
 * texts of others are taken as those of parameters are.
 */
bool rt_part_is_own_value(const struct rt_field *, struct rt_part_list);

/* Whether the parts are of the field's media types and have its headers; faults
 * are noted where call->check.root points. */
bool rt_part_check(struct rt_call *, const struct rt_field *,
    struct rt_part_list);

/* Adds the value of such a field; false with a fault noted. */
bool rt_part_add_field(struct rt_call *, struct rt_tape *,
    const struct rt_field *, struct rt_part_list);

/* Adds a part that nobody has declared: JSON, a text, or a file. */
bool rt_part_add(struct rt_call *, struct rt_tape *, const struct rt_part *);

#endif /* RT_PART_H */
