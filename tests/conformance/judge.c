/*
 * Asks the generated checks every question of the suites:
 *
 *	judge SUITE
 *
 * prints a line for each test that fails, and at last how many there are.  A
 * test passes if the check and schema_accepts() both say what the suite says.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/conformance/conformance.h"

enum { SECONDS = 20, MEMORY = 256 * 1024 * 1024 };

static void
complain(const struct conformance_group *g, unsigned i, const char *what)
{
	printf("%s | %s | %s | %s\n", g->file, g->description,
	    g->tests[i].description, what);
}

/* What the generated check makes of the data; NULL if it is right. */
static const char *
wrong_check(struct rt_arena *arena, const struct conformance_group *g,
    const struct rt_patterns *patterns, const struct conformance_test *t)
{
	struct rt_json_error err;
	struct rt_check c = {
	    .arena = arena,
	    .patterns = patterns,
	    .in = RT_IN_BODY,
	};

	c.root = rt_json_parse(arena, rt_str(t->data), &rt_json_default_limits,
	    &err);
	if (c.root == NULL)
		return rt_arena_printf(arena, "the data is no JSON: %.*s",
		    RT_FMT(err.text))
		    .p;
	g->check(&c, c.root);
	if ((c.n == 0) == t->valid)
		return NULL;
	if (c.n == 0)
		return "the check accepts it";
	return rt_arena_printf(arena, "the check refuses it: %s at '%.*s'",
	    c.faults[0].keyword, RT_FMT(c.faults[0].pointer))
	    .p;
}

/* `why` is the reason for which there is no check, or NULL. */
static void
judge_test(const struct conformance_group *g,
    const struct rt_patterns *patterns, unsigned i, const char *why)
{
	struct rt_arena *arena = rt_arena_open(MEMORY, NULL, NULL);
	const struct conformance_test *t = &g->tests[i];
	const char *what = why;

	if (what == NULL)
		what = wrong_check(arena, g, patterns, t);
	if (t->accepted != t->valid)
		what = rt_arena_printf(arena, "%s%sthe evaluator %s it",
		    what == NULL ? "" : what, what == NULL ? "" : "; ",
		    t->accepted ? "accepts" : "refuses")
			   .p;
	if (what != NULL)
		complain(g, i, what);
	rt_arena_close(arena);
}

static void
judge_group(const struct conformance_group *g, unsigned *answered)
{
	const char *why = g->trouble;
	struct rt_patterns *patterns = NULL;

	if (why == NULL)
		patterns = rt_patterns_open(g->patterns, g->n_patterns, &why);
	if (patterns != NULL)
		why = NULL;
	for (unsigned i = 0; i < g->n_tests; i++) {
		judge_test(g, patterns, i, why);
		(*answered)++;
	}
	rt_patterns_close(patterns);
}

/* In a process of its own, which shares *answered: a check that does not end,
 * or that crashes, is a failure and not the end of the run. */
static void
judge(const struct conformance_group *g, unsigned *answered)
{
	int status;
	pid_t pid;

	*answered = 0;
	fflush(stdout);
	pid = fork();
	if (pid == 0) {
		alarm(SECONDS);
		judge_group(g, answered);
		fflush(stdout);
		_exit(0);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid) {
		perror("judge");
		exit(2);
	}
	if (status == 0)
		return;
	for (unsigned i = *answered; i < g->n_tests; i++)
		complain(g, i, "the check crashes, or does not end");
}

int
main(int argc, char **argv)
{
	unsigned *answered = mmap(NULL, sizeof(*answered),
	    PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	unsigned total = 0;

	if (argc != 2 || answered == MAP_FAILED) {
		fprintf(stderr, "usage: judge SUITE\n");
		return 2;
	}
	for (unsigned i = 0; conformance_groups[i] != NULL; i++) {
		const struct conformance_group *g = conformance_groups[i];

		if (strcmp(g->suite, argv[1]) != 0)
			continue;
		judge(g, answered);
		total += g->n_tests;
	}
	printf("%u\n", total);
	return 0;
}
