#include "runtime/problem.h"
#include "tests/unit/test.h"

static struct rt_arena *
arena(void)
{
	static struct rt_arena *a;

	if (a == NULL)
		a = rt_arena_open(SIZE_MAX, NULL, NULL);
	return a;
}

static struct rt_str
text(int status, const struct rt_problem *p,
    const struct rt_problem_context *context)
{
	struct rt_buf b = rt_buf(arena(), SIZE_MAX);
	struct rt_writer w = rt_writer(&b);
	struct rt_json_error err;

	rt_problem_write(&w, status, p, context);
	CHECK(rt_json_parse(arena(), rt_buf_str(&b), NULL, &err) != NULL);
	return rt_buf_str(&b);
}

TEST(a_problem_has_its_members)
{
	static const struct rt_code code = {"X_Y", "A \"title\"", 409};
	static const struct rt_problem p = {&code, {"So.", 3}};
	static const struct rt_problem_context context = {
	    .instance = {"/a\xff", 3},
	    .trace_id = {"abc", 3},
	    .time = {1000000},
	};

	CHECK_STR(text(409, &p, &context),
	    "{\"type\":\"about:blank\",\"title\":\"A \\\"title\\\"\","
	    "\"status\":409,\"detail\":\"So.\","
	    "\"instance\":\"/a\xef\xbf\xbd\",\"code\":\"X_Y\","
	    "\"trace_id\":\"abc\","
	    "\"timestamp\":\"1970-01-01T00:00:01Z\"}");
}

TEST(what_is_absent_is_left_out)
{
	static const struct rt_problem p = {&rt_code_internal, {NULL, 0}};
	static const struct rt_problem_context context = {.faults = NULL};

	CHECK_STR(text(500, &p, &context),
	    "{\"type\":\"about:blank\",\"title\":\"Internal error\","
	    "\"status\":500,\"code\":\"INTERNAL_ERROR\","
	    "\"timestamp\":\"1970-01-01T00:00:00Z\"}");
}

/* The errors member of a problem with these faults. */
static struct rt_str
errors(const struct rt_check *faults)
{
	static const struct rt_problem p = {&rt_code_validation, {NULL, 0}};
	struct rt_problem_context context = {.faults = faults};
	struct rt_str s = text(400, &p, &context);
	const char *at = memmem(s.p, s.n, "\"errors\":", 9);

	CHECK(memmem(s.p, s.n, "\"status\":400", 12) != NULL);
	CHECK(at != NULL);
	return (struct rt_str){at + 9, s.n - (size_t)(at + 9 - s.p) - 1};
}

TEST(faults_are_listed)
{
	struct rt_json_error err;
	struct rt_check c = {.arena = arena(), .in = RT_IN_BODY};

	CHECK_STR(errors(&c), "[]");
	c.root = rt_json_parse(arena(), RT_LIT("[1]"), NULL, &err);
	CHECK(c.root != NULL);
	rt_check_type(&c, c.root + 1, RT_STRING);
	rt_check_type(&c, c.root, RT_STRING);
	c.in = RT_IN_HEADER;
	c.name = "x-a";
	rt_fault(&c, c.root, "required", "'%s' is required", "x-a");
	CHECK_STR(errors(&c),
	    "[{\"in\":\"body\",\"pointer\":\"/0\",\"keyword\":\"type\","
	    "\"message\":\"must be a string, is a number\"},"
	    "{\"in\":\"body\",\"pointer\":\"\",\"keyword\":\"type\","
	    "\"message\":\"must be a string, is an array\"},"
	    "{\"in\":\"header\",\"name\":\"x-a\",\"keyword\":\"required\","
	    "\"message\":\"'x-a' is required\"}]");
}

TEST(no_more_faults_than_were_kept)
{
	struct rt_json_error err;
	struct rt_check c = {.arena = arena(), .in = RT_IN_BODY};
	const struct rt_node *v;

	c.root = rt_json_parse(arena(), RT_LIT("1"), NULL, &err);
	for (int i = 0; i < 100; i++)
		rt_fault(&c, c.root, "x", "y %d", i);
	v = rt_json_parse(arena(), errors(&c), NULL, &err);
	CHECK(v != NULL);
	CHECK_INT(v->n, RT_FAULTS_MAX);
}

TEST(places_have_names)
{
	static const char *const names[] = {"body", "path", "query", "header",
	    "cookie"};

	for (int i = 0; i < 5; i++) {
		struct rt_json_error err;
		struct rt_check c = {
		    .arena = arena(),
		    .in = (enum rt_in)(RT_IN_BODY + i),
		    .name = "n",
		};
		const struct rt_node *v;

		rt_fault(&c, NULL, "x", "y");
		v = rt_json_parse(arena(), errors(&c), NULL, &err);
		CHECK_STR(rt_node_str(rt_node_get(v + 1, "in")), names[i]);
	}
}

TEST(codes_fit_their_status)
{
	static const struct rt_code *const codes[] = {&rt_code_bad_request,
	    &rt_code_malformed_json, &rt_code_unauthorized, &rt_code_forbidden,
	    &rt_code_no_route, &rt_code_method, &rt_code_not_acceptable,
	    &rt_code_too_large, &rt_code_uri_too_long, &rt_code_media_type,
	    &rt_code_expectation, &rt_code_validation, &rt_code_internal,
	    &rt_code_not_implemented, &rt_code_unavailable};
	static const int statuses[] = {400, 400, 401, 403, 404, 405, 406, 413,
	    414, 415, 417, 422, 500, 501, 503};

	for (size_t i = 0; i < RT_LEN(codes); i++) {
		CHECK_INT(codes[i]->status, statuses[i]);
		CHECK(codes[i]->name[0] != '\0');
		CHECK(codes[i]->title[0] != '\0');
	}
}
