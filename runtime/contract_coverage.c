/* What of the contract the cases have seen, and what not. */
#include "runtime/contract_run.h"

/* A place of a request: seen with values that are valid and that are not. */
struct place {
	const struct contract_case *c;
	bool valid, invalid;
};

struct coverage {
	const struct contract_run *run;
	struct place *places; /* of an operation */
	size_t n_places;
	size_t places_all, places_both; /* of all operations */
	size_t keywords;
	size_t answers, answers_seen;
};

static bool
is_about(const struct contract_result *r, const struct rt_op *op)
{
	return r->skipped.p == NULL &&
	    rt_str_is(contract_operation(r->c), op->id);
}

static struct place *
find_place(struct coverage *v, const struct contract_case *c)
{
	for (size_t i = 0; i < v->n_places; i++) {
		if (v->places[i].c->in == c->in &&
		    strcmp(v->places[i].c->place, c->place) == 0)
			return &v->places[i];
	}
	v->places[v->n_places] = (struct place){.c = c};
	return &v->places[v->n_places++];
}

/* A name for a member that must not be there is no place of its own. */
static bool
has_place(const struct contract_case *c)
{
	return c->in != 0 && c->keyword != NULL &&
	    strcmp(c->keyword, "additionalProperties") != 0;
}

static size_t
collect_places(struct coverage *v, const struct rt_op *op)
{
	size_t cases = 0;

	v->n_places = 0;
	for (size_t i = 0; i < v->run->n; i++) {
		const struct contract_result *r = &v->run->results[i];
		struct place *p;

		if (!is_about(r, op))
			continue;
		cases++;
		v->keywords += r->c->in != 0 && !r->c->valid;
		if (!has_place(r->c))
			continue;
		p = find_place(v, r->c);
		p->valid = p->valid || r->c->valid;
		p->invalid = p->invalid || !r->c->valid;
	}
	return cases;
}

static bool
was_answered(const struct coverage *v, const struct rt_op *op,
    const struct rt_answer *answer)
{
	for (size_t i = 0; i < v->run->n; i++) {
		const struct contract_result *r = &v->run->results[i];

		if (is_about(r, op) && r->status != 0 &&
		    rt_op_answer(op, r->status) == answer)
			return true;
	}
	return false;
}

/* "404", "4XX" or "default", as a contract has it. */
static void
print_status(int status)
{
	if (status == 0)
		printf("default");
	else if (status < 100)
		printf("%dXX", status);
	else
		printf("%d", status);
}

static void
print_answers(struct coverage *v, const struct rt_op *op)
{
	for (unsigned i = 0; i < op->n_answers; i++) {
		const struct rt_answer *a = &op->answers[i];
		bool seen = was_answered(v, op, a);

		v->answers++;
		v->answers_seen += seen;
		printf(seen ? " " : " (");
		print_status(a->status);
		printf(seen ? "" : ")");
	}
	printf("\n");
}

static void
print_one_sided(const struct coverage *v)
{
	static const char *const names[] = {"", "body", "path", "query",
	    "header", "cookie"};

	for (size_t i = 0; i < v->n_places; i++) {
		const struct place *p = &v->places[i];

		if (p->valid && p->invalid)
			continue;
		printf("    %s \"%s\": only %s values\n", names[p->c->in],
		    p->c->place, p->valid ? "valid" : "invalid");
	}
}

static void
cover_operation(struct coverage *v, const struct rt_op *op)
{
	size_t cases = collect_places(v, op);

	printf("%-24s %5zu cases, answers", op->id, cases);
	print_answers(v, op);
	print_one_sided(v);
	v->places_all += v->n_places;
	for (size_t i = 0; i < v->n_places; i++)
		v->places_both += v->places[i].valid && v->places[i].invalid;
}

void
contract_coverage(const struct contract_run *run)
{
	struct coverage v = {.run = run};
	const struct rt_api *api = run->api;

	v.places = rt_arena_array(run->arena, run->n + 1, sizeof(*v.places));
	printf("Coverage; answers in parentheses were never given:\n");
	for (unsigned i = 0; i < api->n_ops; i++)
		cover_operation(&v, api->ops[i]);
	printf(
	    "%u operations; %zu of %zu answers; %zu of %zu places with valid "
	    "and invalid values; %zu faults\n\n",
	    api->n_ops, v.answers_seen, v.answers, v.places_both, v.places_all,
	    v.keywords);
}
