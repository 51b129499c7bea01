/* Parameters, media types, answers and their headers. */
#include "gen/spec_read.h"

static const struct spec_keys param_keys[] = {
    {"name", SPEC_READ},
    {"in", SPEC_READ},
    {"description", SPEC_READ},
    {"required", SPEC_READ},
    {"deprecated", SPEC_HARMLESS},
    {"allowEmptyValue", SPEC_LATER},
    {"style", SPEC_READ},
    {"explode", SPEC_READ},
    {"allowReserved", SPEC_LATER},
    {"schema", SPEC_READ},
    {"example", SPEC_READ},
    {"examples", SPEC_READ},
    {"content", SPEC_LATER},
    {NULL, 0},
};

static const struct spec_keys media_keys[] = {
    {"schema", SPEC_READ},
    {"itemSchema", SPEC_LATER | SPEC_3_2},
    {"prefixEncoding", SPEC_LATER | SPEC_3_2},
    {"itemEncoding", SPEC_LATER | SPEC_3_2},
    {"example", SPEC_READ},
    {"examples", SPEC_READ},
    {"encoding", SPEC_LATER},
    {NULL, 0},
};

static const struct spec_keys example_keys[] = {
    {"summary", SPEC_HARMLESS},
    {"description", SPEC_HARMLESS},
    {"value", SPEC_READ},
    {"dataValue", SPEC_READ | SPEC_3_2},
    {"serializedValue", SPEC_HARMLESS | SPEC_3_2},
    {"externalValue", SPEC_LATER},
    {NULL, 0},
};

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
    {"style", SPEC_LATER},
    {"explode", SPEC_LATER},
    {"schema", SPEC_READ},
    {"example", SPEC_HARMLESS},
    {"examples", SPEC_HARMLESS},
    {"content", SPEC_LATER},
    {NULL, 0},
};

/* Sent by the runtime on its own account (policy.h, problem.h). */
static const char *const supplied_headers[] = {"X-Request-ID", "X-Error-Code",
    "WWW-Authenticate", "Allow", "Retry-After", "Content-Type",
    "Content-Length", "Date"};

/* --- Examples --- */

static void
read_examples(struct spec_reader *r, const struct doc_node *node,
    struct spec_examples *out)
{
	const struct doc_node *one = doc_get(node, "example");
	const struct doc_node *map = spec_map(r, node, "examples");
	size_t n = (one != NULL) + (map == NULL ? 0 : map->n);
	struct spec_example *v = rt_arena_array(r->arena, n, sizeof(*v));

	*out = (struct spec_examples){v, 0};
	if (one != NULL)
		v[out->n++] = (struct spec_example){RT_LIT("example"), one};
	for (size_t i = 0; map != NULL && i < map->n; i++) {
		const struct doc_node *e = spec_deref(r, map->members[i].value);

		if (e == NULL ||
		    !spec_check_keys(r, e, "an example", example_keys))
			continue;
		v[out->n] = (struct spec_example){map->members[i].key,
		    doc_get(e, "value")};
		if (v[out->n].value == NULL)
			v[out->n].value = doc_get(e, "dataValue");
		out->n += v[out->n].value != NULL;
	}
}

static void
check_examples(struct spec_reader *r, const struct schema *s,
    const struct spec_examples *examples)
{
	for (size_t i = 0; s != NULL && i < examples->n; i++) {
		struct rt_json_error err;
		const struct doc_node *value = examples->v[i].value;
		const char *keyword = "";
		struct rt_str place = {0};
		const struct rt_node *v =
		    rt_json_parse(r->arena, doc_json(r->arena, value, 0),
			&rt_json_default_limits, &err);

		if (v == NULL ||
		    schema_accepts(r->arena, s, v, &keyword, &place))
			continue;
		if (place.n == 0)
			place = RT_LIT("its root");
		diag_error(r->diag, value->pos, "example-valid",
		    "the example '%.*s' does not conform to its schema: '%s' "
		    "fails at %.*s",
		    RT_FMT(examples->v[i].name), keyword, RT_FMT(place));
		diag_note(r->diag, s->pos, "the schema is here");
	}
}

/* --- Parameters --- */

static bool
is_primitive(const struct schema *s)
{
	return (s->types & (RT_ARRAY | RT_OBJECT)) == 0 && !s->any;
}

