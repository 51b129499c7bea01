/*
 * Whatever is read as JSON must be what yajl reads, must come out the same when
 * it is written and read again, and every value must be found by its pointer.
 */
#include <stdlib.h>

#include "runtime/json_write.h"
#include "tests/fuzz/yajl_tape.h"

enum { MEMORY = 64 << 20 };

static void
require(bool holds)
{
	if (!holds)
		abort();
}

static void
check_error(struct rt_str text, const struct rt_json_error *err)
{
	require(err->offset <= text.n);
	require(err->line >= 1 && err->col >= 1);
	require(err->col <= err->offset + 1);
	require(err->text.n > 0 && rt_str_is_utf8(err->text));
}

/* What both say. */
static const struct rt_node *
parse(struct rt_arena *a, struct rt_str text,
    const struct rt_json_limits *limits)
{
	struct rt_json_error err = {0};
	const struct rt_node *v = rt_json_parse(a, text, limits, &err);
	const struct rt_node *other = yajl_tape(a, text, limits);

	require((v == NULL) == (other == NULL));
	if (v == NULL)
		check_error(text, &err);
	else
		require(is_same_tape(v, other));
	return v;
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

static void
check_again(struct rt_arena *a, const struct rt_node *root)
{
	struct rt_buf b = rt_buf(a, MEMORY / 4);
	struct rt_writer w = rt_writer(&b);
	struct rt_json_error err;
	const struct rt_node *again;

	rt_write_node(&w, root);
	require(!b.full);
	again = rt_json_parse(a, rt_buf_str(&b), NULL, &err);
	require(again != NULL && rt_node_eq(root, again));
	check_places(a, root);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static const struct rt_json_limits repeats = {
	    .depth = 64,
	    .nodes = 1000000,
	    .repeats = true,
	};
	static const struct rt_json_limits small = {.depth = 3, .nodes = 12};
	struct rt_arena *a = rt_arena_open(MEMORY, NULL, NULL);
	struct rt_str text = {n == 0 ? "" : (const char *)data, n};
	const struct rt_node *root;

	root = parse(a, text, &rt_json_default_limits);
	(void)parse(a, text, &repeats);
	(void)parse(a, text, &small);
	if (root != NULL)
		check_again(a, root);
	rt_arena_close(a);
	return 0;
}
