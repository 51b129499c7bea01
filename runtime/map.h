/*
 * Objects that are maps: entries in the order of their keys (rt_str_cmp()).
 * An entry is a struct whose first member is `struct rt_str key`.  Whoever
 * makes a map that is searched sorts it.
 */
#ifndef RT_MAP_H
#define RT_MAP_H

#include "runtime/json.h"
#include "runtime/json_write.h"

/* Sorts `n` entries of `size` bytes. */
void rt_map_sort(void *entries, size_t n, size_t size);

/* The entry with that key in sorted ones, or NULL. */
const void *rt_map_find(const void *entries, size_t n, size_t size,
    struct rt_str key);

struct rt_str_entry {
	struct rt_str key;
	struct rt_str value;
};

struct rt_str_map {
	const struct rt_str_entry *v;
	size_t n;
};

struct rt_int_entry {
	struct rt_str key;
	int64_t value;
};

struct rt_int_map {
	const struct rt_int_entry *v;
	size_t n;
};

struct rt_double_entry {
	struct rt_str key;
	double value;
};

struct rt_double_map {
	const struct rt_double_entry *v;
	size_t n;
};

/* The value of a key: absent, or NULL, where the map has none. */
struct rt_str rt_str_map_get(struct rt_str_map, struct rt_str key);
const int64_t *rt_int_map_get(struct rt_int_map, struct rt_str key);
const double *rt_double_map_get(struct rt_double_map, struct rt_str key);

/* The members of a checked object, those left out whose names are in `but`,
 * which may be NULL; keys and strings are borrowed from the tape. */
struct rt_str_map rt_read_str_map(struct rt_arena *, const struct rt_node *,
    const struct rt_keys *but);
struct rt_int_map rt_read_int_map(struct rt_arena *, const struct rt_node *,
    const struct rt_keys *but);
struct rt_double_map rt_read_double_map(struct rt_arena *,
    const struct rt_node *, const struct rt_keys *but);

/* An object with the entries in their order. */
void rt_write_str_map(struct rt_writer *, struct rt_str_map);
void rt_write_int_map(struct rt_writer *, struct rt_int_map);
void rt_write_double_map(struct rt_writer *, struct rt_double_map);

/* The entries as members of an object that has been opened. */
void rt_write_str_members(struct rt_writer *, struct rt_str_map);
void rt_write_int_members(struct rt_writer *, struct rt_int_map);
void rt_write_double_members(struct rt_writer *, struct rt_double_map);

#endif /* RT_MAP_H */
