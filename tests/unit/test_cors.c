#include "runtime/cors.h"

#include "tests/unit/call_fixture.h"

static void
run(struct rt_call *c)
{
	rt_reply_empty(c, 204);
	rt_header(c, "Vary", RT_LIT("Accept"));
}

static const struct rt_answer answers[] = {{.status = 204}};
static const struct rt_op get_thing = {
    .id = "get_thing",
    .method = RT_GET,
    .path = "/thing",
    .where = "openapi.yaml:1",
    .answers = answers,
    .n_answers = 1,
    .run = run,
};
static const struct rt_op put_thing = {
    .id = "put_thing",
    .method = RT_PUT,
    .path = "/thing",
    .where = "openapi.yaml:2",
    .answers = answers,
    .n_answers = 1,
    .run = run,
};
static const struct rt_op own_options = {
    .id = "own_options",
    .method = RT_OPTIONS,
    .path = "/own",
    .where = "openapi.yaml:3",
    .answers = answers,
    .n_answers = 1,
    .run = run,
};
static const struct rt_op *const ops[] = {&get_thing, &put_thing, &own_options};
static const struct rt_api api = {.title = "T", .ops = ops, .n_ops = 3};

static void
start(const char *origins)
{
	setenv("CORS_ORIGINS", origins, 1);
	open_server(&api);
}

static int
preflight(const char *path, const char *origin, const char *headers)
{
	char text[512];

	snprintf(text, sizeof(text),
	    "OPTIONS %s\nOrigin: %s\nAccess-Control-Request-Method: PUT\n%s",
	    path, origin, headers);
	return ask(text);
}

#define ALLOWED "https://app.example"

TEST(a_page_that_may_call)
{
	start("http://localhost:3000, " ALLOWED);
	CHECK_INT(ask("GET /thing\nOrigin: " ALLOWED "\n"), 204);
	CHECK_STR(answer_header("Access-Control-Allow-Origin"), ALLOWED);
	CHECK_STR(answer_header("Access-Control-Allow-Credentials"), "true");
	CHECK_STR(answer_header("Access-Control-Expose-Headers"),
	    "X-Total-Count, X-Page, X-Request-ID, X-Error-Code, ETag, Location, Link, "
	    "Retry-After, Accept-Ranges, Content-Range");
	/* The handler's own Vary stays. */
	CHECK_STR(answer_header_at("Vary", 0), "Accept");
	CHECK_STR(answer_header_at("Vary", 1), "Origin");
	CHECK(!has_header("Access-Control-Allow-Methods"));
}

TEST(refusals_can_be_read_too)
{
	start(ALLOWED);
	CHECK_INT(ask("GET /none\nOrigin: " ALLOWED "\n"), 404);
	CHECK_STR(answer_header("Access-Control-Allow-Origin"), ALLOWED);
	CHECK_INT(ask("DELETE /thing\nOrigin: " ALLOWED "\n"), 405);
	CHECK_STR(answer_header("Access-Control-Allow-Origin"), ALLOWED);
}

TEST(a_page_that_may_not)
{
	static const char *const origins[] = {"https://evil.example", "null",
	    "", "https://app.example.evil", "http://app.example",
	    "https://app.example:8443", "https://app.exampl", "*"};
	char text[256];

	start(ALLOWED);
	for (unsigned i = 0; i < RT_LEN(origins); i++) {
		snprintf(text, sizeof(text), "GET /thing\nOrigin: %s\n",
		    origins[i]);
		CHECK_INT(ask(text), 204);
		CHECK(!has_header("Access-Control-Allow-Origin"));
		CHECK(!has_header("Access-Control-Allow-Credentials"));
		CHECK_STR(answer_header_at("Vary", 1), "Origin");
	}
}

TEST(caches_learn_of_it_without_an_origin)
{
	start(ALLOWED);
	CHECK_INT(ask("GET /thing"), 204);
	CHECK_STR(answer_header_at("Vary", 1), "Origin");
	CHECK(!has_header("Access-Control-Allow-Origin"));
}

TEST(nobody_may)
{
	start("");
	CHECK_INT(ask("GET /thing\nOrigin: http://localhost:3000\n"), 204);
	CHECK(!has_header("Access-Control-Allow-Origin"));
	CHECK(answer_header_at("Vary", 1).p == NULL);
}

