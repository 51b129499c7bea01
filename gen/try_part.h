/* What the files of `kontract try` share; no other file includes this. */
#ifndef GEN_TRY_PART_H
#define GEN_TRY_PART_H

#include "gen/try.h"

/* What a program is made of beside what is generated. */
struct try_kit {
	struct rt_arena *arena;
	const char *include; /* the directory that holds runtime/ */
	const char *library; /* libkontract.a */
	struct rt_str id; /* changes with the compiler and with these */
	struct rt_str why; /* of the last failure */
};

/* False with a sentence in kit->why. */
bool try_kit_find(struct try_kit *, const char *runtime);

/* The directory of programs, made; absent with kit->why. */
struct rt_str try_cache(struct try_kit *, const char *cache);

/* Compiles and links `dir`/api/ and `sources` in it to `dir`/try; false with
 * kit->why. */
bool try_link(struct try_kit *, const char *dir, const char *const *sources);

/* Runs a program with the text as its standard input; false with kit->why. */
bool try_exec(struct try_kit *, const char *program, struct rt_str input,
    int *status);

/* Removes a directory with all that is in it. */
void try_remove(const char *dir);

#endif /* GEN_TRY_PART_H */
