/*
 * Requests for tests of the runtime's request side, without a wire: a test
 * writes what a client would send and looks at the answer.
 */
#ifndef CALL_FIXTURE_H
#define CALL_FIXTURE_H

#include "runtime/call.h"
#include "runtime/loop.h"
#include "runtime/policy.h"
#include "runtime/server.h"
#include "runtime/settings.h"

#include "tests/unit/test.h"

static struct rt_server server;
static struct rt_call *call;
static int64_t clock_us = 1000000;
static const struct rt_wire *call_wire; /* of the next calls; or NULL */

/* serve.c has the real one. */
int64_t
rt_clock_us(void)
{
	return clock_us;
}

static inline void
open_server(const struct rt_api *api)
{
	char why[256] = "";

	setenv("DATABASE_URL", "postgresql:///unused", 0);
	CHECK(rt_settings_load(rt_settings));
	if (!rt_server_open(&server, api, why, sizeof(why)))
		fprintf(stderr, "%s\n", why);
	CHECK(server.api == api);
}

/* A whole line without its end; *text moves behind it. */
static inline struct rt_str
take_line(struct rt_str *text)
{
	return rt_str_cut(text, '\n');
}

/*
 * Takes in "POST /path?query\nName: value\n\nbody".  The body is absent where
 * there is no empty line.
 */
static inline void
take_request(struct rt_str text)
{
	struct rt_str line, target;

	if (call != NULL)
		rt_call_close(call);
	call = rt_call_open(&server);
	call->wire = call_wire;
	text = rt_arena_copy(call->arena, text);
	line = take_line(&text);
	call->req.method_text = rt_str_cut(&line, ' ');
	call->req.method = rt_method_parse(call->req.method_text);
	target = line;
	call->req.path = rt_str_cut(&target, '?');
	call->req.query = target;
	call->req.peer = RT_LIT("192.0.2.1");
	while (text.p != NULL) {
		line = take_line(&text);
		if (line.n == 0)
			break;
		struct rt_str name = rt_str_cut(&line, ':');
		rt_request_add_header(call, name, rt_str_trim(line));
	}
	call->req.body = text;
}

/* Runs a request; returns its status. */
static inline int
ask(const char *text)
{
	take_request(rt_str(text));
	rt_call_run(call);
	return call->res.status;
}

/* The n-th value of a header of the answer, from 0; absent where there is
 * none. */
static inline struct rt_str
answer_header_at(const char *name, unsigned n)
{
	for (size_t i = 0; i < call->res.headers.n; i++) {
		const struct rt_header *h = &call->res.headers.v[i];

		if (rt_str_is_nocase(h->name, name) && n-- == 0)
			return h->value;
	}
	return (struct rt_str){NULL, 0};
}

static inline struct rt_str
answer_header(const char *name)
{
	return answer_header_at(name, 0);
}

static inline bool
has_header(const char *name)
{
	return answer_header(name).p != NULL;
}

/* The answer's body, tokenised. */
static inline const struct rt_node *
answer_json(void)
{
	struct rt_json_error err;
	const struct rt_node *v = rt_json_parse(call->arena,
	    rt_buf_str(&call->res.body), &rt_json_default_limits, &err);

	CHECK(v != NULL);
	return v;
}

/* A text or number at a pointer of the answer's body. */
static inline struct rt_str
answer_at(const char *pointer)
{
	const struct rt_node *v = rt_node_at(answer_json(), rt_str(pointer));

	return v == NULL ? (struct rt_str){"(none)", 6} : rt_node_str(v);
}

/* The code of the problem that was answered. */
#define CHECK_PROBLEM(status_, code_) \
	do { \
		CHECK_INT(call->res.status, status_); \
		CHECK( \
		    strcmp(call->res.media, "application/problem+json") == 0); \
		CHECK_STR(answer_at("/code"), code_); \
		CHECK_STR(answer_header("X-Error-Code"), code_); \
	} while (0)

#endif /* CALL_FIXTURE_H */
