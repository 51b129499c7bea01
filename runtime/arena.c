#include "runtime/arena.h"

#include <stdalign.h>
#include <stdio.h>
#include <stdlib.h>

enum {
	FIRST_BLOCK = 8 * 1024,
	LARGEST_BLOCK = 256 * 1024,
	ALIGN = alignof(max_align_t),
	POOL_MAX = 512, /* arenas of one block */
};

struct block {
	struct block *next; /* the one that was begun before */
	size_t size; /* of data */
	size_t used;
	alignas(max_align_t) char data[];
};

struct rt_arena {
	struct block *last; /* the one that bytes are taken from */
	struct block *first;
	struct block *large; /* those that hold one piece each */
	size_t used;
	size_t cap;
	rt_arena_full *full;
	void *arg;
	struct rt_arena *next; /* in a pool */
};

static _Noreturn void
give_up(const char *why)
{
	fprintf(stderr, "%s\n", why);
	abort();
}

/* The caller's function must not return; should it, nothing is safe. */
static _Noreturn void
tell_full(struct rt_arena *a)
{
	if (a->full != NULL)
		a->full(a->arg);
	give_up("An arena is full, or the machine has no memory left.");
}

/* A block of `size` bytes, or NULL. */
static struct block *
block_new(size_t size)
{
	struct block *b;

	if (size > SIZE_MAX - sizeof(*b))
		return NULL;
	b = malloc(sizeof(*b) + size);
	if (b != NULL)
		*b = (struct block){.size = size};
	return b;
}

struct rt_arena *
rt_arena_open(size_t cap, rt_arena_full *full, void *arg)
{
	struct rt_arena *a = malloc(sizeof(*a));
	struct block *b = block_new(FIRST_BLOCK - sizeof(*b));

	if (a == NULL || b == NULL)
		give_up("There is no memory for an arena.");
	*a = (struct rt_arena){
	    .last = b,
	    .first = b,
	    .cap = cap,
	    .full = full,
	    .arg = arg,
	};
	return a;
}

struct rt_arena *
rt_arena_open_like(const struct rt_arena *a)
{
	return rt_arena_open(a->cap, a->full, a->arg);
}

static void
free_blocks(struct block *b, const struct block *end)
{
	while (b != end) {
		struct block *next = b->next;

		free(b);
		b = next;
	}
}

void
rt_arena_close(struct rt_arena *a)
{
	if (a == NULL)
		return;
	free_blocks(a->large, NULL);
	free_blocks(a->last, NULL);
	free(a);
}

void
rt_arena_reset(struct rt_arena *a)
{
	free_blocks(a->large, NULL);
	free_blocks(a->last, a->first);
	a->large = NULL;
	a->last = a->first;
	a->first->used = 0;
	a->used = 0;
}

void
rt_arena_on_full(struct rt_arena *a, rt_arena_full *full, void *arg)
{
	a->full = full;
	a->arg = arg;
}

struct rt_arena *
rt_arena_take(struct rt_arena_pool *pool, size_t cap, rt_arena_full *full,
    void *arg)
{
	struct rt_arena *a = pool->first;

	if (a == NULL)
		return rt_arena_open(cap, full, arg);
	pool->first = a->next;
	pool->n--;
	a->cap = cap;
	a->full = full;
	a->arg = arg;
	return a;
}

struct rt_arena *
rt_arena_take_like(struct rt_arena_pool *pool, const struct rt_arena *a)
{
	return rt_arena_take(pool, a->cap, a->full, a->arg);
}

void
rt_arena_give(struct rt_arena_pool *pool, struct rt_arena *a)
{
	/* It would hide from ASan that what is closed is still used. */
	if (pool->n >= POOL_MAX || RT_SANITIZED) {
		rt_arena_close(a);
		return;
	}
	rt_arena_reset(a);
	a->next = pool->first;
	pool->first = a;
	pool->n++;
}

