/* The good request of an operation, and the list of cases; see case.h. */
#include "gen/case.h"
#include "gen/sample.h"

/* --- The good request --- */

static const struct instance *
first_fitting(struct rt_arena *a, const struct schema *s,
    const struct spec_examples *examples)
{
	for (size_t i = 0; i < examples->n; i++) {
		const struct instance *v =
		    instance_of_doc(a, examples->v[i].value);

		if (s == NULL || instance_fits(a, s, v))
			return v;
	}
	return NULL;
}

static const struct instance *
good_body(struct making *m)
{
	const struct spec_media *body = m->op->bodies;
	const struct instance *v;

	if (m->op->n_bodies == 0 || body->kind != SPEC_JSON)
		return NULL;
	v = first_fitting(m->arena, body->schema, &body->examples);
	if (v != NULL)
		return v;
	m->examples = false;
	return body->schema == NULL
	    ? instance_empty(m->arena, RT_OBJECT)
	    : sample_value(m->arena, body->schema, SAMPLE_MAXIMAL);
}

/* Only what is required: some parameters exclude each other. */
static const struct instance *
good_param(struct making *m, const struct spec_param *p)
{
	const struct instance *v;

	if (!p->required)
		return NULL;
	v = first_fitting(m->arena, p->schema, &p->examples);
	if (v != NULL)
		return v;
	m->examples = false;
	return sample_value(m->arena, p->schema, SAMPLE_MINIMAL);
}

/* A certificate is the connection's: no request brings one along. */
static bool
can_be_sent(const struct spec_alternative *alternative)
{
	for (size_t i = 0; i < alternative->n; i++) {
		if (alternative->needs[i].scheme->kind == RT_SCHEME_CERTIFICATE)
			return false;
	}
	return alternative->n > 0;
}

/* Those of the first alternative that can be sent, else of the first. */
static struct rt_str
good_credentials(const struct making *m)
{
	const struct spec_alternative *found = NULL;

	for (size_t i = 0; i < m->op->n_security; i++) {
		const struct spec_alternative *a = &m->op->security[i];

		if (can_be_sent(a))
			return case_credentials(m->arena, a, SIZE_MAX);
		if (found == NULL && a->n > 0)
			found = a;
	}
	return found == NULL ? (struct rt_str){0}
			     : case_credentials(m->arena, found, SIZE_MAX);
}

int
case_success(const struct making *m)
{
	const struct spec_answer *answer = spec_success(m->op);

	return m->examples && answer != NULL && answer->status < 300
	    ? answer->status
	    : 0;
}

struct case_row
case_base(const struct making *m)
{
	struct case_row row = {
	    .op = m->op,
	    .credentials = m->credentials,
	    .status = case_success(m),
	    .valid = true,
	};

	(void)case_put_params(m, m->params, &row);
	if (m->body != NULL) {
		row.media = m->op->bodies->type;
		row.body = instance_json(m->arena, m->body);
	}
	return row;
}

struct case_row
case_refused(const struct making *m, int status, const char *why)
{
	struct case_row row = case_base(m);

	row.valid = false;
	row.status = status;
	row.why = rt_str(why);
	return row;
}

/* --- The list --- */

void
case_add(struct making *m, struct case_row row, const char *fmt, ...)
{
	struct rt_str rest;
	va_list ap;

	va_start(ap, fmt);
	rest = rt_arena_vprintf(m->arena, fmt, ap);
	va_end(ap);
	row.id = rt_arena_printf(m->arena, "%.*s/%.*s", RT_FMT(m->op->id),
	    RT_FMT(rest));
	if (m->n == m->size) {
		size_t size = m->size == 0 ? 128 : m->size * 2;
		struct case_row *rows =
		    rt_arena_array(m->arena, size, sizeof(*rows));

		if (m->n > 0)
			memcpy(rows, m->rows, m->n * sizeof(*rows));
		m->rows = rows;
		m->size = size;
	}
	m->rows[m->n++] = row;
}

/* False when no good request is known: there is nothing to test with. */
static bool
begin(struct making *m, const struct spec_op *op)
{
	struct case_row row = {0};

	m->op = op;
	m->examples = true;
	m->params = rt_arena_array(m->arena, op->n_params, sizeof(*m->params));
	for (size_t i = 0; i < op->n_params; i++) {
		m->params[i] = good_param(m, &op->params[i]);
		if (op->params[i].required && m->params[i] == NULL)
			return false;
	}
	m->body = good_body(m);
	m->credentials = good_credentials(m);
	return (m->body != NULL || op->n_bodies == 0) &&
	    case_put_params(m, m->params, &row);
}

struct cases
case_list(struct rt_arena *a, const struct spec *spec, struct rt_str tag)
{
	struct making m = {.arena = a, .spec = spec};

	for (size_t i = 0; i < spec->n_ops; i++) {
		if (!rt_str_eq(spec->ops[i].tag, tag) ||
		    !begin(&m, &spec->ops[i]))
			continue;
		case_examples(&m);
		case_params(&m);
		case_bodies(&m);
		case_syntax(&m);
		case_security(&m);
		case_protocol(&m);
	}
	return (struct cases){m.rows, m.n};
}
