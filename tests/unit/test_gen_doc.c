#include "tests/unit/doc_fixture.h"

static void
check_json(const struct doc_node *node, const char *want)
{
	CHECK_STR(doc_json(arena, node, 0), want);
}

static void
check_pos(struct source_pos pos, unsigned line, unsigned col, unsigned len)
{
	CHECK_INT(pos.line, line);
	CHECK_INT(pos.col, col);
	CHECK_INT(pos.len, len);
}

/* --- scalars of YAML --- */

TEST(null_and_booleans_have_the_core_spellings)
{
	check_json(yaml("[null, Null, NULL, ~, '', nULL]"),
	    "[null,null,null,null,\"\",\"nULL\"]");
	check_json(yaml("a:\nb: # none\n"), "{\"a\":null,\"b\":null}");
	check_json(yaml("[true, True, TRUE, false, False, FALSE, tRUE]"),
	    "[true,true,true,false,false,false,\"tRUE\"]");
	check_json(yaml("[yes, no, on, off, y, n]"),
	    "[\"yes\",\"no\",\"on\",\"off\",\"y\",\"n\"]");
}

TEST(integers_are_given_as_json_has_them)
{
	check_json(yaml("[0, -1, +2, 007, -08, -0]"), "[0,-1,2,7,-8,-0]");
	check_json(yaml("[0o17, 0x1F, 0xff, 0x0]"), "[15,31,255,0]");
	check_json(yaml("[0xFFFFFFFFFFFFFFFF, 0o1777777777777777777777]"),
	    "[18446744073709551615,18446744073709551615]");
	check_json(yaml("[-0x1, 0X1, 0O1, 0x, 0o8, 0b1, 1_000, 12:30]"),
	    "[\"-0x1\",\"0X1\",\"0O1\",\"0x\",\"0o8\",\"0b1\",\"1_000\","
	    "\"12:30\"]");
	check_json(yaml("123456789012345678901234567890"),
	    "123456789012345678901234567890");
}

TEST(floats_are_given_as_json_has_them)
{
	check_json(yaml("[.5, 1., -.5e3, +01.50E-07, 1e5, 0.0]"),
	    "[0.5,1.0,-0.5e3,1.50E-07,1e5,0.0]");
	check_json(yaml("[., e5, 1e, 1e+, 1.2.3, +, -, 3.1.0]"),
	    "[\".\",\"e5\",\"1e\",\"1e+\",\"1.2.3\",\"+\",\"-\",\"3.1.0\"]");
}

TEST(quoted_and_block_scalars_are_strings)
{
	check_json(yaml("['1', \"true\", ! 1, !!str null]"),
	    "[\"1\",\"true\",\"1\",\"null\"]");
	check_json(yaml("a: |\n  1\nb: >-\n  2\n"),
	    "{\"a\":\"1\\n\",\"b\":\"2\"}");
}

TEST(tags_of_the_core_schema_decide)
{
	check_json(yaml("[!!int '5', !!float 1, !!bool 'true', !!null '', "
			"!!map {}, !!seq [], !!int 0x10]"),
	    "[5,1,true,null,{},[],16]");
	yaml_refused("a: !pet 1\n",
	    "x.yaml:1:4: error: expected a tag of YAML's core schema, found "
	    "'!pet' [yaml-tag]\n"
	    "    1 | a: !pet 1\n"
	    "      |    ^~~~~~\n"
	    "help: the core schema has !!str, !!int, !!float, !!bool, "
	    "!!null, !!map and !!seq\n");
	refused_line("x.yaml", "!!binary aGk=",
	    "x.yaml:1:1: error: expected a tag of YAML's core schema, found "
	    "'!!binary' [yaml-tag]");
	refused_line("x.yaml", "!!int 1.5",
	    "x.yaml:1:1: error: expected a value as its tag '!!int' says, "
	    "found '1.5' [yaml-tag]");
	refused_line("x.yaml", "!!map [1]",
	    "x.yaml:1:1: error: expected a value as its tag '!!map' says, "
	    "found a sequence [yaml-tag]");
	refused_line("x.yaml", "!!seq 1",
	    "x.yaml:1:1: error: expected a value as its tag '!!seq' says, "
	    "found '1' [yaml-tag]");
	refused_line("x.yaml", "!set {}",
	    "x.yaml:1:1: error: expected a tag of YAML's core schema, found "
	    "'!set' [yaml-tag]");
}

