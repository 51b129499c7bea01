#include "runtime/loop.h"
#include "runtime/serve_kore.h"

enum { SIZE_TEXT = 24 };

static bool
has_gone(const struct rt_exchange *x)
{
	return x->call->cancelled || x->conn->failed;
}

static void
begin(struct rt_call *call)
{
	struct rt_exchange *x = call->wait;

	if (!has_gone(x))
		rt_exchange_begin_stream(x);
}

/* A piece, a chunk where pieces are that, in one write where that is
 * possible. */
static void
send_bytes(struct rt_call *call, struct rt_str s)
{
	static const struct rt_str none = {NULL, 0};
	struct rt_exchange *x = call->wait;
	char size[SIZE_TEXT];
	int n;

	if (has_gone(x) || s.n == 0)
		return;
	if (!x->chunked) {
		rt_send(x->conn, s, none);
		return;
	}
	n = snprintf(size, sizeof(size), "%zx\r\n", s.n);
	rt_send(x->conn, (struct rt_str){size, (size_t)n}, s);
	rt_send(x->conn, RT_LIT("\r\n"), none);
}

static bool
drain(struct rt_call *call)
{
	struct rt_exchange *x = call->wait;
	bool ok = !has_gone(x);

	x->draining = true;
	while (ok && x->conn->out_n > RT_QUEUE_MAX)
		ok = rt_call_wait(call) && !has_gone(x);
	x->draining = false;
	return ok;
}

static void
wake(void *call)
{
	rt_call_wake(call);
}

static bool
pause_until(struct rt_call *call, int64_t until_us)
{
	struct rt_timer end = {.due_us = until_us, .fn = wake, .arg = call};
	bool ok;

	if (until_us < INT64_MAX)
		rt_loop_at(&end);
	ok = rt_call_wait(call);
	rt_loop_not_at(&end);
	return ok;
}

const struct rt_wire rt_wire_http1 = {
    .begin = begin,
    .send = send_bytes,
    .drain = drain,
    .pause = pause_until,
    .receive = rt_body_receive,
    .upgrade = rt_socket_upgrade,
    .share = rt_socket_share,
    .queued = rt_socket_queued,
    .drop = rt_socket_drop,
    .wake = rt_call_wake,
};
