#include "runtime/message.h"

#include "runtime/topic.h"
#include "runtime/topic_part.h"

#include "tests/unit/ws_fixture.h"

/* Nobody has one here. */
bool
rt_call_start(struct rt_server *s, const struct rt_own_call *own)
{
	(void)s, (void)own;
	return false;
}

/* --- Two operations: one whose server sends problems, and one's does not --- */

/* Clients send small numbers. */
static void
check_number(struct rt_check *c, const struct rt_node *v)
{
	rt_check_type(c, v, RT_INTEGER);
	rt_check_maximum(c, v, "9");
}

static void
check_text(struct rt_check *c, const struct rt_node *v)
{
	rt_check_type(c, v, RT_STRING);
}

static void
check_any(struct rt_check *c, const struct rt_node *v)
{
	rt_check_type(c, v, RT_STRING | RT_OBJECT);
}

static void (*handle)(struct rt_call *);

static void
run(struct rt_call *c)
{
	handle(c);
}

static const struct rt_ws_def polite = {
    .message_max = 100,
    .receive = check_number,
    .send = check_any,
};
static const struct rt_ws_def strict = {
    .message_max = 100,
    .receive = check_number,
    .send = check_text,
};
static const struct rt_op ops[] = {
    {
	.id = "polite",
	.method = RT_GET,
	.path = "/polite",
	.websocket = &polite,
	.run = run,
    },
    {
	.id = "strict",
	.method = RT_GET,
	.path = "/strict",
	.websocket = &strict,
	.run = run,
    },
};
static const struct rt_op *const list[] = {&ops[0], &ops[1]};
static const struct rt_api api = {.ops = list, .n_ops = RT_LEN(list)};

static void
play(const char *path, void (*fn)(struct rt_call *), const struct rt_str *lines)
{
	static char request[512];

	if (server.api == NULL)
		open_server(&api);
	server.check_answers = true;
	call_wire = &wire;
	n_sent = 0;
	handle = fn;
	script = lines;
	snprintf(request, sizeof(request), "GET %s%s", path,
	    strchr(handshake, '\n'));
	CHECK_INT(ask(request), 101);
}

/* A frame under a mask of zeros; shorter than 126 bytes. */
#define SAID(first, text) \
	{ \
		first "\0\0\0\0" text, 6 + sizeof(text) - 1 \
	}
#define GONE \
	{ \
		NULL, 0 \
	}

static bool
has_sent(const char *text)
{
	return memmem(sent, n_sent, text, strlen(text)) != NULL;
}

static unsigned
close_code(void)
{
	return call->ws->code;
}

/* --- Receiving --- */

static int64_t numbers[8];
static size_t n_numbers;

static void
count(struct rt_call *c)
{
	const struct rt_node *v;

	n_numbers = 0;
	CHECK(rt_ws_accept(c));
	while ((v = rt_message_receive(c)) != NULL) {
		CHECK(n_numbers < RT_LEN(numbers));
		numbers[n_numbers++] = rt_read_int(v);
	}
	CHECK(rt_message_receive(c) == NULL);
}

TEST(what_breaks_the_schema_is_answered_with_a_problem)
{
	static const struct rt_str lines[] = {SAID("\x81\x81", "7"),
	    SAID("\x81\x82", "10"), SAID("\x81\x81", "8"), GONE};

	play("/polite", count, lines);
	CHECK_INT(n_numbers, 2);
	CHECK_INT(numbers[0], 7);
	CHECK_INT(numbers[1], 8);
	CHECK(has_sent("\"code\":\"VALIDATION_ERROR\""));
	CHECK(has_sent("\"status\":422"));
	CHECK(has_sent("\"pointer\":\"\",\"keyword\":\"maximum\""));
	CHECK(has_sent("\"instance\":\"/polite\""));
	CHECK(call->failure.p == NULL);
}

TEST(what_is_no_json_is_answered_with_a_problem)
{
	static const struct rt_str lines[] = {SAID("\x81\x81", "["),
	    SAID("\x81\x80", ""), SAID("\x81\x81", "3"), GONE};

	play("/polite", count, lines);
	CHECK_INT(n_numbers, 1);
	CHECK(has_sent("\"code\":\"MALFORMED_JSON\""));
	CHECK(has_sent("\"status\":400"));
}

