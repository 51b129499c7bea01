/* Files below a directory; see outdir.h. */
#include "gen/outdir.h"

#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <unistd.h>

bool
outdir_is_name(const char *name)
{
	struct rt_str rest = rt_str(name);

	if (rest.n >= PATH_MAX || strchr(name, '\n') != NULL)
		return false;
	while (rest.p != NULL) {
		struct rt_str part = rt_str_cut(&rest, '/');

		if (part.n == 0 || part.n > NAME_MAX || rt_str_is(part, ".") ||
		    rt_str_is(part, ".."))
			return false;
	}
	return true;
}

/* Closes without losing the errno that is to be told. */
static void
close_quietly(int fd)
{
	int why = errno;

	close(fd);
	errno = why;
}

int
outdir_open(const char *path, bool make)
{
	char part[PATH_MAX];
	size_t n = strlen(path);
	int fd, why = 0;

	if (n >= sizeof(part)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	for (size_t i = 1; make && i <= n; i++) {
		if (path[i] != '/' && path[i] != '\0')
			continue;
		memcpy(part, path, i);
		part[i] = '\0';
		if (mkdir(part, 0777) != 0 && errno != EEXIST && why == 0)
			why = errno;
	}
	fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	/* Why it could not be made says more than that it is not there. */
	if (fd < 0 && errno == ENOENT && why != 0)
		errno = why;
	return fd;
}

/*
 * Opens the directory that holds `name`, made if wanted, and sets *base to
 * the last part of the name.
 */
static int
open_parent(int dir, const char *name, bool make, const char **base)
{
	int fd = fcntl(dir, F_DUPFD_CLOEXEC, 0);
	const char *slash;

	while (fd >= 0 && (slash = strchr(name, '/')) != NULL) {
		char part[NAME_MAX + 1];
		int next;

		snprintf(part, sizeof(part), "%.*s", (int)(slash - name), name);
		if (make)
			(void)mkdirat(fd, part, 0777);
		next = openat(fd, part,
		    O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		close_quietly(fd);
		fd = next;
		name = slash + 1;
	}
	*base = name;
	return fd;
}

int
outdir_read(int dir, const char *name)
{
	const char *base;
	int parent = open_parent(dir, name, false, &base), fd;
	struct stat st;

	if (parent < 0)
		return -1;
	/* Without O_NONBLOCK a FIFO would hold us up. */
	fd = openat(parent, base,
	    O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	close_quietly(parent);
	if (fd < 0)
		return -1;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode))
		return fd;
	close(fd);
	errno = EISDIR;
	return -1;
}

static bool
write_all(int fd, struct rt_str text)
{
	while (text.n > 0) {
		ssize_t n = write(fd, text.p, text.n);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return false;
		text.p += n;
		text.n -= (size_t)n;
	}
	return true;
}

/* Writes to a temporary name beside the file and moves that over it. */
static bool
replace(int parent, const char *base, struct rt_str text)
{
	char temp[64];
	int fd;
	bool ok;

	snprintf(temp, sizeof(temp), ".kontract-%ld.tmp", (long)getpid());
	(void)unlinkat(parent, temp, 0);
	fd = openat(parent, temp,
	    O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);
	if (fd < 0)
		return false;
	/* The mode shall not depend on the umask. */
	ok = write_all(fd, text) && fchmod(fd, 0644) == 0;
	if (ok)
		ok = close(fd) == 0;
	else
		close_quietly(fd);
	ok = ok && renameat(parent, temp, parent, base) == 0;
	if (!ok) {
		int why = errno;

		(void)unlinkat(parent, temp, 0);
		errno = why;
	}
	return ok;
}

bool
outdir_write(int dir, const char *name, struct rt_str text)
{
	const char *base;
	int parent = open_parent(dir, name, true, &base);
	bool ok;

	if (parent < 0)
		return false;
	ok = replace(parent, base, text);
	close_quietly(parent);
	return ok;
}

bool
outdir_remove(int dir, const char *name)
{
	const char *base;
	int parent = open_parent(dir, name, false, &base);
	bool ok;

	if (parent < 0)
		return false;
	ok = unlinkat(parent, base, 0) == 0;
	close_quietly(parent);
	return ok;
}
