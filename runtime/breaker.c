#include "runtime/breaker.h"

#include <stdio.h>
#include <string.h>

static struct rt_breaker *
find(struct rt_breakers *all, const char *origin)
{
	for (unsigned i = 0; i < RT_BREAKERS_MAX; i++) {
		if (strcmp(all->v[i].origin, origin) == 0)
			return &all->v[i];
	}
	return NULL;
}

/* A free one, or that of the origin which failed longest ago. */
static struct rt_breaker *
take(struct rt_breakers *all, const char *origin)
{
	struct rt_breaker *oldest = &all->v[0];

	for (unsigned i = 0; i < RT_BREAKERS_MAX; i++) {
		struct rt_breaker *b = &all->v[i];

		if (b->origin[0] == '\0') {
			oldest = b;
			break;
		}
		if (b->failed_us < oldest->failed_us)
			oldest = b;
	}
	*oldest = (struct rt_breaker){0};
	snprintf(oldest->origin, sizeof(oldest->origin), "%s", origin);
	return oldest;
}

enum rt_breaker_state
rt_breaker_state(struct rt_breakers *all,
    const struct rt_breaker_settings *settings, const char *origin,
    int64_t now_us, unsigned *failures)
{
	const struct rt_breaker *b = find(all, origin);

	*failures = b == NULL ? 0 : b->failures;
	if (settings->failures == 0 || *failures < settings->failures)
		return RT_BREAKER_CLOSED;
	if (b->asked || now_us >= b->failed_us + settings->pause_us)
		return RT_BREAKER_HALF_OPEN;
	return RT_BREAKER_OPEN;
}

bool
rt_breaker_admits(struct rt_breakers *all,
    const struct rt_breaker_settings *settings, const char *origin,
    int64_t now_us)
{
	struct rt_breaker *b = find(all, origin);
	unsigned failures;

	switch (rt_breaker_state(all, settings, origin, now_us, &failures)) {
	case RT_BREAKER_CLOSED:
		return true;
	case RT_BREAKER_HALF_OPEN:
		if (b->asked)
			return false;
		b->asked = true;
		return true;
	default:
		return false;
	}
}

void
rt_breaker_note(struct rt_breakers *all, const char *origin, bool good,
    int64_t now_us)
{
	struct rt_breaker *b = find(all, origin);

	if (good) {
		if (b != NULL)
			*b = (struct rt_breaker){0};
		return;
	}
	if (b == NULL)
		b = take(all, origin);
	b->failures += b->failures < UINT32_MAX;
	b->failed_us = now_us;
	b->asked = false;
}

void
rt_breaker_forget(struct rt_breakers *all, const char *origin)
{
	struct rt_breaker *b = find(all, origin);

	if (b != NULL)
		b->asked = false;
}
