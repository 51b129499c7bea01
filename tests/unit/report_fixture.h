/* What a module of the compiler reports, as text. */
#ifndef REPORT_FIXTURE_H
#define REPORT_FIXTURE_H

#include <stdlib.h>

#include "gen/diag.h"

/* All that diag_print() prints, with a NUL behind it. */
static inline struct rt_str
report_text(struct rt_arena *arena, const struct diag *d)
{
	struct rt_str copy;
	char *text = NULL;
	size_t n = 0;
	FILE *f = open_memstream(&text, &n);

	diag_print(d, f);
	fclose(f);
	copy = rt_arena_copy(arena, (struct rt_str){text, n});
	free(text);
	return copy;
}

#endif /* REPORT_FIXTURE_H */
