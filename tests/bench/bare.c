/*
 * What the server is compared with: the same answers by a module for Kore
 * that does nothing but answer.  It checks nothing, asks the database in the
 * way that blocks, and believes in its success.  Its sandbox is the runtime's
 * (runtime/serve_sandbox.c), for libpq needs it.
 */
#include <kore/kore.h>
#include <kore/http.h>
#include <libpq-fe.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int rt_serve(struct http_request *);
void kore_worker_configure(void);

static const char ping[] =
    "{\"service\":\"bench\",\"version\":\"1.0.0\",\"up\":true,\"calls\":1234,"
    "\"load\":0.25,\"at\":\"2024-02-29T12:34:56Z\"}";

static PGconn *pg;

static void
must(bool ok)
{
	if (ok)
		return;
	fprintf(stderr, "%s\n", PQerrorMessage(pg));
	abort();
}

void
kore_worker_configure(void)
{
	PGresult *result;

	pg = PQconnectdb(getenv("DATABASE_URL"));
	must(PQstatus(pg) == CONNECTION_OK);
	PQclear(PQexec(pg, "SET TimeZone = 'UTC'"));
	result = PQprepare(pg, "item",
	    "SELECT id, name, price, made_at FROM items WHERE id = $1", 1,
	    NULL);
	must(PQresultStatus(result) == PGRES_COMMAND_OK);
	PQclear(result);
}

static int
answer(struct http_request *req, const char *text, size_t n)
{
	http_response_header(req, "content-type", "application/json");
	http_response(req, 200, text, n);
	return KORE_RESULT_OK;
}

/* "2024-02-29 12:34:56+00" as JSON has it. */
static void
read_time(char *out, size_t size, const char *text)
{
	snprintf(out, size, "%.10sT%.8sZ", text, text + 11);
}

static int
answer_item(struct http_request *req, const char *id)
{
	PGresult *r = PQexecPrepared(pg, "item", 1, &id, NULL, NULL, 0);
	char text[512], time[64];
	int n;

	must(PQresultStatus(r) == PGRES_TUPLES_OK && PQntuples(r) == 1);
	read_time(time, sizeof(time), PQgetvalue(r, 0, 3));
	n = snprintf(text, sizeof(text),
	    "{\"id\":%s,\"name\":\"%s\",\"price\":%s,\"made_at\":\"%s\"}",
	    PQgetvalue(r, 0, 0), PQgetvalue(r, 0, 1), PQgetvalue(r, 0, 2),
	    time);
	PQclear(r);
	return answer(req, text, (size_t)n);
}

int
rt_serve(struct http_request *req)
{
	if (strncmp(req->path, "/items/", 7) == 0)
		return answer_item(req, req->path + 7);
	return answer(req, ping, sizeof(ping) - 1);
}
