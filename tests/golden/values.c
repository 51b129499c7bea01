/*
 * Values through generated code: checked, read into C, written again.  Built
 * by tests/golden/run with API, the type of all values, such as api_shelf, and
 * MODEL, its header.
 * Each line of the file is a value, and behind a tab what is written for it
 * where that is another one; or '!', the errors that are expected, a tab, and
 * a value that is refused with them.
 */
#include <stdio.h>
#include <stdlib.h>

#include "api/api.h"
#include MODEL

#define PASTE(a, b) a##b
#define NAME(type, what) PASTE(type, what)

static struct rt_arena *arena;
static struct rt_patterns *patterns;
static unsigned failures;

static const struct rt_node *
parse(struct rt_str text)
{
	struct rt_json_error err;
	const struct rt_node *v =
	    rt_json_parse(arena, text, &rt_json_default_limits, &err);

	if (v != NULL)
		return v;
	printf("no JSON: %.*s: %.*s\n", RT_FMT(text), RT_FMT(err.text));
	exit(1);
}

static struct rt_check
check(const struct rt_node *v)
{
	struct rt_check c = {
	    .arena = arena,
	    .patterns = patterns,
	    .in = RT_IN_BODY,
	    .root = v,
	};

	NAME(API, _check)(&c, v);
	return c;
}

static struct rt_str
errors(const struct rt_check *c)
{
	const struct rt_problem problem = {&rt_code_validation, {NULL, 0}};
	struct rt_buf b = rt_buf(arena, SIZE_MAX);
	struct rt_writer w = rt_writer(&b);

	rt_problem_write(&w, 422, &problem,
	    &(struct rt_problem_context){.faults = c});
	return rt_buf_str(&b);
}

/* Reads and writes; what was checked without a check, as a handler would that
 * keeps JSON in a database, has to be read the same. */
static struct rt_str
again(struct rt_check *c, const struct rt_node *v)
{
	struct NAME(API, ) *out = rt_arena_new(arena, sizeof(*out));
	struct rt_buf b = rt_buf(arena, SIZE_MAX);
	struct rt_writer w = rt_writer(&b);

	NAME(API, _read)(c, v, out);
	NAME(API, _write)(&w, out);
	return rt_buf_str(&b);
}

static void
play_value(struct rt_str value, struct rt_str expected)
{
	const struct rt_node *v = parse(value), *want = parse(expected);
	struct rt_check c = check(v);
	struct rt_check unchecked = {.arena = arena, .patterns = patterns};
	struct rt_str got;

	if (c.n > 0) {
		failures++;
		printf("%.*s\nis refused: %.*s\n", RT_FMT(value),
		    RT_FMT(errors(&c)));
		return;
	}
	got = again(&c, v);
	if (!rt_node_eq(parse(got), want)) {
		failures++;
		printf("%.*s\nbecomes %.*s\n", RT_FMT(value), RT_FMT(got));
	}
	if (!rt_str_eq(again(&unchecked, v), got)) {
		failures++;
		printf("%.*s\nis read in two ways\n", RT_FMT(value));
	}
}

/* The member `errors` of the problem. */
static void
play_refused(struct rt_str expected, struct rt_str value)
{
	struct rt_check c = check(parse(value));
	const struct rt_node *got = rt_node_get(parse(errors(&c)), "errors");

	if (got != NULL && rt_node_eq(got, parse(expected)))
		return;
	failures++;
	printf("%.*s\nis refused with %.*s\n", RT_FMT(value),
	    RT_FMT(errors(&c)));
}

int
main(int argc, char **argv)
{
	FILE *f = argc == 2 ? fopen(argv[1], "r") : NULL;
	const char *why = "";
	char *line = NULL;
	size_t size = 0;
	ssize_t n;

	if (f == NULL)
		return 2;
	patterns = rt_patterns_open(api.patterns, api.n_patterns, &why);
	while ((n = getline(&line, &size, f)) > 0) {
		struct rt_str rest = {line, (size_t)n - 1}, first;

		if (line[0] == '#')
			continue;
		arena = rt_arena_open(SIZE_MAX, NULL, NULL);
		first = rt_str_cut(&rest, '\t');
		if (first.p[0] == '!')
			play_refused((struct rt_str){first.p + 1, first.n - 1},
			    rest);
		else
			play_value(first, rest.p == NULL ? first : rest);
		rt_arena_close(arena);
	}
	free(line);
	fclose(f);
	rt_patterns_close(patterns);
	return failures > 0;
}
