/* Any text is split: each statement is one, and nothing is between them. */
#include <stdlib.h>

#include "gen/sql_split.h"

static void
require(bool holds)
{
	if (!holds)
		abort();
}

static size_t
count(struct rt_arena *arena, struct rt_str text, size_t from, size_t to)
{
	return sql_split(arena, (struct rt_str){text.p + from, to - from}).n;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct rt_str text = {n == 0 ? "" : (const char *)data, n};
	struct rt_arena *arena = rt_arena_open((size_t)1 << 30, NULL, NULL);
	struct sql_statements all = sql_split(arena, text);
	size_t end = 0;

	for (size_t i = 0; i < all.n; i++) {
		const struct sql_statement *s = &all.v[i];

		require(end <= s->start && s->start < s->end && s->end <= n);
		require(count(arena, text, end, s->start) == 0);
		require(count(arena, text, s->start, s->end) == 1);
		end = s->end;
	}
	require(count(arena, text, end, n) == 0);
	rt_arena_close(arena);
	return 0;
}
