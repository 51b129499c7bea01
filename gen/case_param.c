/* Cases about parameters; see case.h. */
#include "gen/case.h"
#include "gen/variant.h"
#include "runtime/json_write.h"

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

/* The text `value` as it is, at the parameter's place. */
static struct rt_str
raw_query(const struct making *m, size_t i, const char *value)
{
	struct case_row row = {0};
	struct rt_buf b = rt_buf(m->arena, SIZE_MAX);

	(void)put_one(m, i, NULL, &row);
	rt_buf_add(&b, row.target);
	rt_buf_byte(&b, memchr(b.p, '?', b.n) == NULL ? '?' : '&');
	case_percent_encode(&b, m->op->params[i].name);
	rt_buf_byte(&b, '=');
	rt_buf_cstr(&b, value);
	return rt_buf_str(&b);
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

	for (size_t k = 0; k < RT_LEN(bad); k++) {
		struct case_row row = row_about(m, i, "encoding");

		row.target = raw_query(m, i, bad[k].text);
		row.valid = false;
		row.status = m->op->invalid_status;
		row.why = rt_arena_printf(m->arena, "%.*s %s", RT_FMT(p->name),
		    bad[k].why);
		case_add(m, row, "query/%.*s/encoding/%s", RT_FMT(p->name),
		    bad[k].name);
	}
}

static void
repeated(struct making *m, size_t i, const struct instance *good)
{
	const struct spec_param *p = &m->op->params[i];
	struct case_row row = row_about(m, i, "style");
	struct rt_buf b = rt_buf(m->arena, SIZE_MAX);

	if (case_is_array(m->arena, p) || !put_one(m, i, good, &row))
		return;
	rt_buf_add(&b, row.target);
	rt_buf_byte(&b, '&');
	case_percent_encode(&b, p->name);
	rt_buf_byte(&b, '=');
	if (!case_write_value(&b, p, good))
		return;
	row.target = rt_buf_str(&b);
	row.valid = false;
	row.status = m->op->invalid_status;
	row.why =
	    rt_arena_printf(m->arena, "%.*s is given twice", RT_FMT(p->name));
	case_add(m, row, "query/%.*s/style/repeated", RT_FMT(p->name));
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
		if (!case_is_array(m->arena, &m->op->params[i]))
			near_misses(m, i);
		if (m->op->params[i].in == RT_IN_QUERY) {
			bad_encodings(m, i);
			repeated(m, i, good);
		}
	}
}
