#include "tests/unit/test.h"

#include "gen/diag.h"
#include "tests/unit/report_fixture.h"

static struct rt_arena *arena;
static const struct source *file;

static struct diag *
setup(const char *text)
{
	arena = rt_arena_open((size_t)256 << 20, NULL, NULL);
	file = source_of(arena, "openapi.yaml", rt_str(text));
	return diag_open(arena);
}

static struct source_pos
at(unsigned line, unsigned col, unsigned len)
{
	return (struct source_pos){file, line, col, len};
}

TEST(a_report_has_place_excerpt_note_and_help)
{
	struct diag *d = setup("a: 1\n    id: pet\n");

	diag_error(d, at(2, 9, 3), "id-unique", "id '%s' is used twice", "pet");
	diag_help(d, "every operation needs an id of its own");
	diag_note(d, at(1, 4, 1), "first used here");
	CHECK_STR(report_text(arena, d),
	    "openapi.yaml:2:9: error: id 'pet' is used twice [id-unique]\n"
	    "    2 |     id: pet\n"
	    "      |         ^~~\n"
	    "openapi.yaml:1:4: note: first used here\n"
	    "help: every operation needs an id of its own\n");
}

TEST(who_is_strict_has_no_warnings)
{
	struct diag *d = setup("aaa\n");

	diag_error(d, at(1, 1, 1), "r", "one");
	diag_warning(d, at(1, 2, 1), "q", "two");
	diag_strict(d);
	CHECK_INT(diag_errors(d), 2);
	CHECK_INT(diag_warnings(d), 0);
	CHECK_STR(report_text(arena, d),
	    "openapi.yaml:1:1: error: one [r]\n"
	    "    1 | aaa\n"
	    "      | ^\n"
	    "openapi.yaml:1:2: error: two [q]\n"
	    "    1 | aaa\n"
	    "      |  ^\n");
}

TEST(reports_are_sorted_by_file_line_and_column)
{
	struct diag *d = setup("aaa\nbbb\n");
	const struct source *other = source_of(arena, "a.yaml", RT_LIT(""));

	diag_error(d, at(2, 1, 1), "r", "five");
	diag_error(d, at(1, 3, 1), "r", "three");
	diag_warning(d, at(1, 3, 1), "q", "four");
	diag_error(d, (struct source_pos){other, 9, 1, 1}, "r", "two");
	diag_error(d, (struct source_pos){0}, "r", "one");
	CHECK_STR(report_text(arena, d),
	    "error: one [r]\n"
	    "a.yaml:9:1: error: two [r]\n"
	    "openapi.yaml:1:3: error: three [r]\n"
	    "    1 | aaa\n"
	    "      |   ^\n"
	    "openapi.yaml:1:3: warning: four [q]\n"
	    "    1 | aaa\n"
	    "      |   ^\n"
	    "openapi.yaml:2:1: error: five [r]\n"
	    "    2 | bbb\n"
	    "      | ^\n");
	CHECK_INT(diag_errors(d), 4);
	CHECK_INT(diag_warnings(d), 1);
}

TEST(the_same_report_is_kept_once)
{
	struct diag *d = setup("aaa\n");

	diag_error(d, at(1, 1, 3), "r", "once");
	diag_error(d, at(1, 1, 3), "r", "again");
	diag_note(d, at(1, 2, 1), "lost with its report");
	diag_help(d, "lost too");
	CHECK_INT(diag_errors(d), 1);
	CHECK_STR(report_text(arena, d),
	    "openapi.yaml:1:1: error: once [r]\n"
	    "    1 | aaa\n"
	    "      | ^~~\n");
	diag_error(d, at(1, 2, 3), "r", "another column");
	diag_error(d, at(1, 1, 3), "q", "another rule");
	CHECK_INT(diag_errors(d), 3);
}

TEST(reports_without_a_place_differ_by_text)
{
	struct diag *d = setup("");
	struct source_pos whole = {.source = file};

	diag_error(d, whole, "r", "one");
	diag_error(d, whole, "r", "two");
	diag_error(d, whole, "r", "one");
	CHECK_STR(report_text(arena, d),
	    "openapi.yaml: error: one [r]\n"
	    "openapi.yaml: error: two [r]\n");
}

TEST(a_note_without_a_report_is_no_crash)
{
	struct diag *d = setup("");

	diag_note(d, at(1, 1, 1), "nothing");
	diag_help(d, "nothing");
	CHECK_STR(report_text(arena, d), "");
}

