/*
 * Schemas: JSON Schema 2020-12 as OpenAPI 3.1 uses it, from nodes to a model
 * in which every supported keyword has a typed place.  A keyword that is not
 * supported is refused with its place; none is dropped.
 */
#ifndef GEN_SCHEMA_H
#define GEN_SCHEMA_H

#include "gen/documents.h"
#include "runtime/format.h"
#include "runtime/json.h"

enum { SCHEMA_NO_MAX = -1 };

struct schema;
struct schema_facts;

/* Who sends a value: readOnly and writeOnly look at that. */
enum schema_side {
	SCHEMA_WHOLE, /* nobody is asked about */
	SCHEMA_REQUEST,
	SCHEMA_RESPONSE,
	SCHEMA_SIDES,
};

struct schema_property {
	struct rt_str name;
	struct source_pos pos; /* of the name */
	const struct schema *schema;
	bool required;
	bool hidden; /* not for the side of this view: C has no member for it */
};

/* An entry of patternProperties. */
struct schema_pattern {
	struct rt_str pattern;
	struct source_pos pos;
	const struct schema *schema;
};

/* An entry of dependentRequired or dependentSchemas. */
struct schema_dependency {
	struct rt_str name; /* the member on which it depends */
	const struct rt_str *required;
	size_t n_required;
	const struct schema *schema; /* NULL: names only */
};

struct schema_list {
	const struct schema *const *v;
	size_t n;
};

/* An entry of a discriminator's mapping. */
struct schema_mapping {
	struct rt_str value;
	struct source_pos pos;
	const struct schema *schema;
};

struct schema {
	const struct doc_node *node;
	struct source_pos pos;
	/* Name in the components/schemas of its document, or absent. */
	struct rt_str component;
	unsigned resource; /* the schema resource that it is part of */
	bool resource_root; /* it is the resource's root */
	struct rt_str title;
	struct rt_str description;

	unsigned types; /* set of enum rt_type; all of them when unstated */
	bool unvalidated; /* its dialect has no vocabulary of validation */
	bool read_only, write_only; /* as the schema of a property */
	bool any; /* `true` or {}: nothing is asserted */
	bool never; /* `false` */
	bool file; /* the bytes of a part of a form; see schema_files() */
	const struct doc_node *enumeration; /* a sequence, or NULL */
	const struct doc_node *constant; /* NULL: none */
	/* x-state-machine, which names all values of the enum and only these;
	 * or NULL. */
	const struct doc_node *machine;

	int64_t min_length, max_length; /* SCHEMA_NO_MAX: none */
	struct rt_str pattern; /* absent: none */
	enum rt_format format; /* 0: none that is asserted */
	struct rt_str format_name; /* as written; absent: none */
	bool format_known;

	/* Bounds as JSON numbers; absent: none. */
	struct rt_str minimum, maximum, above, below, multiple;

	int64_t min_items, max_items;
	bool unique;
	struct schema_list prefix_items;
	const struct schema *items; /* of the rest; NULL: anything */
	const struct schema *contains; /* NULL: nothing is asked */
	int64_t min_contains, max_contains;

	const struct schema_property *properties;
	size_t n_properties;
	/* Required names, also those without a property. */
	const struct rt_str *required;
	size_t n_required;
	const struct schema_pattern *patterns; /* patternProperties */
	size_t n_patterns;
	const struct schema *property_names; /* NULL: any */
	const struct schema_dependency *dependencies;
	size_t n_dependencies;
	bool closed; /* additionalProperties: false */
	const struct schema *additional; /* NULL: anything (or closed) */
	int64_t min_properties, max_properties;

	/* In place: these look at the same value. */
	const struct schema *ref; /* a $ref beside other keywords */
	const struct schema *dynamic; /* where a $dynamicRef leads statically */
	/* The $dynamicAnchor of that place: the outermost resource that has
	 * one of the name decides; absent when the place has none. */
	struct rt_str dynamic_anchor;
	struct schema_list all_of, any_of, one_of;
	/* Its propertyName; absent: there is none.  Judges nothing. */
	struct rt_str discriminator;
	const struct schema_mapping *mapping;
	size_t n_mapping;
	const struct schema *default_mapping; /* or NULL */
	const struct schema *not_;
	const struct schema *if_, *then_, *else_;

	/* What no keyword of this schema or in place has dealt with. */
	const struct schema *unevaluated_items;
	const struct schema *unevaluated_properties;

	const struct doc_node *fallback; /* `default`, or NULL */
	const struct doc_node *const *examples; /* `examples`, `example` */
	size_t n_examples;

