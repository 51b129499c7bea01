/* Bodies that come after their head, on a wire that has them ready. */
#include "runtime/stream.h"
#include "tests/unit/call_fixture.h"

static unsigned received, handled;
static struct rt_str coming; /* absent: there is an answer instead */
static int64_t takes_us;

static bool
receive(struct rt_call *c)
{
	static const struct rt_code late = {"REQUEST_TIMEOUT", "Timeout", 408};
	struct rt_problem p = {.code = &late, .detail = RT_LIT("Too slow.")};

	received++;
	CHECK(c->req.body_pending);
	CHECK(c->op != NULL);
	CHECK_INT(c->deadline_us, 0);
	clock_us += takes_us;
	c->req.body = coming;
	if (coming.p == NULL)
		rt_reply_problem(c, 408, &p);
	return coming.p != NULL;
}

static const struct rt_wire wire = {.receive = receive};

static void
run(struct rt_call *c)
{
	struct rt_str type = RT_LIT("none");

	handled++;
	if (rt_body_kind(c) != 0)
		type = rt_str(c->op->bodies[rt_body_kind(c) - 1].media);
	rt_reply_bytes(c, 200, "text/plain",
	    rt_printf(c, "%.*s:%.*s", RT_FMT(type), RT_FMT(c->req.body)));
}

static const struct rt_answer ok[] = {{.status = 200}};
static const struct rt_body bodies[] = {
    {"application/json", RT_BODY_JSON, NULL, 0},
    {"text/plain", RT_BODY_TEXT, NULL, 0},
    {.media = NULL},
};
static const struct rt_op post_thing = {
    .id = "post_thing",
    .method = RT_POST,
    .path = "/things",
    .where = "openapi.yaml:1",
    .bodies = bodies,
    .body_max = 10,
    .answers = ok,
    .n_answers = 1,
    .run = run,
};
static const struct rt_op get_thing = {
    .id = "get_thing",
    .method = RT_GET,
    .path = "/things",
    .where = "openapi.yaml:2",
    .answers = ok,
    .n_answers = 1,
    .run = run,
};
static const struct rt_op *const ops[] = {&post_thing, &get_thing};
static const struct rt_api api = {
    .title = "Things",
    .ops = ops,
    .n_ops = RT_LEN(ops),
};

enum { CHUNKS = -1 };

/* The request's head is there, its body is to come: so many bytes. */
static int
ask_pending(const char *head, int length, struct rt_str body)
{
	if (server.api == NULL)
		open_server(&api);
	server.check_answers = false;
	call_wire = &wire;
	coming = body;
	take_request(rt_str(head));
	call->req.body_pending = true;
	call->req.length_known = length != CHUNKS;
	call->req.length = length == CHUNKS ? 0 : (uint64_t)length;
	rt_call_run(call);
	return call->res.status;
}

TEST(the_body_is_there_when_the_operation_runs)
{
	CHECK_INT(ask_pending("POST /things\nContent-Type: application/json\n",
		      2, RT_LIT("{}")),
	    200);
	CHECK_STR(rt_buf_str(&call->res.body), "application/json:{}");
	CHECK(!call->req.body_pending);
	CHECK_INT(ask_pending("POST /things\nContent-Type: application/json\n",
		      CHUNKS, RT_LIT("[]")),
	    200);
	CHECK_STR(rt_buf_str(&call->res.body), "application/json:[]");
	CHECK_INT(received, 2);
}

/* Then no byte of it is asked for, nor is 100 Continue answered. */
TEST(a_request_that_is_refused_by_its_head_does_not_wait)
{
	static const struct {
		const char *head;
		int length, status;
	} rows[] = {
	    {"POST /none\nContent-Type: application/json\n", 2, 404},
	    {"PUT /things\nContent-Type: application/json\n", 2, 405},
	    {"POST /things\nContent-Type: application/json\nExpect: x\n", 2,
		417},
	    {"POST /things\nContent-Type: image/png\n", 2, 415},
	    {"POST /things\nContent-Type: image/png\n", CHUNKS, 415},
	    {"POST /things\n", 2, 415},
	    {"POST /things\n", CHUNKS, 415},
	    {"POST /things\nContent-Type: application/json\n", 11, 413},
	    {"GET /things\n", 2, 415},
	    {"GET /things\nExpect: 100-continue\n", CHUNKS, 415},
	};

	for (size_t i = 0; i < RT_LEN(rows); i++)
		CHECK_INT(
		    ask_pending(rows[i].head, rows[i].length, RT_LIT("{}")),
		    rows[i].status);
	CHECK_INT(received, 0);
	CHECK_INT(handled, 0);
}

TEST(a_body_of_the_largest_size_is_taken)
{
	CHECK_INT(ask_pending("POST /things\nContent-Type: application/json\n",
		      10, RT_LIT("[12345678]")),
	    200);
}

TEST(a_body_that_never_comes_has_the_answer_of_its_wire)
{
	CHECK_INT(ask_pending("POST /things\nContent-Type: application/json\n",
		      2, rt_str(NULL)),
	    408);
	CHECK_INT(handled, 0);
	CHECK_STR(answer_at("/code"), "REQUEST_TIMEOUT");
	CHECK(has_header("X-Request-ID"));
}

/* As of a body that was there from the beginning. */
TEST(chunks_without_a_byte_are_no_body)
{
	CHECK_INT(ask_pending("GET /things\n", CHUNKS, RT_LIT("")), 200);
	CHECK_STR(rt_buf_str(&call->res.body), "none:");
	CHECK_INT(ask_pending("GET /things\n", CHUNKS, RT_LIT("x")), 415);
	CHECK_INT(ask_pending("POST /things\nContent-Type: application/json\n",
		      CHUNKS, RT_LIT("")),
	    200);
	CHECK_STR(rt_buf_str(&call->res.body), "none:");
	CHECK_INT(ask_pending("POST /things\nContent-Type: text/plain\n",
		      CHUNKS, RT_LIT("")),
	    200);
	CHECK_STR(rt_buf_str(&call->res.body), "text/plain:");
	CHECK_INT(received, 4);
}

TEST(the_call_s_time_stands_still_while_the_client_sends)
{
	int64_t began_us = clock_us;

	if (server.api == NULL)
		open_server(&api);
	server.request_timeout_ms = 1000;
	takes_us = 5000000;
	CHECK_INT(ask_pending("POST /things\nContent-Type: text/plain\n", 2,
		      RT_LIT("ab")),
	    200);
	CHECK_INT(call->deadline_us, began_us + 6000000);
}
