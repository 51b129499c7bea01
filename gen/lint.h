/* Rules over the whole contract: what no single place shows. */
#ifndef GEN_LINT_H
#define GEN_LINT_H

#include "gen/spec.h"

/*
 * Reports two operations of one id, two that no request can tell apart, an
 * operation that can't succeed, and a problem that is no error.
 */
void lint_spec(struct rt_arena *, struct diag *, const struct spec *);

#endif /* GEN_LINT_H */
