/* The first line is a pattern, the rest what it is searched in. */
#include <stdlib.h>

#include "runtime/check.h"

enum { TEXT_MAX = 4096 };

static void
require(bool holds)
{
	if (!holds)
		abort();
}

static void
match(const char *pattern, struct rt_str text)
{
	const char *const texts[] = {pattern};
	const char *why = NULL;
	struct rt_patterns *p = rt_patterns_open(texts, 1, &why);
	enum rt_match first;

	if (p == NULL) {
		require(why != NULL);
		return;
	}
	first = rt_patterns_match(p, 0, text);
	require(first == rt_patterns_match(p, 0, text));
	require(rt_str_is_utf8(text) || first == RT_MATCH_NO);
	rt_patterns_close(p);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct rt_str rest = {n == 0 ? "" : (const char *)data, n};
	struct rt_str line = rt_str_cut(&rest, '\n');
	char pattern[TEXT_MAX];

	/* A contract has no NUL in a pattern. */
	if (rest.p == NULL || line.n >= sizeof(pattern) ||
	    memchr(line.p, '\0', line.n) != NULL)
		return 0;
	memcpy(pattern, line.p, line.n);
	pattern[line.n] = '\0';
	match(pattern, rest);
	return 0;
}
