#include "handlers/service.h"

bool
db_done(struct rt_call *call, enum rt_db_result result)
{
	if (result == RT_DB_OK)
		return true;
	if (result != RT_DB_FAILED)
		return rt_fail(call, "a constraint that was not expected");

	return false;
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

int
enum_of_text(struct rt_str text, const struct rt_enum *of)
{
	for (unsigned i = 1; i < of->n; i++) {
		if (rt_str_is(text, of->text[i]))
			return (int)i;
	}

	return 0;
}
