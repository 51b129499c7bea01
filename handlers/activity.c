/* What has happened, for the dashboard. */
#include "handlers/activity.h"

#include "sql/dashboard.h"

bool
activity_add(struct rt_call *call, const struct happening *h)
{
	const struct sql_insert_activity_args args = {
	    .event = api_activity_event_text(h->event),
	    .entity_type = api_activity_entity_text(h->entity),
	    .entity_id = h->id,
	    .title = h->title,
	    .has_list_id = h->list != 0,
	    .list_id = h->list,
	    .viewer = call->who.id,
	};

	return query_done(call, sql_insert_activity(call, &args));
}
