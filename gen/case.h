/* The contract tests: requests, and what must come of each. */
#ifndef GEN_CASE_H
#define GEN_CASE_H

#include "gen/instance.h"
#include "gen/spec.h"

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
};

struct cases {
	const struct case_row *v;
	size_t n;
};

/* All cases of the operations of a tag, in a fixed order, with ids that stay
 * the same as long as what they are about does. */
struct cases case_list(struct rt_arena *, const struct spec *,
    struct rt_str tag);

/* The same as lines of JSON, as runtime/contract.h describes them. */
struct rt_str case_lines(struct rt_arena *, const struct spec *,
    struct rt_str tag);

/* --- Between the files of this module --- */

struct making {
	struct rt_arena *arena;
	const struct spec *spec;
	const struct spec_op *op;
	/* A good request: the values of parameters (NULL: not sent) and the
	 * body (NULL: none). */
	const struct instance **params;
	const struct instance *body;
	bool examples; /* all of it comes from declared examples */
	struct rt_str credentials;
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
void case_percent_encode(struct rt_buf *, struct rt_str);
/* Whether the parameter is an array, an object, or JSON. */
bool case_is_shaped(struct rt_arena *, const struct spec_param *);

/* Adds a row; its id is made of the operation and the printed rest. */
void case_add(struct making *, struct case_row, const char *, ...)
    RT_PRINTF(3, 4);

/* The status of success, where the request is made of examples; else 0. */
int case_success(const struct making *);

void case_examples(struct making *);
void case_bodies(struct making *);
void case_params(struct making *);
void case_security(struct making *);
void case_syntax(struct making *);
void case_protocol(struct making *);

#endif /* GEN_CASE_H */
