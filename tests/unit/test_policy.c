#include "tests/unit/call_fixture.h"

static unsigned handler_runs;

static enum rt_auth
check_bearer(struct rt_call *c, const struct rt_credential *credential,
    const char *const *scopes, struct rt_principal *who)
{
	static const char *const admin[] = {"admin", NULL};

	(void)c;
	(void)scopes;
	who->id = 7;
	if (rt_str_is(credential->text, "admin"))
		who->scopes = admin;
	return rt_str_is(credential->text, "admin") ||
		rt_str_is(credential->text, "user")
	    ? RT_AUTH_OK
	    : RT_AUTH_BAD;
}

static const struct rt_scheme bearer = {
    .name = "bearer",
    .kind = RT_SCHEME_BEARER,
    .field = "Bearer",
    .check = check_bearer,
};

static const char *const needs_admin[] = {"admin", NULL};
static const struct rt_need bearer_need[] = {{&bearer, needs_admin},
    {NULL, NULL}};
static const struct rt_need *const admin_only[] = {bearer_need, NULL};

static void
run(struct rt_call *c)
{
	static const struct rt_param id = {
	    .in = RT_IN_PATH,
	    .name = "id",
	    .types = RT_INTEGER,
	    .required = true,
	};
	const struct rt_node *v = rt_param(c, &id);
	struct rt_writer *w;

	handler_runs++;
	if (v != NULL)
		rt_check_type(&c->check, v, RT_INTEGER);
	if (!rt_valid(c)) {
		rt_reply_invalid(c);
		return;
	}
	w = rt_reply_json(c, 200, "application/json");
	rt_write_open_object(w);
	rt_write_close_object(w);
}

static void
run_empty(struct rt_call *c)
{
	handler_runs++;
	rt_reply_empty(c, 204);
}

static void
run_unavailable(struct rt_call *c)
{
	rt_fail_unavailable(c, "no database");
	rt_reply_failed(c);
}

static void
run_with_cache(struct rt_call *c)
{
	rt_reply_empty(c, 204);
	rt_header(c, "cache-control", RT_LIT("private"));
}

static const struct rt_content json_content[] = {{"application/json", NULL},
    {.media = NULL}};
static const struct rt_content many_contents[] = {{"application/json", NULL},
    {"text/csv", NULL}, {.media = NULL}};
static const struct rt_content problem_content[] = {
    {"application/problem+json", NULL}, {.media = NULL}};
static const struct rt_answer ok_json[] = {
    {.status = 200, .contents = json_content}};
static const struct rt_answer ok_empty[] = {{.status = 204}};
static const struct rt_answer many[] = {
    {.status = 200, .contents = many_contents},
    {.status = 404, .contents = problem_content},
};
static const struct rt_body json_bodies[] = {
    {"application/json", RT_BODY_JSON, NULL, 0}, {.media = NULL}};
static const struct rt_body two_bodies[] = {
    {"application/json", RT_BODY_JSON, NULL, 0},
    {"image/*", RT_BODY_BYTES, NULL, 0},
    {.media = NULL},
};

static const struct rt_op post_thing = {
    .id = "post_thing",
    .method = RT_POST,
    .path = "/things/{id}",
    .where = "openapi.yaml:1",
    .security = admin_only,
    .bodies = json_bodies,
    .body_max = 10,
    .invalid_status = 422,
    .answers = ok_json,
    .n_answers = 1,
    .run = run,
};
static const struct rt_op get_thing = {
    .id = "get_thing",
    .method = RT_GET,
    .path = "/things/{id}",
    .where = "openapi.yaml:2",
    .answers = many,
    .n_answers = RT_LEN(many),
    .invalid_status = 400,
    .run = run,
};
static const struct rt_op put_file = {
    .id = "put_file",
    .method = RT_PUT,
    .path = "/file",
    .where = "openapi.yaml:3",
    .bodies = two_bodies,
    .body_max = 100,
    .answers = ok_empty,
    .n_answers = 1,
    .run = run_empty,
};
static const struct rt_op options_own = {
    .id = "options_own",
    .method = RT_OPTIONS,
    .path = "/own",
    .where = "openapi.yaml:4",
    .answers = ok_empty,
    .n_answers = 1,
    .run = run_empty,
};
static const struct rt_op copy_own = {
    .id = "copy_own",
    .token = "COPY",
    .path = "/own",
    .where = "openapi.yaml:4",
    .answers = ok_empty,
    .n_answers = 1,
    .run = run_empty,
};
static const struct rt_op unavailable = {
    .id = "unavailable",
    .method = RT_GET,
    .path = "/unavailable",
    .where = "openapi.yaml:5",
    .answers = ok_empty,
    .n_answers = 1,
    .run = run_unavailable,
};
static const struct rt_op cached = {
    .id = "cached",
    .method = RT_GET,
    .path = "/cached",
    .where = "openapi.yaml:6",
    .security = admin_only,
    .answers = ok_empty,
    .n_answers = 1,
    .run = run_with_cache,
};

