#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>

#include "gen/emit.h"
#include "gen/outdir.h"
#include "tests/unit/test.h"

/* SHA-256 of "one\n" and "two\n", as sha256sum(1) prints them. */
#define ONE "2c8b08da5ce60398e1f19af0e5dccc744df274b826abe585eaba68c525434806"
#define TWO "27dd8ed44a83ff94d557f9fd0412ed5a8cbca69ea04922d88c01184a07300a5a"

static struct rt_arena *arena;
static char root[] = "/tmp/test_gen_emit.XXXXXX";
static char dir[64];

static void
set_up(void)
{
	arena = rt_arena_open(64 * 1024 * 1024, NULL, NULL);
	CHECK(mkdtemp(root) != NULL);
	snprintf(dir, sizeof(dir), "%s/a/out", root);
}

static void
tear_down(void)
{
	char command[96];

	snprintf(command, sizeof(command), "rm -rf %s", root);
	CHECK(system(command) == 0);
	rt_arena_close(arena);
}

static const char *
path_of(const char *name)
{
	return rt_arena_printf(arena, "%s/%s", dir, name).p;
}

static void
put(const char *name, const char *text)
{
	FILE *f = fopen(path_of(name), "w");

	CHECK(f != NULL);
	fputs(text, f);
	fclose(f);
}

/* "" when there is no such file. */
static struct rt_str
get(const char *name)
{
	char *p = rt_arena_bytes(arena, 4096);
	FILE *f = fopen(path_of(name), "r");
	size_t n;

	if (f == NULL)
		return RT_LIT("");
	n = fread(p, 1, 4096, f);
	fclose(f);
	return (struct rt_str){p, n};
}

static ino_t
inode(const char *name)
{
	struct stat st;

	return stat(path_of(name), &st) == 0 ? st.st_ino : 0;
}

enum how { PLAIN, FORCE, CHECKING };

/* One run over pairs of name and text that end with NULL. */
static struct emit_result
run(enum how how, const char *const *pairs)
{
	struct emit *e = emit_open(arena, dir, how == CHECKING);

	for (; *pairs != NULL; pairs += 2)
		emit_file(e, pairs[0], rt_str(pairs[1]));
	return emit_finish(e, how == FORCE);
}

#define RUN(how, ...) run((how), (const char *const[]){__VA_ARGS__, NULL})

static void
check_counts(struct emit_result r, unsigned written, unsigned unchanged,
    unsigned removed)
{
	if (r.error != NULL)
		fprintf(stderr, "%s\n", r.error);
	CHECK(r.error == NULL);
	CHECK_INT(r.written, written);
	CHECK_INT(r.unchanged, unchanged);
	CHECK_INT(r.removed, removed);
}

static void
check_error(struct emit_result r, const char *name, const char *sentence)
{
	CHECK(r.error != NULL);
	CHECK_STR(rt_str(r.error),
	    rt_arena_printf(arena, "%s%s%s: %s", dir,
		name[0] == '\0' ? "" : "/", name, sentence)
		.p);
}

TEST(first_run_makes_everything)
{
	struct emit_result r;
	struct stat st;

	set_up();
	umask(077);
	r = RUN(PLAIN, "sub/b/x.c", "two\n", "a.c", "one\n");
	check_counts(r, 2, 0, 0);
	CHECK_STR(rt_str(r.changed[0]), "a.c");
	CHECK_STR(rt_str(r.changed[1]), "sub/b/x.c");
	CHECK(r.changed[2] == NULL);
	CHECK_STR(get("a.c"), "one\n");
	CHECK_STR(get("sub/b/x.c"), "two\n");
	CHECK_STR(get(".kontract"), ONE "  a.c\n" TWO "  sub/b/x.c\n");
	CHECK(stat(path_of("a.c"), &st) == 0);
	CHECK_INT(st.st_mode & 07777, 0644);
	tear_down();
}

TEST(second_run_touches_only_what_changed)
{
	ino_t a, b, manifest;
	struct emit_result r;

	set_up();
	RUN(PLAIN, "a.c", "one\n", "b.c", "one\n");
	a = inode("a.c");
	b = inode("b.c");
	manifest = inode(".kontract");
	check_counts(RUN(PLAIN, "a.c", "one\n", "b.c", "one\n"), 0, 2, 0);
	CHECK(inode("a.c") == a && inode("b.c") == b);
	CHECK(inode(".kontract") == manifest);
	r = RUN(PLAIN, "a.c", "one\n", "b.c", "two\n");
	check_counts(r, 1, 1, 0);
	CHECK_STR(rt_str(r.changed[0]), "b.c");
	CHECK(inode("a.c") == a && inode("b.c") != b);
	CHECK_STR(get("b.c"), "two\n");
	CHECK_STR(get(".kontract"), ONE "  a.c\n" TWO "  b.c\n");
	tear_down();
}

