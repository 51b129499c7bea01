/* The command line of kontract(1). */
#ifndef GEN_OPTIONS_H
#define GEN_OPTIONS_H

#include "gen/conf.h"
#include "gen/generate.h"
#include "gen/lint_run.h"
#include "gen/migrate.h"
#include "gen/sql.h"
#include "gen/try.h"

enum { EXIT_CONTRACT = 1, EXIT_USAGE = 2, EXIT_MACHINE = 3 };

struct options {
	struct generate_options generate;
	struct lint_options lint;
	struct try_options try;
	struct conf_options conf;
	struct sql_options sql;
	struct migrate_options migrate;
	bool quiet;
	bool ledger;
	bool strict; /* warnings are errors */
	const char *bundle; /* the file to write; NULL: standard output */
	const char *dump; /* a pass to show, or NULL */
	const char *contract;
	const char *request; /* of try */
	const char *const *arguments; /* behind the options; NULL ends */
};

struct command {
	const char *name;
	const char *synopsis;
	const char *summary;
	const char *help;
	int (*run)(struct rt_arena *, const struct options *);
};

enum options_outcome {
	OPTIONS_READ = 1,
	OPTIONS_HELP, /* --help was asked for, and has been printed */
	OPTIONS_WRONG, /* which has been told on standard error */
};

/* Reads what stands behind the command's name, argv[0]; *first becomes the
 * index of the first argument that is no option. */
enum options_outcome options_read(const struct command *, int argc, char **argv,
    struct options *, int *first);

#endif /* GEN_OPTIONS_H */
