/*
 * Circuit breakers: an origin (RFC 6454: scheme, host and port) that has failed
 * several times in a row is left alone for a while, then asked once; one good
 * answer, and it is asked again by all.
 */
#ifndef RT_BREAKER_H
#define RT_BREAKER_H

#include "runtime/str.h"

enum { RT_BREAKERS_MAX = 128, RT_ORIGIN_MAX = 272 };

/* Of an origin whose last request has failed; all others need none. */
struct rt_breaker {
	char origin[RT_ORIGIN_MAX]; /* "": free */
	unsigned failures; /* in a row */
	int64_t failed_us; /* when it last did */
	bool asked; /* the one request that is let through is under way */
};

/* Of a worker; zeroed there is none.  Where there is no room for one more, the
 * origin that failed longest ago is forgotten. */
struct rt_breakers {
	struct rt_breaker v[RT_BREAKERS_MAX];
};

struct rt_breaker_settings {
	unsigned failures; /* in a row that open a breaker; 0: none opens */
	int64_t pause_us; /* for which it stays open */
};

enum rt_breaker_state {
	RT_BREAKER_CLOSED = 1, /* all may ask */
	RT_BREAKER_HALF_OPEN, /* one may, or does */
	RT_BREAKER_OPEN, /* nobody may */
};

/* Sets how many failures there were in a row. */
enum rt_breaker_state rt_breaker_state(struct rt_breakers *,
    const struct rt_breaker_settings *, const char *origin, int64_t now_us,
    unsigned *failures);

/* Whether the origin may be asked now.  Each true has to be followed by one of the
 * two below. */
bool rt_breaker_admits(struct rt_breakers *, const struct rt_breaker_settings *,
    const char *origin, int64_t now_us);

/* What has come of it. */
void rt_breaker_note(struct rt_breakers *, const char *origin, bool good,
    int64_t now_us);

/* It tells nothing: it was given up, say. */
void rt_breaker_forget(struct rt_breakers *, const char *origin);

#endif /* RT_BREAKER_H */
