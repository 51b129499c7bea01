#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "runtime/job_part.h"
#include "runtime/log.h"
#include "runtime/loop.h"

enum { HOST_MAX = 64, COLUMNS = 5 };

/* A worker's name: no two have the same, and operators see where it is. */
static char worker[HOST_MAX + 48];
static const struct rt_job_settings *settings;

void
rt_job_row_open(const struct rt_job_settings *s)
{
	char host[HOST_MAX] = "";
	uint64_t chance;

	settings = s;
	(void)gethostname(host, sizeof(host) - 1);
	rt_random(&chance, sizeof(chance));
	snprintf(worker, sizeof(worker), "%s/%ld/%08x", host, (long)getpid(),
	    (unsigned)chance);
}

void
rt_job_put_int4(struct rt_sql_args *args, int64_t v)
{
	rt_sql_begin(args);
	rt_pg_put_int4(&args->bytes, v);
	rt_sql_end(args);
}

void
rt_job_put_int8(struct rt_sql_args *args, int64_t v)
{
	rt_sql_begin(args);
	rt_pg_put_int8(&args->bytes, v);
	rt_sql_end(args);
}

/* --- Taking --- */

static const uint32_t take_types[] = {RT_OID_TEXTS, RT_OID_INT4, RT_OID_INT8,
    RT_OID_TEXT};

/*
 * Those whose lease is over were a worker's that has died.  Each priority is a
 * part of the index job_next by itself, of which no more is read than is taken,
 * whatever waits for its time behind that.  A row that another has taken since
 * the statement began is looked at again where it is locked.
 */
static const struct rt_sql_query take = {
    .name = "job_take",
    .sql = "WITH due AS ("
	   "SELECT j.id FROM unnest('{1,2,3}'::smallint[]) AS p "
	   "CROSS JOIN LATERAL ("
	   "SELECT id FROM job WHERE priority = p AND run_at <= now() "
	   "AND (locked_until IS NULL OR locked_until <= now()) "
	   "AND kind = ANY ($1) "
	   "ORDER BY run_at, id LIMIT $2 FOR UPDATE SKIP LOCKED) AS j "
	   "LIMIT $2) "
	   "UPDATE job SET locked_by = $4, attempts = attempts + 1, "
	   "locked_until = now() + $3 * interval '1 millisecond' "
	   "FROM due WHERE job.id = due.id "
	   "RETURNING job.id, kind, payload, attempts, max_attempts",
    .types = take_types,
    .n_params = RT_LEN(take_types),
    .n_columns = COLUMNS,
};

static void
put_kinds(struct rt_sql_args *args)
{
	size_t n = 0;

	while (settings->kinds[n].name != NULL)
		n++;
	rt_sql_begin(args);
	rt_pg_put_array(&args->bytes, RT_OID_TEXT, n);
	for (size_t i = 0; i < n; i++) {
		size_t begun = rt_pg_begin_item(&args->bytes);

		rt_pg_put_bytes(&args->bytes, rt_str(settings->kinds[i].name));
		rt_pg_end_item(&args->bytes, begun);
	}
	rt_sql_end(args);
}

static char *
copy(char *to, struct rt_str *s)
{
	memcpy(to, s->p, s->n);
	s->p = to;
	return to + s->n;
}

static struct rt_job_run *
make_run(const struct rt_job *job)
{
	const struct rt_job_kind *kind =
	    rt_job_kind_find(settings->kinds, job->kind);
	struct rt_job_run *run =
	    calloc(1, sizeof(*run) + job->kind.n + job->payload.n);

	if (run == NULL || kind == NULL) {
		free(run);
		return NULL;
	}
	run->job = *job;
	run->job.run = run;
	copy(copy(run->bytes, &run->job.kind), &run->job.payload);
	run->kind = kind;
	run->end = RT_JOB_FAILED;
	return run;
}

static bool
read_row(struct rt_call *call, const struct rt_sql_rows *rows, int row,
    struct rt_job *job)
{
	struct rt_str c[COLUMNS];
	int64_t attempt, max;

