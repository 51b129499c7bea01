/* Redirects (RFC 9110, section 15.4) of the client; the runtime's own. */
#ifndef RT_HTTP_REDIRECT_H
#define RT_HTTP_REDIRECT_H

#include "runtime/http_client.h"

/*
 * Makes of a request the one that its answer redirects to.  False, and nothing
 * changes, where the answer is none that may be followed: the request is neither
 * GET nor HEAD or has a body, or Location is no URL of http or https.
 */
bool rt_http_redirect(struct rt_arena *, struct rt_http_request *,
    const struct rt_http_reply *) RT_WARN_UNUSED;

#endif /* RT_HTTP_REDIRECT_H */
