/* PostgreSQL's errors at their place in the query's file. */
#include "gen/sql_describe.h"
#include "gen/sql_lex.h"

/* The number behind a dollar; 0 for none. */
static size_t
number_at(struct rt_str text, size_t *end)
{
	size_t n = 0;

	for (*end = 1; *end < text.n && *end < 5; (*end)++) {
		char c = text.p[*end];

		if (c < '0' || c > '9')
			break;
		n = n * 10 + (size_t)(c - '0');
	}
	return n;
}

/* The sentence with ":id" in the place of "$1", which nobody has written. */
static struct rt_str
with_names(struct rt_arena *arena, const struct sql_query *q, const char *text)
{
	struct rt_buf b = rt_buf(arena, SOURCE_MAX);
	struct rt_str rest = rt_str(text);

	while (rest.n > 0) {
		size_t end = 1, n = 0;

		if (rest.p[0] == '$')
			n = number_at(rest, &end);
		if (n > 0 && n <= q->n_params)
			rt_buf_printf(&b, ":%.*s",
			    RT_FMT(q->params[n - 1].name));
		else
			rt_buf_add(&b, (struct rt_str){rest.p, end});
		rest.p += end;
		rest.n -= end;
	}
	return b.n == 0 ? RT_LIT("") : rt_buf_str(&b);
}

static void
add_help(struct rt_arena *arena, struct diag *diag, const struct sql_query *q,
    const char *text)
{
	if (text != NULL)
		diag_help(diag, "%.*s", RT_FMT(with_names(arena, q, text)));
}

bool
sql_report(struct sql_db *db, struct diag *diag, const struct sql_query *q,
    const PGresult *result)
{
	const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
	const char *text = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
	const char *at = PQresultErrorField(result, PG_DIAG_STATEMENT_POSITION);
	size_t byte = database_byte(q->text, at);

	/* Syntax, names and types; all else is the database's trouble. */
	if (state == NULL || text == NULL ||
	    (memcmp(state, "42", 2) != 0 && memcmp(state, "22", 2) != 0 &&
		memcmp(state, "0A", 2) != 0)) {
		db->trouble = database_trouble(db->arena, "the database",
		    PQerrorMessage(db->pg));
		return false;
	}
	diag_error(diag,
	    at == NULL ? q->pos
		       : sql_query_pos(q, byte,
			     sql_lex_length(db->arena, q->text, byte)),
	    "sql-query", "%.*s", RT_FMT(with_names(db->arena, q, text)));
	add_help(db->arena, diag, q,
	    PQresultErrorField(result, PG_DIAG_MESSAGE_DETAIL));
	add_help(db->arena, diag, q,
	    PQresultErrorField(result, PG_DIAG_MESSAGE_HINT));
	return true;
}