	const struct schema_set *set;
	unsigned id; /* from 0, in the order of reading */
	unsigned mark; /* of the search for cycles */

	/* Of a view: the schema that it is made of, NULL for no view. */
	const struct schema *whole;
	enum schema_side side;
	struct rt_strs around; /* names hidden by what it is in place of */
	/* For schema_view.c. */
	const struct schema *views, *next_view;
	struct schema_facts *facts;
};

/* All schemas of a contract; each node becomes one schema, however often it
 * is referred to. */
struct schema_set;

struct schema_set *schema_set_open(struct documents *);

/*
 * Adds a document under its URI (RFC 3986, absolute), so that references may
 * lead to it; before schemas that do are read.  `root` is a schema.
 */
void schema_set_add(struct schema_set *, struct rt_str uri,
    const struct doc_node *root);

/* Whether formats are asserted (the default) or say nothing. */
void schema_set_formats(struct schema_set *, bool asserted);

/* Whether unknown keywords say nothing, as JSON Schema has it, or are refused
 * (the default). */
void schema_set_lenient(struct schema_set *, bool lenient);

/* Looks whether the dialect that `holder` names, by $schema or
 * jsonSchemaDialect, is one that is known. */
void schema_check_dialect(struct schema_set *, const struct doc_node *holder,
    const struct doc_node *dialect);

/* Whether a keyword of that name says anything in the schema's dialect. */
bool schema_reads(const struct schema *, struct rt_str keyword);

/* Whether a property of that name is its own, not a part's. */
bool schema_has_property(const struct schema *, struct rt_str name);

/* Whether one of them requires a property of that name. */
bool schema_list_requires(const struct schema_list *, struct rt_str name);

/* The schemas that bear the $dynamicAnchor of s, one for each resource that has
 * one, in the order of the resources; of a view, their views. */
struct schema_list schema_dynamic(const struct schema *s);

/*
 * The schema at a node (a map, a boolean, or a reference).  Never NULL: what
 * is wrong has been reported and reads as "anything".  A schema may still be
 * incomplete while it is read by way of a cycle.
 */
const struct schema *schema_at(struct schema_set *, const struct doc_node *);

/*
 * The schema as it holds for what a client sends, or for what is answered;
 * the schema itself where no readOnly or writeOnly can be reached from it.
 *
 * In a request, properties that are readOnly need not be sent; one that is, is
 * looked at and not handed on.  An answer has no properties that are
 * writeOnly.  The marks count for the names of all schemas that look at the
 * same value (OpenAPI 3.0.4, "Schema Object"; JSON Schema 2020-12, 9.4 of the
 * vocabulary of validation).
 *
 * A view has an id of its own and shares the node.  Views are made once, of
 * schemas that are whole: schema_at() has returned from them.
 */
const struct schema *schema_view(struct schema_set *, const struct schema *,
    enum schema_side);

/* The view of a component that values of that side have; NULL when there are
 * none.  To be asked when all views are made. */
const struct schema *schema_used(const struct schema *component,
    enum schema_side);

/*
 * The schema of a form (multipart/form-data) as it holds for its parts: members
 * that are binary are files there, and so are items and alternatives of a
 * member.  Binary are strings with `format: binary` or with a contentMediaType
 * and no contentEncoding, and schemas that say nothing (OpenAPI 3.1.1, "Working
 * with Binary Data").  Members in `texts` are none.  The schema itself where
 * nothing is binary; of views, too, after they were made.
 */
const struct schema *schema_files(struct schema_set *, const struct schema *,
    struct rt_strs texts);

/* Whether a branch of anyOf or oneOf is the schema that a discriminator names:
 * itself, or a reference to it with other keywords beside. */
bool schema_is_branch(const struct schema *branch, const struct schema *named);

/* How many schemas the set has, with views; their ids are below that. */
size_t schema_count(const struct schema_set *);
const struct schema *schema_number(const struct schema_set *, size_t id);

/*
 * Reports what only whole schemas show: those that contain themselves, and
 * those that nothing can satisfy (minLength over maxLength, an enum without a
 * value of the type, a required name that `closed` forbids, ...).
 */
void schema_finish(struct schema_set *);

/*
 * Validates an instance by walking the model: independent of the generated
 * checks, for examples, defaults and contract cases.  On failure the keyword
 * (as in struct rt_fault) and the instance's JSON pointer are given, and
 * false is returned; NULL is allowed for both.
 */
bool schema_accepts(struct rt_arena *, const struct schema *,
    const struct rt_node *instance, const char **keyword,
    struct rt_str *pointer);

#endif /* GEN_SCHEMA_H */
