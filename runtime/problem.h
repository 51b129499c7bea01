/* Error answers: application/problem+json (RFC 9457). */
#ifndef RT_PROBLEM_H
#define RT_PROBLEM_H

#include "runtime/check.h"
#include "runtime/json_write.h"

/* A row of the contract's registry of error codes (x-error-codes). */
struct rt_code {
	const char *name; /* "PERSON_NOT_FOUND" */
	const char *title;
	int status;
};

/* What a handler, or the runtime, refuses with. */
struct rt_problem {
	const struct rt_code *code;
	struct rt_str detail; /* a sentence for the client */
};

/* The codes of the runtime itself. */
extern const struct rt_code rt_code_bad_request; /* 400 BAD_REQUEST */
extern const struct rt_code rt_code_malformed_json; /* 400 MALFORMED_JSON */
extern const struct rt_code rt_code_validation; /* 422 VALIDATION_ERROR */
extern const struct rt_code rt_code_unauthorized; /* 401 UNAUTHORIZED */
extern const struct rt_code rt_code_forbidden; /* 403 PERMISSION_DENIED */
extern const struct rt_code rt_code_no_route; /* 404 NOT_FOUND */
extern const struct rt_code rt_code_method; /* 405 METHOD_NOT_ALLOWED */
extern const struct rt_code rt_code_not_acceptable; /* 406 NOT_ACCEPTABLE */
extern const struct rt_code rt_code_precondition; /* 412 PRECONDITION_FAILED */
extern const struct rt_code rt_code_too_large; /* 413 PAYLOAD_TOO_LARGE */
extern const struct rt_code rt_code_uri_too_long; /* 414 URI_TOO_LONG */
extern const struct rt_code rt_code_media_type; /* 415 UNSUPPORTED_MEDIA_TYPE */
extern const struct rt_code rt_code_range; /* 416 RANGE_NOT_SATISFIABLE */
extern const struct rt_code rt_code_expectation; /* 417 EXPECTATION_FAILED */
extern const struct rt_code rt_code_upgrade; /* 426 UPGRADE_REQUIRED */
extern const struct rt_code rt_code_internal; /* 500 INTERNAL_ERROR */
extern const struct rt_code rt_code_not_implemented; /* 501 NOT_IMPLEMENTED */
extern const struct rt_code rt_code_unavailable; /* 503 SERVICE_UNAVAILABLE */

/* What surrounds a problem when it is written. */
struct rt_problem_context {
	struct rt_str instance; /* the path of the request */
	struct rt_str trace_id;
	struct rt_time time;
	const struct rt_check *faults; /* NULL: no `errors` member */
};

/*
 * Writes the members type, title, status, detail, instance, code, trace_id,
 * timestamp and, for faults, errors[{in, pointer|name, keyword, message,
 * branches}], where branches of anyOf and oneOf are [{branch, errors}].
 * `status` is the answer's, which for validation differs by operation.
 */
void rt_problem_write(struct rt_writer *, int status, const struct rt_problem *,
    const struct rt_problem_context *);

#endif /* RT_PROBLEM_H */
