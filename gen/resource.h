/*
 * Schema resources (JSON Schema 2020-12, sections 8.2 and 9): which URI each
 * part of the documents has, and what a reference means from there.
 */
#ifndef GEN_RESOURCE_H
#define GEN_RESOURCE_H

#include "gen/doc.h"

struct resources;

struct resources *resources_open(struct rt_arena *, struct diag *);

/* Adds a document under its URI.  `schema` tells that its root is a schema;
 * otherwise its schemas stand where OpenAPI has them. */
void resources_add(struct resources *, struct rt_str uri,
    const struct doc_node *root, bool schema);

/* The number of the resource that a node is part of, from 0. */
unsigned resources_of(const struct resources *, const struct doc_node *);

/* The URI of a resource, without fragment. */
struct rt_str resources_uri(const struct resources *, unsigned resource);

/* Whether the node is the root of its resource. */
bool resources_is_root(const struct resources *, const struct doc_node *);

/*
 * Where a reference leads that stands at `from`; NULL when nothing is known
 * there.  Reports nothing.  *dynamic, unless NULL, becomes the $dynamicAnchor
 * that the fragment names, absent where it names none.
 */
const struct doc_node *resources_find(struct resources *,
    const struct doc_node *from, struct rt_str reference,
    struct rt_str *dynamic);

/* The nodes that bear the $dynamicAnchor `name`: the one of resource number
 * `resource`, or NULL. */
const struct doc_node *resources_dynamic(const struct resources *,
    unsigned resource, struct rt_str name);

unsigned resources_count(const struct resources *);

/* Whether any resource has a $dynamicAnchor. */
bool resources_any_dynamic(const struct resources *);

#endif /* GEN_RESOURCE_H */
