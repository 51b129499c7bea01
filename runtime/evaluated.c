/*
 * Which members and items the checks of a value have dealt with.  Notes are a
 * log, so that a failed alternative can take its own back; each node of the
 * tape knows its last note.
 */
#include "runtime/check_part.h"

enum { LOG_FIRST = 64 };

/* Positions count from 1; 0 is "never". */
struct note {
	uint32_t node; /* its index on the tape */
	uint32_t before; /* the node's last position before this one */
};

struct rt_evaluated {
	const struct rt_node *v; /* of the innermost one begun; NULL: none */
	size_t from; /* of the same */
	uint32_t *last; /* by node: the position of its last note */
	size_t n_last;
	struct note *log;
	size_t n, size;
};

/* All entries of `last` are 0 while nothing is begun. */
static void
fit_tape(struct rt_check *c, struct rt_evaluated *e)
{
	if (c->root == NULL || c->root->span <= e->n_last)
		return;
	e->n_last = c->root->span;
	e->last = rt_arena_array(c->arena, e->n_last, sizeof(e->last[0]));
}

struct rt_evaluation
rt_evaluated_begin(struct rt_check *c, const struct rt_node *v)
{
	struct rt_evaluated *e = c->evaluated;
	struct rt_evaluation this;

	if (e == NULL)
		e = c->evaluated = rt_arena_new(c->arena, sizeof(*e));
	if (e->v == NULL)
		fit_tape(c, e);
	this = (struct rt_evaluation){
	    .from = e->n,
	    .outer_from = e->from,
	    .outer = e->v,
	};
	e->v = v;
	e->from = e->n;
	return this;
}

/* Notes about another value's children are of no use to the outer schema. */
void
rt_evaluated_end(struct rt_check *c, const struct rt_evaluation *this)
{
	struct rt_evaluated *e = c->evaluated;

	if (this->outer != e->v)
		rt_evaluated_back(c, this->from);
	e->v = this->outer;
	e->from = this->outer_from;
}

static void
add_note(struct rt_check *c, struct rt_evaluated *e, struct note note)
{
	struct note *old = e->log;

	if (e->n == e->size) {
		e->size = e->size == 0 ? LOG_FIRST : 2 * e->size;
		e->log = rt_arena_array(c->arena, e->size, sizeof(e->log[0]));
		if (e->n > 0)
			memcpy(e->log, old, e->n * sizeof(e->log[0]));
	}
	e->log[e->n++] = note;
}

/*
 * One note for each node and schema begun is enough, which bounds the log.
 * The check against n_last is for a root that doesn't hold the value.
 */
void
rt_evaluated(struct rt_check *c, const struct rt_node *child)
{
	struct rt_evaluated *e = c->evaluated;
	size_t i;

	if (e == NULL || e->v == NULL)
		return;
	i = (size_t)(child - c->root);
	if (i >= e->n_last || e->last[i] > e->from || e->n >= UINT32_MAX)
		return;
	add_note(c, e, (struct note){(uint32_t)i, e->last[i]});
	e->last[i] = (uint32_t)e->n;
}

void
rt_evaluated_all(struct rt_check *c, const struct rt_node *v)
{
	struct rt_members m = rt_members(v, NULL);
	struct rt_items it = rt_items(v);

	if (!rt_evaluated_wanted(c, v))
		return;
	while (rt_members_next(&m))
		rt_evaluated(c, m.value);
	while (rt_items_next(&it))
		rt_evaluated(c, it.value);
}

size_t
rt_evaluated_position(const struct rt_check *c)
{
	return c->evaluated == NULL ? 0 : c->evaluated->n;
}

void
rt_evaluated_back(struct rt_check *c, size_t position)
{
	struct rt_evaluated *e = c->evaluated;

	while (e != NULL && e->n > position) {
		e->n--;
		e->last[e->log[e->n].node] = e->log[e->n].before;
	}
}

bool
rt_evaluated_wanted(const struct rt_check *c, const struct rt_node *v)
{
	return c->evaluated != NULL && c->evaluated->v == v;
}

/* --- unevaluatedProperties and unevaluatedItems --- */

static bool
is_evaluated(const struct rt_check *c, const struct rt_evaluation *this,
    const struct rt_node *child)
{
	const struct rt_evaluated *e = c->evaluated;
	size_t i = (size_t)(child - c->root);

	return i < e->n_last && e->last[i] > this->from;
}

static void
check_rest(struct rt_check *c, const struct rt_node *child, const char *keyword,
    rt_check_fn *fn)
{
	if (fn == NULL)
		rt_fault(c, child, keyword, "is not allowed here");
	else
		fn(c, child);
	rt_evaluated(c, child);
}

void
rt_check_unevaluated_properties(struct rt_check *c, const struct rt_node *v,
    const struct rt_evaluation *this, rt_check_fn *fn)
{
	struct rt_members m = rt_members(v, NULL);

	while (rt_members_next(&m)) {
		if (!is_evaluated(c, this, m.value))
			check_rest(c, m.value, "unevaluatedProperties", fn);
	}
}

void
rt_check_unevaluated_items(struct rt_check *c, const struct rt_node *v,
    const struct rt_evaluation *this, rt_check_fn *fn)
{
	struct rt_items it = rt_items(v);

	while (rt_items_next(&it)) {
		if (!is_evaluated(c, this, it.value))
			check_rest(c, it.value, "unevaluatedItems", fn);
	}
}
