/*
 * What every answer must be, whatever the case: the oracles of the contract
 * tests.
 */
#include "runtime/content.h"
#include "runtime/contract_run.h"
#include "runtime/header.h"

struct rt_str
contract_header(const struct contract_answer *answer, const char *name)
{
	return rt_headers_get(&answer->headers, rt_str(name));
}

void
contract_fail(struct contract_run *run, struct contract_result *r,
    const char *fmt, ...)
{
	va_list ap;

	if (r->n_failures == CONTRACT_FAILURES_MAX)
		return;
	va_start(ap, fmt);
	r->failures[r->n_failures++] = rt_arena_vprintf(run->arena, fmt, ap);
	va_end(ap);
}

/* The media type of an answer, and what declares it. */
struct judged {
	struct rt_media media;
	const struct rt_content *content; /* NULL: nothing does */
};

/* --- The status --- */

/* Statuses that any operation may answer though no contract lists them. */
static bool
is_transport_status(int status)
{
	static const int statuses[] = {400, 404, 405, 406, 408, 411, 413, 414,
	    415, 417, 429, 431, 500, 501, 503, 505};

	for (size_t i = 0; i < RT_LEN(statuses); i++) {
		if (statuses[i] == status)
			return true;
	}
	return false;
}

/* The runtime's own refusals, of operations that somebody must be known to. */
static bool
is_refusal(const struct rt_op *op, int status)
{
	return op->security != NULL && (status == 401 || status == 403);
}

static const struct rt_answer *
find_declared(const struct contract_case *c, int status)
{
	return c->op == NULL ? NULL : rt_op_answer(c->op, status);
}

/* What a case asks for: nothing in particular is 0. */
static int
expected_status(const struct contract_run *run, const struct contract_case *c)
{
	/* Who sees that nothing has an id is the handler. */
	bool handled = c->op != NULL &&
	    (c->valid || c->status == 0 || c->status == 404 ||
		c->message != NULL);

	return run->options->drafts && handled ? 501 : c->status;
}

static void
judge_status(struct contract_run *run, struct contract_result *r,
    const struct contract_answer *answer)
{
	const struct contract_case *c = r->c;
	const struct rt_answer *declared = find_declared(c, answer->status);
	int expected = expected_status(run, c);

	if (expected != 0 && answer->status != expected) {
		contract_fail(run, r,
		    "answered %d, expected %d because %s%s%s%s", answer->status,
		    expected, c->why,
		    c->keyword != NULL && !c->valid ? " (" : "",
		    c->keyword != NULL && !c->valid ? c->keyword : "",
		    c->keyword != NULL && !c->valid ? ")" : "");
		return;
	}
	if (expected != 0 && c->status == 0)
		return;
	if (c->status == 0 && answer->status >= 500)
		contract_fail(run, r, "answered %d to a request in which %s",
		    answer->status, c->why);
	else if (c->status == 0 && declared == NULL)
		contract_fail(run, r,
		    "answered %d, which is not declared, to a request in "
		    "which %s",
		    answer->status, c->why);
	else if (c->op != NULL && declared == NULL &&
	    !is_transport_status(answer->status) &&
	    !is_refusal(c->op, answer->status))
		contract_fail(run, r, "answered %d, which is not declared",
		    answer->status);
}

/* --- Headers --- */

static bool
lists_method(struct rt_str list, struct rt_str method)
{
	while (list.p != NULL) {
		if (rt_str_eq(rt_str_trim(rt_str_cut(&list, ',')), method))
			return true;
	}
	return false;
}

/* Whether each method of one list is in the other. */
static bool
is_within(struct rt_str list, struct rt_str other)
{
	while (list.p != NULL) {
		struct rt_str method = rt_str_trim(rt_str_cut(&list, ','));

		if (!lists_method(other, method))
			return false;
	}
	return true;
}

