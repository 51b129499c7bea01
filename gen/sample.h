/* Values that a schema accepts, made from the schema. */
#ifndef GEN_SAMPLE_H
#define GEN_SAMPLE_H

#include "gen/instance.h"

enum sample_size {
	SAMPLE_MINIMAL = 1, /* what is required, as few items as allowed */
	SAMPLE_MAXIMAL, /* every member, at least one item */
};

/*
 * A value that the schema accepts, which has been tested; NULL when none was
 * found.  Constants, enum values and declared examples are preferred to
 * invented ones.  Recursion ends where members are optional.
 */
const struct instance *sample_value(struct rt_arena *, const struct schema *,
    enum sample_size);

/* One of several different values, by number; NULL when there are not that
 * many. */
const struct instance *sample_nth(struct rt_arena *, const struct schema *,
    size_t i);

/* An array of exactly n items, different ones where they must be. */
const struct instance *sample_array(struct rt_arena *, const struct schema *,
    size_t n);

/* An accepted string of exactly that many code points, or NULL. */
const struct instance *sample_string(struct rt_arena *, const struct schema *,
    size_t points);

/*
 * An accepted number at or beyond a bound, which is the text of a JSON number:
 * the bound itself for step 0, else the next smaller (-1) or larger (1) one
 * that the schema accepts.  NULL when there is none nearby.
 */
const struct instance *sample_number(struct rt_arena *, const struct schema *,
    struct rt_str bound, int step);

/*
 * A copy in which the parts of allOf are folded into one schema, as far as
 * that is possible: good for proposals, which the real schema then tests.
 */
const struct schema *sample_folded(struct rt_arena *, const struct schema *);

/* A new schema that accepts everything. */
struct schema *sample_anything(struct rt_arena *);

/* A text of the format, of about that many code points where the format
 * allows a choice. */
struct rt_str sample_format(struct rt_arena *, enum rt_format, size_t points);

#endif /* GEN_SAMPLE_H */
