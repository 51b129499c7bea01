#include "runtime/serve.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "runtime/bus.h"
#include "runtime/coro.h"
#include "runtime/db.h"
#include "runtime/http_client.h"
#include "runtime/job.h"
#include "runtime/log.h"
#include "runtime/loop.h"
#include "runtime/metrics.h"
#include "runtime/serve_kore.h"
#include "runtime/server.h"
#include "runtime/settings.h"
#include "runtime/stream.h"
#include "runtime/topic.h"
#include "runtime/work.h"

enum {
	TICK_MS = 100, /* how late a deadline may be noticed */
	TELL_MS = 1000,
	WORK_QUEUE_MAX = 1000,
	WHY_MAX = 512,
};

/* The names that Kore looks for. */
RT_EXPORT void kore_parent_configure(int, char **);
RT_EXPORT void kore_parent_teardown(void);
RT_EXPORT void kore_worker_configure(void);

static struct rt_server server;
static struct rt_tls_server tls;
static struct rt_job_settings jobs;

/* --- The parent --- */

static _Noreturn void
stop_start(const char *what, const char *why)
{
	fprintf(stderr, "%s: %s\n", what, why);
	unlink(kore_pidfile);
	exit(1);
}

static void
load_settings(void)
{
	bool ok = rt_settings_load(rt_settings);

	if (rt_server_def.settings != NULL)
		ok = rt_settings_load(rt_server_def.settings) && ok;
	if (!ok)
		stop_start("The server does not start",
		    "set the environment variables named above");
}

static void
check_url(const char *setting)
{
	const char *fault = rt_db_url_fault(rt_setting_text(setting));

	if (fault != NULL)
		stop_start(setting, fault);
}

static void
load_jobs(void)
{
	char why[WHY_MAX];

	jobs = (struct rt_job_settings){
	    .kinds = rt_server_def.jobs,
	    .crons = rt_server_def.crontab,
	    .concurrency = (unsigned)rt_setting_int("JOBS_CONCURRENCY"),
	    .poll_ms = (unsigned)rt_setting_int("JOBS_POLL_MS"),
	    .lease_ms = (unsigned)rt_setting_int("JOBS_LEASE_MS"),
	};
	if (!rt_jobs_check(&jobs, why, sizeof(why)))
		stop_start("The server does not start", why);
}

static bool
open_tls(char *why, size_t size)
{
	struct rt_tls_options options = rt_tls_options(rt_server_def.api);

	return rt_tls_open(&tls, &options, why, size);
}

/* What is not good does not take the place of what is. */
static bool
read_anew(void)
{
	char why[WHY_MAX];

	if (open_tls(why, sizeof(why)))
		return rt_server_def.reload == NULL || rt_server_def.reload();
	rt_log(RT_LOG_ERROR, "The certificates stay as they are: %s", why);
	return false;
}

/* Workers of later must not begin with the keys of before. */
static void
on_parent_tick(void)
{
	static int64_t measured_us;
	int64_t now_us = rt_clock_us();

	rt_tls_rotate(&tls);
	if (now_us - measured_us < TELL_MS * 1000)
		return;
	measured_us = now_us;
	rt_metrics_measure_memory();
}

/*
 * Everything that can be wrong with the settings, the contract or the
 * database is found here, where it still stops the start.  Workers inherit
 * the router and the patterns, which were compiled outside of the sandbox.
 */
void
kore_parent_configure(int argc, char **argv)
{
	char why[WHY_MAX];

	(void)argc, (void)argv;
	fflush(stdout); /* or each worker prints it again */
	setvbuf(stdout, NULL, _IOLBF, 0);
	load_settings();
	load_jobs();
	if (!rt_server_open(&server, rt_server_def.api, why, sizeof(why)))
		stop_start("The server does not start", why);
	if (!rt_metrics_open(server.api))
		stop_start("The server does not start", strerror(errno));
	rt_settings_log();
	if (!rt_db_probe(rt_setting_text("DATABASE_URL"), why, sizeof(why)))
		stop_start("The database (DATABASE_URL) can't be reached", why);
	check_url("DATABASE_REPLICA_URL");
	check_url("LISTEN_DATABASE_URL");
	if (!open_tls(why, sizeof(why)))
		stop_start("The server does not start", why);
	rt_body_open();
	if (skip_chroot && !rt_body_probe())
		stop_start("BODY_DISK_PATH: no file can be made there",
		    strerror(errno));
	if (!rt_http_open())
		stop_start("The server does not start",
		    "libcurl can't be used");
	if (rt_server_def.configure != NULL && !rt_server_def.configure())
		stop_start("The server does not start",
		    "its configuration failed, see above");
	if (!rt_parent_open(read_anew, on_parent_tick))
		stop_start("The server does not start", strerror(errno));
}

