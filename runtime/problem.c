#include "runtime/problem.h"

/* The titles are those of the codes in a contract's registry: a handler may
 * refuse with the same code. */
const struct rt_code rt_code_bad_request = {"BAD_REQUEST", "Bad request", 400};
const struct rt_code rt_code_malformed_json = {"MALFORMED_JSON",
    "Malformed JSON", 400};
const struct rt_code rt_code_validation = {"VALIDATION_ERROR",
    "Validation failed", 422};
const struct rt_code rt_code_unauthorized = {"UNAUTHORIZED", "Unauthorized",
    401};
const struct rt_code rt_code_forbidden = {"PERMISSION_DENIED",
    "Permission denied", 403};
const struct rt_code rt_code_no_route = {"NOT_FOUND", "Not found", 404};
const struct rt_code rt_code_method = {"METHOD_NOT_ALLOWED",
    "Method not allowed", 405};
const struct rt_code rt_code_not_acceptable = {"NOT_ACCEPTABLE",
    "Not acceptable", 406};
const struct rt_code rt_code_precondition = {"PRECONDITION_FAILED",
    "Precondition failed", 412};
const struct rt_code rt_code_too_large = {"PAYLOAD_TOO_LARGE",
    "Payload too large", 413};
const struct rt_code rt_code_uri_too_long = {"URI_TOO_LONG", "URI too long",
    414};
const struct rt_code rt_code_media_type = {"UNSUPPORTED_MEDIA_TYPE",
    "Unsupported media type", 415};
const struct rt_code rt_code_range = {"RANGE_NOT_SATISFIABLE",
    "Range not satisfiable", 416};
const struct rt_code rt_code_expectation = {"EXPECTATION_FAILED",
    "Expectation failed", 417};
const struct rt_code rt_code_upgrade = {"UPGRADE_REQUIRED", "Upgrade required",
    426};
const struct rt_code rt_code_internal = {"INTERNAL_ERROR", "Internal error",
    500};
const struct rt_code rt_code_not_implemented = {"NOT_IMPLEMENTED",
    "Not implemented", 501};
const struct rt_code rt_code_unavailable = {"SERVICE_UNAVAILABLE",
    "Service unavailable", 503};

static const char *
in_text(enum rt_in in)
{
	switch (in) {
	case RT_IN_BODY:
		return "body";
	case RT_IN_PATH:
		return "path";
	case RT_IN_QUERY:
		return "query";
	case RT_IN_HEADER:
		return "header";
	case RT_IN_COOKIE:
		return "cookie";
	}
	return "body";
}

static void write_fault(struct rt_writer *, const struct rt_fault *);

/* Faults of faults: rt_check_any_of() bounds how deep they are. */
static void
write_refusals(struct rt_writer *w, const struct rt_fault *f)
{
	rt_write_key(w, "branches");
	rt_write_open_array(w);
	for (unsigned i = 0; i < f->n_refusals; i++) {
		const struct rt_refusal *r = &f->refusals[i];

		rt_write_open_object(w);
		rt_write_key(w, "branch");
		rt_write_str(w, rt_str(r->branch));
		rt_write_key(w, "errors");
		rt_write_open_array(w);
		for (unsigned k = 0; k < r->n; k++)
			write_fault(w, &r->faults[k]);
		rt_write_close_array(w);
		rt_write_close_object(w);
	}
	rt_write_close_array(w);
}

static void
write_fault(struct rt_writer *w, const struct rt_fault *f)
{
	rt_write_open_object(w);
	rt_write_key(w, "in");
	rt_write_str(w, rt_str(in_text(f->in)));
	if (f->name.p != NULL) {
		rt_write_key(w, "name");
		rt_write_str(w, f->name);
	} else {
		rt_write_key(w, "pointer");
		rt_write_str(w, f->pointer);
	}
	rt_write_key(w, "keyword");
	rt_write_str(w, rt_str(f->keyword));
	rt_write_key(w, "message");
	rt_write_str(w, f->message);
	if (f->n_refusals > 0)
		write_refusals(w, f);
	rt_write_close_object(w);
}

/* Those that were kept; c->n counts on past the array. */
static void
write_faults(struct rt_writer *w, const struct rt_check *c)
{
	unsigned n = c->n < RT_FAULTS_MAX ? c->n : RT_FAULTS_MAX;

	rt_write_key(w, "errors");
	rt_write_open_array(w);
	for (unsigned i = 0; i < n; i++)
		write_fault(w, &c->faults[i]);
	rt_write_close_array(w);
}

/* The problem is told by `code`: "type" stays at its default (RFC 9457,
 * section 4.2.1). */
void
rt_problem_write(struct rt_writer *w, int status, const struct rt_problem *p,
    const struct rt_problem_context *context)
{
	rt_write_open_object(w);
	rt_write_key(w, "type");
	rt_write_str(w, RT_LIT("about:blank"));
	rt_write_key(w, "title");
	rt_write_str(w, rt_str(p->code->title));
	rt_write_key(w, "status");
	rt_write_int(w, status);
	if (p->detail.p != NULL) {
		rt_write_key(w, "detail");
		rt_write_str(w, p->detail);
	}
	if (context->instance.p != NULL) {
		rt_write_key(w, "instance");
		rt_write_str(w, context->instance);
	}
	rt_write_key(w, "code");
	rt_write_str(w, rt_str(p->code->name));
	if (context->trace_id.p != NULL) {
		rt_write_key(w, "trace_id");
		rt_write_str(w, context->trace_id);
	}
	rt_write_key(w, "timestamp");
	rt_write_time(w, context->time);
	if (context->faults != NULL)
		write_faults(w, context->faults);
	rt_write_close_object(w);
}
