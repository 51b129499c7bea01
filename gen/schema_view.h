/* What the files of the two views share; no other file includes this. */
#ifndef GEN_SCHEMA_VIEW_H
#define GEN_SCHEMA_VIEW_H

#include "gen/schema_read.h"

/* What is known of the way from a schema to those that it reaches. */
enum { UNKNOWN, OPEN, NO, YES };

struct schema_facts {
	unsigned marked[SCHEMA_SIDES]; /* its values are not for that side */
	unsigned collected;
	/* Names of properties that are not for a side, here and in place. */
	struct rt_strs hidden[SCHEMA_SIDES];
	/* Names that are required or have a property, here and in place. */
	struct rt_strs mentioned;
	unsigned differs[SCHEMA_SIDES]; /* its view is not itself */
	bool met[SCHEMA_SIDES]; /* its uses on that side are noted */
	bool used[SCHEMA_SIDES]; /* of no view: it is used there */
};

/* Makes views, or looks for something on one side. */
struct viewing {
	struct schema_set *set;
	enum schema_side side;
	struct rt_strs names; /* hidden by what stands around */
	struct schema **order; /* parts before wholes */
	size_t n, size;
	bool found;
};

typedef void place_fn(struct viewing *, const struct schema **place);

struct schema_facts *schema_facts_of(struct schema_set *,
    const struct schema *);

/* Calls fn for each place that holds a schema for the same value; for its
 * members and items; for both, and where a $dynamicRef may lead.  `not` and
 * `if` only ask, so they are left out. */
void schema_each_in_place(struct viewing *, struct schema *, place_fn *);
void schema_each_part(struct viewing *, struct schema *, place_fn *);
void schema_each(struct viewing *, const struct schema *, place_fn *);

/* Fills in which names are hidden and mentioned. */
struct schema_facts *schema_collect(struct schema_set *, const struct schema *);

/* Whether the schema's view on the side of `viewing` is not itself. */
bool schema_differs(const struct viewing *, const struct schema *);

/* Sets of names: whether a name is in one, two have one in common; those of
 * `names` that `others` lacks; those of both. */
bool schema_has_name(struct rt_strs, struct rt_str name);
bool schema_have_common(struct rt_strs, struct rt_strs);
struct rt_strs schema_without(struct rt_arena *, struct rt_strs names,
    struct rt_strs others);
struct rt_strs schema_joined(struct rt_arena *, struct rt_strs, struct rt_strs);

#endif /* GEN_SCHEMA_VIEW_H */
