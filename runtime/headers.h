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

/* As rt_headers_next(), of fields from v[i] on. */
const struct rt_header *rt_headers_from(const struct rt_headers *, size_t i,
    struct rt_str name);

/* The first field of a name, or the next one behind `last`; NULL where there is
 * none. */
static inline const struct rt_header *
rt_headers_next(const struct rt_headers *h, struct rt_str name,
    const struct rt_header *last)
{
	if (h->n == 0)
		return NULL;
	return rt_headers_from(h, last == NULL ? 0 : (size_t)(last - h->v) + 1,
	    name);
}

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

/* Letters differ from those of the other case in a bit that is left out.  The
 * factor keeps names that are often asked for apart from those that are often
 * there. */
static inline uint64_t
rt_header_mark(struct rt_str name)
{
	unsigned first = name.n == 0 ? 0 : (unsigned char)name.p[0] & 0x1fu;

	return (uint64_t)1 << ((first * 5 + name.n) & 63);
}

#endif /* RT_HEADERS_H */
