/*
 * The files of the model.  The types of a component stand in a pair of files,
 * those inside of an operation in another, and a file includes what it needs
 * and no more: a schema that changes concerns its dependants only.
 */
#ifndef GEN_PLAN_UNIT_H
#define GEN_PLAN_UNIT_H

#include "gen/plan_type.h"

/* A pair of files in model/. */
struct plan_unit {
	struct rt_str file; /* "person" */
	struct plan_type *first, *last; /* those that are used, in order */
	struct plan_unit *whole; /* the pair that it is one with: itself */
	/* Of the search for circles. */
	unsigned number; /* from 1, in the order of visits */
	unsigned low; /* the lowest number that it leads to */
	bool open; /* still on the way */
	struct plan_unit *below; /* on the stack of open ones */
};

/*
 * Note what is needed by that which is being planned (plan->needs): a value of
 * the type's C type, its functions that read and write, its check, an object
 * that api.c defines ("const struct rt_pattern api_username_pattern"), or any
 * of these.
 */
void plan_need_value(struct plan *, const struct plan_type *);
void plan_need_functions(struct plan *, const struct plan_type *);
void plan_need_check(struct plan *, const struct plan_type *);
void plan_need_object(struct plan *, const char *type, struct rt_str c);
void plan_need(struct plan *, struct plan_need);

/*
 * The items of all arrays in what a tag's header holds, and what pointers there
 * lead to: its handlers fill and look into all of that, so its header includes
 * it, too.
 */
void plan_need_reached(struct plan *, struct plan_tag *);

/* "api_person_check", of a schema whose type has functions; it is needed. */
struct rt_str plan_check_name(struct plan *, const struct schema *);

/* Gives the schema of a shared parameter, response, ... the name of that:
 * "page_size_parameter". */
void plan_name_shared(struct plan *, struct plan_type *);

/*
 * The pairs of files, once all types have been planned: a list of maps.  A
 * header can't include itself by way of others: what would is one pair.
 * *arrays becomes the list of the headers that declare an array each.
 */
struct value *plan_units(struct plan *, struct value **arrays);

/* All types in one pair. */
struct value *plan_one_unit(struct plan *, struct rt_str file);

/* Members `includes` (of the header), `uses` (what the source includes beside
 * that) and `objects` (of api.c), for the files of a unit, or of a tag (NULL); after
 * plan_units(). */
void plan_set_needs(struct plan *, struct value *, const struct plan_needs *,
    const struct plan_unit *own);

#endif /* GEN_PLAN_UNIT_H */
