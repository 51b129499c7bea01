#include "runtime/percent.h"

#include "tests/unit/test.h"

static struct rt_arena *arena;

TEST(percent_decode)
{
	struct rt_str out;

	arena = rt_arena_open(1 << 20, NULL, NULL);
	CHECK(rt_percent_decode(arena, RT_LIT("a+b%2B"), true, &out));
	CHECK_STR(out, "a b+");
	CHECK(rt_percent_decode(arena, RT_LIT("a+b"), false, &out));
	CHECK_STR(out, "a+b");
	CHECK(rt_percent_decode(arena, RT_LIT(""), false, &out));
	CHECK(out.p != NULL && out.n == 0);
	CHECK(!rt_percent_decode(arena, RT_LIT("%2"), false, &out));
	CHECK(!rt_percent_decode(arena, RT_LIT("%-1"), false, &out));
}

TEST(codes_that_are_cut_off)
{
	char *end = malloc(2);
	struct rt_str out;

	arena = rt_arena_open(1 << 20, NULL, NULL);
	memcpy(end, "%4", 2);
	CHECK(!rt_percent_decode(arena, (struct rt_str){end, 2}, false, &out));
	end[1] = '%';
	CHECK(!rt_percent_decode(arena, (struct rt_str){end + 1, 1}, false,
	    &out));
	free(end);
}

TEST(every_code_is_decoded)
{
	static const char *const formats[] = {"%%%02x", "%%%02X"};
	struct rt_str out;
	char text[8];

	arena = rt_arena_open(1 << 20, NULL, NULL);
	for (int i = 0; i < 512; i++) {
		snprintf(text, sizeof(text), formats[i % 2], i / 2);
		CHECK(rt_percent_decode(arena, rt_str(text), false, &out));
		CHECK_INT(out.n, 1);
		CHECK_INT((unsigned char)out.p[0], i / 2);
	}
	CHECK(!rt_percent_decode(arena, RT_LIT("%0g"), false, &out));
	CHECK(!rt_percent_decode(arena, RT_LIT("%0G"), false, &out));
	CHECK(!rt_percent_decode(arena, RT_LIT("%/0"), false, &out));
	CHECK(!rt_percent_decode(arena, RT_LIT("%:0"), false, &out));
}

TEST(every_byte_is_encoded)
{
	char bytes[256];
	struct rt_buf b;
	struct rt_str out;

	arena = rt_arena_open(1 << 20, NULL, NULL);
	for (int i = 0; i < 256; i++)
		bytes[i] = (char)i;
	b = rt_buf(arena, 4096);
	rt_percent_encode(&b, (struct rt_str){bytes, 256});
	for (size_t i = 0; i < b.n; i++)
		CHECK(b.p[i] > ' ' && b.p[i] < 0x7f && b.p[i] != '+');
	CHECK(rt_percent_decode(arena, rt_buf_str(&b), true, &out));
	CHECK_INT(out.n, 256);
	CHECK(memcmp(out.p, bytes, 256) == 0);
	b = rt_buf(arena, 4096);
	rt_percent_encode(&b, RT_LIT("aZ09-._~ /%"));
	CHECK_STR(rt_buf_str(&b), "aZ09-._~%20%2F%25");
}
