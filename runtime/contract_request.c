/* From a case to the bytes of its request; see contract_run.h. */
#include "runtime/contract_run.h"
#include "runtime/percent.h"

/* --- Texts --- */

/* One mark, whose "%{" has been read: "300*a%}" or "x0d%}". */
static void
expand_mark(struct rt_buf *out, struct rt_str *rest)
{
	bool byte = rt_str_starts(*rest, "x");
	size_t times = 0, end = 0;
	struct rt_str text;

	while (rest->n > 0 && rest->p[0] >= '0' && rest->p[0] <= '9') {
		times = times * 10 + (size_t)(rest->p[0] - '0');
		rest->p++;
		rest->n--;
	}
	while (end + 1 < rest->n &&
	    (rest->p[end] != '%' || rest->p[end + 1] != '}'))
		end++;
	text = (struct rt_str){rest->p, end};
	rest->p += end + 2 < rest->n ? end + 2 : rest->n;
	rest->n -= end + 2 < rest->n ? end + 2 : rest->n;
	if (byte && text.n == 3)
		rt_buf_byte(out,
		    (char)(rt_hex_digit(text.p[1]) << 4 |
			rt_hex_digit(text.p[2])));
	if (text.n > 0) /* without the star */
		text = (struct rt_str){text.p + 1, text.n - 1};
	for (; times > 0 && !out->full; times--)
		rt_buf_add(out, text);
}

struct rt_str
contract_expand(struct rt_arena *arena, const char *text)
{
	struct rt_buf out = rt_buf(arena, CONTRACT_BODY_MAX);
	struct rt_str rest = rt_str(text);

	if (text == NULL)
		return (struct rt_str){NULL, 0};
	while (rest.n > 0) {
		if (rt_str_starts(rest, "%{")) {
			rest = (struct rt_str){rest.p + 2, rest.n - 2};
			expand_mark(&out, &rest);
			continue;
		}
		rt_buf_byte(&out, rest.p[0]);
		rest = (struct rt_str){rest.p + 1, rest.n - 1};
	}
	return rt_arena_copy(arena, rt_buf_str(&out));
}

const char *
contract_method(const struct contract_case *c)
{
	return c->method != NULL ? c->method : rt_method_text(c->op->method);
}

struct rt_str
contract_operation(const struct contract_case *c)
{
	struct rt_str rest = rt_str(c->id);

	return rt_str_cut(&rest, '/');
}

struct rt_str
contract_request_id(struct rt_arena *arena, const struct contract_case *c)
{
	return rt_arena_printf(arena, "contract-%016llx",
	    (unsigned long long)rt_str_hash(rt_str(c->id)));
}

/* --- Credentials --- */

struct request {
	const struct contract_run *run;
	struct rt_buf headers;
	struct rt_buf cookies;
	struct rt_buf query;
};

static const struct rt_scheme *
find_scheme(const struct contract_run *run, struct rt_str name)
{
	for (unsigned i = 0; i < run->api->n_schemes; i++) {
		if (rt_str_is(name, run->api->schemes[i]->name))
			return run->api->schemes[i];
	}
	return NULL;
}

static bool
has_role(struct rt_str granted, struct rt_str role)
{
	while (granted.p != NULL) {
		if (rt_str_eq(rt_str_cut(&granted, ','), role))
			return true;
	}
	return false;
}

/* Whether "read,write" has all of "write". */
static bool
has_roles(struct rt_str granted, struct rt_str roles)
{
	while (roles.p != NULL) {
		if (!has_role(granted, rt_str_cut(&roles, ',')))
			return false;
	}
	return true;
}

/*
 * The credential of "bearerAuth", the one with the most rights; of
 * "bearerAuth:read,write", one that grants both; or of "bearerAuth:!admin", the
 * one with the fewest rights.
 */
static const struct contract_credential *
find_credential(const struct contract_run *run, struct rt_str scheme,
    struct rt_str roles)
{
	const struct contract_options *o = run->options;
	const struct contract_credential *found = NULL;
	bool other = roles.p != NULL && rt_str_starts(roles, "!");

	for (unsigned i = 0; i < o->n_credentials; i++) {
		const struct contract_credential *c = &o->credentials[i];

		if (!rt_str_eq(c->scheme, scheme))
			continue;
		if (other)
			found = c;
		else if (roles.p == NULL || has_roles(c->roles, roles))
			return c;
	}
	if (found != NULL &&
	    (found->roles.p == NULL ||
		has_roles(found->roles,
		    (struct rt_str){roles.p + 1, roles.n - 1})))
		return NULL;
	return found;
}

static void
put_query(struct rt_buf *b, const char *name, struct rt_str value)
{
	rt_buf_byte(b, '&');
	rt_percent_encode(b, rt_str(name));
	rt_buf_byte(b, '=');
	rt_percent_encode(b, value);
}

/* Two schemes may take the same token, but there is one Authorization only. */
static void
put_authorization(struct request *r, const struct rt_scheme *s,
    struct rt_str value)
{
	struct rt_str line = rt_arena_printf(r->run->scratch,
	    "Authorization: %s %.*s\r\n", s->field, RT_FMT(value));

