#include "gen/source.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "runtime/buf.h"

enum { CHUNK = 64 * 1024 };

static const char utf8_bom[] = "\xef\xbb\xbf";

static const char *
without_dot_slash(const char *path)
{
	while (path[0] == '.' && path[1] == '/') {
		path += 2;
		while (*path == '/')
			path++;
	}
	return path;
}

static unsigned
count_lines(struct rt_str text)
{
	unsigned n = 1;
	const char *end = text.p + text.n;

	for (const char *p = text.p; p < end; p++) {
		p = memchr(p, '\n', (size_t)(end - p));
		if (p == NULL)
			break;
		n++;
	}
	return n;
}

/* A byte order mark belongs to no line, so that columns count from the first
 * byte that an editor shows. */
static void
index_lines(struct rt_arena *arena, struct source *s)
{
	uint32_t *lines;
	const char *end = s->text.p + s->text.n;
	unsigned n = 0;

	s->n_lines = count_lines(s->text);
	lines = rt_arena_array(arena, s->n_lines, sizeof(*lines));
	lines[n++] = rt_str_starts(s->text, utf8_bom) ? 3 : 0;
	for (const char *p = s->text.p; n < s->n_lines; p++) {
		p = memchr(p, '\n', (size_t)(end - p));
		lines[n++] = (uint32_t)(p + 1 - s->text.p);
	}
	s->lines = lines;
}

const struct source *
source_of(struct rt_arena *arena, const char *name, struct rt_str text)
{
	struct source *s;

	if (text.n > SOURCE_MAX) {
		errno = EFBIG;
		return NULL;
	}
	if (text.p == NULL)
		text = RT_LIT("");
	s = rt_arena_new(arena, sizeof(*s));
	s->path = rt_arena_copy(arena, rt_str(name)).p;
	s->name = without_dot_slash(s->path);
	s->text = text;
	index_lines(arena, s);
	return s;
}

/* The size is a hint only: a pipe has none, and a file may grow. */
static size_t
size_hint(int fd)
{
	struct stat st;

	if (fstat(fd, &st) == -1 || st.st_size < 0)
		return 0;
	return (size_t)st.st_size;
}

static bool
read_all(int fd, struct rt_buf *buf)
{
	size_t room = size_hint(fd) + CHUNK;
	ssize_t n;

	for (;;) {
		char *p = rt_buf_reserve(buf, room);

		if (p == NULL) {
			errno = EFBIG;
			return false;
		}
		n = read(fd, p, room);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n == 0;
		buf->n += (size_t)n;
		room = CHUNK;
	}
}

const struct source *
source_open(struct rt_arena *arena, const char *path)
{
	struct rt_buf buf = rt_buf(arena, (size_t)SOURCE_MAX + CHUNK);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	int error;
	bool ok;

	if (fd == -1)
		return NULL;
	ok = read_all(fd, &buf);
	error = errno;
	close(fd);
	errno = error;
	return ok ? source_of(arena, path, rt_buf_str(&buf)) : NULL;
}

struct rt_str
source_line(const struct source *s, unsigned line)
{
	size_t start, end;

	if (line == 0 || line > s->n_lines)
		return RT_LIT("");
	start = s->lines[line - 1];
	end = line < s->n_lines ? s->lines[line] - 1 : s->text.n;
	if (end > start && s->text.p[end - 1] == '\r')
		end--;
	return (struct rt_str){s->text.p + start, end - start};
}

/* The last line that begins at or before the offset, from 0. */
static unsigned
line_of(const struct source *s, size_t offset)
{
	unsigned low = 0, high = s->n_lines;

	while (high - low > 1) {
		unsigned middle = low + (high - low) / 2;

		if (s->lines[middle] <= offset)
			low = middle;
		else
			high = middle;
	}
	return low;
}

struct source_pos
source_pos(const struct source *s, size_t offset, unsigned len)
{
	struct source_pos pos = {.source = s, .len = len};
	unsigned line;

	if (offset > s->text.n)
		offset = s->text.n;
	if (offset < s->lines[0])
		offset = s->lines[0];
	line = line_of(s, offset);
	pos.line = line + 1;
	pos.col = (unsigned)(offset - s->lines[line]) + 1;
	return pos;
}
