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

/* How the bytes of a media type are understood. */
enum spec_media_kind {
	SPEC_JSON = 1, /* also +json */
	SPEC_FORM, /* application/x-www-form-urlencoded */
	SPEC_MULTIPART, /* form-data, and others of nameless parts */
	SPEC_TEXT, /* text, of one primitive value */
	SPEC_EVENTS, /* text/event-stream */
	SPEC_LINES, /* JSON texts, one behind the other */
	SPEC_BYTES, /* anything else: nobody looks inside */
};

struct spec_header {
	const struct doc_node *node;
	struct rt_str name;
	struct rt_str description;
	bool required;
	/* The runtime sends it by itself: no handler gives its value. */
	bool supplied;
	bool explode;
	enum rt_style style; /* 0 for simple, or RT_STYLE_JSON */
	const struct schema *schema;
};

/* How a property of a form is written (OpenAPI 3.1, "Encoding Object"). */
struct spec_encoding {
	const struct doc_node *node;
	struct source_pos pos; /* of the property's name */
	struct rt_str property;
	struct rt_str media; /* "image/png, image/jpeg"; absent: by its type */
	/* Which keys are there: one of a style makes `media` say nothing. */
	bool styled;
	enum rt_style style; /* 0 for form */
	bool explode;
	const struct spec_header *headers;
	size_t n_headers;
};

struct spec_media {
	const struct doc_node *node;
	struct rt_str type; /* as written: "text/csv; charset=utf-8" */
	enum spec_media_kind kind;
	bool range; /* "*" stands in it: it names many types */
	bool problem; /* application/problem+json */
	const struct schema *schema; /* NULL: none given */
	/* Of SPEC_EVENTS and SPEC_LINES: each of the values; or NULL. */
	const struct schema *item;
	const struct spec_encoding *encodings;
	size_t n_encodings;
	struct spec_examples examples;
};

/* `status` of an answer is 0 for `default`, 1 to 5 for a class ("4XX"), or
 * a status. */
struct spec_answer {
	const struct doc_node *node;
	struct source_pos pos;
	int status;
	struct rt_str description;
	const struct spec_media *medias; /* none: no body */
	size_t n_medias;
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

/* What an operation that opens a WebSocket says in x-websocket. */
struct spec_websocket {
	const struct doc_node *node;
	struct source_pos pos; /* of the key */
	/* Of what clients send, and the server; NULL: anything. */
	const struct schema *receive, *send;
	int64_t message_max; /* bytes of what clients send */
	int64_t unauthorized; /* the close code; 0: they are answered 401 */
	const struct rt_str *protocols;
	size_t n_protocols;
};

struct spec_op {
	const struct doc_node *node;
	struct source_pos pos; /* of the method's key */
	struct rt_str id;
	enum rt_method method; /* 0: `token` is another one */
	struct rt_str token; /* the method as it is sent: "GET", "COPY" */
	struct rt_str path; /* with the server's prefix: "/api/v1/persons" */
	struct rt_str tag; /* "default" where none is given */
	struct rt_str summary;
	struct rt_str description;
	bool deprecated;
	const struct spec_param *params;
	size_t n_params;
	const struct spec_media *bodies; /* none: no request body */
	size_t n_bodies;
	bool body_required;
	int64_t body_max; /* x-max-body, or the default */
	/* x-transaction, that the handler runs in: "read-committed"; absent:
	 * none. */
	struct rt_str transaction;
	const struct spec_answer *answers;
	size_t n_answers;
	bool secured; /* `security` applies, here or at the root */
	const struct spec_alternative *security;
	size_t n_security;
	int invalid_status; /* 422, 400, or 400 where neither is declared */
	const struct spec_websocket *websocket; /* NULL: it opens none */
};

/* A request that the server sends: a webhook, or a callback of an operation. */
struct spec_outbound {
	/* Its path is the template of the URL, empty for a webhook; `security`
	 * is what the receiver asks for, and never that of the root. */
	struct spec_op op;
	struct rt_str name; /* the key of the webhook or callback */
	size_t parent; /* the operation that it calls back for */
	bool webhook; /* it has no such one */
	bool of_answer; /* its URL depends on the answer of that one */
	bool named; /* by an operationId */
};

struct spec_code {
	struct rt_str name; /* "PERSON_NOT_FOUND" */
	struct rt_str title;
	struct rt_str description;
	const int *statuses;
	size_t n_statuses;
	const struct doc_node *node;
	struct source_pos pos; /* of its name */
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
	/* Webhooks, then the callbacks of each operation. */
	const struct spec_outbound *outbound;
	size_t n_outbound;
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

enum { SPEC_BODY_MAX = 1000000, SPEC_MESSAGE_MAX = 65536 };

/* Reads a contract.  Never NULL; whatever is wrong has been reported, and
 * then the result is good for nothing but more reports. */
const struct spec *spec_read(struct documents *);

/* Sets the tags that its operations have, in the order of these. */
void spec_collect_tags(struct rt_arena *, struct spec *);

/* A header as the parameter that a request would have in its place. */
struct spec_param spec_header_param(const struct spec_header *);

/* The first 2xx answer, or the first of all; NULL when there is none. */
const struct spec_answer *spec_success(const struct spec_op *);

/* What is declared for a status: itself, else its class, else `default`; NULL
 * for nothing. */
const struct spec_answer *spec_answer_of(const struct spec_op *, int status);

/* Whether an answer's status is one, not a class or `default`. */
static inline bool
spec_is_exact(const struct spec_answer *a)
{
	return a->status >= 100;
}

/* Whether an answer is for nothing but errors: "404", "4XX". */
bool spec_is_error(const struct spec_answer *);

/* "404", "4XX" or "default". */
struct rt_str spec_status_text(struct rt_arena *, int status);

/* Whether `send`, which is there, or a branch of it is a schema that some answer
 * has as application/problem+json: then the server may send problems. */
bool spec_sends_problems(const struct spec *, const struct spec_websocket *);

/* The first of the media types that is JSON and no problem; NULL for none. */
const struct spec_media *spec_json(const struct spec_media *, size_t n);

/* The first that is application/problem+json; NULL for none. */
const struct spec_media *spec_problem(const struct spec_media *, size_t n);

/* Whether it is a form of parts, which have names. */
bool spec_is_form_data(const struct spec_media *);

/* How a text of the schema is taken, as a set of types: "5" is a number where
 * only a number is allowed. */
unsigned spec_text_types(const struct schema *);

/* The encoding of a property of a form; NULL where none is given. */
const struct spec_encoding *spec_encoding_of(const struct spec_media *,
    struct rt_str property);

#endif /* GEN_SPEC_H */