	if (r->headers.n == 0 ||
	    memmem(r->headers.p, r->headers.n, line.p, line.n) == NULL)
		rt_buf_add(&r->headers, line);
}

static void
put_credential(struct request *r, const struct rt_scheme *s,
    struct rt_str value)
{
	if (s->kind == RT_SCHEME_BASIC)
		value = rt_base64(r->run->scratch, value);
	if (s->kind != RT_SCHEME_KEY)
		put_authorization(r, s, value);
	else if (s->in == RT_IN_HEADER)
		rt_buf_printf(&r->headers, "%s: %.*s\r\n", s->field,
		    RT_FMT(value));
	else if (s->in == RT_IN_COOKIE)
		rt_buf_printf(&r->cookies, "%s%s=%.*s",
		    r->cookies.n > 0 ? "; " : "", s->field, RT_FMT(value));
	else
		put_query(&r->query, s->field, value);
}

/* False where one is not known; *why says which. */
static bool
put_credentials(struct request *r, const struct contract_case *c,
    struct rt_str *why)
{
	struct rt_str rest = rt_str(c->credentials);

	while (rest.p != NULL) {
		struct rt_str role = rt_str_cut(&rest, ' ');
		struct rt_str name = role;
		struct rt_str scheme = rt_str_cut(&role, ':');
		const struct rt_scheme *s = find_scheme(r->run, scheme);
		const struct contract_credential *known =
		    find_credential(r->run, scheme, role);

		if (s == NULL || known == NULL ||
		    s->kind == RT_SCHEME_CERTIFICATE) {
			*why = rt_arena_printf(r->run->arena,
			    "no --credential for %.*s", RT_FMT(name));
			return false;
		}
		put_credential(r, s, known->value);
	}
	return true;
}

/* --- The request --- */

/* Lines that end in "\n". */
static void
put_lines(struct rt_buf *b, struct rt_str lines)
{
	while (lines.n > 0) {
		struct rt_str line = rt_str_cut(&lines, '\n');

		rt_buf_printf(b, "%.*s\r\n", RT_FMT(line));
	}
}

static bool
needs_length(const char *method)
{
	return strcmp(method, "POST") == 0 || strcmp(method, "PUT") == 0 ||
	    strcmp(method, "PATCH") == 0;
}

static struct rt_str
whole_target(struct rt_arena *arena, const struct contract_case *c,
    struct rt_str more)
{
	struct rt_str target = contract_expand(arena, c->target);
	bool first = memchr(target.p, '?', target.n) == NULL;

	if (more.n == 0)
		return target;
	return rt_arena_printf(arena, "%.*s%c%.*s", RT_FMT(target),
	    first ? '?' : '&', (int)more.n - 1, more.p + 1);
}

bool
contract_headers(const struct contract_run *run, const struct contract_case *c,
    const char *host, struct rt_str *out, struct rt_str *target,
    struct rt_str *why)
{
	struct rt_arena *a = run->scratch;
	struct rt_str body = contract_expand(a, c->body);
	struct request r = {run, rt_buf(a, SIZE_MAX), rt_buf(a, SIZE_MAX),
	    rt_buf(a, SIZE_MAX)};

	rt_buf_printf(&r.headers, "Host: %s\r\n", host);
	rt_buf_printf(&r.headers, "X-Request-ID: %.*s\r\n",
	    RT_FMT(contract_request_id(a, c)));
	rt_buf_add(&r.cookies, contract_expand(a, c->cookies));
	if (!put_credentials(&r, c, why))
		return false;
	for (unsigned i = 0; i < run->options->n_headers; i++)
		rt_buf_printf(&r.headers, "%s\r\n", run->options->headers[i]);
	put_lines(&r.headers, contract_expand(a, c->headers));
	if (r.cookies.n > 0)
		rt_buf_printf(&r.headers, "Cookie: %.*s\r\n",
		    RT_FMT(rt_buf_str(&r.cookies)));
	if (c->media != NULL)
		rt_buf_printf(&r.headers, "Content-Type: %s\r\n", c->media);
	if (c->body != NULL || needs_length(contract_method(c)))
		rt_buf_printf(&r.headers, "Content-Length: %zu\r\n", body.n);
	*out = rt_buf_str(&r.headers);
	*target = whole_target(a, c, rt_buf_str(&r.query));
	return true;
}

bool
contract_request(const struct contract_run *run, const struct contract_case *c,
    const char *host, struct rt_str *out, struct rt_str *why)
{
	struct rt_buf b = rt_buf(run->scratch, CONTRACT_BODY_MAX);
	struct rt_str headers, target;

	if (!contract_headers(run, c, host, &headers, &target, why))
		return false;
	rt_buf_printf(&b, "%s %.*s HTTP/1.1\r\n", contract_method(c),
	    RT_FMT(target));
	rt_buf_add(&b, headers);
	rt_buf_cstr(&b, "\r\n");
	rt_buf_add(&b, contract_expand(run->scratch, c->body));
	*out = rt_buf_str(&b);
	return true;
}
