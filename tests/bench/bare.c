/*
 * What the server is compared with: the same answers by a module for Kore
 * that does nothing but answer.  It checks nothing, asks the database in the
 * way that blocks, and believes in its success.
 */
#include "tests/bench/bare.h"

static PGconn *pg;

void
kore_worker_configure(void)
{
	keep_waking();
	pg = PQconnectdb(getenv("DATABASE_URL"));
	must(PQstatus(pg) == CONNECTION_OK, PQerrorMessage(pg));
	PQclear(PQexec(pg, "SET TimeZone = 'UTC'"));
	PQclear(PQprepare(pg, "item", select_item, 1, NULL));
}

static int
answer_item(struct http_request *req, const char *id)
{
	PGresult *r = PQexecPrepared(pg, "item", 1, &id, NULL, NULL, 0);
	char text[ITEM_TEXT];
	size_t n;

	must(PQresultStatus(r) == PGRES_TUPLES_OK, PQerrorMessage(pg));
	must(PQntuples(r) == 1, "no item");
	n = write_item(text, r, 0);
	PQclear(r);
	return answer(req, 200, text, n);
}

int
rt_serve(struct http_request *req)
{
	const char *id = item_of(req);

	return id != NULL ? answer_item(req, id) : answer_ping(req);
}
