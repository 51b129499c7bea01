/* Plain scalars of YAML 1.2's core schema (section 10.3.2). */
#ifndef GEN_DOC_SCALAR_H
#define GEN_DOC_SCALAR_H

#include "gen/doc.h"

/*
 * What an unquoted scalar is.  0 for a number that JSON cannot have: .inf and
 * .nan, and 0x and 0o past 64 bits.
 */
enum doc_type doc_scalar_type(struct rt_str);

/* Whether it is written as a whole number, in any base. */
bool doc_scalar_is_int(struct rt_str);

/* JSON's form of a scalar that is a DOC_NUMBER, with a NUL behind it. */
struct rt_str doc_scalar_number(struct rt_arena *, struct rt_str);

#endif /* GEN_DOC_SCALAR_H */
