#include "runtime/read.h"

bool
rt_read_bool(const struct rt_node *v)
{
	return v->type == RT_BOOLEAN && v->n != 0;
}

int64_t
rt_read_int(const struct rt_node *v)
{
	return v->type == RT_NUMBER ? rt_decimal_int(rt_node_str(v)) : 0;
}

int32_t
rt_read_int32(const struct rt_node *v)
{
	int64_t i = rt_read_int(v);

	if (i > INT32_MAX)
		return INT32_MAX;
	return i < INT32_MIN ? INT32_MIN : (int32_t)i;
}

double
rt_read_double(const struct rt_node *v)
{
	return v->type == RT_NUMBER ? rt_decimal_double(rt_node_str(v)) : 0;
}

struct rt_str
rt_read_str(const struct rt_node *v)
{
	return v->type == RT_STRING ? rt_node_str(v) : rt_str(NULL);
}

struct rt_date
rt_read_date(const struct rt_node *v)
{
	struct rt_date date = {0};

	if (!rt_date_parse(rt_read_str(v), &date))
		return (struct rt_date){0};
	return date;
}

struct rt_time
rt_read_time(const struct rt_node *v)
{
	struct rt_time time = {0};

	if (!rt_time_parse(rt_read_str(v), &time))
		return (struct rt_time){0};
	return time;
}

struct rt_uuid
rt_read_uuid(const struct rt_node *v)
{
	struct rt_uuid uuid = {{0}};

	if (!rt_uuid_parse(rt_read_str(v), &uuid))
		return (struct rt_uuid){{0}};
	return uuid;
}

struct rt_strs
rt_read_strs(struct rt_arena *a, const struct rt_node *v)
{
	struct rt_items it = rt_items(v);
	size_t n = it.left, i = 0;
	struct rt_str *all = rt_arena_array(a, n, sizeof(*all));

	while (rt_items_next(&it))
		all[i++] = rt_read_str(it.value);
	return (struct rt_strs){all, n};
}

struct rt_ints
rt_read_ints(struct rt_arena *a, const struct rt_node *v)
{
	struct rt_items it = rt_items(v);
	size_t n = it.left, i = 0;
	int64_t *all = rt_arena_array(a, n, sizeof(*all));

	while (rt_items_next(&it))
		all[i++] = rt_read_int(it.value);
	return (struct rt_ints){all, n};
}

struct rt_doubles
rt_read_doubles(struct rt_arena *a, const struct rt_node *v)
{
	struct rt_items it = rt_items(v);
	size_t n = it.left, i = 0;
	double *all = rt_arena_array(a, n, sizeof(*all));

	while (rt_items_next(&it))
		all[i++] = rt_read_double(it.value);
	return (struct rt_doubles){all, n};
}

struct rt_bools
rt_read_bools(struct rt_arena *a, const struct rt_node *v)
{
	struct rt_items it = rt_items(v);
	size_t n = it.left, i = 0;
	bool *all = rt_arena_array(a, n, sizeof(*all));

	while (rt_items_next(&it))
		all[i++] = rt_read_bool(it.value);
	return (struct rt_bools){all, n};
}

struct rt_dates
rt_read_dates(struct rt_arena *a, const struct rt_node *v)
{
	struct rt_items it = rt_items(v);
	size_t n = it.left, i = 0;
	struct rt_date *all = rt_arena_array(a, n, sizeof(*all));

	while (rt_items_next(&it))
		all[i++] = rt_read_date(it.value);
	return (struct rt_dates){all, n};
}

struct rt_times
rt_read_times(struct rt_arena *a, const struct rt_node *v)
{
	struct rt_items it = rt_items(v);
	size_t n = it.left, i = 0;
	struct rt_time *all = rt_arena_array(a, n, sizeof(*all));

	while (rt_items_next(&it))
		all[i++] = rt_read_time(it.value);
	return (struct rt_times){all, n};
}

struct rt_uuids
rt_read_uuids(struct rt_arena *a, const struct rt_node *v)
{
	struct rt_items it = rt_items(v);
	size_t n = it.left, i = 0;
	struct rt_uuid *all = rt_arena_array(a, n, sizeof(*all));

	while (rt_items_next(&it))
		all[i++] = rt_read_uuid(it.value);
	return (struct rt_uuids){all, n};
}

/* Behind the string of a file stand two more, which its span counts. */
struct rt_file
rt_read_file(const struct rt_node *v)
{
	struct rt_file file = {.bytes = rt_read_str(v)};

	if (v->type != RT_STRING || v->span != RT_FILE_SPAN)
		return file;
	file.name = rt_read_str(v + 1);
	file.media = rt_read_str(v + 2);
	return file;
}

struct rt_files
rt_read_files(struct rt_arena *a, const struct rt_node *v)
{
	struct rt_items it = rt_items(v);
	size_t n = it.left, i = 0;
	struct rt_file *all = rt_arena_array(a, n, sizeof(*all));

	while (rt_items_next(&it))
		all[i++] = rt_read_file(it.value);
	return (struct rt_files){all, n};
}

unsigned
rt_read_enum(const struct rt_node *v, const struct rt_enum *e)
{
	return rt_enum_of(e, rt_read_str(v));
}

unsigned
rt_enum_of(const struct rt_enum *e, struct rt_str text)
{
	for (unsigned i = 1; text.p != NULL && i < e->n; i++) {
		if (rt_str_is_word(text, e->text[i]))
			return i;
	}
	return 0;
}

struct rt_str
rt_enum_text(const struct rt_enum *e, unsigned v)
{
	return v > 0 && v < e->n ? rt_str(e->text[v]) : rt_str(NULL);
}
