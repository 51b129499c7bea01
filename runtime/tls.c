#include "runtime/tls.h"

#include <errno.h>
#include <openssl/err.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "runtime/tls_part.h"

/*
 * How often one call empties OpenSSL's buffer of 16 KiB without finding data in
 * it: updates of keys, warnings.  Without an end a client could keep the worker
 * reading.
 */
enum { IDLE_READS_MAX = 4 };

/* Of a record: type, version, length (RFC 8446, section 5.1). */
enum {
	RECORD_HEAD = 5,
	RECORD_HANDSHAKE = 22,
	RECORD_MAX = 1 << 14,
};

static const char cut_short[] = "the connection has ended without close_notify";

struct rt_tls *
rt_tls_of(const SSL *ssl)
{
	return SSL_get_app_data(ssl);
}

/* --- The socket --- */

/* What a call of the system says; negative, as OpenSSL has it. */
static int
socket_failed(struct rt_tls *t)
{
	t->ended = true;
	t->why = strerrordesc_np(errno);
	return -1;
}

static bool
is_for_later(void)
{
	return errno == EAGAIN || errno == EWOULDBLOCK;
}

static int
socket_read(BIO *b, char *buf, size_t n, size_t *got)
{
	struct rt_tls *t = BIO_get_data(b);
	ssize_t r;

	BIO_clear_retry_flags(b);
	do
		r = recv(t->fd, buf, n, 0);
	while (r < 0 && errno == EINTR);

	t->empty = r < (ssize_t)n;
	if (r > 0) {
		*got = (size_t)r;
		return 1;
	}
	if (r < 0 && !is_for_later())
		return socket_failed(t);
	if (r < 0) {
		BIO_set_retry_read(b);
		return -1;
	}
	t->ended = true;
	t->why = cut_short;
	return 0;
}

static int
socket_write(BIO *b, const char *buf, size_t n, size_t *sent)
{
	struct rt_tls *t = BIO_get_data(b);
	ssize_t r;

	BIO_clear_retry_flags(b);
	do
		r = send(t->fd, buf, n, MSG_NOSIGNAL);
	while (r < 0 && errno == EINTR);

	if (r >= 0) {
		*sent = (size_t)r;
		return 1;
	}
	if (!is_for_later())
		return socket_failed(t);
	BIO_set_retry_write(b);
	return -1;
}

static long
socket_control(BIO *b, int what, long number, void *unused)
{
	const struct rt_tls *t = BIO_get_data(b);

	(void)number, (void)unused;
	if (what == BIO_CTRL_EOF)
		return t->ended;
	return what == BIO_CTRL_FLUSH;
}

static int
socket_create(BIO *b)
{
	BIO_set_init(b, 1);
	return 1;
}

BIO_METHOD *
rt_tls_socket(void)
{
	BIO_METHOD *m = BIO_meth_new(BIO_TYPE_SOURCE_SINK, "socket");

	if (m == NULL)
		return NULL;
	BIO_meth_set_create(m, socket_create);
	BIO_meth_set_read_ex(m, socket_read);
	BIO_meth_set_write_ex(m, socket_write);
	BIO_meth_set_ctrl(m, socket_control);
	return m;
}

/* --- What the client asks for --- */

/* The host of a ClientHello: a list of names with their types, of which there
 * is one (RFC 6066, section 3).  OpenSSL looks at the whole later. */
static struct rt_str
host_of(SSL *ssl)
{
	static const size_t head = 5;
	const unsigned char *p;
	size_t n;

	if (SSL_client_hello_get0_ext(ssl, TLSEXT_TYPE_server_name, &p, &n) !=
		1 ||
	    n < head || p[2] != TLSEXT_NAMETYPE_host_name)
		return (struct rt_str){NULL, 0};
	return (struct rt_str){(const char *)p + head, n - head};
}

static bool
use_certificates(SSL *ssl, const struct rt_tls_picked *picked)
{
	SSL_certs_clear(ssl);
	for (unsigned i = 0; i < picked->n; i++) {
		const struct rt_tls_pair *p = picked->v[i];

		if (SSL_use_cert_and_key(ssl, p->leaf, p->key, p->chain, 1) !=
		    1)
			return false;
	}
	return true;
}

