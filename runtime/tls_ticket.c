#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>
#include <time.h>

#include "runtime/tls_part.h"

/*
 * How long a client may come back without a full handshake, in which it would
 * show again that it has the key of its certificate (RFC 8446, section 4.6.1).
 */
enum { FULL_HANDSHAKE_S = 24 * 3600 };

/* --- Keys --- */

/* What is made of a secret does not tell it (RFC 5869). */
static void
derive(const unsigned char secret[32], const char *label, unsigned char *out,
    size_t n)
{
	unsigned char bytes[EVP_MAX_MD_SIZE] = {0};

	HMAC(EVP_sha256(), secret, 32, (const unsigned char *)label,
	    strlen(label), bytes, NULL);
	memcpy(out, bytes, n);
	OPENSSL_cleanse(bytes, sizeof(bytes));
}

/* The secret of a period goes with it: whoever gets hold of a process can't
 * tell the keys of the past (RFC 9325, section 3.4). */
static void
step(struct rt_tls_tickets *t)
{
	t->before = t->now;
	derive(t->next, "name", t->now.name, sizeof(t->now.name));
	derive(t->next, "cipher", t->now.cipher, sizeof(t->now.cipher));
	derive(t->next, "mac", t->now.mac, sizeof(t->now.mac));
	derive(t->next, "next", t->next, sizeof(t->next));
}

int64_t
rt_tls_tickets_period(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec / RT_TLS_TICKET_S;
}

bool
rt_tls_tickets_open(struct rt_tls_tickets *t)
{
	if (RAND_priv_bytes(t->next, sizeof(t->next)) != 1)
		return false;
	t->period = rt_tls_tickets_period();
	/* Twice: there must be none before that anybody knows. */
	step(t);
	step(t);
	return true;
}

void
rt_tls_tickets_move(struct rt_tls_tickets *t, int64_t period)
{
	for (; t->period < period; t->period++)
		step(t);
}

/* --- Tickets --- */

static const struct rt_tls_ticket_key *
find_key(const struct rt_tls_tickets *t, const unsigned char *name)
{
	if (memcmp(t->now.name, name, sizeof(t->now.name)) == 0)
		return &t->now;
	if (memcmp(t->before.name, name, sizeof(t->before.name)) == 0)
		return &t->before;
	return NULL;
}

static bool
use_mac(EVP_MAC_CTX *mac, const struct rt_tls_ticket_key *key)
{
	unsigned char bytes[sizeof(key->mac)];
	char digest[] = "SHA256";
	OSSL_PARAM params[] = {
	    OSSL_PARAM_construct_octet_string(OSSL_MAC_PARAM_KEY, bytes,
		sizeof(bytes)),
	    OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
	    OSSL_PARAM_construct_end(),
	};
	bool ok;

	memcpy(bytes, key->mac, sizeof(bytes));
	ok = EVP_MAC_CTX_set_params(mac, params) == 1;
	OPENSSL_cleanse(bytes, sizeof(bytes));
	return ok;
}

static bool
seal(const struct rt_tls_ticket_key *key, unsigned char *name,
    unsigned char *iv)
{
	memcpy(name, key->name, sizeof(key->name));
	return RAND_bytes(iv, EVP_CIPHER_get_iv_length(EVP_aes_256_cbc())) == 1;
}

/* A ticket of TLS 1.3 is for one use (RFC 8446, appendix C.4). */
static bool
is_spent(const SSL *ssl, const struct rt_tls_tickets *t,
    const struct rt_tls_ticket_key *key)
{
	return SSL_version(ssl) == TLS1_3_VERSION || key != &t->now;
}

/* Of OpenSSL: 1 for done, 2 for done and a new ticket, 0 for no such key, -1 for
 * a failure. */
static int
choose_key(SSL *ssl, unsigned char *name, unsigned char *iv,
    EVP_CIPHER_CTX *cipher, EVP_MAC_CTX *mac, int sealing)
{
	struct rt_tls_tickets *t = &rt_tls_of(ssl)->context->tickets;
	const struct rt_tls_ticket_key *key;

	rt_tls_tickets_move(t, rt_tls_tickets_period());
	key = sealing ? &t->now : find_key(t, name);
	if (key == NULL)
		return 0;
	if ((sealing && !seal(key, name, iv)) ||
	    EVP_CipherInit_ex(cipher, EVP_aes_256_cbc(), NULL, key->cipher, iv,
		sealing) != 1 ||
	    !use_mac(mac, key))
		return -1;
	return !sealing && is_spent(ssl, t, key) ? 2 : 1;
}

/* --- Sessions --- */

/* A session made of another one keeps the time of the first. */
static int
note_time(SSL *ssl, void *unused)
{
	int64_t now = (int64_t)time(NULL);

	(void)unused;
	if (SSL_session_reused(ssl))
		return 1;
	return SSL_SESSION_set1_ticket_appdata(SSL_get_session(ssl), &now,
	    sizeof(now));
}

static bool
is_recent(SSL_SESSION *session)
{
	void *data = NULL;
	size_t n = 0;
	int64_t then, now = (int64_t)time(NULL);

	if (SSL_SESSION_get0_ticket_appdata(session, &data, &n) != 1 ||
	    n != sizeof(then))
		return false;
	memcpy(&then, data, sizeof(then));
	return then <= now && now - then < FULL_HANDSHAKE_S;
}

/* Nor does a certificate outlive itself by a ticket. */
static bool
is_peer_valid(SSL_SESSION *session)
{
	const X509 *peer = SSL_SESSION_get0_peer(session);

	return peer == NULL ||
	    X509_cmp_current_time(X509_get0_notAfter(peer)) > 0;
}

/* A session is not resumed under another name (RFC 6066, section 3). */
static bool
is_of_host(const SSL_SESSION *session, const char *host)
{
	const char *then = SSL_SESSION_get0_hostname(session);

	if (then == NULL || host == NULL)
		return then == host;
	return rt_str_eq_nocase(rt_str(then), rt_str(host));
}

static SSL_TICKET_RETURN
judge(SSL *ssl, SSL_SESSION *session, const unsigned char *name, size_t n,
    SSL_TICKET_STATUS status, void *unused)
{
	(void)name, (void)n, (void)unused;
	if (status != SSL_TICKET_SUCCESS && status != SSL_TICKET_SUCCESS_RENEW)
		return SSL_TICKET_RETURN_IGNORE_RENEW;
	if (!is_recent(session) || !is_peer_valid(session) ||
	    !is_of_host(session, rt_tls_of(ssl)->host))
		return SSL_TICKET_RETURN_IGNORE_RENEW;
	return status == SSL_TICKET_SUCCESS ? SSL_TICKET_RETURN_USE
					    : SSL_TICKET_RETURN_USE_RENEW;
}

void
rt_tls_tickets_use(SSL_CTX *ctx)
{
	SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_OFF);
	SSL_CTX_set_timeout(ctx, RT_TLS_TICKET_S);
	SSL_CTX_set_max_early_data(ctx, 0);
	SSL_CTX_set_tlsext_ticket_key_evp_cb(ctx, choose_key);
	SSL_CTX_set_session_ticket_cb(ctx, note_time, judge, NULL);
}
