/* The server of tests/scenario/async.js: handlers that wait for several things at
 * once, or whose clients leave. */
#include "api/api.h"
#include "api/default_.h"

static const struct rt_sql_query count_slowly = {
    .name = "count_slowly",
    .sql = "SELECT 7 FROM pg_sleep($1)",
    .types = (const uint32_t[]){RT_OID_FLOAT8},
    .n_params = 1,
    .n_columns = 1,
};

static const struct rt_sql_query add_note = {
    .name = "add_note",
    .sql = "INSERT INTO notes (text) VALUES ($1)",
    .types = (const uint32_t[]){RT_OID_TEXT},
    .n_params = 1,
};

bool
handle_sleep(struct rt_call *call, const struct api_sleep_in *in,
    struct api_sleep_out *out)
{
	return rt_sleep(call, (unsigned)in->ms) && api_sleep_204(out);
}

/* What the parts of an overview are given, and what they find. */
struct overview {
	const struct api_overview_in *in;
	struct api_overview found;
};

/* A query that takes its time. */
static bool
count(struct rt_call *call, double seconds, int64_t *out)
{
	struct rt_sql_args args = rt_sql_args(call, &count_slowly);
	struct rt_sql_rows rows;

	rt_sql_begin(&args);
	rt_pg_put_float8(&args.bytes, seconds);
	rt_sql_end(&args);
	return rt_sql_run(&args, &count_slowly, &rows) == RT_SQL_OK &&
	    rt_pg_get_int(rt_sql_column(&rows, 0, 0), out);
}

static bool
count_orders(struct rt_call *call, void *arg)
{
	struct overview *o = arg;

	return count(call, o->in->seconds, &o->found.orders);
}

static bool
count_messages(struct rt_call *call, void *arg)
{
	struct overview *o = arg;

	return count(call, o->in->seconds / 2, &o->found.messages);
}

static bool
ask_weather(struct rt_call *call, void *arg)
{
	struct overview *o = arg;
	struct rt_http_reply reply;
	enum rt_http_result result;

	result = rt_http_get(call, o->in->weather, &reply);
	if (result == RT_HTTP_FAILED)
		return false;
	if (result != RT_HTTP_OK || reply.status != 200)
		return rt_fail_unavailable(call, "no weather: %.*s",
		    RT_FMT(reply.why));
	o->found.weather = reply.body;
	return true;
}

bool
handle_overview(struct rt_call *call, const struct api_overview_in *in,
    struct api_overview_out *out)
{
	struct overview o = {.in = in};
	const struct rt_fork forks[] = {
	    {count_orders, &o},
	    {count_messages, &o},
	    {ask_weather, &o},
	};

	if (!rt_all(call, forks, RT_LEN(forks)))
		return false;
	return api_overview_200(out, &o.found);
}

static bool
write_note(struct rt_call *call, struct rt_str text)
{
	struct rt_sql_args args = rt_sql_args(call, &add_note);
	struct rt_sql_rows rows;

	rt_sql_text(&args, text);
	return rt_sql_run(&args, &add_note, &rows) == RT_SQL_OK;
}

bool
handle_put_note(struct rt_call *call, const struct api_put_note_in *in,
    struct api_put_note_out *out)
{
	if (in->detached)
		rt_detach(call);
	if (!rt_sleep(call, (unsigned)in->ms))
		return false;
	return write_note(call, in->text) && api_put_note_204(out);
}

static void
tell_note(struct rt_call *call, void *text)
{
	(void)write_note(call,
	    rt_printf(call, "%.*s is told", RT_FMT(*(struct rt_str *)text)));
}

static bool
commit_note(struct rt_call *call, void *text)
{
	rt_after_commit(call, tell_note, text);
	return write_note(call, *(struct rt_str *)text);
}

bool
handle_commit_note(struct rt_call *call, const struct api_commit_note_in *in,
    struct api_commit_note_out *out)
{
	struct rt_str text = in->text;

	if (rt_tx(call, RT_READ_COMMITTED, commit_note, &text) !=
	    RT_TX_COMMITTED)
		return false;
	return write_note(call, RT_LIT("after")) && api_commit_note_204(out);
}

const struct rt_server_def rt_server_def = {.api = &api};
