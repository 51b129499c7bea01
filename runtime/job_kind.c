#include <stdio.h>

#include "runtime/cron.h"
#include "runtime/job_part.h"

enum {
	ATTEMPTS = 20,
	RETRY_MS = 1000,
	PAUSE_MAX_MS = 6 * 60 * 60 * 1000,
};

const struct rt_job_kind *
rt_job_kind_find(const struct rt_job_kind *k, struct rt_str name)
{
	for (; k != NULL && k->name != NULL; k++) {
		if (rt_str_is(name, k->name))
			return k;
	}
	return NULL;
}

unsigned
rt_job_attempts(const struct rt_job_kind *k)
{
	return k->max_attempts == 0 ? ATTEMPTS : k->max_attempts;
}

int64_t
rt_job_pause(const struct rt_job_kind *k, unsigned failures, double chance)
{
	int64_t ms = k->retry_ms == 0 ? RETRY_MS : k->retry_ms;

	while (--failures > 0 && ms < PAUSE_MAX_MS)
		ms *= 2;
	if (ms > PAUSE_MAX_MS)
		ms = PAUSE_MAX_MS;
	return (int64_t)((double)ms * (0.75 + chance / 2));
}

/* --- Tables --- */

static bool
check_kind(const struct rt_job_kind *all, const struct rt_job_kind *k,
    char *why, size_t size)
{
	if (rt_job_kind_find(all, rt_str(k->name)) != k) {
		snprintf(why, size, "there are two kinds of job called %s",
		    k->name);
		return false;
	}
	if (k->run == NULL)
		snprintf(why, size, "the kind of job %s has no function",
		    k->name);
	return k->run != NULL;
}

static bool
has_twin(const struct rt_job_cron *all, const struct rt_job_cron *c)
{
	for (; all != c; all++) {
		if (strcmp(all->name, c->name) == 0)
			return true;
	}
	return false;
}

static bool
check_cron(const struct rt_job_settings *s, const struct rt_job_cron *c,
    char *why, size_t size)
{
	struct rt_cron cron;
	const char *fault;

	if (has_twin(s->crons, c))
		fault = "there are two with this name";
	else if (strlen(c->name) > RT_JOB_KEY_MAX)
		fault = "the name is too long";
	else if (c->kind == NULL ||
	    rt_job_kind_find(s->kinds, rt_str(c->kind)) == NULL)
		fault = "there is no such kind of job";
	else if (rt_cron_parse(rt_str(c->when), &cron, &fault))
		return true;
	snprintf(why, size, "the entry %s of the crontab: %s", c->name, fault);
	return false;
}

bool
rt_jobs_check(const struct rt_job_settings *s, char *why, size_t size)
{
	const struct rt_job_kind *k = s->kinds;
	const struct rt_job_cron *c = s->crons;

	for (; k != NULL && k->name != NULL; k++) {
		if (!check_kind(s->kinds, k, why, size))
			return false;
	}
	for (; c != NULL && c->name != NULL; c++) {
		if (!check_cron(s, c, why, size))
			return false;
	}
	return true;
}
