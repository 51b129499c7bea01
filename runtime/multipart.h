/* Multipart bodies (RFC 2046, section 5.1; RFC 7578); the runtime's own. */
#ifndef RT_MULTIPART_H
#define RT_MULTIPART_H

#include "runtime/arena.h"

enum {
	RT_PART_HEAD_MAX = 8192, /* bytes of a part's headers */
	RT_PART_HEADERS_MAX = 16,
};

struct rt_part_header {
	struct rt_str name;
	struct rt_str value;
};

/* Texts are absent where the part doesn't have them. */
struct rt_part {
	size_t offset; /* of its headers in the body */
	struct rt_str name;
	struct rt_str file_name;
	struct rt_str media; /* its Content-Type */
	const struct rt_part_header *headers;
	size_t n_headers;
	struct rt_str bytes; /* borrowed from the body */
};

struct rt_parts {
	struct rt_part *v;
	size_t n;
};

/* What is wrong with a body, and where. */
struct rt_multipart_error {
	size_t offset;
	unsigned part; /* from 1; 0: before the first */
	const char *text;
};

/*
 * Splits a body.  `type` is its Content-Type, which has the boundary.  Lines end
 * with CRLF, a line that begins with the boundary has nothing else on it, and
 * the last boundary must be there.  With `form` each part must have a
 * Content-Disposition `form-data` and a name; file names are read as RFC 7578
 * has them, as browsers write them (%22, %0D, %0A) and as RFC 8187 does
 * (filename*).  False with *err filled, for more than `max` parts too.
 */
bool rt_multipart_split(struct rt_arena *, struct rt_str type,
    struct rt_str body, bool form, size_t max, struct rt_parts *out,
    struct rt_multipart_error *err) RT_WARN_UNUSED;

/* A header of a part by its name, absent where there is none. */
struct rt_str rt_part_header(const struct rt_part *, const char *name);

#endif /* RT_MULTIPART_H */
