/*
 * GET of a row by its primary key by Kore's own support for PostgreSQL: a
 * handler that is called again for each step of its query, and that waits in
 * between.  It cannot prepare a statement.
 */
#include "tests/bench/bare.h"

#include <kore/pgsql.h>

enum { CONNECT = 0, QUERY, WAIT };

struct query {
	struct kore_pgsql sql;
	char text[ITEM_TEXT];
	size_t n;
};

void
kore_worker_configure(void)
{
	keep_waking();
	must(setenv("PGTZ", "UTC", 1) == 0, "no time zone");
	must(kore_pgsql_register("db", getenv("DATABASE_URL")) ==
		KORE_RESULT_OK,
	    "no database");
}

static struct query *
query_of(struct http_request *req)
{
	struct query *q;

	if (http_state_exists(req))
		return http_state_get(req);
	q = http_state_create(req, sizeof(*q), NULL);
	req->fsm_state = CONNECT;
	return q;
}

/* Waits where no connection is free. */
static bool
begin(struct http_request *req, struct query *q, const char *id)
{
	if (req->fsm_state == CONNECT) {
		kore_pgsql_init(&q->sql);
		kore_pgsql_bind_request(&q->sql, req);
		req->fsm_state = QUERY;
	}
	if (!kore_pgsql_setup(&q->sql, "db", KORE_PGSQL_ASYNC)) {
		must(q->sql.state == KORE_PGSQL_STATE_INIT, "no connection");
		return false;
	}
	must(kore_pgsql_query_params(&q->sql, select_item, 0, 1,
		 KORE_PGSQL_PARAM_TEXT(id)) == KORE_RESULT_OK,
	    "no query");
	req->fsm_state = WAIT;
	return true;
}

/* Whether the query has come to its end. */
static bool
go_on(struct query *q)
{
	while (q->sql.state != KORE_PGSQL_STATE_DONE) {
		if (q->sql.state == KORE_PGSQL_STATE_WAIT)
			return false;
		must(q->sql.state != KORE_PGSQL_STATE_ERROR, "a query failed");
		if (q->sql.state == KORE_PGSQL_STATE_RESULT) {
			must(kore_pgsql_ntuples(&q->sql) == 1, "no item");
			q->n = write_item(q->text, q->sql.result, 0);
		}
		kore_pgsql_continue(&q->sql);
	}
	return true;
}

int
rt_serve(struct http_request *req)
{
	const char *id = item_of(req);
	struct query *q;

	if (id == NULL)
		return answer_ping(req);
	q = query_of(req);
	if (req->fsm_state != WAIT) {
		(void)begin(req, q, id);
		return KORE_RESULT_RETRY;
	}
	if (!go_on(q))
		return KORE_RESULT_RETRY;
	kore_pgsql_cleanup(&q->sql);
	return answer(req, 200, q->text, q->n);
}
