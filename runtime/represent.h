/*
 * What becomes of an answer once the operation has given it: validators,
 * conditions, ranges and codings (RFC 9110, sections 8, 12.5.3, 13 and 14); the
 * runtime's own.
 */
#ifndef RT_REPRESENT_H
#define RT_REPRESENT_H

#include "runtime/call.h"

/*
 * Turns the whole answer, which has been held against the contract, into the one
 * that the request asks for: 304, 412, 206 or 416 in its place, or the same
 * compressed.  May suspend the call.
 *
 * A file has an ETag and Last-Modified by itself; so has an answer of 200 to GET
 * and HEAD an ETag, of its bytes, where the contract declares one and the
 * handler has given none.
 */
void rt_represent(struct rt_call *);

/* Whether rt_represent() will add a header that the contract requires of the
 * answer. */
bool rt_represent_adds(const struct rt_call *, const char *name);

#endif /* RT_REPRESENT_H */
