/* What a pass has made of a contract, as text: for people and golden tests. */
#ifndef GEN_DUMP_H
#define GEN_DUMP_H

#include "gen/spec.h"

/* One line for each node: place, JSON pointer, type and, of a scalar, the
 * value as JSON. */
struct rt_str dump_doc(struct rt_arena *, const struct doc_node *root);

/* The operations with all that was resolved: paths with their prefix,
 * parameters, bodies, answers, security. */
struct rt_str dump_spec(struct rt_arena *, const struct spec *);

#endif /* GEN_DUMP_H */
