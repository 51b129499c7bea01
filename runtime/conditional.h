/* Conditional requests (RFC 9110, section 13). */
#ifndef RT_CONDITIONAL_H
#define RT_CONDITIONAL_H

#include "runtime/call.h"

/*
 * Whether a request that changes something may go on, by its If-Match,
 * If-Unmodified-Since and If-None-Match: for the handler to ask before it
 * writes, and to answer 412 where it may not.
 *
 * `etag` is what a read of the resource answers now, "\"7\"", whatever its
 * coding was; `modified` when it was changed, NULL where nobody knows.  An absent
 * etag without a time says that there is no such resource.  A request without
 * such headers may go on.
 */
bool rt_precondition(struct rt_call *, struct rt_str etag,
    const struct rt_time *modified) RT_WARN_UNUSED;

/* Whether the request has such headers: for a handler that would have to read
 * more than it needs, only to know the etag. */
bool rt_is_conditional(const struct rt_call *);

/* Text as an ETag in quotes; absent for one that has a quote, a space or a
 * control character in it. */
struct rt_str rt_etag(struct rt_call *, struct rt_str);

/* --- For the runtime --- */

/* The ETag that the runtime makes of a body. */
struct rt_str rt_etag_of(struct rt_call *, struct rt_str body);

/* What is known of the representation that would be answered. */
struct rt_version {
	struct rt_str etag; /* absent: none; without what a coding adds */
	bool gzip; /* it would be coded so */
	bool dated;
	int64_t modified; /* seconds since 1970 */
};

enum rt_condition {
	RT_CONDITION_MET = 1, /* or there is none */
	RT_CONDITION_NOT_MODIFIED, /* 304 */
	RT_CONDITION_FAILED, /* 412 */
};

/* In the order of section 13.2.2; NULL: there is no such resource. */
enum rt_condition rt_condition_judge(struct rt_call *,
    const struct rt_version *);

/* Whether a Range counts, by If-Range (section 13.1.5). */
bool rt_condition_ranges(struct rt_call *, const struct rt_version *);

/* Whether it is an entity tag (section 8.8.3). */
bool rt_etag_ok(struct rt_str);

/* The ETag of the gzip of what has this one (section 8.8.3.3): "7-gzip" of
 * "7"; a weak one stands for both. */
struct rt_str rt_etag_gzip(struct rt_call *, struct rt_str);

#endif /* RT_CONDITIONAL_H */
