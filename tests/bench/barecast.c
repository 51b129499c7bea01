/* What topics are compared with: Kore's own WebSockets and its broadcast, within
 * one worker. */
#include "tests/bench/bare.h"

void on_open(struct connection *);
void on_message(struct connection *, u_int8_t, void *, size_t);
void on_close(struct connection *);

void
kore_worker_configure(void)
{
	keep_waking();
}

void
on_open(struct connection *c)
{
	(void)c;
}

/* A broadcast leaves the sender out. */
void
on_message(struct connection *c, u_int8_t op, void *text, size_t n)
{
	kore_websocket_broadcast(c, op, text, n, WEBSOCKET_BROADCAST_LOCAL);
	kore_websocket_send(c, op, text, n);
}

void
on_close(struct connection *c)
{
	(void)c;
}

int
rt_serve(struct http_request *req)
{
	kore_websocket_handshake(req, "on_open", "on_message", "on_close");
	return KORE_RESULT_OK;
}
