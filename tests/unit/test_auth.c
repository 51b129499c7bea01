#include "runtime/auth.h"

#include "tests/unit/call_fixture.h"

/*
 * Credentials are written as their outcome: "ok", "admin" and "editor" are
 * good, "fail" and "busy" can't be checked, whatever else is bad.
 */
static char asked[256]; /* the schemes whose functions ran, and with what */

static enum rt_auth
check_any(const char *scheme, struct rt_call *c, struct rt_str credential,
    struct rt_principal *who, struct rt_str *why)
{
	static const char *const admin[] = {"staff", "admin", NULL};
	static const char *const editor[] = {"editor", NULL};
	size_t n = strlen(asked);

	snprintf(asked + n, sizeof(asked) - n, "%s=%.*s ", scheme,
	    RT_FMT(credential));
	who->id = 7;
	if (rt_str_is(credential, "busy"))
		rt_fail_unavailable(c, "no database");
	if (rt_str_is(credential, "busy") || rt_str_is(credential, "fail"))
		return RT_AUTH_FAILED;
	if (rt_str_is(credential, "told"))
		*why = RT_LIT("Token expired");
	if (rt_str_is(credential, "admin"))
		who->roles = admin;
	if (rt_str_is(credential, "editor"))
		who->roles = editor;
	return who->roles != NULL || rt_str_is(credential, "ok") ? RT_AUTH_OK
								 : RT_AUTH_BAD;
}

