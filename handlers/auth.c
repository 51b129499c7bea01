/* Accounts, tokens and sessions. */
#include "api/auth.h"

#include "handlers/service.h"

enum { BCRYPT_COST = 12 };

/* --- registerUser --- */

static const char no_users[] = "SELECT NOT EXISTS (SELECT FROM users)";

/* Nobody may come between the look for other users and the first one. */
static const char lock_users[] = "LOCK TABLE users IN SHARE ROW EXCLUSIVE MODE";

static const char insert_user[] =
    "INSERT INTO users AS u (email, username, name, password_hash, role)"
    " SELECT $1, $2, $3, $4, $5"
    "  WHERE NOT $6 OR NOT EXISTS (SELECT FROM users)"
    " RETURNING " USER_COLUMNS;

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
	struct rt_rows rows;

	*who = (struct applicant){.admitted = true, .highest = own};
	if (role_reaches(own, API_ROLE_ADMIN))
		return true;
	if (!db_done(call, rt_db_run0(call, &rows, no_users)))
		return false;

	who->first = rt_row_bool(&rows, 0, 0);
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

static enum rt_db_result
insert(struct rt_call *call, struct rt_rows *rows,
    const struct api_register_request *want, enum api_role role, bool first)
{
	char hash[RT_PASSWORD_HASH];

	if (!rt_password_hash(call, want->password, BCRYPT_COST, hash))
		return RT_DB_FAILED;
	if (!rt_db_begin(call))
		return RT_DB_FAILED;
	if (first && !db_done(call, rt_db_run0(call, NULL, lock_users)))
		return RT_DB_FAILED;

	return rt_db_run(call, rows, insert_user,
	    rt_value_str(call, want->email), rt_value_str(call, want->username),
	    rt_value_str(call, want->name), rt_value_str(call, rt_str(hash)),
	    rt_value_str(call, rt_str(role_grants(role)[0])),
	    rt_value_bool(first));
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
	struct applicant who;
	struct api_user user;
	struct rt_rows rows;
	enum api_role role;
	enum rt_db_result result;

	if (!judge_applicant(call, &who))
		return false;
	if (!who.admitted)
		return refuse_applicant(call, out);

	role = wanted_role(&in->body, &who);
	if (!role_reaches(who.highest, role))
		return api_register_user_403(out,
		    rt_problem(call, &api_code_permission_denied,
			"A role above the own one can't be given away"));

	result = insert(call, &rows, &in->body, role, who.first);
	if (result == RT_DB_UNIQUE)
		return api_register_user_400(out, user_taken(call, &rows));
	if (!db_done(call, result) || !rt_db_commit(call))
		return false;
	if (rows.n == 0)
		return refuse_applicant(call, out);

	user = user_of_row(&rows, 0);
	return api_register_user_201(out,
	    rt_printf(call, "/api/v1/users/%lld", (long long)user.id), &user);
}

/* --- login --- */

/* Where both names are given, the e-mail address decides. */
static const char find_account[] =
    "SELECT " USER_COLUMNS ", u.password_hash"
    "  FROM users u"
    " WHERE lower(u.email) = lower($1)"
    "    OR ($1 IS NULL AND lower(u.username) = lower($2))";

static const char insert_session[] =
    "WITH session AS ("
    "   INSERT INTO auth_sessions (user_id, cookie_hash, cookie_expires_at)"
    "   VALUES ($1, $2, now() + interval '8 hours')"
    "   RETURNING id"
    " )"
    " INSERT INTO refresh_tokens (session_id, token_hash, expires_at)"
    " SELECT id, $3, now() + interval '30 days' FROM session"
    " RETURNING session_id";

static bool
begin_session(struct rt_call *call, int64_t user, struct session *session)
{
	struct rt_rows rows;

	session->cookie = token_new(call);
	session->refresh = token_new(call);
	if (!db_done(call,
		rt_db_run(call, &rows, insert_session, rt_value_int(call, user),
		    rt_value_str(call, session->cookie.hash),
		    rt_value_str(call, session->refresh.hash))))
		return false;

	session->id = rt_row_int(&rows, 0, 0);
	return true;
}

bool
handle_login(struct rt_call *call, const struct api_login_in *in,
    struct api_login_out *out)
{
	struct api_token_response answer;
	struct session session;
	struct api_user user;
	struct rt_rows rows;
	struct rt_str hash = RT_LIT("");
	bool same;

	if (!db_done(call,
		rt_db_run(call, &rows, find_account,
		    rt_value_str(call, in->body.email),
		    rt_value_str(call, in->body.username))))
		return false;
	if (rows.n > 0)
		hash = rt_row_str(&rows, 0, USER_N_COLUMNS);
	if (!rt_password_verify(call, in->body.password, hash, &same))
		return false;
	if (rows.n == 0 || !same)
		return api_login_401(out,
		    rt_problem(call, &api_code_invalid_credentials,
			"The name or the password is wrong"));

