#include <errno.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdarg.h>
#include <stdio.h>

#include "runtime/tls_part.h"

enum {
	PATH_BYTES = 4096,
	CHAIN_MAX = 16,
	HOST_MAX = 255, /* RFC 1035, section 2.3.4 */
};

bool
rt_tls_fault(struct rt_tls_why *why, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(why->text, why->size, fmt, ap);
	va_end(ap);
	return false;
}

const char *
rt_tls_error(void)
{
	const char *text = ERR_reason_error_string(ERR_peek_error());

	return text == NULL ? "an error without a name" : text;
}

/* --- Files --- */

static FILE *
open_file(const char *path, struct rt_tls_why *why)
{
	FILE *f = fopen(path, "re");

	if (f == NULL)
		rt_tls_fault(why, "TLS_CERTIFICATES: %s: can't be read: %s",
		    path, strerror(errno));
	ERR_clear_error();
	return f;
}

/* OpenSSL would ask for it at the terminal. */
static int
no_password(char *buf, int size, int writing, void *unused)
{
	(void)buf, (void)size, (void)writing, (void)unused;
	return -1;
}

/* The end of a file of PEM looks like an error. */
static bool
is_at_end(void)
{
	unsigned long e = ERR_peek_last_error();

	return ERR_GET_LIB(e) == ERR_LIB_PEM &&
	    ERR_GET_REASON(e) == PEM_R_NO_START_LINE;
}

static bool
read_chain(struct rt_tls_pair *p, FILE *f)
{
	X509 *x;

	p->leaf = PEM_read_X509(f, NULL, no_password, NULL);
	p->chain = sk_X509_new_null();
	if (p->leaf == NULL || p->chain == NULL)
		return false;
	while ((x = PEM_read_X509(f, NULL, no_password, NULL)) != NULL) {
		if (sk_X509_num(p->chain) < CHAIN_MAX &&
		    sk_X509_push(p->chain, x) > 0)
			continue;
		X509_free(x);
		return false;
	}
	return is_at_end();
}

static bool
read_certificates(struct rt_tls_pair *p, const char *path,
    struct rt_tls_why *why)
{
	FILE *f = open_file(path, why);
	bool ok;

	if (f == NULL)
		return false;
	ok = read_chain(p, f);
	fclose(f);
	if (ok)
		return true;
	if (p->leaf == NULL && is_at_end())
		return rt_tls_fault(why,
		    "TLS_CERTIFICATES: %s: has no certificate of PEM", path);
	return rt_tls_fault(why,
	    "TLS_CERTIFICATES: %s: its certificates can't be read: %s", path,
	    rt_tls_error());
}

/* What OpenSSL says of a key that it can't read is rarely what is wrong. */
static bool
read_key(struct rt_tls_pair *p, const char *path, struct rt_tls_why *why)
{
	FILE *f = open_file(path, why);

	if (f == NULL)
		return false;
	p->key = PEM_read_PrivateKey(f, NULL, no_password, NULL);
	fclose(f);
	if (p->key == NULL)
		return rt_tls_fault(why,
		    "TLS_CERTIFICATES: %s: has no private key of PEM, or one "
		    "that needs a password",
		    path);
	p->kind = EVP_PKEY_get_base_id(p->key);
	return true;
}

static void
warn_of_time(const X509 *x, const char *path, const struct rt_tls_options *o)
{
	char text[PATH_BYTES + 64];
	const char *what = NULL;

	if (X509_cmp_current_time(X509_get0_notAfter(x)) <= 0)
		what = "has expired";
	else if (X509_cmp_current_time(X509_get0_notBefore(x)) > 0)
		what = "is not valid yet";
	if (what == NULL)
		return;
	snprintf(text, sizeof(text), "TLS_CERTIFICATES: %s: the certificate %s",
	    path, what);
	o->warn(text);
}

static bool
use(SSL *ssl, const struct rt_tls_pair *p)
{
	return SSL_use_cert_and_key(ssl, p->leaf, p->key, p->chain, 1) == 1;
}

static bool
read_pair(struct rt_tls_pair *p, const char *certificate, const char *key,
    SSL *probe, struct rt_tls_why *why)
{
	if (!read_certificates(p, certificate, why) || !read_key(p, key, why))
		return false;
	if (X509_check_private_key(p->leaf, p->key) != 1)
		return rt_tls_fault(why,
		    "TLS_CERTIFICATES: %s: is not the key of %s", key,
		    certificate);
	ERR_clear_error();
	if (!use(probe, p))
		return rt_tls_fault(why, "TLS_CERTIFICATES: %s: %s",
		    certificate, rt_tls_error());
	return true;
}

