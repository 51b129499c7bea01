/* The C side of schemas; shared by the files of the plan pass only. */
#ifndef GEN_PLAN_TYPE_H
#define GEN_PLAN_TYPE_H

#include "gen/plan_form.h"

struct plan_type;

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

/* A member of a struct in C. */
struct plan_member {
	struct rt_str c;
	struct rt_str key; /* "K_NAME" */
	bool pointer; /* it is held by pointer */
	/* The one value that it has, which C need not keep; or NULL. */
	const struct doc_node *constant;
};

/* A member of a union in C. */
struct plan_arm {
	const struct plan_type *type;
	struct rt_str c;
	struct rt_str enumerator;
	bool pointer;
};

struct plan_type {
	const struct schema *schema;
	const struct plan_form *form;
	enum plan_kind kind;
	struct rt_str label; /* for people: "Person", "Person.sizes" */
	struct rt_str name; /* "person"; absent while it has no functions */
	struct rt_str array_name; /* of arrays of it: "person_array" */
	struct rt_str entry_name; /* of a map's entries */
	struct rt_str kind_name; /* of a union's enum */
	bool check, read, write; /* which functions are called */
	bool notes; /* the check notes what it has evaluated */
	struct plan_type *as; /* whose C type it has, where it has none */
	bool boxed; /* something holds it by pointer */
	struct plan_type *item; /* of arrays and maps */
	bool item_pointer; /* a map holds its values by pointer */
	bool array; /* the item of an array that is read or written */
	bool array_read, array_write;
	struct rt_str array_file; /* of its array's header: "person_array" */
	struct rt_str part; /* what it is called by what it is a part of */
	struct rt_str pattern; /* C name of its pattern; absent until used */
	struct plan_needs needs;
	struct value *value; /* its plan */
	struct plan_unit *unit; /* where it stands; NULL until then */
	struct plan_type *next; /* in the unit */
	struct plan_member *members; /* by field of the form */
	struct rt_str *keys; /* by property: "K_NAME" */
	struct plan_type *rest; /* a map of a struct's further members */
	struct rt_str rest_c; /* the member that is */
	struct rt_str *enumerators; /* by text of the form */
	struct plan_arm *arms; /* by variant of the form */
};

/* A pair of files with requests that the server sends. */
struct plan_file {
	struct rt_str file;
	struct plan_needs needs;
};

