/* The contract tests: requests, and what must come of each. */
#ifndef GEN_CASE_H
#define GEN_CASE_H

#include "gen/form.h"
#include "gen/instance.h"
#include "gen/sample.h"

/* A case as in runtime/contract.h; absent and 0 mean "none". */
struct case_row {
	struct rt_str id;
	const struct spec_op *op;
	struct rt_str why;
	struct rt_str method;
	struct rt_str target;
	struct rt_str credentials;
	struct rt_str headers;
	struct rt_str cookies;
	struct rt_str media;
	struct rt_str body;
	int status;
	enum rt_in in;
	struct rt_str place;
	struct rt_str keyword;
	bool valid;
	bool among;
	bool stray; /* path or method lead elsewhere than to `op` */
	struct rt_str allow;
	struct rt_str schema;
	struct rt_str value;
	struct rt_str message;
	bool binary;
	int close;
};

struct cases {
	const struct case_row *v;
	size_t n;
};

/* All cases of an operation, in a fixed order, with ids that stay the same as
 * long as what they are about does. */
struct cases case_list(struct rt_arena *, const struct spec *,
    const struct spec_op *);

/* Those of a tag as lines of JSON, as runtime/contract.h describes them. */
struct rt_str case_lines(struct rt_arena *, const struct spec *,
    struct rt_str tag);

/* --- Between the files of this module --- */

enum {
	CASE_WHOLE_MAX = 2048, /* bytes of a body that is sent often */
	CASE_VARIANTS_MAX = 1024 * 1024, /* bytes of all variants of a body */
};

struct making {
	struct rt_arena *kept; /* of the rows */
	struct rt_arena *arena; /* of what goes into them */
	const struct spec *spec;
	const struct spec_op *op;
	/* A good request: the values of parameters (NULL: not sent) and the
	 * body (NULL: none). */
	const struct instance **params;
	const struct instance *body;
	const struct spec_media *media; /* of the body; or NULL */
	struct form_fields fields; /* of a form */
	bool param_examples; /* they come from declared examples */
	bool examples; /* all of it does */
	struct rt_str credentials;
	size_t variants; /* bytes of those of the body */
	struct case_row *rows;
	size_t n, size;
};

/* The good request, with `params` and `body` of the making. */
struct case_row case_base(const struct making *);

/* The good request for which another status is expected. */
struct case_row case_refused(const struct making *, int status,
    const char *why);

/* "bearerAuth:admin apiKey:read,write": the credentials that an alternative
 * needs, but for the one with the given index; absent for none. */
struct rt_str case_credentials(struct rt_arena *,
    const struct spec_alternative *, size_t without);

/* --- Bodies --- */

/* Makes this the media type of the good body. */
void case_set_media(struct making *, const struct spec_media *);

/* Sets Content-Type and body; false when v can't be sent so. */
bool case_put_body(const struct making *, const struct instance *v,
    struct case_row *);

/* The value that a server sees of a body, NULL when v can't be sent; and of one
 * that can its JSON. */
const struct rt_node *case_body_node(const struct making *,
    const struct instance *v);

struct rt_str case_body_value(const struct making *, const struct instance *);

/* Whether the schema of the media type takes v; bytes have none that counts. */
bool case_fits(const struct making *, const struct instance *v);

/* "text-csv/" before the names of cases; "" for the first media type. */
struct rt_str case_media_prefix(const struct making *);

/* A type of a range, or the media type itself. */
struct rt_str case_media_type(const struct making *, const struct spec_media *);

/* As an object or array whose texts are fields; absent or NULL where they can't
 * be. */
const struct instance *case_form_seen(const struct making *,
    const struct instance *v);
struct rt_str case_form_text(const struct making *, const struct instance *v);
struct rt_str case_multipart_text(const struct making *,
    const struct instance *v);
struct rt_str case_multipart_media(const struct making *);

/* --- Parameters --- */

/* A scalar as it stands in a URL or header; absent for what has no text. */
struct rt_str case_scalar_text(const struct instance *);

/* A text of a URL as one of the types: a number or a boolean where it is
 * written as one and that is allowed, else a string. */
const struct instance *case_text_value(struct rt_arena *, struct rt_str text,
    unsigned types);

/* The value that is seen of a parameter, as case_param_node() has it. */
const struct instance *case_seen_value(struct rt_arena *,
    const struct spec_param *, const struct instance *v);

/* Sets target, headers and cookies; false when a value can't be sent. */
bool case_put_params(const struct making *,
    const struct instance *const *params, struct case_row *);

/* The value that a server sees in what is sent of `v`; NULL when it can't be
 * sent, or when that is something else. */
const struct rt_node *case_param_node(struct rt_arena *,
    const struct spec_param *, const struct instance *v);

/* A value as it is sent in one place: a scalar, items, members, JSON; false when
 * it has no such text. */
bool case_write_value(struct rt_arena *, struct rt_buf *,
    const struct spec_param *, const struct instance *);
/* As pairs behind those of a query's target or of a list of cookies. */
bool case_write_pairs(struct rt_arena *, struct rt_buf *,
    const struct spec_param *, const struct instance *);
/* Whether the parameter is an array, an object, or JSON. */
bool case_is_shaped(struct rt_arena *, const struct spec_param *);

/* Adds a row; its id is made of the operation and the printed rest. */
void case_add(struct making *, struct case_row, const char *, ...)
    RT_PRINTF(3, 4);

/* The status of success, where the request is made of examples; else 0. */
int case_success(const struct making *);

/* --- WebSockets --- */

/* Adds the headers of a good handshake. */
void case_put_handshake(const struct making *, struct case_row *);

/* Where a socket is opened and closed at once instead of a 401 or 403, expects
 * that. */
void case_refuse_socket(const struct making *, struct case_row *);

void case_websocket(struct making *);

/* --- By what they are about --- */

void case_examples(struct making *);
void case_bodies(struct making *);
void case_params(struct making *);
void case_security(struct making *);
void case_malformed(struct making *);
void case_protocol(struct making *);

#endif /* GEN_CASE_H */
