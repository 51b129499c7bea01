/* References as text: URI fragments (RFC 3986) that hold pointers (RFC 6901). */
#ifndef GEN_REF_TEXT_H
#define GEN_REF_TEXT_H

#include "gen/doc.h"

enum { REF_TEXT_MAX = 512 }; /* bytes of a pointer in a message */

/* The part before '#'; *fragment becomes the part behind, absent without. */
struct rt_str ref_text_cut(struct rt_str text, struct rt_str *fragment);

/* RFC 3986, section 2.1.  Absent when a '%' is not followed by two digits. */
struct rt_str ref_text_decode(struct rt_arena *, struct rt_str fragment);

/* RFC 6901, section 4.  Absent when a '~' is not followed by 0 or 1. */
struct rt_str ref_text_unescape(struct rt_arena *, struct rt_str token);

/* The reference that leads to a node, cut where it is too long. */
struct rt_str ref_text_of(struct rt_arena *, const struct doc_node *);

/* A name, and of those that were offered the one that is nearest to it by edit
 * distance; absent where none is near.  Begins with the name alone. */
struct ref_near {
	struct rt_str name;
	struct rt_str best;
	size_t distance; /* of the best */
};

void ref_text_prefer(struct ref_near *, struct rt_str key);

/* The key of a map that is nearest to a name by edit distance; absent when
 * none is near. */
struct rt_str ref_text_near(const struct doc_node *map, struct rt_str name);

#endif /* GEN_REF_TEXT_H */
