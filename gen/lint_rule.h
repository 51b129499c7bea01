/* What the files of `kontract lint` share; no other file includes this. */
#ifndef GEN_LINT_RULE_H
#define GEN_LINT_RULE_H

#include "gen/spec.h"

struct lint_rule {
	const char *id;
	enum diag_level level;
	const char *reason; /* what is wrong with it, in one sentence */
	const char *help; /* what to do */
	bool off; /* unless it is asked for */
};

extern const struct lint_rule lint_rules[];
extern const size_t lint_n_rules;

/* NULL when there is none of that id. */
const struct lint_rule *lint_rule(struct rt_str id);

/* An operation as it stands in the document, whether or not the compiler
 * knows all that it says. */
struct lint_op {
	const struct doc_member *path;
	const struct doc_node *item;
	struct rt_str method; /* "get" */
	struct source_pos pos; /* of the method */
	const struct doc_node *node;
	const struct doc_node *const *params; /* the path's too; resolved */
	size_t n_params;
	const struct doc_node *body; /* NULL: none */
	const struct doc_node *answers; /* a map, or NULL */
	const struct doc_node *security; /* what applies; NULL: nothing */
};

struct lint {
	struct rt_arena *arena;
	struct diag *diag;
	struct documents *documents;
	const struct spec *spec;
	bool sound; /* the compiler has found no fault */
	const struct doc_node *root;
	const struct lint_op *ops;
	size_t n_ops;
};

/* Notes a finding of a rule in the table, with the table's help. */
void lint_report(const struct lint *, const char *rule, struct source_pos,
    const char *fmt, ...) RT_PRINTF(4, 5);

/* lint_walk.c */

/* Fills in the operations. */
void lint_read_ops(struct lint *);

/* The node itself or what its reference leads to; NULL when that is nothing,
 * or no map. */
const struct doc_node *lint_deref(const struct lint *, const struct doc_node *);

/* A member of a map when it is of that type, else NULL. */
const struct doc_node *lint_member(const struct doc_node *map, const char *key,
    enum doc_type);

/* A member's text, absent when it is no string. */
struct rt_str lint_text(const struct doc_node *map, const char *key);

/* "GET /persons", for sentences. */
struct rt_str lint_op_name(const struct lint *, const struct lint_op *);

/* The schema at a node's `schema`, or NULL. */
const struct schema *lint_schema_of(const struct lint *,
    const struct doc_node *);

/* Calls `f` with each schema of a request: of parameters and of bodies. */
void lint_each_request(const struct lint *,
    void (*f)(const struct lint *, const struct schema *, void *), void *);

/* The same with the schemas of answers' bodies. */
void lint_each_answer(const struct lint *,
    void (*f)(const struct lint *, const struct schema *, void *), void *);

/*
 * A schema and all that apply to the same value with it: by $ref and allOf.
 * What stands first is the schema itself.
 */
enum { LINT_FAMILY_MAX = 64 };

struct lint_family {
	const struct schema *v[LINT_FAMILY_MAX];
	size_t n;
	unsigned types; /* that all of them allow */
};

void lint_family(const struct schema *, struct lint_family *);

/* The rules, by what they look at. */
void lint_document(const struct lint *); /* lint_document.c */
void lint_components(const struct lint *); /* lint_component.c */
void lint_paths(const struct lint *); /* lint_path.c */
void lint_ops(const struct lint *); /* lint_op.c */
void lint_answers(const struct lint *); /* lint_answer.c */
void lint_security(const struct lint *); /* lint_security.c */
void lint_schemas(const struct lint *); /* lint_schema.c */
void lint_values(const struct lint *); /* lint_value.c */
void lint_merged(const struct lint *); /* lint_merge.c */
void lint_unions(const struct lint *); /* lint_union.c */
void lint_requests(const struct lint *); /* lint_request.c */
void lint_patterns(const struct lint *); /* lint_pattern.c */

#endif /* GEN_LINT_RULE_H */
