#include <stdlib.h>

#include "runtime/async.h"
#include "runtime/bus.h"
#include "runtime/job_part.h"
#include "runtime/log.h"
#include "runtime/loop.h"
#include "runtime/server.h"

enum {
	TICK_MS = 100,
	SECOND_US = 1000000,
	BEATS_PER_LEASE = 3,
	TAKEN_MAX = 100, /* at a time: payloads may be large */
	AGAIN_US = SECOND_US, /* until what has failed is tried again */
	KEEP_US = 10000000, /* that a query of the worker's own may take */
	RUN_MS = 60000,
};

/* A call of the worker's own that comes again. */
struct chore {
	bool (*run)(struct rt_call *);
	void (*ended)(bool ok);
	bool running;
	bool ok;
};

/* What is kept of this worker's jobs. */
static struct {
	struct rt_server *server;
	const struct rt_job_settings *settings; /* NULL: it has none */
	struct rt_op *ops; /* of each kind, for the log */
	struct rt_job_runs runs;
	struct rt_job_runs taken; /* by the call that takes, until it ends */
	unsigned n; /* in `runs` */
	unsigned asked; /* how many the call that takes wants */
	bool more; /* there may be jobs that are due */
	bool failing; /* the log has been told that the queries fail */
	bool draining;
	int64_t cut_us; /* when the last jobs are cut, while draining */
	int64_t poll_us; /* when to look for jobs whatever else */
	int64_t beat_us;
	int64_t cron_us; /* when to look at the clock */
	int64_t minute; /* for which the crontab has been looked at */
} work;

static void take_if_worth_it(void);

/* --- Calls of the worker's own --- */

static const struct rt_op keeper = {.id = "jobs"};

/* One failure after the other is told once. */
static void
tell(const struct rt_call *call, bool ok)
{
	if (!ok && !work.failing)
		rt_log(RT_LOG_ERROR, "jobs: %.*s", RT_FMT(call->failure));
	if (ok && work.failing)
		rt_log(RT_LOG_INFO, "jobs: the database answers again");
	work.failing = !ok;
}

static bool
keep(void (*run)(struct rt_call *, void *),
    void (*ended)(struct rt_call *, void *), void *arg)
{
	struct rt_own_call own = {
	    .op = &keeper,
	    .run = run,
	    .ended = ended,
	    .arg = arg,
	};

	return rt_call_start(work.server, &own);
}

static void
limit(struct rt_call *call)
{
	call->deadline_us = rt_clock_us() + KEEP_US;
}

static void
run_chore(struct rt_call *call, void *arg)
{
	struct chore *c = arg;

	limit(call);
	c->ok = c->run(call);
}

static void
chore_ended(struct rt_call *call, void *arg)
{
	struct chore *c = arg;

	c->running = false;
	tell(call, c->ok);
	c->ended(c->ok);
}

static void
start(struct chore *c)
{
	c->ok = false;
	if (!c->running)
		c->running = keep(run_chore, chore_ended, c);
}

/* --- The end of a job --- */

static void
free_run(struct rt_job_run *run)
{
	LIST_REMOVE(run, list);
	work.n--;
	free(run);
}

static void
run_settle(struct rt_call *call, void *arg)
{
	struct rt_job_run *run = arg;

	limit(call);
	run->settled = rt_job_row_settle(call, run);
}

static void
settle_ended(struct rt_call *call, void *arg)
{
	struct rt_job_run *run = arg;

	tell(call, run->settled);
	run->settling = false;
	if (!run->settled) {
		run->settle_us = rt_clock_us() + AGAIN_US;
		return;
	}
	free_run(run);
	take_if_worth_it();
}

static void
settle(struct rt_job_run *run)
{
	if (run->end == RT_JOB_LOST) {
		free_run(run);
		return;
	}
	run->settling = keep(run_settle, settle_ended, run);
	if (!run->settling)
		run->settle_us = rt_clock_us() + AGAIN_US;
}

