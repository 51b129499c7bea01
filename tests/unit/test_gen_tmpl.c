#include "gen/tmpl.h"
#include "tests/unit/test.h"

/* Templates that a test gives by name; "t" is the one that is rendered. */
struct given {
	const char *name;
	const char *text;
};

static struct rt_arena *arena;
static struct given given[8];

static const struct source *
find_given(void *arg, const char *name)
{
	const struct given *all = arg;

	for (size_t i = 0; i < RT_LEN(given) && all[i].name != NULL; i++) {
		if (strcmp(all[i].name, name) == 0)
			return source_of(arena, name, rt_str(all[i].text));
	}
	return NULL;
}

static struct value *
new_map(void)
{
	if (arena == NULL)
		arena = rt_arena_open((size_t)1 << 30, NULL, NULL);
	return value_map(arena);
}

/* The output, or what diag printed. */
static struct rt_str
outcome(const char *text, const struct value *map)
{
	struct diag *diag = diag_open(arena);
	struct tmpl_env env = {arena, diag, find_given, given};
	struct rt_str out;
	char *report;
	size_t n;
	FILE *f = open_memstream(&report, &n);

	given[0] = (struct given){"t", text};
	out = tmpl_render(&env, "t", map);
	CHECK((out.p == NULL) == (diag_errors(diag) > 0));
	diag_print(diag, f);
	fclose(f);
	if (out.p == NULL)
		out = rt_arena_copy(arena, (struct rt_str){report, n});
	free(report);
	return out;
}

#define CHECK_FAILS(text, map, want) \
	do { \
		struct rt_str report_ = outcome((text), (map)); \
		const char *at_ = rt_arena_copy(arena, report_).p; \
		if (strncmp(at_, (want), strlen(want)) != 0) { \
			fprintf(stderr, "%s:%d: %s: got\n%s\nexpected\n%s\n", \
			    __FILE__, __LINE__, test_now, at_, (want)); \
			exit(1); \
		} \
	} while (0)

static struct value *
text_list(const char *const *items)
{
	struct value *list = value_list(arena);

	for (; *items != NULL; items++)
		value_add(list, value_text(arena, rt_str(*items)));
	return list;
}

static struct value *
map_of_text(const char *key, const char *text)
{
	struct value *map = new_map();

	value_set_cstr(map, key, text);
	return map;
}

/* --- text and values --- */

TEST(text_is_copied_and_values_are_put)
{
	struct value *map = map_of_text("s", "x"), *sub = value_map(arena);

	value_set_int(map, "n", -7);
	value_set_bool(map, "yes", true);
	value_set_cstr(sub, "deep", "d");
	value_set(map, "sub", sub);
	CHECK_STR(outcome("a ${s}${n} {}\n\t${yes};${sub.deep}", map),
	    "a x-7 {}\n\ttrue;d");
	CHECK_STR(outcome("", map), "");
	CHECK_STR(outcome("${s}", map_of_text("s", "")), "");
}

TEST(percent_and_dollar_are_escaped)
{
	struct value *map = map_of_text("s", "x");

	CHECK_STR(outcome("%%d\n a %d %%d\n$$ $${s} $$$$${s}\n%%", map),
	    "%d\n a %d %%d\n$ ${s} $$x\n%");
}

TEST(directive_lines_vanish)
{
	struct value *map = map_of_text("s", "x");

	CHECK_STR(outcome("%# ${nothing}\n%#\na\n%if s\nb\n%end\nc", map),
	    "a\nb\nc");
	CHECK_STR(outcome("%if s  \n%end", map), "");
}

/* --- blocks --- */

TEST(for_repeats_and_knows_where_it_is)
{
	struct value *map = new_map();
	const char *const names[] = {"a", "b", "c", NULL};

	value_set(map, "names", text_list(names));
	value_set(map, "none", value_list(arena));
	CHECK_STR(outcome("%for x in names\n${loop.index}${x}${loop.first}"
			  "${loop.last}\n%end\n%for x in none\n!\n%end\n",
		      map),
	    "0atruefalse\n1bfalsefalse\n2cfalsetrue\n");
}

