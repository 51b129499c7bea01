/* How the texts of a parameter are taken, as its schema tells. */
#ifndef GEN_PARAM_H
#define GEN_PARAM_H

#include "gen/spec.h"

struct param_property {
	struct rt_str name; /* "" for any other one, of a deepObject */
	unsigned types; /* primitive ones; any of a deepObject */
	unsigned item_types;
	/* Of a deepObject: the properties of an object, or of the objects in
	 * an array; none where brackets may make of it what they will. */
	const struct param_property *inner;
	size_t n_inner;
};

/* Sets of types are those of struct rt_param. */
struct param_form {
	/* Primitive ones, or RT_ARRAY or RT_OBJECT alone; of a deepObject
	 * any, for brackets tell what is meant. */
	unsigned types;
	unsigned item_types;
	const struct param_property *properties;
	size_t n;
	/* Of additional properties, where the schema speaks of them; else 0. */
	unsigned free_types;
	/* What of the schema no style can carry: a sentence and the place; NULL
	 * for nothing. */
	const char *why;
	const struct schema *where;
};

/* `schema` may be of any shape; that of a parameter with `content` need not be
 * asked for.  Never fails, but see `why`. */
struct param_form param_form(struct rt_arena *, const struct spec_param *);

/* Whether the properties of the parameter, an object, stand in query or cookie
 * under their own names. */
bool param_is_spread(const struct spec_param *, const struct param_form *);

#endif /* GEN_PARAM_H */
