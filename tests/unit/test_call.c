#include "runtime/coro.h"

#include "tests/unit/call_fixture.h"

static void (*handler)(struct rt_call *);

static void
run(struct rt_call *c)
{
	handler(c);
}

static const struct rt_content contents[] = {
    {"application/json", NULL},
    {"application/octet-stream", NULL},
    {.media = NULL},
};
static const struct rt_answer answers[] = {
    {.status = 200, .contents = contents},
    {.status = 204},
};
static const struct rt_body bodies[] = {
    {"application/json", RT_BODY_JSON, NULL, 0}, {.media = NULL}};
static const struct rt_op op = {
    .id = "post_thing",
    .method = RT_POST,
    .path = "/thing",
    .where = "openapi.yaml:1",
    .bodies = bodies,
    .body_max = 1000000,
    .body_required = true,
    .invalid_status = 422,
    .answers = answers,
    .n_answers = RT_LEN(answers),
    .run = run,
};
static const struct rt_op op_400 = {
    .id = "put_thing",
    .method = RT_PUT,
    .path = "/thing",
    .where = "openapi.yaml:2",
    .invalid_status = 400,
    .answers = answers,
    .n_answers = RT_LEN(answers),
    .run = run,
};
static const struct rt_op *const ops[] = {&op, &op_400};
static const struct rt_api api = {.title = "T", .ops = ops, .n_ops = 2};

static int
handle(void (*fn)(struct rt_call *), const char *request)
{
	if (server.api == NULL)
		open_server(&api);
	handler = fn;
	return ask(request);
}

static int
post(void (*fn)(struct rt_call *))
{
	return handle(fn, "POST /thing");
}

/* --- Requests --- */

TEST(request_headers)
{
	open_server(&api);
	take_request(RT_LIT("GET /\nX-A:  one\t\nx-a: two\nX-Empty:\n"));
	CHECK_STR(rt_request_header(call, "x-A"), "one");
	CHECK_STR(rt_request_header(call, "X-Empty"), "");
	CHECK(rt_request_header(call, "X-Empty").p != NULL);
	CHECK(rt_request_header(call, "X").p == NULL);
}

TEST(many_request_headers)
{
	char name[16], value[16];

	open_server(&api);
	take_request(RT_LIT("GET /"));
	for (int i = 0; i < 100; i++) {
		snprintf(name, sizeof(name), "X-%d", i);
		snprintf(value, sizeof(value), "v%d", i);
		rt_request_add_header(call, rt_str(name), rt_str(value));
	}
	CHECK_INT(call->req.headers.n, 100);
	for (int i = 0; i < 100; i++) {
		snprintf(name, sizeof(name), "x-%d", i);
		snprintf(value, sizeof(value), "v%d", i);
		CHECK_STR(rt_request_header(call, name), value);
	}
}

TEST(request_cookies)
{
	open_server(&api);
	take_request(RT_LIT(
	    "GET /\nX-Cookie: h=1\nCookie: a=1;b = 2 ;  c=\"3\"; d; e=\"; "
	    "f==\ncookie: g=7; a=8\n"));
	CHECK_STR(rt_request_cookie(call, "a"), "1");
	CHECK_STR(rt_request_cookie(call, "b"), "2");
	CHECK_STR(rt_request_cookie(call, "c"), "3");
	CHECK_STR(rt_request_cookie(call, "d"), "");
	CHECK_STR(rt_request_cookie(call, "e"), "\"");
	CHECK_STR(rt_request_cookie(call, "f"), "=");
	CHECK_STR(rt_request_cookie(call, "g"), "7");
	CHECK(rt_request_cookie(call, "A").p == NULL);
	CHECK(rt_request_cookie(call, "h").p == NULL);
}

/* --- Answers --- */

static void
reply_object(struct rt_call *c)
{
	struct rt_writer *w;

	rt_header(c, "X-Before", RT_LIT("1"));
	w = rt_reply_json(c, 200, "application/json");
	rt_write_open_object(w);
	rt_write_key(w, "n");
	rt_write_int(w, 1);
	rt_write_close_object(w);
	rt_header_int(c, "X-Count", -12);
}

static void
reply_twice(struct rt_call *c)
{
	reply_object(c);
	rt_reply_empty(c, 204);
}

