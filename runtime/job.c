#include "runtime/job.h"

#include <stdio.h>

#include "runtime/job_part.h"
#include "runtime/json_write.h"
#include "runtime/server.h"

/* --- Enqueueing --- */

static const uint32_t enqueue_types[] = {RT_OID_TEXT, RT_OID_JSON, RT_OID_INT4,
    RT_OID_TIME, RT_OID_INT8, RT_OID_TEXT, RT_OID_INT4};

/* Who waits for jobs is told of one that is due. */
static const struct rt_sql_query enqueue = {
    .name = "job_enqueue",
    .sql = "WITH new AS ("
	   "INSERT INTO job (kind, payload, priority, run_at, unique_key, "
	   "max_attempts) "
	   "VALUES ($1, $2, $3, coalesce($4, now()) + "
	   "$5 * interval '1 millisecond', $6, $7) "
	   "ON CONFLICT (kind, unique_key) WHERE unique_key IS NOT NULL "
	   "DO NOTHING RETURNING id, run_at) "
	   "SELECT id, CASE WHEN run_at <= now() THEN "
	   "pg_notify('" RT_JOB_TOPIC "', '')::text END FROM new",
    .types = enqueue_types,
    .n_params = RT_LEN(enqueue_types),
    .n_columns = 2,
};

static void
put_time(struct rt_sql_args *args, struct rt_time t)
{
	if (t.us == 0) {
		rt_sql_null(args);
		return;
	}
	rt_sql_begin(args);
	rt_pg_put_time(&args->bytes, t);
	rt_sql_end(args);
}

/* As JSON; absent where it is too large. */
static struct rt_str
payload_of(struct rt_call *call, const struct rt_job_new *new)
{
	struct rt_buf b = rt_buf(call->arena, RT_JOB_PAYLOAD_MAX);
	struct rt_writer w = rt_writer(&b);
	struct rt_str none = {NULL, 0};

	if (new->node != NULL) {
		rt_write_node(&w, new->node);
		return b.full ? none : rt_buf_str(&b);
	}
	if (new->payload.p == NULL)
		return RT_LIT("null");
	return new->payload.n > RT_JOB_PAYLOAD_MAX ? none : new->payload;
}

static const char *
fault_of(const struct rt_job_new *new, const struct rt_job_kind *kind,
    struct rt_str payload)
{
	if (kind == NULL)
		return "there is no such kind";
	if (payload.p == NULL)
		return "the payload is too large";
	if (new->unique_key.n > RT_JOB_KEY_MAX)
		return "the unique key is too long";
	if (new->delay_ms < 0)
		return "the delay is negative";
	if (new->priority > RT_JOB_LOW)
		return "there is no such priority";
	if (new->max_attempts > INT32_MAX)
		return "these are too many attempts";
	return NULL;
}

static struct rt_sql_args
enqueue_args(struct rt_call *call, const struct rt_job_new *new,
    const struct rt_job_kind *kind, struct rt_str payload)
{
	struct rt_sql_args args = rt_sql_args(call, &enqueue);
	unsigned attempts = new->max_attempts;

	rt_sql_text(&args, rt_str(new->kind));
	rt_sql_text(&args, payload);
	rt_job_put_int4(&args,
	    new->priority == 0 ? RT_JOB_NORMAL : new->priority);
	put_time(&args, new->run_at);
	rt_job_put_int8(&args, new->delay_ms);
	rt_sql_text(&args, new->unique_key);
	rt_job_put_int4(&args,
	    attempts == 0 ? rt_job_attempts(kind) : attempts);
	return args;
}

static enum rt_enqueued
take_id(struct rt_call *call, const struct rt_sql_rows *rows, int64_t *id)
{
	if (rows->n == 0)
		return RT_ENQUEUED_BEFORE;
	if (rt_pg_get_int(rt_sql_column(rows, 0, 0), id))
		return RT_ENQUEUED;
	(void)rt_sql_misread(call, &enqueue, 0);
	return RT_ENQUEUE_FAILED;
}

enum rt_enqueued
rt_job_enqueue(struct rt_call *call, const struct rt_job_new *new, int64_t *id)
{
	const struct rt_job_kind *kind =
	    rt_job_kind_find(call->server->jobs, rt_str(new->kind));
	struct rt_str payload = payload_of(call, new);
	const char *fault = fault_of(new, kind, payload);
	struct rt_sql_rows rows;
	struct rt_sql_args args;
	int64_t unused;

	if (id == NULL)
		id = &unused;
	*id = 0;
	if (fault != NULL) {
		(void)rt_fail(call, "job %s: %s", new->kind, fault);
		return RT_ENQUEUE_FAILED;
	}
	args = enqueue_args(call, new, kind, payload);
	if (rt_sql_run(&args, &enqueue, &rows) != RT_SQL_OK)
		return RT_ENQUEUE_FAILED;
	return take_id(call, &rows, id);
}

/* --- For the functions of jobs --- */

const struct rt_node *
rt_job_payload(struct rt_call *call, const struct rt_job *job)
{
	struct rt_json_error err;
	const struct rt_node *v = rt_json_parse(call->arena, job->payload,
	    &rt_json_default_limits, &err);

	if (v == NULL)
		(void)rt_fail(call, "the payload can't be read: %.*s",
		    RT_FMT(err.text));
	return v;
}

bool
rt_job_give_up(struct rt_call *call, const struct rt_job *job, const char *fmt,
    ...)
{
	struct rt_str why;
	va_list ap;

	va_start(ap, fmt);
	why = rt_arena_vprintf(call->arena, fmt, ap);
	va_end(ap);
	job->run->end = RT_JOB_GIVEN_UP;
	return rt_fail(call, "%.*s", RT_FMT(why));
}

bool
rt_job_complete(struct rt_call *call, const struct rt_job *job)
{
	bool ours;

	if (!rt_job_row_delete(call, job, &ours))
		return false;
	if (!ours)
		return rt_fail(call, "another worker has the job");
	job->run->completed = true;
	return true;
}
