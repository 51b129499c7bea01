#include <errno.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <stdlib.h>
#include <unistd.h>

#include "runtime/tls_part.h"

enum {
	SECURITY_LEVEL = 2, /* of OpenSSL: 112 bits, no SHA-1 */
	CHAIN_DEPTH_MAX = 8, /* authorities above a client's certificate */
	CHAIN_BYTES_MAX = 32 * 1024, /* of a client's certificates */
};

/* RFC 9325, section 4.2: forward secrecy, and no mode but AEAD. */
static const char ciphers[] = "ECDHE-ECDSA-AES128-GCM-SHA256:"
			      "ECDHE-RSA-AES128-GCM-SHA256:"
			      "ECDHE-ECDSA-AES256-GCM-SHA384:"
			      "ECDHE-RSA-AES256-GCM-SHA384:"
			      "ECDHE-ECDSA-CHACHA20-POLY1305:"
			      "ECDHE-RSA-CHACHA20-POLY1305";

/* Those of finite fields cost the server far more than the client.  Versions
 * before 3.5 do not know the first one. */
static const char groups[] = "X25519MLKEM768:X25519:P-256:P-384";
static const char groups_before[] = "X25519:P-256:P-384";

/* --- Parts of a context --- */

static bool
set_version(SSL_CTX *ctx, const char *text, struct rt_tls_why *why)
{
	bool newest = strcmp(text, "1.3") == 0;

	if (!newest && strcmp(text, "1.2") != 0)
		return rt_tls_fault(why,
		    "TLS_MIN_VERSION: expected 1.2 or 1.3");
	if (SSL_CTX_set_min_proto_version(ctx,
		newest ? TLS1_3_VERSION : TLS1_2_VERSION) == 1 &&
	    SSL_CTX_set_max_proto_version(ctx, 0) == 1)
		return true;
	return rt_tls_fault(why, "TLS_MIN_VERSION: %s", rt_tls_error());
}

static bool
set_algorithms(SSL_CTX *ctx, struct rt_tls_why *why)
{
	SSL_CTX_set_security_level(ctx, SECURITY_LEVEL);
	if (SSL_CTX_set_cipher_list(ctx, ciphers) == 1 &&
	    (SSL_CTX_set1_groups_list(ctx, groups) == 1 ||
		SSL_CTX_set1_groups_list(ctx, groups_before) == 1))
		return true;
	return rt_tls_fault(why, "TLS: OpenSSL lacks an algorithm: %s",
	    rt_tls_error());
}

/* Bytes are handed on as they come, and what nobody uses is given back: a
 * connection is idle most of the time. */
static void
set_modes(SSL_CTX *ctx)
{
	SSL_CTX_set_options(ctx,
	    SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION |
		SSL_OP_PRIORITIZE_CHACHA | SSL_OP_CIPHER_SERVER_PREFERENCE);
	SSL_CTX_set_mode(ctx,
	    SSL_MODE_ENABLE_PARTIAL_WRITE |
		SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_RELEASE_BUFFERS);
	SSL_CTX_clear_mode(ctx, SSL_MODE_AUTO_RETRY);
	SSL_CTX_set_read_ahead(ctx, 1);
}

static bool
set_protocols(struct rt_tls_context *c, const char *const *names,
    struct rt_tls_why *why)
{
	for (; *names != NULL; names++) {
		size_t n = strlen(*names);

		if (n == 0 || n > sizeof(c->protocols) - c->n_protocols - 1)
			return rt_tls_fault(why,
			    "TLS: the protocols have too long names");
		c->protocols[c->n_protocols++] = (unsigned char)n;
		memcpy(c->protocols + c->n_protocols, *names, n);
		c->n_protocols += (unsigned)n;
	}
	return true;
}

/* --- Certificates --- */

static bool
set_certificates(struct rt_tls_context *c, const struct rt_tls_options *o,
    struct rt_tls_why *why)
{
	SSL *probe = SSL_new(c->ssl);
	struct rt_tls_picked picked;
	bool ok = probe != NULL;

	if (!ok)
		rt_tls_fault(why, "TLS: %s", rt_tls_error());
	ok = ok && rt_tls_pairs_read(&c->pairs, o, probe, why);
	SSL_free(probe);
	if (!ok)
		return false;
	rt_tls_pick_default(&c->pairs, &picked);
	for (unsigned i = 0; i < picked.n; i++) {
		const struct rt_tls_pair *p = picked.v[i];

		if (SSL_CTX_use_cert_and_key(c->ssl, p->leaf, p->key, p->chain,
			1) != 1)
			return rt_tls_fault(why, "TLS_CERTIFICATES: %s",
			    rt_tls_error());
	}
	return true;
}

static bool
has_revocations(const SSL_CTX *ctx)
{
	STACK_OF(X509_OBJECT) *all =
	    X509_STORE_get0_objects(SSL_CTX_get_cert_store(ctx));

	for (int i = 0; i < sk_X509_OBJECT_num(all); i++) {
		if (X509_OBJECT_get_type(sk_X509_OBJECT_value(all, i)) ==
		    X509_LU_CRL)
			return true;
	}
	return false;
}

