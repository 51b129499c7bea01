/* From the plan to files. */
#ifndef GEN_GENERATE_H
#define GEN_GENERATE_H

#include "gen/compile.h"
#include "gen/emit.h"

struct generate_options {
	const char *out; /* directory of what is generated */
	const char *handlers; /* directory of hand-written code; NULL: none */
	const char *templates; /* directory that overrides ours; NULL: none */
	const char *depfile; /* for make; NULL: none */
	bool check; /* write nothing, tell what is stale */
	bool force;
};

/*
 * Renders everything and writes it.  False when a template is at fault
 * (reported in c->diag) or the machine is (result->error).
 */
bool generate(const struct compiled *c, const struct generate_options *,
    struct emit_result *result);

/* Writes the sources of the program that `kontract try` runs: handlers that
 * show their input.  False as above. */
bool generate_trial(const struct compiled *c, const char *dir,
    struct emit_result *result);

/* Writes one file.  NULL, or the machine's trouble. */
const char *generate_text(struct rt_arena *, const char *path,
    struct rt_str text);

/*
 * Writes a rule for make: the depfile's name without ".d" depends on all files
 * of the contract, and one that is gone breaks nothing.  NULL, or the
 * machine's trouble.
 */
const char *generate_depfile(const struct compiled *c, const char *path);

/*
 * Writes handlers/<tag>.c with an answer of 501 for each operation where the
 * file does not exist; where it exists, prints to `out` the prototypes of the
 * handlers that no file of the directory defines.  NULL, or the machine's
 * trouble.
 */
const char *generate_handlers(const struct compiled *c, const char *dir,
    const char *templates, FILE *out);

#endif /* GEN_GENERATE_H */