TEST(at_most_diag_max_are_printed)
{
	struct diag *d = setup("");
	struct rt_str text;
	size_t lines = 0;

	for (unsigned i = 0; i < DIAG_MAX + 1; i++)
		diag_warning(d, at(2 + i, 1, 1), "w", "warning");
	for (unsigned i = 0; i < DIAG_MAX - 1; i++)
		diag_error(d, at(100 + i, 1, 1), "e", "error");
	text = report_text(arena, d);
	for (size_t i = 0; i < text.n; i++)
		lines += text.p[i] == '\n';
	CHECK_INT(lines, DIAG_MAX + 1);
	CHECK(strstr(text.p, "openapi.yaml:118:1: error") != NULL);
	CHECK(strstr(text.p, "openapi.yaml:2:1: warning") != NULL);
	CHECK(strstr(text.p, "openapi.yaml:3:1: warning") == NULL);
	CHECK(rt_str_ends(text, "]\n... and 20 more warnings\n"));
	diag_error(d, at(200, 1, 1), "e", "error");
	diag_error(d, at(201, 1, 1), "e", "error");
	CHECK(rt_str_ends(report_text(arena, d),
	    "... and 1 more error and 21 more warnings\n"));
}

TEST(many_reports_are_counted_but_not_kept)
{
	struct diag *d = setup("");
	size_t used;

	for (unsigned i = 0; i < 20000; i++)
		diag_error(d, at(i + 2, 1, 1), "e", "error");
	used = rt_arena_used(arena);
	for (unsigned i = 20000; i < 30000; i++)
		diag_error(d, at(i + 2, 1, 1), "e", "%100d", 1);
	CHECK_INT(diag_errors(d), 30000);
	CHECK_INT(rt_arena_used(arena), used);
	CHECK(
	    rt_str_ends(report_text(arena, d), "... and 29980 more errors\n"));
}

TEST(controls_do_not_reach_the_terminal)
{
	struct diag *d = setup("a\x1b[31m\tb\x7f\xc2\x9b\xe2\x80\xae"
			       "\xff\xc3\xa9 here\n");

	diag_error(d, at(1, 19, 4), "r", "key '\n\x1b\xe2\x80\xa8'");
	CHECK_STR(report_text(arena, d),
	    "openapi.yaml:1:19: error: key '?"
	    "?"
	    "?' [r]\n"
	    "    1 | a?[31m b?"
	    "?"
	    "?"
	    "?\xc3\xa9 here\n"
	    "      |               ^~~~\n");
}

TEST(the_underline_counts_characters)
{
	struct diag *d = setup("\xc3\xa9\xc3\xa9: \xf0\x9f\x98\x80!\n");

	diag_error(d, at(1, 7, 5), "r", "x");
	CHECK_STR(report_text(arena, d),
	    "openapi.yaml:1:7: error: x [r]\n"
	    "    1 | \xc3\xa9\xc3\xa9: \xf0\x9f\x98\x80!\n"
	    "      |     ^~\n");
}

TEST(the_underline_ends_with_the_line)
{
	struct diag *d = setup("abc\n");

	diag_error(d, at(1, 2, 100), "r", "x");
	diag_error(d, at(1, 4, 1), "r", "y");
	diag_error(d, at(1, 400, 1), "r", "z");
	CHECK_STR(report_text(arena, d),
	    "openapi.yaml:1:2: error: x [r]\n"
	    "    1 | abc\n"
	    "      |  ^~\n"
	    "openapi.yaml:1:4: error: y [r]\n"
	    "    1 | abc\n"
	    "      |    ^\n"
	    "openapi.yaml:1:400: error: z [r]\n"
	    "    1 | abc\n"
	    "      |    ^\n");
}

/* 100 times "\xc3\xa9", then "key", then 100 times "z". */
TEST(a_long_line_is_cut_around_the_place)
{
	char text[400], want[700];
	struct diag *d;
	size_t n = 0;

	for (int i = 0; i < 100; i++) {
		text[n++] = '\xc3';
		text[n++] = '\xa9';
	}
	memcpy(text + n, "key", 3);
	memset(text + n + 3, 'z', 100);
	text[n + 103] = '\0';
	d = setup(text);
	diag_error(d, at(1, 202, 2), "r", "x");
	n = (size_t)sprintf(want,
	    "openapi.yaml:1:202: error: x [r]\n"
	    "    1 | ...%.78skey%.78s...\n"
	    "      |    %40s^~\n",
	    text + 122, text + 203, "");
	CHECK_STR(report_text(arena, d), want);
	CHECK(n > 160);
}

TEST(a_long_sentence_is_cut_between_characters)
{
	struct diag *d = setup("");
	char name[4000];
	struct rt_str text;

	for (size_t i = 0; i < sizeof(name); i += 2)
		memcpy(name + i, "\xc3\xa9", 2);
	diag_error(d, at(1, 1, 1), "r", "x%.*s", 4000, name);
	text = report_text(arena, d);
	CHECK(text.n < 600);
	CHECK(rt_str_is_utf8(text));
	CHECK(rt_str_ends(text, "\xa9... [r]\n"));
	CHECK(strchr(text.p, '?') == NULL);
}