static bool
is_array_of_primitives(const struct schema *s)
{
	return (s->types & ~(unsigned)RT_NULL) == RT_ARRAY &&
	    s->items != NULL && is_primitive(s->items);
}

static enum rt_in
param_in(struct spec_reader *r, const struct doc_node *node)
{
	struct rt_str in = spec_required_text(r, node, "a parameter", "in");

	if (rt_str_is(in, "path"))
		return RT_IN_PATH;
	if (rt_str_is(in, "query"))
		return RT_IN_QUERY;
	if (rt_str_is(in, "header"))
		return RT_IN_HEADER;
	if (rt_str_is(in, "cookie"))
		return RT_IN_COOKIE;
	if (in.p != NULL)
		diag_error(r->diag, doc_get(node, "in")->pos, "parameter-in",
		    "'in' must be path, query, header or cookie, is '%.*s'",
		    RT_FMT(in));
	return RT_IN_QUERY;
}

static void
check_style(struct spec_reader *r, const struct doc_node *node,
    const struct spec_param *p)
{
	bool form = p->in == RT_IN_QUERY || p->in == RT_IN_COOKIE;
	struct rt_str style = spec_text(r, node, "style");

	if (style.p == NULL || rt_str_is(style, form ? "form" : "simple"))
		return;
	diag_error(r->diag, doc_get(node, "style")->pos, "unsupported-style",
	    "the parameter style '%.*s' is not supported yet", RT_FMT(style));
	diag_help(r->diag,
	    "use 'form' in query and cookie, 'simple' in path "
	    "and header");
}

static void
check_param_schema(struct spec_reader *r, const struct spec_param *p)
{
	if (p->schema == NULL) {
		diag_error(r->diag, p->node->pos, "parameter-schema",
		    "the parameter '%.*s' has no 'schema'", RT_FMT(p->name));
		return;
	}
	if (is_primitive(p->schema))
		return;
	if (p->in == RT_IN_QUERY && is_array_of_primitives(p->schema))
		return;
	diag_error(r->diag, p->schema->pos, "unsupported-parameter",
	    "the parameter '%.*s' is neither a primitive nor, in the query, "
	    "an array of primitives: not supported yet",
	    RT_FMT(p->name));
}

static const struct schema *
read_schema_of(struct spec_reader *r, const struct doc_node *node)
{
	const struct doc_node *schema = doc_get(node, "schema");

	return schema == NULL ? NULL : schema_at(r->spec->schemas, schema);
}

void
spec_read_param(struct spec_reader *r, const struct doc_node *node,
    struct spec_param *out)
{
	out->node = node;
	if (!spec_check_keys(r, node, "a parameter", param_keys))
		return;
	out->name = spec_required_text(r, node, "a parameter", "name");
	out->in = param_in(r, node);
	out->description = spec_text(r, node, "description");
	out->required = spec_bool(r, node, "required", false);
	out->explode = spec_bool(r, node, "explode",
	    out->in == RT_IN_QUERY || out->in == RT_IN_COOKIE);
	if (out->in == RT_IN_PATH && !out->required) {
		diag_error(r->diag, doc_key_pos(node, "required"),
		    "path-parameter-required",
		    "the path parameter '%.*s' must have 'required: true'",
		    RT_FMT(out->name));
		diag_help(r->diag, "without it the path would be another one");
	}
	check_style(r, node, out);
	out->schema = read_schema_of(r, node);
	check_param_schema(r, out);
	read_examples(r, node, &out->examples);
	check_examples(r, out->schema, &out->examples);
}

/* --- Media types --- */

static bool
is_json(struct rt_str type)
{
	return rt_str_is_nocase(type, "application/json") ||
	    rt_str_ends(type, "+json");
}

static bool
is_media_type(struct rt_str type)
{
	const char *slash = memchr(type.p, '/', type.n);

	if (slash == NULL || slash == type.p || slash == type.p + type.n - 1)
		return false;
	for (size_t i = 0; i < type.n; i++) {
		if (type.p[i] <= ' ' || type.p[i] >= 0x7f ||
		    strchr("\"\\;*,()<>@:?=[]{}", type.p[i]) != NULL)
			return false;
	}
	return true;
}

