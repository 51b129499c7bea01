#include "runtime/stream.h"

#include "runtime/content.h"

#include "tests/unit/call_fixture.h"

/* --- Framing --- */

/* The bytes of an item given as JSON, or why there are none. */
static struct rt_str
framed(enum rt_framing framing, const char *json)
{
	static struct rt_arena *a;
	struct rt_json_error err;
	const struct rt_node *v;
	struct rt_buf b;
	const char *why;

	if (a == NULL)
		a = rt_arena_open((size_t)1 << 20, NULL, NULL);
	b = rt_buf(a, 4096);
	v = rt_json_parse(a, rt_str(json), &rt_json_default_limits, &err);
	CHECK(v != NULL);
	if (!rt_stream_frame(&b, framing, rt_str(json), v, &why))
		return rt_str(why);
	return rt_buf_str(&b);
}

TEST(lines_have_one_item_each)
{
	CHECK_STR(framed(RT_FRAMING_LINES, "{\"a\":1}"), "{\"a\":1}\n");
	CHECK_STR(framed(RT_FRAMING_LINES, "\"a\\nb\""), "\"a\\nb\"\n");
	CHECK_STR(framed(RT_FRAMING_LINES, "{\r\n\t\"a\":\n1}"),
	    "{   \"a\": 1}\n");
}

TEST(texts_of_a_sequence_begin_with_a_separator)
{
	CHECK_STR(framed(RT_FRAMING_SEQUENCE, "[1,\n2]"), "\x1e[1, 2]\n");
	CHECK_STR(framed(RT_FRAMING_SEQUENCE, "true"), "\x1etrue\n");
}

TEST(the_data_of_an_event)
{
	CHECK_STR(framed(RT_FRAMING_EVENTS, "{\"a\":1}"),
	    "data: {\"a\":1}\n\n");
	CHECK_STR(framed(RT_FRAMING_EVENTS, "[1,\n2]"),
	    "data: [1,\ndata: 2]\n\n");
	CHECK_STR(framed(RT_FRAMING_EVENTS, "\"\""), "data: \n\n");
	CHECK_STR(framed(RT_FRAMING_EVENTS, "\"a\\n\\nevent: b\""),
	    "data: a\ndata: \ndata: event: b\n\n");
	CHECK_STR(framed(RT_FRAMING_EVENTS, "\"a\\r\\nb\\rc\\n\""),
	    "data: a\ndata: b\ndata: c\ndata: \n\n");
	CHECK_STR(framed(RT_FRAMING_EVENTS, "\" a\""), "data:  a\n\n");
}

TEST(the_fields_of_an_event)
{
	CHECK_STR(framed(RT_FRAMING_FIELDS,
		      "{\"data\":\"x\\ny\",\"retry\":5,\"id\":\"7\","
		      "\"event\":\"e\"}"),
	    "event: e\nid: 7\nretry: 5\ndata: x\ndata: y\n\n");
	CHECK_STR(framed(RT_FRAMING_FIELDS, "{\"data\":{\"a\":[1]}}"),
	    "data: {\"a\":[1]}\n\n");
	CHECK_STR(framed(RT_FRAMING_FIELDS, "{\"data\":null,\"id\":null}"),
	    "\n");
}

TEST(a_field_can_t_be_forged)
{
	static const char *const bad[] = {
	    "{\"id\":\"7\\ndata: x\",\"data\":\"\"}",
	    "{\"event\":\"a\\rb\",\"data\":\"\"}",
	    "{\"id\":\"\\u0000\",\"data\":\"\"}",
	};

	for (size_t i = 0; i < RT_LEN(bad); i++)
		CHECK_STR(framed(RT_FRAMING_FIELDS, bad[i]),
		    "a field of the event other than its data has a line "
		    "break or a NUL");
}

TEST(media_types_of_streams)
{
	static const struct {
		const char *type;
		enum rt_framing framing;
	} rows[] = {
	    {"text/event-stream; charset=utf-8", RT_FRAMING_EVENTS},
	    {"application/x-ndjson", RT_FRAMING_LINES},
	    {"Application/JSONL", RT_FRAMING_LINES},
	    {"application/json-seq", RT_FRAMING_SEQUENCE},
	    {"application/json", 0},
	    {"text/plain", 0},
	};
	struct rt_media m;

	for (size_t i = 0; i < RT_LEN(rows); i++) {
		CHECK(rt_media_parse(rt_str(rows[i].type), &m));
		CHECK_INT(rt_stream_framing(&m), rows[i].framing);
	}
}

/* --- Calls, on a wire that keeps what it gets --- */

