/* What every value that is made of a request must be. */
#ifndef FUZZ_VALUE_H
#define FUZZ_VALUE_H

#include <stdlib.h>

#include "runtime/call.h"
#include "runtime/json_write.h"
#include "runtime/loop.h"
#include "runtime/server.h"

enum { CALL_MEMORY = 64 << 20 };

static inline void
require(bool holds)
{
	if (!holds)
		abort();
}

/* serve.c has the real one. */
int64_t
rt_clock_us(void)
{
	return 0;
}

static inline struct rt_call *
open_call(void)
{
	static const struct rt_api api = {.title = "T"};
	static struct rt_server server = {
	    .api = &api,
	    .call_memory_max = CALL_MEMORY,
	};

	return rt_call_open(&server);
}

/* Returns the value behind v. */
static inline const struct rt_node *
check_spans(const struct rt_node *v, const struct rt_node *end)
{
	const struct rt_node *behind = v + v->span;
	struct rt_members m = rt_members(v, NULL);
	struct rt_items it = rt_items(v);
	const struct rt_node *at = v + 1;

	require(v->span >= 1 && behind <= end);
	while (rt_members_next(&m)) {
		require(m.name == at && m.name->type == RT_STRING);
		require(rt_node_member(v, rt_node_str(m.name)) == m.value);
		at = check_spans(m.value, behind);
	}
	while (rt_items_next(&it)) {
		require(it.value == at);
		at = check_spans(it.value, behind);
	}
	if (v->type == RT_STRING && v->span == RT_FILE_SPAN)
		return behind;
	require(v->type != RT_STRING || rt_str_is_utf8(rt_node_str(v)));
	require(at == behind);
	return behind;
}

/* Each value is found by its pointer. */
static inline void
check_pointers(struct rt_call *call, const struct rt_node *root)
{
	uint32_t step = root->span / 16 + 1;

	for (uint32_t i = 0; i < root->span; i += step) {
		const struct rt_node *v = root + i, *found;

		found = rt_node_at(root, rt_node_pointer(call->arena, root, v));
		/* The name of a member has the place of its value, and what is
		 * inside a file that of the file. */
		require(found != NULL &&
		    (found == v || found == v + 1 || found->span > 1));
	}
}

/* A value, or the fault that stands for none. */
static inline void
check_result(struct rt_call *call, const struct rt_node *v)
{
	require(v == NULL || rt_valid(call));
	for (unsigned i = 0; i < call->check.n && i < RT_FAULTS_MAX; i++)
		require(call->check.faults[i].message.n > 0);
	if (v == NULL)
		return;
	check_spans(v, v + v->span);
	check_pointers(call, v);
}

#endif /* FUZZ_VALUE_H */
