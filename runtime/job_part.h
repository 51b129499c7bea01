/* What the files of jobs share:
 *
 *	job.c		enqueueing, and what a job's function may call
 *	job_row.c	the rows of a worker's jobs: taken, put off, ended
 *	job_work.c	a worker: which jobs run, and what becomes of them
 *	job_cron.c	the crontab
 *	job_kind.c	kinds of jobs, and whether the tables make sense
 */
#ifndef RT_JOB_PART_H
#define RT_JOB_PART_H

#include <sys/queue.h>

#include "runtime/job.h"
#include "runtime/op.h"
#include "runtime/sql.h"

/* By this topic workers learn of jobs that are due. */
#define RT_JOB_TOPIC "kontract_job"

enum { RT_JOB_REASON_MAX = 1024 };

/* How a run has ended. */
enum rt_job_end {
	RT_JOB_FAILED = 1, /* to be tried again, perhaps */
	RT_JOB_DONE,
	RT_JOB_GIVEN_UP, /* not to be tried again */
	RT_JOB_GIVEN_BACK, /* to be tried by another worker, as if never begun */
	RT_JOB_LOST, /* another worker may have it */
};

/* A job of this worker's, from the moment it is taken until its row says what has
 * become of it. */
struct rt_job_run {
	struct rt_job job;
	const struct rt_job_kind *kind;
	struct rt_call *call; /* while its function runs; else NULL */
	enum rt_job_end end; /* RT_JOB_FAILED until it is known */
	enum rt_job_end
	    cut; /* its call was told to end, as this; 0: it wasn't */
	bool completed; /* by rt_job_complete(), if that is committed */
	bool settling; /* a call is about to note its end */
	bool settled; /* that call has */
	bool beating; /* a call is about to put its lease off */
	int64_t lease_end_us; /* on rt_clock_us() */
	int64_t settle_us; /* when to try again; 0: it has not ended */
	char reason[RT_JOB_REASON_MAX];
	LIST_ENTRY(rt_job_run) list;
	char bytes[]; /* of the job: kind and payload */
};

LIST_HEAD(rt_job_runs, rt_job_run);

/* --- job_row.c: each is a query of the call's --- */

/* Who has the rows of this worker; the same for its whole life. */
void rt_job_row_open(const struct rt_job_settings *);

/*
 * Takes up to `n` jobs that are due, for one lease.  Adds those that there is
 * memory for; the others come back when the lease is over.  False on failure.
 */
bool rt_job_row_take(struct rt_call *, unsigned n,
    struct rt_job_runs *) RT_WARN_UNUSED;

/* Puts the lease off.  Sets `beating` of those that it has asked for, and takes it
 * back from those that are still ours.  False on failure. */
bool rt_job_row_beat(struct rt_call *, struct rt_job_runs *) RT_WARN_UNUSED;

/* Why it has not been done: as text for PostgreSQL, whatever it was made of. */
void rt_job_set_reason(struct rt_job_run *, struct rt_str why);

/* Notes the end of a run; one whose row another worker has is left alone.  False
 * on failure. */
bool rt_job_row_settle(struct rt_call *,
    const struct rt_job_run *) RT_WARN_UNUSED;

/* As rt_job_row_settle() of a job that is done; *ours tells whether it was. */
bool rt_job_row_delete(struct rt_call *, const struct rt_job *,
    bool *ours) RT_WARN_UNUSED;

/* A parameter. */
void rt_job_put_int4(struct rt_sql_args *, int64_t);
void rt_job_put_int8(struct rt_sql_args *, int64_t);

/* --- job_cron.c --- */

/* For a worker: of that many entries nothing is known yet.  False without
 * memory. */
bool rt_job_cron_open(const struct rt_job_cron *) RT_WARN_UNUSED;
void rt_job_cron_close(void);

/* Enqueues what is due by the crontab; `now` in seconds of the wall clock.  False
 * on failure. */
bool rt_job_cron_run(struct rt_call *, int64_t now) RT_WARN_UNUSED;

/* --- job_kind.c --- */

/* NULL: there is none. */
const struct rt_job_kind *rt_job_kind_find(const struct rt_job_kind *kinds,
    struct rt_str name);

unsigned rt_job_attempts(const struct rt_job_kind *);

/* The pause after so many failures, in milliseconds; `chance` of 0 to 1. */
int64_t rt_job_pause(const struct rt_job_kind *, unsigned failures,
    double chance);

#endif /* RT_JOB_PART_H */