	user = user_of_row(&rows, 0);
	if (!user.is_active)
		return api_login_401(out,
		    rt_problem(call, &api_code_invalid_credentials,
			"User account is inactive"));

	if (!begin_session(call, user.id, &session) ||
	    !session_answer(call, &session, &user, &answer))
		return false;
	return api_login_200(out, session_cookie(call, &session), &answer);
}

/* --- refreshToken --- */

static const char find_token[] =
    "SELECT session_id FROM refresh_tokens"
    " WHERE token_hash = $1 AND expires_at > now()";

/* The lock puts simultaneous refreshes of a session in a row. */
static const char lock_session[] =
    "SELECT " USER_COLUMNS "  FROM auth_sessions s"
    "  JOIN users u ON u.id = s.user_id"
    " WHERE s.id = $1 AND s.revoked_at IS NULL AND u.is_active"
    "   FOR UPDATE OF s";

static const char use_token[] = "UPDATE refresh_tokens SET used_at = now()"
				" WHERE token_hash = $1 AND used_at IS NULL";

static const char revoke_session[] =
    "UPDATE auth_sessions SET revoked_at = now()"
    " WHERE id = $1 AND revoked_at IS NULL";

static const char replace_tokens[] =
    "WITH used AS ("
    "   UPDATE refresh_tokens SET used_at = now()"
    "    WHERE session_id = $1 AND used_at IS NULL"
    " ), cookie AS ("
    "   UPDATE auth_sessions SET cookie_hash = $2,"
    "          cookie_expires_at = now() + interval '8 hours'"
    "    WHERE id = $1"
    " )"
    " INSERT INTO refresh_tokens (session_id, token_hash, expires_at)"
    " VALUES ($1, $3, now() + interval '30 days')";

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
	struct rt_rows rows;

	*id = call->who.session;
	if (hash.p == NULL)
		return true;
	if (!db_done(call,
		rt_db_run(call, &rows, find_token, rt_value_str(call, hash))))
		return false;

	*id = rows.n > 0 ? rt_row_int(&rows, 0, 0) : 0;
	return true;
}

/* Whether the token had not been used; if it had, the session is over. */
static bool
spend_token(struct rt_call *call, struct rt_str hash, int64_t session,
    bool *fresh)
{
	struct rt_rows rows;

	*fresh = true;
	if (hash.p == NULL)
		return true;
	if (!db_done(call,
		rt_db_run(call, &rows, use_token, rt_value_str(call, hash))))
		return false;

	*fresh = rows.affected > 0;
	if (*fresh)
		return true;
	return db_done(call,
		   rt_db_run(call, NULL, revoke_session,
		       rt_value_int(call, session))) &&
	    rt_db_commit(call);
}

static bool
renew_session(struct rt_call *call, struct session *session)
{
	session->cookie = token_new(call);
	session->refresh = token_new(call);
	return db_done(call,
		   rt_db_run(call, NULL, replace_tokens,
		       rt_value_int(call, session->id),
		       rt_value_str(call, session->cookie.hash),
		       rt_value_str(call, session->refresh.hash))) &&
	    rt_db_commit(call);
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
	struct rt_str hash = presented_hash(call, in);
	struct api_token_response answer;
	struct session session;
	struct api_user user;
	struct rt_rows rows;
	bool fresh;

	if (!find_session(call, hash, &session.id))
		return false;
	if (session.id == 0)
		return refuse_refresh(call, out,
		    hash.p == NULL ? "A refresh token is missing"
				   : "Invalid refresh token");

	if (!rt_db_begin(call) ||
	    !db_done(call,
		rt_db_run(call, &rows, lock_session,
		    rt_value_int(call, session.id))))
		return false;
	if (rows.n == 0)
		return refuse_refresh(call, out, "Session has been revoked");
	user = user_of_row(&rows, 0);

	if (!spend_token(call, hash, session.id, &fresh))
		return false;
	if (!fresh)
		return refuse_refresh(call, out,
		    "The refresh token was used before: its session is over");

	if (!renew_session(call, &session) ||
	    !session_answer(call, &session, &user, &answer))
		return false;
	return api_refresh_token_200(out, session_cookie(call, &session),
	    &answer);
}

/* --- logout --- */

bool
handle_logout(struct rt_call *call, struct api_logout_out *out)
{
	struct api_message answer = {.message = RT_LIT("Logged out")};

	if (!db_done(call,
		rt_db_run(call, NULL, revoke_session,
		    rt_value_int(call, call->who.session))))
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
