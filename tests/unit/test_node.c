#include "runtime/buf.h"
#include "runtime/json.h"
#include "tests/unit/test.h"

/* One arena for a test. */
static struct rt_arena *
arena(void)
{
	static struct rt_arena *a;

	if (a == NULL)
		a = rt_arena_open(SIZE_MAX, NULL, NULL);
	return a;
}

static const struct rt_node *
parse(const char *text)
{
	struct rt_json_error err = {0};
	const struct rt_node *v =
	    rt_json_parse(arena(), rt_str(text), NULL, &err);

	if (v == NULL)
		fprintf(stderr, "%s: %.*s\n", text, RT_FMT(err.text));
	return v;
}

TEST(get_finds_members)
{
	const struct rt_node *v = parse("{\"a\":1,\"b\":{\"a\":2}}");

	CHECK_STR(rt_node_str(rt_node_get(v, "a")), "1");
	CHECK_STR(rt_node_str(rt_node_get(rt_node_get(v, "b"), "a")), "2");
	CHECK(rt_node_get(v, "c") == NULL);
	CHECK(rt_node_get(rt_node_get(v, "a"), "a") == NULL);
	CHECK(rt_node_get(parse("\"a\""), "a") == NULL);
}

TEST(pointers_name_values)
{
	/* RFC 6901, section 5. */
	const struct rt_node *v =
	    parse("{\"foo\":[\"bar\",\"baz\"],\"\":0,\"a/b\":1,\"m~n\":8}");

	CHECK(rt_node_at(v, RT_LIT("")) == v);
	CHECK_STR(rt_node_str(rt_node_at(v, RT_LIT("/foo/1"))), "baz");
	CHECK_STR(rt_node_str(rt_node_at(v, RT_LIT("/"))), "0");
	CHECK_STR(rt_node_str(rt_node_at(v, RT_LIT("/a~1b"))), "1");
	CHECK_STR(rt_node_str(rt_node_at(v, RT_LIT("/m~0n"))), "8");
	CHECK(rt_node_at(v, RT_LIT("foo")) == NULL);
	CHECK(rt_node_at(v, RT_LIT("/foo/2")) == NULL);
	CHECK(rt_node_at(v, RT_LIT("/foo/01")) == NULL);
	CHECK(rt_node_at(v, RT_LIT("/foo/-")) == NULL);
	CHECK(rt_node_at(v, RT_LIT("/foo/0/x")) == NULL);
	CHECK(rt_node_at(v, RT_LIT("/m~n")) == NULL);
	CHECK(rt_node_at(v, RT_LIT("/m~")) == NULL);
	CHECK(rt_node_at(v, RT_LIT("/fo")) == NULL);
}

TEST(every_value_has_its_pointer)
{
	const struct rt_node *v =
	    parse("{\"a/b\":[1,{\"~\":[[],{}]}],\"\":{\"x\":null}}");
	struct rt_arena *a = arena();

	for (uint32_t i = 0; i < v->span; i++) {
		struct rt_str at = rt_node_pointer(a, v, v + i);
		const struct rt_node *found = rt_node_at(v, at);

		CHECK(found == v + i || found == v + i + 1);
	}
	CHECK_STR(rt_node_pointer(a, v, v + 7), "/a~1b/1/~0/0");
	CHECK_STR(rt_node_pointer(a, v, v), "");
	CHECK_STR(rt_node_pointer(a, v, v + 1), "/a~1b");
	CHECK_STR(rt_node_pointer(a, v + 2, v + 3), "/0");
}

static bool
equal(const char *a, const char *b)
{
	const struct rt_node *x = parse(a), *y = parse(b);

	CHECK(rt_node_eq(x, y) == rt_node_eq(y, x));
	CHECK((rt_node_cmp(x, y) < 0) == (rt_node_cmp(y, x) > 0));
	return rt_node_eq(x, y);
}

