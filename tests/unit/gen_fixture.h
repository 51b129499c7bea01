/* What the tests of the compiler's later passes begin with. */
#ifndef GEN_FIXTURE_H
#define GEN_FIXTURE_H

#include "gen/spec.h"

struct gen_fixture {
	struct rt_arena *arena;
	struct diag *diag;
	const struct doc_node *root;
};

static inline void
gen_open(struct gen_fixture *f, const char *yaml)
{
	f->arena = rt_arena_open((size_t)64 << 20, NULL, NULL);
	f->diag = diag_open(f->arena);
	f->root = doc_read(f->arena, f->diag,
	    source_of(f->arena, "test.yaml", rt_str(yaml)));
}

static inline void
gen_close(struct gen_fixture *f)
{
	rt_arena_close(f->arena);
}

/* A contract with these paths, read. */
static inline const struct spec *
gen_spec(struct gen_fixture *f, const char *rest)
{
	static const char head[] =
	    "openapi: 3.1.0\ninfo: {title: T, version: '1'}\n";

	f->arena = rt_arena_open((size_t)64 << 20, NULL, NULL);
	f->diag = diag_open(f->arena);
	f->root = doc_read(f->arena, f->diag,
	    source_of(f->arena, "test.yaml",
		rt_arena_printf(f->arena, "%s%s", head, rest)));
	if (f->root == NULL)
		return NULL;
	return spec_read(documents_open(f->arena, f->diag, f->root));
}

#endif /* GEN_FIXTURE_H */
