/* What the parts of the check kit share with each other only. */
#ifndef RT_CHECK_PART_H
#define RT_CHECK_PART_H

#include "runtime/check.h"

/* For messages: "1 item", "2 items". */
static inline const char *
rt_plural(size_t n)
{
	return n == 1 ? "" : "s";
}

/* Notes a violation that has more to tell than its message, so that it is
 * never the same as one before; c is not muted and has room for it. */
struct rt_fault *rt_fault_of_branches(struct rt_check *,
    const struct rt_node *v, const char *keyword, struct rt_str message);

/*
 * Notes that it can't be found out whether v conforms, and why.  Inside of
 * alternatives all of them are then undecided, so that no `not` turns this
 * into success.
 */
void rt_undecided(struct rt_check *, const struct rt_node *v,
    const char *keyword, const char *why);

/* Whether v conforms, its faults not told; false, too, where that can't be
 * decided. */
bool rt_attempt(struct rt_check *, const struct rt_node *v, rt_check_fn *);

/* True when the result of attempts can't be relied on, which the outermost
 * applicator notes as a fault, whatever the inner ones have made of it. */
bool rt_gave_up(struct rt_check *, const struct rt_node *v,
    const char *keyword);

/* Whether v may be looked at once more; counts the work. */
bool rt_may_work(struct rt_check *, const struct rt_node *v);

/* Whether v is of a type in the set. */
bool rt_has_type(const struct rt_node *v, unsigned types);

/* "a string, an integer or null" */
struct rt_str rt_types_text(struct rt_arena *, unsigned types);

/* How much was noted as evaluated until now. */
size_t rt_evaluated_position(const struct rt_check *);
/* Takes back what was noted since. */
void rt_evaluated_back(struct rt_check *, size_t position);
/* Whether it matters which children of v a check deals with. */
bool rt_evaluated_wanted(const struct rt_check *, const struct rt_node *v);

#endif /* RT_CHECK_PART_H */
