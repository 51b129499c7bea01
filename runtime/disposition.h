/* Content-Disposition (RFC 6266, RFC 7578, section 4.2); the runtime's own. */
#ifndef RT_DISPOSITION_H
#define RT_DISPOSITION_H

#include "runtime/arena.h"

struct rt_disposition {
	struct rt_str type; /* "form-data" */
	struct rt_str name; /* absent where there is none */
	struct rt_str file_name; /* the same; that of filename* if there is */
};

/*
 * False where the text is none.  In a quoted string `\"` and `\\` are escapes,
 * another backslash is itself, and %22, %0D and %0A stand for what browsers
 * write so.  A filename* that can't be read (RFC 8187) is left out.
 */
bool rt_disposition_parse(struct rt_arena *, struct rt_str,
    struct rt_disposition *out) RT_WARN_UNUSED;

#endif /* RT_DISPOSITION_H */