TEST(no_temporary_file_stays)
{
	char command[128];

	set_up();
	RUN(PLAIN, "a.c", "one\n");
	snprintf(command, sizeof(command), "test \"$(ls -A %s | wc -l)\" = 2",
	    dir);
	CHECK(system(command) == 0);
	tear_down();
}

TEST(what_is_no_longer_generated_is_removed)
{
	struct emit_result r;

	set_up();
	RUN(PLAIN, "a.c", "one\n", "sub/b.c", "two\n");
	put("mine.c", "mine\n");
	r = RUN(PLAIN, "a.c", "one\n");
	check_counts(r, 0, 1, 1);
	CHECK_STR(rt_str(r.changed[0]), "sub/b.c");
	CHECK(inode("sub/b.c") == 0);
	CHECK_STR(get("mine.c"), "mine\n");
	CHECK_STR(get(".kontract"), ONE "  a.c\n");
	tear_down();
}

TEST(a_file_removed_by_hand_comes_back_or_stays_away)
{
	set_up();
	RUN(PLAIN, "a.c", "one\n", "b.c", "two\n");
	CHECK(unlink(path_of("a.c")) == 0 && unlink(path_of("b.c")) == 0);
	check_counts(RUN(PLAIN, "a.c", "one\n"), 1, 0, 0);
	CHECK_STR(get("a.c"), "one\n");
	tear_down();
}

TEST(check_writes_nothing)
{
	struct emit_result r;

	set_up();
	r = RUN(CHECKING, "a.c", "one\n");
	check_counts(r, 1, 0, 0);
	CHECK(access(dir, F_OK) != 0);
	RUN(PLAIN, "a.c", "one\n", "b.c", "two\n");
	check_counts(RUN(CHECKING, "a.c", "one\n", "b.c", "two\n"), 0, 2, 0);
	r = RUN(CHECKING, "a.c", "two\n");
	check_counts(r, 1, 0, 1);
	CHECK_STR(rt_str(r.changed[0]), "a.c");
	CHECK_STR(rt_str(r.changed[1]), "b.c");
	CHECK_STR(get("a.c"), "one\n");
	CHECK_STR(get("b.c"), "two\n");
	tear_down();
}

TEST(edited_files_are_not_overwritten)
{
	set_up();
	RUN(PLAIN, "a.c", "one\n", "b.c", "one\n");
	put("b.c", "edited\n");
	check_error(RUN(PLAIN, "a.c", "two\n", "b.c", "two\n"), "b.c",
	    "was edited since it was generated");
	CHECK_STR(get("b.c"), "edited\n");
	CHECK_STR(get("a.c"), "one\n"); /* nothing is done by halves */
	check_error(RUN(PLAIN, "a.c", "two\n"), "b.c",
	    "was edited since it was generated");
	check_counts(RUN(FORCE, "a.c", "two\n", "b.c", "two\n"), 2, 0, 0);
	CHECK_STR(get("b.c"), "two\n");
	tear_down();
}

TEST(foreign_files_are_not_overwritten)
{
	set_up();
	RUN(PLAIN, "a.c", "one\n");
	put("b.c", "mine\n");
	check_error(RUN(PLAIN, "a.c", "one\n", "b.c", "two\n"), "b.c",
	    "is there but was not generated");
	CHECK_STR(get("b.c"), "mine\n");
	check_counts(RUN(FORCE, "b.c", "two\n"), 1, 0, 1);
	/* What is there already as it would be written does no harm. */
	put("c.c", "one\n");
	check_counts(RUN(PLAIN, "c.c", "one\n"), 0, 1, 1);
	CHECK_STR(get(".kontract"), ONE "  c.c\n");
	tear_down();
}

