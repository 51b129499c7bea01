/* Texts of declared headers as values; the runtime's own, not for handlers. */
#ifndef RT_HEADER_H
#define RT_HEADER_H

#include "runtime/op.h"

/*
 * What the text of a header of an answer, or of a part of a body, stands for:
 * one value, an array or object in the style `simple` (RFC 6570, section
 * 3.2.2), or JSON.  NULL, with a sentence in *why, for a text that stands for
 * none.  Bytes are borrowed from the text.
 */
const struct rt_node *rt_header_node(struct rt_arena *,
    const struct rt_answer_header *, struct rt_str text,
    const char **why) RT_WARN_UNUSED;

#endif /* RT_HEADER_H */
