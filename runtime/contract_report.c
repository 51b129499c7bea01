/* What has failed, in sentences, and the sums. */
#include "runtime/contract_run.h"

static bool
same_operation(const struct contract_result *a, const struct contract_result *b)
{
	return rt_str_eq(contract_operation(a->c), contract_operation(b->c));
}

static void
print_failures(const struct contract_result *r)
{
	struct rt_str op = contract_operation(r->c);

	for (unsigned i = 0; i < r->n_failures; i++)
		printf("  %.*s: %.*s\n", RT_FMT(op), RT_FMT(r->failures[i]));
	printf("      build/bin/contract --replay '%s'\n", r->c->id);
}

size_t
contract_report(const struct contract_run *run)
{
	const struct contract_result *before = NULL;
	size_t passed = 0, failed = 0, skipped = 0;
	struct rt_str reason = {NULL, 0};

	for (size_t i = 0; i < run->n; i++) {
		const struct contract_result *r = &run->results[i];

		if (r->skipped.p != NULL) {
			skipped++;
			if (!rt_str_eq(r->skipped, reason))
				printf("skipped: %.*s\n", RT_FMT(r->skipped));
			reason = r->skipped;
			continue;
		}
		if (r->n_failures == 0) {
			passed++;
			continue;
		}
		failed++;
		if (before == NULL || !same_operation(before, r))
			printf("\n%.*s\n", RT_FMT(contract_operation(r->c)));
		before = r;
		print_failures(r);
	}
	if (failed > 0)
		printf("\n");
	printf("%zu passed, %zu failed, %zu skipped\n", passed, failed,
	    skipped);
	return failed;
}
