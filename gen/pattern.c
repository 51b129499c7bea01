/* Strings that a pattern matches; see pattern.h. */
#include "gen/pattern.h"
#include "gen/pattern_part.h"
#include "runtime/buf.h"

enum { SAMPLE_MAX = 4 * 1000 * 1000 };

/* --- From the tree to a string --- */

static size_t
shortest(const struct pattern_branch *b)
{
	size_t n = 0;

	for (const struct pattern_atom *a = b->atoms; a != NULL; a = a->next) {
		size_t one = a->group != NULL ? shortest(a->group) : 1;

		if (!a->anchor)
			n += one * a->min;
		if (n > SAMPLE_MAX)
			return SAMPLE_MAX;
	}
	return n;
}

/* The character of a set that reads best. */
static char
pick(const bool *set)
{
	static const char liked[] = "aA0 -_./";

	for (size_t i = 0; liked[i] != '\0'; i++) {
		if (set[(unsigned char)liked[i]])
			return liked[i];
	}
	for (unsigned c = ' '; c < PATTERN_ASCII; c++) {
		if (set[c])
			return (char)c;
	}
	return set['\n'] ? '\n' : 'a';
}

static void
write_branch(struct rt_buf *out, const struct pattern_branch *b, size_t *extra)
{
	for (const struct pattern_atom *a = b->atoms; a != NULL; a = a->next) {
		size_t one = a->group != NULL ? shortest(a->group) : 1;
		size_t times = a->min, more;

		if (a->anchor)
			continue;
		more = one == 0 ? 0 : *extra / one;
		if (more > a->max - a->min)
			more = a->max - a->min;
		/* What writes nothing need not be written a million times. */
		times = one == 0 && times > 1 ? 1 : times + more;
		*extra -= more * one;
		for (size_t i = 0; i < times && !out->full; i++) {
			if (a->group != NULL)
				write_branch(out, a->group, extra);
			else
				rt_buf_byte(out, pick(a->set));
		}
	}
}

static bool
ends_open(struct rt_str pattern)
{
	return !rt_str_ends(pattern, "$") || rt_str_ends(pattern, "\\$");
}

/* The first alternative that can be that short, or the shortest. */
static const struct pattern_branch *
fitting(const struct pattern_branch *b, size_t points)
{
	const struct pattern_branch *best = b;

	for (; b != NULL; b = b->next) {
		if (shortest(b) <= points)
			return b;
		if (shortest(b) < shortest(best))
			best = b;
	}
	return best;
}

struct rt_str
pattern_sample(struct rt_arena *arena, struct rt_str pattern, size_t points)
{
	struct rt_buf out = rt_buf(arena, SAMPLE_MAX);
	const struct pattern_branch *b = pattern_parse(arena, pattern);
	size_t extra;

	if (b == NULL)
		return (struct rt_str){0};
	b = fitting(b, points);
	extra = points > shortest(b) ? points - shortest(b) : 0;
	write_branch(&out, b, &extra);
	for (; extra > 0 && ends_open(pattern) && !out.full; extra--)
		rt_buf_byte(&out, 'a');
	if (out.full)
		return (struct rt_str){0};
	return rt_arena_copy(arena, rt_buf_str(&out));
}
