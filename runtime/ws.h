/*
 * WebSockets (RFC 6455), messages of which may be compressed (RFC 7692).
 *
 * A socket is a call that goes on: its handler, on a coroutine of its own,
 * accepts it and receives message by message until it is over.  Pings, the
 * closing handshake and the checks of what comes are the runtime's.
 *
 * What a handler takes from its call (memory, rt_defer(), a query's rows) lives
 * until its next rt_ws_receive(), as though each message were a call; but what it
 * has taken before rt_ws_accept() lives as long as the socket.  What is to
 * outlive a message and is not from before belongs to rt_ws_defer().
 */
#ifndef RT_WS_H
#define RT_WS_H

#include "runtime/call.h"

/* Why a socket is closed (RFC 6455, section 7.4.1, and IANA's registry). */
enum rt_ws_code {
	RT_WS_NORMAL = 1000,
	RT_WS_GOING_AWAY = 1001, /* the server ends, or makes way for another */
	RT_WS_PROTOCOL_ERROR = 1002,
	RT_WS_UNSUPPORTED = 1003, /* a kind of message that is not taken */
	RT_WS_NONE = 1005, /* never sent: the client has told no code */
	RT_WS_LOST = 1006, /* never sent: the client has gone without a word */
	RT_WS_BAD_TEXT = 1007, /* not UTF-8, or what was deflated is not */
	RT_WS_POLICY = 1008, /* not what the operation takes */
	RT_WS_TOO_BIG = 1009,
	RT_WS_FAILED = 1011, /* the handler has */
	RT_WS_TRY_LATER = 1013, /* the client is too slow, or the server busy */
};

/* Of an operation that is a WebSocket: rt_op's `websocket`. */
struct rt_ws_def {
	size_t message_max; /* bytes of a client's, inflated; more is 1009 */
	/* The code with which a handshake that is right, but whose caller may not,
	 * is completed and closed at once: 4000 to 4999.  0: it is answered by
	 * HTTP, 401 or 403, of which browsers tell a page nothing. */
	unsigned unauthorized;
	/* Those of Sec-WebSocket-Protocol; ends with NULL, or is NULL: none. */
	const char *const *protocols;
	/* Of the JSON of messages both ways; NULL where nothing constrains it. */
	rt_check_fn *receive;
	rt_check_fn *send;
};

/* --- For handlers, and for generated code --- */

/* What a client has sent; lives until the next rt_ws_receive(). */
struct rt_ws_message {
	bool binary; /* else it is a text, of well-formed UTF-8 */
	struct rt_str data;
};

/*
 * Completes the handshake: 101.  From now on the call has no deadline, and what
 * the handler returns no longer is an answer: a false of its, after rt_fail(),
 * closes with 1011, and all else with 1000.  False when it can't: the call has
 * failed, by rt_fail(), or is over.
 */
bool rt_ws_accept(struct rt_call *) RT_WARN_UNUSED;

/*
 * Suspends the call until a whole message is there.  False when the socket is
 * over: closed by either side, lost, or to be closed for the server ends.  Then
 * the handler returns.  A socket of which nobody receives takes one message, and
 * then no more, not even a ping.
 */
bool rt_ws_receive(struct rt_call *, struct rt_ws_message *) RT_WARN_UNUSED;

/*
 * Sends a text, which must be UTF-8, or any bytes as a binary message; suspends
 * the call while the client has not taken what is there for it.  False when the
 * socket is over.
 */
bool rt_ws_send(struct rt_call *, struct rt_str text) RT_WARN_UNUSED;
bool rt_ws_send_binary(struct rt_call *, struct rt_str bytes) RT_WARN_UNUSED;

/*
 * Begins to close with a code and a sentence of UTF-8, cut at 123 bytes; from
 * now on nothing is sent or received.  Whoever closes first is right: the next
 * does nothing.
 */
void rt_ws_close(struct rt_call *, unsigned code, struct rt_str reason);

/* Closes it so at a time in seconds since 1970, that of the token's end; a
 * second call takes the place of the first.  `reason` is copied. */
void rt_ws_expires(struct rt_call *, int64_t at_seconds, unsigned code,
    struct rt_str reason);

/* The subprotocol that was agreed on; absent for none. */
struct rt_str rt_ws_protocol(const struct rt_call *);

/* --- For broadcasts, from anywhere on the worker --- */

struct rt_ws;
struct rt_ws_frame;

/* The call's socket, which lives until the call ends; NULL before
 * rt_ws_accept(). */
struct rt_ws *rt_ws_of(const struct rt_call *);

/* Calls fn(arg) when the socket ends, before anything of its call goes; last in,
 * first out.  What it needs lives until then: RT_NEW() of the call does not. */
void rt_ws_defer(struct rt_ws *, void (*fn)(void *), void *arg);

/* Zeroed memory that lives as long as the socket. */
void *rt_ws_new(struct rt_ws *, size_t size);

/*
 * A message for any number of sockets: framed once, deflated at most once for
 * each window size that clients have, and shared by their queues.  Counted;
 * whoever made it has one reference.  NULL without memory.
 */
struct rt_ws_frame *rt_ws_frame(struct rt_str text);
void rt_ws_frame_free(struct rt_ws_frame *);

/*
 * Queues it for one socket; never suspends.  Where more than WS_QUEUE_MAX bytes
 * would wait, the socket is closed with 1013, and what waits is dropped.  False
 * when the socket is over.
 */
bool rt_ws_push(struct rt_ws *, struct rt_ws_frame *);

/* --- For the runtime --- */

/* Where topic.c keeps what it knows of the socket; NULL at first. */
void **rt_ws_slot(struct rt_ws *);

#endif /* RT_WS_H */
