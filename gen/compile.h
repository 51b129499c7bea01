/* The passes in their order, up to the plan. */
#ifndef GEN_COMPILE_H
#define GEN_COMPILE_H

#include "gen/plan.h"

struct compiled {
	struct rt_arena *arena;
	struct diag *diag;
	const struct spec *spec; /* NULL when the contract is at fault */
	struct documents *documents; /* all files read; NULL: none */
	const char *trouble; /* the machine's: the file can't be read */
};

/* Reads no more than the contract's own file, for passes on documents. */
void compile_document(struct rt_arena *, const char *path,
    struct compiled *out);

/* Reads and judges a contract; what is wrong is in out->diag. */
void compile_contract(struct rt_arena *, const char *path,
    struct compiled *out);

#endif /* GEN_COMPILE_H */
