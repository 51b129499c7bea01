/*
 * kontract try: one raw HTTP request goes through the code that is generated
 * for it, and what a handler would be given is printed, or why not.
 */
#ifndef GEN_TRY_H
#define GEN_TRY_H

#include "gen/compile.h"
#include "runtime/try_request.h"

/* A request's file, and what is in it. */
struct try_request_file {
	struct rt_str text;
	struct rt_try_request request;
};

struct try_options {
	const char *cache; /* NULL: below XDG_CACHE_HOME, or ~/.cache */
	const char *runtime; /* NULL: where the compiler was built */
};

enum try_outcome {
	TRY_DONE = 1, /* printed; *status is what the program ended with */
	TRY_CONTRACT, /* the contract is at fault, which is in its diag */
	TRY_TROUBLE, /* the machine's; a sentence in *why */
};

/*
 * Compiles the operations that the request's path could mean, unless that was
 * done before, and runs the program.  `text` is the request as it stands in
 * its file.  Runs of the same request at the same time don't disturb each
 * other: a program is built beside its place, and moved there whole.
 */
enum try_outcome try_run(struct compiled *, const struct try_request_file *,
    const struct try_options *, int *status, struct rt_str *why);

#endif /* GEN_TRY_H */
