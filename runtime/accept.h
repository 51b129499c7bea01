/* What the client takes (RFC 9110, section 12.5.1); the runtime's own. */
#ifndef RT_ACCEPT_H
#define RT_ACCEPT_H

#include "runtime/call.h"

/* All values of a request header that is a list (RFC 9110, section 5.3);
 * absent where there is none. */
struct rt_str rt_accept_list(struct rt_call *, struct rt_str name);

/* Whether the client takes a media type of an answer that is a success; an
 * operation that declares none may answer anything. */
bool rt_accept_admits(struct rt_call *);

#endif /* RT_ACCEPT_H */
