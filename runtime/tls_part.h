/*
 * What the files of TLS share; nobody else includes it.
 *
 *	tls.c		connections
 *	tls_settings.c	what is set
 *	tls_open.c	what connections have in common
 *	tls_pair.c	certificates with their keys, and which of them are for a name
 *	tls_ticket.c	keys of session tickets
 */
#ifndef RT_TLS_PART_H
#define RT_TLS_PART_H

#include <openssl/ssl.h>

#include "runtime/tls.h"

/* A sentence about what is wrong; cut where it does not fit. */
struct rt_tls_why {
	char *text;
	size_t size;
};

/* Returns false. */
bool rt_tls_fault(struct rt_tls_why *, const char *fmt, ...) RT_PRINTF(2, 3);

/* What OpenSSL says of the first thing that went wrong in the last call; a
 * constant. */
const char *rt_tls_error(void);

/* --- tls_pair.c --- */

enum {
	RT_TLS_PAIRS_MAX = 100,
	RT_TLS_KINDS_MAX = 5, /* RSA, RSA-PSS, EC, Ed25519, Ed448 */
};

struct rt_tls_pair {
	X509 *leaf;
	STACK_OF(X509) * chain; /* of the authorities between; may be empty */
	EVP_PKEY *key;
	int kind; /* of the key: EVP_PKEY_RSA and so on */
};

struct rt_tls_pairs {
	struct rt_tls_pair v[RT_TLS_PAIRS_MAX];
	unsigned n;
};

/* One of each kind of key at most. */
struct rt_tls_picked {
	const struct rt_tls_pair *v[RT_TLS_KINDS_MAX];
	unsigned n;
};

/*
 * Reads the files of the options' certificates and makes sure that each key is its
 * certificate's, and that `probe` takes it.  *pairs is zeroed at first, and to be
 * freed in any case.
 */
bool rt_tls_pairs_read(struct rt_tls_pairs *, const struct rt_tls_options *,
    SSL *probe, struct rt_tls_why *) RT_WARN_UNUSED;
void rt_tls_pairs_free(struct rt_tls_pairs *);

/* Those for a host, a name before a wildcard; none for a name of none. */
void rt_tls_pick(const struct rt_tls_pairs *, struct rt_str host,
    struct rt_tls_picked *);

/* The first, and of other kinds the first that shares a name with it. */
void rt_tls_pick_default(const struct rt_tls_pairs *, struct rt_tls_picked *);

/* --- tls_ticket.c --- */

/* Tickets are sealed with AES-256 and HMAC-SHA-256 (RFC 5077, section 4). */
struct rt_tls_ticket_key {
	unsigned char name[16];
	unsigned char cipher[32];
	unsigned char mac[32];
};

/*
 * Each process that inherits them moves on by the clock, and so they all have
 * the same keys at any time without a word between them.
 */
struct rt_tls_tickets {
	unsigned char next[32]; /* what the keys of later periods are made of */
	struct rt_tls_ticket_key now, before;
	int64_t period;
};

enum { RT_TLS_TICKET_S = 4 * 3600 }; /* a period, and how long a ticket lives */

/* Of new random keys; false without any. */
bool rt_tls_tickets_open(struct rt_tls_tickets *) RT_WARN_UNUSED;

/* Moves on to a period, forgetting what came before the last one.  They never
 * go back. */
void rt_tls_tickets_move(struct rt_tls_tickets *, int64_t period);

/* The period that it is now. */
int64_t rt_tls_tickets_period(void);

/* Lets `ctx` make and take tickets with those of its connections' context. */
void rt_tls_tickets_use(SSL_CTX *ctx);

/* --- tls_open.c --- */

/* What connections have in common; it goes with the last of them. */
struct rt_tls_context {
	SSL_CTX *ssl;
	BIO_METHOD *socket; /* tls.c's */
	struct rt_tls_pairs pairs;
	struct rt_tls_tickets tickets;
	/* What may be spoken, each with its length before it. */
	unsigned char protocols[256];
	unsigned n_protocols; /* bytes */
	unsigned users; /* connections, and the server */
};

void rt_tls_context_leave(struct rt_tls_context *);

/* --- tls.c --- */

struct rt_tls {
	SSL *ssl;
	struct rt_tls_context *context;
	int fd;
	bool empty; /* the socket had no more than what was read last */
	bool ended; /* the socket, or its connection has failed */
	bool dead; /* nothing can be sent any more */
	const char *why;
	/* During the handshake: the host that the client asks for, if there is
	 * a certificate for it. */
	char *host;
	unsigned char *der; /* the client's certificate, once asked for */
};

/* The connection of OpenSSL's. */
struct rt_tls *rt_tls_of(const SSL *);

/* NULL without memory. */
BIO_METHOD *rt_tls_socket(void);

/* Looks at what the client asks for, and chooses certificates. */
void rt_tls_greet(SSL_CTX *);

#endif /* RT_TLS_PART_H */