/* An authority is trusted by its being there, root or not. */
static void
set_verification(SSL_CTX *ctx)
{
	X509_VERIFY_PARAM *p = SSL_CTX_get0_param(ctx);
	unsigned long flags = X509_V_FLAG_PARTIAL_CHAIN;

	if (has_revocations(ctx))
		flags |= X509_V_FLAG_CRL_CHECK;
	X509_VERIFY_PARAM_set_flags(p, flags);
	X509_VERIFY_PARAM_set_depth(p, CHAIN_DEPTH_MAX);
	SSL_CTX_set_max_cert_list(ctx, CHAIN_BYTES_MAX);
	SSL_CTX_set_verify(ctx, SSL_VERIFY_PEER, NULL);
}

static bool
set_client_ca(SSL_CTX *ctx, const char *path, struct rt_tls_why *why)
{
	static const unsigned char id[] = "kontract";
	STACK_OF(X509_NAME) * names;

	if (access(path, R_OK) != 0)
		return rt_tls_fault(why, "TLS_CLIENT_CA: %s: can't be read: %s",
		    path, strerror(errno));
	ERR_clear_error();
	names = SSL_load_client_CA_file(path);
	if (names == NULL || SSL_CTX_load_verify_file(ctx, path) != 1) {
		sk_X509_NAME_pop_free(names, X509_NAME_free);
		return rt_tls_fault(why,
		    "TLS_CLIENT_CA: %s: its certificates can't be read: %s",
		    path, rt_tls_error());
	}
	SSL_CTX_set_client_CA_list(ctx, names);
	set_verification(ctx);
	if (SSL_CTX_set_session_id_context(ctx, id, sizeof(id) - 1) == 1)
		return true;
	return rt_tls_fault(why, "TLS: %s", rt_tls_error());
}

/* --- The whole --- */

static bool
build(struct rt_tls_context *c, const struct rt_tls_options *o,
    struct rt_tls_why *why)
{
	c->ssl = SSL_CTX_new(TLS_server_method());
	c->socket = rt_tls_socket();
	if (c->ssl == NULL || c->socket == NULL ||
	    !rt_tls_tickets_open(&c->tickets))
		return rt_tls_fault(why, "TLS: %s", rt_tls_error());
	set_modes(c->ssl);
	rt_tls_tickets_use(c->ssl);
	rt_tls_greet(c->ssl);
	return set_algorithms(c->ssl, why) &&
	    set_version(c->ssl, o->min_version, why) &&
	    set_protocols(c, o->protocols, why) &&
	    set_certificates(c, o, why) &&
	    (*o->client_ca == '\0' || set_client_ca(c->ssl, o->client_ca, why));
}

void
rt_tls_context_leave(struct rt_tls_context *c)
{
	if (c == NULL || --c->users > 0)
		return;
	SSL_CTX_free(c->ssl);
	BIO_meth_free(c->socket);
	rt_tls_pairs_free(&c->pairs);
	OPENSSL_cleanse(&c->tickets, sizeof(c->tickets));
	free(c);
}

/* Who asks clients for certificates believes that somebody looks at them. */
static bool
check_options(const struct rt_tls_options *o, struct rt_tls_why *why)
{
	bool asks = *o->client_ca != '\0';

	if (asks && *o->certificates == '\0')
		return rt_tls_fault(why,
		    "TLS_CLIENT_CA: there is no TLS without TLS_CERTIFICATES");
	if (asks && !o->mutual)
		return rt_tls_fault(why,
		    "TLS_CLIENT_CA: the contract has no security scheme of the "
		    "type mutualTLS, so no operation would ask for a "
		    "certificate");
	if (!asks && o->mutual && *o->certificates != '\0')
		o->warn("TLS_CLIENT_CA is not set: nobody has the certificate "
			"that the contract's mutualTLS asks for");
	return true;
}

bool
rt_tls_open(struct rt_tls_server *s, const struct rt_tls_options *o, char *text,
    size_t size)
{
	struct rt_tls_why why = {text, size};
	struct rt_tls_context *c;

	if (!check_options(o, &why))
		return false;
	if (*o->certificates == '\0') {
		rt_tls_close(s);
		return true;
	}
	c = calloc(1, sizeof(*c));
	if (c == NULL)
		return rt_tls_fault(&why, "TLS: there is no memory");
	c->users = 1;
	ERR_clear_error();
	if (!build(c, o, &why)) {
		rt_tls_context_leave(c);
		ERR_clear_error();
		return false;
	}
	ERR_clear_error();
	rt_tls_close(s);
	s->context = c;
	return true;
}

void
rt_tls_close(struct rt_tls_server *s)
{
	rt_tls_context_leave(s->context);
	s->context = NULL;
}

void
rt_tls_rotate(struct rt_tls_server *s)
{
	if (s->context != NULL)
		rt_tls_tickets_move(&s->context->tickets,
		    rt_tls_tickets_period());
}
