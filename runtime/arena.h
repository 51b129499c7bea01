/* Memory that is freed all at once: one arena for a call, or for a run. */
#ifndef RT_ARENA_H
#define RT_ARENA_H

#include <stdarg.h>

#include "runtime/str.h"

struct rt_arena;

/*
 * Called when an arena would grow past its cap, or the machine has no memory
 * left.  It must not return; a server leaves the call, a tool exits.
 */
typedef void rt_arena_full(void *arg);

/*
 * A new arena that holds at most `cap` bytes.  `full` may be NULL: then the
 * process prints a sentence and aborts.  Never returns NULL.
 */
struct rt_arena *rt_arena_open(size_t cap, rt_arena_full *full, void *arg);

/* A new arena with the cap of another one and its `full`. */
struct rt_arena *rt_arena_open_like(const struct rt_arena *);

/* Frees the arena and everything taken from it.  NULL is ignored. */
void rt_arena_close(struct rt_arena *);

/*
 * Arenas that were closed, for those that are opened next.  Of one thread;
 * zeroed it is empty.
 */
struct rt_arena_pool {
	struct rt_arena *first;
	unsigned n;
};

/* As rt_arena_open() and rt_arena_close(). */
struct rt_arena *rt_arena_take(struct rt_arena_pool *, size_t cap,
    rt_arena_full *full, void *arg);
void rt_arena_give(struct rt_arena_pool *, struct rt_arena *);

/* As rt_arena_open_like(), from the pool. */
struct rt_arena *rt_arena_take_like(struct rt_arena_pool *,
    const struct rt_arena *);

/* Frees what is in the pool, which is empty then. */
void rt_arena_pool_close(struct rt_arena_pool *);

/* Forgets everything taken from it but keeps its first block for reuse. */
void rt_arena_reset(struct rt_arena *);

/* Changes who is told of a full arena. */
void rt_arena_on_full(struct rt_arena *, rt_arena_full *full, void *arg);

/* Bytes taken since it was opened or reset. */
size_t rt_arena_used(const struct rt_arena *);

/* `n` zeroed bytes aligned for any type; never NULL, also for n == 0. */
void *rt_arena_new(struct rt_arena *, size_t n);

/* `n` elements of `size` zeroed bytes; an overflow counts as a full arena. */
void *rt_arena_array(struct rt_arena *, size_t n, size_t size);

/* `n` bytes, not zeroed, not aligned. */
char *rt_arena_bytes(struct rt_arena *, size_t n);

/*
 * Lengthens the `n` bytes at `p` by `more` bytes, not zeroed, where they are
 * the last that were taken and the block has room; else false, and nothing
 * changes.
 */
bool rt_arena_extend(struct rt_arena *, const char *p, size_t n,
    size_t more) RT_WARN_UNUSED;

/* A copy, with a NUL behind it that n does not count. */
struct rt_str rt_arena_copy(struct rt_arena *, struct rt_str);

/* Formatted text with a NUL behind it that n does not count. */
struct rt_str rt_arena_printf(struct rt_arena *, const char *, ...)
    RT_PRINTF(2, 3);
struct rt_str rt_arena_vprintf(struct rt_arena *, const char *, va_list)
    RT_PRINTF(2, 0);

#endif /* RT_ARENA_H */
