/* Answers of files. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "runtime/file.h"
#include "runtime/work.h"

/* Up to here a file is read ahead, so that sending it waits for no disk. */
enum { AHEAD_MAX = 64 * 1024 * 1024 };

struct job {
	const char *path;
	struct rt_open_file *file; /* NULL: nothing is open */
	int error; /* an errno; 0 for none */
};

/* --- On a thread --- */

/* Mapping is the one way of reading ahead that returns when all is read. */
static void
read_ahead(int fd, size_t n)
{
	void *p;

	if (n == 0 || n > AHEAD_MAX)
		return;
	p = mmap(NULL, n, PROT_READ, MAP_SHARED | MAP_POPULATE, fd, 0);
	if (p != MAP_FAILED)
		(void)munmap(p, n);
}

/*
 * Size and time of change alone are not enough: builds may give every file the
 * same time, and a number is given again once its file is gone.  The time of the
 * last change of status nobody can set.  Hashed, for a number is nobody's
 * business.
 */
static void
put_etag(char *to, size_t size, const struct stat *st)
{
	const uint64_t parts[] = {(uint64_t)st->st_ino, (uint64_t)st->st_size,
	    (uint64_t)st->st_mtim.tv_sec, (uint64_t)st->st_mtim.tv_nsec,
	    (uint64_t)st->st_ctim.tv_sec, (uint64_t)st->st_ctim.tv_nsec};

	snprintf(to, size, "\"%016" PRIx64 "\"",
	    rt_str_hash((struct rt_str){(const char *)parts, sizeof(parts)}));
}

static int
look_at(const struct stat *st, int fd, struct rt_open_file **file)
{
	if (!S_ISREG(st->st_mode))
		return ENOENT;
	*file = malloc(sizeof(**file));
	if (*file == NULL)
		return ENOMEM;
	**file = (struct rt_open_file){
	    .fd = fd,
	    .size = (uint64_t)st->st_size,
	    .modified = st->st_mtim.tv_sec,
	    .holders = 1,
	};
	put_etag((*file)->etag, sizeof((*file)->etag), st);
	return 0;
}

static void
open_file(void *arg)
{
	struct job *job = arg;
	/* A pipe would wait for a writer. */
	int fd = open(job->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct stat st;

	if (fd == -1) {
		job->error = errno;
		return;
	}
	job->error =
	    fstat(fd, &st) == -1 ? errno : look_at(&st, fd, &job->file);
	if (job->error != 0)
		(void)close(fd);
	else
		read_ahead(fd, (size_t)st.st_size);
}

/* --- On the loop's thread --- */

void
rt_file_hold(struct rt_open_file *file)
{
	file->holders++;
}

void
rt_file_drop(struct rt_open_file *file)
{
	if (--file->holders > 0)
		return;
	(void)close(file->fd);
	free(file);
}

static void
drop(void *arg)
{
	struct job *job = arg;

	if (job->file != NULL)
		rt_file_drop(job->file);
	free(job);
}

/* The thread has but one step to do. */
static void
cancel(void *arg)
{
	(void)arg;
}

static struct job *
new_job(struct rt_str path)
{
	struct job *job = malloc(sizeof(*job) + path.n + 1);

	if (job != NULL)
		*job =
		    (struct job){.path = memcpy(job + 1, path.p, path.n + 1)};
	return job;
}

/* Whether the path leads nowhere but into its directory; links are followed. */
static bool
is_below(struct rt_str path)
{
	if (path.n == 0 || path.p[0] == '/' ||
	    memchr(path.p, '\0', path.n) != NULL)
		return false;
	while (path.p != NULL) {
		if (rt_str_is(rt_str_cut(&path, '/'), ".."))
			return false;
	}
	return true;
}

static bool
is_absent(int error)
{
	return error == ENOENT || error == ENOTDIR || error == ENAMETOOLONG;
}

/* What the call holds from the beginning: its memory may end at any time. */
static void
drop_of_call(void *arg)
{
	struct job **job = arg;

	if (*job != NULL)
		drop(*job);
}

bool
rt_file_open(struct rt_call *call, const char *directory, struct rt_str name,
    struct rt_open_file **file)
{
	static const struct rt_task task = {
	    .run = open_file,
	    .cancel = cancel,
	    .drop = drop,
	};
	struct job **held = RT_NEW(call, *held);
	struct job *job;

	*file = NULL;
	if (!is_below(name))
		return true;
	rt_defer(call, drop_of_call, held);
	job = new_job(
	    rt_arena_printf(call->arena, "%s/%.*s", directory, RT_FMT(name)));
	if (job == NULL)
		return rt_fail_unavailable(call, "%s: %s", directory,
		    strerror(ENOMEM));
	if (!rt_work_hand(call, &task, job))
		return false;
	*held = job;
	*file = job->file;
	return job->error == 0 || is_absent(job->error) ||
	    rt_fail(call, "%s: %s", job->path, strerror(job->error));
}
