/* Files: those that clients send, and those that they get. */
#ifndef RT_FILE_H
#define RT_FILE_H

#include "runtime/call.h"

/*
 * Copies a file of the call's body to a new one at `path`, which must not exist
 * yet, with the mode 0600, while the call is suspended.  The path is the
 * handler's: never make it of the file's own name.  What has been written is
 * removed again when it fails or the call is cancelled meanwhile.  False then,
 * and rt_fail() has been called unless it was cancelled.  Nothing is synced.
 */
bool rt_file_save(struct rt_call *, const struct rt_file *,
    const char *path) RT_WARN_UNUSED;

/*
 * The bytes of a regular file in or below a directory, mapped on a thread while
 * the call is suspended.  They live as long as the call, and as an answer until
 * it is sent, without a copy.  `name` may be what a client has sent: the bytes
 * are absent where there is no such file, and for a name that is absolute or
 * has a part "..".  Links are followed.
 *
 * A file that is shortened meanwhile breaks the answer off, and ends the worker
 * if a handler or TLS reads what is gone: replace files, don't write them anew.
 *
 * False when it can't be had, and rt_fail() has been called unless the call was
 * cancelled.
 */
bool rt_file_open(struct rt_call *, const char *directory, struct rt_str name,
    struct rt_str *bytes) RT_WARN_UNUSED;

/* --- For the runtime --- */

struct rt_mapping;

/* The call's mapping that has these bytes, held until rt_mapping_drop(); NULL
 * where none has. */
struct rt_mapping *rt_mapping_hold(const struct rt_call *, struct rt_str);
void rt_mapping_drop(struct rt_mapping *);

#endif /* RT_FILE_H */
