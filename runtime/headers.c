#include "runtime/headers.h"

enum { FIRST_ROOM = 8 };

const struct rt_header *
rt_headers_from(const struct rt_headers *h, size_t i, struct rt_str name)
{
	for (; i < h->n; i++) {
		struct rt_str s = h->v[i].name;

		if (s.n == name.n &&
		    (memcmp(s.p, name.p, s.n) == 0 ||
			rt_str_eq_nocase(s, name)))
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

uint64_t
rt_headers_marks(const struct rt_headers *h)
{
	uint64_t marks = 0;

	for (size_t i = 0; i < h->n; i++)
		marks |= rt_header_mark(h->v[i].name);
	return marks;
}
