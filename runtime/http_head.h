/* Heads of HTTP/1.1 requests (RFC 9112, sections 2, 3, 5, 6 and 7); the
 * runtime's own. */
#ifndef RT_HTTP_HEAD_H
#define RT_HTTP_HEAD_H

#include "runtime/call.h"

/* Bytes of a method's name: more is answered with 501 (RFC 9112, section 3). */
enum { RT_METHOD_MAX = 64 };

/* Each at least 1, `bytes` at least 2. */
struct rt_head_limits {
	size_t bytes; /* of the whole head: more is answered with 431 */
	unsigned lines; /* of header fields: 431 */
	size_t target; /* bytes of the request target: 414 */
};

/* Why a request can't be read; its connection ends with this answer. */
struct rt_head_fault {
	int status;
	const char *detail; /* a sentence */
};

/* How the end of a body is found (RFC 9112, section 6.3). */
enum rt_framed {
	RT_FRAMED_NONE = 0,
	RT_FRAMED_LENGTH,
	RT_FRAMED_CHUNKS,
};

struct rt_head {
	struct rt_str method;
	/* Without the query; of a target in absolute form what follows the
	 * authority; "*" of OPTIONS. */
	struct rt_str path;
	struct rt_str query; /* without '?'; absent where there is none */
	/* The target's authority where it has one, else the value of Host
	 * (RFC 9112, section 3.2.2); absent where HTTP/1.0 has none. */
	struct rt_str host;
	/* As sent, values trimmed; Host has the target's authority where it
	 * has one. */
	struct rt_headers headers;
	unsigned minor; /* of the version: HTTP/1.0 or 1.1 */
	enum rt_framed framed;
	uint64_t length; /* of the body; 0 unless framed by length */
	bool close; /* the connection, after the answer (RFC 9112, 9.3) */
	bool expects; /* 100-continue, which HTTP/1.0 can't */
};

/*
 * Parses a whole head, the empty line with it.  The texts point into `bytes`,
 * the array of headers is the arena's.  Strict: whatever two readers could
 * understand in two ways is refused.  False with *fault filled.
 */
bool rt_head_parse(struct rt_arena *, struct rt_str bytes,
    const struct rt_head_limits *, struct rt_head *,
    struct rt_head_fault *) RT_WARN_UNUSED;

#endif /* RT_HTTP_HEAD_H */
