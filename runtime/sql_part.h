/* What the values of PostgreSQL share with each other only: big-endian
 * numbers, and cutting bytes off others. */
#ifndef RT_SQL_PART_H
#define RT_SQL_PART_H

#include <endian.h>

#include "runtime/sql_value.h"

static inline uint16_t
rt_pg_u16(const char *p)
{
	uint16_t v;

	memcpy(&v, p, sizeof(v));
	return be16toh(v);
}

static inline uint32_t
rt_pg_u32(const char *p)
{
	uint32_t v;

	memcpy(&v, p, sizeof(v));
	return be32toh(v);
}

static inline uint64_t
rt_pg_u64(const char *p)
{
	uint64_t v;

	memcpy(&v, p, sizeof(v));
	return be64toh(v);
}

static inline void
rt_pg_put_u16(struct rt_buf *b, uint16_t v)
{
	char *p = rt_buf_reserve(b, sizeof(v));

	if (p == NULL)
		return;
	v = htobe16(v);
	memcpy(p, &v, sizeof(v));
	b->n += sizeof(v);
}

static inline void
rt_pg_put_u32(struct rt_buf *b, uint32_t v)
{
	char *p = rt_buf_reserve(b, sizeof(v));

	if (p == NULL)
		return;
	v = htobe32(v);
	memcpy(p, &v, sizeof(v));
	b->n += sizeof(v);
}

static inline void
rt_pg_put_u64(struct rt_buf *b, uint64_t v)
{
	char *p = rt_buf_reserve(b, sizeof(v));

	if (p == NULL)
		return;
	v = htobe64(v);
	memcpy(p, &v, sizeof(v));
	b->n += sizeof(v);
}

/* The value is none of the type's: as if there were no room for it. */
static inline void
rt_pg_refuse(struct rt_buf *b)
{
	b->full = true;
}

static inline bool
rt_pg_take_u32(struct rt_str *s, uint32_t *out)
{
	if (s->n < sizeof(*out))
		return false;
	*out = rt_pg_u32(s->p);
	s->p += sizeof(*out);
	s->n -= sizeof(*out);
	return true;
}

/* Bytes behind their length, which is -1 for null: absent then. */
static inline bool
rt_pg_take_item(struct rt_str *s, struct rt_str *item)
{
	uint32_t n;

	if (!rt_pg_take_u32(s, &n))
		return false;
	*item = (struct rt_str){NULL, 0};
	if (n == UINT32_MAX)
		return true;
	if (n > s->n)
		return false;
	*item = (struct rt_str){s->p, n};
	s->p += n;
	s->n -= n;
	return true;
}

#endif /* RT_SQL_PART_H */
