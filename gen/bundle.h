/* A contract of several files as one document. */
#ifndef GEN_BUNDLE_H
#define GEN_BUNDLE_H

#include "gen/documents.h"

/*
 * The contract's own document with all that it refers to in other files moved
 * under its components, by names that are unique there; path items, where the
 * version has no place for them, to where they are used.  What it means does
 * not change: a document without such references stays as it is.
 *
 * NULL has been reported: a reference that leads nowhere, or what can't be
 * moved without changing its meaning (a schema with an $id or a $dynamicRef, a
 * part of another version of OpenAPI).
 */
const struct doc_node *bundle(struct documents *);

/* YAML of a tree, as doc_json() writes JSON. */
struct rt_str bundle_yaml(struct rt_arena *, const struct doc_node *);

#endif /* GEN_BUNDLE_H */
