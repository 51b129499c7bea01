/*
 * The check kit: one function per keyword of JSON Schema 2020-12 (validation
 * vocabulary), each of which applies to the types that the keyword is about
 * and holds for all others.  A violation is noted, never an early exit, so a
 * client learns all faults of a request at once.  anyOf, oneOf and
 * not are in applicator.c, the patterns in pattern.c, the rest in check.c.
 */
#ifndef RT_CHECK_H
#define RT_CHECK_H

#include "runtime/format.h"
#include "runtime/json.h"
#include "runtime/read.h"

enum { RT_FAULTS_MAX = 16 };

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
};

struct rt_patterns;
struct rt_values;

struct rt_check {
	struct rt_arena *arena;
	const struct rt_patterns *patterns;
	/* What is being checked: set before the first check of a value. */
	enum rt_in in;
	const char *name; /* of the parameter; NULL in a body */
	const struct rt_node *root;
	/* What was found. */
	struct rt_fault faults[RT_FAULTS_MAX];
	unsigned n; /* all faults, also those past the array */
	unsigned muted; /* > 0 inside anyOf, oneOf and not */
	unsigned hidden; /* faults found while muted */
	/* What the checks keep for themselves. */
	const struct rt_values *values; /* of rt_check_values(), parsed */
	uint64_t work; /* values looked at by applicators */
	bool exhausted; /* that was too much */
};

/* Notes a violation at v. */
void rt_fault(struct rt_check *, const struct rt_node *v, const char *keyword,
    const char *fmt, ...) RT_PRINTF(4, 5);

/* `types` is a set of enum rt_type. */
void rt_check_type(struct rt_check *, const struct rt_node *, unsigned types);
/* minLength and maxLength count code points; SIZE_MAX is "no maximum". */
void rt_check_length(struct rt_check *, const struct rt_node *, size_t min,
    size_t max);
/* Pattern number `id` of the api's table; `text` is its source. */
void rt_check_pattern(struct rt_check *, const struct rt_node *, unsigned id,
    const char *text);
void rt_check_format(struct rt_check *, const struct rt_node *, enum rt_format);
/* Bounds are JSON numbers, exact. */
void rt_check_minimum(struct rt_check *, const struct rt_node *, const char *);
void rt_check_maximum(struct rt_check *, const struct rt_node *, const char *);
void rt_check_above(struct rt_check *, const struct rt_node *, const char *);
void rt_check_below(struct rt_check *, const struct rt_node *, const char *);
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

/* A check function of a schema, generated or not. */
typedef void rt_check_fn(struct rt_check *, const struct rt_node *);

/*
 * Applicators: `fns` ends with NULL.  Alternatives inside of alternatives can
 * multiply; past a bound that grows with the document the value counts as
 * violating the outermost one.
 */
void rt_check_any_of(struct rt_check *, const struct rt_node *,
    rt_check_fn *const *fns);
void rt_check_one_of(struct rt_check *, const struct rt_node *,
    rt_check_fn *const *fns);
void rt_check_not(struct rt_check *, const struct rt_node *, rt_check_fn *);

/* Whether v conforms, without noting anything. */
bool rt_check_try(struct rt_check *, const struct rt_node *, rt_check_fn *);

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
