/* The fields of a head (RFC 9110, section 5); names are equal in any case. */
#ifndef RT_HEADERS_H
#define RT_HEADERS_H

#include "runtime/arena.h"

struct rt_header {
	struct rt_str name;
	struct rt_str value;
};

/* In the order of the head; the bytes are borrowed. */
struct rt_headers {
	struct rt_header *v;
	size_t n;
};

/* The first field of a name, or the next one behind `last`; NULL where there is
 * none. */
const struct rt_header *rt_headers_next(const struct rt_headers *,
    struct rt_str name, const struct rt_header *last);

/* The value of the first field of a name; absent where there is none. */
struct rt_str rt_headers_get(const struct rt_headers *, struct rt_str name);

/* Adds a field behind the others, all of which were added so; its bytes must
 * live as long as the arena. */
void rt_headers_add(struct rt_headers *, struct rt_arena *, struct rt_header);

/*
 * A set with a bit for each name's length and first letter, and the bit of one
 * name: what has none in the set is not there.
 */
uint64_t rt_headers_marks(const struct rt_headers *);
uint64_t rt_header_mark(struct rt_str name);

#endif /* RT_HEADERS_H */
