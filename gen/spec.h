/* The contract: operations with their parameters, bodies and answers. */
#ifndef GEN_SPEC_H
#define GEN_SPEC_H

#include "gen/schema.h"
#include "runtime/op.h"

struct spec_example {
	struct rt_str name; /* "example" for the singular */
	const struct doc_node *value;
};

struct spec_examples {
	const struct spec_example *v;
	size_t n;
};

struct spec_param {
	const struct doc_node *node;
	enum rt_in in;
	struct rt_str name;
	struct rt_str description;
	bool required;
	bool explode;
	bool allow_empty;
	enum rt_style style; /* 0 for the one that its place has */
	const struct schema *schema; /* of `schema`, or of the content */
	struct spec_examples examples;
};

struct spec_media {
	const struct doc_node *node;
	struct rt_str type; /* "application/json" */
	bool json; /* application/json or +json */
	bool problem; /* application/problem+json */
	const struct schema *schema; /* NULL: none given */
	struct spec_examples examples;
};

struct spec_header {
	const struct doc_node *node;
	struct rt_str name;
	struct rt_str description;
	bool required;
	/* The runtime sends it by itself: no handler gives its value. */
	bool supplied;
	const struct schema *schema;
};

struct spec_answer {
	const struct doc_node *node;
	struct source_pos pos;
	int status;
	struct rt_str description;
	const struct spec_media *media; /* NULL: no body */
	const struct spec_header *headers;
	size_t n_headers;
};

struct spec_scheme {
	const struct doc_node *node;
	size_t number; /* its place among the schemes */
	struct rt_str name;
	enum rt_scheme_kind kind; /* 0: at fault, which has been reported */
	enum rt_in in; /* as in struct rt_scheme */
	struct rt_str field;
	bool has_flows; /* only their scopes can be asked for */
	const struct rt_str *scopes;
	size_t n_scopes;
};

struct spec_need {
	const struct spec_scheme *scheme;
	const struct rt_str *scopes;
	size_t n_scopes;
};

/* Needs that must all hold; none: anonymous. */
struct spec_alternative {
	const struct spec_need *needs;
	size_t n;
};

/* A `security`: alternatives, any of which will do. */
struct spec_security {
	const struct spec_alternative *v;
	size_t n;
};

struct spec_op {
	const struct doc_node *node;
	struct source_pos pos; /* of the method's key */
	struct rt_str id;
	enum rt_method method;
	struct rt_str path; /* with the server's prefix: "/api/v1/persons" */
	struct rt_str tag; /* "default" where none is given */
	struct rt_str summary;
	struct rt_str description;
	bool deprecated;
	const struct spec_param *params;
	size_t n_params;
	const struct spec_media *body; /* NULL: no request body */
	bool body_required;
	int64_t body_max; /* x-max-body, or the default */
	const struct spec_answer *answers;
	size_t n_answers;
	bool secured; /* `security` applies, here or at the root */
	const struct spec_alternative *security;
	size_t n_security;
	int invalid_status; /* 422, 400, or 400 where neither is declared */
};

struct spec_code {
	struct rt_str name; /* "PERSON_NOT_FOUND" */
	struct rt_str title;
	struct rt_str description;
	const int *statuses;
	size_t n_statuses;
	struct source_pos pos;
};

struct spec {
	struct documents *documents;
	const struct doc_node *root; /* of the contract's own document */
	const struct source *source;
	struct rt_str title;
	struct rt_str version;
	struct schema_set *schemas;
	const struct schema *const
	    *components; /* components/schemas, in order */
	size_t n_components;
	const struct spec_op *ops; /* in the contract's order */
	size_t n_ops;
	/* Those of the components in order, then those that requirements name
	 * by URI. */
	const struct spec_scheme **schemes;
	size_t n_schemes;
	const struct spec_security *security; /* of the document; or NULL */
	const struct spec_code *codes;
	size_t n_codes;
	const struct rt_str *tags; /* in the order of their first operation */
	size_t n_tags;
};

enum { SPEC_BODY_MAX = 1000000 };

/* Reads a contract.  Never NULL; whatever is wrong has been reported, and
 * then the result is good for nothing but more reports. */
const struct spec *spec_read(struct documents *);

/* The first 2xx answer, or the first of all; NULL when there is none. */
const struct spec_answer *spec_success(const struct spec_op *);

/* "openapi.yaml:31", for comments and tables. */
struct rt_str spec_where(struct rt_arena *, struct source_pos);

#endif /* GEN_SPEC_H */
