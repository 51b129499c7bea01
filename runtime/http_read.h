/*
 * What a client sends on a connection of HTTP/1.1, in pieces of any size:
 * heads and bodies, told apart (RFC 9112).  It knows no sockets and keeps no
 * bytes; the runtime's own.
 */
#ifndef RT_HTTP_READ_H
#define RT_HTTP_READ_H

#include "runtime/http_head.h"

enum rt_read {
	/* The bytes that are not used, fewer than limits->bytes, have to be
	 * offered again, with more behind them. */
	RT_READ_MORE = 1,
	/* A head is there, `data`.  rt_http_read_body() has to follow. */
	RT_READ_HEAD,
	RT_READ_BODY, /* bytes of the body are there, `data`; never none */
	RT_READ_END, /* the request is whole; what follows is the next one's */
	/* The connection can't be read on: reader->fault says why. */
	RT_READ_FAULT,
};

/* Zeroed but for the limits. */
struct rt_http_reader {
	const struct rt_head_limits *limits;
	struct rt_head_fault fault;
	unsigned char state;
	unsigned lines; /* of the head, or of the trailer, so far */
	size_t seen; /* bytes of it that have been looked at */
	size_t line; /* where its last line begins; of a trailer: the next */
	size_t extra; /* bytes of chunk extensions, less those of chunks */
	uint64_t left; /* bytes of the body or of its chunk */
};

/*
 * Reads on.  `bytes` begin where the last call's *used ended.  Looks at each
 * byte of a head once, however it is cut: refuses what can't become a head as
 * soon as that is clear.  *data points into `bytes`.
 */
enum rt_read rt_http_read(struct rt_http_reader *, struct rt_str bytes,
    size_t *used, struct rt_str *data) RT_WARN_UNUSED;

/* Tells how the body of the head that was read is framed. */
void rt_http_read_body(struct rt_http_reader *, const struct rt_head *);

/* Whether a request has begun: a byte of it has been seen. */
bool rt_http_read_begun(const struct rt_http_reader *);

#endif /* RT_HTTP_READ_H */
