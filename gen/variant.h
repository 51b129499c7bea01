/*
 * A good value, changed in one place: the boundaries that a schema allows, and
 * for each keyword a value that breaks this one rule.
 */
#ifndef GEN_VARIANT_H
#define GEN_VARIANT_H

#include "gen/sample.h"

struct variant {
	struct rt_str pointer; /* of the value that is about the keyword */
	const char *keyword;
	const char *name; /* tells variants of one pointer and keyword apart */
	const char *why; /* what the value is: "is shorter than minLength" */
	const struct instance *value; /* the whole value */
	bool valid;
	/* Not valid, and other rules are broken with it. */
	bool among;
};

struct variants {
	struct rt_arena *arena;
	struct variant *v;
	size_t n, size;
	size_t place; /* the first of the place that is being walked */
};

/*
 * The variants of `base`, which the schema accepts.  Each has been tested, as
 * text that was read back: valid ones are accepted, the others refused for
 * their keyword at their pointer.  Places that the base has not are given a
 * minimal value for this.
 */
struct variants variants_of(struct rt_arena *, const struct schema *,
    const struct instance *base);

/* --- Between the files of this module --- */

enum { VARIANT_PARTS_MAX = 16, VARIANT_DEPTH_MAX = 6 };

/* A place in the value, and all schemas that hold there. */
struct site {
	struct variants *out;
	const struct schema *root;
	const struct instance *base; /* whole value that has this place */
	struct rt_str pointer;
	const struct schema *parts[VARIANT_PARTS_MAX];
	size_t n;
	unsigned depth;
	const struct site *parent; /* NULL for the whole value */
};

/* What a value that breaks a rule is about. */
struct fault {
	const struct schema *part; /* that has the rule */
	const struct schema *relaxed; /* all of the site without the rule */
	struct rt_str pointer;
	const char *keyword;
};

/* The value at the site. */
const struct instance *site_value(const struct site *);

/* Everything that holds at the site, but with `relaxed` for `part`; with NULL
 * for both, everything as it is. */
const struct schema *site_schema(const struct site *, const struct schema *part,
    const struct schema *relaxed);

/* Adds a value of the site that should be valid; NULL and a value that is not
 * valid are left out. */
void site_accepts(const struct site *, const char *keyword, const char *name,
    const char *why, const struct instance *value);

/* Adds a value of the site that should be refused; NULL and a value that is
 * not refused for this fault are left out.  True when it was added. */
bool site_refuses(const struct site *, const struct fault *, const char *name,
    const char *why, const struct instance *value);

/* The variants of a place, without those of its members and items. */
void site_types(const struct site *);
void site_values(const struct site *, const struct schema *part);
void site_string(const struct site *, const struct schema *part);
void site_number(const struct site *, const struct schema *part);
void site_array(const struct site *, const struct schema *part);
void site_object(const struct site *, const struct schema *part);
void site_unions(const struct site *, const struct schema *part);

#endif /* GEN_VARIANT_H */
