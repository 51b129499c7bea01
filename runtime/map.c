#include "runtime/map.h"

#include <stdlib.h>

#include "runtime/read.h"

static int
by_key(const void *a, const void *b)
{
	return rt_str_cmp(*(const struct rt_str *)a, *(const struct rt_str *)b);
}

void
rt_map_sort(void *entries, size_t n, size_t size)
{
	if (n > 1)
		qsort(entries, n, size, by_key);
}

const void *
rt_map_find(const void *entries, size_t n, size_t size, struct rt_str key)
{
	if (n == 0)
		return NULL;
	return bsearch(&key, entries, n, size, by_key);
}

struct rt_str
rt_str_map_get(struct rt_str_map m, struct rt_str key)
{
	const struct rt_str_entry *e = rt_map_find(m.v, m.n, sizeof(*m.v), key);

	return e == NULL ? rt_str(NULL) : e->value;
}

const int64_t *
rt_int_map_get(struct rt_int_map m, struct rt_str key)
{
	const struct rt_int_entry *e = rt_map_find(m.v, m.n, sizeof(*m.v), key);

	return e == NULL ? NULL : &e->value;
}

const double *
rt_double_map_get(struct rt_double_map m, struct rt_str key)
{
	const struct rt_double_entry *e =
	    rt_map_find(m.v, m.n, sizeof(*m.v), key);

	return e == NULL ? NULL : &e->value;
}

struct rt_str_map
rt_read_str_map(struct rt_arena *a, const struct rt_node *v,
    const struct rt_keys *but)
{
	struct rt_members m = rt_members(v, but);
	struct rt_str_entry *all = rt_arena_array(a, m.left, sizeof(*all));
	size_t n = 0;

	while (rt_members_next(&m)) {
		if (m.key < 0)
			all[n++] = (struct rt_str_entry){rt_read_str(m.name),
			    rt_read_str(m.value)};
	}
	rt_map_sort(all, n, sizeof(*all));
	return (struct rt_str_map){all, n};
}

struct rt_int_map
rt_read_int_map(struct rt_arena *a, const struct rt_node *v,
    const struct rt_keys *but)
{
	struct rt_members m = rt_members(v, but);
	struct rt_int_entry *all = rt_arena_array(a, m.left, sizeof(*all));
	size_t n = 0;

	while (rt_members_next(&m)) {
		if (m.key < 0)
			all[n++] = (struct rt_int_entry){rt_read_str(m.name),
			    rt_read_int(m.value)};
	}
	rt_map_sort(all, n, sizeof(*all));
	return (struct rt_int_map){all, n};
}

struct rt_double_map
rt_read_double_map(struct rt_arena *a, const struct rt_node *v,
    const struct rt_keys *but)
{
	struct rt_members m = rt_members(v, but);
	struct rt_double_entry *all = rt_arena_array(a, m.left, sizeof(*all));
	size_t n = 0;

	while (rt_members_next(&m)) {
		if (m.key < 0)
			all[n++] = (struct rt_double_entry){rt_read_str(m.name),
			    rt_read_double(m.value)};
	}
	rt_map_sort(all, n, sizeof(*all));
	return (struct rt_double_map){all, n};
}

void
rt_write_str_members(struct rt_writer *w, struct rt_str_map m)
{
	for (size_t i = 0; i < m.n; i++) {
		rt_write_name(w, m.v[i].key);
		rt_write_str(w, m.v[i].value);
	}
}

void
rt_write_int_members(struct rt_writer *w, struct rt_int_map m)
{
	for (size_t i = 0; i < m.n; i++) {
		rt_write_name(w, m.v[i].key);
		rt_write_int(w, m.v[i].value);
	}
}

void
rt_write_double_members(struct rt_writer *w, struct rt_double_map m)
{
	for (size_t i = 0; i < m.n; i++) {
		rt_write_name(w, m.v[i].key);
		rt_write_double(w, m.v[i].value);
	}
}

void
rt_write_str_map(struct rt_writer *w, struct rt_str_map m)
{
	rt_write_open_object(w);
	rt_write_str_members(w, m);
	rt_write_close_object(w);
}

void
rt_write_int_map(struct rt_writer *w, struct rt_int_map m)
{
	rt_write_open_object(w);
	rt_write_int_members(w, m);
	rt_write_close_object(w);
}

void
rt_write_double_map(struct rt_writer *w, struct rt_double_map m)
{
	rt_write_open_object(w);
	rt_write_double_members(w, m);
	rt_write_close_object(w);
}
