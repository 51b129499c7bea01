/*
 * The check kit: one function per keyword of JSON Schema 2020-12 (validation
 * vocabulary), each of which applies to the types that the keyword is about
 * and holds for all others.  A violation is noted, never an early exit, so a
 * client learns all faults of a request at once.  What asks other checks is in
 * applicator.c, alternatives are in branch.c, what those have looked at in
 * evaluated.c, the patterns in pattern.c, the rest is in check.c.
 */
#ifndef RT_CHECK_H
#define RT_CHECK_H

#include "runtime/format.h"
#include "runtime/json.h"
#include "runtime/read.h"

enum { RT_FAULTS_MAX = 16, RT_RESOURCES_MAX = 128 };

enum rt_in {
	RT_IN_BODY = 1,
	RT_IN_PATH,
	RT_IN_QUERY,
	RT_IN_HEADER,
	RT_IN_COOKIE,
};

/* One violation; becomes an entry of `errors` in the problem. */
struct rt_fault {
	enum rt_in in;
	struct rt_str pointer; /* body: JSON pointer of the value */
	struct rt_str name; /* parameter: its name */
	const char *keyword; /* "minLength" */
	struct rt_str message; /* a sentence */
	/* Of anyOf and oneOf: what the value lacks to be one of them. */
	const struct rt_refusal *refusals;
	unsigned n_refusals;
};

/* Why a value is not of a branch. */
struct rt_refusal {
	const char *branch; /* its name */
	const struct rt_fault *faults;
	unsigned n;
};

/* A pattern of the contract. */
struct rt_pattern {
	unsigned number; /* in the api's table */
	const char *text;
};

struct rt_patterns;
struct rt_values;
struct rt_choices;

struct rt_check {
	struct rt_arena *arena;
	const struct rt_patterns *patterns;
	/* What is being checked: set before the first check of a value. */
	enum rt_in in;
	const char *name; /* of the parameter; NULL in a body */
	const struct rt_node *root;
	/* What was found. */
	struct rt_fault
	    *faults; /* room for RT_FAULTS_MAX; NULL before the first */
	unsigned n; /* all faults, also those past the array */
	unsigned muted; /* > 0 inside anyOf, oneOf and not */
	unsigned hidden; /* faults found while muted */
	/* What the checks keep for themselves. */
	const struct rt_values *values; /* JSON of the contract, parsed */
	struct rt_choices *choices; /* branches found, for rt_branch_kind() */
	unsigned told; /* faults of branches that were told */
	unsigned telling; /* > 0 while those of a branch are collected */
	uint64_t work; /* values looked at by applicators */
	unsigned depth; /* of checks that may call themselves */
	const char
	    *undecided; /* why alternatives can't be told apart, or NULL */
	struct rt_evaluated *evaluated; /* NULL until a schema asks for it */
	unsigned *resources; /* entered, outermost first; as `faults` */
	unsigned n_resources;
};

/* Notes a violation at v. */
void rt_fault(struct rt_check *, const struct rt_node *v, const char *keyword,
    const char *fmt, ...) RT_PRINTF(4, 5);

/* `types` is a set of enum rt_type. */
void rt_check_other_type(struct rt_check *, const struct rt_node *,
    unsigned types);
static inline void
rt_check_type(struct rt_check *c, const struct rt_node *v, unsigned types)
{
	/* What JSON tells, without a call; the rest knows of integers. */
	if ((types & v->type) == 0)
		rt_check_other_type(c, v, types);
}

/* minLength and maxLength count code points, of a file bytes; SIZE_MAX is "no
 * maximum". */
void rt_check_length(struct rt_check *, const struct rt_node *, size_t min,
    size_t max);
void rt_check_pattern(struct rt_check *, const struct rt_node *,
    const struct rt_pattern *);
void rt_check_format(struct rt_check *, const struct rt_node *, enum rt_format);

/* Bounds are JSON numbers, exact. */
enum rt_bound { RT_MINIMUM, RT_MAXIMUM, RT_ABOVE, RT_BELOW };

void rt_check_bound(struct rt_check *, const struct rt_node *, enum rt_bound,
    struct rt_str);

