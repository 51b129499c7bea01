#include "runtime/message.h"

#include "runtime/server.h"
#include "runtime/topic.h"

enum { TEXT_MAX = 16 * 1024 * 1024 };

/* --- Writing --- */

struct rt_writer *
rt_message_begin(struct rt_message *m, struct rt_call *call,
    const struct rt_op *op)
{
	m->call = call;
	m->op = op;
	m->text = rt_buf(call->arena, TEXT_MAX);
	m->writer = rt_writer(&m->text);
	return &m->writer;
}

static struct rt_check
new_check(const struct rt_call *call, const struct rt_node *v)
{
	return (struct rt_check){
	    .arena = call->arena,
	    .patterns = call->server->patterns,
	    .in = RT_IN_BODY,
	    .root = v,
	};
}

/* Whether the text is what the contract has the server send; *why not is for the
 * log. */
static bool
conforms(const struct rt_message *m, struct rt_str *why)
{
	struct rt_call *call = m->call;
	rt_check_fn *check = m->op->websocket->send;
	struct rt_json_error err;
	struct rt_check c = new_check(call,
	    rt_json_parse(call->arena, rt_buf_str(&m->text),
		&rt_json_default_limits, &err));

	if (c.root == NULL) {
		*why = err.text;
		return false;
	}
	if (check != NULL)
		check(&c, c.root);
	if (c.n == 0)
		return true;
	*why =
	    rt_printf(call, "\"%.*s\": %s: %.*s", RT_FMT(c.faults[0].pointer),
		c.faults[0].keyword, RT_FMT(c.faults[0].message));
	return false;
}

/* Like answers, messages are held against the contract before they go. */
static bool
is_sound(const struct rt_message *m)
{
	struct rt_str why;

	if (m->text.full)
		return rt_fail(m->call, "%s: a message is too large",
		    m->op->id);
	if (!m->call->server->check_answers || conforms(m, &why))
		return true;
	return rt_fail(m->call, "%s: a message breaks the contract: %.*s",
	    m->op->id, RT_FMT(why));
}

bool
rt_message_send(struct rt_message *m)
{
	return is_sound(m) && rt_ws_send(m->call, rt_buf_str(&m->text));
}

bool
rt_message_publish(struct rt_message *m, struct rt_str topic)
{
	return is_sound(m) &&
	    rt_topic_publish(m->call, topic, rt_buf_str(&m->text));
}

bool
rt_message_publish_private(struct rt_message *m, struct rt_str topic)
{
	return is_sound(m) &&
	    rt_topic_publish_private(m->call, topic, rt_buf_str(&m->text));
}

bool
rt_message_missed(struct rt_message *m)
{
	return is_sound(m) && rt_topic_missed(m->call, rt_buf_str(&m->text));
}

/* --- Problems --- */

/* A message of the call that is a problem. */
static void
write_problem(struct rt_message *m, struct rt_call *call,
    const struct rt_problem *p, const struct rt_check *faults)
{
	struct rt_problem_context context = {
	    .instance = call->req.path,
	    .trace_id = call->trace_id,
	    .time = rt_time_now(),
	    .faults = faults,
	};

	rt_problem_write(rt_message_begin(m, call, call->op), p->code->status,
	    p, &context);
}

bool
rt_message_problem(struct rt_call *call, const struct rt_problem *p)
{
	struct rt_message m;

	write_problem(&m, call, p, NULL);
	return rt_message_send(&m);
}

/* Where the contract has no message for it, the socket ends. */
static void
refuse(struct rt_call *call, struct rt_problem p, const struct rt_check *faults)
{
	struct rt_message m;
	struct rt_str why;

	write_problem(&m, call, &p, faults);
	if (conforms(&m, &why))
		(void)!rt_ws_send(call, rt_buf_str(&m.text));
	else
		rt_ws_close(call, RT_WS_POLICY, p.detail);
}

/* --- Receiving --- */

/* NULL for one that was refused. */
static const struct rt_node *
check_message(struct rt_call *call, const struct rt_node *v)
{
	rt_check_fn *check = call->op->websocket->receive;

	call->check = new_check(call, v);
	if (check != NULL)
		check(&call->check, v);
	if (call->check.n == 0)
		return v;
	refuse(call,
	    rt_problem(call, &rt_code_validation,
		"The message breaks the contract."),
	    &call->check);
	return NULL;
}

static const struct rt_node *
read_message(struct rt_call *call, const struct rt_ws_message *m)
{
	struct rt_json_error err;
	const struct rt_node *v;

	if (m->binary) {
		rt_ws_close(call, RT_WS_UNSUPPORTED,
		    RT_LIT("Messages are texts of JSON."));
		return NULL;
	}
	v = rt_json_parse(call->arena, m->data, &call->server->json, &err);
	if (v != NULL)
		return check_message(call, v);
	refuse(call,
	    rt_problem(call, &rt_code_malformed_json,
		"The message is not JSON: %.*s", RT_FMT(err.text)),
	    NULL);
	return NULL;
}

/* What was refused has no place here; whether the socket goes on, the next
 * receiving finds. */
const struct rt_node *
rt_message_receive(struct rt_call *call)
{
	struct rt_ws_message m;
	const struct rt_node *v = NULL;

	while (v == NULL) {
		if (!rt_ws_receive(call, &m))
			return NULL;
		v = read_message(call, &m);
	}
	return v;
}
