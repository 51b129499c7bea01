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

/* A regular file that is open, for an answer. */
struct rt_open_file {
	int fd;
	uint64_t size;
	int64_t modified; /* seconds since 1970 */
	/* Strong (RFC 9110, section 8.8.1): made of what the system notes when
	 * a file is written or replaced. */
	char etag[24];
	unsigned holders; /* whoever still needs it; the last one closes it */
};

/*
 * Opens a regular file in or below a directory, on a thread while the call is
 * suspended.  It is the call's, and the answer's until that is sent.  `name` may
 * be what a client has sent: *file is NULL where there is no such file, and for
 * a name that is absolute or has a part "..".  Links are followed.
 *
 * What is sent is what the file has when it is sent: one that is shortened
 * meanwhile breaks the answer off.  Replace files, don't write them anew.
 *
 * False when it can't be had, and rt_fail() has been called unless the call was
 * cancelled.
 */
bool rt_file_open(struct rt_call *, const char *directory, struct rt_str name,
    struct rt_open_file **file) RT_WARN_UNUSED;

/* --- For the runtime --- */

/* One holder more, and one less. */
void rt_file_hold(struct rt_open_file *);
void rt_file_drop(struct rt_open_file *);

#endif /* RT_FILE_H */
