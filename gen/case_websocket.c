/* Cases about operations that open a WebSocket; see case.h. */
#include "gen/case.h"
#include "gen/variant.h"

/* The key is that of RFC 6455, section 1.3. */
#define KEY "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\n"
#define VERSION "Sec-WebSocket-Version: 13\n"
#define UPGRADE "Upgrade: websocket\n"
#define CONNECTION "Connection: Upgrade\n"

/* What closes a socket (RFC 6455, section 7.4.1). */
enum {
	CLOSE_UNSUPPORTED = 1003,
	CLOSE_BAD_TEXT = 1007,
	CLOSE_POLICY = 1008,
	CLOSE_TOO_BIG = 1009,
};

/* --- The handshake --- */

/* Adds lines, and the subprotocol that the operation likes best. */
static void
add_lines(const struct making *m, struct case_row *row, const char *lines)
{
	const struct spec_websocket *ws = m->op->websocket;
	struct rt_buf b = rt_buf(m->arena, SIZE_MAX);

	if (row->headers.p != NULL)
		rt_buf_add(&b, row->headers);
	rt_buf_cstr(&b, lines);
	if (ws->n_protocols > 0)
		rt_buf_printf(&b, "Sec-WebSocket-Protocol: %.*s\n",
		    RT_FMT(ws->protocols[0]));
	row->headers = rt_buf_str(&b);
}

void
case_put_handshake(const struct making *m, struct case_row *row)
{
	add_lines(m, row, CONNECTION UPGRADE VERSION KEY);
}

void
case_refuse_socket(const struct making *m, struct case_row *row)
{
	const struct spec_websocket *ws = m->op->websocket;

	if (ws == NULL || ws->unauthorized == 0 ||
	    (row->status != 401 && row->status != 403))
		return;
	row->status = 101;
	row->close = (int)ws->unauthorized;
}

/* The good request but for the headers of a handshake. */
static struct case_row
plain_base(const struct making *m)
{
	struct case_row row = case_base(m);

	row.headers = (struct rt_str){0};
	(void)case_put_params(m, m->params, &row);
	row.valid = false;
	return row;
}

static bool
has_success(const struct spec_op *op)
{
	for (size_t i = 0; i < op->n_answers; i++) {
		int status = op->answers[i].status;

		if (status == 2 || (status >= 200 && status <= 299))
			return true;
	}
	return false;
}

/* Requests that are no handshake, or a wrong one.  Without an upgrade another
 * answer may be declared. */
static void
handshakes(struct making *m)
{
	static const struct {
		const char *name, *lines, *why;
		int status;
	} wrong[] = {
	    {"none", "", "no upgrade is asked for", 426},
	    {"no-connection", UPGRADE VERSION KEY,
		"Connection does not name Upgrade", 426},
	    {"other", CONNECTION "Upgrade: h2c\n",
		"an upgrade to something else is asked for", 426},
	    {"no-version", CONNECTION UPGRADE KEY,
		"the version of the protocol is missing", 426},
	    {"version", CONNECTION UPGRADE "Sec-WebSocket-Version: 12\n" KEY,
		"the version of the protocol is not 13", 426},
	    {"no-key", CONNECTION UPGRADE VERSION, "the key is missing", 400},
	    {"key", CONNECTION UPGRADE VERSION "Sec-WebSocket-Key: c2hvcnQ=\n",
		"the key has not 16 bytes", 400},
	};

	for (size_t i = 0; i < RT_LEN(wrong); i++) {
		struct case_row row = plain_base(m);
		bool upgrade = strstr(wrong[i].lines, UPGRADE) != NULL &&
		    strstr(wrong[i].lines, CONNECTION) != NULL;

		if (!upgrade && has_success(m->op))
			continue;
		add_lines(m, &row, wrong[i].lines);
		row.status = wrong[i].status;
		row.why = rt_str(wrong[i].why);
		case_add(m, row, "handshake/%s", wrong[i].name);
	}
}

/* Who asks for no socket is refused by HTTP, whatever the code of a socket. */
static void
missing_credential(struct making *m)
{
	struct case_row row = plain_base(m);

	if (m->op->websocket->unauthorized == 0 || m->credentials.p == NULL)
		return;
	for (size_t i = 0; i < m->op->n_security; i++) {
		if (m->op->security[i].n == 0)
			return;
	}
	row.credentials = (struct rt_str){0};
	row.status = 401;
	row.why = RT_LIT("there is no credential, and no upgrade");
	case_add(m, row, "handshake/none/unauthorized");
}

/* --- Messages --- */

