/*
 * Messages of a WebSocket as the contract has them: JSON of the schemas of
 * x-websocket.  The contract's functions api_..._receive(), api_..._send() and
 * api_..._publish() stand on this.
 */
#ifndef RT_MESSAGE_H
#define RT_MESSAGE_H

#include "runtime/json_write.h"
#include "runtime/ws.h"

/* One that is being written; of an operation that may be another than the
 * call's. */
struct rt_message {
	struct rt_call *call;
	const struct rt_op *op;
	struct rt_buf text;
	struct rt_writer writer;
};

/*
 * Suspends the call until the client has sent a message that conforms, as a node
 * that lives until the next call of this; call->check is of it then.  NULL when
 * the socket is over.
 *
 * One that does not conform is answered with a problem, where the schema of what
 * the server sends takes it, and else closes the socket: 1008.  So does a binary
 * one: 1003.
 */
const struct rt_node *rt_message_receive(struct rt_call *) RT_WARN_UNUSED;

/* Begins a message; the writer is never NULL. */
struct rt_writer *rt_message_begin(struct rt_message *, struct rt_call *,
    const struct rt_op *);

/* Sends it to the call's socket.  False when that is over, and with rt_fail()
 * for a message that breaks the contract. */
bool rt_message_send(struct rt_message *) RT_WARN_UNUSED;

/* Sends it to all who have subscribed to the topic, as rt_topic_publish() does;
 * false with rt_fail(). */
bool rt_message_publish(struct rt_message *,
    struct rt_str topic) RT_WARN_UNUSED;

/* The same to those who are trusted, as rt_topic_publish_private() does. */
bool rt_message_publish_private(struct rt_message *,
    struct rt_str topic) RT_WARN_UNUSED;

/* Has it sent to the call's socket whenever messages of its topics may have been
 * lost.  False with rt_fail(). */
bool rt_message_missed(struct rt_message *) RT_WARN_UNUSED;

/* Sends a problem, with the status of its code. */
bool rt_message_problem(struct rt_call *,
    const struct rt_problem *) RT_WARN_UNUSED;

#endif /* RT_MESSAGE_H */
