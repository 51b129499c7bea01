#include "gen/compile.h"

#include <errno.h>

#include "gen/lint.h"

/* Each pass reports all that it finds; the next one needs a sound input. */
static const struct spec *
passes(struct compiled *c)
{
	const struct spec *spec;

	if (c->documents == NULL)
		return NULL;
	spec = spec_read(c->documents);
	if (diag_errors(c->diag) > 0)
		return NULL;
	lint_spec(c->arena, c->diag, spec);
	return diag_errors(c->diag) > 0 ? NULL : spec;
}

void
compile_document(struct rt_arena *arena, const char *path, struct compiled *out)
{
	const struct source *source = source_open(arena, path);
	const struct doc_node *root;

	*out = (struct compiled){.arena = arena, .diag = diag_open(arena)};
	if (source == NULL) {
		out->trouble = rt_arena_printf(arena, "%s: %s", path,
		    errno == EFBIG ? "larger than 64 MiB" : strerror(errno))
				   .p;
		return;
	}
	root = doc_read(arena, out->diag, source);
	if (root != NULL)
		out->documents = documents_open(arena, out->diag, root);
}

void
compile_contract(struct rt_arena *arena, const char *path, struct compiled *out)
{
	compile_document(arena, path, out);
	out->spec = passes(out);
}
