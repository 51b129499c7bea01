/* What may follow a place between two tokens, and its cost; see
 * fold_state.h. */
#include "gen/fold_state.h"

enum {
	EXCESS_COST = 1000 * 1000, /* of each column past the last */
	FIRST_BREAK_COST = 15, /* in a level */
};

static struct fold_level *
top(struct fold_state *s)
{
	return &s->levels[s->depth - 1];
}

/* --- where a new line begins --- */

static uint32_t
larger(uint32_t a, uint32_t b)
{
	return a > b ? a : b;
}

static uint32_t
new_column(const struct fold_line *line, struct fold_state *s)
{
	const struct fold_token *now = &line->v[s->token], *left = now - 1;
	const struct fold_level *l = top(s);
	uint32_t further = larger(l->last_space, l->indent) + FOLD_INDENT;

	/* The list of a definition at file scope closes at the margin. */
	if (fold_is(now, '}') && now->nesting == 1 && line->indent == 0)
		return 0;
	if (fold_is(now, '}') && s->depth > 1)
		return s->levels[s->depth - 2].last_space;
	if (now->kind == FOLD_MEMBER)
		return l->members == 0 ? further : l->members;
	if (l->question != 0 && now->kind == FOLD_CONDITIONAL &&
	    fold_is(now, ':'))
		return l->question;
	if ((now->is_name && !now->is_function) || now->kind == FOLD_POINTER ||
	    fold_is(left, '=') ||
	    (fold_is(now, '[') && left->kind != FOLD_COMMA &&
		left->kind != FOLD_OPEN))
		return further;
	if (fold_is(left, ')') && now->kind != FOLD_BINARY &&
	    now->kind != FOLD_CONDITIONAL && !fold_is(now, ':'))
		return further;
	if (l->indent == line->indent && line->outer == 0 && !now->is_function)
		return l->indent + FOLD_INDENT;
	return l->indent;
}

/* --- whether a line may or has to begin --- */

static bool
may_break(const struct fold_line *line, struct fold_state *s)
{
	const struct fold_token *now = &line->v[s->token], *left = now - 1;
	const struct fold_level *l = top(s);

	if (!now->can_break)
		return false;
	/* The first item of a nested list stays behind its '{'. */
	if (!now->must_break && left->is_init && s->token >= 2 &&
	    (left[-1].kind == FOLD_COMMA || fold_is(left - 1, '(') ||
		fold_is(left - 1, '{')))
		return false;
	/* A call is not hidden behind the end of another one's items. */
	if (left->kind == FOLD_OPEN && s->least_nesting < s->line_nesting &&
	    s->least_nesting < now->nesting)
		return false;
	if (l->no_break_in_operand && now->kind != FOLD_BINARY &&
	    now->kind != FOLD_COMMA)
		return false;
	return !l->no_break;
}

/* Where the left side of an operator was broken, its right side begins a
 * line, or it would look like a part of the left one's last line.  A
 * comparison does so only when its left side has operators itself. */
static bool
is_behind_broken(const struct fold_token *now)
{
	const struct fold_token *left = now - 1;

	if (left->kind != FOLD_BINARY || left->prec == FOLD_PREC_ASSIGN)
		return false;
	if (left->prec != FOLD_PREC_RELATION && left->prec != FOLD_PREC_EQUAL)
		return true;
	return left[-1].ends_binary;
}

static bool
has_to_break(const struct fold_line *line, struct fold_state *s)
{
	const struct fold_token *now = &line->v[s->token], *left = now - 1;

	if (now->must_break)
		return true;
	if (!top(s)->break_items)
		return false;
	if (left->kind == FOLD_COMMA || left->kind == FOLD_SEMI ||
	    (now->kind == FOLD_CONDITIONAL && !fold_is(left, '?')))
		return now->kind != FOLD_CLOSE;
	return is_behind_broken(now);
}

/* --- putting a token --- */

