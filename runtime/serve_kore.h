/*
 * What the files of the glue share.  They are the only ones that know Kore:
 *
 *	serve.c		hooks: what the parent and a worker open and close
 *	serve_parent.c	the parent: its workers' deaths, and their exchange
 *	serve_worker.c	how a worker begins, and how it leaves
 *	serve_accept.c	the listening sockets
 *	serve_conn.c	connections: what epoll says of them
 *	serve_read.c	how their bytes become requests
 *	serve_io.c	bytes on a socket, under TLS or not
 *	serve_send.c	what is queued for a client, and its way out
 *	serve_time.c	how long a client may take
 *	serve_peer.c	how many connections an address has
 *	serve_call.c	requests from their head to their answer
 *	serve_own.c	calls that no client waits for
 *	serve_shed.c	what is said when there is no room for a call
 *	serve_body.c	bodies of requests, in memory or in a file
 *	serve_stream.c	answers that are sent piece by piece
 *	serve_ws.c	WebSockets
 *	serve_loop.c	loop.h on Kore's event loop
 *	serve_sandbox.c	what a worker may ask of the system
 */
#ifndef RT_SERVE_KORE_H
#define RT_SERVE_KORE_H

#include <kore/kore.h>
#include <sys/uio.h>

#include "runtime/http_read.h"
#include "runtime/loop.h"
#include "runtime/respawn.h"
#include "runtime/stream.h"
#include "runtime/tls.h"

/* What a connection waits for; each has a time of its own. */
enum rt_phase {
	RT_PHASE_NONE = 0, /* the call, which has its own deadline */
	RT_PHASE_HANDSHAKE, /* TLS to agree */
	RT_PHASE_HEAD, /* the rest of a head; of the first one from the start */
	RT_PHASE_IDLE, /* the next request */
	RT_PHASE_BODY, /* more of a body */
	RT_PHASE_SEND, /* the client to read */
	RT_PHASE_REST, /* a moment, for there was no room for its call */
	RT_PHASE_QUIET, /* anything from a WebSocket */
	RT_PHASE_PONG, /* what a WebSocket answers to a ping */
	RT_PHASE_LEFT, /* the answer for a client that sends no more */
	RT_PHASE_LINGER, /* the client to have read the last answer */
	RT_PHASES,
};

/* Bytes for a client that could not be sent yet. */
struct rt_segment {
	STAILQ_ENTRY(rt_segment) list;
	struct rt_open_file *file; /* whose bytes they are; NULL: own */
	off_t offset; /* in the file */
	struct rt_ws_frame *frame; /* the same */
	const char *p;
	size_t n;
};

struct rt_conn {
	struct connection *kore; /* NULL: it is closed */
	struct rt_tls *tls; /* NULL: there is none */
	bool shaking; /* TLS has not agreed yet */
	struct rt_http_reader reader;
	struct rt_exchange *x; /* the request under way; or NULL */

	char *in; /* what has come and is not used yet */
	size_t in_n;
	bool hungry; /* that is no use without more */

	STAILQ_HEAD(, rt_segment) out;
	size_t out_n; /* bytes in it */

	/* As epoll has it: to be tried. */
	bool readable;
	bool writable;
	bool half_closed; /* epoll has told of the end of what comes */
	bool ended; /* nothing more comes */
	bool failed; /* nothing more can be sent */
	bool whole; /* the request has been read to its end */
	bool skipping; /* the rest of a body that has had its answer */
	bool resting; /* see RT_PHASE_REST */
	bool closing; /* no more requests are taken */
	bool broken; /* its end must not look like that of the answer */
	bool ready; /* in the list of those that can go on */
	bool later; /* in that of those that can in the next turn */

	enum rt_phase phase;
	int64_t phase_end_us; /* on rt_clock_us() */
	size_t phase_bytes; /* that have moved meanwhile */
	TAILQ_ENTRY(rt_conn) timed;
	TAILQ_ENTRY(rt_conn) list; /* of the ready, or of the closed */

