/*
 * What the values of a schema are to C, as far as the schema itself and what
 * it has in place tell.  Checks don't go by this: they are exact, whatever the
 * form.  Shared by the files of the plan pass only.
 */
#ifndef GEN_PLAN_FORM_H
#define GEN_PLAN_FORM_H

#include "gen/plan.h"

enum plan_kind {
	PLAN_BOOL = 1,
	PLAN_INT,
	PLAN_INT32,
	PLAN_DOUBLE,
	PLAN_STR,
	PLAN_DATE,
	PLAN_TIME,
	PLAN_UUID,
	PLAN_ENUM,
	PLAN_STRUCT,
	PLAN_UNION,
	PLAN_BOOLS,
	PLAN_INTS,
	PLAN_DOUBLES,
	PLAN_STRS,
	PLAN_DATES,
	PLAN_TIMES,
	PLAN_UUIDS,
	PLAN_ARRAY, /* of enums, structs and unions */
	PLAN_LIST, /* any other array */
	PLAN_INT_MAP,
	PLAN_DOUBLE_MAP,
	PLAN_STR_MAP,
	PLAN_MAP, /* of anything else */
	PLAN_FILE, /* a part of a form */
	PLAN_FILES,
	PLAN_NODE, /* the tape itself */
};

struct plan;

/* A member of a struct. */
struct plan_field {
	const struct schema_property *property;
	bool required;
	/* Several schemas say different things of it: the tape itself. */
	bool open;
};

/* A member of a union: branches of one C type share it. */
struct plan_variant {
	/* The first branch; NULL where no schema but `kind` says the type. */
	const struct schema *schema;
	enum plan_kind kind;
	unsigned types; /* of its values, a set of enum rt_type */
	struct rt_str name; /* for people: "Cat", "string" */
};

struct plan_form {
	/* An array is PLAN_LIST and a map PLAN_MAP here, whatever of. */
	enum plan_kind kind;
	/* Whose C type it is: its own, or that of one in place. */
	const struct schema *shape;
	unsigned types; /* that values may have, at most */
	/* The same where the schema is asked by itself: a branch that stands
	 * in a schema has only values of that in C, but is asked about all. */
	unsigned alone;
	/* Why it is the tape, where a person would have found a type. */
	const char *widened;
	/* PLAN_ENUM, and PLAN_STR of a constant: the values. */
	const struct rt_str *texts;
	size_t n_texts;
	/* PLAN_STRUCT.  `merged`: they are not just the schema's own. */
	const struct plan_field *fields;
	size_t n_fields;
	bool merged;
	/* Of an array its items, of a map its values, of a struct the further
	 * members; NULL: anything. */
	const struct schema *item;
	/* PLAN_UNION.  Without a list its values are told apart by type. */
	const struct schema_list *list; /* anyOf or oneOf */
	const struct plan_variant *variants;
	size_t n_variants;
	const size_t *variant_of; /* by branch: its number, from 1; 0: none */
};

const struct plan_form *plan_form(struct plan *, const struct schema *);

/* Whether a value may be null and something else, too. */
bool plan_nullable(struct plan *, const struct schema *);

/* The types without null. */
unsigned plan_core(struct plan *, const struct schema *);

/* Whether the set names every type, so that nothing is asserted. */
bool plan_any_type(unsigned types);

/* Whether the schema says something of types, members or items, itself or in
 * place, so that it is of interest to C. */
bool plan_tells(struct plan *, const struct schema *);

/* --- For the files of the forms --- */

enum {
	PLAN_NUMBERS = RT_INTEGER | RT_NUMBER,
	PLAN_TYPES = RT_NULL | RT_BOOLEAN | RT_INTEGER | RT_NUMBER | RT_STRING |
	    RT_ARRAY | RT_OBJECT,
};

/* All schemas that hold for the value of `s`: itself, references and allOf. */
struct schema_list plan_parts(struct plan *, const struct schema *s);

/* The schema of members that no property names, where it tells something and
 * is one for all of them; else NULL. */
const struct schema *plan_further(struct plan *, const struct schema *);

/* The struct or map of an object that several parts tell of. */
void plan_merge(struct plan *, const struct schema *, struct plan_form *);

/* What anyOf or oneOf make of a value, where nothing else tells more. */
void plan_choice(struct plan *, const struct schema *,
    const struct schema_list *, struct plan_form *);

/* The form with a schema's own keywords, for values of these types. */
void plan_own_form(struct plan *, const struct schema *, unsigned types,
    struct plan_form *);

/* The one of two forms of a value that tells more; NULL where neither does. */
const struct plan_form *plan_narrower(const struct plan_form *,
    const struct plan_form *);

bool plan_is_text(enum plan_kind);
bool plan_is_number(enum plan_kind);

/* --- Branches --- */

/* What is known of a branch of anyOf or oneOf before its check is asked. */
struct plan_branch {
	struct rt_str name; /* for people */
	unsigned types; /* of values that the whole has */
	unsigned alone; /* of values that its check lets pass */
	/* The values of the tag; none where objects of it have any. */
	const struct rt_str *tags;
	size_t n_tags;
	/* The values of the discriminator that mean it. */
	const struct rt_str *names;
	size_t n_names;
	bool otherwise; /* what the discriminator means by default */
};

struct plan_branches {
	struct rt_str tag; /* a member that tells objects apart, or absent */
	const struct plan_branch *v;
	size_t n;
};

struct plan_branches plan_branches(struct plan *, const struct schema *,
    const struct schema_list *);

#endif /* GEN_PLAN_FORM_H */
