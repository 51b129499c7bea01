#include "tests/unit/call_fixture.h"

static const struct rt_body bodies[] = {
    {"application/json", RT_BODY_JSON, NULL, 0},
    {"text/plain", RT_BODY_TEXT, NULL, 0},
    {"image/*", RT_BODY_BYTES, NULL, 0},
    {.media = NULL},
};
static const struct rt_op op = {.id = "post_thing",
    .bodies = bodies,
    .body_required = true};
static const struct rt_op op_optional = {.id = "put_thing", .bodies = bodies};

/* The body as row `row` of the operation's table. */
static const struct rt_node *
take(unsigned row, const char *bytes)
{
	static const struct rt_api api = {.title = "T"};

	if (server.api == NULL)
		open_server(&api);
	take_request(RT_LIT("POST /x\nContent-Type: image/png\n"));
	call->op = &op;
	call->body = &bodies[row];
	call->req.body = rt_str(bytes);
	return rt_body(call);
}

TEST(json_bodies)
{
	const struct rt_node *v = take(0, "{\"a\":[1]}");

	CHECK(v != NULL && v->type == RT_OBJECT);
	CHECK(rt_valid(call));
	CHECK(call->check.root == v);
	CHECK_INT(call->check.in, RT_IN_BODY);
	CHECK(call->check.name == NULL);
	CHECK_INT(rt_body_kind(call), 1);
}

TEST(bodies_of_bytes)
{
	const struct rt_node *v = take(2, "\xff\x01");

	CHECK(v != NULL && v->type == RT_STRING);
	CHECK_STR(rt_node_str(v), "\xff\x01");
	CHECK(v->p == call->req.body.p);
	CHECK_STR(rt_read_file(v).media, "image/png");
	CHECK(rt_read_file(v).name.p == NULL);
	CHECK_INT(rt_body_kind(call), 3);
}

TEST(absent_bodies)
{
	(void)take(0, "1");
	call->body = NULL;
	CHECK(rt_body(call) == NULL);
	CHECK(!rt_valid(call));
	CHECK(!call->malformed);
	CHECK_INT(call->check.faults[0].in, RT_IN_BODY);
	CHECK(strcmp(call->check.faults[0].keyword, "required") == 0);
	CHECK_STR(call->check.faults[0].pointer, "");
	CHECK(call->check.faults[0].name.p == NULL);
	CHECK_INT(rt_body_kind(call), 0);
	(void)take(0, "1");
	call->body = NULL;
	call->op = &op_optional;
	CHECK(rt_body(call) == NULL);
	CHECK(rt_valid(call));
}

TEST(malformed_bodies)
{
	CHECK(take(0, "{\n \"a\": nope}") == NULL);
	CHECK(call->malformed);
	CHECK(!rt_valid(call));
	CHECK_INT(call->check.n, 0);
	CHECK(rt_str_starts(call->malformed_why, "line 2, column "));
}

TEST(texts)
{
	const struct rt_node *v = take(1, "\xc3\xa4");

	CHECK(v != NULL && v->type == RT_STRING && v->span == 1);
	CHECK_STR(rt_node_str(v), "\xc3\xa4");
	CHECK(take(1, "") != NULL);
	CHECK(take(1, "\xc3") == NULL);
	CHECK(call->malformed);
	rt_reply_invalid(call);
	CHECK_PROBLEM(400, "BAD_REQUEST");
	CHECK_STR(answer_at("/detail"),
	    "The body is malformed: it is not UTF-8");
}