	unsigned requests;
	struct rt_peer *peer;
	char peer_text[INET6_ADDRSTRLEN];
};

/* A request under way; lives in its call's arena. */
struct rt_exchange {
	struct rt_call *call;
	struct rt_conn *conn; /* NULL: no client waits for it */
	struct rt_head head;
	bool waiting; /* inside rt_call_wait() */
	bool woken; /* and to go on */
	bool alone; /* its client has gone: rt_detach() */
	bool receiving; /* it waits for its body */
	bool draining; /* it waits for the client to read */
	bool close; /* the connection, after the answer */
	bool last; /* a stream's head has said so */
	bool upgraded; /* it is a WebSocket's */
	bool chunked; /* the stream's pieces are chunks (RFC 9112, 7.1) */
	char *body; /* what has come of it, unless it is in a file */
	size_t body_size;
	int fd; /* that file; -1 for none */
	size_t body_n; /* bytes that have come of it */
	size_t body_max;
	int refused; /* status of a body that can't be taken; 0 for none */
	const char *refused_why;
	LIST_ENTRY(rt_exchange) list;
	struct rt_own_call own; /* where there is no `conn` */
	TAILQ_ENTRY(rt_exchange) next_own;
};

/* The settings of a worker's connections; times in milliseconds. */
struct rt_conn_settings {
	struct rt_head_limits head;
	unsigned phase_ms[RT_PHASES];
	unsigned per_address;
	unsigned requests;
	unsigned calls;
	unsigned sockets; /* WebSockets */
};

extern struct rt_conn_settings rt_conn_settings;

/* --- serve_conn.c --- */

/* For a worker, which the server outlives; the settings have been loaded. */
void rt_conn_open(const struct rt_tls_server *);
void rt_conn_close(void);

/* Goes on with a connection in this turn of the loop. */
void rt_conn_ready(struct rt_conn *);

/* Goes on with it in the next turn: it has had enough of this one. */
void rt_conn_later(struct rt_conn *);

/* About as many bytes as one connection may move in a turn. */
enum { RT_TURN_MAX = 1024 * 1024 };

/* Goes on with those that can; to be called last of whatever Kore calls. */
void rt_conn_settle(void);

/* Closes it at once, whatever is under way. */
void rt_conn_drop(struct rt_conn *, const char *why);

/* It is closed already, and its last call has ended. */
void rt_conn_retire(struct rt_conn *);

/* Its answer is queued: takes the next request, or closes it by and by.  `close`
 * has been told to the client. */
void rt_conn_answered(struct rt_conn *, bool close);

/* Whether another request may follow the one under way. */
bool rt_conn_can_go_on(const struct rt_conn *);

/* Connections close behind their next answer. */
void rt_conn_drain(void);
bool rt_conn_is_draining(void);

/* Closes those that wait for a request of which nothing has come. */
void rt_conn_close_idle(void);

/* Whether there is a connection left, or a call that goes on alone. */
bool rt_conn_is_busy(void);

/* --- serve_read.c --- */

/* Whether the last answer is sent, and what still comes is of no use. */
static inline bool
rt_conn_lingers(const struct rt_conn *conn)
{
	return conn->phase == RT_PHASE_LINGER;
}

/* Takes in what there is, but no more than a turn may have. */
void rt_conn_read(struct rt_conn *);

/* --- serve_io.c --- */

/* One step of a handshake; true when it is done. */
bool rt_io_shake(struct rt_conn *);

/* Up to `n` bytes, n > 0; 0 where there are none for now, or ever: see
 * conn->readable, ended and failed. */
size_t rt_io_read(struct rt_conn *, char *, size_t n);

/* How many bytes have been taken; 0 where none can be for now, or ever: see
 * conn->writable and failed.  TLS takes of the first piece only, which has to be
 * offered again until all of it is taken. */
size_t rt_io_write(struct rt_conn *, struct iovec *, int n);

