#include <stdlib.h>

#include "runtime/server.h"
#include "runtime/sql_run.h"

/* --- Before --- */

bool
rt_sql_admit(const struct rt_sql_args *args, const struct rt_sql_query *query)
{
	struct rt_call *call = args->call;

	call->violated = RT_LIT("");
	if (call->server->db == NULL)
		return rt_fail_unavailable(call, "database: none is set up");
	if (args->n != query->n_params || args->n > RT_DB_VALUES_MAX)
		return rt_fail(call, "database: %s has %u parameters, not %u",
		    query->name, query->n_params, args->n);
	if (args->impossible || args->bytes.full)
		return rt_fail(call, "database: %s: a parameter can't be sent",
		    query->name);
	return true;
}

/* A value of no bytes is not null. */
static const char *
value_of(const struct rt_sql_args *args, unsigned i)
{
	const struct rt_sql_arg *arg = &args->v[i];

	if (arg->length == -1)
		return NULL;
	return arg->length == 0 ? "" : args->bytes.p + arg->at;
}

/*
 * Everything a query needs is taken from the arena before it starts: a full
 * arena ends the call, and then the query must know what to give back.
 */
struct rt_db_query *
rt_sql_prepare(const struct rt_sql_args *args, const struct rt_sql_query *query,
    struct rt_db_set *set)
{
	struct rt_arena *arena = args->call->arena;
	struct rt_db_query *q = rt_db_query_new(args->call, set, query->sql);
	const char **values = rt_arena_array(arena, args->n, sizeof(*values));
	int *numbers = rt_arena_array(arena, args->n, 2 * sizeof(*numbers));

	for (unsigned i = 0; i < args->n; i++) {
		values[i] = value_of(args, i);
		numbers[i] = args->v[i].length;
		numbers[args->n + i] = 1;
	}
	q->name = query->name;
	q->n = (int)args->n;
	q->types = query->types;
	q->values = values;
	q->lengths = numbers;
	q->formats = numbers + args->n;
	q->format = 1;
	return q;
}

enum rt_db_set_kind
rt_sql_where(const struct rt_call *call, const struct rt_sql_query *query)
{
	const struct rt_db_pool *pool = call->server->db;

	if (query->read && !call->wrote && pool->sets[RT_DB_REPLICA].n_up > 0)
		return RT_DB_REPLICA;
	return RT_DB_PRIMARY;
}

/* --- After --- */

static bool
is_violation(struct rt_str state)
{
	static const char *const states[] = {
	    "23505", /* unique */
	    "23503", /* foreign key */
	    "23514", /* check */
	    "23502", /* not null */
	    "23P01", /* exclusion */
	};

	for (unsigned i = 0; i < RT_LEN(states); i++) {
		if (rt_str_is(state, states[i]))
			return true;
	}
	return false;
}

/* Empty where PostgreSQL names none. */
static struct rt_str
constraint_of(struct rt_call *call, const PGresult *r)
{
	struct rt_str name = rt_db_field(r, PG_DIAG_CONSTRAINT_NAME);
	struct rt_str table = rt_db_field(r, PG_DIAG_TABLE_NAME);
	struct rt_str column = rt_db_field(r, PG_DIAG_COLUMN_NAME);

	if (name.n > 0 || table.n == 0 || column.n == 0)
		return name;
	return rt_printf(call, "%.*s_%.*s_not_null", RT_FMT(table),
	    RT_FMT(column));
}

enum rt_sql
rt_sql_judge(struct rt_db_query *q)
{
	struct rt_call *call = q->call;
	struct rt_str name;

	if (rt_db_is_good(q->result))
		return RT_SQL_OK;
	if (is_violation(rt_db_field(q->result, PG_DIAG_SQLSTATE))) {
		name = constraint_of(call, q->result);
		if (name.n > 0) {
			call->violated = name;
			return RT_SQL_VIOLATED;
		}
	}
	(void)rt_db_query_failed(q);
	return RT_SQL_FAILED;
}

enum rt_sql
rt_sql_take(struct rt_db_query *q, const struct rt_sql_query *query,
    struct rt_sql_rows *rows)
{
	enum rt_sql got = rt_sql_judge(q);
	unsigned n;

	if (got != RT_SQL_OK)
		return got;
	n = (unsigned)PQnfields(q->result);
	if (query->n_columns > 0 && n != query->n_columns) {
		(void)rt_fail(q->call,
		    "database: %s gives %u columns, but was described "
		    "with %u",
		    query->name, n, query->n_columns);
		return RT_SQL_FAILED;
	}
	rows->n = PQntuples(q->result);
	rows->affected = strtoll(PQcmdTuples(q->result), NULL, 10);
	rows->result = q->result;
	return RT_SQL_OK;
}

/* --- Running --- */

enum rt_sql
rt_sql_run(struct rt_sql_args *args, const struct rt_sql_query *query,
    struct rt_sql_rows *rows)
{
	struct rt_call *call = args->call;
	struct rt_db_query *q;

	*rows = (struct rt_sql_rows){0};
	if (!rt_sql_admit(args, query))
		return RT_SQL_FAILED;
	q = rt_sql_prepare(args, query,
	    &call->server->db->sets[rt_sql_where(call, query)]);
	q->shares = query->read && q->tx == NULL;
	if (!query->read)
		call->wrote = true;
	if (!rt_db_query_run(q))
		return RT_SQL_FAILED;
	return rt_sql_take(q, query, rows);
}

struct rt_str
rt_sql_column(const struct rt_sql_rows *rows, int row, int column)
{
	const PGresult *r = rows->result;
	int at = rows->first + row;

	if (r == NULL || row < 0 || row >= rows->n || column < 0 ||
	    column >= PQnfields(r) || PQgetisnull(r, at, column))
		return (struct rt_str){NULL, 0};
	return (struct rt_str){PQgetvalue(r, at, column),
	    (size_t)PQgetlength(r, at, column)};
}

struct rt_str
rt_sql_constraint(const struct rt_call *call)
{
	return call->violated.p == NULL ? RT_LIT("") : call->violated;
}

enum rt_sql
rt_sql_misread(struct rt_call *call, const struct rt_sql_query *query,
    int column)
{
	(void)rt_fail(call,
	    "database: %s: column %d is not what it was described with",
	    query->name, column + 1);
	return RT_SQL_FAILED;
}

bool
rt_sql_up(const struct rt_call *call)
{
	return call->server->db != NULL && rt_db_pool_up(call->server->db);
}
