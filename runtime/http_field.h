/* Field lines of HTTP/1.1, in heads and in trailers; the runtime's own. */
#ifndef RT_HTTP_FIELD_H
#define RT_HTTP_FIELD_H

#include "runtime/http_head.h"

/*
 * Parses the field line at p (RFC 9112, section 5), which ends with CRLF before
 * `end` or there.  Returns what comes behind it, or NULL with *fault filled.
 */
const char *rt_field_parse(const char *p, const char *end, struct rt_header *,
    struct rt_head_fault *) RT_WARN_UNUSED;

#endif /* RT_HTTP_FIELD_H */
