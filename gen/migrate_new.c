/* The first draft of a migration. */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "gen/migrate_part.h"
#include "gen/outdir.h"
#include "runtime/buf.h"

enum { WORDS_MAX = 80 };

/* Words as a part of a file's name: "Add persons!" becomes "add_persons". */
static struct rt_str
file_words(struct rt_arena *arena, const char *words)
{
	struct rt_buf b = rt_buf(arena, WORDS_MAX);
	bool gap = false;

	for (const char *p = words; *p != '\0'; p++) {
		if (!isalnum((unsigned char)*p) || (*p & 0x80) != 0) {
			gap = true;
			continue;
		}
		if (gap && b.n > 0)
			rt_buf_byte(&b, '_');
		gap = false;
		rt_buf_byte(&b, (char)tolower((unsigned char)*p));
	}
	return b.full ? (struct rt_str){0} : rt_buf_str(&b);
}

/* Somebody else may be making the same file. */
static bool
write_new(int dir, const char *name, struct rt_str text)
{
	int fd =
	    openat(dir, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
	bool ok;

	if (fd == -1)
		return false;
	ok = write(fd, text.p, text.n) == (ssize_t)text.n;
	return close(fd) == 0 && ok;
}

static bool
make_file(struct migrate *m, int dir, struct rt_str words)
{
	unsigned next = m->n_files == 0
	    ? 1
	    : migrate_number(m->files[m->n_files - 1].name) + 1;
	struct rt_str text;
	const char *name;

	if (next > MIGRATE_NUMBER_MAX) {
		m->trouble = "no number is left above the last file's";
		return false;
	}
	name = rt_arena_printf(m->arena, "%0*u_%.*s.sql", MIGRATE_DIGITS, next,
	    RT_FMT(words))
		   .p;
	text = rt_arena_printf(m->arena,
	    "-- What changes, and why.\n"
	    "--\n"
	    "-- The file runs once, in a transaction of its own, and must not "
	    "change after\n"
	    "-- that.  See docs/guide/migrations.md.\n"
	    "\n");
	if (!write_new(dir, name, text)) {
		m->trouble = rt_arena_printf(m->arena, "%s/%s: %s", m->dir,
		    name, strerror(errno))
				 .p;
		return false;
	}
	fprintf(m->call->out, "%s/%s\n", m->dir, name);
	return true;
}

bool
migrate_new(struct migrate *m, const char *words)
{
	struct rt_str name = file_words(m->arena, words);
	int dir = outdir_open(m->dir, true);
	bool ok;

	if (dir == -1) {
		m->trouble =
		    rt_arena_printf(m->arena, "%s: %s", m->dir, strerror(errno))
			.p;
		return false;
	}
	ok = migrate_list_files(m) && make_file(m, dir, name);
	close(dir);
	return ok;
}
