/*
 * The output directory: only what changed is written, each file whole or not
 * at all, and what is no longer generated is removed.
 */
#ifndef GEN_EMIT_H
#define GEN_EMIT_H

#include "runtime/arena.h"

struct emit;

/*
 * Files go below `dir`.  With `check`, nothing is written: emit_finish()
 * tells what would be.
 */
struct emit *emit_open(struct rt_arena *, const char *dir, bool check);

/* Adds a file ("model.c", "sub/x.c"); its text is borrowed.  A name that is
 * absolute, has ".." or was added already is a bug. */
void emit_file(struct emit *, const char *name, struct rt_str text);

struct emit_result {
	unsigned written; /* or stale, when checking */
	unsigned unchanged;
	unsigned removed;
	const char *const
	    *changed; /* names written, stale or removed; NULL ends */
	const char *error; /* the machine's refusal with the path; NULL: none */
};

/*
 * Writes new and changed files by rename(2) (mode 0644, parents made),
 * removes those that the directory's manifest (".kontract", a sorted list of
 * names with their SHA-256) names and this run did not add, and writes the
 * manifest last.  A file whose content is not what the manifest says was
 * edited by hand: it is not overwritten, and that is an error, unless
 * `force`.
 */
struct emit_result emit_finish(struct emit *, bool force);

#endif /* GEN_EMIT_H */
