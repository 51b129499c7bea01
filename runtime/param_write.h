/*
 * Values as parameters of a request that the server sends: the way back of
 * param.c, which reads what this writes.
 */
#ifndef RT_PARAM_WRITE_H
#define RT_PARAM_WRITE_H

#include "runtime/op.h"

/*
 * Appends a parameter by its style and place:
 *
 *	path, header	the value
 *	query, body	pairs, "a=1&a=2", with '&' before them if need be
 *	cookie		the same with "; "
 *
 * An array or object without parts adds no pairs where each of its parts
 * would have one.  NULL, or a sentence about a value that the style has no
 * text for; then the buffer may have got a part of it.
 */
const char *rt_param_write(struct rt_buf *, const struct rt_param *,
    const struct rt_node *value) RT_WARN_UNUSED;

#endif /* RT_PARAM_WRITE_H */
