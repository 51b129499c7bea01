/* The C side of schemas; shared by the files of the plan pass only. */
#ifndef GEN_PLAN_TYPE_H
#define GEN_PLAN_TYPE_H

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
	PLAN_STRS,
	PLAN_INTS,
	PLAN_DOUBLES,
	PLAN_ARRAY, /* of structs */
	PLAN_FILE, /* a part of a form */
	PLAN_FILES,
	PLAN_NODE, /* the tape itself: no C type is faithful */
};

/* What a file is made of needs of others; see plan_unit.h. */
enum plan_need_kind {
	PLAN_NEED_VALUE = 1,
	PLAN_NEED_ARRAY,
	PLAN_NEED_POINTER,
	PLAN_NEED_CALL,
	PLAN_NEED_OBJECT,
};

struct plan_need {
	enum plan_need_kind kind;
	const struct plan_type *type;
	struct rt_str object; /* a declaration */
};

struct plan_needs {
	struct plan_need *v;
	size_t n, size;
};

struct plan_type {
	const struct schema *schema;
	enum plan_kind kind;
	struct rt_str label; /* for people: "Person", "Person.sizes" */
	struct rt_str name; /* "person"; absent while it has no functions */
	struct plan_type *item; /* of PLAN_ARRAY */
	bool check, read, write; /* which functions are called */
	bool notes; /* the check notes what it has evaluated */
	struct plan_type *as; /* whose C type it has, where it has none */
	bool placed; /* it stands in the plan's order */
	bool boxed; /* some struct holds it by pointer */
	bool *pointers; /* which members of a struct are held by pointer */
	bool array; /* the item of an array that is read or written */
	bool array_read, array_write;
	struct rt_str array_file; /* of its array's header: "person_array" */
	struct rt_str part; /* what it is called by what it is a part of */
	struct rt_str pattern; /* C name of its pattern; absent until used */
	struct plan_needs needs;
	struct value *value; /* its plan */
	struct plan_unit *unit; /* where it stands; NULL until then */
	struct plan_type *next; /* in the unit */
	struct rt_str *members; /* C names of a struct's members */
	struct rt_str *keys; /* "K_NAME" */
	struct rt_str *enumerators;
};

struct plan {
	struct rt_arena *arena;
	struct diag *diag;
	const struct spec *spec;
	struct plan_type **types; /* by schema id; NULL: not used */
	struct plan_type **order; /* parts before wholes */
	size_t n_order;
	bool shown; /* input is written as JSON as well */
	bool resources; /* checks note which resource they are of */
	struct pattern *patterns; /* distinct ones, by number */
	size_t n_patterns, patterns_size;
	struct plan_needs *needs; /* of what is being planned */
	const struct plan_tag **reached; /* by schema id: the last to do so */
	struct name_scope *type_names;
	struct name_scope *enumerator_names;
	struct name_scope *object_names; /* of tables, without api_ */
	struct security *securities; /* distinct ones */
	size_t n_securities;
	struct headers *headers; /* of all tags */
	size_t n_headers, headers_size;
	struct contents *contents; /* of all tags */
	size_t n_contents, contents_size;
	struct rt_str *op_names; /* by operation */
	struct rt_str *scheme_names; /* by security scheme */
	struct plan_tag *tags; /* as in the spec */
};

struct plan_tag {
	struct rt_str file;
	struct plan_needs needs;
	struct name_scope *table_names;
};

/* A `security` that some operations share. */
struct security {
	const struct spec_op *first;
	struct rt_str words; /* "bearerAuth (admin) or apiKey" */
	struct rt_str c; /* "security_bearer_auth_admin_or_api_key" */
};

/* A pattern that some schemas share. */
struct pattern {
	struct rt_str text;
	struct value *names; /* of the objects that stand for it */
};

/* A list of headers that some answers and parts of a tag share. */
struct headers {
	const struct plan_tag *tag;
	const struct doc_node *node;
	const struct spec_header *v;
	size_t n;
	struct rt_str c;
};

/* A list of media types that some answers of a tag share. */
struct contents {
	const struct plan_tag *tag;
	struct rt_str key; /* all that tells it from others */
	struct rt_str c;
	struct value *rows;
};

/* What a schema is used for. */
enum plan_use {
	PLAN_CHECK = 1,
	PLAN_READ = 2,
	PLAN_WRITE = 4,
};

/*
 * The type of a schema, made at its first use.  `name` is what it is called
 * if it is not a component; `label` the same for people.  With `own` it gets
 * functions even where its checks would fit into its user's.
 */
struct plan_type *plan_type(struct plan *, const struct schema *,
    struct rt_str label, struct rt_str name, bool own);

/* Notes a use, of the type and of all that it is made of. */
void plan_use(struct plan *, struct plan_type *, unsigned uses);

/* Marks the checks that have to note what they have evaluated: those of
 * schemas that look at the same value as one with unevaluatedItems or
 * unevaluatedProperties.  Once all types are made. */
