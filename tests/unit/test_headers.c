#include "runtime/headers.h"
#include "tests/unit/test.h"

static struct rt_arena *arena;

static struct rt_header
field(const char *name, const char *value)
{
	return (struct rt_header){rt_str(name), rt_str(value)};
}

static struct rt_headers
some(void)
{
	struct rt_headers h = {NULL, 0};

	rt_arena_close(arena);
	arena = rt_arena_open(1 << 20, NULL, NULL);
	rt_headers_add(&h, arena, field("Host", "a"));
	rt_headers_add(&h, arena, field("ACCEPT", "b"));
	rt_headers_add(&h, arena, field("accept", "c"));
	rt_headers_add(&h, arena, field("Expect", "d"));
	return h;
}

TEST(names_are_equal_in_any_case)
{
	struct rt_headers h = some();
	const struct rt_header *first, *second;

	first = rt_headers_next(&h, RT_LIT("Accept"), NULL);
	CHECK(first != NULL);
	CHECK_STR(first->value, "b");
	second = rt_headers_next(&h, RT_LIT("Accept"), first);
	CHECK(second != NULL);
	CHECK_STR(second->value, "c");
	CHECK(rt_headers_next(&h, RT_LIT("Accept"), second) == NULL);
	CHECK_STR(rt_headers_get(&h, RT_LIT("hOST")), "a");
}

TEST(a_part_of_a_name_is_another_name)
{
	struct rt_headers h = some(), none = {NULL, 0};

	CHECK(rt_headers_get(&h, RT_LIT("Hos")).p == NULL);
	CHECK(rt_headers_get(&h, RT_LIT("Hosts")).p == NULL);
	CHECK(rt_headers_get(&h, RT_LIT("")).p == NULL);
	CHECK(rt_headers_get(&none, RT_LIT("Host")).p == NULL);
}

TEST(many_fields_keep_their_order)
{
	struct rt_headers h = some();
	char values[200][4];

	h.n = 0;
	for (int i = 0; i < 200; i++) {
		snprintf(values[i], sizeof(values[i]), "%d", i);
		rt_headers_add(&h, arena, field("n", values[i]));
	}
	CHECK_INT(h.n, 200);
	for (int i = 0; i < 200; i++)
		CHECK_STR(h.v[i].value, values[i]);
}

/* Or a header that is there would not be found. */
TEST(a_mark_is_the_same_in_any_case_and_never_missing)
{
	static const char *const names[] = {"Host", "ACCEPT", "X-Request-ID",
	    "content-type", "_", "~tilde", "0", ""};
	struct rt_headers h = some();

	CHECK(rt_headers_marks(&h) != 0);
	for (size_t i = 0; i < h.n; i++)
		CHECK(
		    (rt_headers_marks(&h) & rt_header_mark(h.v[i].name)) != 0);
	for (size_t i = 0; i < RT_LEN(names); i++) {
		char upper[32], lower[32];
		size_t n = strlen(names[i]);

		for (size_t k = 0; k <= n; k++) {
			char c = names[i][k];
			bool letter =
			    (c | 32) >= 'a' && (c | 32) <= 'z' && c != '\0';

			upper[k] = letter ? (char)(c & ~32) : c;
			lower[k] = letter ? (char)(c | 32) : c;
		}
		CHECK(rt_header_mark(rt_str(upper)) ==
		    rt_header_mark(rt_str(lower)));
	}
	CHECK((rt_headers_marks(&h) & rt_header_mark(RT_LIT("Origin"))) == 0);
}
