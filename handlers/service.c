#include "handlers/service.h"

#include <inttypes.h>

const struct rt_str by_its_bytes = {NULL, 0};

bool
query_done(struct rt_call *call, enum rt_sql result)
{
	struct rt_str constraint = rt_sql_constraint(call);

	switch (result) {
	case RT_SQL_OK:
		return true;
	case RT_SQL_NONE:
		return rt_fail(call, "a row is missing");
	case RT_SQL_VIOLATED:
		return rt_fail(call, "the constraint %.*s was not expected",
		    RT_FMT(constraint));
	default:
		return false;
	}
}

bool
query_found(struct rt_call *call, enum rt_sql result, struct rt_problem none,
    struct rt_problem *why)
{
	if (result != RT_SQL_NONE)
		return query_done(call, result);

	*why = none;
	return false;
}

bool
query_kept(struct rt_call *call, enum rt_sql result, const struct rule *rules,
    struct rt_problem *why)
{
	enum sql_constraint violated =
	    result == RT_SQL_VIOLATED ? sql_violated(call) : 0;

	for (; violated != 0 && rules->constraint != 0; rules++) {
		if (rules->constraint == violated) {
			*why = rules->problem;
			return false;
		}
	}
	return query_done(call, result);
}

bool
is_expected(struct rt_call *call, struct rt_str etag, struct rt_problem *why)
{
	if (rt_precondition(call, etag, NULL))
		return true;

	*why = rt_problem(call, &api_code_precondition_failed,
	    "It has been changed meanwhile");
	return false;
}

/* Titles of such codes end so. */
static const char not_found[] = " not found";

struct rt_problem
no_such(struct rt_call *call, const struct rt_code *code, int64_t id)
{
	struct rt_str thing = rt_str(code->title);

	if (rt_str_ends(thing, not_found))
		thing.n -= sizeof(not_found) - 1;
	return rt_problem(call, code, "%.*s with ID %" PRId64 "%s",
	    RT_FMT(thing), id, not_found);
}

bool
id_parse(struct rt_str text, int64_t *id)
{
	int64_t value = 0;

	if (text.n == 0 || text.n > 18)
		return false;

	for (size_t i = 0; i < text.n; i++) {
		if (text.p[i] < '0' || text.p[i] > '9')
			return false;
		value = value * 10 + (text.p[i] - '0');
	}

	*id = value;
	return value > 0;
}
