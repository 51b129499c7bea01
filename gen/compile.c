#include "gen/compile.h"

#include <errno.h>

#include "gen/lint.h"

/* Each pass reports all that it finds; the next one needs a sound input. */
static const struct spec *
passes(struct rt_arena *arena, struct diag *diag, const struct source *source)
{
	const struct doc_node *root = doc_read(arena, diag, source);
	const struct spec *spec;

	if (root == NULL)
		return NULL;
	spec = spec_read(arena, diag, root);
	if (diag_errors(diag) > 0)
		return NULL;
	lint_spec(arena, diag, spec);
	return diag_errors(diag) > 0 ? NULL : spec;
}

void
compile_contract(struct rt_arena *arena, const char *path, struct compiled *out)
{
	const struct source *source = source_open(arena, path);

	*out = (struct compiled){.arena = arena, .diag = diag_open(arena)};
	if (source == NULL) {
		out->trouble = rt_arena_printf(arena, "%s: %s", path,
		    errno == EFBIG ? "larger than 64 MiB" : strerror(errno))
				   .p;
		return;
	}
	out->spec = passes(arena, out->diag, source);
}
