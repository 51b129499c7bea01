#include "runtime/op.h"

static const char *const method_texts[RT_METHODS] = {
    [RT_GET] = "GET",
    [RT_HEAD] = "HEAD",
    [RT_POST] = "POST",
    [RT_PUT] = "PUT",
    [RT_PATCH] = "PATCH",
    [RT_DELETE] = "DELETE",
    [RT_OPTIONS] = "OPTIONS",
    [RT_TRACE] = "TRACE",
    [RT_QUERY] = "QUERY",
};

const char *
rt_method_text(enum rt_method method)
{
	if (method < RT_GET || method >= RT_METHODS)
		return "";
	return method_texts[method];
}

enum rt_method
rt_method_parse(struct rt_str text)
{
	for (unsigned m = RT_GET; m < RT_METHODS; m++) {
		if (text.n > 0 && text.p[0] == method_texts[m][0] &&
		    rt_str_is(text, method_texts[m]))
			return (enum rt_method)m;
	}
	return (enum rt_method)0;
}

const char *
rt_op_method(const struct rt_op *op)
{
	return op->token != NULL ? op->token : rt_method_text(op->method);
}

const struct rt_answer *
rt_op_answer(const struct rt_op *op, int status)
{
	const int meanings[] = {status, status / 100, 0};

	for (unsigned m = 0; m < RT_LEN(meanings); m++) {
		for (unsigned i = 0; i < op->n_answers; i++) {
			if (op->answers[i].status == meanings[m])
				return &op->answers[i];
		}
	}
	return NULL;
}

static bool
may_have_body(int status)
{
	return status != 204 && status != 205 && status != 304;
}

bool
rt_op_answers(const struct rt_op *op, int status, int declared)
{
	const struct rt_answer *a;

	if (status < 200 || status > 599)
		return false;
	a = rt_op_answer(op, status);
	return a != NULL && a->status == declared &&
	    (a->contents == NULL || may_have_body(status));
}
