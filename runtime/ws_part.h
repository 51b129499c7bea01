/*
 * A WebSocket as the runtime has it, and what its connection tells it.  It knows
 * no sockets but call->wire.  The runtime's own.
 */
#ifndef RT_WS_PART_H
#define RT_WS_PART_H

#include "runtime/ws.h"
#include "runtime/ws_deflate.h"
#include "runtime/ws_read.h"

struct rt_ws_deferred;
struct rt_ws_expiry;

struct rt_ws {
	struct rt_call *call;
	struct rt_ws_reader reader;
	struct rt_ws_deflate deflate;
	struct rt_str protocol;

	bool waiting; /* the next message is there: `next` */
	struct rt_ws_message next;
	char *held; /* the bytes of the one that the handler has */

	/* What is taken between two messages, and what was there before. */
	struct rt_arena *base;
	struct rt_arena *part; /* NULL between them */
	struct rt_deferred *before;
	bool had_failed;

	bool ending; /* the server is */
	bool broken; /* the handler has failed */
	bool over; /* the handler has been told that it is */
	bool closing; /* our Close is queued: nothing else follows */
	bool closed; /* the client's has come, or none is waited for */
	bool pinged; /* nothing has come since */
	unsigned code; /* of the first Close; 0: none yet */
	uint64_t bytes; /* that were sent */

	struct rt_ws_deferred *deferred;
	void *slot; /* topic.c's */
	struct rt_ws_expiry *expiry; /* rt_ws_expires(); or NULL */
};

/* --- For the connection --- */

/* Bytes have come; how many of them are used: all, unless a message is whole
 * that the handler has to take first. */
size_t rt_ws_take(struct rt_ws *, struct rt_str bytes) RT_WARN_UNUSED;

/* Whether bytes are of use. */
static inline bool
rt_ws_wants(const struct rt_ws *ws)
{
	return !ws->closed && !ws->waiting && (!ws->ending || ws->closing);
}

/* Nothing has come for a while. */
void rt_ws_ping(struct rt_ws *);

/* The server ends: so does the socket, behind the message that the handler is
 * about. */
void rt_ws_leave(struct rt_ws *);

/* The client has gone, though the call goes on (rt_detach()). */
void rt_ws_lose(struct rt_ws *);

/* Its coroutine has ended, be it in the middle of the handler. */
void rt_ws_abandon(struct rt_ws *);

/* --- For rt_call_run() --- */

/* The operation has run: the closing handshake, if there was none yet. */
void rt_ws_end(struct rt_call *);

/* Its handler has returned false. */
void rt_ws_fail(struct rt_call *);

/*
 * The caller of an operation may not, which the answer so far tells.  Where the
 * request is a handshake and the contract has a code for it, the socket is
 * accepted and closed with that.  Always false.
 */
bool rt_ws_refuse(struct rt_call *);

/* --- Within --- */

/* Gives back what was taken since the last message, of which what was deferred has
 * been called. */
void rt_ws_leave_part(struct rt_ws *);

/* Sends our Close, unless it is sent; wakes the call. */
void rt_ws_send_close(struct rt_ws *, unsigned code, struct rt_str reason);

/* --- ws_push.c --- */

/* The bytes of a frame as one socket gets it. */
struct rt_str rt_ws_frame_bytes(const struct rt_ws_frame *);

/* One of a text, or of a binary message; NULL without memory. */
struct rt_ws_frame *rt_ws_frame_new(enum rt_ws_opcode, struct rt_str);

/* Another reference. */
struct rt_ws_frame *rt_ws_frame_hold(struct rt_ws_frame *);

/* As it is for the socket, deflated or not; lives as long as the frame. */
struct rt_ws_frame *rt_ws_frame_for(struct rt_ws_frame *, const struct rt_ws *);

/* Queues it, as rt_ws_frame_for() has it. */
void rt_ws_share(struct rt_ws *, struct rt_ws_frame *);

#endif /* RT_WS_PART_H */