TEST(numbers_that_json_lacks_are_refused)
{
	yaml_refused("a: .inf\n",
	    "x.yaml:1:4: error: expected a number that JSON can hold too, "
	    "found '.inf' [yaml-number]\n"
	    "    1 | a: .inf\n"
	    "      |    ^~~~\n"
	    "help: put quotes around it if it is a text\n");
	CHECK(read_text("x.yaml",
		  RT_LIT("[-.Inf, +.INF, .nan, .NaN, .NAN, "
			 "0x10000000000000000]")) == NULL);
	CHECK_INT(diag_errors(diag), 6);
	check_json(yaml("['.inf', +.nan, .iNF, inf]"),
	    "[\".inf\",\"+.nan\",\".iNF\",\"inf\"]");
	check_json(yaml(".inf: 1"), "{\".inf\":1}");
}

/* --- keys --- */

TEST(keys_are_strings_as_they_are_written)
{
	check_json(yaml("200: a\n0x10: b\nnull: c\ntrue: d\n'<<': e\n"),
	    "{\"200\":\"a\",\"0x10\":\"b\",\"null\":\"c\",\"true\":\"d\","
	    "\"<<\":\"e\"}");
}

TEST(duplicate_keys_are_refused)
{
	yaml_refused("a: 1\nb: 2\n'a': 3\n",
	    "x.yaml:3:1: error: each key of a mapping must be unique; 'a' is "
	    "used twice [yaml-duplicate-key]\n"
	    "    3 | 'a': 3\n"
	    "      | ^~~\n"
	    "x.yaml:1:1: note: first used here\n");
	json_refused("{\"b\":{\"a\":1,\"\\u0061\":2}}",
	    "x.json:1:13: error: each key of a mapping must be unique; 'a' is "
	    "used twice [json-duplicate-key]");
}

TEST(duplicate_keys_of_a_large_map_name_the_first)
{
	CHECK(read_text("x.yaml",
		  RT_LIT("{z: 0, k: 0, b: 0, c: 0, d: 0, e: 0, f: 0, g: 0,\n"
			 "k: 1, h: 0, i: 0, k: 2, a: 0}")) == NULL);
	CHECK_STR(report_text(arena, diag),
	    "x.yaml:2:1: error: each key of a mapping must be unique; 'k' is "
	    "used twice [yaml-duplicate-key]\n"
	    "    2 | k: 1, h: 0, i: 0, k: 2, a: 0}\n"
	    "      | ^\n"
	    "x.yaml:1:8: note: first used here\n"
	    "x.yaml:2:19: error: each key of a mapping must be unique; 'k' is "
	    "used twice [yaml-duplicate-key]\n"
	    "    2 | k: 1, h: 0, i: 0, k: 2, a: 0}\n"
	    "      |                   ^\n"
	    "x.yaml:1:8: note: first used here\n");
}

TEST(keys_that_are_no_strings_are_refused)
{
	yaml_refused("paths:\n  {id}: 1\n",
	    "x.yaml:2:3: error: expected a string as key, found a mapping "
	    "[yaml-key]\n"
	    "    2 |   {id}: 1\n"
	    "      |   ^\n"
	    "help: put quotes around a key that begins with '{'\n");
	refused_line("x.yaml", "? [a]\n: 1\n",
	    "x.yaml:1:3: error: expected a string as key, found a sequence "
	    "[yaml-key]");
	refused_line("x.yaml", "a: 1\n?\n: 2\n",
	    "x.yaml:2:2: error: expected a key before ':', found none "
	    "[yaml-key]");
	refused_line("x.yaml", "a: &a [1]\n*a : 1\n",
	    "x.yaml:2:1: error: expected a string as key, found an alias of a "
	    "sequence [yaml-key]");
}