static char sent[4096];
static size_t n_sent, leaves_at;
static bool stuck;

static void
wire_begin(struct rt_call *c)
{
	n_sent = 0;
	CHECK(c->res.media != NULL);
}

static void
wire_send(struct rt_call *c, struct rt_str s)
{
	(void)c;
	CHECK(n_sent + s.n < sizeof(sent));
	memcpy(sent + n_sent, s.p, s.n);
	n_sent += s.n;
}

static bool
wire_drain(struct rt_call *c)
{
	if (leaves_at != 0 && n_sent >= leaves_at)
		c->cancelled = true;
	return !stuck && !c->cancelled;
}

static bool
wire_pause(struct rt_call *c, int64_t until_us)
{
	CHECK(until_us > clock_us);
	clock_us = until_us;
	return !c->cancelled;
}

static const struct rt_wire wire = {
    .begin = wire_begin,
    .send = wire_send,
    .drain = wire_drain,
    .pause = wire_pause,
};

static struct rt_str
sent_text(void)
{
	return (struct rt_str){sent, n_sent};
}

static void
check_number(struct rt_check *c, const struct rt_node *v)
{
	rt_check_type(c, v, RT_INTEGER);
}

static void (*handler)(struct rt_call *);

static void
run(struct rt_call *c)
{
	handler(c);
}

static const struct rt_content contents[] = {
    {"text/event-stream", check_number},
    {"application/jsonl", check_number},
    {.media = NULL},
};
static const struct rt_answer answers[] = {
    {.status = 200, .contents = contents},
};
static const struct rt_op op = {
    .id = "watch",
    .method = RT_GET,
    .path = "/",
    .where = "openapi.yaml:1",
    .answers = answers,
    .n_answers = RT_LEN(answers),
    .run = run,
};
static const struct rt_op *const ops[] = {&op};
static const struct rt_api api = {.title = "T", .ops = ops, .n_ops = 1};

static int
watch_as(const char *method, void (*fn)(struct rt_call *))
{
	if (server.api == NULL)
		open_server(&api);
	call_wire = &wire;
	server.check_answers = true;
	handler = fn;
	return ask(method);
}

static int
watch(void (*fn)(struct rt_call *))
{
	return watch_as("GET /", fn);
}

static bool
begin(struct rt_call *c, const char *media, enum rt_framing framing)
{
	rt_reply_stream(c, 200, media);
	return rt_stream_begin(c, framing);
}

static bool
begin_events(struct rt_call *c)
{
	return begin(c, "text/event-stream", RT_FRAMING_EVENTS);
}

static bool
send_text(struct rt_call *c, const char *json)
{
	rt_write_raw(rt_stream_item(c), rt_str(json));
	return rt_stream_send(c);
}

static void
send_two(struct rt_call *c)
{
	CHECK(begin_events(c));
	CHECK_INT(c->deadline_us, 0);
	CHECK(send_text(c, "1") && send_text(c, "2"));
}

TEST(items_are_sent_in_order)
{
	CHECK_INT(watch(send_two), 200);
	CHECK_STR(sent_text(), "data: 1\n\ndata: 2\n\n");
	CHECK(call->stream->whole);
	CHECK_INT(call->stream->bytes, 18);
	CHECK(has_header("X-Request-ID"));
	CHECK(call->failure.p == NULL);
}

static void
send_a_text(struct rt_call *c)
{
	CHECK(begin_events(c));
	CHECK(!send_text(c, "\"x\""));
	CHECK(!send_text(c, "1"));
	rt_reply_failed(c);
}

TEST(an_item_is_checked)
{
	CHECK_INT(watch(send_a_text), 200);
	CHECK_STR(sent_text(), "");
	CHECK(!call->stream->whole);
	CHECK(strstr(call->failure.p,
		  "an item of the answer 200 breaks the "
		  "contract: at \"\": type:") != NULL);
}

static void
send_unchecked(struct rt_call *c)
{
	c->server->check_answers = false;
	CHECK(begin_events(c) && send_text(c, "\"x\""));
	CHECK(!send_text(c, "{"));
}

TEST(an_item_that_is_no_json_is_never_sent)
{
	CHECK_INT(watch(send_unchecked), 200);
	CHECK_STR(sent_text(), "data: x\n\n");
	CHECK(!call->stream->whole);
}

static void
begin_undeclared(struct rt_call *c)
{
	CHECK(!begin(c, "application/json-seq", RT_FRAMING_SEQUENCE));
	CHECK(c->stream == NULL);
	rt_reply_failed(c);
}

