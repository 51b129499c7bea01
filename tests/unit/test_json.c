#include <dirent.h>

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

/* Bytes that are kept, with nothing behind them. */
static char *
kept_bytes(size_t n)
{
	static struct kept {
		struct kept *next;
		char bytes[];
	} * all;
	struct kept *k = malloc(sizeof(*k) + n);

	k->next = all;
	all = k;
	return k->bytes;
}

/*
 * Parses a copy without a NUL behind it, so that a read past the end is seen
 * by the sanitizer.
 */
static const struct rt_node *
parse_with(struct rt_str text, const struct rt_json_limits *limits,
    struct rt_json_error *err)
{
	char *copy = kept_bytes(text.n);

	memcpy(copy, text.p, text.n);
	return rt_json_parse(arena(), (struct rt_str){copy, text.n}, limits,
	    err);
}

static const struct rt_node *
parse(const char *text)
{
	struct rt_json_error err = {0};
	const struct rt_node *v = parse_with(rt_str(text), NULL, &err);

	if (v == NULL)
		fprintf(stderr, "%s: %.*s\n", text, RT_FMT(err.text));
	return v;
}

static struct rt_json_error
refusal(const char *text)
{
	struct rt_json_error err = {0};

	CHECK(parse_with(rt_str(text), NULL, &err) == NULL);
	CHECK(err.text.n > 0);
	CHECK(err.offset <= strlen(text));
	return err;
}

/* "[[[...]]]" */
static char *
nested(unsigned depth)
{
	char *text = kept_bytes(2 * (size_t)depth + 1);

	memset(text, '[', depth);
	memset(text + depth, ']', depth);
	text[2 * depth] = '\0';
	return text;
}

TEST(tape_is_flat_and_in_order)
{
	const struct rt_node *v = parse("{\"a\":[1,\"x\",null],\"b\":true}");

	CHECK_INT(v->type, RT_OBJECT);
	CHECK_INT(v->n, 2);
	CHECK_INT(v->span, 8);
	CHECK_STR(rt_node_str(v + 1), "a");
	CHECK_INT(v[2].type, RT_ARRAY);
	CHECK_INT(v[2].n, 3);
	CHECK_INT(v[2].span, 4);
	CHECK_STR(rt_node_str(v + 3), "1");
	CHECK_INT(v[3].type, RT_NUMBER);
	CHECK_INT(v[5].type, RT_NULL);
	CHECK_STR(rt_node_str(v + 6), "b");
	CHECK_INT(v[7].type, RT_BOOLEAN);
	CHECK_INT(v[7].n, 1);
}

TEST(a_document_is_any_value)
{
	CHECK_INT(parse("null")->type, RT_NULL);
	CHECK_INT(parse(" false ")->n, 0);
	CHECK_STR(rt_node_str(parse("1e400")), "1e400");
	CHECK_STR(rt_node_str(parse("-0")), "-0");
	CHECK_INT(parse("\"\"")->n, 0);
	CHECK(parse("\"\"")->p != NULL);
	CHECK_INT(parse("{}")->span, 1);
	CHECK_INT(parse("[]")->n, 0);
}

TEST(strings_are_decoded)
{
	CHECK_STR(rt_node_str(parse("\"a\\n\\\"\\u00e9\\ud83d\\ude00\"")),
	    "a\n\"\xc3\xa9\xf0\x9f\x98\x80");
	CHECK_INT(parse("\"a\\u0000b\"")->n, 3);
	CHECK(memcmp(parse("\"a\\u0000b\"")->p, "a\0b", 3) == 0);
	CHECK_STR(rt_node_str(parse("[\"\\\\\",\"x\"]") + 2), "x");
	CHECK_STR(rt_node_str(parse("\"\\\\ud800\"")), "\\ud800");
}

TEST(structure_inside_strings_is_text)
{
	CHECK_INT(parse("[\"a,b:[{\\\",\",1]")->n, 2);
}

TEST(faults_have_a_place)
{
	struct rt_json_error err = refusal("{\n \"a\": \"\\x\"}");

	CHECK_INT(err.line, 2);
	CHECK_INT(err.offset, 10);
	CHECK_INT(err.col, 9);
	CHECK_INT(refusal("[1,2").offset, 4);
	CHECK_INT(refusal("").offset, 0);
	CHECK_INT(refusal("").line, 1);
}

