#include "runtime/timer.h"

#include <stddef.h>

/* Makes one heap of two, either of which may be NULL. */
static struct rt_timer *
meld(struct rt_timer *a, struct rt_timer *b)
{
	struct rt_timer *later = b;

	if (a == NULL || b == NULL)
		return a == NULL ? b : a;
	if (b->due_us < a->due_us) {
		later = a;
		a = b;
	}
	later->next = a->child;
	if (later->next != NULL)
		later->next->prev = later;
	later->prev = a;
	a->child = later;
	return a;
}

/* Makes one heap of those that stand beside each other: of each two one, and
 * then, from the last, of all one. */
static struct rt_timer *
meld_all(struct rt_timer *list)
{
	struct rt_timer *pairs = NULL, *all = NULL;

	while (list != NULL) {
		struct rt_timer *a = list, *b = a->next;

		list = b == NULL ? NULL : b->next;
		a->next = NULL;
		if (b != NULL)
			b->next = NULL;
		a = meld(a, b);
		a->next = pairs;
		pairs = a;
	}
	while (pairs != NULL) {
		struct rt_timer *next = pairs->next;

		pairs->next = NULL;
		all = meld(all, pairs);
		pairs = next;
	}
	if (all != NULL)
		all->prev = NULL;
	return all;
}

void
rt_timer_set(struct rt_timers *all, struct rt_timer *t)
{
	t->set = true;
	t->child = t->next = t->prev = NULL;
	all->first = meld(all->first, t);
}

/* Takes one that is below another out, with those below it. */
static void
cut(struct rt_timer *t)
{
	if (t->prev->child == t)
		t->prev->child = t->next;
	else
		t->prev->next = t->next;
	if (t->next != NULL)
		t->next->prev = t->prev;
}

void
rt_timer_clear(struct rt_timers *all, struct rt_timer *t)
{
	struct rt_timer *below;

	if (!t->set)
		return;
	below = meld_all(t->child);
	if (t == all->first) {
		all->first = below;
	} else {
		cut(t);
		all->first = meld(all->first, below);
	}
	t->set = false;
}

void
rt_timers_run(struct rt_timers *all, int64_t now_us)
{
	struct rt_timer *t;

	while ((t = all->first) != NULL && t->due_us <= now_us) {
		rt_timer_clear(all, t);
		t->fn(t->arg);
	}
}
