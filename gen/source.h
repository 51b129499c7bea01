/* Files read whole, with an index of their lines. */
#ifndef GEN_SOURCE_H
#define GEN_SOURCE_H

#include "runtime/arena.h"

struct source {
	const char *path; /* as the user named it */
	const char *name; /* for messages and output: path without "./" */
	struct rt_str text;
	const uint32_t *lines; /* offset of each line's first byte */
	unsigned n_lines;
};

/* A place in a file.  line 0 is "nowhere". */
struct source_pos {
	const struct source *source;
	unsigned line; /* from 1 */
	unsigned col; /* from 1, in bytes */
	unsigned len; /* bytes to underline; 0 counts as 1 */
};

enum { SOURCE_MAX = 64 * 1024 * 1024 };

/* Reads a file of at most SOURCE_MAX bytes.  NULL with errno set (EFBIG for
 * a larger one). */
const struct source *source_open(struct rt_arena *, const char *path);

/* Text that is in memory already, under a name for messages; it is borrowed.
 * NULL with errno set as above. */
const struct source *source_of(struct rt_arena *, const char *name,
    struct rt_str text);

/* Line `line` without its line feed, a CR before that, or a byte order mark;
 * empty when there is no such line. */
struct rt_str source_line(const struct source *, unsigned line);

/* The place of a byte offset. */
struct source_pos source_pos(const struct source *, size_t offset,
    unsigned len);

#endif /* GEN_SOURCE_H */