TEST(loop_variables_shadow_and_end_with_their_block)
{
	struct value *map = map_of_text("x", "outer");
	const char *const a[] = {"1", "2", NULL};

	value_set(map, "a", text_list(a));
	CHECK_STR(outcome("%for x in a\n%for x in a\n${x}${loop.index}\n%end\n"
			  "(${x}${loop.index})\n%end\n${x}\n",
		      map),
	    "10\n21\n(10)\n10\n21\n(21)\nouter\n");
	CHECK_FAILS("%for y in a\n%end\n${y}\n", map,
	    "t:3:3: error: no 'y' here; there are: x, a [template]\n");
	CHECK_FAILS("${loop.index}", map, "t:1:3: error: no 'loop' here");
}

TEST(first_arm_that_holds_is_taken)
{
	struct value *map;
	const char *chain = "%if a\nA\n%elif not b\nB\n%elif c\nC\n%else\nD\n"
			    "%end\n.";
	static const char *const want[] = {"B\n.", "A\n.", "D\n.", "A\n.",
	    "B\n.", "A\n.", "C\n.", "A\n."};

	for (int i = 0; i < 8; i++) {
		map = new_map();
		value_set_bool(map, "a", i & 1);
		value_set_bool(map, "b", i & 2);
		value_set_bool(map, "c", i & 4);
		CHECK_STR(outcome(chain, map), want[i]);
	}
	CHECK_STR(outcome("%if a\n%if b\nx\n%end\n%else\ny\n%end\nz", map),
	    "x\nz");
	CHECK_STR(outcome("%if not a\nx\n%end\nz", map), "z");
}

TEST(not_is_a_name_too)
{
	CHECK_STR(outcome("%if not\nx\n%end\n", map_of_text("not", "y")),
	    "x\n");
	CHECK_STR(outcome("%if not not\nx\n%end\n", map_of_text("not", "y")),
	    "");
}

TEST(branches_not_taken_are_parsed_but_not_looked_up)
{
	struct value *map = map_of_text("s", "");

	CHECK_STR(outcome("%if s\n${nothing}\n%end\nx", map), "x");
	CHECK_FAILS("%if s\n${s|odd}\n%end\n", map,
	    "t:2:5: error: no such filter; there are: upper, lower, list, or,"
	    " cstr, comment, json, pad:n [template]\n"
	    "    2 | ${s|odd}\n"
	    "      |     ^~~\n");
}

TEST(long_elif_chains_need_no_depth)
{
	struct value *map = map_of_text("s", "");
	struct rt_buf b = rt_buf(arena, 1 << 20);

	value_set_bool(map, "yes", true);
	rt_buf_cstr(&b, "%if s\n");
	for (int i = 0; i < 10000; i++)
		rt_buf_cstr(&b, "%elif s\n");
	rt_buf_cstr(&b, "%elif yes\nx\n%end\n");
	rt_buf_byte(&b, '\0');
	CHECK_STR(outcome(b.p, map), "x\n");
}

/* --- include --- */

TEST(include_renders_in_the_scope)
{
	struct value *map = new_map();
	const char *const a[] = {"1", "2", NULL};

	value_set(map, "a", text_list(a));
	given[1] = (struct given){"item", "<${x}>\n"};
	CHECK_STR(outcome("%for x in a\n%include \"item\"\n%end\n", map),
	    "<1>\n<2>\n");
	given[1].text = "%for y in a\n${z}\n%end\n";
	CHECK_FAILS("%include \"item\"\n", map,
	    "item:2:3: error: no 'z' here; there are: a [template]\n");
	given[1].text = "%include \"item\"\n";
	CHECK_FAILS("%include \"item\"\n", map,
	    "item:1:11: error: templates include each other too deep");
	CHECK_FAILS("%include \"other\"\n", map,
	    "t:1:11: error: there is no template 'other' [template]\n");
}

TEST(missing_template_is_reported)
{
	struct diag *diag;
	struct tmpl_env env = {0};
	const struct value *map = new_map();

	diag = diag_open(arena);
	env = (struct tmpl_env){arena, diag, find_given, given};
	CHECK(tmpl_render(&env, "nowhere", map).p == NULL);
	CHECK_INT(diag_errors(diag), 1);
}

/* --- what is refused --- */

