/*
 * Certificates for tests of TLS, made as they run: authorities, servers of
 * several names and kinds of keys, clients.  They lie in a directory that goes
 * with the process.
 */
#ifndef TLS_FIXTURE_H
#define TLS_FIXTURE_H

#include <fcntl.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <sys/socket.h>
#include <unistd.h>

#include "runtime/tls_part.h"

enum { DAY_S = 24 * 3600, FIXTURE_PATH_MAX = 64 };

static char fixture_dir[] = "/tmp/tls-XXXXXX";
static pid_t fixture_owner;

/* A certificate with its key, and where these lie. */
struct identity {
	X509 *x;
	EVP_PKEY *key;
	char cert[FIXTURE_PATH_MAX], keyfile[FIXTURE_PATH_MAX];
	struct identity *next;
};

static struct identity *identities; /* until the end of the process */

/* What an identity is made of. */
struct wanted {
	const char *file; /* a name without suffix */
	const char *names; /* "DNS:a.example,DNS:*.b.example"; NULL: none */
	const char *kind; /* "RSA", "P-256", "ED25519" */
	const struct identity *issuer; /* NULL: itself */
	const char *purpose; /* "serverAuth"; NULL: any */
	bool authority;
	long from_s, to_s; /* from now; 0, 0: from yesterday until tomorrow */
};

static void
must(bool ok, const char *what)
{
	if (ok)
		return;
	fprintf(stderr, "fixture: %s\n", what);
	ERR_print_errors_fp(stderr);
	abort();
}

static inline void
remove_fixture(void)
{
	char command[64];

	if (fixture_owner != getpid())
		return;
	snprintf(command, sizeof(command), "rm -rf %s", fixture_dir);
	must(system(command) == 0, command);
}

static inline void
open_fixture(void)
{
	must(mkdtemp(fixture_dir) != NULL, "mkdtemp");
	fixture_owner = getpid();
	atexit(remove_fixture);
}

static inline const char *
fixture_path(char out[FIXTURE_PATH_MAX], const char *name, const char *suffix)
{
	snprintf(out, FIXTURE_PATH_MAX, "%s/%s.%s", fixture_dir, name, suffix);
	return out;
}

static inline EVP_PKEY *
make_key(const char *kind)
{
	if (strcmp(kind, "RSA") == 0)
		return EVP_RSA_gen(2048);
	if (strcmp(kind, "RSA-1024") == 0)
		return EVP_RSA_gen(1024);
	if (strcmp(kind, "ED25519") == 0)
		return EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
	return EVP_EC_gen(kind);
}

static inline void
add_extension(X509 *x, int nid, const char *value)
{
	X509_EXTENSION *e = X509V3_EXT_conf_nid(NULL, NULL, nid, value);

	must(e != NULL && X509_add_ext(x, e, -1) == 1, value);
	X509_EXTENSION_free(e);
}

static inline void
set_times(X509 *x, const struct wanted *w)
{
	bool given = w->from_s != 0 || w->to_s != 0;

	X509_gmtime_adj(X509_getm_notBefore(x), given ? w->from_s : -DAY_S);
	X509_gmtime_adj(X509_getm_notAfter(x), given ? w->to_s : DAY_S);
}

static inline void
write_pem(struct identity *id, const char *name)
{
	FILE *f = fopen(fixture_path(id->cert, name, "pem"), "w");

	must(f != NULL && PEM_write_X509(f, id->x) == 1, id->cert);
	fclose(f);
	f = fopen(fixture_path(id->keyfile, name, "key"), "w");
	must(f != NULL &&
		PEM_write_PrivateKey(f, id->key, NULL, NULL, 0, NULL, NULL) ==
		    1,
	    id->keyfile);
	fclose(f);
}

static inline struct identity *
make_identity(struct wanted w)
{
	static long serial = 1;
	struct identity *id = calloc(1, sizeof(*id));
	const struct identity *issuer = w.issuer == NULL ? id : w.issuer;
	const EVP_MD *digest;

	must(id != NULL, "calloc");
	id->x = X509_new();
	id->key = make_key(w.kind);
	must(id->x != NULL && id->key != NULL, "X509_new");
	X509_set_version(id->x, 2);
	ASN1_INTEGER_set(X509_get_serialNumber(id->x), serial++);
	set_times(id->x, &w);
	X509_NAME_add_entry_by_txt(X509_get_subject_name(id->x), "CN",
	    MBSTRING_ASC, (const unsigned char *)w.file, -1, -1, 0);
	X509_set_issuer_name(id->x, X509_get_subject_name(issuer->x));
	X509_set_pubkey(id->x, id->key);
	if (w.authority)
		add_extension(id->x, NID_basic_constraints, "critical,CA:TRUE");
	if (w.names != NULL)
		add_extension(id->x, NID_subject_alt_name, w.names);
	if (w.purpose != NULL)
		add_extension(id->x, NID_ext_key_usage, w.purpose);
	digest = EVP_PKEY_get_base_id(issuer->key) == EVP_PKEY_ED25519
	    ? NULL
	    : EVP_sha256();
	must(X509_sign(id->x, issuer->key, digest) > 0, "X509_sign");
	write_pem(id, w.file);
	id->next = identities;
	identities = id;
	return id;
}