TEST(what_yajl_lets_pass_is_refused)
{
	CHECK_STR(refusal("[\"\\ud800\"]").text, "unpaired surrogate");
	CHECK_INT(refusal("[\"\\ud800\"]").offset, 2);
	refusal("\"\\ud800x\"");
	refusal("\"\\ud800\\u0041\"");
	refusal("\"\\ud800\\ud800\"");
	refusal("\"\\udc00\"");
	refusal("\"\\uDBFF");
	CHECK_STR(refusal("\"\xed\xa0\x80\"").text, "ill-formed UTF-8");
	refusal("\"\xc0\xaf\"");
	refusal("\"\xf4\x90\x80\x80\"");
	refusal("\"\xe2\x82\"");
	refusal("\"\\\xe9\"");
	refusal("\xef\xbb\xbf[]");
	refusal("[] []");
	refusal("[]x");
	refusal("/**/1");
	refusal("\"a\tb\"");
}

TEST(a_nul_byte_is_refused)
{
	struct rt_json_error err;

	CHECK(parse_with((struct rt_str){"1\0", 2}, NULL, &err) == NULL);
	CHECK(parse_with((struct rt_str){"\"\0\"", 3}, NULL, &err) == NULL);
}

TEST(names_are_unique)
{
	struct rt_json_error err = refusal("{\"a\":1,\n\"b\":2,\"a\":3}");

	CHECK_STR(err.text, "the name occurs twice in its object");
	CHECK_INT(err.line, 2);
	CHECK_INT(err.col, 7);
	refusal("{\"a\":1,\"\\u0061\":2}");
	refusal("[{\"x\":{\"\":1,\"\":2}}]");
	CHECK(parse("{\"a\":{\"a\":1},\"b\":{\"a\":1}}") != NULL);
	CHECK(parse("{\"a\":1,\"A\":1,\"ab\":1,\"\\u0000\":1,\"\":1}") != NULL);
}

/* An object of n members "k0".."kn-1", of which the last is `last`. */
static struct rt_str
wide(unsigned n, const char *last)
{
	struct rt_buf b = rt_buf(arena(), SIZE_MAX);

	rt_buf_byte(&b, '{');
	for (unsigned i = 0; i + 1 < n; i++)
		rt_buf_printf(&b, "\"k%u\":[%u],", i, i);
	rt_buf_printf(&b, "\"%s\":0}", last);
	return rt_buf_str(&b);
}

TEST(names_are_unique_in_wide_objects)
{
	for (unsigned n = 7; n < 12; n++) {
		struct rt_json_error err;

		CHECK(parse_with(wide(n, "k3"), NULL, &err) == NULL);
		CHECK(parse_with(wide(n, "x"), NULL, &err) != NULL);
	}
}

/* Quadratic work would take minutes here. */
TEST(wide_objects_are_cheap)
{
	struct rt_json_error err;
	const struct rt_node *v = parse_with(wide(200000, "x"), NULL, &err);

	CHECK_INT(v->n, 200000);
	for (int i = 0; i < 100000; i++)
		CHECK(rt_node_get(v, "k199000") != NULL);
	CHECK_STR(rt_node_str(rt_node_get(v, "k199000") + 1), "199000");
	CHECK(rt_node_get(v, "k200000") == NULL);
	CHECK(rt_node_eq(v, v));
}

TEST(depth_is_limited)
{
	CHECK(parse(nested(64)) != NULL);
	CHECK_STR(refusal(nested(65)).text, "nested too deeply");
	CHECK_INT(refusal(nested(65)).offset, 64);
	refusal(nested(100000));
}

TEST(nodes_are_limited)
{
	static const struct rt_json_limits limits = {.depth = 2, .nodes = 4};
	struct rt_json_error err;

	CHECK(parse_with(RT_LIT("[1,2,3]"), &limits, &err) != NULL);
	CHECK(parse_with(RT_LIT("[1,2,3,4]"), &limits, &err) == NULL);
	CHECK_STR(err.text, "too many values");
	CHECK(parse_with(RT_LIT("{\"a\":1,\"b\":2}"), &limits, &err) == NULL);
	CHECK(parse_with(RT_LIT("[[[]]]"), &limits, &err) == NULL);
}

