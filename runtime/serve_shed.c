#include <stdlib.h>

#include "runtime/http_answer.h"
#include "runtime/log.h"
#include "runtime/loop.h"
#include "runtime/metrics.h"
#include "runtime/policy.h"
#include "runtime/serve_kore.h"

/*
 * What is said to requests for which there is no room.  It must cost little, or
 * saying no would leave no time for the calls under way: all of a second get
 * the same answer, with the same trace id, and the log has one line for them.
 */

enum { HEAD_MAX = 16 * 1024, SECOND_US = 1000000 };

/* To those whose connection stays, and to those whose connection ends. */
enum { STAYS, ENDS, KINDS };

static struct rt_server *server;
static struct rt_arena *arena; /* of the answer */
static struct rt_str heads[KINDS];
static struct rt_str body;
static struct rt_str trace_id;
static int64_t made_us;
static unsigned n_shed; /* since the log was told */

void
rt_shed_open(struct rt_server *s)
{
	server = s;
	arena = rt_arena_open(1024 * 1024, NULL, NULL);
}

void
rt_shed_close(void)
{
	rt_arena_close(arena);
	arena = NULL;
}

static struct rt_str
make_head(const struct rt_response *res, bool close)
{
	struct rt_http_frame frame = {
	    .end = RT_END_LENGTH,
	    .length = res->body.n,
	    .close = close,
	};
	struct rt_buf b = rt_buf(arena, HEAD_MAX);

	rt_http_head_write(&b, res, &frame);
	return rt_buf_str(&b);
}

/* A call that nobody has made tells what any call would be answered. */
static void
make_answer(void)
{
	struct rt_problem p = {
	    .code = &rt_code_unavailable,
	    .detail = RT_LIT("The server has too many calls under way."),
	};
	struct rt_call *call = rt_call_open(server);

	rt_arena_reset(arena);
	rt_reply_problem(call, 503, &p);
	rt_policy_finish(call);
	heads[STAYS] = make_head(&call->res, false);
	heads[ENDS] = make_head(&call->res, true);
	body = rt_arena_copy(arena, rt_buf_str(&call->res.body));
	trace_id = rt_arena_copy(arena, call->trace_id);
	rt_call_close(call);
	made_us = rt_clock_us();
}

void
rt_shed(struct rt_conn *conn, const struct rt_head *head, bool close)
{
	bool bodiless = rt_str_is(head->method, "HEAD");

	if (made_us == 0 || rt_clock_us() - made_us > SECOND_US)
		make_answer();
	n_shed++;
	rt_metrics_shed();
	rt_send(conn, heads[close ? ENDS : STAYS],
	    bodiless ? (struct rt_str){NULL, 0} : body);
}

void
rt_shed_tell(void)
{
	if (n_shed > 0)
		rt_log(RT_LOG_WARN,
		    "%u requests were answered with 503, for too many calls "
		    "are under way (CALLS_MAX); the last ones as %.*s.",
		    n_shed, RT_FMT(trace_id));
	n_shed = 0;
}
