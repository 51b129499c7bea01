/*
 * The ledger: one line for each operation and each keyword of the contract
 * that says what became of it, so that nothing is dropped in silence.
 */
#ifndef GEN_LEDGER_H
#define GEN_LEDGER_H

#include "gen/spec.h"

/*
 * Tab-separated lines in the order of the contract: place (file:line:col),
 * subject, verdict.  A verdict is "enforced"; "annotation", from which nothing
 * follows for a server; "widened", checked exactly but kept as JSON for want
 * of a C type, and behind a tab the reason (`widened` has that by schema, or
 * NULL); "ignored", which says nothing; or "unused".
 */
struct rt_str ledger_text(struct rt_arena *, const struct spec *,
    const bool *used, const char *const *widened);

/* The same of a contract that is at fault: what was "refused", with the rule
 * and the sentence, and what is ignored.  `documents` may be NULL. */
struct rt_str ledger_refused(struct rt_arena *, const struct diag *,
    const struct documents *);

/*
 * Prints such lines and then, for each verdict that occurs, a line "total",
 * number, verdict: with tabs, or for people in columns.
 */
void ledger_print(struct rt_str text, bool columns, FILE *);

#endif /* GEN_LEDGER_H */