	for (int i = 0; i < COLUMNS; i++)
		c[i] = rt_sql_column(rows, row, i);
	*job = (struct rt_job){.kind = c[1], .payload = c[2]};
	if (!rt_pg_get_int(c[0], &job->id) || c[1].p == NULL ||
	    c[2].p == NULL || !rt_pg_get_int(c[3], &attempt) ||
	    !rt_pg_get_int(c[4], &max)) {
		(void)rt_sql_misread(call, &take, 0);
		return false;
	}
	job->attempt = (unsigned)attempt;
	job->max_attempts = (unsigned)max;
	return true;
}

bool
rt_job_row_take(struct rt_call *call, unsigned n, struct rt_job_runs *runs)
{
	int64_t end = rt_clock_us() + (int64_t)settings->lease_ms * 1000;
	struct rt_sql_args args = rt_sql_args(call, &take);
	struct rt_sql_rows rows;
	struct rt_job_run *run;
	struct rt_job job;

	put_kinds(&args);
	rt_job_put_int4(&args, n);
	rt_job_put_int8(&args, settings->lease_ms);
	rt_sql_text(&args, rt_str(worker));
	if (rt_sql_run(&args, &take, &rows) != RT_SQL_OK)
		return false;
	for (int i = 0; i < rows.n; i++) {
		if (!read_row(call, &rows, i, &job))
			return false;
		run = make_run(&job);
		if (run == NULL)
			continue;
		run->lease_end_us = end;
		LIST_INSERT_HEAD(runs, run, list);
	}
	return true;
}

/* --- Putting the lease off --- */

static const uint32_t beat_types[] = {RT_OID_INT8S, RT_OID_TEXT, RT_OID_INT8};

static const struct rt_sql_query beat = {
    .name = "job_beat",
    .sql = "UPDATE job "
	   "SET locked_until = now() + $3 * interval '1 millisecond' "
	   "WHERE id = ANY ($1) AND locked_by = $2 RETURNING id, attempts",
    .types = beat_types,
    .n_params = RT_LEN(beat_types),
    .n_columns = 2,
};

static void
put_ids(struct rt_sql_args *args, struct rt_job_runs *runs)
{
	struct rt_job_run *run;
	size_t n = 0;

	LIST_FOREACH(run, runs, list)
	n++;
	rt_sql_begin(args);
	rt_pg_put_array(&args->bytes, RT_OID_INT8, n);
	LIST_FOREACH(run, runs, list)
	{
		size_t begun = rt_pg_begin_item(&args->bytes);

		run->beating = true;
		rt_pg_put_int8(&args->bytes, run->job.id);
		rt_pg_end_item(&args->bytes, begun);
	}
	rt_sql_end(args);
}

static void
note_beat(struct rt_job_runs *runs, int64_t id, int64_t attempt, int64_t end)
{
	struct rt_job_run *run;

	LIST_FOREACH(run, runs, list)
	{
		if (run->job.id != id || run->job.attempt != attempt)
			continue;
		run->beating = false;
		run->lease_end_us = end;
	}
}

bool
rt_job_row_beat(struct rt_call *call, struct rt_job_runs *runs)
{
	int64_t end = rt_clock_us() + (int64_t)settings->lease_ms * 1000;
	struct rt_sql_args args = rt_sql_args(call, &beat);
	struct rt_sql_rows rows;
	int64_t id, attempt;

	put_ids(&args, runs);
	rt_sql_text(&args, rt_str(worker));
	rt_job_put_int8(&args, settings->lease_ms);
	if (rt_sql_run(&args, &beat, &rows) != RT_SQL_OK)
		return false;
	for (int i = 0; i < rows.n; i++) {
		if (!rt_pg_get_int(rt_sql_column(&rows, i, 0), &id) ||
		    !rt_pg_get_int(rt_sql_column(&rows, i, 1), &attempt))
			return rt_sql_misread(call, &beat, 0) == RT_SQL_OK;
		note_beat(runs, id, attempt, end);
	}
	return true;
}

/* --- Ending --- */

void
rt_job_set_reason(struct rt_job_run *run, struct rt_str why)
{
	size_t n = 0;

	if (why.p == NULL)
		why = RT_LIT("it has returned false without a reason");
	while (why.n > 0) {
		size_t step = rt_str_utf8_len(why);
		bool bad = step == 0 || why.p[0] == '\0';

		step = bad ? 1 : step;
		if (n + step >= sizeof(run->reason))
			break;
		memcpy(run->reason + n, bad ? "?" : why.p, step);
		n += step;
		why.p += step;
		why.n -= step;
	}
	run->reason[n] = '\0';
}

