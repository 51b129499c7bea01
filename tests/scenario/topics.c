/* The handlers of topics.yaml. */
#include <stdlib.h>
#include <unistd.h>

#include "api/api.h"
#include "api/default_.h"

/* --- Who calls: "7", or "7:1700000000" until then --- */

enum rt_auth
auth_user(struct rt_call *call, const struct rt_credential *credential,
    const char *const *scopes, struct rt_principal *who)
{
	struct rt_str rest = credential->text, user = rt_str_cut(&rest, ':');

	(void)scopes;
	if (user.n == 0 || user.p[0] < '1' || user.p[0] > '9')
		return rt_auth_bad(call, "There is no such user.");
	who->id = rt_decimal_int(user);
	who->session = rest.p == NULL ? 0 : rt_decimal_int(rest);
	return RT_AUTH_OK;
}

/* --- Sockets --- */

static bool
reply(struct rt_call *call, enum api_reply_action action, struct rt_str topic)
{
	struct api_message m = {
	    .kind = API_MESSAGE_KIND_REPLY,
	    .reply = {.action = action,
		.has_topic = topic.p != NULL,
		.topic = topic},
	};

	return api_connect_send(call, &m);
}

static bool
subscribe(struct rt_call *call, struct rt_str topic)
{
	if (rt_str_is(topic, "secret"))
		return api_connect_refuse(call,
		    rt_problem(call, &rt_code_forbidden, "It is secret."));
	switch (rt_topic_subscribe(call, topic)) {
	case RT_SUBSCRIBE_OK:
		return reply(call, API_REPLY_ACTION_SUBSCRIBED, topic);
	case RT_SUBSCRIBE_FULL:
		return reply(call, API_REPLY_ACTION_FULL, topic);
	default:
		return false;
	}
}

static bool
obey(struct rt_call *call, const struct api_command *c)
{
	switch (c->action) {
	case API_COMMAND_ACTION_SUBSCRIBE:
		return subscribe(call, c->has_topic ? c->topic : RT_LIT("all"));
	case API_COMMAND_ACTION_TRUST:
		rt_topic_trust(call, c->topic);
		return reply(call, API_REPLY_ACTION_PONG, c->topic);
	case API_COMMAND_ACTION_UNSUBSCRIBE:
		rt_topic_unsubscribe(call, c->topic);
		return reply(call, API_REPLY_ACTION_UNSUBSCRIBED, c->topic);
	default:
		return reply(call, API_REPLY_ACTION_PONG,
		    (struct rt_str){NULL, 0});
	}
}

static bool
greet(struct rt_call *call)
{
	const struct api_message resync = {
	    .kind = API_MESSAGE_KIND_RESYNC,
	    .resync.event = RT_LIT("RESYNC"),
	};
	const struct api_message hello = {
	    .kind = API_MESSAGE_KIND_HELLO,
	    .hello.worker = getpid(),
	};

	if (call->who.session != 0)
		rt_ws_expires(call, call->who.session, 4001,
		    RT_LIT("Unauthorized"));
	return api_connect_missed(call, &resync) &&
	    api_connect_send(call, &hello);
}

bool
handle_connect(struct rt_call *call, struct api_connect_out *out)
{
	struct api_command command;

	if (!api_connect_101(call, out) || !greet(call))
		return false;
	while (api_connect_receive(call, &command)) {
		if (!obey(call, &command))
			return false;
	}
	return true;
}

static bool
tell_presence(struct rt_call *call, struct rt_str topic, struct rt_ints users)
{
	const struct api_message m = {
	    .kind = API_MESSAGE_KIND_PRESENCE,
	    .presence = {.topic = topic, .users = users},
	};

	return api_connect_publish(call, topic, &m);
}

/* --- Publishing --- */

static bool
publish(struct rt_call *call, void *arg)
{
	const struct api_publish_in *in = arg;
	char *text = rt_arena_bytes(call->arena, (size_t)in->size);
	struct api_message m = {
	    .kind = API_MESSAGE_KIND_EVENT,
	    .event = {.topic = in->topic, .text = {text, (size_t)in->size}},
	};

	for (int64_t i = 0; i < in->size; i++)
		text[i] = (char)('a' + i % 26);
	for (int64_t i = 0; i < in->n; i++) {
		m.event.number = in->first + i * in->step;
		if (in->mode == API_PUBLISH_MODE_PRIVATE
			? !api_connect_publish_private(call, in->topic, &m)
			: !api_connect_publish(call, in->topic, &m))
			return false;
	}
	return in->mode != API_PUBLISH_MODE_ROLLBACK;
}

bool
handle_publish(struct rt_call *call, const struct api_publish_in *in,
    struct api_publish_out *out)
{
	if (in->mode == API_PUBLISH_MODE_SINGLE ||
		    in->mode == API_PUBLISH_MODE_PRIVATE
		? !publish(call, (void *)in)
		: rt_tx(call, RT_READ_COMMITTED, publish, (void *)in) ==
		    RT_TX_FAILED)
		return false;
	return api_publish_204(out);
}

bool
handle_worker(struct rt_call *call, struct api_worker_out *out)
{
	const struct api_worker_n200 answer = {.pid = getpid()};

	(void)call;
	return api_worker_200(out, &answer);
}

const struct rt_server_def rt_server_def = {
    .api = &api,
    .presence = tell_presence,
};
