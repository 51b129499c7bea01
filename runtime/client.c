#include "runtime/client.h"

#include "runtime/loop.h"
#include "runtime/server.h"
#include "runtime/transfer.h"

/* Nothing is held while the call waits: it may end there. */
struct held {
	struct rt_transfer *transfer;
};

static void
drop_held(void *arg)
{
	struct held *held = arg;

	rt_transfer_task.drop(held->transfer);
}

/* A tenth of the call's own time is left to it, for an answer to its client. */
static int64_t
deadline(const struct rt_call *call)
{
	int64_t now = rt_clock_us();
	int64_t us = (int64_t)call->server->client.timeout_ms * 1000;
	int64_t left = (call->deadline_us - now) / 10 * 9;

	return now + (call->deadline_us != 0 && left < us ? left : us);
}

/* --- The answer --- */

static size_t
count_lines(struct rt_str s)
{
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++)
		n += s.p[i] == '\n';
	return n;
}

/* Lines that are continued have been joined by libcurl; one that is no header
 * is left out. */
static struct rt_headers
take_headers(struct rt_call *call, struct rt_str head)
{
	struct rt_headers h = {NULL, 0};

	h.v = rt_arena_array(call->arena, count_lines(head) + 1, sizeof(*h.v));
	while (head.n > 0) {
		struct rt_str line = rt_str_cut(&head, '\n');
		struct rt_str name;

		if (line.n > 0 && line.p[line.n - 1] == '\r')
			line.n--;
		name = rt_str_cut(&line, ':');
		if (line.p != NULL)
			h.v[h.n++] =
			    (struct rt_header){name, rt_str_trim(line)};
	}
	return h;
}

static enum rt_client_result
take_reply(struct rt_call *call, const struct rt_transfer *t,
    struct rt_client_reply *out)
{
	struct rt_transfer_reply r = rt_transfer_reply(t);

	if (r.result == RT_CLIENT_OK) {
		out->status = r.status;
		out->headers = take_headers(call, r.head);
		out->body = r.body;
		return RT_CLIENT_OK;
	}
	out->why = rt_printf(call, "%s: %s", r.host, r.why);
	if (r.result == RT_CLIENT_FAILED)
		(void)rt_fail_unavailable(call, "%.*s", RT_FMT(out->why));
	return r.result;
}

/* --- Sending --- */

static enum rt_client_result
fail(struct rt_call *call, enum rt_client_result result, const char *why,
    struct rt_client_reply *out)
{
	out->why = rt_str(why);
	if (result == RT_CLIENT_FAILED)
		(void)rt_fail_unavailable(call, "%s", why);
	return result;
}

enum rt_client_result
rt_client_send(struct rt_call *call, const struct rt_client_request *request,
    struct rt_client_reply *out)
{
	struct held *held = RT_NEW(call, *held);
	enum rt_client_result result;
	struct rt_transfer *t;
	const char *why;

	*out = (struct rt_client_reply){.body = RT_LIT("")};
	rt_defer(call, drop_held, held);
	t = rt_transfer_new(request, &call->server->client, deadline(call),
	    &result, &why);
	if (t == NULL)
		return fail(call, result, why, out);
	if (!rt_work_hand(call, &rt_transfer_task, t)) {
		out->why = RT_LIT("it was given up");
		return RT_CLIENT_FAILED;
	}
	held->transfer = t;
	return take_reply(call, t, out);
}

struct rt_str
rt_client_header(const struct rt_client_reply *reply, const char *name)
{
	for (size_t i = 0; i < reply->headers.n; i++) {
		if (rt_str_is_nocase(reply->headers.v[i].name, name))
			return reply->headers.v[i].value;
	}
	return (struct rt_str){NULL, 0};
}