#define SCHEME(name_, in_, field_, bearer_) \
	static enum rt_auth check_##name_(struct rt_call *c, struct rt_str s, \
	    struct rt_principal *who, struct rt_str *why) \
	{ \
		return check_any(#name_, c, s, who, why); \
	} \
	static const struct rt_scheme name_ = { \
	    .name = #name_, \
	    .in = in_, \
	    .field = field_, \
	    .bearer = bearer_, \
	    .check = check_##name_, \
	}

SCHEME(bearer, RT_IN_HEADER, "Authorization", true);
SCHEME(session, RT_IN_COOKIE, "session", false);
SCHEME(key, RT_IN_HEADER, "X-API-Key", false);
SCHEME(query, RT_IN_QUERY, "api_key", false);

static const char *const admin_role[] = {"admin", NULL};
static const char *const editor_role[] = {"editor", NULL};
static const char *const two_roles[] = {"staff", "admin", NULL};

static const struct rt_need anonymous[] = {{NULL, NULL}};
static const struct rt_need by_bearer[] = {{&bearer, NULL}, {NULL, NULL}};
static const struct rt_need by_session[] = {{&session, NULL}, {NULL, NULL}};
static const struct rt_need by_key[] = {{&key, NULL}, {NULL, NULL}};
static const struct rt_need by_query[] = {{&query, NULL}, {NULL, NULL}};
static const struct rt_need admin_bearer[] = {{&bearer, admin_role},
    {NULL, NULL}};
static const struct rt_need staff_bearer[] = {{&bearer, two_roles},
    {NULL, NULL}};
static const struct rt_need editor_bearer[] = {{&bearer, editor_role},
    {NULL, NULL}};
static const struct rt_need key_and_session[] = {{&key, NULL},
    {&session, admin_role}, {NULL, NULL}};

static void
run(struct rt_call *c)
{
	rt_reply_empty(c, 204);
}

static const struct rt_answer answers[] = {{.status = 204}};

#define OPERATION(id_, ...) \
	{ \
		.id = #id_, .method = RT_POST, .path = "/" #id_, \
		.where = "openapi.yaml:1", \
		.security = (const struct rt_need *const[]){__VA_ARGS__}, \
		.answers = answers, .n_answers = 1, .run = run, \
	}

static const struct rt_op table[] = {
    OPERATION(none, NULL),
    /* Keys first: the order of kinds is the runtime's. */
    OPERATION(all, by_query, by_key, by_session, by_bearer, NULL),
    OPERATION(maybe, anonymous, by_bearer, NULL),
    OPERATION(admin, admin_bearer, NULL),
    OPERATION(staff, staff_bearer, NULL),
    OPERATION(either, admin_bearer, editor_bearer, NULL),
    OPERATION(both, key_and_session, NULL),
    OPERATION(both_or_bearer, key_and_session, by_bearer, NULL),
    OPERATION(maybe_admin, anonymous, admin_bearer, NULL),
    OPERATION(cookie, by_session, NULL),
    OPERATION(session_or_admin, by_session, admin_bearer, NULL),
};
static const struct rt_op open_op = {
    .id = "open",
    .method = RT_POST,
    .path = "/open",
    .where = "openapi.yaml:2",
    .answers = answers,
    .n_answers = 1,
    .run = run,
};
static const struct rt_op get_cookie = {
    .id = "get_cookie",
    .method = RT_GET,
    .path = "/cookie",
    .where = "openapi.yaml:3",
    .security = (const struct rt_need *const[]){by_session, NULL},
    .answers = answers,
    .n_answers = 1,
    .run = run,
};

static void
start(void)
{
	static const struct rt_op *ops[RT_LEN(table) + 2];
	static struct rt_api api = {.title = "The \"Gift\" \\ API\n"};

	for (unsigned i = 0; i < RT_LEN(table); i++)
		ops[i] = &table[i];
	ops[RT_LEN(table)] = &open_op;
	ops[RT_LEN(table) + 1] = &get_cookie;
	api.ops = ops;
	api.n_ops = RT_LEN(ops);
	setenv("CORS_ORIGINS", "https://app.example, gifts://*", 1);
	open_server(&api);
}

/* POSTs to a path with some header lines; returns the status. */
static int
post(const char *path, const char *headers)
{
	char text[1024];

	asked[0] = '\0';
	snprintf(text, sizeof(text), "POST %s\nHost: api.example\n%s", path,
	    headers);
	return ask(text);
}

#define CHECK_DETAIL(text) CHECK_STR(answer_at("/detail"), text)
#define REALM "Bearer realm=\"The \\\"Gift\\\" \\\\ API\""

TEST(no_requirement)
{
	start();
	CHECK_INT(post("/open", "Authorization: Bearer bad\n"), 204);
	CHECK_INT(post("/none", "Authorization: Bearer bad\n"), 204);
	CHECK(asked[0] == '\0');
	CHECK(call->who.scheme == NULL);
}

TEST(no_credential)
{
	start();
	CHECK_INT(post("/all", ""), 401);
	CHECK_PROBLEM(401, "UNAUTHORIZED");
	CHECK_DETAIL("Missing Authorization header");
	CHECK_STR(answer_header("WWW-Authenticate"), REALM);
}

TEST(bearer_formats)
{
	start();
	CHECK_INT(post("/all", "Authorization: Bearer ok\n"), 204);
	CHECK_INT(call->who.id, 7);
	CHECK(call->who.scheme == &bearer);
	CHECK_INT(post("/all", "authorization: bearer  ok \n"), 204);

	CHECK_INT(post("/all", "Authorization: Basic b2s6b2s=\n"), 401);
	CHECK_DETAIL("Invalid Authorization format");
	CHECK_INT(post("/all", "Authorization: ok\n"), 401);
	CHECK_DETAIL("Invalid Authorization format");
	CHECK_INT(post("/all", "Authorization:\n"), 401);
	CHECK_DETAIL("Invalid Authorization format");
	CHECK_INT(post("/all", "Authorization: Bearerok\n"), 401);
	CHECK_DETAIL("Invalid Authorization format");
	CHECK_INT(post("/all", "Authorization: Bearer\n"), 401);
	CHECK_DETAIL("Empty token");
	CHECK_INT(post("/all",
		      "Authorization: Bearer ok\n"
		      "Authorization: Bearer ok\n"),
	    401);
	CHECK_DETAIL("Invalid Authorization format");
}

TEST(bad_credentials)
{
	start();
	CHECK_INT(post("/all", "Authorization: Bearer bad\n"), 401);
	CHECK_STR(answer_header("WWW-Authenticate"),
	    REALM ", error=\"invalid_token\"");
	CHECK_DETAIL("Invalid credential");
	CHECK(call->who.scheme == NULL && call->who.id == 0);
	CHECK_INT(post("/all", "Authorization: Bearer told\n"), 401);
	CHECK_DETAIL("Token expired");
}

TEST(the_first_credential_decides)
{
	static const char same[] = "Sec-Fetch-Site: same-origin\n";
	char headers[512];

	start();
	CHECK_INT(post("/all?api_key=ok",
		      "X-API-Key: ok\n"
		      "Authorization: Bearer bad\n"
		      "Cookie: session=ok\n"),
	    401);
	CHECK(strcmp(asked, "bearer=bad ") == 0);
	CHECK_INT(post("/all", "X-API-Key: ok\nCookie: session=bad\n"), 401);
	CHECK(strcmp(asked, "session=bad ") == 0);
	snprintf(headers, sizeof(headers),
	    "%sX-API-Key: bad\nCookie: a=b; session=ok\n", same);
	CHECK_INT(post("/all", headers), 204);
	CHECK(call->who.scheme == &session);
	/* Among keys the operation's order holds. */
	CHECK_INT(post("/all?x=1&api_key=bad", "X-API-Key: ok\n"), 401);
	CHECK(strcmp(asked, "query=bad ") == 0);
	CHECK_INT(post("/all?api_key=%6fk", ""), 204);
	CHECK(call->who.scheme == &query);
	CHECK_INT(post("/all", "x-api-key: ok\n"), 204);
	CHECK(call->who.scheme == &key);
}

/* A good cookie beside the token must not lend it what it lacks. */
TEST(alternatives_of_other_credentials_don_t_count)
{
	start();
	CHECK_INT(post("/session_or_admin",
		      "Sec-Fetch-Site: same-origin\nCookie: session=ok\n"
		      "Authorization: Bearer ok\n"),
	    403);
	CHECK_INT(post("/session_or_admin",
		      "Sec-Fetch-Site: same-origin\nCookie: session=ok\n"),
	    204);
}

TEST(an_empty_credential_is_one)
{
	start();
	CHECK_INT(post("/all", "X-API-Key:\n"), 401);
	CHECK(strcmp(asked, "key= ") == 0);
	CHECK_INT(post("/all", "Cookie: session=\n"), 401);
	CHECK(strcmp(asked, "session= ") == 0);
}

TEST(anonymous_callers)
{
	start();
	CHECK_INT(post("/maybe", ""), 204);
	CHECK(call->who.scheme == NULL);
	CHECK_INT(post("/maybe", "Authorization: Bearer ok\n"), 204);
	CHECK(call->who.scheme == &bearer);
	/* One that is wrong is none: a session may be renewed with it. */
	CHECK_INT(post("/maybe", "Authorization: Bearer bad\n"), 204);
	CHECK(call->who.scheme == NULL);
	CHECK_INT(post("/maybe", "Authorization: Bearer busy\n"), 503);
	/* A scheme that the operation doesn't take is no credential. */
	CHECK_INT(post("/maybe", "X-API-Key: bad\n"), 204);
	CHECK(asked[0] == '\0');
	CHECK_INT(post("/maybe_admin", "Authorization: Bearer ok\n"), 204);
}

TEST(checks_that_fail)
{
	start();
	CHECK_INT(post("/all", "Authorization: Bearer fail\n"), 500);
	CHECK_PROBLEM(500, "INTERNAL_ERROR");
	CHECK_STR(call->failure, "the credential could not be checked");
	CHECK_INT(post("/all", "Authorization: Bearer busy\n"), 503);
	CHECK_PROBLEM(503, "SERVICE_UNAVAILABLE");
	CHECK_STR(call->failure, "no database");
	CHECK(call->who.scheme == NULL);
}

TEST(roles)
{
	start();
	CHECK_INT(post("/admin", "Authorization: Bearer admin\n"), 204);
	CHECK_INT(post("/admin", "Authorization: Bearer editor\n"), 403);
	CHECK_PROBLEM(403, "PERMISSION_DENIED");
	CHECK_INT(post("/admin", "Authorization: Bearer ok\n"), 403);
	CHECK_INT(post("/admin", "Authorization: Bearer bad\n"), 401);
	CHECK_INT(post("/staff", "Authorization: Bearer admin\n"), 204);
	CHECK_INT(post("/staff", "Authorization: Bearer editor\n"), 403);
	CHECK_INT(post("/either", "Authorization: Bearer admin\n"), 204);
	CHECK_INT(post("/either", "Authorization: Bearer editor\n"), 204);
	CHECK_INT(post("/either", "Authorization: Bearer ok\n"), 403);
	/* Who was refused is known, for the log. */
	CHECK_INT(call->who.id, 7);
	CHECK_STR(answer_header("Cache-Control"), "no-store");
}

TEST(schemes_that_must_both_hold)
{
	static const char origin[] = "Origin: https://app.example\n";
	char headers[512];

	start();
	snprintf(headers, sizeof(headers),
	    "%sCookie: session=admin\nX-API-Key: ok\n", origin);
	CHECK_INT(post("/both", headers), 204);
	CHECK(call->who.scheme == &session);
	snprintf(headers, sizeof(headers),
	    "%sCookie: session=admin\nX-API-Key: bad\n", origin);
	CHECK_INT(post("/both", headers), 401);
	snprintf(headers, sizeof(headers),
	    "%sCookie: session=ok\nX-API-Key: ok\n", origin);
	CHECK_INT(post("/both", headers), 403);
	snprintf(headers, sizeof(headers), "%sCookie: session=admin\n", origin);
	CHECK_INT(post("/both", headers), 401);
	CHECK_DETAIL("A second credential is missing");
	CHECK_INT(post("/both", "X-API-Key: ok\n"), 401);
	CHECK(call->who.scheme == NULL);
	CHECK_INT(post("/both_or_bearer", "Authorization: Bearer ok\n"), 204);
	snprintf(headers, sizeof(headers),
	    "%sCookie: session=admin\nX-API-Key: busy\n", origin);
	CHECK_INT(post("/both", headers), 503);
}

static int
post_with_cookie(const char *headers)
{
	char text[512];

	snprintf(text, sizeof(text), "Cookie: session=ok\n%s", headers);
	return post("/cookie", text);
}

TEST(forged_requests)
{
	start();
	CHECK_INT(post_with_cookie(""), 403);
	CHECK_PROBLEM(403, "PERMISSION_DENIED");
	CHECK_INT(post_with_cookie("Origin: https://evil.example\n"), 403);
	CHECK_INT(post_with_cookie("Origin: null\n"), 403);
	CHECK_INT(post_with_cookie("Origin:\n"), 403);
	CHECK_INT(post_with_cookie("Sec-Fetch-Site: cross-site\n"), 403);
	CHECK_INT(post_with_cookie("Sec-Fetch-Site: same-site\n"), 403);
	CHECK_INT(post_with_cookie("Sec-Fetch-Site: none\n"), 403);
	CHECK_INT(post_with_cookie("X-CSRF-Token: x\n"), 403);
	CHECK_INT(post_with_cookie("Origin: https://app.example.evil\n"), 403);
	CHECK_INT(post_with_cookie("Origin: ftp://api.example\n"), 403);
	CHECK_INT(post_with_cookie("Origin: https://api.example:444\n"), 403);
	CHECK_INT(post_with_cookie("Origin: https://api.example\n"), 204);
	CHECK_INT(post_with_cookie("Origin: http://API.example\n"), 204);
	CHECK_INT(post_with_cookie("Origin: https://app.example\n"), 204);
	CHECK_INT(post_with_cookie("Origin: gifts://auth\n"), 204);
	CHECK_INT(post_with_cookie("Sec-Fetch-Site: same-origin\n"), 204);
	/* A bad credential is one even where the origin is wrong too. */
	CHECK_INT(post("/cookie", "Cookie: session=bad\n"), 401);
}

TEST(what_can_t_be_forged)
{
	start();
	CHECK_INT(ask("GET /cookie\nCookie: session=ok\n"), 204);
	CHECK_INT(ask("HEAD /cookie\nCookie: session=ok\n"), 204);
	CHECK_INT(post("/all",
		      "Authorization: Bearer ok\n"
		      "Origin: https://evil.example\n"),
	    204);
}

TEST(no_host)
{
	start();
	CHECK_INT(ask("POST /cookie\nCookie: session=ok\nOrigin: https://\n"),
	    403);
	CHECK_INT(ask("POST /cookie\nHost:\nCookie: session=ok\n"
		      "Origin: https://\n"),
	    403);
}
