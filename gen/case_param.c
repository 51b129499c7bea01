/* Cases about parameters; see case.h. */
#include "gen/case.h"
#include "gen/param.h"
#include "gen/variant.h"
#include "runtime/json_write.h"
#include "runtime/percent.h"

static const char *
in_name(enum rt_in in)
{
	static const char *const names[] = {"", "body", "path", "query",
	    "header", "cookie"};

	return names[in];
}

/* The good request with parameter i set to v; false when it can't be sent. */
static bool
put_one(const struct making *m, size_t i, const struct instance *v,
    struct case_row *row)
{
	const struct instance **params =
	    rt_arena_array(m->arena, m->op->n_params, sizeof(*params));

	memcpy(params, m->params, m->op->n_params * sizeof(*params));
	params[i] = v;
	return case_put_params(m, params, row);
}

static struct case_row
row_about(const struct making *m, size_t i, const char *keyword)
{
	const struct spec_param *p = &m->op->params[i];
	struct case_row row = case_base(m);

	row.in = p->in;
	row.place = p->name;
	row.keyword = rt_str(keyword);
	return row;
}

static void
about_value(const struct making *m, size_t i, const struct rt_node *node,
    struct case_row *row)
{
	struct rt_buf b = rt_buf(m->arena, SIZE_MAX);
	struct rt_writer w = rt_writer(&b);

	rt_write_node(&w, node);
	row->value = rt_buf_str(&b);
	row->schema = doc_pointer(m->arena, m->op->params[i].schema->node);
}

static void
add_variant(struct making *m, size_t i, const struct variant *v)
{
	const struct spec_param *p = &m->op->params[i];
	const struct rt_node *node = case_param_node(m->arena, p, v->value);
	struct case_row row = row_about(m, i, v->keyword);
	const char *keyword = v->keyword;
	bool accepted;

	if (node == NULL || !put_one(m, i, v->value, &row))
		return;
	accepted = schema_accepts(m->arena, p->schema, node, &keyword, NULL);
	if (accepted != v->valid || strcmp(keyword, v->keyword) != 0)
		return;
	about_value(m, i, node, &row);
	row.valid = v->valid;
	row.among = v->among;
	row.status = v->valid ? 0 : m->op->invalid_status;
	row.why = rt_arena_printf(m->arena, "%.*s %s", RT_FMT(p->name), v->why);
	case_add(m, row, "%s/%.*s%.*s/%s/%s", in_name(p->in), RT_FMT(p->name),
	    RT_FMT(v->pointer), v->keyword, v->name);
}

/* Texts that look like a number or a boolean and are none. */
static void
near_misses(struct making *m, size_t i)
{
	static const struct {
		const char *name, *text;
	} misses[] = {{"empty-text", ""}, {"space", " 5"}, {"hex", "0x10"},
	    {"plus", "+5"}, {"letter", "5a"}, {"upper", "TRUE"},
	    {"yes", "yes"}};
	const struct schema *s = m->op->params[i].schema;
	struct variant v = {
	    .pointer = RT_LIT(""),
	    .keyword = "type",
	    .why = "is of another type",
	};

	for (size_t k = 0; k < RT_LEN(misses); k++) {
		struct schema relaxed = *s;

		v.name = misses[k].name;
		v.value = instance_string(m->arena, rt_str(misses[k].text));
		relaxed.types = RT_STRING;
		v.among = !instance_fits(m->arena, &relaxed, v.value);
		add_variant(m, i, &v);
	}
}

/* The pair `name=value` as it is, in place of the parameter. */
static struct rt_str
raw_query(const struct making *m, size_t i, struct rt_str name,
    const char *value)
{
	struct case_row row = {0};
	struct rt_buf b = rt_buf(m->arena, SIZE_MAX);

	(void)put_one(m, i, NULL, &row);
	rt_buf_add(&b, row.target);
	rt_buf_byte(&b, rt_str_has(rt_buf_str(&b), '?') ? '&' : '?');
	rt_percent_encode(&b, name);
	rt_buf_byte(&b, '=');
	rt_buf_cstr(&b, value);
	return rt_buf_str(&b);
}

/* Of a deepObject a property that is a text. */
static struct rt_str
deep_name(const struct making *m, const struct spec_param *p,
    const struct param_form *form)
{
	for (size_t i = 0; i < form->n; i++) {
		const struct param_property *property = &form->properties[i];

		if ((property->types & (RT_ARRAY | RT_OBJECT)) == 0 &&
		    property->name.n > 0)
			return rt_arena_printf(m->arena, "%.*s[%.*s]",
			    RT_FMT(p->name), RT_FMT(property->name));
	}
	return (struct rt_str){0};
}