static inline void
rt_check_minimum(struct rt_check *c, const struct rt_node *v, const char *min)
{
	rt_check_bound(c, v, RT_MINIMUM, rt_str(min));
}

static inline void
rt_check_maximum(struct rt_check *c, const struct rt_node *v, const char *max)
{
	rt_check_bound(c, v, RT_MAXIMUM, rt_str(max));
}

static inline void
rt_check_above(struct rt_check *c, const struct rt_node *v, const char *bound)
{
	rt_check_bound(c, v, RT_ABOVE, rt_str(bound));
}

static inline void
rt_check_below(struct rt_check *c, const struct rt_node *v, const char *bound)
{
	rt_check_bound(c, v, RT_BELOW, rt_str(bound));
}

void rt_check_multiple(struct rt_check *, const struct rt_node *, const char *);
void rt_check_items(struct rt_check *, const struct rt_node *, size_t min,
    size_t max);
void rt_check_unique(struct rt_check *, const struct rt_node *);
void rt_check_properties(struct rt_check *, const struct rt_node *, size_t min,
    size_t max);
/* Every name of keys->required is a member; the fault points at the place
 * where the member should be. */
void rt_check_required(struct rt_check *, const struct rt_node *,
    const struct rt_keys *keys);
/* The member is none of the schema's and additionalProperties is false. */
void rt_check_unexpected(struct rt_check *, const struct rt_members *);
/* enum of strings: a value that is no string is none of them. */
void rt_check_enum(struct rt_check *, const struct rt_node *,
    const struct rt_enum *);
/* enum or const of any values: `json` is an array of the allowed ones. */
void rt_check_values(struct rt_check *, const struct rt_node *,
    const char *keyword, const char *json);
/* The false schema: nothing is allowed here. */
void rt_check_never(struct rt_check *, const struct rt_node *);

/* A default of the contract as a node, parsed once for a call. */
const struct rt_node *rt_default(struct rt_check *, const char *json);

/* A check function of a schema, generated or not. */
typedef void rt_check_fn(struct rt_check *, const struct rt_node *);

enum {
	RT_ANY_TYPE = RT_NULL | RT_BOOLEAN | RT_INTEGER | RT_NUMBER |
	    RT_STRING | RT_ARRAY | RT_OBJECT,
};

/* A branch of anyOf or oneOf. */
struct rt_branch {
	const char *name; /* "Cat", for people */
	rt_check_fn *check;
	/* What is known of its values without asking the check: their types, a
	 * set, and the values that the tag has, a list that ends with NULL. */
	unsigned types;
	const char *const *tags; /* NULL: any */
	const char *const *names; /* by which the discriminator means it */
	unsigned kind; /* of the union in C; 0: there is none */
};

/* All of them, made by the compiler. */
struct rt_branches {
	const struct rt_branch *v;
	unsigned n;
	const char *tag; /* a member that tells objects apart, or NULL */
	const char *discriminator; /* its propertyName, or NULL */
	const struct rt_branch *otherwise; /* its defaultMapping, or NULL */
};

/*
 * Alternatives.  A fault tells why v is none of the branches that it might
 * have been: of the one that a tag or the discriminator names, else of those
 * that have its type; at most 8 branches with 4 faults each, in three levels,
 * and 64 faults for a call.  The discriminator decides nothing else.
 *
 * Alternatives inside of alternatives can multiply; past a bound that grows
 * with the document the value counts as violating the outermost one.
 */
void rt_check_any_of(struct rt_check *, const struct rt_node *,
    const struct rt_branches *);
void rt_check_one_of(struct rt_check *, const struct rt_node *,
    const struct rt_branches *);

/*
 * The kind of the branch that v is of, which has been checked: the same that
 * rt_check_any_of() or rt_check_one_of() has found.  0 where it is of none.
 */
unsigned rt_branch_kind(struct rt_check *, const struct rt_node *,
    const struct rt_branches *);

void rt_check_not(struct rt_check *, const struct rt_node *, rt_check_fn *);

/*
 * Whether v conforms, without noting a fault; for `if`, whose evaluated
 * members count when it holds.  False, with a fault noted, once the work of
 * alternatives is too much: then neither `then` nor `else` may be asked, so a
 * caller goes by *asked.
 */