TEST(unknown_names_are_errors_with_their_place)
{
	struct value *map = new_map(), *field = value_map(arena),
		     *list = value_list(arena);

	value_set_cstr(field, "c", "x");
	value_set(field, "checks", value_list(arena));
	value_add(list, field);
	value_set(map, "fields", list);
	value_set(map, "nothing", value_map(arena));
	CHECK_FAILS("\n%for field in fields\n  a ${field.chekcs}\n%end\n", map,
	    "t:3:13: error: no 'chekcs' in field; has: c, checks [template]\n"
	    "    3 |   a ${field.chekcs}\n"
	    "      |             ^~~~~~\n");
	CHECK_FAILS("%for x in field\n%end\n", map,
	    "t:1:11: error: no 'field' here; there are: fields, nothing");
	CHECK_FAILS("%if fields\n%elif x\n%end\n%if x\n%end\n", map,
	    "t:4:5: error: no 'x' here");
	CHECK_FAILS("${fields.x}", map,
	    "t:1:10: error: 'fields' is a list, it has no 'x'");
	CHECK_FAILS("${nothing.x}", map,
	    "t:1:11: error: no 'x' in nothing; has: nothing");
}

TEST(wrong_types_are_errors)
{
	struct value *map = map_of_text("s", "x"), *list = value_list(arena);

	value_add(list, value_map(arena));
	value_set(map, "list", list);
	CHECK_FAILS("${list}", map,
	    "t:1:3: error: 'list' is a list, which has no text of its own");
	CHECK_FAILS("%for x in s\n%end\n", map,
	    "t:1:11: error: %for wants a list, 's' is text");
	CHECK_FAILS("${s|list}", map,
	    "t:1:5: error: this filter wants a list, 's' is text");
	CHECK_FAILS("${list|or}", map,
	    "t:1:8: error: item 0 of 'list' is a map,");
	CHECK_FAILS("${s|upper|list}", map,
	    "t:1:11: error: this filter wants a list: it has to come first");
}

TEST(blocks_have_to_match)
{
	struct value *map = map_of_text("s", "x");

	CHECK_FAILS("a\n%if s\n%if s\n%end\n", map,
	    "t:2:2: error: this block has no '%end' [template]\n"
	    "    2 | %if s\n"
	    "      |  ^~\n");
	CHECK_FAILS("%end\n", map, "t:1:2: error: there is no open block");
	CHECK_FAILS("%else\n%end", map, "t:1:2: error: there is no open '%if'");
	CHECK_FAILS("%for x in s\n%else\n%end\n", map,
	    "t:2:2: error: there is no open '%if'");
	CHECK_FAILS("%if s\n%else\n%else\n%end\n", map,
	    "t:3:2: error: there is no open '%if'");
	CHECK_FAILS("%if s\n%else\n%elif s\n%end\n", map,
	    "t:3:2: error: there is no open '%if'");
	CHECK_FAILS("%if s\n%end\n%elif s\n", map,
	    "t:3:2: error: there is no open '%if'");
}

TEST(odd_directives_are_errors)
{
	struct value *map = map_of_text("s", "x");

	CHECK_FAILS("%\n", map, "t:1:2: error: no such directive");
	CHECK_FAILS("%fi s\n", map, "t:1:2: error: no such directive");
	CHECK_FAILS("% if s\n%end\n", map, "t:1:2: error: expected a dir");
	CHECK_FAILS("%if s t\n%end\n", map, "t:1:5: error: expected a name");
	CHECK_FAILS("%if\n%end\n", map, "t:1:4: error: expected a name");
	CHECK_FAILS("%if s..t\n%end\n", map, "t:1:5: error: expected a name");
	CHECK_FAILS("%if s\n%end if\n", map, "t:2:6: error: expected nothing");
	CHECK_FAILS("%if s\n%else s\n%end\n", map,
	    "t:2:7: error: expected nothing");
	CHECK_FAILS("%for s\n%end\n", map, "t:1:2: error: expected '%for");
	CHECK_FAILS("%for x of s\n%end\n", map, "t:1:2: error: expected '%for");
	CHECK_FAILS("%for 1 in s\n%end\n", map, "t:1:2: error: expected '%for");
	CHECK_FAILS("%for x in\n%end\n", map, "t:1:");
	CHECK_FAILS("%for loop in s\n%end\n", map, "t:1:6: error: 'loop' is");
	CHECK_FAILS("%include x\n", map, "t:1:2: error: expected '%include");
	CHECK_FAILS("%include \"\n", map, "t:1:2: error: expected '%include");
	CHECK_FAILS("%include \"a\" \"b\"\n", map,
	    "t:1:2: error: expected '%include");
}

