/* The tables that the compiler writes: what the runtime knows of an api. */
#ifndef RT_OP_H
#define RT_OP_H

#include "runtime/check.h"
#include "runtime/problem.h"

/*
 * Raised by a change after which code that was generated before does not fit the
 * runtime any more, or not the handlers: another name, type, parameter or
 * meaning of what a template writes or calls.  What is new only, and what is
 * generated is the same without it, does not raise it.  Generated headers
 * compare it, so that a mismatch is told by the compiler.
 */
#define RT_ABI 3

struct rt_call;
struct rt_ws_def;

enum rt_method {
	RT_GET = 1,
	RT_HEAD,
	RT_POST,
	RT_PUT,
	RT_PATCH,
	RT_DELETE,
	RT_OPTIONS,
	RT_TRACE,
	RT_QUERY,
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
	/* No style but `content`: the text is JSON.  Where `types` has strings,
	 * only what begins as an array or object is. */
	RT_STYLE_JSON,
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
 * its text is taken: "5" is a number where only a number is allowed.  Where it
 * may be an array or a primitive, one text is a primitive.
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
	unsigned types; /* of a text, as of a parameter; 0: a string */
};

/* Who calls, as found by the function of a security scheme. */
struct rt_principal {
	int64_t id;
	struct rt_uuid uuid;
	int64_t session; /* 0 where the credential has none */
	int64_t expires; /* the credential: seconds since 1970; 0: never */
	/* Scopes or roles: all that are granted; ends with NULL, or is NULL. */
	const char *const *scopes;
	const struct rt_scheme *scheme; /* set by the runtime */
	/* By the next scheme of the requirement, where it names several. */
	const struct rt_principal *next;
};

/* What a request has for a scheme; the bytes live as long as the call. */
struct rt_credential {
	/*
	 * The value of the header, cookie or query parameter; what stands
	 * behind the scheme's name in Authorization (RFC 9110, section 11.4);
	 * or the client's certificate, as DER (RFC 5280).
	 */
	struct rt_str text;
	/* Of http basic, decoded (RFC 7617); absent for others. */
	struct rt_str user;
	struct rt_str password;
};

enum rt_auth {
	RT_AUTH_OK = 1,
	RT_AUTH_BAD, /* the credential is wrong: 401 */
	RT_AUTH_FAILED, /* it could not be checked (database): 500 or 503 */
};

/*
 * Hand-written, one for each security scheme of the contract: says whose
 * credential it is, and fills *who.  `scopes` are those that the requirement
 * asks for; it ends with NULL.  The runtime admits when who->scopes has each
 * of them; a function that judges them by itself sets who->scopes = scopes.
 * May suspend the call.
 */
typedef enum rt_auth rt_auth_fn(struct rt_call *, const struct rt_credential *,
    const char *const *scopes, struct rt_principal *who);

/* What the credential of a security scheme is, and so where it is sent. */
enum rt_scheme_kind {
	RT_SCHEME_KEY = 1, /* apiKey */
	RT_SCHEME_BASIC, /* http basic (RFC 7617) */
	RT_SCHEME_BEARER, /* http bearer, oauth2, openIdConnect (RFC 6750) */
	RT_SCHEME_HTTP, /* any other of http */
	RT_SCHEME_CERTIFICATE, /* mutualTLS */
};

/* A security scheme (components/securitySchemes). */
struct rt_scheme {
	const char *name;
	enum rt_scheme_kind kind;
	enum rt_in in; /* of a key: header, cookie or query */
	/* Of a key the name of that; of http that of the scheme, "Bearer". */
	const char *field;
	rt_auth_fn *check;
};

/* One scheme of an alternative, with the scopes or roles it must grant. */
struct rt_need {
	const struct rt_scheme *scheme; /* NULL ends the list */
	const char *const *scopes; /* ends with NULL; NULL for none */
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
	const struct rt_param *param; /* of an array, object or JSON */
};

struct rt_op {
	const char *id;
	const char *tag;
	enum rt_method method; /* 0: `token` names another one */
	const char *token; /* compared by case (RFC 9110, 9.1); else NULL */
	const char *path; /* with the server's prefix: "/api/v1/persons/{id}" */
	const char *where; /* "#/paths/~1persons/get" */
	/* Alternatives, any of which will do, each a list of needs that must all
	 * hold; ends with NULL.  NULL: anybody.  An empty list: anonymous. */
	const struct rt_need *const *security;
	const struct rt_body *bodies; /* ends with media NULL; NULL: none */
	bool body_required;
	size_t body_max; /* bytes; 0: as many as the setting BODY_MAX has */
	int invalid_status; /* for a fault that validation finds */
	const struct rt_answer *answers;
	unsigned n_answers;
	const struct rt_ws_def *websocket; /* NULL: it is none */
	void (*run)(struct rt_call *);
};

/* The answer of the operation that is about a status; NULL for none. */
const struct rt_answer *rt_op_answer(const struct rt_op *, int status);

/* The method as it is sent: "GET", "COPY". */
const char *rt_op_method(const struct rt_op *);

/*
 * Whether a handler may answer a status by what is declared for `declared`, a
 * class or the default: no other answer is about that status, and one that
 * can't have a body (RFC 9110) gets none.
 */
bool rt_op_answers(const struct rt_op *, int status, int declared);

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