static void
log_end(const struct rt_job_run *run)
{
	const char *what = "is done";
	enum rt_log_level level = RT_LOG_DEBUG;

	if (run->end == RT_JOB_LOST || run->end == RT_JOB_GIVEN_BACK)
		return;
	if (run->end != RT_JOB_DONE) {
		what = run->end == RT_JOB_GIVEN_UP ||
			run->job.attempt >= run->job.max_attempts
		    ? "is given up: "
		    : "has failed: ";
		level = RT_LOG_WARN;
	}
	rt_log(level, "job %lld (%s), attempt %u of %u, %s%s",
	    (long long)run->job.id, run->kind->name, run->job.attempt,
	    run->job.max_attempts, what, run->reason);
}

static void
end(struct rt_job_run *run)
{
	log_end(run);
	settle(run);
}

/* --- Running --- */

static void
run_job(struct rt_call *call, void *arg)
{
	struct rt_job_run *run = arg;
	unsigned ms = run->kind->timeout_ms;

	if (run->cut != 0)
		return;
	run->call = call;
	call->deadline_us =
	    rt_clock_us() + (int64_t)(ms == 0 ? RUN_MS : ms) * 1000;
	if (run->kind->run(call, &run->job))
		run->end = RT_JOB_DONE;
}

static void
job_ended(struct rt_call *call, void *arg)
{
	struct rt_job_run *run = arg;

	run->call = NULL;
	if (run->end != RT_JOB_DONE) {
		rt_job_set_reason(run, call->failure);
		if (run->cut != 0)
			run->end = run->cut;
	}
	end(run);
}

/* Its function is told that the call is over; what it does then is fenced. */
static void
cut(struct rt_job_run *run, enum rt_job_end as)
{
	if (run->cut == 0)
		run->cut = as;
	if (run->call == NULL)
		return;
	if (rt_call_cancel(run->call))
		rt_call_wake(run->call);
}

static void
begin(struct rt_job_run *run)
{
	struct rt_own_call own = {
	    .op = &work.ops[run->kind - work.settings->kinds],
	    .run = run_job,
	    .ended = job_ended,
	    .arg = run,
	};

	if (run->job.attempt > run->job.max_attempts) {
		rt_job_set_reason(run,
		    RT_LIT("each worker that had it has died or lost it"));
		run->end = RT_JOB_GIVEN_UP;
		end(run);
		return;
	}
	if (!work.draining && rt_call_start(work.server, &own))
		return;
	run->end = RT_JOB_GIVEN_BACK;
	settle(run);
}

/* --- Taking --- */

static bool
run_take(struct rt_call *call)
{
	return rt_job_row_take(call, work.asked, &work.taken);
}

static void
take_ended(bool ok)
{
	struct rt_job_run *run;
	unsigned n = 0;

	while ((run = LIST_FIRST(&work.taken)) != NULL) {
		LIST_REMOVE(run, list);
		LIST_INSERT_HEAD(&work.runs, run, list);
		work.n++;
		n++;
		begin(run);
	}
	work.more = ok && (work.more || n == work.asked);
	take_if_worth_it();
}

static struct chore taking = {.run = run_take, .ended = take_ended};

static unsigned
n_free(void)
{
	return work.settings->concurrency - work.n;
}

static void
take_some(void)
{
	if (taking.running || work.draining || n_free() == 0)
		return;
	work.more = false;
	work.asked = n_free() < TAKEN_MAX ? n_free() : TAKEN_MAX;
	work.poll_us = rt_clock_us() + (int64_t)work.settings->poll_ms * 1000;
	start(&taking);
}

/* While jobs end one by one, some are taken at a time. */
static void
take_if_worth_it(void)
{
	if (work.more && n_free() * 2 >= work.settings->concurrency)
		take_some();
}

static void
on_message(const struct rt_bus_message *unused, void *unused_too)
{
	(void)unused;
	(void)unused_too;
	work.more = true;
	take_if_worth_it();
}

/* --- Leases --- */

static bool
run_beat(struct rt_call *call)
{
	return rt_job_row_beat(call, &work.runs);
}

