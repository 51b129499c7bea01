#include "runtime/credential.h"

#include "runtime/param.h"

bool
rt_credential_is_cookie(const struct rt_scheme *s)
{
	return s->kind == RT_SCHEME_KEY && s->in == RT_IN_COOKIE;
}

bool
rt_credential_is_http(const struct rt_scheme *s)
{
	return s->kind == RT_SCHEME_BASIC || s->kind == RT_SCHEME_BEARER ||
	    s->kind == RT_SCHEME_HTTP;
}

/* --- Keys --- */

static enum rt_found
refuse(struct rt_str *why, const char *text)
{
	*why = rt_str(text);
	return RT_FOUND_BAD;
}

/* Whoever stands between client and server may look at another one of two. */
static enum rt_found
find_key(struct rt_call *call, const struct rt_scheme *s, struct rt_str *value,
    struct rt_str *why)
{
	size_t n = 1;

	if (s->in == RT_IN_COOKIE)
		*value = rt_request_cookie(call, s->field);
	else if (s->in == RT_IN_HEADER)
		*value = rt_request_header(call, s->field);
	else
		n = rt_query_find(call, s->field, value);
	if (s->in == RT_IN_HEADER)
		n = rt_request_count(call, rt_str(s->field));

	if (n > 1)
		return refuse(why, "The credential is given more than once");
	return value->p == NULL ? RT_FOUND_NONE : RT_FOUND;
}

/* --- Authorization --- */

static bool
is_printable(struct rt_str s)
{
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (c < 0x20 || c == 0x7f)
			return false;
	}
	return rt_str_is_utf8(s);
}

/* RFC 7617, section 2: no control characters, and we ask for UTF-8. */
static enum rt_found
split_basic(struct rt_call *call, struct rt_credential *c, struct rt_str *why)
{
	struct rt_str rest;

	if (!rt_base64_parse(call->arena, c->text, &rest) ||
	    !is_printable(rest))
		return refuse(why, "Invalid Authorization format");
	c->user = rt_str_cut(&rest, ':');
	if (rest.p == NULL)
		return refuse(why, "Invalid Authorization format");
	c->password = rest;
	return RT_FOUND;
}

static enum rt_found
find_authorization(struct rt_call *call, const struct rt_scheme *s,
    struct rt_credential *c, struct rt_str *why)
{
	struct rt_str rest = rt_request_header(call, "Authorization");
	struct rt_str word = rt_str_cut(&rest, ' ');

	if (!rt_str_is_nocase(word, s->field))
		return RT_FOUND_NONE;
	if (rt_request_count(call, RT_LIT("Authorization")) > 1)
		return refuse(why, "Invalid Authorization format");
	c->text = rt_str_trim(rest);
	if (c->text.n == 0)
		return refuse(why,
		    s->kind == RT_SCHEME_BEARER ? "Empty token"
						: "Empty credential");
	return s->kind == RT_SCHEME_BASIC ? split_basic(call, c, why)
					  : RT_FOUND;
}

enum rt_found
rt_credential_find(struct rt_call *call, const struct rt_scheme *s,
    struct rt_credential *c, struct rt_str *why)
{
	*c = (struct rt_credential){.text = {NULL, 0}};
	if (s->kind == RT_SCHEME_KEY)
		return find_key(call, s, &c->text, why);
	if (rt_credential_is_http(s))
		return find_authorization(call, s, c, why);
	c->text = call->req.certificate;
	return c->text.p == NULL ? RT_FOUND_NONE : RT_FOUND;
}

/* --- Challenges --- */

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

static struct rt_str
with_realm(struct rt_call *call, const char *scheme)
{
	struct rt_str realm = quotable(call, rt_call_api(call)->title);

	return rt_printf(call, "%s realm=\"%.*s\"", scheme, RT_FMT(realm));
}

/*
 * Where the names are not registered ones, they say at least what is missing.
 * Other schemes of http have parameters that are their function's to know.
 */
