#include <stdlib.h>

#include "runtime/cron.h"
#include "runtime/job_part.h"
#include "runtime/server.h"

enum { SECOND_US = 1000000 };

static const struct rt_job_cron *crons;
static int64_t *ticks; /* of each the last one that was seen to; 0: none yet */

static const uint32_t tick_types[] = {RT_OID_TEXT, RT_OID_TIME, RT_OID_TEXT,
    RT_OID_JSON, RT_OID_INT4};

/* A new entry begins now; it has missed nothing. */
static const struct rt_sql_query seed = {
    .name = "job_cron_seed",
    .sql = "INSERT INTO job_cron (name, tick) VALUES ($1, $2) "
	   "ON CONFLICT (name) DO NOTHING",
    .types = tick_types,
    .n_params = 2,
};

/* Of all workers one moves the tick on, and it enqueues the job: once, however
 * many ticks were missed, and not beside the one of before. */
static const struct rt_sql_query advance = {
    .name = "job_cron_advance",
    .sql = "WITH won AS (UPDATE job_cron SET tick = $2 "
	   "WHERE name = $1 AND tick < $2 RETURNING name), "
	   "new AS (INSERT INTO job (kind, payload, unique_key, max_attempts) "
	   "SELECT $3, $4, 'cron ' || name, $5 FROM won "
	   "ON CONFLICT (kind, unique_key) WHERE unique_key IS NOT NULL "
	   "DO NOTHING RETURNING id) "
	   "SELECT pg_notify('" RT_JOB_TOPIC "', '')::text FROM new",
    .types = tick_types,
    .n_params = RT_LEN(tick_types),
    .n_columns = 1,
};

static struct rt_sql_args
tick_args(struct rt_call *call, const struct rt_sql_query *q,
    const struct rt_job_cron *c, int64_t tick)
{
	struct rt_sql_args args = rt_sql_args(call, q);

	rt_sql_text(&args, rt_str(c->name));
	rt_sql_begin(&args);
	rt_pg_put_time(&args.bytes, (struct rt_time){tick * SECOND_US});
	rt_sql_end(&args);
	return args;
}

static bool
run_seed(struct rt_call *call, const struct rt_job_cron *c, int64_t tick)
{
	struct rt_sql_args args = tick_args(call, &seed, c, tick);
	struct rt_sql_rows rows;

	return rt_sql_run(&args, &seed, &rows) == RT_SQL_OK;
}

static bool
run_advance(struct rt_call *call, const struct rt_job_cron *c, int64_t tick)
{
	const struct rt_job_kind *kind =
	    rt_job_kind_find(call->server->jobs, rt_str(c->kind));
	struct rt_sql_args args = tick_args(call, &advance, c, tick);
	struct rt_sql_rows rows;

	rt_sql_text(&args, rt_str(c->kind));
	rt_sql_text(&args, rt_str(c->payload == NULL ? "null" : c->payload));
	rt_job_put_int4(&args, rt_job_attempts(kind));
	return rt_sql_run(&args, &advance, &rows) == RT_SQL_OK;
}

static bool
run_entry(struct rt_call *call, const struct rt_job_cron *c, int64_t *seen,
    int64_t now)
{
	struct rt_cron cron;
	const char *why;
	int64_t tick;

	if (!rt_cron_parse(rt_str(c->when), &cron, &why))
		return rt_fail(call, "the crontab's %s: %s", c->name, why);
	tick = rt_cron_last(&cron, now);
	if (tick <= *seen)
		return true;
	if (*seen == 0 && !run_seed(call, c, tick))
		return false;
	if (!run_advance(call, c, tick))
		return false;
	*seen = tick;
	return true;
}

bool
rt_job_cron_run(struct rt_call *call, int64_t now)
{
	bool ok = true;

	for (size_t i = 0; ok && crons != NULL && crons[i].name != NULL; i++)
		ok = run_entry(call, &crons[i], &ticks[i], now);
	return ok;
}

bool
rt_job_cron_open(const struct rt_job_cron *all)
{
	size_t n = 0;

	crons = all;
	while (all != NULL && all[n].name != NULL)
		n++;
	ticks = calloc(n + 1, sizeof(*ticks));
	return ticks != NULL;
}

void
rt_job_cron_close(void)
{
	free(ticks);
	ticks = NULL;
}