static void
judge_allow(struct contract_run *run, struct contract_result *r,
    const struct contract_answer *answer)
{
	struct rt_str allow = contract_header(answer, "Allow");
	struct rt_str expected = rt_str(r->c->allow);

	if (allow.p == NULL)
		contract_fail(run, r, "the answer %d has no Allow",
		    answer->status);
	else if (expected.p != NULL &&
	    (!is_within(allow, expected) || !is_within(expected, allow)))
		contract_fail(run, r, "Allow is \"%.*s\", expected \"%s\"",
		    RT_FMT(allow), r->c->allow);
}

static void
judge_request_id(struct contract_run *run, struct contract_result *r,
    const struct contract_answer *answer)
{
	struct rt_str sent = contract_request_id(run->scratch, r->c);
	struct rt_str got = contract_header(answer, "X-Request-ID");

	if (got.p == NULL)
		contract_fail(run, r, "the answer has no X-Request-ID");
	else if (!rt_str_eq(sent, got))
		contract_fail(run, r, "X-Request-ID is \"%.*s\", sent \"%.*s\"",
		    RT_FMT(got), RT_FMT(sent));
}

static void
judge_general_headers(struct contract_run *run, struct contract_result *r,
    const struct contract_answer *answer)
{
	judge_request_id(run, r, answer);
	if (answer->status == 401 &&
	    contract_header(answer, "WWW-Authenticate").n == 0)
		contract_fail(run, r, "the answer 401 has no WWW-Authenticate");
	if (answer->status == 405 || r->c->allow != NULL)
		judge_allow(run, r, answer);
	if ((answer->status == 503 || answer->status == 429) &&
	    contract_header(answer, "Retry-After").n == 0)
		contract_fail(run, r, "the answer %d has no Retry-After",
		    answer->status);
	if (!answer->has_length && !answer->chunked && answer->status != 101 &&
	    answer->status != 204 && answer->status != 304)
		contract_fail(run, r, "the answer has no Content-Length");
	if (answer->status == 204 && answer->has_length &&
	    !rt_str_is(contract_header(answer, "Content-Length"), "0"))
		contract_fail(run, r, "the answer 204 has a body");
}

/* The first fault of a check, as a sentence. */
static void
fail_check(struct contract_run *run, struct contract_result *r,
    const char *what, const struct rt_check *check)
{
	const struct rt_fault *f = &check->faults[0];

	contract_fail(run, r, "%s breaks its schema at \"%.*s\": %.*s (%s)",
	    what, RT_FMT(f->pointer), RT_FMT(f->message), f->keyword);
}

static void
judge_declared_header(struct contract_run *run, struct contract_result *r,
    const struct contract_answer *answer, const struct rt_answer_header *h)
{
	struct rt_str value = contract_header(answer, h->name);
	struct rt_check check = {
	    .arena = run->scratch,
	    .patterns = run->patterns,
	    .in = RT_IN_HEADER,
	    .name = h->name,
	};
	const char *why;

	if (value.p == NULL) {
		if (h->required)
			contract_fail(run, r,
			    "the answer %d lacks the required header %s",
			    answer->status, h->name);
		return;
	}
	if (h->check == NULL)
		return;
	check.root = rt_header_node(run->scratch, h, value, &why);
	if (check.root == NULL) {
		contract_fail(run, r, "the header %s %s", h->name, why);
		return;
	}
	h->check(&check, check.root);
	if (check.n > 0)
		fail_check(run, r, h->name, &check);
}

/* --- The body --- */

static const struct rt_node *
parse_body(struct contract_run *run, struct contract_result *r,
    const struct contract_answer *answer)
{
	struct rt_json_error err;
	const struct rt_node *root = rt_json_parse(run->scratch, answer->body,
	    &rt_json_default_limits, &err);

	if (root == NULL)
		contract_fail(run, r, "the body is no JSON: byte %zu: %.*s",
		    err.offset, RT_FMT(err.text));
	return root;
}

