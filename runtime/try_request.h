/* A raw HTTP request in a file, as `kontract try` plays it. */
#ifndef RT_TRY_REQUEST_H
#define RT_TRY_REQUEST_H

#include "runtime/call.h"

enum {
	RT_TRY_MAX = 64 * 1024 * 1024, /* bytes of a request */
	RT_TRY_HEADERS_MAX = 256,
};

struct rt_try_request {
	struct rt_str method;
	struct rt_str path;
	struct rt_str query; /* absent where there is none */
	struct rt_headers headers;
	struct rt_str body; /* absent where there is none */
};

/*
 * Reads the form of RFC 9112, section 2.1, with these liberties: lines may end
 * with LF alone, empty lines and those that begin with '#' or "//" may stand
 * before the request line, and the version may be missing there.  The target
 * may be a whole URL.  The body is all that follows the empty line, or as many
 * bytes as Content-Length says.  False with the number of the line and a
 * sentence in *why.  The bytes are borrowed from `text`.
 */
bool rt_try_parse(struct rt_arena *, struct rt_str text,
    struct rt_try_request *out, unsigned *line,
    const char **why) RT_WARN_UNUSED;

#endif /* RT_TRY_REQUEST_H */
