/* Puts the database back to what the contract's examples speak of. */
#include <libpq-fe.h>
#include <stdlib.h>
#include <unistd.h>

#include "runtime/contract_run.h"
#include "runtime/db.h"

enum { SQL_MAX = 16 * 1024 * 1024, TRIES = 5 };

struct contract_reset {
	struct rt_arena *arena;
	PGconn *db;
	const char *sql;
};

static const char *
read_file(struct rt_arena *arena, const char *path)
{
	struct rt_buf b = rt_buf(arena, SQL_MAX);
	FILE *f = fopen(path, "r");
	char piece[4096];
	size_t n;

	if (f == NULL)
		return NULL;
	while ((n = fread(piece, 1, sizeof(piece), f)) > 0)
		rt_buf_add(&b, (struct rt_str){piece, n});
	if (ferror(f) || b.full) {
		fclose(f);
		return NULL;
	}
	fclose(f);
	return rt_arena_copy(arena, rt_buf_str(&b)).p;
}

struct contract_reset *
contract_reset_open(struct rt_arena *arena, const char *url, const char *file,
    struct rt_str *why)
{
	struct contract_reset *r = rt_arena_new(arena, sizeof(*r));
	const char *fault;

	r->arena = arena;
	r->sql = read_file(arena, file);
	if (r->sql == NULL) {
		*why = rt_arena_printf(arena, "%s can't be read", file);
		return NULL;
	}
	fault = rt_db_url_fault(url);
	if (fault != NULL) {
		*why = rt_arena_printf(arena, "no database: %s", fault);
		return NULL;
	}
	r->db = PQconnectdb(url);
	if (PQstatus(r->db) == CONNECTION_OK)
		return r;
	*why = rt_arena_printf(arena, "no database: %s", PQerrorMessage(r->db));
	PQfinish(r->db);
	return NULL;
}

/* The server may still be at work on the request before: such a clash is
 * tried again. */
static bool
is_clash(const PGresult *result)
{
	const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);

	return state != NULL &&
	    (strcmp(state, "40P01") == 0 || strcmp(state, "40001") == 0);
}

bool
contract_reset_run(struct contract_reset *r, struct rt_str *why)
{
	for (int i = 0; i < TRIES; i++) {
		PGresult *result = PQexec(r->db, r->sql);
		bool ok = PQresultStatus(result) == PGRES_COMMAND_OK ||
		    PQresultStatus(result) == PGRES_TUPLES_OK;
		bool clash = !ok && is_clash(result);

		PQclear(result);
		if (ok)
			return true;
		*why = rt_arena_printf(r->arena, "the reset failed: %s",
		    PQerrorMessage(r->db));
		PQclear(PQexec(r->db, "ROLLBACK"));
		if (!clash)
			return false;
		usleep(50000);
	}
	return false;
}

void
contract_reset_close(struct contract_reset *r)
{
	if (r != NULL)
		PQfinish(r->db);
}
