/* Makes a tape from other values than a JSON text; the runtime's own. */
#ifndef RT_TAPE_H
#define RT_TAPE_H

#include "runtime/json.h"

/*
 * Values are added in document order; inside an object a name, a string, comes
 * before each.  The nodes move while the tape grows: they are known by index.
 */
struct rt_tape {
	struct rt_arena *arena;
	struct rt_node *v;
	uint32_t n;
	uint32_t size;
};

/* Adds a node of span 1, for the caller to change, and returns it; valid until
 * the next one is added. */
struct rt_node *rt_tape_add(struct rt_tape *, enum rt_type, struct rt_str);

/* A string; null for an absent one. */
void rt_tape_add_text(struct rt_tape *, struct rt_str);

/* A value of another tape with all in it. */
void rt_tape_copy(struct rt_tape *, const struct rt_node *);

/* An array or object, which has what is added until it is closed; `n` counts
 * its items or members. */
uint32_t rt_tape_open(struct rt_tape *, enum rt_type);
void rt_tape_close(struct rt_tape *, uint32_t index, uint32_t n);

/* The whole, whose objects must not have a name twice. */
const struct rt_node *rt_tape_end(struct rt_tape *);

#endif /* RT_TAPE_H */