TEST(merge_keys_are_refused)
{
	yaml_refused("a: &a {b: 1}\nc:\n  <<: *a\n",
	    "x.yaml:3:3: error: expected a key, found YAML 1.1's merge key "
	    "'<<' [yaml-key]\n"
	    "    3 |   <<: *a\n"
	    "      |   ^~\n"
	    "help: write the members out, or share them with '$ref' or "
	    "'allOf'\n");
}

/* --- places --- */

TEST(places_are_in_bytes_from_one)
{
	const struct doc_node *root;
	const struct doc_node *list;

	root = yaml("\xef\xbb\xbf"
		    "a: 1\r\n"
		    "\xc3\xa4\xf0\x9f\x98\x80: \"\xc3\xa9 x\" # c\r\n"
		    "\r\n"
		    "list:\r\n"
		    "  - \xc3\xa9: b\r\n"
		    "  - [x,\ty]\r\n");
	check_pos(root->members[0].key_pos, 1, 1, 1);
	check_pos(doc_get(root, "a")->pos, 1, 4, 1);
	check_pos(root->members[1].key_pos, 2, 1, 6);
	check_pos(root->members[1].value->pos, 2, 9, 6);
	check_pos(doc_key_pos(root, "list"), 4, 1, 4);
	list = doc_get(root, "list");
	check_pos(list->pos, 5, 3, 0);
	check_pos(list->items[0]->members[0].value->pos, 5, 9, 1);
	check_pos(list->items[1]->pos, 6, 5, 1);
	check_pos(list->items[1]->items[1]->pos, 6, 9, 1);
	check_pos(doc_key_pos(list->items[1], "none"), 6, 5, 1);
}

TEST(a_place_ends_with_its_line)
{
	const struct doc_node *root;

	root = yaml("a: |\n  x\n  y\nb: \"x\n  y\"\nc:\nd: &n v\n");
	check_pos(doc_get(root, "a")->pos, 1, 4, 1);
	check_pos(doc_get(root, "b")->pos, 4, 4, 2);
	check_pos(doc_get(root, "c")->pos, 6, 3, 0);
	check_pos(doc_get(root, "d")->pos, 7, 4, 4);
}

TEST(places_of_json_are_exact)
{
	const struct doc_node *root;
	const struct doc_node *list;

	root = json(" {\"\xc3\xa9\\\"\\\\\" : [-1.5e3,\n true ,null,"
		    "\"\\\\\\\"x\", \"\", {} ],\r\n\"n\":0}");
	check_pos(root->pos, 1, 2, 1);
	check_pos(root->members[0].key_pos, 1, 3, 8);
	CHECK_STR(root->members[0].key, "\xc3\xa9\"\\");
	list = root->members[0].value;
	check_pos(list->pos, 1, 14, 1);
	check_pos(list->items[0]->pos, 1, 15, 6);
	check_pos(list->items[1]->pos, 2, 2, 4);
	check_pos(list->items[2]->pos, 2, 8, 4);
	check_pos(list->items[3]->pos, 2, 13, 7);
	check_pos(list->items[4]->pos, 2, 22, 2);
	check_pos(list->items[5]->pos, 2, 26, 1);
	check_pos(root->members[1].key_pos, 3, 1, 3);
	check_pos(root->members[1].value->pos, 3, 5, 1);
}

/* --- anchors --- */

TEST(aliases_are_copies_in_their_place)
{
	const struct doc_node *root;
	const struct doc_node *copy;

	root = yaml("a: &a {n: [1, two], k: &k key}\nb: *a\n*k : *k\n"
		    "d: &a 2\ne: *a\n");
	check_json(root,
	    "{\"a\":{\"n\":[1,\"two\"],\"k\":\"key\"},"
	    "\"b\":{\"n\":[1,\"two\"],\"k\":\"key\"},"
	    "\"key\":\"key\",\"d\":2,\"e\":2}");
	copy = doc_get(root, "b");
	check_pos(copy->pos, 2, 4, 2);
	CHECK(copy->parent == root);
	CHECK_INT(copy->index, 1);
	check_pos(doc_get(copy, "n")->pos, 1, 11, 1);
	CHECK_STR(doc_pointer(arena, doc_get(copy, "n")->items[1]), "/b/n/1");
}