static const struct rt_content image_content[] = {{"image/*", NULL},
    {.media = NULL}};
static const struct rt_answer ok_image[] = {
    {.status = 200, .contents = image_content},
    {.status = 204},
};
static const struct rt_op image = {
    .id = "image",
    .method = RT_GET,
    .path = "/image",
    .where = "openapi.yaml:7",
    .answers = ok_image,
    .n_answers = 2,
    .run = run_empty,
};

static const struct rt_body row_bodies[] = {
    {"*/*", RT_BODY_BYTES, NULL, 0},
    {"text/*", RT_BODY_TEXT, NULL, 0},
    {"text/html", RT_BODY_TEXT, NULL, 0},
    {"application/json", RT_BODY_JSON, NULL, 0},
    {.media = NULL},
};
static const struct rt_op rows = {
    .id = "rows",
    .method = RT_PUT,
    .path = "/rows",
    .where = "openapi.yaml:8",
    .bodies = row_bodies,
    .body_max = 100,
    .answers = ok_empty,
    .n_answers = 1,
    .run = run_empty,
};

static const struct rt_op any_size = {
    .id = "any_size",
    .method = RT_PUT,
    .path = "/any",
    .where = "openapi.yaml:9",
    .bodies = two_bodies,
    .answers = ok_empty,
    .n_answers = 1,
    .run = run_empty,
};

static const struct rt_op *const ops[] = {&image, &rows, &any_size, &post_thing,
    &get_thing, &put_file, &options_own, &copy_own, &unavailable, &cached};
static const struct rt_api api = {
    .title = "Things",
    .ops = ops,
    .n_ops = RT_LEN(ops),
};

/* --- The order --- */

enum {
	BAD_TARGET,
	NO_ROUTE,
	NO_METHOD,
	NO_CREDENTIAL,
	NO_ROLE,
	BAD_EXPECT,
	BAD_TYPE,
	BAD_ACCEPT,
	LARGE,
	BAD_PARAM,
	FAULTS,
};

static const int fault_status[FAULTS + 1] = {400, 404, 405, 401, 403, 417, 415,
    406, 413, 422, 200};

static const char *
path_with(unsigned faults)
{
	if ((faults & 1u << BAD_TARGET) != 0)
		return (faults & 1u << NO_ROUTE) != 0 ? "/none/%zz"
						      : "/things/%zz";
	if ((faults & 1u << NO_ROUTE) != 0)
		return "/none/x";
	return (faults & 1u << BAD_PARAM) != 0 ? "/things/x" : "/things/7";
}

static const char *
authorization_with(unsigned faults)
{
	if ((faults & 1u << NO_CREDENTIAL) != 0)
		return "";
	return (faults & 1u << NO_ROLE) != 0 ? "Authorization: Bearer user\n"
					     : "Authorization: Bearer admin\n";
}

static int
ask_with(unsigned faults)
{
	char text[1024];

#define PICK(fault, bad, good) ((faults & 1u << (fault)) != 0 ? (bad) : (good))
	snprintf(text, sizeof(text),
	    "%s %s\n%s%sContent-Type: %s\nAccept: %s\n\n%s",
	    PICK(NO_METHOD, "DELETE", "POST"), path_with(faults),
	    authorization_with(faults), PICK(BAD_EXPECT, "Expect: x\n", ""),
	    PICK(BAD_TYPE, "text/plain", "application/json"),
	    PICK(BAD_ACCEPT, "text/html", "*/*"),
	    PICK(LARGE, "{\"a\":123456789}", "{}"));
#undef PICK
	return ask(text);
}

TEST(the_first_fault_in_the_order_decides)
{
	open_server(&api);
	for (unsigned faults = 0; faults < 1u << FAULTS; faults++) {
		unsigned first = 0;
		unsigned runs = handler_runs;

		while (first < FAULTS && (faults & 1u << first) == 0)
			first++;
		CHECK_INT(ask_with(faults), fault_status[first]);
		CHECK_INT(handler_runs - runs, first >= BAD_PARAM);
	}
}

