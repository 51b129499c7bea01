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
 * set (or nobody, where the operation allows that); false when the call has
 * been answered with 401, 403, 500 or 503.
 */
bool rt_auth_admit(struct rt_call *) RT_WARN_UNUSED;

#endif /* RT_AUTH_H */
