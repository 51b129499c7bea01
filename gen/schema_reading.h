/* What the files that read keywords share; no other file includes this. */
#ifndef GEN_SCHEMA_READING_H
#define GEN_SCHEMA_READING_H

#include "gen/schema_read.h"

/* What reading one keyword needs. */
struct reading {
	struct schema_set *set;
	struct schema *s;
	const struct doc_node *value;
	struct source_pos pos; /* of the keyword */
	const char *keyword;
	void *place; /* in *s, for keywords that are alike */
	enum oas_version version;
};

void schema_wrong_type(const struct reading *, const char *expected);

/* Reports a pattern that can't be compiled. */
void schema_check_pattern(const struct reading *, struct rt_str pattern,
    struct source_pos);

/* Whether a member is `true`. */
bool schema_is_true(const struct doc_node *map, const char *key);

/* schema_parts.c: a schema, a list of them, and keywords of their own. */
void schema_read_schema(const struct reading *);
void schema_read_schemas(const struct reading *);
void schema_read_items(const struct reading *);
void schema_read_properties(const struct reading *);
void schema_read_patterns(const struct reading *);
void schema_read_required(const struct reading *);
void schema_read_dependent_required(const struct reading *);
void schema_read_dependent_schemas(const struct reading *);
void schema_read_dependencies(const struct reading *);
void schema_read_additional(const struct reading *);
void schema_read_ref(const struct reading *);
void schema_read_dynamic_ref(const struct reading *);
void schema_read_recursive_ref(const struct reading *);

/* schema_state.c */
void schema_read_state_machine(const struct reading *);

/* schema_discriminator.c */
void schema_read_discriminator(const struct reading *);

#endif /* GEN_SCHEMA_READING_H */
