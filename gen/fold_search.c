/* The cheapest way to break a line of C; see fold.h. */
#include "gen/fold.h"

/*
 * A shortest path: a state is a place between two tokens with all that
 * decides about what follows, an edge puts the next token on the same line or
 * on a new one.
 */
enum {
	STATES_MAX = 100 * 1000,
	EXCESS_COST = 1000 * 1000, /* of each column past the last */
	FIRST_BREAK_COST = 15, /* in a level */
};

/* A bracket or an expression that is open. */
struct level {
	uint32_t indent; /* of lines that begin in it */
	uint32_t last_space; /* where its last item began */
	uint32_t members; /* column of the lines of a chain of members */
	uint32_t call; /* column of the first member of such a chain */
	uint32_t question; /* column of the '?' */
	bool has_break;
	bool break_items; /* every further item begins a line */
	bool one_per_line; /* as soon as one item begins a line, all do */
	bool no_break;
	bool no_break_in_operand;
	bool has_inline; /* its last item began behind an operator or item */
	bool stays; /* its last '?' or ':' does not begin a line */
	bool unused; /* no padding: states are compared as bytes */
};

struct state {
	uint32_t token;
	uint32_t column;
	uint32_t line_nesting; /* of the line's first token */
	uint32_t least_nesting; /* on the line */
	uint32_t depth;
	struct level levels[FOLD_DEPTH_MAX];
};

/* A state that was reached. */
struct node {
	const struct node *from;
	struct node *same_hash;
	uint64_t cost;
	uint32_t order;
	bool is_break; /* before the token that led here */
	struct state *state; /* only its open levels are there */
};

struct search {
	struct rt_arena *arena;
	const struct fold_line *line;
	struct node **heap;
	size_t n_heap;
	struct node **seen; /* by hash */
	size_t n_seen;
	size_t size_seen; /* a power of two */
	uint32_t n_nodes;
};

static struct level *
top(struct state *s)
{
	return &s->levels[s->depth - 1];
}

static size_t
state_size(const struct state *s)
{
	return offsetof(struct state, levels) + s->depth * sizeof(s->levels[0]);
}

/* --- where a new line begins --- */

static uint32_t
larger(uint32_t a, uint32_t b)
{
	return a > b ? a : b;
}

static uint32_t
new_column(const struct search *f, struct state *s)
{
	const struct fold_token *now = &f->line->v[s->token], *left = now - 1;
	const struct level *l = top(s);
	uint32_t further = larger(l->last_space, l->indent) + FOLD_INDENT;

	/* The list of a definition at file scope closes at the margin. */
	if (fold_is(now, '}') && now->nesting == 1 && f->line->indent == 0)
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
	if (l->indent == f->line->indent && f->line->outer == 0)
		return l->indent + FOLD_INDENT;
	return l->indent;
}

/* --- whether a line may or has to begin --- */

