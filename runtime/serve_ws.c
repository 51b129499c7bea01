#include "runtime/serve_kore.h"
#include "runtime/ws_part.h"

struct rt_ws *
rt_conn_socket(const struct rt_conn *conn)
{
	return conn->x == NULL ? NULL : conn->x->call->ws;
}

/* Its phase begins anew: it has been heard of. */
size_t
rt_socket_take(struct rt_conn *conn, struct rt_str bytes)
{
	rt_phase_enter(conn, RT_PHASE_NONE);
	return rt_ws_take(rt_conn_socket(conn), bytes);
}

/* Who closes has a time for that; and of whom nobody reads nothing comes. */
enum rt_phase
rt_socket_phase(const struct rt_conn *conn)
{
	const struct rt_ws *ws = rt_conn_socket(conn);

	if (ws->closing || !rt_ws_wants(ws))
		return RT_PHASE_NONE;
	return ws->pinged ? RT_PHASE_PONG : RT_PHASE_QUIET;
}

/* --- The call's side --- */

static bool
has_gone(const struct rt_exchange *x)
{
	return x->call->cancelled || x->conn->failed;
}

bool
rt_socket_upgrade(struct rt_call *call)
{
	struct rt_exchange *x = call->wait;

	if (!rt_exchange_upgrade(x))
		return false;
	if (rt_conn_is_draining())
		rt_ws_leave(call->ws);
	return true;
}

void
rt_socket_share(struct rt_call *call, struct rt_ws_frame *frame)
{
	struct rt_exchange *x = call->wait;

	if (!has_gone(x))
		rt_send_frame(x->conn, frame);
}

size_t
rt_socket_queued(const struct rt_call *call)
{
	const struct rt_exchange *x = call->wait;

	return x->conn->out_n;
}

void
rt_socket_drop(struct rt_call *call)
{
	struct rt_exchange *x = call->wait;

	rt_send_drop_waiting(x->conn);
}