struct plan {
	struct rt_arena *arena;
	struct diag *diag;
	const struct spec *spec;
	struct plan_form **forms; /* by schema id; NULL: not asked for */
	enum plan_kind *kinds; /* the same of arrays and maps; 0 likewise */
	struct plan_type **types; /* by schema id; NULL: not used */
	struct plan_type **made; /* in the order of their first use */
	size_t n_made;
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
	struct rt_str *outbound_names; /* by webhook and callback */
	struct rt_str *outbound_sends; /* "new_pet_send" */
	struct plan_file webhooks; /* file absent for none */
	struct plan_file *callbacks; /* the same by tag */
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

/* Once all are made: where types hold each other by pointer, and the order in
 * which they are whole when others hold them. */
void plan_arrange(struct plan *);

/* Reports structs that hold themselves without end, once all are made. */
void plan_check_ends(struct plan *);

/* Notes a use, of the type and of all that it is made of. */
void plan_use(struct plan *, struct plan_type *, unsigned uses);

/* Marks the checks that have to note what they have evaluated: those of
 * schemas that look at the same value as one with unevaluatedItems or
 * unevaluatedProperties.  Once all types are made. */
void plan_mark_notes(struct plan *);

/* An object for a pattern: "api_username_pattern" for a name "username". */
struct rt_str plan_pattern(struct plan *, struct rt_str pattern,
    struct rt_str name);

/* Of which kind the C type of a schema's values is. */
enum plan_kind plan_kind(struct plan *, const struct schema *);

/* The type itself, or the one whose C type it has. */
const struct plan_type *plan_c_type(const struct plan_type *);

/* The type whose C type values of the schema have; after plan_type(). */
struct plan_type *plan_c_type_of(struct plan *, const struct schema *);

/* The type of a struct's member; one that is the tape for open ones. */
const struct plan_type *plan_member_type(struct plan *,
    const struct plan_type *whole, size_t i);

/* Why values of the type are the tape though a person would have found a type
 * for them; NULL for all others. */
const char *plan_widened(struct plan *, const struct plan_type *);

/* "struct rt_str", "const struct api_person *": a member's declaration up to
 * its name. */
struct rt_str plan_decl(struct plan *, const struct plan_type *);

/* Where generated code finds what reading needs: its struct rt_check, and the
 * arena. */
struct plan_reader {
	const char *check;
	const char *arena;
};

/* In functions that read a value, in those that decode a call, and in those
 * that read what came back from another server. */
extern const struct plan_reader plan_in_value, plan_in_call, plan_in_answer;

/* "out->name = rt_read_str(v);": a statement that reads node `v`. */
struct rt_str plan_read(struct plan *, const struct plan_type *,
    const struct plan_reader *, struct rt_str target, const char *v);

/* "rt_write_str(w, v->name);": a statement that writes an expression. */
struct rt_str plan_write(struct plan *, const struct plan_type *,
    struct rt_str expression);

/* "rt_put_str(w, "name", v->name);": the same as a member. */
struct rt_str plan_put(struct plan *, const struct plan_type *,
    struct rt_str key, struct rt_str expression);

/* "str": what the runtime's functions call a kind; NULL for kinds that have
 * functions of their own. */
const char *plan_kind_name(enum plan_kind);

/* Whether reading takes the check, or memory. */
bool plan_reads_with_check(const struct plan_type *);

/* Whether a value is handed to functions by its address. */
bool plan_by_address(const struct plan_type *);

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
 * absent where the kind has no constants. */
struct rt_str plan_default(struct plan *, const struct plan_type *,
    const struct doc_node *, struct rt_str target);

/* Plans each type that is used. */
void plan_model(struct plan *);

/* What the templates need of a struct's members, a union's, and of arrays and
 * maps; each sets members of a type's map. */
void plan_set_struct(struct plan *, struct value *, const struct plan_type *);
void plan_set_union(struct plan *, struct value *, const struct plan_type *);
void plan_set_containers(struct plan *, struct value *,
    const struct plan_type *);

/* A description of a type: `doc`, `doc_short`, `where` and `label`. */
void plan_set_doc(struct plan *, struct value *, const struct plan_type *);

/* A name as the inside of a C string that JSON escapes already. */
struct rt_str plan_quoted(struct plan *, struct rt_str name);

/* The tables of anyOf and oneOf: a list. */
struct value *plan_branch_tables(struct plan *, const struct plan_type *);

/* Makes the types that an operation needs and notes their uses. */
void plan_op_types(struct plan *, size_t index);

/* An operation; after the types of all have been made. */
struct value *plan_op(struct plan *, size_t index);

/*
 * Webhooks and callbacks: their names, once those of operations and tags are
 * claimed; their types; their files, after the types of all have been made;
 * what these need, after plan_units().
 */
void plan_outbound_names(struct plan *, struct name_scope *files);
void plan_outbound_types(struct plan *);
struct value *plan_outbound(struct plan *);
void plan_outbound_needs(struct plan *, struct value *files);

/* Whether some callback's URL depends on the operation's answer. */
bool plan_called_back(const struct plan *, size_t op);

/* "bearerAuth (admin) or apiKey" */
struct rt_str plan_security_words(struct plan *, const struct spec_op *);

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

/* Whether a struct's member carries has_x, and null_x beside it.  One with a
 * `default` always has a value. */
static inline bool
plan_has(struct plan *p, const struct plan_field *f)
{
	const struct schema *s = f->property->schema;

	return (!f->required && s->fallback == NULL) || plan_nullable(p, s);
}

static inline bool
plan_null(struct plan *p, const struct plan_field *f)
{
	const struct schema *s = f->property->schema;

	return !f->required && s->fallback == NULL && plan_nullable(p, s);
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
