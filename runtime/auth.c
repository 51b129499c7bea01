#include "runtime/auth.h"

#include "runtime/cors.h"
#include "runtime/credential.h"
#include "runtime/server.h"

/* What became of an alternative; the least of several is what is answered. */
enum verdict {
	ADMITTED = 1,
	FAILED, /* a credential could not be checked */
	FORGED, /* another site has made the browser send the cookie */
	LACKS_SCOPE,
	REFUSED, /* a credential is wrong */
	INCOMPLETE, /* another credential is missing */
	ABSENT, /* there is none */
};

/* What the request has for a scheme of an alternative, and proves by it. */
struct proof {
	const struct rt_need *need;
	enum rt_found found;
	struct rt_credential credential;
	struct rt_str why; /* it is wrong */
	struct rt_principal who;
};

/* A credential that is wrong for one alternative is so for all of them. */
struct wrong {
	const struct rt_scheme *scheme;
	struct wrong *next;
};

/* The alternatives, as far as they have been tried. */
struct trial {
	struct rt_call *call;
	enum verdict best;
	const struct proof *at; /* REFUSED, LACKS_SCOPE: which one it is */
	struct rt_principal who; /* FORGED, LACKS_SCOPE */
	struct wrong *wrong;
};

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
 * ones that a page can't set: they tell which page it was.  What a GET answers
 * the browser keeps from another site's page, but not what a WebSocket brings
 * (RFC 6455, section 10.2).
 */
static bool
is_foreign(const struct rt_call *call)
{
	enum rt_method method = call->req.method;
	struct rt_str origin = rt_request_header(call, "Origin");
	struct rt_str site = rt_request_header(call, "Sec-Fetch-Site");

	if (call->op->websocket == NULL &&
	    (method == RT_GET || method == RT_HEAD || method == RT_OPTIONS))
		return false;
	if (rt_str_is(site, "same-origin"))
		return false;
	return !rt_cors_allows(call, origin) && !is_own_origin(call, origin);
}

static bool
is_forged(const struct rt_call *call, const struct proof *v, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (rt_credential_is_cookie(v[i].need->scheme))
			return is_foreign(call);
	}
	return false;
}

/* --- One alternative --- */

static bool
is_known_wrong(const struct trial *t, const struct rt_scheme *s)
{
	const struct wrong *w = t->wrong;

	while (w != NULL && w->scheme != s)
		w = w->next;
	return w != NULL;
}

static void
note_wrong(struct trial *t, const struct rt_scheme *s)
{
	struct wrong *w = RT_NEW(t->call, *w);

	*w = (struct wrong){s, t->wrong};
	t->wrong = w;
}

/* Has the project's function say whose credential it is. */
static enum verdict
ask(struct trial *t, struct proof *p)
{
	static const char *const none[] = {NULL};
	const struct rt_need *need = p->need;
	enum rt_auth result;

	if (p->found == RT_FOUND_BAD || is_known_wrong(t, need->scheme))
		return REFUSED;
	t->call->denied = RT_LIT("Invalid credential");
	result = need->scheme->check(t->call, &p->credential,
	    need->scopes == NULL ? none : need->scopes, &p->who);
	p->who.scheme = need->scheme;
	p->who.next = NULL;
	if (result == RT_AUTH_OK)
		return ADMITTED;
	if (result != RT_AUTH_BAD)
		return FAILED;
	p->why = t->call->denied;
	note_wrong(t, need->scheme);
	return REFUSED;
}

static bool
has_scope(const struct rt_principal *who, const char *scope)
{
	const char *const *granted = who->scopes;

	for (; granted != NULL && *granted != NULL; granted++) {
		if (strcmp(*granted, scope) == 0)
			return true;
	}
	return false;
}

static bool
has_scopes(const struct proof *p)
{
	const char *const *scope = p->need->scopes;

	for (; scope != NULL && *scope != NULL; scope++) {
		if (!has_scope(&p->who, *scope))
			return false;
	}
	return true;
}

