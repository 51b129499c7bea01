/* Cases about credentials; see case.h. */
#include "gen/case.h"
#include "runtime/percent.h"

static bool
allows_anonymous(const struct spec_op *op)
{
	for (size_t i = 0; i < op->n_security; i++) {
		if (op->security[i].n == 0)
			return true;
	}
	return op->n_security == 0;
}

/* "read,write"; empty where a requirement asks for none. */
static void
put_scopes(struct rt_buf *b, const struct spec_need *need)
{
	for (size_t i = 0; i < need->n_scopes; i++) {
		if (i > 0)
			rt_buf_byte(b, ',');
		rt_buf_add(b, need->scopes[i]);
	}
}

struct rt_str
case_credentials(struct rt_arena *a, const struct spec_alternative *alternative,
    size_t without)
{
	struct rt_buf b = rt_buf(a, SIZE_MAX);

	for (size_t i = 0; i < alternative->n; i++) {
		const struct spec_need *need = &alternative->needs[i];

		if (i == without)
			continue;
		if (b.n > 0)
			rt_buf_byte(&b, ' ');
		rt_buf_add(&b, need->scheme->name);
		if (need->n_scopes > 0)
			rt_buf_byte(&b, ':');
		put_scopes(&b, need);
	}
	return b.n == 0 ? (struct rt_str){0} : rt_buf_str(&b);
}

static bool
has_scheme(const struct spec_alternative *a, const struct spec_scheme *scheme,
    size_t without)
{
	for (size_t i = 0; i < a->n; i++) {
		if (i != without && a->needs[i].scheme == scheme)
			return true;
	}
	return false;
}

/* Whether the credentials of `a` but one may be enough for another. */
static bool
is_enough(const struct spec_op *op, const struct spec_alternative *a,
    size_t without)
{
	for (size_t i = 0; i < op->n_security; i++) {
		const struct spec_alternative *other = &op->security[i];
		size_t k = 0;

		while (k < other->n &&
		    has_scheme(a, other->needs[k].scheme, without))
			k++;
		if (other->n > 0 && k == other->n)
			return true;
	}
	return false;
}

/* Whether another alternative is of the same schemes; only those before it
 * where `before` is set. */
static bool
has_twin(const struct spec_op *op, size_t index, bool before)
{
	const struct spec_alternative *a = &op->security[index];

	for (size_t i = 0; i < (before ? index : op->n_security); i++) {
		const struct spec_alternative *other = &op->security[i];
		size_t k = 0;

		while (k < other->n && k < a->n &&
		    other->needs[k].scheme == a->needs[k].scheme)
			k++;
		if (i != index && k == other->n && k == a->n)
			return true;
	}
	return false;
}

static void
each_alternative(struct making *m)
{
	for (size_t i = 0; i < m->op->n_security; i++) {
		const struct spec_alternative *alternative =
		    &m->op->security[i];
		struct case_row row = case_base(m);

		row.credentials =
		    case_credentials(m->arena, alternative, SIZE_MAX);
		if (alternative->n == 0) {
			row.status = 0;
			row.why = RT_LIT("no credential is needed");
			case_add(m, row, "security/anonymous");
			continue;
		}
		row.why = rt_arena_printf(m->arena, "%.*s is enough",
		    RT_FMT(row.credentials));
		case_add(m, row, "security/accepted/%.*s",
		    RT_FMT(row.credentials));
	}
}

/* One of several needs is left out. */
static void
each_half(struct making *m, int status)
{
	for (size_t i = 0; i < m->op->n_security; i++) {
		const struct spec_alternative *alternative =
		    &m->op->security[i];

		for (size_t k = 0; alternative->n > 1 && k < alternative->n;
		     k++) {
			struct case_row row = case_refused(m, status,
			    "one of several credentials is missing");

			if (is_enough(m->op, alternative, k))
				continue;
			row.valid = status == 0;
			row.credentials =
			    case_credentials(m->arena, alternative, k);
			case_add(m, row, "security/half/%.*s",
			    RT_FMT(row.credentials));
		}
	}
}

/* --- Wrong credentials --- */

/* Sends a text as the credential of a scheme. */
static void
put_credential(const struct making *m, const struct spec_scheme *s,
    const char *text, struct case_row *row)
{
	struct rt_buf b = rt_buf(m->arena, SIZE_MAX);

	if (s->kind == RT_SCHEME_KEY && s->in == RT_IN_QUERY) {
		rt_buf_add(&b, row->target);
		rt_buf_byte(&b, rt_str_has(rt_buf_str(&b), '?') ? '&' : '?');
		rt_percent_encode(&b, s->field);
		rt_buf_printf(&b, "=%s", text);
		row->target = rt_buf_str(&b);
		return;
	}
	if (s->kind == RT_SCHEME_KEY && s->in == RT_IN_COOKIE) {
		if (row->cookies.p != NULL)
			rt_buf_printf(&b, "%.*s; ", RT_FMT(row->cookies));
		rt_buf_printf(&b, "%.*s=%s", RT_FMT(s->field), text);
		row->cookies = rt_buf_str(&b);
		return;
	}
	if (row->headers.p != NULL)
		rt_buf_add(&b, row->headers);
	if (s->kind == RT_SCHEME_KEY)
		rt_buf_printf(&b, "%.*s: %s\n", RT_FMT(s->field), text);
	else
		rt_buf_printf(&b, "Authorization: %s\n", text);
	row->headers = rt_buf_str(&b);
}

