#include "runtime/jwt.h"
#include "runtime/format.h"

#include "tests/unit/test.h"

static struct rt_arena *arena;
static const struct rt_str key = {"a key of thirty-two bytes, or so.", 33};
enum { NOW = 1700000000 };

/* A token with these claims; with a header of its own the signature is that
 * of the usual one. */
static struct rt_str
token(const char *header, const char *claims)
{
	struct rt_str whole, part, rest;

	if (arena == NULL)
		arena = rt_arena_open(1 << 20, NULL, NULL);
	whole = rt_jwt_sign(arena, key, rt_str(claims));
	if (header == NULL)
		return whole;
	rest = whole;
	rt_str_cut(&rest, '.');
	part = rt_base64url(arena, rt_str(header));
	return rt_arena_printf(arena, "%.*s.%.*s", RT_FMT(part), RT_FMT(rest));
}

static enum rt_jwt_result
verify(struct rt_str t)
{
	const struct rt_node *claims;
	enum rt_jwt_result result = rt_jwt_verify(arena, key, t, NOW, &claims);

	CHECK((result == RT_JWT_OK) == (claims != NULL));
	return result;
}

static enum rt_jwt_result
verify_claims(const char *claims)
{
	return verify(token(NULL, claims));
}

static enum rt_jwt_result
verify_header(const char *header)
{
	return verify(token(header, "{\"exp\":1700000001}"));
}

static const char good[] = "{\"sub\":\"7\",\"exp\":1700000001}";

TEST(round_trip)
{
	const struct rt_node *claims;
	struct rt_str t = token(NULL, good);

	CHECK_INT(rt_jwt_verify(arena, key, t, NOW, &claims), RT_JWT_OK);
	CHECK_STR(rt_node_str(rt_node_get(claims, "sub")), "7");
}

/* printf %s "$header.$claims" | openssl dgst -sha256 -hmac secret -binary */
TEST(known_token)
{
	static const char text[] =
	    "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9."
	    "eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4gRG9lIiwiaWF0Ijox"
	    "NTE2MjM5MDIyfQ."
	    "SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV_adQssw5c";
	static const struct rt_str secret = {"your-256-bit-secret", 19};
	const struct rt_node *claims;

	arena = rt_arena_open(1 << 20, NULL, NULL);
	CHECK_STR(rt_jwt_sign(arena, secret,
		      RT_LIT("{\"sub\":\"1234567890\",\"name\":\"John Doe\","
			     "\"iat\":1516239022}")),
	    text);
	/* Its signature is good, but it never expires. */
	CHECK_INT(rt_jwt_verify(arena, secret, rt_str(text), NOW, &claims),
	    RT_JWT_EXPIRED);
}

TEST(another_key)
{
	const struct rt_node *claims;
	struct rt_str t = token(NULL, good);

	CHECK_INT(rt_jwt_verify(arena, RT_LIT("another key"), t, NOW, &claims),
	    RT_JWT_SIGNATURE);
	t = rt_jwt_sign(arena, RT_LIT(""), rt_str(good));
	CHECK_INT(rt_jwt_verify(arena, RT_LIT(""), t, NOW, &claims),
	    RT_JWT_SIGNATURE);
}

TEST(every_byte_counts)
{
	struct rt_str t = token(NULL, good);
	char copy[512];

	CHECK(t.n < sizeof(copy));
	for (size_t i = 0; i < t.n; i++) {
		memcpy(copy, t.p, t.n);
		copy[i] = copy[i] == 'A' ? 'B' : 'A';
		CHECK(verify((struct rt_str){copy, t.n}) != RT_JWT_OK);
		CHECK(verify((struct rt_str){t.p, i}) != RT_JWT_OK);
	}
}

TEST(algorithms)
{
	CHECK_INT(verify_header("{\"alg\":\"none\"}"), RT_JWT_ALGORITHM);
	CHECK_INT(verify_header("{\"alg\":\"None\"}"), RT_JWT_ALGORITHM);
	CHECK_INT(verify_header("{\"alg\":\"hs256\"}"), RT_JWT_ALGORITHM);
	CHECK_INT(verify_header("{\"alg\":\"HS384\"}"), RT_JWT_ALGORITHM);
	CHECK_INT(verify_header("{\"alg\":\"RS256\"}"), RT_JWT_ALGORITHM);
	CHECK_INT(verify_header("{\"alg\":256}"), RT_JWT_ALGORITHM);
	CHECK_INT(verify_header("{\"typ\":\"JWT\"}"), RT_JWT_ALGORITHM);
	/* A header that passes is looked at no further: the signature is. */
	CHECK_INT(verify_header("{\"alg\":\"HS256\"}"), RT_JWT_SIGNATURE);
}

