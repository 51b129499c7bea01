#include "runtime/auth.h"

#include "runtime/cors.h"
#include "runtime/param.h"
#include "runtime/server.h"

/* --- Credentials --- */

static bool
is_bearer(const struct rt_scheme *s)
{
	return s->bearer;
}

static bool
is_cookie(const struct rt_scheme *s)
{
	return !s->bearer && s->in == RT_IN_COOKIE;
}

static bool
is_key(const struct rt_scheme *s)
{
	return !s->bearer && s->in != RT_IN_COOKIE;
}

/* What the request has for a scheme, as it came; absent where it has none. */
static struct rt_str
find_credential(struct rt_call *call, const struct rt_scheme *s)
{
	struct rt_str value = {NULL, 0};

	if (s->bearer)
		return rt_request_header(call, "Authorization");
	if (s->in == RT_IN_COOKIE)
		return rt_request_cookie(call, s->field);
	if (s->in == RT_IN_HEADER)
		return rt_request_header(call, s->field);
	if (!rt_query_first(call, s->field, &value))
		return (struct rt_str){NULL, 0};
	return value;
}

static const struct rt_scheme *
first_of_kind(struct rt_call *call, bool (*kind)(const struct rt_scheme *))
{
	const struct rt_need *const *alternative = call->op->security;

	for (; *alternative != NULL; alternative++) {
		const struct rt_need *need = *alternative;

		for (; need->scheme != NULL; need++) {
			if (kind(need->scheme) &&
			    find_credential(call, need->scheme).p != NULL)
				return need->scheme;
		}
	}
	return NULL;
}

/* The scheme whose credential decides; NULL where the request has none. */
static const struct rt_scheme *
first_credential(struct rt_call *call)
{
	const struct rt_scheme *s = first_of_kind(call, is_bearer);

	if (s == NULL)
		s = first_of_kind(call, is_cookie);
	if (s == NULL)
		s = first_of_kind(call, is_key);
	return s;
}

static size_t
count_authorizations(const struct rt_call *call)
{
	const struct rt_headers *h = &call->req.headers;
	size_t n = 0;

	for (size_t i = 0; i < h->n; i++)
		n += rt_str_is_nocase(h->v[i].name, "Authorization");
	return n;
}

/* What stands behind "Bearer " (RFC 6750, section 2.1). */
static bool
take_token(const struct rt_call *call, struct rt_str *value, struct rt_str *why)
{
	struct rt_str rest = *value;
	struct rt_str word = rt_str_cut(&rest, ' ');

	if (count_authorizations(call) > 1 ||
	    !rt_str_is_nocase(word, "Bearer")) {
		*why = RT_LIT("Invalid Authorization format");
		return false;
	}
	*value = rt_str_trim(rest);
	if (value->n == 0) {
		*why = RT_LIT("Empty token");
		return false;
	}
	return true;
}

/* *why is set for RT_AUTH_BAD. */
static enum rt_auth
authenticate(struct rt_call *call, const struct rt_scheme *s,
    struct rt_principal *who, struct rt_str *why)
{
	struct rt_str value = find_credential(call, s);
	enum rt_auth result;

	*who = (struct rt_principal){.scheme = NULL};
	*why = (struct rt_str){NULL, 0};
	if (value.p == NULL) {
		*why = RT_LIT("A second credential is missing");
		return RT_AUTH_BAD;
	}
	if (s->bearer && !take_token(call, &value, why))
		return RT_AUTH_BAD;

	result = s->check(call, value, who, why);
	who->scheme = s;
	if (result == RT_AUTH_BAD && why->p == NULL)
		*why = RT_LIT("Invalid credential");
	return result;
}

/* --- Refusals --- */

/* A text inside a quoted string (RFC 9110, section 5.6.4). */
static struct rt_str
quotable(struct rt_call *call, const char *text)
{
	struct rt_buf b = rt_buf(call->arena, 1024);

	for (; *text != '\0'; text++) {
		if (*text < 0x20 || *text > 0x7e)
			continue;
		if (*text == '"' || *text == '\\')
			rt_buf_byte(&b, '\\');
		rt_buf_byte(&b, *text);
	}
	return rt_buf_str(&b);
}

/* RFC 6750, section 3: no error code where no credential was given. */
static bool
refuse_unknown(struct rt_call *call, struct rt_str why, bool given)
{
	struct rt_problem p = {.code = &rt_code_unauthorized, .detail = why};
	struct rt_str realm = quotable(call, rt_call_api(call)->title);

	call->who = (struct rt_principal){.scheme = NULL};
	rt_reply_problem(call, 401, &p);
	rt_header(call, "WWW-Authenticate",
	    rt_printf(call, "Bearer realm=\"%.*s\"%s", RT_FMT(realm),
		given ? ", error=\"invalid_token\"" : ""));
	return false;
}

static bool
refuse_forbidden(struct rt_call *call, const char *why)
{
	struct rt_problem p = {
	    .code = &rt_code_forbidden,
	    .detail = rt_str(why),
	};

	rt_reply_problem(call, 403, &p);
	return false;
}