TEST(a_copy_of_a_large_map_finds_its_own_members)
{
	const struct doc_node *root;
	const struct doc_node *copy;

	root = yaml("a: &a {i: 1, h: 2, g: 3, f: 4, e: 5, d: 6, c: 7, b: 8, "
		    "a: 9}\nb: *a\n");
	copy = doc_get(root, "b");
	for (size_t i = 0; i < copy->n; i++)
		CHECK(
		    doc_find(copy, copy->members[i].key) == &copy->members[i]);
	CHECK(doc_get(copy, "i") != doc_get(doc_get(root, "a"), "i"));
}

TEST(an_anchor_may_stand_at_a_key)
{
	check_json(yaml("&k key: 1\nb: *k\n"), "{\"key\":1,\"b\":\"key\"}");
}

TEST(every_one_of_many_anchors_is_found)
{
	char text[100000], *p = text;
	const struct doc_node *root;

	for (int i = 0; i < 2500; i++)
		p += sprintf(p, "- &a%d %d\n", i, i);
	for (int i = 0; i < 2500; i++)
		p += sprintf(p, "- *a%d\n", i);
	root = yaml(text);
	CHECK_INT(root->n, 5000);
	for (size_t i = 0; i < 2500; i++)
		CHECK(doc_eq(root->items[i], root->items[2500 + i]));
}

/* --- JSON --- */

TEST(json_is_read_when_name_and_text_say_so)
{
	check_json(json("{\"a\": [1.0, -2E+3, \"x\", true, null]}"),
	    "{\"a\":[1.0,-2E+3,\"x\",true,null]}");
	check_json(json("\xef\xbb\xbf \n[]"), "[]");
	check_json(json("a: 'yaml'"), "{\"a\":\"yaml\"}");
	check_json(yaml("{\"a\": [1, \"x\",\n true]}"),
	    "{\"a\":[1,\"x\",true]}");
}

TEST(strings_of_json_are_decoded)
{
	const struct doc_node *list;

	list = json("[\"\\u00e9\\ud83d\\ude00\\n\\/\\\\u\", \"a\\u0000b\"]");
	CHECK_STR(list->items[0]->text, "\xc3\xa9\xf0\x9f\x98\x80\n/\\u");
	CHECK_INT(list->items[1]->text.n, 3);
	CHECK_INT(memcmp(list->items[1]->text.p, "a\0b", 4), 0);
}

/* --- the tree --- */

TEST(members_are_found)
{
	const struct doc_node *map;

	map = yaml("{p: 1, b: 2, ab: 3, a: 4, '': 5, c: 6, d: 7, e: 8, f: 9, "
		   "g: 10}");
	for (size_t i = 0; i < map->n; i++)
		CHECK(doc_find(map, map->members[i].key) == &map->members[i]);
	CHECK_STR(doc_get(map, "ab")->text, "3");
	CHECK(doc_get(map, "abc") == NULL);
	CHECK(doc_get(map, "zz") == NULL);
	CHECK(doc_get(NULL, "a") == NULL);
	CHECK(doc_get(doc_get(map, "a"), "a") == NULL);
	CHECK(doc_member(yaml("{a: 1}"), "b") == NULL);
	CHECK_STR(doc_member(yaml("{x: 0, a: 1}"), "a")->value->text, "1");
}

TEST(a_pointer_names_a_node)
{
	const struct doc_node *root = yaml("a/b: [0, {m~n: {'': 1}}]");
	const struct doc_node *list = root->members[0].value;
	const struct doc_node *map = list->items[1];

	CHECK_STR(doc_pointer(arena, root), "");
	CHECK_STR(doc_pointer(arena, list), "/a~1b");
	CHECK_STR(doc_pointer(arena, map->members[0].value), "/a~1b/1/m~0n");
	CHECK_STR(doc_pointer(arena, map->members[0].value->members[0].value),
	    "/a~1b/1/m~0n/");
	CHECK(map->parent == list);
	CHECK_STR(map->members[0].value->key, "m~n");
}

