/* What may be connected to: the compiler asks this too. */
#include <postgresql/libpq-fe.h>
#include <string.h>

#include "runtime/db.h"

/* Whether the message of a failed connection would repeat it. */
static bool
is_told(const PQconninfoOption *o)
{
	return strcmp(o->keyword, "host") == 0 ||
	    strcmp(o->keyword, "port") == 0 ||
	    strcmp(o->keyword, "dbname") == 0;
}

const char *
rt_db_url_fault(const char *url)
{
	PQconninfoOption *list = PQconninfoParse(url, NULL);
	const char *fault = NULL;

	if (list == NULL)
		return "it is no connection string that libpq understands";
	for (const PQconninfoOption *o = list; o->keyword != NULL; o++) {
		if (is_told(o) && o->val != NULL && strchr(o->val, '@') != NULL)
			fault =
			    "it has an '@' in a host, a port or a database: in "
			    "a user or a password write '@' as %40, '/' as %2F "
			    "and ':' as %3A";
	}
	PQconninfoFree(list);
	return fault;
}
