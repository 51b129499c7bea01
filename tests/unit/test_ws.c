#include "runtime/ws.h"

#include "runtime/ws_part.h"

#include "tests/unit/ws_fixture.h"

/* --- The operation --- */

static void (*handle)(struct rt_call *);

static void
run(struct rt_call *c)
{
	handle(c);
}

static const struct rt_ws_def def = {.message_max = 100};
static const struct rt_op op = {
    .id = "socket",
    .method = RT_GET,
    .path = "/",
    .websocket = &def,
    .run = run,
};
static const struct rt_op *const ops[] = {&op};
static const struct rt_api api = {.ops = ops, .n_ops = 1};

static void
play(void (*fn)(struct rt_call *), const struct rt_str *lines)
{
	if (server.api == NULL)
		open_server(&api);
	call_wire = &wire;
	n_sent = queued = n_paused = n_dropped = 0;
	handle = fn;
	script = lines;
	CHECK_INT(ask(handshake), 101);
}

static struct rt_str
sent_text(void)
{
	return (struct rt_str){sent, n_sent};
}

/* The bytes that were sent; a NUL in them is one. */
#define CHECK_SENT(literal) CHECK(rt_str_eq(sent_text(), RT_LIT(literal)))

/* --- A client's words, under a mask of zeros --- */

#define WORD(first, payload) \
	{ \
		"" first "\x82\0\0\0\0" payload, 8 \
	}
#define CLOSE_1000 \
	{ \
		"\x88\x82\0\0\0\0\x03\xe8", 8 \
	}
#define GONE \
	{ \
		NULL, 0 \
	}

/* --- Handlers --- */

static unsigned n_received;

static void
echo(struct rt_call *c)
{
	struct rt_ws_message m;

	n_received = 0;
	CHECK(rt_ws_of(c) == NULL);
	CHECK(rt_ws_accept(c));
	CHECK(rt_ws_of(c) != NULL);
	CHECK_INT(c->deadline_us, 0);
	while (rt_ws_receive(c, &m)) {
		n_received++;
		if (!rt_ws_send(c, m.data))
			break;
	}
	/* It stays over. */
	CHECK(!rt_ws_receive(c, &m));
	CHECK(!rt_ws_send(c, RT_LIT("x")));
}

TEST(messages_go_back_and_forth)
{
	static const struct rt_str lines[] = {WORD("\x81", "ab"),
	    WORD("\x81", "cd"), CLOSE_1000};

	play(echo, lines);
	CHECK_INT(n_received, 2);
	CHECK_SENT("\x81\x02"
		   "ab"
		   "\x81\x02"
		   "cd"
		   "\x88\x02\x03\xe8");
	CHECK_INT(call->ws->code, 1000);
	CHECK_INT(call->ws->bytes, n_sent);
	CHECK(call->failure.p == NULL);
}

TEST(a_client_that_goes_leaves_no_word)
{
	static const struct rt_str lines[] = {WORD("\x81", "ab"), GONE};

	play(echo, lines);
	CHECK_INT(n_received, 1);
	CHECK_SENT("\x81\x02"
		   "ab");
	CHECK_INT(call->ws->code, 0);
}

TEST(a_fault_is_told_and_nobody_is_waited_for)
{
	static const struct rt_str lines[] = {{"\x83\x80\0\0\0\0", 6}};

	play(echo, lines);
	CHECK_INT(call->ws->code, RT_WS_PROTOCOL_ERROR);
	CHECK(rt_str_starts(sent_text(), "\x88"));
	CHECK_INT(n_paused, 1);
}

TEST(the_server_ends)
{
	static const struct rt_str lines[] = {WORD("\x81", "ab"), CLOSE_1000};

	play(echo, lines);
	rt_ws_leave(call->ws);
	CHECK(!rt_ws_wants(call->ws));
	CHECK(!rt_ws_push(call->ws, NULL));
}

/* --- Ends --- */

static void
close_at_once(struct rt_call *c)
{
	CHECK(rt_ws_accept(c));
	rt_ws_close(c, 4000, RT_LIT("bye"));
	rt_ws_close(c, 4001, RT_LIT("again"));
}

TEST(a_close_is_waited_for_so_long)
{
	int64_t began = clock_us;

	server.ws_close_ms = 0;
	play(close_at_once, NULL);
	CHECK_SENT("\x88\x05\x0f\xa0"
		   "bye");
	CHECK_INT(clock_us - began, (int64_t)server.ws_close_ms * 1000);
	CHECK_INT(server.ws_close_ms, 5000);
}

static void
fail(struct rt_call *c)
{
	CHECK(rt_ws_accept(c));
	rt_fail(c, "the world");
	rt_reply_failed(c);
}

TEST(a_handler_that_fails)
{
	play(fail, NULL);
	CHECK_SENT("\x88\x02\x03\xf3");
	CHECK_STR(call->failure, "the world");
	CHECK_INT(call->res.status, 101);
}

static void
fail_for_now(struct rt_call *c)
{
	CHECK(rt_ws_accept(c));
	rt_fail_unavailable(c, "the database");
	rt_reply_failed(c);
}

TEST(a_handler_that_may_be_asked_again)
{
	play(fail_for_now, NULL);
	CHECK_SENT("\x88\x02\x03\xf5");
}

