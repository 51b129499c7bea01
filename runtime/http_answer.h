/*
 * Heads of answers of HTTP/1.1 (RFC 9112, sections 4 to 6); the runtime's own.
 */
#ifndef RT_HTTP_ANSWER_H
#define RT_HTTP_ANSWER_H

#include "runtime/call.h"

/* How the end of a body is found (RFC 9112, section 6.3). */
enum rt_body_end {
	RT_END_LENGTH = 1,
	RT_END_CHUNKS, /* which a client of HTTP/1.0 does not know */
	RT_END_CLOSE,
};

/* What a head says of its connection and of the body behind it. */
struct rt_http_frame {
	enum rt_body_end end;
	/* For RT_END_LENGTH, in bytes; to HEAD it is what GET would get. */
	uint64_t length;
	bool close; /* the connection ends with this answer */
};

/*
 * Adds the head of an answer, the empty line with it: the status line, Date,
 * Content-Type, what frames the body, Connection where it says something, and
 * the answer's own headers in their order.  A status that has no content gets
 * neither type nor frame.  All or nothing: where the cap forbids it the buffer
 * is full.
 */
void rt_http_head_write(struct rt_buf *, const struct rt_response *,
    const struct rt_http_frame *);

/* Whether an answer of this status has a body, be it an empty one (RFC 9110,
 * section 8.6): not 1xx, 204 and 304. */
bool rt_http_has_content(int status);

#endif /* RT_HTTP_ANSWER_H */
