/* Error answers (RFC 9457), and whether they name the fault that was made. */
#include "runtime/contract_run.h"

static struct rt_str
member_text(const struct rt_node *v, const char *name)
{
	const struct rt_node *member = rt_node_get(v, name);

	return member == NULL || member->type != RT_STRING
	    ? (struct rt_str){NULL, 0}
	    : rt_node_str(member);
}

static void
judge_members(struct contract_run *run, struct contract_result *r,
    const struct contract_answer *answer, const struct rt_node *root)
{
	static const char *const texts[] = {"type", "title", "code",
	    "trace_id"};
	const struct rt_node *status = rt_node_get(root, "status");
	struct rt_str code = member_text(root, "code");
	struct rt_str sent = contract_header(answer, "X-Error-Code");

	for (size_t i = 0; i < RT_LEN(texts); i++) {
		if (member_text(root, texts[i]).n == 0)
			contract_fail(run, r, "the problem has no %s",
			    texts[i]);
	}
	if (status == NULL || status->type != RT_NUMBER ||
	    rt_decimal_int(rt_node_str(status)) != answer->status)
		contract_fail(run, r,
		    "the problem's status is not that of the answer, %d",
		    answer->status);
	if (sent.p != NULL && !rt_str_eq(code, sent))
		contract_fail(run, r,
		    "X-Error-Code is \"%.*s\", the problem's code \"%.*s\"",
		    RT_FMT(sent), RT_FMT(code));
}

static const char *
in_name(enum rt_in in)
{
	static const char *const names[] = {"", "body", "path", "query",
	    "header", "cookie"};

	return names[in];
}

static bool
is_expected(const struct contract_case *c, const struct rt_node *error)
{
	const char *place = c->in == RT_IN_BODY ? "pointer" : "name";

	return rt_str_is(member_text(error, "in"), in_name(c->in)) &&
	    rt_str_is(member_text(error, "keyword"), c->keyword) &&
	    member_text(error, place).p != NULL &&
	    rt_str_is(member_text(error, place), c->place);
}

/* "body /name minLength, body /age type", for a message. */
static struct rt_str
list_errors(struct rt_arena *arena, const struct rt_node *errors)
{
	struct rt_buf b = rt_buf(arena, 4096);
	struct rt_items i = rt_items(errors);

	while (rt_items_next(&i)) {
		struct rt_str place = member_text(i.value, "pointer");

		if (place.p == NULL)
			place = member_text(i.value, "name");
		rt_buf_printf(&b, "%s%.*s \"%.*s\" %.*s", b.n > 0 ? ", " : "",
		    RT_FMT(member_text(i.value, "in")), RT_FMT(place),
		    RT_FMT(member_text(i.value, "keyword")));
	}
	return b.n == 0 ? RT_LIT("nothing") : rt_buf_str(&b);
}

/* Exactly the fault of the case, or, where it can't be alone, among others. */
static void
judge_fault(struct contract_run *run, struct contract_result *r,
    const struct rt_node *errors)
{
	const struct contract_case *c = r->c;
	struct rt_items i =
	    errors == NULL ? (struct rt_items){0} : rt_items(errors);
	size_t n = 0, expected = 0;

	while (rt_items_next(&i)) {
		n++;
		expected += is_expected(c, i.value);
	}
	/* Among others can be one of the same keyword: of another part of an
	 * allOf. */
	if (c->among ? expected > 0 : expected == 1 && n == 1)
		return;
	contract_fail(run, r, "the problem names %.*s, expected %s \"%s\" %s%s",
	    RT_FMT(errors == NULL ? RT_LIT("nothing")
				  : list_errors(run->scratch, errors)),
	    in_name(c->in), c->place, c->keyword,
	    c->among ? " among others" : " and nothing else");
}

void
contract_judge_problem(struct contract_run *run, struct contract_result *r,
    const struct contract_answer *answer, const struct rt_node *root)
{
	const struct contract_case *c = r->c;
	const struct rt_node *errors;

	if (root == NULL || root->type != RT_OBJECT) {
		contract_fail(run, r, "the answer %d is no problem document",
		    answer->status);
		return;
	}
	judge_members(run, r, answer, root);
	errors = rt_node_get(root, "errors");
	if (!c->valid && c->keyword != NULL && answer->status == c->status)
		judge_fault(run, r, errors);
	/* A valid value may meet a rule of the handler, but no check. */
	if (c->valid && c->status == 0 && c->op != NULL && errors != NULL &&
	    answer->status == c->op->invalid_status && errors->n > 0)
		contract_fail(run, r,
		    "answered %d for %.*s, but the request is valid: %s",
		    answer->status, RT_FMT(list_errors(run->scratch, errors)),
		    c->why);
}
