/* Checks that ask other checks, whose faults are only counted. */
#include "runtime/check_part.h"

enum {
	/* Values that may be looked at: enough for any union met in practice. */
	WORK_MIN = 200000,
	WORK_PER_NODE = 100,
	/*
	 * Checks that ask each other, inside of one another.  A document has
	 * 64 levels; with three for each the stack of a call is safe.
	 */
	DEPTH_MAX = 200,
};

static const char too_many[] = "has too many nested alternatives";
static const char too_deep[] = "is nested too deep for its schema";

void
rt_undecided(struct rt_check *c, const struct rt_node *v, const char *keyword,
    const char *why)
{
	if (c->muted > 0)
		c->undecided = why;
	rt_fault(c, v, keyword, "%s", why);
}

/*
 * Alternatives that hold alternatives are tried again for each of those
 * around them: work that can double with each level of a hostile document.
 */
bool
rt_may_work(struct rt_check *c, const struct rt_node *v)
{
	uint64_t max = WORK_MIN;

	if (c->root != NULL)
		max += (uint64_t)WORK_PER_NODE * c->root->span;
	c->work += v->span;
	return c->work <= max;
}

static bool
is_too_much(struct rt_check *c, const struct rt_node *v)
{
	if (!rt_may_work(c, v))
		c->undecided = too_many;
	else if (c->depth >= DEPTH_MAX)
		c->undecided = too_deep;
	return c->undecided != NULL;
}

bool
rt_attempt(struct rt_check *c, const struct rt_node *v, rt_check_fn *fn)
{
	unsigned hidden = c->hidden;
	size_t noted = rt_evaluated_position(c);
	bool conforms;

	if (is_too_much(c, v))
		return false;
	c->muted++;
	c->depth++;
	fn(c, v);
	c->depth--;
	c->muted--;
	conforms = c->hidden == hidden && c->undecided == NULL;
	c->hidden = hidden;
	if (!conforms)
		rt_evaluated_back(c, noted);
	return conforms;
}

bool
rt_gave_up(struct rt_check *c, const struct rt_node *v, const char *keyword)
{
	if (c->undecided == NULL)
		return false;
	rt_fault(c, v, keyword, "%s", c->undecided);
	if (c->muted == 0)
		c->undecided = NULL;
	return true;
}

/* The notes of a form that is excluded don't matter: v violates the schema. */
void
rt_check_not(struct rt_check *c, const struct rt_node *v, rt_check_fn *fn)
{
	bool conforms = rt_attempt(c, v, fn);

	if (!rt_gave_up(c, v, "not") && conforms)
		rt_fault(c, v, "not", "has a form that is excluded");
}

bool
rt_check_if(struct rt_check *c, const struct rt_node *v, rt_check_fn *fn,
    bool *asked)
{
	bool conforms = rt_attempt(c, v, fn);

	*asked = !rt_gave_up(c, v, "if");
	return conforms;
}

/* --- Items and names --- */

static void
judge_matches(struct rt_check *c, const struct rt_node *v, size_t n,
    const size_t bounds[2])
{
	size_t min = bounds[0], max = bounds[1];

	if (n == 0 && min == 1)
		rt_fault(c, v, "contains", "has no item of the required form");
	else if (n < min)
		rt_fault(c, v, "minContains",
		    "must have at least %zu item%s of the required form", min,
		    rt_plural(min));
	if (n > max)
		rt_fault(c, v, "maxContains",
		    "must have at most %zu item%s of the required form", max,
		    rt_plural(max));
}

void
rt_check_contains(struct rt_check *c, const struct rt_node *v, rt_check_fn *fn,
    size_t min, size_t max)
{
	bool all = rt_evaluated_wanted(c, v);
	struct rt_items it = rt_items(v);
	size_t n = 0;

	if (v->type != RT_ARRAY)
		return;
	while (rt_items_next(&it)) {
		/* Once enough is known, more items tell nothing new. */
		if (!all && (n > max || (n >= min && max == SIZE_MAX)))
			break;
		if (!rt_attempt(c, it.value, fn))
			continue;
		rt_evaluated(c, it.value);
		n++;
	}
	if (!rt_gave_up(c, v, "contains"))
		judge_matches(c, v, n, (const size_t[]){min, max});
}

void
rt_check_names(struct rt_check *c, const struct rt_node *v, rt_check_fn *fn)
{
	struct rt_members m = rt_members(v, NULL);

	while (rt_members_next(&m))
		fn(c, m.name);
}

/* --- Dynamic references --- */

bool
rt_resource_enter(struct rt_check *c, const struct rt_node *v,
    unsigned resource)
{
	if (c->n_resources == RT_RESOURCES_MAX) {
		rt_undecided(c, v, "$ref", too_deep);
		return false;
	}
	if (c->resources == NULL)
		c->resources = rt_arena_array(c->arena, RT_RESOURCES_MAX,
		    sizeof(*c->resources));
	c->resources[c->n_resources++] = resource;
	return true;
}

void
rt_resource_leave(struct rt_check *c)
{
	c->n_resources--;
}

static rt_check_fn *
check_of(const struct rt_dynamic *table, unsigned resource)
{
	while (table->fn != NULL && table->resource != resource)
		table++;
	return table->fn;
}

void
rt_check_dynamic(struct rt_check *c, const struct rt_node *v,
    const struct rt_dynamic *table, rt_check_fn *fn)
{
	rt_check_fn *outermost = NULL;

	if (c->depth >= DEPTH_MAX) {
		rt_undecided(c, v, "$dynamicRef", too_deep);
		return;
	}
	for (unsigned i = 0; i < c->n_resources && outermost == NULL; i++)
		outermost = check_of(table, c->resources[i]);
	if (outermost != NULL)
		fn = outermost;
	c->depth++;
	fn(c, v);
	c->depth--;
}
