/* Writes JSON (RFC 8259) into a buffer. */
#ifndef RT_JSON_WRITE_H
#define RT_JSON_WRITE_H

#include "runtime/buf.h"
#include "runtime/format.h"
#include "runtime/json.h"

/* Puts commas by itself.  A writer without a buffer (buf NULL) does nothing. */
struct rt_writer {
	struct rt_buf *buf;
	bool comma;
};

struct rt_writer rt_writer(struct rt_buf *);

void rt_write_open_object(struct rt_writer *);
void rt_write_close_object(struct rt_writer *);
void rt_write_open_array(struct rt_writer *);
void rt_write_close_array(struct rt_writer *);

/* A member's name that is quoted, escaped and followed by ':' already. */
void rt_write_quoted_key(struct rt_writer *, const char *, size_t);

/* A member's name known when the code is compiled; written in JSON's
 * escapes, so that no work is left for the run. */
#define rt_write_key(w, key) \
	rt_write_quoted_key((w), "\"" key "\":", sizeof("\"" key "\":") - 1)

/* A member's name known only at run time. */
void rt_write_name(struct rt_writer *, struct rt_str);

void rt_write_null(struct rt_writer *);
void rt_write_bool(struct rt_writer *, bool);
void rt_write_int(struct rt_writer *, int64_t);
/* The shortest text that reads back the same; a value that is not finite
 * becomes null (it has no JSON text). */
void rt_write_double(struct rt_writer *, double);
/* Ill-formed UTF-8 is replaced by U+FFFD. */
void rt_write_str(struct rt_writer *, struct rt_str);
void rt_write_date(struct rt_writer *, struct rt_date);
void rt_write_time(struct rt_writer *, struct rt_time);
void rt_write_uuid(struct rt_writer *, struct rt_uuid);
void rt_write_strs(struct rt_writer *, struct rt_strs);
void rt_write_ints(struct rt_writer *, struct rt_ints);
void rt_write_doubles(struct rt_writer *, struct rt_doubles);
void rt_write_bools(struct rt_writer *, struct rt_bools);
void rt_write_dates(struct rt_writer *, struct rt_dates);
void rt_write_times(struct rt_writer *, struct rt_times);
void rt_write_uuids(struct rt_writer *, struct rt_uuids);
/* A whole value of a tape; NULL is written as null. */
void rt_write_node(struct rt_writer *, const struct rt_node *);
/* The text of such a value, for a parameter of a query, say; absent for NULL. */
struct rt_str rt_node_json(struct rt_arena *, const struct rt_node *);
/* Text that is one value of JSON already, for which the caller answers; null
 * for an empty one. */
void rt_write_raw(struct rt_writer *, struct rt_str);

#endif /* RT_JSON_WRITE_H */
