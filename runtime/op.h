/* The tables that the compiler writes: what the runtime knows of an api. */
#ifndef RT_OP_H
#define RT_OP_H

#include "runtime/check.h"
#include "runtime/problem.h"

/* Raised when generated code and runtime no longer fit each other. */
#define RT_ABI 1

struct rt_call;

enum rt_method {
	RT_GET = 1,
	RT_HEAD,
	RT_POST,
	RT_PUT,
	RT_PATCH,
	RT_DELETE,
	RT_OPTIONS,
	RT_METHODS,
};

/* "GET"; "" for a value that is none. */
const char *rt_method_text(enum rt_method);
/* 0 for a token that is none of ours; case-sensitive (RFC 9110, 9.1). */
enum rt_method rt_method_parse(struct rt_str);

/*
 * How a parameter is written (OpenAPI 3.1.1, "Style Values").  0 is `form` in
 * query and cookie, `simple` in path and header.
 */
enum rt_style {
	RT_STYLE_LABEL = 1,
	RT_STYLE_MATRIX,
	RT_STYLE_SPACE, /* spaceDelimited */
	RT_STYLE_PIPE, /* pipeDelimited */
	RT_STYLE_DEEP, /* deepObject */
	RT_STYLE_JSON, /* no style but `content`: the text is JSON */
};

/*
 * A property of an object parameter, and how its text is taken.  Only in a
 * deepObject may it be an array or an object itself.
 */
struct rt_param_property {
	const char *name; /* "" is any other one; NULL ends the list */
	unsigned types;
	unsigned item_types; /* of an array's items */
	/* Of an object, or of the objects in an array; NULL: all are texts. */
	const struct rt_param_property *inner;
};

/*
 * A parameter.  `types` and `item_types` are sets of enum rt_type and say how
 * its text is taken: "5" is a number where only a number is allowed.
 */
struct rt_param {
	enum rt_in in;
	const char *name;
	unsigned types;
	unsigned item_types; /* of an array's items */
	bool required;
	bool explode; /* query arrays: a=1&a=2, else a=1,2 */
	bool allow_empty; /* an empty text stands for no value */
	enum rt_style style;
	/* Of an object: those of its schema; NULL for none. */
	const struct rt_param_property *properties;
	/* Properties of other names are taken, as one of these types; 0 where
	 * they are not.  Only exploded ones in query and cookie need it. */
	unsigned free_types;
	/* Names at the same place that belong to others, and so are none of
	 * the object's; ends with NULL, or is NULL. */
	const char *const *others;
	const char *fallback; /* `default` as JSON, or NULL */
};

/* How a request body of a media type becomes a value. */
enum rt_body_kind {
	RT_BODY_JSON = 1,
	RT_BODY_FORM, /* application/x-www-form-urlencoded: an object */
	RT_BODY_MULTIPART, /* multipart/form-data: an object */
	RT_BODY_TEXT, /* a string, which must be UTF-8 */
	RT_BODY_BYTES, /* a string of any bytes */
};

struct rt_answer_header;

/*
 * A field of a form: how the texts or parts of its name become a value.  A
 * field of a form-urlencoded body is written as a query parameter is.  A part
 * of a multipart body is a text, or JSON where the style says so; an array has
 * a part for each item.
 */
struct rt_field {
	struct rt_param param; /* in RT_IN_BODY; name NULL ends the list */
	/* Media types and ranges of which a part has to be one; ends with NULL,
	 * or is NULL for any. */
	const char *const *media;
	bool file; /* a part of any bytes that keeps its name and media type */
	/* Of a part; ends with name NULL, or is NULL. */
	const struct rt_answer_header *headers;
};

/* A media type that a request body may have. */
struct rt_body {
	const char *media; /* a type or range; NULL ends the list */
	enum rt_body_kind kind;
	const struct rt_field *fields; /* of a form; NULL for none */
};

/* Who calls, as found by an authentication function of the api. */
struct rt_principal {
	int64_t id;
	struct rt_uuid uuid;
	int64_t session; /* 0 where the credential has none */
	const char *const *roles; /* ends with NULL; all that are granted */
	const struct rt_scheme *scheme; /* set by the runtime */
};

enum rt_auth {
	RT_AUTH_OK = 1,
	RT_AUTH_BAD, /* the credential is wrong: 401 */
	RT_AUTH_FAILED, /* it could not be checked (database): 503 */
};

/*
 * Hand-written, one for each security scheme of the contract.  `credential`
 * is what stands behind "Bearer ", in the cookie, header or query parameter.
 * For RT_AUTH_BAD *why may be set to a sentence that the client may see.
 */
typedef enum rt_auth rt_auth_fn(struct rt_call *, struct rt_str credential,
    struct rt_principal *who, struct rt_str *why);

/* A security scheme (components/securitySchemes). */
struct rt_scheme {
	const char *name;
	enum rt_in in; /* RT_IN_HEADER for bearer */
	const char *field; /* header, cookie or query name */
	bool bearer; /* RFC 6750, section 2.1 */
	rt_auth_fn *check;
};

/* One scheme of an alternative, with the roles it must grant. */
struct rt_need {
	const struct rt_scheme *scheme; /* NULL ends the list */
	const char *const *roles; /* ends with NULL; NULL for none */
};

/* A media type that an answer may have. */
struct rt_content {
	const char *media; /* a type or range; NULL ends the list */
	/* Of a JSON body, or of an event's data; NULL where nothing constrains
	 * it. */
	rt_check_fn *check;
};

/*
 * An answer that the contract declares.  A status that has none is one of its
 * class, else the default.
 */
struct rt_answer {
	int status; /* 100 to 599; 1 to 5: of 1XX to 5XX; 0: the default */
	const struct rt_content *contents; /* NULL: no body */
	const struct rt_answer_header
	    *headers; /* ends with name NULL; or NULL */
};

struct rt_answer_header {
	const char *name; /* NULL ends the list */
	bool required;
	unsigned types;
	rt_check_fn *check; /* NULL: any text */
};

struct rt_op {
	const char *id;
	const char *tag;
	enum rt_method method;
	const char *path; /* with the server's prefix: "/api/v1/persons/{id}" */
	const char *where; /* "#/paths/~1persons/get" */
	/* Alternatives, any of which will do, each a list of needs that must all
	 * hold; ends with NULL.  NULL: anybody.  An empty list: anonymous. */
	const struct rt_need *const *security;
	const struct rt_body *bodies; /* ends with media NULL; NULL: none */
	bool body_required;
	size_t body_max; /* bytes */
	int invalid_status; /* for a fault that validation finds */
	const struct rt_answer *answers;
	unsigned n_answers;
	void (*run)(struct rt_call *);
};

/* The answer of the operation that is about a status; NULL for none. */
const struct rt_answer *rt_op_answer(const struct rt_op *, int status);

/* All of it; the generated `api` is registered with rt_serve_api(). */
struct rt_api {
	const char *title;
	const char *version;
	const struct rt_op *const *ops; /* in the contract's order */
	unsigned n_ops;
	const char *const *patterns; /* by number */
	unsigned n_patterns;
	const struct rt_scheme *const *schemes;
	unsigned n_schemes;
	const struct rt_str *json; /* the contract itself */
	const struct rt_str *yaml;
};

#endif /* RT_OP_H */
