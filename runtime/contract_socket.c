/*
 * The other side of a WebSocket (RFC 6455) behind its handshake: the message of
 * a case, and what must come of it.
 */
#include "runtime/contract_run.h"
#include "runtime/ws.h"

enum {
	OPCODE_MORE = 0,
	OPCODE_TEXT = 1,
	OPCODE_BINARY = 2,
	OPCODE_CLOSE = 8,
	FIN = 0x80,
	MASKED = 0x80,
	/* Whoever takes a message need not answer it. */
	SILENCE_MS = 250,
	ANSWER_MS = 10000,
};

/* Of the key that cases send (RFC 6455, section 1.3). */
static const char accept_of_key[] = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

struct frame {
	unsigned opcode;
	bool last;
	struct rt_str payload;
};

/* --- Frames --- */

static void
put_length(struct rt_buf *b, size_t n)
{
	unsigned bytes = n > 0xffff ? 8 : n > 125 ? 2 : 0;

	rt_buf_byte(b,
	    (char)(MASKED |
		(bytes == 8          ? 127
			: bytes == 2 ? 126
				     : n)));
	while (bytes-- > 0)
		rt_buf_byte(b, (char)((uint64_t)n >> 8 * bytes & 0xff));
}

/* The mask is for what lies between: here zeros will do. */
static void
send_frame(struct contract_run *run, unsigned opcode, struct rt_str payload)
{
	struct rt_buf b = rt_buf(run->scratch, CONTRACT_BODY_MAX);

	rt_buf_byte(&b, (char)(FIN | opcode));
	put_length(&b, payload.n);
	rt_buf_add(&b, (struct rt_str){"\0\0\0\0", 4});
	rt_buf_add(&b, payload);
	contract_conn_put(run->conn, rt_buf_str(&b));
}

static bool
take_length(struct contract_run *run, unsigned first, uint64_t *n)
{
	struct rt_str more;

	*n = first & 0x7f;
	if (*n < 126)
		return true;
	if (!contract_conn_take(run->conn, *n == 126 ? 2 : 8, &more))
		return false;
	*n = 0;
	for (size_t i = 0; i < more.n; i++)
		*n = *n << 8 | (unsigned char)more.p[i];
	return *n <= CONTRACT_BODY_MAX;
}

static bool
take_frame(struct contract_run *run, struct frame *f)
{
	struct rt_str head;
	unsigned first, second;
	uint64_t n;

	if (!contract_conn_take(run->conn, 2, &head))
		return false;
	first = (unsigned char)head.p[0];
	second = (unsigned char)head.p[1];
	f->opcode = first & 0xf;
	f->last = (first & FIN) != 0;
	return take_length(run, second, &n) &&
	    contract_conn_take(run->conn, (size_t)n, &f->payload);
}

/* A whole message, or the frame that closes; pings and pongs are passed by.
 * False when nothing comes. */
static bool
take_message(struct contract_run *run, struct frame *out)
{
	struct rt_buf b = rt_buf(run->scratch, CONTRACT_BODY_MAX);
	struct frame f;

	out->opcode = OPCODE_MORE;
	for (;;) {
		if (!take_frame(run, &f))
			return false;
		if (f.opcode == OPCODE_CLOSE) {
			*out = f;
			out->payload = rt_arena_copy(run->scratch, f.payload);
			return true;
		}
		if (f.opcode > OPCODE_CLOSE)
			continue;
		if (f.opcode != OPCODE_MORE)
			out->opcode = f.opcode;
		rt_buf_add(&b, f.payload);
		if (f.last)
			break;
	}
	out->payload = b.n == 0 ? RT_LIT("") : rt_buf_str(&b);
	return true;
}

static int
close_code(const struct frame *f)
{
	if (f->payload.n < 2)
		return RT_WS_NONE;
	return (unsigned char)f->payload.p[0] << 8 |
	    (unsigned char)f->payload.p[1];
}

/* --- What must come --- */

static void
judge_close(struct contract_run *run, struct contract_result *r)
{
	struct frame f = {.opcode = OPCODE_MORE};

	while (f.opcode != OPCODE_CLOSE) {
		if (take_message(run, &f))
			continue;
		contract_fail(run, r,
		    "the socket was not closed, expected %d because %s",
		    r->c->close, r->c->why);
		return;
	}
	if (close_code(&f) != r->c->close)
		contract_fail(run, r, "closed with %d, expected %d because %s",
		    close_code(&f), r->c->close, r->c->why);
}

