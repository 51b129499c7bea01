/*
 * Compressed messages (RFC 7692, permessage-deflate).  Each is compressed by
 * itself, both ways (no context takeover), so that a socket at rest needs no
 * memory for it: a worker has one window for each way.  The runtime's own.
 */
#ifndef RT_WS_DEFLATE_H
#define RT_WS_DEFLATE_H

#include "runtime/str.h"

/* Of a window, as its logarithm; what is less zlib can't have. */
enum { RT_WS_BITS_MIN = 9, RT_WS_BITS_MAX = 15 };

/* What a client offers, and what the server makes of it. */
struct rt_ws_deflate {
	bool agreed;
	/* The server's window, RT_WS_BITS_MIN - 1 up to the most; of that least
	 * size the server's messages are not compressed. */
	unsigned char bits;
	bool bits_asked; /* the client has asked for a size */
};

/*
 * Takes the first offer that can be taken of a whole Sec-WebSocket-Extensions,
 * which is absent where there is none.  False where it is malformed (RFC 6455,
 * section 9.1).
 */
bool rt_ws_deflate_agree(struct rt_str offers,
    struct rt_ws_deflate *) RT_WARN_UNUSED;

/* As an answer says what was agreed on; with a NUL, which is not counted. */
enum { RT_WS_DEFLATE_TEXT = 128 };
struct rt_str rt_ws_deflate_text(char to[RT_WS_DEFLATE_TEXT],
    const struct rt_ws_deflate *);

/*
 * Inflates a message of at most `max` bytes; *p is malloc()'s.  0, or the code to close with: RT_WS_BAD_TEXT for what is not
 * deflated, RT_WS_TOO_BIG, RT_WS_FAILED.
 */
unsigned rt_ws_inflate(struct rt_str from, size_t max, char **p,
    size_t *n) RT_WARN_UNUSED;

/* Deflates into `to`, which has room for as many bytes; 0 where it would not
 * become less, or can't be done. */
size_t rt_ws_deflate(struct rt_str from, char *to, int level, unsigned bits);

#endif /* RT_WS_DEFLATE_H */
