#include "runtime/buf.h"
#include "tests/unit/test.h"

TEST(writes_add_up)
{
	struct rt_arena *a = rt_arena_open(SIZE_MAX, NULL, NULL);
	struct rt_buf b = rt_buf(a, SIZE_MAX);

	CHECK_STR(rt_buf_str(&b), "");
	CHECK(rt_buf_str(&b).p != NULL);
	rt_buf_add(&b, RT_LIT("ab"));
	rt_buf_add(&b, rt_str(NULL));
	rt_buf_byte(&b, 'c');
	rt_buf_cstr(&b, "de");
	rt_buf_printf(&b, "%03d", 7);
	CHECK_STR(rt_buf_str(&b), "abcde007");
	rt_arena_close(a);
}

TEST(growing_keeps_the_bytes)
{
	struct rt_arena *a = rt_arena_open(SIZE_MAX, NULL, NULL);
	struct rt_buf b = rt_buf(a, SIZE_MAX), c = rt_buf(a, SIZE_MAX);

	/* Two buffers take turns, so that neither can grow in its place. */
	for (int i = 0; i < 100000; i++) {
		rt_buf_byte(&b, (char)(i % 251));
		rt_buf_byte(&c, (char)(i % 241));
	}
	CHECK_INT(b.n, 100000);
	for (int i = 0; i < 100000; i++) {
		CHECK(b.p[i] == (char)(i % 251));
		CHECK(c.p[i] == (char)(i % 241));
	}
	CHECK(rt_arena_used(a) < 1000000);
	rt_arena_close(a);
}

TEST(the_cap_stops_all_writes)
{
	struct rt_arena *a = rt_arena_open(SIZE_MAX, NULL, NULL);
	struct rt_buf b = rt_buf(a, 4);

	rt_buf_cstr(&b, "abcd");
	CHECK(!b.full);
	CHECK(b.size <= 4);
	rt_buf_cstr(&b, "");
	CHECK(!b.full);
	rt_buf_byte(&b, 'e');
	CHECK(b.full);
	CHECK_STR(rt_buf_str(&b), "abcd");

	b = rt_buf(a, 4);
	rt_buf_cstr(&b, "abcde");
	CHECK(b.full);
	rt_buf_byte(&b, 'x');
	CHECK_STR(rt_buf_str(&b), "");
	CHECK(rt_buf_reserve(&b, 1) == NULL);
	b = rt_buf(a, 4);
	CHECK(rt_buf_reserve(&b, SIZE_MAX) == NULL);
	rt_arena_close(a);
}

TEST(reserved_room_is_the_callers)
{
	struct rt_arena *a = rt_arena_open(SIZE_MAX, NULL, NULL);
	struct rt_buf b = rt_buf(a, 100000);
	char *p;

	rt_buf_byte(&b, 'a');
	p = rt_buf_reserve(&b, 90000);
	memset(p, 'b', 90000);
	b.n += 90000;
	CHECK(b.p[0] == 'a' && b.p[90000] == 'b');
	CHECK(rt_buf_reserve(&b, 0) != NULL);
	rt_arena_close(a);
}

TEST(integers_are_exact)
{
	struct rt_arena *a = rt_arena_open(SIZE_MAX, NULL, NULL);
	struct rt_buf b = rt_buf(a, SIZE_MAX);

	rt_buf_int(&b, 0);
	rt_buf_byte(&b, ' ');
	rt_buf_int(&b, -10);
	rt_buf_byte(&b, ' ');
	rt_buf_int(&b, INT64_MAX);
	rt_buf_byte(&b, ' ');
	rt_buf_int(&b, INT64_MIN);
	CHECK_STR(rt_buf_str(&b),
	    "0 -10 9223372036854775807 -9223372036854775808");
	rt_arena_close(a);
}

TEST(printf_may_quote_the_buffer)
{
	struct rt_arena *a = rt_arena_open(SIZE_MAX, NULL, NULL);
	struct rt_buf b = rt_buf(a, SIZE_MAX);

	rt_buf_cstr(&b, "0123456789");
	while (b.n < 5000)
		rt_buf_printf(&b, "%.*s", RT_FMT(rt_buf_str(&b)));
	CHECK_INT(b.n, 5120);
	for (size_t i = 0; i < b.n; i++)
		CHECK(b.p[i] == (char)('0' + i % 10));
	rt_arena_close(a);
}