void plan_mark_notes(struct plan *);

/* An object for a pattern: "api_username_pattern" for a name "username". */
struct rt_str plan_pattern(struct plan *, struct rt_str pattern,
    struct rt_str name);

/* The type itself, or the one whose C type it has. */
const struct plan_type *plan_c_type(const struct plan_type *);

/* Whether the set names every type, so that nothing is asserted. */
bool plan_any_type(unsigned types);

/* "struct rt_str", "const struct api_person *": a member's declaration up to
 * its name. */
struct rt_str plan_decl(struct plan *, const struct plan_type *);

/* "rt_read_str(v)": an expression that reads node `v`; for a struct NULL
 * text, for it is read in place. */
struct rt_str plan_read_call(struct plan *, const struct plan_type *,
    const char *arena, const char *v);

/* Statements that check node `v` of this type: one call where it has a
 * function of its own, otherwise one for each keyword; none for a type that
 * asserts nothing. */
void plan_checks(struct plan *, struct value *list, const struct plan_type *,
    const char *v);

/* The statements of the type's own check function, before it walks along
 * members and items. */
void plan_own_checks(struct plan *, struct value *list,
    const struct plan_type *, const char *v);

/* Those behind: what looks at the same value as a whole. */
void plan_in_place_checks(struct plan *, struct value *list,
    const struct plan_type *, const char *v);

/* "RT_STRING | RT_NULL" */
struct rt_str plan_types_text(struct plan *, unsigned types);

/* "1..255 characters": what the schema asserts, for the comment beside a
 * member; empty for nothing. */
struct rt_str plan_constraints(struct plan *, const struct schema *);

/* "in->page_size = 20;": the statement that sets `target` to a `default`;
 * absent where the kind has no constants, which has been reported. */
struct rt_str plan_default(struct plan *, const struct plan_type *,
    const struct doc_node *, struct rt_str target);

/* Plans each type that is used. */
void plan_model(struct plan *);

/* "str": how the write function of a kind is called. */
const char *plan_write_name(enum plan_kind);

/* Makes the types that an operation needs and notes their uses. */
void plan_op_types(struct plan *, size_t index);

/* An operation; after the types of all have been made. */
struct value *plan_op(struct plan *, size_t index);

/* "create_person_body": the names of inline schemas of an operation. */
struct rt_str plan_part_name(struct plan *, struct rt_str whole,
    struct rt_str part);
struct rt_str plan_part_label(struct plan *, struct rt_str whole,
    struct rt_str part);

/* The distinct lists of headers of a tag, once its operations are planned. */
struct value *plan_headers(struct plan *, const struct plan_tag *);

/* The same of media types. */
struct value *plan_contents(struct plan *, const struct plan_tag *);

/* The tag of an operation. */
struct plan_tag *plan_tag_of(struct plan *, const struct spec_op *);

/* The security of an operation; NULL for one that anybody may call. */
const struct security *plan_security(struct plan *, const struct spec_op *);

/* All distinct securities, for the tables. */
struct value *plan_securities(struct plan *);

/* What the security schemes are called in C. */
struct rt_str *plan_scheme_names(struct plan *);

/* The schemes that some operation requires: no others need a function. */
struct value *plan_schemes(struct plan *);

/*
 * The schema that gives values their C type: the schema itself or, where it
 * says nothing of types and members, the one that it refers to in place.
 */
const struct schema *plan_shape(const struct schema *);

/* Whether the schema may be null, and its types without it. */
static inline bool
plan_nullable(const struct schema *s)
{
	const struct schema *shape = plan_shape(s);

	return (shape->types & RT_NULL) != 0 && shape->types != RT_NULL;
}

static inline unsigned
plan_core(const struct schema *s)
{
	return s->types & ~(unsigned)RT_NULL;
}

/* Whether a struct's member carries has_x, and null_x beside it.  One with a
 * `default` always has a value. */
static inline bool
plan_has(const struct schema_property *p)
{
	return (!p->required && p->schema->fallback == NULL) ||
	    plan_nullable(p->schema);
}

static inline bool
plan_null(const struct schema_property *p)
{
	return !p->required && p->schema->fallback == NULL &&
	    plan_nullable(p->schema);
}

/* "#/components/schemas/Person", with a file before it for a place in another
 * than the contract's own: where something stands, whatever its line. */
struct rt_str plan_where(struct plan *, const struct doc_node *);

/* A description that fits on one line with its place, or not: members `doc`
 * and `doc_short`. */
void plan_doc(struct plan *, struct value *, struct rt_str text,
    struct rt_str where);

/* What the schema asserts, beside or above a declaration: members `note`,
 * `note_beside` and `note_above`. */
void plan_note(struct plan *, struct value *, const struct plan_type *,
    struct rt_str c);

#endif /* GEN_PLAN_TYPE_H */
