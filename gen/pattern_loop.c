/*
 * Patterns that can take exponential time: those with a loop that reads some
 * text in two ways.  The automaton of positions (Glushkov's) tells: a
 * position p from which two different ways lead back to p with the same text.
 */
#include "gen/pattern.h"
#include "gen/pattern_part.h"

enum {
	POSITIONS_MAX = 256, /* larger patterns are not judged */
	WORDS = POSITIONS_MAX / 64,
	BUILDS_MAX = 10000,
	COPIES_MAX = 64, /* of what a number repeats */
	PAIRS_MAX = 4 * 1000 * 1000, /* pairs looked at */
};

struct positions {
	uint64_t words[WORDS];
};

/* A part of the pattern: with which positions it can begin and end. */
struct part {
	struct positions first, last;
	bool empty; /* it can be */
};

struct automaton {
	const bool *sets[POSITIONS_MAX]; /* NULL: an anchor, which reads none */
	unsigned n;
	uint8_t follow[POSITIONS_MAX][POSITIONS_MAX]; /* ways; 2: several */
	struct positions reach[POSITIONS_MAX];
	struct positions accept; /* with these a match may end */
	struct positions vague; /* stand for more than themselves */
	unsigned builds, pairs;
	bool too_large;
};

static bool
has(const struct positions *s, unsigned p)
{
	return (s->words[p / 64] >> p % 64 & 1) != 0;
}

static void
add(struct positions *s, unsigned p)
{
	s->words[p / 64] |= (uint64_t)1 << p % 64;
}

static void
unite(struct positions *s, const struct positions *other)
{
	for (unsigned i = 0; i < WORDS; i++)
		s->words[i] |= other->words[i];
}

/* --- From the tree to the automaton --- */

static struct part build_group(struct automaton *,
    const struct pattern_branch *);

static void
connect(struct automaton *a, const struct positions *from,
    const struct positions *to)
{
	for (unsigned p = 0; p < a->n; p++) {
		for (unsigned q = 0; has(from, p) && q < a->n; q++) {
			if (has(to, q) && a->follow[p][q] < 2)
				a->follow[p][q]++;
		}
	}
}

static struct part
sequence(struct automaton *a, struct part left, const struct part *right)
{
	connect(a, &left.last, &right->first);
	if (left.empty)
		unite(&left.first, &right->first);
	if (!right->empty)
		left.last = right->last;
	else
		unite(&left.last, &right->last);
	left.empty = left.empty && right->empty;
	return left;
}

static struct part
position(struct automaton *a, const bool *set)
{
	struct part part = {.empty = false};

	if (a->n == POSITIONS_MAX) {
		a->too_large = true;
		return part;
	}
	a->sets[a->n] = set;
	add(&part.first, a->n);
	part.last = part.first;
	a->n++;
	return part;
}

static struct part
build_once(struct automaton *a, const struct pattern_atom *atom)
{
	struct part inside;

	if (++a->builds > BUILDS_MAX)
		a->too_large = true;
	if (a->too_large)
		return (struct part){.empty = true};
	if (!atom->anchor)
		return atom->group != NULL ? build_group(a, atom->group)
					   : position(a, atom->set);
	if (atom->group != NULL) {
		/* Look-around is a pattern of its own. */
		inside = build_group(a, atom->group);
		unite(&a->accept, &inside.last);
	}
	return position(a, NULL);
}

/* x{0,n} as (x(x)?)?, in which no text can be read in two ways. */
static struct part
build_optional(struct automaton *a, const struct pattern_atom *atom, size_t n)
{
	struct part all = {.empty = true};

	for (; n > 0 && !a->too_large; n--) {
		struct part one = build_once(a, atom);

		all = sequence(a, one, &all);
		all.empty = true;
	}
	return all;
}

/* The endless end of x{n,}. */
static struct part
build_tail(struct automaton *a, const struct pattern_atom *atom)
{
	struct part part = build_once(a, atom);

	connect(a, &part.last, &part.first);
	part.empty = part.empty || atom->min == 0;
	return part;
}

/* What is at least a few times long is taken for a loop when there is no room
 * for it; then a loop around it proves nothing. */
static struct part
build_loop(struct automaton *a, const struct pattern_atom *atom)
{
	unsigned first = a->n;
	struct part part = build_tail(a, atom);

	for (unsigned p = first; atom->min > 1 && p < a->n; p++)
		add(&a->vague, p);
	return part;
}

/* How many positions a group has when nothing in it is repeated. */
static size_t
size_of(const struct pattern_branch *b)
{
	size_t n = 0;

	for (; b != NULL; b = b->next) {
		for (const struct pattern_atom *x = b->atoms; x != NULL;
		     x = x->next)
			n += x->group == NULL ? 1 : size_of(x->group);
	}
	return n;
}

static struct part
build_atom(struct automaton *a, const struct pattern_atom *atom)
{
	bool endless = atom->max >= PATTERN_REPEAT_MAX;
	size_t one = atom->group == NULL ? 1 : size_of(atom->group);
	size_t times = endless ? atom->min : atom->max;
	struct part all = {.empty = true}, rest;

	if (times > COPIES_MAX || times * one > COPIES_MAX)
		return build_loop(a, atom);
	if (endless)
		rest = build_tail(a, atom);
	else
		rest = build_optional(a, atom, atom->max - atom->min);
	for (size_t i = endless ? 1 : 0; i < atom->min; i++) {
		struct part once = build_once(a, atom);

		all = sequence(a, all, &once);
	}
	return sequence(a, all, &rest);
}

