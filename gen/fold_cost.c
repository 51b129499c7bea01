/* What breaking a line of C before each token costs; see fold.h. */
#include "gen/fold.h"

/* --- expressions: where each begins and ends --- */

struct parser {
	struct fold_token *v;
	size_t n;
	size_t at;
};

static void parse(struct parser *, int prec);

/* The precedence of the operator that p stands before; -1 for none. */
static int
current_prec(const struct parser *p)
{
	const struct fold_token *t = &p->v[p->at];

	if (p->at == p->n)
		return -1;
	switch (t->kind) {
	case FOLD_CONDITIONAL:
		return FOLD_PREC_CONDITIONAL;
	case FOLD_SEMI:
		return FOLD_PREC_NONE;
	case FOLD_BINARY:
	case FOLD_COMMA:
		return (int)t->prec;
	case FOLD_MEMBER:
	case FOLD_DESIGNATOR:
		return FOLD_PREC_MEMBER;
	default:
		return -1;
	}
}

/* Notes an expression from `start` up to where p stands. */
static void
add_expression(struct parser *p, size_t start, enum fold_prec prec)
{
	struct fold_token *t = &p->v[start];

	if (start == p->n || t->n_opens == FOLD_OPENS_MAX)
		return;
	t->opens[t->n_opens++] = prec;
	/* At the end of the line nothing needs to be closed. */
	if (p->at == p->n || p->at == 0)
		return;
	p->v[p->at - 1].closes++;
	if (prec != FOLD_PREC_NONE)
		p->v[p->at - 1].ends_binary = true;
}

static void
parse_unary(struct parser *p)
{
	size_t start = p->at, end;

	while (p->at < p->n && p->v[p->at].kind == FOLD_UNARY)
		p->at++;
	end = p->at;
	parse(p, FOLD_PREC_MEMBER);
	while (end > start)
		add_expression(p, --end, FOLD_PREC_NONE);
}

static void
parse_conditional(struct parser *p)
{
	size_t start = p->at;

	parse(p, FOLD_PREC_LOGICAL_OR);
	if (p->at == p->n || !fold_is(&p->v[p->at], '?'))
		return;
	p->at++;
	parse(p, FOLD_PREC_ASSIGN);
	if (p->at == p->n || p->v[p->at].kind != FOLD_CONDITIONAL)
		return;
	p->at++;
	parse(p, FOLD_PREC_ASSIGN);
	add_expression(p, start, FOLD_PREC_CONDITIONAL);
}

static void
parse_brackets(struct parser *p)
{
	while (p->at < p->n && p->v[p->at].kind != FOLD_CLOSE) {
		p->at++;
		parse(p, FOLD_PREC_NONE);
	}
	if (p->at < p->n)
		p->at++;
}

/* Whether an expression of operators that bind like `prec` ends here. */
static bool
ends_here(const struct parser *p, int prec)
{
	const struct fold_token *t = &p->v[p->at];
	int now = current_prec(p);

	if (p->at == p->n)
		return true;
	/* A '}' at the start of the line has no partner. */
	if (t->kind == FOLD_CLOSE && p->at > 0)
		return true;
	return (now != -1 && now < prec) ||
	    (prec == FOLD_PREC_ASSIGN && t->kind == FOLD_CONDITIONAL &&
		fold_is(t, ':'));
}

/* Parses operands and the operators of one precedence between them. */
static void
parse_operators(struct parser *p, int prec)
{
	size_t start = p->at, latest = p->n;

	while (p->at < p->n) {
		parse(p, prec + 1);
		if (ends_here(p, prec))
			break;
		if (p->v[p->at].kind == FOLD_OPEN) {
			parse_brackets(p);
			continue;
		}
		if (current_prec(p) == prec) {
			if (latest != p->n)
				p->v[latest].next_operator = p->at;
			latest = p->at;
		}
		p->at++;
	}
	if (latest == p->n || (p->at == p->n && prec == FOLD_PREC_NONE))
		return;
	add_expression(p, start,
	    prec == FOLD_PREC_MEMBER ? FOLD_PREC_NONE : (enum fold_prec)prec);
}

static void
parse(struct parser *p, int prec)
{
	while (p->at < p->n && rt_str_is(p->v[p->at].text, "return"))
		p->at++;
	if (p->at == p->n || prec > FOLD_PREC_MEMBER)
		return;
	if (prec == FOLD_PREC_CONDITIONAL)
		parse_conditional(p);
	else if (prec == FOLD_PREC_UNARY)
		parse_unary(p);
	else
		parse_operators(p, prec);
}

/* --- where a line may begin --- */

static bool
follows_for_or_if(const struct fold_line *line, size_t i)
{
	return i > 0 &&
	    (rt_str_is(line->v[i - 1].text, "for") ||
		rt_str_is(line->v[i - 1].text, "if") ||
		rt_str_is(line->v[i - 1].text, "while"));
}

