#include "runtime/headers.h"

enum { FIRST_ROOM = 8 };

const struct rt_header *
rt_headers_next(const struct rt_headers *h, struct rt_str name,
    const struct rt_header *last)
{
	size_t i = last == NULL ? 0 : (size_t)(last - h->v) + 1;

	for (; i < h->n; i++) {
		if (h->v[i].name.n == name.n &&
		    rt_str_eq_nocase(h->v[i].name, name))
			return &h->v[i];
	}
	return NULL;
}

struct rt_str
rt_headers_get(const struct rt_headers *h, struct rt_str name)
{
	const struct rt_header *found = rt_headers_next(h, name, NULL);

	return found == NULL ? (struct rt_str){NULL, 0} : found->value;
}

/* The array doubles whenever it is full, which its length tells. */
void
rt_headers_add(struct rt_headers *h, struct rt_arena *arena,
    struct rt_header header)
{
	bool full = h->n >= FIRST_ROOM && (h->n & (h->n - 1)) == 0;
	struct rt_header *v;

	if (h->n == 0 || full) {
		v = rt_arena_array(arena, h->n == 0 ? FIRST_ROOM : h->n * 2,
		    sizeof(*v));
		if (full)
			memcpy(v, h->v, h->n * sizeof(*v));
		h->v = v;
	}
	h->v[h->n++] = header;
}

/* Letters differ from those of the other case in a bit that is left out.  The
 * factor keeps names that are often asked for apart from those that are often
 * there. */
uint64_t
rt_header_mark(struct rt_str name)
{
	unsigned first = name.n == 0 ? 0 : (unsigned char)name.p[0] & 0x1fu;

	return (uint64_t)1 << ((first * 5 + name.n) & 63);
}

uint64_t
rt_headers_marks(const struct rt_headers *h)
{
	uint64_t marks = 0;

	for (size_t i = 0; i < h->n; i++)
		marks |= rt_header_mark(h->v[i].name);
	return marks;
}
