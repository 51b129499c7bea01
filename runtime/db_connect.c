#include <stdio.h>
#include <stdlib.h>

#include "runtime/db_pool.h"

/*
 * The keywords before "dbname" give way to what the URL says, those behind it
 * don't.  GSS would look for tickets in places that the sandbox closes.
 */
static const char *const names[] = {"gssencmode", "connect_timeout",
    "fallback_application_name", "dbname", "options", "client_encoding", NULL};

enum { N_NAMES = RT_LEN(names) };

static void
set_values(const char *values[N_NAMES], const char *url, const char *options)
{
	values[0] = "disable";
	values[1] = "5";
	values[2] = "kontract";
	values[3] = url;
	values[4] = options;
	values[5] = "UTF8";
	values[6] = NULL;
}

PGconn *
rt_db_connect_start(const char *url, const char *options)
{
	const char *values[N_NAMES];

	set_values(values, url, options);
	return PQconnectStartParams(names, values, 1);
}

/* The options of the URL, or of the environment, for the server's start. */
static void
url_options(const char *url, char *out, size_t size)
{
	PQconninfoOption *list = PQconninfoParse(url, NULL);
	const char *found = getenv("PGOPTIONS");

	for (PQconninfoOption *o = list; o != NULL && o->keyword != NULL; o++) {
		if (strcmp(o->keyword, "options") == 0 && o->val != NULL)
			found = o->val;
	}
	snprintf(out, size, "%s", found == NULL ? "" : found);
	PQconninfoFree(list);
}

void
rt_db_options(char out[RT_DB_OPTIONS_MAX], const char *url, unsigned timeout_ms)
{
	char own[RT_DB_OPTIONS_MAX / 2];

	url_options(url, own, sizeof(own));
	snprintf(out, RT_DB_OPTIONS_MAX,
	    "%s -c statement_timeout=%u -c TimeZone=UTC -c DateStyle=ISO", own,
	    timeout_ms);
}

/* libpq's messages about a URL it can't read repeat parts of it. */
static bool
probe_url(const char *url, char *why, size_t size)
{
	PQconninfoOption *list = PQconninfoParse(url, NULL);

	if (list == NULL)
		snprintf(why, size,
		    "it is no connection string that libpq "
		    "understands");
	PQconninfoFree(list);
	return list != NULL;
}

bool
rt_db_probe(const char *url, char *why, size_t size)
{
	const char *values[N_NAMES];
	PGconn *pg;
	bool ok;

	if (!probe_url(url, why, size))
		return false;
	set_values(values, url, "");
	pg = PQconnectdbParams(names, values, 1);
	ok = PQstatus(pg) == CONNECTION_OK;
	if (!ok)
		snprintf(why, size, "%s", PQerrorMessage(pg));
	PQfinish(pg);
	return ok;
}
