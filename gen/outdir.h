/* Files below a directory, without following symbolic links. */
#ifndef GEN_OUTDIR_H
#define GEN_OUTDIR_H

#include "runtime/str.h"

/*
 * Names are relative and plain: no empty part, no "." and no "..".  Every
 * function tells its failure by errno; ELOOP or ENOTDIR where a part of the
 * name is a symbolic link.
 */

/* Whether `name` is such a name. */
bool outdir_is_name(const char *name);

/* Opens a directory, and makes it and its parents first if wanted.  Links in
 * `path` itself are followed.  -1 when that fails. */
int outdir_open(const char *path, bool make);

/* Opens a file for reading.  -1 with ENOENT when there is none, with EISDIR
 * when it is anything else than a regular file. */
int outdir_read(int dir, const char *name);

/* Writes a file whole or not at all, and makes the directories above it. */
RT_WARN_UNUSED bool outdir_write(int dir, const char *name, struct rt_str text);

RT_WARN_UNUSED bool outdir_remove(int dir, const char *name);

#endif /* GEN_OUTDIR_H */
