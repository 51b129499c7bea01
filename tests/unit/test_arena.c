#include <setjmp.h>
#include <stdalign.h>

#include "runtime/arena.h"
#include "tests/unit/test.h"

static jmp_buf left;

static void
leave(void *arg)
{
	(*(int *)arg)++;
	longjmp(left, 1);
}

TEST(pieces_are_zeroed_aligned_and_apart)
{
	struct rt_arena *a = rt_arena_open(SIZE_MAX, NULL, NULL);
	unsigned char *all[2000];

	for (size_t i = 0; i < RT_LEN(all); i++) {
		size_t n = i % 97;

		rt_arena_bytes(a, i % 3);
		all[i] = rt_arena_new(a, n);
		CHECK((uintptr_t)all[i] % alignof(max_align_t) == 0);
		for (size_t k = 0; k < n; k++)
			CHECK(all[i][k] == 0);
		memset(all[i], (int)(i & 255), n);
	}
	for (size_t i = 0; i < RT_LEN(all); i++) {
		for (size_t k = 0; k < i % 97; k++)
			CHECK(all[i][k] == (i & 255));
	}
	rt_arena_close(a);
	rt_arena_close(NULL);
}

TEST(large_pieces_do_not_waste_the_block)
{
	struct rt_arena *a = rt_arena_open(SIZE_MAX, NULL, NULL);
	char *before = rt_arena_bytes(a, 10), *large, *behind;

	large = rt_arena_new(a, 1 << 20);
	behind = rt_arena_bytes(a, 10);
	CHECK(behind == before + 10 + (16 - 10) || behind == before + 10);
	memset(large, 1, 1 << 20);
	memset(before, 2, 10);
	memset(behind, 3, 10);
	CHECK(large[0] == 1 && large[(1 << 20) - 1] == 1);
	rt_arena_close(a);
}

TEST(reset_forgets_all)
{
	struct rt_arena *a = rt_arena_open(300000, NULL, NULL);

	for (int round = 0; round < 50; round++) {
		unsigned char *p = rt_arena_new(a, 100);

		for (int i = 0; i < 100; i++)
			CHECK(p[i] == 0);
		memset(p, 1, 100);
		memset(rt_arena_bytes(a, 100000), 2, 100000);
		memset(rt_arena_bytes(a, 5000), 3, 5000);
		memset(rt_arena_bytes(a, 5000), 3, 5000);
		CHECK(rt_arena_used(a) >= 110100);
		CHECK(rt_arena_used(a) < 110200);
		rt_arena_reset(a);
		CHECK_INT(rt_arena_used(a), 0);
	}
	rt_arena_close(a);
}

/* The cap is for what is asked: exactly that much fits. */
TEST(the_cap_holds)
{
	int told = 0;
	struct rt_arena *volatile a = rt_arena_open(1000, leave, &told);

	rt_arena_bytes(a, 600);
	rt_arena_bytes(a, 400);
	CHECK_INT(told, 0);
	if (setjmp(left) == 0)
		rt_arena_bytes(a, 1);
	CHECK_INT(told, 1);
	CHECK_INT(rt_arena_used(a), 1000);
	rt_arena_close(a);
}

TEST(another_has_the_same_cap)
{
	int told = 0;
	struct rt_arena *a = rt_arena_open(1000, leave, &told);
	struct rt_arena *volatile b = rt_arena_open_like(a);

	rt_arena_bytes(a, 1000);
	rt_arena_close(a);
	rt_arena_bytes(b, 1000);
	if (setjmp(left) == 0)
		rt_arena_bytes(b, 1);
	CHECK_INT(told, 1);
	rt_arena_close(b);
}

TEST(sizes_do_not_overflow)
{
	volatile int told = 0;
	struct rt_arena *volatile a = rt_arena_open(SIZE_MAX, NULL, NULL);

	rt_arena_on_full(a, leave, (void *)(uintptr_t)&told);
	rt_arena_bytes(a, 1);
	if (setjmp(left) == 0)
		rt_arena_array(a, SIZE_MAX / 2, 3);
	CHECK_INT(told, 1);
	if (setjmp(left) == 0)
		rt_arena_new(a, SIZE_MAX - 8);
	CHECK_INT(told, 2);
	if (setjmp(left) == 0)
		rt_arena_copy(a, (struct rt_str){"", SIZE_MAX});
	CHECK_INT(told, 3);
	CHECK(rt_arena_array(a, SIZE_MAX, 0) != NULL);
	rt_arena_close(a);
}

TEST(the_last_piece_can_grow)
{
	struct rt_arena *a = rt_arena_open(7000, NULL, NULL);
	char *p = rt_arena_bytes(a, 100), *q;

	CHECK(rt_arena_extend(a, p, 100, 200));
	CHECK_INT(rt_arena_used(a), 300);
	CHECK(!rt_arena_extend(a, p, 100, 1));
	q = rt_arena_bytes(a, 1);
	CHECK(q == p + 300);
	CHECK(!rt_arena_extend(a, p, 300, 1));
	CHECK(!rt_arena_extend(a, q, 1, 6700));
	CHECK(rt_arena_extend(a, q, 1, 6699));
	rt_arena_close(a);
}

TEST(copies_and_texts_end_with_nul)
{
	struct rt_arena *a = rt_arena_open(SIZE_MAX, NULL, NULL);
	struct rt_str s = rt_arena_copy(a, (struct rt_str){"abc", 2});

	CHECK_STR(s, "ab");
	CHECK(s.p[2] == '\0');
	CHECK(rt_arena_copy(a, rt_str(NULL)).p != NULL);
	CHECK_STR(rt_arena_printf(a, "%d-%s", 7, "x"), "7-x");
	for (int n = 250; n < 260; n++) {
		s = rt_arena_printf(a, "%0*d", n, 1);
		CHECK_INT(s.n, n);
		CHECK(s.p[s.n] == '\0' && s.p[s.n - 1] == '1');
	}
	rt_arena_close(a);
}

TEST(a_pool_hands_out_what_was_closed_as_if_it_were_new)
{
	struct rt_arena_pool pool = {NULL, 0};
	struct rt_arena *v[600];
	int told = 0;

	for (int round = 0; round < 2; round++) {
		for (size_t i = 0; i < RT_LEN(v); i++) {
			unsigned char *p;

			v[i] = rt_arena_take(&pool, 5000, NULL, NULL);
			CHECK_INT(rt_arena_used(v[i]), 0);
			p = rt_arena_new(v[i], 4000);
			CHECK(p[0] == 0 && p[3999] == 0);
			memset(p, 1, 4000);
		}
		CHECK_INT(pool.n, 0);
		for (size_t i = 0; i < RT_LEN(v); i++)
			rt_arena_give(&pool, v[i]);
		CHECK(pool.n < RT_LEN(v));
	}
	v[0] = rt_arena_take(&pool, 100, leave, &told);
	if (setjmp(left) == 0)
		rt_arena_bytes(v[0], 101);
	CHECK_INT(told, 1);
	rt_arena_give(&pool, v[0]);
	rt_arena_pool_close(&pool);
	CHECK(pool.first == NULL);
}
