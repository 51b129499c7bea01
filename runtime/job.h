/*
 * Work for later: a job is a row of the table job, which a worker of any server on
 * the database takes and runs, and runs again when it fails.  A job whose
 * transaction was committed is run at least once: when its worker dies between its
 * end and the note of it, once more.
 */
#ifndef RT_JOB_H
#define RT_JOB_H

#include "runtime/call.h"

struct rt_job_run;

/* As its function sees it; the bytes live until that returns. */
struct rt_job {
	int64_t id;
	struct rt_str kind;
	struct rt_str payload; /* JSON */
	unsigned attempt; /* from 1 */
	unsigned max_attempts;
	struct rt_job_run *run; /* the worker's */
};

/* What jobs there are; a table of these ends with a name of NULL. */
struct rt_job_kind {
	const char *name;
	/*
	 * Runs on a call of its own, which no client waits for: it may do what a
	 * handler may, but answer.  True when the job is done.  After false, and
	 * rt_fail(), it is run again later, max_attempts times in all; then it is
	 * kept in the table job_dead.
	 */
	bool (*run)(struct rt_call *, const struct rt_job *);
	unsigned max_attempts; /* 0: 20 */
	/* The pause after the first failure, doubled by each one that follows, up
	 * to six hours; a quarter more or less, by chance.  0: 1000. */
	unsigned retry_ms;
	unsigned timeout_ms; /* of one run; 0: 60000 */
};

/* Jobs that come again; a table of these ends with a name of NULL. */
struct rt_job_cron {
	const char *name; /* of the entry, unique among all on the database */
	const char *when; /* as rt_cron_parse() has it; UTC */
	const char *kind;
	const char *payload; /* JSON; NULL: null */
};

/* --- Enqueueing --- */

enum rt_job_priority {
	RT_JOB_HIGH = 1,
	RT_JOB_NORMAL, /* 0 is this, too */
	RT_JOB_LOW,
};

enum { RT_JOB_PAYLOAD_MAX = 1024 * 1024, RT_JOB_KEY_MAX = 255 };

/* A job to be; what is zero is left to its kind. */
struct rt_job_new {
	const char *kind;
	struct rt_str payload; /* JSON; absent: null */
	const struct rt_node *node; /* or the same as a value; not both */
	enum rt_job_priority priority;
	int64_t delay_ms; /* not before so much time has passed */
	struct rt_time run_at; /* or not before then */
	/* While there is a job of this kind with the same key, queued or under
	 * way, there is no other one; absent: any number. */
	struct rt_str unique_key;
	unsigned max_attempts;
};

enum rt_enqueued {
	RT_ENQUEUE_FAILED = 0, /* rt_fail() has been called */
	RT_ENQUEUED = 1,
	RT_ENQUEUED_BEFORE, /* one with this key is there */
};

/*
 * Adds a job: as a part of the call's transaction, where there is one, so that it
 * is run after the commit, and never where that is rolled back.  `id` may be NULL;
 * 0 of one that was there.
 */
enum rt_enqueued rt_job_enqueue(struct rt_call *, const struct rt_job_new *,
    int64_t *id) RT_WARN_UNUSED;

/* --- For the functions of jobs --- */

/* The payload as a value; NULL when rt_fail() has been called: it is none that
 * this can read (nested too deeply). */
const struct rt_node *rt_job_payload(struct rt_call *,
    const struct rt_job *) RT_WARN_UNUSED;

/* As rt_fail(); the job is not tried again but kept in job_dead. */
bool rt_job_give_up(struct rt_call *, const struct rt_job *, const char *, ...)
    RT_PRINTF(3, 4);

/*
 * Ends the job as a part of the call's transaction: what it writes there is
 * written once, however often it runs.  False when rt_fail() has been called, also
 * because another worker has taken it over; then fn of rt_tx() returns false.
 */
bool rt_job_complete(struct rt_call *, const struct rt_job *) RT_WARN_UNUSED;

/* --- For the runtime --- */

struct rt_job_settings {
	const struct rt_job_kind *kinds; /* NULL: none */
	const struct rt_job_cron *crons; /* NULL: none */
	unsigned concurrency; /* of a worker; 0: it takes none */
	unsigned poll_ms;
	unsigned lease_ms;
};

/* Whether the tables make sense; else false with a sentence. */
bool rt_jobs_check(const struct rt_job_settings *, char *why,
    size_t size) RT_WARN_UNUSED;

/* For a worker, after the bus; the settings' tables outlive it. */
void rt_jobs_open(struct rt_server *, const struct rt_job_settings *);
void rt_jobs_close(void);

/*
 * Takes no more jobs.  Those under way have until shortly before `end_us`, on
 * rt_clock_us(): then they are cut, and given back to other workers without a
 * mark.
 */
void rt_jobs_drain(int64_t end_us);

/* Whether there is something left to be done for them. */
bool rt_jobs_are_busy(void);

#endif /* RT_JOB_H */
