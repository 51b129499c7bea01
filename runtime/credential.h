/*
 * What a request has for a security scheme, and what it is told to bring; the
 * runtime's own, not for handlers.
 */
#ifndef RT_CREDENTIAL_H
#define RT_CREDENTIAL_H

#include "runtime/call.h"

enum rt_found {
	RT_FOUND = 1,
	RT_FOUND_NONE,
	RT_FOUND_BAD, /* not what the scheme takes, or given twice */
};

/*
 * Looks for the credential of a scheme.  An Authorization of another scheme
 * is none (RFC 9110, section 11.4).  *why is a sentence for RT_FOUND_BAD.
 */
enum rt_found rt_credential_find(struct rt_call *, const struct rt_scheme *,
    struct rt_credential *, struct rt_str *why);

/* Whether the credential is sent by a browser whichever page asks. */
bool rt_credential_is_cookie(const struct rt_scheme *);

/* Whether schemes of this kind take it from Authorization. */
bool rt_credential_is_http(const struct rt_scheme *);

/*
 * Adds a challenge to the answer (RFC 9110, section 11.6.1) for each scheme
 * that the operation takes, or, where it takes none, that the api has; not
 * for the function of a scheme that has added one itself.  `wrong` is the
 * scheme whose credential was wrong, or NULL.
 */
void rt_credential_challenge(struct rt_call *, const struct rt_scheme *wrong);

/* Tells a caller with a bearer token which scopes it lacks (RFC 6750, section
 * 3.1); nothing for other schemes. */
void rt_credential_lacks(struct rt_call *, const struct rt_need *);

#endif /* RT_CREDENTIAL_H */