TEST(names_that_repeat)
{
	static const char *const texts[] = {"{\"a\":1,\"a\":2}",
	    "{\"a\":1,\"\\u0061\":2}",
	    "{\"1\":1,\"2\":1,\"3\":1,\"4\":1,\"5\":1,\"6\":1,\"7\":1,"
	    "\"8\":1,\"9\":1,\"10\":1,\"11\":1,\"12\":1,\"13\":1,"
	    "\"14\":1,\"15\":1,\"16\":1,\"17\":1,\"1\":1}"};
	struct rt_json_limits limits = rt_json_default_limits;
	struct rt_json_error err;

	for (size_t i = 0; i < RT_LEN(texts); i++) {
		limits.repeats = false;
		CHECK(parse_with(rt_str(texts[i]), &limits, &err) == NULL);
		CHECK_STR(err.text, "the name occurs twice in its object");
		limits.repeats = true;
		CHECK(parse_with(rt_str(texts[i]), &limits, &err) != NULL);
	}
}

/* 1000 bytes may not cost megabytes, well-formed or not. */
TEST(memory_is_bounded_by_the_text)
{
	static const char pieces[][5] = {"[", "\"", "1,", ",", "\\u00", "{"};

	for (size_t i = 0; i < RT_LEN(pieces); i++) {
		struct rt_arena *a = rt_arena_open(SIZE_MAX, NULL, NULL);
		struct rt_buf b = rt_buf(arena(), SIZE_MAX);
		struct rt_json_error err;

		while (b.n < 1000)
			rt_buf_cstr(&b, pieces[i]);
		CHECK(rt_json_parse(a, rt_buf_str(&b), NULL, &err) == NULL);
		CHECK(rt_arena_used(a) < 40000);
		rt_arena_close(a);
	}
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

TEST(wide_objects_are_equal_in_any_order)
{
	CHECK(equal("{\"a\":0,\"b\":1,\"c\":2,\"d\":3,\"e\":4,\"f\":5,"
		    "\"g\":6,\"h\":7,\"i\":8}",
	    "{\"i\":8,\"h\":7,\"g\":6,\"f\":5,\"e\":4,\"d\":3,\"c\":2,"
	    "\"b\":1,\"a\":0}"));
	CHECK(!equal("{\"a\":0,\"b\":1,\"c\":2,\"d\":3,\"e\":4,\"f\":5,"
		     "\"g\":6,\"h\":7,\"i\":8}",
	    "{\"i\":8,\"h\":7,\"g\":6,\"f\":5,\"e\":4,\"d\":3,\"c\":2,"
	    "\"b\":0,\"a\":1}"));
}

TEST(members_know_their_keys)
{
	static const char *const names[] = {"id", "name", "tags"};
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

/* --- JSONTestSuite (github.com/nst/JSONTestSuite) --- */

static struct rt_str
read_file(const char *dir, const char *name)
{
	char path[512];
	char *text = kept_bytes(1 << 20);
	size_t n;
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	f = fopen(path, "rb");
	CHECK(f != NULL);
	n = fread(text, 1, 1 << 20, f);
	fclose(f);
	return (struct rt_str){text, n};
}

/* RFC 8259 leaves names that occur twice to the parser: ours refuses them. */
static bool
must_parse(const char *file)
{
	return file[0] == 'y' &&
	    strncmp(file, "y_object_duplicated_key", 23) != 0;
}

TEST(json_test_suite)
{
	static const char path[] = "../shared/suites/json-parsing/test_parsing";
	unsigned yes = 0, no = 0;
	DIR *dir = opendir(path);
	struct dirent *e;

	if (dir == NULL) {
		printf("SKIPPED: json_test_suite, there is no %s\n", path);
		return;
	}
	while ((e = readdir(dir)) != NULL) {
		const char *name = e->d_name;
		struct rt_json_error err;
		bool ok;

		if (strncmp(name, "y_", 2) != 0 && strncmp(name, "n_", 2) != 0)
			continue;
		ok = parse_with(read_file(path, name), NULL, &err) != NULL;
		if (ok != must_parse(name))
			fprintf(stderr, "%s\n", name);
		CHECK(ok == must_parse(name));
		yes += ok;
		no += !ok;
	}
	closedir(dir);
	CHECK(yes >= 90 && no >= 180);
}
