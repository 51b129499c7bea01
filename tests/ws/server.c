/* The handlers of openapi.yaml: WebSockets to be tried out. */
#include <stdlib.h>
#include <sys/queue.h>

#include "api/api.h"
#include "api/default_.h"

/* --- Echoes --- */

/* What came goes back, as long as something comes. */
static bool
echo(struct rt_call *call)
{
	struct rt_ws_message m;

	while (rt_ws_receive(call, &m)) {
		if (!(m.binary ? rt_ws_send_binary(call, m.data)
			       : rt_ws_send(call, m.data)))
			return false;
	}
	return true;
}

#define ECHO(name) \
	bool handle_##name(struct rt_call *call, struct api_##name##_out *out) \
	{ \
		return api_##name##_101(call, out) && echo(call); \
	}

ECHO(echo)
ECHO(small)
ECHO(spoken)
ECHO(guarded)
ECHO(refused)
ECHO(cookie)

/* The same, behind a moment in which the handler waits for something, be the
 * client there or not. */
bool
handle_slow(struct rt_call *call, struct api_slow_out *out)
{
	struct rt_ws_message m;

	rt_detach(call);
	if (!api_slow_101(call, out))
		return false;
	while (rt_ws_receive(call, &m)) {
		if (!rt_sleep(call, 300) || !rt_ws_send(call, m.data))
			return false;
	}
	return true;
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
bool
handle_room(struct rt_call *call, struct api_room_out *out)
{
	struct rt_ws_message m;

	if (!api_room_101(call, out))
		return false;
	enter(call);
	while (rt_ws_receive(call, &m))
		push_to_all(m.data);
	return true;
}

bool
handle_guests(struct rt_call *call, struct api_guests_out *out)
{
	(void)call;
	return api_guests_200(out, n_guests);
}

/* --- Ends --- */

/* Ends in the way that the message says. */
static bool
end(struct rt_call *call, struct rt_str how)
{
	if (rt_str_is(how, "close"))
		rt_ws_close(call, 4321, RT_LIT("as you wish"));
	else if (rt_str_is(how, "long"))
		rt_ws_close(call, 4321,
		    rt_printf(call, "%0121d\xc3\xa4\xc3\xa4", 0));
	else if (rt_str_is(how, "bytes"))
		return rt_ws_send(call, RT_LIT("\xff"));
	else if (rt_str_is(how, "memory"))
		for (;;)
			rt_arena_bytes(call->arena, 1024 * 1024);
	else if (rt_str_is(how, "expires"))
		rt_ws_expires(call, rt_time_now().us / 1000000 + 1, 4001,
		    RT_LIT("expired"));
	return !rt_str_is(how, "fail");
}

bool
handle_end(struct rt_call *call, struct api_end_out *out)
{
	struct rt_ws_message m;
	struct rt_str how;

	if (!api_end_101(call, out) || !rt_ws_receive(call, &m))
		return false;
	how = m.data;
	if (!end(call, how))
		return false;
	return !rt_str_is(how, "expires") || rt_ws_receive(call, &m);
}

/* What is taken for a message goes with it: 16 MiB for each of many. */
bool
handle_hungry(struct rt_call *call, struct api_hungry_out *out)
{
	struct rt_ws_message m;

	if (!api_hungry_101(call, out))
		return false;
	while (rt_ws_receive(call, &m)) {
		memset(rt_arena_bytes(call->arena, 16 << 20), 1, 16 << 20);
		if (!rt_ws_send(call, m.data))
			return false;
	}
	return true;
}

/* A number of messages of a size, as fast as the client takes them. */
bool
handle_flood(struct rt_call *call, struct api_flood_out *out)
{
	struct rt_ws_message m;
	struct rt_str rest;
	int n, size;

	if (!api_flood_101(call, out) || !rt_ws_receive(call, &m))
		return false;
	rest = rt_arena_copy(call->arena, m.data);
	n = atoi(rt_str_cut(&rest, ' ').p);
	size = atoi(rest.p);
	for (int i = 0; i < n; i++) {
		if (!rt_ws_send(call, rt_printf(call, "%0*d", size, i)))
			return false;
	}
	return true;
}

/* Answers by HTTP what is no handshake for it. */
bool
handle_picky(struct rt_call *call, const struct api_picky_in *in,
    struct api_picky_out *out)
{
	if (in->room == 1)
		return api_picky_101(call, out) && echo(call);
	return api_picky_default(out, 404,
	    rt_problem(call, &rt_code_no_route, "There is no such room."));
}

/* --- Who may --- */

static enum rt_auth
check(const struct rt_credential *credential, struct rt_principal *who)
{
	who->id = 7;
	return rt_str_is(credential->text, "right") ? RT_AUTH_OK : RT_AUTH_BAD;
}

enum rt_auth
auth_token(struct rt_call *call, const struct rt_credential *credential,
    const char *const *scopes, struct rt_principal *who)
{
	(void)call, (void)scopes;
	return check(credential, who);
}

enum rt_auth
auth_cookie(struct rt_call *call, const struct rt_credential *credential,
    const char *const *scopes, struct rt_principal *who)
{
	(void)call, (void)scopes;
	return check(credential, who);
}

const struct rt_server_def rt_server_def = {.api = &api};