TEST(headers)
{
	CHECK_INT(verify_header("{\"alg\":\"HS256\",\"crit\":[\"exp\"]}"),
	    RT_JWT_MALFORMED);
	CHECK_INT(verify_header("{\"alg\":\"HS256\",\"typ\":\"x\"}"),
	    RT_JWT_MALFORMED);
	CHECK_INT(verify_header("{\"alg\":\"HS256\",\"typ\":\"jwt\"}"),
	    RT_JWT_SIGNATURE);
	CHECK_INT(verify_header("[]"), RT_JWT_MALFORMED);
	CHECK_INT(verify_header("{\"alg\":\"HS256\",\"alg\":\"none\"}"),
	    RT_JWT_MALFORMED);
}

TEST(shapes)
{
	char large[9000];

	token(NULL, good);
	CHECK_INT(verify(RT_LIT("")), RT_JWT_MALFORMED);
	CHECK_INT(verify(RT_LIT("a")), RT_JWT_MALFORMED);
	CHECK_INT(verify(RT_LIT("a.b")), RT_JWT_MALFORMED);
	CHECK_INT(verify(RT_LIT("a.b.c.d")), RT_JWT_MALFORMED);
	CHECK_INT(verify(RT_LIT("..")), RT_JWT_MALFORMED);
	memset(large, 'A', sizeof(large));
	large[10] = large[20] = '.';
	CHECK_INT(verify((struct rt_str){large, sizeof(large)}),
	    RT_JWT_MALFORMED);
}

TEST(a_signature_is_needed)
{
	struct rt_str t = token(NULL, good);

	while (t.p[t.n - 1] != '.')
		t.n--;
	CHECK_INT(verify(t), RT_JWT_SIGNATURE);
	t.n--;
	CHECK_INT(verify(t), RT_JWT_MALFORMED);
}

TEST(signatures_that_are_no_base64)
{
	struct rt_str t = token(NULL, good);
	char copy[512];

	CHECK(t.n < sizeof(copy));
	memcpy(copy, t.p, t.n);
	copy[t.n - 1] = '!';
	CHECK_INT(verify((struct rt_str){copy, t.n}), RT_JWT_SIGNATURE);
}

TEST(large_tokens)
{
	char claims[8000];

	snprintf(claims, sizeof(claims),
	    "{\"exp\":1700000001,\"x\":\"%05000d\"}", 0);
	CHECK_INT(verify_claims(claims), RT_JWT_OK);
	snprintf(claims, sizeof(claims),
	    "{\"exp\":1700000001,\"x\":\"%07000d\"}", 0);
	CHECK_INT(verify_claims(claims), RT_JWT_MALFORMED);
}

TEST(times)
{
	CHECK_INT(verify_claims("{\"exp\":1700000001}"), RT_JWT_OK);
	CHECK_INT(verify_claims("{\"exp\":1700000000}"), RT_JWT_EXPIRED);
	CHECK_INT(verify_claims("{\"exp\":1699999999}"), RT_JWT_EXPIRED);
	CHECK_INT(verify_claims("{\"exp\":1700000000.5}"), RT_JWT_OK);
	CHECK_INT(verify_claims("{\"exp\":1e30}"), RT_JWT_OK);
	CHECK_INT(verify_claims("{\"exp\":-1}"), RT_JWT_EXPIRED);
	CHECK_INT(verify_claims("{\"exp\":\"1700000001\"}"), RT_JWT_MALFORMED);
	CHECK_INT(verify_claims("{\"exp\":null}"), RT_JWT_MALFORMED);
	CHECK_INT(verify_claims("{}"), RT_JWT_EXPIRED);
	CHECK_INT(verify_claims("{\"exp\":1700000001,\"nbf\":1700000000}"),
	    RT_JWT_OK);
	CHECK_INT(verify_claims("{\"exp\":1700000009,\"nbf\":1700000001}"),
	    RT_JWT_EXPIRED);
	CHECK_INT(verify_claims("{\"exp\":1700000009,\"nbf\":\"x\"}"),
	    RT_JWT_MALFORMED);
}

TEST(claims_that_are_no_object)
{
	CHECK_INT(verify_claims("[]"), RT_JWT_MALFORMED);
	CHECK_INT(verify_claims("{"), RT_JWT_MALFORMED);
	CHECK_INT(verify_claims(""), RT_JWT_MALFORMED);
}

/* FIPS 180-4's own examples. */
TEST(sha256)
{
	arena = rt_arena_open(1 << 20, NULL, NULL);
	CHECK_STR(rt_sha256_hex(arena, RT_LIT("abc")),
	    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	CHECK_STR(rt_sha256_hex(arena, RT_LIT("")),
	    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
	/* RFC 7636, appendix B. */
	CHECK_STR(
	    rt_base64url(arena,
		rt_sha256(arena,
		    RT_LIT("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"))),
	    "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
}
