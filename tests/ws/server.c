/*
 * WebSockets to be tried out: what a client may do to each is in cases/.  The
 * table of operations is what a contract would be compiled to.
 */
#include "runtime/rt.h"

#include <inttypes.h>
#include <stdlib.h>
#include <sys/queue.h>

enum { MESSAGE_MAX = 16 * 1024 * 1024, SMALL_MAX = 1000 };

/* --- Echoes --- */

static bool
accept(struct rt_call *call)
{
	if (rt_ws_accept(call))
		return true;
	rt_reply_failed(call);
	return false;
}

/* What came goes back, as long as something comes. */
static void
run_echo(struct rt_call *call)
{
	struct rt_ws_message m;

	if (!accept(call))
		return;
	while (rt_ws_receive(call, &m)) {
		if (!(m.binary ? rt_ws_send_binary(call, m.data)
			       : rt_ws_send(call, m.data)))
			return;
	}
}

/* The same, behind a moment in which the handler waits for something. */
static void
run_slow(struct rt_call *call)
{
	struct rt_ws_message m;

	if (!accept(call))
		return;
	while (rt_ws_receive(call, &m)) {
		if (!rt_sleep(call, 300) || !rt_ws_send(call, m.data))
			return;
	}
}

/* --- Broadcasts --- */

struct guest {
	struct rt_ws *ws;
	LIST_ENTRY(guest) list;
};

static LIST_HEAD(, guest) guests = LIST_HEAD_INITIALIZER(guests);
static int64_t n_guests;

static void
leave(void *arg)
{
	struct guest *g = arg;

	LIST_REMOVE(g, list);
	n_guests--;
}

static void
enter(struct rt_call *call)
{
	struct guest *g = rt_ws_new(rt_ws_of(call), sizeof(*g));

	g->ws = rt_ws_of(call);
	LIST_INSERT_HEAD(&guests, g, list);
	n_guests++;
	rt_ws_defer(g->ws, leave, g);
}

static void
push_to_all(struct rt_str text)
{
	struct rt_ws_frame *frame = rt_ws_frame(text);
	struct guest *g, *next;

	for (g = LIST_FIRST(&guests); g != NULL; g = next) {
		next = LIST_NEXT(g, list);
		(void)!rt_ws_push(g->ws, frame);
	}
	rt_ws_frame_free(frame);
}

/* What one says all get, each once. */
static void
run_room(struct rt_call *call)
{
	struct rt_ws_message m;

	if (!accept(call))
		return;
	enter(call);
	while (rt_ws_receive(call, &m))
		push_to_all(m.data);
}

/* How many are there; over HTTP. */
static void
run_guests(struct rt_call *call)
{
	struct rt_str text = rt_printf(call, "%" PRId64, n_guests);

	rt_reply_bytes(call, 200, "text/plain", text);
}

/* --- Ends --- */

/* Ends in the way that the message says. */
static void
end(struct rt_call *call, struct rt_str how)
{
	if (rt_str_is(how, "close"))
		rt_ws_close(call, 4321, RT_LIT("as you wish"));
	else if (rt_str_is(how, "long"))
		rt_ws_close(call, 4321,
		    rt_printf(call, "%0121d\xc3\xa4\xc3\xa4", 0));
	else if (rt_str_is(how, "fail") ||
	    (rt_str_is(how, "bytes") && !rt_ws_send(call, RT_LIT("\xff"))))
		rt_reply_failed(call);
	else if (rt_str_is(how, "memory"))
		for (;;)
			rt_arena_bytes(call->arena, 1024 * 1024);
}

static void
run_end(struct rt_call *call)
{
	struct rt_ws_message m;

	if (!accept(call) || !rt_ws_receive(call, &m))
		return;
	end(call, m.data);
	if (!rt_str_is(m.data, "expires"))
		return;
	rt_ws_expires(call, rt_time_now().us / 1000000 + 1, 4001,
	    RT_LIT("expired"));
	(void)!rt_ws_receive(call, &m);
}

/* What is taken for a message goes with it: 16 MiB for each of many. */
static void
run_hungry(struct rt_call *call)
{
	struct rt_ws_message m;

	if (!accept(call))
		return;
	while (rt_ws_receive(call, &m)) {
		memset(rt_arena_bytes(call->arena, 16 << 20), 1, 16 << 20);
		if (!rt_ws_send(call, m.data))
			return;
	}
}

