/*
 * What the files of the glue share.  They are the only ones that know Kore:
 *
 *	serve.c		hooks, and calls from their request to their answer
 *	serve_http.c	Kore's request to ours, our answer to Kore's connection
 *	serve_stream.c	answers that are sent piece by piece
 *	serve_read.c	the bytes of one request at a time
 *	serve_body.c	bodies of requests, in memory or in a file
 *	serve_loop.c	loop.h on Kore's event loop
 *	serve_sandbox.c	what a worker may ask of the system
 */
#ifndef RT_SERVE_KORE_H
#define RT_SERVE_KORE_H

#include <kore/kore.h>
#include <kore/http.h>

#include "runtime/call.h"

/* A call in Kore's hands; lives in the call's arena. */
struct rt_exchange {
	struct rt_call *call;
	struct http_request *req; /* NULL once the client has gone */
	bool waiting; /* inside rt_call_wait() */
	bool close; /* the connection, after the answer */
	bool last; /* a stream's head has said that the connection closes */
	bool chunked; /* the stream's pieces are chunks (RFC 9112, 7.1) */
	struct netbuf *mark; /* of a stream: the end of what is queued */
	int64_t wake_us; /* when a pause ends, on rt_clock_us(); 0: none */
	LIST_ENTRY(rt_exchange) list;
};

/* --- serve_http.c --- */

void rt_http_open(void);
void rt_http_close(void);

/*
 * Fills call->req; the bytes stay Kore's and live as long as its request.
 * False for a request whose framing can't be trusted (RFC 9112, section 6.3)
 * or that Kore has cut short: then the call has its answer.
 */
bool rt_http_take(struct rt_exchange *) RT_WARN_UNUSED;

/* Queues the answer on the connection, which then takes the next request
 * unless it has to close. */
void rt_http_send(struct rt_exchange *);

/* Queues the head of an answer whose length nobody knows yet; sets x->last and
 * x->chunked. */
void rt_http_begin(struct rt_exchange *);

/* Ends such an answer; one that is not whole by cutting the connection. */
void rt_http_end(struct rt_exchange *, bool whole);

/* The next answer of each connection is its last one. */
void rt_http_drain(void);

/* Whether an earlier request of its connection is not answered yet. */
bool rt_http_is_early(const struct http_request *);

/* Makes the call's answer a problem; for what is refused before it runs. */
void rt_http_refuse(struct rt_call *, int status, const struct rt_code *,
    const char *detail);

/* --- serve_stream.c --- */

struct rt_wire;

/* Streams on Kore's connections. */
extern const struct rt_wire rt_wire_kore;

/* The call is over: nobody waits for its queue any more. */
void rt_stream_forget(struct rt_exchange *);

/* --- serve_read.c --- */

/* For the connections of a worker from now on. */
void rt_read_open(void);

/* Reads the next request of a connection, the last one being answered. */
void rt_read_on(struct connection *);

/* --- serve_body.c --- */

struct rt_server;

/* For a worker; the server and the settings outlive it. */
void rt_body_open(const struct rt_server *);
void rt_body_close(void);

/* Whether a file can be made for a body; errno tells why not.  The settings have
 * been loaded. */
bool rt_body_probe(void) RT_WARN_UNUSED;

/* Before a connection is read that reads no head: a body that begins is taken
 * over from Kore.  False when nothing is to be read now. */
bool rt_body_take_over(struct connection *) RT_WARN_UNUSED;

/* Whether the request has a body that Kore does not read, and its operation
 * takes one: then the request comes back when it is there. */
bool rt_body_await(struct http_request *) RT_WARN_UNUSED;

/* Whether the body could not be stored. */
bool rt_body_is_lost(const struct http_request *);

/* Fills call->req with the body; its bytes live as long as the request.  False
 * where they can't be had. */
bool rt_body_take(struct rt_call *, const struct http_request *) RT_WARN_UNUSED;

/* Reads and drops what is left of a body that has had its answer, so that the
 * client gets to read that, and closes the connection then, or after
 * http_body_timeout. */
void rt_body_discard(struct connection *, size_t left);

/* --- serve_loop.c --- */

void rt_loop_open(void);
void rt_loop_close(void);

/* Makes the loop turn at once; without it what becomes runnable outside of
 * an event waits for a timer. */
void rt_loop_kick(void);

#endif /* RT_SERVE_KORE_H */