static struct part
build_group(struct automaton *a, const struct pattern_branch *b)
{
	struct part all = {.empty = false};

	for (; b != NULL; b = b->next) {
		struct part branch = {.empty = true};

		for (const struct pattern_atom *x = b->atoms;
		     x != NULL && !a->too_large; x = x->next) {
			struct part next = build_atom(a, x);

			branch = sequence(a, branch, &next);
		}
		unite(&all.first, &branch.first);
		unite(&all.last, &branch.last);
		all.empty = all.empty || branch.empty;
	}
	return all;
}

/* --- Loops --- */

/* Which positions can be reached from each, in any number of steps. */
static void
close_reach(struct automaton *a)
{
	for (unsigned p = 0; p < a->n; p++) {
		for (unsigned q = 0; q < a->n; q++) {
			if (a->follow[p][q] > 0)
				add(&a->reach[p], q);
		}
	}
	for (unsigned k = 0; k < a->n; k++) {
		for (unsigned p = 0; p < a->n; p++) {
			if (has(&a->reach[p], k))
				unite(&a->reach[p], &a->reach[k]);
		}
	}
}

static bool
same_loop(const struct automaton *a, unsigned p, unsigned q)
{
	return has(&a->reach[p], q) && has(&a->reach[q], p);
}

static bool
overlap(const struct automaton *a, unsigned p, unsigned q)
{
	if (a->sets[p] == NULL || a->sets[q] == NULL)
		return false;
	for (unsigned c = 0; c < PATTERN_ASCII; c++) {
		if (a->sets[p][c] && a->sets[q][c])
			return true;
	}
	return false;
}

/* Whether the match may simply end in this loop, or is not told apart from
 * one that is no loop. */
static bool
is_harmless(const struct automaton *a, unsigned p)
{
	for (unsigned q = 0; q < a->n; q++) {
		if (same_loop(a, p, q) &&
		    (has(&a->accept, q) || has(&a->vague, q)))
			return true;
	}
	return false;
}

/* Pairs of positions that two readings of one text can be at. */
struct pairs {
	struct positions seen[POSITIONS_MAX];
	uint16_t todo[POSITIONS_MAX * POSITIONS_MAX];
	unsigned n;
};

static void
add_pair(struct pairs *pairs, unsigned p, unsigned q)
{
	if (has(&pairs->seen[p], q))
		return;
	add(&pairs->seen[p], q);
	pairs->todo[pairs->n++] = (uint16_t)(p * POSITIONS_MAX + q);
}

/* All pairs to which the two can come in the loop of `start`, or from which
 * they can come to `start`. */
static void
follow_pairs(struct automaton *a, struct pairs *pairs, unsigned start,
    bool back)
{
	add_pair(pairs, start, start);
	while (pairs->n > 0 && a->pairs < PAIRS_MAX) {
		unsigned pair = pairs->todo[--pairs->n];
		unsigned p = pair / POSITIONS_MAX, q = pair % POSITIONS_MAX;

		for (unsigned i = 0; i < a->n; i++) {
			if ((back ? a->follow[i][p] : a->follow[p][i]) == 0 ||
			    !same_loop(a, i, start))
				continue;
			for (unsigned k = 0; k < a->n; k++) {
				a->pairs++;
				if ((back ? a->follow[k][q] : a->follow[q][k]) >
					0 &&
				    same_loop(a, k, start) && overlap(a, i, k))
					add_pair(pairs, i, k);
			}
		}
	}
}

/* Whether some text leads from p back to p in two ways. */
static bool
is_ambiguous(struct automaton *a, struct rt_arena *arena, unsigned p)
{
	struct pairs *to = rt_arena_new(arena, sizeof(*to));
	struct pairs *from = rt_arena_new(arena, sizeof(*from));

	follow_pairs(a, to, p, false);
	follow_pairs(a, from, p, true);
	if (a->pairs >= PAIRS_MAX)
		return false;
	for (unsigned i = 0; i < a->n; i++) {
		for (unsigned k = 0; k < a->n; k++) {
			if (i != k && has(&to->seen[i], k) &&
			    has(&from->seen[i], k))
				return true;
			if (same_loop(a, i, p) && same_loop(a, k, p) &&
			    a->follow[i][k] > 1)
				return true;
		}
	}
	return false;
}

/* One position of each loop will do: the others lead there and back. */
static bool
is_first_of_loop(const struct automaton *a, unsigned p)
{
	for (unsigned q = 0; q < p; q++) {
		if (same_loop(a, p, q))
			return false;
	}
	return has(&a->reach[p], p);
}

bool
pattern_explodes(struct rt_arena *arena, struct rt_str pattern)
{
	const struct pattern_branch *tree = pattern_parse(arena, pattern);
	struct automaton *a = rt_arena_new(arena, sizeof(*a));
	struct part whole;

	if (tree == NULL)
		return false;
	whole = build_group(a, tree);
	unite(&a->accept, &whole.last);
	if (a->too_large)
		return false;
	close_reach(a);
	for (unsigned p = 0; p < a->n; p++) {
		if (is_first_of_loop(a, p) && !is_harmless(a, p) &&
		    is_ambiguous(a, arena, p))
			return true;
	}
	return false;
}
