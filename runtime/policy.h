/*
 * What is decided before an operation runs, in a fixed order: 404, 405, 501,
 * 401, 403, 417, 415, 406, 413; and what every answer carries (request id,
 * CORS, security headers).
 */
#ifndef RT_POLICY_H
#define RT_POLICY_H

#include "runtime/call.h"
#include "runtime/router.h"

/*
 * True when the call may go on to its operation (call->op and call->params
 * are set); false when it has been answered.
 */
bool rt_policy_admit(struct rt_call *) RT_WARN_UNUSED;

/* Adds the headers of every answer; called once, after the answer is whole. */
void rt_policy_finish(struct rt_call *);

#endif /* RT_POLICY_H */
