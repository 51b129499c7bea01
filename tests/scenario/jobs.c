/* The handlers of jobs.yaml, and jobs that note what they have done. */
#include <unistd.h>

#include "api/api.h"
#include "api/default_.h"
#include "runtime/sql.h"

static int64_t n_heard;

/* --- What jobs note --- */

static const uint32_t note_types[] = {RT_OID_INT8, RT_OID_TEXT, RT_OID_INT8,
    RT_OID_INT8, RT_OID_TEXT};

static const struct rt_sql_query note_begin = {
    .name = "note_begin",
    .sql = "INSERT INTO run (job, payload, attempt, process, kind) "
	   "VALUES ($1, $2::int, $3, $4, $5)",
    .types = note_types,
    .n_params = 5,
};

static const struct rt_sql_query note_end = {
    .name = "note_end",
    .sql = "INSERT INTO ended (job, payload) VALUES ($1, $2::int)",
    .types = note_types,
    .n_params = 2,
};

static void
put_int8(struct rt_sql_args *args, int64_t v)
{
	rt_sql_begin(args);
	rt_pg_put_int8(&args->bytes, v);
	rt_sql_end(args);
}

static bool
begun(struct rt_call *call, const struct rt_job *job)
{
	struct rt_sql_args args = rt_sql_args(call, &note_begin);
	struct rt_sql_rows rows;

	put_int8(&args, job->id);
	rt_sql_text(&args, job->payload);
	put_int8(&args, job->attempt);
	put_int8(&args, getpid());
	rt_sql_text(&args, job->kind);
	return rt_sql_run(&args, &note_begin, &rows) == RT_SQL_OK;
}

static bool
ended(struct rt_call *call, const struct rt_job *job)
{
	struct rt_sql_args args = rt_sql_args(call, &note_end);
	struct rt_sql_rows rows;

	put_int8(&args, job->id);
	rt_sql_text(&args, job->payload);
	return rt_sql_run(&args, &note_end, &rows) == RT_SQL_OK;
}

/* --- Jobs --- */

/* Takes 5 to 45 milliseconds. */
static bool
run_plain(struct rt_call *call, const struct rt_job *job)
{
	return begun(call, job) &&
	    rt_sleep(call, 5 + (unsigned)(job->id * 7 % 41)) &&
	    ended(call, job);
}

static bool
end_exactly(struct rt_call *call, void *arg)
{
	return ended(call, arg) && rt_job_complete(call, arg);
}

static bool
run_exact(struct rt_call *call, const struct rt_job *job)
{
	return begun(call, job) &&
	    rt_sleep(call, 5 + (unsigned)(job->id * 7 % 41)) &&
	    rt_tx(call, RT_READ_COMMITTED, end_exactly, (void *)job) ==
	    RT_TX_COMMITTED;
}

static bool
run_failing(struct rt_call *call, const struct rt_job *job)
{
	if (!begun(call, job))
		return false;
	if (job->attempt <= (unsigned)(job->id % 4))
		return rt_fail(call, "not yet");
	return ended(call, job);
}

static bool
run_doomed(struct rt_call *call, const struct rt_job *job)
{
	return begun(call, job) && rt_fail(call, "it can't be");
}

static bool
run_long(struct rt_call *call, const struct rt_job *job)
{
	return begun(call, job) && rt_sleep(call, 2500) && ended(call, job);
}

static const struct rt_job_kind kinds[] = {
    {.name = "plain", .run = run_plain},
    {.name = "exact", .run = run_exact},
    {.name = "failing", .run = run_failing, .retry_ms = 50},
    {.name = "doomed", .run = run_doomed, .retry_ms = 50, .max_attempts = 3},
    {.name = "long", .run = run_long},
    {.name = NULL},
};

static const struct rt_job_cron crontab[] = {
    {.name = "yearly", .when = "0 0 1 1 *", .kind = "plain", .payload = "7"},
    {.name = NULL},
};

/* --- Enqueueing --- */

/* One that there isn't is told so by rt_job_enqueue(). */
static const char *
kind_of(struct rt_str name)
{
	const struct rt_job_kind *k = kinds;

	while (k->name != NULL && !rt_str_is(name, k->name))
		k++;
	return k->name == NULL ? "none" : k->name;
}

struct order {
	const struct api_enqueue_in *in;
	int64_t enqueued;
};

static bool
enqueue_all(struct rt_call *call, void *arg)
{
	struct order *o = arg;
	struct rt_job_new new = {
	    .kind = kind_of(o->in->kind),
	    .delay_ms = o->in->delay,
	    .unique_key = o->in->key,
	};

	o->enqueued = 0;
	for (int64_t i = 0; i < o->in->n; i++) {
		new.payload =
		    rt_printf(call, "%lld", (long long)(o->in->first + i));
		switch (rt_job_enqueue(call, &new, NULL)) {
		case RT_ENQUEUE_FAILED:
			return false;
		case RT_ENQUEUED:
			o->enqueued++;
			break;
		case RT_ENQUEUED_BEFORE:
			break;
		}
	}
	return o->in->mode != API_ENQUEUE_MODE_ROLLBACK;
}

bool
handle_enqueue(struct rt_call *call, const struct api_enqueue_in *in,
    struct api_enqueue_out *out)
{
	struct order o = {.in = in};
	struct api_enqueue_n200 answer;
	bool single = in->mode == API_ENQUEUE_MODE_SINGLE;

	if (single ? !enqueue_all(call, &o)
		   : rt_tx(call, RT_READ_COMMITTED, enqueue_all, &o) ==
		    RT_TX_FAILED)
		return false;
	answer.enqueued =
	    in->mode == API_ENQUEUE_MODE_ROLLBACK ? 0 : o.enqueued;
	return api_enqueue_200(out, &answer);
}

/* --- The bus --- */

static bool
publish(struct rt_call *call, void *arg)
{
	const struct api_publish_in *in = arg;

	return rt_bus_publish(call, in->topic, in->text) &&
	    in->mode != API_PUBLISH_MODE_ROLLBACK;
}

bool
handle_publish(struct rt_call *call, const struct api_publish_in *in,
    struct api_publish_out *out)
{
	bool single = in->mode == API_PUBLISH_MODE_SINGLE;

	if (single ? !publish(call, (void *)in)
		   : rt_tx(call, RT_READ_COMMITTED, publish, (void *)in) ==
		    RT_TX_FAILED)
		return false;
	return api_publish_204(out);
}

bool
handle_listen(struct rt_call *call, const struct api_listen_in *in,
    struct api_listen_out *out)
{
	struct rt_bus_feed *feed = rt_bus_listen(call, in->topic);
	struct rt_bus_message m;

	if (feed == NULL || !api_listen_200_begin(call, out))
		return false;
	while (rt_bus_next(feed, &m)) {
		struct api_message item = {
		    .text = m.missed ? RT_LIT("") : m.payload,
		    .missed = m.missed,
		};

		if (!api_listen_200_send(call, &item))
			break;
	}
	return true;
}

static void
hear(const struct rt_bus_message *m, void *unused)
{
	(void)unused;
	if (!m->missed)
		n_heard++;
}

bool
handle_heard(struct rt_call *call, struct api_heard_out *out)
{
	struct api_heard_n200 answer = {.n = n_heard};

	(void)call;
	return api_heard_200(out, &answer);
}

static void
begin(void)
{
	rt_bus_subscribe("all", hear, NULL);
}

const struct rt_server_def rt_server_def = {
    .api = &api,
    .begin = begin,
    .jobs = kinds,
    .crontab = crontab,
};