/* The name under which one text of the parameter stands alone in a query;
 * absent when there is none. */
static struct rt_str
text_name(const struct making *m, const struct spec_param *p)
{
	struct param_form form;

	if (p->style == RT_STYLE_JSON)
		return p->name;
	form = param_form(m->arena, p);
	if (p->style == RT_STYLE_DEEP && (form.types & RT_ARRAY) != 0)
		return (struct rt_str){0};
	if (p->style == RT_STYLE_DEEP && (form.types & RT_OBJECT) != 0)
		return deep_name(m, p, &form);
	if (form.types != RT_OBJECT)
		return p->name;
	if (form.n == 0)
		return (struct rt_str){0};
	return param_is_spread(p, &form) ? form.properties[0].name
					 : (struct rt_str){0};
}

static void
bad_encodings(struct making *m, size_t i)
{
	static const struct {
		const char *name, *text, *why;
	} bad[] = {
	    {"no-digits", "%zz", "has a percent-code without digits"},
	    {"cut-off", "a%", "ends in a bare percent sign"},
	    {"utf-8", "%ff", "is not UTF-8"},
	    {"overlong", "%c0%af", "has an overlong UTF-8 sequence"},
	    {"nul", "a%00b", "has a NUL"},
	};
	const struct spec_param *p = &m->op->params[i];
	struct rt_str name = text_name(m, p);

	for (size_t k = 0; name.p != NULL && k < RT_LEN(bad); k++) {
		struct case_row row = row_about(m, i, "encoding");

		row.target = raw_query(m, i, name, bad[k].text);
		row.valid = false;
		row.status = m->op->invalid_status;
		row.why = rt_arena_printf(m->arena, "%.*s %s", RT_FMT(p->name),
		    bad[k].why);
		case_add(m, row, "query/%.*s/encoding/%s", RT_FMT(p->name),
		    bad[k].name);
	}
}

/* --- Texts that are none of the style --- */

static void
add_style(struct making *m, size_t i, struct case_row row, const char *name,
    const char *why)
{
	const struct spec_param *p = &m->op->params[i];

	row.valid = false;
	row.status = m->op->invalid_status;
	row.why = rt_arena_printf(m->arena, "%.*s %s", RT_FMT(p->name), why);
	case_add(m, row, "%s/%.*s/style/%s", in_name(p->in), RT_FMT(p->name),
	    name);
}

static bool
is_spread(const struct making *m, const struct spec_param *p)
{
	return p->style == RT_STYLE_DEEP ||
	    (p->style == 0 && p->explode && case_is_shaped(m->arena, p));
}

static void
repeated(struct making *m, size_t i, const struct instance *good)
{
	const struct spec_param *p = &m->op->params[i];
	struct case_row row = row_about(m, i, "style");
	struct rt_buf b = rt_buf(m->arena, SIZE_MAX);

	if (is_spread(m, p) || !put_one(m, i, good, &row))
		return;
	rt_buf_add(&b, row.target);
	if (!case_write_pairs(m->arena, &b, p, good))
		return;
	row.target = rt_buf_str(&b);
	add_style(m, i, row, "repeated", "is given twice");
}

/* A text that is none of an object's properties with its value. */
static void
lone_text(struct making *m, size_t i)
{
	const struct spec_param *p = &m->op->params[i];
	struct case_row row = row_about(m, i, "style");

	(void)put_one(m, i, NULL, &row);
	if (p->in == RT_IN_QUERY)
		row.target = raw_query(m, i, p->name, "x");
	else if (p->in == RT_IN_HEADER)
		row.headers = rt_arena_printf(m->arena, "%.*s%.*s: x\n",
		    RT_FMT(row.headers), RT_FMT(p->name));
	else
		row.cookies = rt_arena_printf(m->arena, "%.*s%s%.*s=x",
		    RT_FMT(row.cookies), row.cookies.n > 0 ? "; " : "",
		    RT_FMT(p->name));
	add_style(m, i, row, "alone", "has no property with a value");
}

static void
bad_brackets(struct making *m, size_t i)
{
	static const struct {
		const char *name, *brackets, *why;
	} bad[] = {
	    {"open", "[a", "lacks a bracket"},
	    {"empty", "[]", "has a property without a name"},
	};
	const struct spec_param *p = &m->op->params[i];
	bool array = (param_form(m->arena, p).types & RT_ARRAY) != 0;

	for (size_t k = 0; k < RT_LEN(bad); k++) {
		struct case_row row = row_about(m, i, "style");

		if (array && strcmp(bad[k].brackets, "[]") == 0)
			continue;
		row.target = raw_query(m, i,
		    rt_arena_printf(m->arena, "%.*s%s", RT_FMT(p->name),
			bad[k].brackets),
		    "x");
		add_style(m, i, row, bad[k].name, bad[k].why);
	}
}