/* The same for a file; it fails where the file has become shorter. */
size_t rt_io_write_file(struct rt_conn *, int fd, off_t offset, size_t n);

/* Tells the client that nothing more will be sent; false where it has gone. */
bool rt_io_end(struct rt_conn *);

/* Lets the client see, once it is closed, that something is missing. */
void rt_io_reset(struct rt_conn *);

/* --- serve_send.c --- */

/* Sends what can be sent at once, and keeps a copy of the rest. */
void rt_send(struct rt_conn *, struct rt_str, struct rt_str);

/* Queues bytes of a file, which is held until they are sent. */
void rt_send_file(struct rt_conn *, struct rt_open_file *, uint64_t offset,
    uint64_t n);

/* Queues a WebSocket's frame, unless it can be sent at once; it is held until
 * then. */
void rt_send_frame(struct rt_conn *, struct rt_ws_frame *);

/* Drops all that is queued but the first piece. */
void rt_send_drop_waiting(struct rt_conn *);

/* Sends what is queued; sets conn->failed where that can't be. */
void rt_send_flush(struct rt_conn *);

void rt_send_drop(struct rt_conn *);

/* --- serve_time.c --- */

/* What the connection waits for from now on. */
void rt_phase_enter(struct rt_conn *, enum rt_phase);

/* Sends those away whose time is up. */
void rt_phase_check(void);

/* --- serve_peer.c --- */

/* Counts a connection of the address; NULL where it has as many as it may. */
struct rt_peer *rt_peer_enter(const struct connection *);
void rt_peer_leave(struct rt_peer *);
void rt_peer_close(void);

/* --- serve_call.c --- */

/* For a worker; the server outlives it. */
void rt_exchange_open(struct rt_server *);
void rt_exchange_close(void);

/* A head has come: the call begins. */
void rt_exchange_begin(struct rt_conn *, struct rt_str head);

/* What has come can't be read: answers that, and then no more. */
void rt_exchange_refuse(struct rt_conn *, const struct rt_head_fault *);

/* The call goes on where it waits. */
void rt_exchange_resume(struct rt_exchange *);

/*
 * The client has gone, and nobody will have the answer: the call unwinds, and
 * conn->x is NULL then.  One that is detached goes on instead, and the connection
 * stays for it, though closed, until rt_exchange_resume() has ended it.
 */
void rt_exchange_leave(struct rt_exchange *, const char *why);

/* All calls unwind, for the worker ends. */
void rt_exchange_stop(void);

/* Makes the call's answer a problem of the connection. */
void rt_exchange_problem(struct rt_exchange *, int status, const char *why);

/* Queues the head of an answer whose length nobody knows yet; sets x->last and
 * x->chunked. */
void rt_exchange_begin_stream(struct rt_exchange *);

/* Queues the head of a WebSocket, which from now on is none of the calls under
 * way; false where there are too many. */
bool rt_exchange_upgrade(struct rt_exchange *) RT_WARN_UNUSED;

/* Wakes the calls whose time is up. */
void rt_exchange_check(void);

/* Whether no call is under way. */
bool rt_exchange_none(void);

/* Streams and WebSockets end by and by. */
void rt_exchange_end_streams(void);

/* --- serve_own.c --- */

/* It goes on when they are settled. */
void rt_own_ready(struct rt_exchange *);

/* Goes on with those that can; false where none could. */
bool rt_own_settle(void);

/* Wakes those whose time is up. */
void rt_own_check(void);

bool rt_own_none(void);

/* All unwind, for the worker ends. */
void rt_own_stop(void);

/* --- serve_shed.c --- */

/* For a worker; the server outlives it. */
void rt_shed_open(struct rt_server *);
void rt_shed_close(void);

/* Answers 503. */
void rt_shed(struct rt_conn *, const struct rt_head *, bool close);

/* Tells the log how many, now and then. */
void rt_shed_tell(void);

/* --- serve_body.c --- */

/* The settings have been loaded. */
void rt_body_open(void);

