/*
 * Who calls, and whether they may: the security requirements of an
 * operation; the runtime's own, not for handlers.
 */
#ifndef RT_AUTH_H
#define RT_AUTH_H

#include "runtime/call.h"

/*
 * Tries each alternative of the operation whose credentials are all there, in
 * the contract's order, until one holds: the function of each of its schemes
 * finds the credential good and grants the scopes that are asked for.  True
 * with call->who set to the caller by the alternative's first scheme, and to
 * those by the others behind it; false when the call has been answered with
 * 401, 403, 500 or 503.
 *
 * An empty alternative ({}) is tried last.  It lets in whom no other one does,
 * even with a wrong credential: a client that renews its session sends the old
 * one along.  A caller whose credential is good but lacks scopes is known then.
 *
 * A credential that can't be checked ends the call: what it grants is not
 * known.  So does a cookie that another site has made the browser send, unless
 * another alternative holds.
 */
bool rt_auth_admit(struct rt_call *) RT_WARN_UNUSED;

#endif /* RT_AUTH_H */
