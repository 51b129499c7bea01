#include <dirent.h>

#include "runtime/buf.h"
#include "runtime/json_part.h"
#include "runtime/json_scan.h"
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

/* Whatever the place of a byte in a string, and of the string's end in what
 * the machine takes at once. */
TEST(strings_of_any_length)
{
	struct rt_json_error err;
	char text[80];

	for (size_t n = 0; n < 70; n++) {
		const struct rt_node *v;

		memset(text, 'a', sizeof(text));
		text[0] = text[n + 1] = '"';
		v = parse_with((struct rt_str){text, n + 2}, NULL, &err);
		CHECK_INT(v->n, n);
		CHECK(memcmp(v->p, text + 1, n) == 0);
		CHECK(parse_with((struct rt_str){text, n + 1}, NULL, &err) ==
		    NULL);
		for (size_t i = 1; i <= n; i++) {
			text[i] = '\x1f';
			v = parse_with((struct rt_str){text, n + 2}, NULL,
			    &err);
			CHECK(v == NULL);
			CHECK_INT(err.offset, i);
			text[i] = 'a';
		}
	}
}

TEST(special_bytes_are_told_from_plain_ones)
{
	char text[17];

	for (unsigned c = 0; c < 256; c++) {
		bool special = c < 0x20 || c >= 0x80 || c == '"' || c == '\\';

		CHECK(rt_json_is_special((char)c) == special);
		for (unsigned i = 0; i < 16; i++) {
			memset(text, '!', sizeof(text));
			text[i] = (char)c;
			CHECK_INT(rt_json_special16(text), special ? i : 16);
			CHECK_INT(rt_json_special8(text),
			    special && i < 8 ? i : 8);
			/* What stands behind must not matter. */
			text[i + 1] = '"';
			CHECK_INT(rt_json_special16(text),
			    special      ? i
				: i < 15 ? i + 1
					 : 16);
			CHECK_INT(rt_json_special8(text),
			    special && i < 8 ? i
				: i < 7      ? i + 1
					     : 8);
		}
	}
}

/* "\uXXXX" of any value, between two others. */
TEST(escapes_of_any_code_point)
{
	for (unsigned v = 0; v < 0x110000; v += v < 0x900 ? 1 : 37) {
		bool is_pair = v >= 0x10000;
		unsigned low = 0xdc00 | (v & 0x3ff);
		char json[32];
		const struct rt_node *node;
		size_t n;

		if (v >= 0xd800 && v <= 0xdfff)
			continue;
		snprintf(json, sizeof(json),
		    is_pair ? "\"a\\u%04x\\u%04xz\"" : "\"a\\u%04Xz\"",
		    is_pair ? 0xd800 + ((v - 0x10000) >> 10) : v, low);
		node = parse(json);
		n = v < 0x80 ? 1 : v < 0x800 ? 2 : is_pair ? 4 : 3;
		CHECK_INT(node->n, n + 2);
		CHECK(node->p[0] == 'a' && node->p[n + 1] == 'z');
		CHECK_INT(rt_str_utf8_len((struct rt_str){node->p + 1, n}), n);
		CHECK_INT((unsigned char)node->p[n],
		    n == 1 ? v : 0x80 | (v & 0x3f));
	}
}

