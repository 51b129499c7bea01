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

/* An example, or what is sent of it, that the media type can carry. */
static const struct instance *
body_example(const struct making *m)
{
	const struct spec_examples *examples = &m->media->examples;

	for (size_t i = 0; i < examples->n; i++) {
		const struct instance *v =
		    instance_of_doc(m->arena, examples->v[i].value);

		if (case_fits(m, v) && case_body_node(m, v) != NULL)
			return v;
	}
	return NULL;
}

/* Of a large body only what is required, for it is sent often. */
static const struct instance *
body_sample(const struct making *m)
{
	static const enum sample_size sizes[] = {SAMPLE_MAXIMAL,
	    SAMPLE_MINIMAL};
	const struct schema *s = m->media->schema;
	enum spec_media_kind kind = m->media->kind;

	if (kind > SPEC_TEXT || (s == NULL && kind == SPEC_TEXT))
		return instance_string(m->arena, RT_LIT("sample"));
	if (s == NULL)
		return instance_with(m->arena,
		    instance_empty(m->arena, RT_OBJECT), RT_LIT("/sample"),
		    instance_string(m->arena, RT_LIT("text")));
	for (size_t i = 0; i < RT_LEN(sizes); i++) {
		const struct instance *v = sample_value(m->arena, s, sizes[i]);
		struct case_row row = {0};

		if (v != NULL && case_put_body(m, v, &row) &&
		    (row.body.n <= CASE_WHOLE_MAX ||
			sizes[i] == SAMPLE_MINIMAL))
			return v;
	}
	return NULL;
}

/* Makes this the media type of the good body, which is returned. */
static const struct instance *
good_body(struct making *m, const struct spec_media *media)
{
	const struct instance *v;

	m->examples = m->param_examples;
	case_set_media(m, media);
	v = body_example(m);
	if (v != NULL)
		return v;
	m->examples = false;
	return body_sample(m);
}

/* Takes the first media type that a good body is found for. */
static bool
set_good_body(struct making *m)
{
	m->body = NULL;
	m->media = NULL;
	for (size_t i = 0; i < m->op->n_bodies && m->body == NULL; i++)
		m->body = good_body(m, &m->op->bodies[i]);
	return m->body != NULL || !m->op->body_required;
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

	if (m->op->websocket != NULL)
		return m->examples ? 101 : 0;
	return m->examples && answer != NULL && spec_is_exact(answer) &&
		answer->status < 300
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
	if (m->body != NULL)
		(void)case_put_body(m, m->body, &row);
	if (m->op->websocket != NULL)
		case_put_handshake(m, &row);
	return row;
}

struct case_row
case_refused(const struct making *m, int status, const char *why)
{
	struct case_row row = case_base(m);

	row.valid = false;
	row.status = status;
	row.why = rt_str(why);
	case_refuse_socket(m, &row);
	return row;
}

/* --- The list --- */

static void
keep(const struct making *m, struct case_row *row)
{
	struct rt_str *const texts[] = {&row->why, &row->method, &row->target,
	    &row->credentials, &row->headers, &row->cookies, &row->media,
	    &row->body, &row->place, &row->keyword, &row->allow, &row->schema,
	    &row->value, &row->message};

	for (size_t i = 0; i < RT_LEN(texts); i++) {
		if (texts[i]->p != NULL)
			*texts[i] = rt_arena_copy(m->kept, *texts[i]);
	}
}

static void
make_room(struct making *m)
{
	size_t size = m->size == 0 ? 128 : m->size * 2;
	struct case_row *rows = rt_arena_array(m->kept, size, sizeof(*rows));

	if (m->n > 0)
		memcpy(rows, m->rows, m->n * sizeof(*rows));
	m->rows = rows;
	m->size = size;
}

void
case_add(struct making *m, struct case_row row, const char *fmt, ...)
{
	struct rt_str rest;
	va_list ap;

	va_start(ap, fmt);
	rest = rt_arena_vprintf(m->arena, fmt, ap);
	va_end(ap);
	row.id = rt_arena_printf(m->kept, "%.*s/%.*s", RT_FMT(m->op->id),
	    RT_FMT(rest));
	keep(m, &row);
	if (m->n == m->size)
		make_room(m);
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
	m->param_examples = m->examples;
	m->credentials = good_credentials(m);
	return set_good_body(m) && case_put_params(m, m->params, &row);
}

/* The media types besides that of the good body. */
static void
other_bodies(struct making *m)
{
	const struct spec_media *first = m->media;

	for (size_t i = 0; i < m->op->n_bodies; i++) {
		if (&m->op->bodies[i] == first)
			continue;
		m->body = good_body(m, &m->op->bodies[i]);
		if (m->body == NULL)
			continue;
		case_examples(m);
		case_bodies(m);
		case_malformed(m);
	}
}

struct cases
case_list(struct rt_arena *a, const struct spec *spec, const struct spec_op *op)
{
	struct making m = {
	    .kept = a,
	    .arena = rt_arena_open_like(a),
	    .spec = spec,
	};

	if (begin(&m, op)) {
		case_examples(&m);
		case_params(&m);
		case_bodies(&m);
		case_malformed(&m);
		case_security(&m);
		case_protocol(&m);
		case_websocket(&m);
		other_bodies(&m);
	}
	rt_arena_close(m.arena);
	return (struct cases){m.rows, m.n};
}