static unsigned
put_on_new_line(const struct fold_line *line, struct fold_state *s)
{
	const struct fold_token *now = &line->v[s->token], *left = now - 1;
	struct fold_level *l = top(s);
	unsigned cost = now->penalty;

	if (!l->has_break)
		cost += FIRST_BREAK_COST;
	l->has_break = true;
	s->column = new_column(line, s);
	if (now->kind == FOLD_MEMBER && l->members == 0)
		l->members = s->column;
	if (((left->kind == FOLD_COMMA || left->kind == FOLD_SEMI) &&
		!l->one_per_line) ||
	    left->kind == FOLD_BINARY)
		l->break_items = false;
	if (fold_is(now, '?') || fold_is(left, '?'))
		l->break_items = true;
	l->last_space = s->column;
	s->line_nesting = s->least_nesting = now->nesting;
	for (uint32_t i = 0; i + 1 < s->depth; i++)
		s->levels[i].break_items = true;
	if (left->kind != FOLD_COMMA && left->kind != FOLD_SEMI &&
	    left->kind != FOLD_BINARY && left->kind != FOLD_OPEN &&
	    !fold_is(left, ':'))
		l->break_items = true;
	if (l->one_per_line)
		l->break_items = true;
	return cost;
}

/* An operand behind an operator stays on its line as a whole. */
static bool
is_operand_behind(const struct fold_level *l, const struct fold_token *left)
{
	if (left->kind == FOLD_COMMA)
		return true;
	if (left->kind == FOLD_CONDITIONAL)
		return fold_is(left, ':') && l->stays;
	return left->kind == FOLD_BINARY && left->prec != FOLD_PREC_ASSIGN &&
	    left->prec != FOLD_PREC_RELATION;
}

static bool
has_trailing_member(const struct fold_line *line, const struct fold_token *open)
{
	return open->partner > 0 && open->partner + 1 < line->n &&
	    line->v[open->partner + 1].kind == FOLD_MEMBER;
}

static void
put_on_same_line(const struct fold_line *line, struct fold_state *s)
{
	const struct fold_token *now = &line->v[s->token], *left = now - 1;
	struct fold_level *l = top(s);

	if (l->one_per_line && left->kind == FOLD_COMMA)
		l->no_break = true;
	if (now->kind == FOLD_MEMBER && fold_is(left, ')') &&
	    now - line->v - (ptrdiff_t)left->partner > 4)
		l->no_break = true;
	if (is_operand_behind(l, left))
		l->no_break_in_operand = true;
	s->column += now->space;
	if (fold_is(left, '(') && s->token >= 2 &&
	    (rt_str_is(left[-1].text, "if") || rt_str_is(left[-1].text, "for")))
		l->last_space = s->column;
	else if (left->kind == FOLD_COMMA)
		l->last_space = s->column;
	else if ((left->kind == FOLD_BINARY &&
		     left->prec != FOLD_PREC_ASSIGN) ||
	    left->kind == FOLD_CONDITIONAL ||
	    (left->kind == FOLD_BINARY && now->n_opens > 0 &&
		now->opens[now->n_opens - 1] > FOLD_PREC_NONE))
		l->last_space = s->column;
	else if (left->kind == FOLD_OPEN && s->depth > 1 &&
	    has_trailing_member(line, left) &&
	    s->levels[s->depth - 2].members == 0)
		l->last_space = s->column;
}

/* --- levels --- */

static bool
push(struct fold_state *s, struct fold_level l)
{
	if (s->depth == FOLD_DEPTH_MAX)
		return false;
	s->levels[s->depth++] = l;
	return true;
}

/* Opens the expressions that begin at a token. */
static bool
open_expressions(const struct fold_line *line, struct fold_state *s)
{
	const struct fold_token *now = &line->v[s->token];
	const struct fold_token *left = s->token == 0 ? NULL : now - 1;
	bool is_return = left != NULL && rt_str_is(left->text, "return");
	bool indented = is_return ||
	    (left != NULL &&
		(left->kind == FOLD_OPEN || left->kind == FOLD_SEMI)) ||
	    (left == NULL && line->before == '{');

	for (unsigned i = now->n_opens; i > 0; i--) {
		enum fold_prec prec = now->opens[i - 1];
		struct fold_level l = *top(s);

		l.has_break = false;
		l.question = 0;
		l.stays = false;
		l.no_break = l.no_break || l.no_break_in_operand;
		if (prec > FOLD_PREC_COMMA)
			l.one_per_line = false;
		if (prec < FOLD_PREC_ASSIGN && (!is_return || prec > 0) &&
		    (prec != FOLD_PREC_COMMA || now->nesting == 0))
			l.indent =
			    larger(larger(s->column, l.indent), l.last_space);
		if (prec != FOLD_PREC_NONE)
			l.last_space = larger(l.last_space, s->column);
		if (prec == FOLD_PREC_CONDITIONAL ||
		    (!indented && prec > FOLD_PREC_ASSIGN))
			l.indent += FOLD_INDENT;
		if ((left != NULL && left->kind != FOLD_OPEN) ||
		    prec != FOLD_PREC_COMMA)
			l.break_items = false;
		if (!push(s, l))
			return false;
		indented = false;
	}
	return true;
}