TEST(json_is_written_with_indentation)
{
	const struct doc_node *root = yaml("{a: [1, {b: x}], c: {}, d: []}");

	CHECK_STR(doc_json(arena, root, 2),
	    "{\n"
	    "  \"a\": [\n"
	    "    1,\n"
	    "    {\n"
	    "      \"b\": \"x\"\n"
	    "    }\n"
	    "  ],\n"
	    "  \"c\": {},\n"
	    "  \"d\": []\n"
	    "}");
	CHECK_INT(strlen(doc_json(arena, root, 0).p),
	    doc_json(arena, root, 0).n);
}

TEST(strings_are_written_with_escapes)
{
	const struct doc_node *root;

	root = yaml("\"\\0\\x01\\b\\t\\n\\f\\r\\e\\\"\\\\/\\u2028\xc3\xa9\"");
	check_json(root,
	    "\"\\u0000\\u0001\\b\\t\\n\\f\\r\\u001b\\\"\\\\/\xe2\x80\xa8"
	    "\xc3\xa9\"");
	check_json(yaml("{\"a\\\"\": 1}"), "{\"a\\\"\":1}");
}

static void
check_int(const char *text, bool is_int, int64_t want)
{
	int64_t got = want;

	CHECK(doc_int(yaml(text), &got) == is_int);
	CHECK_INT(got, want);
}

TEST(integers_have_a_value)
{
	check_int("0", true, 0);
	check_int("-0.0", true, 0);
	check_int("0e999999999999999999999", true, 0);
	check_int("-17", true, -17);
	check_int("1200", true, 1200);
	check_int("1.0", true, 1);
	check_int("1.5e1", true, 15);
	check_int("1500e-2", true, 15);
	check_int("0.05e+2", true, 5);
	check_int("9223372036854775807", true, INT64_MAX);
	check_int("-9223372036854775808", true, INT64_MIN);
	check_int("9223372036854775808", false, 0);
	check_int("-9223372036854775809", false, 0);
	check_int("1e18", true, 1000000000000000000);
	check_int("1e19", false, 0);
	check_int("1e99999999999999999999", false, 0);
	check_int("1.5", false, 0);
	check_int("1e-1", false, 0);
	check_int("'1'", false, 0);
	CHECK(!doc_int(NULL, &(int64_t){0}));
}

static bool
is_eq(const char *a, const char *b)
{
	const struct doc_node *x = yaml(a), *y = yaml(b);
	bool same = doc_eq(x, y);

	CHECK(doc_eq(y, x) == same);
	CHECK(doc_eq(x, x));
	return same;
}

TEST(equality_is_that_of_json_schema)
{
	CHECK(is_eq("{a: 1, b: [x, null]}", "{b: [x, ~], a: 1.0}"));
	CHECK(!is_eq("{a: 1, b: 2}", "{a: 1, c: 2}"));
	CHECK(!is_eq("{a: 1}", "{a: 1, b: 2}"));
	CHECK(!is_eq("[1, 2]", "[2, 1]"));
	CHECK(!is_eq("[1]", "[1, 1]"));
	CHECK(!is_eq("1", "'1'"));
	CHECK(!is_eq("true", "false"));
	CHECK(is_eq("true", "TRUE"));
	CHECK(!is_eq("a", "A"));
	CHECK(!is_eq("[]", "{}"));
}

TEST(numbers_are_equal_by_value)
{
	CHECK(is_eq("0", "-0.0e5"));
	CHECK(is_eq("100", "1e2"));
	CHECK(is_eq("1.50", "15e-1"));
	CHECK(is_eq("12.5", "1.25E+1"));
	CHECK(is_eq("0x10", "16"));
	CHECK(is_eq("10000000000000000000001", "1000000000000000000000.1e1"));
	CHECK(!is_eq("10000000000000000000001", "10000000000000000000002"));
	CHECK(!is_eq("1", "-1"));
	CHECK(!is_eq("1", "10"));
	CHECK(!is_eq("1", "0"));
	CHECK(!is_eq("12", "1.2"));
	CHECK(!is_eq("12", "123"));
	CHECK(!is_eq("1e1000", "1e1001"));
}