/* It is called again where the client has to say hello twice. */
static int
on_hello(SSL *ssl, int *alert, void *unused)
{
	struct rt_tls *t = rt_tls_of(ssl);
	struct rt_str host = host_of(ssl);
	struct rt_tls_picked picked;

	(void)unused;
	free(t->host);
	t->host = NULL;
	rt_tls_pick(&t->context->pairs, host, &picked);
	if (picked.n == 0)
		return SSL_CLIENT_HELLO_SUCCESS;
	t->host = strndup(host.p, host.n);
	if (t->host != NULL && use_certificates(ssl, &picked))
		return SSL_CLIENT_HELLO_SUCCESS;
	*alert = SSL_AD_INTERNAL_ERROR;
	return SSL_CLIENT_HELLO_ERROR;
}

/* Tells the client that its name was of use, and the session too. */
static int
on_host(SSL *ssl, int *alert, void *unused)
{
	(void)alert, (void)unused;
	return rt_tls_of(ssl)->host == NULL ? SSL_TLSEXT_ERR_NOACK
					    : SSL_TLSEXT_ERR_OK;
}

/* RFC 7301, section 3.2: a client that speaks nothing of ours is told so. */
static int
on_protocols(SSL *ssl, const unsigned char **out, unsigned char *n,
    const unsigned char *in, unsigned n_in, void *unused)
{
	const struct rt_tls_context *c = rt_tls_of(ssl)->context;
	unsigned char *chosen;

	(void)unused;
	if (SSL_select_next_proto(&chosen, n, c->protocols, c->n_protocols, in,
		n_in) != OPENSSL_NPN_NEGOTIATED)
		return SSL_TLSEXT_ERR_ALERT_FATAL;
	*out = chosen;
	return SSL_TLSEXT_ERR_OK;
}

void
rt_tls_greet(SSL_CTX *ctx)
{
	SSL_CTX_set_client_hello_cb(ctx, on_hello, NULL);
	SSL_CTX_set_tlsext_servername_callback(ctx, on_host);
	SSL_CTX_set_alpn_select_cb(ctx, on_protocols, NULL);
}

/* --- Connections --- */

struct rt_tls *
rt_tls_accept(const struct rt_tls_server *s, int fd)
{
	struct rt_tls *t = calloc(1, sizeof(*t));

	if (t == NULL)
		return NULL;
	t->context = s->context;
	t->context->users++;
	t->fd = fd;
	return t;
}

void
rt_tls_free(struct rt_tls *t)
{
	if (t == NULL)
		return;
	SSL_free(t->ssl);
	rt_tls_context_leave(t->context);
	OPENSSL_free(t->der);
	free(t->host);
	free(t);
}

/* Why the client's certificate was refused says more than that it was. */
static const char *
failure_text(const SSL *ssl)
{
	long verdict = SSL_get_verify_result(ssl);

	if (ERR_GET_REASON(ERR_peek_error()) == SSL_R_CERTIFICATE_VERIFY_FAILED)
		return X509_verify_cert_error_string(verdict);
	return rt_tls_error();
}

static enum rt_tls_io
end(struct rt_tls *t, enum rt_tls_io how, const char *why)
{
	t->dead = true;
	t->why = why;
	return how;
}

/* What has become of a call of OpenSSL that was not done. */
static enum rt_tls_io
outcome(struct rt_tls *t, int result)
{
	switch (SSL_get_error(t->ssl, result)) {
	case SSL_ERROR_WANT_READ:
		return RT_TLS_WANT_READ;
	case SSL_ERROR_WANT_WRITE:
		return RT_TLS_WANT_WRITE;
	case SSL_ERROR_ZERO_RETURN:
		return RT_TLS_CLOSED;
	default:
		if (t->ended)
			return end(t, RT_TLS_CUT, t->why);
		return end(t, RT_TLS_FAILED, failure_text(t->ssl));
	}
}

/*
 * Whether OpenSSL wants more bytes though the socket may have some: it stops
 * where its buffer has brought no data.
 */
static bool
goes_on(const struct rt_tls *t, enum rt_tls_io io)
{
	return io == RT_TLS_WANT_READ && !t->empty;
}

static enum rt_tls_io
give_up(struct rt_tls *t)
{
	return end(t, RT_TLS_FAILED, "too many records without data");
}

/* Whether the client sends nothing more; bytes that were not read hide it. */
static bool
has_ended(int fd)
{
	struct pollfd p = {.fd = fd, .events = POLLRDHUP};

	return poll(&p, 1, 0) == 1;
}

/*
 * OpenSSL needs tens of KiB for a handshake.  A client gets them when its first
 * record is there whole; one that sends it slowly costs its socket.
 */