/* A message as the contract has it; NULL has been told. */
static const struct rt_node *
read_message(struct contract_run *run, struct contract_result *r,
    const struct frame *f)
{
	rt_check_fn *fn = r->c->op->websocket->send;
	struct rt_json_error err;
	struct rt_check check = {
	    .arena = run->scratch,
	    .patterns = run->patterns,
	    .in = RT_IN_BODY,
	};

	if (f->opcode == OPCODE_CLOSE) {
		contract_fail(run, r, "closed with %d: %s", close_code(f),
		    r->c->why);
		return NULL;
	}
	check.root = rt_json_parse(run->scratch, f->payload,
	    &rt_json_default_limits, &err);
	if (check.root == NULL) {
		contract_fail(run, r, "a message is no JSON: %.*s",
		    RT_FMT(err.text));
		return NULL;
	}
	if (fn != NULL)
		fn(&check, check.root);
	if (check.n > 0)
		contract_fail(run, r,
		    "a message breaks its schema at \"%.*s\": %.*s (%s)",
		    RT_FMT(check.faults[0].pointer),
		    RT_FMT(check.faults[0].message), check.faults[0].keyword);
	return check.root;
}

/* As of an answer that has the status of the problem's code. */
static void
judge_refusal(struct contract_run *run, struct contract_result *r)
{
	const struct contract_case *c = r->c;
	struct contract_case as_answer = *c;
	struct contract_answer answer = {
	    .status = c->keyword == NULL ? 400 : 422,
	};
	const struct rt_node *root;
	struct frame f;

	contract_conn_limit(run->conn, ANSWER_MS);
	if (!take_message(run, &f)) {
		contract_fail(run, r, "nothing came back, though %s", c->why);
		return;
	}
	root = read_message(run, r, &f);
	if (root == NULL)
		return;
	as_answer.status = answer.status;
	r->c = &as_answer;
	contract_judge_problem(run, r, &answer, root);
	r->c = c;
}

static bool
has_code(const struct rt_node *root, const struct rt_code *code)
{
	const struct rt_node *v =
	    root->type == RT_OBJECT ? rt_node_get(root, "code") : NULL;

	return v != NULL && v->type == RT_STRING &&
	    rt_str_is(rt_node_str(v), code->name);
}

/* A rule of the handler may refuse it, but no check. */
static void
judge_valid(struct contract_run *run, struct contract_result *r)
{
	const struct rt_node *root;
	struct frame f;

	contract_conn_limit(run->conn, SILENCE_MS);
	if (!take_message(run, &f))
		return;
	root = read_message(run, r, &f);
	if (root != NULL &&
	    (has_code(root, &rt_code_validation) ||
		has_code(root, &rt_code_malformed_json)))
		contract_fail(run, r,
		    "the message was refused, but it is valid: %s", r->c->why);
}

static void
judge_handshake(struct contract_run *run, struct contract_result *r,
    const struct contract_answer *answer)
{
	struct rt_str accept = contract_header(answer, "Sec-WebSocket-Accept");

	if (!rt_str_is(accept, accept_of_key))
		contract_fail(run, r,
		    "Sec-WebSocket-Accept is \"%.*s\", expected \"%s\"",
		    RT_FMT(accept), accept_of_key);
	if (!rt_str_is_nocase(contract_header(answer, "Upgrade"), "websocket"))
		contract_fail(run, r, "Upgrade does not name websocket");
}

void
contract_judge_socket(struct contract_run *run, struct contract_result *r,
    const struct contract_answer *answer)
{
	const struct contract_case *c = r->c;

	if (answer->status != 101)
		return;
	judge_handshake(run, r, answer);
	contract_conn_limit(run->conn, ANSWER_MS);
	if (c->op != NULL && c->message != NULL)
		send_frame(run, c->binary ? OPCODE_BINARY : OPCODE_TEXT,
		    contract_expand(run->scratch, c->message));
	if (c->close != 0)
		judge_close(run, r);
	else if (c->op != NULL && c->message != NULL && !c->valid)
		judge_refusal(run, r);
	else if (c->op != NULL && c->message != NULL)
		judge_valid(run, r);
	send_frame(run, OPCODE_CLOSE, RT_LIT("\x03\xe8"));
	contract_conn_leave(run->conn);
}
