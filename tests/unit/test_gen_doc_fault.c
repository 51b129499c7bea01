#include "runtime/buf.h"
#include "tests/unit/doc_fixture.h"

static void
check_json(const struct doc_node *node, const char *want)
{
	CHECK_STR(doc_json(arena, node, 0), want);
}

/* `before`, `n` times `part`, and `after`. */
static struct rt_str
repeated(const char *before, const char *part, size_t n, const char *after)
{
	struct rt_buf b;

	open_arena();
	b = rt_buf(arena, (size_t)256 << 20);
	rt_buf_cstr(&b, before);
	for (size_t i = 0; i < n; i++)
		rt_buf_cstr(&b, part);
	rt_buf_cstr(&b, after);
	rt_buf_byte(&b, '\0');
	b.n--;
	return rt_buf_str(&b);
}

/* --- limits --- */

static struct rt_str
nested(const char *before, size_t depth, const char *middle)
{
	struct rt_str text = repeated(before, "[", depth, middle);

	return repeated(text.p, "]", depth, "\n");
}

static void
check_too_deep(const char *name, struct rt_str text, const char *place)
{
	struct rt_str all;

	CHECK(read_text(name, text) == NULL);
	CHECK_INT(diag_errors(diag), 1);
	all = report_text(arena, diag);
	CHECK(rt_str_starts(all, place));
	CHECK(strstr(all.p, "may be nested 200 deep; this is one level more"));
}

TEST(nesting_ends_at_200)
{
	CHECK(read_text("x.yaml", nested("", 200, "")) != NULL);
	CHECK(read_text("x.json", nested("", 200, "")) != NULL);
	check_too_deep("x.yaml", nested("", 201, ""), "x.yaml:1:201: error");
	check_too_deep("x.json", nested("", 201, ""), "x.json:1:201: error");
	check_too_deep("x.yaml", nested("a: ", 9000, ""), "x.yaml:1:203: ");
	check_too_deep("x.json", nested("", 100000, ""), "x.json:1:201: ");
}

TEST(an_alias_counts_for_the_nesting)
{
	struct rt_str text = nested("a: &a ", 100, "");

	text = repeated(text.p, "b: ", 1, "");
	CHECK(read_text("x.yaml", nested(text.p, 99, "*a")) != NULL);
	check_too_deep("x.yaml", nested(text.p, 100, "*a"), "x.yaml:2:104: ");
}

TEST(a_million_values_are_the_most)
{
	struct rt_str text = repeated("[", "1,", 999998, "1]");

	CHECK(read_text("x.json", text) != NULL);
	text = repeated("[", "1,", 999999, "1]");
	json_refused(text.p,
	    "x.json:1:2000000: error: a document may have at most 1000000 "
	    "values, aliases counted each time they are used; this is one "
	    "more [json-size]");
}

/* --- aliases --- */

TEST(aliases_of_nothing_and_of_themselves_are_refused)
{
	refused_line("x.yaml", "a: *b\nb: &b 1\n",
	    "x.yaml:1:4: error: expected an anchor '&b' before this alias, "
	    "found none [yaml-alias]");
	yaml_refused("a: &a\n  b: *a\n",
	    "x.yaml:2:6: error: alias '*a' stands inside the value that it "
	    "repeats [yaml-alias]\n"
	    "    2 |   b: *a\n"
	    "      |      ^~\n"
	    "x.yaml:1:4: note: the value begins here\n");
}

TEST(a_billion_laughs_are_refused)
{
	struct rt_str text = RT_LIT("a0: &a0 [x, x, x, x, x, x, x, x]\n");

	open_arena();
	for (int i = 0; i < 9; i++)
		text = rt_arena_printf(arena,
		    "%.*sa%d: &a%d [*a%d, *a%d, *a%d, *a%d, *a%d, *a%d, *a%d, "
		    "*a%d]\n",
		    RT_FMT(text), i + 1, i + 1, i, i, i, i, i, i, i, i);
	CHECK(read_text("x.yaml", text) == NULL);
	CHECK_INT(diag_errors(diag), 1);
	CHECK(strstr(report_text(arena, diag).p,
		  "may have at most 1000000 values") != NULL);
	CHECK(strstr(report_text(arena, diag).p, "[yaml-alias]") != NULL);
}

TEST(a_long_string_is_not_multiplied_without_end)
{
	struct rt_str text = repeated("a: &a ", "xxxxxxxxxx", 100000, "\nb: [");

	text = repeated(text.p, "*a, ", 133, "x]\n");
	CHECK(read_text("x.yaml", text) != NULL);
	text = repeated(text.p, "", 0, "c: *a\n");
	CHECK(read_text("x.yaml", text) == NULL);
	CHECK_INT(diag_errors(diag), 1);
	CHECK(strstr(report_text(arena, diag).p,
		  "may have at most 134217728 bytes") != NULL);
}

