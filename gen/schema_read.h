/* What the files of the schema pass share; no other file includes this. */
#ifndef GEN_SCHEMA_READ_H
#define GEN_SCHEMA_READ_H

#include "gen/documents.h"
#include "gen/resource.h"
#include "gen/schema.h"

enum {
	SCHEMA_TYPES_ALL = RT_NULL | RT_BOOLEAN | RT_INTEGER | RT_NUMBER |
	    RT_STRING | RT_ARRAY | RT_OBJECT,
};

/* Open addressing over node addresses; a contract has thousands of them. */
struct schema_set {
	struct rt_arena *arena;
	struct diag *diag;
	struct documents *documents;
	size_t n_documents; /* that `resources` knows */
	struct resources *resources;
	bool no_formats; /* they say nothing */
	bool lenient; /* unknown keywords say nothing */
	bool marks; /* some schema is readOnly or writeOnly */
	struct schema **slots;
	size_t n_slots;
	struct schema **all; /* in the order of their reading */
	size_t n, size;
};

/* Adds a copy of a schema, as a view of it. */
struct schema *schema_add_copy(struct schema_set *, const struct schema *s);

/* schema_view.c: where both views of a component are used, that of requests
 * gets a name of its own. */
void schema_name_views(struct schema_set *);

/* Reads the keywords of s->node, a map. */
void schema_read_keywords(struct schema_set *, struct schema *s);

/* schema_discriminator.c: what only whole schemas show of it. */
void schema_check_discriminator(struct schema_set *, const struct schema *s);

/* schema_dialect.c: whether the dialect of the node leaves out the vocabulary
 * of validation. */
bool schema_lacks_validation(struct schema_set *, const struct doc_node *);

/* schema_version.c: whether a keyword of an earlier draft says nothing; a
 * warning about one of another version. */
bool schema_is_foreign(const struct schema_set *, enum oas_version,
    const char *keyword);
void schema_warn_version(struct schema_set *, enum oas_version,
    const struct doc_member *);

/* Where a reference stands, and where it leads; NULL has been reported. */
const struct doc_node *schema_target(struct schema_set *,
    const struct doc_node *holder, const struct doc_node *reference,
    struct rt_str *dynamic);

#endif /* GEN_SCHEMA_READ_H */
