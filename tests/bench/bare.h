/*
 * What the modules share that the server is compared with.  They answer by
 * Kore's own HTTP, check nothing, and end the process where the database fails.
 * Their sandbox is the runtime's (runtime/serve_sandbox.c), for libpq needs it.
 */
#ifndef BENCH_BARE_H
#define BENCH_BARE_H

#include <kore/kore.h>
#include <kore/http.h>
#include <libpq-fe.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int rt_serve(struct http_request *);
void kore_worker_configure(void);

enum { ITEM_TEXT = 512 };

static const char select_item[] =
    "SELECT id, name, price, made_at FROM items WHERE id = $1";

static inline void
must(bool ok, const char *what)
{
	if (ok)
		return;
	fprintf(stderr, "%s\n", what);
	abort();
}

static inline void
do_nothing(void *arg, u_int64_t now)
{
	(void)arg;
	(void)now;
}

/* Kore looks for signals before it waits, and without a timer it waits for
 * ever: one that comes in between would not end the worker. */
static inline void
keep_waking(void)
{
	kore_timer_add(do_nothing, 1000, NULL, 0);
}

static inline int
answer(struct http_request *req, int status, const char *text, size_t n)
{
	http_response_header(req, "content-type", "application/json");
	http_response(req, status, text, n);
	return KORE_RESULT_OK;
}

static inline int
answer_ping(struct http_request *req)
{
	static const char ping[] =
	    "{\"service\":\"bench\",\"version\":\"1.0.0\",\"up\":true,"
	    "\"calls\":1234,\"load\":0.25,\"at\":\"2024-02-29T12:34:56Z\"}";

	return answer(req, 200, ping, sizeof(ping) - 1);
}

/* The id of /items/{id}, or NULL. */
static inline const char *
item_of(const struct http_request *req)
{
	static const char prefix[] = "/items/";

	if (strncmp(req->path, prefix, sizeof(prefix) - 1) != 0)
		return NULL;
	return req->path + sizeof(prefix) - 1;
}

/* "2024-02-29 12:34:56+00" as JSON has it. */
static inline void
read_time(char *out, size_t size, const char *text)
{
	snprintf(out, size, "%.10sT%.8sZ", text, text + 11);
}

/* A row of select_item as JSON. */
static inline size_t
write_item(char text[ITEM_TEXT], const PGresult *r, int row)
{
	char time[64];

	read_time(time, sizeof(time), PQgetvalue(r, row, 3));
	return (size_t)snprintf(text, ITEM_TEXT,
	    "{\"id\":%s,\"name\":\"%s\",\"price\":%s,\"made_at\":\"%s\"}",
	    PQgetvalue(r, row, 0), PQgetvalue(r, row, 1), PQgetvalue(r, row, 2),
	    time);
}

#endif /* BENCH_BARE_H */