TEST(odd_values_are_errors)
{
	struct value *map = map_of_text("s", "x");

	CHECK_FAILS("a $s\n", map, "t:1:3: error: a '$' begins ${...}");
	CHECK_FAILS("a $", map, "t:1:3: error: a '$' begins ${...}");
	CHECK_FAILS("a ${s\n}\n", map, "t:1:3: error: '${' without a '}'");
	CHECK_FAILS("${}", map, "t:1:3: error: expected a name");
	CHECK_FAILS("${ s}", map, "t:1:3: error: expected a name");
	CHECK_FAILS("${s.}", map, "t:1:3: error: expected a name");
	CHECK_FAILS("${s|}", map, "t:1:5: error: no such filter");
	CHECK_FAILS("${s|pad}", map, "t:1:5: error: expected a width");
	CHECK_FAILS("${s|pad:0}", map, "t:1:5: error: expected a width");
	CHECK_FAILS("${s|pad:9999}", map, "t:1:5: error: expected a width");
	CHECK_FAILS("${s|upper:3}", map, "t:1:5: error: this filter takes no");
}

TEST(all_faults_of_a_template_are_reported)
{
	struct value *map = map_of_text("s", "x");
	struct diag *diag = diag_open(arena);
	struct tmpl_env env = {arena, diag, find_given, given};

	given[0] = (struct given){"t", "$a\n%fi\n${s|odd}\n"};
	CHECK(tmpl_render(&env, "t", map).p == NULL);
	CHECK_INT(diag_errors(diag), 3);
}

/* --- limits --- */

static const char *
repeated(const char *part, int times, const char *more, const char *last)
{
	struct rt_buf b = rt_buf(arena, 1 << 20);

	for (int i = 0; i < times; i++)
		rt_buf_cstr(&b, part);
	rt_buf_cstr(&b, more);
	for (int i = 0; i < times; i++)
		rt_buf_cstr(&b, last);
	rt_buf_byte(&b, '\0');
	return b.p;
}

TEST(depth_is_limited)
{
	struct value *map = map_of_text("s", "x");

	CHECK_STR(outcome(repeated("%if s\n", 64, "x\n", "%end\n"), map),
	    "x\n");
	CHECK_FAILS(repeated("%if s\n", 65, "x\n", "%end\n"), map,
	    "t:65:2: error: blocks are nested too deep");
}

TEST(work_is_limited)
{
	struct value *map = new_map();
	const char *const a[] = {"1", "2", "3", "4", NULL};

	value_set(map, "a", text_list(a));
	CHECK_FAILS(repeated("%for x in a\n", 60, "", "%end\n"), map,
	    "t:60:2: error: this template takes too long");
}

TEST(output_is_limited)
{
	struct value *map = new_map();
	struct value *list = value_list(arena);
	char *much = calloc(1, 1 << 20);

	memset(much, 'x', (1 << 20) - 1);
	for (int i = 0; i < 300; i++)
		value_add(list, value_bool(arena, true));
	value_set(map, "list", list);
	value_set_cstr(map, "much", much);
	CHECK_FAILS("%for x in list\n${much}\n%end\n", map,
	    "t:2:3: error: the output is too large");
	free(much);
}

/* --- filters --- */

TEST(simple_filters)
{
	struct value *map = map_of_text("s", "aZ_{m\xc3\xa9");
	const char *const two[] = {"x", "y", NULL};

	value_set(map, "two", text_list(two));
	value_set(map, "none", value_list(arena));
	value_set_int(map, "n", 12);
	CHECK_STR(outcome("${s|upper}", map), "AZ_{M\xc3\xa9");
	CHECK_STR(outcome("${s|lower}", map), "az_{m\xc3\xa9");
	CHECK_STR(outcome("${two|list}", map), "x, y");
	CHECK_STR(outcome("${two|or}", map), "x | y");
	CHECK_STR(outcome("${two|or|upper}", map), "X | Y");
	CHECK_STR(outcome("[${none|list}]", map), "[]");
	CHECK_STR(outcome("${n|pad:4}|${n|pad:2}|${n|pad:1}", map),
	    "12  |12|12");
}

TEST(json_filter_quotes)
{
	CHECK_STR(outcome("${s|json}", map_of_text("s", "a\"\\\n\x01")),
	    "\"a\\\"\\\\\\n\\u0001\"");
	CHECK_STR(outcome("${s|json}", map_of_text("s", "")), "\"\"");
}

