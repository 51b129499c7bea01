/* What the compiler of the suites hands to the program that runs them. */
#ifndef CONFORMANCE_H
#define CONFORMANCE_H

#include "runtime/check.h"

struct conformance_test {
	const char *description;
	unsigned data; /* its number in conformance_data */
	bool valid; /* what the suite says */
};

/* A schema with its tests. */
struct conformance_group {
	const char *suite; /* "required" */
	const char *file; /* "anchor.json" */
	const char *description;
	const char *trouble; /* why the schema has no check; NULL: it has one */
	rt_check_fn *check;
	const char *const *patterns;
	unsigned n_patterns;
	const struct conformance_test *tests;
	unsigned n_tests;
	/* What schema_accepts() says to each of conformance_data: '1' or '0'. */
	const char *verdicts;
};

/* All groups; NULL ends them. */
extern const struct conformance_group *const conformance_groups[];

/* JSON, each value once; NULL ends them. */
extern const char *const conformance_data[];

#endif /* CONFORMANCE_H */
