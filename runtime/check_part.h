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

/*
 * Notes that it can't be found out whether v conforms, and why.  Inside of
 * alternatives all of them are then undecided, so that no `not` turns this
 * into success.
 */
void rt_undecided(struct rt_check *, const struct rt_node *v,
    const char *keyword, const char *why);

/* How much was noted as evaluated until now. */
size_t rt_evaluated_position(const struct rt_check *);
/* Takes back what was noted since. */
void rt_evaluated_back(struct rt_check *, size_t position);
/* Whether it matters which children of v a check deals with. */
bool rt_evaluated_wanted(const struct rt_check *, const struct rt_node *v);

#endif /* RT_CHECK_PART_H */