TEST(codes)
{
	static const char *const codes[] = {"BAD_REQUEST", "NOT_FOUND",
	    "METHOD_NOT_ALLOWED", "UNAUTHORIZED", "PERMISSION_DENIED",
	    "EXPECTATION_FAILED", "UNSUPPORTED_MEDIA_TYPE", "NOT_ACCEPTABLE",
	    "PAYLOAD_TOO_LARGE", "VALIDATION_ERROR"};

	open_server(&api);
	for (unsigned i = 0; i < FAULTS; i++) {
		ask_with(1u << i);
		CHECK_PROBLEM(fault_status[i], codes[i]);
	}
}

/* --- Methods --- */

TEST(unknown_methods)
{
	open_server(&api);
	ask("BREW /things/7");
	CHECK_PROBLEM(501, "NOT_IMPLEMENTED");
	ask("get /things/7");
	CHECK_PROBLEM(501, "NOT_IMPLEMENTED");
	ask("BREW /none");
	CHECK_PROBLEM(404, "NOT_FOUND");
}

TEST(allow)
{
	open_server(&api);
	CHECK_INT(ask("DELETE /things/7"), 405);
	CHECK_STR(answer_header("Allow"), "GET, HEAD, POST, OPTIONS");
	CHECK_INT(ask("GET /file"), 405);
	CHECK_STR(answer_header("Allow"), "PUT, OPTIONS");
	CHECK_INT(ask("HEAD /file"), 405);
}

TEST(options)
{
	open_server(&api);
	CHECK_INT(ask("OPTIONS /things/7"), 204);
	CHECK_STR(answer_header("Allow"), "GET, HEAD, POST, OPTIONS");
	CHECK(call->res.media == NULL);
	CHECK_INT(call->res.body.n, 0);
	CHECK_INT(ask("OPTIONS /none"), 404);
	CHECK_INT(handler_runs, 0);
	CHECK_INT(ask("OPTIONS /own"), 204);
	CHECK_INT(handler_runs, 1);
}

TEST(methods_that_only_the_contract_knows)
{
	open_server(&api);
	CHECK_INT(ask("COPY /own"), 204);
	CHECK_INT(handler_runs, 1);
	ask("COPY /file");
	CHECK_PROBLEM(405, "METHOD_NOT_ALLOWED");
	CHECK_STR(answer_header("Allow"), "PUT, OPTIONS");
	CHECK_INT(ask("GET /own"), 405);
	CHECK_STR(answer_header("Allow"), "OPTIONS, COPY");
	ask("copy /own");
	CHECK_PROBLEM(501, "NOT_IMPLEMENTED");
}

TEST(head_is_get)
{
	struct rt_str length;

	open_server(&api);
	CHECK_INT(ask("HEAD /things/7"), 200);
	CHECK(strcmp(call->res.media, "application/json") == 0);
	length = rt_buf_str(&call->res.body);
	CHECK_STR(length, "{}");
}

/* --- Content --- */

static int
put_file_with(const char *headers)
{
	char text[512];

	snprintf(text, sizeof(text), "PUT /file\n%s\n{}", headers);
	return ask(text);
}

TEST(content_types)
{
	open_server(&api);
	CHECK_INT(put_file_with("Content-Type: application/json\n"), 204);
	CHECK_INT(put_file_with("content-type: APPLICATION/json\n"), 204);
	CHECK_INT(put_file_with("Content-Type: image/png\n"), 204);
	CHECK_INT(put_file_with("Content-Type: application/json;"
				"charset=UTF-8\n"),
	    204);
	CHECK_INT(put_file_with("Content-Type: application/json;"
				" charset=\"utf-8\"\n"),
	    204);
	CHECK_INT(put_file_with(""), 415);
	CHECK_INT(put_file_with("Content-Type:\n"), 415);
	CHECK_INT(put_file_with("Content-Type: json\n"), 415);
	CHECK_INT(put_file_with("Content-Type: application/jsonx\n"), 415);
	CHECK_INT(put_file_with("Content-Type: image/*\n"), 415);
	CHECK_INT(put_file_with("Content-Type: application/json;"
				"charset=latin1\n"),
	    415);
	CHECK_INT(put_file_with("Content-Type: application/json\n"
				"Content-Type: application/json\n"),
	    415);
}

