/*
 * A test is a function that registers itself; each runs in a process of its
 * own, with a time limit, so that a crash or a hang is one failure and not
 * the end of the run.  Sanitizers see every test.
 */
#ifndef TEST_H
#define TEST_H

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

struct test {
	const char *name;
	void (*run)(void);
	struct test *next;
};

static struct test *test_first, **test_last = &test_first;
static const char *test_now;

#define TEST(fn) \
	static void fn(void); \
	__attribute__((constructor)) static void fn##_register(void) \
	{ \
		static struct test t = {#fn, fn, NULL}; \
		*test_last = &t; \
		test_last = &t.next; \
	} \
	static void fn(void)

#define CHECK(cond) \
	do { \
		if (!(cond)) { \
			fprintf(stderr, "%s:%d: %s: %s\n", __FILE__, __LINE__, \
			    test_now, #cond); \
			exit(1); \
		} \
	} while (0)

#define CHECK_INT(got, want) \
	do { \
		intmax_t got_ = (intmax_t)(got), want_ = (intmax_t)(want); \
		if (got_ != want_) { \
			fprintf(stderr, \
			    "%s:%d: %s: %s is %jd, expected %jd\n", __FILE__, \
			    __LINE__, test_now, #got, got_, want_); \
			exit(1); \
		} \
	} while (0)

/* Compares an rt_str with a C string. */
#define CHECK_STR(got, want) \
	do { \
		struct rt_str got_ = (got); \
		const char *want_ = (want); \
		if (got_.n != strlen(want_) || \
		    memcmp(got_.p, want_, got_.n) != 0) { \
			fprintf(stderr, \
			    "%s:%d: %s: %s is\n\t\"%.*s\", expected\n\t\"%s\"\n", \
			    __FILE__, __LINE__, test_now, #got, (int)got_.n, \
			    got_.p, want_); \
			exit(1); \
		} \
	} while (0)

static bool
test_fork(const struct test *t)
{
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		alarm(60);
		test_now = t->name;
		t->run();
		exit(0);
	}
	return pid > 0 && waitpid(pid, &status, 0) == pid && status == 0;
}

/* Arguments name the tests to run; none means all. */
int
main(int argc, char **argv)
{
	unsigned passed = 0, failed = 0;

	setvbuf(stdout, NULL, _IOLBF, 0);
	for (const struct test *t = test_first; t != NULL; t = t->next) {
		bool wanted = argc == 1;

		for (int i = 1; i < argc; i++)
			wanted = wanted || strcmp(argv[i], t->name) == 0;
		if (!wanted)
			continue;
		if (test_fork(t)) {
			passed++;
			continue;
		}
		failed++;
		printf("not ok: %s %s\n", argv[0], t->name);
	}
	printf("%u passed, %u failed\n", passed, failed);
	return failed != 0;
}

#endif /* TEST_H */
