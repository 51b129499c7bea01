/*
 * A request of any bytes goes through the code that was generated from
 * openapi.yaml: into C values, and out of them again.  What was taken must be
 * as good as an answer, for both have the same schemas.
 */
#include "api/api.h"
#include "api/default_.h"
#include "runtime/settings.h"
#include "runtime/try_request.h"

#include "tests/fuzz/value.h"

static bool handled;

/* --- Handlers --- */

bool
handle_echo(struct rt_call *call, const struct api_echo_in *in,
    struct api_echo_out *out)
{
	(void)call;
	handled = true;
	return api_echo_200(out, &in->body);
}

bool
handle_fill(struct rt_call *call, const struct api_fill_in *in,
    struct api_fill_out *out)
{
	(void)call;
	handled = true;
	if (in->body_kind != API_FILL_BODY_FORM)
		return api_fill_204(out);
	return api_fill_200(out, &in->body.form);
}

bool
handle_find(struct rt_call *call, const struct api_find_in *in,
    struct api_find_out *out)
{
	(void)call;
	handled = true;
	if (!in->has_json)
		return api_find_204(out);
	return api_find_200(out, in->has_days, (int64_t)in->days.n, &in->json);
}

/* --- The call --- */

static struct rt_server *
open_server(void)
{
	static struct rt_server server;
	char why[256] = "";

	if (server.api != NULL)
		return &server;
	setenv("DATABASE_URL", "postgresql:///unused", 1);
	setenv("LOG_LEVEL", "error", 1);
	require(rt_settings_load(rt_settings));
	require(rt_server_open(&server, &api, why, sizeof(why)));
	server.call_memory_max = CALL_MEMORY;
	return &server;
}

static void
play(const struct rt_try_request *r)
{
	struct rt_call *call = rt_call_open(open_server());

	call->req.method_text = r->method;
	call->req.method = rt_method_parse(r->method);
	call->req.path = r->path;
	call->req.query = r->query;
	call->req.body = r->body;
	call->req.fd = -1;
	call->req.peer = RT_LIT("127.0.0.1");
	for (size_t i = 0; i < r->headers.n; i++)
		rt_request_add_header(call, r->headers.v[i].name,
		    r->headers.v[i].value);
	handled = false;
	rt_call_run(call);
	require(call->res.status >= 200 && call->res.status != 500);
	require(!handled || call->res.status < 300);
	rt_call_close(call);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct rt_arena *a = rt_arena_open(1 << 20, NULL, NULL);
	struct rt_try_request r;
	unsigned line;
	const char *why;

	if (rt_try_parse(a, (struct rt_str){(const char *)data, n}, &r, &line,
		&why))
		play(&r);
	rt_arena_close(a);
	return 0;
}
