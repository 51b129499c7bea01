/* Answers to webhooks and callbacks; the runtime's own, not for handlers. */
#ifndef RT_OUTBOUND_ANSWER_H
#define RT_OUTBOUND_ANSWER_H

#include "runtime/outbound.h"

/*
 * Holds an answer against the contract, and sets o->answer and o->node.  False
 * for one that breaks it: then reply->why is a sentence.
 */
bool rt_outbound_check(struct rt_outbound *,
    struct rt_http_reply *) RT_WARN_UNUSED;

#endif /* RT_OUTBOUND_ANSWER_H */