TEST(damaged_manifests_are_refused)
{
	static const char *const bad[] = {"x\n", ONE "\n", ONE "  \n",
	    ONE " a.c\n", ONE "  ../x\n", ONE "  /etc/passwd\n",
	    ONE "  a/../../x\n", ONE "  a//b\n", "\n", ONE "0  a\n"};

	set_up();
	RUN(PLAIN, "a.c", "one\n");
	for (size_t i = 0; i < RT_LEN(bad); i++) {
		put(".kontract", bad[i]);
		check_error(RUN(FORCE, "a.c", "two\n"), ".kontract",
		    "was damaged; remove it");
		CHECK_STR(get("a.c"), "one\n");
	}
	tear_down();
}

TEST(links_are_not_followed)
{
	set_up();
	RUN(PLAIN, "a.c", "one\n", "sub/b.c", "one\n");
	CHECK(rename(path_of("a.c"), path_of("real")) == 0);
	CHECK(symlink("real", path_of("a.c")) == 0);
	check_error(RUN(FORCE, "a.c", "two\n"), "a.c", "is a symbolic link");
	CHECK_STR(get("real"), "one\n");
	CHECK(unlink(path_of("a.c")) == 0);
	CHECK(rename(path_of("sub"), path_of("away")) == 0);
	CHECK(symlink("away", path_of("sub")) == 0);
	check_error(RUN(FORCE, "sub/b.c", "two\n"), "sub/b.c",
	    "Not a directory");
	/* Nor to remove what was generated. */
	check_error(RUN(FORCE, "c.c", "one\n"), "sub/b.c", "Not a directory");
	CHECK_STR(get("away/b.c"), "one\n");
	tear_down();
}

TEST(other_things_than_files_are_refused)
{
	set_up();
	RUN(PLAIN, "b.c", "one\n");
	CHECK(mkdir(path_of("a.c"), 0777) == 0);
	check_error(RUN(FORCE, "a.c", "two\n"), "a.c", "is not a regular file");
	CHECK(rmdir(path_of("a.c")) == 0);
	CHECK(mkfifo(path_of("a.c"), 0777) == 0);
	check_error(RUN(FORCE, "a.c", "two\n"), "a.c", "is not a regular file");
	tear_down();
}

/* As root nothing is forbidden. */
static void
become_somebody(void)
{
	if (geteuid() == 0)
		CHECK(setegid(65534) == 0 && seteuid(65534) == 0);
}

TEST(refusals_of_the_machine_name_the_path)
{
	set_up();
	RUN(PLAIN, "a.c", "one\n", "sub/b.c", "one\n");
	CHECK(chmod(path_of("sub"), 0555) == 0);
	CHECK(chmod(root, 0755) == 0);
	become_somebody();
	check_error(RUN(PLAIN, "a.c", "one\n", "sub/b.c", "two\n"), "sub/b.c",
	    "Permission denied");
	snprintf(dir, sizeof(dir), "%s/a/out/sub/deep", root);
	check_error(RUN(PLAIN, "a.c", "one\n"), "", "Permission denied");
	snprintf(dir, sizeof(dir), "%s/a/out/a.c", root);
	check_error(RUN(PLAIN, "a.c", "one\n"), "", "Not a directory");
	CHECK(geteuid() != 65534 || seteuid(0) == 0);
	snprintf(dir, sizeof(dir), "%s/a/out", root);
	CHECK(chmod(path_of("sub"), 0755) == 0);
	tear_down();
}

TEST(failed_writes_leave_no_temporary_file)
{
	int fd;

	set_up();
	RUN(PLAIN, "a.c", "one\n");
	fd = outdir_open(dir, false);
	CHECK(fd >= 0);
	/* A file that is moved over a directory fails after it was written. */
	CHECK(mkdir(path_of("d"), 0777) == 0);
	CHECK(!outdir_write(fd, "d", RT_LIT("x")));
	CHECK_INT(errno, EISDIR);
	CHECK(system(rt_arena_printf(arena, "test \"$(ls -A %s | wc -l)\" = 3",
		  dir)
			 .p) == 0);
	close(fd);
	tear_down();
}

TEST(names_stay_below)
{
	CHECK(outdir_is_name("a"));
	CHECK(outdir_is_name("a/..b/.c"));
	CHECK(!outdir_is_name(""));
	CHECK(!outdir_is_name("/a"));
	CHECK(!outdir_is_name("a/"));
	CHECK(!outdir_is_name("a//b"));
	CHECK(!outdir_is_name("."));
	CHECK(!outdir_is_name("a/./b"));
	CHECK(!outdir_is_name("a/../b"));
	CHECK(!outdir_is_name(".."));
	CHECK(!outdir_is_name("a\nb"));
}