static void
reply_bytes(struct rt_call *c)
{
	rt_reply_bytes(c, 200, "application/octet-stream",
	    (struct rt_str){"a\0b", 3});
}

static void
reply_then_fail(struct rt_call *c)
{
	reply_object(c);
	rt_fail(c, "disk %d is full", 3);
	rt_fail(c, "and then this");
	rt_reply_failed(c);
}

static void
just_fail(struct rt_call *c)
{
	rt_reply_failed(c);
}

TEST(json_answers)
{
	CHECK_INT(post(reply_object), 200);
	CHECK_STR(rt_buf_str(&call->res.body), "{\"n\":1}");
	CHECK(strcmp(call->res.media, "application/json") == 0);
	CHECK_STR(answer_header("X-Before"), "1");
	CHECK_STR(answer_header("X-Count"), "-12");
}

TEST(a_second_answer_replaces_the_first)
{
	CHECK_INT(post(reply_twice), 204);
	CHECK(call->res.media == NULL);
	CHECK_INT(call->res.body.n, 0);
	CHECK(!has_header("X-Count"));
	CHECK(!has_header("X-Before"));
}

TEST(answers_of_bytes)
{
	CHECK_INT(post(reply_bytes), 200);
	CHECK_INT(call->res.body.n, 3);
	CHECK(memcmp(call->res.body.p, "a\0b", 3) == 0);
}

TEST(failures)
{
	CHECK_INT(post(reply_then_fail), 500);
	CHECK_PROBLEM(500, "INTERNAL_ERROR");
	CHECK_STR(answer_at("/detail"), "An unexpected error occurred");
	CHECK(memmem(call->res.body.p, call->res.body.n, "disk", 4) == NULL);
	CHECK_STR(call->failure, "disk 3 is full");
	CHECK(!has_header("X-Count"));
	CHECK_INT(post(just_fail), 500);
	CHECK(call->failure.p != NULL);
}

static void
reply_undeclared(struct rt_call *c)
{
	rt_reply_undeclared(c, 299);
}

static void
lose_the_database_and_forget(struct rt_call *c)
{
	CHECK(!rt_fail_unavailable(c, "no database"));
	CHECK(!rt_fail(c, "and then this"));
}

static void
lose_the_database_and_answer_wrongly(struct rt_call *c)
{
	rt_fail_unavailable(c, "no database");
	rt_reply_empty(c, 299);
}

TEST(a_bug_is_not_worth_a_retry)
{
	CHECK_INT(post(lose_the_database_and_forget), 500);
	CHECK_STR(call->failure, "no database");
	CHECK_INT(post(lose_the_database_and_answer_wrongly), 500);
}

TEST(undeclared_answers)
{
	CHECK_INT(post(reply_undeclared), 500);
	CHECK_STR(call->failure,
	    "post_thing: the handler answered 299, which is not declared");
}

/* --- Headers of answers --- */

static struct rt_str header_value;
static const char *header_name = "X-Value";

static void
reply_with_header(struct rt_call *c)
{
	rt_reply_empty(c, 204);
	rt_header(c, header_name, header_value);
}

static int
header_of(struct rt_str value)
{
	header_value = value;
	return post(reply_with_header);
}

TEST(headers_can_t_be_split)
{
	static const struct rt_str bad[] = {
	    {"a\r\nSet-Cookie: x=1", 18},
	    {"a\nb", 3},
	    {"a\rb", 3},
	    {"a\0b", 3},
	    {"\n", 1},
	    {"a\x7f", 2},
	    {"\x01", 1},
	};

	for (unsigned i = 0; i < RT_LEN(bad); i++) {
		CHECK_INT(header_of(bad[i]), 500);
		CHECK_PROBLEM(500, "INTERNAL_ERROR");
		CHECK(!has_header("X-Value"));
		CHECK_STR(call->failure,
		    "the header X-Value has a value that can't be sent");
	}
	CHECK_INT(header_of(RT_LIT("a\tb \xc3\xbc")), 204);
	CHECK_STR(answer_header("X-Value"), "a\tb \xc3\xbc");
	CHECK_INT(header_of(RT_LIT("")), 204);
	CHECK(answer_header("X-Value").p != NULL);
	header_name = "X: y";
	CHECK_INT(header_of(RT_LIT("a")), 500);
}