static void
check_body(struct contract_run *run, struct contract_result *r, rt_check_fn *fn,
    const struct rt_node *root)
{
	struct rt_check check = {
	    .arena = run->scratch,
	    .patterns = run->patterns,
	    .in = RT_IN_BODY,
	    .root = root,
	};

	if (fn == NULL)
		return;
	fn(&check, root);
	if (check.n > 0)
		fail_check(run, r, "the body", &check);
}

/* The media types of an answer, for a message. */
static struct rt_str
contents_text(struct contract_run *run, const struct rt_content *c)
{
	struct rt_buf b = rt_buf(run->scratch, SIZE_MAX);

	for (const struct rt_content *v = c; v->media != NULL; v++)
		rt_buf_printf(&b, "%s%s", v == c ? "" : ", ", v->media);
	return rt_buf_str(&b);
}

/* Whether Content-Type is one that is declared, and which; with no declaration,
 * any. */
static bool
judge_media(struct contract_run *run, struct contract_result *r,
    const struct contract_answer *answer, const struct rt_answer *declared,
    struct judged *out)
{
	struct rt_str type = contract_header(answer, "Content-Type");

	if (declared != NULL && declared->contents == NULL) {
		if (answer->body.n > 0)
			contract_fail(run, r,
			    "the answer %d has a body, which is not declared",
			    answer->status);
		return false;
	}
	if (type.p == NULL && declared == NULL && answer->body.n == 0)
		return false;
	if (type.p == NULL || !rt_media_parse(type, &out->media)) {
		contract_fail(run, r, "Content-Type is missing or malformed");
		return false;
	}
	if (declared == NULL)
		return true;
	out->content = rt_content_find(declared->contents, &out->media);
	if (out->content == NULL)
		contract_fail(run, r, "Content-Type is %.*s, declared is %.*s",
		    RT_FMT(type),
		    RT_FMT(contents_text(run, declared->contents)));
	return out->content != NULL;
}

static void
judge_body(struct contract_run *run, struct contract_result *r,
    const struct contract_answer *answer, const struct rt_answer *declared)
{
	const struct rt_node *root = NULL;
	struct judged judged = {.content = NULL};
	bool json = judge_media(run, r, answer, declared, &judged) &&
	    rt_media_is_json(&judged.media);

	if (strcmp(contract_method(r->c), "HEAD") == 0)
		return;
	if (json)
		root = parse_body(run, r, answer);
	if (root != NULL && judged.content != NULL)
		check_body(run, r, judged.content->check, root);
	if (answer->status >= 400 &&
	    (declared == NULL || declared->contents == NULL || !json ||
		rt_media_covers("application/problem+json", &judged.media)))
		contract_judge_problem(run, r, answer, root);
}

/*
 * Whether the runtime has refused by itself: that is a problem (RFC 9457),
 * whatever form the contract declares for errors.
 */
static bool
is_own_refusal(const struct contract_answer *answer,
    const struct rt_answer *declared)
{
	struct rt_media media;

	return answer->status >= 400 &&
	    rt_media_parse(contract_header(answer, "Content-Type"), &media) &&
	    rt_media_covers("application/problem+json", &media) &&
	    rt_content_find(declared->contents, &media) == NULL;
}

void
contract_judge(struct contract_run *run, struct contract_result *r,
    const struct contract_answer *answer)
{
	const struct rt_answer *declared = find_declared(r->c, answer->status);
	const struct rt_answer_header *h;

	r->status = answer->status;
	judge_status(run, r, answer);
	judge_general_headers(run, r, answer);
	if (declared != NULL && is_own_refusal(answer, declared))
		declared = NULL;
	h = declared == NULL ? NULL : declared->headers;
	for (; h != NULL && h->name != NULL; h++)
		judge_declared_header(run, r, answer, h);
	judge_body(run, r, answer, declared);
}
