/* Parameters, media types, answers and their headers. */
#include "gen/param.h"
#include "gen/spec_read.h"

static const struct spec_keys param_keys[] = {
    {"name", SPEC_READ},
    {"in", SPEC_READ},
    {"description", SPEC_READ},
    {"required", SPEC_READ},
    {"deprecated", SPEC_HARMLESS},
    {"allowEmptyValue", SPEC_READ},
    {"style", SPEC_READ},
    {"explode", SPEC_READ},
    {"allowReserved", SPEC_HARMLESS},
    {"schema", SPEC_READ},
    {"example", SPEC_READ},
    {"examples", SPEC_READ},
    {"content", SPEC_READ},
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

static const char *
in_word(enum rt_in in)
{
	static const char *const words[] = {
	    [RT_IN_PATH] = "path",
	    [RT_IN_QUERY] = "query",
	    [RT_IN_HEADER] = "header",
	    [RT_IN_COOKIE] = "cookie",
	};

	return words[in];
}

static bool
is_form(enum rt_in in)
{
	return in == RT_IN_QUERY || in == RT_IN_COOKIE;
}

/* The styles besides form and simple, each of which is for one place. */
static const struct {
	const char *name;
	enum rt_style style;
	enum rt_in in;
} styles[] = {
    {"label", RT_STYLE_LABEL, RT_IN_PATH},
    {"matrix", RT_STYLE_MATRIX, RT_IN_PATH},
    {"spaceDelimited", RT_STYLE_SPACE, RT_IN_QUERY},
    {"pipeDelimited", RT_STYLE_PIPE, RT_IN_QUERY},
    {"deepObject", RT_STYLE_DEEP, RT_IN_QUERY},
};

static enum rt_style
read_style(struct spec_reader *r, const struct doc_node *node, enum rt_in in)
{
	struct rt_str style = spec_text(r, node, "style");

	if (style.p == NULL ||
	    rt_str_is(style, is_form(in) ? "form" : "simple"))
		return 0;
	for (size_t i = 0; i < RT_LEN(styles); i++) {
		if (styles[i].in == in && rt_str_is(style, styles[i].name))
			return styles[i].style;
	}
	diag_error(r->diag, doc_get(node, "style")->pos, "parameter-style",
	    "there is no parameter style '%.*s' in the %s", RT_FMT(style),
	    in_word(in));
	diag_help(r->diag,
	    "path: simple, label, matrix; query: form, spaceDelimited, "
	    "pipeDelimited, deepObject; header: simple; cookie: form");
	return 0;
}

/* What the table of styles leaves out (OpenAPI 3.1, "Style Examples"). */
static void
check_style(struct spec_reader *r, const struct spec_param *p,
    const struct param_form *form)
{
	bool delimited =
	    p->style == RT_STYLE_SPACE || p->style == RT_STYLE_PIPE;
	bool deep = p->style == RT_STYLE_DEEP;
	const struct doc_node *explode = doc_get(p->node, "explode");
	const struct doc_node *style = doc_get(p->node, "style");

	if ((deep && form->types != RT_OBJECT) ||
	    (delimited && form->types != RT_OBJECT && form->types != RT_ARRAY))
		diag_error(r->diag, style->pos, "parameter-style",
		    "the style '%.*s' is for %s, and '%.*s' is none",
		    RT_FMT(style->text),
		    deep ? "objects" : "arrays and objects", RT_FMT(p->name));
	if (explode == NULL || explode->type != DOC_BOOL)
		return;
	if ((deep && !explode->yes) || (delimited && explode->yes))
		diag_error(r->diag, explode->pos, "parameter-style",
		    "the style '%.*s' is not defined with 'explode: %s'",
		    RT_FMT(style->text), explode->yes ? "true" : "false");
}

static void
check_param_schema(struct spec_reader *r, const struct spec_param *p)
{
	struct param_form form;

	if (p->schema == NULL) {
		diag_error(r->diag, p->node->pos, "parameter-schema",
		    "the parameter '%.*s' has no 'schema'", RT_FMT(p->name));
		return;
	}
	if (p->style == RT_STYLE_JSON)
		return;
	form = param_form(r->arena, p);
	check_style(r, p, &form);
	if (form.why == NULL)
		return;
	diag_error(r->diag,
	    form.where == NULL ? p->schema->pos : form.where->pos,
	    "parameter-shape", "the parameter '%.*s' can't be read: %s",
	    RT_FMT(p->name), form.why);
	diag_help(r->diag,
	    "'content: {application/json: ...}' carries any value");
}

static const struct schema *
read_schema_of(struct spec_reader *r, const struct doc_node *node)
{
	const struct doc_node *schema = doc_get(node, "schema");
	struct schema_set *set = r->spec->schemas;

	return schema == NULL
	    ? NULL
	    : schema_view(set, schema_at(set, schema), r->side);
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

/* --- Parameters with content --- */

/* Instead of a schema and a style: one media type, which is JSON. */
static void
read_param_content(struct spec_reader *r, const struct doc_node *node,
    struct spec_param *out)
{
	static const char *const others[] = {"schema", "style", "explode",
	    "allowReserved", "example", "examples"};
	const struct spec_media *media =
	    spec_read_content(r, spec_map(r, node, "content"), "a parameter");

	out->style = RT_STYLE_JSON;
	for (size_t i = 0; i < RT_LEN(others); i++) {
		if (doc_get(node, others[i]) != NULL)
			diag_error(r->diag, doc_key_pos(node, others[i]),
			    "parameter-content",
			    "'%s' can't stand beside 'content'", others[i]);
	}
	if (media == NULL)
		return;
	if (!media->json)
		diag_error(r->diag, media->node->pos, "unsupported-media",
		    "a parameter of type '%.*s' is not supported yet",
		    RT_FMT(media->type));
	out->schema = media->schema;
	out->examples = media->examples;
}

static void
read_param_style(struct spec_reader *r, const struct doc_node *node,
    struct spec_param *out)
{
	out->style = read_style(r, node, out->in);
	out->explode =
	    spec_bool(r, node, "explode", is_form(out->in) && out->style == 0);
	out->schema = read_schema_of(r, node);
	read_examples(r, node, &out->examples);
	check_examples(r, out->schema, &out->examples);
}

static void
check_required(struct spec_reader *r, const struct spec_param *p)
{
	if (p->in == RT_IN_PATH && !p->required) {
		diag_error(r->diag, doc_key_pos(p->node, "required"),
		    "path-parameter-required",
		    "the path parameter '%.*s' must have 'required: true'",
		    RT_FMT(p->name));
		diag_help(r->diag, "without it the path would be another one");
	}
	if (p->in != RT_IN_QUERY && p->allow_empty)
		diag_error(r->diag, doc_key_pos(p->node, "allowEmptyValue"),
		    "parameter-empty",
		    "'allowEmptyValue' is for parameters of the query");
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
	out->allow_empty = spec_bool(r, node, "allowEmptyValue", false);
	check_required(r, out);
	if (doc_get(node, "content") != NULL)
		read_param_content(r, node, out);
	else
		read_param_style(r, node, out);
	check_param_schema(r, out);
}

/* The properties of an exploded object are names of the query, as parameters
 * are: each may have one owner. */
static void
check_names(struct spec_reader *r, const struct spec_op *op,
    const struct spec_param *p, const struct param_form *form)
{
	for (size_t i = 0; i < form->n; i++) {
		struct rt_str name = form->properties[i].name;

		for (size_t k = 0; k < op->n_params; k++) {
			const struct spec_param *other = &op->params[k];

			if (other == p || other->in != p->in ||
			    !rt_str_eq(other->name, name))
				continue;
			diag_error(r->diag, p->node->pos, "parameter-collision",
			    "the property '%.*s' of '%.*s' has the name of "
			    "another parameter",
			    RT_FMT(name), RT_FMT(p->name));
			diag_note(r->diag, other->node->pos, "the other one");
		}
	}
}

void
spec_check_params(struct spec_reader *r, const struct spec_op *op)
{
	for (size_t i = 0; i < op->n_params; i++) {
		const struct spec_param *p = &op->params[i];
		struct param_form form;

		if (p->schema == NULL || p->style == RT_STYLE_JSON)
			continue;
		form = param_form(r->arena, p);
		/* A parameter may share its name with its own property: then
		 * it is never sent under its own. */
		if (param_is_spread(p, &form))
			check_names(r, op, p, &form);
	}
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
		diag_warning(r->diag, op->pos, "operation-answers",
		    "the operation '%.*s' declares no responses: its handler "
		    "has nothing to answer with",
		    RT_FMT(op->id));
		op->invalid_status = invalid_status(op);
		return;
	}
	v = rt_arena_array(r->arena, responses->n, sizeof(*v));
	r->side = SCHEMA_RESPONSE;
	for (size_t i = 0; i < responses->n; i++) {
		const struct doc_member *m = &responses->members[i];

		if (rt_str_starts(m->key, "x-"))
			continue;
		read_answer(r, m, &v[op->n_answers++]);
	}
	r->side = SCHEMA_REQUEST;
	op->answers = v;
	op->invalid_status = invalid_status(op);
}
