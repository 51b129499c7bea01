#include "runtime/serve.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "runtime/client.h"
#include "runtime/coro.h"
#include "runtime/db.h"
#include "runtime/log.h"
#include "runtime/loop.h"
#include "runtime/serve_kore.h"
#include "runtime/server.h"
#include "runtime/settings.h"
#include "runtime/stream.h"
#include "runtime/work.h"

enum {
	TICK_MS = 100, /* how late a deadline may be noticed */
	DRAIN_MS = 5000, /* for calls under way when a worker ends */
	WORK_QUEUE_MAX = 1000,
	WHY_MAX = 512,
	CANCELLED = 499, /* in the log only, as other servers have it */
};

/* The names that Kore looks for. */
RT_EXPORT int rt_serve(struct http_request *);
RT_EXPORT void kore_parent_configure(int, char **);
RT_EXPORT void kore_parent_teardown(void);
RT_EXPORT void kore_worker_configure(void);
RT_EXPORT void kore_worker_teardown(void);

static struct rt_server server;
static LIST_HEAD(, rt_exchange) live = LIST_HEAD_INITIALIZER(live);

/* Kore goes through its requests: whoever wakes now may be passed already. */
static bool processing;

/* --- Calls --- */

static void on_free(struct http_request *req);

static void
run_call(void *arg)
{
	rt_call_run(arg);
}

static struct rt_exchange *
open_exchange(struct http_request *req)
{
	struct rt_call *call = rt_call_open(&server);
	struct rt_exchange *x = RT_NEW(call, *x);

	x->call = call;
	x->req = req;
	call->wait = x;
	call->wire = &rt_wire_kore;
	LIST_INSERT_HEAD(&live, x, list);
	req->hdlr_extra = x;
	req->flags |= HTTP_REQUEST_RETAIN_EXTRA;
	req->onfree = on_free;
	return x;
}

static void
close_exchange(struct rt_exchange *x)
{
	struct rt_call *call = x->call;
	struct rt_coro *coro = call->coro;

	if (x->req != NULL) {
		x->req->hdlr_extra = NULL;
		x->req->onfree = NULL;
	}
	rt_stream_forget(x);
	LIST_REMOVE(x, list);
	rt_log_call(call);
	rt_call_close(call);
	if (coro != NULL)
		rt_coro_free(coro);
}

/*
 * The call unwinds without an answer, since from now on rt_call_wait() returns
 * false.
 */
static void
cancel_call(struct rt_exchange *x, const char *why)
{
	struct rt_call *call = x->call;

	call->cancelled = true;
	if (call->failure.p == NULL && call->stream == NULL)
		call->failure = rt_str(why);
	processing = true;
	while (!rt_coro_resume(call->coro))
		;
	processing = false;
	call->res.status = CANCELLED;
	close_exchange(x);
}

/* Kore frees a request without an answer; it may say so more than once. */
static void
on_free(struct http_request *req)
{
	if (req->hdlr_extra != NULL)
		cancel_call(req->hdlr_extra, "the client has gone");
}

/* Gives the call its coroutine, or an answer where it can't run. */
static bool
begin_call(struct rt_exchange *x)
{
	struct rt_call *call = x->call;

	if (!rt_http_take(x))
		return false;
	call->coro = rt_coro_new(run_call, call);
	if (call->coro != NULL)
		return true;
	rt_http_refuse(call, 503, &rt_code_unavailable,
	    "The server has too many calls under way.");
	return false;
}

static int
finish_call(struct rt_exchange *x)
{
	const struct rt_stream *s = x->call->stream;

	if (s == NULL)
		rt_http_send(x);
	else
		rt_http_end(x, s->whole);
	close_exchange(x);
	return KORE_RESULT_OK;
}

/* Kore sends by itself what an ended call has queued. */
static void
flush_stream(struct http_request *req)
{
	if (!net_send_flush(req->owner))
		kore_connection_disconnect(req->owner);
}

int
rt_serve(struct http_request *req)
{
	struct rt_exchange *x = req->hdlr_extra;
	bool ended;

	if (x == NULL) {
		if (rt_http_is_early(req)) {
			http_request_sleep(req);
			return KORE_RESULT_RETRY;
		}
		if (rt_body_await(req)) {
			rt_loop_kick();
			return KORE_RESULT_RETRY;
		}
		x = open_exchange(req);
		if (!begin_call(x))
			return finish_call(x);
	}
	processing = true;
	ended = rt_coro_resume(x->call->coro);
	if (!ended && x->call->stream != NULL)
		flush_stream(req);
	processing = false;
	return ended ? finish_call(x) : KORE_RESULT_RETRY;
}

static bool
is_over(const struct rt_call *call)
{
	return call->cancelled ||
	    (call->deadline_us != 0 && rt_clock_us() >= call->deadline_us);
}

