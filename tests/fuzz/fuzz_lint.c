/* A contract of any bytes is judged by every rule, and printed in each form:
 * rules look at documents in which the compiler has found faults. */
#include <stdlib.h>

#include "gen/lint_run.h"

#define MEMORY ((size_t)1 << 30)

static void
lint(struct rt_arena *a, struct rt_str text, FILE *out)
{
	static const char *const formats[] = {"text", "json", "sarif"};
	struct compiled c = {.arena = a, .diag = diag_open(a)};
	struct lint_options options = {"text", {{"all", true}}, 1, false};
	struct lint_findings found = {.contract = "fuzz.yaml"};
	const struct source *source = source_of(a, "fuzz.yaml", text);
	const struct doc_node *root;
	struct rt_str why;

	root = source == NULL ? NULL : doc_read(a, c.diag, source);
	if (root == NULL)
		return;
	c.documents = documents_open(a, c.diag, root);
	if (!lint_run(&c, &options, &found, &why))
		abort();
	for (size_t i = 0; i < RT_LEN(formats); i++)
		lint_print(a, c.documents, &found, formats[i], out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static FILE *out;
	struct rt_arena *a = rt_arena_open(MEMORY, NULL, NULL);

	if (out == NULL)
		out = fopen("/dev/null", "w");
	if (out == NULL)
		abort();
	lint(a, (struct rt_str){(const char *)data, n}, out);
	rt_arena_close(a);
	return 0;
}
