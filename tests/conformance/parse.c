/* Whether the runtime takes each of the files as JSON, by the grammar alone:
 * prints `accepted FILE` or `refused FILE`. */
#include <stdio.h>

#include "gen/source.h"
#include "runtime/json.h"

enum { MEMORY = 256 * 1024 * 1024 };

static bool
judge(const char *path)
{
	struct rt_json_limits limits = rt_json_default_limits;
	struct rt_arena *arena = rt_arena_open(MEMORY, NULL, NULL);
	const struct source *file = source_open(arena, path);
	struct rt_json_error err;
	bool accepted;

	if (file == NULL) {
		perror(path);
		return false;
	}
	limits.repeats = true;
	accepted = rt_json_parse(arena, file->text, &limits, &err) != NULL;
	printf("%s %s\n", accepted ? "accepted" : "refused", path);
	rt_arena_close(arena);
	return true;
}

int
main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		if (!judge(argv[i]))
			return 2;
	}
	return 0;
}
