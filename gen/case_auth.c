/* Cases about credentials; see case.h. */
#include "gen/case.h"

static bool
allows_anonymous(const struct spec_op *op)
{
	for (size_t i = 0; i < op->n_security; i++) {
		if (op->security[i].n == 0)
			return true;
	}
	return op->n_security == 0;
}

static struct rt_str
need_text(struct rt_arena *a, const struct spec_need *need)
{
	if (need->n_roles == 0)
		return need->scheme->name;
	return rt_arena_printf(a, "%.*s:%.*s", RT_FMT(need->scheme->name),
	    RT_FMT(need->roles[0]));
}

static struct rt_str
joined(struct rt_arena *a, const struct spec_alternative *alternative,
    size_t without)
{
	struct rt_buf b = rt_buf(a, SIZE_MAX);

	for (size_t i = 0; i < alternative->n; i++) {
		if (i == without)
			continue;
		if (b.n > 0)
			rt_buf_byte(&b, ' ');
		rt_buf_add(&b, need_text(a, &alternative->needs[i]));
	}
	return rt_buf_str(&b);
}

static void
each_alternative(struct making *m)
{
	for (size_t i = 0; i < m->op->n_security; i++) {
		const struct spec_alternative *alternative =
		    &m->op->security[i];
		struct case_row row = case_base(m);
		struct rt_str name = joined(m->arena, alternative, SIZE_MAX);

		if (alternative->n == 0) {
			row.status = 0;
			row.credentials = (struct rt_str){0};
			row.why = RT_LIT("no credential is needed");
			case_add(m, row, "security/anonymous");
			continue;
		}
		row.credentials = name;
		row.why =
		    rt_arena_printf(m->arena, "%.*s is enough", RT_FMT(name));
		case_add(m, row, "security/accepted/%.*s", RT_FMT(name));
	}
}

/* One of several needs is left out. */
static void
each_half(struct making *m)
{
	for (size_t i = 0; i < m->op->n_security; i++) {
		const struct spec_alternative *alternative =
		    &m->op->security[i];

		for (size_t k = 0; alternative->n > 1 && k < alternative->n;
		     k++) {
			struct case_row row = case_refused(m, 401,
			    "one of two credentials is missing");

			row.credentials = joined(m->arena, alternative, k);
			case_add(m, row, "security/half/%.*s",
			    RT_FMT(row.credentials));
		}
	}
}

/* Sends a text as the credential of a scheme. */
static void
put_credential(const struct making *m, const struct spec_scheme *s,
    const char *text, struct case_row *row)
{
	struct rt_buf b = rt_buf(m->arena, SIZE_MAX);

	row->credentials = (struct rt_str){0};
	if (s->in == RT_IN_QUERY) {
		rt_buf_add(&b, row->target);
		rt_buf_byte(&b, memchr(b.p, '?', b.n) == NULL ? '?' : '&');
		case_percent_encode(&b, s->field);
		rt_buf_printf(&b, "=%s", text);
		row->target = rt_buf_str(&b);
	} else if (s->in == RT_IN_COOKIE) {
		if (row->cookies.p != NULL)
			rt_buf_printf(&b, "%.*s; ", RT_FMT(row->cookies));
		rt_buf_printf(&b, "%.*s=%s", RT_FMT(s->field), text);
		row->cookies = rt_buf_str(&b);
	} else {
		if (row->headers.p != NULL)
			rt_buf_add(&b, row->headers);
		rt_buf_printf(&b, "%.*s: %s\n", RT_FMT(s->field), text);
		row->headers = rt_buf_str(&b);
	}
}

/* Where nobody need be known, a wrong credential is none: the operation
 * decides, so that no status is expected. */
static void
bad_credentials(struct making *m, const struct spec_scheme *s, int status)
{
	static const struct {
		const char *name, *text, *why;
		bool bearer;
	} bad[] = {
	    {"unknown", "contract-tests-made-this-up",
		"the credential is unknown", false},
	    {"unknown", "Bearer contract-tests-made-this-up",
		"the token is no token", true},
	    {"unsigned", "Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.",
		"the token has the algorithm none", true},
	    {"signature",
		"Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl",
		"the token's signature is wrong", true},
	    {"scheme", "Basic YWRtaW46YWRtaW4=",
		"the Authorization is of another scheme", true},
	    {"no-token", "Bearer", "there is no token behind Bearer", true},
	};

	for (size_t i = 0; i < RT_LEN(bad); i++) {
		struct case_row row = case_refused(m, status, bad[i].why);

		if (bad[i].bearer != s->bearer)
			continue;
		row.valid = status == 0;
		put_credential(m, s, bad[i].text, &row);
		case_add(m, row, "security/bad/%.*s/%s", RT_FMT(s->name),
		    bad[i].name);
	}
}

/* A good credential of somebody who may not. */
static void
wrong_roles(struct making *m)
{
	for (size_t i = 0; i < m->op->n_security; i++) {
		const struct spec_alternative *alternative =
		    &m->op->security[i];
		const struct spec_need *need = &alternative->needs[0];
		struct case_row row =
		    case_refused(m, 403, "the caller lacks the role");

		if (alternative->n != 1 || need->n_roles == 0)
			continue;
		row.credentials = rt_arena_printf(m->arena, "%.*s:!%.*s",
		    RT_FMT(need->scheme->name), RT_FMT(need->roles[0]));
		case_add(m, row, "security/role/%.*s",
		    RT_FMT(need->scheme->name));
	}
}

void
case_security(struct making *m)
{
	struct case_row row = case_refused(m, 401, "there is no credential");

	each_alternative(m);
	each_half(m);
	for (size_t i = 0; i < m->op->n_security; i++) {
		if (m->op->security[i].n == 1)
			bad_credentials(m, m->op->security[i].needs[0].scheme,
			    allows_anonymous(m->op) ? 0 : 401);
	}
	/* What an anonymous caller may not, the operation itself decides. */
	if (allows_anonymous(m->op))
		return;
	row.credentials = (struct rt_str){0};
	case_add(m, row, "security/missing");
	wrong_roles(m);
}
