#include "runtime/answer.h"

#include "tests/unit/call_fixture.h"

static void (*handler)(struct rt_call *);

static void
run(struct rt_call *c)
{
	handler(c);
}

static void
check_thing(struct rt_check *c, const struct rt_node *v)
{
	const struct rt_node *id = rt_node_get(v, "id");

	rt_check_type(c, v, RT_OBJECT);
	if (id != NULL)
		rt_check_type(c, id, RT_INTEGER);
}

static void
check_count(struct rt_check *c, const struct rt_node *v)
{
	rt_check_type(c, v, RT_INTEGER);
}

static void
check_pair(struct rt_check *c, const struct rt_node *v)
{
	rt_check_type(c, v, RT_OBJECT);
	rt_check_properties(c, v, 0, 1);
}

static const struct rt_param pair_param = {.in = RT_IN_HEADER,
    .types = RT_OBJECT};

static const struct rt_answer_header headers[] = {
    {
	.name = "X-Total-Count",
	.required = true,
	.types = RT_INTEGER,
	.check = check_count,
    },
    {.name = "X-Request-ID", .required = true, .types = RT_STRING},
    {.name = "X-Maybe", .types = RT_INTEGER, .check = check_count},
    {.name = "X-Pair", .check = check_pair, .param = &pair_param},
    {.name = NULL},
};
static const struct rt_answer_header challenge[] = {
    {.name = "WWW-Authenticate", .required = true, .types = RT_STRING},
    {.name = NULL},
};
static const struct rt_answer_header retry[] = {
    {.name = "Retry-After", .required = true, .types = RT_INTEGER},
    {.name = NULL},
};
static const struct rt_content thing[] = {
    {"application/json", check_thing},
    {"text/csv", NULL},
    {.media = NULL},
};
static const struct rt_content any_json[] = {{"application/json", NULL},
    {.media = NULL}};
static const struct rt_content any_image[] = {{"image/*", NULL},
    {.media = NULL}};
static const struct rt_content problem[] = {{"application/problem+json", NULL},
    {.media = NULL}};
static const struct rt_content thing_problem[] = {
    {"application/problem+json", check_thing}, {.media = NULL}};
static const struct rt_answer answers[] = {
    {.status = 200, .contents = thing},
    {.status = 201, .contents = any_json, .headers = headers},
    {.status = 202, .contents = any_image},
    {.status = 204},
    {.status = 401, .contents = problem, .headers = challenge},
    {.status = 503, .contents = problem, .headers = retry},
    {.status = 409, .contents = thing_problem},
};
static const struct rt_op op = {
    .id = "get_thing",
    .method = RT_GET,
    .path = "/thing",
    .where = "openapi.yaml:1",
    .answers = answers,
    .n_answers = RT_LEN(answers),
    .run = run,
};

static const struct rt_content several[] = {
    {"*/*", NULL},
    {"application/json", check_thing},
    {"application/*", NULL},
    {.media = NULL},
};
static const struct rt_answer class_answers[] = {
    {.status = 0, .contents = thing_problem},
    {.status = 2, .contents = several},
    {.status = 201},
    {.status = 4, .contents = problem},
};
static const struct rt_op class_op = {
    .id = "get_class",
    .method = RT_GET,
    .path = "/class",
    .where = "openapi.yaml:2",
    .answers = class_answers,
    .n_answers = RT_LEN(class_answers),
    .run = run,
};
static const struct rt_op *const ops[] = {&op, &class_op};
static const struct rt_api api = {.title = "T", .ops = ops, .n_ops = 2};

static void
write_id(struct rt_call *c, int status, const char *media, bool good)
{
	struct rt_writer *w = rt_reply_json(c, status, media);

	rt_write_open_object(w);
	rt_write_key(w, "id");
	if (good)
		rt_write_int(w, 1);
	else
		rt_write_str(w, RT_LIT("secret"));
	rt_write_close_object(w);
}

static void
good(struct rt_call *c)
{
	write_id(c, 200, "application/json", true);
}

static void
bad_id(struct rt_call *c)
{
	rt_header(c, "X-Secret", RT_LIT("x"));
	write_id(c, 200, "application/json", false);
}

static void
bad_media(struct rt_call *c)
{
	write_id(c, 200, "application/xml", true);
}

