/*
 * Members of an object in one line: the name, quoted when the code is
 * compiled, and the value.  The key is a string literal in JSON's escapes.
 */
#ifndef RT_PUT_H
#define RT_PUT_H

#include "runtime/json_write.h"
#include "runtime/map.h"

#define rt_put_null(w, key) (rt_write_key(w, key), rt_write_null(w))
#define rt_put_bool(w, key, v) (rt_write_key(w, key), rt_write_bool(w, v))
#define rt_put_int(w, key, v) (rt_write_key(w, key), rt_write_int(w, v))
#define rt_put_double(w, key, v) (rt_write_key(w, key), rt_write_double(w, v))
#define rt_put_str(w, key, v) (rt_write_key(w, key), rt_write_str(w, v))
#define rt_put_date(w, key, v) (rt_write_key(w, key), rt_write_date(w, v))
#define rt_put_time(w, key, v) (rt_write_key(w, key), rt_write_time(w, v))
#define rt_put_uuid(w, key, v) (rt_write_key(w, key), rt_write_uuid(w, v))
#define rt_put_strs(w, key, v) (rt_write_key(w, key), rt_write_strs(w, v))
#define rt_put_ints(w, key, v) (rt_write_key(w, key), rt_write_ints(w, v))
#define rt_put_doubles(w, key, v) (rt_write_key(w, key), rt_write_doubles(w, v))
#define rt_put_bools(w, key, v) (rt_write_key(w, key), rt_write_bools(w, v))
#define rt_put_dates(w, key, v) (rt_write_key(w, key), rt_write_dates(w, v))
#define rt_put_times(w, key, v) (rt_write_key(w, key), rt_write_times(w, v))
#define rt_put_uuids(w, key, v) (rt_write_key(w, key), rt_write_uuids(w, v))
#define rt_put_str_map(w, key, v) (rt_write_key(w, key), rt_write_str_map(w, v))
#define rt_put_int_map(w, key, v) (rt_write_key(w, key), rt_write_int_map(w, v))
#define rt_put_double_map(w, key, v) \
	(rt_write_key(w, key), rt_write_double_map(w, v))
#define rt_put_node(w, key, v) (rt_write_key(w, key), rt_write_node(w, v))

/* A value with a write function of its own. */
#define rt_put(w, key, write, v) (rt_write_key(w, key), write(w, v))

#endif /* RT_PUT_H */