TEST(where_the_server_sends_no_problems_the_socket_ends)
{
	static const struct rt_str wrong[] = {SAID("\x81\x82", "10"),
	    SAID("\x81\x81", "1"), GONE};
	static const struct rt_str none[] = {SAID("\x81\x81", "["), GONE};

	play("/strict", count, wrong);
	CHECK_INT(n_numbers, 0);
	CHECK_INT(close_code(), 1008);
	CHECK(!has_sent("VALIDATION_ERROR"));
	play("/strict", count, none);
	CHECK_INT(close_code(), 1008);
	CHECK(has_sent("The message is not JSON"));
}

TEST(a_binary_message_ends_the_socket)
{
	static const struct rt_str lines[] = {SAID("\x82\x81", "7"), GONE};

	play("/polite", count, lines);
	CHECK_INT(n_numbers, 0);
	CHECK_INT(close_code(), 1003);
}

/* --- Sending --- */

static void
send_number(struct rt_call *c)
{
	struct rt_message m;

	CHECK(rt_ws_accept(c));
	rt_write_int(rt_message_begin(&m, c, c->op), 1);
	CHECK(!rt_message_send(&m));
	CHECK(!rt_message_publish(&m, RT_LIT("a")));
	CHECK(!rt_message_missed(&m));
}

TEST(what_the_contract_does_not_send_is_not_sent)
{
	static const struct rt_str lines[] = {GONE};

	play("/strict", send_number, lines);
	CHECK_STR(call->failure,
	    "strict: a message breaks the contract: \"\": type: must be a "
	    "string, is a number");
}

static void
send_text(struct rt_call *c)
{
	const struct rt_problem p = {&rt_code_forbidden, RT_LIT("No.")};
	struct rt_message m;

	CHECK(rt_ws_accept(c));
	rt_write_str(rt_message_begin(&m, c, c->op), RT_LIT("hello"));
	CHECK(rt_message_send(&m));
	CHECK(rt_message_problem(c, &p));
}

TEST(messages_and_problems_are_sent)
{
	static const struct rt_str lines[] = {GONE};

	play("/polite", send_text, lines);
	CHECK(has_sent("\x81\x07\"hello\""));
	CHECK(has_sent("\"code\":\"PERMISSION_DENIED\""));
	CHECK(has_sent("\"status\":403"));
}

/* --- Topics --- */

static void
subscribe(struct rt_call *c)
{
	CHECK_INT(rt_topic_subscribe(c, RT_LIT("a")), RT_SUBSCRIBE_FAILED);
	CHECK_STR(c->failure, "topics: polite has accepted no socket");
	c->failure = rt_str(NULL);
	CHECK(rt_ws_accept(c));
	/* Without a database nothing is heard. */
	CHECK_INT(rt_topic_subscribe(c, RT_LIT("a")), RT_SUBSCRIBE_FAILED);
	CHECK(c->unavailable);
	CHECK(!rt_topic_has_subscribers(RT_LIT("a")));
	rt_topic_unsubscribe(c, RT_LIT("a"));
	rt_topic_unsubscribe(c, rt_str(NULL));
	rt_topic_trust(c, RT_LIT("a"));
	CHECK_INT(rt_topic_subscribe(c, RT_LIT("")), RT_SUBSCRIBE_FAILED);
	CHECK(rt_topic_missed(c, RT_LIT("1")));
	CHECK(rt_topic_missed(c, RT_LIT("1")));
	CHECK(rt_topic_missed(c, RT_LIT("2")));
	rt_topic_miss(rt_str(NULL));
	CHECK_INT(n_sent, 0);
}

TEST(without_a_bus_nobody_subscribes)
{
	static const struct rt_str lines[] = {GONE};

	play("/polite", subscribe, lines);
}

TEST(names_of_topics)
{
	char name[RT_TOPIC_MAX + 1];

	memset(name, 'x', sizeof(name));
	CHECK(rt_topic_is_name(RT_LIT("list:1")));
	CHECK(rt_topic_is_name(RT_LIT("\xc3\xa9 \"'{}")));
	CHECK(rt_topic_is_name((struct rt_str){name, RT_TOPIC_MAX}));
	CHECK(!rt_topic_is_name((struct rt_str){name, RT_TOPIC_MAX + 1}));
	CHECK(!rt_topic_is_name(RT_LIT("")));
	CHECK(!rt_topic_is_name(RT_LIT("a\nb")));
	CHECK(!rt_topic_is_name(RT_LIT("a\x7f")));
	CHECK(!rt_topic_is_name((struct rt_str){"a\0b", 3}));
	CHECK(!rt_topic_is_name(RT_LIT("\xff")));
}