static void
with_charset(struct rt_call *c)
{
	write_id(c, 200, "application/json; charset=utf-8", true);
}

static void
no_media(struct rt_call *c)
{
	rt_reply_empty(c, 200);
}

static void
media_for_none(struct rt_call *c)
{
	write_id(c, 204, "application/json", true);
}

static void
bad_status(struct rt_call *c)
{
	write_id(c, 203, "application/json", true);
}

static void
not_json(struct rt_call *c)
{
	rt_reply_bytes(c, 200, "application/json", RT_LIT("{\"id\":1"));
}

static void
empty_json(struct rt_call *c)
{
	rt_reply_bytes(c, 200, "application/json", RT_LIT(""));
}

static void
csv(struct rt_call *c)
{
	rt_reply_bytes(c, 200, "text/csv", RT_LIT("{"));
}

static void
png(struct rt_call *c)
{
	rt_reply_bytes(c, 202, "image/png", RT_LIT("\x89PNG"));
}

static void
nothing(struct rt_call *c)
{
	(void)c;
}

static const char *total, *maybe, *pair;

static void
with_headers(struct rt_call *c)
{
	write_id(c, 201, "application/json", true);
	if (total != NULL)
		rt_header(c, "x-total-count", rt_str(total));
	if (maybe != NULL)
		rt_header(c, "X-Maybe", rt_str(maybe));
	if (pair != NULL)
		rt_header(c, "X-Pair", rt_str(pair));
}

static void
declared_problem(struct rt_call *c)
{
	static const struct rt_code code = {"TAKEN", "Taken", 409};
	struct rt_problem p = rt_problem(c, &code, "It is taken.");

	rt_reply_problem(c, 409, &p);
}

static void
wrong_password(struct rt_call *c)
{
	struct rt_problem p = rt_problem(c, &rt_code_unauthorized, "No.");

	rt_reply_problem(c, 401, &p);
}

static void
too_busy(struct rt_call *c)
{
	struct rt_problem p = rt_problem(c, &rt_code_unavailable, "Later.");

	rt_reply_problem(c, 503, &p);
}

static void
undeclared_problem(struct rt_call *c)
{
	struct rt_problem p = rt_problem(c, &rt_code_forbidden, "No.");

	rt_reply_problem(c, 403, &p);
}

static void
transport_problem(struct rt_call *c)
{
	struct rt_problem p = rt_problem(c, &rt_code_no_route, "None.");

	rt_reply_problem(c, 404, &p);
}

static void
invalid(struct rt_call *c)
{
	rt_fault(&c->check, c->check.root, "required", "is required");
	rt_reply_invalid(c);
}

static int
answer(void (*fn)(struct rt_call *))
{
	if (server.api == NULL)
		open_server(&api);
	handler = fn;
	return ask("GET /thing");
}

static void
check_refused(void (*fn)(struct rt_call *), const char *why)
{
	CHECK_INT(answer(fn), 500);
	CHECK_PROBLEM(500, "INTERNAL_ERROR");
	CHECK_STR(answer_at("/detail"), "An unexpected error occurred");
	CHECK_STR(call->failure, why);
}

TEST(good_answers)
{
	CHECK_INT(answer(good), 200);
	CHECK_STR(answer_at("/id"), "1");
	CHECK(call->failure.p == NULL);
	CHECK_INT(answer(with_charset), 200);
	CHECK_INT(answer(csv), 200);
	CHECK_INT(answer(png), 202);
	CHECK_INT(answer(declared_problem), 409);
	CHECK_STR(answer_header("X-Error-Code"), "TAKEN");
}

TEST(bad_bodies)
{
	CHECK_INT(answer(bad_id), 500);
	CHECK(rt_str_starts(call->failure,
	    "get_thing: the answer 200 breaks the contract at \"/id\": type: "));
	CHECK_PROBLEM(500, "INTERNAL_ERROR");
	CHECK(!has_header("X-Secret"));
	CHECK_INT(answer(not_json), 500);
	CHECK(rt_str_starts(call->failure,
	    "get_thing: the answer 200 is no JSON: line 1, column "));
	CHECK_INT(answer(empty_json), 500);
}

TEST(bad_media_types)
{
	check_refused(bad_media,
	    "get_thing: the answer 200 has the media type application/xml, "
	    "which is not declared");
	check_refused(media_for_none,
	    "get_thing: the answer 204 has the media type application/json, "
	    "which is not declared");
	check_refused(no_media,
	    "get_thing: the answer 200 has the media type of no body, which "
	    "is not declared");
}

