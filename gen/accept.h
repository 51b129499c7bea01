/*
 * JSON Schema by walking the model; shared by the files of schema_accepts()
 * only.  accept.c descends, accept_scalar.c knows the keywords that look at a
 * single value, accept_unevaluated.c those that look at what others did.
 */
#ifndef GEN_ACCEPT_H
#define GEN_ACCEPT_H

#include "gen/schema.h"

/* The schema resources that have been entered on the way here. */
struct accept_scope {
	unsigned resource;
	const struct accept_scope *outer; /* NULL: this is the outermost */
};

/* What all of the walk share. */
struct accept_work {
	uint64_t n; /* schemas met with a value, and the like */
	bool too_much; /* no answer can be relied on from here */
};

struct accept {
	struct rt_arena *arena;
	const struct rt_node *root;
	const char **keyword; /* NULL: nobody asks why */
	struct rt_str *pointer;
	const struct accept_scope *scope;
	unsigned depth;
	struct accept_work *work;
};

/* Whether v conforms; if not, the first violation has been noted. */
bool accept_schema(const struct accept *, const struct schema *,
    const struct rt_node *v);

/* The same question, when a violation is no fault. */
bool accept_quietly(const struct accept *, const struct schema *,
    const struct rt_node *v);

/* Notes a violation; returns false. */
bool accept_refuse(const struct accept *, const struct rt_node *v,
    const char *keyword);

/* For a place that holds no value: a member of v that is missing. */
bool accept_refuse_name(const struct accept *, const struct rt_node *v,
    struct rt_str name, const char *keyword);

/* Counts work; false once it is too much. */
bool accept_step(const struct accept *);

/* The schema to which a $dynamicRef of s leads here. */
const struct schema *accept_dynamic(const struct accept *,
    const struct schema *s);

bool accept_has_member(const struct rt_node *v, struct rt_str name);
bool accept_matches(const struct accept *, struct rt_str pattern,
    struct rt_str text);

/* type, enum, const, and what is asserted about strings and numbers. */
bool accept_scalar(const struct accept *, const struct schema *,
    const struct rt_node *v);

/* unevaluatedItems and unevaluatedProperties, once v is known to conform to
 * everything else in s. */
bool accept_unevaluated(const struct accept *, const struct schema *s,
    const struct rt_node *v);

#endif /* GEN_ACCEPT_H */