/* --- Clients --- */

/* What a client is like; zeroed for the usual. */
struct wish {
	const char *host;
	int version; /* TLS1_2_VERSION and so on; 0: any */
	const char *sigalgs;
	const char *alpn; /* each with its length before it */
	const struct identity *id;
	SSL_SESSION *session;
};

/*
 * A client and the server's side of its connection.  The client's bytes go
 * through memory, so that a test can look at them on their way and hand them
 * on as it likes.
 */
struct link {
	int fd[2]; /* the server's, and where we stand */
	struct rt_tls *t;
	SSL_CTX *ctx;
	SSL *client;
	BIO *in, *out; /* what the client reads and writes */
	size_t step; /* bytes at a time */
};

static SSL_SESSION *link_session; /* the newest one that a client was given */

static int
keep_session(SSL *ssl, SSL_SESSION *session)
{
	(void)ssl;
	SSL_SESSION_free(link_session);
	link_session = session;
	return 1;
}

static inline void
make_client(struct link *l, const struct wish *w)
{
	l->ctx = SSL_CTX_new(TLS_client_method());
	must(l->ctx != NULL, "SSL_CTX_new");
	SSL_CTX_set_session_cache_mode(l->ctx,
	    SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
	SSL_CTX_sess_set_new_cb(l->ctx, keep_session);
	SSL_CTX_set_security_level(l->ctx, 0);
	SSL_CTX_set_min_proto_version(l->ctx, w->version);
	SSL_CTX_set_max_proto_version(l->ctx, w->version);
	if (w->sigalgs != NULL)
		must(SSL_CTX_set1_sigalgs_list(l->ctx, w->sigalgs) == 1,
		    w->sigalgs);
	if (w->alpn != NULL)
		SSL_CTX_set_alpn_protos(l->ctx, (const unsigned char *)w->alpn,
		    (unsigned)strlen(w->alpn));
	if (w->id != NULL)
		must(SSL_CTX_use_cert_and_key(l->ctx, w->id->x, w->id->key,
			 NULL, 1) == 1,
		    w->id->cert);
	l->client = SSL_new(l->ctx);
	if (w->host != NULL)
		SSL_set_tlsext_host_name(l->client, w->host);
	if (w->session != NULL)
		SSL_set_session(l->client, w->session);
	l->in = BIO_new(BIO_s_mem());
	l->out = BIO_new(BIO_s_mem());
	BIO_set_mem_eof_return(l->in, -1);
	SSL_set_bio(l->client, l->in, l->out);
	SSL_set_connect_state(l->client);
}

static inline struct link
link_open(const struct rt_tls_server *s, struct wish w)
{
	struct link l = {.step = 16384};
	int room = 1 << 20; /* for what is sent byte by byte and not read */

	must(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, l.fd) == 0 &&
		setsockopt(l.fd[1], SOL_SOCKET, SO_SNDBUF, &room,
		    sizeof(room)) == 0,
	    "socketpair");
	make_client(&l, &w);
	l.t = rt_tls_accept(s, l.fd[0]);
	must(l.t != NULL, "rt_tls_accept");
	return l;
}

static inline void
link_close(struct link *l)
{
	rt_tls_free(l->t);
	/* A client gives a session up that has not ended well. */
	SSL_set_shutdown(l->client, SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);
	SSL_free(l->client);
	SSL_CTX_free(l->ctx);
	for (int i = 0; i < 2; i++) {
		if (l->fd[i] >= 0)
			close(l->fd[i]);
	}
}

/* Up to l->step bytes each way; false if there were none. */
static inline bool
link_carry(struct link *l)
{
	char buf[16384];
	size_t n = l->step;
	bool moved = false;
	ssize_t r = read(l->fd[1], buf, n);

	if (r > 0)
		moved = BIO_write(l->in, buf, (int)r) == r;
	r = BIO_read(l->out, buf, (int)n);
	if (r > 0)
		moved = write(l->fd[1], buf, (size_t)r) == r;
	return moved;
}

/* Until both sides are done or one of them can't go on; the server's last. */
static inline enum rt_tls_io
link_shake(struct link *l)
{
	enum rt_tls_io io = RT_TLS_WANT_READ;
	bool moved = true;
	char c;

	while (moved) {
		SSL_do_handshake(l->client);
		moved = link_carry(l);
		if (io == RT_TLS_WANT_READ || io == RT_TLS_WANT_WRITE)
			io = rt_tls_handshake(l->t);
		moved = link_carry(l) || moved;
	}
	SSL_peek(l->client, &c, 1); /* takes the tickets */
	return io;
}

#endif /* TLS_FIXTURE_H */
