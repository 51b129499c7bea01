/* Changes as they happen. */
#include "handlers/realtime.h"

#include <inttypes.h>

#include "api/realtime.h"
#include "sql/realtime.h"

static const struct rt_str everything = {NULL, 0};

/* --- What a client asks for --- */

static bool
reply(struct rt_call *call, enum api_realtime_reply_action action,
    struct rt_str topic)
{
	const struct api_realtime_message m = {
	    .kind = API_REALTIME_MESSAGE_KIND_REALTIME_REPLY,
	    .realtime_reply =
		{
		    .action = action,
		    .has_topic = topic.p != NULL,
		    .topic = topic,
		},
	};

	return api_connect_realtime_send(call, &m);
}

/* "list" and 7 of list:7, and of comments:list:7: whoever may see a thing may hear
 * what is said of it. */
static struct sql_find_topic_args
thing_of(const struct rt_call *call, struct rt_str topic)
{
	struct sql_find_topic_args thing = {
	    .viewer = call->who.id,
	    .admin = is_admin(call),
	};

	thing.kind = rt_str_cut(&topic, ':');
	if (rt_str_is(thing.kind, "comments"))
		thing.kind = rt_str_cut(&topic, ':');
	if (!id_parse(topic, &thing.id))
		thing.id = 0; /* nothing has it */
	return thing;
}

/* Whether there is something that the caller may hear of, and all of it. */
static bool
may_hear(struct rt_call *call, struct rt_str topic, bool *trusted,
    struct rt_problem *why)
{
	const struct sql_find_topic_args thing = thing_of(call, topic);

	*trusted = false;
	if (rt_str_is(topic, "list-items:all"))
		return true;

	return query_found(call, sql_find_topic(call, &thing, trusted),
	    rt_problem(call, &api_code_topic_not_found,
		"There is no topic %.*s", RT_FMT(topic)),
	    why);
}

static bool
subscribe(struct rt_call *call, struct rt_str topic)
{
	struct rt_problem why = {0};
	bool trusted;

	if (!may_hear(call, topic, &trusted, &why))
		return why.code != NULL &&
		    api_connect_realtime_refuse(call, why);

	switch (rt_topic_subscribe(call, topic)) {
	case RT_SUBSCRIBE_FAILED:
		return false;
	case RT_SUBSCRIBE_FULL:
		return api_connect_realtime_refuse(call,
		    rt_problem(call, &api_code_too_many_topics,
			"A socket has %d topics at most", RT_TOPICS_MAX));
	case RT_SUBSCRIBE_OK:
		break;
	}
	if (trusted)
		rt_topic_trust(call, topic);

	return reply(call, API_REALTIME_REPLY_ACTION_SUBSCRIBED, topic);
}

static bool
obey(struct rt_call *call, const struct api_realtime_command *command)
{
	switch (command->action) {
	case API_REALTIME_COMMAND_ACTION_SUBSCRIBE:
		return subscribe(call, command->topic);
	case API_REALTIME_COMMAND_ACTION_UNSUBSCRIBE:
		rt_topic_unsubscribe(call, command->topic);
		return reply(call, API_REALTIME_REPLY_ACTION_UNSUBSCRIBED,
		    command->topic);
	case API_REALTIME_COMMAND_ACTION_PING:
		break;
	}
	return reply(call, API_REALTIME_REPLY_ACTION_PONG, everything);
}

bool
handle_connect_realtime(struct rt_call *call,
    struct api_connect_realtime_out *out)
{
	const struct api_realtime_message resync = {
	    .kind = API_REALTIME_MESSAGE_KIND_REALTIME_RESYNC,
	};
	struct api_realtime_command command;

	if (!api_connect_realtime_101(call, out))
		return false;
	if (call->who.expires != 0)
		rt_ws_expires(call, call->who.expires, 4001,
		    RT_LIT("Unauthorized"));
	if (!api_connect_realtime_missed(call, &resync))
		return false;

	while (api_connect_realtime_receive(call, &command)) {
		if (!obey(call, &command))
			return false;
	}
	return true;
}

/* --- Events --- */

static struct api_realtime_message
message_of(struct rt_call *call, enum api_activity_event event, int64_t id,
    struct api_realtime_payload payload)
{
	return (struct api_realtime_message){
	    .kind = API_REALTIME_MESSAGE_KIND_REALTIME_EVENT,
	    .realtime_event =
		{
		    .event = event,
		    .data =
			{
			    .entity_id = rt_printf(call, "%" PRId64, id),
			    .payload = payload,
			    .user_id =
				rt_printf(call, "%" PRId64, call->who.id),
			    .timestamp = rt_time_now(),
			},
		},
	};
}