/* The media type of the row that is chosen, "" for none. */
static const char *
chosen(const char *type, const char *body)
{
	char text[256];

	snprintf(text, sizeof(text), "PUT /rows\nContent-Type: %s\n\n%s", type,
	    body);
	if (ask(text) != 204 || call->body == NULL)
		return "";
	return call->body->media;
}

TEST(the_closest_row_is_chosen)
{
	open_server(&api);
	CHECK(strcmp(chosen("text/html", "x"), "text/html") == 0);
	CHECK(strcmp(chosen("text/css", "x"), "text/*") == 0);
	CHECK(strcmp(chosen("image/png", "x"), "*/*") == 0);
	CHECK_INT(rt_body_kind(call), 1);
	CHECK(strcmp(chosen("image/png; charset=latin1", "x"), "*/*") == 0);
	CHECK(strcmp(chosen("text/css; charset=latin1", "x"), "") == 0);
	CHECK_INT(call->res.status, 415);
}

TEST(bodies_of_no_bytes)
{
	open_server(&api);
	CHECK(strcmp(chosen("text/html", ""), "text/html") == 0);
	CHECK_INT(call->res.status, 204);
	CHECK(strcmp(chosen("application/json", ""), "") == 0);
	CHECK_INT(call->res.status, 204);
	CHECK_INT(ask("PUT /rows\nContent-Type: text/html\n"), 204);
	CHECK(call->body == NULL);
}

TEST(content_codings)
{
	open_server(&api);
	CHECK_INT(put_file_with("Content-Type: image/png\n"
				"Content-Encoding: identity\n"),
	    204);
	CHECK_INT(put_file_with("Content-Type: image/png\n"
				"Content-Encoding: gzip\n"),
	    415);
	CHECK_INT(put_file_with("Content-Type: image/png\n"
				"Content-Encoding: identity\n"
				"Content-Encoding: gzip\n"),
	    415);
}

TEST(no_body_needs_no_type)
{
	open_server(&api);
	CHECK_INT(ask("PUT /file"), 204);
	CHECK_INT(ask("PUT /file\nContent-Type: text/plain\n\n"), 204);
}

TEST(an_operation_without_a_body)
{
	open_server(&api);
	CHECK_INT(ask("GET /things/7\nContent-Type: application/json\n\n{}"),
	    415);
	CHECK_INT(ask("GET /things/7\n\n"), 200);
}

TEST(sizes)
{
	open_server(&api);
	server.check_answers = false;
	CHECK_INT(ask("POST /things/7\nAuthorization: Bearer admin\n"
		      "Content-Type: application/json\n\n0123456789"),
	    200);
	CHECK_INT(ask("POST /things/7\nAuthorization: Bearer admin\n"
		      "Content-Type: application/json\n\n01234567890"),
	    413);
	/* BODY_MAX is for those that have no limit of their own. */
	server.body_max = 9;
	CHECK_INT(ask("POST /things/7\nAuthorization: Bearer admin\n"
		      "Content-Type: application/json\n\n0123456789"),
	    200);
	CHECK_INT(ask("PUT /any\nContent-Type: image/png\n\n123456789"), 204);
	CHECK_INT(ask("PUT /any\nContent-Type: image/png\n\n0123456789"), 413);
}

TEST(expectations)
{
	open_server(&api);
	CHECK_INT(ask("GET /things/7\nExpect: 100-Continue\n"), 200);
	CHECK_INT(ask("GET /things/7\nExpect: 100-continue, x\n"), 417);
	CHECK_INT(ask("GET /things/7\nExpect:\n"), 417);
}

static int
get_accepting(const char *accept)
{
	char text[512];

	snprintf(text, sizeof(text), "GET /things/7\nAccept: %s\n", accept);
	return ask(text);
}

static const char *
preferred(const char *accept)
{
	get_accepting(accept);
	return rt_preferred(call, many_contents);
}

TEST(the_preferred_media_type)
{
	open_server(&api);
	CHECK(strcmp(preferred("*/*"), "application/json") == 0);
	CHECK(strcmp(preferred("text/*, application/json;q=0.9"), "text/csv") ==
	    0);
	CHECK(strcmp(preferred("text/csv;q=0.5, */*;q=0.5"),
		  "application/json") == 0);
	CHECK(strcmp(preferred("*/*, application/json;q=0"), "text/csv") == 0);
	CHECK(strcmp(preferred("image/png"), "application/json") == 0);
	ask("GET /things/7\n");
	CHECK(
	    strcmp(rt_preferred(call, many_contents), "application/json") == 0);
}

