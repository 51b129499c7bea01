/* Answers of files: mapped, and lent to Kore's queue. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "runtime/file.h"
#include "runtime/work.h"

/* Up to here a file is read ahead, so that sending it waits for no disk. */
enum { POPULATE_MAX = 64 * 1024 * 1024 };

struct rt_mapping {
	void *p;
	size_t n;
	unsigned refs;
	struct rt_mapping *next; /* of the call */
};

struct job {
	const char *path;
	void *p; /* NULL: nothing is mapped */
	size_t n;
	int error; /* an errno; 0 for none */
};

/* --- On a thread --- */

static void
map(struct job *job, int fd)
{
	struct stat st;
	int flags = MAP_PRIVATE;
	void *p;

	if (fstat(fd, &st) == -1) {
		job->error = errno;
		return;
	}
	if (!S_ISREG(st.st_mode)) {
		job->error = ENOENT;
		return;
	}
	job->n = (size_t)st.st_size;
	if (job->n == 0)
		return;
	if (job->n <= POPULATE_MAX)
		flags |= MAP_POPULATE;
	p = mmap(NULL, job->n, PROT_READ, flags, fd, 0);
	if (p == MAP_FAILED)
		job->error = errno;
	else
		job->p = p;
}

static void
open_file(void *arg)
{
	struct job *job = arg;
	/* A pipe would wait for a writer. */
	int fd = open(job->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	if (fd == -1) {
		job->error = errno;
		return;
	}
	map(job, fd);
	(void)close(fd);
}

/* --- On the loop's thread --- */

static void
drop(void *arg)
{
	struct job *job = arg;

	if (job->p != NULL)
		(void)munmap(job->p, job->n);
	free(job);
}

/* The thread has but one step to do. */
static void
cancel(void *arg)
{
	(void)arg;
}

void
rt_mapping_drop(struct rt_mapping *m)
{
	if (--m->refs > 0)
		return;
	(void)munmap(m->p, m->n);
	free(m);
}

static void
drop_of_call(void *arg)
{
	rt_mapping_drop(arg);
}

struct rt_mapping *
rt_mapping_hold(const struct rt_call *call, struct rt_str bytes)
{
	uintptr_t at = (uintptr_t)bytes.p;

	for (struct rt_mapping *m = call->mappings; m != NULL; m = m->next) {
		uintptr_t first = (uintptr_t)m->p;

		if (at < first || at - first > m->n ||
		    bytes.n > m->n - (at - first))
			continue;
		m->refs++;
		return m;
	}
	return NULL;
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

/* The mapping becomes the call's. */
static bool
keep(struct rt_call *call, struct job *job)
{
	struct rt_mapping *m = malloc(sizeof(*m));

	if (m == NULL)
		return rt_fail_unavailable(call, "%s: %s", job->path,
		    strerror(ENOMEM));
	*m = (struct rt_mapping){job->p, job->n, 1, call->mappings};
	job->p = NULL;
	call->mappings = m;
	rt_defer(call, drop_of_call, m);
	return true;
}

static bool
take(struct rt_call *call, struct job *job, struct rt_str *bytes)
{
	if (is_absent(job->error))
		return true;
	if (job->error != 0)
		return rt_fail(call, "%s: %s", job->path, strerror(job->error));
	*bytes = RT_LIT("");
	if (job->p == NULL)
		return true;
	*bytes = (struct rt_str){job->p, job->n};
	return keep(call, job);
}

bool
rt_file_open(struct rt_call *call, const char *directory, struct rt_str name,
    struct rt_str *bytes)
{
	static const struct rt_task task = {
	    .run = open_file,
	    .cancel = cancel,
	    .drop = drop,
	};
	struct job *job;
	bool ok;

	*bytes = (struct rt_str){NULL, 0};
	if (!is_below(name))
		return true;
	job = new_job(
	    rt_arena_printf(call->arena, "%s/%.*s", directory, RT_FMT(name)));
	if (job == NULL)
		return rt_fail_unavailable(call, "%s: %s", directory,
		    strerror(ENOMEM));
	if (!rt_work_hand(call, &task, job))
		return false;
	ok = take(call, job, bytes);
	drop(job);
	return ok;
}
