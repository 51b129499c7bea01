/*
 * Values in PostgreSQL's binary format (its documentation, section 55.2, and
 * the send and receive functions of each type): big-endian, exact, without
 * texts to parse.
 */
#ifndef RT_SQL_VALUE_H
#define RT_SQL_VALUE_H

#include "runtime/format.h"
#include "runtime/json.h"

/* PostgreSQL's own types that the runtime names (its pg_type.dat); generated
 * code has the number of each that it needs. */
enum {
	RT_OID_BYTEA = 17,
	RT_OID_INT8 = 20,
	RT_OID_INT2 = 21,
	RT_OID_INT4 = 23,
	RT_OID_TEXT = 25,
	RT_OID_JSON = 114,
	RT_OID_FLOAT4 = 700,
	RT_OID_FLOAT8 = 701,
	RT_OID_TEXTS = 1009, /* text[] */
	RT_OID_INT8S = 1016, /* bigint[] */
	RT_OID_DATE = 1082,
	RT_OID_TIME = 1184, /* timestamptz */
};

/* A time of the day without a zone: microseconds since midnight, up to
 * 24:00:00. */
struct rt_daytime {
	int64_t us;
};

/* Months have no fixed number of days, nor days of hours. */
struct rt_interval {
	int32_t months;
	int32_t days;
	int64_t us;
};

/* tstzrange and daterange; a bound that is not there is endless, and includes
 * nothing. */
struct rt_time_range {
	bool empty;
	bool has_from, has_to;
	bool includes_from, includes_to;
	struct rt_time from, to;
};

struct rt_date_range {
	bool empty;
	bool has_from, has_to; /* as PostgreSQL keeps them: from, but not to */
	struct rt_date from, to;
};

/*
 * --- Writing: adds the bytes of a value, without its length ---
 *
 * A value that the type has none of (40000 for int2, a numeric with 20,000
 * digits behind the point, a date that was never set) marks the buffer as full,
 * so that a query with it fails and nothing else is stored in its place.
 */

void rt_pg_put_bool(struct rt_buf *, bool);
void rt_pg_put_int2(struct rt_buf *, int64_t);
void rt_pg_put_int4(struct rt_buf *, int64_t);
void rt_pg_put_int8(struct rt_buf *, int64_t);
/* Rounded; infinite only where v is. */
void rt_pg_put_float4(struct rt_buf *, double);
void rt_pg_put_float8(struct rt_buf *, double);
/* A JSON number (RFC 8259, section 6), exactly as it is written: "12.50" keeps
 * its zero. */
void rt_pg_put_numeric(struct rt_buf *, struct rt_str decimal);
/* text, varchar, char, name, bytea, json and enums: the bytes themselves. */
void rt_pg_put_bytes(struct rt_buf *, struct rt_str);
void rt_pg_put_jsonb(struct rt_buf *, struct rt_str json);
void rt_pg_put_uuid(struct rt_buf *, struct rt_uuid);
void rt_pg_put_date(struct rt_buf *, struct rt_date);
void rt_pg_put_daytime(struct rt_buf *, struct rt_daytime);
/* timestamp and timestamptz. */
void rt_pg_put_time(struct rt_buf *, struct rt_time);
void rt_pg_put_interval(struct rt_buf *, struct rt_interval);
void rt_pg_put_time_range(struct rt_buf *, struct rt_time_range);
void rt_pg_put_date_range(struct rt_buf *, struct rt_date_range);

/* An array of one dimension: its head, then n items, each of them a value
 * between rt_pg_begin_item() and rt_pg_end_item(). */
void rt_pg_put_array(struct rt_buf *, uint32_t item_type, size_t n);
size_t rt_pg_begin_item(struct rt_buf *);
void rt_pg_end_item(struct rt_buf *, size_t begun);

/*
 * --- Reading: false where the bytes are none of this type, or where the value
 * is none that C has (an infinite moment, a date before the year 0) ---
 */

bool rt_pg_get_bool(struct rt_str, bool *) RT_WARN_UNUSED;
/* int2, int4 and int8, by the length. */
bool rt_pg_get_int(struct rt_str, int64_t *) RT_WARN_UNUSED;
/* float4 and float8, by the length. */
bool rt_pg_get_double(struct rt_str, double *) RT_WARN_UNUSED;
/* "12.50": all digits that PostgreSQL keeps.  NaN and infinities are none. */
bool rt_pg_get_numeric(struct rt_arena *, struct rt_str,
    struct rt_str *) RT_WARN_UNUSED;
bool rt_pg_get_jsonb(struct rt_str, struct rt_str *json) RT_WARN_UNUSED;
bool rt_pg_get_uuid(struct rt_str, struct rt_uuid *) RT_WARN_UNUSED;
bool rt_pg_get_date(struct rt_str, struct rt_date *) RT_WARN_UNUSED;
bool rt_pg_get_daytime(struct rt_str, struct rt_daytime *) RT_WARN_UNUSED;
bool rt_pg_get_time(struct rt_str, struct rt_time *) RT_WARN_UNUSED;
bool rt_pg_get_interval(struct rt_str, struct rt_interval *) RT_WARN_UNUSED;
bool rt_pg_get_time_range(struct rt_str, struct rt_time_range *) RT_WARN_UNUSED;
bool rt_pg_get_date_range(struct rt_str, struct rt_date_range *) RT_WARN_UNUSED;

/*
 * Walks an array of one dimension, or none ({}), or the columns of a composite
 * value.  An item's p is NULL where it is null.  `malformed` is known once
 * rt_pg_items_next() is false.
 */
struct rt_pg_items {
	struct rt_str rest;
	uint32_t left; /* no more than the bytes have room for */
	uint32_t type; /* of the item, an oid */
	bool composite; /* each item has a type of its own */
	struct rt_str item;
	bool malformed; /* the bytes were not what they should be */
};

struct rt_pg_items rt_pg_array(struct rt_str);
struct rt_pg_items rt_pg_composite(struct rt_str);
bool rt_pg_items_next(struct rt_pg_items *);

#endif /* RT_SQL_VALUE_H */
