#include "runtime/sql_part.h"

#include <math.h>

/* --- Numbers and booleans --- */

void
rt_pg_put_bool(struct rt_buf *b, bool v)
{
	rt_buf_byte(b, v ? 1 : 0);
}

void
rt_pg_put_int2(struct rt_buf *b, int64_t v)
{
	if (v < INT16_MIN || v > INT16_MAX)
		rt_pg_refuse(b);
	else
		rt_pg_put_u16(b, (uint16_t)v);
}

void
rt_pg_put_int4(struct rt_buf *b, int64_t v)
{
	if (v < INT32_MIN || v > INT32_MAX)
		rt_pg_refuse(b);
	else
		rt_pg_put_u32(b, (uint32_t)v);
}

void
rt_pg_put_int8(struct rt_buf *b, int64_t v)
{
	rt_pg_put_u64(b, (uint64_t)v);
}

void
rt_pg_put_float4(struct rt_buf *b, double v)
{
	float narrow = (float)v;
	uint32_t bits;

	if (isinf(narrow) && !isinf(v)) {
		rt_pg_refuse(b);
		return;
	}
	memcpy(&bits, &narrow, sizeof(bits));
	rt_pg_put_u32(b, bits);
}

void
rt_pg_put_float8(struct rt_buf *b, double v)
{
	uint64_t bits;

	memcpy(&bits, &v, sizeof(bits));
	rt_pg_put_u64(b, bits);
}

bool
rt_pg_get_bool(struct rt_str s, bool *out)
{
	if (s.n != 1)
		return false;
	*out = s.p[0] != 0;
	return true;
}

bool
rt_pg_get_int(struct rt_str s, int64_t *out)
{
	if (s.n == sizeof(int64_t))
		*out = (int64_t)rt_pg_u64(s.p);
	else if (s.n == sizeof(int32_t))
		*out = (int32_t)rt_pg_u32(s.p);
	else if (s.n == sizeof(int16_t))
		*out = (int16_t)rt_pg_u16(s.p);
	else
		return false;
	return true;
}

bool
rt_pg_get_double(struct rt_str s, double *out)
{
	if (s.n == sizeof(double)) {
		uint64_t bits = rt_pg_u64(s.p);

		memcpy(out, &bits, sizeof(*out));
		return true;
	}
	if (s.n == sizeof(float)) {
		uint32_t bits = rt_pg_u32(s.p);
		float narrow;

		memcpy(&narrow, &bits, sizeof(narrow));
		*out = (double)narrow;
		return true;
	}
	return false;
}

/* --- Bytes --- */

void
rt_pg_put_bytes(struct rt_buf *b, struct rt_str s)
{
	rt_buf_add(b, s);
}

/* The first byte is the format's version, and there is one so far; no JSON
 * begins with it. */
enum { JSONB_VERSION = 1 };

void
rt_pg_put_jsonb(struct rt_buf *b, struct rt_str json)
{
	rt_buf_byte(b, JSONB_VERSION);
	rt_buf_add(b, json);
}

bool
rt_pg_get_jsonb(struct rt_str s, struct rt_str *json)
{
	if (s.n == 0 || s.p[0] != JSONB_VERSION)
		return false;
	*json = (struct rt_str){s.p + 1, s.n - 1};
	return true;
}

void
rt_pg_put_uuid(struct rt_buf *b, struct rt_uuid v)
{
	rt_buf_add(b, (struct rt_str){(const char *)v.b, sizeof(v.b)});
}

bool
rt_pg_get_uuid(struct rt_str s, struct rt_uuid *out)
{
	if (s.n != sizeof(out->b))
		return false;
	memcpy(out->b, s.p, sizeof(out->b));
	return true;
}

/* --- Arrays and composites --- */

enum {
	ARRAY_HEAD = 12, /* dimensions, whether there are nulls, type */
	ITEM_LEAST = 4, /* its length */
	COLUMN_LEAST = 8, /* its type and its length */
};

/* Whether there are nulls, the server finds out by itself. */
void
rt_pg_put_array(struct rt_buf *b, uint32_t item_type, size_t n)
{
	if (n > INT32_MAX) {
		rt_pg_refuse(b);
		return;
	}
	rt_pg_put_u32(b, n == 0 ? 0 : 1);
	rt_pg_put_u32(b, 0);
	rt_pg_put_u32(b, item_type);
	if (n == 0)
		return;
	rt_pg_put_u32(b, (uint32_t)n);
	rt_pg_put_u32(b, 1); /* the index of the first */
}

size_t
rt_pg_begin_item(struct rt_buf *b)
{
	rt_pg_put_u32(b, 0);
	return b->n;
}

void
rt_pg_end_item(struct rt_buf *b, size_t begun)
{
	size_t n = b->n - begun;
	uint32_t length = htobe32((uint32_t)n);

	if (b->full)
		return;
	if (n > INT32_MAX)
		rt_pg_refuse(b);
	else
		memcpy(b->p + begun - sizeof(length), &length, sizeof(length));
}

/* So many cannot be in so few bytes: whoever makes room for them first would
 * make too much. */
static bool
holds(struct rt_str rest, uint32_t n, size_t least)
{
	return n <= rest.n / least;
}

struct rt_pg_items
rt_pg_array(struct rt_str s)
{
	const struct rt_pg_items malformed = {.malformed = true};
	struct rt_pg_items items = {.rest = s};
	uint32_t dimensions, nulls, lower;

	if (s.n < ARRAY_HEAD || !rt_pg_take_u32(&items.rest, &dimensions) ||
	    !rt_pg_take_u32(&items.rest, &nulls) ||
	    !rt_pg_take_u32(&items.rest, &items.type) || dimensions > 1)
		return malformed;
	if (dimensions == 0)
		return items;
	if (!rt_pg_take_u32(&items.rest, &items.left) ||
	    !rt_pg_take_u32(&items.rest, &lower) ||
	    !holds(items.rest, items.left, ITEM_LEAST))
		return malformed;
	return items;
}

struct rt_pg_items
rt_pg_composite(struct rt_str s)
{
	struct rt_pg_items items = {.rest = s, .composite = true};

	if (!rt_pg_take_u32(&items.rest, &items.left) ||
	    !holds(items.rest, items.left, COLUMN_LEAST))
		return (struct rt_pg_items){.malformed = true};
	return items;
}

bool
rt_pg_items_next(struct rt_pg_items *items)
{
	if (items->left == 0 || items->malformed) {
		items->malformed |= items->rest.n > 0;
		return false;
	}
	if ((items->composite && !rt_pg_take_u32(&items->rest, &items->type)) ||
	    !rt_pg_take_item(&items->rest, &items->item)) {
		items->malformed = true;
		return false;
	}
	items->left--;
	return true;
}