/* *at is the proof that the verdict is about. */
static enum verdict
judge(struct trial *t, struct proof *v, size_t n, size_t *at)
{
	size_t there = 0;

	for (size_t i = 0; i < n; i++)
		there += v[i].found != RT_FOUND_NONE;
	if (there < n)
		return there == 0 ? ABSENT : INCOMPLETE;
	for (*at = 0; *at < n; (*at)++) {
		enum verdict verdict = ask(t, &v[*at]);

		if (verdict != ADMITTED)
			return verdict;
		if (*at > 0)
			v[*at - 1].who.next = &v[*at].who;
	}
	if (is_forged(t->call, v, n))
		return FORGED;
	for (*at = 0; *at < n; (*at)++) {
		if (!has_scopes(&v[*at]))
			return LACKS_SCOPE;
	}
	return ADMITTED;
}

static void
try_alternative(struct trial *t, const struct rt_need *needs)
{
	enum verdict verdict;
	struct proof *v;
	size_t n = 0, at = 0;

	while (needs[n].scheme != NULL)
		n++;
	v = rt_arena_array(t->call->arena, n, sizeof(*v));
	for (size_t i = 0; i < n; i++) {
		v[i].need = &needs[i];
		v[i].found = rt_credential_find(t->call, needs[i].scheme,
		    &v[i].credential, &v[i].why);
	}
	verdict = judge(t, v, n, &at);
	if (verdict >= t->best)
		return;
	t->best = verdict;
	t->at = at < n ? &v[at] : NULL;
	t->who = v[0].who;
}

/* --- Refusals --- */

static bool
takes_authorization(const struct rt_op *op)
{
	const struct rt_need *const *a = op->security;

	for (; *a != NULL; a++) {
		const struct rt_need *need = *a;

		for (; need->scheme != NULL; need++) {
			if (rt_credential_is_http(need->scheme))
				return true;
		}
	}
	return false;
}

static struct rt_str
why_unknown(const struct trial *t)
{
	if (t->best == REFUSED)
		return t->at->why;
	if (t->best == INCOMPLETE)
		return RT_LIT("A second credential is missing");
	if (!takes_authorization(t->call->op))
		return RT_LIT("Missing credential");
	if (rt_request_header(t->call, "Authorization").p != NULL)
		return RT_LIT("Invalid Authorization format");
	return RT_LIT("Missing Authorization header");
}

static bool
refuse_unknown(const struct trial *t)
{
	struct rt_problem p = {
	    .code = &rt_code_unauthorized,
	    .detail = why_unknown(t),
	};

	rt_reply_problem(t->call, 401, &p);
	rt_credential_challenge(t->call,
	    t->best == REFUSED ? t->at->need->scheme : NULL);
	return false;
}

static bool
refuse_known(const struct trial *t, const char *why)
{
	struct rt_problem p = {
	    .code = &rt_code_forbidden,
	    .detail = rt_str(why),
	};

	t->call->who = t->who;
	rt_reply_problem(t->call, 403, &p);
	if (t->best == LACKS_SCOPE)
		rt_credential_lacks(t->call, t->at->need);
	return false;
}

static bool
refuse(const struct trial *t)
{
	switch (t->best) {
	case FAILED:
		rt_fail(t->call, "the credential could not be checked");
		rt_reply_failed(t->call);
		return false;
	case FORGED:
		return refuse_known(t,
		    "A call with a cookie must come from an allowed origin.");
	case LACKS_SCOPE:
		return refuse_known(t, "The account may not do this.");
	default:
		return refuse_unknown(t);
	}
}

/* --- All alternatives --- */

static bool
allows_anonymous(const struct rt_op *op)
{
	const struct rt_need *const *a = op->security;

	while (*a != NULL && (*a)->scheme != NULL)
		a++;
	return *a != NULL;
}

/* Whoever is known stays so where nobody need be; see auth.h. */
static bool
admit_anonymous(const struct trial *t)
{
	if (t->best == LACKS_SCOPE)
		t->call->who = t->who;
	else
		t->call->denied = why_unknown(t);
	return true;
}

bool
rt_auth_admit(struct rt_call *call)
{
	const struct rt_need *const *a = call->op->security;
	struct trial t = {.call = call, .best = ABSENT};

	if (a == NULL || *a == NULL)
		return true;
	for (; *a != NULL && t.best > FAILED; a++) {
		if ((*a)->scheme != NULL)
			try_alternative(&t, *a);
	}
	if (t.best == ADMITTED) {
		call->who = t.who;
		return true;
	}
	if (t.best >= LACKS_SCOPE && allows_anonymous(call->op))
		return admit_anonymous(&t);
	return refuse(&t);
}
