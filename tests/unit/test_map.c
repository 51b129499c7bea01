/* link: runtime/map.c runtime/read.c runtime/json_write.c runtime/format.c runtime/json.c runtime/node.c runtime/decimal.c runtime/buf.c runtime/arena.c runtime/str.c -lyajl -lm */
#include "runtime/map.h"
#include "tests/unit/test.h"

static struct rt_arena *
arena(void)
{
	static struct rt_arena *a;

	if (a == NULL)
		a = rt_arena_open(SIZE_MAX, NULL, NULL);
	return a;
}

static const struct rt_node *
node(const char *text)
{
	struct rt_json_error err;
	const struct rt_node *v =
	    rt_json_parse(arena(), rt_str(text), NULL, &err);

	CHECK(v != NULL);
	return v;
}

TEST(entries_are_read_in_order)
{
	struct rt_str_map m = rt_read_str_map(arena(),
	    node("{\"b\":\"2\",\"\":\"0\",\"ab\":\"1\",\"\xc3\xa9\":\"3\"}"),
	    NULL);

	CHECK_INT(m.n, 4);
	CHECK_STR(m.v[0].key, "");
	CHECK_STR(m.v[1].key, "ab");
	CHECK_STR(m.v[2].key, "b");
	CHECK_STR(m.v[3].key, "\xc3\xa9");
	CHECK_STR(rt_str_map_get(m, RT_LIT("")), "0");
	CHECK_STR(rt_str_map_get(m, RT_LIT("b")), "2");
	CHECK_STR(rt_str_map_get(m, RT_LIT("\xc3\xa9")), "3");
	CHECK(rt_str_map_get(m, RT_LIT("a")).p == NULL);
	CHECK(rt_str_map_get(m, RT_LIT("c")).p == NULL);
}

TEST(each_of_many_is_found)
{
	enum { N = 1000 };
	struct rt_buf b = rt_buf(arena(), SIZE_MAX);
	struct rt_int_map m;

	for (int i = 0; i < N; i++)
		rt_buf_printf(&b, "%s\"k%d\":%d", i == 0 ? "{" : ",",
		    i * 7919 % N, i * 7919 % N);
	rt_buf_byte(&b, '}');
	rt_buf_byte(&b, '\0');
	m = rt_read_int_map(arena(), node(b.p), NULL);
	CHECK_INT(m.n, N);
	for (int i = 0; i < N; i++) {
		const int64_t *v =
		    rt_int_map_get(m, rt_arena_printf(arena(), "k%d", i));

		CHECK(v != NULL);
		CHECK_INT(*v, i);
	}
	CHECK(rt_int_map_get(m, RT_LIT("k1000")) == NULL);
	CHECK(rt_int_map_get(m, RT_LIT("k")) == NULL);
}

TEST(known_names_are_left_out)
{
	static const struct rt_str names[] = {RT_TEXT("id"), RT_TEXT("name")};
	static const struct rt_keys keys = {.names = names, .n = 2};
	struct rt_double_map m = rt_read_double_map(arena(),
	    node("{\"z\":1.5,\"name\":2,\"a\":0.5,\"id\":3}"), &keys);

	CHECK_INT(m.n, 2);
	CHECK_STR(m.v[0].key, "a");
	CHECK(m.v[1].value == 1.5);
	CHECK(*rt_double_map_get(m, RT_LIT("z")) == 1.5);
	CHECK(rt_double_map_get(m, RT_LIT("id")) == NULL);
}

TEST(nothing_has_no_entries)
{
	struct rt_str_map m = rt_read_str_map(arena(), node("[1]"), NULL);

	CHECK_INT(m.n, 0);
	CHECK(rt_str_map_get(m, RT_LIT("a")).p == NULL);
	CHECK(rt_map_find(NULL, 0, sizeof(*m.v), RT_LIT("a")) == NULL);
	rt_map_sort(NULL, 0, sizeof(*m.v));
}

TEST(maps_are_written)
{
	static const struct rt_str_entry strs[] = {{{"a\"", 2}, {"x", 1}},
	    {{"b", 1}, {"", 0}}};
	static const struct rt_int_entry ints[] = {{{"i", 1}, -5}};
	static const struct rt_double_entry doubles[] = {{{"d", 1}, 0.25}};
	struct rt_buf b = rt_buf(arena(), SIZE_MAX);
	struct rt_writer w = rt_writer(&b);

	rt_write_open_array(&w);
	rt_write_str_map(&w, (struct rt_str_map){strs, 2});
	rt_write_int_map(&w, (struct rt_int_map){ints, 1});
	rt_write_double_map(&w, (struct rt_double_map){doubles, 1});
	rt_write_str_map(&w, (struct rt_str_map){NULL, 0});
	rt_write_close_array(&w);
	CHECK_STR(rt_buf_str(&b),
	    "[{\"a\\\"\":\"x\",\"b\":\"\"},{\"i\":-5},{\"d\":0.25},{}]");
}
