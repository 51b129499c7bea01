#include "runtime/bus.h"
#include "runtime/sql.h"

static const uint32_t publish_types[] = {RT_OID_TEXT, RT_OID_TEXT};

static const struct rt_sql_query publish = {
    .name = "bus_publish",
    .sql = "SELECT pg_notify($1, $2)",
    .types = publish_types,
    .n_params = RT_LEN(publish_types),
    .n_columns = 1,
};

bool
rt_bus_publish(struct rt_call *call, struct rt_str topic, struct rt_str payload)
{
	struct rt_sql_args args;
	struct rt_sql_rows rows;

	if (!rt_bus_is_topic(topic))
		return rt_fail(call, "bus: %.*s is no topic", RT_FMT(topic));
	if (payload.n > RT_BUS_PAYLOAD_MAX)
		return rt_fail(call,
		    "bus: a message on %.*s has %zu bytes, of %d at most",
		    RT_FMT(topic), payload.n, RT_BUS_PAYLOAD_MAX);
	args = rt_sql_args(call, &publish);
	rt_sql_text(&args, topic);
	rt_sql_text(&args, payload.p == NULL ? RT_LIT("") : payload);
	return rt_sql_run(&args, &publish, &rows) == RT_SQL_OK;
}
