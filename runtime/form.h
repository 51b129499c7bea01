/* Bodies that are forms: their fields become an object; the runtime's own. */
#ifndef RT_FORM_H
#define RT_FORM_H

#include "runtime/call.h"

/*
 * The body of a call whose kind is RT_BODY_FORM (WHATWG URL, section 5.1) or
 * RT_BODY_MULTIPART.  A declared field is what its row says; of others each is a
 * string, or a file, and those of one name are an array of them, so that the
 * schema's additionalProperties decides.  A multipart body that is no form-data
 * is an array of its parts.  NULL with a fault noted, or where the body is
 * malformed.
 */
const struct rt_node *rt_form_node(struct rt_call *);

#endif /* RT_FORM_H */