bool rt_check_if(struct rt_check *, const struct rt_node *, rt_check_fn *,
    bool *asked);

/* contains, minContains, maxContains: how many items conform; the items that
 * do count as evaluated.  SIZE_MAX is "no maximum". */
void rt_check_contains(struct rt_check *, const struct rt_node *, rt_check_fn *,
    size_t min, size_t max);

/* propertyNames: each name of an object is checked as a string. */
void rt_check_names(struct rt_check *, const struct rt_node *, rt_check_fn *);

/* dependentRequired: where the member `name` is, those of `required` (which
 * ends with NULL) have to be; the fault is "dependentRequired". */
void rt_check_dependent(struct rt_check *, const struct rt_node *,
    const char *name, const char *const *required);

/* Whether a member's name matches a pattern; a match that can't be found out
 * within limits is a fault, and false. */
bool rt_check_name_matches(struct rt_check *, const struct rt_node *name,
    const struct rt_pattern *);

/*
 * unevaluatedProperties and unevaluatedItems (JSON Schema 2020-12, section
 * 11).  A check of v that has one begins with rt_evaluated_begin(); every check
 * that is part of it notes the members and items that it has dealt with by
 * rt_evaluated(); alternatives that fail take back what they noted; then the
 * rest of v's children is given to `fn`, or refused when fn is NULL, and
 * rt_evaluated_end() leaves the notes to a schema around it that is about v,
 * too.  Without a begun one, rt_evaluated() does nothing.
 */
struct rt_evaluation {
	size_t from; /* what was noted before is another schema's */
	size_t outer_from; /* the same of the one around it */
	const struct rt_node *outer; /* whose value this is; NULL for none */
};

struct rt_evaluation rt_evaluated_begin(struct rt_check *,
    const struct rt_node *v);
void rt_evaluated(struct rt_check *, const struct rt_node *child);
/* Notes all children of v. */
void rt_evaluated_all(struct rt_check *, const struct rt_node *v);
void rt_check_unevaluated_properties(struct rt_check *, const struct rt_node *v,
    const struct rt_evaluation *, rt_check_fn *fn);
void rt_check_unevaluated_items(struct rt_check *, const struct rt_node *v,
    const struct rt_evaluation *, rt_check_fn *fn);
void rt_evaluated_end(struct rt_check *, const struct rt_evaluation *);

/*
 * $dynamicRef (JSON Schema 2020-12, section 8.2.3.2).  A check of another
 * schema resource than its caller's enters it by its number and leaves it at
 * its end; too many inside each other are a fault, and false.
 */
bool rt_resource_enter(struct rt_check *, const struct rt_node *,
    unsigned resource) RT_WARN_UNUSED;
void rt_resource_leave(struct rt_check *);

/* The checks that a dynamic anchor means, by resource; fn NULL ends it. */
struct rt_dynamic {
	unsigned resource;
	rt_check_fn *fn;
};

/* Calls the check of the outermost resource entered that is in the table, or
 * `fn` where there is none. */
void rt_check_dynamic(struct rt_check *, const struct rt_node *,
    const struct rt_dynamic *table, rt_check_fn *fn);

/*
 * Compiles the contract's patterns (ECMA-262 syntax as libpcre2 reads it,
 * searched, not anchored, UTF-8), once, before the sandbox closes.  Known to
 * differ: \s and \S are about ASCII, '.' takes U+2028 and U+2029, and a
 * property has its short name only (\p{L}).  Returns
 * NULL and a sentence in *why when one can't be compiled.
 */
struct rt_patterns *rt_patterns_open(const char *const *texts, unsigned n,
    const char **why);
void rt_patterns_close(struct rt_patterns *);

enum rt_match {
	RT_MATCH_YES = 1,
	RT_MATCH_NO,
	RT_MATCH_UNKNOWN, /* the bound on time or memory was reached */
};

/* Whether pattern number `id` is found in s.  Ill-formed UTF-8 matches no
 * pattern. */
enum rt_match rt_patterns_match(const struct rt_patterns *, unsigned id,
    struct rt_str s);

#endif /* RT_CHECK_H */