static struct case_row
message_base(const struct making *m)
{
	struct case_row row = case_base(m);

	row.in = RT_IN_BODY;
	row.place = RT_LIT("");
	return row;
}

/* How a message that breaks the contract is refused: by a problem where the
 * server may send one, else by the end of the socket. */
static int
refusing_code(const struct making *m)
{
	const struct spec_websocket *ws = m->op->websocket;

	return ws->send == NULL || spec_sends_problems(m->spec, ws)
	    ? 0
	    : CLOSE_POLICY;
}

/* What no schema is asked about. */
static void
other_messages(struct making *m)
{
	static const struct {
		const char *name, *text, *why;
		bool binary;
		int close; /* 0: as what breaks the contract */
	} others[] = {
	    {"malformed", "{\"", "the message is no JSON", false, 0},
	    {"empty", "", "the message is empty", false, 0},
	    {"utf-8", "\"\xff\"", "the message is not UTF-8", false,
		CLOSE_BAD_TEXT},
	    {"binary", "{}", "the message is binary", true, CLOSE_UNSUPPORTED},
	};

	for (size_t i = 0; i < RT_LEN(others); i++) {
		struct case_row row = message_base(m);

		row.in = 0;
		row.place = (struct rt_str){0};
		row.valid = false;
		row.message = rt_str(others[i].text);
		row.binary = others[i].binary;
		row.close =
		    others[i].close != 0 ? others[i].close : refusing_code(m);
		row.why = rt_str(others[i].why);
		case_add(m, row, "message/%s", others[i].name);
	}
}

/* No test sends more than it has to. */
enum { TOO_BIG_MAX = 16 * 1024 * 1024 };

static void
too_big(struct making *m)
{
	struct case_row row = message_base(m);
	size_t n = (size_t)m->op->websocket->message_max + 1;
	char *p;

	if (n > TOO_BIG_MAX)
		return;
	p = rt_arena_bytes(m->arena, n);
	memset(p, 'a', n);
	row.in = 0;
	row.place = (struct rt_str){0};
	row.valid = false;
	row.message = (struct rt_str){p, n};
	row.close = CLOSE_TOO_BIG;
	row.why = RT_LIT("the message is too large");
	case_add(m, row, "message/too-large");
}

static void
put_message(const struct making *m, const struct instance *v,
    struct case_row *row)
{
	row->message = instance_json(m->arena, v);
	row->value = row->message;
	row->schema = doc_pointer(m->arena, m->op->websocket->receive->node);
}

static void
add_whole(struct making *m, const char *name, const struct instance *v)
{
	struct case_row row = message_base(m);

	if (v == NULL)
		return;
	put_message(m, v, &row);
	row.keyword = rt_str(name);
	row.why = rt_arena_printf(m->arena, "the message is %s", name);
	case_add(m, row, "message/%s", name);
}

static struct rt_str
place_name(struct rt_str pointer)
{
	return pointer.n == 0 ? RT_LIT("the message") : pointer;
}

static void
add_variant(struct making *m, const struct variant *v)
{
	struct case_row row = message_base(m);

	put_message(m, v->value, &row);
	if ((int64_t)row.message.n > m->op->websocket->message_max)
		return;
	row.place = v->pointer;
	row.keyword = rt_str(v->keyword);
	row.valid = v->valid;
	row.among = v->among;
	row.close = v->valid ? 0 : refusing_code(m);
	row.why = rt_arena_printf(m->arena, "%.*s %s",
	    RT_FMT(place_name(v->pointer)), v->why);
	case_add(m, row, "message%.*s/%s/%s", RT_FMT(v->pointer), v->keyword,
	    v->name);
}

static void
messages(struct making *m)
{
	const struct schema *s = m->op->websocket->receive;
	const struct instance *minimal, *maximal;
	struct variants all;

	too_big(m);
	if (s == NULL)
		return;
	other_messages(m);
	minimal = sample_value(m->arena, s, SAMPLE_MINIMAL);
	maximal = sample_value(m->arena, s, SAMPLE_MAXIMAL);
	add_whole(m, "minimal", minimal);
	add_whole(m, "maximal", maximal);
	if (minimal == NULL && maximal == NULL)
		return;
	all = variants_of(m->arena, s, maximal != NULL ? maximal : minimal);
	for (size_t i = 0; i < all.n; i++)
		add_variant(m, &all.v[i]);
}

void
case_websocket(struct making *m)
{
	if (m->op->websocket == NULL)
		return;
	handshakes(m);
	missing_credential(m);
	messages(m);
}
