/* Logging in by Google: OAuth 2.0 with a state and PKCE (RFC 6749, RFC 7636). */
#include "api/auth.h"
#include "api/webhooks.h"
#include "handlers/service.h"
#include "runtime/percent.h"
#include "sql/auth.h"

/* --- Settings --- */

static struct rt_str
setting(const char *name)
{
	return rt_str(rt_setting_text(name));
}

bool
google_is_set_up(void)
{
	return setting("GMAIL_CLIENT_ID").n > 0 &&
	    setting("GMAIL_CLIENT_SECRET").n > 0 &&
	    setting("GMAIL_REDIRECT_URI").n > 0;
}

static struct rt_problem
not_set_up(struct rt_call *call)
{
	return rt_problem(call, &api_code_google_unavailable,
	    "Logging in by Google is not set up");
}

/* --- initGmailOAuth --- */

/* What the query of the address says (RFC 6749, section 4.1.1; RFC 7636, section
 * 4.3). */
static struct rt_str
auth_url(struct rt_call *call, struct rt_str state, struct rt_str verifier)
{
	const struct {
		const char *name;
		struct rt_str value;
	} query[] = {
	    {"?response_type=", RT_LIT("code")},
	    {"&client_id=", setting("GMAIL_CLIENT_ID")},
	    {"&redirect_uri=", setting("GMAIL_REDIRECT_URI")},
	    {"&scope=openid%20email%20", setting("GMAIL_SCOPES")},
	    {"&state=", state},
	    {"&code_challenge_method=", RT_LIT("S256")},
	    {"&code_challenge=",
		rt_base64url(call->arena, rt_sha256(call->arena, verifier))},
	};
	struct rt_buf b = rt_buf(call->arena, SIZE_MAX / 2);

	rt_buf_cstr(&b, rt_setting_text("GOOGLE_ACCOUNTS_BASE_URL"));
	rt_buf_cstr(&b, "/o/oauth2/v2/auth");
	for (size_t i = 0; i < RT_LEN(query); i++) {
		rt_buf_cstr(&b, query[i].name);
		rt_percent_encode(&b, query[i].value);
	}

	return rt_buf_str(&b);
}

bool
handle_init_gmail_o_auth(struct rt_call *call,
    struct api_init_gmail_o_auth_out *out)
{
	struct token state = token_new(call), verifier = token_new(call);
	struct api_o_auth_init answer;

	if (!google_is_set_up())
		return api_init_gmail_o_auth_503(out, not_set_up(call));
	if (!query_done(call,
		sql_insert_oauth_state(call, state.hash, verifier.text)))
		return false;

	answer.auth_url = auth_url(call, state.text, verifier.text);
	return api_init_gmail_o_auth_200(out, &answer);
}

/* --- googleOAuthCallback --- */

/* A login that comes back, as far as it has come. */
struct arrival {
	struct api_google_o_auth_callback_out *out;
	bool answered; /* it goes no further */
	struct rt_str verifier;
	struct rt_str token; /* for requests in the user's name */
	struct api_google_user google;
	struct api_user user;
};

/* Ends it by an answer. */
static bool
end(struct arrival *a, bool answered)
{
	a->answered = answered;
	return false;
}

static bool
take_state(struct rt_call *call, const struct api_google_o_auth_callback_in *in,
    struct arrival *a)
{
	enum rt_sql found = sql_take_oauth_state(call,
	    token_hash(call, in->state), &a->verifier);

	if (found == RT_SQL_NONE)
		return end(a,
		    api_google_o_auth_callback_400(a->out,
			rt_problem(call, &api_code_oauth_state_invalid,
			    "The login was not begun here, or is over")));

	return query_done(call, found);
}

