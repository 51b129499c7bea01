/* The log: one JSON object a line, on standard error. */
#ifndef RT_LOG_H
#define RT_LOG_H

#include "runtime/call.h"

enum rt_log_level { RT_LOG_ERROR = 1, RT_LOG_WARN, RT_LOG_INFO, RT_LOG_DEBUG };

/* Lines above this level are not written; set before workers start. */
void rt_log_level(enum rt_log_level);

/* {"time":...,"level":...,"message":...}; a line of at most 4 KiB, written
 * with one write(2), so that workers never mix theirs. */
void rt_log(enum rt_log_level, const char *fmt, ...) RT_PRINTF(2, 3);

/*
 * The line of a finished call: time, level, trace_id, method, path, operation,
 * status, bytes, duration_us, user, peer and, for a failure, its reason.  The
 * query is left out: it may hold secrets.
 */
void rt_log_call(const struct rt_call *);

#endif /* RT_LOG_H */
