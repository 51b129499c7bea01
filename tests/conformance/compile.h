/* From groups of tests to C; shared by the files of the compiler only. */
#ifndef CONFORMANCE_COMPILE_H
#define CONFORMANCE_COMPILE_H

#include "gen/emit.h"
#include "gen/plan.h"
#include "gen/render.h"

/* What a schema may refer to. */
struct document {
	struct rt_str uri;
	const struct doc_node *root;
};

struct compiler {
	struct rt_arena *arena;
	struct diag *diag; /* of templates */
	struct render *render;
	struct emit *emit;
	struct document documents[64];
	size_t n_documents;
	struct value *groups; /* C names */
	struct value *data; /* of all tests, each value once, as JSON */
	const struct rt_node **nodes; /* the same, parsed */
	struct rt_arena *scratch; /* forgotten after each use */
};

/* A schema with its tests, as the suite has them. */
struct group {
	struct rt_str suite, file;
	size_t number; /* in the file, from 1 */
	const struct doc_node *node;
	bool formats; /* are asserted */
	bool old; /* of draft 4, for OpenAPI 3.0 */
};

/* Writes one file from a template; what is wrong with that is in c->diag. */
void compile_render(struct compiler *, const char *file, const char *template,
    const struct value *map);

/* Writes the group's files; returns its C name. */
struct rt_str compile_group(struct compiler *, const struct group *);

#endif /* CONFORMANCE_COMPILE_H */