static void
begin_with_bad_header(struct rt_call *c)
{
	rt_header(c, "X-Value", RT_LIT("a\nb"));
	CHECK(!begin_events(c));
}

static void
begin_twice(struct rt_call *c)
{
	CHECK(begin_events(c));
	CHECK(!begin_events(c));
}

/* What is sent can't be taken back when the transaction is. */
static void
begin_in_transaction(struct rt_call *c)
{
	c->tx = (void *)c;
	CHECK(!begin_events(c));
	CHECK(c->stream == NULL);
	c->tx = NULL;
	rt_reply_failed(c);
}

static void
send_in_transaction(struct rt_call *c)
{
	CHECK(begin_events(c) && send_text(c, "1"));
	c->tx = (void *)c;
	CHECK(!send_text(c, "2"));
	c->tx = NULL;
}

TEST(nothing_is_sent_in_a_transaction)
{
	CHECK_INT(watch(begin_in_transaction), 500);
	CHECK_INT(n_sent, 0);
	CHECK_INT(watch(send_in_transaction), 200);
	CHECK_STR(sent_text(), "data: 1\n\n");
	CHECK(!call->stream->whole);
}

static void
send_without(struct rt_call *c)
{
	CHECK(!send_text(c, "1"));
	CHECK(!rt_stream_pause(c, 1));
}

TEST(a_stream_begins_once_and_as_declared)
{
	CHECK_INT(watch(begin_undeclared), 500);
	CHECK_INT(watch(begin_with_bad_header), 500);
	CHECK_INT(watch(send_without), 500);
	CHECK_INT(watch(begin_twice), 200);
}

static void
fail_later(struct rt_call *c)
{
	send_two(c);
	(void)rt_fail(c, "no database");
	rt_reply_failed(c);
}

static void
answer_later(struct rt_call *c)
{
	send_two(c);
	rt_reply_empty(c, 404);
}

TEST(a_status_can_t_be_taken_back)
{
	CHECK_INT(watch(fail_later), 200);
	CHECK(!call->stream->whole);
	CHECK_STR(call->failure, "no database");
	CHECK_INT(watch(answer_later), 200);
	CHECK(!call->stream->whole);
	CHECK_STR(call->failure,
	    "watch: the handler answered 404 behind the beginning of a "
	    "stream");
}

/* --- Readers --- */

static unsigned n_accepted;

static void
send_until_told(struct rt_call *c)
{
	n_accepted = 0;
	CHECK(begin_events(c));
	while (send_text(c, "1"))
		n_accepted++;
	CHECK(!rt_stream_pause(c, 1000));
	rt_reply_failed(c); /* a handler may call that its failure */
}

TEST(the_handler_is_told_that_nobody_reads)
{
	leaves_at = 27;
	CHECK_INT(watch(send_until_told), 200);
	CHECK_INT(n_accepted, 2);
	CHECK(call->failure.p == NULL);
	leaves_at = 0;
	stuck = true;
	CHECK_INT(watch(send_until_told), 200);
	CHECK(!call->stream->whole);
	CHECK_STR(call->failure, "watch: the client does not read the stream");
	CHECK_INT(n_accepted, 0);
	stuck = false;
	CHECK_INT(watch_as("HEAD /", send_until_told), 200);
	CHECK_INT(n_sent, 0);
	CHECK(call->stream->whole);
}

static void
send_until_the_end(struct rt_call *c)
{
	CHECK(begin_events(c) && send_text(c, "1"));
	c->stream->ending = true;
	CHECK(!rt_stream_pause(c, 1000));
	CHECK(!send_text(c, "2"));
	rt_reply_failed(c);
}

TEST(a_server_that_ends_ends_the_stream)
{
	CHECK_INT(watch(send_until_the_end), 200);
	CHECK_STR(sent_text(), "data: 1\n\n");
	CHECK(call->stream->whole);
}

static void
be_silent(struct rt_call *c)
{
	int64_t began = clock_us;

	CHECK(begin_events(c) && rt_stream_pause(c, 40000));
	CHECK_INT(clock_us - began, 40000000);
	CHECK(rt_stream_pause(c, 4000) && send_text(c, "1"));
}

static void
be_silent_in_lines(struct rt_call *c)
{
	CHECK(begin(c, "application/jsonl", RT_FRAMING_LINES));
	CHECK(rt_stream_pause(c, 40000));
}

TEST(a_silent_stream_of_events_stays_alive)
{
	CHECK_INT(watch(be_silent), 200);
	CHECK_STR(sent_text(), ":\n\n:\n\ndata: 1\n\n");
	CHECK_INT(watch(be_silent_in_lines), 200);
	CHECK_STR(sent_text(), "");
}
