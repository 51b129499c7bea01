#include "runtime/auth.h"

#include "tests/unit/call_fixture.h"

/*
 * Credentials are written as their outcome: "ok", "admin" and "editor" are
 * good, "own" grants whatever is asked for, "fail" and "busy" can't be
 * checked, whatever else is bad.
 */
static char asked[512]; /* the schemes whose functions ran, and with what */

static void
note(const char *scheme, const struct rt_credential *credential,
    const char *const *scopes)
{
	size_t n = strlen(asked);

	n += (size_t)snprintf(asked + n, sizeof(asked) - n, "%s=%.*s", scheme,
	    RT_FMT(credential->text));
	if (credential->user.p != NULL)
		n += (size_t)snprintf(asked + n, sizeof(asked) - n,
		    "<%.*s|%.*s>", RT_FMT(credential->user),
		    RT_FMT(credential->password));
	for (; *scopes != NULL; scopes++)
		n += (size_t)snprintf(asked + n, sizeof(asked) - n, ",%s",
		    *scopes);
	snprintf(asked + n, sizeof(asked) - n, " ");
}

static enum rt_auth
check_any(const char *scheme, struct rt_call *c,
    const struct rt_credential *credential, const char *const *scopes,
    struct rt_principal *who)
{
	static const char *const admin[] = {"staff", "admin", NULL};
	static const char *const editor[] = {"editor", NULL};
	struct rt_str text = credential->text;

	note(scheme, credential, scopes);
	if (credential->password.p != NULL)
		text = credential->password;
	who->id = 7;
	who->session = scheme[0]; /* tells principals apart */
	who->next = who; /* which is not its to set */
	if (rt_str_is(text, "busy"))
		rt_fail_unavailable(c, "no database");
	if (rt_str_is(text, "busy") || rt_str_is(text, "fail"))
		return RT_AUTH_FAILED;
	if (rt_str_is(text, "odd"))
		return 0;
	if (rt_str_is(text, "nonce"))
		rt_header(c, "WWW-Authenticate", RT_LIT("Digest nonce=\"1\""));
	if (rt_str_is(text, "told"))
		return rt_auth_bad(c, "Token %s", "expired");
	if (rt_str_is(text, "admin"))
		who->scopes = admin;
	if (rt_str_is(text, "editor"))
		who->scopes = editor;
	if (rt_str_is(text, "own"))
		who->scopes = scopes;
	return who->scopes != NULL || rt_str_is(text, "ok") ? RT_AUTH_OK
							    : RT_AUTH_BAD;
}