TEST(equality_is_that_of_json_schema)
{
	CHECK(equal("1", "1.0"));
	CHECK(equal("[100,-0]", "[1e2,0]"));
	CHECK(!equal("1", "true"));
	CHECK(!equal("0", "false"));
	CHECK(!equal("0", "null"));
	CHECK(!equal("\"1\"", "1"));
	CHECK(!equal("true", "false"));
	CHECK(!equal("[1,2]", "[2,1]"));
	CHECK(!equal("[1]", "[1,1]"));
	CHECK(equal("{\"a\":1,\"b\":[{}]}", "{\"b\":[{}],\"a\":1.00}"));
	CHECK(!equal("{\"a\":1,\"b\":2}", "{\"a\":2,\"b\":1}"));
	CHECK(!equal("{\"a\":1,\"b\":2}", "{\"a\":1,\"c\":2}"));
	CHECK(!equal("{\"a\":1}", "{\"a\":1,\"b\":2}"));
	CHECK(equal("\"\\u00e9\"", "\"\xc3\xa9\""));
}

/* n members "0".."n-1", whose values are their names too but for one, begun
 * with the member `first`. */
static const char *
wide(unsigned n, unsigned first, unsigned other)
{
	struct rt_buf b = rt_buf(arena(), SIZE_MAX);

	for (unsigned i = 0; i < n; i++) {
		unsigned k = (first + i) % n;

		rt_buf_printf(&b, "%c\"%u\":%u", i == 0 ? '{' : ',', k,
		    k == other ? 99 : k);
	}
	rt_buf_add(&b, RT_LIT("}\0"));
	return b.p;
}

static int
order(const char *a, const char *b)
{
	int cmp = rt_node_cmp(parse(a), parse(b));

	return (cmp > 0) - (cmp < 0);
}

TEST(objects_are_equal_in_any_order)
{
	for (unsigned n = 2; n < 40; n += 3) {
		for (unsigned i = 0; i < n; i++) {
			CHECK(equal(wide(n, 0, n), wide(n, i, n)));
			CHECK(!equal(wide(n, 0, n), wide(n, i, i)));
		}
	}
}

/* However their members are written. */
TEST(objects_have_one_order)
{
	for (unsigned n = 3; n < 30; n += 6) {
		for (unsigned i = 0; i < n; i++) {
			unsigned k = (i * 7 + 2) % n;
			int cmp = order(wide(n, 0, i), wide(n, 0, k));

			CHECK_INT(order(wide(n, 1, i), wide(n, 2, k)), cmp);
			CHECK_INT(order(wide(n, 2, k), wide(n, 1, i)), -cmp);
			CHECK((cmp == 0) == (i == k));
		}
	}
}

TEST(members_know_their_keys)
{
	static const struct rt_str names[] = {RT_TEXT("id"), RT_TEXT("name"),
	    RT_TEXT("tags")};
	static const struct rt_keys keys = {.names = names, .n = 3};
	static const int want[] = {2, 0, -1, 1, -1};
	const struct rt_node *v = parse(
	    "{\"tags\":[[]],\"id\":1,\"nam\":2,\"name\":3,\"id\\u0000\":4}");
	struct rt_members m = rt_members(v, &keys);

	for (size_t i = 0; i < RT_LEN(want); i++) {
		CHECK(rt_members_next(&m));
		CHECK_INT(m.key, want[i]);
		CHECK(m.value == m.name + 1);
	}
	CHECK(!rt_members_next(&m));
	m = rt_members(parse("[1]"), &keys);
	CHECK(!rt_members_next(&m));
}

TEST(items_are_walked)
{
	struct rt_items it = rt_items(parse("[[1,2],{\"a\":3},4]"));
	unsigned n = 0;

	while (rt_items_next(&it))
		n++;
	CHECK_INT(n, 3);
	CHECK_STR(rt_node_str(it.value), "4");
	it = rt_items(parse("{\"a\":1}"));
	CHECK(!rt_items_next(&it));
}
