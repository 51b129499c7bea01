/* Accounts, tokens and sessions. */
#include "api/auth.h"

#include "api/api.h"
#include "handlers/service.h"
#include "sql/auth.h"
#include "sql/users.h"

enum { BCRYPT_COST = 12 };

/* --- registerUser --- */

/* Who asks for an account: an administrator, the first user of all, or, where
 * registration is open, anybody. */
struct applicant {
	bool admitted;
	bool first;
	enum api_role highest; /* that may be given */
};

static bool
judge_applicant(struct rt_call *call, struct applicant *who)
{
	enum api_role own = role_of_caller(call);

	*who = (struct applicant){.admitted = true, .highest = own};
	if (role_reaches(own, API_ROLE_ADMIN))
		return true;
	if (!query_done(call, sql_no_users(call, &who->first)))
		return false;

	who->highest = who->first ? API_ROLE_ADMIN : API_ROLE_USER;
	who->admitted = who->first ||
	    strcmp(rt_setting_text("REGISTRATION_MODE"), "open") == 0;
	return true;
}

static bool
refuse_applicant(struct rt_call *call, struct api_register_user_out *out)
{
	if (call->who.scheme == NULL)
		return api_register_user_401(out,
		    rt_problem(call, &api_code_unauthorized,
			"Missing Authorization header"));

	return api_register_user_403(out,
	    rt_problem(call, &api_code_permission_denied,
		"Admin privileges required"));
}

struct registration {
	struct sql_insert_user_args want;
	struct api_user user;
	enum rt_sql result;
};

static bool
insert(struct rt_call *call, void *arg)
{
	struct registration *r = arg;

	if (r->want.first && !query_done(call, sql_lock_users(call)))
		return false;

	r->result = sql_insert_user(call, &r->want, &r->user);
	return r->result == RT_SQL_OK;
}

/* What became of it; RT_SQL_NONE where another user came first. */
static enum rt_sql
enroll(struct rt_call *call, const struct api_register_request *want,
    struct registration *r)
{
	char hash[RT_PASSWORD_HASH];

	if (!rt_password_hash(call, want->password, BCRYPT_COST, hash))
		return RT_SQL_FAILED;

	r->want.email = want->email;
	r->want.username = want->username;
	r->want.name = want->name;
	r->want.password_hash = rt_str(hash);
	switch (rt_tx(call, RT_READ_COMMITTED, insert, r)) {
	case RT_TX_COMMITTED:
		return RT_SQL_OK;
	case RT_TX_ROLLED_BACK:
		return r->result == RT_SQL_OK ? RT_SQL_VIOLATED : r->result;
	default:
		return RT_SQL_FAILED;
	}
}

static enum api_role
wanted_role(const struct api_register_request *want,
    const struct applicant *who)
{
	if (who->first)
		return API_ROLE_ADMIN;

	return want->has_role ? want->role : API_ROLE_USER;
}

bool
handle_register_user(struct rt_call *call,
    const struct api_register_user_in *in, struct api_register_user_out *out)
{
	struct registration r = {0};
	struct rt_problem taken;
	struct applicant who;
	enum api_role role;
	enum rt_sql result;

	if (!judge_applicant(call, &who))
		return false;
	if (!who.admitted)
		return refuse_applicant(call, out);

	role = wanted_role(&in->body, &who);
	if (!role_reaches(who.highest, role))
		return api_register_user_403(out,
		    rt_problem(call, &api_code_permission_denied,
			"A role above the own one can't be given away"));

	r.want.role = rt_str(role_grants(role)[0]);
	r.want.first = who.first;
	result = enroll(call, &in->body, &r);
	if (user_taken(call, result, &taken))
		return api_register_user_400(out, taken);
	if (result == RT_SQL_NONE)
		return refuse_applicant(call, out);
	if (!query_done(call, result))
		return false;

	return api_register_user_201(out,
	    rt_printf(call, "/api/v1/users/%lld", (long long)r.user.id),
	    &r.user);
}

/* --- login --- */