TEST(preflights)
{
	start(ALLOWED);
	CHECK_INT(preflight("/thing", ALLOWED,
		      "Access-Control-Request-Headers: content-type, "
		      "authorization\n"),
	    204);
	CHECK_STR(answer_header("Access-Control-Allow-Origin"), ALLOWED);
	CHECK_STR(answer_header("Access-Control-Allow-Credentials"), "true");
	CHECK_STR(answer_header("Access-Control-Allow-Methods"),
	    "GET, HEAD, PUT, OPTIONS");
	CHECK_STR(answer_header("Access-Control-Allow-Headers"),
	    "content-type, authorization");
	CHECK_STR(answer_header("Access-Control-Max-Age"), "3600");
	CHECK_STR(answer_header("Allow"), "GET, HEAD, PUT, OPTIONS");
	CHECK_STR(answer_header_at("Vary", 0),
	    "Access-Control-Request-Method, Access-Control-Request-Headers");
	CHECK_STR(answer_header_at("Vary", 1), "Origin");
	CHECK(!has_header("Access-Control-Expose-Headers"));
}

TEST(preflights_of_strangers)
{
	start(ALLOWED);
	CHECK_INT(preflight("/thing", "https://evil.example", ""), 204);
	CHECK(!has_header("Access-Control-Allow-Origin"));
	CHECK(!has_header("Access-Control-Allow-Methods"));
	CHECK(!has_header("Access-Control-Max-Age"));
	CHECK_STR(answer_header("Allow"), "GET, HEAD, PUT, OPTIONS");
	CHECK_INT(preflight("/none", ALLOWED, ""), 404);
}

TEST(only_names_of_headers_are_reflected)
{
	start(ALLOWED);
	preflight("/thing", ALLOWED,
	    "Access-Control-Request-Headers: a b, \"x\"\n");
	CHECK(!has_header("Access-Control-Allow-Headers"));
	preflight("/thing", ALLOWED, "Access-Control-Request-Headers: a,,b\n");
	CHECK(!has_header("Access-Control-Allow-Headers"));
	preflight("/thing", ALLOWED, "");
	CHECK(!has_header("Access-Control-Allow-Headers"));
}

TEST(options_that_is_no_preflight)
{
	start(ALLOWED);
	CHECK_INT(ask("OPTIONS /thing\nOrigin: " ALLOWED "\n"), 204);
	CHECK(!has_header("Access-Control-Allow-Methods"));
	CHECK_STR(answer_header("Access-Control-Allow-Origin"), ALLOWED);
	/* A path with an OPTIONS operation of its own. */
	CHECK_INT(ask("OPTIONS /own\nOrigin: " ALLOWED "\n"), 204);
	CHECK_STR(answer_header_at("Vary", 0), "Accept");
	CHECK_INT(preflight("/own", ALLOWED, ""), 204);
	CHECK_STR(answer_header("Access-Control-Allow-Methods"), "OPTIONS");
}

TEST(without_cors_a_preflight_is_the_operation_s)
{
	start("");
	CHECK_INT(preflight("/own", ALLOWED, ""), 204);
	CHECK(call->op == &own_options);
	CHECK(!has_header("Access-Control-Allow-Methods"));
	CHECK_INT(preflight("/thing", ALLOWED, ""), 204);
	CHECK(call->op == NULL);
}

TEST(schemes_of_applications)
{
	start("gifts://*");
	CHECK_INT(ask("GET /thing\nOrigin: gifts://auth\n"), 204);
	CHECK_STR(answer_header("Access-Control-Allow-Origin"), "gifts://auth");
	CHECK_INT(ask("GET /thing\nOrigin: gifts://\n"), 204);
	CHECK(!has_header("Access-Control-Allow-Origin"));
	CHECK_INT(ask("GET /thing\nOrigin: giftsx://auth\n"), 204);
	CHECK(!has_header("Access-Control-Allow-Origin"));
}

static bool
parses(const char *list)
{
	struct rt_arena *arena = rt_arena_open(65536, NULL, NULL);
	struct rt_str why = {NULL, 0};
	struct rt_strs out;
	bool ok = rt_cors_parse(arena, rt_str(list), &out, &why);

	CHECK(ok == (why.p == NULL));
	rt_arena_close(arena);
	return ok;
}

TEST(settings)
{
	CHECK(parses(""));
	CHECK(parses("https://a.example,http://[::1]:8080, "));
	CHECK(!parses("*"));
	CHECK(!parses("https://*"));
	CHECK(!parses("HTTP://*"));
	CHECK(!parses("https://*.example"));
	CHECK(!parses("https://a.example/"));
	CHECK(!parses("https://a.example, a.example"));
	CHECK(!parses("https:a.example"));
	CHECK(!parses("https://"));
	CHECK(!parses("null"));
	CHECK(!parses("https://a example"));
	CHECK(!parses("1://a"));
	CHECK(!parses("a_b://c"));
	CHECK(!parses("://c"));
	CHECK(parses("a+b.c-1://d"));
}
