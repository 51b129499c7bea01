/* Files that clients send. */
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

#endif /* RT_FILE_H */
