/*
 * Sessions and what proves them: access tokens, cookies, API keys.
 *
 * The texts of refusals are fixed by the clients that read them.
 */
#include <inttypes.h>

#include "api/api.h"
#include "handlers/service.h"
#include "sql/auth.h"
#include "sql/session.h"

enum {
	TOKEN_BYTES = 32,
	ACCESS_SECONDS = 900,
	COOKIE_SECONDS = 28800, /* as long as cookie_expires_at */
};

struct rt_str
token_hash(struct rt_call *call, struct rt_str text)
{
	return rt_sha256_hex(call->arena, text);
}

struct token
token_new(struct rt_call *call)
{
	char bytes[TOKEN_BYTES];
	struct token token;

	rt_random(bytes, sizeof(bytes));
	token.text =
	    rt_base64url(call->arena, (struct rt_str){bytes, sizeof(bytes)});
	token.hash = token_hash(call, token.text);
	return token;
}

bool
session_begin(struct rt_call *call, int64_t user, struct session *session)
{
	session->cookie = token_new(call);
	session->refresh = token_new(call);
	return query_done(call,
	    sql_insert_session(call, user, session->cookie.hash,
		session->refresh.hash, &session->id));
}

static struct rt_str
jwt_key(void)
{
	return rt_str(rt_setting_text("JWT_SECRET"));
}

static int64_t
now_seconds(void)
{
	return rt_time_now().us / 1000000;
}

static struct rt_str
access_token(struct rt_call *call, struct rt_uuid subject, int64_t session)
{
	char uuid[RT_UUID_TEXT];
	int64_t now = now_seconds();

	rt_uuid_text(uuid, subject);
	return rt_jwt_sign(call->arena, jwt_key(),
	    rt_printf(call,
		"{\"sub\":\"%s\",\"sid\":%" PRId64 ",\"iat\":%" PRId64
		",\"exp\":%" PRId64 "}",
		uuid, session, now, now + ACCESS_SECONDS));
}

bool
session_answer(struct rt_call *call, const struct session *session,
    const struct api_user *user, struct api_token_response *answer)
{
	*answer = (struct api_token_response){
	    .access_token = access_token(call, user->uuid, session->id),
	    .refresh_token = session->refresh.text,
	    .expires_in = ACCESS_SECONDS,
	    .user = *user,
	};

	return answer->access_token.p != NULL ||
	    rt_fail(call, "a token could not be signed");
}

static struct rt_str
cookie(struct rt_call *call, struct rt_str value, int seconds)
{
	return rt_printf(call,
	    "session_token=%.*s; Path=/; Max-Age=%d; HttpOnly; "
	    "SameSite=Strict%s",
	    RT_FMT(value), seconds,
	    rt_setting_bool("COOKIE_SECURE") ? "; Secure" : "");
}

struct rt_str
session_cookie(struct rt_call *call, const struct session *session)
{
	return cookie(call, session->cookie.text, COOKIE_SECONDS);
}

struct rt_str
session_cookie_cleared(struct rt_call *call)
{
	return cookie(call, RT_LIT(""), 0);
}

static enum rt_auth
admit(struct rt_call *call, const struct sql_caller *caller,
    struct rt_principal *who)
{
	enum api_role role =
	    role_limited(role_of_text(caller->role), caller->scopes);

	if (role == 0 || !caller->is_active)
		return rt_auth_bad(call, "User account is inactive");

	who->id = caller->id;
	who->uuid = caller->uuid;
	who->session = caller->session;
	who->expires = caller->expires;
	who->scopes = role_grants(role);
	return RT_AUTH_OK;
}

/* What a token says: of whom, and until when. */
struct claims {
	struct rt_uuid subject;
	int64_t session;
	int64_t expires;
};

