/* The content coding gzip (RFC 9110, sections 8.4 and 12.5.3; RFC 1952). */
#ifndef RT_GZIP_H
#define RT_GZIP_H

#include "runtime/call.h"

/*
 * For bytes that are the same for every client: `gzip` is `plain` compressed
 * once, by `gzip -9`, say.  Where the call answers `plain` and the client takes
 * gzip, it gets that and nothing is compressed.  Both must live as long as the
 * call.
 */
void rt_gzip_offer(struct rt_call *, struct rt_str plain, struct rt_str gzip);

/* --- For the runtime --- */

enum {
	/* A body of no more bytes stays as it is: it fits a packet or two. */
	RT_GZIP_MIN = 1000,
	/* So does one of more: nobody should wait for it. */
	RT_GZIP_MAX = 16 * 1024 * 1024,
};

/* Whether a client takes gzip, and likes nothing of it less than the bytes as
 * they are, by the value of Accept-Encoding; not where there is none. */
bool rt_gzip_is_welcome(struct rt_str accept);

/* Whether bodies of a media type become smaller: texts do, pictures have become
 * so already. */
bool rt_gzip_suits(const char *media);

/*
 * Compresses the body of the answer: what is large, and a file, on a thread
 * while the call is suspended.  False when it can't be done (no memory, no
 * thread, the file is shorter than it was); then nothing has changed.
 */
bool rt_gzip_body(struct rt_call *) RT_WARN_UNUSED;

#endif /* RT_GZIP_H */
