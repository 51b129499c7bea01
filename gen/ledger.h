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
 * NULL); or "unused".
 */
struct rt_str ledger_text(struct rt_arena *, const struct spec *,
    const bool *used, const char *const *widened);

#endif /* GEN_LEDGER_H */
