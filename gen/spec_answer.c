/* Answers and their headers. */
#include "gen/param.h"
#include "gen/spec_read.h"

static const struct spec_keys answer_keys[] = {
    {"summary", SPEC_HARMLESS | SPEC_3_2},
    {"description", SPEC_READ},
    {"headers", SPEC_READ},
    {"content", SPEC_READ},
    {"links", SPEC_HARMLESS},
    {NULL, 0},
};

static const struct spec_keys header_keys[] = {
    {"description", SPEC_READ},
    {"required", SPEC_READ},
    {"deprecated", SPEC_HARMLESS},
    {"style", SPEC_READ},
    {"explode", SPEC_READ},
    {"schema", SPEC_READ},
    {"example", SPEC_HARMLESS},
    {"examples", SPEC_HARMLESS},
    {"content", SPEC_READ},
    {NULL, 0},
};

/* Sent by the runtime on its own account (policy.h, problem.h). */
static const char *const supplied_headers[] = {"X-Request-ID", "X-Error-Code",
    "WWW-Authenticate", "Allow", "Retry-After", "Content-Type",
    "Content-Length", "Transfer-Encoding", "Connection", "Keep-Alive", "Date"};

/* --- Headers --- */

static bool
is_supplied(struct rt_str name)
{
	for (size_t i = 0; i < RT_LEN(supplied_headers); i++) {
		if (rt_str_is_nocase(name, supplied_headers[i]))
			return true;
	}
	return false;
}

struct spec_param
spec_header_param(const struct spec_header *h)
{
	return (struct spec_param){
	    .node = h->node,
	    .in = RT_IN_HEADER,
	    .name = h->name,
	    .required = h->required,
	    .explode = h->explode,
	    .style = h->style,
	    .schema = h->schema,
	};
}

/* Instead of a schema: one media type.  Where it is not JSON, the whole text is
 * the value, or nobody knows how to look inside. */
static void
read_header_content(struct spec_reader *r, const struct doc_node *content,
    struct spec_header *out)
{
	const struct spec_media *media;
	size_t n = spec_read_content(r, content, &media);

	if (content->n != 1 || doc_get(out->node, "schema") != NULL)
		diag_error(r->diag, content->pos, "header-content",
		    "the 'content' of a header is one media type, and stands "
		    "there instead of a 'schema'");
	if (n == 0)
		return;
	if (media->kind == SPEC_JSON)
		out->style = RT_STYLE_JSON;
	else if (media->schema != NULL && !spec_is_text(r, media->schema))
		return;
	out->schema = media->schema;
}

static void
read_header_style(struct spec_reader *r, struct spec_header *out)
{
	struct rt_str style = spec_text(r, out->node, "style");
	struct spec_param param;
	struct param_form form;

	if (style.p != NULL && !rt_str_is(style, "simple"))
		diag_error(r->diag, doc_get(out->node, "style")->pos,
		    "header-style",
		    "headers have the style 'simple', not '%.*s'",
		    RT_FMT(style));
	out->explode = spec_bool(r, out->node, "explode", false);
	out->schema = spec_schema(r, out->node, "schema");
	if (out->schema == NULL) {
		diag_warning(r->diag, out->node->pos, "header-schema",
		    "the header '%.*s' has no 'schema': it may be any text",
		    RT_FMT(out->name));
		return;
	}
	param = spec_header_param(out);
	form = param_form(r->arena, &param);
	if (form.why == NULL)
		return;
	diag_error(r->diag, form.where->pos, "header-shape",
	    "the header '%.*s' can't be read: %s", RT_FMT(out->name), form.why);
	diag_help(r->diag,
	    "'content: {application/json: ...}' carries any value");
}

static void
read_header(struct spec_reader *r, const struct doc_member *m,
    struct spec_header *out)
{
	const struct doc_node *content;

	out->node = spec_deref(r, m->value);
	out->name = m->key;
	out->supplied = is_supplied(m->key);
	if (out->node == NULL ||
	    !spec_check_keys(r, out->node, "a header", header_keys))
		return;
	out->description = spec_text(r, out->node, "description");
	out->required = spec_bool(r, out->node, "required", false);
	content = spec_map(r, out->node, "content");
	if (content != NULL)
		read_header_content(r, content, out);
	else
		read_header_style(r, out);
}