static enum rt_tls_io
await_hello(struct rt_tls *t)
{
	unsigned char b[RECORD_HEAD + RECORD_MAX];
	ssize_t n, need = RECORD_HEAD;

	do
		n = recv(t->fd, b, sizeof(b), MSG_PEEK);
	while (n < 0 && errno == EINTR);

	t->empty = true;
	if (n < 0 && is_for_later())
		return RT_TLS_WANT_READ;
	if (n < 0) {
		socket_failed(t);
		return end(t, RT_TLS_CUT, t->why);
	}
	if (n >= RECORD_HEAD)
		need += b[3] << 8 | b[4];
	if (n >= need || need > (ssize_t)sizeof(b) ||
	    (n > 0 && b[0] != RECORD_HANDSHAKE))
		return RT_TLS_DONE;
	if (n > 0 && !has_ended(t->fd))
		return RT_TLS_WANT_READ;
	return end(t, RT_TLS_CUT, cut_short);
}

/* OpenSSL's side of it. */
static bool
attach(struct rt_tls *t)
{
	BIO *b;

	t->ssl = SSL_new(t->context->ssl);
	if (t->ssl == NULL || SSL_set_app_data(t->ssl, t) != 1)
		return false;
	b = BIO_new(t->context->socket);
	if (b == NULL)
		return false;
	BIO_set_data(b, t);
	SSL_set_bio(t->ssl, b, b);
	SSL_set_accept_state(t->ssl);
	return true;
}

static enum rt_tls_io
begin(struct rt_tls *t)
{
	enum rt_tls_io io = await_hello(t);

	if (io == RT_TLS_DONE && !attach(t))
		return end(t, RT_TLS_FAILED, "there is no memory");
	return io;
}

enum rt_tls_io
rt_tls_handshake(struct rt_tls *t)
{
	enum rt_tls_io io = t->ssl == NULL ? begin(t) : RT_TLS_DONE;

	for (unsigned i = 0; io == RT_TLS_DONE; i++) {
		int r;

		if (i == IDLE_READS_MAX)
			return give_up(t);
		ERR_clear_error();
		r = SSL_accept(t->ssl);
		if (r == 1)
			return RT_TLS_DONE;
		io = outcome(t, r);
		if (goes_on(t, io))
			io = RT_TLS_DONE;
	}
	return io;
}

enum rt_tls_io
rt_tls_read(struct rt_tls *t, void *buf, size_t n, size_t *got)
{
	for (unsigned i = 0; i < IDLE_READS_MAX; i++) {
		enum rt_tls_io io = RT_TLS_DONE;

		ERR_clear_error();
		if (SSL_read_ex(t->ssl, buf, n, got) != 1)
			io = outcome(t, 0);
		if (!goes_on(t, io))
			return io;
	}
	return give_up(t);
}

bool
rt_tls_may_read(const struct rt_tls *t)
{
	return !t->empty || (t->ssl != NULL && SSL_has_pending(t->ssl) == 1);
}

enum rt_tls_io
rt_tls_write(struct rt_tls *t, const void *buf, size_t n, size_t *sent)
{
	ERR_clear_error();
	if (SSL_write_ex(t->ssl, buf, n, sent) == 1)
		return RT_TLS_DONE;
	return outcome(t, 0);
}

enum rt_tls_io
rt_tls_shutdown(struct rt_tls *t)
{
	int r;

	if (t->dead || t->ssl == NULL)
		return RT_TLS_DONE;
	ERR_clear_error();
	r = SSL_shutdown(t->ssl);
	if (r < 0 && outcome(t, r) == RT_TLS_WANT_WRITE)
		return RT_TLS_WANT_WRITE;
	t->dead = true;
	return RT_TLS_DONE;
}

/* --- What has been agreed on --- */

const char *
rt_tls_why(const struct rt_tls *t)
{
	return t->why;
}

struct rt_str
rt_tls_protocol(const struct rt_tls *t)
{
	const unsigned char *p;
	unsigned n;

	SSL_get0_alpn_selected(t->ssl, &p, &n);
	return p == NULL ? RT_LIT("http/1.1")
			 : (struct rt_str){(const char *)p, n};
}

const char *
rt_tls_version(const struct rt_tls *t)
{
	return SSL_get_version(t->ssl);
}

struct rt_str
rt_tls_certificate(struct rt_tls *t)
{
	const X509 *x = SSL_get0_peer_certificate(t->ssl);
	int n;

	if (x == NULL || SSL_get_verify_result(t->ssl) != X509_V_OK)
		return (struct rt_str){NULL, 0};
	OPENSSL_free(t->der);
	t->der = NULL;
	n = i2d_X509(x, &t->der);
	return n <= 0 ? (struct rt_str){NULL, 0}
		      : (struct rt_str){(const char *)t->der, (size_t)n};
}
