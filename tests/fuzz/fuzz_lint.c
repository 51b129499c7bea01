/* link: gen/lint.c gen/accept.c gen/accept_scalar.c gen/accept_unevaluated.c gen/schema.c gen/diag.c gen/doc.c gen/doc_build.c gen/doc_json.c gen/doc_scalar.c gen/doc_syntax.c gen/doc_value.c gen/doc_write.c gen/doc_yaml.c gen/excerpt.c gen/ref.c gen/ref_text.c gen/source.c runtime/str.c runtime/arena.c runtime/buf.c runtime/json.c runtime/node.c runtime/decimal.c runtime/format.c runtime/format_ok.c runtime/format_host.c runtime/format_uri.c runtime/check.c runtime/applicator.c runtime/evaluated.c runtime/pattern.c runtime/pattern_ecma.c runtime/read.c gen/ledger.c gen/name.c gen/plan.c gen/plan_check.c gen/plan_model.c gen/plan_op.c gen/plan_type.c gen/spec.c gen/spec_path.c gen/spec_parts.c gen/spec_security.c gen/tmpl.c gen/tmpl_filter.c gen/tmpl_parse.c gen/value.c runtime/json_write.c runtime/op.c gen/schema_keyword.c gen/resource.c gen/uri.c gen/param.c gen/bundle.c gen/bundle_yaml.c gen/documents.c gen/lint_answer.c gen/lint_component.c gen/lint_document.c gen/lint_merge.c gen/lint_op.c gen/lint_path.c gen/lint_pattern.c gen/lint_print.c gen/lint_request.c gen/lint_rule.c gen/lint_run.c gen/lint_schema.c gen/lint_security.c gen/lint_union.c gen/lint_value.c gen/lint_walk.c gen/compile.c gen/instance.c gen/pattern.c gen/pattern_parse.c gen/pattern_loop.c gen/sample.c gen/sample_text.c -lyaml -lyajl -lpcre2-8 -lidn2 -lm */
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