TEST(a_long_key_is_not_multiplied_without_end)
{
	struct rt_str text = repeated("a: &a\n  ? ", "xxxxxxxxxx", 100000, "");

	text = repeated(text.p, "", 0, "\n  : 1\nb: [");
	text = repeated(text.p, "*a, ", 135, "x]\n");
	CHECK(read_text("x.yaml", text) == NULL);
	CHECK(strstr(report_text(arena, diag).p,
		  "may have at most 134217728 bytes") != NULL);
}

/* --- documents --- */

TEST(a_document_is_needed)
{
	const char *want = "x.yaml:1:1: error: expected a document, found "
			   "none: the file is empty [yaml-document]";

	refused_line("x.yaml", "", want);
	refused_line("x.yaml", "# only this\n", want);
	refused_line("x.yaml", "---\n", want);
	refused_line("x.yaml", "\xef\xbb\xbf", want);
	check_json(yaml("null"), "null");
	check_json(yaml("''"), "\"\"");
}

TEST(a_second_document_is_refused)
{
	yaml_refused("---\na: 1\n---\nb: 2\n",
	    "x.yaml:3:1: error: expected one document in the file, found a "
	    "second one [yaml-document]\n"
	    "    3 | ---\n"
	    "      | ^~~\n"
	    "x.yaml:1:1: note: the first one begins here\n");
	check_json(yaml("%YAML 1.2\n---\na: 1\n...\n"), "{\"a\":1}");
}

TEST(the_encoding_is_utf8)
{
	yaml_refused("a: 1\nb: caf\xe9 \n",
	    "x.yaml:2:7: error: expected UTF-8, found the byte 0xE9 "
	    "[encoding]\n"
	    "    2 | b: caf? \n"
	    "      |       ^\n"
	    "help: save the file as UTF-8\n");
	refused_line("x.yaml", "a: \xc3\xa9\xe2\x82",
	    "x.yaml:1:6: error: expected UTF-8, found the byte 0xE2 "
	    "[encoding]");
	refused_line("x.json", "[\"\xed\xa0\x80\"]",
	    "x.json:1:3: error: expected UTF-8, found the byte 0xED "
	    "[encoding]");
	refused("x.yaml", RT_LIT("\xff\xfe\x61\x00"),
	    "x.yaml: error: expected UTF-8, found the byte order mark of "
	    "UTF-16 [encoding]\n"
	    "help: save the file as UTF-8\n");
}

TEST(line_breaks_of_yaml_1_1_are_refused)
{
	refused_line("x.yaml",
	    "a: b\xe2\x80\xa8"
	    "c: d",
	    "x.yaml:1:5: error: expected text without U+2028, which some "
	    "readers of YAML take for a line break [encoding]");
	refused_line("x.yaml", "a: \xe2\x80\xa9",
	    "x.yaml:1:4: error: expected text without U+2029, which some "
	    "readers of YAML take for a line break [encoding]");
	refused_line("x.yaml", "# \xc2\x85",
	    "x.yaml:1:3: error: expected text without U+0085, which some "
	    "readers of YAML take for a line break [encoding]");
	check_json(json("[\"\xe2\x80\xa8\"]"), "[\"\xe2\x80\xa8\"]");
}

/* --- syntax of YAML --- */

TEST(faults_of_yaml_say_what_is_expected)
{
	yaml_refused("a:\n  b: 1\n c: 2\n",
	    "x.yaml:3:2: error: expected a key indented as the others of its "
	    "mapping, found 'c' [yaml-syntax]\n"
	    "    3 |  c: 2\n"
	    "      |  ^\n"
	    "x.yaml:1:1: note: the mapping begins here\n");
	yaml_refused("\xc3\xa9: b: c\n",
	    "x.yaml:1:6: error: a ':' cannot stand here, since what is before "
	    "it is no key [yaml-syntax]\n"
	    "    1 | \xc3\xa9: b: c\n"
	    "      |     ^\n"
	    "help: put quotes around a text that has ': ' in it, and check "
	    "the indentation\n");
	yaml_refused("a: [1, 2\nb\xc3\xa9z: 3\n",
	    "x.yaml:2:5: error: expected ',' or ']', found ':' "
	    "[yaml-syntax]\n"
	    "    2 | b\xc3\xa9z: 3\n"
	    "      |    ^\n"
	    "x.yaml:1:4: note: the sequence begins here\n");
	yaml_refused("p: \"^\\d+$\"\n",
	    "x.yaml:1:7: error: expected one of 0abtnvfre\"/\\N_LPxuU or a "
	    "space after the backslash, found 'd' [yaml-syntax]\n"
	    "    1 | p: \"^\\d+$\"\n"
	    "      |       ^\n"
	    "help: in single quotes a backslash stands for itself\n");
}