/* Whether Google has answered 200; else why not, for the client and the log. */
static bool
is_good(struct rt_call *call, struct arrival *a, enum rt_http_result result,
    const struct rt_http_reply *reply)
{
	if (result == RT_HTTP_OK && reply->status == 200)
		return true;
	if (result == RT_HTTP_FAILED)
		return false;

	(void)rt_fail(call, "google: status %d %.*s", reply->status,
	    RT_FMT(reply->why));
	if (reply->status != 0)
		return end(a,
		    api_google_o_auth_callback_502(a->out,
			rt_problem(call, &api_code_google_error,
			    "External service error: google")));

	return end(a,
	    api_google_o_auth_callback_503(a->out,
		rt_problem(call, &api_code_google_unavailable,
		    "Google does not answer")));
}

static bool
exchange_code(struct rt_call *call, struct rt_str code, struct arrival *a)
{
	const struct api_exchange_google_code_request request = {
	    .url = rt_printf(call, "%s/token",
		rt_setting_text("GOOGLE_OAUTH2_BASE_URL")),
	    .body =
		{
		    .code = code,
		    .client_id = setting("GMAIL_CLIENT_ID"),
		    .client_secret = setting("GMAIL_CLIENT_SECRET"),
		    .redirect_uri = setting("GMAIL_REDIRECT_URI"),
		    .code_verifier = a->verifier,
		},
	};
	struct api_exchange_google_code_reply *reply = RT_NEW(call, *reply);
	enum rt_http_result result =
	    api_exchange_google_code_send(call, &request, reply);

	if (!is_good(call, a, result, &reply->http))
		return false;

	a->token = reply->r200.access_token;
	return true;
}

static bool
ask_who(struct rt_call *call, struct arrival *a)
{
	struct rt_header bearer = {
	    RT_LIT("Authorization"),
	    rt_printf(call, "Bearer %.*s", RT_FMT(a->token)),
	};
	const struct api_get_google_user_request request = {
	    .url = rt_printf(call, "%s/v1/userinfo",
		rt_setting_text("GOOGLE_OPENID_BASE_URL")),
	    .headers = {&bearer, 1},
	};
	struct api_get_google_user_reply *reply = RT_NEW(call, *reply);
	enum rt_http_result result =
	    api_get_google_user_send(call, &request, reply);

	if (!is_good(call, a, result, &reply->http))
		return false;

	a->google = reply->r200;
	return true;
}

static bool
refuse(struct rt_call *call, struct arrival *a, const char *why)
{
	return end(a,
	    api_google_o_auth_callback_403(a->out,
		rt_problem(call, &api_code_permission_denied, "%s", why)));
}

/* The account, which is made where anybody may have one. */
static bool
find_user(struct rt_call *call, struct arrival *a)
{
	const struct api_google_user *google = &a->google;
	struct rt_problem taken;
	enum rt_sql result;

	if (!google->email_verified)
		return refuse(call, a, "The e-mail address is not verified");

	result =
	    sql_find_google_user(call, google->sub, google->email, &a->user);
	if (result == RT_SQL_NONE &&
	    strcmp(rt_setting_text("REGISTRATION_MODE"), "open") != 0)
		return refuse(call, a, "No account has this e-mail address");
	if (result == RT_SQL_NONE)
		result = sql_insert_google_user(call, google->email,
		    google->sub, &a->user);
	if (user_taken(call, result, &taken))
		return refuse(call, a, "The account has another Google user");
	if (!query_done(call, result))
		return false;

	return a->user.is_active || refuse(call, a, "User account is inactive");
}

bool
handle_google_o_auth_callback(struct rt_call *call,
    const struct api_google_o_auth_callback_in *in,
    struct api_google_o_auth_callback_out *out)
{
	struct api_token_response tokens;
	struct arrival a = {.out = out};
	struct session session;

	if (!take_state(call, in, &a) || !exchange_code(call, in->code, &a) ||
	    !ask_who(call, &a) || !find_user(call, &a))
		return a.answered;

	if (!session_begin(call, a.user.id, &session) ||
	    !session_answer(call, &session, &a.user, &tokens))
		return false;
	return api_google_o_auth_callback_302(out,
	    rt_printf(call, "%s?token=%.*s", rt_setting_text("OAUTH_APP_URL"),
		RT_FMT(tokens.access_token)));
}
