/*
 * Work whose instructions tests/bench/guard counts: a body from bytes to
 * bytes, the search for operations, and whole calls without a wire.  Each
 * step_...() runs TIMES times.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/api.h"
#include "api/bench.h"
#include "runtime/coro.h"
#include "runtime/http_answer.h"
#include "runtime/log.h"
#include "runtime/loop.h"
#include "runtime/metrics.h"
#include "runtime/policy.h"
#include "runtime/router.h"
#include "runtime/rt.h"
#include "runtime/server.h"

#define STEP static __attribute__((noinline)) void

enum { TIMES = 100, MEMORY = 64 * 1024 * 1024 };

/* Paths as a service of this size has them. */
static const char *const paths[] = {"/health", "/openapi.json", "/openapi.yaml",
    "/docs", "/docs/style.css", "/docs/bundle.js", "/docs/start.js",
    "/api/v1/auth/register", "/api/v1/auth/login", "/api/v1/auth/refresh",
    "/api/v1/auth/logout", "/api/v1/auth/me", "/api/v1/users/me",
    "/api/v1/users/{user_id}", "/api/v1/persons", "/api/v1/persons/{person_id}",
    "/api/v1/persons/{person_id}/history",
    "/api/v1/persons/{person_id}/gifts/{gift_id}", "/api/v1/gifts",
    "/api/v1/gifts/{gift_id}", "/api/v1/lists", "/api/v1/lists/{list_id}"};

static struct rt_op operations[RT_LEN(paths)];
static struct rt_router *router;
static struct rt_server server;
static struct rt_arena *arena;
static struct rt_str body;
static const struct rt_node *tape;
static struct api_order order;

static void
must(bool ok, const char *what)
{
	if (ok)
		return;
	fprintf(stderr, "guard: %s\n", what);
	exit(1);
}

static void
prepare_body(const char *file)
{
	static char text[4096];
	FILE *f = fopen(file, "r");

	must(f != NULL, "the body can't be read");
	body = (struct rt_str){text, fread(text, 1, sizeof(text), f)};
	fclose(f);
}

static void
prepare_router(void)
{
	const struct rt_op *ops[RT_LEN(paths)];
	struct rt_str why;

	for (size_t i = 0; i < RT_LEN(paths); i++) {
		operations[i] = (struct rt_op){
		    .id = paths[i],
		    .method = RT_GET,
		    .path = paths[i],
		};
		ops[i] = &operations[i];
	}
	router = rt_router_open(arena, ops, RT_LEN(paths), &why);
	must(router != NULL, "the router does not open");
}

static void
prepare_server(void)
{
	char why[256];

	setenv("DATABASE_URL", "postgresql:///unused", 1);
	setenv("LOG_LEVEL", "error", 1);
	must(rt_settings_load(rt_settings), "the settings are wrong");
	must(rt_server_open(&server, &api, why, sizeof(why)), why);
	server.request_timeout_ms = 0;
}

/* --- A body --- */

STEP
step_parse(void)
{
	struct rt_json_error error;

	for (int i = 0; i < TIMES; i++) {
		rt_arena_reset(arena);
		tape =
		    rt_json_parse(arena, body, &rt_json_default_limits, &error);
	}
	must(tape != NULL, "the body is no JSON");
}

STEP
step_check(void)
{
	struct rt_check check = {
	    .arena = arena,
	    .patterns = server.patterns,
	    .in = RT_IN_BODY,
	};

	for (int i = 0; i < TIMES; i++)
		api_order_check(&check, tape);
	must(check.n == 0, "the body has a fault");
}

STEP
step_read(void)
{
	struct rt_check check = {
	    .arena = arena,
	    .patterns = server.patterns,
	};

	for (int i = 0; i < TIMES; i++)
		api_order_read(&check, tape, &order);
}

STEP
step_write(void)
{
	struct rt_buf b = rt_buf(arena, MEMORY);

	for (int i = 0; i < TIMES; i++) {
		struct rt_writer w = rt_writer(&b);

		b.n = 0;
		api_order_write(&w, &order);
	}
	must(rt_str_eq(rt_buf_str(&b), body), "another body is written");
}

/* --- The search for operations --- */

