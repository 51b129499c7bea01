/*
 * Frames (RFC 6455, section 5.2) and what stands in those of control (5.5); the
 * runtime's own.
 */
#ifndef RT_WS_FRAME_H
#define RT_WS_FRAME_H

#include "runtime/str.h"

enum rt_ws_opcode {
	RT_WS_CONTINUATION = 0,
	RT_WS_TEXT = 1,
	RT_WS_BINARY = 2,
	RT_WS_CLOSE = 8,
	RT_WS_PING = 9,
	RT_WS_PONG = 10,
};

enum {
	RT_WS_SERVER_HEAD_MAX = 10, /* without a mask */
	RT_WS_CLIENT_HEAD_MAX = 14,
	RT_WS_CONTROL_MAX = 125, /* bytes of a control frame's payload */
	RT_WS_REASON_MAX = RT_WS_CONTROL_MAX - 2,
};

/* The head of a server's frame, which is a whole message, before a payload of
 * `n` bytes; answers its own. */
size_t rt_ws_head_write(char to[RT_WS_SERVER_HEAD_MAX], enum rt_ws_opcode,
    bool deflated, uint64_t n);

/* The payload of a Close frame; answers its bytes.  The reason is cut where a
 * code point ends. */
size_t rt_ws_close_write(char to[RT_WS_CONTROL_MAX], unsigned code,
    struct rt_str reason);

/*
 * The code in the payload of a client's Close frame, RT_WS_NONE for an empty
 * one.  0 where it is at fault: *fault is the code to answer then (section 7.4,
 * 8.1).
 */
unsigned rt_ws_close_read(struct rt_str payload, unsigned *fault);

/* Takes the mask off, or puts it on (section 5.3): `at` bytes of the frame came
 * before.  The two may be the same. */
void rt_ws_mask(char *to, const char *from, size_t n, const char mask[4],
    uint64_t at);

/* Well-formed UTF-8 that comes in pieces; zeroed it is at the beginning. */
struct rt_ws_utf8 {
	unsigned char left; /* bytes of the code point that are to come */
	unsigned char low, high; /* what the next of them may be */
};

/* False as soon as nothing that follows could make it well-formed. */
bool rt_ws_utf8_add(struct rt_ws_utf8 *, struct rt_str) RT_WARN_UNUSED;

/* Whether no code point is begun. */
static inline bool
rt_ws_utf8_is_whole(const struct rt_ws_utf8 *u)
{
	return u->left == 0;
}

#endif /* RT_WS_FRAME_H */
