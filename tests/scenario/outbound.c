/* The server of tests/scenario/outbound.js: it tells what comes of its own
 * requests. */
#include "api/api.h"
#include "api/default_.h"
#include "api/default_callbacks.h"
#include "api/webhooks.h"

static struct rt_str
result_text(enum rt_http_result result)
{
	static const char *const texts[] = {
	    [RT_HTTP_OK] = "ok",
	    [RT_HTTP_BAD_REQUEST] = "bad request",
	    [RT_HTTP_BAD_URL] = "bad url",
	    [RT_HTTP_REFUSED] = "refused",
	    [RT_HTTP_BREAKER_OPEN] = "breaker open",
	    [RT_HTTP_UNREACHABLE] = "unreachable",
	    [RT_HTTP_TIMEOUT] = "timeout",
	    [RT_HTTP_TOO_LARGE] = "too large",
	    [RT_HTTP_BAD_ANSWER] = "bad answer",
	    [RT_HTTP_FAILED] = "failed",
	};

	return rt_str(texts[result]);
}

static struct api_outcome
outcome(enum rt_http_result result, const struct rt_http_reply *reply)
{
	return (struct api_outcome){
	    .result = result_text(result),
	    .status = reply->status,
	    .has_why = reply->why.p != NULL,
	    .why = reply->why,
	};
}

bool
handle_ping(struct rt_call *call, struct api_ping_out *out)
{
	(void)call;
	return api_ping_204(out);
}

bool
handle_subscribe(struct rt_call *call, const struct api_subscribe_in *in,
    struct api_subscribe_out *out)
{
	static const struct rt_str topic[] = {{"a b", 3}, {"c", 1}};
	static const struct rt_str kinds[] = {{"new", 3}, {"old", 3}};
	struct rt_header own = {RT_LIT("Authorization"), RT_LIT("Bearer t")};
	struct api_event_request *request = RT_NEW(call, *request);
	struct api_event_reply *reply = RT_NEW(call, *reply);
	struct api_outcome first = {.result = RT_LIT("sent")}, last;
	enum rt_http_result result;

	(void)in;
	(void)api_subscribe_201(out, RT_LIT("/subscriptions/7"), &first);
	request->answer = out;
	request->headers = (struct rt_headers){&own, 1};
	request->topic = (struct rt_strs){topic, 2};
	request->has_x_kinds = true;
	request->x_kinds = (struct rt_strs){kinds, 2};
	request->has_filter = true;
	request->filter.has_from = true;
	request->filter.from = 3;
	request->filter.has_name = true;
	request->filter.name = RT_LIT("x&y");
	request->has_session = true;
	request->session = RT_LIT("abc");
	request->body.id = 7;
	request->body.text = RT_LIT("subscribed");

	result = api_event_send(call, request, reply);
	if (result == RT_HTTP_FAILED)
		return false;
	last = outcome(result, &reply->http);
	last.has_count = result == RT_HTTP_OK && reply->http.status == 200;
	if (last.has_count)
		last.count = reply->r200.count;
	return api_subscribe_201(out, RT_LIT("/subscriptions/7"), &last);
}

bool
handle_notify(struct rt_call *call, const struct api_notify_in *in,
    struct api_notify_out *out)
{
	struct rt_header own = {RT_LIT("Authorization"), in->body.token};
	struct api_notice_request *request = RT_NEW(call, *request);
	struct api_notice_reply *reply = RT_NEW(call, *reply);
	struct api_outcome last;
	enum rt_http_result result;

	request->url = in->body.url;
	if (in->body.has_token)
		request->headers = (struct rt_headers){&own, 1};
	request->repeatable = true; /* receivers know it by its id */
	request->body.id = 1;
	request->body.text = in->body.text;
	result = api_notice_send(call, request, reply);
	if (result == RT_HTTP_FAILED)
		return false;
	last = outcome(result, &reply->http);
	last.has_count = result == RT_HTTP_OK;
	if (last.has_count)
		last.count = reply->r200.count;
	return api_notify_200(out, &last);
}

const struct rt_server_def rt_server_def = {.api = &api};