static bool
refuse_auth(struct rt_call *call, enum rt_auth result, struct rt_str why)
{
	if (result == RT_AUTH_BAD)
		return refuse_unknown(call, why, true);
	call->who = (struct rt_principal){.scheme = NULL};
	rt_fail(call, "the credential could not be checked");
	rt_reply_failed(call);
	return false;
}

/* --- Requests that another site has made the browser send --- */

static bool
is_own_origin(const struct rt_call *call, struct rt_str origin)
{
	struct rt_str host = rt_request_header(call, "Host");
	struct rt_str scheme = rt_str_cut(&origin, ':');

	if (!rt_str_is(scheme, "http") && !rt_str_is(scheme, "https"))
		return false;
	if (origin.p == NULL || !rt_str_starts(origin, "//") || host.n == 0)
		return false;
	origin.p += 2;
	origin.n -= 2;
	return rt_str_eq_nocase(origin, host);
}

/*
 * A browser sends cookies along whichever page asks.  The two headers are
 * ones that a page can't set: they tell which page it was.
 */
static bool
is_forged(const struct rt_call *call)
{
	enum rt_method method = call->req.method;
	struct rt_str origin = rt_request_header(call, "Origin");
	struct rt_str site = rt_request_header(call, "Sec-Fetch-Site");

	if (!is_cookie(call->who.scheme) || method == RT_GET ||
	    method == RT_HEAD || method == RT_OPTIONS)
		return false;
	if (rt_str_is(site, "same-origin"))
		return false;
	return !rt_cors_allows(call, origin) && !is_own_origin(call, origin);
}

/* --- Requirements --- */

static bool
has_role(const struct rt_principal *who, const char *role)
{
	const char *const *granted = who->roles;

	for (; granted != NULL && *granted != NULL; granted++) {
		if (strcmp(*granted, role) == 0)
			return true;
	}
	return false;
}

static bool
has_roles(const struct rt_principal *who, const char *const *roles)
{
	for (; roles != NULL && *roles != NULL; roles++) {
		if (!has_role(who, *roles))
			return false;
	}
	return true;
}

static bool
needs_scheme(const struct rt_need *need, const struct rt_scheme *s)
{
	for (; need->scheme != NULL; need++) {
		if (need->scheme == s)
			return true;
	}
	return false;
}

enum verdict { ADMITTED = 1, LACKS_ROLE, REFUSED };

/*
 * Whether an alternative holds.  The caller is known by one scheme already;
 * the others of the alternative are asked here.  Sets *result and *why for
 * REFUSED.
 */
static enum verdict
try_alternative(struct rt_call *call, const struct rt_need *need,
    enum rt_auth *result, struct rt_str *why)
{
	enum verdict verdict = ADMITTED;

	for (; need->scheme != NULL; need++) {
		struct rt_principal other = call->who;

		if (need->scheme != call->who.scheme) {
			*result = authenticate(call, need->scheme, &other, why);
			if (*result != RT_AUTH_OK)
				return REFUSED;
		}
		if (!has_roles(&other, need->roles))
			verdict = LACKS_ROLE;
	}
	return verdict;
}

/* Any alternative will do that the deciding credential belongs to, or that
 * asks for nothing. */
static bool
admit_known(struct rt_call *call)
{
	const struct rt_need *const *a = call->op->security;
	enum rt_auth result = RT_AUTH_BAD;
	struct rt_str why = {NULL, 0};
	bool lacks_role = false;

	for (; *a != NULL; a++) {
		enum verdict verdict;

		if ((*a)->scheme != NULL && !needs_scheme(*a, call->who.scheme))
			continue;
		verdict = try_alternative(call, *a, &result, &why);
		if (verdict == ADMITTED)
			return true;
		lacks_role = lacks_role || verdict == LACKS_ROLE;
	}
	if (lacks_role)
		return refuse_forbidden(call, "The account may not do this.");
	return refuse_auth(call, result, why);
}

static bool
allows_anonymous(const struct rt_op *op)
{
	const struct rt_need *const *a = op->security;

	for (; *a != NULL; a++) {
		if ((*a)->scheme == NULL)
			return true;
	}
	return false;
}

bool
rt_auth_admit(struct rt_call *call)
{
	const struct rt_need *const *security = call->op->security;
	const struct rt_scheme *scheme;
	enum rt_auth result;
	struct rt_str why;

	if (security == NULL || security[0] == NULL)
		return true;
	scheme = first_credential(call);
	if (scheme == NULL)
		return allows_anonymous(call->op) ||
		    refuse_unknown(call, RT_LIT("Missing Authorization header"),
			false);

	result = authenticate(call, scheme, &call->who, &why);
	if (result == RT_AUTH_BAD && allows_anonymous(call->op)) {
		/* Whoever renews a session sends its old token along. */
		call->who = (struct rt_principal){.scheme = NULL};
		return true;
	}
	if (result != RT_AUTH_OK)
		return refuse_auth(call, result, why);
	if (is_forged(call))
		return refuse_forbidden(call,
		    "A call with a cookie must come from an allowed origin.");
	return admit_known(call);
}
