/* Any bytes as Kore's configuration, of both dialects: checked and reported. */
#include "gen/conf.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct rt_str text = {(const char *)data, n};
	FILE *null = fopen("/dev/null", "w");

	for (int kore = CONF_KORE_41; kore <= CONF_KORE_42; kore++) {
		struct rt_arena *arena =
		    rt_arena_open((size_t)1 << 28, NULL, NULL);
		struct diag *diag = diag_open(arena);

		conf_check(arena, diag, source_of(arena, "kore.conf", text),
		    (enum conf_kore)kore);
		if (null != NULL)
			diag_print(diag, null);
		rt_arena_close(arena);
	}
	if (null != NULL)
		fclose(null);
	return 0;
}