/* A number of messages of a size, as fast as the client takes them. */
static void
run_flood(struct rt_call *call)
{
	struct rt_ws_message m;
	struct rt_str rest;
	int n, size;

	if (!accept(call) || !rt_ws_receive(call, &m))
		return;
	rest = rt_arena_copy(call->arena, m.data);
	n = atoi(rt_str_cut(&rest, ' ').p);
	size = atoi(rest.p);
	for (int i = 0; i < n; i++) {
		if (!rt_ws_send(call, rt_printf(call, "%0*d", size, i)))
			return;
	}
}

/* Answers by HTTP what is no handshake for it. */
static void
run_picky(struct rt_call *call)
{
	struct rt_problem p = {
	    .code = &rt_code_no_route,
	    .detail = RT_LIT("There is no such room."),
	};

	if (rt_str_is(call->req.query, "room=1"))
		run_echo(call);
	else
		rt_reply_problem(call, 404, &p);
}

/* --- Who may --- */

static enum rt_auth
check_token(struct rt_call *call, const struct rt_credential *credential,
    const char *const *scopes, struct rt_principal *who)
{
	(void)call, (void)scopes;
	if (!rt_str_is(credential->text, "right"))
		return RT_AUTH_BAD;
	who->id = 7;
	return RT_AUTH_OK;
}

static const struct rt_scheme token = {
    .name = "token",
    .kind = RT_SCHEME_KEY,
    .in = RT_IN_QUERY,
    .field = "token",
    .check = check_token,
};

static const struct rt_scheme cookie = {
    .name = "cookie",
    .kind = RT_SCHEME_KEY,
    .in = RT_IN_COOKIE,
    .field = "session",
    .check = check_token,
};

static const struct rt_need by_token[] = {{&token, NULL}, {NULL, NULL}};
static const struct rt_need by_cookie[] = {{&cookie, NULL}, {NULL, NULL}};
static const struct rt_need *const token_only[] = {by_token, NULL};
static const struct rt_need *const cookie_only[] = {by_cookie, NULL};

/* --- The tables --- */

static const char *const protocols[] = {"chat.v2", "chat.v1", NULL};
static const struct rt_ws_def large = {.message_max = MESSAGE_MAX};
static const struct rt_ws_def small = {.message_max = SMALL_MAX};
static const struct rt_ws_def spoken = {.protocols = protocols};
static const struct rt_ws_def guarded = {.unauthorized = 4001};

static const struct rt_content text[] = {{"text/plain", NULL}, {NULL, NULL}};
static const struct rt_answer plain[] = {{.status = 200, .contents = text}};

#define SOCKET(id_, def_, ...) \
	static const struct rt_op op_##id_ = {.id = #id_, \
	    .method = RT_GET, \
	    .path = "/" #id_, \
	    .websocket = &def_, \
	    __VA_ARGS__}

SOCKET(echo, large, .run = run_echo);
SOCKET(small, small, .run = run_echo);
SOCKET(spoken, spoken, .run = run_echo);
SOCKET(slow, small, .run = run_slow);
SOCKET(room, large, .run = run_room);
SOCKET(end, small, .run = run_end);
SOCKET(hungry, small, .run = run_hungry);
SOCKET(flood, small, .run = run_flood);
SOCKET(picky, small, .run = run_picky);
SOCKET(guarded, guarded, .run = run_echo, .security = token_only);
SOCKET(refused, small, .run = run_echo, .security = token_only);
SOCKET(cookie, small, .run = run_echo, .security = cookie_only);

static const struct rt_op op_guests = {
    .id = "guests",
    .method = RT_GET,
    .path = "/guests",
    .answers = plain,
    .n_answers = RT_LEN(plain),
    .run = run_guests,
};

static const struct rt_op *const ops[] = {&op_echo, &op_small, &op_spoken,
    &op_slow, &op_room, &op_end, &op_hungry, &op_flood, &op_picky, &op_guarded,
    &op_refused, &op_cookie, &op_guests};
static const struct rt_scheme *const schemes[] = {&token, &cookie};

static const struct rt_api api = {
    .title = "WebSockets",
    .version = "1",
    .ops = ops,
    .n_ops = RT_LEN(ops),
    .schemes = schemes,
    .n_schemes = RT_LEN(schemes),
};

const struct rt_server_def rt_server_def = {.api = &api};
