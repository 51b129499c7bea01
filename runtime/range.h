/* Parts of a body (RFC 9110, section 14); the runtime's own. */
#ifndef RT_RANGE_H
#define RT_RANGE_H

#include "runtime/str.h"

enum rt_range_result {
	RT_RANGE_NONE = 1, /* the whole body is the answer */
	RT_RANGE_PART, /* 206 */
	RT_RANGE_UNSATISFIABLE, /* 416 */
};

struct rt_range {
	uint64_t first;
	uint64_t n; /* bytes; at least 1 */
};

/* Ranges of one request; with more the field is left out of account. */
enum { RT_RANGES_MAX = 16 };

/*
 * What of `length` bytes the value of a Range header asks for.  Ranges that
 * overlap or touch are one.  Where more than one is left, where the unit is not
 * bytes, where the value is malformed and where there are no bytes the whole
 * body is the answer, which a server may always give.  Nothing is sent twice, so
 * nothing can be multiplied.
 */
enum rt_range_result rt_range_parse(struct rt_str, uint64_t length,
    struct rt_range *out);

#endif /* RT_RANGE_H */
