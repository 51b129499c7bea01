/*
 * Addresses of the network: which of them are the public's, so that a URL
 * from outside can't make the server call what only the server can reach.
 */
#ifndef RT_ADDRESS_H
#define RT_ADDRESS_H

#include "runtime/arena.h"

struct sockaddr;

/* IPv4 is held as IPv6 has it, ::ffff:a.b.c.d (RFC 4291, section 2.5.5.2). */
struct rt_network {
	unsigned char bytes[16];
	unsigned bits;
};

struct rt_networks {
	const struct rt_network *v;
	size_t n;
};

/*
 * "10.0.0.0/8, ::1": networks and addresses, separated by commas; an empty
 * list has none.  NULL, or the first part that is neither.
 */
const char *rt_networks_parse(struct rt_arena *, const char *list,
    struct rt_networks *out) RT_WARN_UNUSED;

bool rt_networks_cover(const struct rt_networks *, const struct sockaddr *);

/*
 * Whether it is a global unicast address of IPv4 or IPv6.  Those that IANA's
 * registries of special addresses have (RFC 6890) are not: loopback, private,
 * link-local, shared, documentation, multicast and the like.  IPv4 inside of
 * IPv6 counts as IPv4.
 */
bool rt_address_is_public(const struct sockaddr *);

#endif /* RT_ADDRESS_H */
