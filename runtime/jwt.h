/* JSON Web Tokens, HS256 only (RFC 7519, RFC 7515, RFC 7518 section 3.2). */
#ifndef RT_JWT_H
#define RT_JWT_H

#include "runtime/json.h"

/* Signs claims, which are the text of a JSON object; absent when OpenSSL
 * fails, as it does without memory. */
struct rt_str rt_jwt_sign(struct rt_arena *, struct rt_str key,
    struct rt_str claims);

enum rt_jwt_result {
	RT_JWT_OK = 1,
	RT_JWT_MALFORMED, /* no three parts of base64url, no JSON */
	RT_JWT_ALGORITHM, /* alg is not exactly HS256 */
	RT_JWT_SIGNATURE,
	RT_JWT_EXPIRED, /* exp is past or missing, or nbf is yet to come */
};

/*
 * Verifies in constant time, then parses; `now` is seconds since 1970.  The
 * claims live in the arena.
 */
enum rt_jwt_result rt_jwt_verify(struct rt_arena *, struct rt_str key,
    struct rt_str token, int64_t now, const struct rt_node **claims);

/* SHA-256 of some bytes (FIPS 180-4), 32 of them; absent when OpenSSL fails. */
struct rt_str rt_sha256(struct rt_arena *, struct rt_str);

/* The same in lower-case hexadecimal. */
struct rt_str rt_sha256_hex(struct rt_arena *, struct rt_str);

#endif /* RT_JWT_H */
