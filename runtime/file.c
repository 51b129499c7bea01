#include "runtime/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/sendfile.h>
#include <unistd.h>

#include "runtime/work.h"

enum { STEP = 1 << 20 /* bytes between looks at `cancelled` */ };

/* Copies of all that it needs: the call may be gone before it has ended. */
struct job {
	int from; /* the file of the body; -1: the bytes are here */
	off_t offset;
	size_t n;
	const char *bytes;
	const char *path;
	atomic_bool cancelled;
	bool saved;
	int error; /* an errno; 0 for none */
};

/* --- On a thread --- */

static ssize_t
copy_step(const struct job *job, int to, size_t done)
{
	size_t n = job->n - done < STEP ? job->n - done : STEP;
	off_t offset = job->offset + (off_t)done;

	if (job->from == -1)
		return write(to, job->bytes + done, n);
	return sendfile(to, job->from, &offset, n);
}

static bool
copy(struct job *job, int to)
{
	size_t done = 0;

	while (done < job->n && !job->cancelled) {
		ssize_t n = copy_step(job, to, done);

		if (n == -1 && errno == EINTR)
			continue;
		if (n <= 0) {
			job->error = n == 0 ? EIO : errno;
			return false;
		}
		done += (size_t)n;
	}
	return done == job->n;
}

static void
save(void *arg)
{
	struct job *job = arg;
	int to = open(job->path,
	    O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);

	if (to == -1) {
		job->error = errno;
		return;
	}
	job->saved = copy(job, to);
	if (close(to) == -1 && job->saved) {
		job->error = errno;
		job->saved = false;
	}
	if (!job->saved)
		(void)unlink(job->path);
}

/* --- On the loop's thread --- */

static void
cancel(void *arg)
{
	struct job *job = arg;

	job->cancelled = true;
}

static void
drop(void *arg)
{
	struct job *job = arg;

	if (job->from != -1)
		(void)close(job->from);
	free(job);
}

/* Nobody will ever hear of what has been saved. */
static void
drop_unsaved(void *arg)
{
	struct job *job = arg;

	if (job->saved)
		(void)unlink(job->path);
	drop(job);
}

static bool
is_in_file(const struct rt_call *call, struct rt_str bytes)
{
	uintptr_t first = (uintptr_t)call->req.body.p, at = (uintptr_t)bytes.p;

	return call->req.in_file && at >= first &&
	    at - first <= call->req.body.n;
}

static struct job *
new_job(const struct rt_call *call, const struct rt_file *file,
    const char *path)
{
	bool in_file = is_in_file(call, file->bytes);
	size_t path_n = strlen(path) + 1, n = in_file ? 0 : file->bytes.n;
	struct job *job = malloc(sizeof(*job) + path_n + n);
	char *more = (char *)(job + 1);

	if (job == NULL)
		return NULL;
	*job = (struct job){
	    .from = -1,
	    .n = file->bytes.n,
	    .path = memcpy(more, path, path_n),
	    .bytes = more + path_n,
	};
	if (n > 0)
		memcpy(more + path_n, file->bytes.p, n);
	if (!in_file)
		return job;
	job->offset = file->bytes.p - call->req.body.p;
	job->from = fcntl(call->req.fd, F_DUPFD_CLOEXEC, 0);
	if (job->from != -1)
		return job;
	free(job);
	return NULL;
}

bool
rt_file_save(struct rt_call *call, const struct rt_file *file, const char *path)
{
	static const struct rt_task task = {
	    .run = save,
	    .cancel = cancel,
	    .drop = drop_unsaved,
	};
	struct job *job = new_job(call, file, path);
	int error;

	if (job == NULL)
		return rt_fail_unavailable(call, "%s: %s", path,
		    strerror(errno));
	if (!rt_work_hand(call, &task, job))
		return false;
	error = job->error;
	drop(job);
	return error == 0 || rt_fail(call, "%s: %s", path, strerror(error));
}
