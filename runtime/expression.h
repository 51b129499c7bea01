/*
 * Runtime expressions (OpenAPI 3.1.1, section 4.8.20.3): texts that name a
 * part of a request or of its answer, alone or inside of a template:
 *
 *	$request.query.url
 *	{$request.body#/sink}/events?id={$response.header.location}
 *
 * A template may also have parameters of a path, "{id}".
 */
#ifndef RT_EXPRESSION_H
#define RT_EXPRESSION_H

#include "runtime/call.h"

enum rt_expression_kind {
	RT_EXPRESSION_LITERAL = 1, /* a text of the template as it is */
	RT_EXPRESSION_PARAM, /* a parameter of the path */
	RT_EXPRESSION_URL,
	RT_EXPRESSION_METHOD,
	RT_EXPRESSION_STATUS,
	RT_EXPRESSION_HEADER,
	RT_EXPRESSION_QUERY,
	RT_EXPRESSION_PATH,
	RT_EXPRESSION_BODY,
};

struct rt_expression {
	enum rt_expression_kind kind;
	bool response; /* of the answer, not of the request */
	/* The literal, or the name of the header and so on; of a body the JSON
	 * pointer, "" for all of it. */
	struct rt_str name;
};

/* The parts of a template, which are borrowed. */
struct rt_expressions {
	struct rt_str rest;
	bool begun;
	const char *why; /* a sentence about what is wrong, or NULL */
};

struct rt_expressions rt_expressions(struct rt_str template);

/* False at the end, and where something is wrong. */
bool rt_expressions_next(struct rt_expressions *,
    struct rt_expression *out) RT_WARN_UNUSED;

/* Whether it is about the answer: its status, headers or body. */
bool rt_expression_of_answer(const struct rt_expression *);

/*
 * The text of what an expression (no literal or parameter) means for a call
 * and, where it is about it, the answer that call->res has.  NULL, or a
 * sentence: it is absent, or of a type that has no text.
 */
const char *rt_expression_text(struct rt_call *, const struct rt_expression *,
    struct rt_str *out) RT_WARN_UNUSED;

#endif /* RT_EXPRESSION_H */
