/*
 * What generated code makes of rows and of arrays, beside sql.h and
 * sql_value.h: for `kontract sql`, not for handlers.
 */
#ifndef RT_SQL_READ_H
#define RT_SQL_READ_H

#include "runtime/read.h"
#include "runtime/sql.h"

/* A row that is being read. */
struct rt_sql_row {
	struct rt_call *call;
	const struct rt_sql_query *query;
	const struct rt_sql_rows *rows;
	int number;
	struct rt_arena *arena; /* of what is read and is not in the row */
};

/*
 * What becomes of a query for one row: RT_SQL_OK where there is one; none is
 * RT_SQL_NONE, or with `must` a failure, and so are several, of which it would
 * be chance which one is first.
 */
enum rt_sql rt_sql_single(struct rt_call *, const struct rt_sql_query *,
    const struct rt_sql_rows *, bool must) RT_WARN_UNUSED;

/* An arena for the rows of a stream, emptied after each; it lives as long as
 * the call. */
struct rt_arena *rt_sql_stream_arena(struct rt_call *);

/*
 * As rt_pg_get_...(): false for null, and for what is none of the type.
 * Bytes are borrowed from the row.
 */
bool rt_sql_get_text(struct rt_str, struct rt_str *) RT_WARN_UNUSED;
bool rt_sql_get_int32(struct rt_str, int32_t *) RT_WARN_UNUSED;
/* The double that is nearest to a numeric. */
bool rt_sql_get_number(struct rt_arena *, struct rt_str,
    double *) RT_WARN_UNUSED;
/* The index of one of the texts; never 0. */
bool rt_sql_get_enum(struct rt_str, const struct rt_enum *,
    unsigned *) RT_WARN_UNUSED;
/* json and jsonb. */
bool rt_sql_get_json(struct rt_arena *, struct rt_str,
    const struct rt_node **) RT_WARN_UNUSED;
/* The same of an object of strings. */
bool rt_sql_get_str_map(struct rt_arena *, struct rt_str,
    struct rt_str_map *) RT_WARN_UNUSED;

/* Arrays of one dimension without nulls. */
bool rt_sql_get_bools(struct rt_arena *, struct rt_str,
    struct rt_bools *) RT_WARN_UNUSED;
bool rt_sql_get_ints(struct rt_arena *, struct rt_str,
    struct rt_ints *) RT_WARN_UNUSED;
bool rt_sql_get_doubles(struct rt_arena *, struct rt_str,
    struct rt_doubles *) RT_WARN_UNUSED;
bool rt_sql_get_numerics(struct rt_arena *, struct rt_str,
    struct rt_strs *) RT_WARN_UNUSED;
bool rt_sql_get_strs(struct rt_arena *, struct rt_str,
    struct rt_strs *) RT_WARN_UNUSED;
bool rt_sql_get_uuids(struct rt_arena *, struct rt_str,
    struct rt_uuids *) RT_WARN_UNUSED;
bool rt_sql_get_dates(struct rt_arena *, struct rt_str,
    struct rt_dates *) RT_WARN_UNUSED;
bool rt_sql_get_times(struct rt_arena *, struct rt_str,
    struct rt_times *) RT_WARN_UNUSED;

/* The same of any items of `size` bytes, each read by `get`. */
struct rt_sql_items {
	void *v;
	size_t n;
};

bool rt_sql_get_items(struct rt_arena *, struct rt_str, size_t size,
    bool (*get)(struct rt_arena *, struct rt_str, void *item),
    struct rt_sql_items *) RT_WARN_UNUSED;

/* Arrays as parameters; `type` is the oid of an item. */
void rt_sql_put_bools(struct rt_buf *, struct rt_bools, uint32_t type);
void rt_sql_put_ints(struct rt_buf *, struct rt_ints, uint32_t type);
void rt_sql_put_doubles(struct rt_buf *, struct rt_doubles, uint32_t type);
void rt_sql_put_numerics(struct rt_buf *, struct rt_strs, uint32_t type);
void rt_sql_put_strs(struct rt_buf *, struct rt_strs, uint32_t type);
void rt_sql_put_uuids(struct rt_buf *, struct rt_uuids, uint32_t type);
void rt_sql_put_dates(struct rt_buf *, struct rt_dates, uint32_t type);
void rt_sql_put_times(struct rt_buf *, struct rt_times, uint32_t type);

#endif /* RT_SQL_READ_H */
