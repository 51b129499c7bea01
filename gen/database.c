#include "gen/database.h"

#include <stdlib.h>

#include "runtime/db.h"

const char *
database_trouble(struct rt_arena *arena, const char *what, const char *message)
{
	struct rt_str text = rt_str(message);

	while (text.n > 0 && text.p[text.n - 1] == '\n')
		text.n--;
	return rt_arena_printf(arena, "%s: %.*s", what, RT_FMT(text)).p;
}

PGconn *
database_open(struct rt_arena *arena, const char *url, const char *dbname,
    const char **trouble)
{
	/* What stands before the URL gives way to it. */
	const char *const names[] = {"connect_timeout",
	    "fallback_application_name", "dbname", "client_encoding", "dbname",
	    NULL};
	const char *const values[] = {
	    getenv("PGCONNECT_TIMEOUT") == NULL ? "10" : NULL, "kontract", url,
	    "UTF8", dbname, NULL};
	const char *fault = rt_db_url_fault(url);
	PGconn *pg;

	if (fault != NULL) {
		*trouble = database_trouble(arena, "DATABASE_URL", fault);
		return NULL;
	}
	pg = PQconnectdbParams(names, values, 1);
	if (PQstatus(pg) == CONNECTION_OK)
		return pg;
	*trouble = database_trouble(arena,
	    "the database (DATABASE_URL) can't be reached", PQerrorMessage(pg));
	PQfinish(pg);
	return NULL;
}

size_t
database_byte(struct rt_str text, const char *position)
{
	unsigned long n = position == NULL ? 1 : strtoul(position, NULL, 10);
	size_t i = 0;

	for (; n > 1 && i < text.n; n--) {
		i++;
		while (i < text.n && rt_is_utf8_tail(text.p[i]))
			i++;
	}
	return i;
}