static bool
refuse_login(struct rt_call *call, struct api_login_out *out, const char *why)
{
	return api_login_401(out,
	    rt_problem(call, &api_code_invalid_credentials, "%s", why));
}

/* Whether there is an account with this password: *found.  Without an account a
 * password is verified, too, so that the time tells nobody. */
static bool
find_account(struct rt_call *call, const struct api_login_request *want,
    struct api_user *user, bool *found)
{
	struct sql_find_account_row account = {.password_hash = RT_LIT("")};
	enum rt_sql result =
	    sql_find_account(call, want->email, want->username, &account);

	if (result != RT_SQL_NONE && !query_done(call, result))
		return false;
	if (!rt_password_verify(call, want->password, account.password_hash,
		found))
		return false;
	if (result == RT_SQL_NONE || !*found) {
		*found = false;
		return true;
	}

	result = sql_get_user(call, account.id, user);
	*found = result != RT_SQL_NONE;
	return !*found || query_done(call, result);
}

bool
handle_login(struct rt_call *call, const struct api_login_in *in,
    struct api_login_out *out)
{
	struct api_token_response answer;
	struct session session;
	struct api_user user;
	bool found;

	if (!find_account(call, &in->body, &user, &found))
		return false;
	if (!found)
		return refuse_login(call, out,
		    "The name or the password is wrong");
	if (!user.is_active)
		return refuse_login(call, out, "User account is inactive");

	if (!session_begin(call, user.id, &session) ||
	    !session_answer(call, &session, &user, &answer))
		return false;
	return api_login_200(out, session_cookie(call, &session), &answer);
}

/* --- refreshToken --- */

/* The hash of the refresh token in the body or else in the cookie; absent
 * where there is none. */
static struct rt_str
presented_hash(struct rt_call *call, const struct api_refresh_token_in *in)
{
	struct rt_str text = in->refresh_token;

	if (in->has_body && in->body.has_refresh_token)
		text = in->body.refresh_token;
	if (text.p == NULL)
		return text;

	return token_hash(call, text);
}

/* The session that a refresh token, or else the credential, belongs to; 0 for
 * none. */
static bool
find_session(struct rt_call *call, struct rt_str hash, int64_t *id)
{
	enum rt_sql result;

	*id = call->who.session;
	if (hash.p == NULL)
		return true;

	result = sql_find_token(call, hash, id);
	if (result == RT_SQL_NONE)
		*id = 0;
	return result == RT_SQL_NONE || query_done(call, result);
}

/* A refresh, and what becomes of it. */
struct refresh {
	struct rt_str hash; /* of the token; absent: by another credential */
	struct session session;
	struct api_user user;
	bool over; /* the session had been revoked */
	bool reused; /* the token had been used: the session is over now */
};

/* Whether the token had not been used. */
static bool
spend_token(struct rt_call *call, struct refresh *r)
{
	int64_t affected = 1;

	if (r->hash.p != NULL &&
	    !query_done(call, sql_use_token(call, r->hash, &affected)))
		return false;

	r->reused = affected == 0;
	return true;
}

static bool
renew_session(struct rt_call *call, struct session *session)
{
	session->cookie = token_new(call);
	session->refresh = token_new(call);
	return query_done(call,
	    sql_replace_tokens(call, session->id, session->cookie.hash,
		session->refresh.hash));
}

static bool
refresh(struct rt_call *call, void *arg)
{
	struct refresh *r = arg;
	enum rt_sql result = sql_lock_session(call, r->session.id, &r->user);

	r->over = result == RT_SQL_NONE;
	if (r->over)
		return true;
	if (!query_done(call, result) || !spend_token(call, r))
		return false;

	return r->reused
	    ? query_done(call, sql_revoke_session(call, r->session.id))
	    : renew_session(call, &r->session);
}

static bool
refuse_refresh(struct rt_call *call, struct api_refresh_token_out *out,
    const char *why)
{
	return api_refresh_token_401(out,
	    rt_problem(call, &api_code_invalid_refresh_token, "%s", why));
}

