/* Passwords: bcrypt ($2b$) by libcrypt, on the worker's threads. */
#ifndef RT_PASSWORD_H
#define RT_PASSWORD_H

#include "runtime/call.h"

enum { RT_PASSWORD_HASH = 128 };

/*
 * bcrypt takes 72 bytes and stops at a NUL: a longer password, or one with a
 * NUL, is hashed by SHA-256 to base64 first, and its hash is marked "sha256:".
 * Suspends the call.  False when it has failed (rt_fail() has been called).
 */
bool rt_password_hash(struct rt_call *, struct rt_str password, int cost,
    char hash[RT_PASSWORD_HASH]) RT_WARN_UNUSED;

/*
 * Whether the password belongs to the hash; *same tells.  A hash that is none
 * is compared against a dummy, so that unknown users take as long as known
 * ones.
 */
bool rt_password_verify(struct rt_call *, struct rt_str password,
    struct rt_str hash, bool *same) RT_WARN_UNUSED;

#endif /* RT_PASSWORD_H */
