/* How the properties of a form stand in a body, as schema and encoding tell. */
#ifndef GEN_FORM_H
#define GEN_FORM_H

#include "gen/param.h"

/*
 * A property of a form (application/x-www-form-urlencoded, multipart/form-data)
 * is written as a parameter of a query is; `param.in` is RT_IN_BODY.  With
 * RT_STYLE_JSON and `form.types` RT_ARRAY each item is a value of JSON, else
 * the whole is one, or where `form.types` has RT_STRING perhaps a plain text.
 */
struct form_field {
	struct spec_param param;
	struct param_form form;
	const struct spec_encoding *encoding; /* NULL: none given */
	/* Media types that a part may have; none for any. */
	const struct rt_str *medias;
	size_t n_medias;
	bool file; /* a part of any bytes */
};

struct form_fields {
	const struct form_field *v;
	size_t n;
};

/* The properties that the schema of a form names; each `form.why` tells what
 * can't be written. */
struct form_fields form_fields(struct rt_arena *, const struct spec_media *);

/* The field of a name, or NULL. */
const struct form_field *form_field_of(const struct form_fields *,
    struct rt_str name);

#endif /* GEN_FORM_H */
