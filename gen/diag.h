/*
 * What is wrong, where, and what to do: passes report here and go on; main
 * prints and decides.
 */
#ifndef GEN_DIAG_H
#define GEN_DIAG_H

#include <stdarg.h>
#include <stdio.h>

#include "gen/source.h"

enum { DIAG_MAX = 20 };

enum diag_level {
	DIAG_ERROR = 1,
	DIAG_WARNING,
	DIAG_INFO, /* of lint only: a choice that may be meant */
	DIAG_LEVELS
};

/* A second place, or a help when it has none. */
struct diag_remark {
	struct source_pos pos;
	const char *text;
	struct diag_remark *next;
};

struct diag_report {
	enum diag_level level;
	struct source_pos pos;
	const char *rule;
	const char *text;
	struct diag_remark *notes;
	struct diag_remark *helps;
};

struct diag;

struct diag *diag_open(struct rt_arena *);

/*
 * Reports a fault of the contract.  `rule` is a stable id such as
 * "operation-id-unique"; the sentence says what was expected.
 */
void diag_error(struct diag *, struct source_pos, const char *rule,
    const char *fmt, ...) RT_PRINTF(4, 5);
void diag_warning(struct diag *, struct source_pos, const char *rule,
    const char *fmt, ...) RT_PRINTF(4, 5);

void diag_vreport(struct diag *, enum diag_level, struct source_pos pos,
    const char *rule, const char *fmt, va_list) RT_PRINTF(5, 0);

/* Adds a second place to the last report ("first used here"). */
void diag_note(struct diag *, struct source_pos, const char *fmt, ...)
    RT_PRINTF(3, 4);

/* Adds what the user can do about the last report ("did you mean ...?"). */
void diag_help(struct diag *, const char *fmt, ...) RT_PRINTF(2, 3);

/* Makes errors of all warnings so far, for those who want none. */
void diag_strict(struct diag *);

unsigned diag_errors(const struct diag *);
unsigned diag_warnings(const struct diag *);

/*
 * Prints all reports sorted by file, line and column, at most DIAG_MAX of
 * them and a count of the rest, each as
 *
 *	openapi.yaml:31:20: error: operationId 'createPet' is used twice [operation-id-unique]
 *	   31 |     operationId: createPet
 *	      |                  ^~~~~~~~~
 *	openapi.yaml:12:20: note: first used here
 *	help: every operation needs an id of its own
 *
 * The same report (place and rule) is printed once.  Control characters of
 * the excerpt are shown as '?', tabs as a space; a line longer than 160 bytes
 * is cut around the column.
 */
void diag_print(const struct diag *, FILE *);

/* Prints one report in that form. */
void diag_print_report(const struct diag_report *, FILE *);

/* "warning" */
const char *diag_level_name(enum diag_level);

/* All reports that were kept, by file, line and column. */
const struct diag_report *const *diag_sorted(const struct diag *, size_t *n);

#endif /* GEN_DIAG_H */
