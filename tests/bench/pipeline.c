/*
 * The same operations as a person writes them on libpq who knows how it is
 * fast: one loop, one connection in pipeline mode, statements prepared once.
 * A handler is called twice, to send its query and to answer with its result.
 */
#include "tests/bench/bare.h"

#include <sys/queue.h>
#include <yajl/yajl_tree.h>

enum { LIST_MAX = 100, PART_COLUMNS = 10 };

static const char select_items[] =
    "SELECT id, name, price, made_at FROM items ORDER BY id LIMIT 100";
static const char insert_part[] =
    "INSERT INTO parts (sku, name, kind, quantity, price, active, made_at, "
    "expires_on, owner, note) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) "
    "RETURNING id";

/* A request and its query, which outlives a client that has gone. */
struct job {
	struct http_request *req;
	PGresult *result;
	STAILQ_ENTRY(job) next;
};

static struct {
	struct kore_event event; /* the first, for Kore casts it */
	PGconn *pg;
	int syncs; /* that have not come back yet */
	STAILQ_HEAD(, job) jobs; /* sent, in their order */
} db;

/* --- The connection --- */

static void
finish_first(PGresult *result)
{
	struct job *job = STAILQ_FIRST(&db.jobs);

	must(job != NULL, "a result of no query");
	STAILQ_REMOVE_HEAD(&db.jobs, next);
	if (job->req == NULL) {
		PQclear(result);
		free(job);
		return;
	}
	job->result = result;
	http_request_wakeup(job->req);
}

static void
take_results(void)
{
	while (db.syncs > 0 && !PQisBusy(db.pg)) {
		PGresult *r = PQgetResult(db.pg);

		if (r == NULL)
			continue;
		switch (PQresultStatus(r)) {
		case PGRES_PIPELINE_SYNC:
			db.syncs--;
			PQclear(r);
			break;
		case PGRES_TUPLES_OK:
			finish_first(r);
			break;
		default:
			must(false, PQresultErrorMessage(r));
		}
	}
}

/* What could not be sent is sent once the database has answered something:
 * only then it reads on. */
static void
on_event(void *arg, int error)
{
	(void)arg;
	must(!error && PQconsumeInput(db.pg), "the connection is lost");
	must(PQflush(db.pg) >= 0, "the connection takes nothing");
	take_results();
}

static void
prepare(const char *name, const char *sql, int n)
{
	PGresult *r = PQprepare(db.pg, name, sql, n, NULL);

	must(PQresultStatus(r) == PGRES_COMMAND_OK, PQerrorMessage(db.pg));
	PQclear(r);
}

void
kore_worker_configure(void)
{
	keep_waking();
	STAILQ_INIT(&db.jobs);
	db.pg = PQconnectdb(getenv("DATABASE_URL"));
	must(PQstatus(db.pg) == CONNECTION_OK, PQerrorMessage(db.pg));
	PQclear(PQexec(db.pg, "SET TimeZone = 'UTC'"));
	prepare("item", select_item, 1);
	prepare("items", select_items, 0);
	prepare("part", insert_part, PART_COLUMNS);
	must(PQsetnonblocking(db.pg, 1) == 0 && PQenterPipelineMode(db.pg),
	    "no pipeline");
	db.event.handle = on_event;
	kore_platform_event_level_read(PQsocket(db.pg), &db.event);
}

/* --- Queries --- */

static void
forget(struct http_request *req)
{
	struct job *job = req->hdlr_extra;

	req->hdlr_extra = NULL;
	if (job == NULL)
		return;
	job->req = NULL;
	if (job->result == NULL)
		return;
	PQclear(job->result);
	free(job);
}

static int
ask(struct http_request *req, const char *name, const char *const *values,
    int n)
{
	struct job *job = calloc(1, sizeof(*job));

	must(job != NULL, "no memory");
	must(PQsendQueryPrepared(db.pg, name, n, values, NULL, NULL, 0) &&
		PQpipelineSync(db.pg),
	    "no query");
	db.syncs++;
	job->req = req;
	STAILQ_INSERT_TAIL(&db.jobs, job, next);
	req->hdlr_extra = job;
	req->onfree = forget;
	http_request_sleep(req);
	return KORE_RESULT_RETRY;
}

static int
answer_items(struct http_request *req, const PGresult *r)
{
	char text[LIST_MAX * ITEM_TEXT];
	size_t n = 0;

	text[n++] = '[';
	for (int i = 0; i < PQntuples(r) && i < LIST_MAX; i++) {
		if (i > 0)
			text[n++] = ',';
		n += write_item(text + n, r, i);
	}
	text[n++] = ']';
	return answer(req, 200, text, n);
}

/* --- The body of a part --- */

static const char *
text_of(yajl_val object, const char *name)
{
	const char *path[] = {name, NULL};
	yajl_val v = yajl_tree_get(object, path, yajl_t_any);

	if (YAJL_IS_STRING(v))
		return YAJL_GET_STRING(v);
	if (YAJL_IS_NUMBER(v))
		return YAJL_GET_NUMBER(v);
	return YAJL_IS_TRUE(v) ? "t" : YAJL_IS_FALSE(v) ? "f" : NULL;
}

static int
ask_for_part(struct http_request *req)
{
	static const char *const names[PART_COLUMNS] = {"sku", "name", "kind",
	    "quantity", "price", "active", "made_at", "expires_on", "owner",
	    "note"};
	const char *values[PART_COLUMNS];
	char body[4096];
	ssize_t n = http_body_read(req, body, sizeof(body) - 1);
	yajl_val tree;

	must(n >= 0, "no body");
	body[n] = '\0';
	tree = yajl_tree_parse(body, NULL, 0);
	must(tree != NULL, "no JSON");
	for (int i = 0; i < PART_COLUMNS; i++)
		values[i] = text_of(tree, names[i]);
	(void)ask(req, "part", values, PART_COLUMNS);
	yajl_tree_free(tree);
	return KORE_RESULT_RETRY;
}

static int
answer_part(struct http_request *req, const PGresult *r)
{
	char text[64];
	int n =
	    snprintf(text, sizeof(text), "{\"id\":%s}", PQgetvalue(r, 0, 0));

	return answer(req, 201, text, (size_t)n);
}

/* --- Requests --- */

static int
begin(struct http_request *req)
{
	const char *id = item_of(req);

	if (id != NULL)
		return ask(req, "item", &id, 1);
	if (strcmp(req->path, "/items") == 0)
		return ask(req, "items", NULL, 0);
	if (strcmp(req->path, "/parts") == 0)
		return ask_for_part(req);
	return answer_ping(req);
}

int
rt_serve(struct http_request *req)
{
	const struct job *job = req->hdlr_extra;
	char text[ITEM_TEXT];

	if (job == NULL)
		return begin(req);
	if (job->result == NULL)
		return KORE_RESULT_RETRY;
	must(PQntuples(job->result) > 0, "no rows");
	if (strcmp(req->path, "/items") == 0)
		return answer_items(req, job->result);
	if (strcmp(req->path, "/parts") == 0)
		return answer_part(req, job->result);
	return answer(req, 200, text, write_item(text, job->result, 0));
}
