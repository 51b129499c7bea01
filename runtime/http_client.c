#include "runtime/http_client.h"

#include "runtime/async.h"
#include "runtime/format.h"
#include "runtime/http_date.h"
#include "runtime/http_redirect.h"
#include "runtime/http_request.h"
#include "runtime/http_transfer.h"
#include "runtime/loop.h"
#include "runtime/metrics.h"
#include "runtime/server.h"

enum {
	/* The longest pause before the first repetition, and before any. */
	PAUSE_MS = 200,
	PAUSE_MAX_MS = 5000,
};

/* A request, its redirects and its repetitions. */
struct sending {
	struct rt_call *call;
	struct rt_http_request request;
	struct rt_transfer *transfer;
	int64_t deadline_us;
	bool unsent; /* the last time there was no connection */
	unsigned repeated;
};

/* Those of a worker. */
static struct rt_breakers breakers;

static void
free_transfer(void *arg)
{
	struct sending *s = arg;

	rt_transfer_free(s->transfer);
}

/* A tenth of the call's own time is left to it, for an answer to its client. */
static int64_t
deadline(const struct rt_call *call, unsigned timeout_ms)
{
	int64_t now = rt_clock_us();
	int64_t us = (int64_t)timeout_ms * 1000;
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

static enum rt_http_result
fail(struct rt_call *call, enum rt_http_result result, const char *why,
    struct rt_http_reply *out)
{
	out->why = rt_str(why);
	if (result == RT_HTTP_FAILED)
		(void)rt_fail_unavailable(call, "%s", why);
	return result;
}

static enum rt_http_result
take_reply(struct rt_call *call, const struct rt_transfer_reply *r,
    struct rt_http_reply *out)
{
	*out = (struct rt_http_reply){.body = RT_LIT("")};
	if (r->result == RT_HTTP_OK) {
		out->status = r->status;
		out->headers = take_headers(call, r->head);
		out->body = r->body;
		return RT_HTTP_OK;
	}
	return fail(call, r->result,
	    rt_printf(call, "%s: %s", r->host, r->why).p, out);
}

/* --- Breakers --- */

static const struct rt_http_settings *
settings_of(const struct rt_call *call)
{
	return &call->server->client;
}

/* What is the receiver's fault, and what tells nothing of it. */
static void
note(const struct sending *s, enum rt_http_result result, int status)
{
	const char *origin = rt_transfer_origin(s->transfer);

	switch (result) {
	case RT_HTTP_OK:
	case RT_HTTP_TOO_LARGE:
		rt_breaker_note(&breakers, origin, status < 500, rt_clock_us());
		break;
	case RT_HTTP_UNREACHABLE:
	case RT_HTTP_TIMEOUT:
	case RT_HTTP_BAD_ANSWER:
		rt_breaker_note(&breakers, origin, false, rt_clock_us());
		break;
	default:
		rt_breaker_forget(&breakers, origin);
		break;
	}
}

enum rt_breaker_state
rt_http_breaker(struct rt_call *call, struct rt_str url, unsigned *failures)
{
	const struct rt_http_request request = {RT_LIT("GET"), .url = url};
	enum rt_breaker_state state = RT_BREAKER_CLOSED;
	enum rt_http_result result;
	struct rt_http_copy copy;

	*failures = 0;
	if (rt_http_copy_take(&copy, &request, &result) == NULL)
		state = rt_breaker_state(&breakers, &settings_of(call)->breaker,
		    copy.url.origin, rt_clock_us(), failures);
	rt_http_copy_free(&copy);
	return state;
}

/* --- Sending --- */

static bool
wait_for_end(struct sending *s)
{
	rt_transfer_start(s->transfer, s->call, s->deadline_us);
	while (!rt_transfer_is_over(s->transfer)) {
		if (!rt_call_wait(s->call)) {
			rt_transfer_stop(s->transfer);
			return false;
		}
	}
	return true;
}

static enum rt_http_result
give_up(struct sending *s, struct rt_http_reply *out)
{
	out->why = RT_LIT("it was given up");
	if (!s->call->cancelled)
		(void)rt_fail_unavailable(s->call,
		    "the call's time was up before there was an answer");
	return RT_HTTP_FAILED;
}

static enum rt_http_result
send_once(struct sending *s, struct rt_http_reply *out)
{
	const struct rt_http_settings *settings = settings_of(s->call);
	struct rt_transfer_reply reply;

	if (rt_transfers() >= settings->most)
		return fail(s->call, RT_HTTP_FAILED,
		    "too many requests to others are under way", out);
	if (!rt_breaker_admits(&breakers, &settings->breaker,
		rt_transfer_origin(s->transfer), rt_clock_us()))
		return fail(s->call, RT_HTTP_BREAKER_OPEN,
		    "it has failed too often of late, and is left alone", out);
	if (!wait_for_end(s)) {
		note(s, RT_HTTP_FAILED, 0);
		return give_up(s, out);
	}
	reply = rt_transfer_reply(s->transfer);
	s->unsent = reply.unsent;
	note(s, reply.result, reply.status);
	return take_reply(s->call, &reply, out);
}

/* --- Repeating --- */

/* Of Retry-After (RFC 9110, section 10.2.3); -1 where there is none. */
static int64_t
asked_pause_ms(const struct rt_http_reply *reply)
{
	struct rt_str text = rt_http_header(reply, "Retry-After");
	int64_t now = rt_time_now().us / 1000000, at, seconds = 0;

	if (text.n == 0)
		return -1;
	if (rt_http_date_parse(text, now, &at))
		return at > now ? (at - now) * 1000 : 0;
	for (size_t i = 0; i < text.n; i++) {
		if (text.p[i] < '0' || text.p[i] > '9' || i == 9)
			return -1;
		seconds = seconds * 10 + (text.p[i] - '0');
	}
	return seconds * 1000;
}

/* Between half of a length that doubles each time and all of it, so that those
 * who failed together don't come back together. */
static int64_t
own_pause_ms(const struct sending *s)
{
	int64_t most = PAUSE_MAX_MS;
	uint32_t random;

	if (s->repeated < 5 && PAUSE_MS << s->repeated < PAUSE_MAX_MS)
		most = PAUSE_MS << s->repeated;
	rt_random(&random, sizeof(random));
	return most / 2 + random % (most / 2 + 1);
}

static bool
may_repeat(const struct sending *s, enum rt_http_result result,
    const struct rt_http_reply *reply)
{
	if (s->repeated >= settings_of(s->call)->retries)
		return false;
	if (result != RT_HTTP_OK)
		return s->unsent;
	if (!rt_http_is_repeatable(&s->request))
		return false;
	if (reply->status == 429)
		return asked_pause_ms(reply) >= 0;
	return reply->status >= 502 && reply->status <= 504;
}

/* How long to wait before it is sent again; -1 where it is not. */
static int64_t
pause_ms(const struct sending *s, enum rt_http_result result,
    const struct rt_http_reply *reply)
{
	int64_t ms, asked;

	if (!may_repeat(s, result, reply))
		return -1;
	ms = own_pause_ms(s);
	asked = asked_pause_ms(reply);
	if (asked > ms)
		ms = asked;
	return ms < (s->deadline_us - rt_clock_us()) / 1000 ? ms : -1;
}

/* --- One after the other --- */

/* A request with its repetitions. */
static enum rt_http_result
send_here(struct sending *s, struct rt_http_reply *out)
{
	enum rt_http_result result;
	const char *why;
	int64_t ms;

	*out = (struct rt_http_reply){.body = RT_LIT("")};
	rt_transfer_free(s->transfer);
	s->transfer =
	    rt_transfer_new(&s->request, settings_of(s->call), &result, &why);
	if (s->transfer == NULL)
		return fail(s->call, result, why, out);
	result = send_once(s, out);
	while ((ms = pause_ms(s, result, out)) >= 0) {
		if (!rt_sleep(s->call, (unsigned)ms))
			return give_up(s, out);
		s->repeated++;
		result = send_once(s, out);
	}
	out->url = s->request.url;
	return result;
}

enum rt_http_result
rt_http_send(struct rt_call *call, const struct rt_http_request *request,
    struct rt_http_reply *out)
{
	struct sending *s = RT_NEW(call, *s);
	int64_t began_us = rt_clock_us();
	unsigned timeout_ms = request->timeout_ms;
	enum rt_http_result result;

	rt_defer(call, free_transfer, s);
	s->call = call;
	s->request = *request;
	if (timeout_ms == 0)
		timeout_ms = settings_of(call)->timeout_ms;
	s->deadline_us = deadline(call, timeout_ms);
	result = send_here(s, out);
	for (unsigned i = 0; i < request->redirects && result == RT_HTTP_OK &&
	     rt_http_redirect(call->arena, &s->request, out);
	     i++)
		result = send_here(s, out);
	rt_metrics_took(RT_TIMED_OUTBOUND, rt_clock_us() - began_us);
	return result;
}

enum rt_http_result
rt_http_get(struct rt_call *call, struct rt_str url, struct rt_http_reply *out)
{
	struct rt_http_request request = {.method = RT_LIT("GET"), .url = url};

	return rt_http_send(call, &request, out);
}

enum rt_http_result
rt_http_post(struct rt_call *call, struct rt_str url, struct rt_str media,
    struct rt_str body, struct rt_http_reply *out)
{
	struct rt_header type = {RT_LIT("Content-Type"), media};
	struct rt_http_request request = {
	    .method = RT_LIT("POST"),
	    .url = url,
	    .headers = {&type, 1},
	    .body = body,
	};

	return rt_http_send(call, &request, out);
}
