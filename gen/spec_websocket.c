/* x-websocket: the messages of an operation that opens a WebSocket. */
#include "gen/spec_read.h"
#include "runtime/media.h"

static const struct spec_keys websocket_keys[] = {
    {"receive", SPEC_READ},
    {"send", SPEC_READ},
    {"max-message", SPEC_READ},
    {"unauthorized", SPEC_READ},
    {"protocols", SPEC_READ},
    {NULL, 0},
};

/* --- Its members --- */

static void
read_message_max(struct spec_reader *r, struct spec_websocket *ws)
{
	const struct doc_node *max = doc_get(ws->node, "max-message");

	ws->message_max = SPEC_MESSAGE_MAX;
	if (max == NULL)
		return;
	if (!doc_int(max, &ws->message_max) || ws->message_max < 1 ||
	    ws->message_max > INT32_MAX)
		diag_error(r->diag, max->pos, "extension-type",
		    "'max-message' must be a number of bytes from 1 to %d",
		    INT32_MAX);
}

/* Codes that an application may send by itself (RFC 6455, section 7.4). */
static bool
is_close_code(int64_t code)
{
	return code == 1008 || (code >= 3000 && code <= 4999);
}

static void
read_unauthorized(struct spec_reader *r, const struct spec_op *op,
    struct spec_websocket *ws)
{
	const struct doc_node *node = doc_get(ws->node, "unauthorized");

	if (node == NULL)
		return;
	if (!doc_int(node, &ws->unauthorized) ||
	    !is_close_code(ws->unauthorized)) {
		diag_error(r->diag, node->pos, "websocket-close-code",
		    "'unauthorized' must be a close code of an application: "
		    "1008, or 3000 to 4999");
		diag_help(r->diag,
		    "4000 to 4999 are free for private use (RFC 6455, section "
		    "7.4.2)");
	} else if (!op->secured) {
		diag_error(r->diag, node->pos, "websocket-unsecured",
		    "nobody is unauthorized: '%.*s' has no 'security'",
		    RT_FMT(op->id));
		diag_help(r->diag, "add 'security', or remove this");
	}
}

static bool
is_listed(const struct spec_websocket *ws, struct rt_str name)
{
	for (size_t i = 0; i < ws->n_protocols; i++) {
		if (rt_str_eq(ws->protocols[i], name))
			return true;
	}
	return false;
}

static void
read_protocols(struct spec_reader *r, struct spec_websocket *ws)
{
	const struct doc_node *list =
	    spec_typed(r, ws->node, "protocols", DOC_SEQ);
	struct rt_str *v;

	if (list == NULL)
		return;
	v = rt_arena_array(r->arena, list->n, sizeof(*v));
	ws->protocols = v;
	for (size_t i = 0; i < list->n; i++) {
		const struct doc_node *name = list->items[i];

		if (name->type == DOC_STRING && rt_is_token(name->text) &&
		    !is_listed(ws, name->text)) {
			v[ws->n_protocols++] = name->text;
			continue;
		}
		diag_error(r->diag, name->pos, "websocket-protocol",
		    "a protocol must be a token of HTTP that is listed once");
		diag_help(r->diag,
		    "clients name it in Sec-WebSocket-Protocol (RFC 6455, "
		    "section 1.9)");
	}
	if (list->n > 0)
		return;
	diag_error(r->diag, list->pos, "websocket-protocol",
	    "an empty list of protocols is none");
	diag_help(r->diag, "list one, or remove it");
}

/* --- The operation around it --- */

static void
check_op(struct spec_reader *r, const struct spec_op *op,
    const struct spec_websocket *ws)
{
	const struct doc_node *responses = doc_get(op->node, "responses");

	if (op->method != RT_GET) {
		diag_error(r->diag, ws->pos, "websocket-method",
		    "a WebSocket is opened by GET, not by %.*s (RFC 6455, "
		    "section 4.1)",
		    RT_FMT(op->token));
		diag_help(r->diag, "move the operation to 'get'");
	}
	if (op->n_bodies > 0) {
		diag_error(r->diag, doc_key_pos(op->node, "requestBody"),
		    "websocket-body",
		    "the request that opens a WebSocket has no body");
		diag_help(r->diag, "use parameters, or a first message");
	}
	if (responses == NULL || doc_get(responses, "101") == NULL) {
		diag_error(r->diag, ws->pos, "websocket-answer",
		    "'%.*s' does not declare the answer 101", RT_FMT(op->id));
		diag_help(r->diag,
		    "add \"'101': {description: Switching protocols.}\" to its "
		    "'responses'");
	}
}

void
spec_read_websocket(struct spec_reader *r, struct spec_op *op)
{
	const struct doc_node *node = doc_get(op->node, "x-websocket");
	enum schema_side side = r->side;
	struct spec_websocket *ws;

	if (node == NULL)
		return;
	ws = rt_arena_new(r->arena, sizeof(*ws));
	ws->node = node;
	ws->pos = doc_key_pos(op->node, "x-websocket");
	op->websocket = ws;
	check_op(r, op, ws);
	if (!spec_check_keys(r, node, "'x-websocket'", websocket_keys))
		return;
	read_message_max(r, ws);
	read_unauthorized(r, op, ws);
	read_protocols(r, ws);
	r->side = SCHEMA_REQUEST;
	ws->receive = spec_schema(r, node, "receive");
	r->side = SCHEMA_RESPONSE;
	ws->send = spec_schema(r, node, "send");
	r->side = side;
}

void
spec_check_no_websocket(struct spec_reader *r, const struct doc_node *node,
    const char *what)
{
	if (node->type != DOC_MAP || doc_get(node, "x-websocket") == NULL)
		return;
	diag_error(r->diag, doc_key_pos(node, "x-websocket"), "websocket-place",
	    "'x-websocket' says nothing in %s", what);
	diag_help(r->diag, "it belongs into an operation under 'paths'");
}

/* --- Problems --- */

static bool
is_problem(const struct spec *spec, const struct schema *s)
{
	for (size_t i = 0; i < spec->n_ops; i++) {
		const struct spec_op *op = &spec->ops[i];

		for (size_t k = 0; k < op->n_answers; k++) {
			const struct spec_media *m = spec_problem(
			    op->answers[k].medias, op->answers[k].n_medias);

			if (m != NULL && m->schema != NULL &&
			    m->schema->node == s->node)
				return true;
		}
	}
	return false;
}

bool
spec_sends_problems(const struct spec *spec, const struct spec_websocket *ws)
{
	const struct schema_list *lists[] = {&ws->send->any_of,
	    &ws->send->one_of};

	if (is_problem(spec, ws->send))
		return true;
	for (size_t i = 0; i < RT_LEN(lists); i++) {
		for (size_t k = 0; k < lists[i]->n; k++) {
			if (is_problem(spec, lists[i]->v[k]))
				return true;
		}
	}
	return false;
}