bool
handle_refresh_token(struct rt_call *call,
    const struct api_refresh_token_in *in, struct api_refresh_token_out *out)
{
	struct refresh r = {.hash = presented_hash(call, in)};
	struct api_token_response answer;

	if (!find_session(call, r.hash, &r.session.id))
		return false;
	if (r.session.id == 0)
		return refuse_refresh(call, out,
		    r.hash.p == NULL ? "A refresh token is missing"
				     : "Invalid refresh token");

	if (rt_tx(call, RT_READ_COMMITTED, refresh, &r) != RT_TX_COMMITTED)
		return false;
	if (r.over)
		return refuse_refresh(call, out, "Session has been revoked");
	if (r.reused)
		return refuse_refresh(call, out,
		    "The refresh token was used before: its session is over");

	if (!session_answer(call, &r.session, &r.user, &answer))
		return false;
	return api_refresh_token_200(out, session_cookie(call, &r.session),
	    &answer);
}

/* --- logout --- */

bool
handle_logout(struct rt_call *call, struct api_logout_out *out)
{
	struct api_message answer = {.message = RT_LIT("Logged out")};

	if (!query_done(call, sql_revoke_session(call, call->who.session)))
		return false;

	return api_logout_200(out, session_cookie_cleared(call), &answer);
}

/* --- getAuthMe --- */

bool
handle_get_auth_me(struct rt_call *call, struct api_get_auth_me_out *out)
{
	struct api_user user;
	bool found;

	if (!user_of_caller(call, &user, &found))
		return false;
	if (!found)
		return api_get_auth_me_401(out,
		    rt_problem(call, &api_code_unauthorized, "User not found"));

	return api_get_auth_me_200(out, &user);
}

/* --- validateToken --- */

/* Whose the token of the body is, or else the caller. */
static enum rt_auth
judge_token(struct rt_call *call, const struct api_validate_token_in *in,
    struct rt_principal *who)
{
	const struct rt_credential given = {.text = in->body.token};

	if (in->has_body && in->body.has_token)
		return auth_bearer_auth(call, &given, NULL, who);

	*who = call->who;
	return who->scheme != NULL ? RT_AUTH_OK : RT_AUTH_BAD;
}

bool
handle_validate_token(struct rt_call *call,
    const struct api_validate_token_in *in, struct api_validate_token_out *out)
{
	struct api_token_validity answer = {.valid = true};
	struct rt_principal who = {0};

	switch (judge_token(call, in, &who)) {
	case RT_AUTH_OK:
		answer.user_id = who.uuid;
		answer.expires_at = (struct rt_time){who.expires * 1000000};
		return api_validate_token_200(out, &answer);
	case RT_AUTH_BAD:
		return api_validate_token_401(out,
		    rt_problem(call, &api_code_unauthorized, "%.*s",
			RT_FMT(call->denied)));
	default:
		return false;
	}
}

/* --- getAuthUser, updateProfile --- */

bool
handle_get_auth_user(struct rt_call *call, struct api_get_auth_user_out *out)
{
	struct api_profile profile;
	enum rt_sql found = sql_get_profile(call, call->who.id, &profile);

	if (found == RT_SQL_NONE)
		return api_get_auth_user_401(out,
		    rt_problem(call, &api_code_unauthorized, "User not found"));
	if (!query_done(call, found))
		return false;

	return api_get_auth_user_200(out, &profile);
}

bool
handle_update_profile(struct rt_call *call,
    const struct api_update_profile_in *in, struct api_update_profile_out *out)
{
	const struct api_profile_update *want = &in->body;
	const struct sql_update_profile_args args = {
	    .id = call->who.id,
	    .change_name = want->has_name || want->null_name,
	    .name = want->name,
	    .change_voice =
		want->has_voice_preference || want->null_voice_preference,
	    .voice = want->voice_preference,
	    .preferences = rt_node_json(call->arena, want->preferences),
	};
	struct api_profile profile;
	enum rt_sql result = sql_update_profile(call, &args, &profile);

	if (result == RT_SQL_NONE)
		return api_update_profile_401(out,
		    rt_problem(call, &api_code_unauthorized, "User not found"));
	if (!query_done(call, result))
		return false;

	return api_update_profile_200(out, &profile);
}
