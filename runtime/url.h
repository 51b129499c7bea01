/* URLs of http and https (RFC 3986), as the client of http_client.h takes them:
 * absolute, with a host and without a user. */
#ifndef RT_URL_H
#define RT_URL_H

#include "runtime/arena.h"

/*
 * Where a reference leads that stands in what was read at `base` (section 5),
 * without its fragment; spaces and what is not ASCII become percent-codes.
 * Absent where that is no URL of http or https, or has a user.
 */
struct rt_str rt_url_resolve(struct rt_arena *, struct rt_str base,
    struct rt_str reference);

/* Its host in lower case, without the port; absent where it is no such URL. */
struct rt_str rt_url_host(struct rt_arena *, struct rt_str url);

/* Whether both are of the same scheme, host and port (RFC 6454). */
bool rt_url_same_origin(struct rt_str, struct rt_str);

#endif /* RT_URL_H */