/* Whoever started the server sees by its exit status that it failed. */
void
kore_parent_teardown(void)
{
	bool good = rt_parent_close();

	rt_tls_close(&tls);
	rt_server_close(&server);
	rt_http_close();
	if (!good) {
		unlink(kore_pidfile);
		exit(1);
	}
}

/* --- A worker --- */

static struct rt_db_pool *
open_pool(void)
{
	struct rt_db_settings s = {
	    .url = rt_setting_text("DATABASE_URL"),
	    .replica_url = rt_setting_text("DATABASE_REPLICA_URL"),
	    .connections = (unsigned)rt_setting_int("DB_CONNECTIONS"),
	    .stream_connections =
		(unsigned)rt_setting_int("DB_STREAM_CONNECTIONS"),
	    .queue_max = (unsigned)rt_setting_int("DB_QUEUE_MAX"),
	    .statement_timeout_ms =
		(unsigned)rt_setting_int("DB_STATEMENT_TIMEOUT_MS"),
	    .stateless = !rt_setting_bool("DB_PREPARE"),
	};

	return rt_db_pool_open(&s);
}

static void
check_times(void *unused)
{
	(void)unused;
	rt_exchange_check();
	rt_phase_check();
	rt_tls_rotate(&tls);
}

static void
tell(void *unused)
{
	(void)unused;
	rt_shed_tell();
	rt_db_pool_measure(server.db);
}

/* A handler that comes near the end of its stack is a fault, which another
 * compiler or a deeper contract makes a crash. */
static void
tell_stacks(void)
{
	size_t used = rt_coro_stack_used();

	rt_log(used > RT_CORO_STACK / 4 * 3 ? RT_LOG_WARN : RT_LOG_DEBUG,
	    "the deepest call has used %zu of the %d bytes of its stack", used,
	    RT_CORO_STACK);
}

static void
close_worker(void)
{
	rt_presence_close();
	rt_conn_close();
	rt_tls_close(&tls);
	rt_work_close();
	rt_jobs_close();
	rt_topics_close();
	rt_bus_close();
	rt_db_pool_close(server.db);
	rt_http_close();
	rt_server_close(&server);
	rt_exchange_close();
	rt_loop_close();
	tell_stacks();
	rt_coro_drain();
}

/* The parent has found all well, but it is another user perhaps, and in another
 * root directory. */
static bool
open_what_may_fail(void)
{
	if (!rt_work_open((unsigned)rt_setting_int("WORK_THREADS"),
		WORK_QUEUE_MAX)) {
		rt_log(RT_LOG_ERROR,
		    "no threads are to be had; the server stops");
		return false;
	}
	if (!rt_body_probe()) {
		rt_log(RT_LOG_ERROR,
		    "BODY_DISK_PATH: no file can be made there: %s; the server "
		    "stops",
		    strerror(errno));
		return false;
	}
	return true;
}

static void
open_jobs(void)
{
	const char *url = rt_setting_text("LISTEN_DATABASE_URL");

	rt_bus_open(url[0] == '\0' ? rt_setting_text("DATABASE_URL") : url);
	server.jobs = jobs.kinds;
	rt_jobs_open(&server, &jobs);
	rt_topics_open(&server);
	rt_presence_open(&server, rt_server_def.presence);
	if (rt_server_def.begin != NULL)
		rt_server_def.begin();
}

void
kore_worker_configure(void)
{
	rt_worker_begin();
	rt_metrics_begin();
	rt_loop_open();
	rt_exchange_open(&server);
	rt_conn_open(&tls);
	rt_loop_every(TICK_MS, check_times, NULL);
	rt_loop_every(TELL_MS, tell, NULL);
	server.db = open_pool();
	server.work = rt_work_hand;
	if (!open_what_may_fail())
		rt_parent_fail();
	open_jobs();
	rt_worker_open(close_worker);
}