TEST(an_answer_is_framed_by_the_server)
{
	static const char *const names[] = {"Content-Length",
	    "transfer-encoding", "Connection"};

	for (unsigned i = 0; i < RT_LEN(names); i++) {
		header_name = names[i];
		CHECK_INT(header_of(RT_LIT("1")), 500);
		CHECK(!has_header(names[i]));
	}
}

static void
reply_with_bad_header_then_again(struct rt_call *c)
{
	rt_header(c, "X-Value", RT_LIT("\n"));
	rt_reply_empty(c, 204);
}

TEST(a_bad_header_is_not_forgotten)
{
	CHECK_INT(post(reply_with_bad_header_then_again), 500);
}

static char lent[] = "lent";

static void
reply_with_lent_header(struct rt_call *c)
{
	rt_reply_empty(c, 204);
	rt_header(c, "X-Value", rt_str(lent));
	lent[0] = '\n';
}

TEST(header_values_are_copied)
{
	CHECK_INT(post(reply_with_lent_header), 204);
	CHECK_STR(answer_header("X-Value"), "lent");
}

static void
reply_with_many_headers(struct rt_call *c)
{
	rt_reply_empty(c, 204);
	for (int i = 0; i < 50; i++)
		rt_header_int(c, "X-N", i);
}

TEST(many_headers)
{
	char text[16];

	CHECK_INT(post(reply_with_many_headers), 204);
	for (unsigned i = 0; i < 50; i++) {
		snprintf(text, sizeof(text), "%u", i);
		CHECK_STR(answer_header_at("X-N", i), text);
	}
}

/* --- Invalid input --- */

static unsigned n_faults;

static void
find_faults(struct rt_call *c)
{
	struct rt_param p = {
	    .in = RT_IN_QUERY,
	    .types = RT_STRING,
	    .required = true,
	};

	for (unsigned i = 0; i < n_faults; i++) {
		p.name = rt_arena_printf(c->arena, "a%u%c", i, '\0').p;
		rt_param(c, &p);
	}
	CHECK(!rt_valid(c));
	rt_reply_invalid(c);
}

static void
read_body(struct rt_call *c)
{
	rt_body(c);
	if (rt_valid(c))
		rt_reply_empty(c, 204);
	else
		rt_reply_invalid(c);
}

TEST(one_fault)
{
	n_faults = 1;
	CHECK_INT(post(find_faults), 422);
	CHECK_PROBLEM(422, "VALIDATION_ERROR");
	CHECK_STR(answer_at("/status"), "422");
	CHECK_STR(answer_at("/detail"), "The request has 1 fault.");
	CHECK_STR(answer_at("/errors/0/name"), "a0");
	CHECK_STR(answer_at("/errors/0/keyword"), "required");
	CHECK(rt_node_at(answer_json(), RT_LIT("/errors/1")) == NULL);
}

TEST(many_faults)
{
	n_faults = RT_FAULTS_MAX;
	CHECK_INT(post(find_faults), 422);
	CHECK_STR(answer_at("/detail"), "The request has 16 faults.");
	n_faults = RT_FAULTS_MAX + 4;
	CHECK_INT(post(find_faults), 422);
	CHECK_STR(answer_at("/detail"),
	    "The request has 20 faults; the first 16 are listed.");
	CHECK(rt_node_at(answer_json(), RT_LIT("/errors/15")) != NULL);
	CHECK(rt_node_at(answer_json(), RT_LIT("/errors/16")) == NULL);
}

TEST(the_operation_chooses_the_status)
{
	n_faults = 1;
	CHECK_INT(handle(find_faults, "PUT /thing"), 400);
	CHECK_PROBLEM(400, "VALIDATION_ERROR");
}

TEST(malformed_bodies)
{
	static const char head[] =
	    "POST /thing\nContent-Type: application/json\n\n";
	char text[256];

	snprintf(text, sizeof(text), "%s{\"a\":}", head);
	CHECK_INT(handle(read_body, text), 400);
	CHECK_PROBLEM(400, "MALFORMED_JSON");
	CHECK(rt_str_starts(answer_at("/detail"),
	    "The body is not JSON: line 1, column "));
	CHECK(rt_node_at(answer_json(), RT_LIT("/errors")) == NULL);
	CHECK_INT(handle(read_body, head), 422);
	CHECK_STR(answer_at("/errors/0/pointer"), "");
	CHECK_STR(answer_at("/errors/0/keyword"), "required");
	snprintf(text, sizeof(text), "%s{}", head);
	CHECK_INT(handle(read_body, text), 204);
}

