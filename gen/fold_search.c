/* The cheapest way to break a line of C; see fold.h. */
#include "gen/fold_state.h"

/*
 * A shortest path: a state is a place between two tokens with all that
 * decides about what follows, an edge puts the next token on the same line or
 * on a new one.
 */
enum {
	BYTES_MAX = 192 * 1024 * 1024, /* that a search takes */
};

/* A state that was reached. */
struct node {
	const struct node *from;
	struct node *same_hash;
	uint64_t cost;
	uint32_t order;
	bool is_break; /* before the token that led here */
	struct fold_state *state; /* only its open levels are there */
};

struct search {
	struct rt_arena *arena;
	const struct fold_line *line;
	struct node **heap;
	size_t n_heap;
	size_t size_heap;
	struct node **seen; /* by hash */
	size_t n_seen;
	size_t size_seen; /* a power of two */
	uint32_t n_nodes;
};

/* --- the queue: a heap by cost, then by order --- */

static bool
is_before(const struct node *a, const struct node *b)
{
	return a->cost != b->cost ? a->cost < b->cost : a->order < b->order;
}

static void
heap_grow(struct search *f)
{
	size_t size = f->size_heap == 0 ? 256 : 4 * f->size_heap;
	struct node **heap = rt_arena_array(f->arena, size, sizeof(*heap));

	if (f->n_heap > 0)
		memcpy(heap, f->heap, f->n_heap * sizeof(*heap));
	f->heap = heap;
	f->size_heap = size;
}

static void
heap_add(struct search *f, struct node *node)
{
	size_t i;

	if (f->n_heap == f->size_heap)
		heap_grow(f);
	i = f->n_heap++;
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
same_state(const struct fold_state *a, const struct fold_state *b)
{
	return a->depth == b->depth && memcmp(a, b, fold_state_size(a)) == 0;
}

/* By FNV-1a over words: states are nothing but words. */
static struct node **
bucket(struct search *f, const struct fold_state *s)
{
	const char *p = (const char *)s;
	uint64_t hash = 0xcbf29ce484222325;
	uint32_t word;

	for (size_t i = 0; i < fold_state_size(s); i += sizeof(word)) {
		memcpy(&word, p + i, sizeof(word));
		hash = (hash ^ word) * 0x100000001b3;
	}
	return &f->seen[(hash ^ hash >> 32) & (f->size_seen - 1)];
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
add_node(struct search *f, const struct node *from, const struct fold_state *s,
    uint64_t cost, bool is_break)
{
	struct node *node = rt_arena_new(f->arena, sizeof(*node));

	node->from = from;
	node->is_break = is_break;
	node->cost = cost;
	node->order = f->n_nodes++;
	node->state = rt_arena_new(f->arena, fold_state_size(s));
	memcpy(node->state, s, fold_state_size(s));
	heap_add(f, node);
}

static void
step(struct search *f, const struct node *from, bool is_break)
{
	struct fold_state s;
	uint64_t cost = from->cost;

	memcpy(&s, from->state, fold_state_size(from->state));
	if (fold_state_step(f->line, &s, is_break, &cost))
		add_node(f, from, &s, cost, is_break);
}

/* The node at the end of the cheapest path; NULL when there is none or the
 * search takes too long. */
static const struct node *
cheapest(struct search *f)
{
	struct fold_state first;

	if (fold_state_start(f->line, &first))
		add_node(f, NULL, &first, 0, false);
	while (f->n_heap > 0 && rt_arena_used(f->arena) < BYTES_MAX) {
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
