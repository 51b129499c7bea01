/*
 * JSON (RFC 8259) as a tape: a flat array of nodes in an arena, in document
 * order.  A value is a pointer to its node; whoever holds it can look ahead,
 * so that checks, unions and reading need one tokenisation.  json.c makes the
 * tape, node.c walks it, decimal.c knows the numbers.
 */
#ifndef RT_JSON_H
#define RT_JSON_H

#include "runtime/arena.h"

enum rt_type {
	RT_NULL = 1 << 0,
	RT_BOOLEAN = 1 << 1,
	RT_INTEGER = 1 << 2, /* only in a schema: a number without fraction */
	RT_NUMBER = 1 << 3,
	RT_STRING = 1 << 4,
	RT_ARRAY = 1 << 5,
	RT_OBJECT = 1 << 6,
};

/*
 * p and n are a string's bytes (decoded, UTF-8) or a number's text as it was
 * written.  For an array n counts items, for an object members, for a boolean
 * it is 1 or 0.  p of an object with many members is the order of their names,
 * that of any other NULL.  A member is two values in a row: its name, a string,
 * and its value.  span counts the nodes of a value with itself, so the value
 * behind v is v + v->span.  A string of span RT_FILE_SPAN is a file of a form: inside it
 * stand its name and its media type, which are no values of their own.
 */
struct rt_node {
	enum rt_type type;
	uint32_t span;
	uint32_t n;
	const char *p;
};

enum { RT_FILE_SPAN = 3 };

struct rt_json_limits {
	unsigned depth; /* arrays and objects inside each other */
	size_t nodes;
	/* Names may stand twice in an object, as the grammar lets them (RFC
	 * 8259, section 4).  A reader that acts on values must not allow it:
	 * a check and who reads after it could see different ones. */
	bool repeats;
};

/* 64 levels, 1,000,000 nodes, no repeats. */
extern const struct rt_json_limits rt_json_default_limits;

struct rt_json_error {
	size_t offset; /* bytes before the fault */
	unsigned line; /* from 1 */
	unsigned col; /* from 1, in bytes */
	struct rt_str text; /* a sentence without place */
};

/*
 * Tokenises a whole document.  Refused are: whatever RFC 8259 refuses,
 * ill-formed UTF-8, a byte order mark, an unpaired surrogate escape, a document
 * past the limits and, unless they allow it, a name that occurs twice in an
 * object.  Strings point into the arena or into `text`, which must live as
 * long.  Returns the root, or NULL with *err filled.
 */
const struct rt_node *rt_json_parse(struct rt_arena *, struct rt_str text,
    const struct rt_json_limits *, struct rt_json_error *err) RT_WARN_UNUSED;

/* The text of a string or number node. */
static inline struct rt_str
rt_node_str(const struct rt_node *v)
{
	return (struct rt_str){v->p, v->n};
}

/* The value of member `name`, or NULL when v is no object or has none. */
const struct rt_node *rt_node_get(const struct rt_node *v, const char *name);
const struct rt_node *rt_node_member(const struct rt_node *v,
    struct rt_str name);

/*
 * The value that a JSON pointer (RFC 6901) names below v, or NULL.  "" is v
 * itself.
 */
const struct rt_node *rt_node_at(const struct rt_node *v,
    struct rt_str pointer);

/*
 * The JSON pointer of `v` inside `root`, both of one tape.  Costs a walk from
 * the root: meant for the moment when a fault is reported.
 */
struct rt_str rt_node_pointer(struct rt_arena *, const struct rt_node *root,
    const struct rt_node *v);

/* A pointer with one more token: "/a/b~1c" of "/a" and "b/c". */
struct rt_str rt_pointer_add(struct rt_arena *, struct rt_str pointer,
    struct rt_str name);

/* Equality as JSON Schema has it: 1 equals 1.0, members in any order. */
bool rt_node_eq(const struct rt_node *, const struct rt_node *);

/* A total order of values that agrees with rt_node_eq(); its only use is to
 * find equal ones in a sorted list. */
int rt_node_cmp(const struct rt_node *, const struct rt_node *);

/* The names of an object schema's properties; made by the compiler. */
struct rt_keys {
	const struct rt_str *names;
	unsigned n;
	const struct rt_str *required;
	unsigned n_required;
};

/* Walks an object's members; a value that is no object has none. */
struct rt_members {
	const struct rt_keys *keys; /* may be NULL: then key is always -1 */
	const struct rt_node *next;
	uint32_t left;
	int key; /* index into keys->names, or -1 */
	const struct rt_node *name;
	const struct rt_node *value;
};

struct rt_members rt_members(const struct rt_node *v,
    const struct rt_keys *keys);
bool rt_members_next(struct rt_members *);

/* Walks an array's items; a value that is no array has none. */
struct rt_items {
	const struct rt_node *next;
	uint32_t left;
	uint32_t index; /* of value, from 0 */
	const struct rt_node *value;
};

struct rt_items rt_items(const struct rt_node *v);
bool rt_items_next(struct rt_items *);

/*
 * Numbers, exact at any size: the texts are JSON numbers (RFC 8259, section
 * 6).  An exponent past 10^17 counts as 10^17.
 */
int rt_decimal_cmp(struct rt_str, struct rt_str);
bool rt_decimal_is_integer(struct rt_str);
/* Whether it is plainly written, an integer of at most 18 digits. */
bool rt_decimal_is_short(struct rt_str);
/* The value of an integer, also of "1.0" and "1e2", clamped to int64; 0 for a
 * number with a fraction. */
int64_t rt_decimal_int(struct rt_str);
/* The nearest double, clamped to the finite ones. */
double rt_decimal_double(struct rt_str);
/* Whether a / b is an integer; b > 0 with at most 18 significant digits. */
bool rt_decimal_is_multiple(struct rt_str a, struct rt_str b);

#endif /* RT_JSON_H */
