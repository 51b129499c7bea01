#include "runtime/jwt.h"

#include <inttypes.h>
#include <limits.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdio.h>

#include "runtime/format.h"

enum {
	TOKEN_MAX = 8192, /* bytes */
	MAC_SIZE = 32, /* bytes of HMAC-SHA-256 */
};

/* The parts of a token (RFC 7515, section 7.1), still encoded. */
struct parts {
	struct rt_str header;
	struct rt_str claims;
	struct rt_str signature;
	struct rt_str is_signed; /* header and claims with the dot */
};

static const struct rt_json_limits limits = {.depth = 16, .nodes = 4096};

/* False when OpenSSL fails, as it does without memory. */
static bool
sign(struct rt_str key, struct rt_str text, unsigned char mac[MAC_SIZE])
{
	unsigned n = 0;

	if (key.n > INT_MAX)
		return false;
	return HMAC(EVP_sha256(), key.p, (int)key.n,
		   (const unsigned char *)text.p, text.n, mac, &n) != NULL &&
	    n == MAC_SIZE;
}

struct rt_str
rt_jwt_sign(struct rt_arena *arena, struct rt_str key, struct rt_str claims)
{
	struct rt_str header =
	    rt_base64url(arena, RT_LIT("{\"alg\":\"HS256\",\"typ\":\"JWT\"}"));
	struct rt_str body = rt_base64url(arena, claims);
	struct rt_str text, signature;
	unsigned char mac[MAC_SIZE];

	text =
	    rt_arena_printf(arena, "%.*s.%.*s", RT_FMT(header), RT_FMT(body));
	if (!sign(key, text, mac))
		return (struct rt_str){NULL, 0};
	signature = rt_base64url(arena,
	    (struct rt_str){(const char *)mac, sizeof(mac)});
	return rt_arena_printf(arena, "%.*s.%.*s", RT_FMT(text),
	    RT_FMT(signature));
}

static bool
split(struct rt_str token, struct parts *parts)
{
	struct rt_str rest = token;

	if (token.n > TOKEN_MAX)
		return false;
	parts->header = rt_str_cut(&rest, '.');
	parts->claims = rt_str_cut(&rest, '.');
	parts->signature = rest;
	if (rest.p == NULL || memchr(rest.p, '.', rest.n) != NULL)
		return false;
	parts->is_signed = (struct rt_str){
	    token.p,
	    parts->header.n + 1 + parts->claims.n,
	};
	return true;
}

/* The JSON object of a part, or NULL. */
static const struct rt_node *
parse_part(struct rt_arena *arena, struct rt_str part)
{
	struct rt_json_error err;
	const struct rt_node *v;
	struct rt_str text;

	if (!rt_base64url_parse(arena, part, &text))
		return NULL;
	v = rt_json_parse(arena, text, &limits, &err);
	return v != NULL && v->type == RT_OBJECT ? v : NULL;
}

static bool
is_text(const struct rt_node *v, const char *text)
{
	return v != NULL && v->type == RT_STRING &&
	    rt_str_is(rt_node_str(v), text);
}

/*
 * What the header may say.  An extension that must be understood (crit,
 * RFC 7515, section 4.1.11) is none that we understand.
 */
static enum rt_jwt_result
check_header(const struct rt_node *header)
{
	const struct rt_node *type;

	if (header == NULL || rt_node_get(header, "crit") != NULL)
		return RT_JWT_MALFORMED;
	if (!is_text(rt_node_get(header, "alg"), "HS256"))
		return RT_JWT_ALGORITHM;
	type = rt_node_get(header, "typ");
	if (type == NULL)
		return RT_JWT_OK;
	if (type->type != RT_STRING ||
	    !rt_str_is_nocase(rt_node_str(type), "JWT"))
		return RT_JWT_MALFORMED;
	return RT_JWT_OK;
}

/* An empty key is a setting that was forgotten: nothing is signed by it. */
static bool
is_signature(struct rt_arena *arena, struct rt_str key,
    const struct parts *parts)
{
	unsigned char mac[MAC_SIZE];
	struct rt_str given;

	if (key.n == 0 ||
	    !rt_base64url_parse(arena, parts->signature, &given) ||
	    given.n != MAC_SIZE)
		return false;
	return sign(key, parts->is_signed, mac) &&
	    CRYPTO_memcmp(mac, given.p, MAC_SIZE) == 0;
}

/* Exact whatever number stands there (RFC 7519, sections 4.1.4, 4.1.5). */
static enum rt_jwt_result
check_times(const struct rt_node *claims, int64_t now)
{
	const struct rt_node *exp = rt_node_get(claims, "exp");
	const struct rt_node *nbf = rt_node_get(claims, "nbf");
	char text[32];
	struct rt_str n;

	snprintf(text, sizeof(text), "%" PRId64, now);
	n = rt_str(text);
	if (exp == NULL)
		return RT_JWT_EXPIRED;
	if (exp->type != RT_NUMBER || (nbf != NULL && nbf->type != RT_NUMBER))
		return RT_JWT_MALFORMED;
	if (rt_decimal_cmp(rt_node_str(exp), n) <= 0)
		return RT_JWT_EXPIRED;
	if (nbf != NULL && rt_decimal_cmp(rt_node_str(nbf), n) > 0)
		return RT_JWT_EXPIRED;
	return RT_JWT_OK;
}

enum rt_jwt_result
rt_jwt_verify(struct rt_arena *arena, struct rt_str key, struct rt_str token,
    int64_t now, const struct rt_node **claims)
{
	enum rt_jwt_result result;
	struct parts parts;

	*claims = NULL;
	if (!split(token, &parts))
		return RT_JWT_MALFORMED;
	result = check_header(parse_part(arena, parts.header));
	if (result != RT_JWT_OK)
		return result;
	if (!is_signature(arena, key, &parts))
		return RT_JWT_SIGNATURE;
	*claims = parse_part(arena, parts.claims);
	if (*claims == NULL)
		return RT_JWT_MALFORMED;
	result = check_times(*claims, now);
	if (result != RT_JWT_OK)
		*claims = NULL;
	return result;
}

struct rt_str
rt_sha256(struct rt_arena *arena, struct rt_str s)
{
	unsigned char digest[EVP_MAX_MD_SIZE];
	unsigned n = 0;

	if (EVP_Digest(s.p, s.n, digest, &n, EVP_sha256(), NULL) != 1)
		return (struct rt_str){NULL, 0};
	return rt_arena_copy(arena, (struct rt_str){(const char *)digest, n});
}

struct rt_str
rt_sha256_hex(struct rt_arena *arena, struct rt_str s)
{
	struct rt_str digest = rt_sha256(arena, s);

	return digest.p == NULL ? digest : rt_hex(arena, digest);
}
