/*
 * What a client sends on a WebSocket (RFC 6455, sections 5 and 6.2), in pieces
 * of any size: messages and control frames, told apart.  It knows no sockets;
 * the runtime's own.
 */
#ifndef RT_WS_READ_H
#define RT_WS_READ_H

#include "runtime/ws_frame.h"

enum rt_ws_read {
	RT_WS_READ_MORE = 1, /* all bytes are used, and more are needed */
	RT_WS_READ_MESSAGE, /* one is whole: rt_ws_reader_take() follows */
	RT_WS_READ_PING, /* one of them is whole: its payload is control[] */
	RT_WS_READ_PONG,
	RT_WS_READ_CLOSE,
	/* It can't be read on: `fault` says with which code to close. */
	RT_WS_READ_FAULT,
};

/* Zeroed but for the first two. */
struct rt_ws_reader {
	size_t max; /* bytes of a message, inflated */
	bool inflates; /* messages may be compressed (RFC 7692) */

	unsigned fault; /* a code of enum rt_ws_code */
	const char *why; /* a sentence */

	char head[RT_WS_CLIENT_HEAD_MAX]; /* of the frame, as far as it is */
	unsigned char head_n;
	bool in_payload;
	uint64_t length; /* of the payload */
	uint64_t at; /* bytes of it that have come */

	unsigned char opcode; /* of the message; 0: none has begun */
	bool compressed;
	struct rt_ws_utf8 utf8;
	char *p; /* what has come of it; malloc()'s */
	size_t n;
	size_t size;

	char control[RT_WS_CONTROL_MAX];
	unsigned char control_n;
};

/* Reads on.  `bytes` begin where the last call's *used ended. */
enum rt_ws_read rt_ws_read(struct rt_ws_reader *, struct rt_str bytes,
    size_t *used) RT_WARN_UNUSED;

/* The message that is whole; whoever calls frees data.p, which may be NULL where
 * there are no bytes. */
struct rt_ws_message;
void rt_ws_reader_take(struct rt_ws_reader *, struct rt_ws_message *);

/* Frees what has come. */
void rt_ws_reader_drop(struct rt_ws_reader *);

#endif /* RT_WS_READ_H */