static void
fail_when_over(struct rt_call *c)
{
	struct rt_ws_message m;

	CHECK(rt_ws_accept(c));
	if (!rt_ws_receive(c, &m))
		rt_reply_failed(c);
}

TEST(to_fail_because_it_is_over_is_no_failure)
{
	static const struct rt_str lines[] = {CLOSE_1000};

	play(fail_when_over, lines);
	CHECK_SENT("\x88\x02\x03\xe8");
	CHECK(call->failure.p == NULL);
}

static void
fail_to_accept(struct rt_call *c)
{
	CHECK(!rt_ws_accept(c));
	rt_reply_failed(c);
}

TEST(there_are_too_many)
{
	full = true;
	open_server(&api);
	call_wire = &wire;
	handle = fail_to_accept;
	CHECK_INT(ask(handshake), 503);
	CHECK(!has_header("Sec-WebSocket-Accept"));
}

/* --- What lives how long --- */

static char trace[16];

static void
note(void *arg)
{
	strcat(trace, arg);
}

static void
defer_all(struct rt_call *c)
{
	struct rt_arena *whole = c->arena;
	struct rt_ws_message m;
	size_t used = 0, n = 0;

	CHECK(rt_ws_accept(c));
	rt_defer(c, note, "C");
	rt_ws_defer(c->ws, note, "S");
	while (rt_ws_receive(c, &m)) {
		CHECK(c->arena != whole);
		if (n++ == 1) /* the reason of the first failure is kept */
			used = rt_arena_used(whole);
		CHECK(c->check.arena == c->arena);
		CHECK(c->check.n == 0 && c->violated.p == NULL);
		CHECK(rt_arena_used(c->arena) == 0);
		memset(rt_arena_bytes(c->arena, 1 << 20), 1, 1 << 20);
		c->check.n = 1;
		c->violated = rt_arena_copy(c->arena, RT_LIT("x"));
		rt_defer(c, note, "m");
		rt_fail(c, "message %d", 1);
	}
	CHECK(c->arena == whole);
	CHECK_INT(n, 3);
	CHECK_INT(rt_arena_used(whole), used);
	note("e");
}

TEST(what_a_message_takes_goes_with_it)
{
	static const struct rt_str lines[] = {WORD("\x81", "ab"),
	    WORD("\x81", "cd"), WORD("\x81", "ef"), CLOSE_1000};

	play(defer_all, lines);
	CHECK_STR(rt_str(trace), "mmme");
	CHECK_STR(call->failure, "message 1");
	rt_call_close(call);
	call = NULL;
	CHECK_STR(rt_str(trace), "mmmeCS");
}

/* --- Broadcasts --- */

static void
hear(struct rt_call *c)
{
	struct rt_ws_frame *f = rt_ws_frame(RT_LIT("news"));
	struct rt_ws_message m;

	CHECK(rt_ws_accept(c));
	CHECK(rt_ws_push(c->ws, f));
	queued = 1;
	CHECK(rt_ws_push(c->ws, f));
	queued = server.ws_queue_max;
	CHECK(!rt_ws_push(c->ws, f));
	CHECK(!rt_ws_push(c->ws, f));
	rt_ws_frame_free(f);
	CHECK(!rt_ws_receive(c, &m));
}

TEST(a_slow_client_is_cut_off)
{
	play(hear, NULL);
	CHECK_INT(n_dropped, 1);
	CHECK_SENT("\x81\x04"
		   "news"
		   "\x81\x04"
		   "news"
		   "\x88\x0a\x03\xf5"
		   "too slow");
}

static void
lose(struct rt_call *c)
{
	CHECK(rt_ws_accept(c));
	CHECK(!rt_ws_push(c->ws, NULL));
}

TEST(a_message_that_is_lost_is_told)
{
	play(lose, NULL);
	CHECK(rt_str_starts(sent_text(), "\x88\x13\x03\xf3"));
}

/* --- Where it can't be --- */

static void
misuse(struct rt_call *c)
{
	struct rt_ws_message m;

	CHECK(!rt_ws_receive(c, &m));
	CHECK(!rt_ws_send(c, RT_LIT("x")));
	rt_ws_close(c, 1000, RT_LIT(""));
	CHECK_STR(c->failure, "socket: there is no WebSocket");
	c->failure.p = NULL;
	CHECK(rt_ws_accept(c));
	CHECK(!rt_ws_accept(c));
	CHECK_STR(c->failure, "socket: a WebSocket can't begin here");
	c->failure.p = NULL;
	c->tx = (void *)c;
	CHECK(!rt_ws_receive(c, &m));
	CHECK_STR(c->failure,
	    "socket: a WebSocket can't wait in a transaction");
	CHECK(!rt_ws_send(c, RT_LIT("x")));
	c->tx = NULL;
}

TEST(what_a_handler_may_not)
{
	play(misuse, NULL);
	CHECK_SENT("\x88\x02\x03\xe8");
}

static void
ping(struct rt_call *c)
{
	struct rt_ws_message m;

	CHECK(rt_ws_accept(c));
	rt_ws_ping(c->ws);
	CHECK(c->ws->pinged);
	CHECK(!rt_ws_receive(c, &m));
	CHECK(!c->ws->pinged);
}

TEST(a_ping_waits_for_anything)
{
	static const struct rt_str lines[] = {CLOSE_1000};

	play(ping, lines);
	CHECK_SENT("\x89\x00"
		   "\x88\x02\x03\xe8");
}
