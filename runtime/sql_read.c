#include "runtime/sql_read.h"

/* --- Rows --- */

enum rt_sql
rt_sql_single(struct rt_call *call, const struct rt_sql_query *query,
    const struct rt_sql_rows *rows, bool must)
{
	if (rows->n == 1)
		return RT_SQL_OK;
	if (rows->n == 0 && !must)
		return RT_SQL_NONE;
	(void)rt_fail(call, "%s: one row was expected, and there were %d",
	    query->name, rows->n);
	return RT_SQL_FAILED;
}

static void
close_arena(void *arg)
{
	rt_arena_close(arg);
}

struct rt_arena *
rt_sql_stream_arena(struct rt_call *call)
{
	struct rt_arena *arena = rt_arena_open_like(call->arena);

	rt_defer(call, close_arena, arena);
	return arena;
}

/* --- Values --- */

bool
rt_sql_get_text(struct rt_str v, struct rt_str *out)
{
	*out = v;
	return v.p != NULL;
}

bool
rt_sql_get_int32(struct rt_str v, int32_t *out)
{
	int64_t wide;

	if (!rt_pg_get_int(v, &wide) || wide < INT32_MIN || wide > INT32_MAX)
		return false;
	*out = (int32_t)wide;
	return true;
}

bool
rt_sql_get_number(struct rt_arena *arena, struct rt_str v, double *out)
{
	struct rt_str decimal;

	if (!rt_pg_get_numeric(arena, v, &decimal))
		return false;
	*out = rt_decimal_double(decimal);
	return true;
}

bool
rt_sql_get_enum(struct rt_str v, const struct rt_enum *of, unsigned *out)
{
	*out = rt_enum_of(of, v);
	return *out != 0;
}

bool
rt_sql_get_json(struct rt_arena *arena, struct rt_str v,
    const struct rt_node **out)
{
	struct rt_json_error error;
	struct rt_str json;

	if (v.p == NULL)
		return false;
	if (!rt_pg_get_jsonb(v, &json))
		json = v;
	*out = rt_json_parse(arena, json, &rt_json_default_limits, &error);
	return *out != NULL;
}

bool
rt_sql_get_str_map(struct rt_arena *arena, struct rt_str v,
    struct rt_str_map *out)
{
	const struct rt_node *node;
	struct rt_members m;

	if (!rt_sql_get_json(arena, v, &node) || node->type != RT_OBJECT)
		return false;
	m = rt_members(node, NULL);
	while (rt_members_next(&m)) {
		if (m.value->type != RT_STRING)
			return false;
	}
	*out = rt_read_str_map(arena, node, NULL);
	return true;
}

/* --- Arrays that are read --- */

bool
rt_sql_get_items(struct rt_arena *arena, struct rt_str v, size_t size,
    bool (*get)(struct rt_arena *, struct rt_str, void *item),
    struct rt_sql_items *out)
{
	struct rt_pg_items items = rt_pg_array(v);
	char *all;

	if (v.p == NULL)
		return false;
	all = rt_arena_array(arena, items.left, size);
	*out = (struct rt_sql_items){all, 0};
	while (rt_pg_items_next(&items)) {
		if (!get(arena, items.item, all + out->n * size))
			return false;
		out->n++;
	}
	return !items.malformed;
}

static bool
get_bool(struct rt_arena *arena, struct rt_str v, void *item)
{
	(void)arena;
	return rt_pg_get_bool(v, item);
}

static bool
get_int(struct rt_arena *arena, struct rt_str v, void *item)
{
	(void)arena;
	return rt_pg_get_int(v, item);
}

static bool
get_double(struct rt_arena *arena, struct rt_str v, void *item)
{
	(void)arena;
	return rt_pg_get_double(v, item);
}

static bool
get_numeric(struct rt_arena *arena, struct rt_str v, void *item)
{
	return rt_pg_get_numeric(arena, v, item);
}

static bool
get_text(struct rt_arena *arena, struct rt_str v, void *item)
{
	(void)arena;
	return rt_sql_get_text(v, item);
}

static bool
get_uuid(struct rt_arena *arena, struct rt_str v, void *item)
{
	(void)arena;
	return rt_pg_get_uuid(v, item);
}

static bool
get_date(struct rt_arena *arena, struct rt_str v, void *item)
{
	(void)arena;
	return rt_pg_get_date(v, item);
}

static bool
get_time(struct rt_arena *arena, struct rt_str v, void *item)
{
	(void)arena;
	return rt_pg_get_time(v, item);
}

bool
rt_sql_get_bools(struct rt_arena *arena, struct rt_str v, struct rt_bools *out)
{
	struct rt_sql_items items;

	if (!rt_sql_get_items(arena, v, sizeof(bool), get_bool, &items))
		return false;
	*out = (struct rt_bools){items.v, items.n};
	return true;
}

bool
rt_sql_get_ints(struct rt_arena *arena, struct rt_str v, struct rt_ints *out)
{
	struct rt_sql_items items;

	if (!rt_sql_get_items(arena, v, sizeof(int64_t), get_int, &items))
		return false;
	*out = (struct rt_ints){items.v, items.n};
	return true;
}

bool
rt_sql_get_doubles(struct rt_arena *arena, struct rt_str v,
    struct rt_doubles *out)
{
	struct rt_sql_items items;

	if (!rt_sql_get_items(arena, v, sizeof(double), get_double, &items))
		return false;
	*out = (struct rt_doubles){items.v, items.n};
	return true;
}