/* Credentials that nobody has. */
static const struct bad {
	enum rt_scheme_kind kind;
	const char *name, *text, *why;
	bool behind; /* the scheme's name goes before it */
} bad[] = {
    {RT_SCHEME_KEY, "unknown", "contract-tests-made-this-up",
	"the credential is unknown", false},
    {RT_SCHEME_BEARER, "unknown", "Bearer contract-tests-made-this-up",
	"the token is no token", false},
    {RT_SCHEME_BEARER, "unsigned",
	"Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.",
	"the token has the algorithm none", false},
    {RT_SCHEME_BEARER, "signature",
	"Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl",
	"the token's signature is wrong", false},
    {RT_SCHEME_BEARER, "scheme", "Basic YWRtaW46YWRtaW4=",
	"the Authorization is of another scheme", false},
    {RT_SCHEME_BEARER, "no-token", "Bearer", "there is no token behind Bearer",
	false},
    {RT_SCHEME_BASIC, "unknown", "Basic Y29udHJhY3QtdGVzdHM6bWFkZS11cA==",
	"there is no such user", false},
    {RT_SCHEME_BASIC, "base64", "Basic contract-tests:made-up",
	"user and password are not encoded", false},
    {RT_SCHEME_BASIC, "no-password", "Basic Y29udHJhY3QtdGVzdHM=",
	"there is no colon behind the user", false},
    {RT_SCHEME_BASIC, "scheme", "Bearer Y29udHJhY3QtdGVzdHM6bWFkZS11cA==",
	"the Authorization is of another scheme", false},
    {RT_SCHEME_HTTP, "unknown", " contract-tests-made-this-up",
	"the credential is unknown", true},
    {RT_SCHEME_HTTP, "empty", "", "nothing stands behind the scheme's name",
	true},
    {RT_SCHEME_HTTP, "scheme", "Bearer contract-tests-made-this-up",
	"the Authorization is of another scheme", false},
};

/* The alternative with one credential wrong, and the others good.  Where
 * nobody need be known, a wrong credential is none: the operation decides, so
 * that no status is expected. */
static void
bad_credentials(struct making *m, const struct spec_alternative *alternative,
    size_t index, int status)
{
	const struct spec_scheme *s = alternative->needs[index].scheme;

	for (size_t i = 0; i < RT_LEN(bad); i++) {
		struct case_row row = case_refused(m, status, bad[i].why);
		struct rt_str others =
		    case_credentials(m->arena, alternative, index);

		if (bad[i].kind != s->kind)
			continue;
		row.valid = status == 0;
		row.credentials = others;
		put_credential(m, s,
		    rt_arena_printf(m->arena, "%.*s%s",
			bad[i].behind ? (int)s->field.n : 0, s->field.p,
			bad[i].text)
			.p,
		    &row);
		case_add(m, row, "security/bad/%.*s%s%.*s/%s", RT_FMT(s->name),
		    others.n > 0 ? "+" : "", RT_FMT(others), bad[i].name);
	}
}

static void
each_bad(struct making *m, int status)
{
	for (size_t i = 0; i < m->op->n_security; i++) {
		const struct spec_alternative *a = &m->op->security[i];

		for (size_t k = 0; k < a->n; k++) {
			if (!has_twin(m->op, i, true) &&
			    !is_enough(m->op, a, k))
				bad_credentials(m, a, k, status);
		}
	}
}

/* A good credential of somebody who may not. */
static void
wrong_scopes(struct making *m)
{
	for (size_t i = 0; i < m->op->n_security; i++) {
		const struct spec_alternative *alternative =
		    &m->op->security[i];
		const struct spec_need *need = &alternative->needs[0];
		struct case_row row =
		    case_refused(m, 403, "the caller lacks the role");
		struct rt_buf b = rt_buf(m->arena, SIZE_MAX);

		if (alternative->n != 1 || need->n_scopes == 0 ||
		    has_twin(m->op, i, false))
			continue;
		rt_buf_printf(&b, "%.*s:!", RT_FMT(need->scheme->name));
		put_scopes(&b, need);
		row.credentials = rt_buf_str(&b);
		case_add(m, row, "security/role/%.*s",
		    RT_FMT(need->scheme->name));
	}
}

void
case_security(struct making *m)
{
	struct case_row row = case_refused(m, 401, "there is no credential");
	int refused = allows_anonymous(m->op) ? 0 : 401;

	each_alternative(m);
	each_half(m, refused);
	each_bad(m, refused);
	/* What an anonymous caller may not, the operation itself decides. */
	if (refused == 0)
		return;
	row.credentials = (struct rt_str){0};
	case_add(m, row, "security/missing");
	wrong_scopes(m);
}
