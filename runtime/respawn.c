#include "runtime/respawn.h"

#include <stdbool.h>

static bool
lived_long(const struct rt_respawn *r, int64_t now_us)
{
	return r->began_us == 0 ||
	    now_us - r->began_us >= (int64_t)RT_RESPAWN_STABLE_MS * 1000;
}

unsigned
rt_respawn_delay(struct rt_respawn *r, int64_t now_us)
{
	unsigned ms = 0;

	if (lived_long(r, now_us))
		r->deaths = 0;
	else
		r->deaths++;
	for (unsigned i = 0; i < r->deaths && ms < RT_RESPAWN_MOST_MS; i++)
		ms = ms == 0 ? RT_RESPAWN_FIRST_MS : 2 * ms;
	if (ms > RT_RESPAWN_MOST_MS)
		ms = RT_RESPAWN_MOST_MS;
	r->began_us = now_us + (int64_t)ms * 1000;
	return ms;
}

void
rt_respawn_forget(struct rt_respawn *r)
{
	*r = (struct rt_respawn){0};
}
