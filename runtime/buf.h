/* A growing buffer that is born with a cap. */
#ifndef RT_BUF_H
#define RT_BUF_H

#include "runtime/arena.h"

/*
 * The first write past `cap` sets `full`; from then on writes do nothing, so
 * that a writer needs no check but the one at its end.
 */
struct rt_buf {
	struct rt_arena *arena;
	char *p;
	size_t n;
	size_t size;
	size_t cap;
	bool full;
};

/* An empty buffer whose bytes live in `arena`. */
struct rt_buf rt_buf(struct rt_arena *arena, size_t cap);

void rt_buf_add(struct rt_buf *, struct rt_str);
void rt_buf_byte(struct rt_buf *, char);
void rt_buf_cstr(struct rt_buf *, const char *);
void rt_buf_printf(struct rt_buf *, const char *, ...) RT_PRINTF(2, 3);

/* Decimal, without printf. */
void rt_buf_int(struct rt_buf *, int64_t);

/* The same at the end of `text`. */
#define RT_INT_TEXT 20
struct rt_str rt_int_text(char text[RT_INT_TEXT], int64_t);

/* As rt_buf_reserve(), where there is not enough room yet. */
char *rt_buf_grow(struct rt_buf *, size_t n);

/* Room for `n` more bytes, which the caller fills and adds to b->n; NULL when
 * the cap forbids it. */
static inline char *
rt_buf_reserve(struct rt_buf *b, size_t n)
{
	if (b->p != NULL && n <= b->size - b->n && !b->full)
		return b->p + b->n;
	return rt_buf_grow(b, n);
}

/* The bytes so far, borrowed; valid until the next write. */
struct rt_str rt_buf_str(const struct rt_buf *);

#endif /* RT_BUF_H */
