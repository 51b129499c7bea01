#include "runtime/cors.h"

#include "runtime/media.h"
#include "runtime/router.h"
#include "runtime/server.h"

static const char exposed[] =
    "X-Total-Count, X-Page, X-Request-ID, X-Error-Code, ETag, Location, Link, "
    "Retry-After, Accept-Ranges, Content-Range";

static bool
is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* RFC 3986, section 3.1. */
static bool
is_scheme(struct rt_str s)
{
	for (size_t i = 0; i < s.n; i++) {
		if (!is_letter(s.p[i]) && !is_digit(s.p[i]) &&
		    memchr("+-.", s.p[i], 3) == NULL)
			return false;
	}
	return s.n > 0 && is_letter(s.p[0]);
}

static bool
is_host_and_port(struct rt_str s)
{
	for (size_t i = 0; i < s.n; i++) {
		if (!is_letter(s.p[i]) && !is_digit(s.p[i]) &&
		    memchr("-.:[]_", s.p[i], 6) == NULL)
			return false;
	}
	return s.n > 0;
}

/*
 * scheme://host[:port], or a star as the host of a scheme that belongs to an
 * application; under http or https it would let any page of the web call.
 */
static bool
is_origin(struct rt_str s)
{
	struct rt_str scheme = rt_str_cut(&s, ':');

	if (!is_scheme(scheme) || s.p == NULL || !rt_str_starts(s, "//"))
		return false;
	s.p += 2;
	s.n -= 2;
	if (rt_str_is(s, "*"))
		return !rt_str_is_nocase(scheme, "http") &&
		    !rt_str_is_nocase(scheme, "https");
	return is_host_and_port(s);
}

bool
rt_cors_parse(struct rt_arena *arena, struct rt_str list, struct rt_strs *out,
    struct rt_str *why)
{
	struct rt_str *v;
	size_t n = 1;

	for (size_t i = 0; i < list.n; i++)
		n += list.p[i] == ',';
	v = rt_arena_array(arena, n, sizeof(*v));
	*out = (struct rt_strs){v, 0};
	while (list.p != NULL) {
		struct rt_str entry = rt_str_trim(rt_str_cut(&list, ','));

		if (entry.n == 0)
			continue;
		if (!is_origin(entry)) {
			*why = rt_arena_printf(arena,
			    "\"%.*s\" is no origin such as "
			    "https://app.example",
			    RT_FMT(entry));
			return false;
		}
		v[out->n++] = rt_arena_copy(arena, entry);
	}
	return true;
}

static bool
is_covered(struct rt_str entry, struct rt_str origin)
{
	if (!rt_str_ends(entry, "://*"))
		return rt_str_eq(entry, origin);
	entry.n--;
	return origin.n > entry.n &&
	    rt_str_eq(entry, (struct rt_str){origin.p, entry.n});
}

bool
rt_cors_allows(const struct rt_call *call, struct rt_str origin)
{
	const struct rt_strs *origins = &call->server->origins;

	for (size_t i = 0; i < origins->n; i++) {
		if (is_covered(origins->v[i], origin))
			return true;
	}
	return false;
}

bool
rt_cors_is_preflight(const struct rt_call *call)
{
	return call->req.method == RT_OPTIONS &&
	    rt_request_header(call, "Origin").p != NULL &&
	    rt_request_header(call, "Access-Control-Request-Method").p != NULL;
}

/* A list of header names, and nothing else. */
static bool
is_token_list(struct rt_str list)
{
	while (list.p != NULL) {
		if (!rt_is_token(rt_str_trim(rt_str_cut(&list, ','))))
			return false;
	}
	return true;
}

void
rt_cors_answer_preflight(struct rt_call *call, struct rt_str methods)
{
	struct rt_str names =
	    rt_request_header(call, "Access-Control-Request-Headers");

	rt_header(call, "Vary",
	    RT_LIT("Access-Control-Request-Method, "
		   "Access-Control-Request-Headers"));
	if (!rt_cors_allows(call, rt_request_header(call, "Origin")))
		return;
	rt_header(call, "Access-Control-Allow-Methods", methods);
	if (names.p != NULL && is_token_list(names))
		rt_header(call, "Access-Control-Allow-Headers", names);
	rt_header(call, "Access-Control-Max-Age", RT_LIT("3600"));
}

void
rt_cors_finish(struct rt_call *call)
{
	struct rt_str origin;

	if (call->server->origins.n == 0)
		return;
	origin = rt_request_get(call, RT_LIT("Origin"));
	/* Also without an Origin: a cache must not hand this answer to a page
	 * that has one. */
	rt_headers_add(&call->res.headers, call->arena,
	    (struct rt_header){RT_LIT("Vary"), RT_LIT("Origin")});
	if (origin.p == NULL || !rt_cors_allows(call, origin))
		return;
	rt_header(call, "Access-Control-Allow-Origin", origin);
	rt_header(call, "Access-Control-Allow-Credentials", RT_LIT("true"));
	if (!rt_cors_is_preflight(call))
		rt_header(call, "Access-Control-Expose-Headers",
		    rt_str(exposed));
}