static bool
open_bracket(const struct fold_line *line, struct fold_state *s)
{
	const struct fold_token *now = &line->v[s->token];
	const struct fold_level *up = top(s);
	struct fold_level l = {.last_space = up->last_space};

	if (now->kind != FOLD_OPEN)
		return true;
	l.indent = up->last_space + FOLD_INDENT;
	if (fold_is(now, '{')) {
		l.one_per_line = now->ends_in_comma ||
		    (now->params > 0 &&
			(now[1].kind == FOLD_DESIGNATOR ||
			    fold_is(now + 1, '[')));
		l.break_items = now->ends_in_comma;
	} else {
		l.indent = larger(up->last_space, up->call) + FOLD_INDENT;
	}
	l.no_break = up->no_break || up->no_break_in_operand;
	return push(s, l);
}

static void
pop(struct fold_state *s)
{
	if (s->depth > 1)
		s->depth--;
}

/* When the items of a list begin below a '{' that itself stands in the middle
 * of a line, nothing around the list is broken any more. */
static void
note_break(const struct fold_line *line, struct fold_state *s, bool is_break)
{
	const struct fold_token *left = &line->v[s->token - 1];

	if (left[1].kind == FOLD_CONDITIONAL)
		top(s)->stays = !is_break;
	if (fold_is(left, '{') && s->depth > 1) {
		struct fold_level *up = top(s) - 1;

		for (uint32_t i = 0;
		     up->has_inline && is_break && i + 1 < s->depth; i++)
			s->levels[i].no_break = true;
		up->has_inline = false;
	}
	if (left->kind == FOLD_COMMA || left->kind == FOLD_BINARY ||
	    left->kind == FOLD_CONDITIONAL || fold_is(left, '('))
		top(s)->has_inline =
		    !is_break && (!fold_is(left, '(') || left->params > 1);
}

/* Moves past the token, of which the column is known. */
static bool
move_past(const struct fold_line *line, struct fold_state *s)
{
	const struct fold_token *now = &line->v[s->token];
	struct fold_level *l = top(s);

	if (now->kind == FOLD_BINARY || now->kind == FOLD_COMMA)
		l->no_break_in_operand = false;
	if (fold_is(now, '?'))
		l->question = s->column;
	if (now->kind != FOLD_OPEN && now->kind != FOLD_CLOSE &&
	    now->kind != FOLD_POINTER && now->nesting < s->least_nesting)
		s->least_nesting = now->nesting;
	if (now->kind == FOLD_MEMBER)
		l->call = now->next_operator == 0 ? 0 : s->column;
	if (!open_expressions(line, s))
		return false;
	if (now->kind == FOLD_CLOSE)
		pop(s);
	if (!open_bracket(line, s))
		return false;
	for (unsigned i = 0; i < now->closes; i++)
		pop(s);
	s->column += now->width;
	s->token++;
	return true;
}

/* --- steps --- */

bool
fold_state_start(const struct fold_line *line, struct fold_state *s)
{
	bool listed = line->outer > 0;

	*s = (struct fold_state){.column = line->indent, .depth = 1};
	s->levels[0].indent = s->levels[0].last_space = line->indent;
	s->levels[0].one_per_line = s->levels[0].break_items = listed;
	return move_past(line, s);
}

bool
fold_state_step(const struct fold_line *line, struct fold_state *s,
    bool is_break, uint64_t *cost)
{
	if (is_break ? !may_break(line, s) : has_to_break(line, s))
		return false;
	if (is_break)
		*cost += put_on_new_line(line, s);
	else
		put_on_same_line(line, s);
	note_break(line, s, is_break);
	if (!move_past(line, s))
		return false;
	if (s->column > FOLD_COLUMNS)
		*cost += (uint64_t)EXCESS_COST * (s->column - FOLD_COLUMNS);
	return true;
}