/* Whether the token before i is a '(' behind which nothing may break. */
static bool
is_glued(const struct fold_line *line, size_t i)
{
	const struct fold_token *left = &line->v[i - 1];

	return fold_is(left, '(') && i > 1 &&
	    (left[-1].kind == FOLD_BINARY || left[-1].is_cast);
}

static bool
can_break(const struct fold_line *line, size_t i)
{
	const struct fold_token *right = &line->v[i], *left = right - 1;

	if (right->is_name || right->kind == FOLD_CONDITIONAL ||
	    (right->kind == FOLD_POINTER && left->kind == FOLD_WORD))
		return true;
	if (left->kind == FOLD_CONDITIONAL)
		return false;
	if (left->kind == FOLD_BINARY)
		return true;
	if (right->kind == FOLD_CLOSE || is_glued(line, i))
		return false;
	if (left->kind == FOLD_COMMA || left->kind == FOLD_SEMI ||
	    fold_is(left, '{') || fold_is(left, '('))
		return true;
	if (right->kind == FOLD_MEMBER || fold_is(right, '['))
		return true;
	return fold_is(left, ')') && right->kind == FOLD_WORD;
}

/* A list that ends in a comma has its braces on lines of their own. */
static bool
must_break(const struct fold_line *line, size_t i)
{
	const struct fold_token *right = &line->v[i], *left = right - 1;

	return (fold_is(left, '{') && left->ends_in_comma) ||
	    (fold_is(right, '}') && left->kind == FOLD_COMMA);
}

/* --- what it costs --- */

static unsigned
name_cost(const struct fold_token *right)
{
	if (right[-1].is_name)
		return 110;
	return right->is_function ? 60 : 200;
}

/* A call in the middle of a chain may well begin a line. */
static unsigned
member_cost(const struct fold_line *line, const struct fold_token *right)
{
	size_t next = right->next_operator;

	return next == 0 || line->v[next - 1].kind != FOLD_CLOSE ? 150 : 35;
}

static unsigned
open_cost(const struct fold_line *line, size_t i)
{
	const struct fold_token *left = &line->v[i - 1];

	if (fold_is(left, '(') && follows_for_or_if(line, i - 1) &&
	    !rt_str_is(left[-1].text, "while"))
		return 1000;
	return left->params <= 1 ? 0 : 19;
}

static unsigned
operator_cost(const struct fold_token *left, const struct fold_token *right)
{
	enum fold_prec prec = left->prec;

	if (prec == FOLD_PREC_NONE)
		prec = right->prec;
	if (prec == FOLD_PREC_ASSIGN)
		return 2;
	if (prec == FOLD_PREC_NONE || prec == FOLD_PREC_MEMBER ||
	    prec == FOLD_PREC_UNARY)
		return 3;
	return (unsigned)prec;
}

/* The cost of a line that begins with token i, apart from its nesting. */
static unsigned
cost(const struct fold_line *line, size_t i)
{
	const struct fold_token *right = &line->v[i], *left = right - 1;

	if (left->kind == FOLD_SEMI)
		return 0;
	if (fold_is(right, '[') && fold_is(left, ']'))
		return 200;
	if (fold_is(right, '[') && left->kind != FOLD_COMMA &&
	    left->kind != FOLD_OPEN)
		return 500;
	if (right->is_name)
		return name_cost(right);
	if (right->kind == FOLD_POINTER)
		return 190;
	if (fold_is(left, '=') && fold_is(right, '{'))
		return 160;
	if (left->is_cast)
		return 100;
	if (right->kind == FOLD_MEMBER)
		return member_cost(line, right);
	if (fold_is(left, '=') && rt_str_is(line->v[0].text, "for"))
		return 4;
	if (left->kind == FOLD_OPEN)
		return open_cost(line, i);
	if (left->kind == FOLD_COMMA)
		return 1;
	return operator_cost(left, right);
}

void
fold_cost(struct fold_line *line)
{
	struct parser p = {line->v, line->n, 0};
	unsigned strength = 1 + line->outer;

	parse(&p, FOLD_PREC_NONE);
	for (size_t i = 0; i < line->n; i++) {
		struct fold_token *t = &line->v[i];

		t->must_break = i > 0 && must_break(line, i);
		t->can_break = t->must_break || (i > 0 && can_break(line, i));
		if (i > 0)
			t->penalty = 20 * strength + cost(line, i);
		if (t->kind == FOLD_OPEN)
			strength += fold_is(t, '[') ? 10 : 1;
		else if (t->kind == FOLD_CLOSE && i > 0)
			strength -=
			    line->v[t->partner].text.p[0] == '[' ? 10 : 1;
	}
}
