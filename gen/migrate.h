/*
 * `kontract migrate`: the files NNNN_words.sql of a directory, in their order,
 * and the database that DATABASE_URL names, whose table schema_migrations has
 * what was applied to it.
 */
#ifndef GEN_MIGRATE_H
#define GEN_MIGRATE_H

#include <stdio.h>

#include "gen/diag.h"

struct migrate_options {
	const char *format; /* of status: text or json */
	const char *to; /* a number, up to which files are applied; or NULL */
	const char *wait; /* seconds for another run to end */
	const char *lock_timeout; /* seconds */
	const char *statement_timeout; /* seconds; 0: none */
	bool dry_run;
	bool resume;
	bool restart;
	bool scratch;
};

extern const struct migrate_options migrate_defaults;

/* What main passes on. */
struct migrate_call {
	const struct migrate_options *options;
	const char *const *arguments; /* behind "migrate"; NULL ends */
	bool quiet;
	struct diag *diag;
	FILE *out; /* results */
	FILE *log; /* what is waited for */
};

enum migrate_outcome {
	MIGRATE_DONE = 1,
	MIGRATE_FAULT, /* of files or database; what is at fault is in diag */
	MIGRATE_USAGE, /* `why` tells, as below */
	MIGRATE_MACHINE, /* no database, no such directory */
};

/* The password of DATABASE_URL is in nothing that is said or printed. */
enum migrate_outcome migrate_run(struct rt_arena *, const struct migrate_call *,
    const char **why);

#endif /* GEN_MIGRATE_H */
