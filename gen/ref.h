/* Where a $ref points (RFC 3986 fragments, RFC 6901 pointers). */
#ifndef GEN_REF_H
#define GEN_REF_H

#include "gen/documents.h"

/*
 * The node that `node` stands for: itself, or, when it is a map with a
 * "$ref", the target, followed through further references and files.  NULL
 * when the reference dangles, runs in a circle, leads to no file or is no
 * string; that has been reported then, once for each place, with the nearest
 * existing name as help.
 */
const struct doc_node *ref_resolve(struct documents *,
    const struct doc_node *node);

/* The node that a JSON pointer names below `at`, or NULL; "" is `at`. */
const struct doc_node *ref_pointer(struct rt_arena *, const struct doc_node *at,
    struct rt_str pointer);

/* A reference to what the member's key names, as {$ref: key} in the place of
 * the map would be. */
const struct doc_node *ref_of_key(struct rt_arena *, const struct doc_node *map,
    const struct doc_member *);

/* Whether the node is a reference. */
bool ref_is(const struct doc_node *);

/* "Person" of "#/components/schemas/Person": the last token of the pointer,
 * unescaped; absent when the node is no reference. */
struct rt_str ref_name(struct rt_arena *, const struct doc_node *);

#endif /* GEN_REF_H */
