#include "tests/unit/test.h"

#include <errno.h>
#include <fcntl.h>

#include "gen/source.h"

/* Held here, so that no test leaks it. */
static struct rt_arena *
arena(void)
{
	static struct rt_arena *all;

	if (all == NULL)
		all = rt_arena_open((size_t)1 << 30, NULL, NULL);
	return all;
}

static const struct source *
source(const char *text)
{
	return source_of(arena(), "./x.yaml", rt_str(text));
}

static void
check_place(const struct source *s, size_t offset, unsigned line, unsigned col)
{
	struct source_pos pos = source_pos(s, offset, 3);

	CHECK(pos.source == s);
	CHECK_INT(pos.line, line);
	CHECK_INT(pos.col, col);
	CHECK_INT(pos.len, 3);
}

TEST(lines_are_counted)
{
	CHECK_INT(source("")->n_lines, 1);
	CHECK_INT(source("a")->n_lines, 1);
	CHECK_INT(source("a\n")->n_lines, 2);
	CHECK_INT(source("\n\nb")->n_lines, 3);
}

TEST(a_line_has_no_line_end)
{
	const struct source *s = source("one\r\n\n\rtwo\r");

	CHECK_STR(source_line(s, 1), "one");
	CHECK_STR(source_line(s, 2), "");
	CHECK_STR(source_line(s, 3), "\rtwo");
	CHECK_STR(source_line(s, 4), "");
	CHECK_STR(source_line(s, 0), "");
	CHECK_STR(source_line(s, UINT32_MAX), "");
}

TEST(an_offset_is_a_line_and_a_column_of_bytes)
{
	const struct source *s = source("ab\n\xc3\xa9t\n");

	check_place(s, 0, 1, 1);
	check_place(s, 2, 1, 3);
	check_place(s, 3, 2, 1);
	check_place(s, 5, 2, 3);
	check_place(s, 7, 3, 1);
}

TEST(an_offset_past_the_end_is_the_end)
{
	check_place(source("ab\nc"), 4, 2, 2);
	check_place(source("ab\nc"), SIZE_MAX, 2, 2);
	check_place(source(""), 7, 1, 1);
}

TEST(a_byte_order_mark_is_in_no_column)
{
	const struct source *s = source("\xef\xbb\xbf"
					"a: 1\nb");

	CHECK_STR(source_line(s, 1), "a: 1");
	check_place(s, 0, 1, 1);
	check_place(s, 3, 1, 1);
	check_place(s, 6, 1, 4);
	check_place(s, 8, 2, 1);
}

TEST(the_name_has_no_dot_slash)
{
	struct rt_arena *a = arena();
	struct rt_str none = {0};

	CHECK_STR(rt_str(source_of(a, ".//./x", none)->name), "x");
	CHECK_STR(rt_str(source_of(a, ".//./x", none)->path), ".//./x");
	CHECK_STR(rt_str(source_of(a, "../x", none)->name), "../x");
	CHECK_STR(rt_str(source_of(a, ".x", none)->name), ".x");
}

static const char *
file_with(const void *bytes, size_t n)
{
	static char path[] = "/tmp/test_gen_source.XXXXXX";
	int fd = mkstemp(path);

	CHECK(fd != -1);
	CHECK_INT(write(fd, bytes, n), n);
	close(fd);
	return path;
}

TEST(a_file_is_read_whole)
{
	enum { N = 300000 };
	char *bytes = malloc(N);
	const struct source *s;
	const char *path;

	CHECK(bytes != NULL);
	for (size_t i = 0; i < N; i++)
		bytes[i] = (char)('a' + i % 26);
	path = file_with(bytes, N);
	s = source_open(arena(), path);
	unlink(path);
	CHECK(s != NULL);
	CHECK_INT(s->text.n, N);
	CHECK_INT(memcmp(s->text.p, bytes, N), 0);
	CHECK_STR(rt_str(s->path), path);
	free(bytes);
}

TEST(a_pipe_is_read_whole)
{
	const struct source *s;
	char path[32];
	int fds[2];

	CHECK_INT(pipe(fds), 0);
	CHECK_INT(write(fds[1], "a\nb", 3), 3);
	close(fds[1]);
	snprintf(path, sizeof(path), "/dev/fd/%d", fds[0]);
	s = source_open(arena(), path);
	CHECK(s != NULL);
	CHECK_STR(s->text, "a\nb");
}

TEST(what_cannot_be_read_says_why)
{
	CHECK(source_open(arena(), "/nonexistent/x") == NULL);
	CHECK_INT(errno, ENOENT);
	CHECK(source_open(arena(), "/") == NULL);
	CHECK_INT(errno, EISDIR);
}

TEST(a_file_that_is_too_large_is_refused)
{
	const char *path = file_with("x", 1);

	CHECK_INT(truncate(path, SOURCE_MAX), 0);
	CHECK(source_open(arena(), path) != NULL);
	CHECK_INT(truncate(path, SOURCE_MAX + 1), 0);
	errno = 0;
	CHECK(source_open(arena(), path) == NULL);
	CHECK_INT(errno, EFBIG);
	CHECK_INT(truncate(path, (off_t)SOURCE_MAX * 40), 0);
	errno = 0;
	CHECK(source_open(arena(), path) == NULL);
	CHECK_INT(errno, EFBIG);
	unlink(path);
}
