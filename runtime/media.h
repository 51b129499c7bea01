/* Media types: Content-Type and Accept (RFC 9110, sections 8.3 and 12.5.1). */
#ifndef RT_MEDIA_H
#define RT_MEDIA_H

#include "runtime/str.h"

/* "text/html; charset=utf-8"; the parts are borrowed. */
struct rt_media {
	struct rt_str type; /* "*" in a range */
	struct rt_str subtype; /* "*" in a range */
	struct rt_str charset; /* absent where there is none */
	struct rt_str params; /* all of them, with the first semicolon */
	unsigned quality; /* of a range in Accept: 0 to 1000 */
};

/* The value of a Content-Type header; false where it is none. */
bool rt_media_parse(struct rt_str, struct rt_media *out) RT_WARN_UNUSED;

/* The first value of a parameter of a Content-Type, without quotes but with its
 * escapes; false where there is none. */
bool rt_media_param(struct rt_str, const char *name,
    struct rt_str *value) RT_WARN_UNUSED;

/*
 * Whether `range`, a media type of which either part may be "*", covers a
 * type.  Letters are equal in any case; parameters of the range don't count.
 */
bool rt_media_covers(const char *range, const struct rt_media *);

/*
 * How closely `range` fits a type: 0 not at all, 1 where it fits any, 2 where
 * only the subtype is "*", else it is the type itself: 3 with a parameter that
 * the type lacks, 4 without parameters, 5 where the type has them all.  The
 * charset, which is another question, and q don't count.
 */
unsigned rt_media_closeness(const char *range, const struct rt_media *);

/* application/json, text/json and whatever ends in +json (RFC 6839). */
bool rt_media_is_json(const struct rt_media *);

/*
 * How welcome a media type is under the value of an Accept header: 1000 where
 * it is as good as any, 0 where it must not be sent.  The most specific range
 * decides.  Parameters other than q don't count; an element that is no range
 * is left out; a list without elements accepts everything.
 */
unsigned rt_media_quality(struct rt_str accept, const struct rt_media *);

/* A weight (RFC 9110, section 12.4.2: at most three digits behind the point), as
 * 0 to 1000; false for what is none. */
bool rt_quality_parse(struct rt_str, unsigned *out) RT_WARN_UNUSED;

/* RFC 9110, section 5.6.2; an empty string is none. */
bool rt_is_token(struct rt_str);

/* What a header's value may hold (RFC 9110, section 5.5). */
bool rt_is_field_value(struct rt_str);

#endif /* RT_MEDIA_H */
