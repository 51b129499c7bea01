#include "runtime/merge_patch.h"

#include "runtime/tape.h"

static void merge(struct rt_tape *, const struct rt_node *target,
    const struct rt_node *patch);

/* The members of the target that the patch leaves or changes. */
static uint32_t
keep_members(struct rt_tape *t, const struct rt_node *target,
    const struct rt_node *patch)
{
	struct rt_members m = rt_members(target, NULL);
	uint32_t n = 0;

	while (rt_members_next(&m)) {
		const struct rt_node *change =
		    rt_node_member(patch, rt_node_str(m.name));

		if (change != NULL && change->type == RT_NULL)
			continue;
		rt_tape_copy(t, m.name);
		if (change == NULL)
			rt_tape_copy(t, m.value);
		else
			merge(t, m.value, change);
		n++;
	}
	return n;
}

static uint32_t
add_members(struct rt_tape *t, const struct rt_node *target,
    const struct rt_node *patch)
{
	struct rt_members m = rt_members(patch, NULL);
	uint32_t n = 0;

	while (rt_members_next(&m)) {
		if (m.value->type == RT_NULL ||
		    (target != NULL &&
			rt_node_member(target, rt_node_str(m.name)) != NULL))
			continue;
		rt_tape_copy(t, m.name);
		merge(t, NULL, m.value);
		n++;
	}
	return n;
}

static void
merge(struct rt_tape *t, const struct rt_node *target,
    const struct rt_node *patch)
{
	uint32_t at, n = 0;

	if (patch->type != RT_OBJECT) {
		rt_tape_copy(t, patch);
		return;
	}
	if (target != NULL && target->type != RT_OBJECT)
		target = NULL;
	at = rt_tape_open(t, RT_OBJECT);
	if (target != NULL)
		n = keep_members(t, target, patch);
	rt_tape_close(t, at, n + add_members(t, target, patch));
}

const struct rt_node *
rt_merge_patch(struct rt_arena *arena, const struct rt_node *target,
    const struct rt_node *patch)
{
	struct rt_tape t = {.arena = arena};

	merge(&t, target, patch);
	return rt_tape_end(&t);
}