static bool
may_break(const struct search *f, struct state *s)
{
	const struct fold_token *now = &f->line->v[s->token], *left = now - 1;
	const struct level *l = top(s);

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
has_to_break(const struct search *f, struct state *s)
{
	const struct fold_token *now = &f->line->v[s->token], *left = now - 1;

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
put_on_new_line(const struct search *f, struct state *s)
{
	const struct fold_token *now = &f->line->v[s->token], *left = now - 1;
	struct level *l = top(s);
	unsigned cost = now->penalty;

	if (!l->has_break)
		cost += FIRST_BREAK_COST;
	l->has_break = true;
	s->column = new_column(f, s);
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
is_operand_behind(const struct level *l, const struct fold_token *left)
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
put_on_same_line(const struct search *f, struct state *s)
{
	const struct fold_token *now = &f->line->v[s->token], *left = now - 1;
	struct level *l = top(s);

	if (l->one_per_line && left->kind == FOLD_COMMA)
		l->no_break = true;
	if (now->kind == FOLD_MEMBER && fold_is(left, ')') &&
	    now - f->line->v - (ptrdiff_t)left->partner > 4)
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
	    has_trailing_member(f->line, left) &&
	    s->levels[s->depth - 2].members == 0)
		l->last_space = s->column;
}

/* --- levels --- */

static bool
push(struct state *s, struct level l)
{
	if (s->depth == FOLD_DEPTH_MAX)
		return false;
	s->levels[s->depth++] = l;
	return true;
}

/* Opens the expressions that begin at a token. */
static bool
open_expressions(const struct search *f, struct state *s)
{
	const struct fold_token *now = &f->line->v[s->token];
	const struct fold_token *left = s->token == 0 ? NULL : now - 1;
	bool is_return = left != NULL && rt_str_is(left->text, "return");
	bool indented = is_return ||
	    (left != NULL &&
		(left->kind == FOLD_OPEN || left->kind == FOLD_SEMI)) ||
	    (left == NULL && f->line->before == '{');

	for (unsigned i = now->n_opens; i > 0; i--) {
		enum fold_prec prec = now->opens[i - 1];
		struct level l = *top(s);

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
open_bracket(const struct search *f, struct state *s)
{
	const struct fold_token *now = &f->line->v[s->token];
	const struct level *up = top(s);
	struct level l = {.last_space = up->last_space};

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
pop(struct state *s)
{
	if (s->depth > 1)
		s->depth--;
}

/* When the items of a list begin below a '{' that itself stands in the middle
 * of a line, nothing around the list is broken any more. */
static void
note_break(const struct search *f, struct state *s, bool is_break)
{
	const struct fold_token *left = &f->line->v[s->token - 1];

	if (left[1].kind == FOLD_CONDITIONAL)
		top(s)->stays = !is_break;
	if (fold_is(left, '{') && s->depth > 1) {
		struct level *up = top(s) - 1;

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
move_past(const struct search *f, struct state *s)
{
	const struct fold_token *now = &f->line->v[s->token];
	struct level *l = top(s);

	if (now->kind == FOLD_BINARY || now->kind == FOLD_COMMA)
		l->no_break_in_operand = false;
	if (fold_is(now, '?'))
		l->question = s->column;
	if (now->kind != FOLD_OPEN && now->kind != FOLD_CLOSE &&
	    now->kind != FOLD_POINTER && now->nesting < s->least_nesting)
		s->least_nesting = now->nesting;
	if (now->kind == FOLD_MEMBER)
		l->call = now->next_operator == 0 ? 0 : s->column;
	if (!open_expressions(f, s))
		return false;
	if (now->kind == FOLD_CLOSE)
		pop(s);
	if (!open_bracket(f, s))
		return false;
	for (unsigned i = 0; i < now->closes; i++)
		pop(s);
	s->column += now->width;
	s->token++;
	return true;
}

/* --- the queue: a heap by cost, then by order --- */

static bool
is_before(const struct node *a, const struct node *b)
{
	return a->cost != b->cost ? a->cost < b->cost : a->order < b->order;
}

static void
heap_add(struct search *f, struct node *node)
{
	size_t i = f->n_heap++;

	while (i > 0 && is_before(node, f->heap[(i - 1) / 2])) {
		f->heap[i] = f->heap[(i - 1) / 2];
		i = (i - 1) / 2;
	}
	f->heap[i] = node;
}

static struct node *
heap_take(struct search *f)
{
	struct node *first = f->heap[0], *last = f->heap[--f->n_heap];
	size_t i = 0;

	for (;;) {
		size_t child = 2 * i + 1;

		if (child + 1 < f->n_heap &&
		    is_before(f->heap[child + 1], f->heap[child]))
			child++;
		if (child >= f->n_heap || is_before(last, f->heap[child]))
			break;
		f->heap[i] = f->heap[child];
		i = child;
	}
	f->heap[i] = last;
	return first;
}

/* --- the states that were left already --- */

static bool
same_state(const struct state *a, const struct state *b)
{
	return a->depth == b->depth && memcmp(a, b, state_size(a)) == 0;
}

static struct node **
bucket(struct search *f, const struct state *s)
{
	uint64_t hash =
	    rt_str_hash((struct rt_str){(const char *)s, state_size(s)});

	return &f->seen[hash & (f->size_seen - 1)];
}

static void
grow_seen(struct search *f)
{
	struct node **old = f->seen;
	size_t n = f->size_seen;

	f->size_seen = n == 0 ? 256 : 4 * n;
	f->seen = rt_arena_array(f->arena, f->size_seen, sizeof(*f->seen));
	for (size_t i = 0; i < n; i++) {
		for (struct node *next, *x = old[i]; x != NULL; x = next) {
			struct node **b = bucket(f, x->state);

			next = x->same_hash;
			x->same_hash = *b;
			*b = x;
		}
	}
}

/* Whether the node's state was left before, at less cost. */
static bool
was_seen(struct search *f, struct node *node)
{
	struct node **b;

	if (f->n_seen >= f->size_seen)
		grow_seen(f);
	b = bucket(f, node->state);
	for (const struct node *x = *b; x != NULL; x = x->same_hash) {
		if (same_state(x->state, node->state))
			return true;
	}
	node->same_hash = *b;
	*b = node;
	f->n_seen++;
	return false;
}

/* --- the search --- */

static void
add_node(struct search *f, const struct node *from, const struct state *s,
    uint64_t cost, bool is_break)
{
	struct node *node = rt_arena_new(f->arena, sizeof(*node));

	node->from = from;
	node->is_break = is_break;
	node->cost = cost;
	node->order = f->n_nodes++;
	node->state = rt_arena_new(f->arena, state_size(s));
	memcpy(node->state, s, state_size(s));
	heap_add(f, node);
}

static void
step(struct search *f, const struct node *from, bool is_break)
{
	struct state s;
	uint64_t cost = from->cost;

	memcpy(&s, from->state, state_size(from->state));
	if (is_break ? !may_break(f, &s) : has_to_break(f, &s))
		return;
	if (is_break)
		cost += put_on_new_line(f, &s);
	else
		put_on_same_line(f, &s);
	note_break(f, &s, is_break);
	if (!move_past(f, &s))
		return;
	if (s.column > FOLD_COLUMNS)
		cost += (uint64_t)EXCESS_COST * (s.column - FOLD_COLUMNS);
	add_node(f, from, &s, cost, is_break);
}

static void
start(struct search *f)
{
	bool listed = f->line->outer > 0;
	struct state s = {.column = f->line->indent, .depth = 1};

	s.levels[0].indent = s.levels[0].last_space = f->line->indent;
	s.levels[0].one_per_line = s.levels[0].break_items = listed;
	if (move_past(f, &s))
		add_node(f, NULL, &s, 0, false);
}

/* The node at the end of the cheapest path; NULL when there is none or the
 * search takes too long. */
static const struct node *
cheapest(struct search *f)
{
	f->heap = rt_arena_array(f->arena, STATES_MAX + 2, sizeof(*f->heap));
	start(f);
	while (f->n_heap > 0 && f->n_nodes < STATES_MAX) {
		struct node *node = heap_take(f);

		if (node->state->token == f->line->n) {
			/* More items would have to begin a line. */
			if (f->line->outer == 0 ||
			    !node->state->levels[0].no_break)
				return node;
			continue;
		}
		if (was_seen(f, node))
			continue;
		step(f, node, false);
		step(f, node, true);
	}
	return NULL;
}

static void
print_indent(struct rt_buf *out, uint32_t columns)
{
	for (uint32_t i = 0; i < columns / FOLD_TAB; i++)
		rt_buf_byte(out, '\t');
	for (uint32_t i = 0; i < columns % FOLD_TAB; i++)
		rt_buf_byte(out, ' ');
}

/* Prints the tokens along the path that ends with `node`. */
static void
print_path(struct search *f, const struct node *node, struct rt_buf *out)
{
	const struct node **path =
	    rt_arena_array(f->arena, f->line->n, sizeof(*path));

	for (size_t i = f->line->n; i > 0 && node != NULL; i--) {
		path[i - 1] = node;
		node = node->from;
	}
	print_indent(out, f->line->indent);
	for (size_t i = 0; i < f->line->n; i++) {
		const struct fold_token *t = &f->line->v[i];

		if (path[i]->is_break) {
			rt_buf_byte(out, '\n');
			print_indent(out, path[i]->state->column - t->width);
		} else if (t->space) {
			rt_buf_byte(out, ' ');
		}
		rt_buf_add(out, t->text);
	}
}

bool
fold_search(struct rt_arena *a, const struct fold_line *line,
    struct rt_buf *out)
{
	struct search f = {.arena = a, .line = line};
	const struct node *last = cheapest(&f);

	if (last == NULL)
		return false;
	print_path(&f, last, out);
	return true;
}