static bool
copy_path(char path[PATH_BYTES], struct rt_str text, struct rt_tls_why *why)
{
	text = rt_str_trim(text);
	if (text.n == 0)
		return rt_tls_fault(why,
		    "TLS_CERTIFICATES: the name of a file is missing; write "
		    "cert.pem:key.pem, and a comma between two of these");
	if (text.n >= PATH_BYTES)
		return rt_tls_fault(why,
		    "TLS_CERTIFICATES: the name of a file is too long");
	memcpy(path, text.p, text.n);
	path[text.n] = '\0';
	return true;
}

bool
rt_tls_pairs_read(struct rt_tls_pairs *pairs, const struct rt_tls_options *o,
    SSL *probe, struct rt_tls_why *why)
{
	struct rt_str rest = rt_str(o->certificates);
	char certificate[PATH_BYTES], key[PATH_BYTES];

	while (rest.p != NULL) {
		struct rt_str files = rt_str_cut(&rest, ',');
		struct rt_str first = rt_str_cut(&files, ':');
		struct rt_tls_pair *p;

		if (!copy_path(certificate, first, why) ||
		    !copy_path(key, files.p == NULL ? first : files, why))
			return false;
		if (pairs->n == RT_TLS_PAIRS_MAX)
			return rt_tls_fault(why,
			    "TLS_CERTIFICATES: there are more than %d",
			    RT_TLS_PAIRS_MAX);
		p = &pairs->v[pairs->n++];
		if (!read_pair(p, certificate, key, probe, why))
			return false;
		warn_of_time(p->leaf, certificate, o);
	}
	return true;
}

void
rt_tls_pairs_free(struct rt_tls_pairs *pairs)
{
	for (unsigned i = 0; i < pairs->n; i++) {
		X509_free(pairs->v[i].leaf);
		sk_X509_pop_free(pairs->v[i].chain, X509_free);
		EVP_PKEY_free(pairs->v[i].key);
	}
	pairs->n = 0;
}

/* --- Names --- */

static void
add(struct rt_tls_picked *picked, const struct rt_tls_pair *p)
{
	for (unsigned i = 0; i < picked->n; i++) {
		if (picked->v[i]->kind == p->kind)
			return;
	}
	if (picked->n < RT_TLS_KINDS_MAX)
		picked->v[picked->n++] = p;
}

/* A name that begins with a dot would ask for any below it. */
void
rt_tls_pick(const struct rt_tls_pairs *pairs, struct rt_str host,
    struct rt_tls_picked *picked)
{
	static const unsigned exactness[] = {X509_CHECK_FLAG_NO_WILDCARDS,
	    X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS};

	*picked = (struct rt_tls_picked){.n = 0};
	if (host.n == 0 || host.n > HOST_MAX || host.p[0] == '.')
		return;
	for (unsigned e = 0; e < RT_LEN(exactness); e++) {
		for (unsigned i = 0; i < pairs->n; i++) {
			if (X509_check_host(pairs->v[i].leaf, host.p, host.n,
				exactness[e], NULL) == 1)
				add(picked, &pairs->v[i]);
		}
	}
}

/* A name as a certificate has it: "*.example.com" too. */
static bool
has_name(const X509 *x, const ASN1_STRING *name)
{
	GENERAL_NAMES *names =
	    X509_get_ext_d2i(x, NID_subject_alt_name, NULL, NULL);
	bool found = false;

	for (int i = 0; i < sk_GENERAL_NAME_num(names) && !found; i++) {
		const GENERAL_NAME *g = sk_GENERAL_NAME_value(names, i);

		found = g->type == GEN_DNS &&
		    ASN1_STRING_cmp(g->d.dNSName, name) == 0;
	}
	GENERAL_NAMES_free(names);
	return found;
}

static bool
share_name(const X509 *a, const X509 *b)
{
	GENERAL_NAMES *names =
	    X509_get_ext_d2i(a, NID_subject_alt_name, NULL, NULL);
	bool found = false;

	for (int i = 0; i < sk_GENERAL_NAME_num(names) && !found; i++) {
		const GENERAL_NAME *g = sk_GENERAL_NAME_value(names, i);

		found = g->type == GEN_DNS && has_name(b, g->d.dNSName);
	}
	GENERAL_NAMES_free(names);
	return found;
}

void
rt_tls_pick_default(const struct rt_tls_pairs *pairs,
    struct rt_tls_picked *picked)
{
	*picked = (struct rt_tls_picked){.n = 0};
	for (unsigned i = 0; i < pairs->n; i++) {
		if (i == 0 || share_name(pairs->v[0].leaf, pairs->v[i].leaf))
			add(picked, &pairs->v[i]);
	}
}