bool
rt_call_wait(struct rt_call *call)
{
	struct rt_exchange *x = call->wait;

	if (is_over(call))
		return false;
	x->waiting = true;
	http_request_sleep(x->req);
	rt_coro_yield(call->coro);
	x->waiting = false;
	return !is_over(call);
}

void
rt_call_wake(struct rt_call *call)
{
	struct rt_exchange *x = call->wait;

	if (!x->waiting)
		return;
	http_request_wakeup(x->req);
	if (processing)
		rt_loop_kick();
}

static bool
is_due(const struct rt_exchange *x)
{
	return is_over(x->call) ||
	    (x->wake_us != 0 && rt_clock_us() >= x->wake_us);
}

static void
check_deadlines(void *unused)
{
	struct rt_exchange *x;

	(void)unused;
	LIST_FOREACH(x, &live, list)
	{
		if (x->waiting && is_due(x))
			rt_call_wake(x->call);
	}
}

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
	signal(SIGHUP, SIG_IGN); /* Kore would exchange code in use */
	load_settings();
	if (!rt_server_open(&server, rt_server_def.api, why, sizeof(why)))
		stop_start("The server does not start", why);
	if (!rt_db_probe(rt_setting_text("DATABASE_URL"), why, sizeof(why)))
		stop_start("The database (DATABASE_URL) can't be reached", why);
	if (!rt_body_probe())
		stop_start("BODY_DISK_PATH: no file can be made there",
		    strerror(errno));
	if (!rt_client_open())
		stop_start("The server does not start",
		    "libcurl can't be used");
	if (rt_server_def.configure != NULL && !rt_server_def.configure())
		stop_start("The server does not start",
		    "its configuration failed, see above");
}

void
kore_parent_teardown(void)
{
	rt_server_close(&server);
	rt_client_close();
}

/* --- A worker --- */

static struct rt_db_pool *
open_pool(void)
{
	struct rt_db_settings s = {
	    .url = rt_setting_text("DATABASE_URL"),
	    .connections = (unsigned)rt_setting_int("DB_CONNECTIONS"),
	    .queue_max = (unsigned)rt_setting_int("DB_QUEUE_MAX"),
	    .statement_timeout_ms =
		(unsigned)rt_setting_int("DB_STATEMENT_TIMEOUT_MS"),
	};

	return rt_db_pool_open(&s);
}

void
kore_worker_configure(void)
{
	signal(SIGHUP, SIG_IGN);
	rt_loop_open();
	rt_http_open();
	rt_body_open(&server);
	rt_read_open();
	rt_loop_every(TICK_MS, check_deadlines, NULL);
	server.db = open_pool();
	if (!rt_work_open((unsigned)rt_setting_int("WORK_THREADS"),
		WORK_QUEUE_MAX)) {
		rt_log(RT_LOG_ERROR,
		    "no threads are to be had; the server stops");
		kore_shutdown();
	} else if (!rt_body_probe()) {
		rt_log(RT_LOG_ERROR,
		    "BODY_DISK_PATH: no file can be made there: %s; the server "
		    "stops",
		    strerror(errno));
		kore_shutdown();
	}
}

static bool
has_gone(const struct http_request *req)
{
	return req->owner == NULL ||
	    req->owner->state == CONN_STATE_DISCONNECTING;
}

/* Clients that went while the worker drains; Kore would tell later. */
static void
cancel_gone(void)
{
	struct rt_exchange *x, *next;

	for (x = LIST_FIRST(&live); x != NULL; x = next) {
		struct http_request *req = x->req;

		next = LIST_NEXT(x, list);
		if (!has_gone(req))
			continue;
		cancel_call(x, "the client has gone");
		http_request_sleep(req);
	}
}

static void
end_streams(void)
{
	struct rt_exchange *x;

	LIST_FOREACH(x, &live, list)
	{
		if (x->call->stream == NULL)
			continue;
		x->call->stream->ending = true;
		rt_call_wake(x->call);
	}
}

/*
 * A worker that was told to end answers the calls under way, if they are
 * quick, and takes no new connections meanwhile.
 */
static void
drain(void)
{
	int64_t end = rt_clock_us() + DRAIN_MS * 1000;

	rt_http_drain();
	end_streams();
	worker->msg[1]->disconnect = NULL; /* the parent ends before us */
	kore_platform_enable_accept(); /* or there may be nothing to disable */
	kore_platform_disable_accept();
	while (!LIST_EMPTY(&live) && rt_clock_us() < end) {
		kore_platform_event_wait(TICK_MS);
		kore_timer_run(kore_time_ms());
		cancel_gone();
		http_process();
	}
	while (!LIST_EMPTY(&live))
		cancel_call(LIST_FIRST(&live), "the server has stopped");
}

void
kore_worker_teardown(void)
{
	drain();
	rt_work_close();
	rt_db_pool_close(server.db);
	rt_server_close(&server);
	rt_client_close();
	rt_body_close();
	rt_http_close();
	rt_loop_close();
	rt_coro_drain();
}
