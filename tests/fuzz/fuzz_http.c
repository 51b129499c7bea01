/* Connections of HTTP: what is heard must not depend on where they are cut. */
#include "tests/fuzz/http_requests.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static size_t
one(void *arg)
{
	(void)arg;
	return 1;
}

/* A linear congruential generator: mostly short pieces, now and then a long
 * one. */
static size_t
some(void *arg)
{
	uint64_t *state = arg;
	unsigned bits;

	*state = *state * 6364136223846793005u + 1442695040888963407u;
	bits = (unsigned)(*state >> 33);
	return 1 + (bits >> 3) % ((bits & 7) == 0 ? 256 : 12);
}

static void
require_same_text(struct rt_str a, struct rt_str b)
{
	require((a.p == NULL) == (b.p == NULL) && rt_str_eq(a, b));
}

static void
require_same_head(const struct rt_head *a, const struct rt_head *b)
{
	require_same_text(a->method, b->method);
	require_same_text(a->path, b->path);
	require_same_text(a->query, b->query);
	require_same_text(a->host, b->host);
	require(a->headers.n == b->headers.n);
	for (size_t i = 0; i < a->headers.n; i++) {
		require_same_text(a->headers.v[i].name, b->headers.v[i].name);
		require_same_text(a->headers.v[i].value, b->headers.v[i].value);
	}
	require(a->minor == b->minor && a->framed == b->framed);
	require(a->length == b->length && a->close == b->close);
	require(a->expects == b->expects);
}

static void
require_same(const struct requests *a, const struct requests *b)
{
	require(a->n == b->n && a->status == b->status);
	require(a->begun == b->begun);
	for (size_t i = 0; i < a->n; i++) {
		require_same_head(&a->v[i].head, &b->v[i].head);
		require_same_text(a->v[i].body, b->v[i].body);
		require(a->v[i].whole == b->v[i].whole);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	/* So small that they are met. */
	static const struct rt_head_limits limits = {400, 12, 100};
	static struct requests uncut, cut;
	struct rt_arena *arena = rt_arena_open((size_t)1 << 28, NULL, NULL);
	struct rt_str all = {(const char *)data, n};
	uint64_t state = rt_str_hash(all);

	hear(&uncut, arena, &limits, all, whole, NULL);
	hear(&cut, arena, &limits, all, some, &state);
	require_same(&uncut, &cut);
	hear(&cut, arena, &limits, all, one, NULL);
	require_same(&uncut, &cut);
	rt_arena_close(arena);
	return 0;
}
