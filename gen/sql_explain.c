/* The plans of the queries, and the tables that these read from end to end. */
#include "gen/sql_describe.h"
#include "gen/sql_lex.h"
#include "runtime/json.h"

/* What can be prepared by PREPARE, and so explained. */
static bool
is_explained(struct rt_arena *arena, const struct sql_query *q)
{
	static const char *const first[] = {"select", "insert", "update",
	    "delete", "merge", "with", "values", "table", "("};
	struct sql_lex l = sql_lex(arena, q->text);

	(void)sql_lex_next(&l);
	for (size_t i = 0; i < RT_LEN(first); i++) {
		if (sql_lex_is(&l, first[i]))
			return true;
	}
	return false;
}

/* "EXPLAIN (FORMAT JSON) EXECUTE kontract_explained(NULL, NULL)" */
static const char *
explain_text(struct rt_arena *arena, const struct sql_query *q)
{
	struct rt_buf b = rt_buf(arena, SOURCE_MAX);

	rt_buf_cstr(&b, "EXPLAIN (FORMAT JSON) EXECUTE kontract_explained");
	for (size_t i = 0; i < q->n_params; i++)
		rt_buf_cstr(&b, i == 0 ? "(NULL" : ", NULL");
	rt_buf_cstr(&b, q->n_params > 0 ? ")" : "");
	rt_buf_byte(&b, '\0');
	return b.p;
}

/* --- Large tables --- */

static const char large_query[] =
    "SELECT c.relname FROM pg_catalog.pg_class c"
    " WHERE c.relkind IN ('r', 'p')"
    "   AND pg_catalog.obj_description(c.oid, 'pg_class') ~* '^large\\M'";

static bool
is_large(const struct sql_table *large, struct rt_str name)
{
	for (size_t i = 0; i < large->rows; i++) {
		if (rt_str_eq(sql_table_at(large, i, 0), name))
			return true;
	}
	return false;
}

/* Objects anywhere in the plan: the tape is flat. */
static void
look(struct diag *diag, const struct sql_query *q, const struct rt_node *root,
    const struct sql_table *large)
{
	for (const struct rt_node *v = root; v < root + root->span; v++) {
		const struct rt_node *type, *table;

		if (v->type != RT_OBJECT)
			continue;
		type = rt_node_get(v, "Node Type");
		table = rt_node_get(v, "Relation Name");
		if (type == NULL || table == NULL ||
		    !rt_str_is(rt_node_str(type), "Seq Scan") ||
		    !is_large(large, rt_node_str(table)))
			continue;
		diag_error(diag, q->pos, "sql-scan",
		    "'%.*s' reads the large table %.*s from end to end",
		    RT_FMT(q->name), RT_FMT(rt_node_str(table)));
		diag_help(diag,
		    "an index on what it asks for is missing, or "
		    "can't be used");
	}
}

/* --- Plans --- */

static bool
look_at_plan(struct sql_db *db, struct diag *diag, const struct sql_query *q,
    const struct sql_table *large)
{
	struct rt_json_error error;
	const struct rt_node *root;
	struct sql_table plan;

	if (!sql_db_query(db, explain_text(db->arena, q), NULL, &plan))
		return false;
	root = rt_json_parse(db->arena, sql_table_at(&plan, 0, 0),
	    &rt_json_default_limits, &error);
	if (root != NULL)
		look(diag, q, root, large);
	return sql_db_query(db, "DEALLOCATE kontract_explained", NULL, &plan);
}

static bool
explain(struct sql_db *db, struct diag *diag, const struct sql_query *q,
    const struct sql_table *large)
{
	PGresult *result;
	bool ok, told;

	if (!is_explained(db->arena, q))
		return true;
	result = PQprepare(db->pg, "kontract_explained", q->text.p, 0, NULL);
	ok = PQresultStatus(result) == PGRES_COMMAND_OK;
	told = ok || sql_report(db, diag, q, result);
	PQclear(result);
	return ok ? look_at_plan(db, diag, q, large) : told;
}

bool
sql_explain(struct sql_db *db, struct diag *diag,
    const struct sql_queries *queries)
{
	/* One plan for all parameters, and an index wherever there is one: a
	 * test database has too few rows for the planner to bother. */
	static const char *const settings[] = {
	    "SET plan_cache_mode = force_generic_plan",
	    "SET enable_seqscan = off",
	};
	struct sql_table large;

	for (size_t i = 0; i < RT_LEN(settings); i++) {
		if (!sql_db_query(db, settings[i], NULL, &large))
			return false;
	}
	if (!sql_db_query(db, large_query, NULL, &large))
		return false;
	for (size_t i = 0; i < queries->n; i++) {
		if (!explain(db, diag, &queries->v[i], &large))
			return false;
	}
	return true;
}