void
rt_arena_pool_close(struct rt_arena_pool *pool)
{
	while (pool->first != NULL) {
		struct rt_arena *a = pool->first;

		pool->first = a->next;
		rt_arena_close(a);
	}
	pool->n = 0;
}

size_t
rt_arena_used(const struct rt_arena *a)
{
	return a->used;
}

/*
 * A block with room for n bytes.  Blocks double, so that their number stays
 * small; a large piece gets a block of its own, so that the rest of the
 * current one isn't lost.
 */
static struct block *
add_block(struct rt_arena *a, size_t n)
{
	size_t size = a->last->size * 2;
	struct block **list, *b;

	if (size > LARGEST_BLOCK)
		size = LARGEST_BLOCK;
	if (n > size / 4) {
		size = n;
		list = &a->large;
	} else {
		list = &a->last;
	}
	b = block_new(size);
	if (b == NULL)
		tell_full(a);
	b->next = *list;
	*list = b;
	return b;
}

/* Padding that brings the next byte of a block to an aligned place. */
static size_t
padding(const struct block *b)
{
	return (ALIGN - b->used % ALIGN) % ALIGN;
}

void *
rt_arena_new(struct rt_arena *a, size_t n)
{
	struct block *b = a->last;
	size_t pad = padding(b);
	void *p;

	if (n > a->cap - a->used || pad > a->cap - a->used - n)
		tell_full(a);
	if (pad > b->size - b->used || n > b->size - b->used - pad) {
		b = add_block(a, n);
		pad = 0;
	}
	p = b->data + b->used + pad;
	b->used += pad + n;
	a->used += pad + n;
	return memset(p, 0, n);
}

void *
rt_arena_array(struct rt_arena *a, size_t n, size_t size)
{
	if (size != 0 && n > SIZE_MAX / size)
		tell_full(a);
	return rt_arena_new(a, n * size);
}

char *
rt_arena_bytes(struct rt_arena *a, size_t n)
{
	struct block *b = a->last;
	char *p;

	if (n > a->cap - a->used)
		tell_full(a);
	if (n > b->size - b->used)
		b = add_block(a, n);
	p = b->data + b->used;
	b->used += n;
	a->used += n;
	return p;
}

bool
rt_arena_extend(struct rt_arena *a, const char *p, size_t n, size_t more)
{
	struct block *b = a->last;

	if (n > b->used || p != b->data + b->used - n)
		return false;
	if (more > b->size - b->used || more > a->cap - a->used)
		return false;
	b->used += more;
	a->used += more;
	return true;
}

struct rt_str
rt_arena_copy(struct rt_arena *a, struct rt_str s)
{
	char *p;

	if (s.n == SIZE_MAX)
		tell_full(a);
	p = rt_arena_bytes(a, s.n + 1);
	if (s.n > 0)
		memcpy(p, s.p, s.n);
	p[s.n] = '\0';
	return (struct rt_str){p, s.n};
}

struct rt_str
rt_arena_printf(struct rt_arena *a, const char *fmt, ...)
{
	va_list ap;
	struct rt_str s;

	va_start(ap, fmt);
	s = rt_arena_vprintf(a, fmt, ap);
	va_end(ap);
	return s;
}

struct rt_str
rt_arena_vprintf(struct rt_arena *a, const char *fmt, va_list ap)
{
	char small[256];
	va_list again;
	int n;
	char *p;

	va_copy(again, ap);
	n = vsnprintf(small, sizeof(small), fmt, ap);
	if (n < 0)
		n = 0;
	if ((size_t)n < sizeof(small)) {
		va_end(again);
		return rt_arena_copy(a, (struct rt_str){small, (size_t)n});
	}
	p = rt_arena_bytes(a, (size_t)n + 1);
	vsnprintf(p, (size_t)n + 1, fmt, again);
	va_end(again);
	return (struct rt_str){p, (size_t)n};
}
