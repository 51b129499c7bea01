/*
 * Asks the generated checks every question of the suites:
 *
 *	judge SUITE
 *
 * prints a line for each test that fails, and at last how many there are.  A
 * test passes if the check and schema_accepts() both say what the suite says.
 *
 *	judge --agree
 *
 * asks each check about the data of all groups, and tells where it differs
 * from schema_accepts(): a line for each such group, and how many checks there
 * are.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/conformance/conformance.h"

enum { SECONDS = 60, MEMORY = 256 * 1024 * 1024 };

/* The check of a group at work. */
struct work {
	const struct conformance_group *group;
	struct rt_arena *arena;
	struct rt_patterns *patterns;
	const char *trouble; /* there is no check; NULL: there is */
	unsigned *answered; /* tests; shared with the process that waits */
};

typedef void judgement(struct work *);

static void
complain(const struct conformance_group *g, const char *test, const char *what)
{
	printf("%s | %s | %s | %s\n", g->file, g->description, test, what);
}

/* Whether the check accepts the data; *why tells what it has against it. */
static bool
check_accepts(const struct work *w, unsigned data, const char **why)
{
	struct rt_json_error err;
	struct rt_check c = {
	    .arena = w->arena,
	    .patterns = w->patterns,
	    .in = RT_IN_BODY,
	};

	*why = "the check accepts it";
	c.root = rt_json_parse(w->arena, rt_str(conformance_data[data]),
	    &rt_json_default_limits, &err);
	w->group->check(&c, c.root);
	if (c.n == 0)
		return true;
	*why = rt_arena_printf(w->arena, "the check refuses it (%s at '%.*s')",
	    c.faults[0].keyword, RT_FMT(c.faults[0].pointer))
		   .p;
	return false;
}

static void
judge_test(const struct work *w, const struct conformance_test *t)
{
	bool accepted = w->group->verdicts[t->data] == '1';
	const char *what = w->trouble;

	if (what == NULL && check_accepts(w, t->data, &what) == t->valid)
		what = NULL;
	if (accepted != t->valid)
		what = rt_arena_printf(w->arena, "%s%sthe evaluator %s it",
		    what == NULL ? "" : what, what == NULL ? "" : ", ",
		    accepted ? "accepts" : "refuses")
			   .p;
	if (what != NULL)
		complain(w->group, t->description, what);
	rt_arena_reset(w->arena);
}

static void
judge_tests(struct work *w)
{
	for (unsigned i = 0; i < w->group->n_tests; i++) {
		judge_test(w, &w->group->tests[i]);
		(*w->answered)++;
	}
}

static void
judge_agreement(struct work *w)
{
	bool agrees = true;

	for (unsigned i = 0; agrees && conformance_data[i] != NULL; i++) {
		bool accepted = w->group->verdicts[i] == '1';
		const char *why;

		agrees = check_accepts(w, i, &why) == accepted;
		if (!agrees)
			complain(w->group, conformance_data[i], why);
		rt_arena_reset(w->arena);
	}
	*w->answered = w->group->n_tests;
}

static void
work_on(const struct conformance_group *g, judgement *fn, unsigned *answered)
{
	struct work w = {
	    .group = g,
	    .arena = rt_arena_open(MEMORY, NULL, NULL),
	    .trouble = g->trouble,
	    .answered = answered,
	};
	const char *why;

	if (w.trouble == NULL) {
		w.patterns = rt_patterns_open(g->patterns, g->n_patterns, &why);
		if (w.patterns == NULL)
			w.trouble = why;
	}
	fn(&w);
	rt_patterns_close(w.patterns);
	rt_arena_close(w.arena);
}

/* In a process of its own, which shares *answered: a check that does not end,
 * or that crashes, is a failure and not the end of the run. */
static void
judge(const struct conformance_group *g, judgement *fn, unsigned *answered)
{
	int status;
	pid_t pid;

	*answered = 0;
	fflush(stdout);
	pid = fork();
	if (pid == 0) {
		alarm(SECONDS);
		work_on(g, fn, answered);
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
		complain(g, g->tests[i].description,
		    "the check crashes, or does not end");
}

int
main(int argc, char **argv)
{
	unsigned *answered = mmap(NULL, sizeof(*answered),
	    PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	unsigned total = 0;

	if (argc != 2 || answered == MAP_FAILED) {
		fprintf(stderr, "usage: judge SUITE|--agree\n");
		return 2;
	}
	for (unsigned i = 0; conformance_groups[i] != NULL; i++) {
		const struct conformance_group *g = conformance_groups[i];
		bool all = strcmp(argv[1], "--agree") == 0;

		if (all ? g->trouble != NULL : strcmp(g->suite, argv[1]) != 0)
			continue;
		judge(g, all ? judge_agreement : judge_tests, answered);
		total += all ? 1 : g->n_tests;
	}
	printf("%u\n", total);
	return 0;
}
