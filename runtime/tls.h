/*
 * TLS 1.2 and 1.3 under the connections of clients, by OpenSSL 3 (RFC 8446,
 * 5246, and what RFC 9325 asks for); the runtime's own.  It knows sockets, no
 * loop and no HTTP.
 */
#ifndef RT_TLS_H
#define RT_TLS_H

#include "runtime/str.h"

struct rt_api;
struct rt_tls;
struct rt_tls_context;

/* --- Certificates and keys --- */

struct rt_tls_options {
	/*
	 * Files of PEM: "cert.pem:key.pem", several separated by commas; empty
	 * for no TLS.  A file without a colon holds both.  Behind a certificate
	 * stand the ones that lead from it to the root.  A client that names a
	 * host (RFC 6066, section 3) gets the certificates that are for it, one
	 * of each kind of key, and by its algorithms one of these; any other the
	 * first one.
	 */
	const char *certificates;
	/* A file of the authorities of clients' certificates; empty: clients
	 * are not asked for any. */
	const char *client_ca;
	const char *min_version; /* "1.2" or "1.3" */
	/* What may be spoken inside (RFC 7301), the best first; ends with NULL,
	 * at least one. */
	const char *const *protocols;
	/* Whether the contract has a scheme that takes clients' certificates. */
	bool mutual;
	/* Is told in a sentence of what is odd, but no reason not to open. */
	void (*warn)(const char *);
};

/* Zeroed at first. */
struct rt_tls_server {
	struct rt_tls_context *context; /* NULL: there is no TLS */
};

/* From the settings TLS_..., which have been loaded.  HTTP/1.1 is spoken, and
 * warnings go to the log. */
struct rt_tls_options rt_tls_options(const struct rt_api *);

/*
 * Reads all files, so the parent calls it while it has the right to: workers
 * inherit the keys.  On a server that is open it exchanges what new connections
 * get, and tickets of before are not taken any more; connections of before keep
 * what they have.  False with a sentence that names the setting, and the file
 * where one is at fault; then the server is as it was.
 */
bool rt_tls_open(struct rt_tls_server *, const struct rt_tls_options *,
    char *why, size_t size) RT_WARN_UNUSED;

/* Connections that are open keep what they have. */
void rt_tls_close(struct rt_tls_server *);

/*
 * To be called now and then, at least each hour, in each process that has the
 * server open, the parent as well: keys of tickets that are past are forgotten.
 * It costs next to nothing.
 */
void rt_tls_rotate(struct rt_tls_server *);

/* --- Connections --- */

enum rt_tls_io {
	RT_TLS_DONE = 1,
	RT_TLS_WANT_READ, /* call again once the socket can be read */
	RT_TLS_WANT_WRITE, /* call again once the socket can be written */
	/* The client sends nothing more, and has said so (close_notify); it may
	 * still read. */
	RT_TLS_CLOSED,
	/* The socket has ended or failed without that: what came may have been
	 * cut short, and nothing can be sent. */
	RT_TLS_CUT,
	/* The client broke the protocol, or is refused; it has been told.
	 * rt_tls_why() says why, nothing can be sent. */
	RT_TLS_FAILED,
};

/*
 * The server's side of a connection on a socket that does not block and remains
 * the caller's.  The server must be open.  NULL without memory.
 */
struct rt_tls *rt_tls_accept(const struct rt_tls_server *,
    int fd) RT_WARN_UNUSED;

/* Before all else, until it is done. */
enum rt_tls_io rt_tls_handshake(struct rt_tls *) RT_WARN_UNUSED;

/*
 * Up to n bytes, n > 0; done with *got > 0.  WANT_READ is said only when the
 * socket has been read empty, so events by edge will do.  See
 * rt_tls_may_read().
 */
enum rt_tls_io rt_tls_read(struct rt_tls *, void *buf, size_t n,
    size_t *got) RT_WARN_UNUSED;

/*
 * Whether a read can find bytes for which there will be no event: some have
 * been read from the socket already, or it was not read empty.  Who stops
 * reading before WANT_READ has to ask, and to read on by itself.
 */
bool rt_tls_may_read(const struct rt_tls *);

/*
 * n > 0; done with *sent > 0, about a record at a time (16 KiB).  After WANT_READ or WANT_WRITE the next
 * write has to begin with the same bytes and have no fewer, at any address.
 */
enum rt_tls_io rt_tls_write(struct rt_tls *, const void *buf, size_t n,
    size_t *sent) RT_WARN_UNUSED;

/*
 * Tells the client that nothing more will be sent (close_notify); it does not
 * wait for the client's.  Done or WANT_WRITE, nothing else: where nothing can
 * be sent it is done.
 */
enum rt_tls_io rt_tls_shutdown(struct rt_tls *) RT_WARN_UNUSED;

/* Not the socket; NULL is fine. */
void rt_tls_free(struct rt_tls *);

/* A few words for the log, after FAILED or CUT. */
const char *rt_tls_why(const struct rt_tls *);

/* After the handshake: what is spoken (RFC 7301), "http/1.1" where the client
 * does not ask; and the version, "TLSv1.3". */
struct rt_str rt_tls_protocol(const struct rt_tls *);
const char *rt_tls_version(const struct rt_tls *);

/*
 * After the handshake: the client's certificate, which has been verified, as
 * DER; absent where it has none.  The connection's own bytes.
 */
struct rt_str rt_tls_certificate(struct rt_tls *);

#endif /* RT_TLS_H */