/* A row is ours as long as nobody has taken it since. */
#define OURS "id = $1 AND locked_by = $2 AND attempts = $3"

static const uint32_t end_types[] = {RT_OID_INT8, RT_OID_TEXT, RT_OID_INT4,
    RT_OID_TEXT, RT_OID_INT8};

static const struct rt_sql_query delete = {
    .name = "job_delete",
    .sql = "DELETE FROM job WHERE " OURS,
    .types = end_types,
    .n_params = 3,
};

static const struct rt_sql_query give_back = {
    .name = "job_give_back",
    .sql = "WITH given AS ("
	   "UPDATE job SET locked_until = NULL, locked_by = NULL, "
	   "attempts = attempts - 1 WHERE " OURS " RETURNING id) "
	   "SELECT pg_notify('" RT_JOB_TOPIC "', '')::text FROM given",
    .types = end_types,
    .n_params = 3,
    .n_columns = 1,
};

static const struct rt_sql_query retry = {
    .name = "job_retry",
    .sql = "UPDATE job SET locked_until = NULL, locked_by = NULL, "
	   "error = $4, run_at = now() + $5 * interval '1 millisecond' "
	   "WHERE " OURS,
    .types = end_types,
    .n_params = 5,
};

static const struct rt_sql_query bury = {
    .name = "job_bury",
    .sql = "WITH dead AS (DELETE FROM job WHERE " OURS " RETURNING *) "
	   "INSERT INTO job_dead (id, kind, payload, priority, unique_key, "
	   "attempts, max_attempts, error, created_at) "
	   "SELECT id, kind, payload, priority, unique_key, "
	   "least(attempts, max_attempts), max_attempts, $4, created_at "
	   "FROM dead",
    .types = end_types,
    .n_params = 4,
};

static struct rt_sql_args
end_args(struct rt_call *call, const struct rt_sql_query *q,
    const struct rt_job *job)
{
	struct rt_sql_args args = rt_sql_args(call, q);

	rt_job_put_int8(&args, job->id);
	rt_sql_text(&args, rt_str(worker));
	rt_job_put_int4(&args, job->attempt);
	return args;
}

bool
rt_job_row_delete(struct rt_call *call, const struct rt_job *job, bool *ours)
{
	struct rt_sql_args args = end_args(call, &delete, job);
	struct rt_sql_rows rows;

	if (rt_sql_run(&args, &delete, &rows) != RT_SQL_OK)
		return false;
	*ours = rows.affected == 1;
	return true;
}

static bool
run_give_back(struct rt_call *call, const struct rt_job_run *run)
{
	struct rt_sql_args args = end_args(call, &give_back, &run->job);
	struct rt_sql_rows rows;

	return rt_sql_run(&args, &give_back, &rows) == RT_SQL_OK;
}

static bool
run_retry(struct rt_call *call, const struct rt_job_run *run)
{
	struct rt_sql_args args = end_args(call, &retry, &run->job);
	struct rt_sql_rows rows;
	uint32_t chance;

	rt_random(&chance, sizeof(chance));
	rt_sql_text(&args, rt_str(run->reason));
	rt_job_put_int8(&args,
	    rt_job_pause(run->kind, run->job.attempt,
		(double)chance / UINT32_MAX));
	return rt_sql_run(&args, &retry, &rows) == RT_SQL_OK;
}

static bool
run_bury(struct rt_call *call, const struct rt_job_run *run)
{
	struct rt_sql_args args = end_args(call, &bury, &run->job);
	struct rt_sql_rows rows;

	rt_sql_text(&args, rt_str(run->reason));
	return rt_sql_run(&args, &bury, &rows) == RT_SQL_OK;
}

bool
rt_job_row_settle(struct rt_call *call, const struct rt_job_run *run)
{
	bool ours;

	switch (run->end) {
	case RT_JOB_DONE:
		return rt_job_row_delete(call, &run->job, &ours);
	case RT_JOB_GIVEN_UP:
		return run_bury(call, run);
	case RT_JOB_GIVEN_BACK:
		return run_give_back(call, run);
	case RT_JOB_LOST:
		return true;
	default:
		return run->job.attempt < run->job.max_attempts
		    ? run_retry(call, run)
		    : run_bury(call, run);
	}
}