/* False for claims that are none of ours. */
static bool
read_claims(const struct rt_node *node, struct claims *claims)
{
	const struct rt_node *sub = rt_node_get(node, "sub");
	const struct rt_node *sid = rt_node_get(node, "sid");

	if (sub == NULL || sub->type != RT_STRING || sid == NULL ||
	    sid->type != RT_NUMBER)
		return false;

	claims->session = rt_read_int(sid);
	claims->expires = rt_read_int(rt_node_get(node, "exp"));
	return rt_uuid_parse(rt_node_str(sub), &claims->subject);
}

static enum rt_auth
admit_token(struct rt_call *call, const struct rt_credential *credential,
    struct rt_principal *who)
{
	const struct rt_node *node;
	struct sql_caller caller;
	struct claims claims;
	enum rt_sql found;

	switch (rt_jwt_verify(call->arena, jwt_key(), credential->text,
	    now_seconds(), &node)) {
	case RT_JWT_OK:
		break;
	case RT_JWT_EXPIRED:
		return rt_auth_bad(call, "Token expired");
	default:
		return rt_auth_bad(call, "Invalid token");
	}

	if (!read_claims(node, &claims))
		return rt_auth_bad(call, "Invalid token");
	found = sql_find_subject(call, claims.session, claims.subject, &caller);
	if (found == RT_SQL_NONE)
		return rt_auth_bad(call, "User not found");
	if (!query_done(call, found))
		return RT_AUTH_FAILED;
	if (!caller.has_session)
		return rt_auth_bad(call, "Invalid token");

	caller.expires = claims.expires;
	return admit(call, &caller, who);
}

enum rt_auth
auth_bearer_auth(struct rt_call *call, const struct rt_credential *credential,
    const char *const *scopes, struct rt_principal *who)
{
	(void)scopes; /* roles, that the runtime compares */
	return admit_token(call, credential, who);
}

/* A token decides, whatever else is sent along: a client whose token has
 * expired must hear of it, and not act as whom a cookie knows. */
static bool
has_token(const struct rt_call *call)
{
	return rt_request_header(call, "Authorization").p != NULL;
}

enum rt_auth
auth_access_token(struct rt_call *call, const struct rt_credential *credential,
    const char *const *scopes, struct rt_principal *who)
{
	(void)scopes; /* roles, that the runtime compares */
	if (has_token(call))
		return rt_auth_bad(call, "Another credential decides");

	return admit_token(call, credential, who);
}

enum rt_auth
auth_session_cookie(struct rt_call *call,
    const struct rt_credential *credential, const char *const *scopes,
    struct rt_principal *who)
{
	struct sql_caller caller;
	enum rt_sql found;

	(void)scopes; /* roles, that the runtime compares */
	if (has_token(call))
		return rt_auth_bad(call, "Invalid Authorization format");
	found =
	    sql_find_cookie(call, token_hash(call, credential->text), &caller);
	if (found == RT_SQL_NONE)
		return rt_auth_bad(call, "Invalid session token");
	if (!query_done(call, found))
		return RT_AUTH_FAILED;
	if (caller.revoked)
		return rt_auth_bad(call, "Session has been revoked");
	if (caller.expired)
		return rt_auth_bad(call, "Session has expired");

	return admit(call, &caller, who);
}

static bool
has_cookie(const struct rt_call *call)
{
	return rt_request_cookie(call, "session_token").p != NULL;
}

enum rt_auth
auth_api_key(struct rt_call *call, const struct rt_credential *credential,
    const char *const *scopes, struct rt_principal *who)
{
	struct sql_caller caller;
	enum rt_sql found;

	(void)scopes; /* roles, that the runtime compares */
	if (has_token(call) || has_cookie(call))
		return rt_auth_bad(call, "Another credential decides");
	found = sql_find_key(call, token_hash(call, credential->text), &caller);
	if (found == RT_SQL_NONE)
		return rt_auth_bad(call, "Invalid API key");
	if (!query_done(call, found))
		return RT_AUTH_FAILED;

	return admit(call, &caller, who);
}