TEST(cstr_filter_escapes)
{
	CHECK_STR(outcome("\"${s|cstr}\"",
		      map_of_text("s",
			  "a\"b\\c\n\t\r\x01"
			  "2\x7f%'/*")),
	    "\"a\\\"b\\\\c\\n\\t\\r\\0012\\177%'/*\"");
	CHECK_STR(outcome("${s|cstr}",
		      map_of_text("s",
			  "\xc3\xa9"
			  "1")),
	    "\\303\\2511");
	CHECK_STR(outcome("${s|cstr}", map_of_text("s", "a?\?/b ?\?\?= ? ?")),
	    "a?\\?/b ?\\?\\?= ? ?");
}

static struct rt_str
commented(const char *before, const char *text, const char *after)
{
	struct value *map = map_of_text("s", text);

	return outcome(
	    rt_arena_printf(arena, "%s${s|comment}%s", before, after).p, map);
}

TEST(comment_stays_inside)
{
	CHECK_STR(commented("/* ", "a */ b /* c */", " */"),
	    "/* a * / b / * c * / */");
	CHECK_STR(commented("/* ", "/*/ **/", " */"), "/* / * / ** / */");
	CHECK_STR(commented("/*", "/ a", " */"), "/* / a */");
	CHECK_STR(commented("/* ", "*\x01/ *\xe2\x80\xae/ *\xc2\x85/", "\n"),
	    "/* * / * / * /\n");
	CHECK_STR(commented("/* ", "what?\?/", "\n"), "/* what?\? /\n");
	CHECK_STR(commented("/* ", "x ?\?'", "\n"), "/* x ?? '\n");
	CHECK_STR(commented("/* ", "a\\\nb \\", "\n"), "/* a\n * b\n");
	CHECK_STR(commented("/* ", "a\\b", "\n"), "/* a\\b\n");
}

TEST(comment_goes_on_under_its_star)
{
	CHECK_STR(commented("x\n\t/* ", "a\n\n  b \r\n\tc\n\n", " */"),
	    "x\n\t/* a\n\t *\n\t *   b\n\t *  c */");
	CHECK_STR(commented("/*\n * ", "a\nb", "\n */"), "/*\n * a\n * b\n */");
	CHECK_STR(commented("/*\n * ", "\n\na", "\n */"), "/*\n * a\n */");
	CHECK_STR(commented(" * - ", "a\nb", "\n"), " * - a\n * b\n");
}

#define TEN "123456789 "

TEST(comment_wraps_at_77)
{
	/* 3 + 74 columns fit, one more does not. */
	CHECK_STR(commented(" * ", TEN TEN TEN TEN TEN TEN TEN "1234 x", "\n"),
	    " * " TEN TEN TEN TEN TEN TEN TEN "1234\n * x\n");
	CHECK_STR(commented(" * ", TEN TEN TEN TEN TEN TEN TEN "12345 x", "\n"),
	    " * " TEN TEN TEN TEN TEN TEN "123456789\n * 12345 x\n");
	/* A tab is 8 columns. */
	CHECK_STR(commented("\t/* ", TEN TEN TEN TEN TEN TEN "123456 7", " */"),
	    "\t/* " TEN TEN TEN TEN TEN TEN "123456\n\t * 7 */");
	/* Letters count, not bytes. */
	CHECK_STR(commented(" * ",
		      TEN TEN TEN TEN TEN TEN TEN "\xc3\xa9\xc3\xa9\xc3\xa9"
						  "4 x",
		      "\n"),
	    " * " TEN TEN TEN TEN TEN TEN TEN "\xc3\xa9\xc3\xa9\xc3\xa9"
	    "4\n * x\n");
}

TEST(comment_leaves_long_words_whole)
{
	const char *url = "https://example.com/" TEN;
	char word[101];

	memset(word, 'w', sizeof(word) - 1);
	word[100] = '\0';
	CHECK_STR(commented(" * ", word, "\n"),
	    rt_arena_printf(arena, " * %s\n", word).p);
	CHECK_STR(commented(" * ", rt_arena_printf(arena, "see %s now", word).p,
		      "\n"),
	    rt_arena_printf(arena, " * see\n * %s\n * now\n", word).p);
	CHECK_STR(commented(" * ", url, "\n"),
	    " * https://example.com/123456789\n");
}
