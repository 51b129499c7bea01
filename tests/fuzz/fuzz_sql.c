/* Any bytes as a file of queries, as a query, and as a lock. */
#include "gen/sql_lock.h"
#include "gen/sql_null.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

/* Every place of a query's text leads into its file, and a parameter's to a
 * colon there. */
static void
check_places(const struct sql_query *q)
{
	for (size_t i = 0; i <= q->text.n; i++) {
		struct source_pos pos = sql_query_pos(q, i, 1);

		if (pos.line == 0 || pos.line > q->source->n_lines)
			__builtin_trap();
	}
	for (size_t i = 0; i < q->n_params; i++) {
		struct source_pos pos = q->params[i].pos;

		if (source_line(q->source, pos.line).p[pos.col - 1] != ':')
			__builtin_trap();
	}
}

static void
read_queries(struct rt_arena *arena, struct diag *diag,
    const struct source *source, struct sql_queries *queries)
{
	bool never[4];

	sql_queries_read(arena, diag, RT_LIT("pets"), source, queries);
	for (size_t i = 0; i < queries->n; i++) {
		check_places(&queries->v[i]);
		(void)sql_null_extended(arena, queries->v[i].text);
		memset(never, 0, sizeof(never));
		sql_null_never(arena, queries->v[i].text, never, RT_LEN(never));
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct rt_str text = {(const char *)data, n};
	struct rt_arena *arena = rt_arena_open((size_t)1 << 28, NULL, NULL);
	struct diag *diag = diag_open(arena);
	const struct source *source = source_of(arena, "pets.sql", text);
	struct sql_queries queries = {0}, none = {0};
	struct sql_migrations migrations = {0};
	const struct sql_lock_input in = {source, &none, &migrations};
	struct sql_lock lock;
	FILE *null = fopen("/dev/null", "w");

	if (n < 65536)
		read_queries(arena, diag, source, &queries);
	(void)sql_lock_read(arena, diag, &in, &lock);
	if (null != NULL) {
		diag_print(diag, null);
		fclose(null);
	}
	rt_arena_close(arena);
	return 0;
}