TEST(other_faults_of_yaml)
{
	refused_line("x.yaml", "a:\n\tb: 1\n",
	    "x.yaml:2:1: error: expected spaces as indentation, found a tab "
	    "[yaml-syntax]");
	refused_line("x.yaml", "a: 1\nfoo\nb: 2\n",
	    "x.yaml:2:1: error: expected 'key: value', found a text without "
	    "':' [yaml-syntax]");
	refused_line("x.yaml", "a: 1\nb: \"foo\nc: 1\n",
	    "x.yaml:2:4: error: expected a closing quote for the text that "
	    "begins here, found the end of the file [yaml-syntax]");
	refused_line("x.yaml", "a: @b\n",
	    "x.yaml:1:4: error: expected a value, found '@' [yaml-syntax]");
	refused_line("x.yaml", "a: - b\n",
	    "x.yaml:1:4: error: a '- ' cannot stand here [yaml-syntax]");
	refused_line("x.yaml", "a:\n  - b\n  c: d\n",
	    "x.yaml:3:3: error: expected '-' indented as the others of its "
	    "sequence, found 'c' [yaml-syntax]");
	refused_line("x.yaml", "a: 1\n...\nfoo\n",
	    "x.yaml:3:1: error: expected the end of the document, found "
	    "'foo' [yaml-syntax]");
	refused_line("x.yaml", "a: {b: 1, ",
	    "x.yaml:1:11: error: expected a value, found the end of the file "
	    "[yaml-syntax]");
	refused_line("x.yaml", "a: \xc3\xa9\x01",
	    "x.yaml:1:6: error: expected printable text, found the character "
	    "U+0001 [yaml-syntax]");
	refused_line("x.yaml",
	    "\xef\xbb\xbf"
	    "a\x01",
	    "x.yaml:1:2: error: expected printable text, found the character "
	    "U+0001 [yaml-syntax]");
	refused("x.yaml", RT_LIT("a: \0"),
	    "x.yaml:1:4: error: expected printable text, found the character "
	    "U+0000 [yaml-syntax]\n"
	    "    1 | a: ?\n"
	    "      |    ^\n"
	    "help: write it as an escape in double quotes\n");
}

/* --- syntax of JSON --- */

TEST(faults_of_json_say_what_is_expected)
{
	refused("x.json", RT_LIT("{\n \"a\": 1,\n}"),
	    "x.json:3:1: error: expected a key in double quotes after ',', "
	    "found '}' [json-syntax]\n"
	    "    3 | }\n"
	    "      | ^\n"
	    "help: JSON has no ',' after the last one\n");
	refused("x.json", RT_LIT("\xef\xbb\xbf[[1, 2"),
	    "x.json:1:7: error: expected ',' or ']', found the end of the "
	    "file [json-syntax]\n"
	    "    1 | [[1, 2\n"
	    "      |       ^\n"
	    "x.json:1:2: note: the array begins here\n");
	refused("x.json", RT_LIT("[\"\xc3\xa9\\ud83d\"]"),
	    "x.json:1:5: error: expected a pair of surrogates, found a half "
	    "of one [json-syntax]\n"
	    "    1 | [\"\xc3\xa9\\ud83d\"]\n"
	    "      |    ^~~~~~\n");
}

TEST(other_faults_of_json)
{
	json_refused("{\"a\" 1}",
	    "x.json:1:6: error: expected ':' after the key, found '1' "
	    "[json-syntax]");
	json_refused("{\"a\":}",
	    "x.json:1:6: error: expected a value after ':', found '}' "
	    "[json-syntax]");
	json_refused("{a: 1}",
	    "x.json:1:2: error: expected a key in double quotes or '}', found "
	    "'a' [json-syntax]");
	json_refused("{\"a\":1 \"b\":2}",
	    "x.json:1:8: error: expected ',' or '}', found \"b\" "
	    "[json-syntax]");
	json_refused("[tru]",
	    "x.json:1:2: error: expected a value or ']', found 'tru' "
	    "[json-syntax]");
	json_refused("[1,]",
	    "x.json:1:4: error: expected a value after ',', found ']' "
	    "[json-syntax]");
	json_refused("[1] x",
	    "x.json:1:5: error: expected the end of the text, found 'x' "
	    "[json-syntax]");
	json_refused("[1] \"x",
	    "x.json:1:5: error: expected the end of the text, found \"x "
	    "[json-syntax]");
	json_refused("[1.]",
	    "x.json:1:4: error: expected a digit, found ']' [json-syntax]");
	json_refused("[\"a\\q\"]",
	    "x.json:1:5: error: expected one of \"\\/bfnrtu after the "
	    "backslash, found 'q' [json-syntax]");
	json_refused("[\"a\nb\"]",
	    "x.json:1:4: error: expected an escape such as \\n or the closing "
	    "quote, found the end of the line [json-syntax]");
	json_refused("[\"\\u12x4\"]",
	    "x.json:1:7: error: expected four hexadecimal digits after "
	    "'\\u', found 'x4' [json-syntax]");
	json_refused("[1, \"ab",
	    "x.json:1:5: error: expected a closing quote for the string that "
	    "begins here, found the end of the file [json-syntax]");
	json_refused("[\"\\udc00\"]",
	    "x.json:1:3: error: expected a pair of surrogates, found a half "
	    "of one [json-syntax]");
	json_refused("[\"\\ud800\\u0041\"]",
	    "x.json:1:3: error: expected a pair of surrogates, found a half "
	    "of one [json-syntax]");
	check_json(json("[\"\\\\ud800\"]"), "[\"\\\\ud800\"]");
}