/* A label without its dot, or a matrix without its semicolon. */
static void
without_prefix(struct making *m, size_t i, const struct instance *good)
{
	struct case_row row = row_about(m, i, "style");
	struct rt_buf text = rt_buf(m->arena, SIZE_MAX);
	struct rt_buf b = rt_buf(m->arena, SIZE_MAX);
	const char *at;

	if (!put_one(m, i, good, &row) ||
	    !case_write_value(m->arena, &text, &m->op->params[i], good))
		return;
	at = memmem(row.target.p, row.target.n, text.p, text.n);
	if (at == NULL || text.n < 2 || text.p[1] == '.')
		return;
	rt_buf_add(&b,
	    (struct rt_str){row.target.p, (size_t)(at - row.target.p)});
	rt_buf_add(&b,
	    (struct rt_str){at + 1,
		row.target.n - (size_t)(at + 1 - row.target.p)});
	row.target = rt_buf_str(&b);
	add_style(m, i, row, "prefix", "lacks what its style begins with");
}

static void
style_faults(struct making *m, size_t i, const struct instance *good)
{
	const struct spec_param *p = &m->op->params[i];
	bool object = p->style != RT_STYLE_JSON &&
	    param_form(m->arena, p).types == RT_OBJECT;

	if (p->in == RT_IN_QUERY)
		repeated(m, i, good);
	if (p->style == RT_STYLE_LABEL || p->style == RT_STYLE_MATRIX)
		without_prefix(m, i, good);
	if (p->style == RT_STYLE_DEEP)
		bad_brackets(m, i);
	if (object && p->in != RT_IN_PATH &&
	    (p->style == RT_STYLE_DEEP || p->in == RT_IN_HEADER ||
		!is_spread(m, p)))
		lone_text(m, i);
}

static void
missing(struct making *m, size_t i)
{
	const struct spec_param *p = &m->op->params[i];
	struct case_row row = row_about(m, i, "required");

	if (!p->required || p->in == RT_IN_PATH || !put_one(m, i, NULL, &row))
		return;
	row.valid = false;
	row.status = m->op->invalid_status;
	row.why = rt_arena_printf(m->arena, "%.*s is missing", RT_FMT(p->name));
	case_add(m, row, "%s/%.*s/required/missing", in_name(p->in),
	    RT_FMT(p->name));
}

static const struct instance *
some_value(const struct making *m, size_t i)
{
	const struct spec_param *p = &m->op->params[i];

	for (size_t k = 0; k < p->examples.n; k++) {
		const struct instance *v =
		    instance_of_doc(m->arena, p->examples.v[k].value);

		if (instance_fits(m->arena, p->schema, v))
			return v;
	}
	return sample_value(m->arena, p->schema, SAMPLE_MAXIMAL);
}

static void
param_examples(struct making *m, size_t i)
{
	const struct spec_param *p = &m->op->params[i];

	for (size_t k = 0; k < p->examples.n; k++) {
		const struct instance *v =
		    instance_of_doc(m->arena, p->examples.v[k].value);
		const struct rt_node *node = case_param_node(m->arena, p, v);
		struct case_row row = row_about(m, i, "example");

		if (node == NULL || !put_one(m, i, v, &row))
			continue;
		about_value(m, i, node, &row);
		row.why =
		    rt_arena_printf(m->arena, "%.*s is the example \"%.*s\"",
			RT_FMT(p->name), RT_FMT(p->examples.v[k].name));
		case_add(m, row, "%s/%.*s/example/%.*s", in_name(p->in),
		    RT_FMT(p->name), RT_FMT(p->examples.v[k].name));
	}
}

void
case_params(struct making *m)
{
	for (size_t i = 0; i < m->op->n_params; i++) {
		const struct instance *good = some_value(m, i);
		struct variants variants;

		if (good == NULL)
			continue;
		param_examples(m, i);
		missing(m, i);
		variants = variants_of(m->arena, m->op->params[i].schema, good);
		for (size_t k = 0; k < variants.n; k++)
			add_variant(m, i, &variants.v[k]);
		if (!case_is_shaped(m->arena, &m->op->params[i]))
			near_misses(m, i);
		if (m->op->params[i].in == RT_IN_QUERY)
			bad_encodings(m, i);
		style_faults(m, i, good);
	}
}