/* --- The life of a call --- */

static char order[16];

static void
note(void *arg)
{
	strcat(order, arg);
}

static void
note_and_defer(void *arg)
{
	rt_defer(call, note, arg);
}

TEST(deferred_work_runs_last_in_first_out)
{
	static char one[] = "1", two[] = "2", three[] = "3";

	open_server(&api);
	take_request(RT_LIT("GET /"));
	rt_defer(call, note, one);
	rt_defer(call, note_and_defer, two);
	rt_defer(call, note, three);
	CHECK(order[0] == '\0');
	rt_call_close(call);
	CHECK(strcmp(order, "321") == 0);
}

TEST(a_new_call)
{
	open_server(&api);
	take_request(RT_LIT("GET /"));
	CHECK_INT(call->began_us, clock_us);
	CHECK(call->check.patterns == server.patterns);
	CHECK(call->check.arena == call->arena);
	CHECK(rt_valid(call));
}

TEST(deadlines)
{
	open_server(&api);
	handler = just_fail;
	take_request(RT_LIT("POST /thing"));
	rt_call_run(call);
	CHECK_INT(call->deadline_us, clock_us + 30000 * 1000);
	take_request(RT_LIT("POST /thing"));
	call->deadline_us = 5;
	rt_call_run(call);
	CHECK_INT(call->deadline_us, 5);
}

TEST(texts)
{
	struct rt_str s;

	open_server(&api);
	take_request(RT_LIT("GET /"));
	s = rt_printf(call, "%d-%s", 7, "x");
	CHECK_STR(s, "7-x");
	CHECK(s.p[s.n] == '\0');
	CHECK(rt_call_api(call) == &api);
}

/* --- Memory --- */

static void
take_all_memory(struct rt_call *c)
{
	rt_reply_empty(c, 204);
	for (;;)
		rt_arena_new(c->arena, 1 << 20);
}

static void
write_all_memory(struct rt_call *c)
{
	struct rt_writer *w = rt_reply_json(c, 200, "application/json");

	rt_write_open_array(w);
	for (unsigned i = 0; i < 100000000 && !c->res.body.full; i++)
		rt_write_int(w, 12345678);
}

static void
run_call(void *arg)
{
	rt_call_run(arg);
}

/* As serve.c runs a call. */
static int
run_on_coroutine(void (*fn)(struct rt_call *))
{
	open_server(&api);
	take_request(RT_LIT("POST /thing\nX-Request-ID: abc\n"));
	handler = fn;
	call->coro = rt_coro_new(run_call, call);
	CHECK(call->coro != NULL);
	CHECK(rt_coro_resume(call->coro));
	rt_coro_free(call->coro);
	return call->res.status;
}

static void
check_last_answer(void)
{
	struct rt_json_error err;
	struct rt_arena *arena = rt_arena_open(65536, NULL, NULL);
	const struct rt_node *v = rt_json_parse(arena,
	    rt_buf_str(&call->res.body), &rt_json_default_limits, &err);
	struct rt_time time;

	CHECK(v != NULL);
	CHECK_STR(rt_node_str(rt_node_get(v, "code")), "INTERNAL_ERROR");
	CHECK_STR(rt_node_str(rt_node_get(v, "trace_id")), "abc");
	CHECK(strcmp(call->res.media, "application/problem+json") == 0);
	CHECK_STR(answer_header("X-Error-Code"), "INTERNAL_ERROR");
	CHECK_STR(answer_header("X-Request-ID"), "abc");
	CHECK_STR(answer_header("X-Content-Type-Options"), "nosniff");
	CHECK(rt_time_parse(rt_node_str(rt_node_get(v, "timestamp")), &time));
	CHECK_STR(call->failure, "the call needs too much memory");
	rt_arena_close(arena);
}

TEST(a_call_that_needs_too_much_memory)
{
	static char done[] = "x";

	CHECK_INT(run_on_coroutine(take_all_memory), 500);
	check_last_answer();
	rt_defer(call, note, done);
	rt_call_close(call);
	CHECK(strcmp(order, "x") == 0);
}

TEST(an_answer_that_needs_too_much_memory)
{
	CHECK_INT(run_on_coroutine(write_all_memory), 500);
	CHECK(call->failure.n > 0);
}