static bool
get_strs(struct rt_arena *arena, struct rt_str v,
    bool (*get)(struct rt_arena *, struct rt_str, void *), struct rt_strs *out)
{
	struct rt_sql_items items;

	if (!rt_sql_get_items(arena, v, sizeof(struct rt_str), get, &items))
		return false;
	*out = (struct rt_strs){items.v, items.n};
	return true;
}

bool
rt_sql_get_numerics(struct rt_arena *arena, struct rt_str v,
    struct rt_strs *out)
{
	return get_strs(arena, v, get_numeric, out);
}

bool
rt_sql_get_strs(struct rt_arena *arena, struct rt_str v, struct rt_strs *out)
{
	return get_strs(arena, v, get_text, out);
}

bool
rt_sql_get_uuids(struct rt_arena *arena, struct rt_str v, struct rt_uuids *out)
{
	struct rt_sql_items items;

	if (!rt_sql_get_items(arena, v, sizeof(struct rt_uuid), get_uuid,
		&items))
		return false;
	*out = (struct rt_uuids){items.v, items.n};
	return true;
}

bool
rt_sql_get_dates(struct rt_arena *arena, struct rt_str v, struct rt_dates *out)
{
	struct rt_sql_items items;

	if (!rt_sql_get_items(arena, v, sizeof(struct rt_date), get_date,
		&items))
		return false;
	*out = (struct rt_dates){items.v, items.n};
	return true;
}

bool
rt_sql_get_times(struct rt_arena *arena, struct rt_str v, struct rt_times *out)
{
	struct rt_sql_items items;

	if (!rt_sql_get_items(arena, v, sizeof(struct rt_time), get_time,
		&items))
		return false;
	*out = (struct rt_times){items.v, items.n};
	return true;
}

/* --- Arrays that are sent --- */

void
rt_sql_put_bools(struct rt_buf *b, struct rt_bools list, uint32_t type)
{
	rt_pg_put_array(b, type, list.n);
	for (size_t i = 0; i < list.n; i++) {
		size_t begun = rt_pg_begin_item(b);

		rt_pg_put_bool(b, list.v[i]);
		rt_pg_end_item(b, begun);
	}
}

static void
put_int(struct rt_buf *b, int64_t v, uint32_t type)
{
	if (type == RT_OID_INT2)
		rt_pg_put_int2(b, v);
	else if (type == RT_OID_INT4)
		rt_pg_put_int4(b, v);
	else
		rt_pg_put_int8(b, v);
}

void
rt_sql_put_ints(struct rt_buf *b, struct rt_ints list, uint32_t type)
{
	rt_pg_put_array(b, type, list.n);
	for (size_t i = 0; i < list.n; i++) {
		size_t begun = rt_pg_begin_item(b);

		put_int(b, list.v[i], type);
		rt_pg_end_item(b, begun);
	}
}

void
rt_sql_put_doubles(struct rt_buf *b, struct rt_doubles list, uint32_t type)
{
	rt_pg_put_array(b, type, list.n);
	for (size_t i = 0; i < list.n; i++) {
		size_t begun = rt_pg_begin_item(b);

		if (type == RT_OID_FLOAT4)
			rt_pg_put_float4(b, list.v[i]);
		else
			rt_pg_put_float8(b, list.v[i]);
		rt_pg_end_item(b, begun);
	}
}

void
rt_sql_put_numerics(struct rt_buf *b, struct rt_strs list, uint32_t type)
{
	rt_pg_put_array(b, type, list.n);
	for (size_t i = 0; i < list.n; i++) {
		size_t begun = rt_pg_begin_item(b);

		rt_pg_put_numeric(b, list.v[i]);
		rt_pg_end_item(b, begun);
	}
}

/* PostgreSQL has no text with a NUL; only bytes have one. */
static bool
is_possible(struct rt_str s, uint32_t type)
{
	return type == RT_OID_BYTEA || s.n == 0 ||
	    memchr(s.p, '\0', s.n) == NULL;
}

void
rt_sql_put_strs(struct rt_buf *b, struct rt_strs list, uint32_t type)
{
	rt_pg_put_array(b, type, list.n);
	for (size_t i = 0; i < list.n; i++) {
		size_t begun = rt_pg_begin_item(b);

		rt_pg_put_bytes(b, list.v[i]);
		rt_pg_end_item(b, begun);
		b->full = b->full || !is_possible(list.v[i], type);
	}
}

void
rt_sql_put_uuids(struct rt_buf *b, struct rt_uuids list, uint32_t type)
{
	rt_pg_put_array(b, type, list.n);
	for (size_t i = 0; i < list.n; i++) {
		size_t begun = rt_pg_begin_item(b);

		rt_pg_put_uuid(b, list.v[i]);
		rt_pg_end_item(b, begun);
	}
}

void
rt_sql_put_dates(struct rt_buf *b, struct rt_dates list, uint32_t type)
{
	rt_pg_put_array(b, type, list.n);
	for (size_t i = 0; i < list.n; i++) {
		size_t begun = rt_pg_begin_item(b);

		rt_pg_put_date(b, list.v[i]);
		rt_pg_end_item(b, begun);
	}
}

void
rt_sql_put_times(struct rt_buf *b, struct rt_times list, uint32_t type)
{
	rt_pg_put_array(b, type, list.n);
	for (size_t i = 0; i < list.n; i++) {
		size_t begun = rt_pg_begin_item(b);

		rt_pg_put_time(b, list.v[i]);
		rt_pg_end_item(b, begun);
	}
}
