/*
 * Answers that are sent item by item: events (WHATWG HTML, section 9.2), lines
 * of JSON, and JSON text sequences (RFC 7464).  The contract's functions
 * api_..._begin() and api_..._send() stand on them.
 */
#ifndef RT_STREAM_H
#define RT_STREAM_H

#include "runtime/call.h"
#include "runtime/json_write.h"
#include "runtime/media.h"

/* How an item becomes bytes. */
enum rt_framing {
	/* An event; the item is its data: a string as it is, else JSON. */
	RT_FRAMING_EVENTS = 1,
	/* An event; the item is an object of its fields: data, event, id and
	 * retry. */
	RT_FRAMING_FIELDS,
	RT_FRAMING_LINES, /* JSON and a line feed */
	RT_FRAMING_SEQUENCE, /* RFC 7464 */
};

/*
 * Suspends the call, of which a stream has begun, for `ms` milliseconds.  An
 * event stream that was silent for 15 seconds gets a
 * comment, or a proxy takes it for dead.  False when nobody reads any more: the
 * client has gone or the server is ending.
 */
bool rt_stream_pause(struct rt_call *, unsigned ms) RT_WARN_UNUSED;

/* --- For generated code --- */

/*
 * Sends the head of the answer that call->res has so far, whose body the items
 * are.  False when that answer breaks the contract; rt_fail() has been called
 * then, and nothing is sent.  From now on the call has no deadline.
 */
bool rt_stream_begin(struct rt_call *, enum rt_framing) RT_WARN_UNUSED;

/* For the next item, as JSON; never NULL. */
struct rt_writer *rt_stream_item(struct rt_call *);

/*
 * Sends the item, and suspends the call while the client has not taken what is
 * there for it.  False when nobody reads any more, and for an item that breaks
 * the contract: that ends the stream, and rt_fail() has been called.  Then the
 * handler returns; what it returns no longer counts.
 */
bool rt_stream_send(struct rt_call *) RT_WARN_UNUSED;

/* --- For the runtime --- */

struct rt_stream {
	enum rt_framing framing;
	const struct rt_content *content; /* NULL: nothing declares it */
	struct rt_arena *arena; /* of one item */
	struct rt_buf item;
	struct rt_writer writer;
	int status; /* as it was sent */
	bool silent; /* only the head was asked for (HEAD) */
	bool ending; /* the server is */
	bool over; /* the handler has been told that nobody reads */
	bool broken; /* not what was promised */
	bool whole; /* it has ended as it should */
	int64_t sent_us; /* when the last bytes were, on rt_clock_us() */
	size_t bytes; /* of the body */
};

struct rt_ws_frame;

/* The connection of a call: its body comes from there, its stream goes there. */
struct rt_wire {
	/* Queues the head of call->res. */
	void (*begin)(struct rt_call *);
	/* Queues bytes of the body. */
	void (*send)(struct rt_call *, struct rt_str);
	/* Suspends the call while too much is queued; false when the call is
	 * over or its deadline has passed. */
	bool (*drain)(struct rt_call *);
	/* Suspends the call until a time on rt_clock_us(), or less long; false
	 * when it is over. */
	bool (*pause)(struct rt_call *, int64_t until_us);
	/*
	 * Suspends the call until its pending body is whole, which then is
	 * call->req.body, of at most rt_server_body_max() bytes.  Called once,
	 * for a request that its operation takes: a client that expects
	 * 100-continue gets it now.  The connection has a deadline of its own
	 * for it.  False when the call is over, and when there will be no body:
	 * then the call has its answer, 400, 408 or 413.
	 */
	bool (*receive)(struct rt_call *);

	/* Of a WebSocket, NULL where there can be none: */

	/* Queues the head of call->res, 101; what comes from now on goes to
	 * rt_ws_take().  False where there are too many. */
	bool (*upgrade)(struct rt_call *);
	/* Queues a frame, which it holds by a reference of its own. */
	void (*share)(struct rt_call *, struct rt_ws_frame *);
	/* Bytes that are queued. */
	size_t (*queued)(const struct rt_call *);
	/* Drops what is queued but the first, of which a part may be sent. */
	void (*drop)(struct rt_call *);
	/* Ends its pause(), or its drain() where that can end. */
	void (*wake)(struct rt_call *);
};

/* As rt_stream_pause(), until *enough is true, whoever sets it wakes the call. */
bool rt_stream_wait(struct rt_call *, const bool *enough) RT_WARN_UNUSED;

/* The operation has run: whether the stream is whole is in call->stream. */
void rt_stream_end(struct rt_call *);

/* The bytes of an item; false with a sentence in *why where it can't be sent.
 * `v` is what `json` says. */
bool rt_stream_frame(struct rt_buf *, enum rt_framing, struct rt_str json,
    const struct rt_node *v, const char **why) RT_WARN_UNUSED;

/* Of a media type; 0 for one that is no stream. */
enum rt_framing rt_stream_framing(const struct rt_media *);

#endif /* RT_STREAM_H */
