#include "runtime/expression.h"

#include "runtime/media.h"

static const char unknown[] =
    "an expression is $url, $method, $statusCode, or begins with $request. "
    "or $response. and header., query., path. or body";

/* Cuts a prefix off; false where s begins with something else. */
static bool
cut_prefix(struct rt_str *s, const char *prefix)
{
	size_t n = strlen(prefix);

	if (!rt_str_starts(*s, prefix))
		return false;
	s->p += n;
	s->n -= n;
	return true;
}

/* RFC 6901, section 3: a tilde stands before 0 or 1. */
static bool
is_pointer(struct rt_str s)
{
	if (s.n > 0 && s.p[0] != '/')
		return false;
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '~' &&
		    (i + 1 == s.n || (s.p[i + 1] != '0' && s.p[i + 1] != '1')))
			return false;
	}
	return true;
}

static const char *
parse_body(struct rt_str s, struct rt_expression *out)
{
	out->kind = RT_EXPRESSION_BODY;
	out->name = s;
	if (s.n == 0)
		return NULL;
	if (!cut_prefix(&out->name, "#"))
		return unknown;
	return is_pointer(out->name) ? NULL
				     : "behind '#' stands a JSON pointer";
}

static const char *
parse_source(struct rt_str s, struct rt_expression *out)
{
	if (cut_prefix(&s, "body"))
		return parse_body(s, out);
	if (cut_prefix(&s, "header.")) {
		out->kind = RT_EXPRESSION_HEADER;
		out->name = s;
		return rt_is_token(s) ? NULL : "a header's name is a token";
	}
	if (cut_prefix(&s, "query."))
		out->kind = RT_EXPRESSION_QUERY;
	else if (cut_prefix(&s, "path."))
		out->kind = RT_EXPRESSION_PATH;
	else
		return unknown;
	out->name = s;
	if (out->response)
		return "an answer has neither query nor path";
	return s.n > 0 ? NULL : "a name is missing behind 'query.' or 'path.'";
}

static const char *
parse_expression(struct rt_str s, struct rt_expression *out)
{
	*out = (struct rt_expression){.kind = RT_EXPRESSION_URL};
	if (rt_str_is(s, "$url"))
		return NULL;
	out->kind = RT_EXPRESSION_METHOD;
	if (rt_str_is(s, "$method"))
		return NULL;
	out->kind = RT_EXPRESSION_STATUS;
	if (rt_str_is(s, "$statusCode"))
		return NULL;
	if (cut_prefix(&s, "$request."))
		return parse_source(s, out);
	out->response = true;
	return cut_prefix(&s, "$response.") ? parse_source(s, out) : unknown;
}

/* Up to the next brace, which may not be there. */
static size_t
literal_length(struct rt_str s)
{
	size_t n = 0;

	while (n < s.n && s.p[n] != '{' && s.p[n] != '}')
		n++;
	return n;
}

static const char *
next_braced(struct rt_str *rest, struct rt_expression *out)
{
	struct rt_str inside;

	(void)cut_prefix(rest, "{");
	inside = rt_str_cut(rest, '}');
	if (rest->p == NULL)
		return "a brace is not closed";
	if (rt_str_starts(inside, "$"))
		return parse_expression(inside, out);
	*out = (struct rt_expression){RT_EXPRESSION_PARAM, false, inside};
	return inside.n > 0 && literal_length(inside) == inside.n
	    ? NULL
	    : "braces hold an expression or a parameter's name";
}

static const char *
next_part(struct rt_expressions *e, struct rt_expression *out)
{
	struct rt_str *rest = &e->rest;
	size_t n = literal_length(*rest);

	if (!e->begun && rt_str_starts(*rest, "$")) {
		struct rt_str whole = *rest;

		rest->n = 0;
		return parse_expression(whole, out);
	}
	if (rt_str_starts(*rest, "{"))
		return next_braced(rest, out);
	if (n == 0)
		return "a brace is closed that was not opened";
	*out =
	    (struct rt_expression){RT_EXPRESSION_LITERAL, false, {rest->p, n}};
	rest->p += n;
	rest->n -= n;
	return NULL;
}

struct rt_expressions rt_expressions(struct rt_str template)
{
	return (struct rt_expressions){.rest = template};
}

bool
rt_expressions_next(struct rt_expressions *e, struct rt_expression *out)
{
	if (e->rest.n == 0 || e->why != NULL)
		return false;
	e->why = next_part(e, out);
	e->begun = true;
	return e->why == NULL;
}

bool
rt_expression_of_answer(const struct rt_expression *e)
{
	return e->response || e->kind == RT_EXPRESSION_STATUS;
}