size_t
spec_read_headers(struct spec_reader *r, const struct doc_node *holder,
    const struct spec_header **out)
{
	const struct doc_node *map = spec_map(r, holder, "headers");
	struct spec_header *v;

	*out = NULL;
	if (map == NULL)
		return 0;
	v = rt_arena_array(r->arena, map->n, sizeof(*v));
	for (size_t i = 0; i < map->n; i++)
		read_header(r, &map->members[i], &v[i]);
	*out = v;
	return map->n;
}

/* --- Answers --- */

/* "404", or "4XX" as 4; -1 for what is neither. */
static int
parse_status(struct rt_str s)
{
	int status = 0;

	if (s.n != 3 || s.p[0] < '1' || s.p[0] > '5')
		return -1;
	if (s.p[1] == 'X' && s.p[2] == 'X')
		return s.p[0] - '0';
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] < '0' || s.p[i] > '9')
			return -1;
		status = 10 * status + (s.p[i] - '0');
	}
	return status;
}

/* False where no handler can give this answer. */
static bool
read_status(struct spec_reader *r, const struct spec_op *op,
    const struct doc_member *m, int *status)
{
	*status = rt_str_is(m->key, "default") ? 0 : parse_status(m->key);
	if (*status < 0) {
		diag_error(r->diag, m->key_pos, "answer-status",
		    "there is no status '%.*s': a number from 200 to 599, a "
		    "class such as '4XX', or 'default' is expected",
		    RT_FMT(m->key));
		return false;
	}
	if (*status != 1 && (*status < 100 || *status > 199))
		return true;
	if (*status == 101 && op->websocket != NULL)
		return true;
	diag_warning(r->diag, m->key_pos, "answer-interim",
	    "an answer '%.*s' is sent before the real one by whoever speaks "
	    "HTTP: no handler gives it",
	    RT_FMT(m->key));
	if (*status == 101)
		diag_help(r->diag,
		    "'x-websocket' makes the operation one that opens a "
		    "WebSocket");
	return false;
}

static bool
may_have_body(int status)
{
	return status != 101 && status != 204 && status != 205 && status != 304;
}

static void
read_answer(struct spec_reader *r, const struct doc_member *m,
    struct spec_answer *out)
{
	const struct doc_node *node = spec_deref(r, m->value);

	out->pos = m->key_pos;
	out->node = node;
	if (node == NULL ||
	    !spec_check_keys(r, node, "a response", answer_keys))
		return;
	out->description = spec_text(r, node, "description");
	if (spec_version(r, node) < OAS_3_2)
		(void)spec_required_text(r, node, "a response", "description");
	out->n_headers = spec_read_headers(r, node, &out->headers);
	out->n_medias =
	    spec_read_content(r, spec_map(r, node, "content"), &out->medias);
	if (out->n_medias > 0 && !may_have_body(out->status))
		diag_error(r->diag, m->key_pos, "answer-body",
		    "an answer with status %d can't have a body (RFC 9110)",
		    out->status);
}

/* 422 before 400: the first says more (RFC 9110, section 15.5.21). */
static int
invalid_status(const struct spec_op *op)
{
	for (size_t i = 0; i < op->n_answers; i++) {
		if (op->answers[i].status == 422)
			return 422;
	}
	return 400;
}

void
spec_read_answers(struct spec_reader *r, struct spec_op *op,
    const struct doc_node *responses)
{
	enum schema_side side = r->side;
	struct spec_answer *v;

	if (responses == NULL || responses->n == 0) {
		diag_warning(r->diag, op->pos, "operation-answers",
		    "the operation '%.*s' declares no responses: its handler "
		    "has nothing to answer with",
		    RT_FMT(op->id));
		op->invalid_status = invalid_status(op);
		return;
	}
	v = rt_arena_array(r->arena, responses->n, sizeof(*v));
	r->side = side == SCHEMA_REQUEST ? SCHEMA_RESPONSE : SCHEMA_REQUEST;
	for (size_t i = 0; i < responses->n; i++) {
		const struct doc_member *m = &responses->members[i];

		if (rt_str_starts(m->key, "x-"))
			continue;
		if (!read_status(r, op, m, &v[op->n_answers].status))
			continue;
		read_answer(r, m, &v[op->n_answers++]);
	}
	r->side = side;
	op->answers = v;
	op->invalid_status = invalid_status(op);
}