#define SCHEME(name_, kind_, in_, field_) \
	static enum rt_auth check_##name_(struct rt_call *c, \
	    const struct rt_credential *credential, const char *const *scopes, \
	    struct rt_principal *who) \
	{ \
		return check_any(#name_, c, credential, scopes, who); \
	} \
	static const struct rt_scheme name_ = { \
	    .name = #name_, \
	    .kind = kind_, \
	    .in = in_, \
	    .field = field_, \
	    .check = check_##name_, \
	}

SCHEME(bearer, RT_SCHEME_BEARER, 0, "Bearer");
SCHEME(oauth, RT_SCHEME_BEARER, 0, "Bearer");
SCHEME(basic, RT_SCHEME_BASIC, 0, "Basic");
SCHEME(digest, RT_SCHEME_HTTP, 0, "Digest");
SCHEME(session, RT_SCHEME_KEY, RT_IN_COOKIE, "session");
SCHEME(key, RT_SCHEME_KEY, RT_IN_HEADER, "X-API-Key");
SCHEME(query, RT_SCHEME_KEY, RT_IN_QUERY, "api_key");
SCHEME(tls, RT_SCHEME_CERTIFICATE, 0, NULL);

static const struct rt_scheme *const schemes[] = {&session, &basic};

static const char *const admin_role[] = {"admin", NULL};
static const char *const editor_role[] = {"editor", NULL};
static const char *const two_roles[] = {"staff", "admin", NULL};
static const char *const odd_role[] = {"store \"manager\"", NULL};

#define NEED(name_, ...) \
	static const struct rt_need name_[] = {__VA_ARGS__, {NULL, NULL}}

static const struct rt_need anonymous[] = {{NULL, NULL}};
NEED(by_bearer, {&bearer, NULL});
NEED(by_oauth, {&oauth, NULL});
NEED(by_basic, {&basic, NULL});
NEED(by_digest, {&digest, NULL});
NEED(by_session, {&session, NULL});
NEED(by_key, {&key, NULL});
NEED(by_query, {&query, NULL});
NEED(by_tls, {&tls, NULL});
NEED(admin_bearer, {&bearer, admin_role});
NEED(staff_bearer, {&bearer, two_roles});
NEED(editor_bearer, {&bearer, editor_role});
NEED(odd_bearer, {&bearer, odd_role});
NEED(admin_basic, {&basic, admin_role});
NEED(admin_session, {&session, admin_role});
NEED(key_and_session, {&key, NULL}, {&session, admin_role});
NEED(bearer_and_oauth, {&bearer, NULL}, {&oauth, admin_role});
NEED(three, {&query, NULL}, {&key, NULL}, {&tls, NULL});

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
    OPERATION(all, by_bearer, by_session, by_key, by_query, NULL),
    OPERATION(keys_first, by_query, by_key, by_bearer, NULL),
    OPERATION(keys, by_query, by_key, NULL),
    OPERATION(maybe, anonymous, by_bearer, NULL),
    OPERATION(admin, admin_bearer, NULL),
    OPERATION(staff, staff_bearer, NULL),
    OPERATION(odd, odd_bearer, NULL),
    OPERATION(either, admin_bearer, editor_bearer, NULL),
    OPERATION(both, key_and_session, NULL),
    OPERATION(both_or_key, key_and_session, by_key, NULL),
    OPERATION(same, bearer_and_oauth, NULL),
    OPERATION(three, three, NULL),
    OPERATION(maybe_admin, anonymous, admin_bearer, NULL),
    OPERATION(maybe_session, anonymous, by_session, NULL),
    OPERATION(cookie, by_session, NULL),
    OPERATION(session_or_admin, admin_session, admin_bearer, NULL),
    OPERATION(basic, by_basic, NULL),
    OPERATION(admin_basic, admin_basic, NULL),
    OPERATION(http, by_bearer, by_oauth, by_basic, by_digest, NULL),
    OPERATION(digest, by_digest, NULL),
    OPERATION(tls, by_tls, NULL),
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
	api.schemes = schemes;
	api.n_schemes = RT_LEN(schemes);
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
#define CHECK_ASKED(text) CHECK_STR(rt_str(asked), text)
#define CHECK_CHALLENGE(n, text) \
	CHECK_STR(answer_header_at("WWW-Authenticate", n), text)
#define NO_CHALLENGE(n) CHECK(answer_header_at("WWW-Authenticate", n).p == NULL)
#define REALM " realm=\"The \\\"Gift\\\" \\\\ API\""

TEST(no_requirement)
{
	start();
	CHECK_INT(post("/open", "Authorization: Bearer bad\n"), 204);
	CHECK_INT(post("/none", "Authorization: Bearer bad\n"), 204);
	CHECK_ASKED("");
	CHECK(call->who.scheme == NULL);
}

/* --- What a credential is --- */

TEST(no_credential)
{
	start();
	CHECK_INT(post("/all", ""), 401);
	CHECK_PROBLEM(401, "UNAUTHORIZED");
	CHECK_DETAIL("Missing Authorization header");
	CHECK_INT(post("/keys", ""), 401);
	CHECK_DETAIL("Missing credential");
	CHECK_INT(post("/keys", "Authorization: Bearer ok\n"), 401);
	CHECK_DETAIL("Missing credential");
}

TEST(bearer_formats)
{
	start();
	CHECK_INT(post("/all", "Authorization: Bearer ok\n"), 204);
	CHECK_INT(call->who.id, 7);
	CHECK(call->who.scheme == &bearer && call->who.next == NULL);
	CHECK_INT(post("/all", "authorization: bEARER  ok \n"), 204);
	CHECK_ASKED("bearer=ok ");

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
	CHECK_ASKED("");
}

static int
post_basic(const char *credential)
{
	char text[256];

	snprintf(text, sizeof(text), "Authorization: %s\n", credential);
	return post("/basic", text);
}

TEST(basic_formats)
{
	start();
	CHECK_INT(post_basic("Basic cm9vdDpvaw=="), 204); /* root:ok */
	CHECK_ASKED("basic=cm9vdDpvaw==<root|ok> ");
	CHECK(call->who.scheme == &basic);
	CHECK_INT(post_basic("basic Om9r"), 204); /* :ok */
	CHECK_ASKED("basic=Om9r<|ok> ");
	CHECK_INT(post_basic("Basic YTo="), 401); /* a: */
	CHECK_ASKED("basic=YTo=<a|> ");
	CHECK_INT(post_basic("Basic YTpiOmM="), 401); /* a:b:c */
	CHECK_ASKED("basic=YTpiOmM=<a|b:c> ");
	CHECK_INT(post_basic("Basic w6Q6b2s="), 204); /* ä:ok */
	CHECK_ASKED("basic=w6Q6b2s=<\xc3\xa4|ok> ");
}

/* Not even the function gets to see these. */
TEST(what_is_not_basic)
{
	static const char *const bad[] = {"Basic root:ok",
	    "Basic cm9vdDpvaw", /* no padding */
	    "Basic cm9vdDpvaw= =", "Basic cm9vdDpvax==", /* stray bits */
	    "Basic bm9jb2xvbg==", /* nocolon */
	    "Basic YQA6b2s=", /* a\0:ok */
	    "Basic YTpvCms=", /* a:o\nk */
	    "Basic YTpvf2s=", /* a:o\177k */
	    "Basic 5Dpvaw==", /* ISO 8859-1 */
	    "Bearer cm9vdDpvaw=="};

	start();
	for (size_t i = 0; i < RT_LEN(bad); i++) {
		CHECK_INT(post_basic(bad[i]), 401);
		CHECK_DETAIL("Invalid Authorization format");
		CHECK_ASKED("");
	}
	CHECK_INT(post_basic("Basic"), 401);
	CHECK_DETAIL("Empty credential");
	CHECK_CHALLENGE(0, "Basic" REALM ", charset=\"UTF-8\"");
	NO_CHALLENGE(1);
}

TEST(other_schemes_of_http)
{
	start();
	CHECK_INT(post("/digest", "Authorization: digest ok\n"), 204);
	CHECK_ASKED("digest=ok ");
	CHECK_INT(post("/digest", "Authorization: Digest a=\"b\", c=d\n"), 401);
	CHECK_ASKED("digest=a=\"b\", c=d ");
	CHECK_CHALLENGE(0, "Digest");
	CHECK_INT(post("/digest", "Authorization: Digest\n"), 401);
	CHECK_DETAIL("Empty credential");
	/* The function knows more than the runtime. */
	CHECK_INT(post("/digest", "Authorization: Digest nonce\n"), 401);
	CHECK_CHALLENGE(0, "Digest nonce=\"1\"");
	NO_CHALLENGE(1);
}

TEST(keys)
{
	static const char same[] =
	    "Sec-Fetch-Site: same-origin\nCookie: a=b; session=ok\n";

	start();
	CHECK_INT(post("/all", "x-api-key: ok\n"), 204);
	CHECK_ASKED("key=ok ");
	CHECK_INT(post("/all?api_key=%6fk", ""), 204);
	CHECK_ASKED("query=ok ");
	CHECK_INT(post("/all", same), 204);
	CHECK_ASKED("session=ok ");
	/* An empty one is one. */
	CHECK_INT(post("/all", "X-API-Key:\n"), 401);
	CHECK_ASKED("key= ");
	CHECK_INT(post("/all?api_key=", ""), 401);
	CHECK_ASKED("query= ");
	CHECK_INT(post("/all", "Cookie: session=\n"), 401);
	CHECK_ASKED("session= ");
	CHECK_INT(post("/all?api_key=%zz", ""), 401);
	CHECK_ASKED("");
}

TEST(keys_that_are_given_twice)
{
	start();
	CHECK_INT(post("/keys?api_key=ok&api_key=ok", ""), 401);
	CHECK_DETAIL("The credential is given more than once");
	CHECK_INT(post("/keys", "X-API-Key: ok\nX-API-Key: ok\n"), 401);
	CHECK_DETAIL("The credential is given more than once");
	CHECK_ASKED("");
}

static int
post_certificate(const char *path, const char *der)
{
	char text[64];

	asked[0] = '\0';
	snprintf(text, sizeof(text), "POST %s\nHost: api.example\n", path);
	take_request(rt_str(text));
	call->req.certificate = rt_str(der);
	rt_call_run(call);
	return call->res.status;
}

TEST(certificates)
{
	start();
	CHECK_INT(post("/tls", "Authorization: Bearer ok\n"), 401);
	CHECK_DETAIL("Missing credential");
	CHECK_CHALLENGE(0, "ClientCertificate" REALM);
	CHECK_INT(post_certificate("/tls", "ok"), 204);
	CHECK(call->who.scheme == &tls);
	CHECK_INT(post_certificate("/tls", "other"), 401);
	CHECK_ASKED("tls=other ");
}

/* --- Which alternative holds --- */

TEST(bad_credentials)
{
	start();
	CHECK_INT(post("/all", "Authorization: Bearer bad\n"), 401);
	CHECK_DETAIL("Invalid credential");
	CHECK(call->who.scheme == NULL && call->who.id == 0);
	CHECK_INT(post("/all", "Authorization: Bearer told\n"), 401);
	CHECK_DETAIL("Token expired");
	CHECK_INT(post("/all", "X-API-Key: bad\nAuthorization: Bearer told\n"),
	    401);
	CHECK_DETAIL("Token expired");
	CHECK_INT(post("/all", "X-API-Key: told\nAuthorization: Bearer x\n"),
	    401);
	CHECK_DETAIL("Invalid credential");
	CHECK_ASKED("bearer=x key=told ");
}

TEST(alternatives_are_tried_in_the_contract_s_order)
{
	static const char both[] = "X-API-Key: ok\nAuthorization: Bearer ok\n";

	start();
	CHECK_INT(post("/all", both), 204);
	CHECK_ASKED("bearer=ok ");
	CHECK(call->who.scheme == &bearer);
	CHECK_INT(post("/keys_first", both), 204);
	CHECK_ASKED("key=ok ");
	CHECK(call->who.scheme == &key);
	CHECK_INT(post("/all?api_key=ok",
		      "X-API-Key: bad\nAuthorization: Bearer bad\n"),
	    204);
	CHECK_ASKED("bearer=bad key=bad query=ok ");
	CHECK(call->who.scheme == &query);
}

/* --- Scopes --- */

TEST(scopes)
{
	start();
	CHECK_INT(post("/admin", "Authorization: Bearer admin\n"), 204);
	CHECK_ASKED("bearer=admin,admin ");
	CHECK_INT(post("/admin", "Authorization: Bearer own\n"), 204);
	CHECK_INT(post("/admin", "Authorization: Bearer editor\n"), 403);
	CHECK_PROBLEM(403, "PERMISSION_DENIED");
	CHECK_INT(post("/admin", "Authorization: Bearer ok\n"), 403);
	CHECK_INT(post("/admin", "Authorization: Bearer bad\n"), 401);
	CHECK_INT(post("/staff", "Authorization: Bearer admin\n"), 204);
	CHECK_INT(post("/staff", "Authorization: Bearer editor\n"), 403);
	CHECK_INT(post("/either", "Authorization: Bearer admin\n"), 204);
	CHECK_INT(post("/either", "Authorization: Bearer editor\n"), 204);
	CHECK_ASKED("bearer=editor,admin bearer=editor,editor ");
	CHECK_INT(post("/either", "Authorization: Bearer ok\n"), 403);
	/* Who was refused is known, for the log. */
	CHECK_INT(call->who.id, 7);
	CHECK_STR(answer_header("Cache-Control"), "no-store");
}

TEST(a_wrong_credential_is_asked_about_once)
{
	start();
	CHECK_INT(post("/either", "Authorization: Bearer told\n"), 401);
	CHECK_ASKED("bearer=told,admin ");
	CHECK_DETAIL("Token expired");
}

TEST(scopes_of_another_credential_don_t_count)
{
	static const char headers[] =
	    "Sec-Fetch-Site: same-origin\nCookie: session=admin\n"
	    "Authorization: Bearer ok\n";

	start();
	CHECK_INT(post("/admin", headers), 403);
	CHECK_INT(post("/session_or_admin", headers), 204);
	CHECK(call->who.scheme == &session);
}

TEST(a_caller_who_lacks_scopes_is_told_which)
{
	start();
	CHECK_INT(post("/staff", "Authorization: Bearer ok\n"), 403);
	CHECK_CHALLENGE(0,
	    "Bearer" REALM
	    ", error=\"insufficient_scope\", scope=\"staff admin\"");
	NO_CHALLENGE(1);
	CHECK_INT(post("/odd", "Authorization: Bearer ok\n"), 403);
	CHECK_CHALLENGE(0, "Bearer" REALM ", error=\"insufficient_scope\"");
	/* RFC 7617 knows nothing of that. */
	CHECK_INT(post("/admin_basic", "Authorization: Basic cm9vdDpvaw==\n"),
	    403);
	NO_CHALLENGE(0);
}

/* --- Nobody need be known --- */

TEST(anonymous_callers)
{
	start();
	CHECK_INT(post("/maybe", ""), 204);
	CHECK(call->who.scheme == NULL);
	CHECK_STR(call->denied, "Missing Authorization header");
	/* Known callers are known, wherever {} stands. */
	CHECK_INT(post("/maybe", "Authorization: Bearer ok\n"), 204);
	CHECK(call->who.scheme == &bearer);
	/* One that is wrong is none: a session may be renewed with it. */
	CHECK_INT(post("/maybe", "Authorization: Bearer bad\n"), 204);
	CHECK(call->who.scheme == NULL && call->who.id == 0);
	CHECK_STR(call->denied, "Invalid credential");
	CHECK_INT(post("/maybe", "Authorization: nonsense\n"), 204);
	CHECK_STR(call->denied, "Invalid Authorization format");
	CHECK_INT(post("/maybe", "Authorization: Bearer busy\n"), 503);
	/* A scheme that the operation doesn't take is no credential. */
	CHECK_INT(post("/maybe", "X-API-Key: bad\n"), 204);
	CHECK_ASKED("");
	/* Whoever lacks scopes is known all the same. */
	CHECK_INT(post("/maybe_admin", "Authorization: Bearer editor\n"), 204);
	CHECK(call->who.scheme == &bearer);
	CHECK_STR(rt_str(call->who.scopes[0]), "editor");
	CHECK_INT(post("/maybe_admin", ""), 204);
	CHECK(call->who.scheme == NULL);
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
	/* Nothing else is tried then. */
	CHECK_INT(post("/all", "Authorization: Bearer busy\nX-API-Key: ok\n"),
	    503);
	CHECK_ASKED("bearer=busy ");
	/* A function that returns what is no result admits nobody. */
	CHECK_INT(post("/all", "Authorization: Bearer odd\n"), 500);
}

/* --- Several schemes at once --- */

static int
post_both(const char *path, const char *session_text, const char *key_text)
{
	char headers[256];

	snprintf(headers, sizeof(headers),
	    "Origin: https://app.example\nCookie: session=%s\nX-API-Key: %s\n",
	    session_text, key_text);
	return post(path, headers);
}

TEST(schemes_that_must_all_hold)
{
	start();
	CHECK_INT(post_both("/both", "admin", "ok"), 204);
	CHECK(call->who.scheme == &key);
	CHECK_INT(call->who.session, 'k');
	CHECK(call->who.next->scheme == &session);
	CHECK_INT(call->who.next->session, 's');
	CHECK_STR(rt_str(call->who.next->scopes[1]), "admin");
	CHECK(call->who.next->next == NULL);

	CHECK_INT(post_both("/both", "admin", "told"), 401);
	CHECK_DETAIL("Token expired");
	CHECK_ASKED("key=told ");
	CHECK_INT(post_both("/both", "told", "ok"), 401);
	CHECK_DETAIL("Token expired");
	CHECK(call->who.scheme == NULL);
	CHECK_INT(post_both("/both", "ok", "admin"), 403);
	CHECK_INT(post_both("/both", "admin", "busy"), 503);
}

TEST(one_of_several_is_missing)
{
	start();
	CHECK_INT(post("/both", "X-API-Key: ok\n"), 401);
	CHECK_DETAIL("A second credential is missing");
	CHECK_INT(post("/both", "Cookie: session=admin\n"), 401);
	CHECK_DETAIL("A second credential is missing");
	CHECK_INT(post("/both", ""), 401);
	CHECK_DETAIL("Missing credential");
	CHECK_ASKED("");
	/* The other alternative has all it needs. */
	CHECK_INT(post("/both_or_key", "X-API-Key: ok\n"), 204);
	CHECK(call->who.scheme == &key && call->who.next == NULL);
	CHECK_INT(post_both("/both_or_key", "bad", "ok"), 204);
	CHECK(call->who.scheme == &key && call->who.next == NULL);
	CHECK_INT(post("/three?api_key=ok", "X-API-Key: ok\n"), 401);
	CHECK_ASKED("");
}

/* Each of them says what the token is worth by itself. */
TEST(one_token_for_two_schemes)
{
	start();
	CHECK_INT(post("/same", "Authorization: Bearer admin\n"), 204);
	CHECK_ASKED("bearer=admin oauth=admin,admin ");
	CHECK_INT(post("/same", "Authorization: Bearer ok\n"), 403);
}

/* Every subset of three credentials, each missing, bad or good. */
TEST(only_all_of_three_will_do)
{
	static const char *const texts[] = {NULL, "bad", "ok"};
	char target[64], request[128];

	start();
	for (int i = 0; i < 27; i++) {
		const char *q = texts[i % 3], *k = texts[i / 3 % 3];
		const char *t = texts[i / 9];

		snprintf(target, sizeof(target), "/three%s%s",
		    q == NULL ? "" : "?api_key=", q == NULL ? "" : q);
		snprintf(request, sizeof(request), "POST %s\nHost: a\n%s%s\n",
		    target, k == NULL ? "" : "X-API-Key: ", k == NULL ? "" : k);
		take_request(rt_str(request));
		call->req.certificate = rt_str(t);
		rt_call_run(call);
		CHECK_INT(call->res.status, i == 26 ? 204 : 401);
	}
}

/* --- Challenges --- */

TEST(challenges)
{
	start();
	CHECK_INT(post("/http", ""), 401);
	CHECK_CHALLENGE(0, "Bearer" REALM);
	CHECK_CHALLENGE(1, "Basic" REALM ", charset=\"UTF-8\"");
	CHECK_CHALLENGE(2, "Digest");
	NO_CHALLENGE(3);
	CHECK_INT(post("/http", "Authorization: Bearer bad\n"), 401);
	CHECK_CHALLENGE(0, "Bearer" REALM ", error=\"invalid_token\"");
	CHECK_CHALLENGE(1, "Basic" REALM ", charset=\"UTF-8\"");
	CHECK_INT(post("/http", "Authorization: Basic YTpi\n"), 401);
	CHECK_CHALLENGE(0, "Bearer" REALM);
	CHECK_INT(post("/http", "Authorization: Other x\n"), 401);
	CHECK_CHALLENGE(0, "Bearer" REALM);

	CHECK_INT(post("/keys", ""), 401);
	CHECK_CHALLENGE(0, "ApiKey" REALM ", in=\"query\", name=\"api_key\"");
	CHECK_CHALLENGE(1,
	    "ApiKey" REALM ", in=\"header\", name=\"X-API-Key\"");
	NO_CHALLENGE(2);
}

static void
answer_401(struct rt_call *c)
{
	struct rt_problem p = {.code = &rt_code_unauthorized};

	rt_reply_problem(c, 401, &p);
}

/* A handler that has no requirement to go by: logging in. */
TEST(challenges_of_a_handler)
{
	static const struct rt_content problem[] = {
	    {.media = "application/problem+json"},
	    {.media = NULL},
	};
	static const struct rt_answer unknown[] = {
	    {.status = 401, .contents = problem},
	};
	static const struct rt_op login = {
	    .id = "login",
	    .method = RT_POST,
	    .path = "/login",
	    .where = "openapi.yaml:4",
	    .answers = unknown,
	    .n_answers = 1,
	    .run = answer_401,
	};
	static const struct rt_op *const ops[] = {&login};
	static struct rt_api api = {
	    .title = "T",
	    .ops = ops,
	    .n_ops = 1,
	    .schemes = schemes,
	    .n_schemes = 2,
	};

	open_server(&api);
	CHECK_INT(post("/login", ""), 401);
	CHECK_CHALLENGE(0,
	    "ApiKey realm=\"T\", in=\"cookie\", name=\"session\"");
	CHECK_CHALLENGE(1, "Basic realm=\"T\", charset=\"UTF-8\"");
	NO_CHALLENGE(2);
	api.n_schemes = 0;
	CHECK_INT(post("/login", ""), 401);
	CHECK_CHALLENGE(0, "Bearer realm=\"T\"");
}

/* --- Cookies that another site has made the browser send --- */

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

/* Whoever can't read the answer must not act as nobody either: the handler may
 * look at other cookies. */
TEST(forged_requests_are_not_anonymous)
{
	start();
	CHECK_INT(post("/maybe_session", "Cookie: session=ok\n"), 403);
	CHECK_INT(post("/maybe_session", "Cookie: session=bad\n"), 204);
	CHECK(call->who.scheme == NULL);
	/* A page can't send this by itself. */
	CHECK_INT(post("/session_or_admin",
		      "Cookie: session=admin\nAuthorization: Bearer admin\n"),
	    204);
	CHECK(call->who.scheme == &bearer);
	CHECK_INT(post("/session_or_admin",
		      "Cookie: session=admin\nAuthorization: Bearer ok\n"),
	    403);
}
