/*
 * Who calls, and whether they may: the security requirements of an
 * operation; the runtime's own, not for handlers.
 */
#ifndef RT_AUTH_H
#define RT_AUTH_H

#include "runtime/call.h"

/*
 * The first credential of the request decides, in this order: the
 * Authorization header, cookies, other headers and query parameters, each in
 * the order in which the operation lists its schemes.  True with call->who
 * set; false when the call has been answered with 401, 403, 500 or 503.
 * Where the operation allows that nobody is known, a wrong credential counts
 * as none, since a client that renews its session sends the old one along.
 */
bool rt_auth_admit(struct rt_call *) RT_WARN_UNUSED;

#endif /* RT_AUTH_H */
