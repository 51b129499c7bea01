#include "runtime/loop.h"
#include "runtime/serve_kore.h"
#include "runtime/stream.h"

enum {
	/* A call waits while more than this is queued for its client. */
	QUEUE_MAX = 64 * 1024,
	SIZE_TEXT = 24,
};

static bool
has_gone(const struct rt_exchange *x)
{
	return x->call->cancelled || x->req->owner == NULL;
}

static void
begin(struct rt_call *call)
{
	if (!has_gone(call->wait))
		rt_http_begin(call->wait);
}

static void
send_bytes(struct rt_call *call, struct rt_str s)
{
	struct rt_exchange *x = call->wait;
	char size[SIZE_TEXT];
	int n;

	if (has_gone(x) || s.n == 0)
		return;
	if (!x->chunked) {
		net_send_queue(x->req->owner, s.p, s.n);
		return;
	}
	n = snprintf(size, sizeof(size), "%zx\r\n", s.n);
	net_send_queue(x->req->owner, size, (size_t)n);
	net_send_queue(x->req->owner, s.p, s.n);
	net_send_queue(x->req->owner, "\r\n", 2);
}

/* --- Back-pressure --- */

static size_t
count_queued(const struct connection *c)
{
	const struct netbuf *nb;
	size_t n = 0;

	TAILQ_FOREACH(nb, &c->send_queue, list)
	n += nb->b_len - nb->s_off;
	return n;
}

/* Kore has come to the mark, or drops the queue with its connection. */
static int
pass_mark(struct netbuf *nb)
{
	struct rt_exchange *x = nb->extra;

	if (x == NULL)
		return KORE_RESULT_OK;
	x->mark = NULL;
	rt_call_wake(x->call);
	return KORE_RESULT_OK;
}

void
rt_stream_forget(struct rt_exchange *x)
{
	if (x->mark != NULL)
		x->mark->extra = NULL;
	x->mark = NULL;
}

static bool
drain(struct rt_call *call)
{
	struct rt_exchange *x = call->wait;

	if (has_gone(x) || count_queued(x->req->owner) <= QUEUE_MAX)
		return !has_gone(x);
	net_send_stream(x->req->owner, NULL, 0, pass_mark, &x->mark);
	x->mark->extra = x;
	while (x->mark != NULL) {
		if (!rt_call_wait(call)) {
			rt_stream_forget(x);
			return false;
		}
	}
	return true;
}

static bool
pause_until(struct rt_call *call, int64_t until_us)
{
	struct rt_exchange *x = call->wait;
	bool ok;

	x->wake_us = until_us;
	ok = rt_call_wait(call);
	x->wake_us = 0;
	return ok;
}

const struct rt_wire rt_wire_kore = {
    .begin = begin,
    .send = send_bytes,
    .drain = drain,
    .pause = pause_until,
};
