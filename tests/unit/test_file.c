#include "runtime/file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "runtime/work.h"

#include "tests/unit/loop_poll.h"
#include "tests/unit/test.h"

enum { SIZE = 3 << 20 };

static char directory[] = "/tmp/test_file.XXXXXX";
static char path[64], body_path[64];
static struct rt_file file;
static bool mapped;
static bool saved;

/* A body of SIZE bytes, in a file of its own or in memory. */
static struct rt_str
make_body(int *fd)
{
	char *p = malloc(SIZE);

	CHECK(p != NULL && mkdtemp(directory) != NULL);
	snprintf(path, sizeof(path), "%s/to", directory);
	snprintf(body_path, sizeof(body_path), "%s/from", directory);
	for (size_t i = 0; i < SIZE; i++)
		p[i] = (char)(i * 7 + i / 1000);
	if (!mapped)
		return (struct rt_str){p, SIZE};
	*fd = open(body_path, O_RDWR | O_CREAT | O_EXCL, 0600);
	CHECK(*fd != -1 && write(*fd, p, SIZE) == SIZE);
	unlink(body_path);
	free(p);
	p = mmap(NULL, SIZE, PROT_READ, MAP_PRIVATE, *fd, 0);
	CHECK(p != MAP_FAILED);
	return (struct rt_str){p, SIZE};
}

static bool
has_copy(struct rt_str bytes)
{
	char *p = malloc(bytes.n + 1);
	int fd = open(path, O_RDONLY);
	struct stat st;
	bool same;

	CHECK(p != NULL && fd != -1 && fstat(fd, &st) == 0);
	CHECK_INT(st.st_mode & 0777, 0600);
	same = st.st_size == (off_t)bytes.n &&
	    read(fd, p, bytes.n) == (ssize_t)bytes.n &&
	    memcmp(p, bytes.p, bytes.n) == 0;
	free(p);
	close(fd);
	return same;
}

static void
call_save(struct rt_call *call)
{
	int fd = -1;

	call->req.body = make_body(&fd);
	call->req.in_file = mapped;
	call->req.fd = fd;
	file.bytes = (struct rt_str){call->req.body.p + 1000, SIZE - 2000};
	saved = rt_file_save(call, &file, path);
}

static void
finish(void)
{
	rt_work_close();
	unlink(path);
	CHECK(rmdir(directory) == 0);
}

static void
save(void)
{
	CHECK(rt_work_open(1, 10));
	test_call_start(NULL, call_save);
	test_loop_run();
}

TEST(a_file_of_a_body_in_memory)
{
	save();
	CHECK(saved);
	CHECK(has_copy(file.bytes));
	finish();
}

TEST(a_file_of_a_mapped_body)
{
	mapped = true;
	save();
	CHECK(saved);
	CHECK(has_copy(file.bytes));
	finish();
}

static void
call_save_twice(struct rt_call *call)
{
	call_save(call);
	CHECK(saved);
	saved = rt_file_save(call, &(struct rt_file){0}, path);
}

TEST(a_file_that_exists_is_left_alone)
{
	struct rt_call *call;

	CHECK(rt_work_open(1, 10));
	call = test_call_start(NULL, call_save_twice);
	test_loop_run();
	CHECK(!saved);
	CHECK(rt_str_ends(call->failure, "/to: File exists"));
	CHECK(has_copy(file.bytes));
	finish();
}

/* One that is under way may not see it before it has ended. */
TEST(a_cancelled_call_leaves_no_file)
{
	struct rt_call *call;

	CHECK(rt_work_open(1, 10));
	call = test_call_start(NULL, call_save);
	test_call_cancel(call);
	test_loop_turn(500);
	CHECK(!saved);
	CHECK(access(path, F_OK) == -1);
	finish();
}

/* --- Answers --- */

static const char *name;
static struct rt_open_file *opened;

static void
call_open(struct rt_call *call)
{
	saved = rt_file_open(call, directory, rt_str(name), &opened);
}

/* The call, which has ended but still has the file. */
static struct rt_call *
open_named(const char *what)
{
	struct rt_call *call;

	name = what;
	call = test_call_start(NULL, call_open);
	test_loop_run();
	return call;
}

static void
make_file(const char *bytes)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	ssize_t n = (ssize_t)strlen(bytes);

	CHECK(write(fd, bytes, (size_t)n) == n);
	close(fd);
}

static void
start(void)
{
	int fd = -1;

	CHECK(rt_work_open(1, 10));
	free((char *)(uintptr_t)make_body(&fd).p);
}

static bool
is_open(int fd)
{
	return fcntl(fd, F_GETFD) != -1;
}

TEST(a_file_is_open_as_long_as_somebody_needs_it)
{
	struct rt_call *call;
	struct stat st;
	char bytes[8];
	int fd;

	start();
	make_file("some bytes");
	CHECK(stat(path, &st) == 0);
	call = open_named("to");
	CHECK(saved && opened != NULL);
	CHECK_INT(opened->size, 10);
	CHECK_INT(opened->modified, st.st_mtim.tv_sec);
	fd = opened->fd;
	CHECK(pread(fd, bytes, 5, 5) == 5 && memcmp(bytes, "bytes", 5) == 0);
	rt_file_hold(opened);
	test_call_close(call);
	CHECK(is_open(fd));
	rt_file_drop(opened);
	CHECK(!is_open(fd));
	finish();
}

TEST(an_empty_file_is_one)
{
	struct rt_call *call;

	start();
	make_file("");
	call = open_named("to");
	CHECK(saved && opened != NULL && opened->size == 0);
	test_call_close(call);
	finish();
}

static struct rt_str
read_etag(void)
{
	static char texts[4][24];
	static unsigned n;
	struct rt_call *call = open_named("to");
	char *text = texts[n++ % RT_LEN(texts)];

	memcpy(text, opened->etag, sizeof(opened->etag));
	test_call_close(call);
	return rt_str(text);
}

/* The same size, the same time, and as often as not the same number. */
TEST(a_file_that_is_replaced_has_another_etag)
{
	const struct timespec times[2] = {{1, 0}, {1, 0}};
	struct rt_str first, second;

	start();
	make_file("one");
	CHECK(utimensat(AT_FDCWD, path, times, 0) == 0);
	first = read_etag();
	CHECK(rt_str_eq(first, read_etag()));
	CHECK_INT(first.n, 18);
	CHECK(first.p[0] == '"' && first.p[17] == '"');
	unlink(path);
	usleep(20000);
	make_file("two");
	CHECK(utimensat(AT_FDCWD, path, times, 0) == 0);
	second = read_etag();
	CHECK(!rt_str_eq(first, second));
	finish();
}

TEST(what_is_no_file_below_is_absent)
{
	static const char *const names[] = {"none", "to/x", "", ".", "..",
	    "/etc/passwd", "../tmp", "a/../to", "to/.."};

	start();
	make_file("");
	for (size_t i = 0; i < RT_LEN(names); i++) {
		test_call_close(open_named(names[i]));
		CHECK(saved && opened == NULL);
	}
	finish();
}