TEST(accept)
{
	open_server(&api);
	CHECK_INT(ask("GET /things/7"), 200);
	CHECK_INT(get_accepting("application/json"), 200);
	CHECK_INT(get_accepting("text/csv"), 200);
	CHECK_INT(get_accepting("text/*;q=0.1"), 200);
	CHECK_INT(get_accepting("*/*"), 200);
	CHECK_INT(get_accepting("image/png, */*;q=0.1"), 200);
	CHECK_INT(get_accepting(""), 200);
	CHECK_INT(get_accepting("image/png"), 406);
	CHECK_INT(get_accepting("application/problem+json"), 406);
	CHECK_INT(get_accepting("application/json;q=0, text/csv;q=0, */*"),
	    406);
	CHECK_INT(get_accepting("application/json;q=0, */*"), 200);
	CHECK_INT(get_accepting("image/png\nAccept: text/csv"), 200);
	CHECK_INT(ask("PUT /file\nAccept: image/png\n"), 204);
	/* Which image it will be is not known yet. */
	CHECK_INT(ask("GET /image\nAccept: text/csv\n"), 204);
}

/* --- Every answer --- */

TEST(trace_ids)
{
	struct rt_uuid uuid;
	char text[256];

	open_server(&api);
	ask("GET /none\nX-Request-ID: Abc-1.2_3\n");
	CHECK_STR(answer_header("X-Request-ID"), "Abc-1.2_3");
	CHECK_STR(answer_at("/trace_id"), "Abc-1.2_3");

	ask("GET /things/7");
	CHECK(rt_uuid_parse(answer_header("X-Request-ID"), &uuid));
	CHECK(rt_str_eq(answer_header("X-Request-ID"), call->trace_id));

	ask("GET /none\nX-Request-ID: a\"b\n");
	CHECK(rt_uuid_parse(answer_header("X-Request-ID"), &uuid));
	ask("GET /none\nX-Request-ID:\n");
	CHECK(rt_uuid_parse(answer_header("X-Request-ID"), &uuid));
	snprintf(text, sizeof(text), "GET /none\nX-Request-ID: %064d\n", 0);
	ask(text);
	CHECK_INT(answer_header("X-Request-ID").n, 64);
	CHECK_INT(answer_header("X-Request-ID").p[0], '0');
	snprintf(text, sizeof(text), "GET /none\nX-Request-ID: %065d\n", 0);
	ask(text);
	CHECK(rt_uuid_parse(answer_header("X-Request-ID"), &uuid));
}

TEST(headers_of_every_answer)
{
	static const char *const requests[] = {"GET /things/7", "GET /none",
	    "GET /things/%zz", "OPTIONS /file", "BREW /file",
	    "GET /unavailable"};

	open_server(&api);
	for (unsigned i = 0; i < RT_LEN(requests); i++) {
		ask(requests[i]);
		CHECK_STR(answer_header("X-Content-Type-Options"), "nosniff");
		CHECK_STR(answer_header("X-Frame-Options"), "DENY");
		CHECK_STR(answer_header("Referrer-Policy"), "no-referrer");
		CHECK(has_header("X-Request-ID"));
		CHECK(answer_header_at("X-Request-ID", 1).p == NULL);
	}
}

TEST(cache_control)
{
	open_server(&api);
	ask_with(0);
	CHECK_STR(answer_header("Cache-Control"), "no-store");
	ask("GET /things/7");
	CHECK(!has_header("Cache-Control"));
	/* What a login gives out is nobody else's, though nobody was known. */
	ask("POST /nowhere");
	CHECK_STR(answer_header("Cache-Control"), "no-store");
	CHECK_INT(ask("GET /cached\nAuthorization: Bearer admin\n"), 204);
	CHECK_STR(answer_header("Cache-Control"), "private");
	CHECK(answer_header_at("Cache-Control", 1).p == NULL);
}

TEST(retry_after)
{
	open_server(&api);
	ask("GET /unavailable");
	CHECK_PROBLEM(503, "SERVICE_UNAVAILABLE");
	CHECK_STR(answer_header("Retry-After"), "1");
	ask("GET /none");
	CHECK(!has_header("Retry-After"));
}

TEST(problems_name_the_path)
{
	open_server(&api);
	ask("GET /no\"ne?secret=1");
	CHECK_STR(answer_at("/instance"), "/no\"ne");
}
