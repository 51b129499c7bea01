/* Everything at a glance. */
#include "api/dashboard.h"

#include "handlers/service.h"
#include "sql/dashboard.h"

/* --- Its parts, each a query that waits beside the others --- */

static bool
load_occasion(struct rt_call *call, void *arg)
{
	struct api_dashboard *d = arg;
	enum rt_sql found = sql_next_occasion(call, &d->occasion);

	d->has_occasion = found == RT_SQL_OK;
	return found == RT_SQL_NONE || query_done(call, found);
}

static bool
load_pipeline(struct rt_call *call, void *arg)
{
	struct api_dashboard *d = arg;

	return query_done(call,
	    sql_count_pipeline(call, call->who.id, is_admin(call),
		&d->pipeline));
}

static bool
load_people(struct rt_call *call, void *arg)
{
	struct api_dashboard *d = arg;

	return query_done(call, sql_list_people_in_need(call, &d->people));
}

static bool
load_ideas(struct rt_call *call, void *arg)
{
	struct api_dashboard *d = arg;

	return query_done(call,
	    sql_list_newest_ideas(call, call->who.id, is_admin(call),
		&d->ideas));
}

static bool
load_activity(struct rt_call *call, void *arg)
{
	struct api_dashboard *d = arg;

	return query_done(call,
	    sql_list_activity(call, call->who.id, is_admin(call),
		&d->activity));
}

bool
handle_get_dashboard(struct rt_call *call, struct api_get_dashboard_out *out)
{
	struct api_dashboard dashboard;
	const struct rt_fork parts[] = {
	    {load_occasion, &dashboard},
	    {load_pipeline, &dashboard},
	    {load_people, &dashboard},
	    {load_ideas, &dashboard},
	    {load_activity, &dashboard},
	};

	if (!rt_all(call, parts, RT_LEN(parts)))
		return false;

	return api_get_dashboard_200(out, by_its_bytes, &dashboard);
}
