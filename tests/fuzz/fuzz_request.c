/* A request of any bytes is taken apart or refused with a line that it has. */
#include <stdlib.h>

#include "runtime/try_request.h"

static unsigned
count_lines(const uint8_t *data, size_t n)
{
	unsigned lines = 2; /* a body that is missing stands behind the last */

	for (size_t i = 0; i < n; i++)
		lines += data[i] == '\n';
	return lines;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct rt_arena *a = rt_arena_open(1 << 20, NULL, NULL);
	struct rt_try_request r;
	unsigned line = 0;
	const char *why = NULL;

	if (rt_try_parse(a, (struct rt_str){(const char *)data, n}, &r, &line,
		&why)) {
		if (r.path.n == 0 || r.path.p[0] != '/' || r.method.n == 0)
			abort();
	} else if (why == NULL || line == 0 || line > count_lines(data, n)) {
		abort();
	}
	rt_arena_close(a);
	return 0;
}