/* Whether a file can be made for a body; errno tells why not. */
bool rt_body_probe(void) RT_WARN_UNUSED;

/* Suspends the call until its body is there; see rt_wire. */
bool rt_body_receive(struct rt_call *) RT_WARN_UNUSED;

/* Bytes of the body have come. */
void rt_body_add(struct rt_exchange *, struct rt_str);

/* It is whole, or `status` and a sentence say why it never will be. */
void rt_body_end(struct rt_exchange *, int status, const char *why);

/* --- serve_stream.c --- */

/* The calls' side of a connection. */
extern const struct rt_wire rt_wire_http1;

/* Bytes that may be queued before a call has to wait. */
enum { RT_QUEUE_MAX = 64 * 1024 };

/* --- serve_ws.c --- */

/* The WebSocket that the connection has become; or NULL. */
struct rt_ws *rt_conn_socket(const struct rt_conn *);

/* Bytes have come for it; how many are used. */
size_t rt_socket_take(struct rt_conn *, struct rt_str);

/* What it waits for. */
enum rt_phase rt_socket_phase(const struct rt_conn *);

/* Its call's side, as rt_wire has it. */
bool rt_socket_upgrade(struct rt_call *);
void rt_socket_share(struct rt_call *, struct rt_ws_frame *);
size_t rt_socket_queued(const struct rt_call *);
void rt_socket_drop(struct rt_call *);

/* --- serve_accept.c --- */

/* In the parent: workers don't take turns in accepting, and have no more
 * connections than they may have files. */
void rt_accept_prepare(void);

/* In a worker: connections are taken from now on, up to Kore's
 * worker_max_connections. */
void rt_accept_open(void);

/* No handshake begins any more, at any worker; those that have begun go on. */
void rt_accept_refuse(void);

/* This process takes no more connections.  The second may be called from a
 * signal handler of the parent, which has none of them in its loop. */
void rt_accept_close(void);
void rt_accept_forget(void);

/* --- serve_parent.c --- */

/* The place of a worker, which others may have had before; its memory is shared
 * by all processes. */
struct rt_place {
	struct rt_respawn respawn;
	pid_t holder; /* the worker that has it */
	pid_t ready; /* the one that answers */
	pid_t left; /* the one that leaves on purpose */
	pid_t left_before; /* the same of the holder before */
	pid_t told; /* the one whose death has been told */
};

/* By the worker's id. */
struct rt_place *rt_place_of(unsigned worker_id);

/* In the parent, before there are workers.  At SIGHUP `reload` is called, to read
 * anew what new workers inherit; where it returns false the old ones stay.
 * `tick` is called several times a second.  False without memory. */
bool rt_parent_open(bool (*reload)(void), void (*tick)(void)) RT_WARN_UNUSED;

/* Waits for the workers that Kore does not know; false where a worker has called
 * rt_parent_fail(). */
bool rt_parent_close(void) RT_WARN_UNUSED;

/* In a worker: there is one now; and it answers. */
void rt_place_begin(void);
void rt_parent_ready(void);

/* The worker ends, since nothing would be better in another one's place: so the
 * server stops, with exit status 1. */
_Noreturn void rt_parent_fail(void);

pid_t rt_parent_pid(void);

/* As the process knew at the fork, or has been told since. */
bool rt_parent_is_stopping(void);

/* --- serve_worker.c --- */

/* First of all in a worker; returns when it may open what it needs. */
void rt_worker_begin(void);

/* Last of all: it answers from now on.  `close` is called when it leaves. */
void rt_worker_open(void (*close)(void));

/* --- serve_loop.c --- */

void rt_loop_open(void);
void rt_loop_close(void);

/* Makes the loop turn at once, and calls fn() then. */
void rt_loop_again(void (*fn)(void));

/* Runs watches whose descriptors are ready: between the requests of a turn that
 * has many, so that those that wait go on. */
void rt_loop_poll(void);

#endif /* RT_SERVE_KORE_H */
