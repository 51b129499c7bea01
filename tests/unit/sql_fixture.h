/*
 * What PostgreSQL itself makes of binary values: a test writes one, and
 * compares what comes back, in both formats.
 */
#ifndef SQL_FIXTURE_H
#define SQL_FIXTURE_H

#include <postgresql/libpq-fe.h>

#include "runtime/sql.h"
#include "tests/unit/test.h"

static inline struct rt_arena *
arena(void)
{
	static struct rt_arena *a;

	if (a == NULL)
		a = rt_arena_open(SIZE_MAX, NULL, NULL);
	return a;
}

static inline struct rt_buf
buf(void)
{
	return rt_buf(arena(), SIZE_MAX / 2);
}

/* The test's connection; the test ends loudly where there is no database. */
static inline PGconn *
database(void)
{
	static PGconn *pg;

	if (pg != NULL)
		return pg;
	if (getenv("TEST_DATABASE_URL") == NULL) {
		printf("SKIP %s: TEST_DATABASE_URL is not set\n", test_now);
		exit(0);
	}
	pg = PQconnectdb(getenv("TEST_DATABASE_URL"));
	CHECK(PQstatus(pg) == CONNECTION_OK);
	PQclear(PQexec(pg, "set timezone = 'UTC'"));
	return pg;
}

enum { COLUMNS_MAX = 4 };

struct row {
	struct rt_str v[COLUMNS_MAX]; /* p is NULL for null */
};

/* The row of a result, which is cleared. */
static inline struct row
take_row(PGresult *r)
{
	struct row row = {0};

	for (int i = 0; i < PQnfields(r) && i < COLUMNS_MAX; i++) {
		if (PQgetisnull(r, 0, i))
			continue;
		row.v[i] = rt_arena_copy(arena(),
		    (struct rt_str){PQgetvalue(r, 0, i),
			(size_t)PQgetlength(r, 0, i)});
	}
	PQclear(r);
	return row;
}

/* Runs a query with these parameters; what comes back is binary, too. */
static inline struct row
run_query(const char *sql, const struct rt_str *values, int n)
{
	enum { PARAMETERS_MAX = 4 };
	const char *p[PARAMETERS_MAX];
	int lengths[PARAMETERS_MAX], binary[PARAMETERS_MAX];
	PGresult *r;

	for (int i = 0; i < n; i++) {
		p[i] = values[i].p;
		lengths[i] = (int)values[i].n;
		binary[i] = 1;
	}
	r = PQexecParams(database(), sql, n, NULL, p, lengths, binary, 1);
	if (PQresultStatus(r) != PGRES_TUPLES_OK)
		fprintf(stderr, "%s: %s\n", sql, PQresultErrorMessage(r));
	CHECK(PQresultStatus(r) == PGRES_TUPLES_OK);
	return take_row(r);
}

/* The binary form of an expression. */
static inline struct rt_str
ask(const char *expression)
{
	struct rt_str sql = rt_arena_printf(arena(), "select %s", expression);

	return run_query(sql.p, NULL, 0).v[0];
}

/* A value after it has been in the database, and its text there. */
struct echo {
	struct rt_str bytes;
	struct rt_str text;
};

static inline struct echo
echo(struct rt_buf b, const char *type)
{
	struct rt_str value = rt_buf_str(&b);
	struct rt_str sql =
	    rt_arena_printf(arena(), "select $1::%s, $1::%s::text", type, type);
	struct row row;

	CHECK(!b.full);
	row = run_query(sql.p, &value, 1);
	return (struct echo){row.v[0], row.v[1]};
}

/* A number that looks random and is the same in each run. */
static inline uint64_t
next_random(void)
{
	static uint64_t state = UINT64_C(0x9e3779b97f4a7c15);

	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state;
}

static inline int64_t
random_between(int64_t least, int64_t most)
{
	return least + (int64_t)(next_random() % (uint64_t)(most - least + 1));
}

#endif /* SQL_FIXTURE_H */
