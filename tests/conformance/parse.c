/*
 * What the runtime takes as JSON:
 *
 *	conformance-parse FILE ...
 *	conformance-parse --beside-yajl FILE ...
 *
 * The first says it of each file, by the grammar alone, as `accepted FILE` or
 * `refused FILE`.  The second holds it against yajl, for each file, for what
 * remains when its end is cut off, and with a byte of it changed: prints
 * `same FILE` or `differs FILE`.
 */
#include <stdio.h>

#include "gen/source.h"
#include "tests/fuzz/yajl_tape.h"

enum {
	MEMORY = 256 * 1024 * 1024,
	PLACES = 16, /* in a file, where it is cut or changed */
};

static void
say(struct rt_arena *arena, const struct source *file)
{
	struct rt_json_limits limits = rt_json_default_limits;
	struct rt_json_error err;
	bool accepted;

	limits.repeats = true;
	accepted = rt_json_parse(arena, file->text, &limits, &err) != NULL;
	printf("%s %s\n", accepted ? "accepted" : "refused", file->path);
}

/* --- Beside yajl --- */

/* Where names may repeat and where they may not. */
static bool
agree(struct rt_str text)
{
	struct rt_json_limits limits = rt_json_default_limits;
	struct rt_arena *arena = rt_arena_open(MEMORY, NULL, NULL);
	struct rt_json_error err;
	bool same = true;

	for (int i = 0; same && i < 2; i++) {
		const struct rt_node *ours, *other;

		limits.repeats = i > 0;
		ours = rt_json_parse(arena, text, &limits, &err);
		other = yajl_tape(arena, text, &limits);
		same = ours == NULL || other == NULL
		    ? ours == other
		    : is_same_tape(ours, other);
	}
	rt_arena_close(arena);
	return same;
}

static void
compare(struct rt_arena *arena, const struct source *file)
{
	static const char bytes[] = "\"\\,:[]{}0 e\x01\xc3n.-";
	char *p = rt_arena_bytes(arena, file->text.n);
	struct rt_str text = {p, file->text.n};
	bool same;

	memcpy(p, file->text.p, text.n);
	same = agree(text);
	for (size_t i = 0; same && text.n > 0 && i < PLACES; i++) {
		size_t at = text.n * i / PLACES;
		char c = p[at];

		p[at] = bytes[i];
		same = agree((struct rt_str){p, at}) && agree(text);
		p[at] = c;
	}
	printf("%s %s\n", same ? "same" : "differs", file->path);
}

int
main(int argc, char **argv)
{
	bool beside = argc > 1 && strcmp(argv[1], "--beside-yajl") == 0;

	for (int i = beside ? 2 : 1; i < argc; i++) {
		struct rt_arena *arena = rt_arena_open(MEMORY, NULL, NULL);
		const struct source *file = source_open(arena, argv[i]);

		if (file == NULL) {
			perror(argv[i]);
			return 2;
		}
		(beside ? compare : say)(arena, file);
		rt_arena_close(arena);
	}
	return 0;
}