/* RFC 3629, section 4, at its borders. */
TEST(utf8_is_well_formed)
{
	static const char *const good[] = {"\xc2\x80", "\xdf\xbf",
	    "\xe0\xa0\x80", "\xed\x9f\xbf", "\xee\x80\x80", "\xef\xbf\xbf",
	    "\xf0\x90\x80\x80", "\xf4\x8f\xbf\xbf", "\x7f"};
	static const char *const bad[] = {"\x80", "\xbf", "\xc1\xbf", "\xc2",
	    "\xc2\x7f", "\xc2\xc0", "\xe0\x9f\xbf", "\xe0\xa0", "\xe1\x80\x7f",
	    "\xed\xa0\x80", "\xf0\x8f\xbf\xbf", "\xf0\x90\x80",
	    "\xf1\x80\x80\xc0", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xff"};
	char json[40];

	for (size_t i = 0; i < RT_LEN(good); i++) {
		snprintf(json, sizeof(json), "\"some text %s\"", good[i]);
		CHECK_STR(rt_node_str(parse(json)),
		    rt_arena_printf(arena(), "some text %s", good[i]).p);
	}
	for (size_t i = 0; i < RT_LEN(bad); i++) {
		snprintf(json, sizeof(json), "\"some text %s\"", bad[i]);
		CHECK_STR(refusal(json).text, "ill-formed UTF-8");
		CHECK_INT(refusal(json).offset, 11);
	}
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

TEST(faults_say_what_was_expected)
{
	static const struct {
		const char *json;
		size_t offset;
		const char *text;
	} cases[] = {
	    {"", 0, "expected a value, found the end of the text"},
	    {" ", 1, "expected a value, found the end of the text"},
	    {"]", 0, "expected a value, found ']'"},
	    {"+1", 0, "expected a value, found '+'"},
	    {"'a'", 0, "expected a value, found a single quote"},
	    {"\xef\xbb\xbf{}", 0, "expected a value, found a byte order mark"},
	    {"[\xc3\xa9]", 1,
		"expected a value or ']', found the character U+00E9"},
	    {"\x80", 0, "expected a value, found ill-formed UTF-8"},
	    {"[\v1]", 1, "expected a value or ']', found the character U+000B"},
	    {"[1,]", 3, "expected a value after ',', found ']'"},
	    {"[1 2]", 3, "expected ',' or ']', found '2'"},
	    {"[1}", 2, "expected ',' or ']', found '}'"},
	    {"{\"a\" 1}", 5, "expected ':' after the name, found '1'"},
	    {"{\"a\":}", 5, "expected a value after ':', found '}'"},
	    {"{\"a\":1", 6, "expected ',' or '}', found the end of the text"},
	    {"{\"a\":1\n\"b\"}", 7, "expected ',' or '}', found '\"'"},
	    {"{\"a\":1,}", 7,
		"expected a name in double quotes after ',', found '}'"},
	    {"{a:1}", 1, "expected a name in double quotes or '}', found 'a'"},
	    {"[nul]", 1, "a word that is none of true, false and null"},
	    {"True", 0, "a word that is none of true, false and null"},
	    {"-NaN", 1, "expected a digit, found 'N'"},
	    {"-01", 1, "a number has no leading zero"},
	    {"1.", 2, "expected a digit, found the end of the text"},
	    {"1.e3", 2, "expected a digit, found 'e'"},
	    {"1e+ ", 3, "expected a digit, found a space"},
	    {"1 2", 2, "expected the end of the text, found '2'"},
	    {"\"ab", 3, "the text ends inside of a string"},
	    {"\"ab\\", 4, "the text ends inside of a string"},
	    {"\"a\tb\"", 2,
		"expected an escape for a control character, found a tab"},
	    {"\"a\nb\"", 2,
		"expected an escape for a control character, found the end of "
		"the line"},
	    {"\"\\x41\"", 2,
		"expected one of \"\\/bfnrtu after the backslash, found 'x'"},
	    {"\"\\u12x4\"", 5,
		"expected four hexadecimal digits after '\\u', found 'x'"},
	};

	for (size_t i = 0; i < RT_LEN(cases); i++) {
		struct rt_json_error err = refusal(cases[i].json);

		CHECK_STR(err.text, cases[i].text);
		CHECK_INT(err.offset, cases[i].offset);
	}
}

TEST(what_others_let_pass_is_refused)
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
	refusal("[]\"");
	refusal("[]\"a");
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

/* A place is that of the second, however its name is written. */
TEST(names_that_repeat_have_a_place)
{
	static const char many[] =
	    "[\"\\\"]\", {\"1\":[true,{}],\"2\":-1e2,\"3\":{},\"4\":null,"
	    "\"5\":1,\"6\":1,\"7\":1,\"8\":1,\"9\":1,\"10\":1,\"11\":1,"
	    "\"12\":1,\"13\":1,\"14\":1,\"15\":1,\"16\":1,\"17\":1,"
	    "\"\\u0031\":1}]";

	CHECK_INT(refusal("{\"a\":[{}],\"\\u0061\":1}").offset, 10);
	CHECK_INT(refusal("{\"\":1,\"\":2}").offset, 6);
	CHECK_INT(refusal(many).offset,
	    (size_t)(strstr(many, "\"\\u0031") - many));
}

/* Length and first byte are the same. */
TEST(names_that_are_alike_differ)
{
	CHECK(
	    parse("{\"line1\":1,\"line2\":1,\"line3\":1,\"lone1\":1}") != NULL);
	refusal("{\"line1\":1,\"line2\":1,\"line3\":1,\"line2\":1}");
	CHECK(parse("{\"a\":{\"a\":1,\"b\":1},\"b\":{\"a\":1}}") != NULL);
	refusal("{\"a\":1,\"b\":{\"c\":1,\"d\":[{}]},\"a\":1}");
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
	for (unsigned n = 7; n < 20; n++) {
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

/* The first guess at the number of values is too small for this. */
TEST(a_dense_text_is_read_whole)
{
	struct rt_buf b = rt_buf(arena(), SIZE_MAX);
	struct rt_json_error err;
	const struct rt_node *v;

	rt_buf_cstr(&b, "[[");
	rt_buf_add(&b, wide(20, "x,\\\"y"));
	for (int i = 0; i < 1000; i++)
		rt_buf_cstr(&b, ",1");
	rt_buf_cstr(&b, "],[[[{}]]]]");
	v = parse_with(rt_buf_str(&b), NULL, &err);
	CHECK_INT(v->n, 2);
	CHECK_INT(v[1].n, 1001);
	CHECK_INT(v->span, 1 + 1 + 1 + 20 * 2 + 19 + 1000 + 4);
	CHECK(rt_node_get(v + 2, "k7") > v);
	CHECK_STR(rt_node_str(rt_node_get(v + 2, "k7") + 1), "7");
	CHECK_STR(rt_node_pointer(arena(), v, rt_node_get(v + 2, "k7")),
	    "/0/0/k7");
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
