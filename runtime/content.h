/* Which of the declared media types a body has; the runtime's own. */
#ifndef RT_CONTENT_H
#define RT_CONTENT_H

#include "runtime/media.h"
#include "runtime/op.h"

/* The body of the operation that fits a media type most closely, NULL where
 * none does. */
const struct rt_body *rt_content_body(const struct rt_op *,
    const struct rt_media *);

/* The same of the contents of an answer, which may be NULL. */
const struct rt_content *rt_content_find(const struct rt_content *,
    const struct rt_media *);

#endif /* RT_CONTENT_H */
