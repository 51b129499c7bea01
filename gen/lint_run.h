/* kontract lint: which rules run, what they found, and how it is printed. */
#ifndef GEN_LINT_RUN_H
#define GEN_LINT_RUN_H

#include "gen/compile.h"

enum { LINT_CHOICES_MAX = 64 };

struct lint_choice {
	const char *rules; /* ids between commas, or "all" */
	bool on;
};

struct lint_options {
	const char *format; /* "text", "json" or "sarif" */
	struct lint_choice choices[LINT_CHOICES_MAX]; /* later ones win */
	size_t n;
	bool list; /* print the rules instead */
};

/* What was found, by file, line and column. */
struct lint_findings {
	const char *contract;
	const struct diag_report *const *v;
	size_t n;
	unsigned counts[DIAG_LEVELS];
};

/*
 * Judges the document that compile_document() has read, by the rules of the
 * compiler and by those of lint.  Switched off are rules by the options, or at
 * their place by 'x-lint-ignore: [rule, ...]' in an object that holds it;
 * errors of the compiler can't be switched off.  False, and a sentence in
 * *why, when an option names what there is not.
 */
bool lint_run(struct compiled *, const struct lint_options *,
    struct lint_findings *out, struct rt_str *why);

/* Prints the table of rules: id, severity, reason. */
void lint_print_rules(FILE *);

/* lint_print.c */
void lint_print(struct rt_arena *, const struct documents *,
    const struct lint_findings *, const char *format, FILE *);

/* The innermost node of the document that a place is in; NULL without. */
const struct doc_node *lint_node_at(const struct documents *,
    struct source_pos);

#endif /* GEN_LINT_RUN_H */