static struct rt_str
topic_of(struct rt_call *call, const char *kind, int64_t id)
{
	return rt_printf(call, "%s:%" PRId64, kind, id);
}

static bool
publish(struct rt_call *call, bool private, struct rt_str topic,
    struct api_realtime_message *m)
{
	m->realtime_event.topic = topic;
	return private ? api_connect_realtime_publish_private(call, topic, m)
		       : api_connect_realtime_publish(call, topic, m);
}

bool
realtime_list_item(struct rt_call *call, enum api_activity_event event,
    const struct api_list_item *item)
{
	struct api_realtime_message m = message_of(call, event, item->id,
	    (struct api_realtime_payload){
		.kind = API_REALTIME_PAYLOAD_KIND_LIST_ITEM,
		.list_item = *item,
	    });
	struct sql_find_audience_row list;

	if (!query_done(call, sql_find_audience(call, item->list_id, &list)) ||
	    !publish(call, list.private, topic_of(call, "list", item->list_id),
		&m))
		return false;
	if (list.private)
		return true;

	return (!list.has_person_id ||
		   publish(call, false,
		       topic_of(call, "person", list.person_id), &m)) &&
	    publish(call, false, RT_LIT("list-items:all"), &m);
}

bool
realtime_list(struct rt_call *call, enum api_activity_event event,
    const struct api_list *list)
{
	bool private = list->visibility == API_LIST_VISIBILITY_PRIVATE;
	struct api_realtime_message m = message_of(call, event, list->id,
	    (struct api_realtime_payload){
		.kind = API_REALTIME_PAYLOAD_KIND_LIST,
		.list = *list,
	    });

	/* Of a new one nobody knows so far. */
	if (event != API_ACTIVITY_EVENT_ADDED &&
	    !publish(call, private, topic_of(call, "list", list->id), &m))
		return false;

	return private || !list->has_occasion_id ||
	    publish(call, false, topic_of(call, "occasion", list->occasion_id),
		&m);
}

bool
realtime_list_left(struct rt_call *call, const struct api_list *before)
{
	struct api_realtime_message m =
	    message_of(call, API_ACTIVITY_EVENT_DELETED, before->id,
		(struct api_realtime_payload){
		    .kind = API_REALTIME_PAYLOAD_KIND_LIST,
		    .list = *before,
		});

	return publish(call, false,
	    topic_of(call, "occasion", before->occasion_id), &m);
}

bool
realtime_occasion(struct rt_call *call, enum api_activity_event event,
    const struct api_occasion *occasion)
{
	struct api_realtime_message m = message_of(call, event, occasion->id,
	    (struct api_realtime_payload){
		.kind = API_REALTIME_PAYLOAD_KIND_OCCASION,
		.occasion = *occasion,
	    });

	return publish(call, false, topic_of(call, "occasion", occasion->id),
	    &m);
}

bool
realtime_person(struct rt_call *call, enum api_activity_event event,
    const struct api_person *person)
{
	struct api_realtime_message m = message_of(call, event, person->id,
	    (struct api_realtime_payload){
		.kind = API_REALTIME_PAYLOAD_KIND_PERSON,
		.person = *person,
	    });

	return publish(call, false, topic_of(call, "person", person->id), &m);
}

/* Whether those who may not see the list must not hear of it. */
static bool
is_private(struct rt_call *call, int64_t list, bool *private)
{
	struct sql_find_audience_row found;

	*private = false;
	if (list == 0)
		return true;
	if (!query_done(call, sql_find_audience(call, list, &found)))
		return false;

	*private = found.private;
	return true;
}

bool
realtime_comment(struct rt_call *call, const struct api_comment *comment,
    int64_t list)
{
	struct api_realtime_message m =
	    message_of(call, API_ACTIVITY_EVENT_COMMENT_ADDED, comment->id,
		(struct api_realtime_payload){
		    .kind = API_REALTIME_PAYLOAD_KIND_COMMENT,
		    .comment = *comment,
		});
	const char *parent =
	    api_comment_parent_type_text(comment->parent_type).p;
	bool private;

	return is_private(call, list, &private) &&
	    publish(call, private,
		rt_printf(call, "comments:%s:%" PRId64, parent,
		    comment->parent_id),
		&m);
}

/* --- Presence --- */

bool
realtime_presence(struct rt_call *call, struct rt_str topic,
    struct rt_ints users)
{
	struct api_realtime_message m = {
	    .kind = API_REALTIME_MESSAGE_KIND_REALTIME_PRESENCE,
	    .realtime_presence.topic = topic,
	};

	return query_done(call,
		   sql_list_users_present(call, users,
		       &m.realtime_presence.data.users)) &&
	    api_connect_realtime_publish(call, topic, &m);
}