STEP
step_route(void)
{
	struct rt_arena *own = rt_arena_open(MEMORY, NULL, NULL);

	for (int i = 0; i < TIMES; i++) {
		for (size_t k = 0; k < RT_LEN(paths); k++) {
			struct rt_route found = rt_router_find(router, own,
			    RT_LIT("GET"), rt_str(paths[k]));

			must(found.op == &operations[k], "a wrong operation");
		}
		rt_arena_reset(own);
	}
	rt_arena_close(own);
}

/* --- Calls --- */

static void
set_headers(struct rt_call *call)
{
	static const struct rt_header headers[] = {
	    {{"Host", 4}, {"127.0.0.1:8888", 14}},
	    {{"User-Agent", 10}, {"curl/7.88.1", 11}},
	    {{"Accept", 6}, {"*/*", 3}},
	    {{"Content-Type", 12}, {"application/json", 16}},
	};
	struct rt_headers *h = &call->req.headers;

	h->n = RT_LEN(headers) - (call->req.body.p == NULL);
	h->v = rt_arena_array(call->arena, h->n, sizeof(*h->v));
	memcpy(h->v, headers, h->n * sizeof(*h->v));
}

static void
run(void *call)
{
	rt_call_run(call);
}

static void
write_head(struct rt_call *call)
{
	struct rt_http_frame frame = {
	    .end = RT_END_LENGTH,
	    .length = call->res.body.n,
	};
	struct rt_buf head = rt_buf(arena, MEMORY);

	rt_arena_reset(arena);
	rt_http_head_write(&head, &call->res, &frame);
	must(!head.full, "there is no room for a head");
}

/* As a connection does it, but for the wire. */
static void
run_call(enum rt_method method, struct rt_str path, struct rt_str content)
{
	struct rt_call *call = rt_call_open(&server);
	struct rt_coro *coro = rt_coro_new(run, call);

	call->coro = coro;
	call->req.method = method;
	call->req.method_text = rt_str(rt_method_text(method));
	call->req.path = path;
	call->req.body = content;
	call->req.peer = RT_LIT("127.0.0.1");
	set_headers(call);
	must(rt_coro_resume(coro), "a call waits");
	must(call->res.status == 200, "a call fails");
	write_head(call);
	rt_log_call(call);
	rt_call_close(call);
	rt_coro_free(coro);
}

static void
ping_often(void)
{
	for (int i = 0; i < TIMES; i++)
		run_call(RT_GET, RT_LIT("/ping"), (struct rt_str){NULL, 0});
}

STEP
step_ping(void)
{
	server.check_answers = false;
	ping_often();
}

STEP
step_checked(void)
{
	server.check_answers = true;
	ping_often();
}

/* With a line of the log for each call. */
STEP
step_logged(void)
{
	must(freopen("/dev/null", "w", stderr) != NULL, "no /dev/null");
	server.check_answers = false;
	rt_log_level(RT_LOG_INFO);
	ping_often();
}

/* What a worker does for the metrics of a call; a real one is of any operation. */
STEP
step_counted(void)
{
	struct rt_call call = {.res.status = 200};

	for (int i = 0; i < TIMES; i++) {
		call.op = api.ops[(unsigned)i % api.n_ops];
		call.began_us = rt_clock_us();
		rt_metrics_set(RT_GAUGE_CALLS, 1);
		rt_metrics_call(&call);
		rt_metrics_set(RT_GAUGE_CALLS, 0);
	}
}

static void
echo_often(void)
{
	for (int i = 0; i < TIMES; i++)
		run_call(RT_POST, RT_LIT("/echo"), body);
}

/* As ping, with a body that is checked, read and written. */
STEP
step_post(void)
{
	server.check_answers = false;
	echo_often();
}

/* With the answer checked, too. */
STEP
step_echo(void)
{
	server.check_answers = true;
	echo_often();
}

int
main(int argc, char **argv)
{
	must(argc == 2, "which body?");
	arena = rt_arena_open(MEMORY, NULL, NULL);
	prepare_body(argv[1]);
	prepare_server();
	step_parse();
	step_check();
	step_read();
	step_write();
	rt_arena_reset(arena);
	prepare_router();
	step_route();
	step_ping();
	step_checked();
	step_post();
	step_echo();
	step_logged();
	must(rt_metrics_open(&api), "no memory for metrics");
	rt_metrics_begin();
	step_counted();
	rt_metrics_close();
	rt_server_close(&server);
	rt_arena_close(arena);
	return 0;
}
