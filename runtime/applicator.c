/* anyOf, oneOf and not: checks whose faults are only counted. */
#include "runtime/check.h"

/* Values that may be looked at: enough for any union met in practice. */
enum {
	WORK_MIN = 200000,
	WORK_PER_NODE = 100,
};

/*
 * Alternatives that hold alternatives are tried again for each of those
 * around them: work that can double with each level of a hostile document.
 */
static bool
is_too_much(struct rt_check *c, const struct rt_node *v)
{
	uint64_t max = WORK_MIN;

	if (c->root != NULL)
		max += (uint64_t)WORK_PER_NODE * c->root->span;
	c->work += v->span;
	if (c->work > max)
		c->exhausted = true;
	return c->exhausted;
}

/* Whether v conforms; false, too, once the work is too much. */
static bool
attempt(struct rt_check *c, const struct rt_node *v, rt_check_fn *fn)
{
	unsigned hidden = c->hidden;
	bool conforms;

	if (is_too_much(c, v))
		return false;
	c->muted++;
	fn(c, v);
	c->muted--;
	conforms = c->hidden == hidden;
	c->hidden = hidden;
	return conforms && !c->exhausted;
}

/*
 * True when the result of attempts can't be relied on, which the outermost
 * applicator notes as a fault, whatever the inner ones have made of it.
 */
static bool
gave_up(struct rt_check *c, const struct rt_node *v, const char *keyword)
{
	if (!c->exhausted)
		return false;
	rt_fault(c, v, keyword, "has too many nested alternatives");
	if (c->muted == 0)
		c->exhausted = false;
	return true;
}

void
rt_check_any_of(struct rt_check *c, const struct rt_node *v,
    rt_check_fn *const *fns)
{
	for (; *fns != NULL; fns++) {
		if (attempt(c, v, *fns))
			return;
	}
	if (!gave_up(c, v, "anyOf"))
		rt_fault(c, v, "anyOf", "has none of the allowed forms");
}

void
rt_check_one_of(struct rt_check *c, const struct rt_node *v,
    rt_check_fn *const *fns)
{
	unsigned n = 0;

	for (; *fns != NULL && n < 2; fns++)
		n += attempt(c, v, *fns);
	if (gave_up(c, v, "oneOf") || n == 1)
		return;
	if (n == 0)
		rt_fault(c, v, "oneOf", "has none of the allowed forms");
	else
		rt_fault(c, v, "oneOf",
		    "has several of the forms that exclude each other");
}

void
rt_check_not(struct rt_check *c, const struct rt_node *v, rt_check_fn *fn)
{
	bool conforms = attempt(c, v, fn);

	if (!gave_up(c, v, "not") && conforms)
		rt_fault(c, v, "not", "has a form that is excluded");
}

/* Each question from outside of a check has the whole bound for itself. */
bool
rt_check_try(struct rt_check *c, const struct rt_node *v, rt_check_fn *fn)
{
	uint64_t work = c->work;
	bool conforms;

	if (c->muted > 0)
		return attempt(c, v, fn);
	c->work = 0;
	conforms = attempt(c, v, fn);
	c->work = work;
	c->exhausted = false;
	return conforms;
}
