#include "handlers/service.h"

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