TEST(bad_statuses)
{
	check_refused(bad_status, "get_thing: the answer 203 is not declared");
	check_refused(undeclared_problem,
	    "get_thing: the answer 403 is not declared");
	CHECK_INT(answer(transport_problem), 404);
	check_refused(nothing, "get_thing: the handler gave no answer");
}

static int class_status;
static const char *class_media;
static bool class_good;

static void
answer_class(struct rt_call *c)
{
	if (class_media == NULL)
		rt_reply_empty(c, class_status);
	else
		write_id(c, class_status, class_media, class_good);
}

static int
of_class(int status, const char *media, bool is_good)
{
	class_status = status;
	class_media = media;
	class_good = is_good;
	if (server.api == NULL)
		open_server(&api);
	handler = answer_class;
	return ask("GET /class");
}

TEST(classes_of_statuses)
{
	CHECK_INT(of_class(299, "application/json", true), 299);
	CHECK_INT(of_class(200, "application/json", false), 500);
	CHECK_INT(of_class(200, "application/xml", false), 200);
	CHECK_INT(of_class(200, "text/csv", false), 200);
	CHECK_INT(of_class(200, NULL, true), 500);
	/* A status of its own comes before its class. */
	CHECK_INT(of_class(201, NULL, true), 201);
	CHECK_INT(of_class(201, "application/json", true), 500);
	CHECK_INT(of_class(404, "application/problem+json", false), 404);
	CHECK_INT(of_class(404, "application/json", true), 500);
	/* All others are the default's. */
	CHECK_INT(of_class(302, "application/problem+json", true), 302);
	CHECK_INT(of_class(302, "application/problem+json", false), 500);
	CHECK_INT(of_class(302, NULL, false), 500);
}

TEST(headers_of_answers)
{
	total = "12";
	CHECK_INT(answer(with_headers), 201);
	CHECK_STR(answer_header("X-Total-Count"), "12");
	total = "many";
	CHECK_INT(answer(with_headers), 500);
	CHECK(rt_str_starts(call->failure,
	    "get_thing: the answer 201 breaks "
	    "the contract at "
	    "\"X-Total-Count\": type: "));
	total = NULL;
	check_refused(with_headers,
	    "get_thing: the answer 201 lacks the header X-Total-Count");
	total = "1";
	maybe = "x";
	CHECK_INT(answer(with_headers), 500);
	maybe = "2";
	CHECK_INT(answer(with_headers), 201);
	pair = "a,1";
	CHECK_INT(answer(with_headers), 201);
	pair = "a,1,b,2";
	CHECK_INT(answer(with_headers), 500);
	pair = "a";
	check_refused(with_headers,
	    "get_thing: the answer 201 has a header X-Pair that has a property "
	    "without a value");
}

/* A handler's refusals say only why. */
TEST(headers_of_refusals_are_added)
{
	CHECK_INT(answer(wrong_password), 401);
	CHECK_STR(answer_header("WWW-Authenticate"), "Bearer realm=\"T\"");
	CHECK_INT(answer(too_busy), 503);
	CHECK_STR(answer_header("Retry-After"), "1");
	CHECK_INT(answer(good), 200);
	CHECK(!has_header("WWW-Authenticate"));
}

TEST(answers_of_the_runtime_are_its_own)
{
	CHECK_INT(answer(invalid), 400);
	CHECK_PROBLEM(400, "VALIDATION_ERROR");
}

TEST(it_can_be_turned_off)
{
	open_server(&api);
	server.check_answers = false;
	CHECK_INT(answer(bad_id), 200);
	CHECK_INT(answer(bad_status), 203);
	CHECK_INT(answer(nothing), 500);
}

TEST(the_setting_turns_it_off)
{
	setenv("CHECK_ANSWERS", "off", 1);
	CHECK_INT(answer(bad_id), 200);
}

TEST(head)
{
	open_server(&api);
	handler = bad_id;
	CHECK_INT(ask("HEAD /thing"), 500);
	handler = good;
	CHECK_INT(ask("HEAD /thing"), 200);
	CHECK_STR(rt_buf_str(&call->res.body), "{\"id\":1}");
}