const struct spec_media *
spec_read_content(struct spec_reader *r, const struct doc_node *content,
    const char *what)
{
	const struct doc_member *m;
	struct spec_media *out;

	if (content == NULL || content->n == 0)
		return NULL;
	m = &content->members[0];
	if (content->n > 1)
		diag_error(r->diag, content->members[1].key_pos,
		    "unsupported-media",
		    "%s of several media types is not "
		    "supported yet",
		    what);
	if (!is_media_type(m->key)) {
		diag_error(r->diag, m->key_pos, "unsupported-media",
		    "'%.*s' is not supported as a media type: a plain "
		    "type/subtype is expected",
		    RT_FMT(m->key));
		return NULL;
	}
	out = rt_arena_new(r->arena, sizeof(*out));
	out->node = spec_deref(r, m->value);
	out->type = m->key;
	out->json = is_json(m->key);
	out->problem = rt_str_is_nocase(m->key, "application/problem+json");
	if (out->node == NULL ||
	    !spec_check_keys(r, out->node, "a media type", media_keys))
		return out;
	out->schema = read_schema_of(r, out->node);
	read_examples(r, out->node, &out->examples);
	check_examples(r, out->schema, &out->examples);
	return out;
}

/* --- Answers --- */

static bool
is_supplied(struct rt_str name)
{
	for (size_t i = 0; i < RT_LEN(supplied_headers); i++) {
		if (rt_str_is_nocase(name, supplied_headers[i]))
			return true;
	}
	return false;
}

static void
read_header(struct spec_reader *r, const struct doc_member *m,
    struct spec_header *out)
{
	const struct doc_node *node = spec_deref(r, m->value);

	out->name = m->key;
	out->supplied = is_supplied(m->key);
	if (node == NULL || !spec_check_keys(r, node, "a header", header_keys))
		return;
	out->node = node;
	out->description = spec_text(r, node, "description");
	out->required = spec_bool(r, node, "required", false);
	out->schema = read_schema_of(r, node);
	if (out->schema == NULL || !is_primitive(out->schema))
		diag_error(r->diag, m->key_pos, "unsupported-header",
		    "the header '%.*s' needs a schema of a primitive type",
		    RT_FMT(m->key));
}

static void
read_headers(struct spec_reader *r, const struct doc_node *node,
    struct spec_answer *out)
{
	const struct doc_node *map = spec_map(r, node, "headers");
	struct spec_header *v;

	if (map == NULL)
		return;
	v = rt_arena_array(r->arena, map->n, sizeof(*v));
	for (size_t i = 0; i < map->n; i++)
		read_header(r, &map->members[i], &v[i]);
	out->headers = v;
	out->n_headers = map->n;
}

static int
read_status(struct spec_reader *r, const struct doc_member *m)
{
	int status = 0;

	for (size_t i = 0; i < m->key.n && m->key.n == 3; i++) {
		if (m->key.p[i] < '0' || m->key.p[i] > '9')
			break;
		status = 10 * status + (m->key.p[i] - '0');
	}
	if (status >= 200 && status <= 599)
		return status;
	diag_error(r->diag, m->key_pos, "unsupported-status",
	    "the status '%.*s' is not supported yet: a number from 200 to 599 "
	    "is expected",
	    RT_FMT(m->key));
	return 0;
}

static bool
may_have_body(int status)
{
	return status != 204 && status != 205 && status != 304;
}

static void
read_answer(struct spec_reader *r, const struct doc_member *m,
    struct spec_answer *out)
{
	const struct doc_node *node = spec_deref(r, m->value);

	out->status = read_status(r, m);
	out->pos = m->key_pos;
	out->node = node;
	if (node == NULL ||
	    !spec_check_keys(r, node, "a response", answer_keys))
		return;
	out->description = spec_text(r, node, "description");
	if (spec_version(r, node) < OAS_3_2)
		(void)spec_required_text(r, node, "a response", "description");
	read_headers(r, node, out);
	out->media =
	    spec_read_content(r, spec_map(r, node, "content"), "an answer");
	if (out->media != NULL && !may_have_body(out->status))
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
	struct spec_answer *v;

	if (responses == NULL || responses->n == 0) {
		diag_error(r->diag, op->pos, "operation-answers",
		    "the operation '%.*s' declares no responses",
		    RT_FMT(op->id));
		return;
	}
	v = rt_arena_array(r->arena, responses->n, sizeof(*v));
	for (size_t i = 0; i < responses->n; i++) {
		const struct doc_member *m = &responses->members[i];

		if (rt_str_starts(m->key, "x-"))
			continue;
		read_answer(r, m, &v[op->n_answers++]);
	}
	op->answers = v;
	op->invalid_status = invalid_status(op);
}