static struct rt_str
challenge_of(struct rt_call *call, const struct rt_scheme *s)
{
	static const char *const places[] = {
	    [RT_IN_QUERY] = "query",
	    [RT_IN_HEADER] = "header",
	    [RT_IN_COOKIE] = "cookie",
	};
	struct rt_str text;

	switch (s->kind) {
	case RT_SCHEME_KEY:
		text = with_realm(call, "ApiKey");
		return rt_printf(call, "%.*s, in=\"%s\", name=\"%.*s\"",
		    RT_FMT(text), places[s->in],
		    RT_FMT(quotable(call, s->field)));
	case RT_SCHEME_BASIC:
		text = with_realm(call, "Basic");
		return rt_printf(call, "%.*s, charset=\"UTF-8\"", RT_FMT(text));
	case RT_SCHEME_BEARER:
		return with_realm(call, "Bearer");
	case RT_SCHEME_HTTP:
		return rt_str(s->field);
	default:
		return with_realm(call, "ClientCertificate");
	}
}

static bool
is_challenged(const struct rt_call *call, struct rt_str challenge)
{
	const struct rt_headers *all = &call->res.headers;
	const struct rt_header *h = NULL;

	while (
	    (h = rt_headers_next(all, RT_LIT("WWW-Authenticate"), h)) != NULL) {
		if (challenge.p == NULL || rt_str_eq(h->value, challenge))
			return true;
	}
	return false;
}

/* RFC 6750, section 3: no error code where no credential was given. */
static void
add_challenge(struct rt_call *call, const struct rt_scheme *s,
    const struct rt_scheme *wrong)
{
	struct rt_str text = challenge_of(call, s);

	if (s->kind == RT_SCHEME_BEARER && wrong != NULL &&
	    wrong->kind == RT_SCHEME_BEARER)
		text = rt_printf(call, "%.*s, error=\"invalid_token\"",
		    RT_FMT(text));
	if (!is_challenged(call, text))
		rt_header(call, "WWW-Authenticate", text);
}

void
rt_credential_challenge(struct rt_call *call, const struct rt_scheme *wrong)
{
	const struct rt_need *const *a =
	    call->op == NULL ? NULL : call->op->security;
	const struct rt_api *api = rt_call_api(call);

	if (is_challenged(call, (struct rt_str){NULL, 0}))
		return;
	for (; a != NULL && *a != NULL; a++) {
		const struct rt_need *need = *a;

		for (; need->scheme != NULL; need++)
			add_challenge(call, need->scheme, wrong);
	}
	if (is_challenged(call, (struct rt_str){NULL, 0}))
		return;
	for (unsigned i = 0; i < api->n_schemes; i++)
		add_challenge(call, api->schemes[i], wrong);
	if (api->n_schemes == 0)
		rt_header(call, "WWW-Authenticate", with_realm(call, "Bearer"));
}

/* RFC 6749, section 3.3; a role may be called otherwise. */
static bool
is_scope_token(const char *s)
{
	const char *p = s;

	while (*p > 0x20 && *p <= 0x7e && *p != '"' && *p != '\\')
		p++;
	return p != s && *p == '\0';
}

/* Absent where some name can't be told as a scope. */
static struct rt_str
scope_list(struct rt_call *call, const char *const *scopes)
{
	struct rt_buf b = rt_buf(call->arena, 1024);

	for (; *scopes != NULL; scopes++) {
		if (!is_scope_token(*scopes))
			return (struct rt_str){NULL, 0};
		if (b.n > 0)
			rt_buf_byte(&b, ' ');
		rt_buf_cstr(&b, *scopes);
	}
	return b.full ? (struct rt_str){NULL, 0} : rt_buf_str(&b);
}

void
rt_credential_lacks(struct rt_call *call, const struct rt_need *need)
{
	struct rt_str list = scope_list(call, need->scopes);
	struct rt_str text = with_realm(call, "Bearer");

	if (need->scheme->kind != RT_SCHEME_BEARER)
		return;
	text =
	    rt_printf(call, "%.*s, error=\"insufficient_scope\"", RT_FMT(text));
	if (list.p != NULL)
		text = rt_printf(call, "%.*s, scope=\"%.*s\"", RT_FMT(text),
		    RT_FMT(list));
	rt_header(call, "WWW-Authenticate", text);
}
