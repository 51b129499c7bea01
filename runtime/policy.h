/*
 * What is decided before an operation runs, in a fixed order: 400 for a path
 * that can't be decoded, 404, 501, 405, 401, 403, 426, 417, 415, 406, 413; and what every answer carries (request id,
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

/*
 * Waits for the body of a call that was admitted, where it is pending.  False
 * when there will be none: the call has been answered, or is over.
 */
bool rt_policy_receive(struct rt_call *) RT_WARN_UNUSED;

/*
 * Adds the headers of every answer; called once, after the answer is whole:
 * by rt_call_run(), or by whoever answers a call that is never run.
 */
void rt_policy_finish(struct rt_call *);

/*
 * The id of the call in the log and in X-Request-ID, chosen when it is first
 * asked for: the request's own where it is at most 64 letters, digits, '.',
 * '_' and '-', else a random UUID.
 */
struct rt_str rt_policy_trace_id(struct rt_call *);

#endif /* RT_POLICY_H */
