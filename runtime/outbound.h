/*
 * Webhooks and callbacks: requests that a contract declares and the server
 * sends.  What is here is for generated code; a handler calls the function
 * that the compiler has made of each.
 */
#ifndef RT_OUTBOUND_H
#define RT_OUTBOUND_H

#include "runtime/http_client.h"
#include "runtime/json_write.h"

/* An answer that the contract declares, of one media type. */
struct rt_outbound_answer {
	int status; /* 1 to 5 for a class ("4XX"), 0 for `default` */
	const char *media; /* a type or a range; NULL: no body is expected */
	rt_check_fn
	    *check; /* of a JSON body; NULL where nothing constrains it */
	const struct rt_answer_header
	    *headers; /* ends with name NULL; or NULL */
};

struct rt_outbound_op {
	const char *id;
	const char *method;
	/* A template of runtime expressions (expression.h); NULL where the
	 * caller knows the URL. */
	const char *url;
	const struct rt_outbound_answer *answers;
	unsigned n_answers; /* none: any answer will do */
};

enum { RT_OUTBOUND_PATH_MAX = 16 };

/* One such request on its way.  The first thing that is wrong with it is
 * kept, and what is added after it does nothing. */
struct rt_outbound {
	struct rt_call *call;
	const struct rt_outbound_op *op;
	/* The value that is being written, as JSON. */
	struct rt_buf json;
	struct rt_writer writer;
	/* The request so far. */
	struct rt_str url;
	struct rt_path_param path[RT_OUTBOUND_PATH_MAX]; /* raw is encoded */
	unsigned n_path;
	struct rt_buf query;
	struct rt_buf cookies;
	struct rt_header *headers;
	size_t n_headers;
	struct rt_str body;
	bool repeatable; /* the caller says so */
	enum rt_http_result fault; /* 0: none */
	struct rt_str why;
	/* The answer: a number among those declared, or -1, and its body where
	 * that is JSON. */
	int answer;
	const struct rt_node *node;
};

struct rt_outbound *rt_outbound(struct rt_call *,
    const struct rt_outbound_op *);

/* A writer for the next value, which is then made a parameter or the body. */
struct rt_writer *rt_outbound_value(struct rt_outbound *);

/* What breaks its schema is not sent.  `check` may be NULL. */
void rt_outbound_param(struct rt_outbound *, const struct rt_param *,
    rt_check_fn *check);
void rt_outbound_json(struct rt_outbound *, const char *media,
    rt_check_fn *check);
/*
 * An object as application/x-www-form-urlencoded: each member as its row of
 * `fields` says, which ends with name NULL or is NULL; of the others an array
 * has a pair for each item, and what is neither text nor number is JSON.
 */
void rt_outbound_form(struct rt_outbound *, const char *media,
    const struct rt_param *fields, rt_check_fn *check);
void rt_outbound_bytes(struct rt_outbound *, struct rt_str media,
    struct rt_str body);

/*
 * The URL: given by the caller, or what the operation's template means for
 * the call, once the parameters of its path are there.
 */
void rt_outbound_url(struct rt_outbound *, struct rt_str url);
void rt_outbound_callback(struct rt_outbound *);

/*
 * Sends it with more headers, and holds the answer against the contract:
 * RT_HTTP_BAD_ANSWER for one that breaks it, which *reply has nonetheless.
 */
enum rt_http_result rt_outbound_send(struct rt_outbound *,
    struct rt_headers headers, struct rt_http_reply *) RT_WARN_UNUSED;

#endif /* RT_OUTBOUND_H */
