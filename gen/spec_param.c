/* Parameters. */
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

/* --- Parameters --- */

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

	if ((deep || delimited) &&
	    (form->types & (RT_ARRAY | RT_OBJECT)) == 0) {
		diag_warning(r->diag, style->pos, "parameter-primitive",
		    "the style '%.*s' is for arrays and objects, and '%.*s' "
		    "is none: it is taken as if no style were given",
		    RT_FMT(style->text), RT_FMT(p->name));
		return;
	}
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

/* --- Parameters with content --- */

bool
spec_is_text(struct spec_reader *r, const struct schema *s)
{
	struct spec_param param = {.in = RT_IN_HEADER, .schema = s};

	return (param_form(r->arena, &param).types & (RT_ARRAY | RT_OBJECT)) ==
	    0;
}

/* Instead of a schema and a style: one media type.  Where it is not JSON, the
 * whole text is the value. */
static void
read_param_content(struct spec_reader *r, const struct doc_node *node,
    struct spec_param *out)
{
	static const char *const others[] = {"schema", "style", "explode",
	    "allowReserved", "example", "examples"};
	const struct doc_node *content = spec_map(r, node, "content");
	const struct spec_media *media;
	size_t n = spec_read_content(r, content, &media);

	out->style = RT_STYLE_JSON;
	for (size_t i = 0; i < RT_LEN(others); i++) {
		if (doc_get(node, others[i]) != NULL)
			diag_error(r->diag, doc_key_pos(node, others[i]),
			    "parameter-content",
			    "'%s' can't stand beside 'content'", others[i]);
	}
	if (content != NULL && content->n != 1)
		diag_error(r->diag, content->pos, "parameter-content",
		    "the 'content' of a parameter is one media type");
	if (n == 0)
		return;
	if (media->kind != SPEC_JSON) {
		out->style = 0;
		if (media->schema != NULL && !spec_is_text(r, media->schema))
			diag_error(r->diag, media->node->pos,
			    "parameter-content",
			    "nobody knows how an array or object is written "
			    "as '%.*s'",
			    RT_FMT(media->type));
	}
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
	out->schema = spec_schema(r, node, "schema");
	spec_read_examples(r, node, &out->examples);
	spec_check_examples(r, out->schema, &out->examples);
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
	doc_check_name(r->diag, out->name, doc_key_pos(node, "name"));
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
