/*
 * JSON values that can be changed: what the contract's cases are made of.  A
 * change makes a copy of the path to it and shares the rest.
 */
#ifndef GEN_INSTANCE_H
#define GEN_INSTANCE_H

#include "gen/schema.h"

struct instance_part {
	struct rt_str name; /* of a member; absent for an item */
	const struct instance *value;
};

struct instance {
	enum rt_type type; /* RT_NUMBER also for whole numbers */
	struct rt_str text; /* of a string, or a number's JSON */
	bool yes; /* of a boolean */
	const struct instance_part *parts; /* of an array or object */
	size_t n;
};

const struct instance *instance_null(struct rt_arena *);
const struct instance *instance_bool(struct rt_arena *, bool);
/* `json` is the text of a number. */
const struct instance *instance_number(struct rt_arena *, struct rt_str json);
const struct instance *instance_string(struct rt_arena *, struct rt_str);
/* Without items or members yet; type is RT_ARRAY or RT_OBJECT. */
const struct instance *instance_empty(struct rt_arena *, enum rt_type);

/* The value of a node of the contract, an example. */
const struct instance *instance_of_doc(struct rt_arena *,
    const struct doc_node *);

/* The part behind all others; name is absent for an array. */
const struct instance *instance_add(struct rt_arena *, const struct instance *,
    struct rt_str name, const struct instance *value);

/* NULL when v is no object or has no such member. */
const struct instance *instance_get(const struct instance *v,
    struct rt_str name);

/* What a JSON pointer (RFC 6901) names below v, or NULL. */
const struct instance *instance_at(const struct instance *v,
    struct rt_str pointer);

/*
 * v with `value` at the place that a pointer names: replaced there, or added
 * where the last token is a new name or the number of items.  NULL when the
 * way there does not exist.
 */
const struct instance *instance_with(struct rt_arena *,
    const struct instance *v, struct rt_str pointer,
    const struct instance *value);

/* v without the member or item at that place. */
const struct instance *instance_without(struct rt_arena *,
    const struct instance *v, struct rt_str pointer);

/* "/a/b" of "/a" and "b", escaped; a NUL stands behind it. */
struct rt_str instance_pointer(struct rt_arena *, struct rt_str parent,
    struct rt_str name);

/* JSON without spaces. */
struct rt_str instance_json(struct rt_arena *, const struct instance *);

/* As tokens, by way of the text; NULL when that is no document (too large, or
 * a string that is not UTF-8). */
const struct rt_node *instance_node(struct rt_arena *, const struct instance *);

/* schema_accepts() of an instance; false also for NULL. */
bool instance_fits(struct rt_arena *, const struct schema *,
    const struct instance *);

#endif /* GEN_INSTANCE_H */
