/* URI references (RFC 3986). */
#ifndef GEN_URI_H
#define GEN_URI_H

#include "runtime/arena.h"

/* The target of a reference against an absolute base (section 5.2), with its
 * dot segments removed; the fragment is the reference's own. */
struct rt_str uri_resolve(struct rt_arena *, struct rt_str base,
    struct rt_str reference);

/* Cuts the fragment off: *fragment is what stands behind '#', absent without
 * one. */
struct rt_str uri_without_fragment(struct rt_str uri, struct rt_str *fragment);

#endif /* GEN_URI_H */
