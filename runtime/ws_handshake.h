/* The handshake of a WebSocket (RFC 6455, section 4.2); the runtime's own. */
#ifndef RT_WS_HANDSHAKE_H
#define RT_WS_HANDSHAKE_H

#include "runtime/call.h"
#include "runtime/ws_deflate.h"

enum { RT_WS_ACCEPT_TEXT = 28 };

struct rt_ws_handshake {
	char accept[RT_WS_ACCEPT_TEXT + 1]; /* of Sec-WebSocket-Accept */
	struct rt_str protocol; /* that is agreed on; absent for none */
	struct rt_ws_deflate deflate;
};

/* Why a request is no handshake. */
struct rt_ws_refusal {
	const struct rt_code *code; /* 426 or 400 */
	const char *why; /* a sentence */
};

/* Reads the handshake of a request to an operation that is a WebSocket; false
 * with a refusal where it is none. */
bool rt_ws_handshake_read(struct rt_call *, struct rt_ws_handshake *,
    struct rt_ws_refusal *) RT_WARN_UNUSED;

/* True where the request is one; else it has been answered. */
bool rt_ws_handshake_admit(struct rt_call *) RT_WARN_UNUSED;

/* Makes call->res the answer to it, 101. */
void rt_ws_handshake_answer(struct rt_call *, const struct rt_ws_handshake *);

#endif /* RT_WS_HANDSHAKE_H */