static void
lose(struct rt_job_run *run)
{
	if (run->call == NULL || run->completed || run->cut != 0)
		return;
	rt_log(RT_LOG_WARN, "job %lld (%s): its lease was lost",
	    (long long)run->job.id, run->kind->name);
	cut(run, RT_JOB_LOST);
}

/* Who was asked for and is not ours any more has lost it; where nothing is known,
 * who has not been ours for certain for so long. */
static void
beat_ended(bool ok)
{
	int64_t now = rt_clock_us();
	struct rt_job_run *run;

	LIST_FOREACH(run, &work.runs, list)
	{
		if (ok ? run->beating : run->lease_end_us <= now)
			lose(run);
		run->beating = false;
	}
}

static struct chore beating = {.run = run_beat, .ended = beat_ended};

/* --- The crontab --- */

static int64_t
wall_clock(void)
{
	return rt_time_now().us / SECOND_US;
}

static bool
run_cron(struct rt_call *call)
{
	int64_t now = wall_clock();

	if (!rt_job_cron_run(call, now))
		return false;
	work.minute = now / 60;
	return true;
}

static void
cron_ended(bool unused)
{
	(void)unused;
}

static struct chore ticking = {.run = run_cron, .ended = cron_ended};

/* --- A worker --- */

static void
settle_again(int64_t now)
{
	struct rt_job_run *run, *next;

	for (run = LIST_FIRST(&work.runs); run != NULL; run = next) {
		next = LIST_NEXT(run, list);
		if (run->settle_us != 0 && run->settle_us <= now &&
		    !run->settling)
			settle(run);
	}
}

static void
cut_all(void)
{
	struct rt_job_run *run;

	LIST_FOREACH(run, &work.runs, list)
	cut(run, RT_JOB_GIVEN_BACK);
}

static void
tick(void *unused)
{
	int64_t now = rt_clock_us();

	(void)unused;
	if (work.settings == NULL)
		return;
	settle_again(now);
	if (work.draining && now >= work.cut_us)
		cut_all();
	if (work.more || now >= work.poll_us)
		take_some();
	if (work.n > 0 && now >= work.beat_us) {
		work.beat_us = now +
		    (int64_t)work.settings->lease_ms * 1000 / BEATS_PER_LEASE;
		start(&beating);
	}
	if (!work.draining && now >= work.cron_us) {
		work.cron_us = now + SECOND_US;
		if (wall_clock() / 60 != work.minute)
			start(&ticking);
	}
}

static struct rt_op *
make_ops(const struct rt_job_kind *kinds)
{
	struct rt_op *ops;
	size_t n = 0;

	while (kinds[n].name != NULL)
		n++;
	ops = calloc(n + 1, sizeof(*ops));
	if (ops == NULL)
		abort();
	for (size_t i = 0; i < n; i++)
		ops[i].id = kinds[i].name;
	return ops;
}

void
rt_jobs_open(struct rt_server *server, const struct rt_job_settings *s)
{
	if (s->kinds == NULL || s->concurrency == 0)
		return;
	memset(&work, 0, sizeof(work));
	work.server = server;
	work.settings = s;
	work.ops = make_ops(s->kinds);
	rt_job_row_open(s);
	if (!rt_job_cron_open(s->crons))
		abort();
	rt_bus_subscribe(RT_JOB_TOPIC, on_message, NULL);
	rt_loop_every(TICK_MS, tick, NULL);
}

void
rt_jobs_drain(int64_t end_us)
{
	int64_t now = rt_clock_us();

	work.draining = true;
	work.cut_us = now + (end_us - now) / 10 * 9;
}

bool
rt_jobs_are_busy(void)
{
	return work.n > 0 || taking.running || beating.running ||
	    ticking.running;
}

void
rt_jobs_close(void)
{
	struct rt_job_run *run;

	while ((run = LIST_FIRST(&work.runs)) != NULL)
		free_run(run);
	rt_job_cron_close();
	free(work.ops);
	work.settings = NULL;
}
