/* Whatever is read as JSON must come out the same when it is written and read
 * again, and every value must be found by its pointer. */
#include <stdlib.h>

#include "runtime/json.h"
#include "runtime/json_write.h"

enum { MEMORY = 64 << 20 };

static void
require(bool holds)
{
	if (!holds)
		abort();
}

static const struct rt_node *
parse(struct rt_arena *a, struct rt_str text)
{
	struct rt_json_error err;

	return rt_json_parse(a, text, &rt_json_default_limits, &err);
}

static void
check_places(struct rt_arena *a, const struct rt_node *root)
{
	uint32_t step = root->span / 16 + 1;

	for (uint32_t i = 0; i < root->span; i += step) {
		const struct rt_node *v = root + i, *found;

		found = rt_node_at(root, rt_node_pointer(a, root, v));
		/* The name of a member has the place of its value. */
		require(found == v || found == v + 1);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct rt_arena *a = rt_arena_open(MEMORY, NULL, NULL);
	struct rt_str text = {(const char *)data, n};
	const struct rt_node *root = n == 0 ? NULL : parse(a, text), *again;
	struct rt_buf b = rt_buf(a, MEMORY / 4);
	struct rt_writer w = rt_writer(&b);

	if (root != NULL) {
		rt_write_node(&w, root);
		require(!b.full);
		again = parse(a, rt_buf_str(&b));
		require(again != NULL && rt_node_eq(root, again));
		check_places(a, root);
	}
	rt_arena_close(a);
	return 0;
}
