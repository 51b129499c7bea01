/* Which operation a path means, in time that depends on the path alone. */
#ifndef RT_ROUTER_H
#define RT_ROUTER_H

#include "runtime/call.h"

struct rt_router;

/*
 * Built once, in `arena`, which must outlive it.  A literal segment wins over
 * a template of the same place.  NULL and a sentence in *why when two
 * operations can't be told apart.
 */
struct rt_router *rt_router_open(struct rt_arena *arena,
    const struct rt_op *const *ops, unsigned n, struct rt_str *why);

/*
 * Why no request could be matched to an operation's path: how a sentence about
 * it goes on.  NULL where there is nothing wrong with the path.
 */
const char *rt_router_fault(struct rt_str path);

/* An operation whose method has no enumerator. */
struct rt_other_method {
	const struct rt_op *op;
	const char *const *names; /* of its path parameters */
	struct rt_other_method *next;
};

struct rt_route {
	const struct rt_op *op; /* NULL: no such path, or method not allowed */
	bool path_known;
	bool method_known; /* some path has it, or HTTP does */
	unsigned methods; /* bits 1u << enum rt_method that the path has */
	const struct rt_other_method *others; /* and those without one */
	const struct rt_path_param *params; /* in the arena of the search */
	unsigned n_params;
	bool malformed; /* a percent-code that is none, or ill-formed UTF-8 */
};

/*
 * Segments are split first and percent-decoded after (RFC 3986, section 2.4),
 * into `arena`.  HEAD finds GET where the path declares no HEAD.  An empty
 * segment matches no template.  Methods are compared by case.
 */
struct rt_route rt_router_find(const struct rt_router *, struct rt_arena *arena,
    struct rt_str method, struct rt_str path);

/* The text of an Allow header: declared methods with HEAD and OPTIONS. */
struct rt_str rt_route_allow(struct rt_arena *, const struct rt_route *);

#endif /* RT_ROUTER_H */
