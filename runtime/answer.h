/* Whether an answer is what the contract promises; the runtime's own. */
#ifndef RT_ANSWER_H
#define RT_ANSWER_H

#include "runtime/call.h"

/*
 * Holds call->res against call->op->answers: status, media type, body and
 * headers.  False when they differ; rt_fail() has been told where then.
 */
bool rt_answer_check(struct rt_call *) RT_WARN_UNUSED;

#endif /* RT_ANSWER_H */
